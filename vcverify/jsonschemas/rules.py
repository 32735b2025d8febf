"""A stranger's schema, taken apart: which subschema applies which others, and to what.

References are resolved as JSON Schema Core §8 and §9 say (2020-12, 2019-09, draft-07), inside the
document only. A dynamic reference may lead to several places, so all of them are noted.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import unquote, urljoin

from vcverify.jsonschemas.patterns import MAX_STATES, states_of
from vcverify.jsontypes import JsonObject, JsonValue

DIALECTS: Final = frozenset(
    {
        "https://json-schema.org/draft/2020-12/schema",
        "https://json-schema.org/draft/2019-09/schema",
        "http://json-schema.org/draft-07/schema",
    }
)

MAX_NESTING: Final = 200
"""Subschemas that apply each other: the validator recurses, on whatever stack its thread has."""

_LISTS_HERE: Final = ("allOf", "anyOf", "oneOf")
_ONES_HERE: Final = ("not", "if", "then", "else")
_MAPS_HERE: Final = ("dependentSchemas", "dependencies")
_MAPS: Final = ("properties", "patternProperties", "$defs", "definitions")
_ONES: Final = (
    "additionalProperties",
    "unevaluatedProperties",
    "propertyNames",
    "additionalItems",
    "unevaluatedItems",
    "contains",
    "contentSchema",
)
_COMPARED: Final = ("enum", "const", "required", "dependentRequired", "dependencies", "type")


class Unbounded(Exception):
    """The schema cannot be evaluated within bounds; the message is a phrase for the reader."""


class Rule:
    """A subschema: what it applies to the value itself (`here`), to its members and to its items."""

    __slots__ = (
        "additional",
        "closure",
        "contains",
        "fixed",
        "here",
        "items",
        "names",
        "number",
        "patterns",
        "prefix",
        "properties",
        "scans",
        "states",
        "unevaluated",
        "unique",
    )

    def __init__(self, number: int) -> None:
        self.number = number
        self.here: list[Rule] = []
        self.properties: dict[str, Rule] = {}
        self.patterns: list[tuple[int, Rule]] = []
        self.additional: list[Rule] = []
        self.names: Rule | None = None
        self.prefix: list[Rule] = []
        self.items: list[Rule] = []
        self.contains: Rule | None = None
        self.states = 0
        self.scans = 0
        self.fixed = 1
        self.unique = False
        self.unevaluated = False
        self.closure = 0
        """Rules applied to one value, with repetition; 0 while not counted."""


class _References:
    """The resources and anchors of a schema document."""

    def __init__(self, schema: JsonObject) -> None:
        self._bases: dict[int, str] = {}
        self._resources: dict[str, Any] = {"": schema}
        self._anchors: dict[tuple[str, str], Any] = {}
        self._dynamic: dict[str, list[Any]] = {}
        self._recursive: list[Any] = []
        self._index(schema, "")

    def targets(self, schema: JsonObject) -> Iterator[Any]:
        """What the references of a subschema may lead to; None for the metaschema of a known dialect."""
        for keyword in ("$ref", "$dynamicRef", "$recursiveRef"):
            reference = schema.get(keyword)
            if not isinstance(reference, str):
                continue
            target = self._resolve(reference, self._bases[id(schema)])
            yield target
            others: list[Any] = []
            if keyword == "$dynamicRef" and isinstance(target, dict) and "$dynamicAnchor" in target:
                others = self._dynamic.get(reference.partition("#")[2], [])
            elif keyword == "$recursiveRef" and isinstance(target, dict) and target.get("$recursiveAnchor") is True:
                others = self._recursive
            yield from (other for other in others if other is not target)

    def _index(self, schema: Any, base: str) -> None:
        """Notes the bases, anchors and resources of a subschema and of those inside it."""
        stack = [(schema, base)]
        while stack:
            node, base = stack.pop()
            if not isinstance(node, dict) or id(node) in self._bases:
                continue
            name = node.get("$id")
            if isinstance(name, str):
                if name.startswith("#"):
                    self._anchors[base, name[1:]] = node
                else:
                    base = _join(base, name).partition("#")[0]
                    self._resources.setdefault(base, node)
            self._bases[id(node)] = base
            for keyword in ("$anchor", "$dynamicAnchor"):
                anchor = node.get(keyword)
                if isinstance(anchor, str):
                    self._anchors.setdefault((base, anchor), node)
                    if keyword == "$dynamicAnchor":
                        self._dynamic.setdefault(anchor, []).append(node)
            if node.get("$recursiveAnchor") is True:
                self._recursive.append(node)
            stack.extend((inner, base) for inner in _subschemas(node))

    def _resolve(self, reference: str, base: str) -> Any:
        uri = base + reference if reference.startswith("#") else _join(base, reference)
        location, _, fragment = uri.partition("#")
        resource = self._resources.get(location)
        if resource is None:  # CHECK: references to other documents
            if location in DIALECTS:
                return None
            raise Unbounded("it refers to another document, and such references are not followed")
        if not fragment:
            return resource
        if not fragment.startswith("/"):
            target = self._anchors.get((location, fragment))
            if target is None:
                raise Unbounded("it refers to an anchor that it does not have")
            return target
        return self._walk(resource, location, unquote(fragment))

    def _walk(self, resource: Any, base: str, pointer: str) -> Any:
        target = resource
        for token in pointer[1:].split("/"):
            name = token.replace("~1", "/").replace("~0", "~")
            if isinstance(target, dict) and name in target:
                target = target[name]
            elif isinstance(target, list) and name.isascii() and name.isdigit() and int(name) < len(target):
                target = target[int(name)]
            else:
                raise Unbounded("it refers to a place that it does not have")
            base = self._bases.get(id(target), base)
        self._index(target, base)
        return target


class Rules:
    """The rules of a schema document; `root` is that of the document itself.

    Raises:
        Unbounded: a reference to another document, references in a circle, too deep, or too many
            states in its regular expressions.
    """

    def __init__(self, schema: JsonObject) -> None:
        self._schema = schema  # kept, because subschemas are known by their identity
        self._references = _References(schema)
        self._rules: dict[int, Rule] = {}
        self._waiting: list[Any] = []
        self._states: dict[str, int] = {}
        self._metaschema: Rule | None = None
        self.root = self._rule(schema)
        while self._waiting:
            self._fill(self._waiting.pop())
        if sum(self._states.values()) > MAX_STATES:  # CHECK: large expressions
            raise Unbounded("its regular expressions are too large")
        for rule in list(self._rules.values()):
            _close(rule)

    def _rule(self, schema: Any) -> Rule:
        rule = self._rules.get(id(schema))
        if rule is None:
            rule = self._rules[id(schema)] = Rule(len(self._rules))
            self._waiting.append(schema)
        return rule

    def _fill(self, schema: Any) -> None:
        if not isinstance(schema, dict):
            return
        rule = self._rules[id(schema)]
        rule.here = [self._rule(inner) for inner in _applied_here(schema)]
        for target in self._references.targets(schema):
            rule.here.append(self._any_schema() if target is None else self._rule(target))
        rule.properties = {name: self._rule(inner) for name, inner in _mapping(schema, "properties")}
        rule.patterns = [
            (self._size_of(name), self._rule(inner)) for name, inner in _mapping(schema, "patternProperties")
        ]
        rule.additional = self._ones(schema, "additionalProperties", "unevaluatedProperties")
        rule.items = self._ones(schema, "items", "additionalItems", "unevaluatedItems")
        for keyword in ("items", "prefixItems"):
            held = schema.get(keyword)
            if isinstance(held, list):
                rule.prefix += [self._rule(inner) for inner in held]
        rule.names = next(iter(self._ones(schema, "propertyNames")), None)
        rule.contains = next(iter(self._ones(schema, "contains")), None)
        rule.unique = schema.get("uniqueItems") is True
        rule.unevaluated = "unevaluatedProperties" in schema or "unevaluatedItems" in schema
        rule.scans = sum(keyword in schema for keyword in ("minLength", "maxLength"))
        rule.fixed = 1 + len(schema) + len(rule.properties) + sum(_size(schema.get(name)) for name in _COMPARED)
        pattern = schema.get("pattern")
        if isinstance(pattern, str):
            rule.states = self._size_of(pattern)

    def _ones(self, schema: JsonObject, *keywords: str) -> list[Rule]:
        return [self._rule(schema[name]) for name in keywords if isinstance(schema.get(name), (dict, bool))]

    def _any_schema(self) -> Rule:
        """A metaschema as a rule: work in proportion to the size of the value."""
        if self._metaschema is None:
            self._metaschema = Rule(-1)
            self._metaschema.unique = True
            self._metaschema.fixed = 1_000
        return self._metaschema

    def _size_of(self, pattern: str) -> int:
        states = self._states.get(pattern)
        if states is None:
            states = self._states[pattern] = states_of(pattern)
        return states


def _close(start: Rule) -> None:
    """Counts the rules that a rule applies to the same value.

    Raises:
        Unbounded: it leads back to itself, or through too many others.
    """
    if start.closure:
        return
    stack = [(start, iter(start.here))]
    path = {start.number}
    while stack:
        rule, inner = stack[-1]
        following = next((item for item in inner if not item.closure), None)
        if following is None:
            rule.closure = min(1 + sum(item.closure for item in rule.here), 1 << 60)
            path.discard(rule.number)
            stack.pop()
        elif following.number in path:  # CHECK: references in a circle
            raise Unbounded("it refers to itself in a circle")
        elif len(stack) >= MAX_NESTING:
            raise Unbounded("its references follow each other too deep")
        else:
            path.add(following.number)
            stack.append((following, iter(following.here)))


def _subschemas(schema: JsonObject) -> Iterator[Any]:
    """The subschemas directly inside one, used or not."""
    for keyword in (*_MAPS, *_MAPS_HERE):
        yield from (inner for _, inner in _mapping(schema, keyword))
    for keyword in (*_LISTS_HERE, "prefixItems", "items"):
        held = schema.get(keyword)
        if isinstance(held, list):
            yield from held
    for keyword in (*_ONES_HERE, *_ONES, "items"):
        if isinstance(schema.get(keyword), dict):
            yield schema[keyword]


def _applied_here(schema: JsonObject) -> Iterator[Any]:
    """The subschemas that judge the same value."""
    for keyword in _LISTS_HERE:
        held = schema.get(keyword)
        if isinstance(held, list):
            yield from held
    for keyword in _ONES_HERE:
        if isinstance(schema.get(keyword), (dict, bool)):
            yield schema[keyword]
    for keyword in _MAPS_HERE:
        yield from (inner for _, inner in _mapping(schema, keyword))


def _mapping(schema: JsonObject, keyword: str) -> list[tuple[str, Any]]:
    held = schema.get(keyword)
    if not isinstance(held, dict):
        return []
    return [(name, inner) for name, inner in held.items() if isinstance(inner, (dict, bool))]


def _size(value: JsonValue) -> int:
    if isinstance(value, dict):
        return 1 + sum(map(_size, value.values()))
    return 1 + sum(map(_size, value)) if isinstance(value, list) else 1


def _join(base: str, reference: str) -> str:
    try:
        return urljoin(base, reference) if base else reference
    except ValueError:
        raise Unbounded("it has a reference that is no URL") from None  # CHECK: references that are no URL
