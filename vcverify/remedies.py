"""What to change in an unsigned document so that a signature covers it: contexts, types, ids.

Nothing here is believed for its reasons: every change is tried on a copy, and is told only for the places that
are lost again when it alone is left out. One more is told because the schemas ask for it: the type of a thing that
has none, for what of it was lost.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from vcverify import suites
from vcverify.checks.clr import CLR_CONTEXT
from vcverify.checks.open_badges import OB_CONTEXT
from vcverify.checks.shapes import BASES, V1_1, V2_0, ContextFamily, is_url
from vcverify.coverage import Cover, cover_statements
from vcverify.jsontypes import JsonObject, JsonValue, as_list, compact, escape_token, loads, resolve_pointer
from vcverify.problems import ProblemError, quote
from vcverify.report import Coverage
from vcverify.suites.transformation import Unsecured

MOST_ROUNDS: Final = 8
"""Each round mends what stands inside what the one before mended; a document is not nested deeper."""

MOST_GROUPS: Final = 60
"""Kinds of changes that are left out one by one to see what each is good for; each costs a walk."""

SEALED: Final = "It belongs to a credential that is signed already: only its issuer can mend it."

Walk = Callable[[JsonObject], Unsecured]

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
class _Change:
    """One change: what to do, at which object, and how it is made in a copy."""

    kind: str
    site: str
    text: str
    make: Callable[[JsonObject], None]

    @property
    def group(self) -> tuple[str, str]:
        """Changes of one kind at the same place of many members are judged together."""
        return self.kind, re.sub(r"/\d+(?=/|$)", "/*", self.site)


def with_remedies(coverage: Coverage, document: JsonObject, walk: Walk) -> Coverage:
    """The coverage, with the changes that would have each place signed.

    Args:
        document: The unsigned document that the coverage is of.
        walk: Makes the walk of a changed copy.
    """
    sealed = tuple(_sealed(document, ""))
    search = _Search(document, walk, sealed)
    steps = search.steps(frozenset(place.pointer for place in coverage.unsigned))

    def remedied(pointer: str) -> tuple[str, ...] | None:
        if any(pointer.startswith(inside + "/") for inside in sealed):
            return (SEALED,)
        return steps.get(pointer)

    return replace(
        coverage,
        unsigned=tuple(
            place if (found := remedied(place.pointer)) is None else replace(place, steps=found)
            for place in coverage.unsigned
        ),
    )


def _sealed(value: JsonValue, pointer: str) -> Iterator[str]:
    """Credentials inside that carry a proof of an installed suite."""
    if isinstance(value, list):
        for at, item in enumerate(value):
            yield from _sealed(item, f"{pointer}/{at}")
    elif isinstance(value, dict):
        if pointer and any(map(_is_proof, as_list(value.get("proof")))):
            yield pointer
            return
        for name, item in value.items():
            yield from _sealed(item, f"{pointer}/{escape_token(name)}")


def _is_proof(value: JsonValue) -> bool:
    if not isinstance(value, dict):
        return False
    name, kind = value.get("cryptosuite", value.get("type")), value.get("type")
    return isinstance(name, str) and isinstance(kind, str) and suites.find(name, kind) is not None


class _Search:
    """Tries changes on copies of one document."""

    def __init__(self, document: JsonObject, walk: Walk, sealed: Sequence[str]) -> None:
        self._document = document
        self._walk = walk
        self._sealed = sealed
        self._changes: list[_Change] = []
        self._usable = True
        self._asked: dict[str, frozenset[str]] = {}
        """What was lost of things that have no type, by thing."""

    def steps(self, unsigned: frozenset[str]) -> dict[str, tuple[str, ...]]:
        """For each place that can be had signed: the changes that it takes, outer ones first."""
        try:
            signed = self._change_all(unsigned)
            recovered = {pointer for pointer in unsigned if signed.get(pointer, _GONE) is None}
            needed = {change.group: self._lost_without(change.group, recovered) for change in self._kinds()}
        except ProblemError:  # the contexts cannot be used, whatever is changed; the coverage says so
            return {}

        def helps(change: _Change, pointer: str) -> bool:
            if not _stands_in(pointer, change.site):
                return False
            return pointer in needed.get(change.group, ()) or pointer in self._asked.get(change.site, ())

        found = {
            pointer: tuple(change.text for change in self._changes if helps(change, pointer)) for pointer in recovered
        }
        if not self._usable:  # what the contexts would leave open is only known now
            for pointer in unsigned - recovered:
                loss = signed.get(pointer)
                if loss is not None:
                    first = (change.text for change in self._changes if change.kind == "contexts" and not change.site)
                    found[pointer] = (*first, loss.remedy)
        return found

    def _kinds(self) -> list[_Change]:
        first: dict[tuple[str, str], _Change] = {}
        for change in self._changes:
            first.setdefault(change.group, change)
        return list(first.values())[:MOST_GROUPS]

    def _lost_without(self, group: tuple[str, str], recovered: set[str]) -> set[str]:
        """The places that are not signed when only the changes of one group are left out."""
        try:
            found = self._cover(self._changed(change for change in self._changes if change.group != group))[0]
        except ProblemError:
            return recovered
        return {pointer for pointer in recovered if found.get(pointer, _GONE) is not None}

    def _change_all(self, unsigned: frozenset[str]) -> Cover:
        """Changes until nothing is left that a change could mend; the coverage then."""
        self._changes = [
            *_contexts(self._document, "", self._open),
            *_ids(self._document, "", self._open),
            *self._untyped(),
        ]
        made = {(change.kind, change.site) for change in self._changes}
        for _ in range(MOST_ROUNDS):
            document = self._changed(self._changes)
            found, lost = self._cover(document)
            fresh = []
            for pointer in lost:
                change = _mend(document, pointer, lost) if self._open(pointer) else None
                if change is not None and (change.kind, change.site) not in made:
                    made.add((change.kind, change.site))
                    fresh.append(change)
            if not fresh:
                break
            self._changes += fresh
        return found

    def _untyped(self) -> Iterator[_Change]:
        """The types of things that have none, and that lose something as they are."""
        try:
            lost = self._cover(self._document)[1]
        except ProblemError:
            self._usable = False
            return
        lost = frozenset(pointer for pointer in lost if not pointer.endswith(("/id", "/@id")))
        for site in dict.fromkeys(_holder(self._document, pointer)[0] for pointer in sorted(lost)):
            held = _object(self._document, site)
            if site and self._open(site) and not _types(held):
                change = _type_change(self._document, held, site, lost)
                if change is not None:
                    self._asked[site] = frozenset(pointer for pointer in lost if _stands_in(pointer, site))
                    yield change

    def _open(self, pointer: str) -> bool:
        return not any(_stands_in(pointer, inside) for inside in self._sealed)

    def _changed(self, changes: Iterator[_Change] | Sequence[_Change]) -> JsonObject:
        document: Any = loads(compact(self._document))
        for change in changes:
            change.make(document)
        return document  # type: ignore[no-any-return]

    def _cover(self, document: JsonObject) -> tuple[Cover, frozenset[str]]:
        """What is covered, and the places that JSON-LD drops by themselves."""
        walk = self._walk(document)
        lost = frozenset(item.pointer for item in walk.rdf.problems if item.code == "terms.undefined" and item.pointer)
        return cover_statements(document, walk), lost


_GONE: Final = object()


def _stands_in(pointer: str, site: str) -> bool:
    return pointer == site or pointer.startswith(site + "/")


# --- contexts -------------------------------------------------------------------------------------


def _contexts(value: JsonValue, pointer: str, allowed: Callable[[str], bool]) -> Iterator[_Change]:
    """For each credential that names contexts: those that its kind asks for."""
    if isinstance(value, list):
        for at, item in enumerate(value):
            yield from _contexts(item, f"{pointer}/{at}", allowed)
        return
    if not isinstance(value, dict) or not allowed(pointer):
        return
    if pointer == "" or "@context" in value:
        yield from _context_change(value, pointer)
    for name, item in value.items():
        if name != "@context":
            yield from _contexts(item, f"{pointer}/{escape_token(name)}", allowed)


def _context_change(credential: JsonObject, pointer: str) -> Iterator[_Change]:
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

    yield _Change(kind="contexts", site=pointer, text=text, make=make)


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


def _ids(value: JsonValue, pointer: str, allowed: Callable[[str], bool]) -> Iterator[_Change]:
    """For each thing whose id is relative: one that is not."""
    if isinstance(value, list):
        for at, item in enumerate(value):
            yield from _ids(item, f"{pointer}/{at}", allowed)
    elif isinstance(value, dict) and allowed(pointer):
        for name, item in value.items():
            where = f"{pointer}/{escape_token(name)}"
            if name in ("id", "@id") and isinstance(item, str) and not is_url(item):
                yield _url(where, pointer)
            elif name != "@context":
                yield from _ids(item, where, allowed)


def _url(where: str, site: str) -> _Change:
    def make(document: JsonObject) -> None:
        _put(document, where, f"urn:example:{where}")

    return _Change(kind="url", site=site, text=f"Write an absolute URL (https:, urn:, did:) in {where}.", make=make)


# --- types ----------------------------------------------------------------------------------------


def _mend(document: JsonObject, pointer: str, lost: frozenset[str]) -> _Change | None:
    """The change for one place that is dropped: the type that its object should have, or an absolute URL."""
    site, name = _holder(document, pointer)
    held = _object(document, site)
    change = _type_change(document, held, site, lost)
    if change is not None:
        return change
    value = _at(document, pointer)
    if name not in _NO_URL and isinstance(value, str) and not is_url(value):
        return _url(pointer, pointer)
    return None


def _type_change(document: JsonObject, held: JsonObject, site: str, lost: frozenset[str]) -> _Change | None:
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

    return _Change(kind="type", site=site, text=text, make=make)


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


def _holder(document: JsonObject, pointer: str) -> tuple[str, str]:
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
