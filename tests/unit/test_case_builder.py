"""The generator of cases: the same bytes every time, and signatures by a path of its own."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from cases import build
from cases.documents import AT, COLLEGE, badge, signed_badge
from cases.keyring import CURVES, ec_key, ed25519_key
from cases.mutations import altered_signature, get, put, rekey
from cases.rdfc import canonical_nquads, quads_of
from cases.signing import attach, canonical_document, chain, sign
from pyld import jsonld

from vcverify import Verifier, verify
from vcverify.rdf import canonicalize, parse_nquads

INSTANT = datetime.fromisoformat(AT)


def test_the_committed_files_are_what_the_functions_build(checkout: Path) -> None:
    """A case edited by hand would be lost at the next build, and nobody would know why it says what it says."""
    assert build.differences(build.files(), checkout / "test_vectors") == []


def test_check_reports_what_differs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    """`--check` names each file and answers with exit code 1; building mends it."""
    monkeypatch.setattr(build, "VECTORS", tmp_path)
    monkeypatch.setattr(build, "files", lambda: {Path("cases/a.json"): b"1", Path("cases/b.json"): b"2"})
    assert build.main(["--check"]) == 1
    assert build.main([]) == 0
    assert build.main(["--check"]) == 0
    (tmp_path / "cases/a.json").write_bytes(b"other")
    (tmp_path / "cases/c.json").write_bytes(b"3")
    assert build.main(["--check"]) == 1
    assert "differs: cases/a.json" in capsys.readouterr().out
    assert build.main([]) == 0
    assert not (tmp_path / "cases/c.json").exists()


@pytest.mark.parametrize("kind", ["Ed25519", *CURVES])
def test_keys_and_signatures_are_the_same_at_every_run(kind: str) -> None:
    """Deterministic nonces (RFC 6979): otherwise every build would change every case."""
    key = ed25519_key("name") if kind == "Ed25519" else ec_key("name", kind)
    again = ed25519_key("other") if kind == "Ed25519" else ec_key("other", kind)
    assert key.signature(b"message") == key.signature(b"message")
    assert key.public != again.public
    assert key.did.startswith("did:key:z")


def test_canonicalization_agrees_with_the_official_vectors(vectors: Path) -> None:
    """Cases are only as good as the canonicalization that they were signed with."""
    folder = vectors / "rdf-canon"
    held = 0
    for given in sorted(folder.rglob("test*-in.nq")):
        expected = given.with_name(given.name.replace("-in.nq", "-rdfc10.nq"))
        if not expected.exists() or "074" in given.name or "075" in given.name:  # poison, and its SHA-384 sibling
            continue
        assert canonical_nquads(parse_nquads(given.read_text(encoding="utf-8"))) == expected.read_text(encoding="utf-8")
        held += 1
    assert held > 40


@pytest.mark.parametrize("hash_name", ["sha256", "sha384"])
def test_canonicalization_agrees_with_the_verifier(hash_name: str) -> None:
    """Two readings of RDFC-1.0, with unnamed nodes that only the hash orders."""
    document = badge()
    document["credentialSubject"]["result"] = [{"type": ["Result"], "value": str(n % 4)} for n in range(9)]
    text = canonical_document(document, hash_name)
    assert canonicalize(parse_nquads(text), hash_algorithm=hash_name).nquads == text


def test_datasets_of_pyld_become_a_set_of_quads() -> None:
    """Statements said twice count once; control characters are escaped as RDFC-1.0 says."""
    document = {"http://a.example/p": [{"@value": "\b\u007f"}, {"@value": "\b\u007f"}]}
    assert quads_of(jsonld.to_rdf(document, {})) == [("_:b0", "<http://a.example/p>", '"\\b\\u007F"', "")]


def test_mutations_leave_the_original_alone() -> None:
    """Cases share documents; a mutation that wrote into one would change them all."""
    document = sign(badge(), COLLEGE, "eddsa-jcs-2022")
    before = json.dumps(document)
    changed = put(document, "/@context/-", "https://a.example/")
    assert json.dumps(document) == before
    assert changed["proof"]["@context"] != changed["@context"], "what two members share must not change in both"
    assert get(rekey(document, "/name", "title"), "/title") == document["name"]
    assert altered_signature(document)["proof"]["proofValue"] != document["proof"]["proofValue"]


def test_proofs_stand_in_sets_and_chains() -> None:
    """One proof is a map, several are an array, and a chained one names what it rests on."""
    first = sign(badge(), COLLEGE, proof={"id": "urn:example:1"})
    both = chain(first, COLLEGE, ["urn:example:1"])
    assert both["proof"][1]["previousProof"] == "urn:example:1"
    assert attach(both, {})["proof"][:2] == both["proof"]
    assert verify(both, at=INSTANT).verified


def test_a_signature_by_an_unrelated_key_is_another_signature() -> None:
    """`method` only names a key; what signs is the key."""
    other = replace(ed25519_key("other"), name="college")
    assert sign(badge(), other, method=COLLEGE.method)["proof"]["proofValue"] != signed_badge()["proof"]["proofValue"]


@pytest.mark.parametrize("name", ["clr/transcript.json", "badge/badge.json"])
def test_the_documents_of_the_readme_verify_without_a_word(checkout: Path, name: str) -> None:
    """They are the first thing that a new user tries: strict default, offline, no warnings."""
    report = Verifier().verify((checkout / "test_vectors" / name).read_bytes(), at=INSTANT)
    assert report.verified
    assert list(report.problems()) == []
