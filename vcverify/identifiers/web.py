"""did:web: the identifier names a host and a path (did:web §2.5.2).

The mapping decides alone which hosts it accepts, whatever loads the document later: public names only.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from vcverify.identifiers.base import Lookup
from vcverify.identifiers.documents import load_document
from vcverify.jsontypes import JsonObject
from vcverify.loading.addresses import why_not_public
from vcverify.problems import ProblemError, quote, refuse

_PREFIX: Final = "did:web:"
_PORT: Final = re.compile(r"[1-9][0-9]{0,4}")
_SEGMENT: Final = re.compile(r"(?:[A-Za-z0-9._~-]|%7[Ee])+")


@dataclass(frozen=True, slots=True)
class DidWeb:
    """The resolver of did:web."""

    method: str = "web"
    source: str = "document"

    def resolve(self, did: str, env: Lookup) -> JsonObject:
        """The DID document at the URL that the DID maps to.

        Raises:
            Unavailable: it could not be had.
            ProblemError: `key.unavailable` where the DID maps to no URL that is taken here; `key.unresolved`
                where no DID document stands there; `limit.exceeded`.
        """
        return load_document(web_url(did), env)


def web_url(did: str) -> str:
    """The https URL of a did:web's document.

    Raises:
        ProblemError: `key.unavailable` for hosts that are not public names (addresses, single labels,
            private suffixes), illegal ports, and paths with empty, dot or percent-encoded parts.
    """
    host_and_port, *segments = did.removeprefix(_PREFIX).split(":")
    host, port = _authority(host_and_port, did)
    for segment in segments:
        # CHECK: paths that servers read in several ways
        if _SEGMENT.fullmatch(segment) is None or segment in {".", ".."}:
            raise _unmappable(did, "its path has an empty, dot or encoded part")
    path = "/".join(segments) if segments else ".well-known"
    return f"https://{host}{port}/{path}/did.json"


def _authority(text: str, did: str) -> tuple[str, str]:
    host, colon, port = text.replace("%3a", "%3A").partition("%3A")
    host = host.lower()
    if (reason := why_not_public(host)) is not None:  # CHECK: hosts that are not public
        raise _unmappable(did, reason)
    if not colon:
        return host, ""
    if _PORT.fullmatch(port) is None or int(port) > 65_535:  # CHECK: ports that are none
        raise _unmappable(did, "its port is not one")
    return host, ":" + port


def _unmappable(did: str, reason: str) -> ProblemError:
    return refuse(
        "key.unavailable",
        f"{quote(did)} maps to no URL that is loaded: {reason}.",
        found=did,
        spec="did:web §2.5.2",
        remedy="The issuer has to use a DID of a public domain name.",
    )
