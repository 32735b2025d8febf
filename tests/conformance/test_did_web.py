"""Published did:web vectors and documents."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from vcverify.identifiers import Lookup, installed_resolvers, retrieve
from vcverify.identifiers.web import web_url
from vcverify.loading.memory import StaticLoader
from vcverify.problems import ProblemError


def test_the_web5_vectors_map_to_their_urls(vectors: Path) -> None:
    """Those with a server name the URL; those with an invalid DID have none."""
    cases = json.loads((vectors / "did-web" / "web5-resolve.json").read_bytes())["vectors"]
    mapped = 0
    for case in cases:
        did, server = case["input"]["didUri"], case["input"].get("mockServer")
        if server:
            assert [web_url(did)] == list(server), case["description"]
            mapped += 1
        elif case["output"]["didResolutionMetadata"]["error"] == "invalidDid":
            with pytest.raises(ProblemError):
                web_url(did)
    assert mapped == 3


@pytest.mark.parametrize("name", ["legacy", "oidf"])
def test_the_documents_of_the_digital_credentials_consortium_authorize_their_key(name: str, vectors: Path) -> None:
    """One embeds its method (type of 2020), one embeds and lists it (Multikey)."""
    body = (vectors / "did-web" / f"dcc-{name}-did.json").read_bytes()
    did = f"did:web:digitalcredentials.github.io:vc-test-fixtures:dids:{name}"
    env = Lookup(
        loader=StaticLoader({web_url(did): body}), resolvers=installed_resolvers(), at=datetime(2026, 6, 1, tzinfo=UTC)
    )
    multikey = "z6MkjXe1vZvPRqFuc9nRBtZ3e1Y9XKDFSbjFAfzLfW2bD6cZ"
    found = retrieve(f"{did}#{multikey}", "assertionMethod", env)
    assert (found.source, found.controller) == ("document", did)
    with pytest.raises(ProblemError) as error:
        retrieve(f"{did}#{multikey}", "authentication", env)
    assert error.value.problem.code == "key.unauthorized"
