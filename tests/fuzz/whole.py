"""The whole of `verify()`: any bytes to a report that can be shown, and never to a credential that nobody signed."""

from __future__ import annotations

import functools
import json
import re

from support.mutants import changed, known, reading
from support.specimens import AT, SPECIMENS, loader

import vcverify
from vcverify.limits import Limits
from vcverify.problems import CATALOGUE

LIMITS = Limits(quads=10_000, nested_credentials=50, canonicalization_seconds=0.2)
_NOT_SHOWN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Controls, and what turns the direction of text around."""

mutated = changed


@functools.cache
def _verifier() -> vcverify.Verifier:
    return vcverify.Verifier(loader=loader(), policy=vcverify.Policy(limits=LIMITS))


@functools.cache
def _signed() -> frozenset[str]:
    """What may be read of anything that verifies: no other credential was ever signed."""
    return frozenset().union(*map(known, SPECIMENS))


def verify(data: bytes) -> None:
    """Every input has a report, which JSON and a terminal can hold; what verifies is one of the specimens."""
    report = _verifier().verify(data, at=AT)
    codes = {found.code for found in report.problems()}
    assert codes <= CATALOGUE.keys()
    assert "internal.error" not in codes
    json.dumps(report.to_dict(), allow_nan=False)
    assert not _NOT_SHOWN.search(str(report))
    if report.verified:
        assert not any(found.severity == "error" for found in report.problems())
        assert {reading(report), reading(report, shared=True)} & _signed()
    else:
        assert codes
