"""What the package needs, and under which licences: `docs/dependencies.md`, from the metadata of what is installed.

    python tools/licences.py > docs/dependencies.md

in an environment with the extra `test`, whose packages are told too.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PAGE = """\
# Dependencies and their licences

Made by `python tools/licences.py > docs/dependencies.md` from what the packages say of themselves; a test holds it to what is
installed. Licences are [SPDX](https://spdx.org/licenses/) identifiers. Nothing of these packages is copied into the wheel; what is
(contexts and JSON Schemas) stands with its licences in `NOTICE` and `schemas/SOURCES.toml`.

All floors are tested, and so are the newest versions: `.ci/run` runs the tests with a fresh resolution of `.[test]`, and the unit and
conformance tests once more with every direct dependency at its floor. Versions in use are told by the bill of materials:

    pip install cyclonedx-bom && python tools/sbom.py > sbom.json

## What the package needs

"""
TEST_HEAD = """
## What the tests need beyond

"""

CHECKOUT = Path(__file__).resolve().parent.parent
SAME: dict[str, str] = {
    "apache 2.0": "Apache-2.0",
    "apache software license": "Apache-2.0",
    "bsd 2-clause license": "BSD-2-Clause",
    "bsd 3-clause license": "BSD-3-Clause",
    "mit license": "MIT",
    "mozilla public license 2.0 (mpl 2.0)": "MPL-2.0",
    "psfl": "PSF-2.0",
    "python software foundation license": "PSF-2.0",
}
"""What packages write for an SPDX identifier."""

_IDENTIFIERS = re.compile(r"[A-Za-z][A-Za-z0-9.-]*[0-9a-zA-Z](?: (?:OR|AND|WITH) [A-Za-z][A-Za-z0-9.-]*)*")


@dataclass(slots=True)
class Needed:
    """A distribution, by its normal name, and who asks for it."""

    distribution: metadata.Distribution
    floor: str = ""
    by: set[str] = field(default_factory=set)


def closure(requirements: Iterable[str], path: list[str] | None = None) -> dict[str, Needed]:
    """Everything installed that the requirements lead to.

    Args:
        path: Where packages are installed, as `sys.path`; that of this interpreter unless given.

    Raises:
        PackageNotFoundError: something is not installed.
    """
    found: dict[str, Needed] = {}
    entered: set[tuple[str, str]] = set()
    waiting = [(Requirement(text), "", "") for text in requirements]
    while waiting:
        requirement, asked, by = waiting.pop()
        if requirement.marker is not None and not requirement.marker.evaluate({"extra": asked}):
            continue
        name = canonicalize_name(requirement.name)
        needed = found.get(name)
        if needed is None:
            needed = found[name] = Needed(_installed(name, path))
        if by:
            needed.by.add(by)
        else:
            needed.floor = str(requirement.specifier)
        for option in ("", *requirement.extras):
            if (name, option) not in entered:
                entered.add((name, option))
                waiting += [(Requirement(text), option, name) for text in needed.distribution.requires or ()]
    return found


def _installed(name: str, path: list[str] | None) -> metadata.Distribution:
    found = metadata.distributions(name=name, path=sys.path if path is None else path)
    for distribution in found:
        return distribution
    raise metadata.PackageNotFoundError(name)


def requirements(extra: str = "") -> list[str]:
    """What the package asks for, by itself or for an extra."""
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text("utf-8"))["project"]
    asked: list[str] = project["optional-dependencies"][extra] if extra else project["dependencies"]
    return asked


def own() -> tuple[dict[str, Needed], dict[str, Needed]]:
    """What the package needs, and what its tests need beyond that."""
    runtime = closure(requirements())
    tests = closure([*requirements(), *requirements("test")])
    return runtime, {name: needed for name, needed in tests.items() if name not in runtime}


def licence(distribution: metadata.Distribution) -> str:
    """The SPDX expression that the distribution says, in whichever way.

    Raises:
        LookupError: it says nothing that is known here.
    """
    fields = distribution.metadata
    said = [*(fields.get_all("License-Expression") or ()), *(fields.get_all("License") or ())]
    classifiers = [text.rpartition(" :: ")[2] for text in fields.get_all("Classifier") or () if "License ::" in text]
    for text in (*said, *(classifiers if len(classifiers) == 1 else ()), _first_line(distribution)):
        known = SAME.get(text.strip().lower()) if text else None
        if known is None and text and _IDENTIFIERS.fullmatch(text.strip()):
            known = text.strip()
        if known is not None:
            return known
    raise LookupError(f"{fields['Name']} does not say its licence")


def _first_line(distribution: metadata.Distribution) -> str:
    """Of its licence file, which mostly is the licence's name."""
    for file in distribution.files or ():
        if file.name.upper().startswith("LICEN") and file.suffix in ("", ".txt", ".md"):
            lines = file.read_text().splitlines() or [""]
            return lines[0]
    return ""


def page() -> str:
    """The whole of `docs/dependencies.md`."""
    runtime, tests = own()
    return PAGE + _table(runtime) + TEST_HEAD + _table(tests)


def _table(needed: dict[str, Needed]) -> str:
    lines = ["| distribution | licence | floor | needed by |", "|---|---|---|---|"]
    for name in sorted(needed):
        item = needed[name]
        lines.append(
            f"| {name} | {licence(item.distribution)} | {item.floor or '-'} | {', '.join(sorted(item.by)) or '-'} |"
        )
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(page(), end="")
