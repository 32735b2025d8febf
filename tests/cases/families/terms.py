"""What JSON-LD drops, re-spells or redefines: everything said must have been signed."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from cases.documents import (
    COLLEGE,
    CREDENTIALS,
    LEARNER,
    STRANGER,
    V2,
    XSD_DATE_TIME,
    badge,
    signed_badge,
    urn,
)
from cases.mutations import (
    append_context,
    date_literal,
    drop,
    edit,
    escaped,
    move_to_included,
    nest,
    put,
    rekey,
    rekey_date,
    wrap_graph,
)
from cases.registry import Family, Scenario, fails, passes, refused
from cases.signing import Json, sign

FAMILY = Family("terms", "json-ld")
case = FAMILY.case

LOSS = ("DI §2.4.3",)
READING = ("DI §2.4.1", "DI §4.6", "VCDM 2.0 §B.3")
CONTEXTS = ("DI §2.4.1", "VCDM 2.0 §4.3")
REDEFINED = ("JSON-LD 1.1 §4.1.11", "VCDM 2.0 §4.3")

PAST = "2026-03-31T23:59:59Z"


def expired() -> Json:
    """An honestly signed badge that ended in March."""
    return signed_badge(validUntil=PAST)


# Not covered ----------------------------------------------------------------------------------------

_LOST: dict[str, tuple[str, Any, str]] = {
    "top-level": ("/honours", "summa cum laude", "a member that no context defines"),
    "in-subject": ("/credentialSubject/honours", "summa cum laude", "a member that no context defines"),
    "in-achievement": ("/credentialSubject/achievement/level", 9, "a member that no context defines there"),
    "in-issuer": ("/issuer/accreditation", "full", "a member that no context defines"),
    "wrong-place": (
        "/achievement",
        {"id": urn("other"), "type": ["Achievement"]},
        "`achievement` is defined only for an AchievementSubject",
    ),
    "object": ("/details", {"honours": {"rank": 1}}, "a whole object under a name that no context defines"),
    "homoglyph": ("/\u0456ssuer", {"id": STRANGER.did}, "a Cyrillic letter makes it another name than `issuer`"),
    "other-case": ("/Issuer", {"id": STRANGER.did}, "names are told apart by case"),
    "keyword-like": (
        "/credentialSubject/achievement/@none",
        "Awarded with first class honours",
        "a keyword is no member name",
    ),
    "at-name": ("/@honours", "summa cum laude", "a name that begins with `@` is reserved and dropped"),
    "relative-image": ("/credentialSubject/achievement/image", "honours.png", "a relative IRI, and the base is null"),
    "type": ("/type/-", "HonoursCredential", "a type that no context defines is a relative IRI"),
    "subject-type": ("/credentialSubject/type/-", "HonoursSubject", "a type that no context defines is a relative IRI"),
    "false": ("/honours", False, "a member that no context defines, whatever its value"),
}

_LOST_AT = {"type": "/type/2", "subject-type": "/credentialSubject/type/1"}


def _lost(pointer: str, value: Any, where: str) -> Scenario:
    return Scenario(
        document=put(signed_badge(), pointer, value),
        expect=fails(("terms.undefined", where), absent=["proof.invalid"], proof="passed", terms="failed"),
    )


for _name, (_pointer, _value, _why) in _LOST.items():
    FAMILY.add(
        f"undefined-{_name}",
        f"Added after signing and dropped by JSON-LD: {_pointer}",
        f"The signature still holds, because it never covered this: {_why}.",
        partial(_lost, _pointer, _value, _LOST_AT.get(_name, _pointer)),
        spec=LOSS,
        importance="critical" if _name in ("top-level", "in-subject") else "high",
    )


@case("Every loss is reported, each with its pointer", spec=LOSS, importance="critical")
def undefined_several() -> Scenario:
    """Not only the first: whoever has to mend the document needs them all."""
    document = put(signed_badge(), "/honours", "summa cum laude")
    document = put(document, "/credentialSubject/achievement/level", 9)
    document = put(document, "/issuer/rank", 1)
    return Scenario(
        document=document,
        expect=fails(
            ("terms.undefined", "/honours"),
            ("terms.undefined", "/credentialSubject/achievement/level"),
            ("terms.undefined", "/issuer/rank"),
            proof="passed",
            terms="failed",
        ),
    )


@case("What the issuer itself failed to sign is not covered either", spec=LOSS)
def undefined_when_signed() -> Scenario:
    """A careless issuer: the undefined member was there before signing and was dropped then."""
    return Scenario(
        document=signed_badge(honours="summa cum laude"),
        expect=fails(("terms.undefined", "/honours"), proof="passed", terms="failed"),
    )


@case("Names with slashes and tildes are escaped in pointers", spec=["RFC 6901 §3", *LOSS], importance="low")
def undefined_escaped() -> Scenario:
    """`a/b~c` is `/a~1b~0c`."""
    return Scenario(
        document={**signed_badge(), "a/b~c": 1},
        expect=fails(("terms.undefined", "/a~1b~0c"), proof="passed", terms="failed"),
    )


@case("A base direction is not signed", spec=["JSON-LD 1.1 §4.2.4.1", *LOSS])
def direction() -> Scenario:
    """Without an RDF form for directions, `@direction` is dropped: it was added after signing."""
    text = badge()["credentialSubject"]["achievement"]["description"]
    return Scenario(
        document=put(
            signed_badge(), "/credentialSubject/achievement/description", {"@value": text, "@direction": "rtl"}
        ),
        expect=fails(
            ("terms.undefined", "/credentialSubject/achievement/description/@direction"), proof="passed", terms="failed"
        ),
    )


@case("A language tag that is none is refused", spec=["BCP 47", "JSON-LD 1.1 §4.2.4"])
def language_tag() -> Scenario:
    """Signed by the issuer; `not a tag!` cannot stand in an RDF literal."""
    document = put(
        badge(), "/credentialSubject/achievement/description", {"@value": "Lötarbeit", "@language": "not a tag!"}
    )
    return Scenario(document=sign(document, COLLEGE), expect=refused())


@case("A language tag cannot say more than a language", spec=["BCP 47", "RDFC-1.0 §5"], importance="critical")
def language_injection() -> Scenario:
    """A tag with a line end and a whole statement after it: it would forge a line of the canonical document."""
    tag = f'en .\n<{LEARNER.did}> <https://schema.org/name> "Somebody else'
    document = put(badge(), "/credentialSubject/achievement/description", {"@value": "x", "@language": tag})
    return Scenario(document=sign(document, COLLEGE), expect=refused())


@case("An added node whose id is no IRI is not covered", spec=LOSS)
def id_with_space() -> Scenario:
    """A second achievement whose id holds a space: all its statements are dropped."""
    document = signed_badge()
    extra = {"id": "https://aldermoor.example/a b", "type": ["Achievement"], "name": "Brain surgery"}
    return Scenario(
        document=edit(document, "/credentialSubject/achievement", lambda first: [first, extra]),
        expect=fails(
            ("terms.undefined", "/credentialSubject/achievement/1/id"),
            absent=["proof.invalid"],
            proof="passed",
            terms="failed",
        ),
    )


@case("A line end at the end of an id is refused", spec=["RFC 3987 §2.2"])
def id_newline() -> Scenario:
    """`$` in a pattern would let it pass."""
    return Scenario(document=edit(signed_badge(), "/id", lambda text: text + "\n"), expect=fails())


@case("A relative credential id is not covered", spec=["VCDM 2.0 §4.4", *LOSS])
def relative_id() -> Scenario:
    """Signed without an id, which was added afterwards: it resolves against nothing."""
    return Scenario(document={**sign(badge(id=None), COLLEGE), "id": "credentials/1"}, expect=fails())


@case("A blank node is no credential id", spec=["VCDM 2.0 §4.4"], importance="critical")
def blank_id() -> Scenario:
    """Signed without an id; `_:a` says the same in RDF and lets the presenter name it."""
    return Scenario(
        document={**sign(badge(id=None), COLLEGE), "id": "_:a"},
        expect=fails(("data-model.id", "/id"), data_model="failed"),
    )


@case("A credential without an id verifies", spec=["VCDM 2.0 §4.4"])
def no_id() -> Scenario:
    """`id` is optional in the data model; the credential is then an unnamed node."""
    document = {
        "@context": [V2],
        "type": ["VerifiableCredential"],
        "issuer": COLLEGE.did,
        "credentialSubject": {"id": LEARNER.did, "name": "A learner"},
    }
    return Scenario(document=sign(document, COLLEGE), expect=passes(terms="passed", data_model="passed"))


# The same statements in other words: an expired badge stays expired ---------------------------------------


def _prefixed() -> Json:
    document = append_context(expired(), {"cred": CREDENTIALS})
    return rekey(document, "/validUntil", "cred:validUntil", date_literal(PAST))


def _vocabulary() -> Json:
    document = append_context(expired(), {"@vocab": CREDENTIALS + "valid"})
    return rekey(document, "/validUntil", "Until", date_literal(PAST))


def _aliased() -> Json:
    document = append_context(expired(), {"bestBefore": {"@id": CREDENTIALS + "validUntil", "@type": XSD_DATE_TIME}})
    return rekey(document, "/validUntil", "bestBefore")


_RESPELLED = {
    "absolute-iri": (lambda: rekey_date(expired()), "its absolute IRI", ["terms.form"]),
    "prefix": (_prefixed, "a compact IRI with a prefix from an inline context", ["terms.form"]),
    "vocabulary": (_vocabulary, "a suffix under an inline `@vocab`", []),
    "alias": (_aliased, "another term of an inline context", []),
    "nest": (lambda: nest(expired()), "`@nest`", []),
    "included": (lambda: move_to_included(expired()), "an `@included` node of the same id", []),
    "array": (lambda: edit(expired(), "/validUntil", lambda text: [text]), "an array of one", []),
    "value-object": (lambda: edit(expired(), "/validUntil", date_literal), "a value object", []),
}


def _respelled(build: Callable[[], Json], forms: list[str]) -> Scenario:
    return Scenario(
        document=build(),
        expect=fails("validity.expired", *forms, absent=["proof.invalid"], proof="passed", validity="failed"),
    )


for _name, (_build, _how, _forms) in _RESPELLED.items():
    FAMILY.add(
        f"expired-by-{_name}",
        f"Expired stays expired: validUntil as {_how}",
        f"Re-spelled after signing, as {_how}: the statements, and so the signature, are the same. What is judged is "
        "what was signed.",
        partial(_respelled, _build, _forms),
        spec=READING,
        importance="critical",
    )


@case(
    "Expired stays expired: validUntil on a second description of the credential", spec=READING, importance="critical"
)
def expired_by_second_description() -> Scenario:
    """The issuer linked the badge to itself as related; the presenter moved the date to that mention of it."""
    document = badge(validUntil=PAST)
    document["credentialSubject"]["achievement"]["related"] = [{"id": document["id"], "type": ["Related"]}]
    document = sign(document, COLLEGE)
    moved = drop(document, "/validUntil")
    moved = put(
        moved, f"/credentialSubject/achievement/related/0/{escaped(CREDENTIALS + 'validUntil')}", date_literal(PAST)
    )
    return Scenario(
        document=moved, expect=fails("validity.expired", absent=["proof.invalid"], proof="passed", validity="failed")
    )


@case("Expired stays expired: everything inside @graph", spec=READING, importance="critical")
def expired_by_graph() -> Scenario:
    """The statements are the same, and the document has no type of its own any more."""
    return Scenario(document=wrap_graph(expired()), expect=fails())


@case("Expired stays expired: everything hangs on @reverse", spec=["JSON-LD 1.1 §4.8", *READING], importance="critical")
def expired_by_reverse() -> Scenario:
    """The learner is the root, and the credential refers to it from behind."""
    document = expired()
    subject = dict(document["credentialSubject"])
    rest = {n: v for n, v in document.items() if n not in ("@context", "credentialSubject", "proof")}
    inverted = {
        "@context": document["@context"],
        **subject,
        "@reverse": {CREDENTIALS + "credentialSubject": [rest]},
        "proof": document["proof"],
    }
    return Scenario(document=inverted, expect=fails())


@case(
    "An unnamed root with the real credential under @included",
    spec=["DI §2.4.3", "JSON-LD 1.1 §4.8"],
    importance="critical",
)
def included_original() -> Scenario:
    """The root's id cannot be an IRI, so all that it says is dropped; the signed one is only included."""
    document = signed_badge()
    genuine = {n: v for n, v in document.items() if n not in ("@context", "proof")}
    forged = badge(STRANGER, name="Brain surgery, level 9") | {"id": "not an iri"}
    return Scenario(document={**forged, "@included": [genuine], "proof": document["proof"]}, expect=fails())


@case("Absolute IRIs for terms are known and signed, in another form", spec=READING)
def absolute_iri() -> Scenario:
    """A warning, no more: the reading is the same."""
    return Scenario(
        document=rekey(signed_badge(), "/name", "https://schema.org/name"),
        expect=passes("terms.form", terms="passed"),
    )


@case("A null member says nothing", spec=["JSON-LD 1.1 §4.2", *LOSS])
def null_member() -> Scenario:
    """`"description": null` was added after signing: it is in no statement, and claims nothing."""
    return Scenario(
        document={**signed_badge(), "description": None},
        expect=passes(("terms.form", "/description"), terms="passed"),
    )


@case("An empty array says nothing", spec=["JSON-LD 1.1 §4.3", *LOSS])
def empty_array() -> Scenario:
    """The same for a set without members."""
    return Scenario(
        document=put(signed_badge(), "/credentialSubject/achievement/tag", []),
        expect=passes(("terms.form", "/credentialSubject/achievement/tag"), terms="passed"),
    )


@case("A scalar as an array of one says the same", spec=["JSON-LD 1.1 §4.3"])
def array_of_one() -> Scenario:
    """Containers aside, one value and a set of one value are the same statement."""
    return Scenario(
        document=edit(signed_badge(), "/credentialSubject/achievement/name", lambda text: [text]),
        expect=passes(terms="passed"),
    )


@case("A repeated array member says it once", spec=["RDF 1.1 §3"])
def repeated_member() -> Scenario:
    """Statements are a set."""
    document = badge()
    document["credentialSubject"]["achievement"]["tag"] = ["solder", "brass"]
    document = sign(document, COLLEGE)
    return Scenario(
        document=put(document, "/credentialSubject/achievement/tag", ["brass", "solder", "solder"]),
        expect=passes(terms="passed"),
    )


@case("id and @id with different values collide", spec=["JSON-LD 1.1 §5.3 colliding keywords"])
def colliding_id() -> Scenario:
    """A reader of one sees another credential than a reader of the other."""
    return Scenario(document={**signed_badge(), "@id": urn("other")}, expect=fails())


@case("A list is not a set", spec=["JSON-LD 1.1 §4.3.1"])
def list_for_set() -> Scenario:
    """`{"@list": [...]}` where a set was signed: other statements."""
    document = badge()
    document["credentialSubject"]["achievement"]["tag"] = ["solder", "brass"]
    document = sign(document, COLLEGE)
    return Scenario(
        document=edit(document, "/credentialSubject/achievement/tag", lambda tags: {"@list": tags}),
        expect=fails("proof.invalid", proof="failed"),
    )


@case("A statement under an absolute IRI is a statement", spec=["RDFC-1.0 §4"])
def added_absolute_iri() -> Scenario:
    """Added after signing under a name that needs no context: it changes the canonical document."""
    return Scenario(
        document={**signed_badge(), "https://schema.org/award": "Summa cum laude"},
        expect=fails("proof.invalid", proof="failed"),
    )


@case("A JSON literal by inline context is a statement", spec=["JSON-LD 1.1 §4.2.2"])
def added_json_literal() -> Scenario:
    """The context that defines it and the value were added after signing."""
    document = append_context(signed_badge(), {"extra": {"@id": "https://schema.org/award", "@type": "@json"}})
    return Scenario(document={**document, "extra": {"rank": 1}}, expect=fails("proof.invalid", proof="failed"))


@case("The issuer's name may stand at another mention of it", spec=["RDF 1.1 §3"])
def moved_profile() -> Scenario:
    """The issuer is also the achievement's creator; its name says the same there: the statements are merged."""
    document = badge()
    document["credentialSubject"]["achievement"]["creator"] = {"id": COLLEGE.did, "type": ["Profile"]}
    document = sign(document, COLLEGE)
    moved = put(
        drop(document, "/issuer/name"), "/credentialSubject/achievement/creator/name", document["issuer"]["name"]
    )
    return Scenario(document=moved, expect=passes(terms="passed"))
