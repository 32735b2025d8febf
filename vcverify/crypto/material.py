"""Key bytes to a key of the `cryptography` library, after every check that the library leaves to us."""

from __future__ import annotations

import enum
from functools import cache, lru_cache
from typing import Any, Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key

from vcverify.multiformats import encode_varint, varint
from vcverify.problems import ProblemError, refuse


class KeyKind(enum.StrEnum):
    """What a key is; it alone decides which signatures the key can make."""

    ED25519 = "Ed25519"
    P256 = "P-256"
    P384 = "P-384"
    P521 = "P-521"
    SECP256K1 = "secp256k1"
    RSA = "RSA"


MULTICODECS: Final = {
    KeyKind.ED25519: 0xED,
    KeyKind.SECP256K1: 0xE7,
    KeyKind.P256: 0x1200,
    KeyKind.P384: 0x1201,
    KeyKind.P521: 0x1202,
    KeyKind.RSA: 0x1205,
}
_KINDS: Final = {code: kind for kind, code in MULTICODECS.items()}
_PREFIXES: Final = {kind: encode_varint(code) for kind, code in MULTICODECS.items()}

CURVES: Final[dict[KeyKind, ec.EllipticCurve]] = {
    KeyKind.P256: ec.SECP256R1(),
    KeyKind.P384: ec.SECP384R1(),
    KeyKind.P521: ec.SECP521R1(),
    KeyKind.SECP256K1: ec.SECP256K1(),
}
COORDINATE_BYTES: Final = {KeyKind.P256: 32, KeyKind.P384: 48, KeyKind.P521: 66, KeyKind.SECP256K1: 32}

RSA_BITS: Final = (2_048, 4_096)
"""Below: RFC 7518 §3.3. Above: a verification takes milliseconds for nothing."""
_RSA_EXPONENT_BITS: Final = 64
"""65,537 has 17; larger exponents cost time and gain nothing."""

_ED25519_PRIME: Final = 2**255 - 19
_ED25519_SIGN: Final = 1 << 255
_ED25519_D: Final = -121665 * pow(121666, -1, _ED25519_PRIME) % _ED25519_PRIME
# The y coordinates of the eight points whose order divides 8. With such a key anybody can make signatures.
_ED25519_SMALL_ORDER: Final = frozenset(
    {
        0,
        1,
        _ED25519_PRIME - 1,
        2707385501144840649318225287225658788936804267575313519463743609750303402022,
        55188659117513257062467267217118295137698188065244968500265048394206261417927,
    }
)

Loaded = ed25519.Ed25519PublicKey | ec.EllipticCurvePublicKey | rsa.RSAPublicKey


def malformed(detail: str, found: object = None, spec: str = "CID 1.0 §2.2") -> ProblemError:
    """The `key.malformed` that says so; the caller raises it."""
    return refuse("key.malformed", detail, found=found, spec=spec)


def split_multicodec(data: bytes) -> tuple[KeyKind, bytes]:
    """The kind and the key material of multicodec bytes.

    Raises:
        ProblemError: `key.malformed` for a varint that is not minimal, or a codec of no supported kind.
    """
    code, material = varint(data)
    kind = _KINDS.get(code)
    if kind is None:  # CHECK: unknown kinds of keys
        raise malformed(f"The multicodec {code:#x} is not one of a signature key that is supported here.")
    return kind, material


def multicodec(kind: KeyKind, material: bytes) -> bytes:
    """The multicodec bytes of key material."""
    return _PREFIXES[kind] + material


@lru_cache(maxsize=4096)
def load(kind: KeyKind, material: bytes) -> Loaded:
    """The key of its material: 32 bytes of Ed25519, a compressed point, or a PKCS #1 `RSAPublicKey` in DER.

    Raises:
        ProblemError: `key.malformed`, `key.weak`.
    """
    if kind is KeyKind.ED25519:
        return _load_ed25519(material)
    if kind is KeyKind.RSA:
        return _load_rsa(material)
    return _load_point(kind, material)


def _load_ed25519(material: bytes) -> Loaded:
    if len(material) != 32:  # CHECK: Ed25519 keys of another length
        raise malformed(f"An Ed25519 key has 32 bytes, not {len(material)}.", spec="RFC 8032 §5.1.5")
    y = int.from_bytes(material, "little") & ~_ED25519_SIGN
    if y >= _ED25519_PRIME:  # CHECK: Ed25519 keys in another form
        raise malformed("The Ed25519 key is not in canonical form.", material.hex(), spec="RFC 8032 §5.1.3")
    if y in _ED25519_SMALL_ORDER:  # CHECK: Ed25519 keys of small order
        raise refuse(
            "key.weak",
            "The Ed25519 key is a point of small order: everybody can sign for it.",
            found=material.hex(),
            spec="DI-EDDSA §4; RFC 8032 §5.1.7",
        )
    return ed25519.Ed25519PublicKey.from_public_bytes(material)


def is_ed25519_point(material: bytes) -> bool:
    """Whether 32 bytes in canonical form are a point of the curve (RFC 8032 §5.1.3, step 2).

    Some 60 µs; a key that is no point never verifies, so only a failure needs the answer.
    """
    y = int.from_bytes(material, "little") & ~_ED25519_SIGN
    square = y * y % _ED25519_PRIME
    numerator, denominator = square - 1, _ED25519_D * square + 1
    # x² = u/v has a root if u·v is zero or a square (Euler's criterion).
    product = numerator * denominator % _ED25519_PRIME
    return product == 0 or pow(product, (_ED25519_PRIME - 1) // 2, _ED25519_PRIME) == 1


def _load_point(kind: KeyKind, material: bytes) -> Loaded:
    size = COORDINATE_BYTES[kind] + 1
    if len(material) != size or material[0] not in (2, 3):
        raise malformed(f"A {kind} key is a compressed point of {size} bytes.", material.hex(), spec="SEC 1 §2.3.3")
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(CURVES[kind], material)
    except ValueError:
        # CHECK: points off the curve
        raise malformed(f"The point is not on the curve {kind}.", material.hex(), spec="SEC 1 §2.3.4") from None


def _load_rsa(material: bytes) -> Loaded:
    try:
        key = load_der_public_key(material)
    except (ValueError, UnsupportedAlgorithm):
        # CHECK: RSA keys that are not DER
        raise malformed("The RSA key is not a DER-encoded RSAPublicKey.", spec="RFC 8017 §A.1.1") from None
    # CHECK: RSA keys in another form
    if not isinstance(key, rsa.RSAPublicKey) or key.public_bytes(Encoding.DER, PublicFormat.PKCS1) != material:
        raise malformed("The RSA key is not a DER-encoded RSAPublicKey.", spec="RFC 8017 §A.1.1")
    numbers = key.public_numbers()
    check_rsa(numbers.n, numbers.e)
    return key


def check_rsa(modulus: int, exponent: int) -> None:
    """Returns for an RSA key that is neither too weak to trust nor too large to compute with.

    Raises:
        ProblemError: `key.weak`, `key.malformed`.
    """
    bits = modulus.bit_length()
    least, most = RSA_BITS
    if bits < least:  # CHECK: short RSA keys
        raise refuse(
            "key.weak",
            f"The RSA key has {bits} bits.",
            expected=f"at least {least}",
            found=bits,
            spec="RFC 7518 §3.3",
        )
    if bits > most:  # CHECK: long RSA keys
        raise malformed(f"The RSA key has {bits} bits; at most {most} are taken.", bits)
    if not modulus & 1:  # CHECK: even moduli
        raise malformed("The RSA modulus is even.", spec="RFC 8017 §3.1")
    if exponent < 3 or not exponent & 1:  # CHECK: small exponents
        raise refuse("key.weak", "The RSA exponent is not an odd number from 3.", found=exponent, spec="RFC 8017 §3.1")
    if exponent.bit_length() > _RSA_EXPONENT_BITS:  # CHECK: long exponents
        raise malformed(f"The RSA exponent has more than {_RSA_EXPONENT_BITS} bits.", spec="RFC 8017 §3.1")
    if _has_roca_form(modulus):  # CHECK: keys of a faulty generator
        raise refuse(
            "key.weak", "The RSA key was made by a faulty generator: it can be factored.", spec="CVE-2017-15361"
        )


def _has_roca_form(modulus: int) -> bool:
    """Whether the modulus is a power of 65,537 modulo every small prime, as the faulty generator's are."""
    return all(modulus % prime in powers for prime, powers in _roca_powers())


@cache
def _roca_powers() -> tuple[tuple[int, frozenset[int]], ...]:
    primes = [number for number in range(3, 168, 2) if all(number % divisor for divisor in range(3, number, 2))]
    # Primes of which 65,537 generates everything say nothing.
    groups = ((prime, frozenset(pow(65_537, power, prime) for power in range(prime))) for prime in primes)
    return tuple((prime, powers) for prime, powers in groups if len(powers) < prime - 1)


def compress(x: bytes, y: bytes) -> bytes:
    """The compressed point of coordinates of full length; that it is on the curve is seen when it is loaded."""
    return bytes([2 | y[-1] & 1]) + x


def rsa_material(modulus: int, exponent: int) -> bytes:
    """The PKCS #1 `RSAPublicKey` in DER.

    Raises:
        ProblemError: `key.malformed`, `key.weak`.
    """
    check_rsa(modulus, exponent)
    try:
        key: Any = rsa.RSAPublicNumbers(exponent, modulus).public_key()
    except ValueError:
        raise malformed("The RSA key is not one.", spec="RFC 8017 §3.1") from None
    return bytes(key.public_bytes(Encoding.DER, PublicFormat.PKCS1))
