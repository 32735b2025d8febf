"""The proof itself: absent, altered, ill-formed, for another purpose, at another time."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

import base58

from cases.documents import COLLEGE, ED25519_2020, OB, STRANGER, V1, V2, badge, signed_badge
from cases.keyring import b64url, ec_key, multibase58
from cases.mutations import altered_signature, drop, edit, get, put, tamper
from cases.registry import Family, Scenario, fails, passes, refused
from cases.signing import attach, sign

FAMILY = Family("proof", "embedded")
case = FAMILY.case

VERIFY = ("DI §4.4",)
FORM = ("DI §2.1", "DI §4.4")
VALUE = ("DI-EDDSA §3.2.5", "CID 1.0 §2.4")


def proof_with(**members: Any) -> dict[str, Any]:
    """A badge signed with these further members of the proof; None leaves one out."""
    return sign(badge(), COLLEGE, proof=members)


# Absent ---------------------------------------------------------------------------------------------


@case("A badge without a proof fails", spec=["VCDM 2.0 §4.12", *VERIFY], importance="critical")
def missing() -> Scenario:
    """Nothing vouches for it, however well it reads."""
    return Scenario(document=badge(), expect=fails("proof.missing", absent=["proof.invalid"], proof="failed"))


@case("An empty array of proofs is no proof", spec=VERIFY, importance="critical")
def empty_array() -> Scenario:
    """A loop that runs zero times must not mean *all verified*."""
    return Scenario(document={**badge(), "proof": []}, expect=fails("proof.missing", proof="failed"))


@case("A proof that is null is no proof", spec=VERIFY)
def null() -> Scenario:
    """Null is neither a map nor a proof."""
    return Scenario(document={**badge(), "proof": None}, expect=fails(proof="failed"))


@case("A proof that is an empty map is malformed", spec=FORM)
def empty_map() -> Scenario:
    """Everything that a proof needs is missing."""
    return Scenario(document={**badge(), "proof": {}}, expect=fails("proof.malformed", proof="failed"))


@case("A proof that is text is malformed", spec=FORM)
def text() -> Scenario:
    """The securing mechanism is a map, not a signature value alone."""
    return Scenario(
        document={**badge(), "proof": get(signed_badge(), "/proof/proofValue")},
        expect=fails("proof.malformed", proof="failed"),
    )


@case("A proof inside @graph is malformed", spec=["DI §2.3", *FORM])
def graph_wrapped() -> Scenario:
    """A proof is a map with a type; a graph around it says the same in RDF and hides it from the algorithm."""
    return Scenario(
        document=edit(signed_badge(), "/proof", lambda proof: {"@graph": [proof]}),
        expect=fails("proof.malformed", proof="failed"),
    )


# The signature --------------------------------------------------------------------------------------


@case("A name changed after signing fails", spec=VERIFY, importance="critical")
def tampered() -> Scenario:
    """The key does not agree; nothing else about the document is believed or judged."""
    return Scenario(
        document=tamper(signed_badge()),
        expect=fails("proof.invalid", proof="failed", validity="not-run"),
    )


@case("A result changed after signing fails", spec=VERIFY, importance="critical")
def tampered_deep() -> Scenario:
    """The same, deep inside the subject."""
    return Scenario(
        document=tamper(signed_badge(), "/credentialSubject/achievement/criteria/narrative", "Nothing was asked."),
        expect=fails("proof.invalid", proof="failed"),
    )


@case("A member removed after signing fails", spec=VERIFY, importance="critical")
def removed() -> Scenario:
    """An expiry date cannot be cut off."""
    return Scenario(
        document=drop(signed_badge(validUntil="2026-03-31T23:59:59Z"), "/validUntil"),
        expect=fails("proof.invalid", proof="failed"),
    )


@case("An altered signature fails", spec=VERIFY, importance="critical")
def altered() -> Scenario:
    """One character of proofValue is another."""
    return Scenario(document=altered_signature(signed_badge()), expect=fails("proof.invalid", proof="failed"))


@case("A signature by another key than the one named fails", spec=VERIFY, importance="critical")
def other_key() -> Scenario:
    """The proof names the issuer's key and was made with a stranger's."""
    return Scenario(
        document=sign(badge(), STRANGER, method=COLLEGE.method), expect=fails("proof.invalid", proof="failed")
    )


@case("A proof moved from another document fails", spec=VERIFY, importance="critical")
def transplanted() -> Scenario:
    """A good proof by the right key, over another badge."""
    return Scenario(
        document={**badge(), "proof": signed_badge(name="Sweeping, level 1")["proof"]},
        expect=fails("proof.invalid", proof="failed"),
    )


@case("A changed creation date of the proof fails", spec=VERIFY)
def created_changed() -> Scenario:
    """The proof's own members are signed too."""
    return Scenario(
        document=put(signed_badge(), "/proof/created", "2026-02-01T00:00:00Z"),
        expect=fails("proof.invalid", proof="failed"),
    )


@case("ecdsa-rdfc-2019: an altered document fails", spec=["DI-ECDSA §3.2.2"], importance="critical")
def ecdsa_tampered() -> Scenario:
    """P-256."""
    key = ec_key("college")
    return Scenario(
        document=tamper(sign(badge(key), key, "ecdsa-rdfc-2019")), expect=fails("proof.invalid", proof="failed")
    )


@case("P-384 with SHA-256 inside RDFC-1.0 is another document", spec=["DI-ECDSA §3.2.3", "RDFC-1.0 §4.8"])
def ecdsa_other_hash() -> Scenario:
    """Signed by a P-384 key over SHA-256 hashes: the key's curve decides the hash, so it fails."""
    key = ec_key("college", "P-384")
    careless = replace(key, kind="P-256")
    return Scenario(
        document=sign(badge(key), careless, "ecdsa-rdfc-2019"), expect=fails("proof.invalid", proof="failed")
    )


@case("A second proof under the absolute IRI changes what was signed", spec=["DI §2.4.1"])
def absolute_iri_proof() -> Scenario:
    """`https://w3id.org/security#proof` beside `proof`: statements that nobody signed."""
    document = signed_badge()
    extra = {name: value for name, value in document["proof"].items() if name != "proofValue"}
    return Scenario(
        document={**document, "https://w3id.org/security#proof": extra}, expect=fails("proof.invalid", proof="failed")
    )


@case("A proof only under its absolute IRI is no proof", spec=VERIFY)
def absolute_iri_only() -> Scenario:
    """The algorithm looks for the member `proof`."""
    document = signed_badge()
    return Scenario(
        document={**drop(document, "/proof"), "https://w3id.org/security#proof": document["proof"]},
        expect=fails("proof.missing", proof="failed"),
    )


# Suite against signature ------------------------------------------------------------------------------


@case("A suite exchanged for its JCS sibling fails", spec=["DI-EDDSA §3.3"])
def suite_exchanged() -> Scenario:
    """Same key, same bytes of signature, another transformation."""
    return Scenario(
        document=put(signed_badge(), "/proof/cryptosuite", "eddsa-jcs-2022"),
        expect=fails("proof.invalid", proof="failed"),
    )


@case("An ECDSA suite with an Ed25519 key fails", spec=["DI §3", "DI-ECDSA §3.2"])
def suite_of_other_key() -> Scenario:
    """The key's own type decides; the suite has to fit it."""
    return Scenario(document=put(signed_badge(), "/proof/cryptosuite", "ecdsa-rdfc-2019"), expect=fails(proof="failed"))


@case("Ed25519Signature2020 over an eddsa-rdfc-2022 signature fails", spec=["DI-EDDSA §3.1"])
def type_exchanged() -> Scenario:
    """The proof's type is part of the proof configuration."""
    document = sign(badge(context=[V2, OB, ED25519_2020]), COLLEGE)
    return Scenario(
        document=drop(put(document, "/proof/type", "Ed25519Signature2020"), "/proof/cryptosuite"),
        expect=fails("proof.invalid", proof="failed"),
    )


# Form -----------------------------------------------------------------------------------------------

_MALFORMED: dict[str, tuple[str, Any, str]] = {
    "cryptosuite-array": ("cryptosuite", ["eddsa-rdfc-2022"], "a list is no name"),
    "cryptosuite-object": ("cryptosuite", {"@value": "eddsa-rdfc-2022"}, "a map is no name"),
    "value-number": ("proofValue", 12345, "a number is no multibase text"),
    "value-base64url": (
        "proofValue",
        "u",
        "EdDSA suites write base58btc; the same bytes in base64url are another text",
    ),
    "value-newline": ("proofValue", "\n", "white space is not part of multibase"),
    "value-space": ("proofValue", " ", "white space is not part of multibase"),
    "value-65-bytes": ("proofValue", b"\x00", "64 bytes, no more"),
    "value-other-alphabet": ("proofValue", "0OIl", "characters that base58btc has not"),
    "value-empty": ("proofValue", "", "an empty text is no signature"),
    "value-only-prefix": ("proofValue", "z", "the prefix alone is no signature"),
    "method-number": ("verificationMethod", 42, "a number is no URL"),
    "purpose-object": ("proofPurpose", {"id": "assertionMethod"}, "a map is no purpose"),
}


def _malformed(member: str, change: Any) -> dict[str, Any]:
    document = signed_badge()
    value = get(document, "/proof/proofValue")
    if member != "proofValue" or not isinstance(change, (str, bytes)) or change in ("", "z"):
        return put(document, f"/proof/{member}", change)
    if isinstance(change, bytes):
        return put(document, "/proof/proofValue", multibase58(base58.b58decode(value[1:]) + change))
    if change == "u":
        return put(document, "/proof/proofValue", "u" + b64url(base58.b58decode(value[1:])))
    return put(document, "/proof/proofValue", value + change)


def _ill_formed(member: str, change: Any) -> Scenario:
    return Scenario(
        document=_malformed(member, change),
        expect=fails(("proof.malformed", f"/proof/{member}"), proof="failed"),
    )


for _name, (_member, _change, _why) in _MALFORMED.items():
    FAMILY.add(
        _name,
        f"A proof whose {_member} is not of its form is malformed ({_name})",
        f"Changed after signing: {_why}.",
        partial(_ill_formed, _member, _change),
        spec=VALUE if _member == "proofValue" else FORM,
        importance="medium",
    )


def _lacking(member: str) -> Scenario:
    return Scenario(
        document=drop(signed_badge(), "/proof/proofValue") if member == "proofValue" else proof_with(**{member: None}),
        expect=fails("proof.malformed", proof="failed"),
    )


for _member in ("type", "cryptosuite", "verificationMethod", "proofPurpose", "proofValue"):
    FAMILY.add(
        f"no-{_member}".lower(),
        f"A proof without {_member} is malformed",
        f"Signed that way: the algorithm cannot begin without {_member}.",
        partial(_lacking, _member),
        spec=["DI §4.4 step 4"],
        importance="medium",
    )


@case("The right signature behind the prefix of another base is malformed", spec=VALUE)
def value_other_base() -> Scenario:
    """`Z` stands for the base58 of other people, whose alphabet has the same characters in another order."""
    return Scenario(
        document=edit(signed_badge(), "/proof/proofValue", lambda value: "Z" + value[1:]),
        expect=fails(("proof.malformed", "/proof/proofValue"), proof="failed"),
    )


@case("A signature value of 20,000 characters is refused before it is decoded", spec=["DI §5.12"])
def value_huge() -> Scenario:
    """Decoding base58 costs the square of its length."""
    return Scenario(
        document=put(signed_badge(), "/proof/proofValue", "z" + "2" * 20_000),
        expect=fails(("limit.exceeded", "/proof/proofValue"), proof="failed"),
    )


# Purpose and context ------------------------------------------------------------------------------


@case("A credential signed for authentication fails", spec=["DI §4.4 step 5", "DI §5.11"], importance="critical")
def purpose_authentication() -> Scenario:
    """A key may log its holder in without being allowed to issue badges."""
    return Scenario(
        document=sign(badge(), COLLEGE, purpose="authentication"),
        expect=fails(("proof.purpose", "/proof/proofPurpose"), proof="failed"),
    )


@case("The caller may expect another purpose", spec=["DI §4.4 step 5"], features=["options"])
def purpose_expected() -> Scenario:
    """`options.purpose` concerns the outer document: here a badge signed with `authentication` is asked for."""
    return Scenario(
        document=sign(badge(), COLLEGE, purpose="authentication"),
        options={"purpose": "authentication"},
        expect=passes(),
    )


@case("assertionMethod fails where the caller expects authentication", spec=["DI §4.4 step 5"], features=["options"])
def purpose_unexpected() -> Scenario:
    """The other way round."""
    return Scenario(
        document=signed_badge(),
        options={"purpose": "authentication"},
        expect=fails(("proof.purpose", "/proof/proofPurpose"), proof="failed"),
    )


@case("A context of the proof's own that the document does not begin with fails", spec=["DI §2.4.2", "DI-EDDSA §3.3.2"])
def context_added() -> Scenario:
    """Added after signing: the proof's terms could be made to mean something else."""
    return Scenario(
        document=put(signed_badge(), "/proof/@context", [V1]),
        expect=fails(("proof.context", "/proof/@context"), proof="failed"),
    )


@case("A JCS proof signed under other contexts than the document's fails", spec=["DI-EDDSA §3.3.2"], features=["jcs"])
def jcs_other_context() -> Scenario:
    """The document's second context was exchanged after signing; the proof still carries the old list."""
    document = sign(badge(), COLLEGE, "eddsa-jcs-2022")
    return Scenario(
        document=put(document, "/@context", [V2, "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.2.json"]),
        expect=fails(("proof.context", "/proof/@context"), proof="failed"),
    )


@case("A JCS proof without a context of its own verifies", spec=["DI-EDDSA §3.3.2"], features=["jcs"])
def jcs_no_context() -> Scenario:
    """The check applies where the proof carries one."""
    return Scenario(
        document=sign(badge(), COLLEGE, "eddsa-jcs-2022", proof={"@context": None}), expect=passes(issuer="passed")
    )


@case(
    "Contexts added to the document behind a JCS proof's list change nothing that was signed",
    spec=["DI-EDDSA §3.3.2"],
    features=["jcs"],
)
def jcs_context_appended() -> Scenario:
    """The document begins with the proof's contexts; verification puts the proof's list in their place."""
    document = sign(badge(), COLLEGE, "eddsa-jcs-2022")
    return Scenario(
        document=put(document, "/@context/-", "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"),
        expect=passes(only=False),
    )


# Other members ----------------------------------------------------------------------------------------


@case("Challenge and domain on a credential's proof are harmless", spec=["DI §4.4"])
def challenge_unasked() -> Scenario:
    """The caller asked for neither; they are signed and say nothing here."""
    return Scenario(document=proof_with(challenge="c82f7883-42a1", domain="https://wallet.example"), expect=passes())


@case("A member that the proof's contexts do not define is not covered", spec=["DI §2.4.3"])
def unknown_member() -> Scenario:
    """A second signature value in a member that JSON-LD drops, added after signing."""
    return Scenario(
        document=put(signed_badge(), "/proof/jws", "eyJhbGciOiJFZERTQSJ9..c2lnbmF0dXJl"),
        expect=fails(("terms.undefined", "/proof/jws"), terms="failed"),
    )


@case("The same proof twice is two proofs", spec=["DI §4.5"], features=["proof-set"], importance="low")
def set_repeated() -> Scenario:
    """Repetition adds nothing and harms nothing."""
    document = signed_badge()
    return Scenario(document=attach(document, document["proof"]), expect=passes(only=False))


@case("A set that holds something else than a map is malformed", spec=FORM, features=["proof-set"])
def set_with_text() -> Scenario:
    """A good proof does not excuse what stands beside it."""
    return Scenario(document=attach(signed_badge(), "z3EXAMPLE"), expect=fails("proof.malformed", proof="failed"))


@case("A proof set inside a set is malformed", spec=FORM, features=["proof-set"], importance="low")
def set_in_set() -> Scenario:
    """`[[proof]]` is one array too many."""
    document = signed_badge()
    return Scenario(document={**document, "proof": [[document["proof"]]]}, expect=refused())
