"""The bill of materials of an installation: CycloneDX 1.6 in JSON, on standard output.

    pip install cyclonedx-bom && python tools/sbom.py > sbom.json

`cyclonedx-bom` lists what is installed for an interpreter (this one, unless `--python` names another) and validates the
list against CycloneDX's schema; what the package does not need, such as the tools of its tests, is left out here. The
same installation gives the same bytes: no time, no serial number.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from licences import Needed, closure, licence, requirements
from packaging.utils import canonicalize_name

CHECKOUT = Path(__file__).resolve().parent.parent


def installed(python: str) -> Any:
    """The bill of materials of everything that is installed for an interpreter."""
    command = [sys.executable, "-m", "cyclonedx_py", "environment", "--output-reproducible", "--validate"]
    command += ["--output-format", "JSON", "--spec-version", "1.6", "--mc-type", "library"]
    command += ["--pyproject", str(CHECKOUT / "pyproject.toml"), python]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE)
    return json.loads(done.stdout)


def needed(bill: Any, distributions: dict[str, Needed]) -> Any:
    """The same with nothing but the package and these distributions, each with its licence."""
    root = bill["metadata"]["component"]["bom-ref"]
    kept = [
        {**component, "licenses": _licences(distributions[name])}
        for component in bill["components"]
        if (name := canonicalize_name(component["name"])) in distributions
    ]
    refs = {root, *(component["bom-ref"] for component in kept)}
    entries = [
        {**entry, "dependsOn": sorted(refs.intersection(entry.get("dependsOn", ())))} for entry in bill["dependencies"]
    ]
    return {**bill, "components": kept, "dependencies": [entry for entry in entries if entry["ref"] in refs]}


def _licences(item: Needed) -> list[Any]:
    said = licence(item.distribution)
    return [{"expression": said}] if " " in said else [{"license": {"id": said}}]


def search_path(python: str) -> list[str]:
    """Where the interpreter looks for packages."""
    code = "import json, sys; print(json.dumps(sys.path[1:]))"
    path: list[str] = json.loads(subprocess.run([python, "-c", code], check=True, stdout=subprocess.PIPE).stdout)
    return path


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--python", default=sys.executable, help="the interpreter whose installation is listed")
    python = parser.parse_args(arguments).python
    distributions = closure(requirements(), search_path(python))
    print(json.dumps(needed(installed(python), distributions), indent=2, sort_keys=True))


if __name__ == "__main__":
    main()
