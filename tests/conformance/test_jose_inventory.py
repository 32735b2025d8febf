"""Every file under `jose`, `presentations`, `did-web` and `did-jwk` is held by a test, or left out for a reason.

A file that arrives later has no row here, and fails.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from support.vectors import VECTORS, controller_documents, manifest

import vcverify
from vcverify.crypto import PublicKey
from vcverify.crypto.private import PrivateKey
from vcverify.jose import read_compact
from vcverify.loading import Resource
from vcverify.loading.memory import StaticLoader
from vcverify.policy import DEFAULT_SUITES
from vcverify.problems import ProblemError

AT = datetime(2024, 12, 31, tzinfo=UTC)
FOLDERS = ("jose", "presentations", "did-web", "did-jwk")
SUITE = "jose/w3c-vc-jose-cose-test-suite"
COOKBOOK = "jose/ietf-jose-cookbook"

ELSEWHERE = {
    "did-jwk/spec.md": "test_did_jwk.py",
    "did-web/dcc-legacy-did.json": "test_did_web.py",
    "did-web/dcc-oidf-did.json": "test_did_web.py",
    "did-web/web5-resolve.json": "test_did_web.py",
    **{f"{COOKBOOK}/{name}.json": "test_jose.py" for name in ("4_1.rsa_v15_signature", "4_2.rsa-pss_signature")},
    **{f"{COOKBOOK}/{name}.json": "test_jose.py" for name in ("4_3.ecdsa_signature", "curve25519/jws")},
    **{f"jose/web5-vc-jwt/{name}.json": "test_jose.py" for name in ("decode", "verify")},
    **{f"jose/web5-crypto/{name}-verify.json": "test_jose.py" for name in ("ed25519", "es256k")},
}
"""Files that a test reads by their name."""

KEYS = (
    *(f"jose/aries-interop/interop_key_{name}.jwk" for name in ("ed25519", "secp256k1", "secp256r1", "secp384r1")),
    *(
        f"jose/dif-jws-test-suite/keys/key-{name}.json"
        for name in ("0-ed25519", "1-secp256k1", "2-secp256r1", "3-secp384r1", "4-rsa2048")
    ),
)
"""Keys of the tokens beside them."""

COSE = tuple(
    f"{SUITE}/input/{name}.txt"
    for name in (
        "credential-cose-bad-media-type",
        "credential-cose-bad-signature",
        "credential-cose-minimal",
        "presentation-cose-bad-media-type",
        "presentation-cose-single",
    )
)

LEFT_OUT = {
    **dict.fromkeys(COSE, "COSE (RFC 9052): only JOSE and Data Integrity are spoken here"),
    f"{COOKBOOK}/LICENSE": "a licence",
    f"{COOKBOOK}/4_5.signature_with_detached_content.json": "detached content: a credential's token has its payload",
    f"{COOKBOOK}/4_7.protecting_content_only.json": "JSON serialization without a protected header; HS256",
    f"{COOKBOOK}/4_8.multiple_signatures.json": "JSON serialization: a credential's token is compact (OB 3.0 §8.2)",
    f"{COOKBOOK}/rfc7797/4.2.hmac-sha2_b64_false.json": "`b64: false` and HS256, both refused",
    f"{SUITE}/MANIFEST.shared.json": "the suite's table itself",
    f"{SUITE}/input/credential-nested-selective.json": "to be issued as an SD-JWT, which `issue` does not make",
    f"{SUITE}/input/presentation-selective.json": "the same",
    f"{SUITE}/input/vm-did-ed25519.json": "the key of an issuance by COSE",
    "jose/web5-crypto/ed25519-sign.json": "signing of bytes, with the keys of the verifications beside it",
}
"""Files that no test holds, and why."""


@cache
def judged() -> frozenset[str]:
    """Documents that are judged one by one: tokens, embedded proofs, structure."""
    rows = manifest()
    tokens = (row["file"] for row in rows if row["result"] and row["result"][0][0].startswith("JWT "))
    embedded = (row["file"] for row in rows if any(suite in DEFAULT_SUITES for suite, _ in row["result"] or ()))
    suites = (VECTORS / "presentations" / "w3c-vcdm2-test-suite").glob("*.json")
    table = (f"{SUITE}/input/{row[part]}" for row in suite_rows() for part in ("input", "key"))
    return frozenset([*tokens, *embedded, *(path.relative_to(VECTORS).as_posix() for path in suites), *table])


@cache
def suite_rows() -> list[dict[str, Any]]:
    """The suite's table, without what is COSE or the issuance of SD-JWTs."""
    path = VECTORS / SUITE / "MANIFEST.shared.json"
    rows: list[dict[str, Any]] = json.loads(path.read_bytes()) if path.is_file() else []
    spoken = [row for row in rows if not row["feature"].endswith("_cose")]
    return [row for row in spoken if row["fn"] == "verify" or row["feature"] == "credential_jose"]


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_file_is_held_or_left_out_for_a_reason(folder: str, vectors: Path) -> None:
    """Nothing lies there unseen."""
    found = {path.relative_to(vectors).as_posix() for path in (vectors / folder).rglob("*") if path.is_file()}
    known = judged() | ELSEWHERE.keys() | set(KEYS) | LEFT_OUT.keys()
    assert found - known == set()
    listed = ELSEWHERE.keys() | set(KEYS) | LEFT_OUT.keys()
    assert {name for name in listed if name.startswith(f"{folder}/")} <= found


def test_what_is_held_elsewhere_is(vectors: Path) -> None:
    """The modules exist, and speak of the folder."""
    for name, module in ELSEWHERE.items():
        text = (Path(__file__).parent / module).read_text(encoding="utf-8")
        assert name.split("/")[1].removesuffix(".json").removeprefix("dcc-").split("-")[0] in text, name


@pytest.mark.parametrize("name", COSE)
def test_what_is_cose_is_not_taken_for_anything_else(name: str, vectors: Path) -> None:
    """Refused as what it is not: neither JSON nor a compact JWS."""
    report = vcverify.verify((vectors / name).read_bytes(), at=AT)
    assert [problem.code for problem in report.problems()] == ["input.malformed"]
    assert report.outcome == "failed"


@pytest.mark.parametrize("name", [name for name in LEFT_OUT if name.startswith(COOKBOOK) and name.endswith(".json")])
def test_other_serializations_are_refused(name: str, vectors: Path) -> None:
    """What the cookbook writes in the form of an object, or without its payload, is no credential's token."""
    output = json.loads((vectors / name).read_bytes())["output"]
    for form in ("json", "json_flat"):
        if form in output:
            assert not vcverify.verify(json.dumps(output[form]), at=AT).verified
    if "compact" in output:
        try:
            compact = read_compact(output["compact"])
        except ProblemError:
            return
        assert not compact.payload or compact.header["alg"].startswith("HS")
        assert not vcverify.verify(output["compact"], at=AT).verified


# Keys and presentations -------------------------------------------------------------------------------


def test_the_tokens_of_aries_fit_the_keys_beside_them(vectors: Path) -> None:
    """Eleven credentials by four keys."""
    folder = vectors / "jose/aries-interop"
    tokens = sorted(folder.glob("*.jwt"))
    for path in tokens:
        jwk = json.loads((folder / f"interop_key_{path.stem.rpartition('_')[2]}.jwk").read_bytes())
        read_compact(json.loads(path.read_bytes())["jwt"]).verify(PublicKey.from_jwk(jwk))
    assert len(tokens) == 11


AGAINST = {
    "dif-jws-test-suite/*/presentation-2-*": (
        {"data-model.subject", "member.failed"},
        "the credential inside says nothing of its subject, `{}` (VCDM 1.1 §4.4)",
    ),
    "spruceid-ssi/lds-ed25519-2020-vp0.jsonld": ({"issuer.unbound"}, "its key is not the holder's (CID 1.0 §3.3)"),
    "trustbloc-vc-go/example_presentation_3_ed25519.json": ({"issuer.unbound"}, "as the one before"),
    "spruceid-ssi/vp-jwtvc.jsonld": (
        {"terms.undefined"},
        "a token as text where version 1.1's context has an id: RDF takes no such value, so nobody signed it (DI §2.4.3)",
    ),
    "trustbloc-vc-go/example_presentation_4_p384.json": (
        {"key.unavailable", "member.indeterminate"},
        "the key of the credential inside is a did:web's that no vector holds",
    ),
    "trustbloc-vc-go/example_presentation_5.json": (
        {"data-model.id", "terms.undefined"},
        "`holder` is no URL (VCDM 2.0 §4.13), as the publisher's own test says in other words",
    ),
}
"""What stands against presentations whose own proof is valid: the codes, and the clause."""


def presented() -> list[str]:
    names = [row["file"] for row in manifest() if row["file"].startswith("presentations/") and row["result"]]
    return [name.removeprefix("presentations/") for name in names]


@pytest.mark.parametrize("name", presented())
def test_a_presentation_passes_or_a_clause_says_why_not(name: str, vectors: Path) -> None:
    """As a whole, not its signature alone: credentials inside, holder, structure."""
    bodies = {path: json.loads(path.read_bytes()) for path in (vectors / "jose/dif-jws-test-suite/keys").glob("*.json")}
    listed = [method["id"] for method in bodies.values()]
    did = {"id": "did:example:123", "verificationMethod": list(bodies.values()), "assertionMethod": listed}
    foo = (vectors / "vc/spruceid-ssi/keys/did-example-foo.json").read_bytes()
    world = {"did:example:123": json.dumps({**did, "authentication": listed}).encode(), "did:example:foo": foo}
    loader = StaticLoader({**controller_documents(), **world})
    report = vcverify.verify((vectors / "presentations" / name).read_bytes(), loader=loader, at=AT)
    assert report.check("proof").outcome == "passed"
    codes = {problem.code for problem in report.problems() if problem.severity != "warning"}
    explained = [asked for pattern, (asked, _) in AGAINST.items() if fnmatchcase(name, pattern)]
    assert codes == (explained[0] if explained and codes else set())
    assert report.verified is not bool(codes)


def test_the_presentations_have_not_shrunk() -> None:
    """48 of the JWS suite, of which 37 pass; six others and one token."""
    if not VECTORS.is_dir():
        pytest.skip("the vectors are not beside the checkout")
    assert len(presented()) == 55


# Issuance ---------------------------------------------------------------------------------------------

ISSUED_BY_CLAUSE = {
    2: "the status names no list, and StatusList2021 §3.1 asks for `statusListCredential`",
    5: "the examples' context has `@vocab`, so that no name is unknown under it (JSON-LD 1.1 §4.1.2)",
}
"""Rows of the suite's table that `issue` answers otherwise."""


@pytest.mark.parametrize(
    "row", [row for row in suite_rows() if row["fn"] == "issue"], ids=lambda row: f"{row['number']}-{row['name']}"
)
def test_the_issuances_of_the_vc_jose_cose_suite(row: dict[str, Any], vectors: Path) -> None:
    """By the row's own key, at an instant of ours; what comes out is verified by the published key."""
    method = json.loads((vectors / SUITE / "input" / row["key"]).read_bytes())
    secret = PrivateKey.from_jwk(method.pop("secretKeyJwk"))
    issuer = method["controller"]
    body = {"id": issuer, "verificationMethod": [method], "assertionMethod": [method["id"]]}
    degree = {"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object"}
    loader = StaticLoader(
        {
            issuer: Resource(url=issuer, body=json.dumps(body).encode()),
            "https://example.org/examples/degree.json": json.dumps(degree).encode(),
        }
    )
    document = (vectors / SUITE / "input" / row["input"]).read_bytes()
    try:
        token = vcverify.issue(
            document, secret, suite="jwt", verification_method=method["id"], loader=loader, created=AT
        )
    except vcverify.IssueRefused as refused:
        made = False
        assert {problem.code for problem in refused.problems} == {"status.malformed"}
    else:
        made = True
        assert isinstance(token, str)
        assert vcverify.verify(token, at=AT, loader=loader).verified
    assert made is (row["expected"] == "success") or row["number"] in ISSUED_BY_CLAUSE


def test_the_suite_has_three_issuances_of_tokens() -> None:
    """Two of SD-JWTs and one of COSE are left out."""
    if not VECTORS.is_dir():
        pytest.skip("the vectors are not beside the checkout")
    assert [row["number"] for row in suite_rows() if row["fn"] == "issue"] == [1, 2, 5]
