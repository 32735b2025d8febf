"""The credentials inside a document: where each stands, as what, and whether all were located.

In a graph-signed document they are found by IRI, in the walk that made the statements, so that a
re-spelled member is still a member. In a document whose JSON was signed, and in one whose proof
failed, they are found by name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from vcverify import vocabulary
from vcverify.credential import GraphReading, literal
from vcverify.jsonld import Span
from vcverify.jsontypes import JsonObject, JsonValue, escape_token, resolve_pointer
from vcverify.problems import Problem, problem, quote

MEMBER: Final = "member"
CREDENTIAL: Final = "credential"
ENDORSEMENT: Final = "endorsement"


@dataclass(frozen=True, slots=True, kw_only=True)
class Nested:
    """A credential inside another.

    Attributes:
        pointer: Where it stands in the document around it.
        relation: `member` of a record, `credential` of a presentation, or `endorsement`.
        value: What stands there: an object, or a string that should be a token.
        position: Its place among the spans of the walk, where it was found in one.
    """

    pointer: str
    relation: str
    value: JsonValue
    position: int | None = None


_RELATIONS: Final[Mapping[str, str]] = {
    **dict.fromkeys(vocabulary.CLR_MEMBER.iris, MEMBER),
    **dict.fromkeys(vocabulary.VERIFIABLE_CREDENTIAL.iris, CREDENTIAL),
    **dict.fromkeys((*vocabulary.ENDORSEMENT.iris, *vocabulary.ENDORSEMENT_JWT.iris), ENDORSEMENT),
}
_PREDICATES: Final = {f"<{iri}>": relation for iri, relation in _RELATIONS.items()}


def find_in_graph(document: JsonObject, spans: Sequence[Span], position: int, reading: GraphReading) -> list[Nested]:
    """The credentials directly inside the one at `position` of the spans, in document order.

    Args:
        document: The JSON that was walked; pointers of the result count from the span.
        reading: The reading of that span.
    """
    outer = spans[position]
    found: list[Nested] = []
    end = outer.start
    for at in range(position + 1, len(spans)):
        span = spans[at]
        if span.start >= outer.end and span.start > outer.start:
            break
        if span.start < end or not span.pointer.startswith(outer.pointer + "/"):
            continue
        end = span.end
        relation = _RELATIONS.get(span.property or "")
        if relation is not None:
            pointer = span.pointer[len(outer.pointer) :]
            found.append(Nested(pointer=pointer, relation=relation, value=_standing(document, span), position=at))
    found.extend(_by_reference(spans, reading))
    return found


def _by_reference(spans: Sequence[Span], reading: GraphReading) -> Iterator[Nested]:
    """Members that are text (tokens), or that are only named."""
    located = {span.subject for span in spans} | {span.graph for span in spans}
    for subject, about in reading.index.items():
        if _PREDICATES.keys().isdisjoint(about):
            continue
        for predicate, values in about.items():
            relation = _PREDICATES.get(predicate)
            if relation is None:
                continue
            for at, value in enumerate(values):
                if value[0] == '"':
                    text: str = literal(value).text
                elif value not in located and value[0] == "<" and value not in reading.index:
                    text = value[1:-1]
                else:
                    continue
                pointer = reading.pointer_of(subject, (predicate,), at) or ""
                yield Nested(pointer=pointer, relation=relation, value=text)


def _standing(document: JsonObject, span: Span) -> JsonValue:
    """What stands at a span; of an envelope that is spelled otherwise the `data:` URL as it was signed."""
    try:
        value = resolve_pointer(document, span.pointer)
    except KeyError:
        value = None
    if span.subject[1:6].lower() != "data:":
        return value
    url = span.subject[1:-1]
    plain = isinstance(value, dict) and value.get("id") == url and not _ENVELOPES.isdisjoint(map(str, _types(value)))
    return value if plain else url


_ENVELOPES: Final = frozenset({"EnvelopedVerifiableCredential", "EnvelopedVerifiablePresentation"})
"""Types by which a reader of JSON tells an envelope, and asks for its own context."""


def find_in_json(document: JsonObject) -> list[Nested]:
    """The credentials directly inside a JSON document, by the names of its members."""
    if not _holds_any(document):
        return []
    presentation = vocabulary.VERIFIABLE_PRESENTATION_TYPE.name in _types(document)
    return list(_walk(document, "", CREDENTIAL if presentation else MEMBER))


def _holds_any(document: JsonObject) -> bool:
    """Whether a member of any object has one of the names; most documents have none, and need no pointers."""
    stack: list[JsonValue] = [document]
    while stack:
        value = stack.pop()
        if type(value) is dict:
            if not _BY_NAME.keys().isdisjoint(value):
                return True
            stack += value.values()
        elif type(value) is list:
            stack += value
    return False


def _walk(value: JsonValue, pointer: str, relation: str) -> Iterator[Nested]:
    if isinstance(value, list):
        for at, item in enumerate(value):
            yield from _walk(item, f"{pointer}/{at}", relation)
        return
    if not isinstance(value, dict):
        return
    for name, inner in value.items():
        where = f"{pointer}/{escape_token(name)}"
        if name == "proof" or name == "@context":
            continue
        as_what = _BY_NAME.get(name)
        if as_what is None:
            yield from _walk(inner, where, relation)
            continue
        held_as = ENDORSEMENT if as_what == ENDORSEMENT else relation
        items = (
            [(f"{where}/{at}", item) for at, item in enumerate(inner)] if isinstance(inner, list) else [(where, inner)]
        )
        for place, item in items:
            if item is not None:
                yield Nested(pointer=place, relation=held_as, value=item)


_BY_NAME: Final[Mapping[str, str]] = {
    "verifiableCredential": MEMBER,
    "endorsement": ENDORSEMENT,
    "endorsementJwt": ENDORSEMENT,
    **_RELATIONS,
}


def _types(document: JsonObject) -> list[JsonValue]:
    value = document.get("type", document.get("@type"))
    return value if isinstance(value, list) else [value]


# --- shape ----------------------------------------------------------------------------------------


def check_shape(spans: Sequence[Span], readings: Sequence[GraphReading]) -> list[Problem]:
    """`member.shape` for statements about a credential that stand outside it, and for credentials
    that stand where none is looked for.

    Args:
        spans: All spans of a walk, the document's own first.
        readings: The reading of each, in the same order.
    """
    problems: list[Problem] = []
    outermost = spans[0]
    for span in spans[1:]:
        if _RELATIONS.get(span.property or "") is None:  # CHECK: a credential where nobody would look
            problems.append(
                problem(
                    "member.shape",
                    "A credential stands where no credential belongs, so nobody would verify it.",
                    span.pointer,
                    found=_named(span.subject),
                    remedy="Include credentials as members of the record or as endorsements.",
                )
            )
        if span.subject == outermost.subject:  # CHECK: a credential with the id of its record
            problems.append(_own_id(span.pointer, _named(span.subject)))
    subjects = {span.subject for span in spans}
    graph_owner: dict[str, str] = {}
    for span, reading in zip(spans, readings, strict=True):
        statements = reading.statements
        foreign: set[str] = set()
        for at in reading.positions():
            subject, predicate, value, graph = statements[at]
            if subject in subjects and subject != span.subject and not _endorses(span, reading, predicate, value):
                foreign.add(subject)
            if graph and graph != span.graph and graph_owner.setdefault(graph, span.subject) != span.subject:
                foreign.add(subject)
        problems.extend(_outside(reading, subject) for subject in sorted(foreign))
    return problems


def same_id(document: JsonObject, nested: Sequence[Nested]) -> list[Problem]:
    """`member.shape` for credentials inside a JSON document that have the document's own id."""
    own = document.get("id")
    return [
        _own_id(item.pointer, own)
        for item in nested
        if isinstance(own, str) and isinstance(item.value, dict) and item.value.get("id") == own
    ]


def _own_id(pointer: str, found: str) -> Problem:
    return problem(
        "member.shape",
        "A credential inside has the id of the document around it.",
        pointer,
        found=found,
        remedy="Give every credential an id of its own.",
    )


def _endorses(span: Span, reading: GraphReading, predicate: str, value: str) -> bool:
    """Whether an endorsement says of a credential what only endorsements say (OB 3.0 EndorsementSubject).

    Among members and presented credentials an endorsement is what has the type of one.
    """
    if _RELATIONS.get(span.property or "") != ENDORSEMENT and not reading.root().is_a(
        vocabulary.ENDORSEMENT_CREDENTIAL
    ):
        return False
    return predicate == _COMMENT or (predicate == _TYPE and value == _ENDORSEMENT_SUBJECT)


_COMMENT: Final = f"<{vocabulary.OB}endorsementComment>"
_TYPE: Final = f"<{vocabulary.RDF_TYPE}>"
_ENDORSEMENT_SUBJECT: Final = f"<{vocabulary.ENDORSEMENT_SUBJECT.iri}>"


def _outside(reading: GraphReading, subject: str) -> Problem:
    at = next(at for at in reading.positions() if reading.statements[at][0] == subject)
    return problem(
        "member.shape",
        f"Statements about {quote(_named(subject))} stand outside it, where its own reading does not look.",
        reading.explain(at),
        found=_named(subject),
    )


def _named(subject: str) -> str:
    return subject[1:-1] if subject[0] == "<" else "an unnamed credential"
