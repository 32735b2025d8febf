"""The key that a token's `kid` names: a verification method, a JWK at a URL, or one of a JWK set.

Open Badges 3.0 §8.2 lets `kid` be the URL of a JWK, and issuers publish sets at their well-known place.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final
from urllib.parse import urlsplit

from vcverify.crypto import PublicKey, thumbprint
from vcverify.identifiers.base import Lookup, VerificationMethod
from vcverify.identifiers.documents import controller_document
from vcverify.identifiers.issuer_metadata import metadata_keys
from vcverify.identifiers.retrieve import is_url, retrieve
from vcverify.jsontypes import JsonObject, JsonValue
from vcverify.limits import exceeded
from vcverify.loading import Unavailable
from vcverify.problems import ProblemError, quote, refuse

_WELL_KNOWN: Final = "/.well-known/jwks.json"


def retrieve_kid(
    kid: str,
    relationship: str,
    issuer: str | None,
    env: Lookup,
    pointer: str = "/header/kid",
    *,
    metadata: bool = False,
) -> VerificationMethod:
    """The key of a `kid` header: what `retrieve` says of a DID URL or a method in a controller document, else a JWK.

    A JWK set at the URL is asked for the key whose `kid` is the URL or its fragment, else for the key of that
    RFC 7638 thumbprint. A bare `kid` is looked for in the well-known set of the issuer's host, and so is a URL
    (a `urn:` too) at which no document could be had, if a key there has exactly that `kid`. Of several keys of one
    `kid` those are chosen that are the issuer's and for signatures. Keys found so have the source `key-set`; whether
    `document_url` is the issuer's own place is `shares_authority`'s to say.

    Args:
        kid: the header's value.
        relationship: for keys in a controller document; sets have none.
        issuer: who the token says that issued it, not yet believed. A JWK with `iss` is that issuer's only.
        env: as for `retrieve`.
        pointer: where the `kid` stands, for the problem.
        metadata: whether the issuer's metadata is looked into before its well-known set: for SD-JWT VCs.

    Raises:
        ProblemError: as `retrieve` does.
    """
    if kid.startswith("did:"):
        return retrieve(kid, relationship, env, pointer)
    try:
        if metadata and (found := _in_metadata(kid, issuer, env)) is not None:
            return found
        if not is_url(kid):
            url = _set_for(kid, issuer)
            document = _document(url, env)
            return _method(kid, _select(document, (kid,), url, issuer, env), issuer, document, url, env)
        found = _at_url(kid, issuer, env)
        if found is not None:
            return found
    except ProblemError as error:
        raise ProblemError(replace(error.problem, pointer=pointer)) from None
    return retrieve(kid, relationship, env, pointer)


def shares_authority(url: str, issuer: str) -> bool:
    """Whether both are https URLs of one host and port."""
    one, other = authority_of(url), authority_of(issuer)
    return one is not None and one == other


def authority_of(url: str) -> tuple[str, int] | None:
    """Host and port of an https URL; None for any other."""
    try:
        parts = urlsplit(url)
        if parts.scheme == "https" and parts.hostname and parts.username is None:
            return parts.hostname, parts.port or 443
    except ValueError:
        pass
    return None


def well_known_set(issuer: str | None) -> str | None:
    """Where the key set of an issuer's host stands (OB 3.0 implementation guide); None without an https issuer."""
    authority = None if issuer is None else authority_of(issuer)
    if authority is None:
        return None
    host, port = authority
    return f"https://{host}{'' if port == 443 else f':{port}'}{_WELL_KNOWN}"


def set_keys(document: JsonObject, url: str, issuer: str, env: Lookup) -> Iterator[VerificationMethod]:
    """The keys of a set that are the issuer's and can be used.

    Raises:
        ProblemError: `key.unresolved` where it is no set, `limit.exceeded`.
    """
    for jwk in _keys(document, url, env):
        try:
            yield _method(str(jwk.get("kid", url)), jwk, issuer, document, url, env)
        except ProblemError:
            continue


def _in_metadata(kid: str, issuer: str | None, env: Lookup) -> VerificationMethod | None:
    """The key of that name in the issuer's metadata; None where there is none, or only a URL could name another."""
    try:
        published = metadata_keys(issuer, env)
    except Unavailable as unavailable:
        raise refuse(
            "key.unavailable",
            f"The keys at {quote(unavailable.url)} could not be had: {quote(unavailable.reason)}.",
            found=unavailable.url,
        ) from None
    if published is None:
        return None
    url, keys = published
    names = [key.get("kid") for key in _keys(keys, url, env)]
    if is_url(kid) and kid not in names:
        return None
    return _method(kid, _select(keys, (kid,), url, issuer, env), issuer, keys, url, env)


def _at_url(kid: str, issuer: str | None, env: Lookup) -> VerificationMethod | None:
    """The JWK that a URL names, there or in the well-known set; None where the rest is for `retrieve` to say."""
    if len(kid) > env.limits.url_characters:  # CHECK: long URLs
        raise exceeded("characters of a URL", env.limits.url_characters, len(kid))
    url, _, fragment = kid.partition("#")
    try:
        document = _document(url, env)
    except ProblemError as error:
        if error.problem.code not in {"key.unavailable", "key.unresolved"}:
            raise
        found = _in_well_known(kid, issuer, env)
        if found is None and not (fragment and error.problem.code == "key.unavailable"):
            raise
        return found
    if "verificationMethod" in document or not ("keys" in document or "kty" in document):
        return None
    names = (kid, fragment) if fragment else (kid,)
    return _method(kid, _select(document, names, url, issuer, env), issuer, document, url, env)


def _in_well_known(kid: str, issuer: str | None, env: Lookup) -> VerificationMethod | None:
    """The key of exactly that `kid` in the well-known set of the issuer's host; None where there is none."""
    url = well_known_set(issuer)
    if url is None:
        return None
    try:
        document = controller_document(url, env)
    except (Unavailable, ProblemError):
        return None
    if not isinstance(document.get("keys"), list) or kid not in [key.get("kid") for key in _keys(document, url, env)]:
        return None
    return _method(kid, _select(document, (kid,), url, issuer, env), issuer, document, url, env)


def _set_for(kid: str, issuer: str | None) -> str:
    url = well_known_set(issuer)
    if url is None:  # CHECK: names that lead nowhere
        raise refuse(
            "key.unresolved",
            f"The `kid` {quote(kid)} is no URL, and the issuer has no https URL at whose host a key set could stand.",
            expected="an absolute URL",
            found=kid,
            spec="OB 3.0 §8.2.2; VC-JOSE-COSE §4.1.1",
        )
    return url


def _document(url: str, env: Lookup) -> JsonObject:
    try:
        return controller_document(url, env)
    except Unavailable as unavailable:
        # CHECK: key sets that could not be had
        raise refuse(
            "key.unavailable",
            f"The keys at {quote(url)} could not be had: {quote(unavailable.reason)}.",
            found=url,
        ) from None


def _select(document: JsonObject, names: tuple[str, ...], url: str, issuer: str | None, env: Lookup) -> JsonValue:
    if "keys" not in document:
        return document
    candidates = _keys(document, url, env)
    found = [key for key in candidates if key.get("kid") in names]
    if not found:
        found = [key for key in candidates if thumbprint(key) in names]
    if not found:  # CHECK: keys that are not in the set
        raise refuse(
            "key.unresolved",
            f"The key set {quote(url)} does not have the key.",
            expected=" or ".join(names),
            found=[key.get("kid") for key in candidates],
            spec="RFC 7517 §4.5; RFC 7638 §3",
        )
    found = [key for key in found if _fits(key, issuer)] or found
    if any(key != found[0] for key in found[1:]):  # CHECK: several keys of one name
        raise refuse("key.unauthorized", f"The key set {quote(url)} has several keys of one name.", found=names[-1])
    return found[0]


def _fits(jwk: JsonObject, issuer: str | None) -> bool:
    """Whether the key says of itself nothing else than that it is the issuer's, and for signatures."""
    operations = jwk.get("key_ops", ["verify"])
    for_signatures = jwk.get("use", "sig") == "sig" and isinstance(operations, list) and "verify" in operations
    return for_signatures and jwk.get("iss", issuer) == issuer


def _keys(document: JsonObject, url: str, env: Lookup) -> list[JsonObject]:
    keys = document.get("keys")
    if not isinstance(keys, list):  # CHECK: sets that are none
        raise refuse("key.unresolved", f"The `keys` at {quote(url)} are no array.", spec="RFC 7517 §5.1")
    if len(keys) > env.limits.controller_methods:  # CHECK: many keys
        raise exceeded("keys in a set", env.limits.controller_methods, len(keys))
    return [key for key in keys if isinstance(key, dict)]


def _method(
    kid: str, jwk: JsonValue, issuer: str | None, document: JsonObject, url: str, env: Lookup
) -> VerificationMethod:
    owner = jwk.get("iss") if isinstance(jwk, dict) else None
    if owner is not None and owner != issuer:  # CHECK: another issuer's keys
        raise refuse(
            "key.unauthorized",
            "The JWK is another issuer's.",
            expected=owner,
            found=issuer,
            spec="OB 3.0 implementation guide, key provenance",
        )
    return VerificationMethod(
        id=kid,
        controller=url,
        type="JsonWebKey",
        key=PublicKey.from_jwk(jwk, env.limits),
        source="key-set",
        document=document,
        document_url=url,
    )
