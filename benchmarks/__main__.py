"""The whole benchmark: `python -m benchmarks`."""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks import imports, memory, plot
from benchmarks.documents import kinds
from benchmarks.results import Results, today
from benchmarks.roster import ENTRANTS, OURS, OUTER_OURS, default_folder
from benchmarks.running import Plan, WrongAnswer, run

PARTS = ("rounds", "hostile", "memory", "imports")


def main(argv: Sequence[str] | None = None) -> int:
    """Exit status 1 where one of ours gave a wrong answer; a missed goal is no failure."""
    options = _command_line().parse_args(argv)
    parts = options.part or PARTS
    rounds, seconds = (3, 2.0) if options.quick else (7, 12.0)
    plan = Plan(rounds=options.rounds or rounds, seconds=seconds, clock=options.clock)
    sizes = options.members or ((10, 100) if options.quick else (10, 100, 1000))
    chosen = [kind for kind in kinds(tuple(sizes), quick=options.quick) if _wanted(kind.name, options.only)]
    entrants = [entrant for entrant in ENTRANTS if _wanted(entrant.name, options.contestants)]
    if not chosen or not entrants:
        print("nothing of that name takes part", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as folder:
        try:
            outcome = run(
                chosen if "rounds" in parts else [],
                entrants if {"rounds", "hostile"} & set(parts) else [],
                Path(folder),
                options.peers,
                plan,
                with_hostile="hostile" in parts,
            )
        except WrongAnswer as error:
            print(error, file=sys.stderr)
            return 1
    results = Results(
        kinds=chosen if "rounds" in parts else [],
        entrants=entrants,
        outcome=outcome,
        plan=plan,
        memory=(memory.memory(max(sizes), 500 if options.quick else 10_000) if "memory" in parts else None),
        cold_start=imports.cold_start(5 if options.quick else 15) if "imports" in parts else None,
        date=today(),
    )
    print(results.text())
    if options.json:
        options.json.write_text(json.dumps(results.to_dict(), indent=1) + "\n", encoding="utf-8")
    lines = results.lines()
    if options.plot and lines:
        title = "One verification in milliseconds, by members"
        options.plot.write_text(plot.draw(lines, title=title, bold=(OURS.title, OUTER_OURS.title)), encoding="utf-8")
    for page in options.insert:
        drawn = ""
        if options.plot and lines:
            where = os.path.relpath(options.plot.resolve(), page.resolve().parent)
            drawn = f"![Cost against members]({Path(where).as_posix()})\n\n"
        _insert(page, {"all": drawn + results.text(), "table": results.summary()})
    return 0


def _insert(page: Path, texts: Mapping[str, str]) -> None:
    """Writes each text between the page's lines `<!-- benchmarks: NAME -->` and `<!-- /benchmarks -->`."""
    text = page.read_text(encoding="utf-8")
    for name, found in texts.items():
        begin, end = f"<!-- benchmarks: {name} -->", "<!-- /benchmarks -->"
        before, mark, rest = text.partition(f"{begin}\n")
        if mark:
            text = f"{before}{begin}\n\n{found}\n\n{end}{rest.partition(end)[2]}"
    page.write_text(text, encoding="utf-8")


def _wanted(name: str, asked: list[str] | None) -> bool:
    return asked is None or any(
        name == item or name.startswith(item.removesuffix("*")) * item.endswith("*") for item in asked
    )


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


def _sizes(text: str) -> list[int]:
    return sorted({int(size) for size in _names(text)})


def _parts(text: str) -> list[str]:
    names = _names(text)
    if set(names) - set(PARTS):
        raise argparse.ArgumentTypeError(f"the parts are {', '.join(PARTS)}")
    return names


def _command_line() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description="What a verification costs; docs/benchmarks.md"
    )
    parser.add_argument("--quick", action="store_true", help="fewer documents, rounds and sizes: a minute or two")
    parser.add_argument(
        "--only", type=_names, metavar="KINDS", help="kinds of documents, with commas: badge,clr-100,clr-*"
    )
    parser.add_argument("--contestants", type=_names, metavar="NAMES", help="who takes part: floor,vcverify,pyld")
    parser.add_argument("--part", type=_parts, metavar="PARTS", help=f"of {', '.join(PARTS)}; all unless given")
    parser.add_argument("--members", type=_sizes, metavar="SIZES", help="members of the records: 10,100,1000")
    parser.add_argument("--rounds", type=int, metavar="COUNT", help="samples of each contestant; 7, or 3 with --quick")
    parser.add_argument(
        "--clock", choices=("wall", "cpu"), default="wall", help="cpu: processor time, for machines that are busy"
    )
    parser.add_argument("--peers", type=Path, default=default_folder(), metavar="FOLDER", help="default: %(default)s")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write everything that was measured")
    parser.add_argument(
        "--insert", type=Path, action="append", default=[], metavar="PAGE", help="write the tables into a Markdown page"
    )
    parser.add_argument("--plot", type=Path, metavar="FILE", help="write cost against members as SVG")
    return parser


if __name__ == "__main__":
    sys.exit(main())
