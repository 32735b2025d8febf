"""The shapes that the data models share: URLs, dates, required members, contexts by position.

What must be there is looked for in the signed reading. The received JSON is asked only about the
form of what stands in it under its plain name; it can add a refusal, never take one away.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from vcverify.credential import Literal, Node
from vcverify.datetimes import parse_stamp
from vcverify.jsontypes import JsonObject, JsonValue, as_list, resolve_pointer
from vcverify.problems import Problem, Severity, problem
from vcverify.vocabulary import CREDENTIALS_V1, CREDENTIALS_V2, XSD, Class, Term

V1_1: Final = "1.1"
V2_0: Final = "2.0"

BASES: Final = {CREDENTIALS_V2: V2_0, CREDENTIALS_V1: V1_1}
"""The base contexts of the VC data model, and the version that each makes a document of."""

_NOT_IN_URL: Final = '\x00-\x20<>"{}|\\\\^`\x7f-\x9f\ud800-\udfff'
_URL: Final = re.compile(
    f"(?:(?i:https?)://[^/?#{_NOT_IN_URL}]|(?!(?i:https?):)[A-Za-z][A-Za-z0-9+.-]*:[^{_NOT_IN_URL}])[^{_NOT_IN_URL}]*"
).fullmatch


def is_url(value: object) -> bool:
    """Whether the value is text of an absolute URL (or URN, DID): a scheme, something after it, no white space.

    Names of blank nodes (`_:x`) and relative references are none (VCDM 2.0 §4.4).
    """
    return type(value) is str and _URL(value) is not None


def version_of(document: JsonObject) -> str:
    """The data model version that a document is judged by: of its base context, 2.0 where it has none."""
    contexts = as_list(document.get("@context"))
    for context in contexts:
        if type(context) is str and context in BASES:
            return BASES[context]
    return V2_0


# --- what is required -----------------------------------------------------------------------------


def missing(node: Node, name: str, document: JsonObject, *, malformed: str, spec: str | None = None) -> Problem:
    """The problem of a required member that the signed reading of `node` lacks.

    `data-model.required` at the node; where the received JSON has the member in a form that says
    nothing, the code `malformed` at the member.
    """
    pointer = node.pointer
    try:
        holder = resolve_pointer(document, pointer)
    except KeyError:
        holder = None
    held = holder.get(name) if isinstance(holder, dict) else None
    if held is None:
        return problem("data-model.required", f"There is no `{name}`.", pointer, expected=f"`{name}`", spec=spec)
    return problem(
        malformed, f"The `{name}` says nothing that can be read.", f"{pointer}/{name}", found=held, spec=spec
    )


def wrong_type(node: Node, kind: Class, document: JsonObject, spec: str) -> Problem:
    """The problem of a thing that has no type, or not the one that is asked for."""
    types = node.types
    if not types:
        found = missing(node, "type", document, malformed="data-model.type", spec=spec)
        return replace(found, expected=f"`type` with {kind.name}")
    return problem(
        "data-model.type",
        f"`{kind.name}` is not among the types.",
        f"{node.pointer}/type",
        expected=kind.name,
        found=list(types),
        spec=spec,
    )


def only_one(node: Node, term: Term, code: str, spec: str | None = None) -> Problem:
    """The problem of several values where one is asked for."""
    texts = node.texts(term)
    return problem(
        code,
        f"There are {len(texts)} values of `{term.name}`; a reader could pick the one it likes.",
        _member(node.where(term)),
        expected="one value",
        found=list(texts),
        spec=spec,
    )


def _member(pointer: str) -> str:
    """The pointer of the member that an array item belongs to."""
    head, _, last = pointer.rpartition("/")
    return head if last.isdigit() else pointer


# --- URLs and dates -------------------------------------------------------------------------------


def named(value: JsonValue, pointer: str, code: str = "data-model.id") -> Iterator[Problem]:
    """The `id` of an object as it was received is one URL, if it has one."""
    if type(value) is dict and "id" in value and not is_url(value["id"]):  # CHECK: ids that are no URL
        yield problem(code, "The `id` is not one absolute URL.", f"{pointer}/id", expected="a URL", found=value["id"])


def items(document: JsonObject, name: str, pointer: str = "") -> Iterator[tuple[JsonValue, str]]:
    """Each value that stands under a plain name, and its pointer; none for null."""
    held = document.get(name)
    if held is None:
        return
    if type(held) is list:
        for position, item in enumerate(held):
            yield item, f"{pointer}/{name}/{position}"
    else:
        yield held, f"{pointer}/{name}"


_DATE_TYPES: Final = frozenset({"", "xsd:dateTime", f"{XSD}string", f"{XSD}dateTime", f"{XSD}dateTimeStamp"})
"""Open Badges contexts write `xsd:dateTime` where no prefix `xsd` is defined."""


def _may_be_date(value: Literal) -> bool:
    return not value.language and value.datatype in _DATE_TYPES


def dates(node: Node, terms: Sequence[Term]) -> Iterator[Problem]:
    """Each term has at most one value, and it is a dateTimeStamp.

    A dateTime without an offset is read as UTC, with a warning (VCDM 2.0 §4.9: MAY).
    """
    for term in terms:
        if not node.says(term):
            continue
        values = node.values(term)
        if len(values) > 1:  # CHECK: two dates
            yield only_one(node, term, "data-model.date")
        for position, value in enumerate(values):
            stamp = parse_stamp(value.text) if isinstance(value, Literal) and _may_be_date(value) else None
            if stamp is None or not stamp.has_offset:  # CHECK: dates that are no dateTimeStamp
                yield _date_problem(node, term, position, value, readable=stamp is not None)


def _date_problem(node: Node, term: Term, position: int, value: Node | Literal, *, readable: bool) -> Problem:
    found = value.text if isinstance(value, Literal) else value.id or "an object"
    if readable:
        return problem(
            "data-model.date",
            f"The `{term.name}` names no offset; it is read as UTC.",
            node.where(term, position),
            expected="an offset such as Z or +02:00",
            found=found,
            severity=Severity.WARNING,
            remedy="Write it with its offset, such as Z for UTC.",
        )
    return problem(
        "data-model.date",
        f"The `{term.name}` is not a dateTimeStamp.",
        node.where(term, position),
        expected="a date and time such as 2026-01-31T12:00:00Z",
        found=found,
        remedy="Write it with a time and an offset, in the form of 2026-01-31T12:00:00Z.",
    )


# --- contexts by position -------------------------------------------------------------------------


def context_at(
    document: JsonObject, position: int, family: ContextFamily, version: str, spec: str
) -> Iterator[Problem]:
    """The context at the position is the family's; another name or version of it is a warning.

    Problem codes: `data-model.context`, `terms.alias` (warning).
    """
    contexts = as_list(document.get("@context"))
    url = contexts[position] if position < len(contexts) else None
    expected = family.current[version]
    if url == expected:
        return
    at = f"/@context/{position}"
    if type(url) is str and family.has(url):
        if url not in family.usual[version]:  # CHECK: unusual contexts
            yield problem(
                "terms.alias",
                f"The {family.title} context by another name, or of another version than goes with VCDM {version}.",
                at,
                expected=expected,
                found=url,
            )
        return
    elsewhere = next((at for at, item in enumerate(contexts) if type(item) is str and family.has(item)), None)
    if elsewhere is not None:
        detail = f"The {family.title} context stands at {elsewhere}; the order of contexts matters."
        remedy = "Write the contexts in the order of the standards: VCDM, then CLR in records, then Open Badges."
    else:
        detail = f"The {family.title} context is not among the contexts."
        remedy = f"Add `{expected}` to `@context`, at {position}."
    yield problem(
        "data-model.context",
        detail,
        at if url is not None else "/@context",
        expected=expected,
        found="nothing" if url is None else url,
        spec=spec,
        remedy=remedy,
    )


class ContextFamily:
    """The context of one standard, under all the URLs that it goes by.

    Args:
        title: The standard, for sentences.
        current: The URL that goes with each version of the data model.
        usual: All URLs that may stand there without a word.
        pattern: What the standard's own schema accepts; matches whole URLs.
        aliases: Other URLs that the context was published or is known under.
    """

    def __init__(
        self,
        title: str,
        *,
        current: dict[str, str],
        usual: dict[str, frozenset[str]],
        pattern: str,
        aliases: frozenset[str],
    ) -> None:
        self.title = title
        self.current = current
        self.usual = usual
        self._pattern = re.compile(pattern)
        self._aliases = aliases

    def has(self, url: str) -> bool:
        return self._pattern.fullmatch(url) is not None or url in self._aliases


# --- credentials inside ---------------------------------------------------------------------------

INSIDE: Final = "VCDM 2.0 §4.13"


def credential_forms(document: JsonObject, name: str, pointer: str, *, tokens: bool) -> Iterator[Problem]:
    """Each credential inside is an object, or text of a token where `tokens` allows that.

    An EnvelopedVerifiableCredential has a `data:` URL for its id (VCDM 2.0 §4.13).
    """
    for value, at in items(document, name, pointer):
        if type(value) is dict:
            types = value.get("type")
            if types == ENVELOPED or (type(types) is list and ENVELOPED in types):
                yield from enveloped(value, at)
        elif not (tokens and type(value) is str):  # CHECK: a credential inside that is no object
            yield problem(
                "data-model.value",
                "A credential inside is no object.",
                at,
                expected="a credential" + (", or a compact JWS as text" if tokens else ""),
                found=value,
                spec=INSIDE,
                remedy="Put a token into an EnvelopedVerifiableCredential, as a `data:` URL.",
            )


ENVELOPED: Final = "EnvelopedVerifiableCredential"


def enveloped(value: JsonObject, pointer: str) -> Iterator[Problem]:
    """The id of an enveloped credential or presentation is a `data:` URL."""
    name = value.get("id")
    if name is None:  # CHECK: an envelope without an id
        yield problem("data-model.required", "There is no `id`.", pointer, expected="`id`, a `data:` URL", spec=INSIDE)
    # CHECK: an envelope without a token
    elif not (is_url(name) and str(name)[:5].lower() == "data:" and "," in str(name)):
        yield problem(
            "data-model.id",
            "What is enveloped has to be given as a `data:` URL.",
            f"{pointer}/id",
            expected="data:application/vc+jwt,...",
            found=name,
            spec=INSIDE,
        )
