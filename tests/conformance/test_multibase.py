"""The multibase project's own vectors, through our decoder."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from vcverify.multiformats import multibase_decode
from vcverify.problems import ProblemError

FILES = ("basic", "case_insensitivity", "leading_zero", "two_leading_zeros")
NOT_SUPPORTED = {"base256emoji"}
"""The multiformats library has no table of it, and no proof, key or digest uses it."""


def rows(path: Path) -> tuple[bytes, list[tuple[str, str]]]:
    """The decoded bytes that the file's first line names, and (encoding, text) of the others."""
    with path.open(encoding="utf-8", newline="") as file:
        (_, plain), *rest = ((name.strip(), text) for name, text in csv.reader(file, skipinitialspace=True))
    return plain.encode().decode("unicode_escape").encode(), rest


@pytest.mark.parametrize("file", FILES)
def test_published_vectors(file: str, vectors: Path) -> None:
    """Every base of the table that is supported, with leading zeros and in the other letter case."""
    plain, encoded = rows(vectors / "multibase" / f"{file}.csv")
    assert encoded
    for name, text in encoded:
        if name in NOT_SUPPORTED:
            with pytest.raises(ProblemError):
                multibase_decode(text, limit=200)
        else:
            assert multibase_decode(text, limit=200) == plain, name
