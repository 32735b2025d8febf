"""Family F of the catalogue: DID documents that do not say what they are asked for, and did:web names of no host."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from cases.documents import COLLEGE, STRANGER, badge, controller_document, single_key_document
from cases.keyring import b64url, method_entry
from cases.registry import Scenario
from cases.signing import Json, sign
from cases.tokens import signed
from support.catalogue import Attacks, accepted, gaps, rejected, table
from support.confined import Confinement

ATTACKS = Attacks("f")
DID = "did:web:aldermoor.example"
URL = "https://aldermoor.example/.well-known/did.json"
METHOD = f"{DID}#key-1"
EVIL = "did:web:evil.example"
EVIL_URL = "https://evil.example/.well-known/did.json"


def entry(**more: Any) -> Json:
    found = method_entry(COLLEGE, METHOD, DID) | more
    return {name: value for name, value in found.items() if value is not None}


def document(*methods: Any, **more: Any) -> Json:
    """The issuer's document, with these methods for assertions."""
    found = {"id": DID, "verificationMethod": list(methods), "assertionMethod": [METHOD]} | more
    return {name: value for name, value in found.items() if value is not None}


GOOD = document(entry())

_DOCUMENTS: dict[str, Callable[[], Any]] = {
    "other_id": lambda: {**GOOD, "id": EVIL},
    "no_id": lambda: document(entry(), id=None),
    "id_array": lambda: {**GOOD, "id": [DID]},
    "id_in_capitals": lambda: {**GOOD, "id": DID.upper()},
    "id_with_slash": lambda: {**GOOD, "id": DID + "/"},
    "id_with_fragment": lambda: {**GOOD, "id": DID + "#"},
    "id_with_space": lambda: {**GOOD, "id": DID + " "},
    "deactivated": lambda: {**GOOD, "deactivated": True},
    "deactivated_in_metadata": lambda: {"didDocument": GOOD, "didDocumentMetadata": {"deactivated": True}},
    "resolution_result": lambda: {"didDocument": GOOD},
    "array": lambda: [GOOD],
    "null": lambda: None,
    "number": lambda: 5,
    "methods_object": lambda: {**GOOD, "verificationMethod": entry()},
    "methods_map": lambda: {**GOOD, "verificationMethod": {METHOD: entry()}},
    "methods_null": lambda: {**GOOD, "verificationMethod": None},
    "methods_of_text": lambda: {**GOOD, "verificationMethod": [METHOD]},
    "methods_nested": lambda: {**GOOD, "verificationMethod": [[entry()]]},
    "method_twice": lambda: document(entry(), entry(publicKeyMultibase=STRANGER.multikey)),
    "method_embedded_too": lambda: document(entry(), assertionMethod=[entry(publicKeyMultibase=STRANGER.multikey)]),
    "only_authentication": lambda: document(entry(), assertionMethod=None, authentication=[METHOD]),
    "only_capability": lambda: document(entry(), assertionMethod=None, capabilityInvocation=[METHOD]),
    "only_agreement": lambda: document(entry(), assertionMethod=None, keyAgreement=[METHOD]),
    "no_relationship": lambda: document(entry(), assertionMethod=None),
    "relationship_empty": lambda: document(entry(), assertionMethod=[]),
    "relationship_null": lambda: {**GOOD, "assertionMethod": None},
    "relationship_text": lambda: document(entry(), assertionMethod=DID),
    "relationship_of_other": lambda: document(entry(), assertionMethod=[EVIL + "#key-1"]),
    "relationship_prefix": lambda: document(entry(), assertionMethod=[METHOD + "0"]),
    "relationship_in_capitals": lambda: document(entry(), assertionMethod=[f"{DID}#KEY-1"]),
    "relationship_bare": lambda: document(entry(), assertionMethod=["key-1"]),
    "relationship_true": lambda: document(entry(), assertionMethod=[True]),
    "relationship_by_iri": lambda: document(entry(), **{"assertionMethod": None, "https://w3id.org/security#assertionMethod": [METHOD]}),
    "relationship_misspelled": lambda: document(entry(), assertionMethod=None, AssertionMethod=[METHOD]),
    "controller_other": lambda: document(entry(controller=EVIL)),
    "controller_missing": lambda: document(entry(controller=None)),
    "controller_array": lambda: document(entry(controller=[EVIL, DID])),
    "controller_object": lambda: document(entry(controller={"id": DID})),
    "controller_space": lambda: document(entry(controller=DID + " ")),
    "revoked_past": lambda: document(entry(revoked="2026-02-01T00:00:00Z")),
    "revoked_prose": lambda: document(entry(revoked="yes")),
    "revoked_true": lambda: document(entry(revoked=True)),
    "revoked_date": lambda: document(entry(revoked="2026-02-01")),
    "revoked_null": lambda: {**GOOD, "verificationMethod": [{**entry(), "revoked": [None]}]},
    "expires_past": lambda: document(entry(expires="2026-02-01T00:00:00Z")),
    "expires_prose": lambda: document(entry(expires="never")),
    "expires_number": lambda: document(entry(expires=4_000_000_000)),
    "method_id_of_other": lambda: document(entry(id=f"{EVIL}#key-1")),
    "method_id_relative": lambda: document(entry(id="key-1")),
    "method_id_missing": lambda: document(entry(id=None)),
    "method_type_missing": lambda: document(entry(type=None)),
    "method_type_unknown": lambda: document(entry(type="MinistryKey2030")),
    "method_type_x25519": lambda: document(entry(type="X25519KeyAgreementKey2020")),
    "method_type_other_key": lambda: document(entry(type="EcdsaSecp256k1VerificationKey2019")),
    "method_type_array": lambda: document(entry(type=["Multikey", "JsonWebKey"])),
    "key_missing": lambda: document(entry(publicKeyMultibase=None)),
    "key_null": lambda: {**GOOD, "verificationMethod": [{**entry(), "publicKeyMultibase": None}]},
    "key_two_forms": lambda: document(entry(publicKeyJwk=STRANGER.jwk)),
    "key_of_stranger": lambda: document(entry(publicKeyMultibase=STRANGER.multikey)),
    "key_secret_beside": lambda: document(entry(secretKeyMultibase="z3u2en7t5LR2WtQH5PfFqMqwVHgeXouLzo6haApm8XHqvjxq")),
    "key_blockchain": lambda: document(entry(publicKeyMultibase=None, blockchainAccountId="eip155:1:0xab")),
    "key_huge": lambda: document(entry(publicKeyMultibase="z" + "2" * 200_000)),
    "many_methods": lambda: document(entry(), *[entry(id=f"{DID}#x{number}") for number in range(2_000)]),
    "mebibyte": lambda: {**GOOD, "padding": "x" * (1 << 20)},
    "deep": lambda: {"base64": __import__("base64").b64encode(
        json.dumps(GOOD)[:-1].encode() + b',"x":' + b"[" * 100_000 + b"]" * 100_000 + b"}").decode()},
    "twice_named": lambda: {"base64": __import__("base64").b64encode(
        json.dumps(GOOD)[:-1].encode() + b',"id":"did:web:evil.example"}').decode()},
    "html": lambda: {"base64": __import__("base64").b64encode(b"<html>" + json.dumps(GOOD).encode()).decode(),
                     "mediaType": "text/html"},
    "mark": lambda: {"base64": __import__("base64").b64encode(b"\xef\xbb\xbf" + json.dumps(GOOD).encode()).decode()},
}  # fmt: skip
"""What stands at the issuer's URL. The signature is by the college, with `#key-1`."""


def _document(name: str, *, as_token: bool) -> Scenario:
    body = _DOCUMENTS[name]()
    given: Any = (
        signed(badge(DID), COLLEGE, header={"kid": METHOD}) if as_token else sign(badge(DID), COLLEGE, method=METHOD)
    )
    return Scenario(
        document=given, resources={URL: body, EVIL_URL: single_key_document(EVIL, COLLEGE)}, expect=rejected()
    )


for _name in _DOCUMENTS:
    ATTACKS.add(f"document_{_name}", partial(_document, _name, as_token=False))
    ATTACKS.add(f"document_{_name}_for_a_token", partial(_document, _name, as_token=True))

_JWKS: dict[str, Json] = {
    "private": {"d": b64url(bytes(32))},
    "use_enc": {"use": "enc"},
    "use_array": {"use": ["sig"]},
    "ops_encrypt": {"key_ops": ["encrypt"]},
    "ops_sign_only": {"key_ops": ["sign"]},
    "ops_twice": {"key_ops": ["verify", "verify"]},
    "ops_empty": {"key_ops": []},
    "alg_es256": {"alg": "ES256"},
    "alg_none": {"alg": "none"},
    "alg_number": {"alg": 5},
    "kty_lower": {"kty": "okp"},
    "kty_ec": {"kty": "EC"},
    "kty_oct": {"kty": "oct", "k": "AAAA"},
    "crv_x25519": {"crv": "X25519"},
    "crv_missing": {"crv": None},
    "crv_p256": {"crv": "P-256"},
    "x_padded": {"x": COLLEGE.jwk["x"] + "="},
    "x_short": {"x": b64url(COLLEGE.public[:31])},
    "x_long": {"x": b64url(COLLEGE.public + b"\x00")},
    "x_spare_bits": {"x": COLLEGE.jwk["x"][:-1] + chr(ord(COLLEGE.jwk["x"][-1]) + 1)},
    "x_identity": {"x": b64url(b"\x01" + bytes(31))},
    "x_array": {"x": [COLLEGE.jwk["x"]]},
    "x_huge": {"x": "A" * 200_000},
}  # fmt: skip


def _jwk(name: str) -> Scenario:
    key = {member: value for member, value in (COLLEGE.jwk | _JWKS[name]).items() if value is not None}
    found = document(entry(type="JsonWebKey", publicKeyMultibase=None, publicKeyJwk=key))
    text = signed(badge(DID), COLLEGE, header={"kid": METHOD})
    return Scenario(document=text, resources={URL: found}, expect=rejected())


for _name in _JWKS:
    ATTACKS.add(f"jwk_{_name}", partial(_jwk, _name))

# --- whose method it is ---------------------------------------------------------------------------


def _kid(text: str) -> Scenario:
    world = {URL: GOOD, EVIL_URL: single_key_document(EVIL, STRANGER)}
    return Scenario(document=signed(badge(DID), STRANGER, header={"kid": text}), resources=world, expect=rejected())


_KIDS = {
    "fragment": "#key-1",
    "bare": "key-1",
    "of_evil": f"{EVIL}#key-1",
    "of_evil_as_query": f"{EVIL}?{DID}#key-1",
    "of_evil_as_path": f"{EVIL}:aldermoor.example#key-1",
    "of_evil_as_user": "did:web:aldermoor.example%40evil.example#key-1",
    "of_evil_as_fragment": f"{EVIL}#{METHOD}",
    "of_own_key": STRANGER.method,
}
for _name, _text in _KIDS.items():
    ATTACKS.add(f"kid_{_name}", partial(_kid, _text))


@ATTACKS
def method_of_evil_in_the_issuers_document() -> Scenario:
    """The issuer's document lists a method whose id and controller are another DID's."""
    found = document(entry(), entry(id=f"{EVIL}#key-1", controller=EVIL, publicKeyMultibase=STRANGER.multikey),
                     assertionMethod=[METHOD, f"{EVIL}#key-1"])  # fmt: skip
    given = sign(badge(DID), STRANGER, method=f"{EVIL}#key-1")
    world = {URL: found, EVIL_URL: single_key_document(EVIL, STRANGER)}
    return Scenario(document=given, resources=world, expect=rejected("issuer.unbound"))


@ATTACKS
def issuers_name_in_evils_document() -> Scenario:
    """The stranger's document says that it is the issuer's too."""
    found = controller_document(EVIL, method_entry(STRANGER, f"{EVIL}#key-1", DID), alsoKnownAs=[DID], controller=[DID])
    given = sign(badge(DID), STRANGER, method=f"{EVIL}#key-1")
    return Scenario(document=given, resources={URL: GOOD, EVIL_URL: found}, expect=rejected())


@ATTACKS
def controllers_in_a_circle() -> Scenario:
    """The method's controller is another document, whose method's controller is the first."""
    one = document(entry(controller=EVIL))
    other = {"id": EVIL, "controller": DID, "verificationMethod": [entry(id=f"{EVIL}#key-1", controller=DID)],
             "assertionMethod": [METHOD, f"{EVIL}#key-1"]}  # fmt: skip
    return Scenario(
        document=sign(badge(DID), COLLEGE, method=METHOD), resources={URL: one, EVIL_URL: other}, expect=rejected()
    )


# --- did:web names --------------------------------------------------------------------------------

_HOSTS = {
    "slash": "aldermoor.example%2F..%2Fevil.example",
    "dot_dot": "aldermoor.example:..:evil",
    "dot": "aldermoor.example:.:x",
    "dot_dot_escaped": "aldermoor.example:%2E%2E:evil",
    "dot_dot_twice_escaped": "aldermoor.example:%252E%252E:evil",
    "backslash": "aldermoor.example%5Cevil.example",
    "port_99999": "aldermoor.example%3A99999",
    "port_0": "aldermoor.example%3A0",
    "port_negative": "aldermoor.example%3A-1",
    "port_empty": "aldermoor.example%3A",
    "port_letters": "aldermoor.example%3Assh",
    "port_other_digits": "aldermoor.example%3A%D9%A4%D9%A4%D9%A3",
    "port_twice": "aldermoor.example%3A443%3A443",
    "ipv4": "192.0.2.7",
    "ipv4_loopback": "127.0.0.1",
    "ipv4_octal": "0177.0.0.1",
    "ipv4_hexadecimal": "0x7f.0.0.1",
    "ipv4_number": "2130706433",
    "ipv4_short": "127.1",
    "ipv4_dot": "127.0.0.1.",
    "ipv4_escaped": "127%2E0%2E0%2E1",
    "ipv6": "%5B%3A%3A1%5D",
    "ipv6_mapped": "%5B%3A%3Affff%3A127.0.0.1%5D",
    "localhost": "localhost",
    "localhost_capitals": "LOCALHOST",
    "localhost_port": "localhost%3A8443",
    "internal": "intranet",
    "metadata": "metadata",
    "user": "aldermoor.example%40evil.example",
    "user_and_password": "a%3Ab%40evil.example",
    "victim_at_evil": "aldermoor.example@evil.example",
    "fragment": "evil.example%23aldermoor.example",
    "query": "evil.example%3Faldermoor.example",
    "query_in_path": "aldermoor.example:x%3Fy",
    "fragment_in_path": "aldermoor.example:x%23y",
    "slash_in_path": "aldermoor.example:x%2Fy",
    "nul": "aldermoor.example%00.evil.example",
    "newline": "aldermoor.example%0A",
    "space": "aldermoor.example%20",
    "tab": "alder%09moor.example",
    "percent": "aldermoor.example%",
    "percent_broken": "aldermoor.example%zz",
    "not_ascii": "alderm\u00f6or.example",
    "not_ascii_escaped": "alderm%C3%B6or.example",
    "dots_full_width": "aldermoor\uff0eexample",
    "dots_ideographic": "aldermoor\u3002example",
    "dots_in_path": "aldermoor.example:\u2025:evil",
    "trailing_dot": "aldermoor.example.",
    "leading_dot": ".aldermoor.example",
    "empty": "",
    "empty_segment": "aldermoor.example::x",
    "empty_last_segment": "aldermoor.example:x:",
    "empty_label": "aldermoor..example",
    "label_300": "a" * 300 + ".example",
    "labels_many": ".".join(["a"] * 300),
    "hyphen_first": "-aldermoor.example",
    "underscore": "alder_moor.example",
    "wildcard": "*.example",
    "bracket": "alder[moor.example",
    "quote": "alder'moor.example",
    "angle": "<b>.example",
    "only_digits_last": "aldermoor.123",
}  # fmt: skip


def _host(name: str) -> Scenario:
    did = "did:web:" + _HOSTS[name]
    found = single_key_document(did, COLLEGE)
    text = _HOSTS[name].replace("%3A", ":", 1)
    guesses = [f"https://{text}/.well-known/did.json", "https://" + text.replace(":", "/") + "/did.json", URL, EVIL_URL]
    given = {**sign(badge(), COLLEGE), "issuer": {**badge()["issuer"], "id": did}}
    given["proof"]["verificationMethod"] = f"{did}#key-1"
    return Scenario(document=given, resources=dict.fromkeys(guesses, found), expect=rejected())


for _name in _HOSTS:
    ATTACKS.add(f"host_{_name}", partial(_host, _name))


@ATTACKS
def control() -> Scenario:
    """The issuer's own document, as it should be: nothing else is wrong with all of these."""
    return Scenario(document=sign(badge(DID), COLLEGE, method=METHOD), resources={URL: GOOD}, expect=accepted())


@ATTACKS
def control_of_a_token() -> Scenario:
    """The same for tokens."""
    return Scenario(
        document=signed(badge(DID), COLLEGE, header={"kid": METHOD}), resources={URL: GOOD}, expect=accepted()
    )


@ATTACKS
def control_of_a_jwk() -> Scenario:
    """The key as a JWK that says what it is for."""
    key = {**COLLEGE.jwk, "use": "sig", "key_ops": ["verify"], "alg": "EdDSA"}
    found = document(entry(type="JsonWebKey", publicKeyMultibase=None, publicKeyJwk=key))
    return Scenario(
        document=signed(badge(DID), COLLEGE, header={"kid": METHOD}), resources={URL: found}, expect=accepted()
    )


SHOWN = table("""
F01  issuer-other-id #document_other_id
F02  issuer-no-id #document_no_id
F03  jose-keys-not-listed #document_no_relationship_for_a_token
F04  issuer-method-controller #document_controller_other
F05  issuer-revoked #document_revoked_past
F09  jose-keys-listed-jwk-private keys-jwk-private #jwk_private
F10  jose-keys-listed-jwk-use-enc jose-keys-listed-jwk-key-ops-encrypt
F11  jose-keys-listed-jwk-alg-other keys-jwk-other-alg #jwk_alg_es256
F13  jose-keys-kid-fragment jose-keys-kid-bare #kid_fragment
F15  jose-keys-foreign-method #kid_of_evil #method_of_evil_in_the_issuers_document
F16  issuer-methods-as-map #document_methods_object
F19  issuer-deactivated #document_deactivated
F20  issuer-did-web #control
F21  issuer-only-authentication #document_only_authentication
F24  issuer-key-expired issuer-revoked #document_expires_past
F26  issuer-method-2020-base58
F40  did-web-slash-in-host #host_slash
F41  did-web-dot-dot #host_dot_dot
F43  issuer-did-web-port
F44  did-web-port-too-large #host_port_99999
F46  did-web-ipv4 #host_ipv4
F47  did-web-localhost #host_localhost
F48  did-web-ipv6 #host_ipv6
F51  did-web-ipv4-octal #host_ipv4_octal
F52  did-web-userinfo #host_user
F53  #host_victim_at_evil
F54  did-web-fragment-in-host #host_fragment
F55  did-web-query-in-path #host_query_in_path
F56  did-web-fragment-in-path #host_fragment_in_path
F57  did-web-nul #host_nul
F59  did-web-non-ascii #host_not_ascii
F60  did-web-trailing-dot #host_trailing_dot
F61  did-web-empty #host_empty
F62  did-web-empty-segment #host_empty_segment
F64  did-web-empty-label #host_empty_label
F65  did-web-long-label #host_label_300
F66  did-web-internal-host #host_internal
F67  did-web-dots-in-path #host_dots_in_path
""")


def test_every_line_is_shown() -> None:
    """A line without an attack is a promise that nobody keeps."""
    assert not gaps("F", SHOWN, ATTACKS)


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_is_judged_as_the_catalogue_says(name: str, confinement: Confinement) -> None:
    """In a process of its own, within 2 s of processor time and 256 MiB."""
    assert not confinement.judge(ATTACKS.case(name)).faults()
