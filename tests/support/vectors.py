"""The vectors beside the checkout, read in place."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from vcverify.loading import Resource

VECTORS = Path(__file__).resolve().parents[2].parent / "shared" / "vectors"

CONTROLLERS = ("vc/spruceid-ssi/lds-ed25519-2020-issuer0.jsonld",)
"""Controller documents among the vectors that the URL map does not list."""

SUBMISSION_V1 = "https://identity.foundation/presentation-exchange/submission/v1"
PRESENTATION_SUBMISSION = {
    "@context": {
        "@version": 1.1,
        "PresentationSubmission": {
            "@id": "https://identity.foundation/presentation-exchange/#presentation-submission",
            "@context": {
                "@version": 1.1,
                "presentation_submission": {
                    "@id": "https://identity.foundation/presentation-exchange/#presentation-submission",
                    "@type": "@json",
                },
            },
        },
    }
}
"""A context that one presentation uses and no vector holds: its definitions, supplied as a caller would."""


def present() -> bool:
    """Whether the folder is beside the checkout."""
    return (VECTORS / "MANIFEST.jsonl").is_file()


def manifest() -> list[dict[str, Any]]:
    """The rows of the manifest; none where the folder is absent."""
    if not present():
        return []
    with (VECTORS / "MANIFEST.jsonl").open(encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def url_map() -> dict[str, dict[str, str]]:
    """URL to file by kind (`contexts`, `documents`, `did`, `schemas`)."""
    values = json.loads((VECTORS / "URLMAP.json").read_text(encoding="utf-8"))
    return {name: table for name, table in values.items() if isinstance(table, dict)}


def controller_documents() -> dict[str, Resource]:
    """What an offline loader serves: contexts that are not bundled, and controller documents."""
    if not present():
        return {}
    from vcverify.bundled import bundled

    found = {}
    for table in url_map().values():
        for url, name in table.items():
            path = VECTORS / name
            if path.is_file() and url not in bundled():
                found[_key_url(url)] = Resource(url=_key_url(url), body=path.read_bytes())
    body = json.dumps(PRESENTATION_SUBMISSION).encode()
    found[SUBMISSION_V1] = Resource(url=SUBMISSION_V1, body=body)
    for name in CONTROLLERS:
        body = (VECTORS / name).read_bytes()
        url = json.loads(body)["id"]
        found[url] = Resource(url=url, body=body)
    return found


def example_documents() -> dict[str, Resource]:
    """Controllers of the example method, put together of their published keys, as a resolver would answer."""
    if not present():
        return {}
    files = sorted((VECTORS / "jose/dif-jws-test-suite/keys").glob("*.json"))
    methods = [json.loads(path.read_bytes()) for path in files]
    listed = [method["id"] for method in methods]
    did = {"id": "did:example:123", "verificationMethod": methods, "assertionMethod": listed, "authentication": listed}
    foo = (VECTORS / "vc/spruceid-ssi/keys/did-example-foo.json").read_bytes()
    return {
        "did:example:123": Resource(url="did:example:123", body=json.dumps(did).encode()),
        "did:example:foo": Resource(url="did:example:foo", body=foo),
    }


def _key_url(url: str) -> str:
    """The URL that a loader is asked for: that of a did:web identifier is mapped."""
    if not url.startswith("did:web:"):
        return url
    host, _, path = url.removeprefix("did:web:").partition(":")
    return f"https://{host}/{path.replace(':', '/') or '.well-known'}/did.json"
