"""Is the issuer one that the caller trusts? Asked only where the policy names some; theirs is the judgement.

A name is only as good as the key behind it: an issuer on the list counts where a key of its own signed.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Final
from urllib.parse import urlsplit

from vcverify import vocabulary
from vcverify.checks import Environment, Finding, NotRun
from vcverify.checks.issuer import grade_of
from vcverify.credential import Credential
from vcverify.identifiers import VerificationMethod
from vcverify.jsontypes import loads
from vcverify.limits import MIB, Limits
from vcverify.policy import PolicyError, registry_names, trusted_id
from vcverify.problems import Fact, problem, quote, refuse

PROVEN: Final = frozenset({"resolved", "jwks", "did-key"})
"""Binding grades at which somebody else than the signer says whose the key is, or the key is the name."""

REGISTRY_BYTES: Final = 16 * MIB
REGISTRY_ENTRIES: Final = 100_000

_WEB: Final = re.compile(r"did:web:([A-Za-z0-9.-]+)(?:%3[Aa]443)?(?::.*)?", re.DOTALL)


def trust(credential: Credential, method: VerificationMethod | None, env: Environment) -> Iterator[Finding]:
    """The issuer, or its domain, is among those that the policy names, and its own key signed."""
    named, registered = env.policy.trusted_issuers, env.policy.trust_registry
    if named is None and registered is None:
        yield NotRun("the policy names no trusted issuers")
        return
    if credential.is_presentation:
        yield NotRun("a presentation has a holder, no issuer")
        return
    if not env.secured:
        yield NotRun("the document around it was signed; its issuer is judged there")
        return
    issuer = credential.issuer
    where = credential.root.where(vocabulary.ISSUER)
    entry, source = _entry_of(issuer, named or (), registered or {})
    proven = issuer is not None and any(grade_of(candidate, issuer) in PROVEN for candidate in env.methods)
    yield Fact("trusted", entry is not None and proven)
    if issuer is None or entry is None:
        said = "There is no issuer" if issuer is None else f"The issuer {quote(issuer)} is none"
        yield problem("trust.unknown", f"{said} of those that the policy trusts.", where, found=issuer or "no issuer")
        return
    if not proven:  # CHECK: a trusted name under another's key
        yield problem(
            "trust.unknown",
            f"The issuer {quote(issuer)} is trusted, but no key of its own signed this.",
            where,
            expected=issuer,
            found=env.methods[0].controller if env.methods else "no key",
        )
        return
    yield Fact("entry", entry)
    yield Fact("list", source)
    if registered is not None and registered.get(entry):
        yield Fact("name", registered[entry])


def read_registry(data: bytes) -> Mapping[str, str]:
    """The names of the issuers in a registry file, by id or domain: a `Policy.trust_registry`.

    The form is that of the Digital Credentials Consortium's registries: an object whose `registry` has
    a member for each issuer, an object with a `name`. Other members are ignored.

    Raises:
        ProblemError: `input.malformed`, `limit.exceeded`.
    """
    most = 100 * REGISTRY_ENTRIES
    limits = Limits(object_members=REGISTRY_ENTRIES, json_objects=most, json_values=most)
    value = loads(data, limits, max_bytes=REGISTRY_BYTES)
    registry = value.get("registry") if isinstance(value, dict) else None
    if not isinstance(registry, dict):  # CHECK: registries that are no object
        raise refuse("input.malformed", "A registry is an object with a member `registry` that is an object.")
    try:
        return registry_names(registry)
    except PolicyError as error:
        # CHECK: registries that are not JSON
        raise refuse("input.malformed", f"Not a registry: {quote(str(error))}.") from None


def domain_of(issuer: str) -> str | None:
    """The domain that a did:web or https identifier belongs to; None for others, and for ports of their own."""
    web = _WEB.fullmatch(issuer)
    if web is not None:
        return web[1].lower()
    try:
        parts = urlsplit(issuer)
        if parts.scheme == "https" and parts.username is None and parts.port in {None, 443} and parts.hostname:
            return parts.hostname.lower()
    except ValueError:
        pass
    return None


def _entry_of(
    issuer: str | None, named: Collection[str], registered: Collection[str]
) -> tuple[str, str] | tuple[None, None]:
    """The entry that the issuer matches, by id first and by domain else, and which list it stands in."""
    if issuer is not None:
        for name in (trusted_id(issuer), domain_of(issuer)):
            for source, entries in (("policy", named), ("registry", registered)):
                if name is not None and name in entries:
                    return name, source
    return None, None
