"""Keys and the identifiers that hold or lead to them: Multikey, JWK, did:key, did:jwk, did:web."""

from __future__ import annotations

import base64
import hashlib
import ipaddress
import json
import socket
from datetime import UTC, datetime
from urllib.parse import unquote, urlsplit

import base58

from vcverify.crypto import KeyKind, PublicKey, thumbprint
from vcverify.identifiers import Lookup
from vcverify.identifiers.did_jwk import DidJwk
from vcverify.identifiers.did_key import DidKey
from vcverify.identifiers.web import web_url
from vcverify.jsontypes import loads
from vcverify.loading.memory import NullLoader
from vcverify.problems import ProblemError

_CODES = ("key.malformed", "key.weak", "key.unauthorized", "limit.exceeded")
_SIZES = {
    KeyKind.ED25519: (b"\xed\x01", 32),
    KeyKind.SECP256K1: (b"\xe7\x01", 33),
    KeyKind.P256: (b"\x80\x24", 33),
    KeyKind.P384: (b"\x81\x24", 49),
    KeyKind.P521: (b"\x82\x24", 67),
}
"""By kind: the multicodec prefix (as the table of multicodecs has it), and the bytes that follow."""


def key(data: bytes) -> None:
    """A key is read from its Multikey, its bytes and its JWK alike, and verifies nothing that chance makes."""
    text = data.decode("utf-8", "replace")
    _multikey(text)
    _multikey("z" + base58.b58encode(data[:600]).decode())
    env = Lookup(loader=NullLoader(), resolvers={}, at=datetime(2026, 6, 1, tzinfo=UTC))
    for did, resolver in (("did:key:" + text, DidKey()), ("did:jwk:" + text, DidJwk()), (_did_jwk(data), DidJwk())):
        try:
            document = resolver.resolve(did, env)
        except ProblemError as error:
            assert error.problem.code in _CODES
            continue
        assert document["id"] == did
        json.dumps(document, allow_nan=False)
    _jwk(data)


def _did_jwk(data: bytes) -> str:
    return "did:jwk:" + base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _multikey(text: str) -> None:
    try:
        found = PublicKey.from_multikey(text)
    except ProblemError as error:
        assert error.problem.code in _CODES
        return
    assert found.fingerprint == base58.b58decode(text[1:])
    assert found.multikey == text
    if found.kind in _SIZES:
        prefix, size = _SIZES[found.kind]
        assert found.fingerprint.startswith(prefix)
        assert len(found.fingerprint) == len(prefix) + size
    _is_sound(found)


def _is_sound(found: PublicKey) -> None:
    """The same key in every other form; and a signature that is none."""
    jwk = found.to_jwk()
    assert PublicKey.from_jwk(jwk).fingerprint == found.fingerprint
    assert PublicKey.from_multicodec(found.fingerprint).fingerprint == found.fingerprint
    required = json.dumps(jwk, sort_keys=True, separators=(",", ":")).encode()
    assert thumbprint(jwk) == base64.urlsafe_b64encode(hashlib.sha256(required).digest()).rstrip(b"=").decode()
    for algorithm in found.algorithms:
        for signature in (bytes(64), b"\x01" * 64, found.fingerprint, b""):
            assert not found.verifies(signature, b"message", algorithm)
    found.is_point()


def _jwk(data: bytes) -> None:
    try:
        value = loads(data)
    except ProblemError:
        return
    try:
        found = PublicKey.from_jwk(value)
    except ProblemError as error:
        assert error.problem.code in _CODES
        return
    assert isinstance(value, dict)
    assert not {"d", "p", "q", "dp", "dq", "qi", "oth", "k"} & value.keys()
    assert thumbprint(value) == thumbprint(found.to_jwk())
    _multikey(found.multikey)


def did_web(data: bytes) -> None:
    """A did:web leads to one https URL on one public host: the one that it spells, and no other reader sees another."""
    text = data.decode("utf-8", "replace")
    did = text if text.startswith("did:web:") else "did:web:" + text
    try:
        url = web_url(did)
    except ProblemError as error:
        assert error.problem.code == "key.unavailable"
        return
    assert url.isascii()
    assert url.isprintable()
    assert " " not in url
    parts = urlsplit(url)
    assert (parts.scheme, parts.query, parts.fragment, parts.username) == ("https", "", "", None)
    host = parts.hostname or ""
    assert host == host.lower()
    assert host.count(".") >= 1
    assert not host.endswith((".localhost", ".local", ".internal", ".onion"))
    assert not _is_address(host)
    assert parts.port is None or 0 < parts.port < 65_536
    assert parts.path.endswith("/did.json")
    assert not {"", ".", ".."} & set(unquote(parts.path).split("/")[1:])
    named, *segments = did.removeprefix("did:web:").split(":")
    path = "/".join(map(unquote, segments)) or ".well-known"
    assert unquote(url) == f"https://{unquote(named).lower()}/{path}/did.json"


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        pass
    else:
        return True
    try:
        socket.inet_aton(host)
    except OSError:
        return False
    return True
