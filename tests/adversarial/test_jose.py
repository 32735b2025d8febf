"""Tokens made to deceive: every kind of the catalogue as a case, and tokens of strange contents."""

from __future__ import annotations

import json
import random
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cases.documents import COLLEGE, GUILD, badge, badge_v1, clr, presentation
from cases.tokens import claims, deep, hide, joined, selective, signed

from vcverify import Verifier
from vcverify.loading import Loader, Request, Resource, Unavailable

AT = datetime(2026, 6, 1, tzinfo=UTC)

CATALOGUE = {
    "E01": "jose-header-alg-none-0",
    "E02": "jose-header-alg-none-2",
    "E03": "jose-header-alg-hs256-bytes",
    "E05": "jose-header-alg-array",
    "E06": "jose-header-crit-unknown",
    "E07": "jose-header-crit-b64",
    "E08": "jose-header-b64-false",
    "E09": "jose-header-crit-empty",
    "E10": "jose-header-crit-registered",
    "E11": "jose-keys-header-key-stranger",
    "E12": "jose-header-key-places",
    "E13": "jose-keys-kid-path",
    "E14": "jose-keys-others-key",
    "E15": "jose-keys-same-fragment",
    "E17": "jose-header-zip",
    "E18": "jose-typ-at-jwt",
    "E19": "jose-typ-vc-sd-jwt",
    "E20": "jose-header-cty-jwt",
    "E21": "jose-claims-iss-contradicts",
    "E22": "jose-claims-jti-contradicts",
    "E23": "jose-claims-sub-contradicts",
    "E24": "jose-claims-nbf-contradicts",
    "E27": "jose-claims-exp-contradicts",
    "E28a": "jose-claims-exp-nan",
    "E28b": "jose-claims-exp-infinity",
    "E28e": "jose-claims-exp-null",
    "E28f": "jose-claims-exp-true",
    "E28g": "jose-claims-exp-negative",
    "E29": "jose-header-es256",
    "E30": "jose-header-signature-der",
    "E31": "jose-header-signature-zero",
    "E32": "jose-header-signature-order",
    "E33": "jose-header-signature-high-s",
    "E34": "jose-header-signature-short",
    "E35": "jose-header-es384-by-p-256",
    "E36": "jose-header-es256k-by-p-256",
    "E37": "jose-keys-did-web",
    "E38": "jose-header-rs256",
    "E40": "jose-header-rsa-e-1",
    "E41": "jose-header-rsa-even-modulus",
    "E42": "jose-header-rsa-16384",
    "E43": "jose-header-rsa-huge-e",
    "E44": "jose-header-padding",
    "E45": "jose-header-junk",
    "E46": "jose-header-line-break",
    "E47": "jose-header-spare-bits",
    "E48": "jose-header-standard-alphabet",
    "E50": "jose-header-four-parts",
    "E52": "jose-header-flattened",
    "E53": "jose-header-header-twice",
    "E54": "jose-header-claim-twice",
    "E56": "jose-header-byte-order-mark",
    "E58": "test_a_token_of_twenty_megabytes",
    "E59": "jose-header-not-ascii",
    "E60": "jose-header-tilde",
    "E61": "jose-vc-claim-text",
    "E63": "jose-claims-audience-asked",
    "E65": "jose-header-deep-payload",
    "E66": "jose-header-surrogate",
    "I11": "enveloped-broken-junk-base64",
}
"""By kind of attack: the case that has its verdict, or the test here."""


def test_every_kind_of_the_catalogue_has_its_case(checkout: Path) -> None:
    """The cases are replayed elsewhere; here they are held to exist."""
    for name in CATALOGUE.values():
        if name.startswith("test_"):
            assert name in globals()
        else:
            assert (checkout / f"test_vectors/cases/{name}.json").is_file(), name


# Signed by the sender, whatever it is (changes by others: tests/property/test_mutants.py) ------------------------


STRANGE = [None, True, 0, -1, 1e300, "", "none", "x" * 2000, [], {}, [[]], ["b64"], {"id": "x"}, "did:key:z", "\u202e"]
NAMES = ["alg", "kid", "jwk", "typ", "crit", "vc", "vp", "iss", "exp", "nbf", "sub", "aud", "_sd", "...", "cnf", "type"]


def _changed(value: Any, random_: random.Random) -> Any:
    if not isinstance(value, dict) or not value:
        return random_.choice(STRANGE)
    name = random_.choice([*value, *NAMES])
    result = dict(value)
    if random_.random() < 0.3:
        result.pop(name, None)
    elif isinstance(value.get(name), dict) and random_.random() < 0.5:
        result[name] = _changed(value[name], random_)
    else:
        result[name] = random_.choice(STRANGE)
    return result


@pytest.mark.parametrize("position", range(4))
def test_strange_contents_signed_all_the_same_are_judged(position: int) -> None:
    """The signer is the attacker: header and payload are whatever they are, and the signature holds."""
    verifier = Verifier()
    random_ = random.Random(100 + position)
    payloads: list[Any] = [
        {**badge(), **claims(badge())},
        {**claims(badge_v1()), "vc": badge_v1()},
        {"vp": presentation([signed(badge(), COLLEGE)]), "iss": COLLEGE.did},
        {**clr([signed(badge(GUILD), GUILD)]), "_sd": [], "_sd_alg": "sha-256"},
    ]
    for _ in range(200):
        header: Any = {"alg": "EdDSA", "typ": "vc+jwt", "kid": COLLEGE.method}
        payload = payloads[position]
        for _ in range(random_.randrange(3)):
            payload = _changed(payload, random_)
        if random_.random() < 0.5:
            header = _changed(header, random_)
        text = joined(header, payload, COLLEGE.signature) + random_.choice(["", "", "~", "~~", "~W10~"])
        report = verifier.verify(text, at=AT)
        assert all(found.code != "internal.error" for found in report.problems()), text
        json.dumps(report.to_dict())


# Size and reach ---------------------------------------------------------------------------------------


def test_a_token_of_twenty_megabytes() -> None:
    """Refused in the time that it takes to look at it, whatever part is large."""
    header, payload, signature = signed(badge(), COLLEGE).split(".")
    large = "A" * 20_000_000
    for text in (f"{large}.{payload}.{signature}", f"{header}.{large}.{signature}", f"{header}.{payload}.{large}"):
        start = time.thread_time()
        assert not Verifier().verify(text, at=AT).verified
        assert time.thread_time() - start < 2


def test_many_disclosures_cost_what_they_weigh() -> None:
    """Ten thousand decoys and disclosures: linear."""
    body = deep({**badge(), **claims(badge())})
    extra = {f"x{number}": number for number in range(5_000)}
    body.update(extra)
    texts = [hide(body, name) for name in extra]
    start = time.thread_time()
    report = Verifier().verify(selective(body, COLLEGE, texts), at=AT)
    assert report.verified
    assert time.thread_time() - start < 2


class _Watching(Loader):
    """Has nothing, and remembers what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def load(self, request: Request) -> Resource:
        self.asked.append(request.url)
        raise Unavailable(request.url, "nothing is here")


def test_no_header_makes_the_verifier_fetch() -> None:
    """`jku`, `x5u` and their like are not followed, also where a loader would."""
    loader = _Watching()
    members: dict[str, Any] = dict.fromkeys(("jku", "x5u", "url", "iss"), "https://elsewhere.example/keys")
    assert Verifier(loader=loader).verify(signed(badge(), COLLEGE, header=members), at=AT).verified
    assert not any("elsewhere" in url for url in loader.asked)
