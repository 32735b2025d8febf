"""The key-binding token: that the holder presents the disclosures, to this verifier, now (RFC 9901 §7.3)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from vcverify.crypto import PublicKey
from vcverify.jose.compact import Combined, read_compact
from vcverify.jose.contents import numeric_date, read_payload
from vcverify.jose.disclosures import digest_function
from vcverify.jose.header import header_problems
from vcverify.jsontypes import JsonObject, JsonValue, as_list
from vcverify.limits import Limits
from vcverify.problems import Problem, ProblemError, problem, refuse


@dataclass(frozen=True, slots=True, kw_only=True)
class Presented:
    """What the caller asks of whoever presents a token; None asks nothing."""

    challenge: str | None = None
    domain: frozenset[str] | None = None

    def problems(self, claims: JsonObject) -> Iterator[Problem]:
        """`proof.challenge` and `proof.domain`: `nonce` and `aud` are as asked, whatever was not asked is harmless.

        The audience is compared as a set, as the `domain` of an embedded proof is: who is meant besides could show
        the same presentation here as its holder.
        """
        if self.challenge is not None and claims.get("nonce") != self.challenge:  # CHECK: another challenge
            yield problem(
                "proof.challenge",
                "The token does not answer the challenge that was given."
                if "nonce" in claims
                else "The token answers no challenge, and one was given.",
                "/nonce" if "nonce" in claims else "",
                expected=self.challenge,
                found=claims.get("nonce", "none"),
            )
        if self.domain is not None and self.domain != audience_of(claims):  # CHECK: another domain
            yield problem(
                "proof.domain",
                "The token is not for the domain that was asked for."
                if "aud" in claims
                else "The token names no audience, and one was asked for.",
                "/aud" if "aud" in claims else "",
                expected=" and ".join(sorted(self.domain)),
                found=claims.get("aud", "none"),
            )


def audience_of(claims: JsonObject) -> frozenset[str]:
    """The `aud` claim as a set (RFC 7519 §4.1.3)."""
    return frozenset(item for item in as_list(claims.get("aud")) if isinstance(item, str))


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding:
    """What a key binding is held against.

    Attributes:
        algorithms: The JOSE names that the policy accepts.
        key_of: The key that a `kid` of `cnf` names; raises `ProblemError` where it cannot be had.
    """

    algorithms: Collection[str]
    at: datetime
    skew: timedelta
    limits: Limits
    key_of: Callable[[str], PublicKey]


def binding_problems(
    combined: Combined, payload: JsonObject, presented: Presented, binding: Binding
) -> Iterator[Problem]:
    """What is wrong with the key binding of an SD-JWT; without one, what was asked stays unanswered.

    Problem codes: `jose.disclosure`, `key.unavailable`, `limit.exceeded`, `proof.challenge`, `proof.domain`.

    Args:
        payload: The issuer's payload, as signed: its `cnf` names the holder's key.
    """
    if combined.key_binding is None:
        yield from presented.problems({})
        return
    try:
        claims = _verified(combined.key_binding, payload, binding)
    except ProblemError as error:
        found = error.problem
        if found.code in ("jose.disclosure", "key.unavailable", "limit.exceeded"):
            yield found
        else:
            yield _broken(f"The key binding does not hold: {found.detail}", found.expected, found.found)
        return
    at, skew = binding.at, binding.skew
    # CHECK: other disclosures than were bound
    if claims.get("sd_hash") != digest_function(payload)(combined.presented):
        yield _broken("The key binding is over other disclosures.", "the digest of these", claims.get("sd_hash"))
    created = numeric_date(claims.get("iat"))
    if created is None or created - at > skew:  # CHECK: bindings from the future
        yield _broken("The key binding does not say when it was made, or was made later.", None, claims.get("iat"))
    issued = numeric_date(payload.get("iat"))
    if created is not None and issued is not None and issued - created > skew:  # CHECK: bindings older than the token
        yield _broken("The key binding says that it is older than the token.", "a later `iat`", claims["iat"])
    expires, begins = (numeric_date(claims.get(name)) for name in ("exp", "nbf"))
    if "exp" in claims and (expires is None or at - expires > skew):  # CHECK: expired bindings
        yield _broken("The key binding is no longer good.", "an `exp` to come", claims["exp"])
    if "nbf" in claims and (begins is None or begins - at > skew):  # CHECK: bindings to come
        yield _broken("The key binding is not good yet.", "an `nbf` that has passed", claims["nbf"])
    for name in ("aud", "nonce"):
        if name not in claims:  # CHECK: bindings without a claim
            yield _broken(f"The key binding has no `{name}`.", f"`{name}`", "none")
        elif not isinstance(claims[name], str):  # CHECK: claims that are no text
            yield _broken(f"The `{name}` of the key binding is not one text.", "text", claims[name], "RFC 9901 §4.3")
    yield from presented.problems(claims)


def _verified(token: str, payload: JsonObject, binding: Binding) -> JsonObject:
    compact = read_compact(token, binding.limits)
    for found in header_problems(compact.header, binding.algorithms):  # CHECK: headers
        raise ProblemError(found)
    if compact.header.get("typ") != "kb+jwt":  # CHECK: tokens of another type
        raise refuse("jose.header", "its `typ` is another", expected="kb+jwt", found=compact.header.get("typ"))
    compact.verify(_key(payload.get("cnf"), binding))
    return read_payload(compact.payload, binding.limits)


def _key(confirmation: JsonValue, binding: Binding) -> PublicKey:
    """The holder's key: a `jwk`, or what a `kid` names (RFC 7800 §3.2, §3.4). Nothing else is followed."""
    named = confirmation if isinstance(confirmation, dict) else {}
    if "jwk" in named:
        return PublicKey.from_jwk(named["jwk"], binding.limits)
    kid = named.get("kid")
    if isinstance(kid, str):
        return binding.key_of(kid)
    raise refuse(
        "jose.disclosure",
        "The issuer named no key that the holder could bind with.",
        "/cnf",
        expected="`cnf` with a `jwk` or a `kid`",
        found=confirmation,
        spec="RFC 9901 §4.1.2; RFC 7800 §3",
    )


def _broken(detail: str, expected: str | None, found: JsonValue, spec: str = "RFC 9901 §7.3") -> Problem:
    return problem("jose.disclosure", detail, expected=expected, found=found, spec=spec)
