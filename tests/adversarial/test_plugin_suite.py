"""A suite that another distribution brings: found by its entry point, accepted only by a policy that names it."""

from __future__ import annotations

import hashlib
import importlib
import sys
import types
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from cases import documents as make
from cases.keyring import multibase58
from support.plugin_suite import SUITE
from support.simulator import AT, plain, sample

import vcverify
from vcverify import suites
from vcverify.policy import DEFAULT_SUITES

Json = dict[str, Any]

SOURCE = Path(__file__).resolve().parents[1] / "support" / "plugin_suite.py"


def codes(report: vcverify.Report) -> set[str]:
    return {problem.code for problem in report.problems()}


@pytest.fixture
def brought_suite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A distribution on the path whose entry point names a suite of its own; the suite's name."""
    metadata = tmp_path / "example_suite-1.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: example-suite\nVersion: 1\n")
    (metadata / "entry_points.txt").write_text("[vcverify.suites]\nexample-jcs-2026 = example_suite:SUITE\n")
    (tmp_path / "example_suite.py").write_text(SOURCE.read_text(encoding="utf-8"), encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "example_suite", raising=False)
    importlib.invalidate_caches()
    suites.installed.cache_clear()
    yield "example-jcs-2026"
    suites.installed.cache_clear()
    sys.modules.pop("example_suite", None)


def signed_by_it() -> Json:
    """A credential with a proof of the suite from outside, made without it."""
    document = plain()
    config = {
        "@context": document["@context"],
        "type": "DataIntegrityProof",
        "cryptosuite": "example-jcs-2026",
        "created": "2026-01-15T12:00:00Z",
        "verificationMethod": make.COLLEGE.method,
        "proofPurpose": "assertionMethod",
    }
    hashes = b"".join(hashlib.sha384(rfc8785.dumps(value)).digest() for value in (config, document))
    return {**document, "proof": {**config, "proofValue": multibase58(make.COLLEGE.signature(hashes))}}


def test_a_suite_from_outside_verifies_where_the_policy_accepts_it(brought_suite: str) -> None:
    """A suite is a value in a file of its own, and an entry point: nothing here has to be changed."""
    policy = vcverify.Policy(suites=DEFAULT_SUITES | {brought_suite})
    report = vcverify.verify(signed_by_it(), policy=policy, at=AT)
    assert report.verified, list(report.problems())
    assert report.check("proof").facts["cryptosuite"] == brought_suite
    assert report.evidence[0]["hashAlgorithm"] == "sha384"
    changed = {**signed_by_it(), "name": "Key to the city"}
    assert "proof.invalid" in codes(vcverify.verify(changed, policy=policy, at=AT))


def test_a_suite_that_is_installed_is_not_thereby_accepted(brought_suite: str) -> None:
    """Whoever installs a package has not yet decided to trust what it verifies."""
    report = vcverify.verify(signed_by_it(), at=AT)
    assert report.outcome == "indeterminate"
    assert codes(report) == {"proof.unsupported"}
    assert brought_suite in suites.installed()


def test_a_suite_that_is_accepted_is_not_thereby_installed() -> None:
    """A policy that names a suite nobody has leaves the answer open."""
    policy = vcverify.Policy(suites=DEFAULT_SUITES | {"example-jcs-2026"})
    report = vcverify.verify(signed_by_it(), policy=policy, at=AT)
    assert report.outcome == "indeterminate"
    assert codes(report) == {"proof.unsupported"}


def test_a_suite_from_outside_fits_in_thirty_lines() -> None:
    """The design asks for it, and the how-to shows it."""
    assert len(SOURCE.read_text(encoding="utf-8").splitlines()) < 30


def test_a_suite_from_outside_cannot_take_the_place_of_a_built_in_one(
    brought_suite: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Installing a package must not change what a published suite means."""
    impostor = replace(SUITE, name="eddsa-rdfc-2022")
    monkeypatch.setattr(
        sys.modules.setdefault("example_suite", types.ModuleType("example_suite")), "SUITE", impostor, raising=False
    )
    suites.installed.cache_clear()
    assert suites.installed()["eddsa-rdfc-2022"] is suites.builtin()["eddsa-rdfc-2022"]
    assert vcverify.verify(sample("plain").document, at=AT).verified
