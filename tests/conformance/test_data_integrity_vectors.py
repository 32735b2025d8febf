"""Published Data Integrity vectors match in every intermediate value that they state.

Each folder of W3C's vectors holds the steps of one proof: canonical document, proof configuration,
their hashes, the two combined, the signature as hex and as multibase. They are compared with the
report's evidence, and with what the suites' own functions answer. Where a publisher states no steps,
the steps of an independent path (PyLD, `rfc8785`) stand in for them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from cases import signing
from cases.rdfc import canonical_nquads, quads_of
from pyld import jsonld
from support.vectors import VECTORS, controller_documents, present

import vcverify
from vcverify import suites
from vcverify.crypto import KeyKind, PublicKey
from vcverify.documents import EmbeddedDocument, ReceivedProof, parse
from vcverify.jsontypes import loads
from vcverify.limits import DEFAULT_LIMITS
from vcverify.loading.memory import StaticLoader
from vcverify.multiformats import base58_decode
from vcverify.suites.data_integrity import DataIntegritySuite
from vcverify.suites.proofs import Proof, read_proof, suite_of
from vcverify.suites.transformation import JCS
from vcverify.suites.unsecured import Unsecured

AT = datetime(2026, 6, 1, tzinfo=UTC)
EDDSA = "eddsa/w3c-vc-di-eddsa"
ECDSA = "ecdsa/w3c-vc-di-ecdsa"
CHAINS = "eddsa/w3c-ccg-proof-chains"
SETS = f"{EDDSA}/proof-set-chain"
BADGE = "ob3/1edtech-spec-vector"
HASHES = {KeyKind.P384: "sha384"}

NOT_HERE = {
    "ecdsa-sd-2023": "it hashes statements in groups; its steps are held in test_ecdsa_sd.py",
}
"""Folders of vectors that this module leaves out, and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vector:
    """The files of one published proof: `suffix` ends all their names."""

    folder: str
    suffix: str

    def read(self, name: str, kind: str = "txt") -> str:
        return (VECTORS / self.folder / f"{name}{self.suffix}.{kind}").read_text(encoding="utf-8")

    def stated(self, name: str) -> str:
        return self.read(name).strip()


W3C = (
    Vector(folder=f"{EDDSA}/eddsa-rdfc-2022", suffix="DataInt"),
    Vector(folder=f"{EDDSA}/eddsa-jcs-2022", suffix="JCS"),
    Vector(folder=f"{EDDSA}/Ed25519Signature2020", suffix="EdSig"),
    Vector(folder=f"{ECDSA}/ecdsa-rdfc-2019-p256", suffix="ECDSAP256"),
    Vector(folder=f"{ECDSA}/ecdsa-rdfc-2019-p384", suffix="ECDSAP384"),
    Vector(folder=f"{ECDSA}/ecdsa-jcs-2019-p256", suffix="JCSECDSAP256"),
)
ONLY_CANONICAL = Vector(folder=f"{ECDSA}/ecdsa-jcs-2019-p384", suffix="JCSECDSAP384")
"""Published without its signed document."""

pytestmark = pytest.mark.skipif(not present(), reason="the published vectors are not beside this checkout")


@pytest.fixture(scope="module")
def verifier() -> vcverify.Verifier:
    return vcverify.Verifier(loader=StaticLoader(controller_documents()))


def signed_documents() -> Iterator[Any]:
    """Every signed document of the suites here whose publisher calls it valid, by file."""
    names = ["eddsa/digitalbazaar-mocks", "eddsa/w3c-vc-di-eddsa-CGFR2022", "ecdsa/w3c-ecdsa-test-suite"]
    paths = [path for name in names for path in sorted((VECTORS / name).glob("*.json"))]
    paths += [VECTORS / vector.folder / f"signed{vector.suffix}.json" for vector in W3C]
    paths += [VECTORS / BADGE / "signed.json"]
    for path in paths:
        if path.is_file():
            yield pytest.param(path, id=str(path.relative_to(VECTORS)))


def evidence_of(report: vcverify.Report) -> dict[str, Any]:
    assert report.check("proof").outcome == "passed", [(p.code, p.pointer, p.detail) for p in report.problems()]
    assert len(report.evidence) == 1
    return dict(report.evidence[0])


def worked_by_hand(path: Path) -> tuple[DataIntegritySuite, Unsecured, Proof]:
    """What the pipeline would give the suite of a document with one proof."""
    document = parse(path.read_bytes())
    assert isinstance(document, EmbeddedDocument)
    name, proof_type = suite_of(document.proofs[0])
    suite = suites.find(name, proof_type)
    assert isinstance(suite, DataIntegritySuite)
    contexts = vcverify.Verifier(loader=StaticLoader(controller_documents()))._contexts(())
    return suite, Unsecured(document.unsecured, contexts, DEFAULT_LIMITS, "fast"), read_proof(document.proofs[0])


# --- W3C: every step is stated --------------------------------------------------------------------


@pytest.mark.parametrize("vector", W3C, ids=lambda vector: vector.folder)
def test_evidence_is_what_the_publisher_states_step_by_step(vector: Vector, verifier: vcverify.Verifier) -> None:
    """A signature can only agree when all steps do; stating them shows where it would not."""
    report = verifier.verify((VECTORS / vector.folder / f"signed{vector.suffix}.json").read_bytes(), at=AT)
    evidence = evidence_of(report)
    assert evidence["canonicalDocument"].strip() == vector.stated("canonDoc")
    assert evidence["canonicalDocumentHash"] == vector.stated("docHash")
    assert evidence["proofConfig"].strip() == vector.stated("proofCanon")
    assert evidence["proofConfigHash"] == vector.stated("proofHash")
    assert evidence["hashData"] == vector.stated("combinedHash")


@pytest.mark.parametrize("vector", W3C, ids=lambda vector: vector.folder)
def test_the_suite_alone_answers_the_same_steps(vector: Vector) -> None:
    """`vcverify canonicalize` and suites from outside call these functions without a report."""
    suite, unsecured, proof = worked_by_hand(VECTORS / vector.folder / f"signed{vector.suffix}.json")
    key = PublicKey.from_multikey(proof.verification_method.partition("#")[2])
    name = HASHES.get(key.kind, "sha256")
    config, problems = suite.transform.proof_config(unsecured, proof, name)
    document, digest = suite.transform.document_digest(unsecured, proof, name)
    assert not problems
    assert config.strip() == vector.stated("proofCanon")
    assert document.strip() == vector.stated("canonDoc")
    assert digest.hex() == vector.stated("docHash")
    assert hashlib.new(name, config.encode()).hexdigest() == vector.stated("proofHash")


@pytest.mark.parametrize("vector", W3C, ids=lambda vector: vector.folder)
def test_the_proof_value_is_the_stated_signature(vector: Vector) -> None:
    """Hex, multibase and the proof's own member are three spellings of the same bytes, and the key agrees to them."""
    signature = bytes.fromhex(vector.stated("sigHex"))
    text = vector.stated("sigBTC58")
    proof = json.loads(vector.read("signed", "json"))["proof"]
    assert proof["proofValue"] == text
    assert base58_decode(text[1:], limit=DEFAULT_LIMITS.signature_characters, code="proof.malformed") == signature
    key = PublicKey.from_multikey(proof["verificationMethod"].partition("#")[2])
    algorithm = {KeyKind.ED25519: "EdDSA", KeyKind.P256: "ES256", KeyKind.P384: "ES384"}[key.kind]
    assert key.verifies(signature, bytes.fromhex(vector.stated("combinedHash")), algorithm)


@pytest.mark.parametrize("vector", W3C, ids=lambda vector: vector.folder)
def test_the_stated_proof_configuration_is_the_proof_without_its_value(vector: Vector) -> None:
    """The configuration that is canonicalized is the proof under the document's contexts (DI-EDDSA §3.2.5)."""
    document = json.loads(vector.read("signed", "json"))
    config = json.loads(vector.read("proofConfig", "json"))
    assert config.pop("@context") == document["@context"]
    rest = {name: value for name, value in document["proof"].items() if name not in ("proofValue", "@context")}
    assert rest == config


def test_the_canonical_document_of_a_vector_without_signature() -> None:
    """Of ecdsa-jcs-2019 on P-384 only the canonical document is published."""
    document = json.loads((VECTORS / ECDSA / "unsigned.json").read_text(encoding="utf-8"))
    contexts = vcverify.Verifier(loader=StaticLoader(controller_documents()))._contexts(())
    unsecured = Unsecured(document, contexts, DEFAULT_LIMITS, "fast")
    value = json.loads(
        (VECTORS / ECDSA / "ecdsa-jcs-2019-p256/proofConfigJCSECDSAP256.json").read_text(encoding="utf-8")
    )
    proof = read_proof(ReceivedProof(value=value, pointer="/proof"))
    canonical, digest = JCS.document_digest(unsecured, proof, "sha384")
    assert canonical == ONLY_CANONICAL.stated("canonDoc")
    assert digest == hashlib.sha384(canonical.encode()).digest()


def test_every_folder_of_vectors_is_held_or_has_a_reason() -> None:
    """A folder that appears one day must not be passed over in silence."""
    held = {vector.folder for vector in (*W3C, ONLY_CANONICAL)} | {SETS}
    for base in (EDDSA, ECDSA):
        for folder in sorted(path for path in (VECTORS / base).iterdir() if path.is_dir()):
            assert f"{base}/{folder.name}" in held or folder.name in NOT_HERE, folder.name


# --- 1EdTech's and others' ------------------------------------------------------------------------


def test_the_badge_of_the_implementation_guide_matches_step_by_step(verifier: vcverify.Verifier) -> None:
    """1EdTech states N-Quads, hashes, signed bytes and signature of one badge."""
    stated = json.loads((VECTORS / BADGE / "vector.json").read_text(encoding="utf-8"))
    evidence = evidence_of(verifier.verify((VECTORS / BADGE / "signed.json").read_bytes(), at=AT))
    assert evidence["canonicalDocument"] == (VECTORS / BADGE / "document-canon.txt").read_text(encoding="utf-8")
    assert evidence["proofConfig"] == (VECTORS / BADGE / "proof-canon.txt").read_text(encoding="utf-8")
    assert evidence["canonicalDocumentHash"] == stated["documentHash"]
    assert evidence["proofConfigHash"] == stated["proofHash"]
    assert evidence["hashData"] == stated["dataToSign"]
    signature = base58_decode(stated["proofValue"][1:], limit=128, code="proof.malformed")
    assert signature.hex() == stated["signatureHex"]
    key = PublicKey.from_multikey(stated["publicKeyMultibase"])
    assert key.fingerprint.hex().endswith(stated["publicKeyHex"])
    assert key.verifies(signature, bytes.fromhex(stated["dataToSign"]), "EdDSA")


@pytest.mark.parametrize("path", list(signed_documents()))
def test_evidence_is_what_an_independent_path_works_out(path: Path, verifier: vcverify.Verifier) -> None:
    """Most documents come without their steps; PyLD and another RFC 8785 then say what they are."""
    document = loads(path.read_bytes())
    assert isinstance(document, dict)
    proof: Any = document["proof"]
    if proof.get("cryptosuite") in NOT_HERE:
        pytest.skip(NOT_HERE[proof["cryptosuite"]])
    evidence = evidence_of(verifier.verify(path.read_bytes(), at=AT))
    name = evidence["hashAlgorithm"]
    unsecured: Any = {member: value for member, value in document.items() if member != "proof"}
    config = {member: value for member, value in proof.items() if member != "proofValue"}
    if "jcs" in evidence["cryptosuite"]:
        canonical, canonical_config = rfc8785.dumps(unsecured).decode(), rfc8785.dumps(config).decode()
    else:
        canonical = _nquads(unsecured, name)
        canonical_config = _nquads({**config, "@context": document["@context"]}, name)
    assert evidence["canonicalDocument"] == canonical
    assert evidence["proofConfig"] == canonical_config
    hashes = [hashlib.new(name, text.encode()).hexdigest() for text in (canonical_config, canonical)]
    assert [evidence["proofConfigHash"], evidence["canonicalDocumentHash"]] == hashes
    assert evidence["hashData"] == "".join(hashes)


def _nquads(document: dict[str, Any], name: str) -> str:
    supplied = {url: resource.body for url, resource in controller_documents().items()}

    def load(url: str, options: object) -> dict[str, Any]:
        if url not in supplied:
            return signing._load(url, options)
        return {
            "contentType": "application/ld+json",
            "contextUrl": None,
            "documentUrl": url,
            "document": json.loads(supplied[url]),
        }

    return canonical_nquads(quads_of(jsonld.to_rdf(document, {"base": None, "documentLoader": load})), name)


# --- proof sets and chains ------------------------------------------------------------------------


def chain_files() -> Iterator[Any]:
    for path in sorted((VECTORS / CHAINS).glob("*.json")):
        yield pytest.param(path, id=path.name)


REASONS = {
    "ArrayMissingFail": ("proof.chain", "/proof/1/previousProof"),
    "StringMissingFail": ("proof.chain", "/proof/1/previousProof"),
    "ProofMissingFail": ("proof.chain", "/proof/1/previousProof"),
    "NotStringFail": ("proof.malformed", "/proof/1/previousProof"),
}
"""What must be among the problems of the chains that fail, by what their names say is wrong."""


@pytest.mark.parametrize("path", list(chain_files()))
def test_a_chain_answers_what_its_file_name_says(path: Path, verifier: vcverify.Verifier) -> None:
    """The names of the files carry the verdicts: `...Ok...` or `...Fail...` (DI §4.5)."""
    report = verifier.verify(path.read_bytes(), at=AT)
    found = {(problem.code, problem.pointer) for problem in report.check("proof").problems}
    if "Fail" not in path.name:
        assert report.check("proof").outcome == "passed", found
        assert {one["proof"] for one in report.evidence} == {"/proof/0", "/proof/1"}
        return
    assert report.check("proof").outcome == "failed"
    assert next(reason for name, reason in REASONS.items() if name in path.name) in found


@pytest.mark.parametrize(
    ("name", "proofs"),
    [("signedProofSet1", 1), ("signedProofSet2", 2), ("proofChainTempDoc1", 2), ("signedProofChain1", 3)],
)
def test_every_proof_of_a_published_set_or_chain_holds(name: str, proofs: int, verifier: vcverify.Verifier) -> None:
    """The example of DI §4.5: two proofs beside each other, and a third that builds on both."""
    report = verifier.verify((VECTORS / SETS / f"{name}.json").read_bytes(), at=AT)
    assert report.check("proof").outcome == "passed", list(report.problems())
    assert len(report.evidence) == proofs


def test_the_last_link_of_a_chain_signs_the_links_before_it(verifier: vcverify.Verifier) -> None:
    """A proof with `previousProof` covers the document together with the proofs that it names (DI §4.5)."""
    document = json.loads((VECTORS / SETS / "signedProofChain1.json").read_text(encoding="utf-8"))
    config = json.loads((VECTORS / SETS / "proofChainConfigSigned1.json").read_text(encoding="utf-8"))
    assert document["proof"][2] == {name: value for name, value in config.items() if name != "@context"}
    report = verifier.verify(document, at=AT)
    last = next(one for one in report.evidence if one["proof"] == "/proof/2")
    assert last["canonicalDocument"] == _nquads({**document, "proof": document["proof"][:2]}, "sha256")


@pytest.mark.parametrize(
    ("position", "pointers"),
    [(0, {"/proof/0/proofValue", "/proof/2/previousProof"}), (1, {"/proof/1/proofValue", "/proof/2/previousProof"})],
)
def test_a_chain_whose_earlier_link_does_not_hold_fails_at_both(
    position: int, pointers: set[str], verifier: vcverify.Verifier
) -> None:
    """A broken link is told where it is, and where something builds on it."""
    document = json.loads((VECTORS / SETS / "signedProofChain1.json").read_text(encoding="utf-8"))
    other = json.loads((VECTORS / EDDSA / "eddsa-rdfc-2022/signedDataInt.json").read_text(encoding="utf-8"))
    document["proof"][position]["proofValue"] = other["proof"]["proofValue"]
    report = verifier.verify(document, at=AT)
    assert report.check("proof").outcome == "failed"
    assert {problem.pointer for problem in report.check("proof").problems} == pointers


@pytest.mark.parametrize("removed", [0, 1])
def test_a_chain_without_one_of_its_links_fails(removed: int, verifier: vcverify.Verifier) -> None:
    """A holder who takes a proof away must not be left with a proof that still counts."""
    document = json.loads((VECTORS / SETS / "signedProofChain1.json").read_text(encoding="utf-8"))
    del document["proof"][removed]
    report = verifier.verify(document, at=AT)
    assert report.check("proof").outcome == "failed"
    assert "proof.chain" in {problem.code for problem in report.check("proof").problems}


def test_a_set_holds_in_any_order_and_without_some_of_its_proofs(verifier: vcverify.Verifier) -> None:
    """Proofs of a set are independent of each other (DI §2.1.1)."""
    document = json.loads((VECTORS / SETS / "signedProofSet2.json").read_text(encoding="utf-8"))
    readings = []
    for proofs in ([0, 1], [1, 0], [0], [1]):
        report = verifier.verify({**document, "proof": [document["proof"][at] for at in proofs]}, at=AT)
        assert report.check("proof").outcome == "passed"
        assert report.credential is not None
        readings.append(report.credential.to_dict())
    assert all(reading == readings[0] for reading in readings)
