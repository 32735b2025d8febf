"""Tokens inside documents, and documents inside tokens: presentations, records, endorsements."""

from __future__ import annotations

from cases.documents import (
    COLLEGE,
    GUILD,
    LEARNER,
    STRANGER,
    V1,
    badge,
    badge_v1,
    clr,
    endorsement,
    presentation,
    signed_badge,
    signed_clr,
)
from cases.registry import Family, Scenario, fails, passes, refused
from cases.signing import sign
from cases.tokens import claims, envelope, joined, signed, signed_v1, token

FAMILY = Family("jose-nested", "jose", "nested")
case = FAMILY.case

OB = ("OB 3.0 §8.2",)
V1_CLAIMS = ("VCDM 1.1 §6.3.1",)
BOUND = {"issuer": {"binding": "did-key"}}


# Presentations ----------------------------------------------------------------------------------------

ASKED = {"challenge": "c82f7883-42a1-4b78", "domain": "https://registrar.example"}
ANSWERED = {"nonce": "c82f7883-42a1-4b78", "aud": "https://registrar.example"}


def shown(*inside: object, **more: object) -> str:
    """A presentation token by the learner. `more` are claims."""
    document = presentation(list(inside) or [envelope(signed(badge(), COLLEGE))])
    payload = {**document, "iss": LEARNER.did, "jti": document["id"], **more}
    return token(payload, LEARNER, typ="vp+jwt")


@case("A presentation token verifies", spec=["VC-JOSE-COSE §3.1.2"], importance="critical")
def presented() -> Scenario:
    """The holder's token around the issuer's."""
    return Scenario(
        document=shown(), expect=passes(issuer="passed", members="passed", facts={"members": {"count": 1}, **BOUND})
    )


@case("A presentation token answers nonce and audience", spec=["RFC 7519 §4.1.3", "VC-JOSE-COSE §3.1.2"])
def presented_answered() -> Scenario:
    """`nonce` is the challenge, `aud` the domain."""
    return Scenario(document=shown(**ANSWERED), options=ASKED, expect=passes(issuer="passed", members="passed"))


REGISTRAR, ELSEWHERE = "https://registrar.example", "https://elsewhere.example"
SAME_SET = ("DI §4.4 step 6", "RFC 7519 §4.1.3")


@case("A presentation token for several audiences, one of which was asked for", spec=SAME_SET)
def presented_audiences() -> Scenario:
    """Audiences are compared as sets: the other reader could show it here as the holder."""
    return Scenario(
        document=shown(**ANSWERED | {"aud": [REGISTRAR, ELSEWHERE]}),
        options=ASKED,
        expect=fails(("proof.domain", "/aud"), proof="failed"),
    )


@case("A presentation token for several audiences, none of which was asked for", spec=SAME_SET)
def presented_other_audiences() -> Scenario:
    """Names are compared whole: a longer one is another."""
    return Scenario(
        document=shown(**ANSWERED | {"aud": [REGISTRAR + ".net", ELSEWHERE]}),
        options=ASKED,
        expect=fails(("proof.domain", "/aud"), proof="failed"),
    )


@case("A presentation token for several audiences, all of which were asked for", spec=SAME_SET)
def presented_same_audiences() -> Scenario:
    """In another order, which says nothing."""
    return Scenario(
        document=shown(**ANSWERED | {"aud": [ELSEWHERE, REGISTRAR]}),
        options=ASKED | {"domain": [REGISTRAR, ELSEWHERE]},
        expect=passes(issuer="passed"),
    )


@case("A presentation token for one of several audiences that were asked for", spec=SAME_SET, importance="medium")
def presented_fewer_audiences() -> Scenario:
    """All that were asked for are meant, or it is for another use."""
    return Scenario(
        document=shown(**ANSWERED),
        options=ASKED | {"domain": [REGISTRAR, ELSEWHERE]},
        expect=fails(("proof.domain", "/aud"), proof="failed"),
    )


@case("An audience of one, as a list", spec=["RFC 7519 §4.1.3"], importance="medium")
def presented_audience_list() -> Scenario:
    """The same name."""
    return Scenario(
        document=shown(**ANSWERED | {"aud": ["https://registrar.example"]}),
        options=ASKED,
        expect=passes(issuer="passed"),
    )


@case("A presentation token replayed elsewhere fails", spec=["RFC 7519 §4.1.3"], importance="critical")
def presented_replayed() -> Scenario:
    """Made for another verifier, with its nonce."""
    return Scenario(
        document=shown(nonce="other", aud="https://elsewhere.example"),
        options=ASKED,
        expect=fails(("proof.challenge", "/nonce"), ("proof.domain", "/aud"), proof="failed"),
    )


@case("A presentation token that answers nothing fails where something was asked", spec=["RFC 7519 §4.1.3"])
def presented_silent() -> Scenario:
    """Neither nonce nor audience."""
    return Scenario(document=shown(), options=ASKED, expect=fails("proof.challenge", "proof.domain", proof="failed"))


@case("A presentation of version 1.1 in the `vp` claim", spec=V1_CLAIMS)
def presented_v1() -> Scenario:
    """With a token in it as text, as version 1.1 had it; `iss` stands for the holder."""
    inside = {
        "@context": [V1],
        "type": ["VerifiablePresentation"],
        "verifiableCredential": [signed_v1(badge_v1(), COLLEGE)],
    }
    return Scenario(
        document=token({"iss": LEARNER.did, "vp": inside}, LEARNER, typ="JWT"),
        expect=passes(issuer="passed", members="passed"),
    )


@case("A credential that fails in a presentation token fails it", spec=["VCDM 2.0 §4.13"], importance="critical")
def presented_expired() -> Scenario:
    """Pointers go through the token into the credential."""
    old = signed(badge(validUntil="2026-03-01T00:00:00Z"), COLLEGE)
    at = "/verifiableCredential/0"
    return Scenario(
        document=shown(envelope(old)),
        expect=fails(("validity.expired", f"{at}/validUntil"), ("member.failed", at), proof="passed", members="failed"),
    )


@case("A presentation by somebody else than its holder fails", spec=["VCDM 2.0 §4.13"])
def presented_by_other() -> Scenario:
    """The stranger's key, the learner's name."""
    return Scenario(
        document=token(presentation([envelope(signed(badge(), COLLEGE))]), STRANGER, typ="vp+jwt"),
        expect=fails("issuer.unbound", proof="passed", issuer="failed"),
    )


@case("A presentation token that says somebody else made it", spec=["VC-JOSE-COSE §3.1.3"])
def presented_in_other_name() -> Scenario:
    """The learner's key, the stranger's `iss`; the presentation itself names no holder."""
    document = presentation([envelope(signed(badge(), COLLEGE))])
    payload = {name: value for name, value in document.items() if name != "holder"}
    return Scenario(
        document=token({**payload, "iss": STRANGER.did}, LEARNER, typ="vp+jwt"),
        expect=fails(("issuer.unbound", "/iss"), proof="passed"),
    )


CAMPUS = "https://aldermoor.example"
SET = "https://aldermoor.example/.well-known/jwks.json"


def by_key_set(said: str) -> str:
    """A presentation by an https holder, with a key of its key set; `said` is the `iss`."""
    document = presentation([envelope(signed(badge(), COLLEGE))]) | {"holder": CAMPUS}
    return token({**document, "iss": said}, LEARNER, typ="vp+jwt", kid=f"{SET}#key-1")


@case("A presentation token by a key of its holder's key set", spec=["VC-JOSE-COSE §3.1.3", "OB 3.0 §8.2"])
def presented_by_key_set() -> Scenario:
    """The set stands at the holder's host, as an issuer's would."""
    return Scenario(
        document=by_key_set(CAMPUS),
        resources={SET: {"keys": [{**LEARNER.jwk, "kid": "key-1"}]}},
        expect=passes(issuer="passed", members="passed", facts={"issuer": {"binding": "jwks"}}),
    )


@case("A presentation token by a key of another's key set", spec=["VC-JOSE-COSE §3.1.3"])
def presented_by_other_key_set() -> Scenario:
    """The `iss` has another host than the set."""
    return Scenario(
        document=by_key_set("https://elsewhere.example"),
        resources={SET: {"keys": [{**LEARNER.jwk, "kid": "key-1"}]}},
        expect=fails(("issuer.unbound", "/iss"), proof="passed"),
    )


@case("A presentation token that names neither key nor holder", spec=["VC-JOSE-COSE §4.1"], importance="medium")
def presented_by_nobody() -> Scenario:
    """There is no key to ask for."""
    document = presentation([envelope(signed(badge(), COLLEGE))])
    payload = {name: value for name, value in document.items() if name != "holder"}
    return Scenario(document=token(payload, LEARNER, typ="vp+jwt", kid=None), expect=fails(("jose.header", "/header")))


@case("A presentation token around a badge with an embedded proof", spec=["VCDM 2.0 §4.13"], importance="medium")
def presented_embedded() -> Scenario:
    """Each is secured in its own way."""
    return Scenario(document=shown(signed_badge()), expect=passes(issuer="passed", members="passed"))


# Records and endorsements -----------------------------------------------------------------------------


@case("A record as a token, with a token for a member", spec=["CLR 2.0", *OB], importance="critical")
def record() -> Scenario:
    """The member's report is its own."""
    return Scenario(
        document=signed(clr([signed(badge(GUILD), GUILD)]), COLLEGE),
        expect=passes(issuer="passed", members="passed", facts={"members": {"count": 1}}),
    )


@case("A token among the members of a record with an embedded proof", spec=["CLR 2.0", *OB], importance="critical")
def record_embedded() -> Scenario:
    """The record's statements cover the text of the token."""
    return Scenario(
        document=signed_clr([signed(badge(GUILD), GUILD)]), expect=passes(issuer="passed", members="passed")
    )


@case("A member token that has expired fails the record", spec=["CLR 2.0"], importance="critical")
def record_expired() -> Scenario:
    """Through one token into the other."""
    old = signed(badge(GUILD, validUntil="2026-03-01T00:00:00Z"), GUILD)
    at = "/credentialSubject/verifiableCredential/0"
    return Scenario(
        document=signed(clr([old]), COLLEGE),
        expect=fails(("validity.expired", f"{at}/validUntil"), ("member.failed", at), members="failed"),
    )


@case("An unsecured token among the members fails", spec=["CLR 2.0", "VC-JOSE-COSE §3.1"])
def record_unsecured_token() -> Scenario:
    """`alg: none` secures nothing, also where another signature is around it."""
    bare = joined({"alg": "none", "typ": "JWT"}, {**badge(GUILD), **claims(badge(GUILD))}, lambda _: b"")
    at = "/credentialSubject/verifiableCredential/0"
    return Scenario(
        document=signed(clr([bare]), COLLEGE),
        expect=fails(("proof.missing", f"{at}/header/alg"), ("member.failed", at)),
    )


@case("An endorsement token at every level verifies", spec=["OB 3.0 §9.2", "OB 3.0 §B"], importance="critical")
def endorsements() -> Scenario:
    """Of the credential, of its achievement and of its issuer."""
    document = badge()
    achieved = document["credentialSubject"]["achievement"]
    document["endorsementJwt"] = [signed(endorsement(document["id"]), GUILD)]
    achieved["endorsementJwt"] = [signed(endorsement(achieved["id"]), GUILD)]
    document["issuer"]["endorsementJwt"] = [signed(endorsement(COLLEGE.did), GUILD)]
    return Scenario(
        document=signed(document, COLLEGE),
        expect=passes(endorsements="passed", facts={"endorsements": {"count": 3}}),
    )


@case("Endorsement tokens under an embedded proof", spec=["OB 3.0 §9.2"])
def endorsements_embedded() -> Scenario:
    """The same levels, where the badge was signed as statements."""
    document = badge()
    achieved = document["credentialSubject"]["achievement"]
    document["endorsementJwt"] = [signed(endorsement(document["id"]), GUILD)]
    achieved["endorsementJwt"] = [signed(endorsement(achieved["id"]), GUILD)]
    document["issuer"]["endorsementJwt"] = [signed(endorsement(COLLEGE.did), GUILD)]
    return Scenario(
        document=sign(document, COLLEGE), expect=passes(endorsements="passed", facts={"endorsements": {"count": 3}})
    )


@case("An endorsement token by the wrong key fails", spec=["OB 3.0 §9.2"])
def endorsement_forged() -> Scenario:
    """The guild's name, the stranger's signature."""
    document = badge()
    forged = signed(endorsement(document["id"]), STRANGER, header={"kid": GUILD.method})
    document["endorsementJwt"] = [forged]
    return Scenario(
        document=signed(document, COLLEGE),
        expect=fails(("endorsement.failed", "/endorsementJwt/0"), ("proof.invalid", "/endorsementJwt/0")),
    )


@case("A member's token inside a member's token, too deep", spec=["VCDM 2.0 §4.13"], importance="medium")
def too_deep() -> Scenario:
    """Levels are counted through tokens."""
    inner = signed(clr([signed(badge(GUILD), GUILD)]), COLLEGE)
    for _ in range(4):
        inner = signed(clr([inner]), COLLEGE)
    return Scenario(document=inner, expect=refused("limit.exceeded"))
