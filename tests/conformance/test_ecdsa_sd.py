"""ecdsa-sd-2023: real derived proofs verify, step by step as published, and nothing else does."""

from __future__ import annotations

import base64
import copy
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from support.vectors import VECTORS, controller_documents, present

import vcverify
from vcverify.limits import Limits
from vcverify.loading.memory import StaticLoader
from vcverify.suites.cbor import CborError, decode

pytestmark = pytest.mark.skipif(not present(), reason="the folder of vectors is not beside the checkout")

AT = datetime(2026, 6, 1, tzinfo=UTC)
EMPLOY = "ecdsa/w3c-vc-di-ecdsa/ecdsa-sd-2023/employ"
DERIVED = [
    "ob3/1edtech-validator/sd/derivedcredential.json",
    "ecdsa/w3c-ecdsa-test-suite/000.json",
    f"{EMPLOY}/derivedRevealDocument.json",
]


def read(name: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((VECTORS / name).read_text(encoding="utf-8"))
    return document


def verify(document: dict[str, Any], **policy: Any) -> vcverify.Report:
    verifier = vcverify.Verifier(
        loader=StaticLoader(controller_documents()), policy=vcverify.Policy(minimum_binding="unbound", **policy)
    )
    return verifier.verify(document, at=AT)


def proof_of(document: dict[str, Any]) -> dict[str, Any]:
    proof = document["proof"]
    return proof[0] if isinstance(proof, list) else proof


def repacked(document: dict[str, Any], change: Any) -> dict[str, Any]:
    """The document with the bytes of its proof value changed."""
    changed = copy.deepcopy(document)
    proof = proof_of(changed)
    text = proof["proofValue"][1:]
    data = bytearray(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    change(data)
    proof["proofValue"] = "u" + base64.urlsafe_b64encode(bytes(data)).rstrip(b"=").decode()
    return changed


@pytest.mark.parametrize("name", DERIVED)
def test_a_real_derived_proof_verifies(name: str) -> None:
    """Made by three different issuers' software."""
    report = verify(read(name))
    assert report.check("proof").outcome == "passed", [(p.code, p.detail) for p in report.problems()]
    assert report.credential is not None


def test_the_published_steps_are_ours() -> None:
    """VC-DI-ECDSA, appendix of test vectors: hashes and statements of the derived employment document."""
    evidence = verify(read(DERIVED[2])).evidence[0]
    stated = read(f"{EMPLOY}/verifyCreateVerifyData.json")
    assert evidence["proofHash"] == stated["proofHash"]
    assert evidence["mandatoryHash"] == stated["mandatoryHash"]
    lines = evidence["canonicalDocument"].splitlines(keepends=True)
    assert evidence["disclosedStatements"] == len(stated["nonMandatory"])
    assert set(stated["nonMandatory"]) <= set(lines)


@pytest.mark.parametrize("name", ["ecdsa/w3c-ecdsa-test-suite/001.json", f"{EMPLOY}/addSignedSDBase.json"])
def test_a_base_proof_is_not_for_verifiers(name: str) -> None:
    """§3.4: it lets whoever has it disclose anything."""
    report = verify(read(name))
    assert report.outcome == "indeterminate"
    assert [p.code for p in report.problems()] == ["proof.unsupported"]


@pytest.mark.parametrize("name", DERIVED)
def test_whatever_is_changed_added_or_removed_does_not_verify(name: str) -> None:
    """Each statement is signed, and how many there are."""
    document = read(name)
    for change in (
        lambda changed: changed.update(id="urn:uuid:8f7d9c1e-0000-4000-8000-000000000000"),
        lambda changed: changed.pop("validFrom", changed.pop("issuanceDate", None)),
        lambda changed: changed.update(validUntil="2030-01-01T00:00:00Z"),
        lambda changed: proof_of(changed).update(created="2020-01-01T00:00:00Z"),
    ):
        changed = copy.deepcopy(document)
        change(changed)
        if changed == document:
            continue
        assert verify(changed).check("proof").outcome == "failed"


@pytest.mark.parametrize("position", [6, 40, 80, 100, 130, 180, -1, -40])
def test_a_changed_byte_of_the_proof_value_does_not_verify(position: int) -> None:
    """Wherever it stands: signatures, key, labels, indexes, framing."""

    def flip(data: bytearray) -> None:
        data[position] ^= 1

    report = verify(repacked(read(DERIVED[1]), flip))
    assert report.check("proof").outcome == "failed"
    assert {p.code for p in report.problems() if p.severity == "error"} <= {"proof.invalid", "proof.malformed"}


def test_signatures_are_counted_before_they_are_tried() -> None:
    """Each costs a tenth of a millisecond."""
    report = verify(read(DERIVED[1]), limits=Limits(disclosed_statements=0))
    assert [p.code for p in report.problems() if p.severity == "error"] == ["limit.exceeded"]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x18",
        b"\x18\x17",
        b"\x19\x00\xff",
        b"\x1f",
        b"\x41",
        b"\x81",
        b"\x9f\xff",
        b"\xa1\x41\x00\x00",
        b"\xa2\x00\x00\x00\x00",
        b"\x81" * 5 + b"\x00",
        b"\x9b\xff\xff\xff\xff\xff\xff\xff\xff",
        b"\x00\x00",
        b"\x61a",
        b"\xf6",
        b"\xc0\x00",
    ],
)
def test_other_cbor_is_refused(data: bytes) -> None:
    """Cut off, too long, not in shortest form, indefinite, of another type, or with something behind it."""
    with pytest.raises(CborError):
        decode(data)


def test_cbor_of_proofs_is_read() -> None:
    """RFC 8949 appendix A, what of it a proof can have."""
    assert decode(bytes.fromhex("83004301020382186419 03e8".replace(" ", ""))) == [0, b"\1\2\3", [100, 1000]]
    assert decode(bytes.fromhex("a20041ff1a000f424041fe")) == {0: b"\xff", 1000000: b"\xfe"}
