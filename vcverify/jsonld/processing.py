"""Context Processing (JSON-LD 1.1 API §4.1), with its step numbers."""

from __future__ import annotations

from typing import Any, Final

from vcverify.jsonld.context import ActiveContext, Contexts
from vcverify.jsonld.definitions import Definer, checked_direction, lower_language
from vcverify.jsonld.syntax import KEYWORDS, SETTINGS, JsonLdError, like_iri, like_keyword, resolve
from vcverify.jsontypes import JsonObject, JsonValue
from vcverify.limits import DEFAULT_LIMITS, exceeded
from vcverify.problems import quote

DEFINITION_COST: Final = 500
"""What defining a term costs, in terms copied (some 15 ns each, all told)."""

MOST_COST: Final = 10_000_000
"""Of all contexts of one document. The costliest real document needs 564,023."""
MOST_OWN_COST: Final = 2_000_000
"""Of those that the document writes out itself, and of what follows from them: a quarter of a second."""

MOST_DEPTH: Final = 32
"""Definitions that wait for each other: terms made of other terms, and contexts in definitions. The deepest
published context has 3."""
MOST_IRI: Final = DEFAULT_LIMITS.url_characters
"""Characters of an IRI or a language that a context makes, which every use repeats. The longest published one has
some 100."""

_REMOTE_DEPTH: Final = 16


def process(
    active: ActiveContext,
    local: JsonValue,
    *,
    base_url: str | None = None,
    override_protected: bool = False,
    propagate: bool = True,
    inline: bool = False,
) -> ActiveContext:
    """The active context that follows from applying the local context `local` (JSON-LD 1.1 API §4.1).

    Args:
        base_url: where relative context URLs are resolved against; None leaves them unknown.
        inline: `local` was written in the document itself.

    Raises:
        JsonLdError: as the algorithm says.
        ProblemError: `terms.unknown-context`; `limit.exceeded` for contexts that cost too much.
    """
    builder = Builder(active)
    builder.apply(
        local,
        base_url=base_url,
        override_protected=override_protected,
        propagate=propagate,
        inline=inline,
        remote=(),
        validate_scoped=True,
    )
    after = builder.finish()
    after.inline = inline or active.inline
    return after


class Builder:
    """An active context in the making: the `result` of §4.1."""

    __slots__ = (
        "base",
        "contexts",
        "cost",
        "depth",
        "direction",
        "fresh",
        "language",
        "longest",
        "origin",
        "previous",
        "terms",
        "vocab",
    )

    def __init__(self, active: ActiveContext) -> None:
        self.origin = active
        self.fresh = True
        self.contexts: Contexts = active.contexts
        self.terms = dict(active.terms)
        self.vocab = active.vocab
        self.base = active.base
        self.language = active.language
        self.direction = active.direction
        self.previous = active.previous
        self.cost = [len(self.terms)]
        self.depth = 0
        self.longest = active.longest

    def finish(self) -> ActiveContext:
        return ActiveContext(
            self.contexts,
            self.terms,
            vocab=self.vocab,
            base=self.base,
            language=self.language,
            direction=self.direction,
            previous=self.previous,
            origin=self.origin,
            cost=self.cost[0],
            longest=self.longest,
        )

    def deepen(self) -> None:
        """Counts one more definition that others wait for, until `depth` is taken back.

        Raises:
            ProblemError: `limit.exceeded` for more than `MOST_DEPTH` of them.
        """
        self.depth += 1
        if self.depth > MOST_DEPTH:  # CHECK: definitions that need each other
            raise exceeded("definitions that need each other", MOST_DEPTH, "more")

    def measure(self, text: str | None) -> None:
        """Takes note of the length of an IRI or a language that the context gives to what stands under it.

        Raises:
            ProblemError: `limit.exceeded` for more than `MOST_IRI` characters.
        """
        if text is not None and len(text) > self.longest:
            self.longest = len(text)
            if self.longest > MOST_IRI:  # CHECK: long IRIs of contexts
                raise exceeded("characters of an IRI or language in a context", MOST_IRI, self.longest)

    def _twin(self) -> Builder:
        twin = object.__new__(Builder)
        for name in Builder.__slots__:
            setattr(twin, name, getattr(self, name))
        twin.terms = dict(self.terms)
        self._spend(len(self.terms))
        return twin

    def _snapshot(self) -> ActiveContext:
        # The very context that we came from where nothing was changed yet: what it remembers is then shared.
        return self.origin if self.fresh else self._twin().finish()

    def _spend(self, amount: int) -> None:
        self.cost[0] += amount
        if self.cost[0] > MOST_COST:  # CHECK: costly contexts
            raise exceeded("steps of work on contexts", MOST_COST, self.cost[0])

    def apply(
        self,
        local: JsonValue,
        *,
        base_url: str | None,
        override_protected: bool,
        propagate: bool,
        inline: bool,
        remote: tuple[str, ...],
        validate_scoped: bool,
    ) -> None:
        """Context Processing, §4.1.2; step 1 is the constructor's."""
        if isinstance(local, dict) and isinstance(local.get("@propagate"), bool):  # 2
            propagate = bool(local["@propagate"])
        if not propagate and self.previous is None:  # 3
            self.previous = self._snapshot()
        for context in local if isinstance(local, list) else [local]:  # 4, 5
            if context is None:  # 5.1
                self._reset(override_protected, propagate)
            elif isinstance(context, str):  # 5.2
                self._include(context, base_url, remote, inline=inline, validate_scoped=validate_scoped)
            elif isinstance(context, dict):  # 5.4
                self._define(
                    context,
                    base_url=base_url,
                    override_protected=override_protected,
                    inline=inline,
                    remote=remote,
                )
            else:  # 5.3
                raise JsonLdError("invalid local context", f"a context that is {quote(context)}")

    def _reset(self, override_protected: bool, propagate: bool) -> None:
        # The specification asks the context that the array began with; like the other implementations
        # we ask the one that it has come to, which refuses more.
        # CHECK: null contexts over protected terms
        if not override_protected and any(term.protected for term in self.terms.values()):  # 5.1.1
            raise JsonLdError("invalid context nullification", "a null context would drop protected terms")
        previous = None if propagate else self._snapshot()  # 5.1.2
        self.fresh = False
        root = self.contexts.root
        self.terms = dict(root.terms)
        self.vocab, self.base = root.vocab, root.base
        self.language, self.direction = root.language, root.direction
        self.previous = previous

    def _include(
        self, reference: str, base_url: str | None, remote: tuple[str, ...], *, inline: bool, validate_scoped: bool
    ) -> None:
        url = reference if base_url is None else resolve(reference, base_url)  # 5.2.1
        if not validate_scoped and url in remote:  # 5.2.2
            return
        if len(remote) >= _REMOTE_DEPTH:  # 5.2.3  # CHECK: contexts that include each other
            raise JsonLdError("context overflow", f"more than {_REMOTE_DEPTH} contexts that include each other")
        self.apply(  # 5.2.4 to 5.2.6
            self._loaded(url),
            base_url=url,
            override_protected=False,
            propagate=True,
            inline=False,
            remote=(*remote, url),
            validate_scoped=validate_scoped,
        )

    def _loaded(self, url: str) -> JsonValue:
        document: Any = self.contexts.document(url)
        if not isinstance(document, dict) or "@context" not in document:  # CHECK: documents without a context
            raise JsonLdError("invalid remote context", f"{quote(url)} has no `@context`")
        context: JsonValue = document["@context"]
        return context

    def _define(
        self,
        context: JsonObject,
        *,
        base_url: str | None,
        override_protected: bool,
        inline: bool,
        remote: tuple[str, ...],
    ) -> None:
        self.fresh = False
        self._spend(DEFINITION_COST * len(context))
        # CHECK: other versions
        if "@version" in context and (context["@version"] != 1.1 or isinstance(context["@version"], bool)):  # 5.5
            raise JsonLdError("invalid @version value", f"`@version` is {quote(context['@version'])}, not 1.1")
        if "@import" in context:  # 5.6
            context = self._imported(context, base_url)
        if "@base" in context and not remote:  # 5.7
            self._set_base(context["@base"])
            self.measure(self.base)
        if "@vocab" in context:  # 5.8
            self._set_vocab(context["@vocab"])
            self.measure(self.vocab)
        if "@language" in context:  # 5.9
            self.language = lower_language(context["@language"], "invalid default language")
            self.measure(self.language)
        if "@direction" in context:  # 5.10
            self.direction = checked_direction(context["@direction"])
        # CHECK: `@propagate` that is no boolean
        if "@propagate" in context and not isinstance(context["@propagate"], bool):  # 5.11
            raise JsonLdError("invalid @propagate value", f"`@propagate` is {quote(context['@propagate'])}")
        protected = context.get("@protected", False)
        if not isinstance(protected, bool):
            raise JsonLdError("invalid @protected value", f"`@protected` is {quote(protected)}")
        definer = Definer(self, context, base_url, protected, override_protected, inline, remote)  # 5.12
        for term in context:  # 5.13
            if term not in SETTINGS:
                definer.create(term)

    def _imported(self, context: JsonObject, base_url: str | None) -> JsonObject:
        reference = context["@import"]
        if not isinstance(reference, str):  # 5.6.2  # CHECK: imports that are no text
            raise JsonLdError("invalid @import value", f"`@import` is {quote(reference)}")
        url = reference if base_url is None else resolve(reference, base_url)  # 5.6.3
        imported = self._loaded(url)  # 5.6.4, 5.6.5
        if not isinstance(imported, dict):  # 5.6.6  # CHECK: imports of what is no context
            raise JsonLdError("invalid remote context", f"{quote(url)} is not one context")
        if "@import" in imported:  # 5.6.7  # CHECK: imports that import
            raise JsonLdError("invalid context entry", f"{quote(url)} has an `@import` of its own")
        return {**imported, **context}  # 5.6.8

    def _set_base(self, value: JsonValue) -> None:
        if value is None:  # 5.7.2
            self.base = None
        elif not isinstance(value, str):  # CHECK: a base that is no text
            raise JsonLdError("invalid base IRI", f"`@base` is {quote(value)}")
        elif like_iri(value) and not value.startswith("_:"):  # 5.7.3
            self.base = value
        elif self.base is not None:  # 5.7.4
            self.base = resolve(value, self.base)
        else:  # 5.7.5
            raise JsonLdError("invalid base IRI", f"`@base` is relative: {quote(value)}")

    def _set_vocab(self, value: JsonValue) -> None:
        if value is None:  # 5.8.2
            self.vocab = None
            return
        expanded = self.expand(value, vocab=True, relative=True) if isinstance(value, str) else None  # 5.8.3
        # An empty or relative @vocab stays relative under a null base, and so do the terms it makes.
        if expanded is None or expanded in KEYWORDS:  # CHECK: a vocabulary that is no IRI
            raise JsonLdError("invalid vocab mapping", f"`@vocab` is {quote(value)}")
        self.vocab = expanded

    def expand(
        self, value: str, *, vocab: bool = False, relative: bool = False, definer: Definer | None = None
    ) -> str | None:
        """IRI Expansion (§5.2) while the context is in the making."""
        if value in KEYWORDS:  # 1
            return value
        if like_keyword(value):  # 2
            return None
        if definer is not None and value in definer.local and definer.defined.get(value) is not True:  # 3
            definer.create(value)
        term = self.terms.get(value)
        if term is not None and (vocab or term.iri in KEYWORDS):  # 4, 5
            return term.iri
        if ":" in value[1:]:  # 6
            prefix, _, suffix = value.partition(":")
            if prefix == "_" or suffix.startswith("//"):  # 6.2
                return value
            if definer is not None and prefix in definer.local and definer.defined.get(prefix) is not True:  # 6.3
                definer.create(prefix)
            term = self.terms.get(prefix)
            if term is not None and term.iri is not None and term.prefix:  # 6.4
                return term.iri + suffix
            if like_iri(value):  # 6.5
                return value
        if vocab and self.vocab is not None:  # 7
            return self.vocab + value
        if relative and self.base is not None:  # 8
            return resolve(value, self.base)
        return value  # 9

    def validate(self, local: JsonValue, base_url: str | None, remote: tuple[str, ...], inline: bool) -> None:
        """That the scoped context `local` can be applied here (§4.2.2 step 21.3)."""
        self._twin().apply(
            local,
            base_url=base_url,
            override_protected=True,
            propagate=True,
            inline=inline,
            remote=remote,
            validate_scoped=False,
        )
