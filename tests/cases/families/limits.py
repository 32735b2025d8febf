"""Bounds on what an input may cost: at the bound it passes, beyond it is refused before the work is done."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from functools import partial
from typing import Any

from cases.documents import (
    COLLEGE,
    GUILD,
    OB,
    V2,
    achievement,
    badge,
    controller_document,
    signed_badge,
    signed_clr,
    single_key_document,
    urn,
)
from cases.families.inputs import as_text
from cases.keyring import ed25519_key, method_entry
from cases.mutations import put
from cases.registry import Family, Scenario, fails, passes, refused
from cases.signing import Json, attach, sign

FAMILY = Family("limits", "cost")
case = FAMILY.case

COST = ("DI §5.12", "RFC 8259 §9")
POISON = ("RDFC-1.0 §7.1", "DI §5.12")


def _deep(levels: int) -> str:
    """A signed badge's text with objects inside each other under an undefined term."""
    return '{"honours":' + '{"x":' * levels + "1" + "}" * levels + "," + as_text(signed_badge())[1:]


def _too_deep(levels: int) -> Scenario:
    return Scenario(text=_deep(levels), expect=fails("limit.exceeded"))


for _levels in (90, 400, 100_000):
    FAMILY.add(
        f"depth-{_levels}",
        f"{_levels} objects inside each other are refused",
        "JSON deeper than 64 levels is refused while it is read, before anything walks through it.",
        partial(_too_deep, _levels),
        spec=COST,
    )


@case("Arrays inside each other count as well", spec=COST)
def depth_arrays() -> Scenario:
    """500 of them."""
    text = '{"honours":' + "[" * 500 + "]" * 500 + "," + as_text(signed_badge())[1:]
    return Scenario(text=text, expect=fails("limit.exceeded"))


@case("10,001 members in one object are refused", spec=COST)
def members() -> Scenario:
    """The bound is 10,000."""
    extra = {f"m{number}": 1 for number in range(10_001)}
    return Scenario(
        document={**badge(), "proof": signed_badge()["proof"], "extra": extra}, expect=fails("limit.exceeded")
    )


@case("A thousand times the same context is refused", spec=COST)
def contexts() -> Scenario:
    """Each would be processed again."""
    return Scenario(document=put(signed_badge(), "/@context", [V2, *[OB] * 1_000]), expect=fails("limit.exceeded"))


@case("Nine contexts in one array are refused", spec=COST)
def contexts_nine() -> Scenario:
    """The bound is eight."""
    return Scenario(document=put(signed_badge(), "/@context", [V2, *[OB] * 8]), expect=fails("limit.exceeded"))


@case("Eight contexts in one array pass", spec=COST)
def contexts_eight() -> Scenario:
    """At the bound."""
    return Scenario(document=sign(badge(context=[V2, *[OB] * 7]), COLLEGE), expect=passes(only=False))


@case("Five thousand repeats of a type are refused", spec=COST)
def types() -> Scenario:
    """Each type brings its scoped context."""
    return Scenario(
        document=put(signed_badge(), "/credentialSubject/achievement/type", ["Achievement"] * 5_000),
        expect=fails("limit.exceeded"),
    )


@case("Nine types of one node are refused", spec=COST)
def types_nine() -> Scenario:
    """The bound is eight."""
    return Scenario(
        document=put(signed_badge(), "/credentialSubject/achievement/type", ["Achievement"] * 9),
        expect=fails("limit.exceeded"),
    )


@case("Nine proofs are refused", spec=COST, features=["proof-set"])
def proofs_nine() -> Scenario:
    """The bound is eight: each costs a canonicalization and a signature."""
    document = signed_badge()
    for _ in range(8):
        document = attach(document, signed_badge()["proof"])
    return Scenario(document=document, expect=fails("limit.exceeded"))


@case("Eight proofs pass", spec=COST, features=["proof-set"])
def proofs_eight() -> Scenario:
    """At the bound: one key, eight dates."""
    document = badge()
    for day in range(1, 9):
        document = sign(document, COLLEGE, created=f"2026-02-{day:02}T00:00:00Z")
    return Scenario(document=document, expect=passes())


def _stacked(levels: int) -> Json:
    """A badge inside `levels` records, each inside the next."""
    document = signed_badge()
    for level in range(levels):
        document = signed_clr([document], GUILD if level % 2 else COLLEGE, id=urn(f"record {level}"))
    return document


@case("Records inside each other beyond depth four are refused", spec=["CLR 2.0 §B", *COST], features=["nested"])
def nesting_six() -> Scenario:
    """Six records around a badge."""
    return Scenario(document=_stacked(6), expect=fails("limit.exceeded"))


@case("Three records inside each other pass", spec=["CLR 2.0 §B"], features=["nested"])
def nesting_three() -> Scenario:
    """A badge at depth three: within the bound."""
    return Scenario(document=_stacked(3), expect=passes(members="passed"))


@case("Forty records inside each other are refused", spec=["CLR 2.0 §B", *COST], features=["nested"])
def nesting_forty() -> Scenario:
    """The JSON alone is too deep."""
    document: Json = badge()
    for level in range(40):
        document = {
            "@context": [V2, OB],
            "id": urn(f"deep {level}"),
            "credentialSubject": {"verifiableCredential": [document]},
        }
    return Scenario(document={**document, "proof": signed_badge()["proof"]}, expect=fails("limit.exceeded"))


@case("A controller document of more than 256 KiB is refused", spec=["CID 1.0 §2", *COST], features=["keys"])
def controller_bytes() -> Scenario:
    """The method would be listed, after 300,000 characters of something else."""
    did = "did:web:aldermoor.example"
    document = {"padding": "x" * 300_000, **single_key_document(did, COLLEGE)}
    return Scenario(
        document=sign(badge(did), COLLEGE, method=f"{did}#key-1"),
        resources={"https://aldermoor.example/.well-known/did.json": document},
        expect=refused("limit.exceeded"),
    )


@case("65 verification methods in one document are refused", spec=["CID 1.0 §2", *COST], features=["keys"])
def controller_methods() -> Scenario:
    """The bound is 64."""
    did = "did:web:aldermoor.example"
    methods = [method_entry(ed25519_key(f"method {n}"), f"{did}#key-{n}", did) for n in range(64)]
    document = controller_document(did, method_entry(COLLEGE, f"{did}#key", did), *methods)
    return Scenario(
        document=sign(badge(did), COLLEGE, method=f"{did}#key"),
        resources={"https://aldermoor.example/.well-known/did.json": document},
        expect=refused("limit.exceeded"),
    )


@case("A URL of more than 1,024 characters is refused", spec=COST, features=["keys"])
def url_characters() -> Scenario:
    """As a did:web identifier."""
    did = "did:web:aldermoor.example:" + "a" * 1_100
    return Scenario(
        document=put(signed_badge(), "/proof/verificationMethod", f"{did}#key-1"), expect=refused("limit.exceeded")
    )


@case("40 members of 40 issuers at 40 hosts reach the limit of fetches", spec=COST, features=["nested", "keys"])
def fetches() -> Scenario:
    """At most 32 documents are loaded in one verification: the rest is refused, not waited for."""
    members, resources = [], {}
    for number in range(40):
        did = f"did:web:school-{number}.example"
        members.append(sign(badge(did, name=f"Badge {number}"), GUILD, method=f"{did}#key-1"))
        resources[f"https://school-{number}.example/.well-known/did.json"] = single_key_document(did, GUILD)
    return Scenario(document=signed_clr(members), resources=resources, expect=refused("limit.exceeded"))


@case("40 members of one issuer load its document once", spec=COST, features=["nested", "keys"])
def fetched_once() -> Scenario:
    """Forty signatures, one controller document: far from any limit."""
    did = "did:web:school.example"
    members = [sign(badge(did, name=f"Badge {n}"), GUILD, method=f"{did}#key-1") for n in range(40)]
    return Scenario(
        document=signed_clr(members),
        resources={"https://school.example/.well-known/did.json": single_key_document(did, GUILD)},
        expect=passes(members="passed"),
    )


# Canonicalization ---------------------------------------------------------------------------------------


def _poisoned(evidence: list[Json]) -> Json:
    """A badge with a graph of unnamed nodes as evidence, and a proof that was made for another."""
    return {**badge(), "evidence": evidence, "proof": signed_badge()["proof"]}


def _graph(edges: list[tuple[int, int]], nodes: int) -> list[Json]:
    """Unnamed Evidence nodes, referring to each other as the edges say."""
    targets: dict[int, list[Any]] = {node: [] for node in range(nodes)}
    for source, target in edges:
        targets[source].append({"id": f"_:n{target}"})
    return [
        {"id": f"_:n{node}", "type": ["Evidence"], "https://schema.org/knows": targets[node]} for node in range(nodes)
    ]


def _clique(nodes: int) -> list[Json]:
    return _graph([(a, b) for a, b in itertools.permutations(range(nodes), 2)], nodes)


_POISON = {
    "clique-9": (lambda: _clique(9), "nine nodes, each referring to all others"),
    "clique-7": (lambda: _clique(7), "seven nodes, each referring to all others"),
    "ring-120": (lambda: _graph([(n, (n + 1) % 120) for n in range(120)], 120), "120 nodes in a ring"),
    "bipartite-6": (
        lambda: _graph([(a, b) for a in range(6) for b in range(6, 12)], 12),
        "six nodes that each refer to six others",
    ),
}


def _dear(build: Callable[[], list[Json]]) -> Scenario:
    return Scenario(document=_poisoned(build()), expect=fails("limit.exceeded"))


for _name, (_build, _what) in _POISON.items():
    FAMILY.add(
        f"canonicalization-{_name}",
        f"A graph that is dear to canonicalize is refused: {_what}",
        f"No identifier tells the nodes apart: {_what}. The work is bounded, and the bound is reported, whatever the proof is.",
        partial(_dear, _build),
        spec=POISON,
    )


def _path(levels: int) -> Json:
    node: Json = {"type": ["Evidence"]}
    for _ in range(levels):
        node = {"type": ["Evidence"], "https://schema.org/knows": node}
    return node


def _dear_path(levels: int, copies: int) -> Scenario:
    return Scenario(document=_poisoned([_path(levels) for _ in range(copies)]), expect=fails("limit.exceeded"))


for _levels, _copies in ((34, 3), (95, 1), (150, 1)):
    FAMILY.add(
        f"path-{_levels}-by-{_copies}",
        f"A path of {_levels} unnamed nodes, {_copies} times, is refused",
        "A chain of nodes that look alike: as JSON too deep, or as a graph too dear.",
        partial(_dear_path, _levels, _copies),
        spec=POISON,
        importance="medium",
    )


@case("2,000 aliases in an inline context are not worth the walk", spec=POISON, importance="medium")
def aliases() -> Scenario:
    """Each node with a type of its own, all one IRI; the proof was made for another document."""
    aliases = {f"T{number}": "https://schema.org/Thing" for number in range(2_000)}
    document = _poisoned([{"type": ["Evidence", name]} for name in aliases])
    return Scenario(document=put(document, "/@context/-", aliases), expect=fails())


@case("300 equal results pass", spec=["RDFC-1.0 §4.8"], importance="high")
def equal_results() -> Scenario:
    """Unnamed, alike, of one learner: the common case in a record, and linear."""
    document = badge()
    document["credentialSubject"]["result"] = [{"type": ["Result"], "value": "pass"} for _ in range(300)]
    return Scenario(document=sign(document, COLLEGE), expect=passes())


@case("400 different results pass", spec=["RDFC-1.0 §4.8"])
def different_results() -> Scenario:
    """A long and honest list."""
    document = badge()
    document["credentialSubject"]["result"] = [{"type": ["Result"], "value": f"{n} points"} for n in range(400)]
    return Scenario(document=sign(document, COLLEGE), expect=passes())


@case("A record of 60 members passes", spec=["CLR 2.0 §B"], features=["nested"])
def sixty_members() -> Scenario:
    """Sixty signatures, far from every bound; criteria repeat as unnamed nodes throughout."""
    members = [signed_badge(GUILD, name=f"Unit {n}", achieved=achievement(f"Unit {n}")) for n in range(60)]
    return Scenario(document=signed_clr(members), expect=passes(members="passed"))


def _of_its_own(context: Json, **members: Any) -> Scenario:
    document = put(signed_badge(), "/@context/-", context)
    document["credentialSubject"] |= members
    return Scenario(document=document, expect=fails("limit.exceeded"))


@case("300 prefixes that need each other are refused", spec=COST, importance="critical")
def prefix_chain() -> Scenario:
    """Each waits for the next to be defined."""
    return _of_its_own({f"x{number}": f"x{number + 1}:a" for number in range(300)} | {"x300": "urn:z"})


@case("A long IRI of an inline context is refused", spec=COST, importance="high")
def long_prefix() -> Scenario:
    """The prefix stands in every statement of the members named by it."""
    prefix = f"https://example.org/{'a' * 2_000}/"
    return _of_its_own({"p": prefix}, **{f"p:u{number}": "1" for number in range(10)})
