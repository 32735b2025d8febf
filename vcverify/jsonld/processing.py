"""Context Processing and Create Term Definition (JSON-LD 1.1 API §4.1 and §4.2), with their step numbers."""

from __future__ import annotations

from typing import Any, Final

from vcverify.jsonld.context import ABSENT, NOTHING, ActiveContext, Contexts, Term
from vcverify.jsonld.syntax import CONTAINERS, KEYWORDS, JsonLdError, like_iri, like_keyword, resolve
from vcverify.jsontypes import JsonObject, JsonValue
from vcverify.limits import exceeded
from vcverify.problems import quote

DEFINITION_COST: Final = 500
"""What defining a term costs, in terms copied (about 4 ns each)."""

MOST_COST: Final = 200_000_000
"""Of one document: about a second. A document with every bundled context needs 2 million."""

_REMOTE_DEPTH: Final = 16
_SETTINGS: Final = frozenset(
    {"@base", "@direction", "@import", "@language", "@propagate", "@protected", "@version", "@vocab"}
)
_DEFINITION_ENTRIES: Final = frozenset(
    {
        "@id",
        "@reverse",
        "@container",
        "@context",
        "@direction",
        "@index",
        "@language",
        "@nest",
        "@prefix",
        "@protected",
        "@type",
    }
)
_GENERIC_DELIMITERS: Final = tuple(":/?#[]@")


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
    return builder.finish()


class Builder:
    """An active context in the making: the `result` of §4.1."""

    __slots__ = ("base", "contexts", "cost", "direction", "fresh", "language", "origin", "previous", "terms", "vocab")

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
        )

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
        if self.cost[0] > MOST_COST:
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
        for entry in local if isinstance(local, list) else [local]:  # 4, 5
            # A whole context document in the place of its context: signers' libraries all read it so.
            wrapped = isinstance(entry, dict) and len(entry) == 1 and isinstance(entry.get("@context"), dict)
            context = entry["@context"] if isinstance(entry, dict) and wrapped else entry
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
        if len(remote) >= _REMOTE_DEPTH:  # 5.2.3
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
        if not isinstance(document, dict) or "@context" not in document:
            raise JsonLdError("invalid remote context", f"{quote(url)} has no `@context`")
        return document["@context"]

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
        if "@version" in context and (context["@version"] != 1.1 or isinstance(context["@version"], bool)):  # 5.5
            raise JsonLdError("invalid @version value", f"`@version` is {quote(context['@version'])}, not 1.1")
        if "@import" in context:  # 5.6
            context = self._imported(context, base_url)
        if "@base" in context and not remote:  # 5.7
            self._set_base(context["@base"])
        if "@vocab" in context:  # 5.8
            self._set_vocab(context["@vocab"])
        if "@language" in context:  # 5.9
            self.language = _lower_language(context["@language"], "invalid default language")
        if "@direction" in context:  # 5.10
            self.direction = _checked_direction(context["@direction"])
        if "@propagate" in context and not isinstance(context["@propagate"], bool):  # 5.11
            raise JsonLdError("invalid @propagate value", f"`@propagate` is {quote(context['@propagate'])}")
        protected = context.get("@protected", False)
        if not isinstance(protected, bool):
            raise JsonLdError("invalid @protected value", f"`@protected` is {quote(protected)}")
        definer = _Definer(self, context, base_url, protected, override_protected, inline, remote)  # 5.12
        for term in context:  # 5.13
            if term not in _SETTINGS:
                definer.create(term)

    def _imported(self, context: JsonObject, base_url: str | None) -> JsonObject:
        reference = context["@import"]
        if not isinstance(reference, str):  # 5.6.2
            raise JsonLdError("invalid @import value", f"`@import` is {quote(reference)}")
        url = reference if base_url is None else resolve(reference, base_url)  # 5.6.3
        imported = self._loaded(url)  # 5.6.4, 5.6.5
        if not isinstance(imported, dict):  # 5.6.6
            raise JsonLdError("invalid remote context", f"{quote(url)} is not one context")
        if "@import" in imported:  # 5.6.7
            raise JsonLdError("invalid context entry", f"{quote(url)} has an `@import` of its own")
        return {**imported, **context}  # 5.6.8

    def _set_base(self, value: JsonValue) -> None:
        if value is None:  # 5.7.2
            self.base = None
        elif not isinstance(value, str):
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
        if expanded is None or expanded in KEYWORDS:
            raise JsonLdError("invalid vocab mapping", f"`@vocab` is {quote(value)}")
        self.vocab = expanded

    def expand(
        self, value: str, *, vocab: bool = False, relative: bool = False, definer: _Definer | None = None
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


class _Definer:
    """The terms of one local context, defined in the order in which they need each other."""

    __slots__ = ("base_url", "builder", "defined", "inline", "local", "override", "protected", "remote")

    def __init__(
        self,
        builder: Builder,
        local: JsonObject,
        base_url: str | None,
        protected: bool,
        override: bool,
        inline: bool,
        remote: tuple[str, ...],
    ) -> None:
        self.builder = builder
        self.local = local
        self.base_url = base_url
        self.protected = protected
        self.override = override
        self.inline = inline
        self.remote = remote
        self.defined: dict[str, bool] = {}

    def create(self, name: str) -> None:
        """Create Term Definition, §4.2.2."""
        state = self.defined.get(name)
        if state is not None:  # 1
            if state:
                return
            raise JsonLdError("cyclic IRI mapping", f"the definition of `{quote(name)}` needs itself")
        if name == "":  # 2
            raise JsonLdError("invalid term definition", "the empty string is defined as a term")
        self.defined[name] = False
        value = self.local[name]  # 3
        if name == "@type":  # 4
            _check_type_keyword(value)
        elif name in KEYWORDS:  # 5
            raise JsonLdError("keyword redefinition", f"`{name}` is defined as a term")
        elif like_keyword(name):
            return
        terms = self.builder.terms
        previous = terms.pop(name, None)  # 6
        simple = value is None or isinstance(value, str)  # 7, 8
        if not simple and not isinstance(value, dict):  # 9
            raise _invalid(name, f"is defined as {quote(value)}")
        entries: dict[str, Any] = value if isinstance(value, dict) else {"@id": value}
        definition = self._definition(name, entries, simple)  # 10 to 26
        if definition is None:  # 13.3, 14.2.2: reserved for future keywords, so that nothing is defined here
            if previous is not None:
                terms[name] = previous
            return
        if not self.override and previous is not None and previous.protected:  # 27
            if definition != previous:
                raise JsonLdError("protected term redefinition", f"`{quote(name)}` is protected and would mean another thing")
            definition = previous
        terms[name] = definition  # 28
        self.defined[name] = True

    def _definition(self, name: str, value: dict[str, Any], simple: bool) -> Term | None:
        builder = self.builder
        if not value.keys() <= _DEFINITION_ENTRIES:  # 26
            extra = next(entry for entry in value if entry not in _DEFINITION_ENTRIES)
            raise _invalid(name, f"has an entry `{quote(extra)}`")
        protected = value.get("@protected", self.protected)  # 11
        if not isinstance(protected, bool):
            raise JsonLdError("invalid @protected value", f"of `{quote(name)}`: {quote(protected)}")
        kind = self._type_mapping(name, value) if "@type" in value else None  # 12
        reverse = "@reverse" in value
        iri: str | None
        prefix = False
        if reverse:  # 13
            if "@id" in value or "@nest" in value:
                raise JsonLdError("invalid reverse property", f"`{quote(name)}` has `@id` or `@nest` too")
            found = self._mapping(name, value["@reverse"], reserved_is_none=True)
            if found is ABSENT:
                return None
            iri = found
            if iri in KEYWORDS:
                raise JsonLdError("invalid IRI mapping", f"`{quote(name)}` reverses a keyword")
        elif "@id" in value and value["@id"] != name:  # 14
            if value["@id"] is None:
                iri = None
            else:
                found = self._mapping(name, value["@id"], reserved_is_none=True)
                if found is ABSENT:
                    return None
                iri = found
                if iri == "@context":  # 14.2.3
                    raise JsonLdError("invalid keyword alias", f"`{quote(name)}` stands for `@context`")
                if ":" in name[1:-1] or "/" in name:  # 14.2.4
                    self.defined[name] = True
                    if builder.expand(name, vocab=True, definer=self) != iri:
                        raise JsonLdError("invalid IRI mapping", f"`{quote(name)}` has the form of another IRI")
                elif simple and ":" not in name:  # 14.2.5
                    prefix = iri is not None and (iri.endswith(_GENERIC_DELIMITERS) or iri.startswith("_:"))
        else:
            iri = self._own_iri(name)  # 15 to 18
        containers, kind = _containers(name, value, kind, reverse)  # 19, 13.5
        index = self._index(name, value, containers) if "@index" in value else None  # 20
        context = value.get("@context", ABSENT)
        if context is not ABSENT:  # 21
            self._check_scoped(name, context)
        language: Any = ABSENT
        if "@language" in value and "@type" not in value:  # 22
            language = _lower_language(value["@language"], "invalid language mapping")
        direction: Any = ABSENT
        if "@direction" in value and "@type" not in value:  # 23
            direction = _checked_direction(value["@direction"])
        nest = value.get("@nest")
        if "@nest" in value and (not isinstance(nest, str) or (nest != "@nest" and nest in KEYWORDS)):  # 24
            raise JsonLdError("invalid @nest value", f"of `{quote(name)}`: {quote(nest)}")
        if "@prefix" in value:  # 25
            prefix = _checked_prefix(name, value["@prefix"], iri)
        return Term(
            iri, prefix, reverse, kind, containers, language, direction, index, nest, context,
            protected, self.base_url, self.inline,
        )  # fmt: skip

    def _mapping(self, name: str, value: Any, *, reserved_is_none: bool) -> Any:
        """Steps 13.2 to 13.4 and 14.2.1 to 14.2.3: an IRI, a keyword, a blank node identifier, or ABSENT."""
        if not isinstance(value, str):
            raise JsonLdError("invalid IRI mapping", f"`{quote(name)}` stands for {quote(value)}")
        if reserved_is_none and value not in KEYWORDS and like_keyword(value):
            return ABSENT
        iri = self.builder.expand(value, vocab=True, definer=self)
        if iri is None or (iri not in KEYWORDS and not like_iri(iri)):
            raise JsonLdError("invalid IRI mapping", f"`{quote(name)}` stands for {quote(value)}, which is no IRI")
        return iri

    def _own_iri(self, name: str) -> str | None:
        builder = self.builder
        if ":" in name[1:]:  # 15
            prefix, _, suffix = name.partition(":")
            if prefix in self.local:
                self.create(prefix)
            term = builder.terms.get(prefix)
            if term is not None and term.iri is not None:
                return term.iri + suffix
            return name
        if "/" in name:  # 16
            iri = builder.expand(name, vocab=True)
            if iri is None or not like_iri(iri):
                raise JsonLdError("invalid IRI mapping", f"`{quote(name)}` has no IRI")
            return iri
        if name == "@type":  # 17
            return name
        if builder.vocab is not None:  # 18
            return builder.vocab + name
        raise JsonLdError("invalid IRI mapping", f"`{quote(name)}` has no IRI")

    def _type_mapping(self, name: str, value: dict[str, Any]) -> str:
        given = value["@type"]
        expanded = self.builder.expand(given, vocab=True, definer=self) if isinstance(given, str) else None  # 12.2
        if expanded is None or not (
            expanded in ("@id", "@json", "@none", "@vocab")
            or (expanded not in KEYWORDS and like_iri(expanded) and not expanded.startswith("_:"))
        ):  # 12.1, 12.4
            raise JsonLdError("invalid type mapping", f"the type of `{quote(name)}` is {quote(given)}")
        return expanded

    def _index(self, name: str, value: dict[str, Any], containers: frozenset[str]) -> str:
        index = value["@index"]
        if "@index" not in containers or not isinstance(index, str):
            raise _invalid(name, f"has the index {quote(index)}")
        iri = self.builder.expand(index, vocab=True, definer=self)
        if iri is None or iri in KEYWORDS or not like_iri(iri):
            raise _invalid(name, f"has the index {quote(index)}, which is no IRI")
        return index

    def _check_scoped(self, name: str, context: Any) -> None:
        try:
            self.builder.validate(context, self.base_url, self.remote, self.inline)
        except JsonLdError as error:
            raise JsonLdError("invalid scoped context", f"of `{quote(name)}`: {error.code}, {error.detail}") from None


def _check_type_keyword(value: Any) -> None:
    """Step 4: of `@type` a context may only say that it is a set, and that this is protected."""
    if (
        not isinstance(value, dict)
        or not value
        or not value.keys() <= {"@container", "@protected"}
        or value.get("@container", "@set") != "@set"
    ):
        raise JsonLdError("keyword redefinition", "`@type` is defined as a term")


def _containers(
    name: str, value: dict[str, Any], kind: str | None, reverse: bool
) -> tuple[frozenset[str], str | None]:
    given = value.get("@container")
    if "@container" not in value or (reverse and given is None):
        return NOTHING, kind
    items = given if isinstance(given, list) else [given]
    if not items or not all(isinstance(item, str) and item in CONTAINERS for item in items):  # 19.1, 19.2
        raise JsonLdError("invalid container mapping", f"of `{quote(name)}`: {quote(given)}")
    containers = frozenset(items)
    if reverse:  # 13.5
        if not containers <= {"@index", "@set"}:
            raise JsonLdError("invalid reverse property", f"the container of `{quote(name)}` is {quote(given)}")
    elif len(containers) > 1:
        graph = "@graph" in containers and containers <= {"@graph", "@id", "@index", "@set"}
        if not (
            (graph and not {"@id", "@index"} <= containers)
            or (len(containers) == 2 and "@set" in containers and "@list" not in containers)
        ):
            raise JsonLdError("invalid container mapping", f"of `{quote(name)}`: {quote(given)}")
    if "@type" in containers:  # 19.4
        kind = "@id" if kind is None else kind
        if kind not in ("@id", "@vocab"):
            raise JsonLdError("invalid type mapping", f"`{quote(name)}` is a type map of {quote(kind)}")
    return containers, kind


def _checked_prefix(name: str, value: Any, iri: str | None) -> bool:
    if ":" in name or "/" in name:  # 25.1
        raise _invalid(name, "cannot be a prefix")
    if not isinstance(value, bool):  # 25.2
        raise JsonLdError("invalid @prefix value", f"of `{quote(name)}`: {quote(value)}")
    if value and iri in KEYWORDS:  # 25.3
        raise _invalid(name, "cannot be a prefix: it stands for a keyword")
    return value


def _lower_language(value: Any, code: str) -> str | None:
    if value is not None and not isinstance(value, str):
        raise JsonLdError(code, f"a language that is {quote(value)}")
    return None if value is None else value.lower()


def _checked_direction(value: Any) -> str | None:
    if value not in (None, "ltr", "rtl"):
        raise JsonLdError("invalid base direction", f"a direction that is {quote(value)}")
    return value  # type: ignore[no-any-return]


def _invalid(name: str, detail: str) -> JsonLdError:
    return JsonLdError("invalid term definition", f"`{quote(name)}` {detail}")
