"""The same statements in other JSON: members, issuers, endorsements and proofs that a presenter re-spelled.

Every change here is made after signing and leaves the outer document's statements as they were.
None of them may hide what a check has to see.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from cases.documents import (
    COLLEGE,
    CREDENTIALS,
    GUILD,
    LEARNER,
    STRANGER,
    badge,
    presentation,
    signed_badge,
    signed_clr,
    signed_endorsement,
    signed_presentation,
)
from cases.mutations import append_context, date_literal, drop, edit, escaped, get, put, rekey, tamper
from cases.registry import Family, Scenario, fails, passes, refused
from cases.signing import Json, sign

FAMILY = Family("respelled", "json-ld")
case = FAMILY.case

READING = ("DI §2.4.1", "DI §4.6", "VCDM 2.0 §B.3")
SECURITY = "https://w3id.org/security#"
CLR_MEMBERS = "https://purl.imsglobal.org/spec/vc/clr/vocab.html#verifiableCredential"
ENDORSEMENT = "https://purl.imsglobal.org/spec/vc/ob/vocab.html#endorsement"
PAST = "2026-03-31T23:59:59Z"
AT = "/credentialSubject/verifiableCredential"


# Issuer, subject, holder ----------------------------------------------------------------------------


@case("The issuer by its absolute IRI is the issuer", spec=READING)
def issuer() -> Scenario:
    """Known and signed, in another form."""
    document = rekey(signed_badge(), "/issuer", CREDENTIALS + "issuer")
    return Scenario(
        document=document,
        expect=passes(("terms.form", "/" + escaped(CREDENTIALS + "issuer")), issuer="passed", terms="passed"),
    )


@case("An issuer by its absolute IRI whose key did not sign", spec=["DI §5.9", *READING], importance="critical")
def issuer_unbound() -> Scenario:
    """The stranger's signature does not become the college's because `issuer` is not to be found."""
    document = rekey(sign(badge(COLLEGE), STRANGER), "/issuer", CREDENTIALS + "issuer")
    return Scenario(document=document, expect=fails("issuer.unbound", proof="passed", issuer="failed"))


@case("The subject by its absolute IRI is the subject", spec=READING)
def subject() -> Scenario:
    """All that hangs on it is read the same way."""
    document = rekey(signed_badge(), "/credentialSubject", CREDENTIALS + "credentialSubject")
    return Scenario(document=document, expect=passes("terms.form", terms="passed", data_model="passed"))


@case("The holder by its absolute IRI is the holder", spec=READING, features=["presentation"])
def holder() -> Scenario:
    """As with issuers."""
    document = rekey(signed_presentation([signed_badge()]), "/holder", CREDENTIALS + "holder", {"id": LEARNER.did})
    return Scenario(document=document, expect=passes("terms.form", issuer="passed", members="passed"))


@case(
    "Another holder by its absolute IRI", spec=["DI §5.9", *READING], features=["presentation"], importance="critical"
)
def holder_unbound() -> Scenario:
    """A stranger shows the learner's badge."""
    document = sign(presentation([signed_badge()]), STRANGER, purpose="authentication")
    document = rekey(document, "/holder", CREDENTIALS + "holder", {"id": LEARNER.did})
    return Scenario(document=document, expect=fails("issuer.unbound", proof="passed", issuer="failed"))


@case("Keyword spellings of id and type at the top", spec=["VCDM 2.0 §B.3", "VCDM 2.0 §4.5"])
def keywords() -> Scenario:
    """`@id` and `@type` say the same to JSON-LD, and nothing to a reader who looks for `id` and `type`."""
    return Scenario(document=rekey(rekey(signed_badge(), "/id", "@id"), "/type", "@type"), expect=fails())


# Members ----------------------------------------------------------------------------------------------


def _record() -> Json:
    return signed_clr([signed_badge(GUILD, validUntil=PAST), signed_badge(name="Tuning, level 1")])


_MEMBERS: dict[str, tuple[Callable[[Json], Json], str]] = {
    "iri": (lambda document: rekey(document, AT, CLR_MEMBERS), "under their absolute IRI"),
    "set": (lambda document: edit(document, AT, lambda members: {"@set": members}), "as an explicit `@set`"),
    "nest": (
        lambda document: rekey(document, AT, "@nest", {"verifiableCredential": get(document, AT)}),
        "under `@nest`",
    ),
    "nested-array": (lambda document: edit(document, AT + "/0", lambda member: [member]), "inside one more array"),
    "type-iri": (
        lambda document: put(document, "/type/1", "https://purl.imsglobal.org/spec/vc/clr/vocab.html#ClrCredential"),
        "in a record whose type is an absolute IRI",
    ),
    "included": (
        lambda document: (
            put(document, AT + "/0", {"id": get(document, AT + "/0/id")}) | {"@included": [get(document, AT + "/0")]}
        ),
        "by reference, and included elsewhere",
    ),
}


def _expired_member(respell: Callable[[Json], Json]) -> Scenario:
    return Scenario(
        document=respell(_record()), expect=fails(absent=["proof.invalid"], proof="passed", members="failed")
    )


for _name, (_respell, _how) in _MEMBERS.items():
    FAMILY.add(
        f"members-{_name}",
        f"An expired member is found {_how}",
        f"The members stand {_how}; the record's signature still holds. The member that has expired is judged, or its "
        "place is refused.",
        partial(_expired_member, _respell),
        spec=["VCDM 2.0 §4.13", *READING],
        features=["clr", "nested"],
        importance="critical",
    )


@case(
    "An altered member whose proof is called by its absolute IRI",
    spec=["VCDM 2.0 §4.13", *READING],
    features=["clr", "nested"],
    importance="critical",
)
def member_proof_iri() -> Scenario:
    """A proof where nobody would verify it is no proof, and the member is not unsigned either."""
    document = signed_clr([tamper(signed_badge(GUILD))])
    document = rekey(document, AT + "/0/proof", SECURITY + "proof", {"@graph": [get(document, AT + "/0/proof")]})
    return Scenario(document=document, expect=fails("proof.malformed", proof="passed", members="failed"))


@case(
    "An altered member whose proof was moved out of it",
    spec=["VCDM 2.0 §4.13", *READING],
    features=["clr", "nested"],
    importance="critical",
)
def member_proof_moved() -> Scenario:
    """The proof hangs on a second description of the member, at the record's top."""
    document = signed_clr([tamper(signed_badge(GUILD))])
    aside = {"id": get(document, AT + "/0/id"), SECURITY + "proof": {"@graph": [get(document, AT + "/0/proof")]}}
    return Scenario(
        document=drop(document, AT + "/0/proof") | {"@included": [aside]},
        expect=fails("member.shape", proof="passed", members="failed"),
    )


@case(
    "Credentials of a presentation by their absolute IRI",
    spec=["VCDM 2.0 §4.13", *READING],
    features=["presentation", "nested"],
    importance="critical",
)
def presented_iri() -> Scenario:
    """One of them has expired: it must not vanish."""
    document = signed_presentation([signed_badge(validUntil=PAST)])
    graphs = {"@graph": document["verifiableCredential"]}
    return Scenario(
        document=rekey(document, "/verifiableCredential", CREDENTIALS + "verifiableCredential", graphs),
        expect=fails(members="failed"),
    )


@case(
    "The one credential of a presentation without an array",
    spec=["JSON-LD 1.1 §4.3", *READING],
    features=["presentation", "nested"],
)
def presented_single() -> Scenario:
    """A single value is a set of one; it is expired all the same."""
    document = signed_presentation([signed_badge(validUntil=PAST)])
    return Scenario(
        document=edit(document, "/verifiableCredential", lambda credentials: credentials[0]),
        expect=fails(
            ("validity.expired", "/verifiableCredential/validUntil"),
            ("member.failed", "/verifiableCredential"),
            proof="passed",
            members="failed",
        ),
    )


# Endorsements -----------------------------------------------------------------------------------------


def _endorsed() -> Json:
    return sign(badge(endorsement=[tamper(signed_endorsement(badge()["id"]))]), COLLEGE)


_ENDORSEMENTS: dict[str, tuple[Callable[[Json], Json], str]] = {
    "iri": (lambda document: rekey(document, "/endorsement", ENDORSEMENT), "under its absolute IRI"),
    "nest": (
        lambda document: rekey(document, "/endorsement", "@nest", {"endorsement": document["endorsement"]}),
        "under `@nest`",
    ),
    "included": (
        lambda document: (
            drop(document, "/endorsement")
            | {"@included": [{"id": document["id"], ENDORSEMENT: document["endorsement"]}]}
        ),
        "on a second description of the badge",
    ),
}


def _bad_endorsement(respell: Callable[[Json], Json]) -> Scenario:
    return Scenario(
        document=respell(_endorsed()), expect=fails("endorsement.failed", proof="passed", endorsements="failed")
    )


for _name, (_respell, _how) in _ENDORSEMENTS.items():
    FAMILY.add(
        f"endorsement-{_name}",
        f"An altered endorsement is found {_how}",
        f"It stands {_how}, and is judged there.",
        partial(_bad_endorsement, _respell),
        spec=["OB 3.0 §9.2", *READING],
        features=["endorsement", "nested"],
        importance="critical",
    )


# Proofs -----------------------------------------------------------------------------------------------


def _expired_proof() -> Json:
    return sign(badge(), COLLEGE, proof={"expires": PAST})


_PROOFS: dict[str, tuple[Callable[[Json], Json], str]] = {
    "expires-iri": (
        lambda document: rekey(document, "/proof/expires", SECURITY + "expiration", date_literal(PAST)),
        "`expires` under its absolute IRI",
    ),
    "expires-nest": (
        lambda document: rekey(document, "/proof/expires", "@nest", {"expires": PAST}),
        "`expires` under `@nest`",
    ),
    "expires-array": (lambda document: edit(document, "/proof/expires", lambda text: [text]), "`expires` in an array"),
    "expires-value": (lambda document: edit(document, "/proof/expires", date_literal), "`expires` as a value object"),
}


def _proof_expired(respell: Callable[[Json], Json]) -> Scenario:
    return Scenario(document=respell(_expired_proof()), expect=fails(proof="failed"))


for _name, (_respell, _how) in _PROOFS.items():
    FAMILY.add(
        f"proof-{_name}",
        f"An expired proof stays expired: {_how}",
        f"The proof configuration has the same statements with {_how}. The proof's own end must not get lost.",
        partial(_proof_expired, _respell),
        spec=["DI §2.1", *READING],
        features=["proof"],
        importance="critical",
    )


@case("A proof in an array of one is a proof", spec=["DI §2.1"])
def proof_array() -> Scenario:
    """As most Open Badges have it."""
    return Scenario(document=edit(signed_badge(), "/proof", lambda proof: [proof]), expect=passes())


# Inline contexts that change nothing, and some that do --------------------------------------------------

_HARMLESS: dict[str, Any] = {
    "unused-term": {"bestBefore": {"@id": CREDENTIALS + "validUntil"}},
    "base": {"@base": "https://aldermoor.example/"},
    "no-vocabulary": {"@vocab": None},
}


def _appended(context: Any) -> Scenario:
    return Scenario(document=append_context(signed_badge(), context), expect=passes("terms.form", terms="passed"))


for _name, _context in _HARMLESS.items():
    FAMILY.add(
        f"inline-{_name}",
        f"An inline context that changes no statement is a matter of form: {_name}",
        "Added after signing. It is judged by what it does, which is nothing here.",
        partial(_appended, _context),
        spec=["VCDM 2.0 §4.3", *READING],
        importance="medium",
    )


@case("An inline default language changes every text", spec=["JSON-LD 1.1 §4.2.4"])
def inline_language() -> Scenario:
    """Plain literals become language-tagged ones: other statements than were signed."""
    return Scenario(
        document=append_context(signed_badge(), {"@language": "en"}), expect=fails("proof.invalid", proof="failed")
    )


@case("An inline default direction is lost", spec=["JSON-LD 1.1 §4.2.4.1", "DI §2.4.3"])
def inline_direction() -> Scenario:
    """It would turn every text around, and no statement says so."""
    return Scenario(
        document=append_context(signed_badge(), {"@direction": "rtl"}),
        expect=fails("terms.undefined", absent=["proof.invalid"], proof="passed", terms="failed"),
    )


@case("An index is lost", spec=["JSON-LD 1.1 §4.6", "DI §2.4.3"])
def index() -> Scenario:
    """`@index` carries data that no statement has."""
    return Scenario(
        document=put(signed_badge(), "/credentialSubject/@index", "first in class"),
        expect=fails(("terms.undefined", "/credentialSubject/@index"), proof="passed", terms="failed"),
    )


_NO_CONTEXTS: dict[str, Any] = {"false": False, "number": 5, "relative": "contexts/badge.json"}


def _no_context(context: Any) -> Scenario:
    return Scenario(document=append_context(signed_badge(), context), expect=refused())


for _name, _context in _NO_CONTEXTS.items():
    FAMILY.add(
        f"no-context-{_name}",
        f"Something that is no context is refused: {_context!r}",
        "Neither a URL nor a map of terms: the list cannot be processed.",
        partial(_no_context, _context),
        spec=["VCDM 2.0 §4.3", "JSON-LD 1.1 API §4.1"],
        importance="medium",
    )


# Ids and types by other names -----------------------------------------------------------------------


def _named_otherwise(holder: str, name: str, other: str) -> Scenario:
    document = signed_badge()
    if not other.startswith("@"):
        document = append_context(document, {other: f"@{name}"})
    return Scenario(
        document=rekey(document, f"{holder}/{name}", other),
        expect=fails(f"data-model.{name}", proof="passed", data_model="failed"),
    )


for _holder in ("", "/issuer", "/credentialSubject"):
    for _name, _other in (("id", "@id"), ("id", "ident"), ("type", "@type"), ("type", "kind")):
        FAMILY.add(
            f"{_holder.strip('/').lower() or 'document'}-{_name}-by-{_other.strip('@')}{'-keyword' * (_other[0] == '@')}",
            f"The {_name} of {_holder.strip('/') or 'the document'} by `{_other}` is refused",
            "Added after signing: the same statements, and nothing where readers look.",
            partial(_named_otherwise, _holder, _name, _other),
            spec=["VCDM 2.0 §4.4", "VCDM 2.0 §4.5"],
            importance="critical",
        )
