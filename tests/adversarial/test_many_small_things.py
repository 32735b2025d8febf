"""A megabyte of the smallest things that can stand where the procedure or a check looks at each.

What is refused has to be refused before it is judged, within the processor time and memory of every hostile input;
what is honest and large has to pass.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from cases import documents as make
from cases import tokens
from cases.documents import COLLEGE
from cases.signing import sign
from support.confined import Answer, Confinement

import vcverify
from vcverify import Limits, Policy
from vcverify.jsontypes import loads
from vcverify.limits import CHARACTERS_OF_AN_OBJECT
from vcverify.problems import ProblemError

AT = datetime.fromisoformat(make.AT)
JCS = "eddsa-jcs-2022"
MIB = 1024 * 1024


@pytest.fixture(scope="module")
def confinement() -> Iterator[Confinement]:
    server = Confinement()
    yield server
    server.close()


def judged(confinement: Confinement, document: Any) -> Answer:
    """The answer about a document, whose one expectation is that it does not pass."""
    data = document if isinstance(document, str) else json.dumps(document, separators=(",", ":"))
    assert len(data) <= MIB
    return confinement.judge({"id": "many", "inputText": data, "at": make.AT, "expect": {"verified": False}})


def record(members: list[Any]) -> dict[str, Any]:
    """A record of those members, with the proof of something else."""
    document = make.clr([None])
    document["credentialSubject"]["verifiableCredential"] = members
    return {**document, "proof": make.signed_badge()["proof"]}


def unsecured(document: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in document.items() if name != "proof"}


def signed(change: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    """A badge, changed before its JSON is signed."""
    document = make.badge()
    change(document)
    return sign(document, COLLEGE, JCS)


def fill(name: str, *path: str, item: Any = None, length: int = MIB) -> dict[str, Any]:
    """A signed badge that holds as many items there as there may be in so many characters."""
    item = {} if item is None else item
    size = len(json.dumps(item)) + 1
    count = 19_950 + length // CHARACTERS_OF_AN_OBJECT if isinstance(item, dict) else (length - 5_000) // size

    def change(document: dict[str, Any]) -> None:
        holder = document
        for step in path:
            holder = holder[step]
        holder[name] = [item] * count
        document["description"] = "x" * (length - count * size - 5_000)

    return signed(change)


DOCUMENTS: dict[str, Callable[[], Any]] = {
    "members {}": lambda: record([{}] * 330_000),
    "members {}, as many as are read": lambda: record([{}] * 19_900),
    "members of one member": lambda: record([{"type": 1}] * 19_900),
    'members ""': lambda: record([""] * 340_000),
    'members "", signed': lambda: sign(unsecured(record([""] * 340_000)), COLLEGE, JCS),
    'members "" in a token': lambda: tokens.signed(unsecured(record([""] * 240_000)), COLLEGE),
    "endorsements that begin like tokens": lambda: {**make.badge(), "endorsementJwt": ["ey.ey.ey"] * 94_000},
    "endorsements that begin like tokens, signed": lambda: fill("endorsementJwt", item="ey.ey.ey"),
    "achievements {}": lambda: signed(
        lambda document: document["credentialSubject"].update(achievement=[{}] * 300_000)
    ),
    **{
        f"{name} of one letter": (lambda name=name: fill(name, item="a"))
        for name in ("evidence", "credentialSubject", "relatedResource", "credentialStatus")
    },
    "tags {}": lambda: {**make.signed_badge(), "tag": [{}] * 340_000},
    **{
        f"{name} {{}}, as many as are read": (lambda name=name, path=path: fill(name, *path))
        for name, path in {
            "evidence": (),
            "credentialSubject": (),
            "relatedResource": (),
            "credentialStatus": (),
            "achievement": ("credentialSubject",),
            "result": ("credentialSubject",),
            "alignment": ("credentialSubject", "achievement"),
            "resultDescription": ("credentialSubject", "achievement"),
        }.items()
    },
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_small_things_by_the_hundred_thousand_are_refused_in_time(name: str, confinement: Confinement) -> None:
    """Each fits in a mebibyte, and would cost some 40 microseconds and two kilobytes a thing."""
    answer = judged(confinement, DOCUMENTS[name]())
    assert answer.faults() == []


def reports(document: Any, **limits: int) -> list[vcverify.Report]:
    report = vcverify.verify(document, at=AT, policy=Policy(limits=Limits(**limits)))
    assert not report.verified
    return list(report.children)


def found(report: vcverify.Report) -> list[str]:
    return [problem.code for problem in report.own_problems()]


@pytest.mark.parametrize("thing", [{}, "", "ey.ey.ey", 1])
def test_what_is_no_credential_gets_so_many_reports_and_no_more(thing: Any) -> None:
    """The one past the bound says so; what stands behind it is refused with it."""
    document = sign(make.clr([thing] * 9), COLLEGE, JCS)
    children = reports(document, unread_credentials=4)
    assert len(children) == 5
    assert all("limit.exceeded" not in found(child) for child in children[:4])
    assert found(children[4]) == ["limit.exceeded"]


def test_members_past_the_bound_are_told_once() -> None:
    """Whoever signed the record: the first that is too many fails it, and the others are not judged."""
    members = [make.signed_badge(id=make.urn(f"member {at}")) for at in range(6)]
    children = reports(make.signed_clr(members), nested_credentials=3)
    assert [child.verified for child in children] == [True] * 3 + [False]
    assert found(children[3]) == ["limit.exceeded"]


def test_members_behind_a_record_that_used_the_bound_up_are_not_judged() -> None:
    """It is one bound for all levels."""
    inner = make.signed_clr([make.signed_badge(id=make.urn(f"inner {at}")) for at in range(4)])
    report = vcverify.verify(
        make.signed_clr([inner, make.signed_badge()]), at=AT, policy=Policy(limits=Limits(nested_credentials=3))
    )
    assert not report.verified
    assert [len(child.children) for child in report.children] == [3]


def test_of_what_is_nested_too_deep_one_is_told() -> None:
    """The second would be too deep as well."""
    members = [make.signed_badge(id=make.urn(f"member {at}")) for at in range(3)]
    assert [found(child) for child in reports(make.signed_clr(members), nested_depth=0)] == [["limit.exceeded"]]


def test_a_text_has_an_object_for_so_many_of_its_characters() -> None:
    """Long documents are not refused for what they describe, only for how little they say of it."""
    limits = Limits(json_objects=2)
    allowed = json.dumps([{}] * 5 + ["x" * (3 * CHARACTERS_OF_AN_OBJECT)])
    assert loads(allowed, limits)
    with pytest.raises(ProblemError) as refused:
        loads(json.dumps([{}] * 7 + ["x" * (3 * CHARACTERS_OF_AN_OBJECT)]), limits)
    assert refused.value.problem.code == "limit.exceeded"
