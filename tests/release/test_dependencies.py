"""What is said of the dependencies is so, and what is built twice is the same."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from conftest import CHECKOUT

PERMISSIVE = {
    "0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "LGPL-3.0-only", "MIT", "MIT-0", "MPL-2.0", "PSF-2.0",
}  # fmt: skip
"""Licences under which an unmodified package may be installed beside a program of any licence."""


def tool(name: str, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(CHECKOUT / "tools"))
    spec = importlib.util.spec_from_file_location(name, CHECKOUT / "tools" / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, name, module)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def licences(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    return tool("licences", monkeypatch)


def listed() -> dict[str, list[str]]:
    """The rows of docs/dependencies.md by distribution: licence, floor, needed by."""
    lines = (CHECKOUT / "docs" / "dependencies.md").read_text("utf-8").splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| ")]
    return {name: cells for name, *cells in rows if name != "distribution"}


def test_every_dependency_is_listed_with_its_licence(licences: ModuleType) -> None:
    """Whoever approves the package for use has to know what comes with it, however deep."""
    runtime, tests = licences.own()
    table = listed()
    for name, needed in {**runtime, **tests}.items():
        assert table[name][0] == licences.licence(needed.distribution), name


def test_the_floors_that_are_listed_are_the_projects(licences: ModuleType) -> None:
    """The list and `pyproject.toml` name the same packages."""
    asked = [licences.Requirement(text) for text in (*licences.requirements(), *licences.requirements("test"))]
    floors = {licences.canonicalize_name(requirement.name): str(requirement.specifier) for requirement in asked}
    assert floors == {name: cells[1] for name, cells in listed().items() if cells[1] != "-"}


def test_no_licence_asks_for_more_than_a_notice(licences: ModuleType) -> None:
    """A licence outside the list is for a person to look at, before it is added."""
    for name, (said, *_) in listed().items():
        assert any(set(choice.split(" AND ")) <= PERMISSIVE for choice in said.split(" OR ")), (name, said)


def bill_of(python: str) -> bytes:
    command = [sys.executable, str(CHECKOUT / "tools" / "sbom.py"), "--python", python]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout


def test_the_bill_of_materials_names_what_is_needed(licences: ModuleType) -> None:
    """CycloneDX 1.6: each component with version, package URL and licence; the same bytes each time."""
    pytest.importorskip("cyclonedx_py", reason="the bill of materials is made by cyclonedx-bom (.ci/run has it)")
    made = bill_of(sys.executable)
    assert made == bill_of(sys.executable)
    bill: dict[str, Any] = json.loads(made)
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    assert bill["metadata"]["component"]["name"] == "vcverify"
    runtime = licences.closure(licences.requirements())
    assert {licences.canonicalize_name(component["name"]) for component in bill["components"]} == set(runtime)
    for component in bill["components"]:
        needed = runtime[licences.canonicalize_name(component["name"])]
        assert component["version"] == needed.distribution.version
        assert component["purl"].startswith("pkg:pypi/")
        assert component["licenses"]
    refs = {component["bom-ref"] for component in bill["components"]} | {bill["metadata"]["component"]["bom-ref"]}
    assert {entry["ref"] for entry in bill["dependencies"]} == refs
    assert all(set(entry["dependsOn"]) <= refs for entry in bill["dependencies"])


# --- builds ---------------------------------------------------------------------------------------------


def built(source: Path, out: Path, umask: int) -> dict[str, str]:
    """Digests of the source archive and of the wheel made from it."""
    command = [sys.executable, "-P", "-m", "build", "--no-isolation", "--outdir", str(out), str(source)]
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        umask=umask,
        env={**os.environ, "SOURCE_DATE_EPOCH": "1767225600"},
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in out.iterdir()}


@pytest.mark.skipif(os.name != "posix", reason="the file mode creation mask is POSIX")
def test_what_is_built_twice_is_the_same_to_the_byte(tmp_path: Path) -> None:
    """Another folder, other times, another order, other permissions: who builds it again can compare."""
    pytest.importorskip("build")
    pytest.importorskip("hatchling")
    pyproject = tomllib.loads((CHECKOUT / "pyproject.toml").read_text("utf-8"))
    kept = {name.strip("/") for name in pyproject["tool"]["hatch"]["build"]["targets"]["sdist"]["include"]}
    kept -= {"tests", "test_vectors"}  # many files, and no others than the rest
    ignored = shutil.ignore_patterns("__pycache__", ".*_cache")
    first, second = tmp_path / "one", tmp_path / "another" / "folder"
    first.mkdir()
    for item in (*kept, "pyproject.toml"):
        if (CHECKOUT / item).is_dir():
            shutil.copytree(CHECKOUT / item, first / item, ignore=ignored, copy_function=shutil.copyfile)
        else:
            shutil.copyfile(CHECKOUT / item, first / item)
    for path in sorted(first.rglob("*"), reverse=True):
        copy = second / path.relative_to(first)
        if path.is_file():
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy)
    digests = []
    for umask, source in ((0o022, first), (0o077, second)):
        for path in source.rglob("*"):
            path.chmod((0o777 if path.is_dir() else 0o666) & ~umask)
            os.utime(path, (umask * 1_000_000, umask * 1_000_000))
        digests.append(built(source, tmp_path / f"dist {umask}", umask))
    assert digests[0] == digests[1]
    assert len(digests[0]) == 2
