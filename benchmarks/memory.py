"""What a verification holds in memory: `python -m benchmarks.memory`.

The peak of a fresh process that verifies one record, and whether a process that verifies many
badges, no two alike, keeps what it has seen.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from benchmarks.documents import record, small_badge

MIB: Final = 1024 * 1024

PEAK_GOAL: Final = 150 * MIB
GROWTH_GOAL: Final = 4 * MIB
"""Between the first fifth of many badges and the last: what the allocator may round up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """In bytes; `peak` and `idle` (a process that has verified one badge) are resident sets."""

    members: int
    document: int
    idle: int
    peak: int
    badges: int
    growth: int

    @property
    def peak_met(self) -> bool:
        return self.peak <= PEAK_GOAL

    @property
    def growth_met(self) -> bool:
        return self.growth <= GROWTH_GOAL


def memory(members: int = 1000, badges: int = 10_000) -> Memory:
    """Both measurements, each in a process of its own, each with its answers checked there."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        badge, many, large = folder / "badge.json", folder / "badges.jsonl", folder / "record.json"
        badge.write_text(json.dumps(small_badge(0)), encoding="utf-8")
        large.write_text(json.dumps(record(0, members)), encoding="utf-8")
        with many.open("w", encoding="utf-8") as file:
            file.writelines(json.dumps(small_badge(number)) + "\n" for number in range(badges))
        row = _measured("row", many)
        return Memory(
            members=members,
            document=large.stat().st_size,
            idle=_measured("one", badge)["peak"],
            peak=_measured("one", large)["peak"],
            badges=badges,
            growth=row["last"] - row["first"],
        )


def _measured(what: str, path: Path) -> dict[str, Any]:
    command = [sys.executable, "-c", _PROBE, what, str(path)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=path.parent)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


# The process that is measured imports nothing of ours but the package. Linux counts a process's own peak in
# VmHWM; `ru_maxrss` would include the peak of the process that started it.
_PROBE: Final = """
import json, sys
from vcverify import Verifier

def status(name):
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) * 1024 for line in file if line.startswith(name + ":"))

what, path = sys.argv[1:]
verifier = Verifier()
if what == "one":
    with open(path, "rb") as file:
        data = file.read()
    report = verifier.verify(data)
    assert report, report
    print(json.dumps({"peak": status("VmHWM")}))
else:
    with open(path, "rb") as file:
        lines = sum(1 for _ in file)
        file.seek(0)
        for number, line in enumerate(file, start=1):
            report = verifier.verify(line)
            assert report, report
            if number == max(1, lines // 5):
                first = status("VmRSS")
    print(json.dumps({"first": first, "last": status("VmRSS")}))
"""


def describe(found: Memory) -> str:
    peak, growth = ("met" if met else "MISSED" for met in (found.peak_met, found.growth_met))
    record = f"a record of {found.members:,} members ({found.document / 1e6:.1f} MB)"
    row = f"{found.badges:,} badges in a row"
    return f"""\
a badge: {found.idle / MIB:.0f} MiB at most
{record}: {found.peak / MIB:.0f} MiB at most; the goal is {PEAK_GOAL / MIB:.0f}: {peak}
{row}: {found.growth / MIB:+.1f} MiB from the first fifth to the end; the goal is {GROWTH_GOAL / MIB:.0f}: {growth}"""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.memory", description=__doc__)
    parser.add_argument("--members", type=int, default=1000)
    parser.add_argument("--badges", type=int, default=10_000)
    options = parser.parse_args()
    print(describe(memory(options.members, options.badges)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
