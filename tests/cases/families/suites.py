"""Every suite that signs, on every key kind that it has: documents that must verify."""

from __future__ import annotations

from cases.documents import (
    COLLEGE,
    DATA_INTEGRITY,
    ED25519_2020,
    LEARNER,
    OB,
    OB_2,
    V1,
    V2,
    badge,
    badge_v1,
    controller_document,
    signed_badge,
)
from cases.keyring import Key, ec_key, ed25519_key, method_entry
from cases.mutations import altered_signature, drop, put
from cases.registry import Expectation, Family, Scenario, fails, inconclusive, passes
from cases.signing import attach, chain, sign

FAMILY = Family("suites", "embedded")
case = FAMILY.case

EDDSA = ("DI-EDDSA §3.2",)
EDDSA_JCS = ("DI-EDDSA §3.3",)
ECDSA = ("DI-ECDSA §3.2",)
ECDSA_JCS = ("DI-ECDSA §3.3",)
SETS = ("DI §2.1.1", "DI §4.5")
CHAINS = ("DI §2.1.2", "DI §4.5")

P256 = ec_key("college", "P-256")
P384 = ec_key("college", "P-384")


def _verified(key: Key, suite: str | None) -> Expectation:
    proof = {"verificationMethod": key.method}
    if suite:
        proof["cryptosuite"] = suite
    return passes(
        facts={"proof": proof, "issuer": {"binding": "did-key"}},
        issuer="passed",
        terms="passed",
        data_model="passed",
        validity="passed",
    )


@case("An Open Badge signed with eddsa-rdfc-2022 verifies", spec=EDDSA, importance="critical")
def eddsa_rdfc_2022() -> Scenario:
    """The suite that 1EdTech certifies; the issuer is a did:key, so nothing has to be loaded."""
    return Scenario(document=signed_badge(), expect=_verified(COLLEGE, "eddsa-rdfc-2022"))


@case("The older name eddsa-2022 verifies", spec=["DI-EDDSA §3.2", "OB 3.0 implementation guide"])
def eddsa_2022() -> Scenario:
    """The same algorithm under the name that it had in drafts; badges with it are about."""
    return Scenario(document=sign(badge(), COLLEGE, "eddsa-2022"), expect=_verified(COLLEGE, "eddsa-2022"))


@case("An Open Badge signed with eddsa-jcs-2022 verifies", spec=EDDSA_JCS, importance="critical")
def eddsa_jcs_2022() -> Scenario:
    """JSON canonicalization instead of RDF; the proof carries the document's `@context`."""
    return Scenario(document=sign(badge(), COLLEGE, "eddsa-jcs-2022"), expect=_verified(COLLEGE, "eddsa-jcs-2022"))


@case("An Open Badge signed with Ed25519Signature2020 verifies", spec=["DI-EDDSA §3.1"])
def ed25519signature2020() -> Scenario:
    """The suite of the VCDM 1.1 era on a VCDM 2.0 badge, with its own context."""
    document = badge(context=[V2, OB, ED25519_2020])
    return Scenario(document=sign(document, COLLEGE, "Ed25519Signature2020"), expect=_verified(COLLEGE, None))


@case("ecdsa-rdfc-2019 on P-256 verifies", spec=ECDSA, importance="critical")
def ecdsa_rdfc_2019_p256() -> Scenario:
    """r‖s of 64 bytes, SHA-256 throughout."""
    return Scenario(document=sign(badge(P256), P256, "ecdsa-rdfc-2019"), expect=_verified(P256, "ecdsa-rdfc-2019"))


@case("ecdsa-rdfc-2019 on P-384 verifies", spec=[*ECDSA, "RDFC-1.0 §4.8"], importance="critical")
def ecdsa_rdfc_2019_p384() -> Scenario:
    """SHA-384 hashes the canonical document, and is also the hash inside RDFC-1.0."""
    return Scenario(document=sign(badge(P384), P384, "ecdsa-rdfc-2019"), expect=_verified(P384, "ecdsa-rdfc-2019"))


@case("SHA-384 inside RDFC-1.0 orders blank nodes", spec=[*ECDSA, "RDFC-1.0 §4.8"])
def ecdsa_rdfc_2019_p384_blank_nodes() -> Scenario:
    """Several unnamed nodes: their canonical order differs between SHA-256 and SHA-384."""
    document = badge(P384)
    document["credentialSubject"]["result"] = [
        {"type": ["Result"], "value": value} for value in ("fair", "good", "better", "best", "unsurpassed", "perfect")
    ]
    return Scenario(document=sign(document, P384, "ecdsa-rdfc-2019"), expect=_verified(P384, "ecdsa-rdfc-2019"))


@case("ecdsa-jcs-2019 on P-256 verifies", spec=ECDSA_JCS)
def ecdsa_jcs_2019_p256() -> Scenario:
    """JSON canonicalization, SHA-256."""
    return Scenario(document=sign(badge(P256), P256, "ecdsa-jcs-2019"), expect=_verified(P256, "ecdsa-jcs-2019"))


@case("ecdsa-jcs-2019 on P-384 verifies", spec=ECDSA_JCS)
def ecdsa_jcs_2019_p384() -> Scenario:
    """JSON canonicalization, SHA-384."""
    return Scenario(document=sign(badge(P384), P384, "ecdsa-jcs-2019"), expect=_verified(P384, "ecdsa-jcs-2019"))


@case(
    "A badge of the VCDM 1.1 era verifies",
    spec=["VCDM 1.1 §4", "OB 3.0 §9.1"],
    features=["vcdm-1.1"],
    importance="critical",
)
def vcdm_1() -> Scenario:
    """Contexts of version 1, `issuanceDate`, and the data-integrity context for the proof's terms."""
    return Scenario(document=sign(badge_v1(), COLLEGE), expect=_verified(COLLEGE, "eddsa-rdfc-2022"))


@case(
    "A badge of the VCDM 1.1 era with Ed25519Signature2020 verifies",
    spec=["VCDM 1.1 §4", "DI-EDDSA §3.1"],
    features=["vcdm-1.1"],
)
def vcdm_1_ed25519signature2020() -> Scenario:
    """The combination that most wallets of those years wrote."""
    document = badge_v1(context=[V1, OB_2, ED25519_2020])
    return Scenario(document=sign(document, COLLEGE, "Ed25519Signature2020"), expect=_verified(COLLEGE, None))


@case("An Open Badges context of another generation is worth a warning", spec=["OB 3.0 §9.1"], features=["vcdm-1.1"])
def vcdm_1_newer_context() -> Scenario:
    """Context 3.0.3 goes with VCDM 2.0; beside the contexts of 1.1 it is unexpected, and works."""
    return Scenario(
        document=sign(badge_v1(context=[V1, OB, DATA_INTEGRITY]), COLLEGE),
        expect=passes(("terms.alias", "/@context/1"), terms="passed"),
    )


@case("Any verifiable credential verifies", spec=["VCDM 2.0 §4"])
def plain_credential() -> Scenario:
    """No badge, no record: the strict default judges a document by its own types."""
    document = {
        "@context": [V2],
        "type": ["VerifiableCredential"],
        "issuer": COLLEGE.did,
        "credentialSubject": {"id": LEARNER.did, "name": "A learner"},
    }
    return Scenario(
        document=sign(document, COLLEGE), expect=passes(issuer="passed", terms="passed", data_model="passed")
    )


@case("Control characters are escaped as RDFC-1.0 says", spec=["RDFC-1.0 §5", "W3C rdf-canon test060c"])
def control_characters() -> Scenario:
    """U+0008, U+000C, U+007F and others in a name: canonical N-Quads has its own escapes for each."""
    return Scenario(
        document=signed_badge(
            name='bell \u0007 backspace \b feed \f escape \u001b delete \u007f quote " back \\ tab \t'
        ),
        expect=_verified(COLLEGE, "eddsa-rdfc-2022"),
    )


@case("Languages, base directions aside, are signed", spec=["VCDM 2.0 §11.1"])
def languages() -> Scenario:
    """A name in several languages as value objects: the tags are part of the statements."""
    names = [{"@value": "Löten", "@language": "de"}, {"@value": "Soldering", "@language": "en-GB"}]
    document = badge(achieved=None)
    document["name"] = names
    return Scenario(document=sign(document, COLLEGE), expect=passes(terms="passed"))


# Sets and chains ----------------------------------------------------------------------------------

_OTHER = ed25519_key("college-second")
_DID = "did:web:aldermoor.example"
_DOCUMENT = controller_document(
    _DID,
    method_entry(COLLEGE, f"{_DID}#first", _DID),
    method_entry(_OTHER, f"{_DID}#second", _DID),
    method_entry(P256, f"{_DID}#third", _DID),
)
_RESOURCES = {"https://aldermoor.example/.well-known/did.json": _DOCUMENT}


def _first(**options: object) -> dict[str, object]:
    return sign(badge(_DID), COLLEGE, method=f"{_DID}#first", **options)  # type: ignore[arg-type]


@case("A set of two proofs, both good, verifies", spec=SETS, features=["proof-set"])
def set_of_two() -> Scenario:
    """Two keys of one issuer, two suites; the order says nothing."""
    document = sign(_first(), P256, "ecdsa-rdfc-2019", method=f"{_DID}#third")
    return Scenario(
        document=document,
        resources=_RESOURCES,
        expect=passes(issuer="passed", facts={"issuer": {"binding": "resolved"}}),
    )


@case("A set whose first proof is bad fails", spec=SETS, features=["proof-set"], importance="critical")
def set_bad_good() -> Scenario:
    """Every supported proof of a set must pass: one good one does not excuse the other."""
    document = sign(_first(), _OTHER, method=f"{_DID}#second")
    return Scenario(
        document=altered_signature(document, "/proof/0/proofValue"),
        resources=_RESOURCES,
        expect=fails("proof.invalid", proof="failed"),
    )


@case("A set whose second proof is bad fails", spec=SETS, features=["proof-set"], importance="critical")
def set_good_bad() -> Scenario:
    """The same, the other way round: the loop does not stop at the first success."""
    document = sign(_first(), _OTHER, method=f"{_DID}#second")
    return Scenario(
        document=altered_signature(document, "/proof/1/proofValue"),
        resources=_RESOURCES,
        expect=fails("proof.invalid", proof="failed"),
    )


@case("One good proof is enough where the policy says so", spec=SETS, features=["proof-set", "policy"])
def set_any() -> Scenario:
    """`proofs = "any"` is OB 3.0's own reading of a set; it is asked for, not the default."""
    document = sign(_first(), _OTHER, method=f"{_DID}#second")
    return Scenario(
        document=altered_signature(document, "/proof/1/proofValue"),
        resources=_RESOURCES,
        policy={"proofs": "any"},
        expect=passes(only=False),
    )


@case("A good proof beside one of an unknown suite passes with a warning", spec=SETS, features=["proof-set"])
def set_with_unknown() -> Scenario:
    """What nobody here can judge neither helps nor harms once another proof has passed."""
    stranger = {
        "type": "DataIntegrityProof",
        "cryptosuite": "example-suite-2031",
        "created": "2026-01-15T12:00:00Z",
        "verificationMethod": COLLEGE.method,
        "proofPurpose": "assertionMethod",
        "proofValue": "z3EXAMPLE",
    }
    return Scenario(document=attach(signed_badge(), stranger), expect=passes("proof.unsupported", issuer="passed"))


@case("A proof of an unknown suite alone is inconclusive", spec=["DI §4.4"])
def unknown_suite() -> Scenario:
    """Not installed is neither good nor bad."""
    return Scenario(
        document=put(signed_badge(), "/proof/cryptosuite", "example-suite-2031"),
        expect=inconclusive("proof.unsupported", proof="indeterminate"),
    )


@case("A proof type that nobody knows is inconclusive", spec=["DI §4.4"])
def unknown_type() -> Scenario:
    """The same for suites that are named by the proof's type."""
    return Scenario(
        document=drop(put(signed_badge(), "/proof/type", "ExampleSignature2031"), "/proof/cryptosuite"),
        expect=inconclusive("proof.unsupported", proof="indeterminate"),
    )


@case("A suite that the policy does not accept is inconclusive", spec=["DI §4.4"], features=["policy"])
def excluded_suite() -> Scenario:
    """Installed does not mean accepted."""
    return Scenario(
        document=signed_badge(),
        policy={"suites": ["ecdsa-rdfc-2019"]},
        expect=inconclusive("proof.unsupported", proof="indeterminate"),
    )


def _two_links(*, first_id: str = "urn:example:proof:1", previous: str = "urn:example:proof:1") -> dict[str, object]:
    document = _first(proof={"id": first_id})
    return chain(document, _OTHER, [previous], method=f"{_DID}#second")


@case("A chain of two proofs verifies", spec=CHAINS, features=["proof-chain"], importance="critical")
def chain_of_two() -> Scenario:
    """The second signs the document together with the first."""
    return Scenario(document=_two_links(), resources=_RESOURCES, expect=passes(issuer="passed"))


@case("A chain of two proofs in a JCS suite verifies", spec=[*CHAINS, *EDDSA_JCS], features=["proof-chain", "jcs"])
def chain_of_two_jcs() -> Scenario:
    """The previous proofs stand in the document as an array."""
    document = sign(badge(_DID), COLLEGE, "eddsa-jcs-2022", method=f"{_DID}#first", proof={"id": "urn:example:proof:1"})
    document = chain(document, _OTHER, ["urn:example:proof:1"], "eddsa-jcs-2022", method=f"{_DID}#second")
    return Scenario(document=document, resources=_RESOURCES, expect=passes(issuer="passed"))


@case("A proof that rests on two others verifies", spec=CHAINS, features=["proof-chain"])
def chain_of_three() -> Scenario:
    """`previousProof` as a list: both are part of what the third signs."""
    document = _first(proof={"id": "urn:example:proof:1"})
    document = sign(document, _OTHER, method=f"{_DID}#second", proof={"id": "urn:example:proof:2"})
    document = chain(
        document,
        P256,
        ["urn:example:proof:1", "urn:example:proof:2"],
        "ecdsa-rdfc-2019",
        method=f"{_DID}#third",
    )
    return Scenario(document=document, resources=_RESOURCES, expect=passes(issuer="passed"))


@case("A chain whose first link was removed fails", spec=CHAINS, features=["proof-chain"], importance="critical")
def chain_absent() -> Scenario:
    """The second names a proof that is not there."""
    return Scenario(
        document=drop(_two_links(), "/proof/0"),
        resources=_RESOURCES,
        expect=fails("proof.chain", proof="failed"),
    )


@case("A chain whose first link does not verify fails", spec=CHAINS, features=["proof-chain"])
def chain_bad_predecessor() -> Scenario:
    """The second proof was made over the broken first one, so it holds itself; its predecessor does not."""
    document = altered_signature(_first(proof={"id": "urn:example:proof:1"}))
    document = chain(document, _OTHER, ["urn:example:proof:1"], method=f"{_DID}#second")
    return Scenario(
        document=document, resources=_RESOURCES, expect=fails("proof.invalid", "proof.chain", proof="failed")
    )


@case("A proof that names itself as its predecessor fails", spec=CHAINS, features=["proof-chain"])
def chain_cycle() -> Scenario:
    """A circle has no beginning: nothing in it can be verified first."""
    document = sign(badge(), COLLEGE, proof={"id": "urn:example:proof:1", "previousProof": "urn:example:proof:1"})
    return Scenario(document=document, expect=fails("proof.chain", proof="failed"))


@case("previousProof must be text", spec=CHAINS, features=["proof-chain"])
def chain_wrong_type() -> Scenario:
    """A map where a string or a list of strings belongs."""
    return Scenario(
        document=put(signed_badge(), "/proof/previousProof", {"id": "urn:example:proof:1"}),
        expect=fails(("proof.malformed", "/proof/previousProof"), proof="failed"),
    )


@case("The data-integrity context may stand in the list as well", spec=["DI §2.4.2"])
def data_integrity_context() -> Scenario:
    """It defines the proof's terms as VCDM 2.0 does."""
    return Scenario(
        document=sign(badge(context=[V2, OB, DATA_INTEGRITY]), COLLEGE),
        expect=_verified(COLLEGE, "eddsa-rdfc-2022"),
    )
