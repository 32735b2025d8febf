"""did:web identifiers that map to no URL (the ones that do are among the issuers)."""

from __future__ import annotations

from functools import partial

from cases.documents import COLLEGE, badge, single_key_document
from cases.registry import Family, Scenario, refused
from cases.signing import sign

FAMILY = Family("did-web", "keys")

WEB = ("did:web §2.5.2",)

_UNMAPPABLE = {
    "slash-in-host": (
        "did:web:aldermoor.example%2F..%2Fguild.example",
        "https://aldermoor.example/../guild.example/.well-known/did.json",
        "an escaped slash in the host",
    ),
    "dot-dot": (
        "did:web:aldermoor.example:..:guild",
        "https://aldermoor.example/../guild/did.json",
        "`..` as a path segment",
    ),
    "port-too-large": (
        "did:web:aldermoor.example%3A99999",
        "https://aldermoor.example:99999/.well-known/did.json",
        "there is no port 99999",
    ),
    "port-zero": (
        "did:web:aldermoor.example%3A0",
        "https://aldermoor.example:0/.well-known/did.json",
        "there is no port 0",
    ),
    "ipv4": ("did:web:192.0.2.7", "https://192.0.2.7/.well-known/did.json", "an IPv4 literal"),
    "ipv4-octal": ("did:web:0300.0.02.07", "https://0300.0.02.07/.well-known/did.json", "an IPv4 address in octal"),
    "ipv4-number": ("did:web:3221225991", "https://3221225991/.well-known/did.json", "an IPv4 address as one number"),
    "ipv6": ("did:web:%5B%3A%3A1%5D", "https://[::1]/.well-known/did.json", "an IPv6 literal"),
    "localhost": ("did:web:localhost", "https://localhost/.well-known/did.json", "a single label"),
    "internal-host": ("did:web:intranet", "https://intranet/.well-known/did.json", "a single label"),
    "userinfo": (
        "did:web:aldermoor.example%40guild.example",
        "https://aldermoor.example@guild.example/.well-known/did.json",
        "user information before the host",
    ),
    "fragment-in-host": (
        "did:web:guild.example%23aldermoor.example",
        "https://guild.example#aldermoor.example/.well-known/did.json",
        "an escaped number sign in the host",
    ),
    "query-in-path": (
        "did:web:aldermoor.example:x%3Fy",
        "https://aldermoor.example/x?y/did.json",
        "an escaped question mark in the path",
    ),
    "fragment-in-path": (
        "did:web:aldermoor.example:x%23y",
        "https://aldermoor.example/x#y/did.json",
        "an escaped number sign in the path",
    ),
    "nul": ("did:web:aldermoor.example%00.guild.example", "https://aldermoor.example", "an escaped NUL"),
    "non-ascii": (
        "did:web:aldermöor.example",
        "https://aldermöor.example/.well-known/did.json",
        "a host that is not ASCII",
    ),
    "trailing-dot": ("did:web:aldermoor.example.", "https://aldermoor.example./.well-known/did.json", "a trailing dot"),
    "empty": ("did:web:", "https:///.well-known/did.json", "no host at all"),
    "empty-segment": (
        "did:web:aldermoor.example::issuers",
        "https://aldermoor.example//issuers/did.json",
        "an empty path segment",
    ),
    "empty-label": ("did:web:aldermoor..example", "https://aldermoor..example/.well-known/did.json", "an empty label"),
    "long-label": (
        f"did:web:{'a' * 300}.example",
        f"https://{'a' * 300}.example/.well-known/did.json",
        "a label of 300 characters",
    ),
    "dots-in-path": (
        "did:web:aldermoor.example:%E2%80%A5:guild",
        "https://aldermoor.example/‥/guild/did.json",
        "dots that only look like `..`",
    ),
}


def _unmappable(did: str, naive: str) -> Scenario:
    return Scenario(
        document=sign(badge(did), COLLEGE, method=f"{did}#key-1"),
        resources={naive: single_key_document(did, COLLEGE)},
        expect=refused(absent=["proof.invalid"]),
    )


for _name, (_did, _naive, _why) in _UNMAPPABLE.items():
    FAMILY.add(
        _name,
        f"A did:web that maps to no URL is refused: {_why}",
        "The document that a careless mapping would find is there and lists the key. It must not be reached: "
        f"{_why} in a did:web identifier.",
        partial(_unmappable, _did, _naive),
        spec=[*WEB, "RFC 3986"],
        importance="medium",
    )
