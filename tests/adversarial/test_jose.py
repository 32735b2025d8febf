"""Tokens of strange contents, large ones, and where a token cannot make the verifier go."""

from __future__ import annotations

import json
import random
import time
from datetime import UTC, datetime
from typing import Any

import pytest
from cases.documents import COLLEGE, GUILD, badge, badge_v1, clr, presentation
from cases.tokens import claims, deep, hide, joined, selective, signed

from vcverify import Verifier
from vcverify.loading import Loader, Request, Resource, Unavailable

AT = datetime(2026, 6, 1, tzinfo=UTC)

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
