"""What a suite has besides, if it makes proofs too: found by `isinstance`, asked for by whoever issues."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from vcverify.jsontypes import JsonObject
from vcverify.problems import Problem
from vcverify.suites.proofs import Proof
from vcverify.suites.unsecured import Unsecured

if TYPE_CHECKING:
    from vcverify.crypto.private import PrivateKey


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeProof:
    """A proof with its signature, and what of the document and of itself it does not cover."""

    value: JsonObject
    problems: tuple[Problem, ...]


@runtime_checkable
class SigningSuite(Protocol):
    """How proofs of one kind are made."""

    @property
    def name(self) -> str:
        """The cryptosuite's name, or the proof type's."""
        ...

    def members(self, document: JsonObject) -> JsonObject:
        """The members that the suite itself asks of a proof over the document: contexts, `type`, `cryptosuite`."""
        ...

    def sign(self, unsecured: Unsecured, proof: Proof, key: PrivateKey) -> MadeProof:
        """The proof, signed. `verify` of the same suite finds what `problems` says.

        Raises:
            ProblemError: `proof.invalid` (a key of another kind), `proof.context`, `proof.malformed`, `terms.*` and
                `limit.exceeded` where there is nothing to hash.
        """
        ...
