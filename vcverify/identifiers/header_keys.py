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
from vcverify.identifiers.retrieve import listed, retrieve
from vcverify.jsontypes import JsonValue
from vcverify.loading import Unavailable
from vcverify.problems import ProblemError, quote, refuse

NOBODY: Final = "nobody that the issuer knows"


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

    Where the issuer publishes that very key (in its controller document under the relationship, in the well-known set
    of its host or, with `metadata`, in its metadata for SD-JWT VCs), the method is the published one. Where that could
    not be found out, its source is `header` and its controller is whom the token says: nobody else does. Where the
    issuer's keys are known and this is none of them, it has no controller.

    Raises:
        ProblemError: `key.malformed`, `key.weak`, `key.unauthorized` (a JWK for another use), `limit.exceeded`.
    """
    try:
        key = PublicKey.from_jwk(jwk, env.limits)
    except ProblemError as error:
        raise ProblemError(replace(error.problem, pointer=pointer)) from None
    controller = issuer or NOBODY
    try:
        for method in _published(issuer, relationship, env, metadata):
            if method.key.fingerprint == key.fingerprint:
                return replace(method, key=key)
        controller = NOBODY
    except (Unavailable, ProblemError):
        pass
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
    try:
        methods = list(_published(issuer, relationship, env, metadata))
    except Unavailable as unavailable:
        raise refuse(
            "key.unavailable",
            f"The token names no key, and those of {quote(issuer)} could not be had: {quote(unavailable.reason)}.",
            pointer,
            found=issuer,
        ) from None
    except ProblemError as error:
        raise ProblemError(replace(error.problem, pointer=pointer)) from None
    if len(methods) != 1:  # CHECK: several keys for a token without name
        raise refuse(
            "jose.header",
            "The header names no key, and the issuer does not have just one.",
            pointer,
            expected="`kid` or `jwk`",
            found=f"neither, and {len(methods)} keys",
        )
    return methods[0]


def _published(issuer: str | None, relationship: str, env: Lookup, metadata: bool) -> Iterator[VerificationMethod]:
    """The keys that an issuer publishes.

    Raises:
        Unavailable: they could not be had.
        ProblemError: what stands there cannot be read.
    """
    if issuer is None:  # CHECK: tokens of nobody
        raise Unavailable("", "the token names no issuer")
    if issuer.startswith("did:"):
        document = controller_document(issuer, env)
        for name in dict.fromkeys(listed(document, issuer, relationship)):
            try:
                yield retrieve(name, relationship, env)
            except ProblemError:
                continue  # a key that cannot be used is nobody's
        return
    published = metadata_keys(issuer, env) if metadata else None
    if published is not None:
        place, keys = published
        yield from set_keys(keys, place, issuer, env)
        return
    url = well_known_set(issuer)
    if url is None:  # CHECK: an issuer without key set
        raise Unavailable(issuer, "the issuer has no https URL at whose host a key set could stand")
    yield from set_keys(controller_document(url, env), url, issuer, env)
