"""What a command costs before it verifies anything: `python -m benchmarks.imports`.

The whole of `python -m vcverify verify badge.json` next to a bare interpreter that imports
`cryptography` and verifies nothing; in turns, each in a new process.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.documents import small_badge

GOAL: Final = 3.0
"""Times the bare interpreter with `cryptography`."""

_CRYPTOGRAPHY: Final = "from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa"


@dataclass(frozen=True, slots=True, kw_only=True)
class ColdStart:
    """Medians in seconds; `ratio` is the median of the rounds' ratios."""

    bare: float
    with_cryptography: float
    import_vcverify: float
    command: float
    ratio: float

    @property
    def met(self) -> bool:
        return self.ratio <= GOAL


def cold_start(rounds: int = 15) -> ColdStart:
    """The four commands, each checked for its exit status and the last for what it says."""
    with tempfile.TemporaryDirectory() as folder:
        badge = Path(folder) / "badge.json"
        badge.write_text(json.dumps(small_badge(0)), encoding="utf-8")
        commands = {
            "bare": ["-c", "pass"],
            "with_cryptography": ["-c", _CRYPTOGRAPHY],
            "import_vcverify": ["-c", "from vcverify import Verifier; Verifier()"],
            "command": ["-m", "vcverify", "verify", str(badge)],
        }
        if b"passed" not in _timed(commands["command"], folder)[1]:
            raise AssertionError("the command does not say that the badge passed")
        samples: dict[str, list[float]] = {name: [] for name in commands}
        for _ in range(rounds):
            for name, command in commands.items():
                samples[name].append(_timed(command, folder)[0])
    pairs = zip(samples["command"], samples["with_cryptography"], strict=True)
    ratio = statistics.median(command / base for command, base in pairs)
    return ColdStart(ratio=ratio, **{name: statistics.median(values) for name, values in samples.items()})


def _timed(arguments: list[str], folder: str) -> tuple[float, bytes]:
    began = time.perf_counter()
    done = subprocess.run([sys.executable, *arguments], check=True, capture_output=True, cwd=folder, env=_environment())
    return time.perf_counter() - began, done.stdout


def _environment() -> dict[str, str]:
    """Byte code may be written: a second start finds it, as every start but the first does."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def describe(found: ColdStart) -> str:
    rows = (
        ("bare interpreter", found.bare),
        ("bare interpreter, importing cryptography", found.with_cryptography),
        ("importing vcverify, making a verifier", found.import_vcverify),
        ("python -m vcverify verify badge.json", found.command),
    )
    lines = [f"{title:42} {seconds * 1000:7.0f} ms" for title, seconds in rows]
    return "\n".join(
        [*lines, f"{found.ratio:.2f} times; the goal is at most {GOAL:g}: {'met' if found.met else 'MISSED'}"]
    )


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.imports", description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    print(describe(cold_start(parser.parse_args().rounds)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
