"""Active contexts: what every term means at one place of a document (JSON-LD 1.1 API §4).

An `ActiveContext` never changes what it says. It remembers what was worked out from it: the compiled
members that the walk looks up, and the contexts that follow from it, so that a context array or a
type that was met once costs one look-up. `Contexts` is the root of them all.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from vcverify.jsonld.syntax import KEYWORDS, begins_like_iri, like_keyword, resolve
from vcverify.jsontypes import JsonObject

if TYPE_CHECKING:
    from vcverify.jsonld.explain import Names
    from vcverify.jsonld.members import Entry, Typed

MOST_REMEMBERED: Final = 400_000
"""Terms in all the contexts that are remembered, some 50 MB. The record with the most contexts needs 2,000."""

ABSENT: Final[Any] = type("Absent", (), {"__repr__": lambda self: "ABSENT", "__slots__": ()})()
"""Stands where JSON-LD tells an absent entry from a null one."""

NOTHING: Final[frozenset[str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Term:
    """A term definition (JSON-LD 1.1 API §4.1). Two are equal when they say the same (§4.2.2 step 27)."""

    iri: str | None
    prefix: bool = False
    reverse: bool = False
    type: str | None = None
    containers: frozenset[str] = NOTHING
    language: Any = ABSENT
    direction: Any = ABSENT
    index: str | None = None
    nest: str | None = None
    context: Any = ABSENT
    protected: bool = field(default=False, compare=False)
    base_url: str | None = field(default=None, compare=False)
    inline: bool = field(default=False, compare=False)
    """Defined by the document itself, not by a published context."""


class ActiveContext:
    """What the terms mean. Compare by identity: equal derivations give the same object."""

    __slots__ = (
        "agreements",
        "aliases",
        "base",
        "contexts",
        "cost",
        "direction",
        "entries",
        "id_key",
        "inline",
        "inline_memo",
        "iris",
        "language",
        "local_memo",
        "longest",
        "names",
        "origin",
        "plain",
        "prefixes",
        "previous",
        "shapes",
        "terms",
        "type_key",
        "type_memo",
        "typed",
        "vocab",
        "vocab_iris",
    )

    def __init__(
        self,
        contexts: Contexts,
        terms: dict[str, Term],
        *,
        vocab: str | None,
        base: str | None,
        language: str | None,
        direction: str | None,
        previous: ActiveContext | None,
        origin: ActiveContext | None,
        cost: int,
        longest: int = 0,
    ) -> None:
        self.contexts = contexts
        self.terms = terms
        self.vocab = vocab
        self.base = base
        self.language = language
        self.direction = direction
        self.previous = previous
        self.origin = origin
        self.cost = cost
        self.longest = longest
        self.inline = False
        contexts.remembered += len(terms)
        self.aliases = {name: term.iri for name, term in terms.items() if term.iri in KEYWORDS}
        self.prefixes = {name: term.iri for name, term in terms.items() if term.prefix and term.iri is not None}
        ids = [name for name, keyword in self.aliases.items() if keyword == "@id"]
        types = [name for name, keyword in self.aliases.items() if keyword == "@type" and name != "@type"]
        self.plain = len(ids) == 1 and len(types) == 1
        self.id_key = ids[0] if self.plain else "@id"
        self.type_key = types[0] if self.plain else "@type"
        self.shapes = frozenset(
            name for name, keyword in self.aliases.items() if keyword in ("@value", "@list", "@set", "@nest")
        )
        # Found IRIs depend on these alone, so contexts that agree in them share what was found.
        alike = (
            origin is not None
            and origin.prefixes == self.prefixes
            and origin.base == base
            and origin.aliases == self.aliases
        )
        self.iris: dict[str, str] = origin.iris if alike and origin is not None else {}
        self.vocab_iris: dict[str, str] = {}
        self.names: Names | None = None
        self.entries: dict[str, Entry] = {}
        self.typed: dict[str | tuple[str, ...], Typed] = {}
        self.type_memo: dict[tuple[str, ...], ActiveContext] = {}
        self.local_memo: dict[str | tuple[str, ...], ActiveContext] = {}
        self.inline_memo: dict[str, tuple[ActiveContext, str]] = {}
        self.agreements: dict[ActiveContext, tuple[frozenset[str] | None]] = {}

    def expand(self, value: str, *, vocab: bool = False, relative: bool = False) -> str | None:
        """IRI Expansion (JSON-LD 1.1 API §5.2): a keyword, an IRI, a blank node identifier, or what stays relative."""
        if value in KEYWORDS:  # 1
            return value
        if like_keyword(value):  # 2
            return None
        term = self.terms.get(value)
        if term is not None and (vocab or term.iri in KEYWORDS):  # 4, 5
            return term.iri
        if value.find(":", 1) > 0:  # 6
            prefix, _, suffix = value.partition(":")
            if prefix == "_" or suffix.startswith("//"):  # 6.2
                return value
            iri = self.prefixes.get(prefix)
            if iri is not None:  # 6.4
                return iri + suffix
            if begins_like_iri(value):  # 6.5
                return value
        if vocab and self.vocab is not None:  # 7
            return self.vocab + value
        if relative and self.base is not None:  # 8
            return resolve(value, self.base)
        return value  # 9


class Contexts:
    """Compiled contexts, for as long as they are wanted; threads may share one.

    Args:
        load: answers the JSON document at a context URL, or raises `ProblemError` (`terms.unknown-context`).
            It is asked once for a URL; what it answers is copied.
        base: the base IRI of the documents. None, as for credentials, leaves relative references unresolved.
    """

    __slots__ = ("_documents", "_load", "remembered", "root")

    def __init__(self, load: Callable[[str], JsonObject], *, base: str | None = None) -> None:
        self._load = load
        self._documents: dict[str, JsonObject] = {}
        self.remembered = 0
        self.root = ActiveContext(
            self,
            {},
            vocab=None,
            base=base,
            language=None,
            direction=None,
            previous=None,
            origin=None,
            cost=0,
        )

    def make_room(self) -> None:
        """Forgets all that was worked out, if it is too much; the documents are kept. Called between documents."""
        if self.remembered > MOST_REMEMBERED:
            root = self.root
            for memo in (
                root.local_memo,
                root.inline_memo,
                root.typed,
                root.type_memo,
                root.entries,
                root.iris,
                root.vocab_iris,
            ):
                memo.clear()
            self.remembered = 0

    def document(self, url: str) -> JsonObject:
        """The JSON document at a context URL, which nobody else can change.

        Raises:
            ProblemError: `terms.unknown-context`.
        """
        document = self._documents.get(url)
        if document is None:
            document = self._documents[url] = unshared(self._load(url))
        return document


def unshared(value: Any) -> Any:
    """A copy of a JSON value in which no part stands twice."""
    if type(value) is dict:
        return {name: unshared(item) for name, item in value.items()}
    if type(value) is list:
        return [unshared(item) for item in value]
    return value
