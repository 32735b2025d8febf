"""Family I of the catalogue: credentials inside others that do not hold, or are not looked at."""

from __future__ import annotations

import copy
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from cases.documents import (
    CLR_CONTEXTS,
    COLLEGE,
    CREDENTIALS,
    GUILD,
    LEARNER,
    STRANGER,
    V2,
    achievement,
    badge,
    clr,
    endorsement,
    presentation,
    signed_badge,
    signed_clr,
    signed_endorsement,
    signed_presentation,
    urn,
)
from cases.keyring import multibase58
from cases.mutations import drop, put, rekey
from cases.registry import Scenario
from cases.signing import Json, sign
from cases.tokens import envelope, joined, signed, token
from support.catalogue import Attacks, accepted, gaps, rejected, table
from support.confined import Confinement

ATTACKS = Attacks("i")
PAST = "2026-02-01T00:00:00Z"
MINISTRY = "did:web:ministry.example"
HOLDS = CREDENTIALS + "verifiableCredential"


def forged(document: Json) -> Json:
    """With a signature of zeros."""
    return put(document, "/proof/proofValue", multibase58(bytes(64)))


def unsecured(document: Json) -> Json:
    return {name: value for name, value in document.items() if name != "proof"}


_MEMBERS: dict[str, Callable[[], Any]] = {
    "forged": lambda: forged(signed_badge(GUILD)),
    "changed": lambda: {**signed_badge(GUILD), "name": "Master of all trades"},
    "proof_of_a_sibling": lambda: {**badge(GUILD), "proof": signed_badge(GUILD, name="Other")["proof"]},
    "proof_of_the_record": lambda: {**badge(GUILD), "proof": signed_clr([])["proof"]},
    "other_issuer_without_proof": lambda: badge(MINISTRY),
    "other_issuer_by_stranger": lambda: sign(badge(MINISTRY), STRANGER),
    "other_issuer_with_empty_proof": lambda: {**badge(GUILD), "proof": []},
    "other_issuer_with_null_proof": lambda: {**badge(GUILD), "proof": None},
    "other_issuer_with_empty_evidence": lambda: badge(MINISTRY, evidence=[]),
    "other_issuer_with_unnamed_evidence": lambda: badge(MINISTRY, evidence=[{"type": ["Evidence"]}]),
    "issuer_missing": lambda: drop(badge(), "/issuer"),
    "expired": lambda: signed_badge(GUILD, validUntil=PAST),
    "expired_and_own": lambda: badge(validUntil=PAST),
    "not_yet": lambda: signed_badge(GUILD, validFrom="2027-01-01T00:00:00Z"),
    "period_inverted": lambda: signed_badge(GUILD, validUntil="2026-01-01T00:00:00Z"),
    "of_another_learner": lambda: signed_badge(GUILD, subject="did:example:mallory"),
    "of_another_learner_and_own": lambda: badge(subject="did:example:mallory"),
    "with_undefined_term": lambda: {**signed_badge(GUILD), "honours": "first class"},
    "with_redefining_context": lambda: put(signed_badge(GUILD, validUntil=PAST), "/@context/-", {"validUntil": None}),
    "with_unknown_context": lambda: put(signed_badge(GUILD), "/@context/-", "https://evil.example/context"),
    "with_null_context": lambda: {**signed_badge(GUILD), "@context": None},
    "with_unknown_suite": lambda: put(signed_badge(GUILD), "/proof/cryptosuite", "ministry-2030"),
    "with_other_purpose": lambda: sign(badge(GUILD), GUILD, purpose="authentication"),
    "with_challenge_of_other_purpose": lambda: sign(badge(GUILD), GUILD, proof={"expires": PAST}),
    "with_one_bad_proof_of_two": lambda: {
        **signed_badge(GUILD), "proof": [signed_badge(GUILD)["proof"], forged(signed_badge(GUILD))["proof"]]
    },
    "id_of_the_record": lambda: {**signed_badge(GUILD), "id": urn("record")},
    "no_type": lambda: drop(signed_badge(GUILD), "/type"),
    "type_lost": lambda: {**unsecured(badge(MINISTRY)), "type": ["Achievement"]},
    "by_type_iri": lambda: {**badge(MINISTRY), "type": [CREDENTIALS + "VerifiableCredential"]},
    "in_array": lambda: [forged(signed_badge(GUILD))],
    "in_set": lambda: {"@set": [forged(signed_badge(GUILD))]},
    "in_graph": lambda: {"@graph": [forged(signed_badge(GUILD))]},
    "in_list": lambda: {"@list": [forged(signed_badge(GUILD))]},
    "in_value": lambda: {"@value": "eyJ"},
    "text": lambda: "https://ministry.example/credentials/1",
    "token_bare_by_stranger": lambda: token(badge(GUILD), STRANGER, kid=GUILD.method),
    "text_of_json": lambda: "{}",
    "number": lambda: 5,
    "null_and_forged": lambda: [None, forged(signed_badge(GUILD))],
    "reference": lambda: {"id": "https://ministry.example/credentials/1"},
    "keyword_spelled": lambda: rekey(rekey(forged(signed_badge(GUILD)), "/type", "@type"), "/id", "@id"),
    "proof_by_iri": lambda: rekey(forged(signed_badge(GUILD)), "/proof", "https://w3id.org/security#proof"),
    "endorsement_forged": lambda: signed_badge(
        GUILD, endorsement=[forged(signed_endorsement(urn("badge/Soldering, level 2")))]
    ),
    "endorsement_of_other": lambda: signed_badge(GUILD, endorsement=[signed_endorsement("urn:x:other")]),
    "endorsement_unsecured": lambda: signed_badge(GUILD, endorsement=[endorsement(urn("badge/Soldering, level 2"))]),
    "envelope_junk": lambda: envelope("!!!"),
    "envelope_three_dots": lambda: envelope("..."),
    "envelope_none": lambda: envelope(joined({"alg": "none"}, badge(GUILD), lambda _: b"")),
    "envelope_by_stranger": lambda: envelope(token(badge(GUILD), STRANGER, kid=GUILD.method)),
    "envelope_expired": lambda: envelope(signed(badge(GUILD, validUntil=PAST), GUILD)),
    "envelope_media": lambda: envelope(signed(badge(GUILD), GUILD), media="application/octet-stream"),
    "envelope_text_html": lambda: envelope(signed(badge(GUILD), GUILD), media="text/html"),
    "envelope_cose": lambda: envelope("0oRDoQEm", media="application/vc+cose"),
    "envelope_presentation": lambda: envelope(signed(badge(GUILD), GUILD), "vp"),
    "envelope_https": lambda: {**envelope(""), "id": "https://ministry.example/token"},
    "envelope_base64": lambda: envelope("e30=", media="application/vc+jwt;base64"),
    "envelope_empty": lambda: {**envelope(""), "id": "data:,"},
    "envelope_of_envelope": lambda: envelope(signed(envelope(signed(badge(GUILD), GUILD)), GUILD)),
    "envelope_with_proof": lambda: {**envelope("x"), "proof": signed_badge(GUILD)["proof"]},
    "envelope_two_types": lambda: {
        **envelope(signed(badge(GUILD, validUntil=PAST), GUILD)),
        "type": ["EnvelopedVerifiableCredential", "VerifiableCredential"],
    },
}  # fmt: skip
"""Members of a record that is well signed but for them."""


def _record(name: str) -> Scenario:
    unsigned = clr([signed_badge(COLLEGE, name="Another"), _MEMBERS[name]()])
    try:
        document = sign(unsigned, COLLEGE)
    except Exception:
        document = {**unsigned, "proof": signed_clr([])["proof"]}
    return Scenario(document=document, expect=rejected())


def _record_in_json(name: str) -> Scenario:
    unsigned = clr([signed_badge(COLLEGE, name="Another"), _MEMBERS[name]()])
    return Scenario(document=sign(unsigned, COLLEGE, "eddsa-jcs-2022"), expect=rejected())


def _presented(name: str) -> Scenario:
    unsigned = presentation([_MEMBERS[name]()])
    try:
        document = sign(unsigned, LEARNER, purpose="authentication")
    except Exception:
        document = {**unsigned, "proof": signed_presentation([])["proof"]}
    return Scenario(document=document, expect=rejected())


_OF_RECORDS = ("of_another_learner", "of_another_learner_and_own", "id_of_the_record")
"""Wrong in a record only."""

for _name in _MEMBERS:
    ATTACKS.add(f"member_{_name}", partial(_record, _name))
    ATTACKS.add(f"member_{_name}_in_signed_json", partial(_record_in_json, _name))
    if _name not in _OF_RECORDS:
        ATTACKS.add(f"presented_{_name}", partial(_presented, _name))

# --- where nobody looks ---------------------------------------------------------------------------

_PLACES: dict[str, Callable[[Json], Json]] = {
    "at_iri": lambda record: rekey(record, "/credentialSubject/verifiableCredential", HOLDS),
    "at_top": lambda record: {
        **drop(record, "/credentialSubject/verifiableCredential"),
        HOLDS: record["credentialSubject"]["verifiableCredential"],
    },
    "in_achievement": lambda record: put(
        record, "/credentialSubject/achievement", [{**achievement(), "related": record["credentialSubject"]["verifiableCredential"]}]
    ),
    "in_evidence": lambda record: {**record, "evidence": record["credentialSubject"]["verifiableCredential"]},
    "in_issuer": lambda record: put(record, "/issuer/endorsement", record["credentialSubject"]["verifiableCredential"]),
    "in_terms_of_use": lambda record: {**record, "termsOfUse": record["credentialSubject"]["verifiableCredential"]},
    "in_included": lambda record: {**record, "@included": record["credentialSubject"]["verifiableCredential"]},
}  # fmt: skip


def _placed(name: str) -> Scenario:
    document = _PLACES[name](clr([forged(signed_badge(GUILD))]))
    return Scenario(document=sign(document, COLLEGE), expect=rejected())


for _name in _PLACES:
    ATTACKS.add(f"place_{_name}", partial(_placed, _name))

# --- many, and deep -------------------------------------------------------------------------------


def stacked(levels: int, *, secured: bool) -> Json:
    """Records inside each other around an expired badge."""
    document = signed_badge(validUntil=PAST) if secured else badge(validUntil=PAST)
    for level in range(levels):
        document = clr([document], id=urn(f"level {level}"))
        document = sign(document, COLLEGE) if secured and level < 6 else document
    return document


@ATTACKS
def forty_levels() -> Scenario:
    """Records in records, forty of them."""
    document: Any = badge()
    for level in range(40):
        document = {"@context": CLR_CONTEXTS, "id": urn(f"l{level}"), "type": ["VerifiableCredential", "ClrCredential"],
                    "issuer": COLLEGE.did, "credentialSubject": {"verifiableCredential": [document]}}  # fmt: skip
    return Scenario(document={**document, "proof": signed_badge()["proof"]}, expect=rejected("limit.exceeded"))


for _levels in (1, 2, 3, 4, 5, 6, 9):
    ATTACKS.add(
        f"expired_{_levels}_levels_down",
        partial(lambda levels: Scenario(document=stacked(levels, secured=True), expect=rejected()), _levels),
    )


@ATTACKS
def envelopes_in_envelopes() -> Scenario:
    """Seven tokens, each a record around the next."""
    text = signed(badge(), COLLEGE)
    for level in range(7):
        text = signed(clr([envelope(text)], id=urn(f"token {level}")), COLLEGE)
    return Scenario(document=text, expect=rejected("limit.exceeded"))


@ATTACKS
def same_member_twice() -> Scenario:
    """Once more of the same says nothing new."""
    return Scenario(document=signed_clr([signed_badge(), signed_badge()]), expect=accepted("data-model.duplicate-id"))


@ATTACKS
def same_id_other_content() -> Scenario:
    """Two members of one id, one of them expired."""
    members = [signed_badge(GUILD), signed_badge(GUILD, validUntil=PAST)]
    return Scenario(document=signed_clr(members), expect=rejected())


@ATTACKS
def thousand_unsecured() -> Scenario:
    """A thousand members that the record's issuer vouches for, a megabyte."""
    members = [badge(name=f"Unit {number}", id=urn(f"unit {number}")) for number in range(1_000)]
    return Scenario(document=sign(clr(members), COLLEGE, "eddsa-jcs-2022"), expect=accepted("member.unsecured"))


@ATTACKS
def two_hundred_forged() -> Scenario:
    """Two hundred members whose signatures are zeros: each is tried, none under every revision."""
    one = forged(signed_badge(GUILD))
    members = [{**copy.deepcopy(one), "id": urn(f"forged {number}")} for number in range(200)]
    return Scenario(document={**clr(members), "proof": one["proof"]}, expect=rejected("proof.invalid"))


@ATTACKS
def endorsements_without_end() -> Scenario:
    """An endorsement of an endorsement of an endorsement, and so on."""
    document = signed_endorsement(urn("badge/Soldering, level 2"))
    for level in range(12):
        document = sign(endorsement(document["id"], endorsement=[document], id=urn(f"e{level}")), GUILD)
    return Scenario(document=signed_badge(endorsement=[document]), expect=rejected())


@ATTACKS
def presentation_without_credentials_context() -> Scenario:
    """A presentation whose one context does not define its credentials' place."""
    document = sign(presentation([forged(signed_badge())]), LEARNER, purpose="authentication")
    return Scenario(document={**document, "@context": [V2, {"verifiableCredential": None}]}, expect=rejected())


SHOWN = table("""
I01  clr-member-altered-signature #member_forged #member_changed
I02  clr-member-issuer #member_other_issuer_without_proof
I03  clr-member-expired #member_expired
I04  clr-same-member-twice #same_member_twice
I05  clr-member-subject #member_of_another_learner
I06  limits-nesting-forty #forty_levels
I07  clr-many-unsecured #thousand_unsecured
I11  enveloped-broken-junk-base64 enveloped-broken-other-media #member_envelope_junk #member_envelope_media
""")


def test_every_line_is_shown() -> None:
    """A line without an attack is a promise that nobody keeps."""
    assert not gaps("I", SHOWN, ATTACKS)


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_is_judged_as_the_catalogue_says(name: str, confinement: Confinement) -> None:
    """In a process of its own, within 2 s of processor time and 256 MiB."""
    assert not confinement.judge(ATTACKS.case(name)).faults()
