"""Writes `test_vectors/`: the cases, and the documents that the README shows.

    python tests/cases/build.py             rewrites them
    python tests/cases/build.py --check     says what would change; exit 1 if anything does

Every key, date and id is fixed, so two runs write the same bytes.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VECTORS = ROOT / "test_vectors"

if __name__ == "__main__":  # `cases` is the folder beside which tests run; as a script it has to be found
    sys.path += [str(ROOT / "tests"), str(ROOT)]

from cases.families import FAMILIES  # noqa: E402
from cases.registry import Case  # noqa: E402
from cases.showcase import complete_badge  # noqa: E402
from cases.transcript import transcript  # noqa: E402


def all_cases() -> Iterator[Case]:
    """Every case, by id."""
    seen: set[str] = set()
    for family in FAMILIES:
        for case in family.cases:
            if case.file_name in seen:
                raise ValueError(f"two cases are named {case.id}")
            seen.add(case.file_name)
            yield case


def rendered(value: object) -> bytes:
    return (json.dumps(value, indent=1, ensure_ascii=False) + "\n").encode()


def files() -> dict[Path, bytes]:
    """Every generated file: its path below `test_vectors` and its bytes."""
    result = {}
    for case in all_cases():
        try:
            result[Path("cases") / case.file_name] = rendered(case.to_json())
        except Exception as error:
            raise RuntimeError(f"{case.id} cannot be built: {error}") from error
    result[Path("clr/transcript.json")] = rendered(transcript())
    result[Path("badge/badge.json")] = rendered(complete_badge())
    return result


def differences(expected: dict[Path, bytes], folder: Path) -> list[str]:
    """What the folder has that differs from what was built, one line each."""
    found = []
    present = {
        path.relative_to(folder) for part in ("cases", "clr", "badge") for path in (folder / part).glob("*.json")
    }
    for path in sorted(expected.keys() | present):
        if path not in present:
            found.append(f"missing: {path}")
        elif path not in expected:
            found.append(f"not built: {path}")
        elif (folder / path).read_bytes() != expected[path]:
            found.append(f"differs: {path}")
    return found


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Builds test_vectors/.")
    parser.add_argument("--check", action="store_true", help="change nothing; exit 1 if anything would change")
    options = parser.parse_args(arguments)
    built = files()
    changes = differences(built, VECTORS)
    for line in changes:
        print(line)
    if options.check:
        return 1 if changes else 0
    for path, body in built.items():
        (VECTORS / path).parent.mkdir(parents=True, exist_ok=True)
        (VECTORS / path).write_bytes(body)
    for line in changes:
        kind, _, name = line.partition(": ")
        if kind == "not built":
            (VECTORS / name).unlink()
    print(f"{len(built)} files, {len(changes)} changed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
