"""What the header of a credential's token may say (RFC 7515 §4, RFC 8725, Open Badges 3.0 §8.2).

`jku`, `x5u`, `x5c` and unknown members are ignored: nothing is fetched or believed for their sake.
"""

from __future__ import annotations

import functools
from collections.abc import Collection, Iterator
from typing import Final

from vcverify.crypto import is_known_algorithm
from vcverify.crypto.jwk import PRIVATE
from vcverify.jsontypes import JsonObject, JsonValue
from vcverify.problems import Problem, problem, quote

_REFUSED: Final = {
    "crit": ("No extension is understood here, so none can be critical.", "RFC 7515 §4.1.11"),
    "b64": ("The payload of a credential is base64url, always.", "RFC 7797 §6; RFC 7515 §4.1.11"),
    "zip": ("A signed token is not compressed.", "RFC 7516 §4.1.3"),
    "enc": ("A signed token is not encrypted.", "RFC 7516 §9"),
}
_SYMMETRIC: Final = frozenset({"HS256", "HS384", "HS512"})

_CONTENT: Final = frozenset({"json", "ld+json"})
"""Values of `cty` that go with any document; `vc` and `vp` (and their older names) go with their own."""


def header_problems(header: JsonObject, algorithms: Collection[str]) -> Iterator[Problem]:
    """What is wrong with the header of any credential's token.

    Problem codes: `jose.header`, `jose.algorithm`, `proof.missing` (`alg: none`), `proof.unsupported`.

    Args:
        algorithms: the JOSE names that the policy accepts.
    """
    yield from _algorithm(header.get("alg"), algorithms)
    for name, (detail, spec) in _REFUSED.items():
        if name in header:  # CHECK: critical and encrypting parameters
            yield _broken(name, detail, header[name], spec=spec)
    kid = header.get("kid")
    if "kid" in header and (not isinstance(kid, str) or not kid):  # CHECK: names that are no text
        yield _broken("kid", "The `kid` is no text.", kid, spec="RFC 7515 §4.1.4")
    jwk = header.get("jwk")
    if isinstance(jwk, dict):
        for name in PRIVATE:
            if name in jwk:  # CHECK: private keys
                yield _broken(
                    "jwk", f"The `jwk` has the private member `{name}`.", f"`{name}`", spec="OB 3.0 §8.2; RFC 7517 §9.2"
                )
                return
    elif "jwk" in header:  # CHECK: keys that are no object
        yield _broken("jwk", "The `jwk` is no JSON object.", jwk, spec="RFC 7515 §4.1.3")


def _algorithm(name: JsonValue, algorithms: Collection[str]) -> Iterator[Problem]:
    where = "/header/alg"
    if not isinstance(name, str):  # CHECK: no algorithm
        yield _broken("alg", "The token names no algorithm.", name, spec="RFC 7515 §4.1.1")
    elif name.lower() == "none":  # CHECK: unsigned tokens
        yield problem(
            "proof.missing",
            "The token is not signed.",
            where,
            expected="a signature algorithm",
            found=name,
            spec="VC-JOSE-COSE §3.1; RFC 8725 §3.2",
        )
    elif name in algorithms:
        return
    elif name in _SYMMETRIC:  # CHECK: symmetric algorithms
        yield problem(
            "jose.algorithm",
            "Whoever can verify by this algorithm can sign by it: no public key takes it.",
            where,
            expected=" or ".join(sorted(algorithms)),
            found=name,
        )
    elif is_known_algorithm(name):  # CHECK: algorithms that are not accepted
        yield problem(
            "jose.algorithm",
            f"The policy does not accept the algorithm {quote(name)}.",
            where,
            expected=" or ".join(sorted(algorithms)) or "none",
            found=name,
        )
    else:
        yield problem(
            "proof.unsupported",
            f"Nobody here verifies the algorithm {quote(name)}.",
            where,
            expected=" or ".join(sorted(algorithms)) or "none",
            found=name,
        )


def type_problems(header: JsonObject, kind: str, selective: bool) -> Iterator[Problem]:
    """`jose.header` for a `typ` or `cty` of another kind of token, `jose.typ` for an unusual one.

    Args:
        kind: "vc" or "vp": what the payload is.
        selective: whether it came with disclosures.
    """
    usual, unusual = _types_of(kind, selective)
    if "typ" not in header:
        if selective:  # CHECK: disclosures without their type
            yield _broken("typ", "A token with disclosures says so in its `typ`.", "nothing", usual)
        else:
            yield problem("jose.typ", "The token has no `typ`.", "/header", expected=" or ".join(usual), found="none")
    else:
        name = _media_name(header["typ"])
        if name in unusual:  # CHECK: older types
            yield problem(
                "jose.typ",
                f"The `typ` {quote(header['typ'])} is an older one.",
                "/header/typ",
                expected=" or ".join(usual),
                found=header["typ"],
            )
        elif name not in usual:  # CHECK: types of other tokens
            yield _broken("typ", "The `typ` is that of another kind of token.", header["typ"], usual)
    if "cty" in header:
        content = _media_name(header["cty"])
        if content not in _CONTENT and content not in (kind, f"{kind}+ld+json"):  # CHECK: types of other contents
            yield _broken("cty", "The `cty` is that of another kind of content.", header["cty"], (kind,))


@functools.cache
def _types_of(kind: str, selective: bool) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The values of `typ` that fit, in lower case: those in use, and older ones."""
    if selective:
        usual = (f"{kind}+sd-jwt", "dc+sd-jwt") if kind == "vc" else (f"{kind}+sd-jwt",)
        return usual, (f"{kind}+ld+json+sd-jwt", f"{kind}+ld+sd-jwt")
    return (f"{kind}+jwt", "jwt"), (f"{kind}+ld+jwt", f"{kind}-ld+jwt", f"{kind}+ld+json+jwt")


def _media_name(value: JsonValue) -> str | None:
    """RFC 7515 §4.1.9: `application/` may be left out; media types have no case."""
    return value.lower().removeprefix("application/") if isinstance(value, str) else None


def _broken(
    name: str, detail: str, found: JsonValue, expected: tuple[str, ...] = (), spec: str | None = None
) -> Problem:
    return problem(
        "jose.header", detail, f"/header/{name}", expected=" or ".join(expected) or None, found=found, spec=spec
    )
