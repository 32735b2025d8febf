"""Suites: from a secured document and a key to what the key vouched for.

A suite is a value, found by its name: a Data Integrity cryptosuite (`eddsa-rdfc-2022`) or, for the
older proofs that have none, the proof's type (`Ed25519Signature2020`). Suites from outside are
entry points of the group `vcverify.suites`; that one is installed does not mean that a policy
accepts it.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

from vcverify.credential import Credential
from vcverify.crypto import PublicKey
from vcverify.problems import Problem
from vcverify.suites.proofs import Proof
from vcverify.suites.unsecured import Unsecured

ENTRY_POINTS: Final = "vcverify.suites"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What a key vouched for.

    Attributes:
        credential: The reading of the bytes that were signed.
        problems: What the signature does not cover, or covers in an odd form (`terms.*`).
        evidence: The intermediate values, under the names that the specifications give them.
        walk: The document whose statements were signed; None where its JSON was.
    """

    credential: Credential
    problems: tuple[Problem, ...]
    evidence: Mapping[str, Any]
    walk: Unsecured | None = None


class Suite(Protocol):
    """How proofs of one kind are verified."""

    @property
    def name(self) -> str:
        """The cryptosuite's name, or the proof type's."""
        ...

    @property
    def proof_type(self) -> str:
        """The `type` of its proofs."""
        ...

    def verify(self, unsecured: Unsecured, proof: Proof, key: PublicKey) -> Verified:
        """What the key vouched for.

        Raises:
            ProblemError: `proof.invalid`, `proof.malformed`, `jose.algorithm` (a key of another
                kind), `terms.*` and `limit.exceeded` where there is nothing to hash.
        """
        ...


@functools.cache
def builtin() -> Mapping[str, Suite]:
    """The suites that come with the package, by name."""
    from vcverify.suites import ecdsa, ecdsa_sd, eddsa, jws

    return {suite.name: suite for suite in (*eddsa.SUITES, *ecdsa.SUITES, *ecdsa_sd.SUITES, *jws.SUITES)}


@functools.cache
def installed() -> Mapping[str, Suite]:
    """All suites that are installed, by name; the built-in ones win."""
    from importlib.metadata import entry_points

    found: dict[str, Suite] = {}
    for entry_point in entry_points(group=ENTRY_POINTS):
        suite = entry_point.load()
        found[suite.name] = suite
    return {**found, **builtin()}


def find(name: str, proof_type: str) -> Suite | None:
    """The suite for a proof, looking outside the package only for what it does not have."""
    suite = builtin().get(name)
    if suite is None:
        suite = installed().get(name)
    return suite if suite is not None and suite.proof_type == proof_type else None
