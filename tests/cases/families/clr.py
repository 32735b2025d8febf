"""Comprehensive Learner Records: members with reports of their own."""

from __future__ import annotations

from functools import partial

from cases.documents import (
    COLLEGE,
    CREDENTIALS,
    GUILD,
    LEARNER,
    OB,
    STRANGER,
    UNDEFINED_TERMS,
    V2,
    achievement,
    badge,
    clr,
    signed_badge,
    signed_clr,
    urn,
)
from cases.keyring import ec_key
from cases.mutations import altered_signature, date_literal, drop, put, rekey_date, tamper
from cases.registry import Family, Scenario, fails, inconclusive, passes, refused
from cases.signing import Json, sign

FAMILY = Family("clr", "clr", "nested")
case = FAMILY.case

MEMBERS = ("CLR 2.0 §B", "VCDM 2.0 §4.13")
SHAPE = ("DI §2.4.1", "VCDM 2.0 §4.13")
PAST = "2026-03-31T23:59:59Z"
AT = "/credentialSubject/verifiableCredential"


def record(*members: Json, **more: object) -> Json:
    """A record of the college with these members, signed."""
    return signed_clr(list(members), **more)  # type: ignore[arg-type]


@case("A record with two signed members verifies", spec=MEMBERS, importance="critical")
def two_members() -> Scenario:
    """One member by the record's issuer, one by another; every one is judged."""
    return Scenario(
        document=record(signed_badge(), signed_badge(GUILD, name="Tuning, level 1")),
        expect=passes(issuer="passed", terms="passed", data_model="passed", validity="passed", members="passed"),
    )


@case("Members may be signed by other suites", spec=MEMBERS)
def mixed_suites() -> Scenario:
    """Ed25519 with JCS, P-256, P-384 beside each other."""
    p256, p384 = ec_key("workshop"), ec_key("workshop", "P-384")
    return Scenario(
        document=record(
            sign(badge(GUILD, name="Tuning, level 1"), GUILD, "eddsa-jcs-2022"),
            sign(badge(p256, name="Varnish, level 1"), p256, "ecdsa-rdfc-2019"),
            sign(badge(p384, name="Strings, level 1"), p384, "ecdsa-rdfc-2019"),
        ),
        expect=passes(members="passed"),
    )


@case("A record in a JCS suite verifies", spec=[*MEMBERS, "DI-EDDSA §3.3"], features=["jcs"])
def jcs_record() -> Scenario:
    """Members are found by their names here."""
    return Scenario(
        document=sign(clr([signed_badge(), signed_badge(GUILD, name="Tuning, level 1")]), COLLEGE, "eddsa-jcs-2022"),
        expect=passes(members="passed"),
    )


@case(
    "A CLR member that expired fails the CLR",
    spec=["VCDM 2.0 §4.9", "OB 3.0 §9.1"],
    features=["validity"],
    importance="critical",
)
def member_expired() -> Scenario:
    """The record itself is valid; one badge in it is not any more. The child says why, the record that it fails."""
    return Scenario(
        document=record(signed_badge(validUntil=PAST), signed_badge(GUILD, name="Tuning, level 1")),
        expect=fails(
            ("validity.expired", f"{AT}/0/validUntil"),
            ("member.failed", f"{AT}/0"),
            absent=[("member.failed", f"{AT}/1"), "proof.invalid"],
            proof="passed",
            issuer="passed",
            validity="passed",
            members="failed",
        ),
    )


@case("A member that is not valid yet fails the CLR", spec=["VCDM 2.0 §4.9"], features=["validity"])
def member_not_yet() -> Scenario:
    """The second member begins next year."""
    return Scenario(
        document=record(signed_badge(), signed_badge(GUILD, name="Tuning, level 1", validFrom="2027-01-01T00:00:00Z")),
        expect=fails(
            ("validity.not-yet", f"{AT}/1/validFrom"),
            ("member.failed", f"{AT}/1"),
            absent=[("member.failed", f"{AT}/0")],
            proof="passed",
            members="failed",
        ),
    )


@case("A member with a broken proof fails the CLR", spec=MEMBERS, importance="critical")
def member_tampered() -> Scenario:
    """The record's own signature covers the altered member; that does not make the member its issuer's."""
    return Scenario(
        document=record(tamper(signed_badge(GUILD))),
        expect=fails("proof.invalid", ("member.failed", f"{AT}/0"), proof="passed", members="failed"),
    )


@case("A member with an altered signature fails the CLR", spec=MEMBERS)
def member_altered_signature() -> Scenario:
    """One character of the member's proofValue."""
    return Scenario(
        document=record(altered_signature(signed_badge(GUILD))),
        expect=fails("proof.invalid", ("member.failed", f"{AT}/0"), proof="passed", members="failed"),
    )


@case("A member with its sibling's proof fails the CLR", spec=MEMBERS, importance="critical")
def member_siblings_proof() -> Scenario:
    """The same issuer signed both, each once."""
    first, second = signed_badge(GUILD), signed_badge(GUILD, name="Tuning, level 1")
    return Scenario(
        document=record(first, {**second, "proof": first["proof"]}),
        expect=fails(
            "proof.invalid",
            ("member.failed", f"{AT}/1"),
            absent=[("member.failed", f"{AT}/0")],
            proof="passed",
            members="failed",
        ),
    )


@case("A member changed after the record was signed fails both", spec=MEMBERS, importance="critical")
def changed_after() -> Scenario:
    """The outer signature covers the members too."""
    return Scenario(
        document=tamper(record(signed_badge(GUILD)), f"{AT}/0/name"), expect=fails("proof.invalid", proof="failed")
    )


@case("A member removed after the record was signed fails", spec=MEMBERS, importance="critical")
def removed_after() -> Scenario:
    """A failed course cannot be left out."""
    document = record(signed_badge(), signed_badge(GUILD, name="Tuning, level 1"))
    return Scenario(document=drop(document, f"{AT}/1"), expect=fails("proof.invalid", proof="failed"))


@case(
    "A member by a stranger in another issuer's name fails the CLR", spec=["DI §5.9", *MEMBERS], importance="critical"
)
def member_unbound() -> Scenario:
    """Signed well, by a key that is not the issuer's."""
    return Scenario(
        document=record(sign(badge(GUILD), STRANGER)),
        expect=fails("issuer.unbound", ("member.failed", f"{AT}/0"), proof="passed", issuer="passed", members="failed"),
    )


@case("A member whose key cannot be had leaves the CLR open", spec=["CID 1.0 §3.3", *MEMBERS], importance="critical")
def member_indeterminate() -> Scenario:
    """A did:web issuer, offline."""
    did = "did:web:guild.example"
    return Scenario(
        document=record(sign(badge(did), GUILD, method=f"{did}#key-1"), signed_badge()),
        expect=inconclusive(
            "key.unavailable",
            ("member.indeterminate", f"{AT}/0"),
            absent=["member.failed"],
            proof="passed",
            issuer="passed",
            members="indeterminate",
        ),
    )


@case("One member fails and one is open: the CLR fails", spec=MEMBERS)
def member_failed_and_open() -> Scenario:
    """A refutation outweighs an open question; both are reported."""
    did = "did:web:guild.example"
    return Scenario(
        document=record(sign(badge(did), GUILD, method=f"{did}#key-1"), tamper(signed_badge())),
        expect=fails(("member.indeterminate", f"{AT}/0"), ("member.failed", f"{AT}/1"), members="failed"),
    )


@case("A member whose terms were not signed fails the CLR", spec=["DI §2.4.3", *MEMBERS])
def member_undefined() -> Scenario:
    """Added to the member before the record was signed: neither signature covers it."""
    return Scenario(
        document=record({**signed_badge(GUILD), "honours": "summa cum laude"}),
        expect=fails(
            ("terms.undefined", f"{AT}/0/honours"), ("member.failed", f"{AT}/0"), proof="passed", members="failed"
        ),
    )


@case("A member's expiry by absolute IRI is its expiry", spec=["DI §2.4.1", *MEMBERS], importance="critical")
def member_rekeyed() -> Scenario:
    """Re-spelled inside a member, both signatures hold; the member stays expired."""
    document = record(signed_badge(GUILD, validUntil=PAST))
    member = document["credentialSubject"]["verifiableCredential"][0]
    return Scenario(
        document=put(document, f"{AT}/0", rekey_date(member)),
        expect=fails("validity.expired", ("member.failed", f"{AT}/0"), absent=["proof.invalid"], members="failed"),
    )


@case("A member that forgets its contexts is refused", spec=["JSON-LD 1.1 §4.1.11", *MEMBERS])
def member_null_context() -> Scenario:
    """`null` at the end of the member's contexts."""
    return Scenario(
        document=put(record(signed_badge(GUILD)), f"{AT}/0/@context/-", None),
        expect=fails("terms.redefined", terms="failed"),
    )


# Members without a proof -------------------------------------------------------------------------------


@case(
    "An unsigned member of the record's own issuer is vouched for",
    spec=["OB 3.0 migration guide", *MEMBERS],
    importance="critical",
)
def member_unsecured() -> Scenario:
    """The record's issuer says it, and signed the record: a warning, no failure."""
    return Scenario(
        document=record(badge(), signed_badge(GUILD, name="Tuning, level 1")),
        expect=passes(("member.unsecured", f"{AT}/0"), members="passed"),
    )


@case(
    "An unsigned member in another issuer's name fails the CLR",
    spec=["OB 3.0 migration guide", *MEMBERS],
    importance="critical",
)
def member_issuer() -> Scenario:
    """Nothing shows that the guild ever said so."""
    return Scenario(
        document=record(badge(GUILD)),
        expect=fails("member.issuer", proof="passed", members="failed"),
    )


ORIGINAL = "https://guild.example/ob2/assertions/7"


def _evidence(name: str) -> list[Json]:
    return [{"id": name, "type": ["Evidence"], "name": "The original Open Badges 2.0 assertion"}]


@case("An unsigned member that leads to its Open Badges 2.0 original", spec=["OB 3.0 migration guide", *MEMBERS])
def member_issuer_evidence() -> Scenario:
    """Who doubts it can look there; the record's issuer vouches for it."""
    return Scenario(
        document=record(badge(GUILD, evidence=_evidence(ORIGINAL))),
        expect=passes(("member.unsecured", f"{AT}/0"), members="passed"),
    )


@case("An unsigned member whose achievement leads to its original", spec=["OB 3.0 migration guide", *MEMBERS])
def member_issuer_related() -> Scenario:
    """By `related`, which is how the achievement of both versions is linked."""
    related = [{"id": ORIGINAL, "type": ["Related"], "version": "Open Badges v2p0"}]
    return Scenario(
        document=record(badge(GUILD, achieved=achievement(related=related))),
        expect=passes(("member.unsecured", f"{AT}/0"), members="passed"),
    )


@case(
    "An unsigned member whose evidence is a name that leads nowhere",
    spec=["OB 3.0 migration guide", *MEMBERS],
    importance="critical",
)
def member_issuer_urn() -> Scenario:
    """Anybody can write a `urn:uuid:`; nobody can look there for what the guild said."""
    return Scenario(
        document=record(badge(GUILD, evidence=_evidence("urn:uuid:10481810-e094-4ffe-806f-25de49c87933"))),
        expect=fails(("member.issuer", f"{AT}/0/issuer"), proof="passed", members="failed"),
    )


def _in_unsigned_record(suite: str, vouched: Json) -> Scenario:
    inner = clr([vouched], GUILD, id=urn("inner record"), evidence=_evidence(ORIGINAL))
    at = f"{AT}/0{AT}/0"
    return Scenario(
        document=sign(clr([inner]), COLLEGE, suite),
        expect=fails(("member.issuer", f"{at}/issuer"), ("member.failed", f"{AT}/0"), proof="passed")
        if vouched["issuer"]["id"] == GUILD.did
        else passes(("member.unsecured", f"{AT}/0"), ("member.unsecured", at), members="passed"),
    )


for _suite in ("eddsa-rdfc-2022", "eddsa-jcs-2022"):
    FAMILY.add(
        f"member-of-unsigned-record-{_suite.split('-')[1]}",
        f"An unsigned badge in an unsigned record of the badge's issuer ({_suite})",
        "The inner record leads to its original, the badge does not. The college signed all of it; the guild nothing.",
        partial(_in_unsigned_record, _suite, badge(GUILD, name="Tuning, level 1")),
        spec=["OB 3.0 migration guide", *MEMBERS],
        importance="critical",
    )
    FAMILY.add(
        f"signers-badge-in-unsigned-record-{_suite.split('-')[1]}",
        f"An unsigned badge of the signer's in an unsigned record of another's ({_suite})",
        "The college signed all of it, and the badge is its own.",
        partial(_in_unsigned_record, _suite, badge(name="Tuning, level 1")),
        spec=["OB 3.0 migration guide", *MEMBERS],
    )


@case("An unsigned member that expired fails the CLR", spec=["VCDM 2.0 §4.9", *MEMBERS], features=["validity"])
def member_unsecured_expired() -> Scenario:
    """Vouched for, and over: its dates are judged like those of a signed one."""
    return Scenario(
        document=record(badge(validUntil=PAST)),
        expect=fails(("validity.expired", f"{AT}/0/validUntil"), ("member.failed", f"{AT}/0"), members="failed"),
    )


@case("A member with an empty array of proofs is unsigned", spec=MEMBERS)
def member_empty_proof() -> Scenario:
    """In another issuer's name: `proof: []` is no proof."""
    return Scenario(
        document=record(badge(GUILD, proof=[])),
        expect=fails("member.issuer", proof="passed", members="failed"),
    )


@case("Two hundred unsigned members of the record's issuer are vouched for", spec=MEMBERS, importance="medium")
def many_unsecured() -> Scenario:
    """Many, and nothing wrong with that."""
    members = [badge(name=f"Exercise {number}") for number in range(200)]
    return Scenario(document=record(*members), expect=passes("member.unsecured", members="passed"))


@case("An unsigned record with signed members is unsigned", spec=["VCDM 2.0 §4.12"], importance="critical")
def unsigned_record() -> Scenario:
    """Good members do not vouch for the record around them."""
    return Scenario(document=clr([signed_badge(GUILD)]), expect=fails("proof.missing", proof="failed"))


# Kinds of members --------------------------------------------------------------------------------------


@case("A member of an unknown type is judged by its proof", spec=MEMBERS)
def member_type() -> Scenario:
    """A licence that no specification here knows: its signature holds, its meaning is nobody's."""
    licence = {
        "@context": [V2, UNDEFINED_TERMS],
        "id": urn("licence"),
        "type": ["VerifiableCredential", "KilnOperatorLicence"],
        "issuer": GUILD.did,
        "validFrom": "2026-01-15T00:00:00Z",
        "credentialSubject": {"id": LEARNER.did, "kilns": "up to 1,300 °C"},
    }
    return Scenario(
        document=record(sign(licence, GUILD)),
        expect=passes(("member.type", f"{AT}/0"), members="passed"),
    )


@case("A member of an unknown type still has to verify", spec=MEMBERS)
def member_type_tampered() -> Scenario:
    """Not knowing the type is no excuse for the signature."""
    licence = {
        "@context": [V2, UNDEFINED_TERMS],
        "id": urn("licence"),
        "type": ["VerifiableCredential", "KilnOperatorLicence"],
        "issuer": GUILD.did,
        "validFrom": "2026-01-15T00:00:00Z",
        "credentialSubject": {"id": LEARNER.did, "kilns": "up to 1,100 °C"},
    }
    return Scenario(
        document=record(tamper(sign(licence, GUILD), "/credentialSubject/kilns", "up to 1,300 °C")),
        expect=fails("proof.invalid", ("member.failed", f"{AT}/0"), members="failed"),
    )


@case("A record may hold a record", spec=MEMBERS)
def record_in_record() -> Scenario:
    """A transcript of a former school as a member: judged with its own members."""
    inner = signed_clr([signed_badge(GUILD)], GUILD, id=urn("inner record"))
    return Scenario(document=record(inner, signed_badge()), expect=passes(members="passed"))


@case(
    "A member two levels down that expired fails the whole", spec=MEMBERS, features=["validity"], importance="critical"
)
def expired_two_levels_down() -> Scenario:
    """Both records around it fail, and the pointer leads to the date."""
    inner = signed_clr([signed_badge(GUILD, validUntil=PAST)], GUILD, id=urn("inner record"))
    return Scenario(
        document=record(signed_badge(), inner),
        expect=fails(
            ("validity.expired", f"{AT}/1{AT}/0/validUntil"),
            ("member.failed", f"{AT}/1{AT}/0"),
            ("member.failed", f"{AT}/1"),
            proof="passed",
            validity="passed",
            members="failed",
        ),
    )


# Identity and shape ------------------------------------------------------------------------------------


@case("The same member twice is worth a warning", spec=["VCDM 2.0 §4.4"], importance="medium")
def same_member_twice() -> Scenario:
    """Word for word the same credential: it says nothing new and nothing false."""
    member = signed_badge(GUILD)
    return Scenario(
        document=record(member, member), expect=passes("data-model.duplicate-id", only=False, members="passed")
    )


@case("A member about another learner fails the CLR", spec=MEMBERS, importance="critical")
def member_subject() -> Scenario:
    """A badge of somebody else in this learner's record."""
    return Scenario(
        document=record(signed_badge(), signed_badge(GUILD, subject=STRANGER.did)),
        expect=fails("member.subject", proof="passed", members="failed"),
    )


@case("A statement about a member from outside it fails the CLR", spec=SHAPE, importance="critical")
def shape_outside() -> Scenario:
    """The record's own evidence gives a member's node an end date that its issuer never signed."""
    member = signed_badge(GUILD)
    aside = {"id": member["id"], "type": ["Evidence"], CREDENTIALS + "validUntil": date_literal("2099-01-01T00:00:00Z")}
    return Scenario(
        document=record(member, evidence=[aside]), expect=fails("member.shape", proof="passed", members="failed")
    )


@case("A member's end moved out of it fails the CLR", spec=SHAPE, importance="critical")
def shape_moved_out() -> Scenario:
    """The statement stays in the record's graph, but the member is read, and verified, without it."""
    member = signed_badge(GUILD, validUntil=PAST)
    aside = {"id": member["id"], CREDENTIALS + "validUntil": date_literal(PAST)}
    document = record(member)
    moved = drop(document, f"{AT}/0/validUntil") | {"@included": [aside]}
    return Scenario(document=moved, expect=fails(("member.failed", f"{AT}/0"), members="failed"))


@case("A credential that stands where none is looked for fails the CLR", spec=SHAPE)
def shape_unlocated() -> Scenario:
    """As evidence of the record: typed as a credential, in nobody's list of members, judged by no one."""
    hidden = {"id": urn("hidden"), "type": ["VerifiableCredential", "OpenBadgeCredential"], "name": "Hidden"}
    return Scenario(document=record(signed_badge(), evidence=[hidden]), expect=fails("member.shape", members="failed"))


@case("A member with the record's own id fails the CLR", spec=SHAPE)
def shape_own_id() -> Scenario:
    """In the graph the two are one node: what is said of the badge is said of the record."""
    return Scenario(
        document=record(signed_badge(GUILD, id=urn("record"))), expect=fails("member.shape", members="failed")
    )


@case("A member with the record's own id fails the CLR in JSON as well", spec=SHAPE, features=["jcs"])
def shape_own_id_jcs() -> Scenario:
    """No graph merges them there; whoever looks one up by its id must not find the other."""
    member = signed_badge(GUILD, id=urn("record"))
    return Scenario(
        document=sign(clr([member]), COLLEGE, "eddsa-jcs-2022"),
        expect=fails(("member.shape", f"{AT}/0"), proof="passed", members="failed"),
    )


@case("Shared issuers, learners and achievements are not a matter of shape", spec=SHAPE)
def shared_nodes() -> Scenario:
    """The same achievement in the record and in two members, described alike."""
    shared = achievement("Soldering, level 2")
    return Scenario(
        document=record(
            signed_badge(achieved=shared),
            signed_badge(GUILD, name="Soldering again", achieved=shared),
            subject={"achievement": [shared]},
        ),
        expect=passes(members="passed"),
    )


@case("A record without members fails", spec=["CLR 2.0 ClrSubject"], importance="medium")
def no_members() -> Scenario:
    """A record has at least one credential."""
    document = drop(clr([]), "/credentialSubject/verifiableCredential")
    return Scenario(document=sign(document, COLLEGE), expect=fails("data-model.required", proof="passed"))


@case("A member that is no credential fails the CLR", spec=MEMBERS)
def member_not_a_credential() -> Scenario:
    """Just an achievement where a credential belongs."""
    return Scenario(document=sign(clr([achievement("Sweeping")]), COLLEGE), expect=refused())


@case("A URL is not a member", spec=MEMBERS)
def member_by_url() -> Scenario:
    """A reference to a credential elsewhere: it is not here, so it was not judged."""
    return Scenario(document=sign(clr([signed_badge(), "https://guild.example/badges/3"]), COLLEGE), expect=refused())


@case("A member whose contexts nobody knows leaves the question open", spec=["DI §2.4.1", *MEMBERS])
def member_unknown_context() -> Scenario:
    """JSON-LD cannot even read the record without it."""
    document = record(signed_badge(GUILD))
    return Scenario(
        document=put(document, f"{AT}/0/@context", [V2, OB, "https://contexts.example/awards/v1"]),
        expect=inconclusive("terms.unknown-context"),
    )
