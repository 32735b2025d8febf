"""Create Term Definition (JSON-LD 1.1 API §4.2), with its step numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from vcverify.jsonld.context import ABSENT, NOTHING, Term
from vcverify.jsonld.syntax import CONTAINERS, KEYWORDS, JsonLdError, like_iri, like_keyword
from vcverify.jsontypes import JsonObject
from vcverify.problems import quote

if TYPE_CHECKING:
    from vcverify.jsonld.processing import Builder

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


class Definer:
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
        if state is not None:  # 1  # CHECK: terms in a circle
            if state:
                return
            raise JsonLdError("cyclic IRI mapping", f"the definition of `{quote(name)}` needs itself")
        if name == "":  # 2  # CHECK: an empty term
            raise JsonLdError("invalid term definition", "the empty string is defined as a term")
        self.defined[name] = False
        self.builder.deepen()
        self._create(name)
        self.builder.depth -= 1

    def _create(self, name: str) -> None:
        value = self.local[name]  # 3
        if name == "@type":  # 4
            _check_type_keyword(value)
        elif name in KEYWORDS:  # 5  # CHECK: keywords as terms
            raise JsonLdError("keyword redefinition", f"`{name}` is defined as a term")
        elif like_keyword(name):
            return
        terms = self.builder.terms
        previous = terms.pop(name, None)  # 6
        simple = value is None or isinstance(value, str)  # 7, 8
        if not simple and not isinstance(value, dict):  # 9  # CHECK: definitions that are no object
            raise _invalid(name, f"is defined as {quote(value)}")
        entries: dict[str, Any] = value if isinstance(value, dict) else {"@id": value}
        definition = self._definition(name, entries, simple)  # 10 to 26
        if definition is None:  # 13.3, 14.2.2: reserved for future keywords, so that nothing is defined here
            if previous is not None:
                terms[name] = previous
            return
        if not self.override and previous is not None and previous.protected:  # 27
            if definition != previous:  # CHECK: protected terms
                raise JsonLdError(
                    "protected term redefinition", f"`{quote(name)}` is protected and would mean another thing"
                )
            definition = previous
        terms[name] = definition  # 28
        self.defined[name] = True

    def _definition(self, name: str, value: dict[str, Any], simple: bool) -> Term | None:
        builder = self.builder
        if not value.keys() <= _DEFINITION_ENTRIES:  # 26  # CHECK: unknown entries
            extra = next(entry for entry in value if entry not in _DEFINITION_ENTRIES)
            raise _invalid(name, f"has an entry `{quote(extra)}`")
        protected = value.get("@protected", self.protected)  # 11
        if not isinstance(protected, bool):  # CHECK: `@protected` that is no boolean
            raise JsonLdError("invalid @protected value", f"of `{quote(name)}`: {quote(protected)}")
        kind = self._type_mapping(name, value) if "@type" in value else None  # 12
        reverse = "@reverse" in value
        iri: str | None
        prefix = False
        if reverse:  # 13
            if "@id" in value or "@nest" in value:  # CHECK: reverse terms with an id
                raise JsonLdError("invalid reverse property", f"`{quote(name)}` has `@id` or `@nest` too")
            found = self._mapping(name, value["@reverse"], reserved_is_none=True)
            if found is ABSENT:
                return None
            iri = found
            if iri in KEYWORDS:  # CHECK: reversed keywords
                raise JsonLdError("invalid IRI mapping", f"`{quote(name)}` reverses a keyword")
        elif "@id" in value and value["@id"] != name:  # 14
            if value["@id"] is None:
                iri = None
            else:
                found = self._mapping(name, value["@id"], reserved_is_none=True)
                if found is ABSENT:
                    return None
                iri = found
                if iri == "@context":  # 14.2.3  # CHECK: aliases of `@context`
                    raise JsonLdError("invalid keyword alias", f"`{quote(name)}` stands for `@context`")
                if ":" in name[1:-1] or "/" in name:  # 14.2.4
                    self.defined[name] = True
                    if builder.expand(name, vocab=True, definer=self) != iri:  # CHECK: terms that look like other IRIs
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
            language = lower_language(value["@language"], "invalid language mapping")
        direction: Any = ABSENT
        if "@direction" in value and "@type" not in value:  # 23
            direction = checked_direction(value["@direction"])
        nest = value.get("@nest")
        # CHECK: `@nest` that is none
        if "@nest" in value and (not isinstance(nest, str) or (nest != "@nest" and nest in KEYWORDS)):  # 24
            raise JsonLdError("invalid @nest value", f"of `{quote(name)}`: {quote(nest)}")
        if "@prefix" in value:  # 25
            prefix = _checked_prefix(name, value["@prefix"], iri)
        for text in (iri, kind, None if language is ABSENT else language):
            builder.measure(text)
        return Term(
            iri, prefix, reverse, kind, containers, language, direction, index, nest, context,
            protected, self.base_url, self.inline,
        )  # fmt: skip

    def _mapping(self, name: str, value: Any, *, reserved_is_none: bool) -> Any:
        """Steps 13.2 to 13.4 and 14.2.1 to 14.2.3: an IRI, a keyword, a blank node identifier, or ABSENT."""
        if not isinstance(value, str):  # CHECK: terms for what is no text
            raise JsonLdError("invalid IRI mapping", f"`{quote(name)}` stands for {quote(value)}")
        if reserved_is_none and value not in KEYWORDS and like_keyword(value):
            return ABSENT
        iri = self.builder.expand(value, vocab=True, definer=self)
        if iri is None or (iri not in KEYWORDS and not like_iri(iri)):  # CHECK: terms for what is no IRI
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
            if iri is None or not like_iri(iri):  # CHECK: terms without an IRI
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
        if "@index" not in containers or not isinstance(index, str):  # CHECK: indexes without a container
            raise _invalid(name, f"has the index {quote(index)}")
        iri = self.builder.expand(index, vocab=True, definer=self)
        if iri is None or iri in KEYWORDS or not like_iri(iri):  # CHECK: indexes that are no IRI
            raise _invalid(name, f"has the index {quote(index)}, which is no IRI")
        self.builder.measure(iri)
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


def _containers(name: str, value: dict[str, Any], kind: str | None, reverse: bool) -> tuple[frozenset[str], str | None]:
    given = value.get("@container")
    if "@container" not in value or (reverse and given is None):
        return NOTHING, kind
    items = given if isinstance(given, list) else [given]
    if not items or not all(isinstance(item, str) and item in CONTAINERS for item in items):  # 19.1, 19.2
        raise JsonLdError("invalid container mapping", f"of `{quote(name)}`: {quote(given)}")
    containers = frozenset(items)
    if reverse:  # 13.5
        if not containers <= {"@index", "@set"}:  # CHECK: containers of reverse terms
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
        if kind not in ("@id", "@vocab"):  # CHECK: type maps
            raise JsonLdError("invalid type mapping", f"`{quote(name)}` is a type map of {quote(kind)}")
    return containers, kind


def _checked_prefix(name: str, value: Any, iri: str | None) -> bool:
    if ":" in name or "/" in name:  # 25.1  # CHECK: terms that cannot be prefixes
        raise _invalid(name, "cannot be a prefix")
    if not isinstance(value, bool):  # 25.2  # CHECK: `@prefix` that is no boolean
        raise JsonLdError("invalid @prefix value", f"of `{quote(name)}`: {quote(value)}")
    if value and iri in KEYWORDS:  # 25.3  # CHECK: keywords as prefixes
        raise _invalid(name, "cannot be a prefix: it stands for a keyword")
    return value


def lower_language(value: Any, code: str) -> str | None:
    if value is not None and not isinstance(value, str):  # CHECK: languages that are no text
        raise JsonLdError(code, f"a language that is {quote(value)}")
    return None if value is None else value.lower()


def checked_direction(value: Any) -> str | None:
    if value not in (None, "ltr", "rtl"):  # CHECK: other directions
        raise JsonLdError("invalid base direction", f"a direction that is {quote(value)}")
    return value  # type: ignore[no-any-return]


def _invalid(name: str, detail: str) -> JsonLdError:
    return JsonLdError("invalid term definition", f"`{quote(name)}` {detail}")
