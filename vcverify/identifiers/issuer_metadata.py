"""JWT VC Issuer Metadata: where the issuer of SD-JWT VCs publishes its keys (SD-JWT VC §4).

Only such credentials are looked up here. The metadata stands at the issuer's own host and names the issuer, so it
vouches for keys that it leads to elsewhere.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from vcverify.identifiers.base import Lookup
from vcverify.identifiers.documents import controller_document
from vcverify.jsontypes import JsonObject
from vcverify.limits import exceeded
from vcverify.loading import Unavailable
from vcverify.problems import quote, refuse

_WELL_KNOWN: Final = "/.well-known/jwt-vc-issuer"
_SPEC: Final = "SD-JWT VC §4"


def metadata_url(issuer: str | None) -> str | None:
    """Where the metadata of an https issuer stands: between its host and its path; None for any other issuer."""
    if issuer is None:
        return None
    try:
        parts = urlsplit(issuer)
        fits = parts.scheme == "https" and parts.hostname and parts.username is None
    except ValueError:
        return None
    if not fits or "?" in issuer or "#" in issuer or not issuer.startswith("https://"):
        return None
    return f"https://{parts.netloc}{_WELL_KNOWN}{parts.path.rstrip('/')}"


def metadata_keys(issuer: str | None, env: Lookup) -> tuple[str, JsonObject] | None:
    """The URL of the issuer's metadata, and the JWK set that it has or leads to; None where it publishes none.

    Raises:
        Unavailable: the set that it leads to could not be had.
        ProblemError: `key.unauthorized` where it is another issuer's; `key.unresolved` where it gives its keys in no
            way or in two, or by no https URL; `limit.exceeded`.
    """
    url = metadata_url(issuer)
    if url is None:
        return None
    try:
        metadata = controller_document(url, env)
    except Unavailable:
        return None
    if metadata.get("issuer") != issuer:  # CHECK: another issuer's metadata
        raise refuse(
            "key.unauthorized",
            f"The issuer metadata at {quote(url)} is another issuer's.",
            expected=issuer,
            found=metadata.get("issuer", "none"),
            spec=f"{_SPEC}.3",
        )
    keys, elsewhere = metadata.get("jwks"), metadata.get("jwks_uri")
    if ("jwks" in metadata) is ("jwks_uri" in metadata):  # CHECK: two sets of keys, or none
        raise refuse(
            "key.unresolved",
            f"The issuer metadata at {quote(url)} does not give its keys in one way.",
            expected="one of `jwks` and `jwks_uri`",
            found="both" if "jwks" in metadata else "neither",
            spec=f"{_SPEC}.2",
        )
    if "jwks" in metadata:
        if isinstance(keys, dict):
            return url, keys
        raise refuse("key.unresolved", f"The `jwks` at {quote(url)} is no JSON object.", found=keys, spec=f"{_SPEC}.2")
    if not isinstance(elsewhere, str) or not elsewhere.startswith("https://"):  # CHECK: sets by no https URL
        raise refuse(
            "key.unresolved", f"The `jwks_uri` at {quote(url)} is no https URL.", found=elsewhere, spec=f"{_SPEC}.2"
        )
    if len(elsewhere) > env.limits.url_characters:  # CHECK: long URLs
        raise exceeded("characters of a URL", env.limits.url_characters, len(elsewhere))
    return url, controller_document(elsewhere, env)
