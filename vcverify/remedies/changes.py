"""Changes that an unsigned document may need: contexts, ids, types, each as text and as an edit of a copy."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from vcverify.checks.clr import CLR_CONTEXT
from vcverify.checks.open_badges import OB_CONTEXT
from vcverify.checks.shapes import BASES, V1_1, V2_0, ContextFamily, is_url
from vcverify.jsontypes import JsonObject, JsonValue, as_list, compact, escape_token, resolve_pointer
from vcverify.problems import quote

_TYPE_OF_PLACE: Final[Mapping[str, str]] = {
    "issuer": "Profile",
    "creator": "Profile",
    "parentOrg": "Profile",
    "source": "Profile",
    "official": "Profile",
    "achievement": "Achievement",
    "association": "Association",
    "identifier": "IdentityObject",
    "otherIdentifier": "IdentifierEntry",
    "image": "Image",
    "alignment": "Alignment",
    "result": "Result",
    "resultDescription": "ResultDescription",
    "rubricCriterionLevel": "RubricCriterionLevel",
    "evidence": "Evidence",
    "address": "Address",
    "geo": "GeoCoordinates",
    "related": "Related",
    "verifiableCredential": "VerifiableCredential",
    "endorsement": "EndorsementCredential",
    "proof": "DataIntegrityProof",
    "credentialSchema": "1EdTechJsonSchemaValidator2019",
}
"""What things are, by the member that they stand under (OB 3.0 §B, CLR 2.0 §B)."""

_SCALAR: Final = frozenset(
    {
        "Association",
        "IdentityObject",
        "IdentifierEntry",
        "Image",
        "GeoCoordinates",
        "DataIntegrityProof",
        "1EdTechJsonSchemaValidator2019",
    }
)
"""Types that the schemas ask for as a string; the others stand in an array."""

_ASSOCIATIONS: Final = frozenset(
    {
        "exactMatchOf",
        "isChildOf",
        "isParentOf",
        "isPartOf",
        "isPeerOf",
        "isRelatedTo",
        "precedes",
        "replacedBy",
    }
)
_EXTENSIONS: Final = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"
_EXTENSION_TYPES: Final = frozenset(
    {"1EdTechJsonSchemaValidator2019", "1EdTechRevocationList", "1EdTechCredentialRefresh"}
)
_NO_URL: Final = frozenset({"type", "@type", "proofPurpose", "cryptosuite"})
"""Members whose words are terms, not references."""

_BADGES: Final = frozenset({"AchievementCredential", "OpenBadgeCredential"})
_CLR, _BADGE, _ENDORSEMENT, _OTHER = "ClrCredential", "AchievementCredential", "EndorsementCredential", ""
_SUBJECTS: Final = {_CLR: "ClrSubject", _BADGE: "AchievementSubject", _ENDORSEMENT: "EndorsementSubject"}
_FAMILIES: Final[Mapping[str, tuple[ContextFamily, ...]]] = {
    _CLR: (CLR_CONTEXT, OB_CONTEXT),
    _BADGE: (OB_CONTEXT,),
    _ENDORSEMENT: (OB_CONTEXT,),
    _OTHER: (),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change: what to do, at which object, and how it is made in a copy."""

    kind: str
    site: str
    text: str
    make: Callable[[JsonObject], None]

    @property
    def group(self) -> tuple[str, str]:
        """Changes of one kind at the same place of many members are judged together."""
        return self.kind, re.sub(r"/\d+(?=/|$)", "/*", self.site)


# --- contexts -------------------------------------------------------------------------------------


def contexts(value: JsonValue, pointer: str, allowed: Callable[[str], bool]) -> Iterator[Change]:
    """For each credential that names contexts: those that its kind asks for."""
    if isinstance(value, list):
        for at, item in enumerate(value):
            yield from contexts(item, f"{pointer}/{at}", allowed)
        return
    if not isinstance(value, dict) or not allowed(pointer):
        return
    if pointer == "" or "@context" in value:
        yield from _context_change(value, pointer)
    for name, item in value.items():
        if name != "@context":
            yield from contexts(item, f"{pointer}/{escape_token(name)}", allowed)


def _context_change(credential: JsonObject, pointer: str) -> Iterator[Change]:
    held = as_list(credential.get("@context"))
    usable = [item for item in held if not isinstance(item, str) or is_url(item)]
    kind = kind_of(credential) or (_BADGE if pointer else _OTHER)
    base = next((item for item in usable if isinstance(item, str) and item in BASES), None)
    version = BASES[base] if isinstance(base, str) else _version(credential)
    wanted: list[JsonValue] = [next(url for url, of in BASES.items() if of == version) if base is None else base]
    for family in _FAMILIES[kind]:
        own = next((item for item in usable if isinstance(item, str) and family.has(item)), None)
        wanted.append(family.current[version] if own is None else own)
    if all(item in usable for item in wanted) and usable == held:
        return
    wanted += [item for item in usable if item not in wanted]
    where = f"{pointer}/@context"
    if held and wanted[: len(held)] == held:
        text = f"Add {_and(wanted[len(held) :])} to {where}."
    else:
        text = f"Write these contexts in {where}, in this order: {_and(wanted)}."

    def make(document: JsonObject) -> None:
        _object(document, pointer)["@context"] = list(wanted)

    yield Change(kind="contexts", site=pointer, text=text, make=make)


def _version(credential: JsonObject) -> str:
    return V1_1 if "issuanceDate" in credential and "validFrom" not in credential else V2_0


def kind_of(credential: JsonObject) -> str:
    """The kind that a credential says it is, else the one that its subject looks like; "" for none of ours."""
    types = _types(credential)
    if _CLR in types:
        return _CLR
    if _ENDORSEMENT in types:
        return _ENDORSEMENT
    if _BADGES & set(types):
        return _BADGE
    for subject in as_list(credential.get("credentialSubject")):
        if isinstance(subject, dict):
            if "verifiableCredential" in subject or "association" in subject:
                return _CLR
            if "endorsementComment" in subject:
                return _ENDORSEMENT
            if "achievement" in subject:
                return _CLR if isinstance(subject["achievement"], list) else _BADGE
    return _OTHER


# --- ids ------------------------------------------------------------------------------------------


def ids(value: JsonValue, pointer: str, allowed: Callable[[str], bool]) -> Iterator[Change]:
    """For each thing whose id is relative: one that is not."""
    if isinstance(value, list):
        for at, item in enumerate(value):
            yield from ids(item, f"{pointer}/{at}", allowed)
    elif isinstance(value, dict) and allowed(pointer):
        for name, item in value.items():
            where = f"{pointer}/{escape_token(name)}"
            if name in ("id", "@id") and isinstance(item, str) and not is_url(item):
                yield _url(where, pointer)
            elif name != "@context":
                yield from ids(item, where, allowed)


def _url(where: str, site: str) -> Change:
    def make(document: JsonObject) -> None:
        _put(document, where, f"urn:example:{where}")

    return Change(kind="url", site=site, text=f"Write an absolute URL (https:, urn:, did:) in {where}.", make=make)


# --- types ----------------------------------------------------------------------------------------


def mend(document: JsonObject, pointer: str, lost: frozenset[str]) -> Change | None:
    """The change for one place that is dropped: the type that its object should have, or an absolute URL."""
    site, name = holder(document, pointer)
    held = _object(document, site)
    value = _at(document, pointer)
    if name in ("type", "@type") and isinstance(value, str) and value in _EXTENSION_TYPES:
        return _extensions(document, site)
    change = _type_change(document, held, site, lost)
    if change is not None:
        return change
    if name == "proofPurpose":
        return _purpose(pointer)
    if name not in _NO_URL and isinstance(value, str) and not is_url(value):
        return _url(pointer, pointer)
    return None


def _purpose(where: str) -> Change:
    def make(document: JsonObject) -> None:
        _put(document, where, "assertionMethod")

    return Change(kind="purpose", site=where, text=f"Write `assertionMethod` in {where}.", make=make)


def _extensions(document: JsonObject, site: str) -> Change:
    """The context of the types that 1EdTech shares among its standards, added where the credential names its own."""
    while site and "@context" not in _object(document, site):
        site = site.rpartition("/")[0]
    text = f"Add `{_EXTENSIONS}` to {site}/@context."

    def make(changed: JsonObject) -> None:
        target = _object(changed, site)
        target["@context"] = [*as_list(target.get("@context")), _EXTENSIONS]

    return Change(kind="extensions", site=site, text=text, make=make)


def type_of_untyped(document: JsonObject, site: str) -> Change | None:
    """The type of a thing that says none, where its place tells."""
    held = _object(document, site)
    return _type_change(document, held, site, frozenset()) if site and not _types(held) else None


def _type_change(document: JsonObject, held: JsonObject, site: str, lost: frozenset[str]) -> Change | None:
    wanted = _wanted(document, held, site)
    member = "@type" if "@type" in held else "type"
    where = f"{site}/{member}"
    types = _types(held)
    several = isinstance(held.get(member), list)
    unknown = [name for at, name in enumerate(types) if (f"{where}/{at}" if several else where) in lost]
    missing = [name for name in wanted if name not in types]
    if not missing:
        return None
    kept = [name for name in types if name not in unknown]
    value: JsonValue = [*kept, *missing]
    if len(missing) == 1 and not kept and not several and missing[0] in _SCALAR:
        value = missing[0]
    more: JsonObject = {}
    relation = next((name for name in unknown if name in _ASSOCIATIONS), None)
    if relation is not None and "associationType" not in held and missing == ["Association"]:
        more["associationType"] = relation
        text = (
            f'Write `"type": "Association", "associationType": "{relation}"` in {site}: '
            "`sourceId` and `targetId` are terms of an Association only."
        )
    elif missing == ["Association"] and "associationType" not in held:
        text = f'Write `"type": "Association"` in {site}, and the relation as its `associationType`.'
    elif not types:
        text = f"Add `{_member(member, value)}` to {site or 'the document'}."
    elif unknown:
        text = f"Write {_and(missing)} instead of {_and(unknown)} in {where}."
    else:
        text = f"Add {_and(missing)} to {where}."

    def make(changed: JsonObject) -> None:
        target = _object(changed, site)
        target[member] = value
        target.update(more)

    return Change(kind="type", site=site, text=text, make=make)


def _wanted(document: JsonObject, held: JsonObject, site: str) -> list[str]:
    """The types that a thing should have where it stands; none where anything may stand."""
    if site == "":
        kind = kind_of(held)
        return ["VerifiableCredential", *([kind] if kind and not (kind == _BADGE and _badge(held)) else [])]
    names = [token for token in site.split("/")[1:] if not token.isdigit()]
    if not names:
        return []
    if names[-1] == "credentialSubject":
        around = site.rsplit("/credentialSubject", 1)[0]
        subject = _SUBJECTS.get(kind_of(_object(document, around)))
        return [] if subject is None else [subject]
    wanted = _TYPE_OF_PLACE.get(names[-1])
    if wanted == "VerifiableCredential":
        kind = kind_of(held)
        return [wanted, *([kind] if kind and not (kind == _BADGE and _badge(held)) else [])]
    if wanted == "EndorsementCredential":
        return ["VerifiableCredential", wanted]
    return [] if wanted is None else [wanted]


def _badge(held: JsonObject) -> bool:
    return bool(_BADGES & set(_types(held)))


# --- JSON -----------------------------------------------------------------------------------------


def _types(held: JsonObject) -> list[str]:
    return [name for name in as_list(held.get("type", held.get("@type"))) if isinstance(name, str)]


def holder(document: JsonObject, pointer: str) -> tuple[str, str]:
    """The object that a place belongs to, arrays passed over, and the name of its member."""
    site, _, name = pointer.rpartition("/")
    while not isinstance(_at(document, site), dict):
        site, _, name = site.rpartition("/")
    return site, name


def _at(document: JsonObject, pointer: str) -> JsonValue:
    try:
        return resolve_pointer(document, pointer)
    except KeyError:
        return None


def _object(document: JsonObject, pointer: str) -> JsonObject:
    value = _at(document, pointer)
    return value if isinstance(value, dict) else {}


def _put(document: JsonObject, pointer: str, value: JsonValue) -> None:
    parent, _, token = pointer.rpartition("/")
    held = _at(document, parent)
    name = token.replace("~1", "/").replace("~0", "~")
    if isinstance(held, dict):
        held[name] = value
    elif isinstance(held, list) and int(name) < len(held):
        held[int(name)] = value


def _member(name: str, value: JsonValue) -> str:
    return f'"{name}": {compact(value).decode()}'


def _and(values: Sequence[JsonValue]) -> str:
    shown = [f"`{quote(value)}`" for value in values]
    return shown[0] if len(shown) == 1 else ", ".join(shown[:-1]) + " and " + shown[-1]
