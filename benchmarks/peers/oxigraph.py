"""PyLD for the expansion, pyoxigraph for the canonical form (RDFC-1.0 in Rust)."""

from __future__ import annotations

from typing import Any

import pyoxigraph as ox
from pyld import jsonld

from benchmarks.peers.pyld import Pyld

_XSD_STRING = "http://www.w3.org/2001/XMLSchema#string"


class PyldOxigraph(Pyld):
    """As PyLD alone, with the dataset handed to pyoxigraph."""

    distributions = "PyLD pyoxigraph cryptography"

    def canonical(self, document: dict[str, Any]) -> bytes:
        dataset = ox.Dataset()
        for name, triples in jsonld.to_rdf(document, self.options()).items():
            graph = ox.DefaultGraph() if name == "@default" else _resource(name)
            for triple in triples:
                subject, predicate, value = (_term(triple[part]) for part in ("subject", "predicate", "object"))
                dataset.add(ox.Quad(subject, predicate, value, graph))
        dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
        return "".join(sorted(f"{quad} .\n" for quad in dataset)).encode()


def _resource(name: str) -> Any:
    return ox.BlankNode(name[2:]) if name.startswith("_:") else ox.NamedNode(name)


def _term(term: dict[str, Any]) -> Any:
    if term["type"] != "literal":
        return _resource(term["value"])
    if "language" in term:
        return ox.Literal(term["value"], language=term["language"])
    datatype = term["datatype"]
    return ox.Literal(term["value"], datatype=None if datatype == _XSD_STRING else ox.NamedNode(datatype))
