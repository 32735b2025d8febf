"""How much work a stranger's schema would be for a document, counted before it is done.

The validator cannot be interrupted, and a schema of a few hundred bytes can ask for more than a
lifetime: `allOf` of two references, each to `allOf` of two references, and so on. So the evaluations
are counted first: a pair of subschema and value once, however many ways lead to it. Where the
standard leaves a choice, or a validator may stop early, the larger number counts.
"""

from __future__ import annotations

from collections.abc import Iterator

from vcverify.jsonschemas.patterns import STATES_A_STEP
from vcverify.jsonschemas.rules import MAX_NESTING, Rule, Unbounded
from vcverify.jsontypes import JsonValue

STEPS_A_SECOND = 10_000_000
"""Of the validator, at its slowest."""
PAIRS_A_SECOND = 100_000
"""Pairs of subschema and value that are counted; the counting is Python."""


def steps(root: Rule, document: JsonValue, *, seconds: float) -> int:
    """An upper bound of the validator's steps (0.1 µs each) for the document.

    Raises:
        Unbounded: more than the seconds allow, or nested too deep.
    """
    return _Counter(int(seconds * STEPS_A_SECOND), int(seconds * PAIRS_A_SECOND)).count(root, document)


def errors_fit(root: Rule, document: JsonValue, *, limit: int) -> bool:
    """Whether all errors together could hold no more than `limit` JSON values: each holds the value it is about."""
    try:
        _Copies(limit, limit).count(root, document)
    except Unbounded:
        return False
    return True


def nested_size(value: JsonValue) -> int:
    """The sum of the sizes of all values inside a document: what one error a value would hold."""
    total = depth = 0
    level = [value]
    while level:
        depth += 1
        total += depth * len(level)
        level = [
            inner
            for outer in level
            if isinstance(outer, (dict, list))
            for inner in (outer.values() if isinstance(outer, dict) else outer)
        ]
    return total


class _Counter:
    def __init__(self, limit: int, pairs: int) -> None:
        self._limit = limit
        self._pairs = pairs
        self._known: dict[tuple[int, int], int] = {}
        self._sizes: dict[int, int] = {}

    def count(self, root: Rule, document: JsonValue) -> int:
        known = self._known
        stack = [self._open(root, document, 1)]
        while True:
            frame = stack[-1]
            for rule, value, times in frame.pending:
                cost = known.get((rule.number, id(value)))
                if cost is None:
                    if len(stack) >= MAX_NESTING:
                        raise Unbounded("it nests too deep")
                    stack.append(self._open(rule, value, times))
                    break
                frame.total += cost * times
            else:
                stack.pop()
                known[frame.key] = frame.total
                if frame.total > self._limit:  # CHECK: costly schemas
                    raise Unbounded("it asks for too much work")
                if len(known) > self._pairs:
                    raise Unbounded("it asks for too much work on a document of this size")
                if not stack:
                    return frame.total
                stack[-1].total += frame.total * frame.times

    def _open(self, rule: Rule, value: JsonValue, times: int) -> _Frame:
        return _Frame((rule.number, id(value)), self._own(rule, value), times, _applied(rule, value))

    def _own(self, rule: Rule, value: JsonValue) -> int:
        """The steps of the rule itself, without those that it applies."""
        own = rule.fixed
        if isinstance(value, str):
            own += len(value) * (rule.states // STATES_A_STEP + (rule.states > 0)) + rule.scans * len(value) // 64
        elif isinstance(value, dict):
            if rule.additional or rule.patterns or rule.names:
                own += len(value)
            for states, _ in rule.patterns:
                own += sum(map(len, value)) * (states // STATES_A_STEP + 1)
        if rule.unevaluated and isinstance(value, (dict, list)):
            own += rule.closure * (16 + len(value))
        if rule.unique:
            own += 4 * self._size(value)
        return own

    def _size(self, value: JsonValue) -> int:
        if not isinstance(value, (dict, list)):
            return 1
        size = self._sizes.get(id(value))
        if size is None:
            inner = value.values() if isinstance(value, dict) else value
            size = self._sizes[id(value)] = 1 + sum(map(self._size, inner))
        return size


class _Copies(_Counter):
    def _own(self, rule: Rule, value: JsonValue) -> int:
        return self._size(value)


class _Frame:
    __slots__ = ("key", "pending", "times", "total")

    def __init__(
        self, key: tuple[int, int], total: int, times: int, pending: Iterator[tuple[Rule, JsonValue, int]]
    ) -> None:
        self.key = key
        self.total = total
        self.times = times
        self.pending = pending


def _applied(rule: Rule, value: JsonValue) -> Iterator[tuple[Rule, JsonValue, int]]:
    """The pairs that evaluating the rule on the value leads to, and how often."""
    again = 2 if rule.unevaluated else 1
    for inner in rule.here:
        yield inner, value, again
    if isinstance(value, dict):
        yield from _members(rule, value)
    elif isinstance(value, list):
        for inner, item in zip(rule.prefix, value, strict=False):
            yield inner, item, 1
        for inner in (*rule.items, *((rule.contains,) if rule.contains else ())):
            yield from ((inner, item, 1) for item in value)


def _members(rule: Rule, value: dict[str, JsonValue]) -> Iterator[tuple[Rule, JsonValue, int]]:
    named, others = rule.properties, rule.additional
    if not (others or rule.patterns or rule.names):
        shorter = named if len(named) < len(value) else value
        yield from ((named[name], value[name], 1) for name in shorter if name in named and name in value)
        return
    for name, item in value.items():
        if name in named:
            yield named[name], item, 1
        for inner in others:
            yield inner, item, 1
        for _, inner in rule.patterns:
            yield inner, item, 1
        if rule.names is not None:
            yield rule.names, name, 1
