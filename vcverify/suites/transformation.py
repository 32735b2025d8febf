"""From a document to the bytes that are hashed, and from these to what is read.

A `Transform` is the half of a suite that knows documents: RDFC-1.0 over the statements of a JSON-LD
document, or JCS over its JSON. The other half knows keys (`data_integrity`).
"""

from __future__ import annotations

import hashlib
from typing import Final, Protocol

from vcverify.credential import Credential, read_json
from vcverify.jcs import canonicalize as canonical_json
from vcverify.jsontypes import JsonObject, as_list
from vcverify.problems import Problem, ProblemError, Severity, problem, refuse
from vcverify.suites.aliases import other_names
from vcverify.suites.configuration import graph_config
from vcverify.suites.forms import MULTIBASE, SignatureForm
from vcverify.suites.proofs import Proof
from vcverify.suites.unsecured import Unsecured


class Transform(Protocol):
    """The bytes that a suite hashes."""

    @property
    def reads_statements(self) -> bool:
        """Whether statements were signed, or the JSON itself."""
        ...

    def proof_config(
        self, unsecured: Unsecured, proof: Proof, hash_name: str, form: SignatureForm = MULTIBASE
    ) -> tuple[str, tuple[Problem, ...]]:
        """The canonical proof configuration, and what of the proof it does not cover.

        Args:
            form: Names the member that is the signature, and the contexts that the proof may add.

        Raises:
            ProblemError: `proof.context`, `proof.malformed`, `terms.*`.
        """
        ...

    def document_digest(self, unsecured: Unsecured, proof: Proof, hash_name: str) -> tuple[str, bytes]:
        """The canonical document and its hash."""
        ...

    def read(self, unsecured: Unsecured, proof: Proof) -> tuple[Credential, tuple[Problem, ...]]:
        """The reading of what was hashed, and what of the document that does not cover."""
        ...


class _Rdfc:
    """RDFC-1.0 over JSON-LD (VC-DI-EDDSA §3.2.3, VC-DI-ECDSA §3.2.3)."""

    reads_statements = True

    def proof_config(
        self, unsecured: Unsecured, proof: Proof, hash_name: str, form: SignatureForm = MULTIBASE
    ) -> tuple[str, tuple[Problem, ...]]:
        return graph_config(unsecured, proof, hash_name, form)

    def document_digest(self, unsecured: Unsecured, proof: Proof, hash_name: str) -> tuple[str, bytes]:
        return unsecured.canonical(hash_name).nquads, unsecured.digest(hash_name)

    def read(self, unsecured: Unsecured, proof: Proof) -> tuple[Credential, tuple[Problem, ...]]:
        return unsecured.credential(), tuple(unsecured.rdf.problems)


class _Jcs:
    """JCS over JSON (VC-DI-EDDSA §3.3.3, VC-DI-ECDSA §3.3.3)."""

    reads_statements = False

    def proof_config(
        self, unsecured: Unsecured, proof: Proof, hash_name: str, form: SignatureForm = MULTIBASE
    ) -> tuple[str, tuple[Problem, ...]]:
        config = {name: value for name, value in proof.value.items() if name != form.member}
        return canonical_json(config).decode(), ()

    def document_digest(self, unsecured: Unsecured, proof: Proof, hash_name: str) -> tuple[str, bytes]:
        text = canonical_json(self._signed(unsecured, proof))
        return text.decode(), hashlib.new(hash_name, text).digest()

    def read(self, unsecured: Unsecured, proof: Proof) -> tuple[Credential, tuple[Problem, ...]]:
        signed = self._signed(unsecured, proof)
        return read_json(signed), tuple(json_terms(signed, unsecured))

    def _signed(self, unsecured: Unsecured, proof: Proof) -> JsonObject:
        """The document as it was signed: under the proof's contexts, with which it must begin (§3.3.2)."""
        if "@context" not in proof.value:
            return unsecured.document
        claimed = proof.value["@context"]
        held = unsecured.document.get("@context")
        wanted = as_list(claimed)
        if as_list(held)[: len(wanted)] != wanted:  # CHECK: a document under other contexts
            raise refuse(
                "proof.context",
                "The document does not begin with the proof's `@context`.",
                f"{proof.pointer}/@context",
                expected=held,
                found=claimed,
                spec="VC-DI-EDDSA §3.3.2",
            )
        return {**unsecured.document, "@context": claimed}


RDFC: Final[Transform] = _Rdfc()
JCS: Final[Transform] = _Jcs()


def json_terms(signed: JsonObject, unsecured: Unsecured) -> list[Problem]:
    """What names of signed JSON mean under the document's contexts; undefined ones are signed, but mean nothing."""
    try:
        problems = unsecured.walk(signed).problems
    except ProblemError as error:
        found = error.problem
        if found.code != "terms.unknown-context":
            return [found]
        unknown = problem(found.code, found.detail, found.pointer, severity=Severity.WARNING)
        return [*other_names(signed), unknown]
    if not problems:
        return problems
    return [*other_names(signed)] + [
        problem(
            item.code,
            item.detail.replace("The signature does not cover", "No context gives a meaning to"),
            item.pointer,
            expected=item.expected,
            found=item.found,
            severity=_in_json(item),
            remedy=item.remedy,
        )
        for item in problems
    ]


_WRAPPERS: Final = ("/@nest", "/@included", "/@graph", "/@reverse")


def _in_json(item: Problem) -> Severity:
    """Signed JSON is read by its names: an undefined one is there to be read, one in a wrapper is not."""
    if item.code == "terms.form" and item.pointer.endswith(_WRAPPERS):
        return Severity.ERROR
    return Severity.WARNING if item.code == "terms.undefined" else item.severity
