"""Status and tokens: lists that are tokens, and tokens that have a status."""

from __future__ import annotations

from functools import partial
from typing import Any

from cases.documents import COLLEGE, STRANGER, badge, signed_clr
from cases.families.status import AT, GOOD, REVOKED, VALIDATE, looked_up, malformed
from cases.lists import LIST, entry, revocation_list, signed_list, status_list
from cases.registry import Family, Scenario, fails, inconclusive
from cases.tokens import envelope, seconds, signed

FAMILY = Family("status-token", "status", "jose")
case = FAMILY.case

SPEC = ("VC-JOSE-COSE §3.1", *VALIDATE)
MEMBER = "/credentialSubject/verifiableCredential/0"


def listed(values: dict[int, int] | None = None, **more: Any) -> str:
    """A list as a token."""
    return signed(status_list(values), COLLEGE, **more)


@case("A list that is a token", spec=SPEC)
def token_list() -> Scenario:
    """Lists are verified by the same procedure, whatever secures them."""
    return looked_up(GOOD, listed=listed({6: 1}))


@case("A list that is a token revokes", spec=SPEC, importance="critical")
def token_list_revokes() -> Scenario:
    """An embedded proof on the badge, a token for the list."""
    return looked_up(REVOKED, listed=listed({7: 1}))


@case("A list that is a token by a stranger", spec=SPEC, importance="critical")
def token_list_by_stranger() -> Scenario:
    """In the college's name."""
    return looked_up(malformed(), listed=signed(status_list(), STRANGER, iss=COLLEGE.did))


@case("A list whose token has expired", spec=SPEC, features=["validity"])
def token_list_expired() -> Scenario:
    """By its `exp` alone."""
    return looked_up(malformed(), listed=listed(exp=seconds("2026-03-31T23:59:59Z")))


@case("A list whose token has no signature", spec=SPEC, importance="critical")
def token_list_unsecured() -> Scenario:
    """The third part is empty."""
    return looked_up(malformed(), listed=listed().rpartition(".")[0] + ".")


@case("A list in an envelope", spec=["VCDM 2.0 §4.13", *SPEC], importance="medium")
def enveloped_list() -> Scenario:
    """The list that the envelope carries has the URL as its id."""
    return looked_up(REVOKED, listed=envelope(listed({7: 1})))


def _token(expect: Any, resources: Any, **members: Any) -> Scenario:
    document = badge(**({"credentialStatus": entry()} | members))
    return Scenario(text=signed(document, COLLEGE), resources=resources, expect=expect)


for _name, _expect, _values in (("clear", GOOD, {}), ("revoked", REVOKED, {7: 1})):
    FAMILY.add(
        f"badge-{_name}",
        f"A badge that is a token: {_name}",
        "Its status is read from the signed payload.",
        partial(_token, _expect, {LIST: signed_list(_values)}),
        spec=SPEC,
        importance="critical",
    )


@case("A token whose list cannot be had", spec=SPEC)
def badge_unavailable() -> Scenario:
    """Neither a yes nor a no."""
    return _token(inconclusive(("status.unavailable", AT), status="indeterminate"), {})


@case("A token that a revocation list names", spec=["1EdTech Revocation List 1.0"])
def badge_named() -> Scenario:
    """By the id of the credential that it carries."""
    extensions = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"
    return _token(
        REVOKED,
        {LIST: revocation_list({"id": badge()["id"]})},
        context=[*badge()["@context"], extensions],
        credentialStatus={"id": LIST, "type": "1EdTechRevocationList"},
    )


@case("A member that is a token and revoked", spec=["CLR 2.0 §B", *SPEC], features=["clr"], importance="critical")
def member() -> Scenario:
    """The record fails with it."""
    text = signed(badge(credentialStatus=entry()), COLLEGE)
    return Scenario(
        document=signed_clr([envelope(text)]),
        resources={LIST: signed_list({7: 1})},
        expect=fails("status.revoked", ("member.failed", MEMBER), members="failed"),
    )
