"""The canonical proof configuration of the RDFC suites, held against the members that it was made of.

The members of a proof steer the verification: what is its purpose, whose key, until when. They count
only where they are what was signed.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING, Final

from vcverify import vocabulary
from vcverify.jsonld import RdfDocument
from vcverify.jsontypes import JsonObject, JsonValue, as_list
from vcverify.problems import Problem, ProblemError, refuse
from vcverify.rdf import canonicalize
from vcverify.suites.forms import SignatureForm
from vcverify.suites.proofs import DATA_INTEGRITY_PROOF, Proof

if TYPE_CHECKING:
    from vcverify.suites.unsecured import Unsecured

_CONFIGS: Final[dict[Hashable, str]] = {}
"""Canonical proof configurations by what they are made of. The members of a record that one issuer
signed at one time have the same; only those without any problem are kept."""

_MOST_CONFIGS: Final = 512

_SHORT: Final = 1_024


def graph_config(
    unsecured: Unsecured, proof: Proof, hash_name: str, form: SignatureForm
) -> tuple[str, tuple[Problem, ...]]:
    """The canonical statements of a proof without its signature, and what of it they do not say.

    Raises:
        ProblemError: `proof.context`; `proof.malformed` where they say other than its members; `terms.*`.
    """
    context = _context(unsecured, proof, form)
    config = {name: value for name, value in proof.value.items() if name not in (form.member, "@context")}
    key = _key(unsecured, context, config, hash_name)
    known = _CONFIGS.get(key) if key is not None else None
    if known is not None:
        return known, ()
    rdf = unsecured.walk({"@context": context, **config}, base_pointer=proof.pointer)
    _hold_equal(rdf, proof)
    canonical = canonicalize(rdf.statements, hash_algorithm=hash_name, limits=unsecured.limits)
    problems = tuple(_of_proof(rdf.problems, proof))
    if key is not None and not problems:
        if len(_CONFIGS) >= _MOST_CONFIGS:
            _CONFIGS.clear()
        _CONFIGS[key] = canonical.nquads
    return canonical.nquads, problems


def _context(unsecured: Unsecured, proof: Proof, form: SignatureForm) -> JsonValue:
    """What the configuration is read under: the document's contexts, then the suite's where the proof names it."""
    context = unsecured.document.get("@context")
    own = proof.value.get("@context", context)
    if own == context:
        return context
    added = as_list(own)
    if added and all(isinstance(url, str) and url in form.contexts for url in added):
        return [*as_list(context), *added]
    raise refuse(
        "proof.context",
        "The proof's `@context` is not the document's, under which it was hashed.",
        f"{proof.pointer}/@context",
        expected=context,
        found=own,
        spec="VC-DI-EDDSA §3.2.5",
    )


def _key(unsecured: Unsecured, context: JsonValue, config: JsonObject, hash_name: str) -> Hashable | None:
    """Everything that the canonical configuration depends on; None where that is not all plain text."""
    if not isinstance(context, list) or not all(type(item) is str for item in context):
        return None
    if not all(type(value) is str and len(value) <= _SHORT for value in config.values()):
        return None
    return (unsecured.contexts, unsecured.engine, hash_name, *context, None, *sorted(config.items()))


_TERMS: Final = {
    "created": "<http://purl.org/dc/terms/created>",
    "expires": f"<{vocabulary.SEC}expiration>",
    "domain": f"<{vocabulary.SEC}domain>",
    "challenge": f"<{vocabulary.SEC}challenge>",
    "previousProof": f"<{vocabulary.SEC}previousProof>",
    "verificationMethod": f"<{vocabulary.SEC}verificationMethod>",
    "proofPurpose": f"<{vocabulary.SEC}proofPurpose>",
    "cryptosuite": f"<{vocabulary.SEC}cryptosuite>",
}
_NAMES: Final = {iri: name for name, iri in _TERMS.items()}
_TYPE: Final = f"<{vocabulary.RDF_TYPE}>"
_TYPES: Final = {
    name: f"<{vocabulary.SEC}{name}>"
    for name in (DATA_INTEGRITY_PROOF, "Ed25519Signature2020", "Ed25519Signature2018", "JsonWebSignature2020")
}
"""Types whose meaning is published; those of other suites are theirs to judge."""


def _hold_equal(rdf: RdfDocument, proof: Proof) -> None:
    """Refuses a proof whose members say less, or other, than the statements that were signed.

    A holder can re-key `expires` to its absolute IRI without changing a statement; an issuer's own
    context can make `proofPurpose` mean something that is no purpose.
    """
    said: dict[str, set[str]] = {}
    types: set[str] = set()
    for subject, predicate, value, _ in rdf.statements:
        if predicate == _TYPE and subject == rdf.root:
            types.add(value)
        name = _NAMES.get(predicate)
        if name is not None:
            if subject != rdf.root:  # CHECK: what is said of another thing
                raise _other_form(name, proof, "another thing's")
            said.setdefault(name, set()).add(_bare(value))
    for name, signed in said.items():
        received = _texts(proof, name)
        if name == "proofPurpose":
            received |= {vocabulary.SEC + item for item in received} | {
                f"{vocabulary.SEC}{item}Method" for item in received
            }
        if not signed <= received:  # CHECK: members that say other than was signed
            raise _other_form(name, proof, ", ".join(sorted(signed)))
    for name in sorted(_TERMS.keys() - said.keys()):
        if _texts(proof, name):  # CHECK: members that mean something else
            _hold_defined(name, _TERMS[name], rdf, proof)
    meant = _TYPES.get(proof.type)
    if meant is not None and meant not in types:  # CHECK: a type that means something else
        _hold_defined("type", meant, rdf, proof)


def _hold_defined(name: str, meant: str, rdf: RdfDocument, proof: Proof) -> None:
    """Refuses a member that was signed with another meaning; what no context defines is told elsewhere."""
    pointer = f"{proof.pointer}/{name}"
    lost = (item.pointer for item in rdf.problems if item.code == "terms.undefined")
    if any(f"{place}/".startswith(f"{pointer}/") for place in lost):
        return
    raise refuse(
        "proof.malformed",
        f"Under the document's contexts, the proof's `{name}` does not mean what it is taken for.",
        pointer,
        expected=_bare(meant),
        found=proof.value[name],
        spec="DI §2.4.1",
    )


def _texts(proof: Proof, name: str) -> set[str]:
    return {item for item in as_list(proof.value.get(name)) if isinstance(item, str)}


def _other_form(name: str, proof: Proof, signed: str) -> ProblemError:
    return refuse(
        "proof.malformed",
        f"The proof says its `{name}` in a form that hides what was signed.",
        proof.pointer,
        expected=f"`{name}`: {signed}",
        found=proof.value.get(name),
        spec="DI §2.1",
    )


def _bare(term: str) -> str:
    if term[0] == '"':
        return term[1 : term.rindex('"')]
    return term[1:-1] if term[0] == "<" else term


def _of_proof(problems: Sequence[Problem], proof: Proof) -> list[Problem]:
    """The problems of the proof's own members; those of the contexts are the document's."""
    inside = proof.pointer + "/"
    context = inside + "@context"
    return [item for item in problems if item.pointer.startswith(inside) and not item.pointer.startswith(context)]
