"""Compiled members: what the walk looks up for a member name, and for the types of a node.

Compiled at first use, per active context, and kept there. Only names that contexts define are kept, so
that no document can fill the tables.
"""

from __future__ import annotations

from typing import Final, TypeAlias

from vcverify.jsonld import judge
from vcverify.jsonld.context import ABSENT, ActiveContext, Term
from vcverify.jsonld.processing import process
from vcverify.jsonld.syntax import KEYWORDS
from vcverify.jsonld.values import STRING_END, literal_suffix
from vcverify.rdf.terms import iri as iri_term
from vcverify.rdf.terms import is_language_tag

LOST: Final = "!"
"""Stands in a statement for a term that cannot be written; such statements are taken out at the end."""

LOST_TEXT: Final = '"!'
"""The same for a literal, which some places refuse as literals."""

LITERAL: Final = 0
"""Strings are literals; `suffix` closes them."""
REFERENCE: Final = 1
"""Strings are IRIs."""
VOCABULARY: Final = 2
"""Strings are terms or IRIs."""
SKIP: Final = 3
"""`@context`, `@id`, `@type`, which are read before the others, and what is lost."""
RARE: Final = 4
"""Everything else: `Member.handler` says what."""
SHAPE: Final = 5
"""`@value`, `@list`, `@set`: this is no node object after all."""

_PLAIN: Final = frozenset({"@set"})

MEMO_SIZE: Final = 4096
"""Entries of one table of what was worked out from documents."""
MEMO_LENGTH: Final = 256
"""Characters of what such a table is asked for; longer questions are answered each time."""

CREDENTIAL: Final = "<https://www.w3.org/2018/credentials#VerifiableCredential>"


class Member:
    """What a member name means in an active context.

    Attributes:
        predicate: the property as an N-Quads term, or LOST.
        handler: for RARE members, the name of what handles it: "property" or a keyword.
        child: the active context of node objects under it (JSON-LD 1.1 API §5.1.2 steps 7 and 8).
        kept: the active context of everything else under it.
        coercion: `@id`, `@vocab`, `@json`, a datatype IRI, or None.
        datatype: the datatype IRI, or None.
        suffix: what closes a literal of that datatype, or None where it is none or no valid IRI.
        language: of its untyped strings, or None.
        direction: of its untyped strings, or None.
        index: the property that the keys of its index map are values of, or None.
        json: its value is a JSON literal, whatever it is.
    """

    __slots__ = (
        "child",
        "coercion",
        "containers",
        "datatype",
        "direction",
        "handler",
        "index",
        "json",
        "kept",
        "key",
        "language",
        "predicate",
        "reverse",
        "suffix",
    )

    def __init__(self, key: str | None, predicate: str, handler: str, context: ActiveContext) -> None:
        self.key = key
        self.predicate = predicate
        self.handler = handler
        self.child = context if context.previous is None else context.previous
        self.kept = context
        self.coercion: str | None = None
        self.datatype: str | None = None
        self.suffix: str | None = None
        self.containers: frozenset[str] = frozenset()
        self.language: str | None = None
        self.direction: str | None = None
        self.index: str | None = None
        self.reverse = False
        self.json = False

    def twin(self) -> Member:
        """A copy to be changed."""
        twin = Member.__new__(Member)
        for name in Member.__slots__:
            setattr(twin, name, getattr(self, name))
        return twin

    def unreverted(self) -> Member:
        """The same, for the items of a map, which keep the active context (§5.1.2 step 7, *from map*)."""
        if self.child is self.kept:
            return self
        twin = self.twin()
        twin.child = self.kept
        return twin


Entry: TypeAlias = tuple[int, str, str, ActiveContext, ActiveContext, Member]
"""(kind, predicate, suffix, child, kept, member): what the hot loop needs, in one look-up."""


class Typed:
    """What a set of types means in an active context.

    Attributes:
        context: the active context for the members of the node.
        terms: the types as N-Quads terms.
        plain: every name gave a term; otherwise the walk looks at them one by one.
    """

    __slots__ = ("context", "is_credential", "plain", "terms")

    def __init__(self, context: ActiveContext, terms: tuple[str, ...], plain: bool) -> None:
        self.context = context
        self.terms = terms
        self.plain = plain
        self.is_credential = CREDENTIAL in terms


def scoped(context: ActiveContext, term: Term, *, propagate: bool = True) -> ActiveContext:
    """The context that follows from a term's own context: property-scoped, or type-scoped without `propagate`.

    Raises:
        JsonLdError: processing errors; a document's own definition that changes what had a meaning.
        ProblemError: `terms.unknown-context`, `limit.exceeded`.
    """
    if term.context is ABSENT:
        return context
    after = process(
        context,
        term.context,
        base_url=term.base_url,
        override_protected=propagate,
        propagate=propagate,
        inline=term.inline,
    )
    if term.inline:
        judge.judge(context, after)
    return after


def compile_property(context: ActiveContext, key: str, term: Term, iri: str) -> Entry:
    """The entry of a member that is a property."""
    member = Member(key, iri_term(iri) or LOST, "property", context)
    if term.context is not ABSENT:
        member.kept = scoped(context, term)
        member.child = member.kept if context.previous is None else scoped(context.previous, term)
    member.containers = term.containers
    member.reverse = term.reverse
    member.index = term.index
    member.json = term.type == "@json"
    # Values are expanded under the property-scoped context, and by what the name means there (§5.1.2 step 4.2).
    definition = member.kept.terms.get(key) if term.context is not ABSENT else term
    if definition is None:
        definition = Term(iri)
    member.coercion = None if definition.type == "@none" else definition.type
    if member.coercion is not None and member.coercion[0] != "@":
        member.datatype = member.coercion
        member.suffix = literal_suffix(member.coercion)
    member.language = member.kept.language if definition.language is ABSENT else definition.language
    member.direction = member.kept.direction if definition.direction is ABSENT else definition.direction
    return _entry(member)


def compile_undefined(context: ActiveContext, key: str, iri: str) -> Entry:
    """The entry of a property that is named by its IRI, or by a name that only `@vocab` gives a meaning."""
    member = Member(key, iri_term(iri) or LOST, "property", context)
    member.language = context.language
    member.direction = context.direction
    return _entry(member)


def _entry(member: Member) -> Entry:
    kind, suffix = _kind(member)
    return kind, member.predicate, suffix, member.child, member.kept, member


def _kind(member: Member) -> tuple[int, str]:
    coercion = member.coercion
    if member.reverse or member.json or not member.containers <= _PLAIN:
        return RARE, ""
    if coercion == "@id":
        return REFERENCE, ""
    if coercion == "@vocab":
        return VOCABULARY, ""
    if coercion is not None:
        return (RARE, "") if member.suffix is None else (LITERAL, member.suffix)
    if member.direction is not None or (member.language is not None and not is_language_tag(member.language)):
        return RARE, ""
    return LITERAL, STRING_END if member.language is None else f'"@{member.language}'


def keyword_entry(context: ActiveContext, key: str, keyword: str) -> Entry:
    """The entry of a member that is a keyword or stands for one."""
    if keyword in ("@context", "@id", "@type"):
        kind = SKIP
    elif keyword in ("@value", "@list", "@set"):
        kind = SHAPE
    else:
        kind = RARE
    member = Member(key, "", keyword, context)
    return kind, "", "", member.child, member.kept, member


def lost_entry(context: ActiveContext) -> Entry:
    """The entry of a member that JSON-LD drops; one for all."""
    root = context.contexts.root
    entry = root.entries.get("")
    if entry is None:
        member = Member(None, "", "lost", root)
        entry = root.entries[""] = (SKIP, "", "", root, root, member)
    return entry


def compile_defined(context: ActiveContext, key: str) -> Entry | None:
    """The entry of a name that a context defines and that nobody need be told of, kept for the next time.

    None for every other name: the walk then looks closer, each time.
    """
    term = context.terms.get(key)
    if term is None or term.iri is None:
        if key == "@context" or (key in ("@id", "@type") and not context.plain):
            entry = keyword_entry(context, key, key)
            context.entries[key] = entry
            return entry
        return None
    if term.iri in KEYWORDS:
        if term.iri not in ("@id", "@type", "@value", "@list"):
            return None
        entry = keyword_entry(context, key, term.iri)
    else:
        entry = compile_property(context, key, term, term.iri)
        if entry[1] is LOST:
            return None
    context.entries[key] = entry
    return entry


def _type_scoped(context: ActiveContext, names: tuple[str, ...]) -> ActiveContext:
    """The context that follows from these types' own contexts; one for all nodes that differ in other types only."""
    if not names:
        return context
    after = context.type_memo.get(names)
    if after is None:
        after = context
        for name in names:
            after = scoped(after, context.terms[name], propagate=False)
        if len(context.type_memo) >= MEMO_SIZE:
            context.type_memo.clear()
        context.type_memo[names] = after
    return after


def compile_types(context: ActiveContext, names: tuple[str, ...], scoping: tuple[str, ...]) -> Typed:
    """What these types mean (§5.1.2 steps 10, 11 and 13.4.4); `scoping` is the order in which their contexts apply."""
    scopes = []
    for name in scoping:
        term = context.terms.get(name)
        if term is not None and term.context is not ABSENT:
            scopes.append(name)
    after = _type_scoped(context, tuple(scopes))
    terms = []
    for name in names:
        iri = context.expand(name, vocab=True, relative=True)
        term_text = None if iri is None else iri_term(iri)
        if term_text is not None and (":" not in name or name in context.terms):
            terms.append(term_text)
    return Typed(after, tuple(terms), plain=0 < len(terms) == len(names))
