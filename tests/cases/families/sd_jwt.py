"""SD-JWT: what was disclosed, what was forged, and who presents it."""

from __future__ import annotations

from typing import Any

from cases.documents import COLLEGE, LEARNER, STRANGER, badge, presentation
from cases.keyring import b64url, ec_key
from cases.mutations import put
from cases.registry import Family, Scenario, fails, inconclusive, passes
from cases.signing import Json
from cases.tokens import bound, claims, deep, digest, disclosure, envelope, hide, hide_item, seconds, selective, token

FAMILY = Family("sd-jwt", "jose", "sd-jwt")
case = FAMILY.case

SD = ("RFC 9901 §7.1",)
BINDING = ("RFC 9901 §7.3",)
PRESENTER = ("VC-JOSE-COSE §3.2.2", "VC-JOSE-COSE §3.1.3")
ASKED = {"challenge": "c82f7883-42a1-4b78", "domain": "https://registrar.example"}
ACHIEVEMENT = "/credentialSubject/achievement"


def payload(**more: Any) -> Json:
    document = badge(**more)
    return deep({**document, **claims(document)})


def hidden(**more: Any) -> tuple[Json, list[str]]:
    """A payload with three members hidden, and their disclosures."""
    body = payload(**more)
    subject = body["credentialSubject"]
    return body, [
        hide(body, "name"),
        hide(subject["achievement"], "description"),
        hide(subject, "achievement"),
    ]


@case("A selectively disclosed badge verifies", spec=SD, importance="critical")
def plain() -> Scenario:
    """All is disclosed, one disclosure inside another; the credential reads as if nothing had been hidden."""
    body, disclosures = hidden()
    return Scenario(
        document=selective(body, COLLEGE, disclosures),
        expect=passes(
            issuer="passed",
            terms="passed",
            data_model="passed",
            facts={"proof": {"typ": "vc+sd-jwt", "disclosures": 3, "undisclosed": 0}},
        ),
    )


@case("The order of disclosures is the holder's", spec=SD, importance="medium")
def any_order() -> Scenario:
    """An inner one first."""
    body, disclosures = hidden()
    return Scenario(document=selective(body, COLLEGE, disclosures[::-1]), expect=passes(data_model="passed"))


@case("`dc+sd-jwt`, the newer name", spec=["SD-JWT VC §2.2.1"])
def newer_name() -> Scenario:
    """The same token."""
    body, disclosures = hidden()
    return Scenario(document=selective(body, COLLEGE, disclosures, typ="dc+sd-jwt"), expect=passes(issuer="passed"))


@case("What is not disclosed is not there", spec=SD, importance="critical")
def withheld() -> Scenario:
    """The data model asks for the achievement."""
    body, disclosures = hidden()
    return Scenario(
        document=selective(body, COLLEGE, disclosures[:1]),
        expect=fails(
            "data-model.required",
            proof="passed",
            data_model="failed",
            facts={"proof": {"disclosures": 1, "undisclosed": 1}},
        ),
    )


@case("An end that is hidden and not disclosed", spec=SD, importance="medium")
def withheld_end() -> Scenario:
    """Nothing says that it has ended; that an end exists is not known. Issuers must not hide it."""
    body = payload(validUntil="2026-03-01T00:00:00Z")
    del body["exp"]
    hide(body, "validUntil")
    return Scenario(document=selective(body, COLLEGE, []), expect=passes(validity="passed"))


@case("An end that is disclosed counts", spec=SD)
def disclosed_end() -> Scenario:
    """Pointers count in the disclosed credential."""
    body = payload(validUntil="2026-03-01T00:00:00Z")
    del body["exp"]
    text = hide(body, "validUntil")
    return Scenario(document=selective(body, COLLEGE, [text]), expect=fails(("validity.expired", "/validUntil")))


@case("An element of an array, disclosed", spec=SD)
def element() -> Scenario:
    """And another that is not."""
    body = payload()
    achieved = body["credentialSubject"]["achievement"]
    achieved["tag"] = ["solder", "tin", "lead"]
    shown = hide_item(achieved["tag"], 0)
    hide_item(achieved["tag"], 2)
    return Scenario(document=selective(body, COLLEGE, [shown]), expect=passes(data_model="passed"))


for _algorithm in ("sha-256", "sha-384", "sha-512"):

    def _hash(algorithm: str = _algorithm) -> Scenario:
        body = payload()
        body["_sd_alg"] = algorithm
        text = hide(body, "name", algorithm)
        return Scenario(document=selective(body, COLLEGE, [text]), expect=passes(data_model="passed"))

    FAMILY.add(
        _algorithm, f"Digests by {_algorithm}", "The payload names the function.", _hash, spec=["RFC 9901 §4.1.1"]
    )


@case("Digests by a function that nobody knows", spec=["RFC 9901 §4.1.1"])
def unknown_hash() -> Scenario:
    """Nothing can be matched."""
    body = payload(_sd_alg="md5")
    return Scenario(
        document=selective(body, COLLEGE, []), expect=fails(("jose.disclosure", "/_sd_alg"), proof="failed")
    )


@case("Decoys are nothing", spec=["RFC 9901 §4.2.5"])
def decoys() -> Scenario:
    """Digests of no disclosure at all."""
    body = payload()
    body["_sd"] = [digest("nothing"), digest("nothing else")]
    return Scenario(document=selective(body, COLLEGE, []), expect=passes(data_model="passed", terms="passed"))


def _refused(name: str, title: str, build: Any, description: str = "The disclosures are not the issuer's.") -> None:
    FAMILY.add(
        name,
        title,
        description,
        lambda: Scenario(document=build(), expect=fails("jose.disclosure", proof="failed")),
        spec=SD,
        importance="critical" if name in ("forged", "unreferenced") else "high",
    )


def _forged() -> str:
    body, disclosures = hidden()
    return selective(body, COLLEGE, [disclosure("name", "Soldering, level 9"), *disclosures[1:]])


def _twice() -> str:
    body, disclosures = hidden()
    return selective(body, COLLEGE, [*disclosures, disclosures[0]])


def _digest_twice() -> str:
    body = payload()
    text = hide(body, "name")
    body["credentialSubject"]["_sd"] = list(body["_sd"])
    return selective(body, COLLEGE, [text])


def _shape(*parts: Any) -> str:
    body = payload()
    text = disclosure(*parts)
    body["_sd"] = [digest(text)]
    return selective(body, COLLEGE, [text])


def _no_json() -> str:
    body = payload()
    text = b64url(b"not json")
    body["_sd"] = [digest(text)]
    return selective(body, COLLEGE, [text])


def _element_as_member() -> str:
    body = payload()
    text = disclosure("value")
    body["_sd"] = [digest(text)]
    return selective(body, COLLEGE, [text])


def _member_as_element() -> str:
    body = payload()
    text = disclosure("tag", "value")
    body["credentialSubject"]["achievement"]["tag"] = [{"...": digest(text)}]
    return selective(body, COLLEGE, [text])


_refused("forged", "A disclosure with another value", _forged)
_refused(
    "unreferenced", "A disclosure that nothing refers to", lambda: selective(payload(), COLLEGE, [disclosure("a", 1)])
)
_refused("twice", "A disclosure twice", _twice)
_refused("digest-twice", "A digest twice", _digest_twice)
_refused("over-member", "A disclosure of a member that is there", lambda: _shape("issuer", STRANGER.did))
_refused("of-exp", "A disclosure of a claim of the token itself", lambda: _shape("exp", 4_000_000_000))
_refused("of-sd", "A disclosure named `_sd`", lambda: _shape("_sd", []))
_refused("of-dots", "A disclosure named `...`", lambda: _shape("...", "x"))
_refused("of-number", "A disclosure whose name is no text", lambda: _shape(7, "x"))
_refused("four-parts", "A disclosure of four parts", lambda: _shape("a", "b", "c"))
_refused("no-json", "A disclosure that is not JSON", _no_json)
_refused("element-as-member", "An element's disclosure where a member is", _element_as_member)
_refused("member-as-element", "A member's disclosure where an element is", _member_as_element)
_refused("sd-text", "Digests that are no array", lambda: selective({**payload(), "_sd": "x"}, COLLEGE, []))
_refused("sd-number", "A digest that is no text", lambda: selective({**payload(), "_sd": [7]}, COLLEGE, []))
_refused(
    "dots-outside", "An element's digest outside an array", lambda: selective({**payload(), "...": "x"}, COLLEGE, [])
)
_refused("empty", "Two tildes with nothing between", lambda: selective(payload(), COLLEGE, [""]))


@case("A disclosed claim of the issuer's payload, altered", spec=SD, importance="critical")
def altered() -> Scenario:
    """The signature is over the digests."""
    body, disclosures = hidden()
    text = selective(body, COLLEGE, disclosures)
    genuine, other = text.partition("~")[0].split("."), token(put(body, "/id", "urn:other"), COLLEGE).split(".")
    tampered = ".".join([genuine[0], other[1], genuine[2]])
    return Scenario(document="~".join([tampered, *disclosures, ""]), expect=fails("proof.invalid", proof="failed"))


for _name, _typ in (("plain", "vc+jwt"), ("jwt", "JWT"), ("none", None)):
    FAMILY.add(
        f"typ-{_name}",
        f"Disclosures with a token of `typ` {_typ or 'unsaid'}",
        "A token for which disclosures are meant says so.",
        lambda typ=_typ: Scenario(
            document=selective(payload(), COLLEGE, [], typ=typ), expect=fails(("jose.header", "/header/typ"))
        ),
        spec=["RFC 9901 §9.11", "RFC 8725 §3.11"],
    )


@case("Disclosures inside disclosures, too deep", spec=["RFC 8259 §9"])
def too_deep() -> Scenario:
    """Each is shallow, together they are not."""
    inner: Any = "ground"
    disclosures = []
    for _ in range(80):
        holder: Json = {"a": inner}
        disclosures.append(hide(holder, "a"))
        inner = holder
    body = payload()
    body["x"] = inner
    return Scenario(document=selective(body, COLLEGE, disclosures), expect=fails("limit.exceeded"))


# Key binding ------------------------------------------------------------------------------------------


def held(**more: Any) -> str:
    """A badge for the learner's key, one member disclosed, ready for a binding."""
    body = payload(cnf={"jwk": LEARNER.jwk}, **more)
    text = hide(body, "name")
    return selective(body, COLLEGE, [text])


@case("A key binding that answers", spec=BINDING, importance="critical")
def binding() -> Scenario:
    """The learner's key, for this verifier, this time."""
    return Scenario(document=bound(held(), LEARNER), options=ASKED, expect=passes(issuer="passed", data_model="passed"))


@case("A key binding by a P-256 key", spec=BINDING, importance="medium")
def binding_p256() -> Scenario:
    """Any accepted algorithm."""
    key = ec_key("learner")
    body = payload(cnf={"jwk": key.jwk})
    return Scenario(document=bound(selective(body, COLLEGE, []), key), options=ASKED, expect=passes(issuer="passed"))


@case("A key binding nobody asked for is judged all the same", spec=BINDING)
def binding_unasked() -> Scenario:
    """And holds."""
    return Scenario(document=bound(held(), LEARNER), expect=passes(issuer="passed"))


@case("A key binding as old as the token", spec=BINDING, importance="medium")
def binding_at_once() -> Scenario:
    """Clocks may differ by the policy's skew; the nonce says that it is fresh."""
    text = held(iat=seconds("2026-05-31T12:00:50Z"))
    return Scenario(document=bound(text, LEARNER), options=ASKED, expect=passes(issuer="passed"))


@case("No key binding, where something was asked", spec=BINDING, importance="critical")
def no_binding() -> Scenario:
    """Anybody who once saw the token could present it."""
    return Scenario(document=held(), options=ASKED, expect=fails("proof.challenge", "proof.domain", proof="failed"))


@case("A key binding for another verifier", spec=BINDING, importance="critical")
def binding_replayed() -> Scenario:
    """Its audience and nonce are others."""
    return Scenario(
        document=bound(held(), LEARNER, aud="https://elsewhere.example", nonce="other"),
        options=ASKED,
        expect=fails(("proof.challenge", "/nonce"), ("proof.domain", "/aud"), proof="failed"),
    )


_BINDINGS: dict[str, tuple[str, Any, str]] = {
    "stranger": (
        "A key binding by another key",
        lambda: bound(held(), STRANGER),
        "The credential names the learner's.",
    ),
    "other-hash": (
        "A key binding over other disclosures",
        lambda: bound(held(), LEARNER, sd_hash=digest("x")),
        "Something was added or left out since.",
    ),
    "no-hash": ("A key binding over nothing", lambda: bound(held(), LEARNER, sd_hash=None), "It could be moved."),
    "no-nonce": ("A key binding without a nonce", lambda: bound(held(), LEARNER, nonce=None), "Required."),
    "no-aud": ("A key binding without an audience", lambda: bound(held(), LEARNER, aud=None), "Required."),
    "no-iat": ("A key binding of no time", lambda: bound(held(), LEARNER, iat=None), "Required."),
    "future": (
        "A key binding from the future",
        lambda: bound(held(), LEARNER, iat=seconds("2026-07-01T00:00:00Z")),
        "Made after it was seen.",
    ),
    "older": (
        "A key binding older than the token",
        lambda: bound(held(iat=seconds("2026-05-31T12:02:00Z")), LEARNER),
        "Nobody can bind what is not there yet.",
    ),
    "typ": (
        "A key binding of another `typ`",
        lambda: _other_typ(),
        "A token made for something else.",
    ),
    "none": ("A key binding that is not signed", lambda: _unsigned(), "`alg: none`."),
    "no-cnf": (
        "A key binding where the issuer named no key",
        lambda: bound(selective(payload(), COLLEGE, []), LEARNER),
        "Nobody knows whose it should be.",
    ),
    "no-token": ("Something else in the place of a key binding", lambda: held() + "abc", "No token."),
}


def _other_typ() -> str:
    text = held()
    said = {"iat": 1_780_000_000, "aud": "a", "nonce": "b", "sd_hash": digest(text)}
    return text + token(said, LEARNER, typ="JWT", kid=None)


def _unsigned() -> str:
    text = held()
    said = {"iat": 1_780_000_000, "aud": "a", "nonce": "b", "sd_hash": digest(text)}
    return text + token(said, LEARNER, typ="kb+jwt", kid=None, alg="none").rpartition(".")[0] + "."


for _name, (_title, _build, _why) in _BINDINGS.items():
    FAMILY.add(
        f"binding-{_name}",
        _title,
        _why,
        lambda build=_build: Scenario(document=build(), expect=fails("jose.disclosure", proof="failed")),
        spec=BINDING,
        importance="critical" if _name in ("stranger", "other-hash") else "high",
    )


@case("A disclosed badge in a presentation", spec=["VCDM 2.0 §4.13", *SD])
def presented() -> Scenario:
    """In an envelope of its media type."""
    body, disclosures = hidden()
    inside = envelope(selective(body, COLLEGE, disclosures), media="application/vc+sd-jwt")
    document = presentation([inside])
    return Scenario(
        document=token(document, LEARNER, typ="vp+jwt"),
        expect=passes(members="passed", facts={"members": {"count": 1}}),
    )


@case("A presentation with disclosures", spec=["VC-JOSE-COSE §3.2.2"], importance="medium")
def selective_presentation() -> Scenario:
    """Its holder is one of them."""
    body = deep(presentation([]))
    del body["verifiableCredential"]
    text = hide(body, "holder")
    return Scenario(
        document=selective(body, LEARNER, [text], typ="vp+sd-jwt"),
        expect=passes(issuer="passed", facts={"issuer": {"binding": "did-key"}}),
    )


def shown_as(named: str, holder: Any, **more: Any) -> str:
    """A presentation with disclosures that `holder` signs, and whose `iss` is `named`; it names no `holder`."""
    body = deep(presentation([envelope(token(payload(), COLLEGE))]))
    del body["holder"]
    return selective(body | {"iss": named} | more, holder, [], typ="vp+sd-jwt")


@case("A presentation with disclosures by whom it says", spec=PRESENTER)
def presentation_named() -> Scenario:
    """Its `iss` is whose key signed it."""
    return Scenario(document=shown_as(LEARNER.did, LEARNER), expect=passes(issuer="passed", members="passed"))


@case("A presentation with disclosures in another's name", spec=PRESENTER, importance="critical")
def presentation_in_other_name() -> Scenario:
    """The stranger's key, the learner's `iss`, and no key binding that would present it."""
    return Scenario(document=shown_as(LEARNER.did, STRANGER), expect=fails(("issuer.unbound", "/iss"), proof="passed"))


@case("A presentation with disclosures that the holder's key binds", spec=[*PRESENTER, *BINDING], importance="medium")
def presentation_bound() -> Scenario:
    """Another than the `iss` signed it; who presents is whose key the token confirms."""
    text = shown_as(LEARNER.did, COLLEGE, cnf={"jwk": LEARNER.jwk})
    return Scenario(document=bound(text, LEARNER), options=ASKED, expect=passes(members="passed"))


# SD-JWT VC --------------------------------------------------------------------------------------------


def by_type(**more: Any) -> Json:
    """A credential that is none of the W3C's: claims alone, of a type that `vct` names."""
    body = {
        "iss": COLLEGE.did,
        "sub": LEARNER.did,
        "nbf": seconds("2026-01-15T00:00:00Z"),
        "exp": seconds("2027-01-15T00:00:00Z"),
        "vct": "https://types.example/soldering",
        "level": 2,
        "given_name": "Ada",
    }
    return {name: value for name, value in (body | more).items() if value is not None}


SD_JWT_VC = ("SD-JWT VC §2.2.2",)


@case("A credential of a `vct`, without contexts", spec=SD_JWT_VC)
def of_type() -> Scenario:
    """Its claims are what it says; the rules of the W3C's data model are not its."""
    body = by_type()
    text = hide(body, "given_name")
    return Scenario(
        document=selective(body, COLLEGE, [text], typ="dc+sd-jwt"),
        expect=passes(
            issuer="passed",
            facts={
                "issuer": {"binding": "did-key"},
                "data_model": {"dataModel": "SD-JWT VC"},
                "validity": {"validUntil": "2027-01-15T00:00:00Z"},
            },
        ),
    )


@case("A credential of a `vct` that has expired", spec=SD_JWT_VC)
def of_type_expired() -> Scenario:
    """Its end is `exp`."""
    return Scenario(
        document=selective(by_type(exp=seconds("2026-03-01T00:00:00Z")), COLLEGE, [], typ="dc+sd-jwt"),
        expect=fails(("validity.expired", "/exp"), proof="passed"),
    )


@case("A credential of a `vct` in another's name", spec=SD_JWT_VC, importance="critical")
def of_type_forged() -> Scenario:
    """The stranger's key."""
    return Scenario(
        document=selective(by_type(), STRANGER, [], typ="dc+sd-jwt"), expect=fails("issuer.unbound", proof="passed")
    )


@case("A credential of a `vct` with a status", spec=["SD-JWT VC §2.2.2.2"])
def of_type_status() -> Scenario:
    """Declared, and of a kind that is not known here: it cannot be told."""
    body = by_type(status={"status_list": {"idx": 3, "uri": "https://aldermoor.example/list"}})
    return Scenario(
        document=selective(body, COLLEGE, [], typ="dc+sd-jwt"),
        expect=inconclusive(("status.unsupported", "/status"), proof="passed", status="indeterminate"),
    )


@case("A credential of a `vct` is no badge", spec=SD_JWT_VC)
def of_type_profile() -> Scenario:
    """For a policy that asks for one."""
    return Scenario(
        document=selective(by_type(), COLLEGE, [], typ="dc+sd-jwt"),
        policy={"profile": "open_badges"},
        expect=fails("data-model.type", proof="passed"),
    )


@case("A `vct` that is no text", spec=["SD-JWT VC §2.2.2.1"], importance="medium")
def of_no_type() -> Scenario:
    """A type is named."""
    return Scenario(
        document=selective(by_type(vct=7), COLLEGE, [], typ="dc+sd-jwt"), expect=fails(("data-model.type", "/vct"))
    )


@case("A `vct` in a token without disclosures", spec=SD_JWT_VC, importance="medium")
def of_type_plain() -> Scenario:
    """No SD-JWT, so no SD-JWT VC."""
    return Scenario(document=token(by_type(), COLLEGE, typ="JWT"), expect=fails("input.malformed"))


@case("A `vct` in the `vc` claim does not lift the rules", spec=["VCDM 1.1 §6.3.1"], importance="medium")
def of_type_inside() -> Scenario:
    """It is still a W3C credential, without its contexts."""
    return Scenario(
        document=token({"iss": COLLEGE.did, "vc": {**by_type(), "type": "VerifiableCredential"}}, COLLEGE, typ="JWT"),
        expect=fails(("input.malformed", "/vc")),
    )
