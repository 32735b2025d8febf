"""`vcverify issue`: a document, signed; or why not, on standard error, and nothing else."""

from __future__ import annotations

import os
import stat
from argparse import Namespace
from typing import Final

from vcverify.cli.inputs import STDIN, InputError, Source, byte_limit, policy_of, world_of
from vcverify.cli.terminal import Terminal
from vcverify.crypto import KeyKind
from vcverify.crypto.private import KEY_BYTES, PrivateKey
from vcverify.issuing import DEFAULT_SUITE, JWT, IssueRefused, Options, issue
from vcverify.jsontypes import pretty
from vcverify.problems import ProblemError, printable

_SUITES: Final = {
    KeyKind.ED25519: DEFAULT_SUITE,
    KeyKind.P256: "ecdsa-rdfc-2019",
    KeyKind.P384: "ecdsa-rdfc-2019",
}
"""What a key signs with unless a suite is named; other keys make tokens."""


def run(arguments: Namespace, terminal: Terminal) -> int:
    """Signs the document and answers 0; 1 where that was refused."""
    policy = policy_of(arguments)
    document = Source(arguments.file)
    if STDIN == document.path == arguments.key:
        raise InputError("--key -: standard input is the document already")
    key = _key(arguments.key, terminal)
    suite = arguments.suite or _SUITES.get(key.kind, JWT)
    domain = arguments.domain
    options: Options = {
        "verification_method": arguments.method,
        "created": arguments.created,
        "expires": arguments.expires,
        "purpose": arguments.purpose,
        "challenge": arguments.challenge,
        "domain": domain[0] if domain and len(domain) == 1 else domain,
        "proof_id": arguments.proof_id,
        "previous_proof": arguments.previous_proof,
        "algorithm": arguments.algorithm,
        "loader": world_of(arguments, policy.limits),
        "policy": policy,
        "check": arguments.check,
    }
    try:
        signed = issue(document.read(byte_limit(policy.limits)), key, suite=suite, **options)
    except ValueError as error:
        raise InputError(str(error)) from None
    except IssueRefused as refused:
        terminal.complain(f"{document.name}: not signed")
        for item in refused.problems:
            terminal.complain_of(item)
        return 1
    _write(arguments.output, signed if isinstance(signed, str) else pretty(signed), terminal)
    return 0


def _key(path: str, terminal: Terminal) -> PrivateKey:
    """The private key of the file; who else can read it is worth a word.

    Raises:
        InputError: it cannot be read, or holds none.
    """
    source = Source(path)
    data = source.read(KEY_BYTES)
    if path != STDIN and os.name == "posix":
        mode = os.stat(path).st_mode
        if stat.S_ISREG(mode) and mode & (stat.S_IRWXG | stat.S_IRWXO):
            terminal.complain(f"warning: {source.name}: others can read this private key (chmod 600 keeps them out)")
    try:
        return PrivateKey.read(data)
    except ProblemError as error:
        raise InputError(f"{source.name}: {error.problem.detail}") from None


def _write(path: str | None, text: str, terminal: Terminal) -> None:
    if path is None or path == STDIN:
        terminal.exactly(text + "\n")
        return
    try:
        with open(path, "x", encoding="utf-8") as file:
            file.write(text + "\n")
    except FileExistsError:
        raise InputError(f"{printable(path)}: it is there already, and is not replaced") from None
    except (OSError, ValueError) as error:
        raise InputError(f"{printable(path)}: {getattr(error, 'strerror', None) or error}") from None
