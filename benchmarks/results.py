"""What a run found: the machine, the tables, the goals."""

from __future__ import annotations

import os
import platform
import statistics
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from benchmarks import imports, memory
from benchmarks.documents import Kind
from benchmarks.roster import FLOOR, NOT_COMPARED, OURS, OUTER, OUTER_FLOOR, OUTER_OURS, PYLD, Entrant
from benchmarks.running import Outcome, Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """A goal of the project, and what this run says of it: `met` is None where it was not measured."""

    name: str
    goal: str
    measured: str
    met: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """Everything that is printed and written."""

    kinds: Sequence[Kind]
    entrants: Sequence[Entrant]
    outcome: Outcome
    plan: Plan
    memory: memory.Memory | None = None
    cold_start: imports.ColdStart | None = None
    date: datetime

    # --- goals ------------------------------------------------------------------------------------

    def goals(self) -> list[Goal]:
        """Each goal of the hot path with its measured figure."""
        found = [
            self._at_most("small badge: whole verify()", "badge", OURS, FLOOR, 3, "floors"),
            self._at_most("small badge as a token, EdDSA: whole verify()", "badge-jwt", OURS, FLOOR, 2.5, "floors"),
            self._at_most(
                "small badge as a token, ES256: whole verify()", "badge-jwt-es256", OURS, FLOOR, 2.5, "floors"
            ),
            self._at_most("CLR, 100 signed members: whole verify()", "clr-100", OURS, FLOOR, 4, "floors"),
        ]
        for size in (10, 100, 1000):
            ratio = self.outcome.ratio(f"clr-{size}", PYLD.name, OUTER_OURS.name)
            found.append(
                Goal(
                    name=f"CLR, {size:,} members: outer proof",
                    goal="at least 25 times as fast as PyLD",
                    measured=f"{ratio:.1f} times" if ratio else "not measured",
                    met=ratio >= 25 if ratio else None,
                )
            )
        found += [
            self._linear("linear in members: outer proof", "", OUTER_OURS, "1,000 members cost at most 11 times 100"),
            self._linear("linear in members: whole verify()", "", OURS, "1,000 members cost at most 11 times 100"),
            self._linear(
                "linear in associations: whole verify()",
                "-associated",
                OURS,
                "1,000 members with 2,000 associations cost at most 11 times 100 with 200",
            ),
        ]
        found.extend(self._ahead(kind) for kind in self.kinds if kind.size is not None)
        if self.memory is not None:
            peak, growth = self.memory.peak / memory.MIB, self.memory.growth / memory.MIB
            found += [
                Goal(
                    name=f"memory: CLR of {self.memory.members:,} members",
                    goal=f"at most {memory.PEAK_GOAL / memory.MIB:.0f} MiB",
                    measured=f"{peak:.0f} MiB",
                    met=self.memory.peak_met,
                ),
                Goal(
                    name=f"memory: {self.memory.badges:,} badges in a row",
                    goal=f"at most {memory.GROWTH_GOAL / memory.MIB:.0f} MiB more",
                    measured=f"{growth:+.1f} MiB",
                    met=self.memory.growth_met,
                ),
            ]
        if self.cold_start is not None:
            found.append(
                Goal(
                    name="cold start: vcverify verify badge.json",
                    goal=f"at most {imports.GOAL:g} times Python with cryptography",
                    measured=f"{self.cold_start.ratio:.2f} times",
                    met=self.cold_start.met,
                )
            )
        return found

    def _at_most(self, name: str, kind: str, entrant: Entrant, to: Entrant, bound: float, unit: str) -> Goal:
        ratio = self.outcome.ratio(kind, entrant.name, to.name)
        return Goal(
            name=name,
            goal=f"at most {bound:g} {unit}",
            measured=f"{ratio:.2f} {unit}" if ratio else "not measured",
            met=ratio <= bound if ratio else None,
        )

    def _linear(self, name: str, suffix: str, entrant: Entrant, goal: str) -> Goal:
        """Ten times the record, against ten times the time and a tenth more."""
        ratio = self.outcome.ratio_of((f"clr-1000{suffix}", entrant.name), (f"clr-100{suffix}", entrant.name))
        return Goal(
            name=name,
            goal=goal,
            measured=f"{ratio:.1f} times" if ratio else "not measured",
            met=ratio <= 11 if ratio else None,
        )

    def _ahead(self, kind: Kind) -> Goal:
        """Our whole `verify()` against whatever the peers do of it."""
        peers = [entrant for entrant in self.entrants if entrant.peer]
        ratios = {peer.title: self.outcome.ratio(kind.name, peer.name, OURS.name) for peer in peers}
        measured = {title: ratio for title, ratio in ratios.items() if ratio is not None}
        nearest = min(measured, key=measured.__getitem__, default=None)
        return Goal(
            name=f"{kind.title}: whole verify() ahead of every peer's outer proof",
            goal="at most the time of the fastest",
            measured=f"{nearest} takes {measured[nearest]:.2f} times as long" if nearest else "no peer took part",
            met=measured[nearest] >= 1 if nearest else None,
        )

    # --- what is written --------------------------------------------------------------------------

    def to_dict(self) -> dict[str, Any]:
        kinds = [
            {
                "name": kind.name,
                "title": kind.title,
                "members": kind.members,
                "signatures": kind.signatures,
                "contestants": [self._figures(kind, entrant) for entrant in self.entrants],
            }
            for kind in self.kinds
        ]
        return {
            "date": self.date.isoformat(timespec="seconds"),
            "machine": machine(),
            "rounds": self.plan.rounds,
            "clock": self.plan.clock,
            "kinds": kinds,
            "hostile": self.outcome.hostile,
            "absent": self.outcome.absent,
            "versions": self.outcome.versions,
            "memory": asdict(self.memory) if self.memory else None,
            "cold_start": asdict(self.cold_start) if self.cold_start else None,
            "goals": [asdict(goal) for goal in self.goals()],
        }

    def _figures(self, kind: Kind, entrant: Entrant) -> dict[str, Any]:
        samples = self.outcome.samples.get(kind.name, {}).get(entrant.name, {})
        if not samples:
            why = self.outcome.absent.get(entrant.name) or self.outcome.unfit.get(kind.name, {}).get(entrant.name, "")
            return {"name": entrant.name, "left_out": why}
        return {
            "name": entrant.name,
            "milliseconds": statistics.median(samples.values()) * 1000,
            "samples": [seconds * 1000 for seconds in samples.values()],
            "to_floor": self.outcome.ratio(kind.name, entrant.name, _floor(entrant).name),
            "to_ours": self.outcome.ratio(kind.name, entrant.name, OURS.name),
        }

    def lines(self) -> dict[str, list[tuple[float, float]]]:
        """For the plot: milliseconds by members."""
        sized = sorted((kind.size, kind.name) for kind in self.kinds if kind.size is not None)
        found: dict[str, list[tuple[float, float]]] = {}
        for entrant in self.entrants:
            costs = [(size, self.outcome.median(name, entrant.name)) for size, name in sized]
            line = [(float(size), cost * 1000) for size, cost in costs if cost is not None]
            if line:
                found[entrant.title] = line
        return found

    # --- what is printed --------------------------------------------------------------------------

    def text(self) -> str:
        """Everything as Markdown, readable as it is."""
        others = [kind for kind in self.kinds if kind.size is None]
        parts = [self.summary()]
        if others:
            parts.append(self._table(others))
        parts.append(self._left_out())
        if self.outcome.hostile:
            parts.append(self._hostile())
        rows = [(goal.name, goal.goal, goal.measured, _VERDICTS[goal.met]) for goal in self.goals()]
        parts.append(_markdown(("goal", "", "measured", ""), rows))
        return "\n\n".join(part for part in parts if part)

    def summary(self) -> str:
        """The table of cost by members, under the date and the kind of machine."""
        about = machine()
        where = f"{about['processor']}, {about['cores']} cores, {about['system']}, {about['python']}"
        unit = "milliseconds" if self.plan.clock == "wall" else "milliseconds of processor time"
        what = f"medians of {self.plan.rounds} rounds in {unit}"
        ratios = "the ratio to the floor of the same task / to our whole `verify()`"
        sized = [kind for kind in self.kinds if kind.size is not None]
        return f"{self.date:%Y-%m-%d}, {where}; {what}, with {ratios}.\n\n{self._table(sized)}"

    def _table(self, kinds: Sequence[Kind]) -> str:
        rows = []
        for entrant in self.entrants:
            if entrant.name in self.outcome.absent:
                rows.append((entrant.title, "absent", *[""] * (len(kinds) - 1)))
            else:
                rows.append((entrant.title, *(self._cell(kind, entrant) for kind in kinds)))
        return _markdown(("", *(kind.title for kind in kinds)), rows)

    def _cell(self, kind: Kind, entrant: Entrant) -> str:
        median = self.outcome.median(kind.name, entrant.name)
        if median is None:
            why = self.outcome.unfit.get(kind.name, {}).get(entrant.name, "")
            return "refuses" if why.startswith("refuses") else "-"
        ratios = (self.outcome.ratio(kind.name, entrant.name, to.name) for to in (_floor(entrant), OURS))
        return f"{_short(median * 1000)} ({' / '.join(_short(ratio) if ratio else '-' for ratio in ratios)})"

    def _left_out(self) -> str:
        lines = [f"- {entrant.title}: {entrant.note}." for entrant in self.entrants if entrant.note]
        lines += [f"- {self._title(name)} is absent: {why}." for name, why in self.outcome.absent.items()]
        reasons: dict[tuple[str, str], list[str]] = {}
        for kind in self.kinds:
            for name, why in self.outcome.unfit.get(kind.name, {}).items():
                reasons.setdefault((name, why), []).append(kind.title)
        lines += [
            f"- {self._title(name)} is not timed on {'; '.join(titles)}: {why}"
            for (name, why), titles in reasons.items()
        ]
        lines += [f"- {names}: not compared, because {why}." for names, why in NOT_COMPARED if self._any_peer()]
        return "\n".join(lines)

    def _hostile(self) -> str:
        judges = [
            entrant for entrant in self.entrants if any(entrant.name in row for row in self.outcome.hostile.values())
        ]
        rows = [
            (entrant.title, *(_told(row.get(entrant.name)) for row in self.outcome.hostile.values()))
            for entrant in judges
        ]
        return _markdown(("hostile blank nodes", *self.outcome.hostile), rows)

    def _title(self, name: str) -> str:
        return next(entrant.title for entrant in self.entrants if entrant.name == name)

    def _any_peer(self) -> bool:
        return any(entrant.environment for entrant in self.entrants)


_VERDICTS: Final = {True: "met", False: "MISSED", None: ""}


def _floor(entrant: Entrant) -> Entrant:
    return OUTER_FLOOR if entrant.task == OUTER else FLOOR


def _told(answer: dict[str, Any] | None) -> str:
    if answer is None or answer["seconds"] is None:
        return "-"
    if answer["accepted"] is None:
        return f"stopped after {answer['seconds']:g} s"
    verdict = "ACCEPTED" if answer["accepted"] else "refused"
    return f"{verdict}, {_short(answer['seconds'] * 1000)} ms"


def _short(number: float) -> str:
    """Three significant digits, no exponent."""
    if number >= 100:
        return f"{number:,.0f}"
    return f"{number:.1f}" if number >= 10 else f"{number:.2f}"


def _markdown(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    widths = [max(len(row[at]) for row in (head, *rows)) for at in range(len(head))]

    def line(cells: Sequence[str]) -> str:
        return "| " + " | ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)) + " |"

    return "\n".join([line(head), "|" + "|".join("-" * (width + 2) for width in widths) + "|", *map(line, rows)])


def machine() -> dict[str, Any]:
    """The kind of machine, in words that name no particular one."""
    return {
        "processor": _processor(),
        "cores": os.cpu_count() or 1,
        "system": f"{platform.system()} {platform.machine()}",
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "executable": Path(sys.executable).name,
    }


def _processor() -> str:
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            names = [line.partition(":")[2].strip() for line in file if line.startswith("model name")]
    except OSError:
        names = []
    return names[0] if names else platform.processor() or "unknown processor"


def today() -> datetime:
    return datetime.now(UTC)
