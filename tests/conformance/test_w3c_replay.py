"""The requests that the W3C suites for VCDM 2.0 and for EdDSA cryptosuites send, with the answers they ask for.

Requests to verify go to `verify`, requests to issue to `lint`: what an issuer would refuse to sign is
what is wrong with the document's structure, or what a signature would not cover. Whether its period
holds today, or its status can be judged here, an issuer does not ask.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from support.vectors import VECTORS

from vcverify.problems import Problem, Severity
from vcverify.report import Report
from vcverify.verifier import DEFAULT_CHECKS, Verifier

FOLDER = VECTORS / "w3c-replay"
AT = datetime(2026, 12, 1, tzinfo=UTC)
"""After the suites were recorded, and before what they date ahead."""

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="the recorded requests are not beside the checkout")

STRUCTURE = frozenset({"data_model", "terms"})
CODES = frozenset({"input.malformed", "related.digest"})

DIRECTION = (
    "DI §2.4.3: RDF has no place for @direction, so no RDFC-1.0 suite signs it; VCDM 2.0 §11.1 allows it. "
    "The data model is satisfied, and lint says what would not be covered."
)
EXCEPTIONS: dict[str, tuple[str, str, str]] = {
    "vcdm2/issue/044": ("terms.undefined", "/name/@direction", DIRECTION),
    "vcdm2/issue/049": ("terms.undefined", "/description/@direction", DIRECTION),
    "vcdm2/issue/055": ("terms.undefined", "/issuer/name/@direction", DIRECTION),
}
"""Requests that are answered in another way: by which problem, where, and why."""


def index() -> list[dict[str, str]]:
    path = FOLDER / "INDEX.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else []


def number(file: str) -> str:
    """`vcdm2/issue/044` of `vcdm2/issue/044-ok-names-and-....json`."""
    folder, _, name = file.rpartition("/")
    return f"{folder}/{name.partition('-')[0]}"


def requests(endpoint: str) -> list[Any]:
    entries = [entry for entry in index() if ("/issue/" in entry["file"]) == (endpoint == "issue")]
    return [pytest.param(entry["file"], entry["expect"], id=number(entry["file"])) for entry in entries]


def body_of(file: str) -> dict[str, Any]:
    body: dict[str, Any] = json.loads((FOLDER / file).read_text(encoding="utf-8"))["body"]
    return body


@pytest.fixture(scope="module")
def verifier() -> Verifier:
    return Verifier()


def said(report: Report) -> list[tuple[str, str]]:
    return [(problem.code, problem.pointer) for problem in report.problems()]


@pytest.mark.parametrize(("file", "expect"), requests("verify"))
def test_a_request_to_verify_is_answered_as_the_suite_asks(file: str, expect: str, verifier: Verifier) -> None:
    """The document is sent as the text that it is in the request, with the challenge and domain asked for."""
    body = body_of(file)
    options = body["options"]
    document = body.get("verifiableCredential", body.get("verifiablePresentation"))
    report = verifier.verify(
        json.dumps(document), at=AT, challenge=options.get("challenge"), domain=options.get("domain")
    )
    assert report.verified is (expect == "ok"), said(report)


def unfit(report: Report) -> list[Problem]:
    """What keeps a document from being issued."""
    return [
        problem
        for problem in report.problems()
        if problem.severity is not Severity.WARNING and (problem.check in STRUCTURE or problem.code in CODES)
    ]


@pytest.mark.parametrize(("file", "expect"), requests("issue"))
def test_a_request_to_issue_is_answered_as_the_suite_asks(file: str, expect: str, verifier: Verifier) -> None:
    """A document that the suite has refused is refused by `lint`, with a reason; another is not."""
    if number(file) == "vcdm2/issue/100" and "schema" not in {check.__name__ for check in DEFAULT_CHECKS}:
        pytest.skip("digests of related resources are computed by the check `schema`, which does not run by default")
    report = verifier.lint(json.dumps(body_of(file)["credential"]), at=AT)
    problems = [(problem.code, problem.pointer) for problem in unfit(report)]
    exception = EXCEPTIONS.get(number(file))
    if exception is not None:
        assert (expect, problems) == ("ok", [exception[:2]])
        assert report.check("data_model").outcome == "passed"
    else:
        assert (not problems) is (expect == "ok"), problems


def test_every_request_is_replayed() -> None:
    """Nothing falls between the two kinds, and no exception outlives its request."""
    files = {number(entry["file"]) for entry in index()}
    assert len(files) == len(index()) == 94
    assert EXCEPTIONS.keys() <= files
