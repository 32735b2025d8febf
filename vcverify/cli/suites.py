"""`vcverify suites`: what is installed, and what of it is accepted unless a policy says otherwise."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from typing import Any

from vcverify.cli.terminal import Terminal
from vcverify.jsontypes import pretty
from vcverify.problems import printable


def run(arguments: Namespace, terminal: Terminal) -> int:
    """Lists suites and DID methods; answers 0."""
    suites, methods = _suites(), _methods()
    if arguments.format == "json":
        terminal.say(pretty({"suites": suites, "resolvers": methods}))
        return 0
    rows = [(row["name"], "yes" if row["accepted"] else "no", ", ".join(row["keys"]), row["source"]) for row in suites]
    _table(terminal, ("signature suite", "accepted", "keys", "from"), rows)
    terminal.say()
    _table(terminal, ("DID method", "from"), [(row["method"], row["source"]) for row in methods])
    terminal.say()
    terminal.say("Accepted means: by the default policy. `suites` in a policy file names others.")
    return 0


def _suites() -> list[dict[str, Any]]:
    from vcverify.policy import DEFAULT_SUITES
    from vcverify.suites import builtin, installed

    return [
        {
            "name": name,
            "proofType": suite.proof_type,
            "accepted": name in DEFAULT_SUITES,
            "keys": [str(kind) for kind in getattr(suite, "keys", ())],
            "source": "vcverify" if name in builtin() else "plug-in",
        }
        for name, suite in sorted(installed().items())
    ]


def _methods() -> list[dict[str, str]]:
    from vcverify.identifiers.resolvers import BUILT_IN, installed_resolvers

    return [
        {"method": f"did:{method}", "source": "vcverify" if method in BUILT_IN else "plug-in"}
        for method in sorted(installed_resolvers())
    ]


def _table(terminal: Terminal, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    shown = [[printable(cell) for cell in row] for row in rows]
    widths = [max(len(row[at]) for row in (heads, *shown)) for at in range(len(heads))]
    for row in (heads, ["-" * width for width in widths], *shown):
        terminal.say("  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip())
