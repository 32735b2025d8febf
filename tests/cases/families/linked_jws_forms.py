"""Detached JWS as signatures of the older suites: the header, what is between the dots, the encoding."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from functools import partial
from typing import Any

from cryptography.hazmat.primitives.asymmetric import utils

from cases.documents import COLLEGE
from cases.families.linked_jws import P256, RSA, SUITE, data_of, signed, unsigned
from cases.keyring import Key, b64url
from cases.mutations import drop, edit, put
from cases.registry import Family, Scenario, fails, passes
from cases.signing import Json, sign
from cases.tokens import rsa_signature

FAMILY = Family("linked-jws-form", "embedded", "older-suites")
case = FAMILY.case

HEADER = ("JWS2020 §3.3.1", "RFC 7797 §3", "RFC 7797 §6")
FORM = ("JWS2020 §3.3.1", "RFC 7515 §7.1")
ALGORITHM = ("JWS2020 §3.1", "RFC 8725 §3.1")
ENCODING = ("RFC 7515 §2", "RFC 4648 §3.5")


# The header: each signed that way ----------------------------------------------------------------------


@case("The members of the header have no order", spec=HEADER, importance="medium")
def order() -> Scenario:
    """The header is signed as it was written, white space and all."""
    return Scenario(document=signed(header=b'{ "crit": ["b64"], "b64": false, "alg": "EdDSA" }'), expect=passes())


@case("A `kid` that names the proof's own verification method is harmless", spec=HEADER, importance="medium")
def kid_agrees() -> Scenario:
    """Software that makes its JWS with a general library repeats it there."""
    return Scenario(document=signed(header={"kid": COLLEGE.method}), expect=passes())


_HEADERS: dict[str, tuple[Json | bytes, str, str]] = {
    "no-b64": ({"b64": None}, "jose.header", "without `b64` the payload would be base64url"),
    "b64-true": ({"b64": True}, "jose.header", "the payload would be base64url"),
    "b64-zero": ({"b64": 0}, "jose.header", "0 is a number, however false it may seem"),
    "b64-text": ({"b64": "false"}, "jose.header", "text is never false"),
    "b64-null": (b'{"alg":"EdDSA","b64":null,"crit":["b64"]}', "jose.header", "null is not false"),
    "no-crit": ({"crit": None}, "jose.header", "readers that do not know `b64` would read something else"),
    "crit-empty": ({"crit": []}, "jose.header", "an empty list is forbidden, and `b64` has to be in it"),
    "crit-other": ({"crit": ["exp"]}, "jose.header", "another extension is critical, and `b64` is not"),
    "crit-more": ({"crit": ["b64", "exp"], "exp": 1}, "jose.header", "a second extension, not understood here"),
    "crit-twice": ({"crit": ["b64", "b64"]}, "jose.header", "the same name twice is forbidden"),
    "crit-text": ({"crit": "b64"}, "jose.header", "a list is asked for"),
    "typ": ({"typ": "JWT"}, "jose.header", "the suite's header has no `typ`"),
    "jwk": ({"jwk": COLLEGE.jwk}, "jose.header", "a key in the header; nothing would look at it"),
    "jku": ({"jku": "https://keys.example/set.json"}, "jose.header", "a place of keys; nothing would load it"),
    "x5c": ({"x5c": ["MIIB"]}, "jose.header", "a certificate; nothing would read it"),
    "kid-other": ({"kid": f"{COLLEGE.did}#other"}, "jose.header", "another key than the proof names"),
    "kid-number": ({"kid": 1}, "jose.header", "a number names no key"),
    "no-alg": ({"alg": None}, "jose.algorithm", "no algorithm"),
    "alg-none": ({"alg": "none"}, "jose.algorithm", "not signed, it says"),
    "alg-hs256": ({"alg": "HS256"}, "jose.algorithm", "a secret that everybody knows: the public key"),
    "alg-es256": ({"alg": "ES256"}, "jose.algorithm", "the algorithm of another kind of key"),
    "alg-case": ({"alg": "eddsa"}, "jose.algorithm", "names of algorithms have their case"),
    "alg-list": ({"alg": ["EdDSA"]}, "jose.algorithm", "a list is no name"),
    "alg-twice": (b'{"alg":"EdDSA","b64":false,"crit":["b64"],"alg":"EdDSA"}', "proof.malformed", "a member twice"),
    "array": (b'["EdDSA",false]', "proof.malformed", "a header is an object"),
    "not-json": (b'{"alg":"EdDSA",', "proof.malformed", "half of an object"),
    "bom": (b'\xef\xbb\xbf{"alg":"EdDSA","b64":false,"crit":["b64"]}', "proof.malformed", "a byte order mark"),
    "latin-1": (b'{"alg":"EdDSA","b64":false,"crit":["b64"],"\xe4":1}', "proof.malformed", "no UTF-8"),
    "huge": (b'{"alg":"EdDSA","b64":false,"crit":["b64"],"x":"%s"}' % (b"x" * 20_000), "limit.exceeded", "20 KB"),
}


def _header(header: Json | bytes, code: str) -> Scenario:
    return Scenario(document=signed(header=header), expect=fails((code, "/proof/jws"), proof="failed"))


for _name, (_value, _code, _why) in _HEADERS.items():
    FAMILY.add(
        _name,
        f"A header that is not the suite's is refused ({_name})",
        f"Signed that way by the right key: {_why}.",
        partial(_header, _value, _code),
        spec=ALGORITHM if _code == "jose.algorithm" else HEADER,
    )


@case("RS256 by an RSA key fails", spec=ALGORITHM)
def rs256() -> Scenario:
    """The suite has PS256 for RSA keys. The signature itself would hold."""
    key = Key("college", "RSA", b"", b"", rsa_signature("RS256"), RSA.public_jwk)
    document = sign(unsigned(RSA.did_jwk), key, SUITE, method=f"{RSA.did_jwk}#0", header={"alg": "RS256"})
    return Scenario(document=document, expect=fails(("jose.algorithm", "/proof/jws"), proof="failed"))


@case("A header of EdDSA on an ES256 signature fails", spec=ALGORITHM)
def es256_as_eddsa() -> Scenario:
    """The key's own kind decides; the header only has to agree."""
    return Scenario(
        document=signed(P256, header={"alg": "EdDSA"}), expect=fails(("jose.algorithm", "/proof/jws"), proof="failed")
    )


# What is between the dots -------------------------------------------------------------------------------


@case("A payload that is attached is refused", spec=FORM, importance="critical")
def attached() -> Scenario:
    """The very hashes, in base64url between the dots."""
    document = signed()
    head, _, tail = document["proof"]["jws"].split(".")
    return Scenario(
        document=put(document, "/proof/jws", f"{head}.{b64url(data_of(document))}.{tail}"),
        expect=fails(("proof.malformed", "/proof/jws"), proof="failed"),
    )


@case("A whole token in place of a detached signature is refused", spec=FORM, importance="critical")
def whole_token() -> Scenario:
    """A good JWS of the right key, over a payload that it carries itself: what it is over is not the document."""
    head, body = b64url(b'{"alg":"EdDSA"}'), b64url(json.dumps({"name": "something else"}).encode())
    token = f"{head}.{body}.{b64url(COLLEGE.signature(f'{head}.{body}'.encode()))}"
    return Scenario(
        document=put(signed(), "/proof/jws", token), expect=fails(("proof.malformed", "/proof/jws"), proof="failed")
    )


def _signed_over(make: Callable[[str, bytes], bytes]) -> Json:
    """A badge whose key signed something else of header and hashes."""
    document = signed()
    head = document["proof"]["jws"].split(".")[0]
    return put(document, "/proof/jws", f"{head}..{b64url(COLLEGE.signature(make(head, data_of(document))))}")


_INPUTS: dict[str, tuple[Callable[[str, bytes], bytes], str]] = {
    "encoded": (lambda head, data: f"{head}.{b64url(data)}".encode(), "the hashes in base64url, as without `b64`"),
    "no-header": (lambda head, data: data, "the hashes alone, as Data Integrity proofs sign them"),
    "no-dot": (lambda head, data: head.encode() + data, "no dot behind the header"),
    "hex": (lambda head, data: f"{head}.{data.hex()}".encode(), "the hashes in hexadecimal"),
    "reversed": (lambda head, data: head.encode() + b"." + data[32:] + data[:32], "document before options"),
    "hashed": (lambda head, data: head.encode() + b"." + hashlib.sha256(data).digest(), "the hash of both hashes"),
}


def _input(make: Callable[[str, bytes], bytes]) -> Scenario:
    return Scenario(document=_signed_over(make), expect=fails(("proof.invalid", "/proof/jws"), proof="failed"))


for _name, (_make, _what) in _INPUTS.items():
    FAMILY.add(
        f"input-{_name}",
        f"The key signs the header, a dot, and the raw bytes of both hashes ({_name})",
        f"Signed: {_what}.",
        partial(_input, _make),
        spec=["RFC 7797 §3", "JWS2020 §3"],
    )


# The text -----------------------------------------------------------------------------------------------


def _last_bits(text: str) -> str:
    """Another last character for the same bytes: the unused bits of 64 bytes are four."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return text[:-1] + alphabet[alphabet.index(text[-1]) + 1]


def _standard(text: str) -> str:
    head, _, tail = text.partition("..")
    raw = base64.urlsafe_b64decode(tail + "==")
    return f"{head}..{base64.b64encode(raw).decode().rstrip('=')}+/"


def _with_tail(change: Callable[[bytes], bytes]) -> Callable[[str], str]:
    def edit_tail(text: str) -> str:
        head, _, tail = text.partition("..")
        return f"{head}..{b64url(change(base64.urlsafe_b64decode(tail + '==')))}"

    return edit_tail


_TEXTS: dict[str, tuple[Callable[[str], Any], str]] = {
    "padded": (lambda text: text + "==", "padding behind the signature"),
    "header-padded": (lambda text: text.replace("..", "=..", 1), "padding behind the header"),
    "last-bits": (_last_bits, "the unused bits of the last character"),
    "alphabet": (_standard, "the alphabet of plain base64"),
    "newline": (lambda text: text + "\n", "a line feed at the end"),
    "space": (lambda text: text.replace("..", ". .", 1), "a space where the payload would be"),
    "one-dot": (lambda text: text.replace("..", ".", 1), "two parts"),
    "three-dots": (lambda text: text.replace("..", "...", 1), "four parts"),
    "no-header": (lambda text: ".." + text.partition("..")[2], "no header"),
    "no-signature": (lambda text: text.partition("..")[0] + "..", "no signature"),
    "short": (_with_tail(lambda raw: raw[:-1]), "63 bytes"),
    "long": (_with_tail(lambda raw: raw + b"\0"), "65 bytes"),
    "empty": (lambda text: "", "nothing"),
    "number": (lambda text: 1, "a number"),
    "list": (lambda text: [text], "a list"),
}


def _text(change: Callable[[str], Any]) -> Scenario:
    return Scenario(
        document=edit(signed(), "/proof/jws", change), expect=fails(("proof.malformed", "/proof/jws"), proof="failed")
    )


for _name, (_change, _what) in _TEXTS.items():
    FAMILY.add(
        f"text-{_name}",
        f"A `jws` is a header, two dots and a signature, in strict base64url ({_name})",
        f"Changed after signing: {_what}.",
        partial(_text, _change),
        spec=ENCODING if _name in ("padded", "header-padded", "last-bits", "alphabet", "newline") else FORM,
        importance="medium",
    )


@case("A proof without `jws` is malformed", spec=FORM)
def absent() -> Scenario:
    """Nothing is not a signature."""
    return Scenario(document=drop(signed(), "/proof/jws"), expect=fails(("proof.malformed", "/proof"), proof="failed"))


@case("A `proofValue` in place of the `jws` is none", spec=FORM)
def proof_value() -> Scenario:
    """The same signature in the form of the suites that came after."""
    document = signed()
    value = "z3EXAMPLE"
    moved = put(drop(document, "/proof/jws"), "/proof/proofValue", value)
    return Scenario(document=moved, expect=fails(("proof.malformed", "/proof"), proof="failed"))


@case("An altered signature of JsonWebSignature2020 fails", spec=["JWS2020 §3"], importance="critical")
def altered() -> Scenario:
    """One bit of R."""
    change = _with_tail(lambda raw: bytes([raw[0] ^ 1]) + raw[1:])
    return Scenario(
        document=edit(signed(), "/proof/jws", change), expect=fails(("proof.invalid", "/proof/jws"), proof="failed")
    )


@case("An altered PS256 signature fails", spec=["RFC 7518 §3.5"])
def ps256_altered() -> Scenario:
    """One bit in the middle; and the length is the modulus's, which the key tells."""
    document = sign(unsigned(RSA.did_jwk), RSA, SUITE, method=f"{RSA.did_jwk}#0")
    change = _with_tail(lambda raw: raw[:128] + bytes([raw[128] ^ 1]) + raw[129:])
    return Scenario(
        document=edit(document, "/proof/jws", change), expect=fails(("proof.invalid", "/proof/jws"), proof="failed")
    )


@case("An ES256 signature in DER is malformed", spec=["RFC 7518 §3.4"])
def der() -> Scenario:
    """JOSE has r ‖ s of 64 bytes."""

    def encoded(raw: bytes) -> bytes:
        return utils.encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))

    return Scenario(
        document=edit(signed(P256), "/proof/jws", _with_tail(encoded)),
        expect=fails(("proof.malformed", "/proof/jws"), proof="failed"),
    )


@case("An ES256 signature with r = 0 fails", spec=["FIPS 186-5 §6.4.2"])
def es256_zero() -> Scenario:
    """Numbers outside 1 to n - 1 are none of a signature."""
    change = _with_tail(lambda raw: bytes(32) + raw[32:])
    return Scenario(
        document=edit(signed(P256), "/proof/jws", change),
        expect=fails(("proof.invalid", "/proof/jws"), proof="failed"),
    )
