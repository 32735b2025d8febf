"""`vcverify keygen`: a new private key in a file that only its owner reads; what is public of it is printed."""

from __future__ import annotations

import os
from argparse import Namespace

from vcverify.cli.inputs import InputError
from vcverify.cli.terminal import Terminal
from vcverify.crypto import KeyKind
from vcverify.crypto.private import PrivateKey
from vcverify.jsontypes import JsonObject, pretty
from vcverify.problems import printable

KINDS = {
    "ed25519": KeyKind.ED25519,
    "p256": KeyKind.P256,
    "p384": KeyKind.P384,
    "p521": KeyKind.P521,
    "secp256k1": KeyKind.SECP256K1,
    "rsa": KeyKind.RSA,
}
"""What `--type` takes."""


def run(arguments: Namespace, terminal: Terminal) -> int:
    """Writes the key, prints its DID, verification method and public forms, and answers 0."""
    if arguments.output == "-":
        raise InputError("--output -: a private key is written to a file, not shown")
    kind = KINDS[arguments.type]
    bits = {} if arguments.bits is None else {"bits": arguments.bits}
    if bits and kind is not KeyKind.RSA:
        raise InputError(f"--bits: a {arguments.type} key has one length")
    try:
        key = PrivateKey.generate(kind, **bits)
        text = _text(key, arguments.format)
    except ValueError as error:
        raise InputError(str(error)) from None
    _write_new(arguments.output, text)
    public: JsonObject = {"id": key.did, "verificationMethod": key.verification_method}
    if kind is not KeyKind.RSA:
        public["publicKeyMultibase"] = key.public.multikey
    terminal.say(pretty({**public, "publicKeyJwk": key.public.to_jwk()}))
    return 0


def _text(key: PrivateKey, form: str) -> str:
    if form == "pem":
        return key.to_pem()
    return (key.to_multikey() if form == "multikey" else pretty(key.to_jwk())) + "\n"


def _write_new(path: str, text: str) -> None:
    """A new file that nobody but its owner can read, from its first byte on. A key that is there is never replaced."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(text)
    except FileExistsError:
        raise InputError(f"{printable(path)}: is there already; a key is not replaced") from None
    except (OSError, ValueError) as error:
        raise InputError(f"{printable(path)}: {getattr(error, 'strerror', None) or error}") from None
