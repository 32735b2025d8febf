"""Family C of the catalogue: graphs and contexts that cost more than they weigh, in whole credentials.

The datasets themselves, in many shapes and sizes, are in `test_canonicalization.py`.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from cases.documents import CLR, COLLEGE, GUILD, OB, V1, V2, badge, clr, signed_badge, urn
from cases.registry import Scenario
from cases.signing import Json, sign
from support.catalogue import Attacks, accepted, gaps, rejected, table
from support.confined import Confinement

ATTACKS = Attacks("c")
KNOWS = "https://schema.org/knows"


def with_evidence(evidence: Any, *contexts: Any) -> Json:
    """A badge with this as evidence, and a proof that was made for another."""
    return {
        **badge(context=[V2, OB, *contexts]),
        "evidence": evidence,
        "proof": signed_badge()["proof"],
    }


def graph(edges: list[tuple[int, int]], *, labelled: bool = True) -> list[Json]:
    """Unnamed Evidence that refers to each other."""
    nodes = sorted({node for edge in edges for node in edge})
    return [
        {
            **({"id": f"_:n{node}"} if labelled else {}),
            "type": ["Evidence"],
            KNOWS: [{"id": f"_:n{target}"} for source, target in edges if source == node],
        }
        for node in nodes
    ]


_GRAPHS: dict[str, Callable[[], Any]] = {
    "clique_of_9": lambda: graph(list(itertools.permutations(range(9), 2))),
    "clique_of_30": lambda: graph(list(itertools.permutations(range(30), 2))),
    "ring_of_120": lambda: graph([(node, (node + 1) % 120) for node in range(120)]),
    "ring_of_4000": lambda: graph([(node, (node + 1) % 4_000) for node in range(4_000)]),
    "rings_of_3": lambda: graph([(3 * n + a, 3 * n + (a + 1) % 3) for n in range(600) for a in range(3)]),
    "bipartite_6": lambda: graph([(a, b) for a in range(6) for b in range(6, 12)]),
    "bipartite_20": lambda: graph([(a, b) for a in range(20) for b in range(20, 40)]),
    "cube_of_7": lambda: graph([(a, a ^ 1 << bit) for a in range(128) for bit in range(7)]),
    "path_of_2000": lambda: graph([(node, node + 1) for node in range(2_000)]),
    "self_references": lambda: graph([(node, node) for node in range(3_000)]),
    "pairs": lambda: graph([(node, node ^ 1) for node in range(4_000)]),
    "star_of_5000": lambda: graph([(0, node) for node in range(1, 5_000)]),
}
"""Cliques and their like are refused; what can be told apart cheaply may be judged."""


def _dear(name: str) -> Scenario:
    return Scenario(document=with_evidence(_GRAPHS[name]()), expect=rejected())


for _name in _GRAPHS:
    ATTACKS.add(_name, partial(_dear, _name))


def _chained(name: str, levels: int, copies: int) -> Scenario:
    def chain(depth: int) -> Json:
        node: Json = {"type": ["Evidence"]}
        for _ in range(depth):
            node = {"type": ["Evidence"], name: node}
        return node

    return Scenario(document=with_evidence([chain(levels) for _ in range(copies)]), expect=rejected())


for _levels, _copies in ((58, 1), (55, 40), (30, 300), (3, 2_000)):
    ATTACKS.add(f"chains_{_levels}_by_{_copies}", partial(_chained, KNOWS, _levels, _copies))


@ATTACKS
def clique_in_a_graph_of_its_own() -> Scenario:
    """The dear nodes in graphs that unnamed nodes name."""
    document = with_evidence(
        [{"id": f"_:g{number}", "@graph": graph(list(itertools.permutations(range(6), 2)))} for number in range(6)]
    )
    return Scenario(document=document, expect=rejected())


@ATTACKS
def clique_signed() -> Scenario:
    """Eight nodes and a signature by the presenter: the cost comes before the answer, whatever that is."""
    document = with_evidence(graph(list(itertools.permutations(range(8), 2))))
    return Scenario(document=document, expect=rejected("limit.exceeded"))


@ATTACKS
def clique_in_a_member() -> Scenario:
    """The record is well signed but for the one member that is dear."""
    return Scenario(
        document={
            **clr([with_evidence(graph(list(itertools.permutations(range(9), 2))))]),
            "proof": signed_badge()["proof"],
        },
        expect=rejected(),
    )


@ATTACKS
def cliques_in_many_members() -> Scenario:
    """Forty members, each with its own dear graph: the time of one is not granted forty times over."""
    members = [
        {**with_evidence(graph(list(itertools.permutations(range(7), 2)))), "id": urn(f"dear {number}")}
        for number in range(40)
    ]
    return Scenario(
        document=sign(clr([]), COLLEGE) | {"credentialSubject": clr(members)["credentialSubject"]}, expect=rejected()
    )


@ATTACKS
def cliques_in_many_proofs() -> Scenario:
    """Eight proofs over one dear document."""
    document = with_evidence(graph(list(itertools.permutations(range(8), 2))))
    return Scenario(document={**document, "proof": [document["proof"]] * 8}, expect=rejected())


# --- contexts -------------------------------------------------------------------------------------


@ATTACKS
def aliases_of_a_type() -> Scenario:
    """2,000 nodes, each with a type of its own, all one IRI."""
    aliases = {f"T{number}": "https://schema.org/Thing" for number in range(2_000)}
    return Scenario(
        document=with_evidence([{"type": ["Evidence", name]} for name in aliases], aliases), expect=rejected()
    )


def _scoped(count: int) -> Scenario:
    types = {
        f"T{number}": {"@id": "https://schema.org/Thing", "@context": {f"t{number}": "https://schema.org/t"}}
        for number in range(count)
    }
    return Scenario(document=with_evidence([{"type": ["Evidence", name]} for name in types], types), expect=rejected())


def _properties(count: int) -> Scenario:
    terms = {
        f"p{number}": {"@id": "https://schema.org/p", "@context": {f"t{number}": "https://schema.org/t"}}
        for number in range(count)
    }
    evidence = [{"type": ["Evidence"], name: {"type": "Evidence"}} for name in terms]
    return Scenario(document=with_evidence(evidence, terms), expect=rejected())


for _count in (300, 450, 3_000):
    ATTACKS.add(f"types_with_contexts_{_count}", partial(_scoped, _count))
    ATTACKS.add(f"properties_with_contexts_{_count}", partial(_properties, _count))


@ATTACKS
def contexts_inside_contexts() -> Scenario:
    """Ten contexts, each scoped to ten terms of the one before: 10^10 if all were entered."""
    local: Any = "https://schema.org/end"
    for _ in range(10):
        local = {"@id": "https://schema.org/x", "@context": {f"x{number}": local for number in range(3)}}
    return Scenario(document=with_evidence([{"type": ["Evidence"]}], {"x": local}), expect=rejected())


@ATTACKS
def contexts_of_each_node() -> Scenario:
    """Three hundred nodes with a context of their own."""
    evidence = [{"@context": {f"q{n}": "https://example.org/q"}, "type": ["Evidence"]} for n in range(300)]
    return Scenario(document=with_evidence(evidence), expect=rejected("limit.exceeded"))


@ATTACKS
def orders_of_contexts() -> Scenario:
    """Members under the published contexts in every order."""
    orders = itertools.permutations([V1, V2, OB, CLR, "https://w3id.org/security/data-integrity/v2"])
    members = [{**badge(GUILD), "id": urn(f"order {n}"), "@context": list(order)} for n, order in enumerate(orders)]
    return Scenario(
        document={**clr(members), "proof": signed_badge()["proof"]},
        expect=rejected(),
    )


@ATTACKS
def types_in_every_combination() -> Scenario:
    """Types whose contexts combine, four of twelve at a time."""
    names = ["Achievement", "Evidence", "Profile", "Alignment", "Address", "Criteria", "Image", "Result", "Related",
             "ResultDescription", "RubricCriterionLevel", "IdentityObject"]  # fmt: skip
    return Scenario(
        document=with_evidence([{"type": list(some)} for some in itertools.combinations(names, 4)]), expect=rejected()
    )


# --- size -----------------------------------------------------------------------------------------


@ATTACKS
def equal_results() -> Scenario:
    """Six hundred results that say the same, signed: linear."""
    document = badge()
    document["credentialSubject"]["result"] = [{"type": ["Result"], "value": "pass"} for _ in range(600)]
    return Scenario(document=sign(document, COLLEGE), expect=accepted())


@ATTACKS
def statements_under_all_revisions() -> Scenario:
    """Sixty thousand statements and eight bad proofs: not made again for each proof and each revision."""
    document = with_evidence([{"type": ["Evidence"], "name": f"x{number}"} for number in range(20_000)])
    return Scenario(document={**document, "proof": [document["proof"]] * 8}, expect=rejected("proof.invalid"))


@ATTACKS
def tags_without_end() -> Scenario:
    """60,000 tags that were never signed."""
    document = badge()
    document["credentialSubject"]["achievement"]["tag"] = [f"tag {number}" for number in range(60_000)]
    return Scenario(document={**document, "proof": signed_badge()["proof"]}, expect=rejected("proof.invalid"))


@ATTACKS
def list_of_nodes() -> Scenario:
    """A list of 10,000: two statements for each."""
    return Scenario(
        document=with_evidence([{"type": ["Evidence"], "https://schema.org/x": {"@list": list(range(10_000))}}]),
        expect=rejected(),
    )


@ATTACKS
def literal_of_a_mebibyte() -> Scenario:
    """The longest string that is read, in the description of every result."""
    document = badge(description="x" * ((1 << 20) - 100))
    return Scenario(document={**document, "proof": signed_badge()["proof"]}, expect=rejected("proof.invalid"))


@ATTACKS
def json_literal() -> Scenario:
    """A large JSON literal of the document's own term."""
    extra = {"extra": {"@id": "https://schema.org/x", "@type": "@json"}}
    value = {f"m{number}": [number, {"a": "b"}] for number in range(9_000)}
    return Scenario(document=with_evidence([{"type": ["Evidence"], "extra": value}], extra), expect=rejected())


SHOWN = table("""
C02  limits-canonicalization-clique-9 #clique_of_9
C03  limits-canonicalization-ring-120 #ring_of_120
C04  limits-equal-results #equal_results
C05  limits-path-150-by-1
C06  limits-canonicalization-clique-7
C07  limits-canonicalization-bipartite-6 #bipartite_6
C08  limits-aliases #aliases_of_a_type
C09  limits-different-results
""")


def test_every_line_is_shown() -> None:
    """A line without an attack is a promise that nobody keeps."""
    assert not gaps("C", SHOWN, ATTACKS)


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_is_judged_as_the_catalogue_says(name: str, confinement: Confinement) -> None:
    """In a process of its own, within 2 s of processor time and 256 MiB."""
    assert not confinement.judge(ATTACKS.case(name)).faults()
