"""From a verification method's URL to its key: CID 1.0 §3.3, *Retrieve Verification Method*."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Final

from vcverify.crypto import PublicKey
from vcverify.datetimes import format_instant
from vcverify.identifiers.base import Lookup, VerificationMethod
from vcverify.identifiers.did_key import DidKey
from vcverify.identifiers.documents import DID, controller_document
from vcverify.identifiers.methods import read_date, read_key
from vcverify.jsontypes import JsonObject, JsonValue
from vcverify.limits import DEFAULT_LIMITS, Limits, exceeded
from vcverify.loading import Unavailable
from vcverify.problems import ProblemError, quote, refuse

RELATIONSHIPS: Final = (
    "authentication",
    "assertionMethod",
    "keyAgreement",
    "capabilityInvocation",
    "capabilityDelegation",
)
"""The verification relationships of CID 1.0 §2.3."""

_DID_KEY: Final = DidKey()

_URL: Final = re.compile(
    '[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20\x7f-\xa0"<>\\\\^`{|}\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]+'
)
"""RFC 3987 without its finer rules: no space, control, delimiter or invisible character."""


def retrieve(
    method_url: str, relationship: str, env: Lookup, pointer: str = "/proof/verificationMethod"
) -> VerificationMethod:
    """The verification method of a URL, authorized for a relationship by its controller's own document.

    A URL whose document cannot be had, but whose fragment is a Multikey, answers that key with the source
    `fragment`: the proof can be judged, its issuer cannot.

    Args:
        method_url: as the proof or header names it, compared exactly.
        relationship: one of `RELATIONSHIPS`.
        env: loader, resolvers, limits, and the instant that `revoked` and `expires` are judged against.
        pointer: where the URL stands, for the problem.

    Raises:
        ProblemError: `key.unavailable`, `key.unresolved`, `key.unauthorized`, `key.malformed`, `key.weak`,
            `key.revoked`, `key.expired`, `limit.exceeded`.
    """
    try:
        method = env.cache.methods.get((method_url, relationship))
        if method is None:
            method = env.cache.methods[method_url, relationship] = _remembered(method_url, relationship, env)
        check_dates(method, env)
    except ProblemError as error:
        raise ProblemError(replace(error.problem, pointer=pointer)) from None
    return method


_REMEMBERED: Final[dict[tuple[str, str], VerificationMethod]] = {}
_MOST_REMEMBERED: Final = 1024


def _remembered(method_url: str, relationship: str, env: Lookup) -> VerificationMethod:
    """The method, worked out once in this process where the URL alone says all (did:key)."""
    built_in = method_url.startswith("did:key:") and env.resolvers.get("key") == _DID_KEY
    if not built_in or env.limits is not DEFAULT_LIMITS:
        return _locate(method_url, relationship, env)
    key = (method_url, relationship)
    method = _REMEMBERED.get(key)
    if method is None:
        method = _locate(method_url, relationship, env)
        if len(_REMEMBERED) >= _MOST_REMEMBERED:
            _REMEMBERED.clear()
        _REMEMBERED[key] = method
    return method


def is_url(text: str) -> bool:
    """Whether the text is an absolute URL, as far as syntax alone says."""
    return _URL.fullmatch(text) is not None


def _locate(method_url: str, relationship: str, env: Lookup) -> VerificationMethod:
    bare = _bare_key(method_url, relationship, env)
    if bare is not None:
        return bare
    # Steps 1 to 3: a valid URL; the document's URL is what stands before its fragment.
    document_url, fragment = _split(method_url, env.limits)
    source = _source(document_url, env)

    # Step 4: dereference the document.
    try:
        document = controller_document(document_url, env)
    except Unavailable as unavailable:
        return _fragment_key(method_url, document_url, fragment, unavailable, env.limits)

    # Steps 5 and 6: it says of itself that it is the document of that URL, and is one.
    _check_document(document, document_url, env.limits)

    # Step 7: dereference the fragment in it.
    method = _find(document, document_url, method_url)

    # Steps 8 and 9, a conforming method with the very id: `_find` compared it, the key is read below.
    # Step 10: the document's subject is the method's controller. (Nobody else's word is asked: no loops.)
    if method.get("controller") != document_url:  # CHECK: another's method
        raise refuse(
            "key.unauthorized",
            "The verification method has another controller than its document.",
            expected=document_url,
            found=method.get("controller", "none"),
            spec="CID 1.0 §3.3 step 10",
        )

    # Step 11: listed under the relationship, by reference or embedded.
    if not _is_listed(document, document_url, method_url, relationship):  # CHECK: methods not listed for the purpose
        raise refuse(
            "key.unauthorized",
            f"The controller document does not list {quote(method_url)} under `{quote(relationship)}`.",
            expected=relationship,
            found=" and ".join(name for name in RELATIONSHIPS if _is_listed(document, document_url, method_url, name))
            or "no relationship",
            spec="CID 1.0 §3.3 step 11",
        )

    # Step 12: the method.
    name, key = read_key(method, env.limits)
    return VerificationMethod(
        id=method_url,
        controller=document_url,
        type=name,
        key=key,
        source=source,
        document=document,
        document_url=document_url,
        revoked=read_date(method, "revoked"),
        expires=read_date(method, "expires"),
    )


def _split(method_url: str, limits: Limits) -> tuple[str, str]:
    document_url, hash_sign, fragment = method_url.partition("#")
    # A did:key URL says its key twice: each half may be as long as a URL.
    length = max(len(document_url), len(fragment)) if document_url.startswith("did:key:") else len(method_url)
    if length > limits.url_characters:  # CHECK: long URLs
        raise exceeded("characters of a URL", limits.url_characters, length)
    if not is_url(method_url):  # CHECK: names that are no URL
        raise _not_a_method("it is not a URL", method_url)
    if document_url.startswith("did:") and DID.fullmatch(document_url) is None:  # CHECK: DIDs that are none
        reason = "it has a path or query" if "?" in document_url or "/" in document_url else "its DID is not one"
        raise _not_a_method(reason, method_url)
    if not hash_sign or not fragment or "#" in fragment:  # CHECK: methods without fragment
        raise _not_a_method("it has no fragment" if not fragment else "its fragment is not one", method_url)
    return document_url, fragment


def _not_a_method(reason: str, method_url: str) -> ProblemError:
    return refuse(
        "key.unresolved",
        f"{quote(method_url)} does not name a verification method: {reason}.",
        expected="an absolute URL with a fragment",
        found=method_url,
        spec="CID 1.0 §3.3 step 1",
        remedy="The issuer has to name the verification method by its full URL.",
    )


def _bare_key(method_url: str, relationship: str, env: Lookup) -> VerificationMethod | None:
    """The key of an identifier that is a key, named without the fragment that a method's URL must have.

    There is no doubt which key is meant, so the signature can be judged; the URL names no method.
    """
    did = DID.fullmatch(method_url) if len(method_url) <= env.limits.url_characters else None
    resolver = env.resolvers.get(did[1]) if did else None
    if resolver is None or resolver.source == "document":
        return None
    listed = _items(controller_document(method_url, env), relationship)
    if relationship not in RELATIONSHIPS or len(listed) != 1 or not isinstance(listed[0], str):
        return None
    method = _locate(listed[0], relationship, env)
    return replace(method, id=method_url, problem=_not_a_method("it has no fragment", method_url).problem)


def _source(document_url: str, env: Lookup) -> str:
    did = DID.fullmatch(document_url)
    resolver = env.resolvers.get(did[1]) if did else None
    return "document" if resolver is None else resolver.source


def _fragment_key(
    method_url: str, document_url: str, fragment: str, unavailable: Unavailable, limits: Limits
) -> VerificationMethod:
    try:
        key = PublicKey.from_multikey(fragment, limits)
    except ProblemError as error:
        if error.problem.code == "key.weak":  # CHECK: weak keys in a fragment
            raise
        raise refuse(
            "key.unavailable",
            f"The controller document {quote(document_url)} could not be had: {quote(unavailable.reason)}.",
            found=document_url,
        ) from None
    return VerificationMethod(
        id=method_url,
        controller=document_url,
        type="Multikey",
        key=key,
        source="fragment",
        document=None,
        document_url=document_url,
        unavailable=unavailable.reason,
    )


def _check_document(document: JsonObject, document_url: str, limits: Limits) -> None:
    if document.get("id") != document_url:  # CHECK: another's document
        raise refuse(
            "key.unauthorized",
            "The controller document is another's.",
            expected=document_url,
            found=document.get("id", "no id"),
            spec="CID 1.0 §3.3 step 5",
        )
    if document.get("deactivated", False) is not False:  # CHECK: deactivated documents
        raise refuse("key.revoked", f"{quote(document_url)} was deactivated.", spec="DID Resolution §4 deactivated")
    methods = document.get("verificationMethod", [])
    if not isinstance(methods, list) or not all(isinstance(method, dict) for method in methods):
        raise refuse(
            "key.unresolved",
            "The document's `verificationMethod` is not an array of objects.",
            found=methods,
            spec="CID 1.0 §3.3 step 6; DID Core §5.2",
        )
    for name in ("verificationMethod", *RELATIONSHIPS):
        count = len(_items(document, name))
        if count > limits.controller_methods:  # CHECK: many methods
            raise exceeded(f"entries under `{name}` of a controller document", limits.controller_methods, count)


def _find(document: JsonObject, document_url: str, method_url: str) -> JsonObject:
    candidates = [
        method
        for name in ("verificationMethod", *RELATIONSHIPS)
        for method in _items(document, name)
        if isinstance(method, dict) and _absolute(method.get("id"), document_url) == method_url
    ]
    if not candidates:  # CHECK: methods that are not there
        raise refuse(
            "key.unresolved",
            f"The controller document does not list {quote(method_url)}.",
            expected=method_url,
            found=[item.get("id") for item in _items(document, "verificationMethod") if isinstance(item, dict)],
            spec="CID 1.0 §3.3 step 7",
        )
    # The same method may be told twice, in the list and embedded; two different ones with one id are nobody's.
    if any(other != candidates[0] for other in candidates[1:]):  # CHECK: two methods of one name
        raise refuse(
            "key.unauthorized",
            f"The controller document has two different verification methods {quote(method_url)}.",
            spec="CID 1.0 §2.2",
        )
    return candidates[0]


def listed(document: JsonObject, document_url: str, relationship: str) -> Iterator[str]:
    """The URLs of the verification methods that a controller document lists under a relationship."""
    if relationship in RELATIONSHIPS:
        for item in _items(document, relationship):
            name = _absolute(item.get("id") if isinstance(item, dict) else item, document_url)
            if isinstance(name, str):
                yield name


def published_methods(
    document: JsonObject, document_url: str, relationship: str, env: Lookup
) -> list[VerificationMethod]:
    """The methods of its subject that a controller document lists under a relationship, revoked and expired ones too.

    What cannot be read is left out, as is what the document says of keys in other documents.

    Raises:
        ProblemError: `key.revoked` (a deactivated document), `key.unauthorized` (another's), `key.unresolved` (not
            one), `limit.exceeded`.
    """
    _check_document(document, document_url, env.limits)
    methods = []
    for name in dict.fromkeys(listed(document, document_url, relationship)):
        if name.startswith(f"{document_url}#"):
            with suppress(ProblemError):
                methods.append(_remembered(name, relationship, env))
    return methods


def _is_listed(document: JsonObject, document_url: str, method_url: str, relationship: str) -> bool:
    return method_url in listed(document, document_url, relationship)


def _items(document: JsonObject, name: str) -> list[JsonValue]:
    """The items of an array; a lone value is not a list of one here: what is not listed is not authorized."""
    value = document.get(name)
    return value if isinstance(value, list) else []


def _absolute(reference: JsonValue, document_url: str) -> JsonValue:
    """A relative `#fragment` of a DID document stands for a DID URL (DID Core §3.2.2)."""
    if isinstance(reference, str) and reference.startswith("#") and document_url.startswith("did:"):
        return document_url + reference
    return reference


def check_dates(method: VerificationMethod, env: Lookup) -> None:
    """Returns where the key was good at the instant that is judged against.

    Raises:
        ProblemError: `key.revoked`, `key.expired`.
    """
    for code, instant in (("key.revoked", method.revoked), ("key.expired", method.expires)):
        if instant is not None and instant <= env.at:  # CHECK: revoked and expired keys
            verb = "was revoked" if code == "key.revoked" else "expired"
            raise refuse(
                code,
                f"The key {quote(method.id)} {verb} at {format_instant(instant)}.",
                expected=f"later than {format_instant(env.at)}",
                found=format_instant(instant),
            )
