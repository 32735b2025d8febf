"""Published controller documents of other DID methods, supplied under their DIDs."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from vcverify.identifiers import Lookup, installed_resolvers, retrieve
from vcverify.loading.memory import StaticLoader


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("foo", ["RSA", "Ed25519", "Ed25519"]),
        ("bar", ["Ed25519"]),
        ("12345", ["RSA"]),
        ("test-issuer", ["RSA"]),
    ],
)
def test_every_method_that_is_listed_for_assertions_is_found(name: str, kinds: list[str], vectors: Path) -> None:
    """JWKs in the types of 2018 and 2020, base58, RSA and Ed25519 side by side."""
    body = (vectors / "vc" / "spruceid-ssi" / "keys" / f"did-example-{name}.json").read_bytes()
    document = json.loads(body)
    env = Lookup(
        loader=StaticLoader({document["id"]: body}),
        resolvers=installed_resolvers(),
        at=datetime(2026, 6, 1, tzinfo=UTC),
    )
    found = [retrieve(method, "assertionMethod", env) for method in document["assertionMethod"]]
    assert [method.key.kind.value for method in found] == kinds
    assert {method.controller for method in found} == {document["id"]}
