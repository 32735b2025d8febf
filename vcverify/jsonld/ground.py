"""What a walk has at hand: the document's statements so far, its blank nodes, and a voice."""

from __future__ import annotations

from typing import Any, Final

from vcverify.jsonld import explain
from vcverify.jsonld.context import ActiveContext, Contexts
from vcverify.jsonld.documents import Span, SpanRule
from vcverify.jsonld.explain import Path
from vcverify.jsonld.members import LOST, LOST_TEXT, MEMO_LENGTH, MEMO_SIZE, Member, Typed
from vcverify.jsonld.syntax import JsonLdError
from vcverify.jsonld.values import native
from vcverify.limits import MIB, Limits, exceeded
from vcverify.problems import Problem, ProblemError, quote
from vcverify.rdf.terms import Statement, is_language_tag, literal
from vcverify.rdf.terms import iri as iri_term

MOST_PROBLEMS: Final = 1_000
"""Reported one by one; a document with more is told how many more."""

_USUAL: Final = 100
"""Characters of an IRI that published contexts use as well."""
_MOST_LENGTHENED: Final = 16 * MIB
"""Characters beyond `_USUAL` that contexts of the document's own may add to its statements, one for each."""

_NOT_IN_IRI: Final = bytes(range(0x21)) + b'<>"{}|\\^`\x7f'


class Ground:
    """One document on its way to statements: what it has come to, and how to make terms and problems.

    Attributes:
        pointers: parallel to `statements` up to the last `mark`, where they are asked for.
        lost: a statement has a term that cannot be written.
        labels: the blank nodes of the document's own labels.
        indexes: the `@index` of each node, by subject and graph.
        local_contexts: contexts met so far in the credential that the walk is in.
        seen: active contexts met so far, and `cost` what they cost to make.
        own_contexts, own_types: what this walk worked out, so that it meets one context under one name only,
            whatever the shared tables forget meanwhile.
        most_long: how many statements may have the longest IRI of the document's own contexts; at most `Limits.quads`.
        bare_graph: the document is a `@graph` and nothing else.
    """

    def __init__(self, contexts: Contexts, limits: Limits, rule: SpanRule, base_pointer: str, *, track: bool) -> None:
        self.contexts = contexts
        self.limits = limits
        self.most_quads = limits.quads
        self.most_types = limits.node_types
        self.rule = rule
        self.spanning = bool(rule.types or rule.properties)
        self.base_pointer = base_pointer
        self.statements: list[Statement] = []
        self.pointers: list[str] | None = [] if track else None
        self.spans: list[Span] = []
        self.problems: list[Problem] = []
        self.unreported = 0
        self.lost = False
        self.blanks = 0
        self.labels: dict[str, str] = {}
        self.indexes: dict[tuple[str, str], str] = {}
        self.local_contexts = 0
        self.seen: set[ActiveContext] = set()
        self.cost = 0
        self.own_cost = 0
        self.most_long = limits.quads
        self.bare_graph = False
        self.own_contexts: dict[tuple[ActiveContext, str], tuple[ActiveContext, str]] = {}
        self.own_types: dict[tuple[ActiveContext, tuple[str, ...], tuple[str, ...]], Typed] = {}

    def lengthen(self, longest: int, path: Path) -> None:
        """Takes note of the longest IRI of a context of the document's own."""
        if longest > _USUAL:
            self.most_long = min(self.most_long, _MOST_LENGTHENED // (longest - _USUAL))
            self.hold(0, path)

    def hold(self, count: int, path: Path) -> None:
        """That the statements are not too many; with `count` more of a list, which may be null, not too many long ones.

        Raises:
            ProblemError: `limit.exceeded`.
        """
        found = len(self.statements) + count
        if self.most_long < min(found, self.most_quads):  # CHECK: many long statements
            raise exceeded(
                "statements of IRIs that its own contexts make so long", self.most_long, found, self.at(path)
            )
        if not count and found > self.most_quads:  # CHECK: many statements
            raise exceeded("statements of one document", self.most_quads, found, self.at(path))

    def mark(self, path: Path) -> None:
        """Says of the statements since the last mark where they come from."""
        pointers = self.pointers
        assert pointers is not None
        missing = len(self.statements) - len(pointers)
        if missing:
            pointers.extend([self.at(path)] * missing)

    def at(self, path: Path) -> str:
        """The JSON Pointer of a path."""
        return explain.pointer_of(path, self.base_pointer)

    def room(self) -> bool:
        """Whether one more problem is told; otherwise it is counted."""
        if len(self.problems) < MOST_PROBLEMS:
            return True
        self.unreported += 1
        return False

    def form(self, detail: str, path: Path, remedy: str | None = None) -> None:
        """Reports what is signed, but spelled unusually."""
        if self.room():
            self.problems.append(explain.form(detail, self.at(path), remedy))

    def unsigned(self, what: str, why: str, path: Path, *, found: object = None) -> None:
        """Reports what is in no statement."""
        if self.room():
            self.problems.append(explain.undefined(what, why, self.at(path), found=found))

    def miss(self, context: ActiveContext, key: str, path: Path) -> None:
        """Reports a member that JSON-LD drops."""
        if self.room():
            self.problems.append(explain.undefined_member(context, self.names(context), key, self.at(path)))

    def lose(self, what: str, why: str, path: Path, stand_in: str = LOST) -> str:
        """Reports a term that cannot be written; answers what stands for it."""
        self.unsigned(what, why, path)
        self.lost = True
        return stand_in

    def names(self, context: ActiveContext) -> explain.Names:
        """What the contexts at hand define, looked through once."""
        names = context.names
        if names is None:
            names = context.names = explain.Names(context)
            self.contexts.remembered += len(names.holders)
        return names

    def say_nothing(self, what: str, path: Path) -> None:
        """Reports a null or an empty array."""
        detail = f"{what} says nothing: the signature does not tell it from an absent member."
        self.form(detail, path, "Leave the member out.")

    def lose_direction(self, direction: str, path: Path) -> None:
        """Reports a base direction, which no statement has (rdfDirection is none)."""
        self.unsigned("the base direction of this text", "RDF has no place for it", path, found=direction)

    def stop(self, code: str, detail: str, path: Path) -> ProblemError:
        """The exception for an error in the document itself; the caller raises it."""
        return explain.stopped(JsonLdError(code, detail, about_context=False), self.at(path))

    def placed(self, error: ProblemError, path: Path) -> ProblemError:
        """A problem of a context, at the place in the document that asked for the context."""
        return explain.placed(error, self.at(path))

    def fresh(self) -> str:
        """A new blank node."""
        self.blanks += 1
        return f"_:b{self.blanks - 1}"

    def blank(self, label: str) -> str:
        """The blank node of a label of the document."""
        term = self.labels.get(label)
        if term is None:
            term = self.labels[label] = f"_:b{self.blanks}"
            self.blanks += 1
        return term

    def string(self, value: str, member: Member, path: Path) -> str:
        """The term of a string (Value Expansion, §5.3)."""
        coercion = member.coercion
        if coercion == "@id":
            return member.kept.iris.get(value) or self.reference(value, member.kept, path)
        if coercion == "@vocab":
            return member.kept.vocab_iris.get(value) or self.word(value, member.kept, path)
        if coercion is not None:
            if member.suffix is None:
                return self.lose_typed(value, coercion, path)
            return literal(value)[:-1] + member.suffix
        if member.direction is not None:
            self.lose_direction(member.direction, path)
        return self.text(value, member.language, path)

    def text(self, value: str, language: str | None, path: Path) -> str:
        """The literal of a string in a language."""
        if language is not None and not is_language_tag(language):  # CHECK: language tags that are none
            why = f"`{quote(language)}` is not a language tag"
            return self.lose("this text", why, path, LOST_TEXT)
        return literal(value, language=language)

    def scalar(self, value: Any, member: Member, path: Path) -> str:
        """The literal of a number or boolean under a property."""
        if member.datatype is not None and member.suffix is None:  # CHECK: datatypes that are no IRI
            return self.lose_typed(value, member.datatype, path)
        return native(value, member.datatype, member.suffix)

    def lose_typed(self, value: Any, datatype: str, path: Path) -> str:
        """Reports a literal whose datatype cannot be written."""
        return self.lose(f"`{quote(value)}`", f"its datatype `{quote(datatype)}` is not a valid IRI", path, LOST_TEXT)

    def reference(self, value: str, context: ActiveContext, path: Path) -> str:
        """The term of a string that is an IRI, relative to the document."""
        return self.resource(context.expand(value, relative=True), value, context.iris, path)

    def word(self, value: str, context: ActiveContext, path: Path) -> str:
        """The term of a string that is a term of the vocabulary or an IRI."""
        return self.resource(context.expand(value, vocab=True, relative=True), value, context.vocab_iris, path)

    def resource(self, expanded: str | None, value: str, memo: dict[str, str], path: Path, role: str = "IRI") -> str:
        """The term of an expanded string, remembered if it is an IRI."""
        if expanded is not None:
            if expanded.startswith("_:"):
                return self.blank(expanded)
            if len(value) > MEMO_LENGTH:
                term = _long_iri(expanded)
            else:
                term = iri_term(expanded)
                if term is not None:
                    if len(memo) >= MEMO_SIZE:
                        memo.clear()
                    memo[value] = term
            if term is not None:
                return term
        if self.room():
            self.problems.append(explain.unusable_iri(value, role, self.at(path)))
        self.lost = True
        return LOST


def _long_iri(text: str) -> str | None:
    """`iri(text)`. An image in a `data:` URL is 100 KB of ASCII, which bytes are looked through nine times as fast."""
    if not text.isascii():
        return iri_term(text)
    data = text.encode("ascii")
    if len(data.translate(None, _NOT_IN_IRI)) != len(data):
        return None
    return f"<{text}>" if iri_term(text[: text.find(":") + 1]) is not None else None
