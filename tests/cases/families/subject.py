"""Whose it is: what the caller knows of the learner, compared with the subject."""

from __future__ import annotations

import hashlib
from functools import partial
from typing import Any

from cases.documents import (
    COLLEGE,
    GUILD,
    LEARNER,
    STRANGER,
    badge,
    clr,
    signed_badge,
    signed_clr,
    signed_presentation,
    urn,
)
from cases.mutations import drop, put, tamper
from cases.registry import Expectation, Family, Scenario, fails, inconclusive, passes
from cases.signing import Json, sign

FAMILY = Family("subject", "recipient")
case = FAMILY.case

SPEC = ("OB 3.0 §9.1 step 1", "OB 3.0 §9.3")
XAPI = ("xAPI 1.0.3 §4.1.2.1", *SPEC)
MAIL = "a@example.com"
AT = "/credentialSubject"
SUITES = ("eddsa-rdfc-2022", "eddsa-jcs-2022")


def digest(value: str, salt: str = "", algorithm: str = "sha256") -> str:
    """An IdentityHash."""
    return f"{algorithm}${hashlib.new(algorithm, (value + salt).encode()).hexdigest()}"


def identifier(value: str, kind: str = "emailAddress", *, hashed: bool = False, **members: Any) -> Json:
    """An IdentityObject."""
    return {"type": "IdentityObject", "hashed": hashed, "identityHash": value, "identityType": kind, **members}


def hashed(value: str = MAIL, salt: str = "Kosher", algorithm: str = "sha256", kind: str = "emailAddress") -> Json:
    """A hashed IdentityObject."""
    held = identifier(digest(value, salt, algorithm), kind, hashed=True)
    return held | {"salt": salt} if salt else held


def about(
    expect: Expectation,
    known: list[Any],
    *identifiers: Json,
    subject: str | None = None,
    suite: str = "eddsa-rdfc-2022",
) -> Scenario:
    """A badge about somebody with these identifiers, and what the caller knows."""
    document = badge(subject=subject)
    if identifiers:
        document = put(document, f"{AT}/identifier", list(identifiers))
    return Scenario(document=sign(document, COLLEGE, suite), options={"subject": known}, expect=expect)


def matched(how: str, *warnings: Any) -> Expectation:
    return passes(*warnings, facts={"subject": {"matched": how}}, subject="passed")


MISMATCH = fails(("subject.mismatch", AT), absent=["identity.weak"], proof="passed", subject="failed")
BY_MAIL = {"identityType": "emailAddress", "value": MAIL}


@case("Nobody asks whose it is", spec=SPEC, importance="medium")
def not_asked() -> Scenario:
    """The check is not run, and says so."""
    return Scenario(document=signed_badge(), expect=passes(subject="not-run"))


@case("The subject has the known id", spec=SPEC, importance="critical")
def by_id() -> Scenario:
    """Compared as it stands."""
    return about(matched("id"), [{"id": LEARNER.did}], subject=LEARNER.did)


@case("The subject has another id", spec=SPEC, importance="critical")
def by_other_id() -> Scenario:
    """Somebody else's badge."""
    return about(MISMATCH, [{"id": STRANGER.did}], subject=LEARNER.did)


@case("One of several known ids is the subject's", spec=SPEC)
def one_of_several() -> Scenario:
    """One match is enough."""
    return about(matched("id"), [{"id": STRANGER.did}, BY_MAIL, {"id": LEARNER.did}], subject=LEARNER.did)


@case("An id in other letters is another id", spec=SPEC, importance="medium")
def id_case() -> Scenario:
    """Ids are compared exactly."""
    return about(MISMATCH, [{"id": LEARNER.did.upper()}], subject=LEARNER.did)


for _suite in SUITES:
    _how = _suite.split("-")[1]
    FAMILY.add(
        f"plain-{_how}",
        f"An identifier in plain ({_suite})",
        "The known type and value stand in the badge.",
        partial(about, matched("emailAddress"), [BY_MAIL], identifier(MAIL), suite=_suite),
        spec=SPEC,
        importance="critical",
    )
    FAMILY.add(
        f"sha256-salted-{_how}",
        f"An identifier hashed with sha256 and a salt ({_suite})",
        "The digest of `a@example.comKosher` is the specification's own example.",
        partial(about, matched("emailAddress"), [BY_MAIL], hashed(), suite=_suite),
        spec=SPEC,
        importance="critical",
    )
    FAMILY.add(
        f"other-{_how}",
        f"An identifier of somebody else ({_suite})",
        "Another address, hashed with the same salt.",
        partial(about, MISMATCH, [BY_MAIL], hashed("b@example.com"), suite=_suite),
        spec=SPEC,
        importance="critical",
    )


@case("The digest of the specification's example", spec=SPEC)
def example() -> Scenario:
    """Written out, so that this case depends on nobody's code."""
    text = "sha256$b5809d8a92f8858436d7e6b87c12ebc0ae1eac4baecc2c0b913aee2c922ef399"
    return about(matched("emailAddress"), [BY_MAIL], identifier(text, hashed=True, salt="Kosher"))


_HASHED: dict[str, tuple[Expectation, Json, str]] = {
    "sha256-unsalted": (matched("emailAddress", "identity.weak"), hashed(salt=""), "It can be guessed"),
    "md5-salted": (matched("emailAddress", "identity.weak"), hashed(algorithm="md5"), "md5 is weak"),
    "md5-unsalted": (matched("emailAddress", "identity.weak"), hashed(salt="", algorithm="md5"), "Weak twice over"),
    "empty-salt": (
        matched("emailAddress", "identity.weak"),
        hashed(salt="") | {"salt": ""},
        "A salt of no characters is none",
    ),
    "upper-case": (
        matched("emailAddress"),
        hashed() | {"identityHash": digest(MAIL, "Kosher").upper()},
        "Hex digits have no case, nor has the algorithm's name",
    ),
    "other-salt": (MISMATCH, hashed() | {"salt": "Sea"}, "The digest is of another salt"),
    "no-prefix": (
        MISMATCH,
        hashed() | {"identityHash": digest(MAIL, "Kosher").partition("$")[2]},
        "A digest of no named algorithm",
    ),
    "other-algorithm": (
        MISMATCH,
        hashed() | {"identityHash": digest(MAIL, "Kosher").replace("sha256", "sha1")},
        "sha1 is no algorithm of an IdentityHash",
    ),
    "plain-said-hashed": (MISMATCH, identifier(MAIL, hashed=True, salt="Kosher"), "The text is the address itself"),
    "hash-said-plain": (MISMATCH, identifier(digest(MAIL, "Kosher"), salt="Kosher"), "It says that it is no hash"),
    "other-type": (MISMATCH, hashed(kind="userName"), "Entries of another type are skipped"),
    "two-salts": (
        fails("subject.mismatch", absent=["internal.error"]),
        hashed() | {"salt": ["Kosher", "Sea"]},
        "Nobody knows which",
    ),
}

for _name, (_expect, _held, _why) in _HASHED.items():
    FAMILY.add(
        f"hash-{_name}",
        f"A hashed identifier: {_name.replace('-', ' ')}",
        f"{_why}.",
        partial(about, _expect, [BY_MAIL], _held),
        spec=SPEC,
    )


@case("A weak hash is told even when nobody asks whose it is", spec=SPEC, importance="medium")
def weak() -> Scenario:
    """The learner's address can be guessed from it."""
    document = put(badge(), f"{AT}/identifier", [hashed(salt="")])
    return Scenario(
        document=sign(document, COLLEGE),
        expect=passes(("identity.weak", f"{AT}/identifier/0/identityHash"), subject="passed"),
    )


@case("The second identifier matches", spec=SPEC)
def second_identifier() -> Scenario:
    """Entries of other types stand before it."""
    return about(
        matched("sourcedId"),
        [{"identityType": "sourcedId", "value": "4711"}],
        identifier(MAIL),
        identifier("4711", "sourcedId"),
    )


@case("Another id, but a known identifier", spec=SPEC)
def identifier_beside_id() -> Scenario:
    """The id is of a system that the caller does not know."""
    return about(matched("emailAddress"), [BY_MAIL, {"id": "urn:x:7"}], identifier(MAIL), subject=LEARNER.did)


@case("A value under another type is another identifier", spec=SPEC)
def other_type() -> Scenario:
    """`4711` as an account, not as a sourcedId."""
    return about(MISMATCH, [{"identityType": "sourcedId", "value": "4711"}], identifier("4711", "accountId"))


@case("An address in capitals is that address", spec=SPEC, importance="medium")
def mail_case() -> Scenario:
    """As most systems keep addresses."""
    return about(matched("emailAddress"), [{**BY_MAIL, "value": "A@Example.com"}], hashed())


@case("Another identifier in capitals is another identifier", spec=SPEC, importance="medium")
def other_case() -> Scenario:
    """Only addresses are compared without case."""
    return about(MISMATCH, [{"identityType": "userName", "value": "ANNA"}], identifier("anna", "userName"))


@case("A type of an extension", spec=SPEC, importance="low")
def extension_type() -> Scenario:
    """Compared like the others."""
    known = {"identityType": "ext:libraryCard", "value": "12"}
    return about(matched("ext:libraryCard"), [known], identifier("12", "ext:libraryCard"))


@case("The subject changed after signing", spec=["DI §4.4"], importance="critical")
def altered() -> Scenario:
    """The caller's own id, written into somebody else's badge."""
    document = tamper(signed_badge(subject=STRANGER.did), f"{AT}/id", LEARNER.did)
    return Scenario(
        document=document, options={"subject": [{"id": LEARNER.did}]}, expect=fails("proof.invalid", subject="not-run")
    )


# xAPI actors, OneRoster users ----------------------------------------------------------------------------

_SHA1 = hashlib.sha1(f"mailto:{MAIL}".encode()).hexdigest()
_ACCOUNT = {"account": {"homePage": "https://lms.example/", "name": "4711"}}
_ACTORS: dict[str, tuple[str, Json, Json | None, str | None]] = {
    "mbox": ("emailAddress", {"mbox": f"mailto:{MAIL}"}, hashed(), None),
    "mbox-plain": ("emailAddress", {"mbox": f"MAILTO:{MAIL}"}, identifier(MAIL), None),
    "mbox-id": ("id", {"mbox": f"mailto:{MAIL}"}, None, f"mailto:{MAIL}"),
    "mbox-sha1sum": ("emailAddress", {"mbox_sha1sum": _SHA1.upper()}, identifier(MAIL), None),
    "mbox-sha1sum-mailto": ("emailAddress", {"mbox_sha1sum": _SHA1}, identifier(f"mailto:{MAIL}"), None),
    "mbox-sha1sum-id": ("id", {"mbox_sha1sum": _SHA1}, None, f"mailto:{MAIL}"),
    "openid": ("id", {"openid": "https://id.example/anna"}, None, "https://id.example/anna"),
    "openid-identifier": (
        "identifier",
        {"openid": "https://id.example/anna"},
        identifier("https://id.example/anna", "identifier"),
        None,
    ),
    "account": ("accountId", _ACCOUNT, identifier("4711", "accountId"), None),
    "account-hashed": ("userName", _ACCOUNT, hashed("4711", kind="userName"), None),
    "account-id": ("id", _ACCOUNT, None, "https://lms.example/4711"),
    "sourced-id": ("oneRosterSourcedId", {"sourcedId": "4711"}, identifier("4711", "oneRosterSourcedId"), None),
    "user-name": ("userName", {"sourcedId": "1", "username": "anna"}, identifier("anna", "userName"), None),
    "user-mail": ("emailAddress", {"sourcedId": "1", "email": MAIL}, hashed(), None),
}

for _name, (_how, _actor, _held, _id) in _ACTORS.items():
    FAMILY.add(
        f"actor-{_name}",
        f"An actor of other systems: {_name.replace('-', ' ')}",
        "xAPI actors and OneRoster users say the same with other words.",
        partial(about, matched(_how), [_actor], *([_held] if _held else []), subject=_id),
        spec=XAPI,
    )

_OTHERS: dict[str, tuple[Json, Json]] = {
    "mbox": ({"mbox": "mailto:b@example.com"}, hashed()),
    "mbox-sha1sum": ({"mbox_sha1sum": _SHA1}, identifier("b@example.com")),
    "account": (_ACCOUNT, identifier("4712", "accountId")),
    "account-mail": (_ACCOUNT, identifier("4711", "emailAddress")),
    "openid": ({"openid": "https://id.example/bert"}, identifier("https://id.example/anna", "identifier")),
    "sourced-id": ({"sourcedId": "4711"}, identifier("4711", "accountId")),
}

for _name, (_actor, _held) in _OTHERS.items():
    FAMILY.add(
        f"actor-other-{_name}",
        f"An actor who is somebody else: {_name.replace('-', ' ')}",
        "Nothing of the actor is in the badge.",
        partial(about, MISMATCH, [_actor], _held),
        spec=XAPI,
    )


@case("An address that is hashed in one way and known in another", spec=XAPI)
def digests() -> Scenario:
    """The SHA-1 of an actor's address and a salted hash: whose it is, nobody can say."""
    expect = inconclusive(("subject.mismatch", AT), proof="passed", subject="indeterminate")
    return about(expect, [{"mbox_sha1sum": _SHA1}], hashed())


@case("An address that is hashed in one way and known in two", spec=XAPI)
def digests_beside() -> Scenario:
    """The address in plain is known as well."""
    return about(matched("emailAddress"), [{"mbox_sha1sum": _SHA1}, BY_MAIL], hashed())


# Records and presentations -------------------------------------------------------------------------------


def whose(document: Json, expect: Expectation, *known: Json) -> Scenario:
    return Scenario(document=document, options={"subject": list(known or ({"id": LEARNER.did},))}, expect=expect)


@case("A record about the known learner", spec=SPEC, features=["clr"], importance="critical")
def record() -> Scenario:
    """Its members are held to the record's learner."""
    return whose(signed_clr([signed_badge()]), matched("id"))


@case("A record about somebody else", spec=SPEC, features=["clr"], importance="critical")
def other_record() -> Scenario:
    """Members and record agree; the caller asked for another."""
    return whose(signed_clr([signed_badge()]), MISMATCH, {"id": STRANGER.did})


@case("A record with an identifier of its learner", spec=SPEC, features=["clr"])
def record_identifier() -> Scenario:
    """A ClrSubject's identifiers have another IRI than a badge's."""
    return whose(signed_clr([signed_badge()], subject={"identifier": [hashed()]}), matched("emailAddress"), BY_MAIL)


def _members(outer: Json, inner: Json, *, ids: bool = False) -> Json:
    """A record and a member about people with these identifiers, with different ids or none."""
    member = put(badge(GUILD, subject=STRANGER.did if ids else None), f"{AT}/identifier", [inner])
    document = put(clr([sign(member, GUILD)]), "/credentialSubject/identifier", [outer])
    return sign(document if ids else drop(document, "/credentialSubject/id"), COLLEGE)


_LEARNERS: dict[str, tuple[Json, Json, bool | None, str]] = {
    "plain": (identifier(MAIL), identifier(MAIL), True, "The same address in both"),
    "plain-case": (identifier(MAIL), identifier("A@Example.com"), True, "The same address in other letters"),
    "plain-other": (identifier(MAIL), identifier("b@example.com"), False, "Another address"),
    "hashed": (hashed(), hashed(), True, "The same digest with the same salt"),
    "hashed-other": (hashed(), hashed("b@example.com"), False, "Another digest with the same salt"),
    "salts": (hashed(), hashed(salt="Sea"), None, "Two salts: nobody can say"),
    "algorithms": (hashed(), hashed(algorithm="md5"), None, "Two algorithms: nobody can say"),
    "plain-and-hashed": (identifier(MAIL), hashed(), True, "The record's address fits the member's digest"),
    "hashed-and-plain": (hashed(), identifier(MAIL), True, "The member's address fits the record's digest"),
    "plain-and-hashed-other": (identifier(MAIL), hashed("b@example.com"), False, "It does not fit"),
    "types": (identifier(MAIL), identifier("anna", "userName"), None, "An address here, a name there"),
}

for _name, (_outer, _inner, _same, _why) in _LEARNERS.items():
    _at = "/credentialSubject/verifiableCredential/0/credentialSubject"
    _expect = (
        passes(members="passed", absent=["member.subject"], only=False)
        if _same
        else passes(("member.subject", _at), members="passed", only=False)
        if _same is None
        else fails(("member.subject", _at), members="failed")
    )
    FAMILY.add(
        f"member-{_name}",
        f"Is the member about the record's learner? {_name.replace('-', ' ').capitalize()}",
        f"Neither has an id. {_why}.",
        lambda outer=_outer, inner=_inner, expect=_expect: Scenario(document=_members(outer, inner), expect=expect),
        spec=["CLR 2.0 ClrSubject", "OB 3.0 §9.3"],
        features=["clr"],
    )


@case("A member with another id and the same address", spec=["CLR 2.0 ClrSubject"], features=["clr"])
def member_other_id() -> Scenario:
    """Each school has ids of its own; the address ties them together."""
    return Scenario(document=_members(identifier(MAIL), identifier(MAIL), ids=True), expect=passes(members="passed"))


_NOT_PERSONAL = (
    *("name", "systemId", "productId", "isbn", "issn", "ext:school"),
    *("ltiPlatformId", "ltiContextId", "ltiDeploymentId", "ltiToolId"),
)

for _kind in ("userName", "ltiUserId", "sisSourcedId", *_NOT_PERSONAL):
    FAMILY.add(
        f"member-other-id-{_kind.replace(':', '-').lower()}",
        f"A member with another id and the same {_kind}",
        "Two learners of one school have much in common. Only an identifier of a person says that two ids are one.",
        lambda kind=_kind: Scenario(
            document=_members(identifier("4711", kind), identifier("4711", kind), ids=True),
            expect=fails("member.subject", members="failed")
            if kind in _NOT_PERSONAL
            else passes(members="passed", absent=["member.subject"]),
        ),
        spec=["CLR 2.0 ClrSubject", "OB 3.0 §9.3"],
        features=["clr"],
    )


@case("A member with another id and another address", spec=["CLR 2.0 ClrSubject"], features=["clr"])
def member_other_person() -> Scenario:
    """Nothing ties them together."""
    return Scenario(
        document=_members(identifier(MAIL), identifier("b@example.com"), ids=True),
        expect=fails("member.subject", members="failed"),
    )


@case("A member about two people", spec=["CLR 2.0 ClrSubject"], features=["clr"], importance="critical")
def member_two_subjects() -> Scenario:
    """The learner, and somebody else."""
    member = badge(GUILD)
    other = {**member["credentialSubject"], "id": STRANGER.did}
    document = sign({**member, "credentialSubject": [member["credentialSubject"], other]}, GUILD)
    return Scenario(document=signed_clr([document]), expect=fails("member.subject", members="failed"))


def _known_of(outer: Json, inner: Json, expect: Expectation, *known: Json) -> Scenario:
    """A record and a member about subjects with these members, and what the caller knows."""
    member = badge(GUILD, subject=None)
    member["credentialSubject"] |= inner
    document = drop(clr([sign(member, GUILD)]), "/credentialSubject/id")
    document["credentialSubject"] |= outer
    return whose(sign(document, COLLEGE), expect, *known)


_INNER = "/credentialSubject/verifiableCredential/0/credentialSubject"
_ANNA: Json = {"id": LEARNER.did}
_MAILED: Json = {"identifier": [identifier(MAIL)]}
_OF_BERT: Json = {"identifier": [identifier("b@example.com")]}
_UNLIKE = fails(
    ("subject.mismatch", _INNER), absent=["member.subject", ("subject.mismatch", AT)], proof="passed", subject="failed"
)
_IN_RECORDS: dict[str, tuple[Json, Json, Expectation, list[Json], str]] = {
    "other-address": (_ANNA, _OF_BERT, _UNLIKE, [_ANNA, BY_MAIL], "The record has an id, the member Bert's address"),
    "other-id": (
        _MAILED,
        {"id": STRANGER.did},
        _UNLIKE,
        [_ANNA, BY_MAIL],
        "The record has an address, the member an id",
    ),
    "other-salt": (
        {"identifier": [hashed()]},
        {"identifier": [hashed("b@example.com", "Sea")]},
        _UNLIKE,
        [BY_MAIL],
        "Two salts; the known address fits one of them",
    ),
    "by-address": (_ANNA, _MAILED, matched("id"), [_ANNA, BY_MAIL], "The record has the id, the member the address"),
    "by-hash": (
        {"identifier": [hashed()]},
        {"identifier": [hashed(salt="Sea")]},
        matched("emailAddress"),
        [BY_MAIL],
        "Two salts; the known address fits both",
    ),
    "not-comparable": (
        _ANNA,
        _MAILED,
        matched("id", ("member.subject", _INNER)),
        [_ANNA],
        "Only an id is known, and the member has an address",
    ),
    "digest": (
        _MAILED,
        {"identifier": [hashed(kind="userName")]},
        matched("emailAddress", ("member.subject", _INNER)),
        [{"mbox_sha1sum": _SHA1}],
        "The member's user name cannot be compared with the digest of an address",
    ),
    "digest-other": (
        {"id": f"mailto:{MAIL}"},
        _OF_BERT,
        _UNLIKE,
        [{"mbox_sha1sum": _SHA1}],
        "The member's address has another digest",
    ),
    "same-as-record": (
        {**_ANNA, **_MAILED},
        _ANNA,
        matched("emailAddress"),
        [BY_MAIL, {"id": "urn:x:7"}],
        "The member's id is the record's, and the record is by its address whom the caller knows",
    ),
}

for _name, (_outer, _inner, _expect, _knows, _why) in _IN_RECORDS.items():
    FAMILY.add(
        f"known-in-record-{_name}",
        f"What the caller knows is compared with members: {_name.replace('-', ' ')}",
        f"{_why}.",
        partial(_known_of, _outer, _inner, _expect, *_knows),
        spec=SPEC,
        features=["clr"],
        importance="critical" if _expect is _UNLIKE else "high",
    )


@case("A member of a member about somebody else than the caller knows", spec=SPEC, features=["clr"])
def known_deeper() -> Scenario:
    """The record in the record has an id alone; the badge in it has Bert's address."""
    member = put(badge(GUILD, subject=None), f"{AT}/identifier", [identifier("b@example.com")])
    inner = signed_clr([sign(member, GUILD)], GUILD, id=urn("inner record"))
    return whose(
        signed_clr([inner]),
        fails(("subject.mismatch", f"/credentialSubject/verifiableCredential/0{_INNER}"), subject="passed"),
        {"id": LEARNER.did},
        BY_MAIL,
    )


@case("A presentation of the known learner's credentials", spec=SPEC, features=["presentation"])
def presented() -> Scenario:
    """Each credential is compared; the presentation itself has no subject."""
    return whose(
        signed_presentation([signed_badge(), signed_badge(GUILD, name="Tuning", id=urn("tuning"))]),
        passes(subject="not-run", members="passed"),
    )


@case("A presentation with somebody else's credential", spec=SPEC, features=["presentation"], importance="critical")
def presented_other() -> Scenario:
    """One is the learner's, the other is not."""
    return whose(
        signed_presentation([signed_badge(), signed_badge(GUILD, name="Tuning", subject=STRANGER.did)]),
        fails(
            ("subject.mismatch", "/verifiableCredential/1/credentialSubject"),
            ("member.failed", "/verifiableCredential/1"),
            absent=[("member.failed", "/verifiableCredential/0")],
        ),
    )


@case("A presentation of nothing is nobody's", spec=SPEC, features=["presentation"])
def presented_nothing() -> Scenario:
    """No credential says whose it would be."""
    return whose(signed_presentation([]), fails("subject.mismatch", subject="failed"))
