"""The parts of achievements: results, alignments, images, evidence, criteria."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from cases.documents import achievement, badge
from cases.families.achievement_parts import IMAGE, alignment
from cases.families.achievements import (
    BASIC,
    DESCRIPTIONS,
    GRADE,
    MASTERED,
    RUBRIC,
    SCORE,
    STATUS,
    description,
    level,
    result,
)
from cases.mutations import drop, put
from support.checking import BOTH, Json, as_signed_json, judge, problems

from vcverify.checks import achievements
from vcverify.checks.data_model import data_model
from vcverify.credential import Credential
from vcverify.credential.plain import JsonNode
from vcverify.problems import Problem, ProblemError, Severity

ACHIEVEMENT = "/credentialSubject/achievement"
RESULT = "/credentialSubject/result/0"


def found(document: Json, read: Callable[[Json], Credential] = as_signed_json) -> list[tuple[str, str]]:
    return problems(judge(data_model, document, read=read))


def with_result(held: Any, *descriptions: Json) -> Json:
    described = achievement(resultDescription=list(descriptions) or DESCRIPTIONS)
    return put(badge(achieved=described), "/credentialSubject/result", [held])


def bounded(least: Any, most: Any, **more: Any) -> Json:
    return description(
        "score", "RawScore", **({"valueMin": least} if least else {}), **({"valueMax": most} if most else {}), **more
    )


@pytest.mark.parametrize("read", BOTH)
@pytest.mark.parametrize(
    ("value", "described", "good"),
    [
        ("A", {"allowedValue": ["B", "A"]}, True),
        ("C", {"allowedValue": ["B", "A"]}, False),
        ("C", {"allowedValue": []}, True),
        ("8.0", {"allowedValue": ["8", "9"]}, True),
        ("7", {"allowedValue": ["8", "9"]}, False),
        ("C", {"allowedValue": ["C", "1"], "valueMin": "1"}, True),
        ("5", {"valueMin": "1", "valueMax": "10"}, True),
        ("1", {"valueMin": "1.0", "valueMax": "10"}, True),
        ("10.01", {"valueMin": "1", "valueMax": "10"}, False),
        ("0.99", {"valueMin": "1"}, False),
        ("1e2", {"valueMax": "99"}, False),
        ("+3", {"valueMax": "99"}, True),
        ("99 %", {"valueMax": "99%"}, True),
        ("many", {"valueMax": "99"}, False),
        ("many", {"valueMin": "few", "valueMax": "lots"}, True),
        ("anything", {}, True),
        ("9" * 40, {"valueMax": "99"}, False),
    ],
)
def test_values_lie_within_their_description(
    value: str, described: Json, good: bool, read: Callable[[Json], Credential]
) -> None:
    """Among the allowed values, between the bounds; what cannot be compared is not judged."""
    document = with_result(result(resultDescription=SCORE, value=value), description("score", "RawScore", **described))
    assert found(document, read) == ([] if good else [("data-model.value", f"{RESULT}/value")])


@pytest.mark.parametrize("read", BOTH)
def test_a_result_is_held_to_the_description_that_it_names(read: Callable[[Json], Credential]) -> None:
    """One of the achievement's, with its levels and its status."""
    for held, expected in (
        (result(resultDescription=RUBRIC, achievedLevel=MASTERED), []),
        (result(resultDescription=GRADE, achievedLevel=BASIC), [("data-model.value", f"{RESULT}/achievedLevel")]),
        (result(resultDescription=GRADE, achievedLevel="urn:x"), [("data-model.value", f"{RESULT}/achievedLevel")]),
        (result(resultDescription="urn:x"), [("data-model.value", f"{RESULT}/resultDescription")]),
        (result(resultDescription=[GRADE, SCORE]), [("data-model.value", f"{RESULT}/resultDescription")]),
        (result(resultDescription=STATUS), [("data-model.required", RESULT)]),
        (result(resultDescription=STATUS, status="Failed"), []),
        (result(status="Passed"), [("data-model.value", f"{RESULT}/status")]),
        (result(alignment=[alignment(targetName=None)]), [("data-model.required", f"{RESULT}/alignment/0")]),
    ):
        assert found(with_result(held), read) == expected


def test_a_level_of_the_description_beside_it_is_a_warning() -> None:
    """The specification's own full example has one."""
    document = with_result(result(resultDescription=GRADE, achievedLevel=BASIC))
    (only,) = [item for item in judge(data_model, document) if isinstance(item, Problem)]
    assert only.severity is Severity.WARNING


@pytest.mark.parametrize(
    ("held", "expected"),
    [
        ("A", ("data-model.value", RESULT)),
        ({"value": "A"}, ("data-model.required", RESULT)),
        ({"type": "Score"}, ("data-model.type", f"{RESULT}/type")),
    ],
)
def test_a_result_is_a_result(held: Any, expected: tuple[str, str]) -> None:
    """In signed JSON it could be anything."""
    assert found(with_result(held)) == [expected]


DESCRIBED = f"{ACHIEVEMENT}/resultDescription/0"
LEVEL = f"{DESCRIBED}/rubricCriterionLevel/0"


@pytest.mark.parametrize(
    ("held", "expected"),
    [
        ("text", [("data-model.value", DESCRIBED)]),
        ({**DESCRIPTIONS[0], "type": "Description"}, [("data-model.type", f"{DESCRIBED}/type")]),
        (drop(DESCRIPTIONS[0], "/id"), [("data-model.required", DESCRIBED)]),
        (drop(drop(DESCRIPTIONS[0], "/name"), "/resultType"), [("data-model.required", DESCRIBED)] * 2),
        (description("x", "Marks"), [("data-model.value", f"{DESCRIBED}/resultType")]),
        (description("x", "ext:Marks"), []),
        (bounded("2", "1", requiredValue="9"), [("data-model.value", f"{DESCRIBED}/valueMin")]),
        (bounded("1", "2", requiredValue="9"), [("data-model.value", f"{DESCRIBED}/requiredValue")]),
        (bounded("1", None, requiredLevel="urn:x"), [("data-model.value", f"{DESCRIBED}/requiredLevel")]),
        (description("x", "Result", rubricCriterionLevel=["text"]), [("data-model.value", LEVEL)]),
        (
            description("x", "Result", rubricCriterionLevel=[{**level("a"), "type": ["Level"]}]),
            [("data-model.type", f"{LEVEL}/type")],
        ),
        (
            description("x", "Result", rubricCriterionLevel=[drop(drop(level("a"), "/id"), "/name")]),
            [("data-model.required", LEVEL)] * 2,
        ),
        (
            description("x", "Result", rubricCriterionLevel=[{**level("a"), "alignment": "text"}]),
            [("data-model.value", f"{LEVEL}/alignment")],
        ),
    ],
)
def test_result_descriptions_make_sense(held: Any, expected: list[tuple[str, str]]) -> None:
    """Named, of a known type, bounds in order, requirements that can be met."""
    assert found(badge(achieved=achievement(resultDescription=[held]))) == expected


class Ring(JsonNode):
    """A list whose rest is itself, and a holder of it."""

    def says(self, term: Any) -> bool:
        return True

    def texts(self, term: Any) -> tuple[str, ...]:
        return ("A",)

    def values(self, term: Any) -> Any:
        return (self,)


def test_a_list_without_end_is_left() -> None:
    """Statements can say that a list goes on with itself."""
    with pytest.raises(ProblemError) as error:
        achievements._allowed(Ring({}), achievements._Room())
    assert error.value.problem.code == "limit.exceeded"


@pytest.mark.parametrize("read", BOTH)
@pytest.mark.parametrize(
    ("held", "expected"),
    [
        (alignment(), []),
        (alignment(targetType="ext:Some_thing"), []),
        (alignment(targetType="ext:"), [("data-model.value", "/targetType")]),
        (alignment(targetUrl="no URL"), [("data-model.value", "/targetUrl")]),
        (alignment(targetUrl=None), [("data-model.required", "")]),
    ],
)
def test_alignments_lead_somewhere(held: Json, expected: list[Any], read: Callable[[Json], Credential]) -> None:
    """By name and URL, to a target of a known kind."""
    at = f"{ACHIEVEMENT}/alignment/0"
    assert found(badge(achieved=achievement(alignment=[held])), read) == [(code, at + rest) for code, rest in expected]


def test_an_alignment_of_the_first_contexts_is_one() -> None:
    """They gave the type another IRI."""
    held = alignment(type="https://schema.org/Alignment")
    assert found(badge(achieved=achievement(alignment=[held]))) == []
    held = alignment(type="Link")
    assert [code for code, _ in found(badge(achieved=achievement(alignment=[held])))] == ["data-model.type"]


@pytest.mark.parametrize("place", ["/image", "/issuer/image", "/credentialSubject/image", f"{ACHIEVEMENT}/image"])
@pytest.mark.parametrize(
    ("held", "expected", "severity"),
    [
        (IMAGE, None, None),
        ("https://x.example/a.png", ("data-model.value", ""), Severity.WARNING),
        ({"id": "https://x.example/a.png"}, ("data-model.value", ""), Severity.WARNING),
        ("a.png", ("data-model.value", ""), Severity.ERROR),
        ({"caption": "A picture"}, ("data-model.value", ""), Severity.ERROR),
        ({**IMAGE, "type": "Photo"}, ("data-model.type", "/type"), Severity.ERROR),
        ({"type": "Image"}, ("data-model.required", ""), Severity.ERROR),
        ({**IMAGE, "id": "a.png"}, ("data-model.id", "/id"), Severity.ERROR),
    ],
)
def test_an_image_is_an_image(place: str, held: Any, expected: Any, severity: Severity | None) -> None:
    """Wherever it stands; half of the field names it by its URL alone."""
    said = [item for item in judge(data_model, put(badge(), place, held)) if isinstance(item, Problem)]
    assert [(item.code, item.pointer, item.severity) for item in said] == (
        [] if expected is None else [(expected[0], place + expected[1], severity)]
    )


def test_there_is_one_image() -> None:
    """A reader could show the one it likes."""
    document = put(badge(), f"{ACHIEVEMENT}/image", [IMAGE, {**IMAGE, "id": "https://x.example/b.png"}])
    assert found(document) == [("data-model.value", f"{ACHIEVEMENT}/image")]


def test_evidence_is_evidence() -> None:
    """What has no type at all is the data model's to say."""
    work = {"id": "https://x.example/work"}
    for held, expected in (
        ({**work, "type": ["Evidence", "https://x.example/Photo"]}, []),
        ({**work, "type": "Photo"}, [("data-model.type", "/evidence/type")]),
        (work, [("data-model.required", "/evidence")]),
    ):
        assert found(badge(evidence=held)) == expected


def test_criteria_say_something() -> None:
    """A narrative, a page, or in signed JSON a text."""
    for held, good in (
        ({"narrative": "Three."}, True),
        ({"id": "urn:x:1"}, True),
        ("https://x.example", True),
        ({}, False),
    ):
        expected = [] if good else [("data-model.required", f"{ACHIEVEMENT}/criteria")]
        assert found(put(badge(), f"{ACHIEVEMENT}/criteria", held)) == expected


def test_a_badge_without_such_parts_costs_little(monkeypatch: pytest.MonkeyPatch) -> None:
    """Most badges have none; each thing is asked once whether it has any."""
    asked: list[object] = []
    says_any = JsonNode.says_any
    monkeypatch.setattr(JsonNode, "says_any", lambda node, terms: asked.append(terms) or says_any(node, terms))
    assert found(badge()) == []
    assert len(asked) == 4
