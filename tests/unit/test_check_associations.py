"""The `associations` check: ends, types and sense of a record's graph of achievements."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from cases.documents import GUILD, achievement, badge, clr
from cases.families.associations import link
from cases.mutations import put
from hypothesis import given
from hypothesis import strategies as st
from support.checking import BOTH, Json, as_statements, child, facts, judge, not_run, problems

from vcverify.checks.associations import associations, strongly_connected
from vcverify.credential import Credential
from vcverify.credential.plain import JsonNode
from vcverify.problems import Problem, Severity

AT = "/credentialSubject/association"
A, B, C = (achievement(name) for name in "ABC")


def record(*links: Any, achievements: tuple[Json, ...] = (A, B, C)) -> Json:
    return clr([badge()], subject={"achievement": list(achievements), "association": list(links)})


def member(held: Json) -> Json:
    return badge(GUILD, achieved=held, name=f"badge for {held['name']}")


@pytest.mark.parametrize("read", BOTH)
def test_only_records_are_judged(read: Callable[[Json], Credential]) -> None:
    """A badge has no associations; a record without any is told what nothing speaks of."""
    assert not_run(judge(associations, badge(), read=read))
    found = judge(associations, record(achievements=(A,)), read=read)
    assert not_run(found) and facts(found) == {"unrelated": [A["id"]]}


@pytest.mark.parametrize("read", BOTH)
def test_ends_are_found_at_any_depth_in_what_was_accepted(read: Callable[[Json], Credential]) -> None:
    """An achievement in a member's member counts while all credentials around it were accepted."""
    document = record(link("isChildOf", A["id"], B["id"]), achievements=(B,))
    for outcomes in (("passed", "passed"), ("passed", "failed"), ("failed", "passed"), ("indeterminate", "passed")):
        inner = child(member(A), "/credentialSubject/verifiableCredential/0", root="/m", outcome=outcomes[1], read=read)
        outer = child(clr([]), "/m", outcome=outcomes[0], inside=[inner], read=as_statements)
        found = problems(judge(associations, document, read=read, children=[outer]))
        assert found == ([] if outcomes == ("passed", "passed") else [("association.dangling", f"{AT}/0/sourceId")])


def test_what_may_not_be_read_yet_leaves_the_association_open() -> None:
    """A token may describe anything; of an object only what stands in it, and nothing of one that failed."""
    link_of_a = link("isChildOf", A["id"], B["id"])
    at = "/credentialSubject/verifiableCredential/0"
    for held, pointer, outcome, severity in (
        (member(A), at, "indeterminate", Severity.INCONCLUSIVE),
        (member(A) | {"validUntil": None, "partial": [True, 7]}, at, "indeterminate", Severity.INCONCLUSIVE),
        ("ey.a.b", at, "indeterminate", Severity.INCONCLUSIVE),
        ("ey.a.b", f"{at}/credentialSubject/verifiableCredential/0", "indeterminate", Severity.INCONCLUSIVE),
        (member(C), at, "indeterminate", Severity.ERROR),
        (member(A), at, "failed", Severity.ERROR),
        ("ey.a.b", at, "failed", Severity.ERROR),
    ):
        document = put(record(link_of_a, achievements=(B,)), at, held)
        found = judge(associations, document, children=[child({}, pointer, known=False, outcome=outcome)])
        assert problems(found) == [("association.dangling", f"{AT}/0/sourceId")]
        assert [item.severity for item in found if isinstance(item, Problem)] == [severity]


def test_endorsements_bring_no_achievements() -> None:
    """What an endorsement describes is not the record's."""
    document = record(link("isChildOf", A["id"], B["id"]), achievements=(B,))
    aside = child(member(A), "/endorsement/0", relation="endorsement")
    inner = child(clr([]), "/m", inside=[child(member(A), "/e", relation="endorsement", root="/m")])
    assert problems(judge(associations, document, children=[aside, inner])) == [
        ("association.dangling", f"{AT}/0/sourceId")
    ]


def test_an_achievement_without_an_id_cannot_be_an_end() -> None:
    """Nothing can name it."""
    document = record(achievements=({**A, "id": None},))
    assert facts(judge(associations, document)) == {}


def test_the_form_that_was_received_explains_what_was_not_signed() -> None:
    """With the relation in `type` no statement is left of the association; the remedy has to say why."""
    document = record({"type": "isChildOf", "sourceId": A["id"], "targetId": B["id"]})
    details = [item.detail for item in judge(associations, document, read=as_statements) if hasattr(item, "detail")]
    assert any("`type` of the association holds the relation" in detail for detail in details)
    elsewhere = judge(associations, clr([]) | {"credentialSubject": "x"}, read=lambda _: as_statements(document))
    assert ("association.type", f"{AT}/0") in problems(elsewhere)


def test_a_conflict_is_told_where_the_other_description_stands() -> None:
    """The pointer counts from the record, also where the record itself stands in something else."""
    other = child(member({**A, "name": "Other"}), "/credentialSubject/verifiableCredential/0", root="/far/away")
    found = problems(judge(associations, record(), children=[other]))
    assert found == [
        ("achievement.conflict", "/credentialSubject/verifiableCredential/0/credentialSubject/achievement/name")
    ]


FIRST, SECOND = A["id"], B["id"]

FAULTS: dict[str, tuple[list[Any], list[tuple[str, str]]]] = {
    "nothing": ([link("isPeerOf", FIRST, SECOND)], []),
    "text": (["A above B"], [("association.type", f"{AT}/0")]),
    "no type": ([{**link("isPeerOf", FIRST, SECOND), "type": None}], [("association.type", f"{AT}/0/associationType")]),
    "no such kind": ([link("isBetterThan", FIRST, SECOND)], [("association.type", f"{AT}/0/associationType")]),
    "no ends": (
        [{"type": "Association", "associationType": "isPeerOf"}],
        [("association.dangling", f"{AT}/0"), ("association.dangling", f"{AT}/0")],
    ),
    "itself": ([link("isPeerOf", FIRST, FIRST)], [("association.self", f"{AT}/0")]),
    "twice": ([link("isPeerOf", FIRST, SECOND)] * 2, [("association.duplicate", f"{AT}/1")]),
    "against": (
        [link("isChildOf", FIRST, SECOND), link("isPeerOf", SECOND, FIRST), link("isChildOf", SECOND, FIRST)],
        [("association.contradiction", f"{AT}/2")],
    ),
}


@pytest.mark.parametrize(("links", "expected"), FAULTS.values(), ids=FAULTS.keys())
def test_each_fault_is_said_where_it_stands(links: list[Any], expected: list[tuple[str, str]]) -> None:
    """And nothing else is said of it."""
    assert problems(judge(associations, record(*links))) == expected


def test_an_end_that_names_a_credential_is_told_which_achievement_is_meant() -> None:
    """Hosts write the one for the other; where the credential is of one achievement, its id is what they want."""
    inner = child(member(A), "/credentialSubject/verifiableCredential/0", root="/m")
    document = record(link("isChildOf", member(A)["id"], SECOND), achievements=(B,))
    (found,) = (item for item in judge(associations, document, children=[inner]) if isinstance(item, Problem))
    assert (found.code, found.pointer) == ("association.dangling", f"{AT}/0/sourceId")
    assert found.expected == f"the id of its achievement, {FIRST}"
    assert found.remedy == "Write the id of the credential's achievement instead of the credential's."


def test_a_member_without_a_verified_reading_describes_nothing() -> None:
    """What its proof did not cover is nobody's word."""
    document = record(link("isChildOf", FIRST, SECOND), achievements=(B,))
    broken = child(member(A), "/m", outcome="failed", known=False)
    assert problems(judge(associations, document, children=[broken])) == [("association.dangling", f"{AT}/0/sourceId")]


def test_two_descriptions_of_one_place_are_a_conflict_unless_in_two_languages() -> None:
    """One id twice in a record: statements merge, and a reader sees two names."""
    told = [{"@value": "A", "@language": "en"}, {"@value": "Ä", "@language": "de"}]
    pages = [{"id": "https://a.example/1"}, {"id": "https://a.example/2"}]
    assert problems(judge(associations, record(achievements=({**A, "name": told},)))) == []
    for term, said in (("name", ["A", "Z"]), ("criteria", pages), ("name", [told[0], told[0]])):
        found = problems(judge(associations, record(achievements=({**A, term: said},))))
        assert found == [("achievement.conflict", f"/credentialSubject/achievement/0/{term}/0")]


def test_only_what_is_said_can_conflict() -> None:
    """A member may leave out what the record tells."""
    silent = child(member({**A, "description": None}), "/m")
    assert problems(judge(associations, record(), children=[silent])) == []


class Counting:
    """How often readings are asked for values."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.asked = 0
        entries = JsonNode._said

        def counted(node: JsonNode, term: Any) -> Any:
            self.asked += 1
            return entries(node, term)

        monkeypatch.setattr(JsonNode, "_said", counted)


def _cost(size: int, counting: Counting) -> int:
    """Questions for a record with `size` members, twice as many associations, and a fault in each."""
    held = [achievement(f"{number}") for number in range(size)]
    ids = [item["id"] for item in held]
    links = [link(kind, ids[at], ids[(at + 1) % size]) for at in range(size) for kind in ("isChildOf", "precedes")]
    links += [link("isChildOf", ids[at + 1], ids[at]) for at in range(size - 1)]
    links += [link("isPartOf", ids[at], "urn:x:nowhere") for at in range(size)]
    children = [
        child(member({**item, "name": "Another"}), f"/credentialSubject/verifiableCredential/{at}")
        for at, item in enumerate(held)
    ]
    document = record(*links, achievements=tuple(held))
    counting.asked = 0
    found = problems(judge(associations, document, children=children))
    codes = {code for code, _ in found}
    assert codes == {"association.cycle", "association.contradiction", "association.dangling", "achievement.conflict"}
    return counting.asked


def test_the_work_grows_with_the_record_and_no_faster(monkeypatch: pytest.MonkeyPatch) -> None:
    """2,000 associations, 500 faults of a kind: counted, because clocks differ."""
    counting = Counting(monkeypatch)
    small, large = _cost(125, counting), _cost(500, counting)
    assert large <= 4 * small + 100


class _CountedEdges(list[str]):
    steps = 0

    def __iter__(self) -> Iterator[str]:
        for item in super().__iter__():
            _CountedEdges.steps += 1
            yield item


def test_each_edge_is_walked_once() -> None:
    """Tarjan's algorithm; a ring of 2,000 is no deep recursion either."""
    graph = {f"{at}": _CountedEdges([f"{(at + 1) % 2000}", f"{(at * 7) % 2000}"]) for at in range(2000)}
    assert len(strongly_connected(graph)) == 1
    assert _CountedEdges.steps == 4000


def _reach(graph: dict[str, list[str]], start: str) -> set[str]:
    seen, work = {start}, [start]
    while work:
        for step in graph.get(work.pop(), ()):
            if step not in seen:
                seen.add(step)
                work.append(step)
    return seen


@given(st.dictionaries(st.sampled_from("abcdefgh"), st.lists(st.sampled_from("abcdefgh"), max_size=4), max_size=8))
def test_strongly_connected_parts_are_those_of_mutual_reach(graph: dict[str, list[str]]) -> None:
    """By the definition, worked out the slow way."""
    nodes = {*graph, *(target for targets in graph.values() for target in targets)}
    reach = {node: _reach(graph, node) for node in nodes}
    expected = {frozenset(other for other in nodes if other in reach[node] and node in reach[other]) for node in nodes}
    assert {frozenset(part) for part in strongly_connected(graph)} == expected
