"""The lines tagged `# CHECK: <what it guards>`, and a copy of the package in which each can be switched off.

A tag stands on the line of the guard, or above it where that has no room. What switching it off means:

    if CONDITION:  # CHECK: ...             the branch is not taken; `elif` and `else` are as if the condition were false
    for ITEM in ITEMS:  # CHECK: ...        the loop's body is not run
    raise, call, yield:  # CHECK: ...       the statement is not run (a `raise` in an `except` becomes `pass`)
    return CONDITION  # CHECK: ...          answers True
    ... X if CONDITION else None  # CHECK   the branch that is not None or False is taken
    and OPERAND  # CHECK: ...               (a line of a condition of several lines) the operand is left out
    or OPERAND  # CHECK: ...                likewise

Every guard asks its switch at the moment where it would refuse, and at no other: so the switch also tells which inputs a
guard refuses at all.
"""

from __future__ import annotations

import ast
import io
import shutil
import tokenize
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

TAG: Final = "# CHECK: "

SWITCH: Final = "_guard_switch"
"""The module that a switchable copy asks: `on(number)`."""

SWITCHES: Final = '''\
"""Which guard is off, and which were asked."""

import os

off = int(os.environ.get("VCVERIFY_GUARD_OFF", "-1"))
asked = set()


def on(number):
    asked.add(number)
    return number != off
'''


class TagError(Exception):
    """A tag that stands on nothing that could be switched off."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """One tagged line.

    Attributes:
        number: Its place among all of the package; the name of its switch.
        path: Of its module, from the folder that holds the package.
        text: What the tag says it guards.
    """

    number: int
    path: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.text}"


def find_guards(package: Path) -> list[Guard]:
    """All tagged lines of a package, by path and line."""
    guards: list[Guard] = []
    for path in sorted(package.rglob("*.py")):
        name = path.relative_to(package.parent).as_posix()
        for line, text in _tags(path.read_text(encoding="utf-8")):
            guards.append(Guard(number=len(guards), path=name, line=line, text=text))
    return guards


def _tags(source: str) -> Iterator[tuple[int, str]]:
    if TAG not in source:
        return
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT and TAG in token.string:
            alone = not token.line[: token.start[1]].strip()
            yield token.start[0] + alone, token.string.partition(TAG)[2]


def write_switchable(package: Path, folder: Path) -> list[Guard]:
    """The guards of a package, and a copy of it under `folder` in which each asks `SWITCH`.

    Raises:
        TagError: a tag stands on nothing that could be switched off.
    """
    guards = find_guards(package)
    shutil.copytree(package, folder / package.name, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / f"{SWITCH}.py").write_text(SWITCHES, encoding="utf-8")
    for name in {guard.path for guard in guards}:
        own = [guard for guard in guards if guard.path == name]
        path = folder / name
        path.write_text(switchable(path.read_text(encoding="utf-8"), own), encoding="utf-8")
    return guards


def switchable(source: str, guards: Sequence[Guard]) -> str:
    """A module in which each of these guards asks its switch."""
    tree = ast.parse(source)
    wanted = {id(_tagged(tree, guard)): guard for guard in guards}
    if len(wanted) < len(guards):
        raise TagError(f"{guards[0].path}: two tags on one guard")
    _Switcher(wanted).visit(tree)
    header = next(at for at, node in enumerate(tree.body) if not _is_header(node))
    tree.body.insert(header, ast.Import(names=[ast.alias(name=SWITCH)]))
    return ast.unparse(ast.fix_missing_locations(tree))


def _is_header(node: ast.stmt) -> bool:
    """The module's docstring, or an import from the future: nothing may stand before them."""
    return isinstance(node, ast.Expr) or (isinstance(node, ast.ImportFrom) and node.module == "__future__")


def _tagged(tree: ast.Module, guard: Guard) -> ast.AST:
    """What a tag stands on: the operand that ends on its line, or the statement whose head holds the line."""
    best: ast.AST | None = None
    for node in ast.walk(tree):
        if isinstance(node, ast.stmt):
            body = getattr(node, "body", None)
            last = body[0].lineno - 1 if body else node.end_lineno or node.lineno
            if node.lineno <= guard.line <= last and not isinstance(best, ast.expr):
                best = node
        elif isinstance(node, ast.BoolOp) and node.lineno != node.end_lineno:
            for operand in node.values:
                if operand.lineno <= guard.line == operand.end_lineno:
                    best = operand
    if best is None:
        raise TagError(f"{guard}: nothing stands here")
    return best


class _Switcher(ast.NodeTransformer):
    """Puts a question to the switch into each guard."""

    def __init__(self, wanted: dict[int, Guard]) -> None:
        self.wanted = wanted

    def visit(self, node: ast.AST) -> ast.AST:
        guard = self.wanted.get(id(node))
        self.generic_visit(node)
        if isinstance(node, ast.BoolOp):
            node.values = [self.operand(node.op, value) for value in node.values]
        if guard is None or isinstance(node, ast.expr):
            return node
        return self.statement(node, guard)

    def operand(self, op: ast.boolop, value: ast.expr) -> ast.expr:
        guard = self.wanted.get(id(value))
        if guard is None:
            return value
        return _or_off(value, guard) if isinstance(op, ast.And) else _and_on(value, guard)

    def statement(self, node: ast.AST, guard: Guard) -> ast.AST:
        if isinstance(node, ast.If):
            node.test = _and_on(node.test, guard)
        elif isinstance(node, ast.For):
            node.body.insert(0, ast.If(test=_not(_ask(guard)), body=[ast.Continue()], orelse=[]))
        elif isinstance(node, (ast.Return, ast.Assign)) and isinstance(node.value, ast.IfExp):
            node.value.test = _other_branch(node.value, guard)
        elif isinstance(node, ast.Return) and node.value is not None:
            node.value = _or_off(node.value, guard)
        elif isinstance(node, (ast.Raise, ast.Expr)):
            return ast.If(test=_ask(guard), body=[node], orelse=[])
        else:
            raise TagError(f"{guard}: a tag cannot stand on this kind of statement")
        return node


def _ask(guard: Guard) -> ast.expr:
    switch = ast.Attribute(value=ast.Name(id=SWITCH, ctx=ast.Load()), attr="on", ctx=ast.Load())
    return ast.Call(func=switch, args=[ast.Constant(value=guard.number)], keywords=[])


def _not(value: ast.expr) -> ast.expr:
    return ast.UnaryOp(op=ast.Not(), operand=value)


def _and_on(value: ast.expr, guard: Guard) -> ast.expr:
    return ast.BoolOp(op=ast.And(), values=[value, _ask(guard)])


def _or_off(value: ast.expr, guard: Guard) -> ast.expr:
    return ast.BoolOp(op=ast.Or(), values=[value, _not(_ask(guard))])


def _other_branch(value: ast.IfExp, guard: Guard) -> ast.expr:
    def refuses(branch: ast.expr) -> bool:
        return isinstance(branch, ast.Constant) and branch.value in (None, False)

    if refuses(value.orelse):
        return _or_off(value.test, guard)
    if refuses(value.body):
        return _and_on(value.test, guard)
    raise TagError(f"{guard}: neither branch is None or False")
