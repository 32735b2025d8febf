"""Keys made to deceive: points of small order, second spellings, lengths that cost time."""

from __future__ import annotations

import time
from typing import Any

import pytest
from cases.keyring import b64url, ec_key, ed25519_key, multibase58
from cryptography.hazmat.primitives.asymmetric import ed25519

from vcverify.crypto import PublicKey
from vcverify.problems import ProblemError

PRIME = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, PRIME) % PRIME
Point = tuple[int, int]


def add(one: Point, other: Point) -> Point:
    (x1, y1), (x2, y2) = one, other
    k = D * x1 * x2 * y1 * y2 % PRIME
    x = (x1 * y2 + x2 * y1) * pow(1 + k, -1, PRIME) % PRIME
    y = (y1 * y2 + x1 * x2) * pow(1 - k, -1, PRIME) % PRIME
    return x, y


def multiply(scalar: int, point: Point) -> Point:
    result = (0, 1)
    while scalar:
        if scalar & 1:
            result = add(result, point)
        point = add(point, point)
        scalar >>= 1
    return result


def x_of(y: int) -> int | None:
    square = (y * y - 1) * pow(D * y * y + 1, -1, PRIME) % PRIME
    x = pow(square, (PRIME + 3) // 8, PRIME)
    if (x * x - square) % PRIME:
        x = x * pow(2, (PRIME - 1) // 4, PRIME) % PRIME
    return None if (x * x - square) % PRIME else x


def small_order_points() -> set[Point]:
    """The eight points of the torsion group, found by computing, not from a table."""
    points: set[Point] = set()
    y = 2
    while len(points) < 8:
        x = x_of(y)
        if x is not None:
            torsion = multiply(ORDER, (x, y))
            points |= {multiply(scalar, torsion) for scalar in range(8)}
        y += 1
    return points


def encode(point: Point) -> bytes:
    x, y = point
    return (y | (x & 1) << 255).to_bytes(32, "little")


def code(key: bytes) -> str:
    """The problem of an Ed25519 key in each of its forms, which is one and the same."""
    codes = set()
    multikey = multibase58(b"\xed\x01" + key)
    jwk = {"kty": "OKP", "crv": "Ed25519", "x": b64url(key)}
    for read, form in ((PublicKey.from_multikey, multikey), (PublicKey.from_jwk, jwk)):
        with pytest.raises(ProblemError) as error:
            read(form)  # type: ignore[operator]
        codes.add(error.value.problem.code)
    (only,) = codes
    return only


def test_every_point_of_small_order_is_refused_as_a_key() -> None:
    """With such a key R = S = 0 or the like is a signature of many messages, without any secret."""
    points = small_order_points()
    assert len(points) == 8
    for point in points:
        assert code(encode(point)) == "key.weak"


def test_a_universal_signature_shows_why() -> None:
    """The library below takes the identity as a key, and then takes one signature for every message."""
    identity = encode((0, 1))
    universal = identity + bytes(32)
    for message in (b"one", b"another"):
        ed25519.Ed25519PublicKey.from_public_bytes(identity).verify(universal, message)
    assert code(identity) == "key.weak"


def test_a_key_with_a_second_spelling_is_refused() -> None:
    """y + p names the same point; x = 0 with a sign does too (RFC 8032 §5.1.3)."""
    for y in range(19):
        assert code((y + PRIME).to_bytes(32, "little")) == "key.malformed"
        assert code(((y + PRIME) | 1 << 255).to_bytes(32, "little")) == "key.malformed"
    for y in (1, PRIME - 1):
        assert code((y | 1 << 255).to_bytes(32, "little")) == "key.weak"


@pytest.mark.parametrize("size", [0, 31, 33, 64])
def test_an_ed25519_key_has_32_bytes(size: int) -> None:
    """A truncated or extended key is none."""
    assert code(ed25519_key("size").public[:1] * size) == "key.malformed"


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"\xed\x81\x00" + ed25519_key("m").public, id="over-long varint"),
        pytest.param(b"\x00\xed\x01" + ed25519_key("m").public, id="leading zero"),
        pytest.param(b"\xec\x01" + ed25519_key("m").public, id="X25519"),
        pytest.param(b"\xeb\x01" + bytes(96), id="BLS12-381"),
        pytest.param(b"\x80\x26" + ed25519_key("m").public, id="Ed25519 secret key"),
        pytest.param(b"\x80\x24" + b"\x04" + bytes(64), id="uncompressed point"),
        pytest.param(b"\x80\x24" + b"\x05" + ec_key("m").public[1:], id="no such point form"),
        pytest.param(b"\x80\x24" + b"\x02" + b"\xff" * 32, id="x beyond the field"),
        pytest.param(b"\x80\x24" + b"\x00", id="point at infinity"),
        pytest.param(b"\x81\x24" + ec_key("m").public, id="P-256 point as P-384"),
        pytest.param(b"\x85\x24" + b"0" * 300, id="RSA that is no DER"),
        pytest.param(b"\xed", id="unfinished varint"),
        pytest.param(b"", id="nothing"),
    ],
)
def test_multicodec_bytes_have_one_form(data: bytes) -> None:
    """Whatever is not the exact codec and length of a signature key is malformed."""
    with pytest.raises(ProblemError) as error:
        PublicKey.from_multikey(multibase58(data))
    assert error.value.problem.code == "key.malformed"


@pytest.mark.parametrize("characters", [129, 1_024, 1_025, 250_000, 1_000_000])
def test_a_long_key_costs_nothing(characters: int) -> None:
    """Decoding base58 is quadratic: a megabyte would take minutes."""
    start = time.thread_time()
    with pytest.raises(ProblemError) as error:
        PublicKey.from_multikey("z6Mk" + "a" * (characters - 4))
    assert error.value.problem.code in {"limit.exceeded", "key.malformed"}
    assert time.thread_time() - start < 0.1


@pytest.mark.parametrize("bits", [8_192, 16_384, 400_000])
def test_a_large_rsa_key_costs_nothing(bits: int) -> None:
    """One verification with 16,384 bits takes as long as a hundred with 2,048."""
    modulus = b"\xff" * (bits // 8)
    jwk: dict[str, Any] = {"kty": "RSA", "n": b64url(modulus), "e": "AQAB"}
    start = time.thread_time()
    for members in (jwk, jwk | {"n": b64url(b"\xff" * 256), "e": b64url(modulus)}):
        with pytest.raises(ProblemError) as error:
            PublicKey.from_jwk(members)
        assert error.value.problem.code in {"limit.exceeded", "key.malformed"}
    assert time.thread_time() - start < 0.1
