"""The key of a token whose header gives it itself, or names none: is it one that the issuer publishes?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from vcverify.crypto import PublicKey
from vcverify.identifiers.base import Lookup, VerificationMethod
from vcverify.identifiers.documents import controller_document
from vcverify.identifiers.issuer_metadata import metadata_keys
from vcverify.identifiers.key_sets import set_keys, well_known_set
from vcverify.identifiers.retrieve import check_dates, is_url, published_methods
from vcverify.jsontypes import JsonObject, JsonValue
from vcverify.loading import Unavailable
from vcverify.problems import ProblemError, quote, refuse

NOBODY: Final = "nobody that the issuer knows"

_ENDED: Final = frozenset({"key.revoked", "key.expired"})


def retrieve_jwk(
    jwk: JsonValue,
    relationship: str,
    issuer: str | None,
    env: Lookup,
    pointer: str = "/header/jwk",
    *,
    metadata: bool = False,
) -> VerificationMethod:
    """The key of a `jwk` header.

    Where the issuer publishes that very key (in its controller document under the relationship, of an https issuer
    also in the well-known set of its host or, with `metadata`, in its metadata for SD-JWT VCs), the method is the
    published one. Where that could not be found out, its source is `header` and its controller is whom the token
    says: nobody else does. Where the issuer's keys are known and this is none of them, it has no controller.

    Raises:
        ProblemError: `key.malformed`, `key.weak`, `key.unauthorized` (a JWK for another use), `key.revoked`,
            `key.expired`, `limit.exceeded`.
    """
    try:
        key = PublicKey.from_jwk(jwk, env.limits)
    except ProblemError as error:
        raise ProblemError(replace(error.problem, pointer=pointer)) from None
    controller = issuer or NOBODY
    try:
        for methods in _published(issuer, relationship, env, metadata):
            same = [method for method in methods if method.key.fingerprint == key.fingerprint]
            if same:
                return replace(_good(same, env), key=key)
        controller = NOBODY
    except Unavailable:
        pass
    except ProblemError as error:
        if error.problem.code in _ENDED:  # CHECK: keys that their issuer has ended
            raise ProblemError(replace(error.problem, pointer=pointer)) from None
    return VerificationMethod(
        id=pointer,
        controller=controller,
        type="JsonWebKey",
        key=key,
        source="header",
        document=None,
        document_url="",
    )


def only_key(
    issuer: str, relationship: str, env: Lookup, pointer: str = "/header", *, metadata: bool = False
) -> VerificationMethod:
    """The only key that an issuer publishes for a relationship, for a token that names none (VCDM 1.1 §6.3.1).

    `metadata` as for `retrieve_kid`.

    Raises:
        ProblemError: `jose.header` where there are several, or none; `key.unavailable`; as `retrieve`.
    """
    keys: dict[bytes, list[VerificationMethod]] = {}
    try:
        for methods in _published(issuer, relationship, env, metadata):
            for method in methods:
                keys.setdefault(method.key.fingerprint, []).append(method)
        candidates = [same for same in keys.values() if any(_is_good(method, env) for method in same)]
        candidates = candidates or list(keys.values())
        if len(candidates) == 1:
            return _good(candidates[0], env)
    except Unavailable as unavailable:
        raise refuse(
            "key.unavailable",
            f"The token names no key, and those of {quote(issuer)} could not be had: {quote(unavailable.reason)}.",
            pointer,
            found=issuer,
        ) from None
    except ProblemError as error:
        raise ProblemError(replace(error.problem, pointer=pointer)) from None
    raise refuse(
        "jose.header",
        "The header names no key, and the issuer does not have just one.",
        pointer,
        expected="`kid` or `jwk`",
        found=f"neither, and {len(candidates)} keys",
    )


def _is_good(method: VerificationMethod, env: Lookup) -> bool:
    return all(instant is None or instant > env.at for instant in (method.revoked, method.expires))


def _good(methods: list[VerificationMethod], env: Lookup) -> VerificationMethod:
    """The first of the methods, all of one key, that is neither revoked nor expired.

    Raises:
        ProblemError: `key.revoked`, `key.expired`: each of them is.
    """
    found = next((method for method in methods if _is_good(method, env)), methods[0])
    check_dates(found, env)
    return found


def _published(
    issuer: str | None, relationship: str, env: Lookup, metadata: bool
) -> Iterator[list[VerificationMethod]]:
    """The keys that an issuer publishes, by the place where it does.

    Of an https issuer that is the controller document at its URL and the key set of its host; either may be missing.

    Raises:
        Unavailable: they could not be had.
        ProblemError: what stands there cannot be read; `key.revoked` where the document was deactivated.
    """
    if issuer is None:  # CHECK: tokens of nobody
        raise Unavailable("", "the token names no issuer")
    if issuer.startswith("did:"):
        yield _listed_keys(controller_document(issuer, env), issuer, relationship, env)
        return
    published = metadata_keys(issuer, env) if metadata else None
    if published is not None:
        place, keys = published
        yield list(set_keys(keys, place, issuer, env))
        return
    url = well_known_set(issuer)
    if url is None:  # CHECK: an issuer without key set
        raise Unavailable(issuer, "the issuer has no https URL at whose host a key set could stand")
    document = _controller_document_of(issuer, env)
    if document is not None:
        yield _listed_keys(document, issuer, relationship, env)
    try:
        key_set = controller_document(url, env)
    except Unavailable:
        if document is None:
            raise
        return
    yield list(set_keys(key_set, url, issuer, env))


def _controller_document_of(issuer: str, env: Lookup) -> JsonObject | None:
    """The controller document at the URL of an issuer; None where none stands there, or it could not be had."""
    if "#" in issuer or not is_url(issuer) or len(issuer) > env.limits.url_characters:
        return None
    try:
        document = controller_document(issuer, env)
    except (Unavailable, ProblemError):
        return None
    return document if document.get("id") == issuer and "verificationMethod" in document else None


def _listed_keys(document: JsonObject, issuer: str, relationship: str, env: Lookup) -> list[VerificationMethod]:
    try:
        return published_methods(document, issuer, relationship, env)
    except ProblemError as error:
        if error.problem.code in _ENDED:  # CHECK: deactivated issuers
            raise
        return []
