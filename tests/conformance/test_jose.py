"""Tokens of other implementations and of the published suites: every stated verdict, the exceptions with their clause."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from support.vectors import VECTORS, example_documents, manifest

from vcverify import Policy, Verifier
from vcverify.crypto import PublicKey
from vcverify.jose import Compact, header_problems, read_compact
from vcverify.loading import Resource
from vcverify.loading.memory import StaticLoader
from vcverify.policy import DEFAULT_ALGORITHMS
from vcverify.problems import ProblemError
from vcverify.report import Report

AT = datetime(2024, 12, 31, tzinfo=UTC)
SUITE = "jose/w3c-vc-jose-cose-test-suite"
WELL_KNOWN = "https://example.issuer/.well-known/jwks.json"

HEADER_REFUSED = {
    f"{SUITE}/input/credential-jose-bad-media-type.txt": "`typ: bad+typ` (VC-JOSE-COSE §3.1.1; the suite's test 13)",
    f"{SUITE}/input/presentation-sdjwt-bad-media-type.txt": "`typ: bad+typ` (the suite's test 25)",
    f"{SUITE}/input/presentation-sdjwt-bad-credential.txt": "`typ: bad+typ` (the suite's test 26)",
    "ob3/1edtech-validator/simple.jwt": "neither `kid` nor `jwk` (OB 3.0 §8.2.2)",
}
"""Files whose signature may fit, but whose header breaks the rules."""

UNRESOLVED = {"jose/credo-ts/jwt-vc-presentation-profile-54.jwt": "a key of did:ion, which no vector holds"}

DOCUMENT_REFUSED = {
    ("data-model.subject", "/credentialSubject"): "`credentialSubject: {}` claims nothing (VCDM 1.1 §4.4)",
    ("data-model.date", "/issuanceDate"): "a leap second, `23:59:60Z`, is none in XSD 1.1 (§3.3.7)",
    ("jose.claims", "/sub"): "`sub` is the whole subject, an object (RFC 7519 §4.1.2)",
    ("jose.claims", "/nbf"): "`nbf: null` (RFC 7519 §2)",
    ("data-model.subject", "/verifiableCredential/0/credentialSubject"): "the credential inside claims nothing, too",
    ("member.indeterminate", "/verifiableCredential/0"): "the key of the credential inside is not at hand",
    ("key.unavailable", "/verifiableCredential/0/proof/verificationMethod"): "a did:web that no vector holds",
    ("terms.redefined", "/@context/1"): "the context of OB 3.0 after itself in another version",
    ("terms.redefined", "/verifiableCredential/0/@context/1"): "as the one before",
    ("data-model.required", ""): "a badge without the `id` that Open Badges 3.0 asks for (§B)",
    ("data-model.required", "/verifiableCredential/0"): "as the one before",
    ("member.failed", "/verifiableCredential/0"): "as the one before",
    ("issuer.self-asserted", "/issuer"): "the key is in the header alone (OB 3.0 implementation guide)",
    ("issuer.unbound", "/issuer"): "the key is another DID's than the issuer's (CID 1.0 §3.3)",
    ("jose.claims", "/vc"): "`vc` where it must not be (VC-JOSE-COSE §3.1; the suite's test 15)",
    ("jose.claims", "/vp"): "as the one before",
}
"""Why documents whose signature fits do not pass: where, what, by which clause."""


def jwk_of(name: str) -> dict[str, Any]:
    value: dict[str, Any] = json.loads((VECTORS / SUITE / "input" / name).read_bytes())
    jwk: dict[str, Any] = value["publicKeyJwk"]
    return jwk


DEGREE = "https://example.org/examples/degree.json"
"""The schema that the suite's credentials name; nobody publishes it, so here it is one that asks for nothing."""


def schema() -> dict[str, Resource]:
    body = json.dumps({"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": DEGREE, "type": "object"})
    return {DEGREE: Resource(url=DEGREE, body=body.encode())}


def published(*names: str) -> Resource:
    """The key set of the suite's issuer, with the keys of these files."""
    body = json.dumps({"keys": [jwk_of(name) for name in names]}).encode()
    return Resource(url=WELL_KNOWN, body=body)


@cache
def world() -> dict[str, Resource]:
    """The issuers' documents: a DID of an example method each, and the key set of the suite's issuer."""
    if not VECTORS.is_dir():
        return {}
    return {
        **example_documents(),
        WELL_KNOWN: published("vm-ed25519.json", "vm-p256.json", "vm-p384.json", "vm-p521.json"),
        **schema(),
    }


def verified(data: bytes | str, resources: dict[str, Resource] | None = None) -> Report:
    loader = StaticLoader(world() if resources is None else resources)
    return Verifier(policy=Policy(), loader=loader).verify(data, at=AT)


def stated() -> list[dict[str, Any]]:
    """The rows of the manifest that hold one token, and what was found of its signature."""
    rows = []
    for row in manifest():
        name, result = row["file"], row["result"]
        if not result or name.startswith(("jose/web5", "jose/ietf")) or not result[0][0].startswith("JWT "):
            continue
        rows.append(row)
    return rows


@pytest.mark.parametrize("row", stated(), ids=lambda row: row["file"].partition("/")[2])
def test_every_token_is_judged_as_stated(row: dict[str, Any], vectors: Path) -> None:
    """Signatures as their makers say; where the document does not pass all the same, a clause says why."""
    name, (_, stated_result) = row["file"], row["result"][0]
    report = verified((vectors / name).read_bytes())
    outcome = report.check("proof").outcome
    if name in UNRESOLVED:
        assert outcome == "indeterminate"
    elif name in HEADER_REFUSED or stated_result == "invalid":
        assert outcome == "failed"
        return
    else:
        assert outcome == "passed", [problem.detail for problem in report.own_problems()]
    reasons = {(p.code, p.pointer) for p in report.problems() if p.severity != "warning"}
    assert reasons <= DOCUMENT_REFUSED.keys() | {("key.unavailable", "/header/kid")}
    assert report.verified is not bool(reasons)


def test_the_table_has_not_shrunk() -> None:
    """All of the manifest's tokens: of 1EdTech, Aries, Credo, the JWS suite's implementations, SpruceID, W3C."""
    if not VECTORS.is_dir():
        pytest.skip("the vectors are not beside the checkout")
    assert len(stated()) == 129


# VC-JOSE-COSE ------------------------------------------------------------------------------------------


def suite_rows() -> list[dict[str, Any]]:
    path = VECTORS / SUITE / "MANIFEST.shared.json"
    rows: list[dict[str, Any]] = json.loads(path.read_bytes()) if path.is_file() else []
    return [row for row in rows if row["fn"] == "verify" and not row["feature"].endswith("_cose")]


@pytest.mark.parametrize("row", suite_rows(), ids=lambda row: f"{row['number']}-{row['name']}")
def test_the_table_of_the_vc_jose_cose_suite(row: dict[str, Any]) -> None:
    """Each verification of the suite, with the key that its row names, at an instant of ours."""
    names = [row["key"]]
    if row["feature"].startswith("presentation"):
        names += ["vm-ed25519.json"]  # of the credential inside
    resources = {WELL_KNOWN: published(*names), **schema()}
    report = verified((VECTORS / SUITE / "input" / row["input"]).read_bytes(), resources)
    assert report.verified is (row["expected"] == "success"), [problem.detail for problem in report.problems()]


def test_the_suite_has_twelve_verifications_of_tokens() -> None:
    """The others issue, or are COSE, which nothing here speaks."""
    if not VECTORS.is_dir():
        pytest.skip("the vectors are not beside the checkout")
    assert len(suite_rows()) == 12


# web5 -------------------------------------------------------------------------------------------------

TAKEN_BY_CLAUSE = {
    ("verify", "empty issuer"): "`iss` stands for an absent issuer (VCDM 1.1 §6.3.1, JWT decoding)",
}


@pytest.mark.parametrize("name", ["verify", "decode"])
def test_the_web5_vectors(name: str, vectors: Path) -> None:
    """Errors are errors; one is none by the text of the specification."""
    seen = 0
    for vector in json.loads((vectors / f"jose/web5-vc-jwt/{name}.json").read_bytes())["vectors"]:
        report = verified(vector["input"])
        fails = vector["errors"] and (name, vector["description"]) not in TAKEN_BY_CLAUSE
        assert report.verified is not fails, (vector["description"], [p.detail for p in report.problems()])
        seen += 1
    assert seen == {"verify": 10, "decode": 5}[name]


@pytest.mark.parametrize(("name", "algorithm"), [("ed25519-verify", "EdDSA"), ("es256k-verify", "ES256K")])
def test_the_web5_signatures(name: str, algorithm: str, vectors: Path) -> None:
    """Keys and signatures alone."""
    for vector in json.loads((vectors / f"jose/web5-crypto/{name}.json").read_bytes())["vectors"]:
        given = vector["input"]
        message, signature = bytes.fromhex(given["data"]), bytes.fromhex(given["signature"])
        if vector["errors"]:
            with pytest.raises(ProblemError):
                PublicKey.from_jwk(given["key"])
            continue
        key = PublicKey.from_jwk(given["key"])
        assert key.verifies(signature, message, algorithm) is vector["output"], vector["description"]


# JWS alone --------------------------------------------------------------------------------------------


def read(token: str, jwk: Any) -> Compact:
    """The verifier's own steps for a token: its text, its header, its signature."""
    compact = read_compact(token)
    for found in header_problems(compact.header, DEFAULT_ALGORITHMS):
        raise ProblemError(found)
    compact.verify(PublicKey.from_jwk(jwk))
    return compact


@pytest.mark.parametrize(
    "name", ["4_1.rsa_v15_signature", "4_2.rsa-pss_signature", "4_3.ecdsa_signature", "curve25519/jws"]
)
def test_the_cookbook(name: str, vectors: Path) -> None:
    """RFC 7520 §4 and RFC 8037 §A: the payload comes out as it went in."""
    example = json.loads((vectors / f"jose/ietf-jose-cookbook/{name}.json").read_bytes())
    jwk = {member: value for member, value in example["input"]["key"].items() if member not in PRIVATE}
    compact = read(example["output"]["compact"], jwk)
    assert compact.payload.decode() == example["input"]["payload"]


PRIVATE = ("d", "p", "q", "dp", "dq", "qi")

REFUSED_BY_CLAUSE = {
    346: "the JWK is for PS256, the token is PS384 (RFC 7517 §4.4, RFC 8725 §3.1)",
    350: "the same with key_ops",
    347: "the JWK is for ES521, which RFC 7518 §3.1 does not have (P-521 signs ES512)",
    351: "the same with key_ops",
}


def test_every_token_of_wycheproof_is_judged_as_published(vectors: Path) -> None:
    """Through the steps that read a credential's token, header rules included; symmetric ones are refused."""
    seen = accepted = 0
    for group in json.loads((vectors / "wycheproof/json_web_signature_test.json").read_bytes())["testGroups"]:
        public = group.get("public")
        keys = (public or {}).get("keys", [public])
        for test in group["tests"]:
            expected = test["result"] == "valid" and public is not None and test["tcId"] not in REFUSED_BY_CLAUSE
            held = [holds(test["jws"], jwk) for jwk in keys]
            assert any(held) is expected, test
            seen += 1
            accepted += expected
    assert (seen, accepted) == (401, 32)


def holds(token: Any, jwk: Any) -> bool:
    if not isinstance(token, str):
        return False
    try:
        read(token, jwk if jwk is not None else {"kty": "oct", "k": "AAAA"})
    except ProblemError:
        return False
    return True
