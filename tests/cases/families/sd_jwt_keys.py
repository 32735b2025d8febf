"""SD-JWT: contexts that were hidden, the issuer's published keys, and how the holder's key is named."""

from __future__ import annotations

from typing import Any

from cases.documents import COLLEGE, GUILD, LEARNER, STRANGER, badge, single_key_document
from cases.families.sd_jwt import ASKED, BINDING, by_type, payload
from cases.registry import Expectation, Family, Scenario, fails, inconclusive, passes
from cases.signing import Json
from cases.tokens import bound, claims, deep, hide, seconds, selective

FAMILY = Family("sd-jwt-keys", "jose", "sd-jwt", "keys")
case = FAMILY.case

# Contexts that were hidden ----------------------------------------------------------------------------

HIDDEN = ("SD-JWT VC §2.2.2", "VCDM 2.0 §4.3")


def two_natured(*names: str) -> tuple[Json, list[str]]:
    """A badge with a `vct`, these members hidden, and their disclosures."""
    body = payload(vct="https://types.example/soldering")
    return body, [hide(body, name) for name in names]


@case("A badge with a `vct`, its contexts disclosed", spec=HIDDEN, importance="medium")
def contexts_disclosed() -> Scenario:
    """Contexts make it a credential of the W3C's, hidden or not."""
    body, disclosures = two_natured("@context")
    return Scenario(
        document=selective(body, COLLEGE, disclosures),
        expect=passes(issuer="passed", terms="passed", data_model="passed"),
    )


@case("A badge with a `vct`, its contexts withheld", spec=HIDDEN, importance="critical")
def contexts_withheld() -> Scenario:
    """Whoever presents it cannot choose by whose rules it is read."""
    body, _ = two_natured("@context")
    return Scenario(document=selective(body, COLLEGE, []), expect=fails(("jose.disclosure", "/type"), proof="failed"))


@case("A badge with a `vct`, contexts and types withheld", spec=HIDDEN)
def types_withheld() -> Scenario:
    """Its subject is still one of the W3C's."""
    body, _ = two_natured("@context", "type")
    return Scenario(
        document=selective(body, COLLEGE, []), expect=fails(("jose.disclosure", "/credentialSubject"), proof="failed")
    )


@case("A badge with a status that is shown, all else withheld", spec=HIDDEN)
def status_shown() -> Scenario:
    """A status of the W3C's, which the rules for a `vct` do not know."""
    body = deep(badge(credentialStatus={"type": "BitstringStatusListEntry"}))
    body |= {"vct": "https://types.example/soldering", **claims(body)}
    for name in ("@context", "type", "credentialSubject"):
        hide(body, name)
    return Scenario(
        document=selective(body, COLLEGE, []), expect=fails(("jose.disclosure", "/credentialStatus"), proof="failed")
    )


@case("A badge without a `vct`, its contexts withheld", spec=["VCDM 2.0 §4.3"])
def contexts_withheld_plainly() -> Scenario:
    """Nothing says what its names mean."""
    body = payload()
    hide(body, "@context")
    return Scenario(document=selective(body, COLLEGE, []), expect=fails("data-model.context", proof="passed"))


# The issuer's metadata --------------------------------------------------------------------------------

METADATA = ("SD-JWT VC §4",)
ISSUER = "https://aldermoor.example/tenant/5"
PLACE = "https://aldermoor.example/.well-known/jwt-vc-issuer/tenant/5"
SET = "https://aldermoor.example/.well-known/jwks.json"
ELSEWHERE = "https://keys.example/5.json"


def keys(*members: Json) -> Json:
    return {"keys": list(members)}


def known(name: str = "key-1", key: Any = COLLEGE) -> Json:
    return {**key.jwk, "kid": name}


def published(**members: Any) -> Json:
    """The issuer's metadata with these members."""
    return {PLACE: {"issuer": ISSUER, **members}}


def by_metadata(
    resources: Json, expect: Expectation, issuer: str = ISSUER, kid: str | None = "key-1", **header: Any
) -> Scenario:
    text = selective(by_type(iss=issuer), COLLEGE, [], typ="dc+sd-jwt", kid=kid, **header)
    return Scenario(document=text, resources=resources, expect=expect)


JWKS = passes(issuer="passed", facts={"issuer": {"binding": "jwks"}})


@case("Keys in the issuer's metadata", spec=METADATA, importance="critical")
def in_metadata() -> Scenario:
    """The well-known path stands between host and path."""
    return by_metadata(published(jwks=keys(known("key-0", GUILD), known())), JWKS)


@case("Keys that the issuer's metadata leads to", spec=METADATA)
def by_uri() -> Scenario:
    """At another host: the metadata vouches for it."""
    return by_metadata(published(jwks_uri=ELSEWHERE) | {ELSEWHERE: keys(known())}, JWKS)


@case("The metadata of an issuer without a path", spec=METADATA, importance="medium")
def at_root() -> Scenario:
    """Its URL ends in a slash, which the place of the metadata does not have; the name in it does."""
    issuer = "https://aldermoor.example/"
    place = "https://aldermoor.example/.well-known/jwt-vc-issuer"
    return by_metadata({place: {"issuer": issuer, "jwks": keys(known())}}, JWKS, issuer)


@case("The only key of the issuer's metadata", spec=METADATA, importance="medium")
def only_key() -> Scenario:
    """For a token that names none."""
    return by_metadata(published(jwks=keys(known())), JWKS, kid=None)


@case("A key that the token brings, and the issuer's metadata has", spec=METADATA, importance="medium")
def brought() -> Scenario:
    """The issuer's, since it publishes it."""
    return by_metadata(published(jwks=keys(known())), JWKS, kid=None, jwk=COLLEGE.jwk)


@case("A key that the token brings, and the issuer's metadata does not have", spec=METADATA)
def brought_by_other() -> Scenario:
    """The issuer's keys are known, and this is none of them."""
    return by_metadata(
        published(jwks=keys(known("key-1", GUILD))),
        fails("issuer.unbound", proof="passed"),
        kid=None,
        jwk=COLLEGE.jwk,
    )


@case("A key of the metadata that is named by a URL", spec=METADATA, importance="low")
def named_by_url() -> Scenario:
    """Names are compared whole."""
    name = "https://aldermoor.example/names/1"
    return by_metadata(published(jwks=keys(known(name))), JWKS, kid=name)


@case("Metadata counts before the host's key set", spec=METADATA)
def before_set() -> Scenario:
    """A host serves several issuers, and its set may have another key of the same name."""
    resources = published(jwks=keys(known())) | {SET: keys(known("key-1", STRANGER))}
    return by_metadata(resources, JWKS)


@case("Without metadata, the host's key set counts", spec=METADATA)
def without() -> Scenario:
    """As for other tokens."""
    return by_metadata({SET: keys(known())}, JWKS)


@case("Metadata is for SD-JWT VCs alone", spec=METADATA, importance="medium")
def for_others() -> Scenario:
    """A badge is looked up in the host's key set."""
    return Scenario(
        document=selective(payload(issuer=ISSUER), COLLEGE, [], kid="key-1"),
        resources=published(jwks=keys(known())),
        expect=inconclusive(("key.unavailable", "/header/kid"), proof="indeterminate"),
    )


_WRONG: dict[str, tuple[str, Json, str]] = {
    "other-issuer": (
        "Metadata of another issuer",
        {PLACE: {"issuer": "https://aldermoor.example/tenant/6", "jwks": keys(known())}},
        "key.unauthorized",
    ),
    "slash": (
        "Metadata of an issuer with one more slash",
        {PLACE: {"issuer": f"{ISSUER}/", "jwks": keys(known())}},
        "key.unauthorized",
    ),
    "no-issuer": ("Metadata that names nobody", {PLACE: {"jwks": keys(known())}}, "key.unauthorized"),
    "both": (
        "Metadata with keys in two ways",
        published(jwks=keys(known()), jwks_uri=ELSEWHERE) | {ELSEWHERE: keys(known())},
        "key.unresolved",
    ),
    "neither": ("Metadata without keys", published(), "key.unresolved"),
    "jwk": ("Metadata with one key that is no set", published(jwks=known()), "key.unresolved"),
    "text": ("Metadata whose keys are text", published(jwks="keys"), "key.unresolved"),
    "http": ("Metadata that leads to http", published(jwks_uri="http://aldermoor.example/keys"), "key.unresolved"),
    "number": ("Metadata that leads nowhere", published(jwks_uri=7), "key.unresolved"),
    "far": ("Metadata that leads too far", published(jwks_uri=f"https://x.example/{'x' * 1_024}"), "limit.exceeded"),
    "no-such-key": ("Metadata without the key", published(jwks=keys(known("key-2"))), "key.unresolved"),
    "array": ("Metadata that is an array", {PLACE: [1]}, "key.unresolved"),
}
for _name, (_title, _resources, _code) in _WRONG.items():
    FAMILY.add(
        f"metadata-{_name}",
        _title,
        "What the issuer publishes is read strictly; the host's key set does not stand in for it.",
        lambda resources=_resources, code=_code: by_metadata(
            resources | {SET: keys(known())}, fails((code, "/header/kid"))
        ),
        spec=METADATA,
        importance="critical" if _name == "other-issuer" else "medium",
    )


@case("Metadata that leads to keys which cannot be had", spec=METADATA)
def keys_unavailable() -> Scenario:
    """Undecided: the host's key set does not stand in for them either."""
    return by_metadata(
        published(jwks_uri=ELSEWHERE) | {SET: keys(known())},
        inconclusive(("key.unavailable", "/header/kid"), proof="indeterminate"),
    )


# The holder's key -------------------------------------------------------------------------------------

CNF = ("RFC 7800 §3.4", *BINDING)


def held(kid: Any, **more: Any) -> str:
    """A badge for the key of that name, ready for a binding."""
    return selective(payload(cnf={"kid": kid, **more}), COLLEGE, [])


@case("A key binding by a key that the issuer names", spec=CNF)
def by_kid() -> Scenario:
    """The method of a did:key."""
    return Scenario(document=bound(held(LEARNER.method), LEARNER), options=ASKED, expect=passes(issuer="passed"))


@case("A key binding by a key in the holder's own document", spec=CNF)
def by_kid_web() -> Scenario:
    """Listed there to authenticate with."""
    did = "did:web:learner.example"
    return Scenario(
        document=bound(held(f"{did}#key-1"), LEARNER),
        resources={
            "https://learner.example/.well-known/did.json": single_key_document(
                did, LEARNER, relationship="authentication"
            )
        },
        options=ASKED,
        expect=passes(issuer="passed"),
    )


@case("A key binding by a key that is not for authentication", spec=[*CNF, "CID 1.0 §3.3"])
def by_kid_purpose() -> Scenario:
    """In the holder's document, for something else."""
    did = "did:web:learner.example"
    return Scenario(
        document=bound(held(f"{did}#key-1"), LEARNER),
        resources={"https://learner.example/.well-known/did.json": single_key_document(did, LEARNER)},
        expect=fails("jose.disclosure", proof="failed"),
    )


@case("A key binding by another key than the one that is named", spec=CNF, importance="critical")
def by_kid_stranger() -> Scenario:
    """The stranger's."""
    return Scenario(document=bound(held(LEARNER.method), STRANGER), expect=fails("jose.disclosure", proof="failed"))


@case("A key binding by a named key that cannot be had", spec=CNF)
def by_kid_unavailable() -> Scenario:
    """Nothing is known about it."""
    return Scenario(
        document=bound(held("did:web:learner.example#key-1"), LEARNER),
        expect=inconclusive(("key.unavailable", "/cnf/kid")),
    )


for _name, _kid in (("bare", "key-1"), ("number", 7), ("empty", "")):
    FAMILY.add(
        f"cnf-kid-{_name}",
        f"A holder's key by a `kid` that leads nowhere: {_name}",
        "A name that only the issuer and the holder know.",
        lambda kid=_kid: Scenario(document=bound(held(kid), LEARNER), expect=fails("jose.disclosure", proof="failed")),
        spec=CNF,
        importance="medium",
    )


@case("A holder's key by its `jwk` counts before its name", spec=["RFC 7800 §3.2"], importance="low")
def by_both() -> Scenario:
    """The `kid` beside it is a label."""
    return Scenario(document=bound(held("key-1", jwk=LEARNER.jwk), LEARNER), options=ASKED, expect=passes())


@case("A holder's key by its address is not fetched", spec=["RFC 7800 §3.5"], importance="medium")
def by_jku() -> Scenario:
    """`jku` is not followed anywhere."""
    text = selective(payload(cnf={"jku": "https://learner.example/keys"}), COLLEGE, [])
    return Scenario(
        document=bound(text, LEARNER),
        resources={"https://learner.example/keys": {"keys": [LEARNER.jwk]}},
        expect=fails(("jose.disclosure", "/cnf"), proof="failed"),
    )


# Claims of the binding --------------------------------------------------------------------------------

_CLAIMS: dict[str, tuple[str, Json]] = {
    "aud-array": ("A key binding for an array of audiences", {"aud": ["https://registrar.example"]}),
    "aud-object": ("A key binding for an object", {"aud": {"id": "https://registrar.example"}}),
    "nonce-number": ("A key binding with a number for a nonce", {"nonce": 7}),
    "iat-text": ("A key binding of a time in words", {"iat": "2026-05-31T12:00:00Z"}),
    "expired": ("A key binding that has expired", {"exp": seconds("2026-05-31T12:00:01Z")}),
    "exp-text": ("A key binding whose end is text", {"exp": "2027-01-01T00:00:00Z"}),
    "later": ("A key binding for later", {"nbf": seconds("2026-07-01T00:00:00Z")}),
}
for _name, (_title, _said) in _CLAIMS.items():
    FAMILY.add(
        f"binding-{_name}",
        _title,
        "It is one text that says for whom and in answer to what, and a number that says when (RFC 9901 §4.3).",
        lambda said=_said: Scenario(
            document=bound(held(LEARNER.method), LEARNER, **said), expect=fails("jose.disclosure", proof="failed")
        ),
        spec=["RFC 9901 §4.3", *BINDING],
        importance="medium",
    )


@case("A key binding by an algorithm that is not accepted", spec=BINDING)
def binding_algorithm() -> Scenario:
    """The policy's algorithms are for every signature."""
    return Scenario(
        document=bound(held(LEARNER.method), LEARNER),
        policy={"algorithms": ["ES256"]},
        expect=fails("jose.algorithm"),
    )


@case("A key binding that asks for an extension", spec=["RFC 7515 §4.1.11", *BINDING])
def binding_critical() -> Scenario:
    """Critical for whoever signed it, and unknown here."""
    return Scenario(
        document=bound(held(LEARNER.method), LEARNER, header={"crit": ["exp"], "exp": 1}),
        expect=fails("jose.disclosure", proof="failed"),
    )
