"""RFC 8785's own vectors, and the rfc8785 library as a peer."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from vcverify.jcs import canonicalize
from vcverify.jsontypes import loads

NAMES = ("arrays", "french", "structures", "unicode", "values", "weird")

scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=("Cs",)))
)
names = st.text(st.characters(exclude_categories=("Cs",)), max_size=4)
values = st.recursive(scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=4))


@pytest.mark.parametrize("name", NAMES)
def test_published_vectors(name: str, vectors: Path) -> None:
    """Byte for byte, as text and as hexadecimal digits."""
    folder = vectors / "jcs"
    ours = canonicalize(loads((folder / "input" / f"{name}.json").read_bytes()))
    assert ours == (folder / "output" / f"{name}.json").read_bytes().rstrip(b"\n")
    assert ours == bytes.fromhex((folder / "outhex" / f"{name}.txt").read_text())


@given(values)
def test_the_walk_is_that_of_the_library(value: Any) -> None:
    """Ours is there for speed; what it writes reads back as the same value."""
    ours = canonicalize(value)
    assert ours == rfc8785.dumps(value)
    assert json.loads(ours, parse_int=float) == value


@pytest.mark.parametrize(
    ("bits", "text"),
    [
        ("0000000000000000", "0"),
        ("8000000000000000", "0"),
        ("0000000000000001", "5e-324"),
        ("8000000000000001", "-5e-324"),
        ("7fefffffffffffff", "1.7976931348623157e+308"),
        ("ffefffffffffffff", "-1.7976931348623157e+308"),
        ("4340000000000000", "9007199254740992"),
        ("c340000000000000", "-9007199254740992"),
        ("4430000000000000", "295147905179352830000"),
        ("44b52d02c7e14af5", "9.999999999999997e+22"),
        ("44b52d02c7e14af6", "1e+23"),
        ("44b52d02c7e14af7", "1.0000000000000001e+23"),
        ("444b1ae4d6e2ef4e", "999999999999999700000"),
        ("444b1ae4d6e2ef4f", "999999999999999900000"),
        ("444b1ae4d6e2ef50", "1e+21"),
        ("3eb0c6f7a0b5ed8c", "9.999999999999997e-7"),
        ("3eb0c6f7a0b5ed8d", "0.000001"),
        ("41b3de4355555553", "333333333.3333332"),
        ("41b3de4355555557", "333333333.33333343"),
        ("becbf647612f3696", "-0.0000033333333333333333"),
        ("43143ff3c1cb0959", "1424953923781206.2"),
    ],
)
def test_the_numbers_of_appendix_b(bits: str, text: str) -> None:
    """RFC 8785 Appendix B."""
    import struct

    (value,) = struct.unpack(">d", bytes.fromhex(bits))
    assert canonicalize(value) == text.encode()
