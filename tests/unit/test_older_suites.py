"""JsonWebSignature2020 and Ed25519Signature2018 beside the cases: what is told, compared and remembered of them."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cases.documents import COLLEGE
from cases.families.linked_jws import OLDER, P384, SUITE, own_context, signed, unsigned
from cases.mutations import put
from cases.signing import sign
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils

import vcverify
from vcverify.cli import main
from vcverify.comparison import BROKEN, KEPT, compare
from vcverify.crypto import KeyKind, PublicKey
from vcverify.limits import DEFAULT_LIMITS
from vcverify.policy import DEFAULT_SUITES
from vcverify.suites import builtin, configuration, find, jws
from vcverify.suites.data_integrity import DataIntegritySuite

AT = datetime(2026, 6, 1, tzinfo=UTC)


def verified(document: Any) -> vcverify.Report:
    return vcverify.verify(document, at=AT)


def decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def test_the_evidence_is_what_the_key_signed() -> None:
    """Header, dot and hash data, by a library of its own: whoever doubts a report can check it by hand."""
    document = signed(P384)
    (evidence,) = verified(document).evidence
    assert evidence["hashAlgorithm"] == "sha256"
    assert evidence["hashData"] == evidence["proofConfigHash"] + evidence["canonicalDocumentHash"]
    head, _, tail = document["proof"]["jws"].partition("..")
    r, s = (int.from_bytes(decoded(tail)[at : at + 48], "big") for at in (0, 48))
    public: ec.EllipticCurvePublicKey = PublicKey.from_jwk(P384.jwk).loaded
    message = head.encode() + b"." + bytes.fromhex(evidence["hashData"])
    public.verify(utils.encode_dss_signature(r, s), message, ec.ECDSA(hashes.SHA384()))


@pytest.mark.parametrize("document", [signed(), own_context().document], ids=["usual", "own context"])
def test_canonicalize_prints_the_evidence_of_a_detached_jws(document: Any, tmp_path: Path, capsys: Any) -> None:
    """The proof configuration is the proof without its `jws`, under its own contexts too."""
    (tmp_path / "badge.json").write_text(json.dumps(document))
    (evidence,) = verified(document).evidence
    for options, name in ((["--proof-config"], "proofConfig"), ([], "canonicalDocument")):
        assert main(["canonicalize", str(tmp_path / "badge.json"), *options]) == 0
        assert capsys.readouterr().out == evidence[name]
    assert "security#jws" not in evidence["proofConfig"]


def test_comparison_tells_which_change_breaks_a_detached_jws() -> None:
    """The signature is found again by its `jws`, and is over the same statements or not."""
    first = signed()
    verifier = vcverify.Verifier()
    (kept,) = compare(first, put(first, "/name", [first["name"]]), verifier, at=AT).signatures
    assert (kept.pointer, kept.state) == ("/proof", KEPT)
    (broken,) = compare(first, put(first, "/name", "Another"), verifier, at=AT).signatures
    assert broken.state == BROKEN
    assert [cause.pointer for cause in broken.causes] == ["/name"]
    (broken,) = compare(first, put(first, "/proof/created", "2026-01-15T12:00:01Z"), verifier, at=AT).signatures
    assert [cause.pointer for cause in broken.causes] == ["/proof/created"]


def test_remembered_configurations_are_bounded_and_say_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever sends a stream of documents does not fill the memory with it."""
    monkeypatch.setattr(configuration, "_MOST_CONFIGS", 3)
    monkeypatch.setattr(configuration, "_CONFIGS", {})
    documents = [signed(created=f"2026-01-15T12:00:{second:02}Z") for second in range(8)]
    for document in (*documents, *documents[::-1]):
        assert verified(document)
        assert 0 < len(configuration._CONFIGS) <= 3
    assert not verified(put(documents[0], "/proof/created", documents[1]["proof"]["created"]))


def test_a_configuration_is_remembered_with_the_contexts_that_the_proof_adds() -> None:
    """The same members mean nothing without the suite's context."""
    brought = own_context().document
    assert verified(brought)
    without = {**brought, "proof": {name: value for name, value in brought["proof"].items() if name != "@context"}}
    assert "proof.invalid" in {item.code for item in verified(without).problems()}
    assert verified(brought)


def test_each_kind_of_key_has_one_algorithm_of_the_suites_table() -> None:
    """JWS2020 §3.1; no ES512, no RS256."""
    suite = find(SUITE, SUITE)
    assert isinstance(suite, DataIntegritySuite)
    assert {kind: algorithm.name for kind, algorithm in suite.keys.items()} == {
        KeyKind.ED25519: "EdDSA",
        KeyKind.SECP256K1: "ES256K",
        KeyKind.P256: "ES256",
        KeyKind.P384: "ES384",
        KeyKind.RSA: "PS256",
    }
    assert {algorithm.hash for algorithm in suite.keys.values()} == {"sha256"}
    older = find(OLDER, OLDER)
    assert isinstance(older, DataIntegritySuite)
    assert older.keys.keys() == {KeyKind.ED25519}


def test_the_older_suites_are_accepted_as_the_others_are() -> None:
    """One of 2020 is, too: `Policy(suites=...)` leaves them out."""
    assert {suite.name for suite in jws.SUITES} < DEFAULT_SUITES == builtin().keys()


def test_a_suite_is_found_by_its_own_proof_type_alone() -> None:
    """A `cryptosuite` of that name is none."""
    assert find(SUITE, "DataIntegrityProof") is None
    document = signed()
    named = {**document["proof"], "type": "DataIntegrityProof", "cryptosuite": SUITE}
    report = verified({**document, "proof": named})
    assert {item.code for item in report.check("proof").problems} == {"proof.unsupported"}


def test_the_first_of_several_strange_members_is_told() -> None:
    """By name: a report is the same in every process, whatever the seed of its hashes."""
    document = signed(header=dict.fromkeys(("zip", "typ", "x5u", "jku", "cty"), 1))
    (found,) = verified(document).check("proof").problems
    assert (found.code, found.found) == ("jose.header", "cty: 1")


def test_a_header_is_read_within_its_bound() -> None:
    """One byte more than `Limits.jose_header_bytes` is refused before it is decoded."""
    plain = b'{"alg":"EdDSA","b64":false,"crit":["b64"]'
    bound = DEFAULT_LIMITS.jose_header_bytes
    for length, codes in ((bound, set()), (bound + 1, {"limit.exceeded"})):
        header = plain + b" " * (length - len(plain) - 1) + b"}"
        document = sign(unsigned(), COLLEGE, SUITE, header=header)
        assert {item.code for item in verified(document).problems()} == codes
