"""Credentials and JSON-LD documents made up from a seed: every way of saying something, odd ones included.

`Documents` makes documents under published contexts. It asks our own compiled contexts which names mean
something at each place, so that most of what it writes is defined there, and breaks the rules now
and then. `invented_context` makes up contexts with every feature of JSON-LD 1.1.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from typing import Any

from vcverify.jsonld.context import ABSENT, ActiveContext, Contexts, Term
from vcverify.jsonld.members import compile_types, scoped
from vcverify.jsonld.processing import process
from vcverify.jsonld.syntax import KEYWORDS, JsonLdError
from vcverify.problems import ProblemError

TEXTS = (
    "", "plain", 'a "quote"', "back\\slash", "new\nline", "tab\tand\rreturn", "\b\f\x01\x7f", "é", "𝄞", "\u2028\u00a0",
    "urn:x:1", "relative", "a/b", "https://example.org/a b", "https://example.org/ok", "https://example.org/#a",
    "did:key:z6Mk", "_:x", "_:y", "@type", "@foo", "2024-01-01T00:00:00Z", "ex:foo", "name", "type", "0.5",
    "<tag>", "mailto:a@b.example", "data:text/plain,hi", "5", "Achievement", "#frag", "?q", "//host/path", "a:b c",
)  # fmt: skip
NUMBERS = (
    0, 1, -1, 42, 1.5, 0.1, -0.25, 5.0, 100.0, 1e20, 1e21, 1.5e21, 1e-7, 123456789012, 2**53 - 1,
    0.30000000000000004, 1.7976931348623157e308, 5e-324,
)  # fmt: skip
IDS = ("urn:uuid:1", "urn:uuid:2", "https://example.org/a", "https://example.org/b", "did:example:c", "_:n1", "_:n2")
LANGUAGES = ("en", "en-US", "pt-br", "DE", "x-klingon", "not a tag", "toolonglanguage")


class Documents:
    """Makes documents from seeds.

    Args:
        contexts: who knows what the names mean.
        arrays: the context arrays to write documents under.
        oddity: how often (of 1) something unusual is written.
    """

    def __init__(self, contexts: Contexts, arrays: Sequence[Sequence[str]], *, oddity: float = 0.05) -> None:
        self.contexts = contexts
        self.arrays = arrays
        self.oddity = oddity
        self.random = random.Random(0)
        self.size = 0

    def document(self, seed: int, *, array: Sequence[str] | None = None, wanted: str | None = None) -> dict[str, Any]:
        """The document of that seed; `wanted` is a name to write where it is first defined."""
        self.random = random.Random(seed)
        self.size = self.random.choice((5, 15, 40))
        chosen = list(array or self.random.choice(self.arrays))
        context = self.contexts.root
        for url in chosen:
            context = process(context, url)
        return {"@context": chosen, **self.node(context, 0, wanted=wanted)}

    def odd(self, times: float = 1) -> bool:
        return self.random.random() < self.oddity * times

    def node(
        self, context: ActiveContext, depth: int, *, wanted: str | None = None, local: bool = False
    ) -> dict[str, Any]:
        """The members of a node object in that context (§5.1.2 steps 7 and 8 done)."""
        node: dict[str, Any] = {}
        if local:
            chosen = self.random.choice(self.arrays)
            try:
                for url in chosen:
                    context = process(context, url)
                node["@context"] = list(chosen)
            except (JsonLdError, ProblemError):
                pass
        types = self.types(context, wanted)
        inside = context
        while types:
            try:
                inside = compile_types(context, tuple(types), tuple(sorted(set(types)))).context
                break
            except JsonLdError:
                types.pop()
        if types:
            names = [*types, *(["Undefined"] if self.odd() else []), *(["https://example.org/T"] if self.odd() else [])]
            node[self.alias(inside, "@type")] = names[0] if len(names) == 1 and self.random.random() < 0.5 else names
        if self.random.random() < 0.6:
            node[self.alias(inside, "@id")] = self.random.choice(TEXTS if self.odd() else IDS)
        names = [name for name, term in inside.terms.items() if term.iri is not None and term.iri not in KEYWORDS]
        some = self.random.sample(names, min(len(names), self.random.randint(0, 6)))
        if wanted in names:
            some = [wanted, *some]  # type: ignore[list-item]
        for name in some:
            self.size -= 1
            if self.size > 0 or name == wanted:
                node[name] = self.value(inside, name, inside.terms[name], depth)
        if wanted is not None and wanted not in names and wanted not in types and depth < 4:
            for name in names:
                term = inside.terms[name]
                if _mentions(term.context, wanted):
                    child = scoped(inside if inside.previous is None else inside.previous, term)
                    node[name] = self.node(child, depth + 1, wanted=wanted)
                    break
        if self.odd(2):
            self.add_oddity(node, inside, depth)
        items = list(node.items())
        self.random.shuffle(items)
        return dict(items)

    def types(self, context: ActiveContext, wanted: str | None) -> list[str]:
        scoping = [name for name, term in context.terms.items() if term.context is not ABSENT and name[:1].isupper()]
        others = [name for name in context.terms if name[:1].isupper()]
        holders = [name for name in scoping if _mentions(context.terms[name].context, wanted)] if wanted else []
        types = [self.random.choice(holders)] if holders else []
        if wanted in others:
            types.append(wanted)  # type: ignore[arg-type]
        if scoping and self.random.random() < 0.7:
            types.append(self.random.choice(scoping))
        if others and self.random.random() < 0.3:
            types.append(self.random.choice(others))
        return list(dict.fromkeys(types))

    def alias(self, context: ActiveContext, keyword: str) -> str:
        if self.odd():
            return keyword
        return next((name for name, meant in context.aliases.items() if meant == keyword), keyword)

    def value(self, context: ActiveContext, name: str, term: Term, depth: int) -> Any:
        if term.containers & {"@id", "@index", "@language", "@type"} and self.random.random() < 0.8:
            return self.container(context, name, term, depth)
        if self.random.random() < 0.25:
            return [
                self.item(context, name, term, depth) for _ in range(self.random.randint(0 if self.odd(4) else 1, 3))
            ]
        return self.item(context, name, term, depth)

    def container(self, context: ActiveContext, name: str, term: Term, depth: int) -> Any:
        keys: Sequence[str]
        if "@language" in term.containers:
            keys = LANGUAGES[:5]
        elif "@id" in term.containers:
            keys = IDS[:5]
        else:
            keys = [*IDS[:3], "index", *(key for key in context.terms if key[:1].isupper())]
        found = {}
        for key in self.random.sample(list(keys), min(len(keys), self.random.randint(0, 3))):
            if "@language" in term.containers:
                found[key] = self.random.choice(("text", ["one", "two"], [], None))
            else:
                child = {self.alias(context, "@id"): self.random.choice(IDS)} if self.random.random() < 0.3 else {}
                names = [key for key, meant in context.terms.items() if meant.iri and meant.iri not in KEYWORDS]
                if names and depth < 4:
                    inner = self.random.choice(names)
                    child[inner] = self.value(context, inner, context.terms[inner], depth + 1)
                found[key] = self.random.choice((child, [child, {}], "text", 5))
        if self.odd():
            found["@none"] = self.item(context, name, term, depth + 1)
        return found

    def item(self, context: ActiveContext, name: str, term: Term, depth: int) -> Any:
        choice = self.random.random()
        if choice < 0.35 and depth < 6 and self.size > 0:
            try:
                child = scoped(context if context.previous is None else context.previous, term)
            except JsonLdError:
                return "unreachable"
            return self.node(child, depth + 1, local=self.odd())
        if choice < 0.7:
            return self.random.choice(IDS[:5] if term.type == "@id" and not self.odd() else TEXTS)
        if choice < 0.8:
            return self.random.choice(NUMBERS)
        if choice < 0.85:
            return self.random.random() < 0.5
        if choice < 0.9:
            return {self.alias(context, "@id"): self.random.choice(IDS)}
        if choice < 0.95:
            return self.value_object()
        return self.odd_item(context, name, term, depth) if self.odd(8) else "end"

    def value_object(self) -> dict[str, Any]:
        value: Any = self.random.choice(TEXTS)
        choice = self.random.randrange(6)
        if choice == 0:
            return {"@value": value}
        if choice == 1:
            return {"@value": value, "@language": self.random.choice(LANGUAGES[: 7 if self.odd(3) else 5])}
        if choice == 2:
            value = self.random.choice((value, *NUMBERS, True, False))
            return {
                "@value": value,
                "@type": "http://www.w3.org/2001/XMLSchema#" + self.random.choice(("double", "date", "string")),
            }
        if choice == 3:
            return {"@value": self.json(2), "@type": "@json"}
        if choice == 4:
            return {"@value": value, "@language": "ar", "@direction": "rtl"} if self.odd(4) else {"@value": True}
        return {"@value": self.random.choice(NUMBERS)}

    def json(self, depth: int) -> Any:
        choice = self.random.randrange(6 if depth else 4)
        if choice == 0:
            return self.random.choice(TEXTS)
        if choice == 1:
            return self.random.choice(NUMBERS)
        if choice < 4:
            return self.random.choice((None, True, False))
        if choice == 4:
            return [self.json(depth - 1) for _ in range(self.random.randint(0, 3))]
        return {self.random.choice(TEXTS): self.json(depth - 1) for _ in range(self.random.randint(0, 3))}

    def odd_item(self, context: ActiveContext, name: str, term: Term, depth: int) -> Any:
        choice = self.random.randrange(8)
        if choice == 0:
            return None
        if choice == 1:
            return [self.item(context, name, term, depth + 1)]
        if choice == 2:
            return {"@list": [self.item(context, name, term, depth + 1) for _ in range(self.random.randint(0, 3))]}
        if choice == 3:
            return {"@set": [self.item(context, name, term, depth + 1) for _ in range(self.random.randint(0, 3))]}
        if choice == 4:
            return {"@value": None}
        if choice == 5:
            return {}
        if choice == 6:
            return {"@id": self.random.choice(TEXTS)}
        return {"@graph": [self.node(context if context.previous is None else context.previous, depth + 1)]}

    def add_oddity(self, node: dict[str, Any], context: ActiveContext, depth: int) -> None:
        choice = self.random.randrange(9)
        other = context if context.previous is None else context.previous
        if choice == 0:
            node["undefined" + str(self.random.randrange(3))] = self.json(2)
        elif choice == 1:
            node["https://example.org/p"] = self.item(context, "", Term("https://example.org/p"), depth)
        elif choice == 2:
            node["@included"] = [self.node(other, depth + 1)]
        elif choice == 3:
            node["@graph"] = [self.node(other, depth + 1)]
        elif choice == 4:
            node["@reverse"] = {"https://example.org/r": self.node(other, depth + 1)}
        elif choice == 5:
            node["@nest"] = {"https://example.org/n": self.random.choice(TEXTS)}
        elif choice == 6:
            node["@index"] = "index"
        elif choice == 7:
            node["@none"] = "nothing"
        else:
            node[self.random.choice(list(context.terms) or ["x"])] = None


def invented_context(seed: int) -> dict[str, Any]:
    """A context with whatever JSON-LD 1.1 has; about one in three is wrong somewhere."""
    chosen = random.Random(seed)

    def local(depth: int) -> Any:
        context: dict[str, Any] = {}
        if depth == 0 or chosen.random() < 0.3:
            context["@version"] = 1.1
        for setting, values in SETTINGS.items():
            if chosen.random() < 0.08 and not (setting == "@propagate" and depth == 0):
                context[setting] = chosen.choice(values)
        context |= {"id": "@id", "type": "@type", "ex": "https://example.org/"} if depth == 0 else {}
        for _ in range(chosen.randint(1, 6)):
            name = chosen.choice(INVENTED)
            context[name] = definition(depth, name)
        if chosen.random() < 0.1:
            keyword = chosen.choice(("value", "list", "set", "none", "nest", "graph", "included", "reverse"))
            context[keyword] = "@" + keyword
        return [context, {"extra": "https://example.org/extra"}] if chosen.random() < 0.05 else context

    def definition(depth: int, name: str) -> Any:
        if name == "ex:compact":
            return chosen.choice(({"@type": "@id"}, {"@container": "@list"}, {"@id": "https://example.org/compact"}))
        if chosen.random() < 0.3:
            return chosen.choice(("https://example.org/t", "ex:u", "https://example.org/ns#", None, "_:b"))
        iri = chosen.choice(("https://example.org/v", "ex:w", "ex:x", "https://example.org/y#"))
        made: dict[str, Any] = {"@reverse" if chosen.random() < 0.05 else "@id": iri}
        if chosen.random() < 0.4:
            made["@container"] = chosen.choice(CONTAINERS if "@id" in made else ("@set", "@index"))
        for entry, values in ENTRIES.items():
            if chosen.random() < 0.2:
                made[entry] = chosen.choice(values)
        if "@type" in made and "@type" in made.get("@container", ()):
            made["@type"] = "@vocab"
        if "@index" in made.get("@container", ()) and chosen.random() < 0.4:
            made["@index"] = "ex:index"
        if depth < 3 and chosen.random() < 0.3:
            made["@context"] = None if chosen.random() < 0.1 else local(depth + 1)
        if chosen.random() < 0.02:
            made[chosen.choice(("@nest", "@foo", "context"))] = chosen.choice(("@nest", "@id", 5))
        return made

    return {"@context": local(0)}


INVENTED = ("name", "knows", "Person", "Place", "label", "items", "map", "note", "ex:compact", "Thing")
SETTINGS: dict[str, Sequence[Any]] = {
    "@vocab": ("https://vocab.example/", "ex:"),
    "@language": ("en", "DE"),
    "@direction": ("ltr", "rtl"),
    "@protected": (True,),
    "@propagate": (True, False),
}
CONTAINERS: Sequence[Any] = (
    "@set", "@list", "@language", "@index", "@id", "@type", "@graph", ["@graph", "@id"], ["@graph", "@index"],
    ["@set", "@index"], ["@graph", "@set"], ["@graph", "@id", "@set"], ["@set", "@language"],
)  # fmt: skip
ENTRIES: dict[str, Sequence[Any]] = {
    "@type": ("@id", "@vocab", "@json", "@none", "ex:datatype", "http://www.w3.org/2001/XMLSchema#double"),
    "@language": ("fr", None),
    "@direction": ("rtl", None),
    "@protected": (True, False),
    "@prefix": (True, False),
}


def names_of(contexts: Contexts, url: str) -> Iterator[str]:
    """Every name that a published context defines, in scoped contexts too."""
    seen: set[str] = set()

    def walk(local: Any) -> None:
        if isinstance(local, list):
            for item in local:
                walk(item)
        elif isinstance(local, dict):
            for name, value in local.items():
                if not name.startswith("@"):
                    seen.add(name)
                if isinstance(value, dict) and "@context" in value:
                    walk(value["@context"])

    walk(contexts.document(url)["@context"])
    yield from sorted(seen)


def _mentions(local: Any, name: str | None) -> bool:
    if isinstance(local, list):
        return any(_mentions(item, name) for item in local)
    return isinstance(local, dict) and name in local


def smaller(document: Any) -> Iterator[Any]:
    """Documents with one thing taken out, for narrowing down what two engines disagree about."""
    if isinstance(document, dict):
        for name in document:
            if name != "@context" or len(document) == 1:
                yield {key: value for key, value in document.items() if key != name}
        for name, value in document.items():
            for less in smaller(value):
                yield {**document, name: less}
    elif isinstance(document, list):
        for index in range(len(document)):
            yield document[:index] + document[index + 1 :]
        for index, value in enumerate(document):
            for less in smaller(value):
                yield [*document[:index], less, *document[index + 1 :]]
