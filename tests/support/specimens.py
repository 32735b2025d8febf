"""Signed credentials of every kind of proof and in every state, which mutants are made of.

To the samples of `simulator` (eddsa-rdfc-2022, records, presentations) come the other suites, issuers with a
did:web, and tokens. A specimen that ails has something to hide: an end, a revocation, another's key.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cases import documents as make
from cases import tokens
from cases.keyring import Key, ec_key, method_entry
from cases.lists import encoded
from cases.signing import Json, sign
from support import simulator
from support.disclosing import derived
from support.simulator import AT, LATER, PAST, REVOKED, badge, plain

from vcverify.loading.memory import StaticLoader

__all__ = ["AT", "SPECIMENS", "Specimen", "loader", "specimen"]

P256 = ec_key("college", "P-256")
P384 = ec_key("college", "P-384")
WEB = "did:web:college.example:badges"
WEB_METHOD = f"{WEB}#key-1"
_WEB_URL = "https://college.example/badges/did.json"


@dataclass(frozen=True, slots=True)
class Specimen:
    """A signed credential or presentation.

    Attributes:
        document: A JSON object, or the text of a token.
        code: The problem that it has; None where it is well.
        unsecured: It has members without a proof of their own.
    """

    name: str
    document: Json | str
    code: str | None = None
    unsecured: bool = False


# --- what the world publishes -----------------------------------------------------------------------


def _list_url(issuer: str) -> str:
    return f"https://college.example/status/{sum(map(ord, issuer))}"


def _entry(issuer: str, index: int) -> Json:
    return {**simulator.entry(index, named=False), "statusListCredential": _list_url(issuer)}


def _status_list(issuer: str, key: Key, method: str | None) -> Json:
    url = _list_url(issuer)
    bits = bytearray(simulator.ENTRIES // 8)
    bits[REVOKED // 8] |= 0x80 >> REVOKED % 8
    document: Json = {
        "@context": [make.V2],
        "id": url,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer,
        "validFrom": make.VALID_FROM,
        "credentialSubject": {
            "id": url + "#list",
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "encodedList": encoded(bytes(bits)),
        },
    }
    suite = "ecdsa-rdfc-2019" if key.kind != "Ed25519" else "eddsa-rdfc-2022"
    return sign(document, key, suite, method=method)


@functools.cache
def loader() -> StaticLoader:
    """Status lists of every issuer, and the one controller document that is loaded."""
    lists = {
        _list_url(issuer): _status_list(issuer, key, method)
        for issuer, key, method in ((P256.did, P256, None), (P384.did, P384, None), (WEB, make.COLLEGE, WEB_METHOD))
    }
    controller = make.controller_document(WEB, method_entry(make.COLLEGE, WEB_METHOD, WEB))
    world = {simulator.LIST: simulator._status_list(), _WEB_URL: controller, **lists}
    return StaticLoader({url: json.dumps(body).encode() for url, body in world.items()})


# --- embedded proofs ----------------------------------------------------------------------------------

State = Mapping[str, Any]
"""Members that put a badge into a state."""

_STATES: tuple[tuple[str, str | None, Callable[[str], State]], ...] = (
    ("", None, lambda issuer: {"validUntil": LATER, "credentialStatus": _entry(issuer, simulator.GOOD)}),
    (
        "/expired",
        "validity.expired",
        lambda issuer: {"validUntil": PAST, "credentialStatus": _entry(issuer, simulator.GOOD)},
    ),
    ("/revoked", "status.revoked", lambda issuer: {"credentialStatus": _entry(issuer, REVOKED)}),
)


def _suites() -> Iterator[tuple[str, str, Callable[[State], Json]]]:
    """By name: the issuer, and a signed badge in a state."""
    college, p256, p384 = make.COLLEGE, P256, P384
    yield "jcs", college.did, lambda state: sign(badge(college, **state), college, "eddsa-jcs-2022")
    yield "ecdsa-jcs", p384.did, lambda state: sign(badge(p384, **state), p384, "ecdsa-jcs-2019")
    yield "ecdsa", p256.did, lambda state: sign(badge(p256, **state), p256, "ecdsa-rdfc-2019")
    yield "ecdsa-384", p384.did, lambda state: sign(badge(p384, **state), p384, "ecdsa-rdfc-2019")
    yield "2020", college.did, lambda state: _older(state, "Ed25519Signature2020")
    yield "2018", college.did, lambda state: _older(state, "Ed25519Signature2018")
    yield "jws", college.did, lambda state: _older(state, "JsonWebSignature2020")
    yield "sd", p256.did, lambda state: derived(badge(p256, **state), p256)
    yield "sd-plain", p256.did, lambda state: derived(plain(issuer=p256.did, **state), p256)
    yield "web", WEB, lambda state: sign(badge(WEB, **state), college, method=WEB_METHOD)
    yield "web-jcs", WEB, lambda state: sign(badge(WEB, **state), college, "eddsa-jcs-2022", method=WEB_METHOD)
    yield "record/web", WEB, lambda state: _record(state)
    yield "record/jcs", college.did, lambda state: _record(state, suite="eddsa-jcs-2022")
    yield "record/sd-member", p256.did, lambda state: _holding(derived(badge(p256, **state), p256))


def _older(state: State, suite: str) -> Json:
    contexts = [*make.BADGE_CONTEXTS, make.SUITE_CONTEXTS[suite]]
    return sign(badge(context=contexts, **state), make.COLLEGE, suite)


def _record(state: State, suite: str = "eddsa-rdfc-2022") -> Json:
    """A record whose own state it is, with two members by others."""
    issuer, method = (make.COLLEGE.did, None) if suite.endswith("jcs-2022") else (WEB, WEB_METHOD)
    members = [
        sign(simulator.lutherie(), make.GUILD),
        sign(badge(P256, credentialStatus=None), P256, "ecdsa-rdfc-2019"),
    ]
    return sign(make.clr(members, issuer, **state), make.COLLEGE, suite, method=method)


def _holding(member: Json) -> Json:
    return simulator.record(member, sign(simulator.lutherie(), make.GUILD))


def _of_college(issuer: str, state: State) -> State:
    """The college's did:key has the simulator's list."""
    if issuer != make.COLLEGE.did or not state.get("credentialStatus"):
        return state
    index = int(state["credentialStatus"]["statusListIndex"])
    return {**state, "credentialStatus": simulator.entry(index)}


# --- tokens -------------------------------------------------------------------------------------------


def _tokens() -> Iterator[tuple[str, str, Callable[[State], Json | str]]]:
    college = make.COLLEGE
    yield "jwt", college.did, lambda state: tokens.signed(badge(**state), college)
    yield "jwt/es256", P256.did, lambda state: tokens.signed(badge(P256, **state), P256)
    yield "jwt/web", WEB, lambda state: tokens.signed(badge(WEB, **state), college, header={"kid": WEB_METHOD})
    yield "jwt/v1", college.did, lambda state: tokens.signed_v1(_version_1(state), college)
    yield "jwt/record", college.did, lambda state: tokens.signed(make.clr([_inside(state)]), college)
    yield "jwt/enveloped", college.did, lambda state: tokens.envelope(tokens.signed(badge(**state), college))
    yield (
        "jwt/member",
        college.did,
        lambda state: simulator.record(tokens.envelope(tokens.signed(badge(**state), college))),
    )
    yield (
        "jwt/presentation",
        college.did,
        lambda state: tokens.token(
            make.presentation([tokens.envelope(tokens.signed(badge(**state), college))]), make.LEARNER, typ="vp+jwt"
        ),
    )
    yield "sd-jwt", college.did, lambda state: _selective(state)
    yield "sd-jwt/bound", college.did, lambda state: _selective(state, bound=True)


def _version_1(state: State) -> Json:
    """The state in the words of version 1."""
    renamed = {"expirationDate" if name == "validUntil" else name: value for name, value in state.items()}
    if "credentialStatus" in renamed:
        renamed["context"] = [make.V1, make.OB_2, "https://www.w3.org/ns/credentials/status/v1"]
    return make.badge_v1(**renamed)


def _inside(state: State) -> str:
    return tokens.signed(badge(**state), make.COLLEGE)


def _selective(state: State, *, bound: bool = False) -> str:
    """Its name, its achievement and an item of an array are disclosed."""
    document = badge(**state)
    more = {"cnf": {"jwk": make.LEARNER.jwk}} if bound else {}
    body = tokens.deep({**document, **tokens.claims(document, **more)})
    achieved = body["credentialSubject"]["achievement"]
    texts = [
        tokens.hide_item(achieved["tag"], 1),
        tokens.hide(body, "name"),
        tokens.hide(body["credentialSubject"], "achievement"),
    ]
    if bound:
        return tokens.bound(tokens.selective(body, make.COLLEGE, texts), make.LEARNER)
    return tokens.selective(body, make.COLLEGE, texts)


# --- all of them --------------------------------------------------------------------------------------

_MAKERS: dict[str, tuple[Callable[[State], Json | str], State, str | None]] = {
    name + suffix: (maker, _of_college(issuer, state(issuer)), code)
    for name, issuer, maker in (*_suites(), *_tokens())
    for suffix, code, state in _STATES
}

SPECIMENS: tuple[str, ...] = (*simulator.WELL, *simulator.ILL, *_MAKERS)
"""Their names."""


@functools.cache
def specimen(name: str) -> Specimen:
    """The specimen of that name."""
    if name in _MAKERS:
        maker, state, code = _MAKERS[name]
        return Specimen(name, maker(state), code)
    sample = simulator.sample(name)
    return Specimen(name, sample.document, sample.code, sample.unsecured)
