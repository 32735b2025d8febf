"""The did:key test vectors: the keys and relationships that they publish are those that we find."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519

from vcverify.crypto import KeyKind, PublicKey
from vcverify.identifiers import RELATIONSHIPS, Lookup, installed_resolvers, retrieve
from vcverify.identifiers.did_key import DidKey
from vcverify.loading.memory import NullLoader, StaticLoader
from vcverify.problems import ProblemError

SIGNING = [name for name in RELATIONSHIPS if name != "keyAgreement"]


def lookup() -> Lookup:
    return Lookup(loader=NullLoader(), resolvers=installed_resolvers(), at=datetime(2026, 6, 1, tzinfo=UTC))


def load(vectors: Path, name: str) -> Any:
    return json.loads((vectors / "did-key" / name).read_bytes())


def signing_documents(vectors: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    for name in ("ed25519-x25519.json", "secp256k1.json"):
        for did, entry in load(vectors, name).items():
            yield did, entry["didDocument"]


def published_key(entry: dict[str, Any]) -> PublicKey:
    kinds = {
        "Ed25519VerificationKey2018": KeyKind.ED25519,
        "EcdsaSecp256k1VerificationKey2019": KeyKind.SECP256K1,
    }
    if entry["type"] == "JsonWebKey2020":
        return PublicKey.from_jwk(entry["publicKeyJwk"])
    return PublicKey.from_base58(kinds[entry["type"]], entry["publicKeyBase58"])


def test_the_published_keys_are_found(vectors: Path) -> None:
    """Ed25519 and secp256k1: our Multikey is the key of the vector's own document."""
    count = 0
    for did, document in signing_documents(vectors):
        (entry, *_) = document["verificationMethod"]
        for relationship in SIGNING:
            assert document[relationship] == [entry["id"]]
            found = retrieve(entry["id"], relationship, lookup())
            assert found.key == published_key(entry)
            assert (found.id, found.controller) == (entry["id"], entry["controller"]) == (entry["id"], did)
        count += 1
    assert count >= 10


def test_the_published_documents_say_the_same_when_they_are_supplied(vectors: Path) -> None:
    """The older types, read as any controller document."""
    for did, document in signing_documents(vectors):
        loader = StaticLoader({did: json.dumps(document).encode()})
        env = Lookup(loader=loader, resolvers={}, at=datetime(2026, 6, 1, tzinfo=UTC))
        method = document["assertionMethod"][0]
        assert retrieve(method, "assertionMethod", env).key == retrieve(method, "assertionMethod", lookup()).key


def test_the_seeds_sign_for_their_identifiers(vectors: Path) -> None:
    """From the secret of the vector to a signature that its identifier verifies."""
    for did, entry in load(vectors, "ed25519-x25519.json").items():
        private = ed25519.Ed25519PrivateKey.from_private_bytes(bytes.fromhex(entry["seed"]))
        (method,) = entry["didDocument"]["assertionMethod"]
        found = retrieve(method, "assertionMethod", lookup())
        assert found.key.verifies(private.sign(did.encode()), did.encode(), "EdDSA")


def test_rsa_identifiers_hold_the_published_jwk(vectors: Path) -> None:
    """2,048 and 4,096 bits, in PKCS #1 form."""
    for did, entry in load(vectors, "rsa.json").items():
        method = f"{did}#{did.removeprefix('did:key:')}"
        assert retrieve(method, "assertionMethod", lookup()).key == PublicKey.from_jwk(entry["publicKeyJwk"])


def test_a_key_for_agreement_signs_nothing(vectors: Path) -> None:
    """An X25519 identifier has a document; its one method is listed for key agreement alone."""
    for did, document in load(vectors, "x25519.json")["didDocument"].items():
        ours = DidKey().resolve(did, lookup())
        assert (
            [name for name in RELATIONSHIPS if name in ours]
            == ["keyAgreement"]
            == [name for name in RELATIONSHIPS if name in document]
        )
        assert ours["keyAgreement"] == document["keyAgreement"]
        with pytest.raises(ProblemError) as error:
            retrieve(document["keyAgreement"][0], "assertionMethod", lookup())
        assert error.value.problem.code == "key.unauthorized"


def test_the_universal_resolver_knows_the_same_key(vectors: Path) -> None:
    """An answer from before DID Core 1.0; its key and relationships have stayed."""
    document = load(vectors, "spruceid-did-key-uniresolver-resp.json")["didDocument"]
    (entry,) = document["publicKey"]
    (method,) = document["assertionMethod"]
    found = retrieve(method, "assertionMethod", lookup())
    assert found.key == PublicKey.from_base58(KeyKind.ED25519, entry["publicKeyBase58"])
