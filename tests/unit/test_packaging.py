"""What is built and installed from the project: wheel, source archive, editable install."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import tomllib
import zipfile
from importlib import metadata
from pathlib import Path

import pytest

import vcverify

pytest.importorskip("hatchling", reason="builds need the test extra")
pytest.importorskip("build", reason="builds need the test extra")

PROBE = """
import hashlib, os, sys
{prepare}
import vcverify
from vcverify.bundled import bundled, schemas_folder
assert all(bundled().body(url, revision) for url in bundled() for revision in bundled().revisions(url))
print(os.path.dirname(vcverify.__file__))
print(schemas_folder())
"""


def run(*command: str, cwd: Path, **more: object) -> str:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, **more)  # type: ignore[call-overload]
    assert done.returncode == 0, done.stdout + done.stderr
    return str(done.stdout)


def probe(site: Path, prepare: str = "") -> tuple[Path, Path]:
    """The folders of package and schemas that a fresh interpreter finds with `site` in front."""
    code = PROBE.format(prepare=prepare or f"sys.path.insert(0, {str(site)!r})")
    package, schemas = run(sys.executable, "-I", "-c", code, cwd=site).split()
    return Path(package), Path(schemas)


def install(archive: Path, site: Path) -> Path:
    """Unpacks a wheel into `site` as an installer does."""
    pip = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--no-index", "--no-compile"]
    run(*pip, "--disable-pip-version-check", "--target", str(site), str(archive), cwd=archive.parent)
    return site


@pytest.fixture(scope="module")
def built(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The source archive, the wheel built from it, and the editable wheel; nothing is downloaded."""
    out = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-P", "-m", "build", "--no-isolation", "--outdir", str(out), str(checkout), cwd=out)
    hook = f"from hatchling.build import build_editable; build_editable({str(out / 'editable')!r})"
    (out / "editable").mkdir()
    run(sys.executable, "-P", "-c", hook, cwd=checkout)
    (sdist,) = out.glob("*.tar.gz")
    (wheel,) = out.glob("*.whl")
    (editable,) = (out / "editable").glob("*.whl")
    return {"sdist": sdist, "wheel": wheel, "editable": editable}


def test_the_wheel_has_its_documents_its_types_and_its_licences(built: dict[str, Path], checkout: Path) -> None:
    """An installed package works offline and carries the notices that its documents ask for."""
    names = set(zipfile.ZipFile(built["wheel"]).namelist())
    schemas = {
        "vcverify/schemas/" + str(path.relative_to(checkout / "schemas"))
        for path in (checkout / "schemas").rglob("*")
        if path.is_file()
    }
    assert schemas <= names
    assert "vcverify/py.typed" in names
    assert {name.rsplit("/", 1)[1] for name in names if "dist-info/licenses/" in name} == {"LICENSE", "NOTICE"}


def test_the_wheel_has_nothing_but_the_package(built: dict[str, Path]) -> None:
    """A stray top-level folder in site-packages shadows other people's."""
    tops = {name.split("/")[0] for name in zipfile.ZipFile(built["wheel"]).namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"vcverify"}


def test_the_source_archive_can_be_tested_and_rebuilt(built: dict[str, Path]) -> None:
    """Distributors build and test from the source archive alone."""
    with tarfile.open(built["sdist"]) as archive:
        names = {name.split("/", 1)[1] for name in archive.getnames() if "/" in name}
    assert {"pyproject.toml", "README.md", "schemas/SOURCES.toml", "tests/conftest.py", "NOTICE"} <= names
    assert not [name for name in names if name.startswith((".git/", ".venv", "dist/"))]


def test_an_installed_wheel_finds_its_documents(built: dict[str, Path], tmp_path: Path) -> None:
    """The wheel was built from the source archive, so both are shown to carry the documents."""
    site = install(built["wheel"], tmp_path / "site")
    assert probe(site) == (site / "vcverify", site / "vcverify" / "schemas")


def test_an_editable_install_uses_the_documents_of_the_checkout(
    built: dict[str, Path], checkout: Path, tmp_path: Path
) -> None:
    """A developer who changes a document must see the change at once."""
    site = install(built["editable"], tmp_path / "site")
    prepare = f"import site; site.addsitedir({str(site)!r}); sys.path.insert(0, sys.path.pop())"
    assert probe(site, prepare) == (checkout / "vcverify", checkout / "schemas")


def test_every_dependency_has_a_floor_and_no_ceiling(checkout: Path) -> None:
    """A ceiling in a library breaks its users' upgrades; a missing floor breaks old lock files."""
    project = tomllib.loads((checkout / "pyproject.toml").read_text("utf-8"))["project"]
    for requirement in project["dependencies"]:
        assert ">=" in requirement
        assert not set("<~!,") & set(requirement)


def test_the_installed_package_has_the_version_of_the_project(checkout: Path) -> None:
    """Reports and bug reports name the version, so it must be that of the code."""
    project = tomllib.loads((checkout / "pyproject.toml").read_text("utf-8"))["project"]
    assert metadata.version("vcverify") == vcverify.__version__ == project["version"]
