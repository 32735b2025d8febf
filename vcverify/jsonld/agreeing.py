"""Whether a part of a document says the same alone as it says inside.

A credential inside a record is walked under the record's contexts and then its own. Where nothing that it
uses comes from the record's, its statements are those that it makes by itself, and need not be made again.
"""

from __future__ import annotations

import itertools

from vcverify.jsonld.context import ActiveContext
from vcverify.jsonld.documents import RdfDocument, Span


def part(document: RdfDocument, span: Span, alone: ActiveContext) -> list[tuple[str, str, str, str]] | None:
    """The statements of the node object at the span, if it makes the same by itself; None if that cannot be told.

    Args:
        document: the walk around it.
        alone: the active context that its own `@context` makes of nothing.
    """
    if span.context is None or document.problems or document.engine != "fast":
        return None
    others = _differing(span.context, alone)
    if others is None:
        return None
    statements = document.statements[span.start : span.end]
    if others and not others.isdisjoint(itertools.chain.from_iterable(statements)):
        return None
    return statements


def _differing(inside: ActiveContext, alone: ActiveContext) -> frozenset[str] | None:
    """The IRIs, as terms of statements, of what only one of the contexts defines, or each in another way.

    Whatever uses such a definition makes a statement with its IRI, or is reported. None where the contexts
    differ in what leaves no such trace, or where a document has a part in them.
    """
    known = inside.agreements.get(alone)
    if known is None:
        known = inside.agreements[alone] = _compare(inside, alone)
    return known[0]


def _compare(inside: ActiveContext, alone: ActiveContext) -> tuple[frozenset[str] | None]:
    if (
        inside.previous is not None
        or inside.contexts is not alone.contexts
        or inside.prefixes != alone.prefixes
        or inside.aliases != alone.aliases
        or (inside.vocab, inside.base, inside.language, inside.direction)
        != (alone.vocab, alone.base, alone.language, alone.direction)
        or any(term.inline for term in inside.terms.values())
        or not alone.terms.keys() <= inside.terms.keys()
    ):
        return (None,)
    others = [term for name, term in inside.terms.items() if alone.terms.get(name) != term]
    others += [alone.terms[name] for name, term in inside.terms.items() if alone.terms.get(name, term) != term]
    return (frozenset(f"<{term.iri}>" for term in others),)
