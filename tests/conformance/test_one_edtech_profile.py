"""`Policy.one_edtech()` answers as the official validator's published tests do, or a clause says why not.

The expected outcomes are those of the validator's own tests, as the manifest beside the checkout has them.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any, NamedTuple

import pytest
from conftest import CHECKOUT
from support.vectors import VECTORS, controller_documents, manifest

import vcverify
from vcverify.loading.memory import StaticLoader
from vcverify.problems import Severity
from vcverify.report import Report

AT = datetime(2026, 6, 1, tzinfo=UTC)
SAMPLES = ("ob3/1edtech-validator/", "clr2/1edtech-validator/")


class Answer(NamedTuple):
    """Another answer than the validator's: the outcome, a code that is told, and the clause that asks for it."""

    outcome: str
    code: str | None
    clause: str


EXPLAINED = {
    "clr2/1edtech-validator/simple_v1.json": Answer(
        "failed",
        "key.unresolved",
        "CID 1.0 §3.3: members name a bare did:key as their verification method, and none is the issuer's "
        "(1EdTech implementation guide: the method's controller must be the issuer)",
    ),
    "ob3/1edtech-validator/complete_v1.json": Answer(
        "indeterminate",
        "key.unavailable",
        "CID 1.0 §3.3: the issuer's document stands nowhere, so the signature cannot be judged; not valid either way",
    ),
    "ob3/1edtech-validator/simple-did-key-method.json": Answer(
        "failed",
        "issuer.unbound",
        "1EdTech implementation guide, key provenance: the method's controller must be the issuer; here it is a "
        "did:key of nobody's, and named without the fragment that CID 1.0 §3.3 asks for",
    ),
    "ob3/1edtech-validator/simple-eddsa-2022.json": Answer(
        "passed", None, "1EdTech implementation guide, Displayer: the older name of the suite SHOULD still be verified"
    ),
    "ob3/1edtech-validator/simple-multiple-proofs.json": Answer(
        "passed",
        "proof.unsupported",
        "OB 3.0 §9.1 step 2: any one proof is enough; the validator stumbles over the type of the other",
    ),
    "ob3/1edtech-validator/simple.jwt": Answer(
        "failed", "jose.header", "OB 3.0 §8.2.6.1: a header has `kid` or `jwk`, and this one has neither"
    ),
    "ob3/1edtech-validator/simple_v1.json": Answer(
        "passed",
        None,
        "OB 3.0 certification, Displayer: credentials of VCDM 1.1 are verified; that they are is no fault",
    ),
}


def rows() -> list[Any]:
    return [pytest.param(row, id=row["file"]) for row in manifest() if row["file"].startswith(SAMPLES)]


@pytest.fixture(scope="module")
def verifier() -> vcverify.Verifier:
    return vcverify.Verifier(policy=vcverify.Policy.one_edtech(), loader=StaticLoader(controller_documents()))


def agrees(expected: str, report: Report) -> bool:
    """Whether the report says what the validator's test expects."""
    warned = any(problem.severity is Severity.WARNING for problem in report.problems())
    if expected.startswith("valid"):
        return report.verified
    if expected == "warning":
        return report.verified and warned
    if expected.startswith("has ContextPropertyProbe finding"):
        return any(problem.code in ("terms.alias", "data-model.context") for problem in report.problems())
    return report.outcome == "failed"


@pytest.mark.parametrize("row", rows())
def test_the_answer_is_the_validators_or_explained(row: dict[str, Any], verifier: vcverify.Verifier) -> None:
    """Who is certified by the one must not be surprised by the other without a clause to read."""
    if row["expected"].startswith("(unreferenced)"):
        pytest.skip("no test of the validator says what to expect of it")
    report = verifier.verify((VECTORS / row["file"]).read_bytes(), at=AT)
    told = [(problem.code, problem.pointer, problem.detail) for problem in report.problems()]
    answer = EXPLAINED.get(row["file"])
    if answer is None:
        assert agrees(row["expected"], report), told
        return
    assert not agrees(row["expected"], report), "the explanation is no longer needed"
    assert report.outcome == answer.outcome, told
    assert answer.code is None or answer.code in {code for code, _, _ in told}


def test_every_explanation_is_of_a_sample() -> None:
    """A renamed sample would leave its explanation behind."""
    if not rows():
        pytest.skip("the published vectors are not beside this checkout (../shared/vectors)")
    assert EXPLAINED.keys() <= {row["file"] for row in manifest()}


def test_the_page_tells_of_every_explained_sample() -> None:
    """`docs/profiles.md` lists them with their outcomes; a difference that only the tests know is a surprise."""
    page = (CHECKOUT / "docs" / "profiles.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| `(ob30|clr20)/([\w.-]+)` \| [^|]+ \| (failed|passed|not decided)", page, re.M)
    words = {"failed": "failed", "passed": "passed", "not decided": "indeterminate"}
    folders = {"ob30": "ob3/1edtech-validator", "clr20": "clr2/1edtech-validator"}
    told = {f"{folders[folder]}/{name}": words[outcome] for folder, name, outcome in listed}
    assert told == {file: answer.outcome for file, answer in EXPLAINED.items()}


def test_the_profile_differs_from_the_default_by_data_only() -> None:
    """A profile is a table."""
    usual, profile = vcverify.Policy().to_dict(), vcverify.Policy.one_edtech().to_dict()
    assert {name for name in usual if usual[name] != profile[name]} == {"profile", "minimum_binding"}
