"""What is read of a credential is what its signature covers, however a holder spells it.

A holder can write the same statements in many ways without touching the signature. Whatever they
write: a credential that has expired, was revoked, is not valid yet or was signed by another than its
issuer never verifies; whatever verifies reads the same; and what only looks unusual still verifies.
`test_mutants` tries many more changes, of more kinds of proofs; here a failure is narrowed down.
"""

from __future__ import annotations

import functools
import itertools
import json
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from cases.documents import CREDENTIALS
from cases.keyring import ec_key
from cases.signing import canonical_document
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from support.moves import SEC_PROOF, part_in_graph
from support.mutants import RESPELLINGS
from support.mutations import HARMLESS, Json, Respelling, respelled
from support.simulator import AT, ILL, WELL, Sample, badge, loader, plain, record, sample, signed

import vcverify
from vcverify.jsonld import Contexts

Steps = Sequence[tuple[Respelling, int]]

ISSUER = CREDENTIALS + "issuer"

seeds = st.integers(0, 2**32 - 1)
steps = st.lists(st.tuples(st.sampled_from(RESPELLINGS), seeds), min_size=1, max_size=4)
harmless = st.lists(st.tuples(st.sampled_from(HARMLESS), seeds), min_size=1, max_size=6)


@functools.cache
def verifier(engine: str = "fast") -> vcverify.Verifier:
    return vcverify.Verifier(loader=loader(), engine=engine)


@functools.cache
def contexts() -> Contexts:
    from vcverify.bundled import bundled

    def load(url: str) -> Any:
        return bundled().context(url)

    return Contexts(load)


@functools.cache
def original(name: str) -> vcverify.Report:
    return verifier().verify(sample(name).document, at=AT)


def reading(report: vcverify.Report) -> str:
    assert report.credential is not None
    return json.dumps(report.credential.to_dict(), sort_keys=True)


def inside(report: vcverify.Report) -> set[tuple[str, str]]:
    """The readings of the credentials inside, as what each is there."""
    return {(child.relation, reading(child)) for child in report.children}


def judge(case: Sample, changes: Steps, engine: str = "fast") -> tuple[vcverify.Report, tuple[str, ...]]:
    """The report on the respelled sample, held to what holds of every spelling; and which respellings applied."""
    document, applied = respelled(case.document, changes, contexts())
    report = verifier(engine).verify(json.dumps(document), at=AT)
    codes = {problem.code for problem in report.problems()}
    assert "internal.error" not in codes, applied
    told = report.to_dict()
    assert told["verified"] == report.verified
    if case.code is not None:
        assert not report.verified, applied
        if case.code == "issuer.unbound" and case.name.startswith(("plain", "badge")):
            assert not report.authentic, applied
    if report.verified:
        assert reading(report) == reading(original(case.name)), applied
        if not case.unsecured:
            assert inside(report) == inside(original(case.name)), applied
    return report, applied


# --- the samples themselves -----------------------------------------------------------------------


@pytest.mark.parametrize("name", WELL)
def test_a_sample_that_is_well_verifies(name: str) -> None:
    """Nothing can be learned from respelling what would be refused as it is."""
    assert original(name).verified, list(original(name).problems())


@pytest.mark.parametrize("name", ILL)
def test_a_sample_that_is_ill_is_refused_for_what_ails_it(name: str) -> None:
    """A refusal for another reason would hide a reading that misses the real one."""
    assert not original(name).verified
    assert sample(name).code in {problem.code for problem in original(name).problems()}


# --- properties -----------------------------------------------------------------------------------


@settings(max_examples=300)
@given(st.sampled_from(ILL), steps)
def test_no_spelling_makes_an_ill_credential_verify(name: str, changes: Steps) -> None:
    """Nothing that a holder can write is a way around expiry, revocation or the issuer's key."""
    judge(sample(name), changes)


@settings(max_examples=200)
@given(st.sampled_from(WELL), steps)
def test_whatever_spelling_verifies_reads_the_same(name: str, changes: Steps) -> None:
    """The reading is a function of the signed statements (a holder may not choose what is seen of them)."""
    judge(sample(name), changes)


def issuer_in_array(value: Any) -> bool:
    """The one array that is refused: data models ask for one issuer, and readers of the JSON would not find it."""
    if isinstance(value, dict):
        return any(isinstance(value.get(name), list) for name in ("issuer", ISSUER)) or any(
            map(issuer_in_array, value.values())
        )
    return isinstance(value, list) and any(map(issuer_in_array, value))


@settings(max_examples=150)
@given(st.sampled_from(WELL), harmless)
def test_harmless_spellings_verify(name: str, changes: Steps) -> None:
    """IRIs for names, arrays of one and another order are JSON-LD's daily bread; refusing them would be wrong."""
    document, applied = respelled(sample(name).document, changes, contexts(), proofs=False)
    assume(not issuer_in_array(document))
    report = verifier().verify(document, at=AT)
    assert report.verified, (applied, [(p.code, p.pointer, p.detail) for p in report.problems()])
    assert reading(report) == reading(original(name))


def pairs(names: Sequence[str], respellings: Sequence[Respelling]) -> Iterator[tuple[str, Respelling, int]]:
    """Every respelling with every sample, with a seed that is the same at every run."""
    for at, (name, respelling) in enumerate(itertools.product(names, respellings)):
        yield name, respelling, at


@pytest.mark.parametrize("respelling", RESPELLINGS, ids=lambda respelling: respelling.__name__)
def test_each_respelling_alone_is_no_way_around(respelling: Respelling) -> None:
    """One step each, on every sample: what chance may leave out is still tried."""
    kept = 0
    for name, how, seed in pairs((*ILL, *WELL), (respelling,)):
        report, applied = judge(sample(name), [(how, seed)])
        kept += bool(applied) and bool(report.evidence)
    assert kept > 0 or respelling is part_in_graph, "a respelling that breaks every signature tries nothing"


@settings(max_examples=25)
@given(st.sampled_from(WELL), st.tuples(st.sampled_from(RESPELLINGS), seeds))
def test_the_signature_holds_exactly_while_the_statements_are_the_same(
    name: str, change: tuple[Respelling, int]
) -> None:
    """PyLD says which statements a spelling makes; neither engine may lose one or add one."""
    if name == "plain/proof-chain":
        return
    document, _ = respelled(sample(name).document, [change], contexts())
    report = verifier().verify(json.dumps(document), at=AT)
    try:
        same = canonical_document(_unsecured(document)) == canonical_document(_unsecured(sample(name).document))
    except Exception:
        same = False
    assert bool(report.evidence) == same


@settings(max_examples=25)
@given(st.sampled_from((*ILL, *WELL)), steps)
def test_the_other_engine_is_no_way_around_either(name: str, changes: Steps) -> None:
    """`engine="pyld"` expands documents with other code; what is read must be the same."""
    report, applied = judge(sample(name), changes, engine="pyld")
    document, _ = respelled(sample(name).document, changes, contexts())
    assert report.outcome == verifier().verify(json.dumps(document), at=AT).outcome, applied


def _unsecured(document: Json) -> Json:
    return {name: value for name, value in document.items() if name != "proof"}


# --- single spellings that once were ways around ----------------------------------------------------


def changed(name: str) -> Json:
    """A sample to be written into."""
    document: Json = json.loads(json.dumps(sample(name).document))
    return document


@pytest.mark.parametrize("key", [SEC_PROOF, "seal"])
@pytest.mark.parametrize("name", ["record/member-forged", "record/member-other-issuer", "record"])
def test_a_member_whose_proof_is_written_under_another_name_is_not_unsecured(name: str, key: str) -> None:
    """The record's signature covers the proof by any name; a member that has one is judged by it, or not at all."""
    document = changed(name)
    if key == "seal":
        document["@context"].append({"seal": {"@id": SEC_PROOF, "@type": "@id", "@container": "@graph"}})
    for member in document["credentialSubject"]["verifiableCredential"]:
        proof = member.pop("proof")
        member[key] = {"@graph": proof} if key == SEC_PROOF else proof
    report = verifier().verify(document, at=AT)
    assert report.check("proof").outcome == "passed"
    assert not report.verified
    assert "proof.malformed" in {problem.code for problem in report.problems()}


def test_what_a_member_says_of_its_issuer_is_read_of_the_records_issuer_too() -> None:
    """The record's issuer may be written as an id alone where a member describes it: the statements are the same."""
    document = changed("record")
    document["issuer"] = document["issuer"]["id"]
    report = verifier().verify(document, at=AT)
    assert report.verified
    assert reading(report) == reading(original("record"))


@pytest.mark.parametrize("name", ["plain", "badge", "record", "presentation"])
@pytest.mark.parametrize("wrapping", ["@graph", "@included"])
def test_a_document_that_is_no_credential_itself_has_a_report_all_the_same(name: str, wrapping: str) -> None:
    """A document without a subject of its own is refused with its reasons, not with an exception."""
    document = changed(name)
    outer = {member: document.pop(member) for member in ("@context", "proof")}
    report = verifier().verify({**outer, wrapping: [document]}, at=AT)
    assert not report.verified
    assert report.id is None
    json.dumps(report.to_dict())
    str(report)


@pytest.mark.parametrize("name", ["plain/proof-set", "plain/proof-chain"])
def test_the_order_of_proofs_leaves_no_trace(name: str) -> None:
    """Which proof is looked at first is the holder's choice; what is read is not."""
    document = changed(name)
    document["proof"].reverse()
    report = verifier().verify(document, at=AT)
    assert report.verified
    assert reading(report) == reading(original(name))


def test_the_kinds_of_proofs_in_a_set_leave_no_trace_of_their_order() -> None:
    """Proofs over statements, over JSON and with other hashes read the same credential, whichever stands first."""
    p384 = ec_key("college", "P-384")
    document = signed(signed(plain()), suite="eddsa-jcs-2022")
    document = signed(document, p384, suite="ecdsa-rdfc-2019")
    readings = set()
    for order in itertools.permutations(document["proof"]):
        report = verifier().verify({**document, "proof": list(order)}, at=AT)
        assert report.verified, list(report.problems())
        readings.add(reading(report))
    assert len(readings) == 1


def test_two_properties_of_one_name_are_both_told() -> None:
    """Contexts give several IRIs the same name; a reading that overwrote one would hide what was signed."""
    document = plain()
    document["credentialSubject"]["http://schema.org/name"] = "Another name"
    report = verifier().verify(signed(document), at=AT)
    told = reading(report)
    assert "Another name" in told
    assert "A. Learner" in told


def test_a_credential_inside_is_told_once() -> None:
    """What mentions it may be many; told again at each mention, a small document would become a large answer."""
    member = signed(badge(description="x" * 10_000))
    mentions = [
        {"id": f"urn:example:{at}", "type": ["Evidence"], "https://schema.org/about": {"id": member["id"]}}
        for at in range(100)
    ]
    report = verifier().verify(record(member, evidence=mentions), at=AT)
    assert report.verified, list(report.problems())
    assert reading(report).count("x" * 10_000) == 1


def test_unnamed_things_are_told_in_the_order_of_what_is_said_of_them() -> None:
    """Which of two alike nodes in two members gets the lower canonical label is chance; what is read is not."""
    document = changed("record")
    document["credentialSubject"]["verifiableCredential"].reverse()
    report = verifier().verify(document, at=AT)
    assert report.verified
    assert reading(report) == reading(original("record"))
