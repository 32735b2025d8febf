"""Families L and M of the catalogue: reports and logs, the network, caches, callers, threads and clocks.

What needs a server, a terminal, a browser or threads is shown by tests of its own.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from cases.documents import (
    COLLEGE,
    GUILD,
    LEARNER,
    badge,
    signed_badge,
    signed_clr,
    signed_presentation,
    single_key_document,
)
from cases.keyring import ed25519_key, method_entry
from cases.lists import entry
from cases.registry import Scenario
from cases.signing import Json, sign
from cases.tokens import token
from support.catalogue import Attacks, accepted, gaps, rejected, table
from support.confined import Confinement
from support.simulator import AT

import vcverify

ATTACKS = Attacks("lm")
DID = "did:web:aldermoor.example"
URL = "https://aldermoor.example/.well-known/did.json"

# --- L: what is told ------------------------------------------------------------------------------

NASTY = {
    "escape_sequences": "\x1b[2J\x1b]0;owned\x07\x1b]8;;https://evil.example\x07click\x1b\\",
    "line_ends": "x\r\n2026-06-01 INFO verified did:web:ministry.example\n\u2028\u2029\x85",
    "bidirectional": "\u202egnirtS\u202c \u2066a\u2067b\u2068c\u2069 \u200f\u061c",
    "invisible": "Har\u200bvard\u2060 \ufeff\u00ad\u180e\U000e0041",
    "megabyte": "A" * 1_000_000,
    "megabyte_of_controls": "\x1b" * 100_000,
    "markup": "<script>alert(1)</script><img src=x onerror=alert(1)>&lt;",
    "markdown": "[x](javascript:alert(1)) `` ![y](https://evil.example/z) | # a",
    "formula": '=HYPERLINK("https://evil.example")',
    "format": "%s%n{0}{__class__}${jndi:ldap://evil.example}",
    "marks": "Harvard University \u2714 Verified\nissuer: passed",
    "nul": "a\x00b",
}

PLACES: dict[str, Callable[[str], Any]] = {
    "issuer_id": lambda text: {**signed_badge(), "issuer": {**badge()["issuer"], "id": text}},
    "issuer_name": lambda text: {**signed_badge(), "issuer": {**badge()["issuer"], "name": text}},
    "name": lambda text: {**signed_badge(), "name": text},
    "id": lambda text: {**signed_badge(), "id": text},
    "type": lambda text: {**signed_badge(), "type": ["VerifiableCredential", text]},
    "context": lambda text: {**signed_badge(), "@context": [text]},
    "term": lambda text: {**signed_badge(), text[:1000]: text},
    "term_in_context": lambda text: {**signed_badge(), "@context": [*badge()["@context"], {text[:1000]: None}]},
    "date": lambda text: signed_badge() | {"validUntil": text},
    "status_type": lambda text: {**signed_badge(), "credentialStatus": {"id": "urn:x", "type": text}},
    "status_index": lambda text: {**signed_badge(), "credentialStatus": entry(text)},
    "status_url": lambda text: {**signed_badge(), "credentialStatus": {**entry("7"), "statusListCredential": text}},
    "schema_type": lambda text: {**signed_badge(), "credentialSchema": {"id": "urn:x", "type": text}},
    "proof_type": lambda text: {**signed_badge(), "proof": {**signed_badge()["proof"], "type": text}},
    "suite": lambda text: {**signed_badge(), "proof": {**signed_badge()["proof"], "cryptosuite": text}},
    "method": lambda text: {**signed_badge(), "proof": {**signed_badge()["proof"], "verificationMethod": text}},
    "value": lambda text: {**signed_badge(), "proof": {**signed_badge()["proof"], "proofValue": text}},
    "purpose": lambda text: {**signed_badge(), "proof": {**signed_badge()["proof"], "proofPurpose": text}},
    "previous": lambda text: {**signed_badge(), "proof": {**signed_badge()["proof"], "previousProof": text}},
    "language": lambda text: {**signed_badge(), "name": {"@value": "x", "@language": text}},
    "endorsement": lambda text: {**signed_badge(), "endorsement": [{**signed_badge(), "id": text, "type": [text]}]},
    "kid": lambda text: token(badge(), COLLEGE, kid=text[:9_000]),
    "alg": lambda text: token(badge(), COLLEGE, alg=text[:9_000]),
    "typ": lambda text: token(badge(), COLLEGE, typ=text[:9_000]),
    "claim": lambda text: token({**badge(), "iss": text}, COLLEGE),
    "prose": lambda text: text,
    "svg": lambda text: f"<svg>{text}</svg>",
}  # fmt: skip


@pytest.mark.parametrize("where", PLACES)
@pytest.mark.parametrize("what", NASTY)
def test_no_report_obeys_the_text_that_it_tells_of(what: str, where: str) -> None:
    """Problems are printable and short; the text of a report has line ends and colours of ours only."""
    given = PLACES[where](NASTY[what])
    report = vcverify.verify(given.encode() if isinstance(given, str) else given, at=AT)
    for problem in report.problems():
        for told in (problem.detail, problem.expected, problem.found, problem.remedy):
            assert told is None or (told.isprintable() and len(told) < 1_500), problem.code
    text = str(report)
    assert text.replace("\n", "").isprintable()
    assert max(map(len, text.splitlines())) < 3_000
    json.dumps(report.to_dict()).encode("ascii")


@ATTACKS
def surrogate_in_a_name() -> Scenario:
    """Half a character where a message would quote it."""
    text = json.dumps({**signed_badge(), "@context": ["x"], "name": "@"}).replace('"@"', '"\\ud800"')
    return Scenario(text=text, expect=rejected("input.malformed"))


@ATTACKS
def mebibyte_in_the_issuer() -> Scenario:
    """A million characters where the issuer's id belongs."""
    document = {**signed_badge(), "issuer": {**badge()["issuer"], "id": "A" * 1_000_000}}
    return Scenario(document=document, expect=rejected())


# --- M: keys and documents -------------------------------------------------------------------------


def by_web(document: Any, **options: Any) -> Scenario:
    return Scenario(
        document=sign(badge(DID), COLLEGE, method=f"{DID}#key-1"),
        resources={URL: document},
        expect=rejected(),
        **options,
    )


@ATTACKS
def key_rotated() -> Scenario:
    """The document lists another key under another name: the key is not listed, and nothing is said of the signature."""
    scenario = by_web(single_key_document(DID, GUILD, fragment="key-2"))
    return Scenario(document=scenario.document, resources=scenario.resources, expect=rejected("key.unresolved"))


@ATTACKS
def key_replaced() -> Scenario:
    """The same name, another key: the signature does not hold."""
    scenario = by_web(single_key_document(DID, GUILD))
    return Scenario(document=scenario.document, resources=scenario.resources, expect=rejected("proof.invalid"))


@ATTACKS
def document_of_a_mebibyte() -> Scenario:
    """A mebibyte and a byte."""
    document = single_key_document(DID, COLLEGE)
    size = (1 << 20) + 1 - len(json.dumps({**document, "padding": ""}, separators=(",", ":")))
    return by_web({**document, "padding": "x" * size})


@ATTACKS
def method_embedded_under_a_listed_name() -> Scenario:
    """A top-level method, and one of the same id and another key embedded for assertions."""
    method = method_entry(GUILD, f"{DID}#key-1", DID)
    other = method_entry(COLLEGE, f"{DID}#key-1", DID)
    return by_web({"id": DID, "verificationMethod": [method], "assertionMethod": [other]})


@ATTACKS
def assertion_by_another_s_name() -> Scenario:
    """The relationship names another DID's method of the same fragment."""
    method = method_entry(COLLEGE, f"{DID}#key-1", DID)
    return by_web({"id": DID, "verificationMethod": [method], "assertionMethod": ["did:web:evil.example#key-1"]})


@ATTACKS
def web_page_for_a_document() -> Scenario:
    """A page that says it is HTML and is JSON all the same."""
    body = base64.b64encode(b"<html>" + json.dumps(single_key_document(DID, COLLEGE)).encode()).decode()
    return by_web({"base64": body, "mediaType": "text/html"})


# --- M: related resources, presentations, many ------------------------------------------------------

SYLLABUS = "https://college.example/syllabus.txt"


def digest(name: str, text: bytes) -> str:
    return f"{name}-" + base64.b64encode(hashlib.new(name, text).digest()).decode()


GOOD, OTHER = b"The syllabus.", b"Another syllabus."

_DIGESTS: dict[str, Any] = {
    "other": {"digestSRI": digest("sha384", OTHER)},
    "weaker_good_stronger_bad": {"digestSRI": f"{digest('sha256', GOOD)} {digest('sha512', OTHER)}"},
    "stronger_bad_first": {"digestSRI": f"{digest('sha512', OTHER)} {digest('sha256', GOOD)}"},
    "cut_short": {"digestSRI": digest("sha256", GOOD)[:20]},
    "sha1": {"digestSRI": digest("sha1", GOOD)},
    "empty": {"digestSRI": ""},
    "number": {"digestSRI": 5},
    "hexadecimal": {"digestSRI": "sha256-" + hashlib.sha256(GOOD).hexdigest()},
    "none": {},
    "multibase_other": {"digestMultibase": "uEiA" + "A" * 40},
    "both_one_bad": {"digestSRI": digest("sha256", GOOD), "digestMultibase": "uEiA" + "A" * 40},
}


def _related(name: str) -> Scenario:
    document = sign(badge(relatedResource=[{"id": SYLLABUS, **_DIGESTS[name]}]), COLLEGE)
    return Scenario(document=document, resources={SYLLABUS: GOOD.decode()}, expect=rejected())


for _name in _DIGESTS:
    ATTACKS.add(f"related_{_name}", partial(_related, _name))

ASKED = {"challenge": "c82f7883-42a1-4b78", "domain": "https://registrar.example"}

_ANSWERS: dict[str, Json] = {
    "nothing": {},
    "no_challenge": {"domain": ASKED["domain"]},
    "no_domain": {"challenge": ASKED["challenge"]},
    "other_challenge": {**ASKED, "challenge": "an older one"},
    "challenge_longer": {**ASKED, "challenge": ASKED["challenge"] + " "},
    "challenge_array": {**ASKED, "challenge": [ASKED["challenge"], "x"]},
    "challenge_empty": {**ASKED, "challenge": ""},
    "other_domain": {**ASKED, "domain": "https://evil.example"},
    "domain_prefix": {**ASKED, "domain": ASKED["domain"] + ".evil.example"},
    "domain_slash": {**ASKED, "domain": ASKED["domain"] + "/"},
    "domain_capitals": {**ASKED, "domain": ASKED["domain"].upper()},
    "domain_superset": {**ASKED, "domain": [ASKED["domain"], "https://evil.example"]},
    "domain_number": {**ASKED, "domain": 5},
}


def _presented(name: str) -> Scenario:
    document = signed_presentation([signed_badge()], proof=_ANSWERS[name])
    return Scenario(document=document, options=dict(ASKED), expect=rejected())


for _name in _ANSWERS:
    ATTACKS.add(f"presented_{_name}", partial(_presented, _name))


@ATTACKS
def presented_as_asked() -> Scenario:
    """Nothing else is wrong with these."""
    return Scenario(document=signed_presentation([signed_badge()], proof=ASKED), options=dict(ASKED), expect=accepted())


@ATTACKS
def presented_by_another() -> Scenario:
    """The holder is one, the signature another's."""
    document = signed_presentation([signed_badge()], GUILD, proof=ASKED)
    return Scenario(document={**document, "holder": LEARNER.did}, options=dict(ASKED), expect=rejected())


@ATTACKS
def members_of_50_issuers() -> Scenario:
    """Each at a host of its own: the loads of one verification end at a number."""
    members, world = [], {}
    for number in range(50):
        did = f"did:web:school-{number}.example"
        members.append(sign(badge(did, name=f"Badge {number}"), GUILD, method=f"{did}#key-1"))
        world[f"https://school-{number}.example/.well-known/did.json"] = single_key_document(did, GUILD)
    return Scenario(document=signed_clr(members), resources=world, expect=rejected("limit.exceeded"))


@ATTACKS
def members_of_50_keys_of_one_host() -> Scenario:
    """Fifty documents of one host."""
    members, world = [], {}
    for number in range(50):
        did = f"did:web:school.example:{number}"
        members.append(sign(badge(did, name=f"Badge {number}"), GUILD, method=f"{did}#key-1"))
        world[f"https://school.example/{number}/did.json"] = single_key_document(did, GUILD)
    return Scenario(document=signed_clr(members), resources=world, expect=rejected("limit.exceeded"))


@ATTACKS
def members_of_one_issuer() -> Scenario:
    """Fifty members, one document."""
    did = "did:web:school.example"
    key = ed25519_key("school")
    members = [sign(badge(did, name=f"Badge {number}"), key, method=f"{did}#key-1") for number in range(50)]
    world = {"https://school.example/.well-known/did.json": single_key_document(did, key)}
    return Scenario(document=signed_clr(members), resources=world, expect=accepted())


SHOWN = table("""
L01  input-issuer-with-controls input-terminal-controls adversarial/test_lm_surroundings.py::test_no_report_obeys_the_text_that_it_tells_of
L02  input-lone-surrogate #surrogate_in_a_name jose-header-surrogate
L03  #mebibyte_in_the_issuer adversarial/test_lm_surroundings.py::test_no_report_obeys_the_text_that_it_tells_of
M01  adversarial/test_network.py::test_a_host_that_changes_its_address adversarial/test_network.py::test_the_system_is_asked_once_for_a_name
M02  adversarial/test_network.py::test_a_host_with_one_private_address_among_its_own
M03  adversarial/test_network.py::test_an_answer_that_is_not_taken
M05  adversarial/test_network.py::test_an_answer_that_is_not_taken
M06  adversarial/test_network.py::test_an_address_that_is_not_public
M07  adversarial/test_network.py::test_an_answer_that_is_not_taken
M08  adversarial/test_network.py::test_an_answer_that_is_not_taken
M09  adversarial/test_network.py::test_an_answer_that_is_not_taken adversarial/test_network.py::test_what_is_sent
M10  adversarial/test_network.py::test_an_answer_that_is_not_taken adversarial/test_network.py::test_no_more_is_read_than_the_length_that_is_stated
M12  adversarial/test_network.py::test_a_certificate_that_is_not_accepted adversarial/test_network.py::test_an_old_version_of_tls
M13  adversarial/test_network.py::test_proxies_of_the_environment_are_not_used
M14  adversarial/test_network.py::test_an_answer_that_is_not_taken #web_page_for_a_document
M16  limits-controller-bytes #document_of_a_mebibyte
M18  adversarial/test_network.py::test_failures_are_forgotten_soon unit/test_https_cache.py::test_a_failure_is_remembered_and_soon_forgotten
M19  issuer-rotated #key_rotated #key_replaced
M20  issuer-only-capability
M21  issuer-relationship-of-other #assertion_by_another_s_name
M22  issuer-duplicate-method #method_embedded_under_a_listed_name
M23  adversarial/test_f_did_documents.py::controllers_in_a_circle
M24  issuer-also-known-as adversarial/test_f_did_documents.py::issuers_name_in_evils_document
M25  schema-related-exchanged #related_weaker_good_stronger_bad
M27  adversarial/test_schemas.py::test_a_large_expression_is_not_run_over_a_large_text
M29  adversarial/test_g_schemas.py::credential_whose_schema_is_itself
M31  presentation-no-challenge presentation-other-domain presentation-challenge-number #presented_no_domain #presented_challenge_array
M33  clr-member-siblings-proof
M34  limits-fetches limits-fetched-once #members_of_50_issuers #members_of_one_issuer adversarial/test_network.py::test_many_credentials_of_one_issuer_ask_once
M38  unit/test_formats.py::test_no_text_of_a_document_becomes_markup unit/test_formats.py::test_no_text_of_a_document_becomes_markdown
M39  (no report is CSV: they are text, JSON, HTML, Markdown and SARIF)
M40  unit/test_rendering.py::test_text_of_the_input_cannot_look_like_ours
M41  unit/test_rendering.py::test_the_issuers_name_stands_beside_its_id_in_quotation_marks unit/test_formats.py::test_a_name_never_stands_without_an_id
M42  unit/test_rendering.py::test_values_of_problems_are_escaped_too unit/test_cli.py::test_controls_in_a_complaint_are_escaped
M43  unit/test_cli.py::test_a_file_may_have_any_name
M44  unit/test_cli.py::test_endless_input_is_read_no_further_than_the_limit
M45  unit/test_cli.py::test_the_exit_code_is_the_worst_that_applies
M46  adversarial/test_robustness.py::test_a_document_that_changes_meanwhile_is_read_as_it_was_at_one_time
M47  adversarial/test_odd_values.py::test_odd_values_are_refused_by_name
M48  adversarial/test_robustness.py::test_threads_that_share_a_verifier_never_disturb_each_other
M49  adversarial/test_robustness.py::test_an_interruption_leaves_nothing_half_done
M50  adversarial/test_odd_values.py::test_any_instant_can_be_asked_for adversarial/test_odd_values.py::test_an_instant_that_is_none_is_the_callers_mistake
""")


def test_every_line_is_shown() -> None:
    """A line without an attack is a promise that nobody keeps."""
    assert not gaps("LM", SHOWN, ATTACKS)


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_is_judged_as_the_catalogue_says(name: str, confinement: Confinement) -> None:
    """In a process of its own, within 2 s of processor time and 256 MiB."""
    assert not confinement.judge(ATTACKS.case(name)).faults()
