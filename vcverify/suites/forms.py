"""How a signature stands in its proof: the member that holds it, and the text that it is.

The form of Data Integrity proofs is here; that of the suites before them is in `jws`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Final, Protocol

from vcverify.jsontypes import JsonValue
from vcverify.limits import Limits
from vcverify.multiformats import base58_decode, base58_encode
from vcverify.problems import ProblemError, refuse
from vcverify.suites.proofs import Proof


@dataclass(frozen=True, slots=True, kw_only=True)
class Algorithm:
    """How a kind of key signs: JOSE name of the algorithm, hash of the transform, signature's length.

    The length is None where the key decides it: that of an RSA signature is its modulus's.
    """

    name: str
    hash: str
    signature_bytes: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A signature, decoded. `prefix` is what was signed before the hash data: of a JWS the header with its dot."""

    signature: bytes
    prefix: bytes = b""


class SignatureForm(Protocol):
    """The member of a proof that is its signature, read and written."""

    @property
    def member(self) -> str:
        """Its name. It is no part of what is signed."""
        ...

    @property
    def contexts(self) -> Collection[str]:
        """URLs that a proof may have as its own `@context`: it is hashed under the document's, then under these."""
        ...

    def read(self, proof: Proof, algorithm: Algorithm, limits: Limits) -> Received:
        """The signature.

        Raises:
            ProblemError: `proof.malformed`, `limit.exceeded`; `jose.header` and `jose.algorithm` of a JWS.
        """
        ...

    def write(self, algorithm: Algorithm, data: bytes, sign: Callable[[bytes], bytes]) -> str:
        """The text of a new signature over the hash data."""
        ...


def signature_text(proof: Proof, member: str) -> str:
    """The proof's signature as it was received.

    Raises:
        ProblemError: `proof.malformed` where it is absent, or is no text.
    """
    value: JsonValue = proof.value.get(member)
    if isinstance(value, str):
        return value
    where = f"{proof.pointer}/{member}" if member in proof.value else proof.pointer
    raise refuse("proof.malformed", f"The proof has no `{member}` as text.", where, found=value)


def wrong_length(pointer: str, expected: int, found: int) -> ProblemError:
    """The `proof.malformed` for a signature of so many bytes; the caller raises it."""
    return refuse(
        "proof.malformed",
        "The signature has the wrong length.",
        pointer,
        expected=f"{expected} bytes",
        found=f"{found} bytes",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class MultibaseValue:
    """`proofValue`: base58btc multibase of the bare signature (DI §2.1)."""

    member: str = "proofValue"
    contexts: Collection[str] = ()

    def read(self, proof: Proof, algorithm: Algorithm, limits: Limits) -> Received:
        """The signature. See `SignatureForm.read`."""
        pointer = f"{proof.pointer}/{self.member}"
        value = signature_text(proof, self.member)
        if not value.startswith("z"):  # CHECK: values in another base
            raise refuse(
                "proof.malformed",
                "The `proofValue` is not multibase base58btc.",
                pointer,
                expected="text that begins with z",
                found=value,
                spec="CID 1.0 §2.4",
            )
        signature = base58_decode(value[1:], limit=limits.signature_characters, code="proof.malformed", pointer=pointer)
        # CHECK: signatures of another length
        if algorithm.signature_bytes is not None and len(signature) != algorithm.signature_bytes:
            raise wrong_length(pointer, algorithm.signature_bytes, len(signature))
        return Received(signature=signature)

    def write(self, algorithm: Algorithm, data: bytes, sign: Callable[[bytes], bytes]) -> str:
        """The text of a new signature. See `SignatureForm.write`."""
        return "z" + base58_encode(sign(data))


MULTIBASE: Final = MultibaseValue()
