"""Whom the caller trusts: issuers by id, domains, a registry; and what being on a list does not prove."""

from __future__ import annotations

from cases.documents import COLLEGE, GUILD, STRANGER, badge, signed_badge, signed_clr, single_key_document
from cases.keyring import Key
from cases.registry import Expectation, Family, Scenario, fails, passes
from cases.signing import Json, sign

FAMILY = Family("trust", "issuer")
case = FAMILY.case

SPEC = ("VCDM 2.0 §5.2", "DCC issuer registry")
DID = "did:web:aldermoor.example:music"
URL = "https://aldermoor.example/music/did.json"
UNKNOWN = ("trust.unknown", "/issuer")


def by_web(policy: Json, expect: Expectation, *, key: Key = COLLEGE) -> Scenario:
    """A badge of a did:web issuer."""
    return Scenario(
        document=sign(badge(DID), key, method=f"{DID}#key-1"),
        resources={URL: single_key_document(DID, COLLEGE)},
        policy=policy,
        expect=expect,
    )


@case("Nobody is named: the question is not asked", spec=SPEC, importance="medium")
def not_asked() -> Scenario:
    """Whom to trust is the caller's to say; without a word of theirs the check is not run."""
    return Scenario(document=signed_badge(), expect=passes(trust="not-run"))


@case("An issuer that the policy names", spec=SPEC)
def by_id() -> Scenario:
    """The id is the same, character by character, and the issuer's own key signed."""
    return Scenario(
        document=signed_badge(),
        policy={"trusted_issuers": [GUILD.did, COLLEGE.did]},
        expect=passes(trust="passed", facts={"trust": {"trusted": True, "entry": COLLEGE.did, "list": "policy"}}),
    )


@case("An issuer that nobody named", spec=SPEC, importance="critical")
def unknown() -> Scenario:
    """A warning: the credential is as good as before, only nobody vouches for who made it."""
    return Scenario(
        document=signed_badge(),
        policy={"trusted_issuers": [GUILD.did]},
        expect=passes(UNKNOWN, trust="passed", facts={"trust": {"trusted": False}}),
    )


@case("An unknown issuer where the policy asks for known ones", spec=SPEC)
def unknown_refused() -> Scenario:
    """The caller re-grades the code, and the list becomes a gate."""
    return Scenario(
        document=signed_badge(),
        policy={"trusted_issuers": [GUILD.did], "severities": {"trust.unknown": "error"}},
        expect=fails(UNKNOWN, proof="passed", issuer="passed", trust="failed"),
    )


@case("A list that is empty", spec=SPEC)
def empty_list() -> Scenario:
    """It names nobody; it does not mean everybody."""
    return Scenario(document=signed_badge(), policy={"trusted_issuers": []}, expect=passes(UNKNOWN, trust="passed"))


@case("A domain stands for its did:web issuers", spec=(*SPEC, "did:web §2.5.2"))
def by_domain() -> Scenario:
    """Whoever has the domain publishes the documents of all did:web identifiers under it."""
    return by_web(
        {"trusted_issuers": ["aldermoor.example"]},
        passes(trust="passed", facts={"trust": {"entry": "aldermoor.example", "list": "policy"}}),
    )


@case("A did:web issuer that the policy spells otherwise", spec=(*SPEC, "did:web §2.5.2"))
def by_other_spelling() -> Scenario:
    """Capitals in a host and the port that https has anyway make no other issuer."""
    return by_web(
        {"trusted_issuers": ["did:web:Aldermoor.EXAMPLE%3A443:music"]},
        passes(trust="passed", facts={"trust": {"entry": DID, "list": "policy"}}),
    )


@case("A domain does not stand for those above, below or beside it", spec=(*SPEC, "did:web §2.5.2"))
def by_other_domain() -> Scenario:
    """Domains are compared whole: no suffix, no prefix."""
    return by_web(
        {
            "trusted_issuers": [
                "moor.example",
                "www.aldermoor.example",
                "aldermoor.example.org",
                "did:web:aldermoor.example",
            ]
        },
        passes(UNKNOWN, trust="passed"),
    )


@case("An issuer in a registry", spec=SPEC)
def by_registry() -> Scenario:
    """The registry has a name for the issuer, which outranks the one that it gives itself."""
    return by_web(
        {"trust_registry": {DID: "Aldermoor College, Department of Music", GUILD.did: {"name": "The Guild"}}},
        passes(
            trust="passed",
            facts={"trust": {"entry": DID, "list": "registry", "name": "Aldermoor College, Department of Music"}},
        ),
    )


@case("A trusted name, signed by a stranger", spec=SPEC, importance="critical")
def unbound() -> Scenario:
    """Being on the list is the issuer's merit, not that of whoever writes its name."""
    return Scenario(
        document=sign(badge(COLLEGE), STRANGER),
        policy={"trusted_issuers": [COLLEGE.did]},
        expect=fails("issuer.unbound", UNKNOWN, proof="passed", issuer="failed"),
    )


@case("A trusted name that only the proof's own text ties to the key", spec=SPEC, importance="critical")
def self_asserted() -> Scenario:
    """Anybody can write such a key; a policy that takes it as signed does not thereby trust it."""
    issuer = "https://aldermoor.example/issuers/5"
    return Scenario(
        document=sign(badge(issuer), STRANGER, method=f"{issuer}#{STRANGER.multikey}"),
        policy={"trusted_issuers": ["aldermoor.example"], "minimum_binding": "self-asserted"},
        expect=passes(UNKNOWN, only=False, issuer="passed"),
    )


@case("Members of a record have issuers of their own", spec=SPEC)
def members() -> Scenario:
    """The record's issuer is trusted, one member's is not: the member says so, at its place."""
    return Scenario(
        document=signed_clr([signed_badge(), signed_badge(GUILD, id="urn:uuid:1f3c1c5e-7c8a-4b57-9f0e-1d1f4c0e7a11")]),
        policy={"trusted_issuers": [COLLEGE.did]},
        expect=passes(("trust.unknown", "/credentialSubject/verifiableCredential/1/issuer"), trust="passed"),
    )
