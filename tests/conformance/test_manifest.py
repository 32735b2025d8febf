"""Real documents: every stated signature verdict is reproduced, and every expected outcome explained.

`MANIFEST.jsonl` says of each document what an independent check of its embedded proofs found. The
verdicts here are those of the `proof` check alone; who the key belongs to is another question.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from support.vectors import VECTORS, controller_documents, example_documents, manifest

import vcverify
from vcverify.crypto import PublicKey, thumbprint
from vcverify.loading import Resource
from vcverify.loading.memory import StaticLoader
from vcverify.multiformats import base64url_decode, base64url_encode
from vcverify.policy import DEFAULT_SUITES

AT = datetime(2026, 6, 1, tzinfo=UTC)

_MEANING = "`{}` means something else under the document's own context (DI §2.4.1); its publisher's name for it is {}"
REFUSED = {
    "vc/spruceid-ssi/vc-jws2020-bad-method.jsonld": _MEANING.format("assertionMethod", "bad-method"),
    "vc/spruceid-ssi/vc-jws2020-bad-purpose.jsonld": _MEANING.format("proofPurpose", "bad-purpose"),
    "vc/spruceid-ssi/vc-jws2020-bad-type.jsonld": _MEANING.format("JsonWebSignature2020", "bad-type"),
}
"""Signatures that hold, and are refused as `proof.malformed`: the independent check asked for the bytes alone."""

W3C_ISSUER = "https://example.com/issuer/123"
W3C_METHOD = "ovsDKYBjFemIy8DVhc-w2LSi8CvXMw2AYDzHj04yxkc"
"""The thumbprint of the issuer's key, by which its document in the report on JsonWebSignature2020 names it (§4); the
one among the vectors has the key under another name."""


def embedded_rows() -> Iterator[Any]:
    for row in manifest():
        result = row["result"]
        path = VECTORS / row["file"]
        if not result or path.suffix not in (".json", ".jsonld", ".1ob"):
            continue
        # "unsupported" says only that the independent check could not judge: see test_ecdsa_sd.py.
        if any(suite in DEFAULT_SUITES and verdict != "unsupported" for suite, verdict in result):
            yield pytest.param(row, id=row["file"])


def w3c_issuer(known: dict[str, Resource]) -> dict[str, Resource]:
    """The issuer's document with its key under the thumbprint as well."""
    if W3C_ISSUER not in known:
        return {}
    document = json.loads(known[W3C_ISSUER].body)
    (method,) = document["verificationMethod"]
    jwk = PublicKey.from_multikey(method["publicKeyMultibase"]).to_jwk()
    assert thumbprint(jwk) == W3C_METHOD
    other = {"id": f"{W3C_ISSUER}#{W3C_METHOD}", "type": "JsonWebKey2020", "controller": W3C_ISSUER}
    document["verificationMethod"].append({**other, "publicKeyJwk": jwk})
    document["assertionMethod"].append(other["id"])
    return {W3C_ISSUER: Resource(url=W3C_ISSUER, body=json.dumps(document).encode())}


@pytest.fixture(scope="module")
def loader() -> StaticLoader:
    known = controller_documents()
    return StaticLoader({**known, **example_documents(), **w3c_issuer(known)})


@pytest.fixture(scope="module")
def verifier(loader: StaticLoader) -> vcverify.Verifier:
    return vcverify.Verifier(loader=loader)


@pytest.fixture(scope="module")
def reference(loader: StaticLoader) -> vcverify.Verifier:
    """The other JSON-LD engine."""
    return vcverify.Verifier(loader=loader, engine="pyld")


@pytest.mark.parametrize("row", list(embedded_rows()))
def test_the_signature_verdict_is_the_stated_one(row: dict[str, Any], verifier: vcverify.Verifier) -> None:
    """An independent check found these verdicts with other software."""
    report = verifier.verify((VECTORS / row["file"]).read_bytes(), at=AT)
    stated = {verdict for suite, verdict in row["result"] if suite in DEFAULT_SUITES}
    found = report.check("proof").outcome
    said = [(problem.code, problem.pointer, problem.detail) for problem in report.problems()]
    if row["file"] in REFUSED:
        assert found == "failed"
        assert {p.code for p in report.check("proof").problems} == {"proof.malformed"}, REFUSED[row["file"]]
    elif stated == {"valid"}:
        assert found == "passed", said
    elif "invalid" in stated:
        assert found == "failed", said
    else:
        assert found != "passed", said


def _path(row: dict[str, Any]) -> Path:
    return VECTORS / row["file"]


def test_no_document_ends_in_an_internal_error(verifier: vcverify.Verifier) -> None:
    """`internal.error` is a bug of ours, whatever the input."""
    for row in manifest():
        path = _path(row)
        if path.stat().st_size > 200_000:
            continue
        report = verifier.verify(path.read_bytes(), at=AT)
        assert "internal.error" not in {problem.code for problem in report.problems()}, row["file"]
        json.dumps(report.to_dict())


OLDER = ("JsonWebSignature2020", "Ed25519Signature2018")


def older_rows() -> Iterator[Any]:
    """Documents whose signature of an older suite holds, and counts."""
    for parameter in embedded_rows():
        (row,) = parameter.values
        if row["file"] not in REFUSED and {suite for suite, _ in row["result"]} & set(OLDER):
            yield parameter


@pytest.mark.parametrize("row", list(older_rows()))
def test_no_other_text_has_the_signature_of_an_older_suite(
    row: dict[str, Any], verifier: vcverify.Verifier, reference: vcverify.Verifier
) -> None:
    """Whatever implementation signed: a statement, an option of the proof, the header, the signature, the other engine."""
    document = json.loads((VECTORS / row["file"]).read_bytes())
    assert reference.verify(document, at=AT).check("proof").outcome == "passed"
    proof = document["proof"]
    head, _, tail = proof["jws"].partition("..")
    header = json.loads(base64url_decode(head))
    assert (header["b64"], header["crit"]) == (False, ["b64"])
    subject = "holder" if "VerifiablePresentation" in document["type"] else "issuer"
    spaced = base64url_encode(json.dumps(header).encode())
    for changed in (
        {**document, "id": "urn:uuid:7b2605ae-e89d-4689-9d9b-fe5395e286d0"},
        {**document, subject: "did:example:somebody"},
        {**document, "proof": {**proof, "created": "2021-01-01T00:00:00Z"}},
        {**document, "proof": {**proof, "jws": f"{spaced}..{tail}"}},
        {**document, "proof": {**proof, "jws": f"{head}..{'B' if tail[0] == 'A' else 'A'}{tail[1:]}"}},
    ):
        report = verifier.verify(changed, at=AT)
        assert {problem.code for problem in report.check("proof").problems} == {"proof.invalid"}


WHOLE = {
    "data-model.subject": "`credentialSubject: {}` claims nothing (VCDM 1.1 §4.4)",
    "data-model.date": "a leap second, `23:59:60Z`, is none in XSD 1.1 (§3.3.7)",
    "data-model.required": "a status list without the `issuer` that every credential has (VCDM 2.0 §4.7)",
    "issuer.unbound": "the key of a did:jwk, the credential of another DID (CID 1.0 §3.3)",
    "member.failed": "the credential inside is one of those",
    "status.unavailable": "a status list that no vector holds",
    "terms.undefined": "a token as text where a map belongs: JSON-LD takes it for a relative IRI (DI §2.4.3)",
}
"""Why documents whose older signature holds do not pass, by code."""


def test_documents_with_a_signature_of_an_older_suite_pass_or_say_why(verifier: vcverify.Verifier) -> None:
    """The signature is one of many things that a verifier looks at."""
    passed, seen = 0, set()
    for parameter in older_rows():
        (row,) = parameter.values
        report = verifier.verify((VECTORS / row["file"]).read_bytes(), at=AT)
        reasons = {problem.code for problem in report.problems() if problem.severity != "warning"}
        assert reasons <= WHOLE.keys(), row["file"]
        assert report.verified is not bool(reasons), row["file"]
        passed += report.verified
        seen |= reasons
    if VECTORS.is_dir():
        assert (passed, seen) == (91, WHOLE.keys())


def test_the_older_suites_are_there(vectors: Path) -> None:
    """Four implementations, five kinds of key; and what RsaSignature2018 there is: 1,024 bits, without its key."""
    assert vectors.is_dir()
    assert len(list(older_rows())) == 133
    rows = [row["file"] for row in manifest() if row["result"] and row["result"][0][0] == "RsaSignature2018"]
    assert rows == ["vc/trustbloc-vc-go/v2_credential_without_issuer.jsonld"]
