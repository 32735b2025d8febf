"""The examples in the did:jwk specification."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from vcverify.crypto import PublicKey
from vcverify.identifiers import Lookup, installed_resolvers, retrieve
from vcverify.identifiers.did_jwk import DidJwk
from vcverify.loading.memory import NullLoader
from vcverify.problems import ProblemError


def lookup() -> Lookup:
    return Lookup(loader=NullLoader(), resolvers=installed_resolvers(), at=datetime(2026, 6, 1, tzinfo=UTC))


@pytest.fixture(scope="session")
def examples(vectors: Path) -> dict[str, dict[str, Any]]:
    """The documents by DID; a stray `$` in one URL of the specification is taken out."""
    text = (vectors / "did-jwk" / "spec.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```json\n(.*?)```", text.partition("## Examples")[2], re.DOTALL)
    documents = [json.loads(block.replace("did:jwk:$", "did:jwk:")) for block in blocks]
    return {document["id"]: document for document in documents}


def test_our_documents_are_those_of_the_specification(examples: dict[str, dict[str, Any]]) -> None:
    """Member for member, for P-256 and for X25519 with `use: enc`."""
    assert len(examples) == 2
    for did, document in examples.items():
        assert DidJwk().resolve(did, lookup()) == document


def test_the_keys_of_the_specification_are_found(examples: dict[str, dict[str, Any]]) -> None:
    """Under `#0`; the key for agreement is not one to sign with."""
    for did, document in examples.items():
        jwk = document["verificationMethod"][0]["publicKeyJwk"]
        if jwk.get("use") == "enc":
            with pytest.raises(ProblemError) as error:
                retrieve(did + "#0", "assertionMethod", lookup())
            assert error.value.problem.code == "key.unauthorized"
        else:
            assert retrieve(did + "#0", "assertionMethod", lookup()).key == PublicKey.from_jwk(jwk)
