"""The older suites whose signature is a detached JWS with an unencoded payload (RFC 7797).

JsonWebSignature2020    W3C CCG final report of 2022-07-21: any key that its table has an algorithm for
Ed25519Signature2018    W3C CCG draft: Ed25519

Document and proof configuration are hashed as in Ed25519Signature2020, always with SHA-256, whatever
hash the algorithm has. The key signs the header, a dot and the hash data.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Final

from vcverify.crypto import KeyKind
from vcverify.jsontypes import JsonObject, JsonValue, compact, loads
from vcverify.limits import Limits, exceeded
from vcverify.multiformats import base64url_decode, base64url_encode
from vcverify.problems import ProblemError, refuse
from vcverify.suites.data_integrity import DataIntegritySuite
from vcverify.suites.forms import Algorithm, Received, signature_text, wrong_length
from vcverify.suites.proofs import Proof
from vcverify.suites.transformation import RDFC

_SPEC: Final = "JWS2020 §3.3.1; RFC 7797"
_REMEDY: Final = "The issuer has to write the header as the suite asks."


@dataclass(frozen=True, slots=True, kw_only=True)
class DetachedJws:
    """`jws`: header, nothing, signature (RFC 7515 appendix F)."""

    member: str = "jws"
    contexts: Collection[str] = ()

    def read(self, proof: Proof, algorithm: Algorithm, limits: Limits) -> Received:
        """The signature behind a header that says what the suite says, and nothing else."""
        pointer = f"{proof.pointer}/{self.member}"
        text = signature_text(proof, self.member)
        head, *rest = text.split(".", 3)
        if len(rest) != 2 or rest[0]:  # CHECK: tokens with a payload
            raise refuse(
                "proof.malformed",
                "The `jws` is not detached: a header, two dots, a signature.",
                pointer,
                expected="header..signature",
                found=text,
                spec=_SPEC,
            )
        _hold_header(_header(head, pointer, limits), pointer, proof, algorithm)
        signature = base64url_decode(rest[1], code="proof.malformed", pointer=pointer)
        # CHECK: signatures of another length
        if algorithm.signature_bytes is not None and len(signature) != algorithm.signature_bytes:
            raise wrong_length(pointer, algorithm.signature_bytes, len(signature))
        return Received(signature=signature, prefix=f"{head}.".encode("ascii"))

    def write(self, algorithm: Algorithm, data: bytes, sign: Callable[[bytes], bytes]) -> str:
        """The text of a new signature. See `vcverify.suites.forms.SignatureForm.write`."""
        head = base64url_encode(compact({"alg": algorithm.name, "b64": False, "crit": ["b64"]}))
        return f"{head}..{base64url_encode(sign(f'{head}.'.encode('ascii') + data))}"


def _header(text: str, pointer: str, limits: Limits) -> JsonObject:
    longest = limits.jose_header_bytes
    if len(text) > (longest * 4 + 2) // 3:  # CHECK: long headers
        raise exceeded("bytes of a JWS header", longest, f"{len(text) * 3 // 4} or so", pointer)
    data = base64url_decode(text, code="proof.malformed", pointer=pointer)
    try:
        header = loads(data, limits, max_bytes=longest)
    except ProblemError as error:
        raise refuse(
            "proof.malformed", f"The header of the `jws` cannot be read: {error.problem.detail}", pointer, spec=_SPEC
        ) from None
    if not isinstance(header, dict):  # CHECK: headers that are no object
        raise refuse("proof.malformed", "The header of the `jws` is not a JSON object.", pointer, found=header)
    return header


def _hold_header(header: JsonObject, pointer: str, proof: Proof, algorithm: Algorithm) -> None:
    """Refuses a header that says anything but the key's algorithm and that the payload is not encoded."""
    required: tuple[tuple[str, JsonValue], ...] = (("b64", False), ("crit", ["b64"]))
    for name, expected in required:
        # Not by `==` alone, to which 0 is false.
        # CHECK: headers without their members
        if header.get(name) != expected or type(header[name]) is not type(expected):
            raise _broken(
                f"The `{name}` of the header is not {compact(expected).decode()}.", pointer, expected, header, name
            )
    if header.get("alg") != algorithm.name:  # CHECK: algorithms that are not the key's
        raise refuse(
            "jose.algorithm",
            "The header names another algorithm than the suite has for the key.",
            pointer,
            expected=algorithm.name,
            found=header.get("alg", "none"),
            spec="JWS2020 §3.1; RFC 8725 §3.1",
        )
    # Some software repeats the verification method there.
    if header.get("kid", proof.verification_method) != proof.verification_method:  # CHECK: another key than the proof's
        raise _broken(
            "The `kid` of the header names another key than the proof.",
            pointer,
            proof.verification_method,
            header,
            "kid",
        )
    for name in sorted(header.keys() - {"alg", "b64", "crit", "kid"}):  # CHECK: other members of the header
        raise _broken("The header has a member that the suite does not have.", pointer, "alg, b64, crit", header, name)


def _broken(detail: str, pointer: str, expected: JsonValue, header: JsonObject, name: str) -> ProblemError:
    found = f"{name}: {compact(header[name]).decode()}" if name in header else f"no {name}"
    return refuse("jose.header", detail, pointer, expected=expected, found=found, spec=_SPEC, remedy=_REMEDY)


_EDDSA: Final = Algorithm(name="EdDSA", hash="sha256", signature_bytes=64)

SUITES: Final = (
    DataIntegritySuite(
        name="JsonWebSignature2020",
        proof_type="JsonWebSignature2020",
        transform=RDFC,
        form=DetachedJws(
            contexts=(
                "https://w3id.org/security/suites/jws-2020/v1",
                "https://w3c-ccg.github.io/lds-jws2020/contexts/lds-jws2020-v1.json",
            )
        ),
        keys={
            KeyKind.ED25519: _EDDSA,
            KeyKind.SECP256K1: Algorithm(name="ES256K", hash="sha256", signature_bytes=64),
            KeyKind.P256: Algorithm(name="ES256", hash="sha256", signature_bytes=64),
            KeyKind.P384: Algorithm(name="ES384", hash="sha256", signature_bytes=96),
            KeyKind.RSA: Algorithm(name="PS256", hash="sha256", signature_bytes=None),
        },
    ),
    DataIntegritySuite(
        name="Ed25519Signature2018",
        proof_type="Ed25519Signature2018",
        transform=RDFC,
        form=DetachedJws(contexts=("https://w3id.org/security/suites/ed25519-2018/v1",)),
        keys={KeyKind.ED25519: _EDDSA},
    ),
)
