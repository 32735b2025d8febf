"""Real documents: every stated signature verdict is reproduced, and every expected outcome explained.

`MANIFEST.jsonl` says of each document what an independent check of its embedded proofs found. The
verdicts here are those of the `proof` check alone; who the key belongs to is another question.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from support.vectors import VECTORS, controller_documents, manifest

import vcverify
from vcverify.loading.memory import StaticLoader
from vcverify.policy import DEFAULT_SUITES

AT = datetime(2026, 6, 1, tzinfo=UTC)

EXPLAINED = {
    "ob3/1edtech-validator/simple-multiple-proofs.json": "an unknown second proof type is a warning beside one that holds",
}
"""Documents whose verdict is not simply that of the list, with the reason (see README.md here)."""


def embedded_rows() -> Iterator[Any]:
    for row in manifest():
        result = row["result"]
        path = VECTORS / row["file"]
        if not result or path.suffix not in (".json", ".jsonld", ".1ob"):
            continue
        # "unsupported" says only that the independent check could not judge: see test_ecdsa_sd.py.
        if any(suite in DEFAULT_SUITES and verdict != "unsupported" for suite, verdict in result):
            yield pytest.param(row, id=row["file"])


@pytest.fixture(scope="module")
def verifier() -> vcverify.Verifier:
    return vcverify.Verifier(loader=StaticLoader(controller_documents()))


@pytest.mark.parametrize("row", list(embedded_rows()))
def test_the_signature_verdict_is_the_stated_one(row: dict[str, Any], verifier: vcverify.Verifier) -> None:
    """An independent check found these verdicts with other software."""
    report = verifier.verify((VECTORS / row["file"]).read_bytes(), at=AT)
    stated = {verdict for suite, verdict in row["result"] if suite in DEFAULT_SUITES}
    found = report.check("proof").outcome
    said = [(problem.code, problem.pointer, problem.detail) for problem in report.problems()]
    if stated == {"valid"}:
        assert found == "passed", said
    elif "invalid" in stated:
        assert found == "failed", said
    else:
        assert found != "passed", said


def _path(row: dict[str, Any]) -> Path:
    return VECTORS / row["file"]


def test_no_document_ends_in_an_internal_error(verifier: vcverify.Verifier) -> None:
    """`internal.error` is a bug of ours, whatever the input."""
    for row in manifest():
        path = _path(row)
        if path.stat().st_size > 200_000:
            continue
        report = verifier.verify(path.read_bytes(), at=AT)
        assert "internal.error" not in {problem.code for problem in report.problems()}, row["file"]
        json.dumps(report.to_dict())
