"""A small world: an issuer's status list, and signed credentials in every state that a check can find.

Nothing is fetched: what the world publishes, `loader` serves. Credentials are made when they are first
asked for, and then kept.
"""

from __future__ import annotations

import copy
import functools
import gzip
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cases import documents as make
from cases.keyring import Key, b64url
from cases.signing import Json, chain, sign

from vcverify.loading.memory import StaticLoader

AT = datetime.fromisoformat(make.AT)
"""When everything here is judged."""

PAST = "2026-02-01T00:00:00Z"
FUTURE = "2026-12-01T00:00:00Z"
LATER = "2027-06-01T00:00:00Z"

LIST = "https://college.example/status/1"
ENTRIES = 131_072
REVOKED = 94_567
GOOD = 7


@functools.cache
def loader() -> StaticLoader:
    """What the world publishes."""
    return StaticLoader({LIST: json.dumps(_status_list()).encode()})


def _status_list() -> Json:
    bits = bytearray(ENTRIES // 8)
    bits[REVOKED // 8] |= 0x80 >> REVOKED % 8
    document: Json = {
        "@context": [make.V2],
        "id": LIST,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": make.COLLEGE.did,
        "validFrom": make.VALID_FROM,
        "credentialSubject": {
            "id": LIST + "#list",
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "encodedList": "u" + b64url(gzip.compress(bytes(bits), mtime=0)),
        },
    }
    return sign(document, make.COLLEGE)


# --- unsecured documents --------------------------------------------------------------------------


def entry(index: int, *, named: bool = True) -> Json:
    """A status entry; `named` gives it an id of its own."""
    name: Json = {"id": f"{LIST}#{index}"} if named else {}
    return {
        **name,
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": str(index),
        "statusListCredential": LIST,
    }


def plain(**members: Any) -> Json:
    """A plain credential of VCDM 2.0, without Open Badges."""
    document: Json = {
        "@context": [make.V2],
        "id": make.urn("plain"),
        "type": ["VerifiableCredential"],
        "name": "Library card",
        "issuer": {"id": make.COLLEGE.did, "name": "Aldermoor College"},
        "validFrom": make.VALID_FROM,
        "credentialSubject": {"id": make.LEARNER.did, "name": "A. Learner"},
    }
    return make.changed(document, members)


def badge(issuer: Key | str = make.COLLEGE, name: str = "Soldering, level 2", **members: Any) -> Json:
    """A badge that says all that badges often say, a status among it."""
    achieved = make.achievement(
        name,
        creator=make.profile(issuer),
        tag=["metal", "heat"],
        resultDescription=[
            {"id": make.urn("result"), "type": ["ResultDescription"], "name": "Joints", "resultType": "RawScore"}
        ],
    )
    document = make.badge(issuer, name=name, achieved=achieved)
    document["credentialSubject"]["result"] = [
        {"type": ["Result"], "resultDescription": make.urn("result"), "value": "9"},
        {"type": ["Result"], "resultDescription": make.urn("result"), "value": "10"},
    ]
    document["evidence"] = [{"id": "https://college.example/photo", "type": ["Evidence"], "name": "A photo"}]
    document["credentialStatus"] = entry(GOOD)
    return make.changed(document, members)


def welding(**members: Any) -> Json:
    """Another badge by the same issuer."""
    return badge(name="Welding", **members)


def lutherie(**members: Any) -> Json:
    """A badge by another issuer, without a status."""
    return badge(make.GUILD, "Lutherie", **({"credentialStatus": None} | members))


# --- signed ones ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sample:
    """A signed credential.

    Attributes:
        code: The problem that it has; None where it is well.
        unsecured: It has members without a proof of their own.
    """

    name: str
    document: Json
    code: str | None
    unsecured: bool


def signed(document: Json, key: Key = make.COLLEGE, **options: Any) -> Json:
    return sign(document, key, **options)


def record(*members: Json, **more: Any) -> Json:
    """A learner's record with these members, signed."""
    return signed(make.clr(list(members), **more))


def _chained() -> Json:
    first = signed(plain(validUntil=LATER), proof={"id": "urn:uuid:0b0b8b1e-4c1c-4bd8-8f0a-6ed0a3e2f001"})
    return chain(first, make.COLLEGE, [first["proof"]["id"]])


def _forged() -> Json:
    return record({**signed(badge()), "name": "Master of all trades"})


_WELL: Mapping[str, Callable[[], Json]] = {
    "plain": lambda: signed(plain(validUntil=LATER)),
    "plain/proof-set": lambda: signed(signed(plain(validUntil=LATER)), created=PAST),
    "plain/proof-chain": _chained,
    "badge": lambda: signed(badge(validUntil=LATER)),
    "badge/endorsed": lambda: signed(
        badge(endorsement=[make.signed_endorsement(make.urn("badge/Soldering, level 2"))])
    ),
    "badge/v1": lambda: signed(make.badge_v1(expirationDate=LATER)),
    "record": lambda: record(
        signed(lutherie(), make.GUILD),
        signed(badge(validUntil=LATER)),
        credentialStatus=entry(GOOD, named=False),
    ),
    "record/unsecured": lambda: record(badge(credentialStatus=None), welding(validUntil=LATER), signed(plain())),
    "presentation": lambda: make.signed_presentation([signed(badge(validUntil=LATER))]),
}

_EXPIRED: Mapping[str, Callable[[], Json]] = {
    "plain/expired": lambda: signed(plain(validUntil=PAST)),
    "badge/expired": lambda: signed(badge(validUntil=PAST)),
    "badge/v1-expired": lambda: signed(make.badge_v1(expirationDate=PAST)),
    "record/expired": lambda: record(signed(badge()), validUntil=PAST),
    "record/member-expired": lambda: record(signed(badge(validUntil=PAST)), signed(welding())),
    "record/unsecured-expired": lambda: record(badge(validUntil=PAST), welding()),
    "presentation/expired": lambda: make.signed_presentation([signed(badge(validUntil=PAST))]),
}

_NOT_YET: Mapping[str, Callable[[], Json]] = {
    "badge/not-yet": lambda: signed(badge(validFrom=FUTURE)),
    "badge/v1-not-yet": lambda: signed(make.badge_v1(issuanceDate=FUTURE)),
    "record/member-not-yet": lambda: record(signed(badge(validFrom=FUTURE))),
}

_REVOKED: Mapping[str, Callable[[], Json]] = {
    "plain/revoked": lambda: signed(plain(credentialStatus=entry(REVOKED))),
    "badge/revoked": lambda: signed(badge(credentialStatus=entry(REVOKED))),
    "badge/revoked-unnamed": lambda: signed(badge(credentialStatus=entry(REVOKED, named=False))),
    "badge/one-of-two-revoked": lambda: signed(badge(credentialStatus=[entry(GOOD), entry(REVOKED)])),
    "record/member-revoked": lambda: record(signed(badge(credentialStatus=entry(REVOKED)))),
    "record/unsecured-revoked": lambda: record(badge(credentialStatus=entry(REVOKED)), welding()),
}

_OF_OTHERS: Mapping[str, Callable[[], Json]] = {
    "plain/other-issuer": lambda: signed(plain(), make.STRANGER),
    "badge/other-issuer": lambda: signed(badge(), make.STRANGER),
    "badge/v1-other-issuer": lambda: signed(make.badge_v1(), make.STRANGER),
    "record/member-other-issuer": lambda: record(signed(badge(), make.STRANGER), signed(welding())),
    "presentation/other-issuer": lambda: make.signed_presentation([signed(badge(), make.STRANGER)]),
}

_MAKERS: Mapping[str, tuple[Callable[[], Json], str | None]] = {
    **{name: (maker, None) for name, maker in _WELL.items()},
    **{name: (maker, "validity.expired") for name, maker in _EXPIRED.items()},
    **{name: (maker, "validity.not-yet") for name, maker in _NOT_YET.items()},
    **{name: (maker, "status.revoked") for name, maker in _REVOKED.items()},
    **{name: (maker, "issuer.unbound") for name, maker in _OF_OTHERS.items()},
    "record/member-forged": (_forged, "proof.invalid"),
    "record/unsecured-other-issuer": (lambda: record(lutherie(evidence=None), welding()), "member.issuer"),
}

WELL: tuple[str, ...] = tuple(_WELL)
"""Names of the samples that verify."""

ILL: tuple[str, ...] = tuple(name for name in _MAKERS if name not in _WELL)
"""Names of the samples that must never verify."""


@functools.cache
def sample(name: str) -> Sample:
    """The sample of that name."""
    maker, code = _MAKERS[name]
    return Sample(name, maker(), code, "unsecured" in name)


def fresh(name: str = "badge") -> Json:
    """The document of the sample of that name, which nobody else holds."""
    return copy.deepcopy(sample(name).document)
