"""Who may import and call what: finer than the linters' whole-file exemptions."""

from __future__ import annotations

import ast
import tomllib
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[2] / "vcverify"
MODULES = sorted(PACKAGE.rglob("*.py"))

NETWORK = {
    "asyncio",
    "ftplib",
    "http",
    "requests",
    "smtplib",
    "socket",
    "socketserver",
    "ssl",
    "urllib.request",
    "urllib3",
}
DECODERS = {"json.load", "json.loads", "json.JSONDecoder"}
CLOCK = {"time.time", "time.time_ns"}
CLOCK_METHODS = {"now", "utcnow", "today"}


def name_of(path: Path) -> str:
    return str(path.relative_to(PACKAGE))


def imported(tree: ast.AST) -> set[str]:
    """Dotted names that a module imports: of modules, and of names in modules."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def used(tree: ast.AST) -> set[str]:
    """`a.b` for every attribute of a plain name."""
    return {
        f"{node.value.id}.{node.attr}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
    }


def users(predicate: object) -> set[str]:
    assert callable(predicate)
    return {name_of(path) for path in MODULES if predicate(ast.parse(path.read_bytes()))}


def test_only_the_https_loader_can_open_a_socket() -> None:
    """Offline by default holds only if there is one door, and it is shut."""

    def opens(tree: ast.AST) -> bool:
        return any(name == banned or name.startswith(banned + ".") for name in imported(tree) for banned in NETWORK)

    assert users(opens) <= {"loading/https.py"}


def test_only_the_verifier_and_the_cache_on_disk_read_the_wall_clock() -> None:
    """One instant a run: a report replays only if nothing else knows what time it is. Entries of a cache grow old."""

    def reads(tree: ast.AST) -> bool:
        calls = (node.func for node in ast.walk(tree) if isinstance(node, ast.Call))
        by_method = any(isinstance(func, ast.Attribute) and func.attr in CLOCK_METHODS for func in calls)
        return by_method or bool((used(tree) | imported(tree)) & CLOCK)

    assert users(reads) <= {"verifier.py", "loading/cache.py"}


def test_only_jsontypes_decodes_json() -> None:
    """Every other decoder takes duplicate members, NaN and any depth."""
    assert users(lambda tree: bool((used(tree) | imported(tree)) & DECODERS)) <= {"jsontypes.py"}


def test_every_module_has_its_layer() -> None:
    """A module without a layer could import anything."""
    project = tomllib.loads((PACKAGE.parent / "pyproject.toml").read_text("utf-8"))
    (contract,) = project["tool"]["importlinter"]["contracts"]
    layers = {name.strip(" ()") for layer in contract["layers"] for name in layer.split(":")}
    modules = {path.stem for path in PACKAGE.glob("*.py")} | {
        path.parent.name for path in PACKAGE.glob("*/__init__.py")
    }
    assert modules - {"__init__", PACKAGE.name} - layers == set()
    assert contract["exhaustive"] is True


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_module_fits_in_one_reading(path: Path) -> None:
    """One module, one idea: past 450 lines there are two."""
    assert len(path.read_text("utf-8").splitlines()) <= 450


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_module_says_what_it_is(path: Path) -> None:
    """The first line of a module is the shortest documentation there is."""
    assert ast.get_docstring(ast.parse(path.read_bytes()))
