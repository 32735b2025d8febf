"""Family D of the catalogue: Data Integrity proofs that are not what they seem, and keys that are weak."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import base58
import pytest
from cases.documents import COLLEGE, GUILD, STRANGER, badge, clr, signed_badge, single_key_document
from cases.keyring import b64url, did_key, ec_key, multibase58
from cases.mutations import drop, edit, put
from cases.registry import Scenario
from cases.signing import Json, attach, chain, sign
from pyld.jsonld import JsonLdError
from support.catalogue import Attacks, accepted, gaps, rejected, table
from support.confined import Confinement

ATTACKS = Attacks("d")
VICTIM = "did:web:ministry.example"
WORLD = {"https://ministry.example/.well-known/did.json": single_key_document(VICTIM, GUILD)}
P256 = ec_key("college")

# --- whose name it is -----------------------------------------------------------------------------


@ATTACKS
def impersonation() -> Scenario:
    """The stranger's did:key signs in the name of a ministry whose document can be had."""
    return Scenario(document=sign(badge(VICTIM), STRANGER), resources=WORLD, expect=rejected("issuer.unbound"))


@ATTACKS
def impersonation_by_method_of_same_fragment() -> Scenario:
    """The method is the ministry's `#key-1`, the key is the stranger's own."""
    document = sign(badge(VICTIM), STRANGER, method=f"{VICTIM}#key-1")
    return Scenario(document=document, resources=WORLD, expect=rejected("proof.invalid"))


def _issuer(value: Any) -> Scenario:
    document = {**badge(), "issuer": value}
    try:
        document = sign(document, STRANGER)
    except JsonLdError:
        document = {**document, "proof": sign(badge(STRANGER), STRANGER)["proof"]}
    return Scenario(document=document, resources=WORLD, expect=rejected())


_ISSUERS: dict[str, Any] = {
    "array": [VICTIM, STRANGER.did],
    "array_signer_first": [STRANGER.did, VICTIM],
    "objects": [{"id": VICTIM, "type": ["Profile"]}, {"id": STRANGER.did, "type": ["Profile"]}],
    "without_id": {"type": ["Profile"], "name": "The Ministry"},
    "id_null": {"id": None, "type": ["Profile"]},
    "id_empty": {"id": "", "type": ["Profile"]},
    "id_array": {"id": [VICTIM, STRANGER.did], "type": ["Profile"]},
    "id_blank": {"id": "_:b0", "type": ["Profile"]},
    "id_with_space": {"id": STRANGER.did + " ", "type": ["Profile"]},
    "id_with_fragment": {"id": STRANGER.method, "type": ["Profile"]},
    "id_with_query": {"id": STRANGER.did + "?service=x", "type": ["Profile"]},
    "id_with_path": {"id": STRANGER.did + "/x", "type": ["Profile"]},
    "id_in_capitals": {"id": STRANGER.did.replace("did:key", "DID:KEY"), "type": ["Profile"]},
    "id_with_semicolon": {"id": STRANGER.did + ";x", "type": ["Profile"]},
    "id_longer": {"id": STRANGER.did + "1", "type": ["Profile"]},
    "id_shorter": {"id": STRANGER.did[:-1], "type": ["Profile"]},
    "https": "https://ministry.example/",
    "also_known_as": {"id": VICTIM, "type": ["Profile"], "alsoKnownAs": STRANGER.did},
    "text": "The Ministry",
    "number": 5,
    "null": None,
}

for _name, _value in _ISSUERS.items():
    ATTACKS.add(f"issuer_{_name}", partial(_issuer, _value))


def _method(text: str) -> Scenario:
    document = sign(badge(), COLLEGE, proof={"verificationMethod": text})
    return Scenario(document=document, resources=WORLD, expect=rejected())


_METHODS = {
    "without_fragment": COLLEGE.did,
    "empty_fragment": COLLEGE.did + "#",
    "two_fragments": COLLEGE.method + "#x",
    "other_fragment": f"{COLLEGE.did}#{GUILD.multikey}",
    "query": f"{COLLEGE.did}?x=1#{COLLEGE.multikey}",
    "path": f"{COLLEGE.did}/x#{COLLEGE.multikey}",
    "version_query": f"{COLLEGE.did}?versionTime=2020-01-01T00:00:00Z#{COLLEGE.multikey}",
    "capitals": COLLEGE.method.replace("did:key", "did:KEY"),
    "space": COLLEGE.method + " ",
    "newline": COLLEGE.method + "\n",
    "escaped": COLLEGE.method.replace("#", "%23"),
    "escaped_letter": COLLEGE.method.replace("#z", "#%7a"),
    "relative": "#" + COLLEGE.multikey,
    "bare": COLLEGE.multikey,
    "empty": "",
    "not_a_did": "key:" + COLLEGE.multikey,
    "other_method": COLLEGE.method.replace("did:key", "did:peer"),
    "version_1": COLLEGE.method.replace("did:key:", "did:key:1:"),
    "version_2": COLLEGE.method.replace("did:key:", "did:key:2:"),
    "http": "http://ministry.example/keys/1#key",
    "file": "file:///etc/passwd#key",
    "data": "data:application/json,{}#key",
    "javascript": "javascript:alert(1)#key",
    "internal": "https://169.254.169.254/latest#key",
    "with_password": "https://a:b@ministry.example/did.json#key-1",
}

for _name, _value in _METHODS.items():
    ATTACKS.add(f"method_{_name}", partial(_method, _value))


# --- members of the proof -------------------------------------------------------------------------


def _member(name: str, value: Any) -> Scenario:
    return Scenario(document=sign(badge(), COLLEGE, proof={name: value}), expect=rejected())


_SIGNED_MEMBERS: dict[str, tuple[str, Any]] = {
    "purpose_missing": ("proofPurpose", None),
    "purpose_authentication": ("proofPurpose", "authentication"),
    "purpose_two": ("proofPurpose", ["assertionMethod", "authentication"]),
    "purpose_iri": ("proofPurpose", "https://w3id.org/security#assertionMethod"),
    "purpose_in_capitals": ("proofPurpose", "AssertionMethod"),
    "purpose_unknown": ("proofPurpose", "https://example.org/anything"),
    "created_prose": ("created", "yesterday"),
    "created_date": ("created", "2026-01-15"),
    "created_no_offset": ("created", "2026-01-15T12:00:00"),
    "created_ahead": ("created", "2026-07-01T00:00:00Z"),
    "created_two": ("created", ["2026-01-15T12:00:00Z", "2026-01-16T12:00:00Z"]),
    "expires_past": ("expires", "2026-03-01T00:00:00Z"),
    "expires_prose": ("expires", "never"),
    "expires_empty": ("expires", ""),
    "expires_two": ("expires", ["2026-03-01T00:00:00Z", "2036-03-01T00:00:00Z"]),
    "expires_no_offset": ("expires", "2026-03-01T00:00:00"),
    "previous_absent": ("previousProof", "urn:uuid:0b0b8b1e-4c1c-4bd8-8f0a-6ed0a3e2f009"),
    "previous_empty": ("previousProof", ""),
    "previous_number": ("previousProof", 1),
    "previous_object": ("previousProof", {"id": "urn:x:y"}),
    "type_two": ("type", ["DataIntegrityProof", "Ed25519Signature2020"]),
    "challenge_number": ("challenge", 5),
    "domain_object": ("domain", {"id": "https://registrar.example"}),
}

for _name, (_key, _value) in _SIGNED_MEMBERS.items():
    ATTACKS.add(_name, partial(_member, _key, _value))


_CHANGES: dict[str, Callable[[Json], Json]] = {
    "second_signature_jws": lambda real: put(real, "/proof/jws", "eyJhbGciOiJFZERTQSJ9..AAAA"),
    "second_signature_value": lambda real: put(real, "/proof/signatureValue", "AAAA"),
    "second_proof_at_iri": lambda real: {**real, "https://w3id.org/security#proof": real["proof"]},
    "second_proof_in_capitals": lambda real: {**real, "Proof": real["proof"]},
    "context_of_its_own": lambda real: put(real, "/proof/@context", "https://w3id.org/security/data-integrity/v2"),
    "type_2020": lambda real: put(drop(real, "/proof/cryptosuite"), "/proof/type", "Ed25519Signature2020"),
    "type_2018": lambda real: put(real, "/proof/type", "Ed25519Signature2018"),
    "type_iri": lambda real: put(real, "/proof/type", "https://w3id.org/security#DataIntegrityProof"),
    "type_array": lambda real: put(real, "/proof/type", ["DataIntegrityProof", "DataIntegrityProof"]),
    "suite_jcs": lambda real: put(real, "/proof/cryptosuite", "eddsa-jcs-2022"),
    "suite_ecdsa": lambda real: put(real, "/proof/cryptosuite", "ecdsa-rdfc-2019"),
    "suite_ecdsa_sd": lambda real: put(real, "/proof/cryptosuite", "ecdsa-sd-2023"),
    "suite_array": lambda real: put(real, "/proof/cryptosuite", ["eddsa-rdfc-2022"]),
    "suite_object": lambda real: put(real, "/proof/cryptosuite", {"@value": "eddsa-rdfc-2022"}),
    "suite_missing": lambda real: drop(real, "/proof/cryptosuite"),
    "suite_in_capitals": lambda real: put(real, "/proof/cryptosuite", "EdDSA-RDFC-2022"),
    "suite_space": lambda real: put(real, "/proof/cryptosuite", "eddsa-rdfc-2022 "),
    "suite_empty": lambda real: put(real, "/proof/cryptosuite", ""),
    "suite_path": lambda real: put(real, "/proof/cryptosuite", "../../os"),
    "suite_long": lambda real: put(real, "/proof/cryptosuite", "x" * 900_000),
    "purpose_exchanged": lambda real: put(real, "/proof/proofPurpose", "authentication"),
    "created_exchanged": lambda real: put(real, "/proof/created", "2026-01-16T12:00:00Z"),
    "expires_added": lambda real: put(real, "/proof/expires", "2036-01-01T00:00:00Z"),
    "id_added": lambda real: put(real, "/proof/id", "urn:uuid:0b0b8b1e-4c1c-4bd8-8f0a-6ed0a3e2f009"),
    "wrapped_in_graph": lambda real: {**real, "proof": {"@graph": [real["proof"]]}},
    "wrapped_in_set": lambda real: {**real, "proof": {"@set": [real["proof"]]}},
    "wrapped_in_list": lambda real: {**real, "proof": {"@list": [real["proof"]]}},
    "wrapped_in_array_twice": lambda real: {**real, "proof": [[real["proof"]]]},
    "proof_null": lambda real: {**real, "proof": None},
    "proof_empty": lambda real: {**real, "proof": {}},
    "proof_empty_array": lambda real: {**real, "proof": []},
    "proof_array_of_null": lambda real: {**real, "proof": [None]},
    "proof_with_null": lambda real: {**real, "proof": [real["proof"], None]},
    "proof_text": lambda real: {**real, "proof": "eyJ"},
    "proof_true": lambda real: {**real, "proof": True},
    "proof_by_reference": lambda real: {**real, "proof": "https://ministry.example/proof"},
    "proof_of_subject": lambda real: put(drop(real, "/proof"), "/credentialSubject/proof", real["proof"]),
    "proof_of_a_record": lambda real: {**clr([real]), "proof": real["proof"]},
}  # fmt: skip
"""Changes to a proof after signing."""


def _changed(name: str) -> Scenario:
    return Scenario(document=_CHANGES[name](signed_badge()), expect=rejected())


for _name in _CHANGES:
    ATTACKS.add(f"changed_{_name}", partial(_changed, _name))


# --- the signature's value ------------------------------------------------------------------------


def _bytes(document: Json) -> bytes:
    return base58.b58decode(document["proof"]["proofValue"][1:])


_VALUES: dict[str, Callable[[Json], Any]] = {
    "base64url": lambda real: "u" + b64url(_bytes(real)),
    "base64": lambda real: "m" + b64url(_bytes(real)),
    "hexadecimal": lambda real: "f" + _bytes(real).hex(),
    "no_multibase": lambda real: real["proof"]["proofValue"][1:],
    "flickr": lambda real: "Z" + real["proof"]["proofValue"][1:],
    "newline": lambda real: real["proof"]["proofValue"] + "\n",
    "space": lambda real: real["proof"]["proofValue"] + " ",
    "space_inside": lambda real: real["proof"]["proofValue"][:9] + " " + real["proof"]["proofValue"][9:],
    "nul": lambda real: real["proof"]["proofValue"] + "\x00",
    "leading_one": lambda real: "z1" + real["proof"]["proofValue"][1:],
    "bytes_65": lambda real: multibase58(_bytes(real) + b"\x00"),
    "bytes_63": lambda real: multibase58(_bytes(real)[:-1]),
    "twice": lambda real: multibase58(_bytes(real) * 2),
    "zeros": lambda real: multibase58(bytes(64)),
    "no_bytes": lambda real: "z",
    "order_added": lambda real: multibase58(
        _bytes(real)[:32]
        + (int.from_bytes(_bytes(real)[32:], "little") + 2**252 + 27742317777372353535851937790883648493).to_bytes(
            32, "little"
        )
    ),
    "array": lambda real: [real["proof"]["proofValue"]],
    "object": lambda real: {"@value": real["proof"]["proofValue"]},
    "megabyte": lambda real: "z" + "2" * 1_000_000,
    "megabyte_of_ones": lambda real: "z" + "1" * 1_000_000,
}


def _valued(name: str) -> Scenario:
    real = signed_badge()
    return Scenario(document=put(real, "/proof/proofValue", _VALUES[name](real)), expect=rejected())


for _name in _VALUES:
    ATTACKS.add(f"value_{_name}", partial(_valued, _name))


def _ecdsa(name: str) -> Scenario:
    """The same for a signature on P-256: r and s of the curve's order and their like."""
    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
    real = sign(badge(P256), P256, "ecdsa-rdfc-2019")
    r, s = _bytes(real)[:32], _bytes(real)[32:]
    made = {
        "zeros": bytes(64),
        "order": order.to_bytes(32, "big") * 2,
        "r_zero": bytes(32) + s,
        "s_zero": r + bytes(32),
        "s_order": r + order.to_bytes(32, "big"),
        "ones": b"\xff" * 64,
        "bytes_65": r + s + b"\x00",
        "swapped": s + r,
        "der": b"\x30\x44\x02\x20" + r + b"\x02\x20" + s,
    }[name]
    return Scenario(document=put(real, "/proof/proofValue", multibase58(made)), expect=rejected())


for _name in ("zeros", "order", "r_zero", "s_zero", "s_order", "ones", "bytes_65", "swapped", "der"):
    ATTACKS.add(f"ecdsa_{_name}", partial(_ecdsa, _name))


# --- keys -----------------------------------------------------------------------------------------

_KEYS = {
    "bytes_31": b"\xed\x01" + COLLEGE.public[:31],
    "bytes_33": b"\xed\x01" + COLLEGE.public + b"\x00",
    "bytes_64": b"\xed\x01" + COLLEGE.public * 2,
    "long_varint": b"\xed\x81\x00" + COLLEGE.public,
    "varint_without_end": b"\xed\x81\x81\x81\x81\x81\x81\x81\x81\x81" + COLLEGE.public,
    "no_codec": COLLEGE.public,
    "x25519": b"\xec\x01" + COLLEGE.public,
    "private": b"\x80\x26" + COLLEGE.public,
    "bls": b"\xeb\x01" + COLLEGE.public * 3,
    "identity": b"\xed\x01\x01" + bytes(31),
    "order_2": b"\xed\x01" + (2**255 - 20).to_bytes(32, "little"),
    "order_4": b"\xed\x01" + bytes(32),
    "order_8": b"\xed\x01" + bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
    "y_is_p": b"\xed\x01" + (2**255 - 19).to_bytes(32, "little"),
    "y_above_p": b"\xed\x01" + (2**255 - 18).to_bytes(32, "little"),
    "identity_signed": b"\xed\x01\x01" + bytes(30) + b"\x80",
    "p256_identity": b"\x80\x24\x00",
    "p256_prefix_4": b"\x80\x24\x04" + P256.public[1:],
    "p256_prefix_5": b"\x80\x24\x05" + P256.public[1:],
    "p256_x_is_p": b"\x80\x24\x02" + (2**256 - 2**224 + 2**192 + 2**96 - 1).to_bytes(32, "big"),
}
"""What a did:key holds, and is signed for by nobody: R is the neutral element, S is 0."""


def _weak(name: str) -> Scenario:
    did, method = did_key(_KEYS[name])
    real = sign(badge(did), COLLEGE, method=method)
    universal = multibase58(b"\x01" + bytes(63))
    return Scenario(document=put(real, "/proof/proofValue", universal), expect=rejected())


for _name in _KEYS:
    ATTACKS.add(f"key_{_name}", partial(_weak, _name))


def _huge(count: int, prefix: str) -> Scenario:
    did = "did:key:" + prefix + "2" * count
    document = put(put(signed_badge(), "/issuer/id", did), "/proof/verificationMethod", f"{did}#x")
    return Scenario(document=document, expect=rejected())


for _count in (250_000, 1_000_000):
    ATTACKS.add(f"key_of_{_count}", partial(_huge, _count, "z6Mk"))
ATTACKS.add("key_of_1000000_ones", partial(_huge, 1_000_000, "z1"))
ATTACKS.add("key_of_1000000_base64url", partial(_huge, 1_000_000, "u"))


# --- sets and chains ------------------------------------------------------------------------------


def _bad(document: Json) -> Json:
    return edit(document, "/proof/proofValue", lambda text: multibase58(bytes(64)))["proof"]  # type: ignore[no-any-return]


@ATTACKS
def set_bad_good() -> Scenario:
    """The first proof is of zeros, the second holds."""
    real = signed_badge()
    return Scenario(document={**real, "proof": [_bad(real), real["proof"]]}, expect=rejected("proof.invalid"))


@ATTACKS
def set_good_bad() -> Scenario:
    """The other way round."""
    real = signed_badge()
    return Scenario(document={**real, "proof": [real["proof"], _bad(real)]}, expect=rejected("proof.invalid"))


@ATTACKS
def set_good_and_strangers() -> Scenario:
    """The issuer's proof and a stranger's, both hold: the issuer's is enough for the issuer's name."""
    document = sign(sign(badge(), COLLEGE), STRANGER)
    return Scenario(document=document, expect=accepted())


@ATTACKS
def set_good_and_unknown() -> Scenario:
    """Beside the issuer's proof one of a suite that nobody knows, in another's name: told, and no more."""
    real = signed_badge()
    other = {**real["proof"], "cryptosuite": "ministry-2030", "verificationMethod": f"{VICTIM}#key-1"}
    return Scenario(document=attach(real, other), resources=WORLD, expect=accepted("proof.unsupported"))


@ATTACKS
def set_unknown_alone() -> Scenario:
    """The proof of a suite that nobody knows is nobody's word."""
    real = put(signed_badge(), "/proof/cryptosuite", "ministry-2030")
    return Scenario(document=real, expect=rejected("proof.unsupported"))


@ATTACKS
def chain_of_two_that_name_each_other() -> Scenario:
    """Each rests on the other."""
    one, other = "urn:uuid:0b0b8b1e-4c1c-4bd8-8f0a-6ed0a3e2f001", "urn:uuid:0b0b8b1e-4c1c-4bd8-8f0a-6ed0a3e2f002"
    real = signed_badge()
    first = {**real["proof"], "id": one, "previousProof": other}
    second = {**real["proof"], "id": other, "previousProof": [one, one]}
    return Scenario(document={**real, "proof": [first, second]}, expect=rejected("proof.chain"))


@ATTACKS
def chain_with_two_of_one_id() -> Scenario:
    """Two proofs have the id that a third builds on, and one of them is bad."""
    name = "urn:uuid:0b0b8b1e-4c1c-4bd8-8f0a-6ed0a3e2f001"
    first = sign(badge(), COLLEGE, proof={"id": name})
    document = chain(first, COLLEGE, [name])
    return Scenario(document={**document, "proof": [*document["proof"], _bad(first)]}, expect=rejected())


@ATTACKS
def chain_removed() -> Scenario:
    """The last link alone: what it builds on was taken away."""
    name = "urn:uuid:0b0b8b1e-4c1c-4bd8-8f0a-6ed0a3e2f001"
    document = chain(sign(badge(), COLLEGE, proof={"id": name}), COLLEGE, [name])
    return Scenario(document={**document, "proof": document["proof"][1]}, expect=rejected("proof.chain"))


@ATTACKS
def chain_of_many_names() -> Scenario:
    """A thousand previous proofs."""
    real = put(signed_badge(), "/proof/previousProof", [f"urn:x:{number}" for number in range(1_000)])
    return Scenario(document=real, expect=rejected())


SHOWN = table("""
D01  proof-context-added #changed_context_of_its_own
D02  #purpose_missing proof-no-proofpurpose
D03  proof-purpose-authentication #purpose_authentication
D04  issuer-impersonated-did #impersonation
D05  issuer-impersonated-https #issuer_https
D06  keys-no-fragment #method_without_fragment
D07  keys-other-fragment #method_other_fragment
D08  keys-query #method_query
D12  proof-times-created-early
D13  proof-times-created-malformed #created_prose
D14  proof-times-created-absent
D15  proof-times-expired #expires_past
D16  proof-times-expires-malformed #expires_prose
D18  proof-type-exchanged #changed_type_2020
D20  proof-suite-exchanged #changed_suite_jcs
D21  proof-suite-of-other-key #changed_suite_ecdsa
D22  proof-cryptosuite-array proof-cryptosuite-object proof-no-cryptosuite
D24  proof-value-base64url #value_base64url
D26  proof-value-newline proof-value-space
D27  proof-value-65-bytes
D29  #value_megabyte proof-value-huge
D31  keys-small-order-identity #key_identity adversarial/test_keys.py::test_a_universal_signature_shows_why
D32  keys-small-order-order-8 #key_order_8
D33  keys-malformed-y-not-reduced #key_y_is_p #key_y_above_p
D34  suites-set-bad-good #set_bad_good
D35  suites-set-good-bad #set_good_bad
D36  suites-set-with-unknown #set_good_and_unknown
D38  proof-empty-array
D39  proof-null proof-empty-map proof-text
D41  proof-graph-wrapped
D42  suites-chain-absent #previous_absent
D43  suites-chain-cycle #chain_of_two_that_name_each_other
D44  proof-challenge-unasked
D45  #changed_second_signature_jws
D46  proof-absolute-iri-proof #changed_second_proof_at_iri
D47  data-model-issuer-two #issuer_array
D48  data-model-issuer-without-id #issuer_without_id
D49  keys-malformed-31-bytes keys-malformed-33-bytes
D50  keys-malformed-long-varint
D52  #key_of_1000000 keys-did-key-huge
D53  #key_of_250000
D54  keys-multibase-u
""")


def test_every_line_is_shown() -> None:
    """A line without an attack is a promise that nobody keeps."""
    assert not gaps("D", SHOWN, ATTACKS)


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_is_judged_as_the_catalogue_says(name: str, confinement: Confinement) -> None:
    """In a process of its own, within 2 s of processor time and 256 MiB."""
    assert not confinement.judge(ATTACKS.case(name)).faults()
