"""`vcverify explain`: the catalogue of problems, one entry or all; also the source of docs/problems.md."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from typing import Any, Final

from vcverify.cli.terminal import Terminal
from vcverify.jsontypes import pretty
from vcverify.problems import CATALOGUE, TYPE_PREFIX, Kind, Severity

_EFFECT: Final = {
    Severity.ERROR: "error: the document is not verified",
    Severity.INCONCLUSIVE: "inconclusive: it could not be decided",
    Severity.WARNING: "warning: verified nevertheless",
}


def run(arguments: Namespace, terminal: Terminal) -> int:
    """Explains a code, or lists all. Answers 2 for a code that does not exist."""
    if arguments.code is None:
        terminal.say(_all(arguments.format))
        return 0
    code = arguments.code.removeprefix(TYPE_PREFIX)
    kind = CATALOGUE.get(code)
    if kind is None:
        terminal.complain(f"there is no code {code!r}{_near(code)}")
        return 2
    if arguments.format == "json":
        terminal.say(pretty(_as_json(kind)))
    elif arguments.format == "markdown":
        terminal.say("\n".join(_entry(kind)))
    else:
        for line in _lines(kind):
            terminal.say(line)
    return 0


def markdown() -> str:
    """The whole catalogue as docs/problems.md has it."""
    lines = [
        "# Problems",
        "",
        "Every code that a report can carry. Written by `vcverify explain --format markdown`; a test holds it current.",
        "",
        "The severity is the default: an *error* means not verified, *inconclusive* that it could not be decided, a",
        "*warning* changes nothing. A policy may grade a code otherwise (`severities`), unless the code is *fixed*.",
        "",
        "| code | severity | check | meaning |",
        "|---|---|---|---|",
    ]
    lines += [
        f"| [`{kind.code}`](#{_anchor(kind.code)}) | {_severity(kind)} | `{kind.check}` | {kind.title} |"
        for kind in CATALOGUE.values()
    ]
    for kind in CATALOGUE.values():
        lines += ["", *_entry(kind)]
    return "\n".join(lines)


def _all(form: str) -> str:
    if form == "markdown":
        return markdown()
    if form == "json":
        return pretty([_as_json(kind) for kind in CATALOGUE.values()])
    width = max(map(len, CATALOGUE))
    return "\n".join(f"{kind.code:<{width}}  {kind.severity.value:<12}  {kind.title}" for kind in CATALOGUE.values())


def _lines(kind: Kind) -> Iterator[str]:
    yield f"{kind.code}: {kind.title}"
    yield ""
    yield f"  severity  {_EFFECT[kind.severity]}" + (" (fixed: no policy can change it)" if kind.fixed else "")
    yield f"  check     {kind.check}"
    if kind.spec:
        yield f"  spec      {kind.spec}"
    if kind.remedy:
        yield f"  remedy    {kind.remedy}"
    if not kind.fixed:
        yield ""
        yield f'  A policy file can grade it otherwise: severities = {{ "{kind.code}" = "warning" }}'


def _entry(kind: Kind) -> Iterator[str]:
    yield f"## {kind.code}"
    yield ""
    yield f"{kind.title}."
    yield ""
    yield f"- Severity: {_severity(kind)}; check: `{kind.check}`"
    if kind.spec:
        yield f"- Specified in: {kind.spec}"
    if kind.remedy:
        yield f"- What mends it: {kind.remedy}"


def _severity(kind: Kind) -> str:
    return kind.severity.value + (", fixed" if kind.fixed else "")


def _anchor(code: str) -> str:
    """The anchor that renderers make of the heading: lower case, dots dropped."""
    return code.replace(".", "")


def _as_json(kind: Kind) -> dict[str, Any]:
    return {
        "code": kind.code,
        "title": kind.title,
        "severity": kind.severity.value,
        "fixed": kind.fixed,
        "check": kind.check,
        "spec": kind.spec,
        "remedy": kind.remedy,
        "type": TYPE_PREFIX + kind.code,
    }


def _near(code: str) -> str:
    """`; near it are ...`: codes of like spelling, else those with a word of it."""
    from difflib import get_close_matches

    asked = code[:64].lower()
    found = get_close_matches(asked, CATALOGUE, n=3, cutoff=0.85)
    if not found:
        words = {word for word in _words(asked) if len(word) > 3}
        alike = [name for name in CATALOGUE if words & set(_words(name))]
        found = alike[:6] or get_close_matches(asked, CATALOGUE, n=3, cutoff=0.6)
    return f"; near it are {', '.join(found)}" if found else "; `vcverify explain` lists them all"


def _words(code: str) -> list[str]:
    return code.replace(".", "-").split("-")
