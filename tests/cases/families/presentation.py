"""Verifiable presentations: the holder's proof, what it answers, and the credentials inside."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

from cases.documents import (
    COLLEGE,
    DATA_INTEGRITY,
    ED25519_2020,
    GUILD,
    LEARNER,
    STRANGER,
    V1,
    badge,
    badge_v1,
    presentation,
    signed_badge,
    signed_clr,
    signed_presentation,
    single_key_document,
)
from cases.keyring import ec_key
from cases.mutations import drop, put, tamper
from cases.registry import Expectation, Family, Scenario, fails, inconclusive, passes, refused
from cases.signing import Json, sign

FAMILY = Family("presentation", "nested")
case = FAMILY.case

VP = ("VCDM 2.0 §4.13",)
DOMAIN = ("DI §4.4 step 6",)
CHALLENGE = ("DI §4.4 step 7",)
AT = "/verifiableCredential"
ASKED = {"challenge": "c82f7883-42a1-4b78", "domain": "https://registrar.example"}
OPTIONS = {"challenge": "c82f7883-42a1-4b78", "domain": "https://registrar.example"}


def shown(*, proof: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """The learner shows one badge."""
    return signed_presentation([signed_badge()], proof=proof, **more)


@case("A presentation of a badge verifies", spec=VP, importance="critical")
def plain() -> Scenario:
    """Nothing was asked, nothing is answered: the holder's proof and the badge's hold."""
    return Scenario(
        document=shown(),
        expect=passes(issuer="passed", data_model="passed", members="passed", facts={"issuer": {"binding": "did-key"}}),
    )


@case("A presentation that answers challenge and domain verifies", spec=[*DOMAIN, *CHALLENGE], importance="critical")
def answered() -> Scenario:
    """Both are as the caller gave them."""
    return Scenario(document=shown(proof=ASKED), options=OPTIONS, expect=passes(issuer="passed", members="passed"))


@case("A challenge that nobody asked for is harmless", spec=CHALLENGE)
def unasked() -> Scenario:
    """The caller did not give one: there is nothing to compare."""
    return Scenario(document=shown(proof=ASKED), expect=passes(members="passed"))


@case("Another challenge fails", spec=CHALLENGE, importance="critical")
def other_challenge() -> Scenario:
    """A presentation that was made for somebody else's question, or replayed."""
    return Scenario(
        document=shown(proof=ASKED),
        options={**OPTIONS, "challenge": "another"},
        expect=fails(("proof.challenge", "/proof/challenge"), proof="failed"),
    )


@case("A missing challenge fails where one was given", spec=CHALLENGE, importance="critical")
def no_challenge() -> Scenario:
    """Absence is no answer."""
    return Scenario(
        document=shown(proof={"domain": ASKED["domain"]}),
        options=OPTIONS,
        expect=fails("proof.challenge", proof="failed"),
    )


@case("Another domain fails", spec=DOMAIN, importance="critical")
def other_domain() -> Scenario:
    """Shown to one verifier, passed on to the next."""
    return Scenario(
        document=shown(proof={**ASKED, "domain": "https://elsewhere.example"}),
        options=OPTIONS,
        expect=fails(("proof.domain", "/proof/domain"), proof="failed"),
    )


@case("A missing domain fails where one was given", spec=DOMAIN, importance="critical")
def no_domain() -> Scenario:
    """Absence is no answer."""
    return Scenario(
        document=shown(proof={"challenge": ASKED["challenge"]}),
        options=OPTIONS,
        expect=fails("proof.domain", proof="failed"),
    )


@case("A domain in a list of one is that domain", spec=DOMAIN)
def domain_list() -> Scenario:
    """Domains are compared as sets; text is a set of one."""
    return Scenario(
        document=shown(proof={**ASKED, "domain": [ASKED["domain"]]}), options=OPTIONS, expect=passes(members="passed")
    )


@case("A proof for one more domain fails", spec=DOMAIN)
def domain_superset() -> Scenario:
    """Equal sets, not an element of one."""
    return Scenario(
        document=shown(proof={**ASKED, "domain": [ASKED["domain"], "https://elsewhere.example"]}),
        options=OPTIONS,
        expect=fails("proof.domain", proof="failed"),
    )


@case("Two domains in another order are the same two", spec=DOMAIN)
def domain_order() -> Scenario:
    """The caller asks for both, the proof lists them the other way round."""
    both = ["https://registrar.example", "https://wallet.example"]
    return Scenario(
        document=shown(proof={"challenge": ASKED["challenge"], "domain": both[::-1]}),
        options={"challenge": ASKED["challenge"], "domain": both},
        expect=passes(members="passed"),
    )


@case("A challenge changed after signing fails", spec=CHALLENGE, importance="critical")
def challenge_changed() -> Scenario:
    """An old presentation with the new challenge written into it."""
    return Scenario(
        document=put(shown(proof={**ASKED, "challenge": "old"}), "/proof/challenge", OPTIONS["challenge"]),
        options=OPTIONS,
        expect=fails("proof.invalid", proof="failed"),
    )


@case("A challenge that is no text is malformed", spec=CHALLENGE)
def challenge_number() -> Scenario:
    """Nor does it equal the text with the same digits."""
    return Scenario(
        document=shown(proof={**ASKED, "challenge": 17}),
        options={**OPTIONS, "challenge": "17"},
        expect=fails(proof="failed"),
    )


@case("A presentation signed for assertionMethod fails", spec=["DI §4.4 step 5"], importance="critical")
def purpose() -> Scenario:
    """Presentations are signed for `authentication`."""
    return Scenario(
        document=sign(presentation([signed_badge()]), LEARNER),
        expect=fails(("proof.purpose", "/proof/proofPurpose"), proof="failed"),
    )


@case("The caller may expect assertionMethod of a presentation", spec=["DI §4.4 step 5"], features=["options"])
def purpose_expected() -> Scenario:
    """`options.purpose` concerns the presentation; the badge inside keeps its own."""
    return Scenario(
        document=sign(presentation([signed_badge()]), LEARNER),
        options={"purpose": "assertionMethod"},
        expect=passes(members="passed"),
    )


@case("The expected purpose does not reach the credentials inside", spec=["DI §4.4 step 5"], features=["options"])
def purpose_inside() -> Scenario:
    """A badge signed for `authentication` in a presentation signed for it."""
    return Scenario(
        document=signed_presentation([sign(badge(), COLLEGE, purpose="authentication")]),
        options={"purpose": "authentication"},
        expect=fails(
            ("proof.purpose", f"{AT}/0/proof/proofPurpose"),
            ("member.failed", f"{AT}/0"),
            proof="passed",
            members="failed",
        ),
    )


@case("A presentation without a proof fails", spec=["VCDM 2.0 §4.12"], importance="critical")
def unsecured() -> Scenario:
    """Nobody shows that it is theirs."""
    return Scenario(document=presentation([signed_badge()]), expect=fails("proof.missing", proof="failed"))


@case("A policy may take presentations without a proof", spec=["VCDM 2.0 §4.12"], features=["policy"])
def unsecured_allowed() -> Scenario:
    """Then only the credentials inside are judged."""
    return Scenario(
        document=presentation([signed_badge()]),
        policy={"allow_unsecured_presentation": True},
        expect=Expectation(outcome="passed", checks={"members": "passed"}),
    )


@case("An unsecured presentation around a credential without a proof", spec=["VCDM 2.0 §4.12"], features=["policy"])
def unsecured_inside() -> Scenario:
    """However lenient the policy: then nobody has signed anything."""
    return Scenario(
        document=presentation([badge()]),
        policy={"allow_unsecured_presentation": True},
        expect=fails("proof.missing", members="failed"),
    )


def _unanswered(options: Json) -> Scenario:
    return Scenario(
        document=presentation([signed_badge()]),
        policy={"allow_unsecured_presentation": True},
        options=options,
        expect=fails("proof.missing", proof="failed"),
    )


for _what, _asked in (("challenge", {"challenge": "7f1e"}), ("domain", {"domain": "college.example"})):
    FAMILY.add(
        f"unsecured-{_what}",
        f"An unsecured presentation answers no {_what}",
        "What is asked of a presentation's proof needs one, however lenient the policy is with those that have none.",
        partial(_unanswered, _asked),
        spec=["DI §4.4 steps 6, 7"],
        importance="critical",
        features=["policy"],
    )


@case("A presentation changed after signing fails", spec=VP, importance="critical")
def tampered() -> Scenario:
    """One badge exchanged for another that is good by itself."""
    document = put(shown(), f"{AT}/0", signed_badge(GUILD, name="Tuning, level 1"))
    return Scenario(document=document, expect=fails("proof.invalid", proof="failed"))


@case("A holder whose key did not sign fails", spec=["DI §5.9"], importance="critical")
def other_holder() -> Scenario:
    """A stranger shows the learner's badge in the learner's name."""
    return Scenario(
        document=sign(presentation([signed_badge()], LEARNER), STRANGER, purpose="authentication"),
        expect=fails("issuer.unbound", proof="passed", issuer="failed"),
    )


@case("A holder's did:web key has to be listed for authentication", spec=["CID 1.0 §3.3", "DI §5.10"])
def relationship() -> Scenario:
    """Listed only for `assertionMethod`."""
    did = "did:web:learner.example"
    return Scenario(
        document=sign(presentation([signed_badge()], did), LEARNER, method=f"{did}#key-1", purpose="authentication"),
        resources={"https://learner.example/.well-known/did.json": single_key_document(did, LEARNER)},
        expect=fails("key.unauthorized", issuer="failed"),
    )


@case("A holder's did:web key that is listed for authentication", spec=["CID 1.0 §3.3", "DI §5.10"])
def relationship_fits() -> Scenario:
    """The positive side."""
    did = "did:web:learner.example"
    return Scenario(
        document=sign(presentation([signed_badge()], did), LEARNER, method=f"{did}#key-1", purpose="authentication"),
        resources={
            "https://learner.example/.well-known/did.json": single_key_document(
                did, LEARNER, relationship="authentication"
            )
        },
        expect=passes(issuer="passed", members="passed", facts={"issuer": {"binding": "resolved"}}),
    )


@case("A failing credential inside fails the presentation", spec=VP, importance="critical")
def credential_tampered() -> Scenario:
    """The holder signed a badge that had been altered."""
    return Scenario(
        document=signed_presentation([tamper(signed_badge())]),
        expect=fails("proof.invalid", ("member.failed", f"{AT}/0"), proof="passed", issuer="passed", members="failed"),
    )


@case(
    "An expired credential inside fails the presentation",
    spec=["VCDM 2.0 §4.9", *VP],
    features=["validity"],
    importance="critical",
)
def credential_expired() -> Scenario:
    """The presentation is fresh, the badge is not."""
    return Scenario(
        document=signed_presentation([signed_badge(), signed_badge(name="Old", validUntil="2026-03-31T23:59:59Z")]),
        expect=fails(
            ("validity.expired", f"{AT}/1/validUntil"),
            ("member.failed", f"{AT}/1"),
            absent=[("member.failed", f"{AT}/0")],
            proof="passed",
            members="failed",
        ),
    )


@case("A credential inside that is open leaves the presentation open", spec=VP)
def credential_open() -> Scenario:
    """Its did:web issuer cannot be resolved."""
    did = "did:web:guild.example"
    return Scenario(
        document=signed_presentation([sign(badge(did), GUILD, method=f"{did}#key-1")]),
        expect=inconclusive(
            "key.unavailable", ("member.indeterminate", f"{AT}/0"), proof="passed", members="indeterminate"
        ),
    )


@case("An unsigned credential in another's name is nobody's word", spec=VP, importance="critical")
def credential_unsecured() -> Scenario:
    """The holder signed around it; that does not make it the college's."""
    return Scenario(
        document=signed_presentation([badge()]), expect=fails("member.issuer", proof="passed", members="failed")
    )


@case("A record in a presentation verifies", spec=[*VP, "CLR 2.0 §B"], features=["clr"], importance="critical")
def record() -> Scenario:
    """Three levels: presentation, record, badge."""
    return Scenario(
        document=signed_presentation([signed_clr([signed_badge(), signed_badge(GUILD, name="Tuning, level 1")])]),
        expect=passes(members="passed"),
    )


@case("A failing member of a record in a presentation", spec=[*VP, "CLR 2.0 §B"], features=["clr"])
def record_member_expired() -> Scenario:
    """The pointer goes all the way down."""
    document = signed_presentation([signed_clr([signed_badge(validUntil="2026-03-31T23:59:59Z")])])
    deep = f"{AT}/0/credentialSubject/verifiableCredential/0"
    return Scenario(
        document=document,
        expect=fails(
            ("validity.expired", f"{deep}/validUntil"),
            ("member.failed", deep),
            ("member.failed", f"{AT}/0"),
            proof="passed",
            members="failed",
        ),
    )


@case("A presentation by P-256 verifies", spec=[*VP, "DI-ECDSA §3.2"])
def p256() -> Scenario:
    """Holders have other keys too."""
    key = ec_key("learner")
    return Scenario(
        document=sign(presentation([signed_badge()], key), key, "ecdsa-rdfc-2019", purpose="authentication"),
        expect=passes(issuer="passed", members="passed"),
    )


@case("A presentation in a JCS suite verifies", spec=[*VP, "DI-EDDSA §3.3"], features=["jcs"])
def jcs() -> Scenario:
    """Credentials inside are found by name."""
    return Scenario(
        document=sign(presentation([signed_badge()]), LEARNER, "eddsa-jcs-2022", purpose="authentication"),
        expect=passes(issuer="passed", members="passed"),
    )


@case("A presentation of the VCDM 1.1 era verifies", spec=["VCDM 1.1 §4.10"], features=["vcdm-1.1"])
def v1() -> Scenario:
    """Ed25519Signature2020 over contexts of version 1."""
    document = presentation([sign(badge_v1(), COLLEGE)], context=[V1, DATA_INTEGRITY, ED25519_2020])
    return Scenario(
        document=sign(document, LEARNER, "Ed25519Signature2020", purpose="authentication"),
        expect=passes(issuer="passed", members="passed"),
    )


@case("A holder as an object with an id", spec=VP)
def holder_object() -> Scenario:
    """Like an issuer, a holder may be described."""
    return Scenario(
        document=sign(
            presentation([signed_badge()]) | {"holder": {"id": LEARNER.did}}, LEARNER, purpose="authentication"
        ),
        expect=passes(issuer="passed", members="passed"),
    )


@case("A holder that is no URL fails", spec=VP)
def holder_name() -> Scenario:
    """A name identifies nobody."""
    return Scenario(
        document=sign(
            presentation([signed_badge()], "The learner"), LEARNER, "eddsa-jcs-2022", purpose="authentication"
        ),
        expect=fails(absent=["proof.invalid"]),
    )


@case("A presentation without its base context fails", spec=["VCDM 2.0 §4.3"])
def no_base_context() -> Scenario:
    """Signed that way in a JCS suite."""
    return Scenario(
        document=sign(
            presentation([signed_badge()], context=[DATA_INTEGRITY]),
            LEARNER,
            "eddsa-jcs-2022",
            purpose="authentication",
        ),
        expect=fails("data-model.context", absent=["proof.invalid"], data_model="failed"),
    )


@case("A presentation that claims a type nobody defined", spec=["DI §2.4.3"])
def undefined_type() -> Scenario:
    """Added after signing and dropped by JSON-LD."""
    return Scenario(
        document=put(shown(), "/type/-", "TranscriptPresentation"),
        expect=fails(("terms.undefined", "/type/1"), proof="passed", terms="failed"),
    )


@case("A credential inside as text of JSON is not a credential", spec=VP)
def credential_as_text() -> Scenario:
    """VCDM 2.0 has objects there."""
    document = presentation([json.dumps(signed_badge())])
    return Scenario(document=sign(document, LEARNER, purpose="authentication"), expect=refused())


@case("A presentation without credentials", spec=VP, importance="low")
def no_credentials() -> Scenario:
    """It proves that the holder has the key, which is all that was asked."""
    return Scenario(
        document=sign(drop(presentation([]), AT), LEARNER, purpose="authentication", proof=ASKED),
        options=OPTIONS,
        expect=passes(only=False, issuer="passed"),
    )
