"""Is it a credential as the data model says? (VCDM 2.0 §4, VCDM 1.1 §4; then Open Badges and CLR by its types)

What makes a credential pass is read from what was signed, so that another spelling of the same
statements is judged alike. The received JSON can only add refusals, for the form of what stands in
it under its plain name: contexts, keyword spellings, ids, language values, tokens as text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from vcverify import vocabulary
from vcverify.checks import Environment, Finding
from vcverify.checks.clr import clr
from vcverify.checks.open_badges import endorsement, open_badge
from vcverify.checks.shapes import (
    BASES,
    V1_1,
    V2_0,
    credential_forms,
    dates,
    enveloped,
    is_url,
    items,
    missing,
    named,
    only_one,
    version_of,
)
from vcverify.credential import Credential, Literal, Node
from vcverify.identifiers import VerificationMethod
from vcverify.jsontypes import JsonObject, JsonValue, as_list, escape_token
from vcverify.policy import PROFILES
from vcverify.problems import Fact, Problem, problem, quote
from vcverify.vocabulary import Term

_CREDENTIAL: Final = vocabulary.VERIFIABLE_CREDENTIAL_TYPE.name
_PRESENTATION: Final = vocabulary.VERIFIABLE_PRESENTATION_TYPE.name
_ENVELOPED_CREDENTIAL: Final = vocabulary.ENVELOPED_CREDENTIAL.name
_ENVELOPED_PRESENTATION: Final = vocabulary.ENVELOPED_PRESENTATION.name
_KINDS: Final = frozenset({_CREDENTIAL, _PRESENTATION, _ENVELOPED_CREDENTIAL, _ENVELOPED_PRESENTATION})

_OPEN_BADGE: Final = vocabulary.OPEN_BADGE_CREDENTIAL.name
_ENDORSEMENT: Final = vocabulary.ENDORSEMENT_CREDENTIAL.name
_CLR: Final = vocabulary.CLR_CREDENTIAL.name

_DATES: Final = {
    V2_0: (vocabulary.VALID_FROM, vocabulary.VALID_UNTIL, vocabulary.ISSUANCE_DATE, vocabulary.EXPIRATION_DATE),
    V1_1: (vocabulary.ISSUANCE_DATE, vocabulary.EXPIRATION_DATE, vocabulary.VALID_FROM, vocabulary.VALID_UNTIL),
}
_TYPED: Final = (
    vocabulary.CREDENTIAL_STATUS,
    vocabulary.TERMS_OF_USE,
    vocabulary.EVIDENCE,
    vocabulary.REFRESH_SERVICE,
    vocabulary.CREDENTIAL_SCHEMA,
)
"""Properties whose values say of what type they are (VCDM 2.0 §4.5)."""

_IDENTIFIED: Final = {
    V2_0: frozenset({vocabulary.CREDENTIAL_SCHEMA.name}),
    V1_1: frozenset(
        {vocabulary.CREDENTIAL_SCHEMA.name, vocabulary.CREDENTIAL_STATUS.name, vocabulary.REFRESH_SERVICE.name}
    ),
}
"""Those of them whose values have an id too (VCDM 2.0 §4.11; VCDM 1.1 §4.9, §5.4, §5.5)."""

_TEXTS: Final = ("name", "description")
_OF_LANGUAGE_VALUE: Final = frozenset({"@value", "@language", "@direction"})


def _is_sd_jwt_vc(document: JsonObject) -> bool:
    from vcverify.jose.contents import is_sd_jwt_vc  # only tokens get here

    return is_sd_jwt_vc(document)


def data_model(credential: Credential, method: VerificationMethod | None, env: Environment) -> Iterator[Finding]:
    """The document is as VCDM says, and as Open Badges or CLR say where its signed types name them.

    Problem codes: `data-model.*` (a date without an offset: warning), `terms.alias`. Facts:
    `dataModel`, the version; `profile`, the strictest of the rules that applied; `awardedDate`, where it
    is told apart from the date of issue; `partial`, whether a record leaves out what its issuer knows.
    """
    types = credential.root.types
    if env.secured and "proof" not in env.document and _is_sd_jwt_vc(env.document):
        yield Fact("dataModel", "SD-JWT VC")
        if env.policy.profile is not None:  # CHECK: documents that are no W3C credential, under a profile
            yield _wrong_types(f"The policy {env.policy.profile} asks for a W3C credential.", types, _CREDENTIAL)
        return
    version = version_of(env.document)
    yield Fact("dataModel", version)
    yield Fact("profile", "clr" if _CLR in types else "open_badges" if _badge_like(types) else "vcdm")
    if credential.root.says(vocabulary.AWARDED_DATE):
        yield Fact("awardedDate", quote(credential.root.text(vocabulary.AWARDED_DATE) or "not one date"))
    if _CLR in types:
        yield Fact("partial", not {"true", "1"}.isdisjoint(credential.root.texts(vocabulary.PARTIAL)))
    seen = set()
    for found in _problems(credential.root, types, version, env):
        # The signed reading and the received form may both object to one thing; one object may lack several.
        key = (found.code, found.pointer, found.expected if found.code == "data-model.required" else None)
        if key not in seen:
            seen.add(key)
            yield found


def _badge_like(types: tuple[str, ...]) -> bool:
    return _OPEN_BADGE in types or _ENDORSEMENT in types


def _problems(root: Node, types: tuple[str, ...], version: str, env: Environment) -> Iterator[Problem]:
    document = env.document
    yield from _contexts(document)
    yield from _types(root, types, env)
    yield from _plain((root,), ((document, ""),), "document")
    if _ENVELOPED_CREDENTIAL in types or _ENVELOPED_PRESENTATION in types:
        yield from enveloped(document, "")
        return
    if "id" in document and not is_url(document["id"]):
        yield from named(document, "")
    yield from _typed(root, document, version)
    if _PRESENTATION in types:
        yield from _presentation(root, document, version)
        return
    yield from _issuer(root, document)
    yield from _subjects(root, document)
    if version == V1_1:
        if not root.says(vocabulary.ISSUANCE_DATE):
            yield missing(root, "issuanceDate", document, malformed="data-model.date", spec="VCDM 1.1 §4.6")
    elif env.relation == "member" and not root.says(vocabulary.VALID_FROM):
        yield missing(root, "validFrom", document, malformed="data-model.date", spec="CLR 2.0 §B")
    yield from dates(root, _DATES[version])
    if version == V2_0:
        yield from _texts(document, "")
        for value, at in items(document, "issuer"):
            if isinstance(value, dict):
                yield from _texts(value, at)
        if root.says(vocabulary.RELATED_RESOURCE):
            yield from _related(root, document)
    if _OPEN_BADGE in types:
        yield from open_badge(root, document, version)
    if _ENDORSEMENT in types:
        yield from endorsement(root, document, version)
    if _CLR in types:
        yield from clr(root, document, version)


# --- contexts, types, id --------------------------------------------------------------------------


def _contexts(document: JsonObject) -> Iterator[Problem]:
    """`@context` begins with one base context; the rest are URLs or objects (VCDM 2.0 §4.3)."""
    held = document.get("@context")
    if held is None:  # CHECK: no context
        yield problem("data-model.required", "There is no `@context`.", expected="`@context`", spec="VCDM 2.0 §4.3")
    contexts = held if isinstance(held, list) else [held] if held is not None else []
    first = contexts[0] if contexts else None
    base = first if isinstance(first, str) and first in BASES else None
    if base is None:  # CHECK: another base context
        yield problem(
            "data-model.context",
            "The contexts do not begin with the base context of the data model.",
            "/@context/0" if isinstance(held, list) and held else "/@context",
            expected=vocabulary.CREDENTIALS_V2,
            found="nothing" if first is None else first,
        )
    for position, context in enumerate(contexts):
        if isinstance(context, str):
            if context == base or (context not in BASES and is_url(context)):
                continue
            if context in BASES:
                if base is None:
                    continue
                detail, expected = "The base contexts of two versions of the data model.", base
            else:
                detail, expected = "A context that is no URL.", "a URL or an object"
        elif isinstance(context, dict):
            continue
        else:
            detail, expected = "A context that is neither a URL nor an object.", "a URL or an object"
        yield problem(
            "data-model.context",
            detail,
            f"/@context/{position}" if isinstance(held, list) else "/@context",
            expected=expected,
            found=context,
        )


def _types(root: Node, types: tuple[str, ...], env: Environment) -> Iterator[Problem]:
    """One kind of document, of the kind that the policy asks for; `type` is text or a list of text (§4.5)."""
    kinds = _KINDS.intersection(types)
    if not kinds:
        if types:
            yield _wrong_types("It is neither a credential nor a presentation.", types, _CREDENTIAL)
        else:
            yield missing(root, "type", env.document, malformed="data-model.type", spec="VCDM 2.0 §4.5")
    elif len(kinds) > 1:  # CHECK: several kinds at once
        yield _wrong_types("It says that it is more than one kind of document.", types, "one of them")
    profile = env.policy.profile
    # CHECK: another kind than the profile's
    if profile is not None and env.relation == "root" and not any(name in types for name in PROFILES[profile]):
        yield _wrong_types(
            f"The policy {profile} asks for another kind of document.", types, " or ".join(PROFILES[profile])
        )
    for value, at in items(env.document, "type"):
        if not isinstance(value, str):  # CHECK: types that are no text
            yield problem("data-model.type", "A type that is no text.", at, expected="a name or URL", found=value)


def _wrong_types(detail: str, types: tuple[str, ...], expected: str) -> Problem:
    return problem("data-model.type", detail, "/type", expected=expected, found=list(types))


def _plain(nodes: Sequence[Node], held: Sequence[tuple[JsonObject, str]], what: str) -> Iterator[Problem]:
    """What is signed as ids and types stands under `id` and `type`, where readers look (VCDM 2.0 §4.4, §4.5).

    Args:
        nodes: the things that are signed.
        held: the objects for them in the received JSON, each with its pointer.
    """
    unnamed = [at for item, at in held if "id" not in item]
    by_keyword = [f"{at}/@id" for item, at in held if "@id" in item]
    # CHECK: ids by keyword or alias
    if by_keyword or len(unnamed) > sum(node.id is None for node in nodes):
        where = (by_keyword or unnamed)[0]
        yield problem("data-model.id", f"The id of the {what} stands elsewhere than in `id`.", where, expected="`id`")
    for item, at in held:
        if "@type" in item or "type" not in item:
            names = {name for node in nodes for name in _last_parts(list(node.types))}
            for key, value in item.items():
                # CHECK: types by keyword or alias
                if key == "@type" or (key != "id" and not names.isdisjoint(_last_parts(value))):
                    yield problem(
                        "data-model.type",
                        f"The types of the {what} stand elsewhere than in `type`.",
                        f"{at}/{escape_token(key)}",
                        expected="`type`",
                    )
                    break


def _last_parts(value: JsonValue) -> Iterator[str]:
    """The texts of a value that may be types, without what goes before the name in an IRI."""
    for item in as_list(value):
        if isinstance(item, str):
            yield item.rpartition("#")[2]


# --- issuer, holder, subject ----------------------------------------------------------------------


def _issuer(root: Node, document: JsonObject) -> Iterator[Problem]:
    """One issuer with a URL for its id (VCDM 2.0 §4.7)."""
    values = root.values(vocabulary.ISSUER)
    if not values:
        yield missing(root, "issuer", document, malformed="data-model.issuer", spec="VCDM 2.0 §4.7")
    elif len(values) > 1 or isinstance(values[0], Literal) or not is_url(values[0].id):
        yield from _named_by_url(root, vocabulary.ISSUER, "data-model.issuer", "VCDM 2.0 §4.7")
    elif type(document.get("issuer")) is list:  # CHECK: an issuer in an array
        yield problem(
            "data-model.issuer",
            "The issuer stands in an array, where readers look for one URL or object.",
            "/issuer",
            expected="a URL, or an object with a URL as its `id`",
            found="an array",
        )
    elif isinstance(document.get("issuer"), dict):
        yield from _plain(root.nodes(vocabulary.ISSUER), _objects(document, "issuer"), "issuer")


def _holder(root: Node, document: JsonObject) -> Iterator[Problem]:
    """A holder, if there is one, is named by a URL (VCDM 2.0 §4.13)."""
    if document.get("holder") is not None and not root.says(vocabulary.HOLDER):
        yield missing(root, "holder", document, malformed="data-model.id", spec="VCDM 2.0 §4.13")
    yield from _named_by_url(root, vocabulary.HOLDER, "data-model.id", "VCDM 2.0 §4.13")


def _named_by_url(root: Node, term: Term, code: str, spec: str) -> Iterator[Problem]:
    values = root.values(term)
    if len(values) > 1:  # CHECK: two values
        yield only_one(root, term, code, spec)
    for position, value in enumerate(values):
        name = value.text if isinstance(value, Literal) else value.id
        if isinstance(value, Literal) or not is_url(name):  # CHECK: names that are no URL
            yield problem(
                code,
                f"The {term.name} is not named by a URL.",
                root.where(term, position),
                expected="a URL, or an object with a URL as its `id`",
                found=name or "no id",
                spec=spec,
            )


def _subjects(root: Node, document: JsonObject) -> Iterator[Problem]:
    """At least one subject, each an object that says something (VCDM 2.0 §4.8)."""
    values = root.values(vocabulary.CREDENTIAL_SUBJECT)
    if not values:
        yield missing(root, "credentialSubject", document, malformed="data-model.subject", spec="VCDM 2.0 §4.8")
    for position, value in enumerate(values):
        if isinstance(value, Literal):  # CHECK: a subject that is text
            yield _no_claims(root.where(vocabulary.CREDENTIAL_SUBJECT, position), value.text)
        elif value.id is not None and not is_url(value.id):
            yield problem("data-model.id", "The subject's id is not a URL.", f"{value.pointer}/id", found=value.id)
    for item, at in items(document, "credentialSubject"):
        if not isinstance(item, dict) or not item:  # CHECK: a subject without claims
            yield _no_claims(at, item)
        else:
            yield from named(item, at)
    subjects = _objects(document, "credentialSubject")
    if subjects:
        yield from _plain(root.nodes(vocabulary.CREDENTIAL_SUBJECT), subjects, "subject")


def _objects(document: JsonObject, name: str) -> list[tuple[JsonObject, str]]:
    return [(item, at) for item, at in items(document, name) if isinstance(item, dict)]


def _no_claims(pointer: str, found: JsonValue) -> Problem:
    return problem(
        "data-model.subject", "The subject is no object with claims.", pointer, expected="an object", found=found
    )


# --- properties -----------------------------------------------------------------------------------


def _typed(root: Node, document: JsonObject, version: str) -> Iterator[Problem]:
    """Status, schema, evidence and their like are objects with types, and ids that are URLs."""
    for term in _TYPED:
        if root.says(term):
            yield from _typed_values(root, term, document, required=term.name in _IDENTIFIED[version])
        if term.name in document:
            for item, at in items(document, term.name):
                yield from named(item, at)


def _typed_values(root: Node, term: Term, document: JsonObject, *, required: bool) -> Iterator[Problem]:
    for position, value in enumerate(root.values(term)):
        if isinstance(value, Literal):  # CHECK: a value that is no object
            yield problem(
                "data-model.value",
                f"The `{term.name}` is no object.",
                root.where(term, position),
                expected="an object with a `type`",
                found=value.text,
                spec="VCDM 2.0 §4.5",
            )
            continue
        if not value.types:
            yield missing(value, "type", document, malformed="data-model.type", spec="VCDM 2.0 §4.5")
        if required and value.id is None:
            yield missing(value, "id", document, malformed="data-model.id", spec="VCDM 2.0 §4.11")


def _related(root: Node, document: JsonObject) -> Iterator[Problem]:
    """Each related resource has an id of its own and at least one digest (VCDM 2.0 §5.3)."""
    for position, value in enumerate(root.values(vocabulary.RELATED_RESOURCE)):
        if isinstance(value, Literal):
            where = root.where(vocabulary.RELATED_RESOURCE, position)
            yield problem("data-model.value", "A related resource is no object.", where, found=value.text)
            continue
        if value.id is None:
            yield missing(value, "id", document, malformed="data-model.id", spec="VCDM 2.0 §5.3")
        # CHECK: a resource without digest
        if not value.says(vocabulary.DIGEST_SRI) and not value.says(vocabulary.DIGEST_MULTIBASE):
            yield problem(
                "data-model.required",
                "A related resource has no digest.",
                value.pointer,
                expected="`digestSRI` or `digestMultibase`",
                spec="VCDM 2.0 §5.3",
            )
    seen: set[str] = set()
    for item, at in items(document, "relatedResource"):
        yield from named(item, at)
        name = item.get("id") if isinstance(item, dict) else None
        if isinstance(name, str):
            if name in seen:  # CHECK: two resources of one id
                yield problem(
                    "data-model.value",
                    "Two related resources have one id.",
                    f"{at}/id",
                    found=name,
                    spec="VCDM 2.0 §5.3",
                )
            seen.add(name)


def _texts(holder: JsonObject, pointer: str) -> Iterator[Problem]:
    """`name` and `description` are text, or language value objects (VCDM 2.0 §4.6, §11.1)."""
    for name in _TEXTS:
        held = holder.get(name)
        if held is None or type(held) is str:
            continue
        for value, at in items(holder, name, pointer):
            if isinstance(value, str) or _is_language_value(value):
                continue
            yield problem(
                "data-model.value",
                f"The `{name}` is neither text nor text with a language.",
                at,
                expected="text, or an object of `@value`, `@language` and `@direction`",
                found=value,
                spec="VCDM 2.0 §11.1",
            )


def _is_language_value(value: JsonValue) -> bool:
    return (
        isinstance(value, dict)
        and _OF_LANGUAGE_VALUE.issuperset(value)
        and isinstance(value.get("@value"), str)
        and isinstance(value.get("@language", ""), str)
        and value.get("@direction", "ltr") in ("ltr", "rtl")
    )


# --- presentations --------------------------------------------------------------------------------


def _presentation(root: Node, document: JsonObject, version: str) -> Iterator[Problem]:
    """Its holder, and the form of the credentials in it; strings are VCDM 1.1's (VCDM 2.0 §4.13)."""
    yield from _holder(root, document)
    yield from credential_forms(document, "verifiableCredential", "", tokens=version == V1_1)
