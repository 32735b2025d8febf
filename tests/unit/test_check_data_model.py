"""The `data_model` check: what makes a document one of the data model's, in both readings."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from cases.documents import CLR, OB, V1, V2, badge, badge_v1, clr, endorsement, presentation
from cases.mutations import append_context, drop, put, rekey
from hypothesis import given, settings
from hypothesis import strategies as st

from vcverify.checks import Environment
from vcverify.checks.data_model import data_model
from vcverify.checks.shapes import is_url
from vcverify.credential import Credential, read_json
from vcverify.limits import DEFAULT_LIMITS
from vcverify.policy import Policy
from vcverify.problems import Fact, Problem, Severity
from vcverify.suites.unsecured import Unsecured
from vcverify.verifier import Verifier, bundled_contexts

Json = dict[str, Any]
CRED = "https://www.w3.org/2018/credentials#"
OTHER_OB = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.2.json"


def as_signed_json(document: Json) -> Credential:
    return read_json(document)


def as_statements(document: Json) -> Credential:
    return Unsecured(document, (bundled_contexts(()),), DEFAULT_LIMITS, "fast").credential()


BOTH: tuple[Callable[[Json], Credential], ...] = (as_signed_json, as_statements)


NOTHING: Any = None
"""The check loads nothing: there is nothing to load from."""


def judged(document: Json, read: Callable[[Json], Credential] = as_signed_json, **known: Any) -> list[Any]:
    policy = known.pop("policy", Policy())
    env = Environment(at=datetime(2026, 6, 1, tzinfo=UTC), policy=policy, resources=NOTHING, document=document, **known)
    return list(data_model(read(document), None, env))


def found(document: Json, read: Callable[[Json], Credential] = as_signed_json, **known: Any) -> list[tuple[str, str]]:
    return [(item.code, item.pointer) for item in judged(document, read, **known) if isinstance(item, Problem)]


def facts(document: Json) -> Json:
    return {item.name: item.value for item in judged(document) if isinstance(item, Fact)}


def plain(**members: Any) -> Json:
    """A credential of no profile."""
    return {
        "@context": [V2, "https://www.w3.org/ns/credentials/examples/v2"],
        "id": "urn:uuid:86294362-4254-4f36-854f-3952fe42555d",
        "type": ["VerifiableCredential"],
        "issuer": "https://issuer.example",
        "credentialSubject": {"id": "did:example:subject"},
        **members,
    }


RECORD = clr([badge()])
PRESENTATION = presentation([badge()])
BADGE_SUBJECT = "/credentialSubject"
ACHIEVEMENT = "/credentialSubject/achievement"


GOOD = {
    "a badge": badge(),
    "a badge of version 1.1": badge_v1(),
    "a badge about an identifier": put(
        drop(badge(), "/credentialSubject/id"),
        "/credentialSubject/identifier",
        [{"type": "IdentityObject", "hashed": False, "identityHash": "a@b.example", "identityType": "emailAddress"}],
    ),
    "an endorsement": endorsement("urn:x:1"),
    "a record": RECORD,
    "a record with a token in it": clr(["eyJhbGciOiJFZERTQSJ9.e30.AAAA"]),
    "a presentation": PRESENTATION,
    "a presentation without a holder": presentation([badge()], None),
    "a presentation with an enveloped credential": presentation(
        [{"@context": V2, "type": "EnvelopedVerifiableCredential", "id": "data:application/vc+jwt,e30.e30.AAAA"}]
    ),
    "a plain credential": plain(),
    "one subject after another": plain(credentialSubject=[{"id": "did:example:a"}, {"id": "did:example:b"}]),
    "a status without an id": plain(credentialStatus={"type": "BitstringStatusListEntry"}),
    "names in several languages": plain(
        name=[{"@value": "Dog", "@language": "en"}, {"@value": "Chien", "@language": "fr"}]
    ),
    "a digest of a resource": plain(
        relatedResource=[{"id": V2, "digestSRI": "sha256-AAAA"}, {"id": OB, "digestMultibase": "uEiAA"}]
    ),
    "a year that is far": plain(validUntil="12345-01-01T00:00:00Z"),
}


@pytest.mark.parametrize("read", BOTH)
@pytest.mark.parametrize("document", GOOD.values(), ids=GOOD.keys())
def test_a_good_document_has_no_problem(document: Json, read: Callable[[Json], Credential]) -> None:
    """A rule that refuses good documents is no rule of the data model."""
    assert found(document, read) == []


BAD: dict[str, tuple[Json, str, str]] = {
    # contexts (VCDM 2.0 §4.3)
    "no @context": (drop(badge(), "/@context"), "data-model.required", ""),
    "an empty @context": (badge(context=[]), "data-model.context", "/@context"),
    "the base context second": (badge(context=[OB, V2]), "data-model.context", "/@context/0"),
    "no base context": (badge(context=[OB]), "data-model.context", "/@context/0"),
    "two base contexts": (append_context(badge(), V1), "data-model.context", "/@context/2"),
    "a context that is no URL": (append_context(badge(), "https ://no.example"), "data-model.context", "/@context/2"),
    "a context that is a number": (append_context(badge(), 3), "data-model.context", "/@context/2"),
    # types (§4.5)
    "no type": (drop(plain(), "/type"), "data-model.required", ""),
    "another type": (plain(type=["RelationshipCredential"]), "data-model.type", "/type"),
    "a credential that is a presentation": (
        plain(type=["VerifiableCredential", "VerifiablePresentation"]),
        "data-model.type",
        "/type",
    ),
    "a type that is no text": (plain(type=["VerifiableCredential", 5]), "data-model.type", "/type/1"),
    "types by the keyword": (rekey(badge(), "/type", "@type"), "data-model.type", "/@type"),
    # ids (§4.4)
    "several ids": (plain(id=["urn:x:1", "urn:x:2"]), "data-model.id", "/id"),
    "an id that is null": (plain(id=None), "data-model.id", "/id"),
    "an id that is no URL": (plain(id="https ://no.example"), "data-model.id", "/id"),
    "a relative id": (plain(id="credentials/1"), "data-model.id", "/id"),
    "an id of a blank node": (plain(id="_:a"), "data-model.id", "/id"),
    "an id with a trailing newline": (plain(id="urn:x:1\n"), "data-model.id", "/id"),
    "an id by the keyword": (rekey(plain(), "/id", "@id"), "data-model.id", "/@id"),
    "a second id by the keyword": (badge() | {"@id": "urn:x:2"}, "data-model.id", "/@id"),
    # issuer (§4.7)
    "no issuer": (drop(plain(), "/issuer"), "data-model.required", ""),
    "an issuer that is null": (plain(issuer=None), "data-model.required", ""),
    "an issuer without an id": (plain(issuer={"name": "Somebody"}), "data-model.issuer", "/issuer"),
    "an issuer whose id is null": (plain(issuer={"id": None}), "data-model.issuer", "/issuer"),
    "an issuer that is no URL": (plain(issuer="fake-issuer"), "data-model.issuer", "/issuer"),
    "an issuer of a blank node": (plain(issuer="_:b"), "data-model.issuer", "/issuer"),
    "two issuers": (plain(issuer=["https://a.example", "https://b.example"]), "data-model.issuer", "/issuer"),
    # subject (§4.8)
    "no subject": (drop(plain(), BADGE_SUBJECT), "data-model.required", ""),
    "an empty list of subjects": (plain(credentialSubject=[]), "data-model.subject", "/credentialSubject"),
    "a subject that says nothing": (plain(credentialSubject={}), "data-model.subject", "/credentialSubject"),
    "a second subject that says nothing": (
        plain(credentialSubject=[{"id": "did:example:a"}, {}]),
        "data-model.subject",
        "/credentialSubject/1",
    ),
    "a subject as text": (plain(credentialSubject="did:example:a"), "data-model.subject", "/credentialSubject"),
    "a subject with several ids": (
        plain(credentialSubject={"id": ["did:example:a", "did:example:b"]}),
        "data-model.id",
        "/credentialSubject/id",
    ),
    "a subject of a blank node": (plain(credentialSubject={"id": "_:s"}), "data-model.id", "/credentialSubject/id"),
    # dates (§4.9)
    "a date that is none": (plain(validFrom="soon"), "data-model.date", "/validFrom"),
    "a date without a time": (plain(validUntil="2027-01-15"), "data-model.date", "/validUntil"),
    "an empty date": (plain(validUntil=""), "data-model.date", "/validUntil"),
    "a number for a date": (plain(validUntil=1800000000), "data-model.date", "/validUntil"),
    "an object for a date": (plain(validUntil={"id": "urn:x:1"}), "data-model.date", "/validUntil"),
    "two dates": (
        plain(validUntil=["2027-01-01T00:00:00Z", "2099-01-01T00:00:00Z"]),
        "data-model.date",
        "/validUntil",
    ),
    "no issuanceDate in version 1.1": (badge_v1(issuanceDate=None), "data-model.required", ""),
    # properties (§4.5, §4.10, §4.11, §5)
    "a status without a type": (plain(credentialStatus={"id": "urn:x:1"}), "data-model.required", "/credentialStatus"),
    "a second status without a type": (
        plain(credentialStatus=[{"type": "BitstringStatusListEntry"}, {"id": "urn:x:1"}]),
        "data-model.required",
        "/credentialStatus/1",
    ),
    "a status with several ids": (
        plain(credentialStatus={"type": "BitstringStatusListEntry", "id": ["urn:x:1", "urn:x:2"]}),
        "data-model.id",
        "/credentialStatus/id",
    ),
    "terms of use that say nothing": (plain(termsOfUse={}), "data-model.required", "/termsOfUse"),
    "evidence that says nothing": (plain(evidence=[{}]), "data-model.required", "/evidence/0"),
    "a refresh service without a type": (
        plain(refreshService={"id": "urn:x:1"}),
        "data-model.required",
        "/refreshService",
    ),
    "a schema without an id": (
        plain(credentialSchema={"type": "JsonSchema"}),
        "data-model.required",
        "/credentialSchema",
    ),
    "a schema whose id is no URL": (
        plain(credentialSchema={"type": "JsonSchema", "id": "https ://no.example"}),
        "data-model.id",
        "/credentialSchema/id",
    ),
    "a resource as text": (plain(relatedResource=[V2]), "data-model.required", "/relatedResource/0"),
    "a resource without an id": (
        plain(relatedResource={"digestSRI": "sha256-AA"}),
        "data-model.required",
        "/relatedResource",
    ),
    "a resource without a digest": (plain(relatedResource=[{"id": V2}]), "data-model.required", "/relatedResource/0"),
    "two resources with one id": (
        plain(relatedResource=[{"id": V2, "digestSRI": "sha256-AA"}, {"id": V2, "digestSRI": "sha256-AB"}]),
        "data-model.value",
        "/relatedResource/1/id",
    ),
    "a name that is no text": (plain(name=7), "data-model.value", "/name"),
    "a name with a foreign member": (
        plain(name={"@value": "A", "@language": "en", "url": "urn:x:1"}),
        "data-model.value",
        "/name",
    ),
    "an issuer's description that is an object": (
        plain(issuer={"id": "https://a.example", "description": {"en": "A"}}),
        "data-model.value",
        "/issuer/description",
    ),
    # presentations (§4.13)
    "a holder without an id": (
        presentation([badge()], holder=None) | {"holder": {"name": "Acme"}},
        "data-model.id",
        "/holder",
    ),
    "a holder that is no URL": (presentation([badge()], holder="acme"), "data-model.id", "/holder"),
    "a token in a presentation of version 2.0": (
        presentation(["eyJhbGciOiJFZERTQSJ9.e30.AAAA"]),
        "data-model.value",
        "/verifiableCredential/0",
    ),
    "an enveloped credential elsewhere": (
        presentation([{"@context": V2, "type": "EnvelopedVerifiableCredential", "id": "https://a.example/token"}]),
        "data-model.id",
        "/verifiableCredential/0/id",
    ),
    "an enveloped credential that is nowhere": (
        presentation([{"@context": V2, "type": ["EnvelopedVerifiableCredential"]}]),
        "data-model.required",
        "/verifiableCredential/0",
    ),
    # Open Badges (OB 3.0 §B)
    "a badge without its context": (badge(context=[V2]), "data-model.context", "/@context"),
    "a badge whose context is third": (badge(context=[V2, CLR, OB]), "data-model.context", "/@context/1"),
    "a badge without an id": (badge(id=None), "data-model.required", ""),
    "a badge without validFrom": (badge(validFrom=None), "data-model.required", ""),
    "a badge with an awardedDate that is none": (badge(awardedDate="2026"), "data-model.date", "/awardedDate"),
    "a badge of version 1.1 without a name": (badge_v1(name=None), "data-model.required", ""),
    "a badge about nobody": (drop(badge(), "/credentialSubject/id"), "data-model.subject", "/credentialSubject"),
    "a badge about another kind of subject": (
        put(badge(), "/credentialSubject/type", ["Achievement"]),
        "data-model.type",
        "/credentialSubject/type",
    ),
    "a badge whose subject has no type": (
        drop(badge(), "/credentialSubject/type"),
        "data-model.required",
        "/credentialSubject",
    ),
    "a badge without an achievement": (drop(badge(), ACHIEVEMENT), "data-model.required", "/credentialSubject"),
    "a badge with an achievement as text": (put(badge(), ACHIEVEMENT, "urn:x:1"), "data-model.value", ACHIEVEMENT),
    "an achievement without an id": (drop(badge(), ACHIEVEMENT + "/id"), "data-model.required", ACHIEVEMENT),
    "an achievement without criteria": (drop(badge(), ACHIEVEMENT + "/criteria"), "data-model.required", ACHIEVEMENT),
    "an endorsement without a name": (endorsement("urn:x:1", name=None), "data-model.required", ""),
    "an endorsement of nothing": (
        drop(endorsement("urn:x:1"), "/credentialSubject/id"),
        "data-model.subject",
        "/credentialSubject",
    ),
    # Comprehensive Learner Records (CLR 2.0 §B)
    "a record whose contexts are in another order": (
        clr([badge()], context=[V2, OB, CLR]),
        "data-model.context",
        "/@context/1",
    ),
    "a record without the Open Badges context": (clr([badge()], context=[V2, CLR]), "data-model.context", "/@context"),
    "a record without a name": (clr([badge()], name=None), "data-model.required", ""),
    "a record without credentials": (clr([]), "data-model.value", "/credentialSubject/verifiableCredential"),
    "a record about nobody": (drop(RECORD, "/credentialSubject/id"), "data-model.subject", "/credentialSubject"),
    "a record of numbers": (clr([badge(), 7]), "data-model.value", "/credentialSubject/verifiableCredential/1"),
}

JSON_ONLY = {
    "a badge without its context",
    "two base contexts",
    "a type that is no text",
    "an id that is null",
    "several ids",
    "a second id by the keyword",
    "an issuer whose id is null",
    "a subject with several ids",
    "a status with several ids",
    "a context that is a number",
    "a context that is no URL",
    "a name with a foreign member",
    "no @context",
    "an id that is no URL",
    "a relative id",
    "an id with a trailing newline",
    "an empty @context",
    "no type",
}
"""Documents of which JSON-LD makes no statements, or no credential: other checks refuse them before."""


@pytest.mark.parametrize("name", BAD)
def test_a_bad_document_is_refused_with_its_place(name: str) -> None:
    """Every rule says what is wrong and where, when the JSON itself was signed."""
    document, code, pointer = BAD[name]
    assert (code, pointer) in found(document, as_signed_json)


@pytest.mark.parametrize("name", sorted(BAD.keys() - JSON_ONLY))
def test_a_bad_document_is_refused_from_its_statements(name: str) -> None:
    """The same rules hold where statements were signed, and find the same place."""
    document, code, pointer = BAD[name]
    assert (code, pointer) in found(document, as_statements)


@pytest.mark.parametrize("name", BAD)
def test_a_bad_document_does_not_pass_lint(name: str) -> None:
    """Whoever refuses it first, an issuer hears of it before signing."""
    report = Verifier().lint(BAD[name][0])
    assert not report.verified
    assert any(problem.severity is not Severity.WARNING for problem in report.problems())
    assert all(problem.code != "internal.error" for problem in report.problems())


RESPELLED = {
    "absolute IRIs": rekey(
        rekey(badge(), "/issuer", CRED + "issuer"), "/credentialSubject", CRED + "credentialSubject"
    ),
    "a date by its IRI": rekey(
        badge(),
        "/validFrom",
        CRED + "validFrom",
        {"@type": "http://www.w3.org/2001/XMLSchema#dateTime", "@value": "2026-01-15T00:00:00Z"},
    ),
    "a list for one value": put(badge(), "/validFrom", ["2026-01-15T00:00:00Z"]),
    "one type as text": put(badge(), ACHIEVEMENT + "/type", "Achievement"),
    "an achievement by its IRI": rekey(
        badge(), ACHIEVEMENT, "https://purl.imsglobal.org/spec/vc/ob/vocab.html#achievement"
    ),
    "an included description": drop(badge(), "/validFrom")
    | {
        "@included": [
            {
                "id": badge()["id"],
                CRED + "validFrom": {
                    "@type": "http://www.w3.org/2001/XMLSchema#dateTime",
                    "@value": "2026-01-15T00:00:00Z",
                },
            }
        ]
    },
}


@pytest.mark.parametrize("document", RESPELLED.values(), ids=RESPELLED.keys())
def test_another_spelling_of_the_same_statements_passes(document: Json) -> None:
    """What was signed is the same; only the received text differs."""
    assert found(document, as_statements) == []


def test_what_is_required_is_looked_for_in_what_was_signed() -> None:
    """A member that stands in the received JSON, but not under the signature, makes nothing pass."""
    signed = as_statements(drop(badge(), "/issuer"))
    env = Environment(at=datetime(2026, 6, 1, tzinfo=UTC), policy=Policy(), resources=NOTHING, document=badge())
    codes = [item.code for item in data_model(signed, None, env) if isinstance(item, Problem)]
    assert codes == ["data-model.issuer"]


def test_every_missing_member_is_named() -> None:
    """Several things can be missing from one object."""
    problems = [item for item in judged(drop(badge(id=None, validFrom=None), "/issuer")) if isinstance(item, Problem)]
    assert {item.expected for item in problems} == {"`id`", "`issuer`", "`validFrom`"}


def test_one_thing_is_said_once() -> None:
    """The signed reading and the received form may both object to it."""
    document = plain(credentialSubject={"id": "not a url"})
    assert found(document) == [("data-model.id", "/credentialSubject/id")]


@pytest.mark.parametrize(
    "document", [badge(validUntil="2027-01-01T00:00:00"), badge_v1(issuanceDate="2026-01-01T00:00:00")]
)
@pytest.mark.parametrize("read", BOTH)
def test_a_date_without_an_offset_is_a_warning(document: Json, read: Callable[[Json], Credential]) -> None:
    """VCDM 2.0 §4.9 lets a verifier read it as UTC."""
    problems = [item for item in judged(document, read) if isinstance(item, Problem)]
    assert [(item.code, item.severity) for item in problems] == [("data-model.date", Severity.WARNING)]


@pytest.mark.parametrize(
    ("document", "pointer"),
    [
        (badge(context=[V2, OTHER_OB]), "/@context/1"),
        (badge_v1(context=[V1, OB]), "/@context/1"),
        (badge(context=[V2, "https://purl.imsglobal.org/spec/ob/v3p0/context.json"]), "/@context/1"),
        (clr([badge()], context=[V2, "https://purl.imsglobal.org/spec/clr/v2p0/context.json", OB]), "/@context/1"),
        (clr([badge()], context=[V2, CLR, OTHER_OB]), "/@context/2"),
    ],
)
def test_another_version_of_a_context_is_a_warning(document: Json, pointer: str) -> None:
    """The contexts of 1EdTech and of W3C were published to go together."""
    problems = [item for item in judged(document) if isinstance(item, Problem)]
    assert [(item.code, item.pointer, item.severity) for item in problems] == [
        ("terms.alias", pointer, Severity.WARNING)
    ]


def test_a_token_is_a_credential_in_a_presentation_of_version_1_1() -> None:
    """VCDM 1.1 §6.3.1 has tokens as text."""
    document = presentation(["eyJhbGciOiJFZERTQSJ9.e30.AAAA"], context=[V1])
    assert found(document) == []


@pytest.mark.parametrize("relation", ["member", "root", "credential"])
def test_a_member_of_a_record_says_since_when_it_is_valid(relation: str) -> None:
    """The CLR schema asks every credential in it for validFrom; VCDM 2.0 does not."""
    expected = [("data-model.required", "")] if relation == "member" else []
    assert found(plain(), relation=relation) == expected


@pytest.mark.parametrize(
    ("policy", "document", "fits"),
    [
        (Policy.clr(), RECORD, True),
        (Policy.clr(), badge(), False),
        (Policy.clr(), PRESENTATION, False),
        (Policy.open_badges(), badge(), True),
        (Policy.open_badges(), endorsement("urn:x:1"), True),
        (Policy.open_badges(), RECORD, False),
        (Policy.open_badges(), plain(), False),
        (Policy.one_edtech(), RECORD, True),
        (Policy.vcdm(), plain(), True),
        (Policy.vcdm(), PRESENTATION, True),
    ],
)
def test_a_profile_asks_for_its_kind_of_document(policy: Policy, document: Json, fits: bool) -> None:
    """Who expects a record must not be content with a badge."""
    assert found(document, policy=policy) == ([] if fits else [("data-model.type", "/type")])


def test_a_profile_is_about_the_outer_document() -> None:
    """The members of a record are badges, whatever the policy calls the record."""
    assert found(badge(), policy=Policy.clr(), relation="member") == []


@pytest.mark.parametrize(
    ("document", "version", "profile"),
    [
        (badge(), "2.0", "open_badges"),
        (badge_v1(), "1.1", "open_badges"),
        (RECORD, "2.0", "clr"),
        (plain(), "2.0", "vcdm"),
        (PRESENTATION, "2.0", "vcdm"),
    ],
)
def test_the_report_says_by_what_it_was_judged(document: Json, version: str, profile: str) -> None:
    """A reader wants to know which rules applied."""
    told = facts(document)
    assert told.pop("partial", None) == (False if profile == "clr" else None)
    assert told == {"dataModel": version, "profile": profile}


@pytest.mark.parametrize(
    "text",
    [
        "https://a.example",
        "HTTP://a.example/x?y#z",
        "urn:uuid:1",
        "did:key:z6Mk",
        "data:text/plain,x",
        "https://ä.example/ü",
    ],
)
def test_a_url_is_a_url(text: str) -> None:
    """Any scheme names things."""
    assert is_url(text)


@pytest.mark.parametrize(
    "value",
    ["", "a", "a/b", "#x", "_:a", "https:", "https://", "https:/a", "https ://a", "https://a b", " urn:x", "urn:x ",
     "urn:x\n", "urn:", ":x", "1a:b", "urn:<x>", "urn:\x00", None, 5, True, ["urn:x"], {"id": "urn:x"}],
)  # fmt: skip
def test_what_is_no_url_is_none(value: object) -> None:
    """A reference without a base, or with white space, names nothing."""
    assert not is_url(value)


JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-9, 9)
    | st.sampled_from(["", "x", "urn:x:1", "_:a", "2026-01-01T00:00:00Z", V1, V2]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["id", "type", "@id", "@type", "@value", "@context", "name", "x"]), inner, max_size=3
        )
    ),
    max_leaves=6,
)


def places(value: Any, pointer: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        for name, inner in value.items():
            at = f"{pointer}/{name}"
            yield at
            yield from places(inner, at)


DOCUMENTS = (badge(), badge_v1(), RECORD, endorsement("urn:x:1"), PRESENTATION, plain(credentialStatus={"type": "X"}))


@settings(max_examples=300)
@given(st.data())
def test_no_document_is_too_strange_to_be_judged(data: st.DataObject) -> None:
    """Whatever stands somewhere, the check answers with problems and nothing else."""
    document = data.draw(st.sampled_from(DOCUMENTS))
    at = data.draw(st.sampled_from(sorted(places(document))))
    mutated = put(document, at, data.draw(JSON_VALUES))
    for item in judged(mutated):
        assert isinstance(item, (Problem, Fact))
