"""Headers, algorithms and the text of tokens: what is refused before a signature counts, and signatures themselves."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any

from cases.documents import COLLEGE, STRANGER, badge, controller_document
from cases.keyring import CURVES, b64url, ec_key, method_entry
from cases.registry import Expectation, Family, Scenario, fails, inconclusive, passes, refused
from cases.signing import Json
from cases.tokens import RSA_JWK, claims, compact_json, joined, recoded, rsa_signature, signed, token

FAMILY = Family("jose-header", "jose")
case = FAMILY.case

JWS = ("RFC 7515 §4.1",)
ENCODING = ("RFC 7515 §2", "RFC 4648 §5")
ALGORITHMS = ("RFC 7518 §3", "RFC 8725 §3.1")
WEB = "did:web:aldermoor.example"
WEB_URL = "https://aldermoor.example/.well-known/did.json"
METHOD = f"{WEB}#key-1"


def payload() -> Json:
    return {**badge(), **claims(badge())}


def with_header(**members: Any) -> str:
    """A badge by the college with header members of any kind."""
    return joined({"alg": "EdDSA", "typ": "vc+jwt", "kid": COLLEGE.method, **members}, payload(), COLLEGE.signature)


def add(
    name: str, title: str, description: str, document: Any, expect: Expectation, *spec: str, importance: str = "high"
) -> None:
    FAMILY.add(
        name,
        title,
        description,
        lambda: Scenario(document=document() if callable(document) else document, expect=expect),
        spec=spec,
        importance=importance,
    )


# Algorithms -------------------------------------------------------------------------------------------


def _unsecured(name: str) -> str:
    return joined({"alg": name, "typ": "vc+jwt", "kid": COLLEGE.method}, payload(), lambda _: b"")


for _name in ("none", "nOnE", "NONE"):
    add(
        f"alg-{_name.lower()}-{sum(c.isupper() for c in _name)}",
        f"An unsecured token (`alg: {_name}`) has no proof",
        "However the word is spelled.",
        lambda name=_name: _unsecured(name),
        fails(("proof.missing", "/header/alg"), proof="failed"),
        "VC-JOSE-COSE §3.1",
        "RFC 8725 §3.2",
        importance="critical",
    )


@case("An unsecured token with somebody's signature has no proof", spec=["RFC 8725 §3.2"])
def alg_none_signed() -> Scenario:
    """`none` with 64 bytes after the last dot."""
    return Scenario(document=with_header(alg="none"), expect=fails(("proof.missing", "/header/alg")))


for _form, _secret in (("bytes", COLLEGE.public), ("jwk", compact_json(COLLEGE.jwk))):
    add(
        f"alg-hs256-{_form}",
        "A token by a symmetric algorithm, keyed with the public key",
        "Whoever verifies could have made it.",
        lambda secret=_secret: joined(
            {"alg": "HS256", "typ": "vc+jwt", "kid": COLLEGE.method},
            payload(),
            lambda message: hmac.new(secret, message, hashlib.sha256).digest(),
        ),
        fails(("jose.algorithm", "/header/alg"), proof="failed"),
        "RFC 8725 §3.1",
        importance="critical",
    )

for _label, _value in (("array", ["EdDSA"]), ("object", {"EdDSA": True}), ("number", 1), ("absent", None)):
    add(
        f"alg-{_label}",
        f"An algorithm that is {_label} is none",
        "The algorithm is one name.",
        lambda value=_value: token(payload(), COLLEGE, alg=value),
        fails(("jose.header", "/header/alg"), proof="failed"),
        "RFC 7515 §4.1.1",
    )


@case("An algorithm that nobody has", spec=ALGORITHMS)
def alg_unknown() -> Scenario:
    """It may be good; nothing here can tell."""
    return Scenario(
        document=with_header(alg="ES256X"),
        expect=inconclusive(("proof.unsupported", "/header/alg"), proof="indeterminate"),
    )


@case("An algorithm that the policy excludes", spec=ALGORITHMS)
def alg_excluded() -> Scenario:
    """The policy names what it accepts."""
    return Scenario(
        document=signed(badge(), COLLEGE),
        policy={"algorithms": ["RS256"]},
        expect=fails(("jose.algorithm", "/header/alg"), proof="failed"),
    )


for _curve, _alg in (("P-256", "ES256"), ("P-384", "ES384"), ("P-521", "ES512"), ("secp256k1", "ES256K")):
    add(
        f"{_alg.lower()}",
        f"A token by {_alg} verifies",
        "r and s of the curve's length, one after the other.",
        lambda curve=_curve: signed(badge(ec_key("college", curve)), ec_key("college", curve)),
        passes(issuer="passed", facts={"proof": {"algorithm": _alg}}),
        "RFC 7518 §3.4" if _curve != "secp256k1" else "RFC 8812 §3.2",
        importance="critical",
    )


@case("EdDSA by its newer name", spec=["RFC 9864 §2.2"], importance="medium")
def ed25519_name() -> Scenario:
    """`Ed25519` names the curve as well."""
    return Scenario(document=with_header(alg="Ed25519"), expect=passes(issuer="passed"))


def by_rsa(algorithm: str, jwk: Json | None = None, *, entry: Json | None = None) -> Json:
    """A badge by a did:web issuer with the RSA key, and the issuer's document."""
    document = badge(WEB)
    header = {"alg": algorithm, "typ": "JWT", "kid": METHOD}
    method = entry or {"id": METHOD, "type": "JsonWebKey", "controller": WEB, "publicKeyJwk": jwk or RSA_JWK}
    return {
        "document": joined(header, {**document, **claims(document)}, rsa_signature(algorithm)),
        "resources": {WEB_URL: controller_document(WEB, method)},
    }


for _alg in ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"):
    FAMILY.add(
        _alg.lower(),
        f"A token by {_alg} verifies",
        "A did:web issuer with an RSA key of 2,048 bits.",
        lambda algorithm=_alg: Scenario(
            **by_rsa(algorithm),
            expect=passes(
                issuer="passed", facts={"issuer": {"binding": "resolved"}, "proof": {"algorithm": algorithm}}
            ),
        ),
        spec=["OB 3.0 §8.2.1", "RFC 7518 §3.3"] if _alg == "RS256" else ["RFC 7518 §3.3, §3.5"],
        importance="critical" if _alg == "RS256" else "high",
    )

_WEAK: dict[str, tuple[Json, str]] = {
    "rsa-e-1": ({**RSA_JWK, "e": "AQ"}, "Every text is its own signature."),
    "rsa-e-2": ({**RSA_JWK, "e": "Ag"}, "An even exponent is none."),
    "rsa-even-modulus": (
        {**RSA_JWK, "n": RSA_JWK["n"][:-1] + ("A" if RSA_JWK["n"][-1] != "A" else "Q")},
        "A product of odd primes is odd.",
    ),
    "rsa-16384": ({**RSA_JWK, "n": b64url(b"\xc5" * 2048)}, "Slow to verify, and nobody's."),
    "rsa-huge-e": ({**RSA_JWK, "e": b64url(b"\xc5" * 256)}, "Slow to verify, and nobody's."),
    "rsa-1024": ({**RSA_JWK, "n": b64url(b"\xc5" * 128)}, "Too short since long."),
}
for _name, (_jwk, _why) in _WEAK.items():
    FAMILY.add(
        _name,
        "An RSA key that is no good",
        _why,
        lambda jwk=_jwk: Scenario(**by_rsa("RS256", jwk), expect=refused(proof="failed")),
        spec=["RFC 8725 §3.5", "RFC 8017 §3.1"],
    )


@case("A token by PS384 with a key for PS256", spec=["RFC 7517 §4.4"])
def jwk_alg() -> Scenario:
    """The JWK says for what algorithm it is."""
    return Scenario(**by_rsa("PS384", {**RSA_JWK, "alg": "PS256"}), expect=fails(("jose.algorithm", "/header/alg")))


for _alg, _curve in (("ES384", "P-256"), ("ES256K", "P-256"), ("EdDSA", "P-256"), ("RS256", "P-256")):

    def _mismatched(algorithm: str = _alg, curve: str = _curve) -> Scenario:
        key = ec_key("college", curve)
        return Scenario(
            document=signed(badge(key), key, header={"alg": algorithm}),
            expect=fails(("jose.algorithm", "/header/alg"), proof="failed"),
        )

    FAMILY.add(
        f"{_alg.lower()}-by-{_curve.lower()}",
        f"{_alg} with a key on {_curve} fails",
        "The key decides; the header has to agree.",
        _mismatched,
        spec=ALGORITHMS,
        importance="critical",
    )


# Signatures -------------------------------------------------------------------------------------------

P256 = ec_key("college")
ORDER = CURVES["P-256"].order


def by_p256(change: Any) -> str:
    """An ES256 badge with its signature changed."""
    header = {"alg": "ES256", "typ": "vc+jwt", "kid": P256.method}
    document = badge(P256)
    return joined(header, {**document, **claims(document)}, lambda message: change(P256.signature(message)))


def _high(value: bytes) -> bytes:
    r, s = value[:32], int.from_bytes(value[32:], "big")
    return r + (ORDER - s).to_bytes(32, "big")


def _der(value: bytes) -> bytes:
    from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

    return encode_dss_signature(int.from_bytes(value[:32], "big"), int.from_bytes(value[32:], "big"))


_SIGNATURES: dict[str, tuple[Any, str, Expectation]] = {
    "der": (_der, "in DER, as X.509 has it", fails("proof.malformed", proof="failed")),
    "zero": (lambda _: bytes(64), "of zeros", fails("proof.invalid", proof="failed")),
    "order": (lambda _: ORDER.to_bytes(32, "big") * 2, "of the curve's order", fails("proof.invalid", proof="failed")),
    "short": (lambda value: value[:-1], "a byte short", fails("proof.malformed", proof="failed")),
    "long": (lambda value: value + b"\0", "a byte long", fails("proof.malformed", proof="failed")),
    "empty": (lambda _: b"", "of no bytes", fails("proof.malformed", proof="failed")),
    "high-s": (_high, "with the other s", passes(issuer="passed")),
}
for _name, (_change, _how, _expect) in _SIGNATURES.items():
    add(
        f"signature-{_name}",
        f"An ES256 signature {_how}",
        "Legal: ECDSA has two values of s for each signature." if _name == "high-s" else "It is no signature.",
        lambda change=_change: by_p256(change),
        _expect,
        "RFC 7518 §3.4",
        importance="critical" if _name in ("zero", "order") else "high",
    )


# Header members ---------------------------------------------------------------------------------------

_REFUSED: dict[str, tuple[Json, str, tuple[str, ...]]] = {
    "crit-unknown": ({"crit": ["x"], "x": 1}, "crit", ("RFC 7515 §4.1.11",)),
    "crit-empty": ({"crit": []}, "crit", ("RFC 7515 §4.1.11",)),
    "crit-registered": ({"crit": ["alg"]}, "crit", ("RFC 7515 §4.1.11",)),
    "crit-b64": ({"crit": ["b64"], "b64": False}, "crit", ("RFC 7797 §6",)),
    "b64-false": ({"b64": False}, "b64", ("RFC 7797 §6",)),
    "zip": ({"zip": "DEF"}, "zip", ("RFC 7516 §4.1.3",)),
    "cty-jwt": ({"cty": "JWT"}, "cty", ("RFC 7519 §5.2",)),
    "cty-other": ({"cty": "image/png"}, "cty", ("VC-JOSE-COSE §3.1.1",)),
    "kid-number": ({"kid": 1}, "kid", ("RFC 7515 §4.1.4",)),
    "kid-empty": ({"kid": ""}, "kid", ("RFC 7515 §4.1.4",)),
    "jwk-text": ({"kid": None, "jwk": "x"}, "jwk", ("RFC 7515 §4.1.3",)),
}
for _name, (_members, _at, _spec) in _REFUSED.items():

    def _header_member(members: Json = _members, at: str = _at) -> Scenario:
        given = {name: value for name, value in members.items() if value is not None}
        header = {"alg": "EdDSA", "typ": "vc+jwt", "kid": COLLEGE.method} | given
        if members.get("kid", "") is None:
            del header["kid"]
        return Scenario(
            document=joined(header, payload(), COLLEGE.signature),
            expect=fails(("jose.header", f"/header/{at}"), proof="failed"),
        )

    FAMILY.add(
        _name,
        f"A header with `{json.dumps(_members)}` fails",
        "What a verifier must understand and does not, or must not meet in a credential's token.",
        _header_member,
        spec=_spec,
        importance="critical" if _name.startswith("crit") else "high",
    )


@case("`cty: vc` is what the payload is", spec=["VC-JOSE-COSE §3.1.1"], importance="medium")
def cty_vc() -> Scenario:
    """As the standard recommends."""
    return Scenario(document=with_header(cty="vc"), expect=passes(issuer="passed"))


@case("Places to fetch keys from are ignored", spec=["RFC 8725 §3.10"], importance="critical")
def key_places() -> Scenario:
    """`jku`, `x5u` and `x5c` change nothing: the key is that of `kid`."""
    members = {"jku": "https://elsewhere.example/keys", "x5u": "https://elsewhere.example/chain", "x5c": ["MIIB"]}
    return Scenario(
        document=with_header(**members), expect=passes(issuer="passed", facts={"issuer": {"binding": "did-key"}})
    )


@case("An unknown header member is ignored", spec=["RFC 7515 §4"], importance="medium")
def unknown_member() -> Scenario:
    """It is not critical."""
    return Scenario(document=with_header(purpose="diploma"), expect=passes(issuer="passed"))


@case("A header of more than 16 KiB", spec=["RFC 8725 §3.10"])
def header_size() -> Scenario:
    """Headers are small."""
    return Scenario(document=with_header(note="x" * 17_000), expect=fails("limit.exceeded"))


# The text ---------------------------------------------------------------------------------------------


def _text(name: str, title: str, change: Any, code: str = "input.malformed", *spec: str) -> None:
    FAMILY.add(
        name,
        title,
        "Two readers must not take two texts for one token.",
        lambda: Scenario(text=change(signed(badge(), COLLEGE)), expect=fails(code)),
        spec=spec or ENCODING,
    )


def _spare_bits(text: str) -> str:
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return text[:-1] + alphabet[alphabet.index(text[-1]) + 1]


_text("padding", "A signature with padding", lambda text: text + "==")
_text("junk", "A strange character inside the signature", lambda text: text[:-20] + "!" + text[-20:])
_text("line-break", "A line break inside the signature", lambda text: text[:-20] + "\n" + text[-20:])
_text("space", "A space inside the payload", lambda text: recoded(text, 1, lambda part: part[:9] + " " + part[9:]))
_text("spare-bits", "A last character whose unused bits are set", _spare_bits)
_text("standard-alphabet", "The other alphabet of base64", lambda text: recoded(text, 2, lambda part: "+/" + part[2:]))
_text("four-parts", "A dot at the end", lambda text: text + ".")
_text("two-parts", "No signature part", lambda text: text.rpartition(".")[0], "input.malformed", "RFC 7515 §7.1")
_text("no-header", "No header", lambda text: "." + text.partition(".")[2], "input.malformed", "RFC 7515 §7.1")
_text("not-ascii", "A letter that is not ASCII", lambda text: text[:-20] + "é" + text[-20:])
_text("tilde", "A tilde at the end", lambda text: text + "~", "jose.header", "RFC 9901 §4", "RFC 8725 §3.11")


@case("The flattened JSON serialization", spec=["RFC 7515 §7.2.2"])
def flattened() -> Scenario:
    """Credentials travel in the compact one."""
    header, body, signature = signed(badge(), COLLEGE).split(".")
    return Scenario(
        document={"protected": header, "payload": body, "signature": signature}, expect=fails("input.malformed")
    )


@case("A header member twice", spec=["RFC 7515 §4"], importance="critical")
def header_twice() -> Scenario:
    """Readers take the first, or the last."""
    header = f'{{"alg":"EdDSA","typ":"vc+jwt","kid":"{COLLEGE.method}","alg":"none"}}'.encode()
    return Scenario(document=joined(header, payload(), COLLEGE.signature), expect=fails(("input.malformed", "/header")))


@case("A claim twice", spec=["RFC 7519 §4"], importance="critical")
def claim_twice() -> Scenario:
    """The stranger's name first, the signer's last."""
    body = f'{{"iss":"{STRANGER.did}",'.encode() + compact_json(payload())[1:]
    return Scenario(document=joined(_head(), body, COLLEGE.signature), expect=fails("input.malformed"))


@case("A payload with a byte order mark", spec=["RFC 8259 §8.1"], importance="medium")
def byte_order_mark() -> Scenario:
    """Signed so."""
    body = b"\xef\xbb\xbf" + compact_json(payload())
    return Scenario(document=joined(_head(), body, COLLEGE.signature), expect=fails("input.malformed"))


@case("A payload of 1,400 levels", spec=["RFC 8259 §9"])
def deep_payload() -> Scenario:
    """Refused before anything walks it."""
    body = compact_json(payload())[:-1] + b',"x":' + b"[" * 1400 + b"]" * 1400 + b"}"
    return Scenario(document=joined(_head(), body, COLLEGE.signature), expect=fails("limit.exceeded"))


@case("A lone surrogate in a claim", spec=["RFC 8259 §8.2"])
def surrogate() -> Scenario:
    """No text."""
    body = b'{"iss":"\\ud800",' + compact_json(payload())[1:]
    return Scenario(document=joined(_head(), body, COLLEGE.signature), expect=fails("input.malformed"))


@case("A header that is no object", spec=["RFC 7515 §4"], importance="medium")
def header_array() -> Scenario:
    """An array of members."""
    return Scenario(
        document=joined(b'["EdDSA"]', payload(), COLLEGE.signature), expect=fails(("input.malformed", "/header"))
    )


def _head() -> Json:
    return {"alg": "EdDSA", "typ": "vc+jwt", "kid": COLLEGE.method}


@case("A key that is listed for another algorithm", spec=["RFC 7517 §4.4"])
def listed_for_other() -> Scenario:
    """`alg: ES256` on an Ed25519 key."""
    entry = method_entry(COLLEGE, METHOD, WEB, form="JsonWebKey")
    entry["publicKeyJwk"]["alg"] = "ES256"
    return Scenario(
        document=signed(badge(WEB), COLLEGE, header={"kid": METHOD}),
        resources={WEB_URL: controller_document(WEB, entry)},
        expect=fails("key.malformed", proof="failed"),
    )
