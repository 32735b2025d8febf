"""Family E of the catalogue: tokens that readers read differently, or that are nobody's word.

Tokens changed at random, and the table's sizes, are in `test_jose.py`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from cases.documents import COLLEGE, GUILD, STRANGER, badge, badge_v1, single_key_document
from cases.keyring import b64url
from cases.registry import Scenario
from cases.signing import Json
from cases.tokens import claims, compact_json, joined, recoded, signed, token
from support.catalogue import Attacks, accepted, gaps, rejected, table
from support.confined import Confinement

ATTACKS = Attacks("e")
VICTIM = "did:web:ministry.example"
WORLD = {"https://ministry.example/.well-known/did.json": single_key_document(VICTIM, GUILD)}


def payload(**more: Any) -> Json:
    return {**badge(), **claims(badge()), **more}


def header(**members: Any) -> Json:
    found = {"alg": "EdDSA", "typ": "vc+jwt", "kid": COLLEGE.method} | members
    return {name: value for name, value in found.items() if value is not None}


def by_college(said: Json | bytes, body: Any) -> str:
    return joined(said, body, COLLEGE.signature)


# --- headers --------------------------------------------------------------------------------------

_HEADERS: dict[str, Json] = {
    "alg_space": {"alg": "EdDSA "},
    "alg_in_capitals": {"alg": "EDDSA"},
    "alg_nul": {"alg": "EdDSA\x00"},
    "alg_empty": {"alg": ""},
    "alg_true": {"alg": True},
    "alg_null": {"alg": [None]},
    "alg_none_signed": {"alg": "none"},
    "alg_none_space": {"alg": " none"},
    "alg_hs256": {"alg": "HS256"},
    "alg_hs512": {"alg": "HS512"},
    "alg_es256": {"alg": "ES256"},
    "alg_es256k": {"alg": "ES256K"},
    "alg_rs256": {"alg": "RS256"},
    "alg_ed448": {"alg": "Ed448"},
    "alg_jwe": {"alg": "RSA-OAEP", "enc": "A256GCM"},
    "alg_pbes2": {"alg": "PBES2-HS256+A128KW", "p2c": 2**31, "p2s": "AAAA"},
    "alg_long": {"alg": "E" * 10_000},
    "crit_text": {"crit": "exp"},
    "crit_object": {"crit": {"exp": 1}},
    "crit_number": {"crit": 1},
    "crit_null": {"crit": [None]},
    "crit_twice": {"crit": ["x", "x"], "x": 1},
    "crit_absent_member": {"crit": ["exp"]},
    "crit_of_itself": {"crit": ["crit"]},
    "crit_kid": {"crit": ["kid"]},
    "crit_many": {"crit": [f"x{number}" for number in range(1_000)]},
    "b64_true_critical": {"b64": True, "crit": ["b64"]},
    "b64_text": {"b64": "false"},
    "zip_gzip": {"zip": "GZIP"},
    "enc_present": {"enc": "A128GCM"},
    "cty_jwt_in_capitals": {"cty": "application/JWT"},
    "cty_array": {"cty": ["vc"]},
    "typ_logout": {"typ": "logout+jwt"},
    "typ_id_token": {"typ": "id_token"},
    "typ_dpop": {"typ": "dpop+jwt"},
    "typ_application_at": {"typ": "application/at+jwt"},
    "typ_statuslist": {"typ": "statuslist+jwt"},
    "typ_array": {"typ": ["vc+jwt"]},
    "typ_space": {"typ": "vc+jwt "},
    "typ_vp": {"typ": "vp+jwt"},
    "kid_array": {"kid": [COLLEGE.method]},
    "kid_object": {"kid": {"id": COLLEGE.method}},
    "kid_long": {"kid": "did:key:" + "z" * 12_000},
    "kid_newline": {"kid": COLLEGE.method + "\n"},
    "kid_sql": {"kid": "x' UNION SELECT 'key';--"},
    "kid_shell": {"kid": "key.pem;sleep 10"},
    "kid_file": {"kid": "file:///dev/zero"},
    "kid_nul": {"kid": COLLEGE.method + "\x00"},
    "kid_internal": {"kid": "https://169.254.169.254/latest/meta-data#key"},
    "kid_http": {"kid": "http://ministry.example/key#1"},
    "kid_escaped": {"kid": COLLEGE.method.replace("#", "%23")},
    "kid_of_guild": {"kid": GUILD.method},
    "kid_of_victim": {"kid": f"{VICTIM}#key-1"},
    "jwk_of_stranger": {"kid": None, "jwk": STRANGER.jwk},
    "jwk_private": {"kid": None, "jwk": {**COLLEGE.jwk, "d": b64url(bytes(32))}},
    "jwk_symmetric": {"kid": None, "jwk": {"kty": "oct", "k": b64url(bytes(32))}},
    "jwk_array": {"kid": None, "jwk": [COLLEGE.jwk]},
    "jwk_empty": {"kid": None, "jwk": {}},
    "jwk_with_kid": {"jwk": STRANGER.jwk},
    "x5c_alone": {"kid": None, "x5c": ["MIIB"]},
    "x5u_alone": {"kid": None, "x5u": "https://evil.example/chain.pem"},
    "jku_alone": {"kid": None, "jku": "https://evil.example/keys"},
    "jku_with_bare_kid": {"kid": "key-1", "jku": "https://evil.example/keys"},
    "no_key": {"kid": None},
}  # fmt: skip
"""Header members under a signature by the college."""


def _header(name: str) -> Scenario:
    return Scenario(document=by_college(header(**_HEADERS[name]), payload()), resources=WORLD, expect=rejected())


for _name in _HEADERS:
    ATTACKS.add(f"header_{_name}", partial(_header, _name))


_RAW_HEADERS: dict[str, bytes] = {
    "twice_alg": b'{"alg":"none","alg":"EdDSA","kid":"%s"}' % COLLEGE.method.encode(),
    "twice_kid": b'{"alg":"EdDSA","kid":"did:web:ministry.example#key-1","kid":"%s"}' % COLLEGE.method.encode(),
    "twice_escaped": b'{"alg":"EdDSA","\\u0061lg":"none","kid":"%s"}' % COLLEGE.method.encode(),
    "mark": b"\xef\xbb\xbf" + compact_json(header()),
    "utf_16": json.dumps(header()).encode("utf-16"),
    "comment": b'{"alg":"EdDSA"/*,"kid":1*/}',
    "nothing": b"",
    "null": b"null",
    "text": b'"EdDSA"',
    "nan": b'{"alg":"EdDSA","x":NaN}',
    "deep": b'{"alg":"EdDSA","x":' + b"[" * 5_000 + b"]" * 5_000 + b"}",
    "trailing": compact_json(header()) + b"{}",
    "surrogate": b'{"alg":"EdDSA","kid":"\\ud800"}',
}


def _raw_header(name: str) -> Scenario:
    return Scenario(document=by_college(_RAW_HEADERS[name], payload()), expect=rejected())


for _name in _RAW_HEADERS:
    ATTACKS.add(f"header_text_{_name}", partial(_raw_header, _name))

# --- payloads -------------------------------------------------------------------------------------

_PAYLOADS: dict[str, Callable[[], Any]] = {
    "nothing": lambda: b"",
    "null": lambda: b"null",
    "array": lambda: [payload()],
    "text": lambda: json.dumps(payload()),
    "mark": lambda: b"\xef\xbb\xbf" + compact_json(payload()),
    "twice_issuer": lambda: compact_json(payload())[:-1] + b',"issuer":"did:web:ministry.example"}',
    "twice_iss": lambda: b'{"iss":"did:web:ministry.example",' + compact_json(payload())[1:],
    "deep": lambda: b'{"x":' + b"[" * 1_400 + b"]" * 1_400 + b"," + compact_json(payload())[1:],
    "deflated": lambda: __import__("zlib").compress(compact_json(payload())),
    "iss_of_victim": lambda: payload(iss=VICTIM),
    "iss_array": lambda: payload(iss=[COLLEGE.did]),
    "iss_object": lambda: payload(iss={"id": COLLEGE.did}),
    "iss_null": lambda: {**payload(), "iss": None},
    "iss_space": lambda: payload(iss=COLLEGE.did + " "),
    "issuer_of_victim": lambda: payload(issuer=VICTIM),
    "issuer_and_iss_of_victim": lambda: payload(issuer=VICTIM, iss=VICTIM),
    "issuer_array": lambda: payload(issuer=[VICTIM, COLLEGE.did]),
    "issuer_missing": lambda: {name: value for name, value in payload().items() if name != "issuer"},
    "issuer_and_iss_missing": lambda: {n: v for n, v in payload().items() if n not in ("issuer", "iss")},
    "jti_other": lambda: payload(jti="urn:uuid:0b0b8b1e-4c1c-4bd8-8f0a-6ed0a3e2f009"),
    "jti_number": lambda: payload(jti=5),
    "sub_other": lambda: payload(sub=STRANGER.did),
    "sub_array": lambda: payload(sub=[STRANGER.did]),
    "exp_text": lambda: payload(exp="2030-01-01T00:00:00Z"),
    "exp_array": lambda: payload(exp=[4102444800]),
    "exp_false": lambda: payload(exp=False),
    "exp_zero": lambda: payload(exp=0),
    "exp_past": lambda: payload(exp=1_700_000_000),
    "exp_past_fraction": lambda: payload(exp=1_700_000_000.5),
    "exp_long": lambda: compact_json(payload())[:-1] + b',"exp":' + b"9" * 400 + b"}",
    "exp_overflow": lambda: compact_json(payload())[:-1] + b',"exp":1e400}',
    "exp_other_than_end": lambda: payload(validUntil="2027-01-01T00:00:00Z", exp=4_000_000_000),
    "nbf_ahead": lambda: payload(nbf=4_000_000_000),
    "nbf_null": lambda: {**payload(), "nbf": None},
    "nbf_text": lambda: payload(nbf="0"),
    "vc_text": lambda: {**claims(badge()), "vc": json.dumps(badge())},
    "vc_token": lambda: {**claims(badge()), "vc": signed(badge(), COLLEGE)},
    "vc_array": lambda: {**claims(badge()), "vc": [badge_v1()]},
    "vc_null": lambda: {**claims(badge()), "vc": None},
    "vc_and_vp": lambda: {**claims(badge()), "vc": badge_v1(), "vp": badge()},
    "vc_in_vc": lambda: {**claims(badge()), "vc": {"vc": badge_v1()}},
    "vc_beside_other": lambda: {**payload(), "vc": {**badge_v1(), "name": "Brain surgery"}},
    "vc_of_victim": lambda: {**claims(badge()), "vc": badge_v1(VICTIM)},
    "undefined_member": lambda: payload(issuer={**badge()["issuer"], "@context": None}),
    "proof_broken": lambda: payload(proof={"type": "DataIntegrityProof"}),
    "claims_alone": lambda: claims(badge()),
    "id_token": lambda: {"iss": COLLEGE.did, "sub": "alice", "aud": "client", "exp": 4_000_000_000, "iat": 1},
    "presentation": lambda: {"@context": badge()["@context"], "type": ["VerifiablePresentation"], "holder": VICTIM},
}  # fmt: skip


def _payload(name: str) -> Scenario:
    return Scenario(document=by_college(header(), _PAYLOADS[name]()), resources=WORLD, expect=rejected())


for _name in _PAYLOADS:
    ATTACKS.add(f"payload_{_name}", partial(_payload, _name))

# --- the text of the token ------------------------------------------------------------------------

_TEXTS: dict[str, Callable[[str], str]] = {
    "padding": lambda text: text + "=",
    "double_padding": lambda text: text + "==",
    "padding_of_header": lambda text: recoded(text, 0, lambda part: part + "="),
    "newline_at_end_of_part": lambda text: recoded(text, 1, lambda part: part + "\n"),
    "space_in_header": lambda text: recoded(text, 0, lambda part: part[:9] + " " + part[9:]),
    "junk_in_payload": lambda text: recoded(text, 1, lambda part: part[:9] + "!" + part[9:]),
    "nul": lambda text: text + "\x00",
    "signature_cut": lambda text: text[:-1],
    "signature_cut_four": lambda text: text[:-4],
    "signature_gone": lambda text: recoded(text, 2, lambda part: ""),
    "signature_zeros": lambda text: recoded(text, 2, lambda part: b64url(bytes(64))),
    "signature_long": lambda text: recoded(text, 2, lambda part: part + "AAAA"),
    "signature_of_a_mebibyte": lambda text: recoded(text, 2, lambda part: "A" * (1 << 20)),
    "four_parts": lambda text: text + ".",
    "five_parts": lambda text: text + "..",
    "two_parts": lambda text: text.rpartition(".")[0],
    "dots": lambda text: "..",
    "many_dots": lambda text: "." * 1_000_000,
    "header_alone": lambda text: text.partition(".")[0],
    "tilde": lambda text: text + "~",
    "tilde_before": lambda text: "~" + text,
    "disclosure": lambda text: text + "~" + b64url(compact_json(["salt", "name", "Brain surgery"])) + "~",
    "bearer": lambda text: "Bearer " + text,
    "not_ascii": lambda text: text.replace("e", "\u0435", 1),
    "full_width": lambda text: text.replace(".", "\uff0e"),
    "twice": lambda text: text + "\n" + text,
    "flattened": lambda text: json.dumps(
        dict(zip(("protected", "payload", "signature"), text.split("."), strict=True))
    ),
    "general": lambda text: json.dumps(
        {
            "payload": text.split(".")[1],
            "signatures": [{"protected": text.split(".")[0], "signature": text.split(".")[2]}],
        }
    ),
    "array": lambda text: json.dumps([text]),
    "data_url_of_other_kind": lambda text: "data:application/vp+jwt," + text,
    "data_url_twice": lambda text: "data:application/vc+jwt,data:application/vc+jwt," + text,
    "standard_alphabet": lambda text: text.replace("-", "+").replace("_", "/"),
    "last_character": lambda text: text[:-1] + chr(ord(text[-1]) + 1),
    "payload_exchanged": lambda text: recoded(text, 1, lambda _: b64url(compact_json(payload(name="Brain surgery")))),
    "header_respelled": lambda text: recoded(text, 0, lambda _: b64url(json.dumps(header()).encode())),
}


def _text(name: str) -> Scenario:
    token_ = next(
        text
        for number in range(99)
        for text in [signed(badge(), COLLEGE, header={"x": number})]
        if {"-", "_"} <= set(text.rpartition(".")[2]) and text[-1] in "AQgw"
    )
    return Scenario(text=_TEXTS[name](token_), expect=rejected())


for _name in _TEXTS:
    ATTACKS.add(f"text_{_name}", partial(_text, _name))


@ATTACKS
def by_another_key_of_the_name() -> Scenario:
    """The `kid` is the ministry's, the signature the stranger's."""
    text = token(payload(issuer=VICTIM, iss=VICTIM), STRANGER, kid=f"{VICTIM}#key-1")
    return Scenario(document=text, resources=WORLD, expect=rejected("proof.invalid"))


@ATTACKS
def by_the_right_key() -> Scenario:
    """The same by the guild's key, which is the ministry's: nothing else is wrong with it."""
    text = token(payload(issuer=VICTIM, iss=VICTIM), GUILD, kid=f"{VICTIM}#key-1")
    return Scenario(document=text, resources=WORLD, expect=accepted())


@ATTACKS
def places_to_fetch_keys_from() -> Scenario:
    """`jku`, `x5u` and `x5c` beside a `kid` that decides: neither fetched nor believed."""
    places = {"jku": "https://evil.example/keys", "x5u": "https://evil.example/chain", "x5c": ["MIIB"]}
    return Scenario(document=signed(badge(), COLLEGE, header=places), expect=accepted())


SHOWN = table("""
E01  jose-header-alg-none-0
E02  jose-header-alg-none-2 jose-header-alg-none-4
E03  jose-header-alg-hs256-bytes jose-header-alg-hs256-jwk
E05  jose-header-alg-array jose-header-alg-object
E06  jose-header-crit-unknown
E07  jose-header-crit-b64
E08  jose-header-b64-false
E09  jose-header-crit-empty
E10  jose-header-crit-registered
E11  jose-keys-header-key-stranger
E12  jose-header-key-places #places_to_fetch_keys_from adversarial/test_jose.py::test_no_header_makes_the_verifier_fetch
E13  jose-keys-kid-path
E14  jose-keys-others-key #by_another_key_of_the_name
E15  jose-keys-same-fragment
E17  jose-header-zip
E18  jose-typ-at-jwt jose-typ-logout-jwt
E19  jose-typ-vc-sd-jwt
E20  jose-header-cty-jwt
E21  jose-claims-iss-contradicts #payload_iss_of_victim
E22  jose-claims-jti-contradicts #payload_jti_other
E23  jose-claims-sub-contradicts #payload_sub_other
E24  jose-claims-nbf-contradicts
E27  jose-claims-exp-contradicts
E28a jose-claims-exp-nan
E28b jose-claims-exp-infinity
E28e jose-claims-exp-null
E28f jose-claims-exp-true
E28g jose-claims-exp-negative
E29  jose-header-es256
E30  jose-header-signature-der
E31  jose-header-signature-zero
E32  jose-header-signature-order
E33  jose-header-signature-high-s
E34  jose-header-signature-short jose-header-signature-long
E35  jose-header-es384-by-p-256
E36  jose-header-es256k-by-p-256
E37  jose-keys-did-web #by_the_right_key
E38  jose-header-rs256
E40  jose-header-rsa-e-1
E41  jose-header-rsa-even-modulus jose-header-rsa-e-2
E42  jose-header-rsa-16384
E43  jose-header-rsa-huge-e
E44  jose-header-padding
E45  jose-header-junk
E46  jose-header-line-break
E47  jose-header-spare-bits
E48  jose-header-standard-alphabet #text_standard_alphabet
E50  jose-header-four-parts
E52  jose-header-flattened #text_general
E53  jose-header-header-twice #header_text_twice_alg
E54  jose-header-claim-twice #payload_twice_iss
E56  jose-header-byte-order-mark
E58  adversarial/test_jose.py::test_a_token_of_twenty_megabytes
E59  jose-header-not-ascii
E60  jose-header-tilde #text_disclosure
E61  jose-vc-claim-text jose-vc-claim-null
E63  jose-claims-audience jose-claims-audience-asked
E65  jose-header-deep-payload
E66  jose-header-surrogate
""")


def test_every_line_is_shown() -> None:
    """A line without an attack is a promise that nobody keeps."""
    assert not gaps("E", SHOWN, ATTACKS)


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_is_judged_as_the_catalogue_says(name: str, confinement: Confinement) -> None:
    """In a process of its own, within 2 s of processor time and 256 MiB."""
    assert not confinement.judge(ATTACKS.case(name)).faults()
