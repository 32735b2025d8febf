"""RDF Dataset Canonicalization (RDFC-1.0), straight from its text and without a budget.

The cases are signed with this, so that the verifier's own canonicalization is held to a second
reading of the specification. It reads the dataset that PyLD's `to_rdf` makes.
"""

from __future__ import annotations

import hashlib
import itertools
from collections import defaultdict
from typing import Any

Quad = tuple[str, str, str, str]
"""Subject, predicate, object, graph ("" for the default graph), each as N-Quads text."""

_XSD_STRING = "http://www.w3.org/2001/XMLSchema#string"
_LANG_STRING = "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"

_ESCAPES = {chr(code): f"\\u{code:04X}" for code in (*range(0x20), 0x7F)} | {
    "\b": "\\b",
    "\t": "\\t",
    "\n": "\\n",
    "\f": "\\f",
    "\r": "\\r",
    '"': '\\"',
    "\\": "\\\\",
}


def quads_of(dataset: dict[str, list[dict[str, Any]]]) -> list[Quad]:
    """The quads of a PyLD dataset, each once."""
    quads: dict[Quad, None] = {}
    for name, triples in dataset.items():
        graph = "" if name == "@default" else name if name.startswith("_:") else f"<{name}>"
        for triple in triples:
            quads[_term(triple["subject"]), _term(triple["predicate"]), _term(triple["object"]), graph] = None
    return list(quads)


def _term(term: dict[str, str]) -> str:
    if term["type"] == "IRI":
        return f"<{term['value']}>"
    if term["type"] == "blank node":
        return term["value"]
    text = '"' + "".join(_ESCAPES.get(character, character) for character in term["value"]) + '"'
    if term["datatype"] == _LANG_STRING:
        return f"{text}@{term['language']}"
    return text if term["datatype"] == _XSD_STRING else f"{text}^^<{term['datatype']}>"


class _Issuer:
    def __init__(self, prefix: str, issued: dict[str, str] | None = None) -> None:
        self.prefix = prefix
        self.issued = dict(issued or {})

    def issue(self, label: str) -> str:
        return self.issued.setdefault(label, f"{self.prefix}{len(self.issued)}")

    def copy(self) -> _Issuer:
        return _Issuer(self.prefix, self.issued)


def canonical_nquads(quads: list[Quad], hash_name: str = "sha256") -> str:
    """The canonical N-Quads document of the dataset (RDFC-1.0 §4.4.3)."""
    return _Canonicalizer(quads, hash_name).run()


class _Canonicalizer:
    def __init__(self, quads: list[Quad], hash_name: str) -> None:
        self.quads = quads
        self.hash_name = hash_name
        self.canonical = _Issuer("_:c14n")
        self.of: dict[str, list[Quad]] = defaultdict(list)
        for quad in quads:
            for label in {term for term in (quad[0], quad[2], quad[3]) if term.startswith("_:")}:
                self.of[label].append(quad)
        self.first = {label: self.first_degree(label) for label in self.of}

    def run(self) -> str:
        by_hash: dict[str, list[str]] = defaultdict(list)
        for label, digest in self.first.items():
            by_hash[digest].append(label)
        for digest in sorted(by_hash):
            if len(by_hash[digest]) == 1:
                self.canonical.issue(by_hash[digest][0])
        for digest in sorted(by_hash):
            results = []
            for label in by_hash[digest]:
                if label not in self.canonical.issued:
                    issuer = _Issuer("_:b")
                    issuer.issue(label)
                    results.append(self.n_degree(label, issuer))
            for _, issuer in sorted(results, key=lambda result: result[0]):
                for label in issuer.issued:
                    self.canonical.issue(label)
        return "".join(sorted({self.line(quad, self.canonical.issued) for quad in self.quads}))

    def line(self, quad: Quad, labels: dict[str, str]) -> str:
        subject, predicate, obj, graph = (labels.get(term, term) if term.startswith("_:") else term for term in quad)
        return f"{subject} {predicate} {obj} {graph + ' ' if graph else ''}.\n"

    def digest(self, text: str) -> str:
        return hashlib.new(self.hash_name, text.encode()).hexdigest()

    def first_degree(self, label: str) -> str:
        """Hash First Degree Quads, §4.6.3."""
        lines = []
        for quad in self.of[label]:
            labels = {term: "_:a" if term == label else "_:z" for term in quad if term.startswith("_:")}
            lines.append(self.line(quad, labels))
        return self.digest("".join(sorted(lines)))

    def related(self, label: str, quad: Quad, issuer: _Issuer, position: str) -> str:
        """Hash Related Blank Node, §4.7.3."""
        known = self.canonical.issued.get(label) or issuer.issued.get(label) or self.first[label]
        return self.digest(position + (quad[1] if position != "g" else "") + known)

    def n_degree(self, label: str, issuer: _Issuer) -> tuple[str, _Issuer]:
        """Hash N-Degree Quads, §4.8.3."""
        neighbours: dict[str, list[str]] = defaultdict(list)
        for quad in self.of[label]:
            for term, position in ((quad[0], "s"), (quad[2], "o"), (quad[3], "g")):
                if term.startswith("_:") and term != label:
                    neighbours[self.related(term, quad, issuer, position)].append(term)
        data = ""
        for digest in sorted(neighbours):
            data += digest
            path, issuer = min(
                (self.walk(order, issuer.copy()) for order in itertools.permutations(neighbours[digest])),
                key=lambda found: found[0],
            )
            data += path
        return self.digest(data), issuer

    def walk(self, order: tuple[str, ...], issuer: _Issuer) -> tuple[str, _Issuer]:
        path, deeper = "", []
        for label in order:
            if label in self.canonical.issued:
                path += self.canonical.issued[label]
            else:
                if label not in issuer.issued:
                    deeper.append(label)
                path += issuer.issue(label)
        for label in deeper:
            digest, found = self.n_degree(label, issuer)
            path += issuer.issue(label) + f"<{digest}>"
            issuer = found
        return path, issuer
