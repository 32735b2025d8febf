"""Documents made up from our own 1EdTech schema, and broken: for comparing it with the published ones.

`Documents.valid` fits a definition; `Documents.changed` is such a document, or another one, after a few
changes of the kinds that a schema is there to notice; `Documents.every_change` changes each member of each
class once in each way.
"""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator, Sequence
from typing import Any

Path = tuple[str | int, ...]

SAMPLES = {
    "^[a-z]{2}(-": ("en", "de-DE"),
    "^[a-z]{2,4}": ("en", "zh-Hans-CN", "es-419"),
    "^[A-Za-z0-9_-]+": ("a.b.c", "eyJhbGciOiJFUzI1NiJ9..x-_"),
    "ext:": ("ext:own", "a ext:x", "ext:|"),
    "^https://purl\\.imsglobal\\.org/spec/ob": (
        "https://purl.imsglobal.org/spec/ob/v3p0/context.json",
        "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
        "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3-3.1.2.json",
    ),
    "^https://purl\\.imsglobal\\.org/spec/clr": (
        "https://purl.imsglobal.org/spec/clr/v2p0/context.json",
        "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json",
    ),
}
"""Texts that match the patterns of the schema, by how the pattern begins."""

TEXTS = (
    "", "x", "en", "en-US", "EN", "en-us", "eng", "id", "a.b.c", "a..c", "a.b", "a.b.c.d", "a.b.c\n", "ä.b.c", "ext:", "ext:-",
    "ext:a", "xext:_", "ext: a", "Ext:a", "2024-01-01T00:00:00Z", "yesterday", "https://www.w3.org/ns/credentials/v2",
    "https://www.w3.org/2018/credentials/v1", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.33.json", "https://purl.imsglobal.org/spec/ob/v3p0/context-2.0.1.json",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.\u0663.json", "https://purl.imsglobal.org/spec/ob/v3p0/context-.json",
    "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json", "https://purl.imsglobal.org/spec/clr/v2p0/context-3.0.1.json",
    "https://purl.imsglobal.org/spec/ob/v3p0/contextXjson", "zh-Hans", "zh-Hans-CN", "es-419", "es-41",
)  # fmt: skip
OTHERS: tuple[Any, ...] = (
    None, True, False, 0, 1, 1.0, -2.5, [], {}, [[]], [None], [""], {"en": "x"}, {"en": 1}, {"english": "x"}, {"id": "x"},
    {"": ""}, {"type": "x"}, ["x", "y"], [{"en": "x"}],
)  # fmt: skip

_ABSENT = object()


class Documents:
    """Makes documents from a seed.

    Args:
        schema: The document with our definitions.
        seed: Equal seeds make equal documents.
        others: Whole documents to change besides those made up.
    """

    def __init__(self, schema: dict[str, Any], seed: int, others: Sequence[dict[str, Any]] = ()) -> None:
        self._definitions = schema["$defs"]
        self._random = random.Random(seed)
        self._others = others
        self._names = sorted(_values(self._definitions, "properties", keys=True))
        self._words = sorted(_values(self._definitions, "enum") | _values(self._definitions, "const"))
        self._reach = {name: self._reached(inner) for name, inner in self._definitions.items()}
        self._wanted = ""

    def valid(self, definition: str) -> Any:
        """A document that fits the definition; one of the definitions that it leads to is sought out."""
        self._wanted = self._random.choice(sorted(self._reach[definition]))
        return self._make({"$ref": f"#/$defs/{definition}"}, 0)

    def every_change(self, definition: str) -> Iterator[Any]:
        """For each class that the definition leads to, a small document with one, and each of its members changed.

        The document is one object, changed in place between the yields.
        """
        for path, name in self._classes(definition):
            document = inner = self._bare(definition)
            for member, holder in path:
                inner[member] = self._bare(holder)
                inner = inner[member]
            yield document
            for member, rule in (*self._definitions[name]["properties"].items(), ("unknown", {})):
                held = inner.pop(member, _ABSENT)
                yield document
                for value in (*OTHERS, *TEXTS, *sorted(_values(self._resolved(rule), "enum") | _values(rule, "const"))):
                    for shape in (value, [value], {"en": value}):
                        inner[member] = shape
                        yield document
                inner.pop(member)
                if held is not _ABSENT:
                    inner[member] = held

    def _bare(self, definition: str) -> Any:
        """A document with required members only."""
        self._wanted = "nothing"
        return self._make({"$ref": f"#/$defs/{definition}"}, 9)

    def _classes(self, definition: str) -> list[tuple[tuple[tuple[str, str], ...], str]]:
        """Every class that the definition leads to, with the shortest way: members, and the class of each."""
        start = next(
            name for name in (definition, *self._alternatives(definition)) if "properties" in self._definitions[name]
        )
        ways: dict[str, tuple[tuple[str, str], ...]] = {start: ()}
        for name in (waiting := [start]):
            for member, rule in self._definitions[name]["properties"].items():
                for other in self._held(rule):
                    if other not in ways:
                        ways[other] = (*ways[name], (member, other))
                        waiting.append(other)
        return [(way, name) for name, way in ways.items()]

    def _alternatives(self, definition: str) -> list[str]:
        return [item["$ref"].rpartition("/")[2] for item in self._definitions[definition].get("oneOf", ())]

    def _held(self, rule: dict[str, Any]) -> Iterator[str]:
        """The classes that a member's value may be of."""
        for item in objects(rule):
            name = item.get("$ref", "").rpartition("/")[2]
            if name and "properties" in self._definitions[name]:
                yield name
            elif name:
                yield from self._held(self._definitions[name])

    def _resolved(self, rule: dict[str, Any]) -> dict[str, Any]:
        return self._definitions[rule["$ref"].rpartition("/")[2]] if "$ref" in rule else rule

    def _reached(self, schema: Any, seen: frozenset[str] = frozenset()) -> frozenset[str]:
        for item in objects(schema):
            name = item.get("$ref", "").rpartition("/")[2]
            if name and name not in seen:
                seen = self._reached(self._definitions[name], seen | {name})
        return seen

    def changed(self, definition: str) -> Any:
        """A document that fits the definition or is a real one, after none to four changes."""
        made = not self._others or self._random.random() < 0.7
        document = self.valid(definition) if made else copy.deepcopy(self._random.choice(self._others))
        for _ in range(self._random.choice((0, 1, 1, 1, 2, 4))):
            document = self._change(document)
        return document

    # --- making ---

    def _make(self, schema: dict[str, Any], depth: int) -> Any:
        choose = self._random.choice
        if "$ref" in schema:
            name = schema["$ref"].rpartition("/")[2]
            return self._types(schema) if name == "Types" else self._make(self._definitions[name], depth)
        if "if" in schema:
            if self._random.random() < 0.5:
                return self._make(schema["else"], depth)
            return [self._make(schema["then"]["items"], depth + 1) for _ in range(choose((1, 1, 2)))]
        for keyword in ("anyOf", "oneOf"):
            if keyword in schema:
                return self._make(choose(schema[keyword]), depth)
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            return choose(schema["enum"])
        if "pattern" in schema:
            return choose(next(texts for start, texts in SAMPLES.items() if schema["pattern"].startswith(start)))
        kind = schema["type"]
        if kind == "object" and "properties" in schema:
            return self._object(schema, depth)
        if kind == "object":
            return {
                tag: self._make(schema["additionalProperties"], depth) for tag in choose(((), ("en",), ("de", "en-US")))
            }
        if isinstance(kind, list):
            return self._union(schema, depth)
        return {
            "boolean": choose((True, False)),
            "number": choose((0, 1, 2.5)),
            "string": choose(("", "text", "2024-01-01")),
        }[kind]

    def _object(self, schema: dict[str, Any], depth: int) -> dict[str, Any]:
        required = schema.get("required", ())
        chance = (0.6, 0.35, 0.2, 0.1, 0.05)[depth] if depth < 5 else 0
        return {
            name: self._make(inner, depth + 1)
            for name, inner in schema["properties"].items()
            if name in required or self._random.random() < (0.6 if depth < 7 and self._leads(inner) else chance)
        }

    def _leads(self, schema: dict[str, Any]) -> bool:
        """Whether the value of a member may hold what is sought out."""
        names = [item["$ref"].rpartition("/")[2] for item in objects(schema) if "$ref" in item]
        return any(self._wanted == name or self._wanted in self._reach[name] for name in names)

    def _union(self, schema: dict[str, Any], depth: int) -> Any:
        """A text, a map of texts, or an array of contexts."""
        if "items" in schema and self._random.random() < 0.85:
            more = [self._make(schema["additionalItems"], depth) for _ in range(self._random.choice((0, 0, 1)))]
            return [self._make(item, depth) for item in schema["items"]] + more
        return self._random.choice(("text", "https://example.org/a", "text", {"en": "text"}))

    def _types(self, schema: dict[str, Any]) -> Any:
        if self._random.random() < 0.1:
            return self._random.choice(("Anything", {"en": "Anything"}))
        wanted = [rule["contains"] for rule in schema.get("allOf", [schema]) if "contains" in rule]
        names = [self._make(rule, 0) for rule in wanted] + self._random.choice(([], [], ["Other"], [{"en": "x"}]))
        self._random.shuffle(names)
        return names or ["Any"]

    # --- changing ---

    def _change(self, document: Any) -> Any:
        paths = list(_paths(document))
        path = max(self._random.choices(paths, k=self._random.choice((1, 1, 3))), key=len)
        if not path:
            return copy.deepcopy(self._random.choice(OTHERS)) if self._random.random() < 0.05 else self._added(document)
        parent = _at(document, path[:-1])
        value, last = parent[path[-1]], path[-1]
        act = self._random.choice(("drop", "retype", "text", "word", "wrap", "unwrap", "add", "rename", "swap", "copy"))
        if act == "drop":
            del parent[last]
        elif act == "retype":
            parent[last] = copy.deepcopy(self._random.choice(OTHERS))
        elif act == "text":
            parent[last] = self._random.choice(TEXTS)
        elif act == "word":
            parent[last] = self._random.choice(self._words)
        elif act == "wrap":
            parent[last] = [value]
        elif act == "unwrap" and isinstance(value, list) and value:
            parent[last] = value[0]
        elif act == "rename" and isinstance(parent, dict):
            parent[self._random.choice((*self._names, "unknown"))] = parent.pop(last)
        elif act == "swap":
            other = self._random.choice(paths[1:])
            if other[: len(path)] != path and path[: len(other)] != other:
                parent[last] = copy.deepcopy(_at(document, other))
        elif act == "copy" and isinstance(value, list):
            parent[last] = value + copy.deepcopy(value[:1])
        else:
            self._added(value)
        return document

    def _added(self, value: Any) -> Any:
        if isinstance(value, dict):
            name = self._random.choice((*self._names, "unknown"))
            value[name] = copy.deepcopy(self._random.choice((*OTHERS, *TEXTS)))
        elif isinstance(value, list):
            value.insert(self._random.randrange(len(value) + 1), copy.deepcopy(self._random.choice((*OTHERS, *TEXTS))))
        return value


def objects(value: Any) -> Iterator[dict[str, Any]]:
    """Every object of a JSON value."""
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from objects(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from objects(inner)


def _values(value: Any, keyword: str, *, keys: bool = False) -> set[str]:
    """The texts that a schema lists under a keyword, or the names under it."""
    found: set[str] = set()
    for item in objects(value):
        held = item.get(keyword)
        if isinstance(held, dict):
            found |= set(held) if keys else set()
        elif isinstance(held, list):
            found |= {text for text in held if isinstance(text, str)}
        elif isinstance(held, str):
            found.add(held)
    return found


def _paths(value: Any, path: Path = ()) -> Iterator[Path]:
    yield path
    inner: Any = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, item in inner:
        yield from _paths(item, (*path, name))


def _at(value: Any, path: Path) -> Any:
    for part in path:
        value = value[part]
    return value
