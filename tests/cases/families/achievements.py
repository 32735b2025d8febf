"""What a credential says of an achievement: results, alignments, images, evidence, criteria."""

from __future__ import annotations

from functools import partial
from typing import Any

from cases.documents import COLLEGE, achievement, badge, urn
from cases.mutations import drop, put
from cases.registry import Expectation, Family, Scenario, fails, passes
from cases.signing import Json, sign

FAMILY = Family("achievement", "data-model")
case = FAMILY.case

RESULT = ("OB 3.0 §B Result", "OB 3.0 §B ResultDescription")
SUBJECT = "/credentialSubject"
ACHIEVEMENT = "/credentialSubject/achievement"
SUITES = ("eddsa-rdfc-2022", "eddsa-jcs-2022")
GRADE, RUBRIC, SCORE, STATUS = (urn(f"description/{name}") for name in ("grade", "rubric", "score", "status"))
MASTERED, BASIC = urn("level/mastered"), urn("level/basic")
GOOD = passes(data_model="passed")


def description(name: str, kind: str, **members: Any) -> Json:
    """A ResultDescription."""
    return {
        "id": urn(f"description/{name}"),
        "type": ["ResultDescription"],
        "name": name,
        "resultType": kind,
        **members,
    }


def level(name: str) -> Json:
    """A RubricCriterionLevel."""
    return {"id": urn(f"level/{name}"), "type": ["RubricCriterionLevel"], "name": name, "points": "4"}


DESCRIPTIONS = [
    description("grade", "LetterGrade", allowedValue=["D", "C", "B", "A"], requiredValue="C"),
    description(
        "rubric",
        "RubricCriterionLevel",
        requiredLevel=BASIC,
        rubricCriterionLevel=[level("basic"), level("mastered")],
    ),
    description("score", "Percent", valueMin="0", valueMax="100", requiredValue="60"),
    description("status", "Status"),
]


def result(**members: Any) -> Json:
    return {"type": ["Result"], **members}


def with_results(
    expect: Expectation,
    *results: Any,
    descriptions: list[Any] | None = None,
    suite: str = "eddsa-rdfc-2022",
) -> Scenario:
    """A badge with results, held to the descriptions of its achievement."""
    held = DESCRIPTIONS if descriptions is None else descriptions
    document = put(badge(achieved=achievement(resultDescription=held)), f"{SUBJECT}/result", list(results))
    return Scenario(document=sign(document, COLLEGE, suite), expect=expect)


def wrong(at: str, code: str = "data-model.value") -> Expectation:
    return fails((code, at), proof="passed", data_model="failed")


# Results -----------------------------------------------------------------------------------------------

_GOOD: dict[str, tuple[Json, str]] = {
    "grade": (result(resultDescription=GRADE, value="A"), "One of the allowed values"),
    "score": (result(resultDescription=SCORE, value="98.5"), "Between the bounds"),
    "score-least": (result(resultDescription=SCORE, value="0"), "The least value"),
    "score-greatest": (result(resultDescription=SCORE, value="100.0"), "The greatest value"),
    "score-percent": (result(resultDescription=SCORE, value="98 %"), "With its sign"),
    "level": (result(resultDescription=RUBRIC, achievedLevel=MASTERED), "One of the rubric's levels"),
    "status": (result(resultDescription=STATUS, status="Completed"), "A status of the vocabulary"),
    "free": (result(value="Best of the year"), "It names no description, so nothing bounds it"),
    "no-value": (result(resultDescription=GRADE), "It says nothing that could be out of bounds"),
}
_BAD: dict[str, tuple[Json, str, str]] = {
    "grade": (result(resultDescription=GRADE, value="A-"), "value", "None of the allowed values"),
    "grade-case": (result(resultDescription=GRADE, value="a"), "value", "Values are compared as they stand"),
    "score-above": (result(resultDescription=SCORE, value="101"), "value", "Above the greatest value"),
    "score-below": (result(resultDescription=SCORE, value="-0.5"), "value", "Below the least value"),
    "score-text": (result(resultDescription=SCORE, value="excellent"), "value", "No number, where bounds are"),
    "level": (result(resultDescription=RUBRIC, achievedLevel=urn("other")), "achievedLevel", "No level of any rubric"),
    "status": (result(resultDescription=STATUS, status="Passed"), "status", "Not of the vocabulary"),
    "description": (
        result(resultDescription=urn("description/other"), value="A"),
        "resultDescription",
        "The achievement has no such description",
    ),
}

for _suite in SUITES:
    _how = _suite.split("-")[1]
    for _name, (_result, _why) in _GOOD.items():
        FAMILY.add(
            f"result-good-{_name}-{_how}",
            f"A result within its description: {_name.replace('-', ' ')} ({_suite})",
            f"{_why}.",
            partial(with_results, GOOD, _result, suite=_suite),
            spec=RESULT,
            importance="medium",
        )
    for _name, (_result, _member, _why) in _BAD.items():
        FAMILY.add(
            f"result-bad-{_name}-{_how}",
            f"A result outside of its description: {_name.replace('-', ' ')} ({_suite})",
            f"{_why}.",
            partial(with_results, wrong(f"{SUBJECT}/result/1/{_member}"), result(value="1"), _result, suite=_suite),
            spec=RESULT,
        )


@case("A result of a status without one", spec=RESULT)
def no_status() -> Scenario:
    """Its description says that the result is a status."""
    return with_results(
        wrong(f"{SUBJECT}/result/0", "data-model.required"), result(resultDescription=STATUS, value="1")
    )


@case("A level of another rubric of the achievement is a warning", spec=RESULT, importance="medium")
def level_elsewhere() -> Scenario:
    """The full example in the specification has it so."""
    return with_results(
        passes(("data-model.value", f"{SUBJECT}/result/0/achievedLevel")),
        result(resultDescription=GRADE, achievedLevel=MASTERED),
    )


@case("A result with two descriptions", spec=RESULT, importance="medium")
def two_descriptions() -> Scenario:
    """Which one bounds it?"""
    return with_results(
        wrong(f"{SUBJECT}/result/0/resultDescription"), result(resultDescription=[GRADE, SCORE], value="A")
    )


@case("A result that is text", spec=RESULT, features=["jcs"], importance="medium")
def result_text() -> Scenario:
    """No object."""
    return with_results(wrong(f"{SUBJECT}/result/0"), "A", suite="eddsa-jcs-2022")


for _suite in SUITES:
    FAMILY.add(
        f"result-number-{_suite.split('-')[1]}",
        f"A result that is a number in JSON ({_suite})",
        "It is within its description, but the schema asks for text: a warning.",
        partial(
            with_results,
            passes(("data-model.value", f"{SUBJECT}/result/0/value"), data_model="passed"),
            result(resultDescription=SCORE, value=98.5),
            suite=_suite,
        ),
        spec=RESULT,
        importance="medium",
    )


@case("A result of another type", spec=RESULT, features=["jcs"], importance="medium")
def result_type() -> Scenario:
    """It says that it is a score."""
    return with_results(
        wrong(f"{SUBJECT}/result/0/type", "data-model.type"),
        {"type": ["Score"], "resultDescription": GRADE, "value": "A"},
        suite="eddsa-jcs-2022",
    )


@case("Values allowed and bounded at once", spec=RESULT, importance="medium")
def allowed_and_bounded() -> Scenario:
    """It has to be one of the values, and within the bounds; 3 is 3.0."""
    held = [description("score", "RawScore", allowedValue=["1", "2", "3.0", "4"], valueMin="2", valueMax="4")]
    return with_results(
        wrong(f"{SUBJECT}/result/1/value"),
        result(resultDescription=SCORE, value="3"),
        result(resultDescription=SCORE, value="1"),
        descriptions=held,
    )


@case("Bounds of a single side", spec=RESULT, importance="medium")
def one_bound() -> Scenario:
    """At least 1, and no upper end."""
    held = [description("score", "RawScore", valueMin="1")]
    return with_results(
        wrong(f"{SUBJECT}/result/1/value"),
        result(resultDescription=SCORE, value="9999"),
        result(resultDescription=SCORE, value="0.99"),
        descriptions=held,
    )


@case("Bounds that are no numbers", spec=RESULT, importance="low")
def text_bounds() -> Scenario:
    """From `novice` to `master`: nobody here knows what lies between."""
    held = [description("score", "PerformanceLevel", valueMin="novice", valueMax="master")]
    return with_results(GOOD, result(resultDescription=SCORE, value="expert"), descriptions=held)


_DESCRIPTIONS: dict[str, tuple[Json, str, str, str]] = {
    "no-id": (drop(DESCRIPTIONS[0], "/id"), "", "data-model.required", "No result could name it"),
    "no-name": (drop(DESCRIPTIONS[0], "/name"), "", "data-model.required", "A name is required"),
    "no-type": (drop(DESCRIPTIONS[0], "/resultType"), "", "data-model.required", "Its result type is required"),
    "unknown-type": (description("grade", "Marks"), "/resultType", "data-model.value", "Not of the vocabulary"),
    "required-value": (
        description("grade", "LetterGrade", allowedValue=["A", "B"], requiredValue="C"),
        "/requiredValue",
        "data-model.value",
        "Nobody can reach it",
    ),
    "required-above": (
        description("score", "Percent", valueMin="0", valueMax="100", requiredValue="101"),
        "/requiredValue",
        "data-model.value",
        "Nobody can reach it",
    ),
    "bounds": (
        description("score", "Percent", valueMin="100", valueMax="0"),
        "/valueMin",
        "data-model.value",
        "The least is above the greatest",
    ),
    "required-level": (
        description(
            "rubric", "RubricCriterionLevel", requiredLevel=urn("other"), rubricCriterionLevel=[level("basic")]
        ),
        "/requiredLevel",
        "data-model.value",
        "No level of the rubric",
    ),
    "level-without-id": (
        description("rubric", "RubricCriterionLevel", rubricCriterionLevel=[drop(level("basic"), "/id")]),
        "/rubricCriterionLevel/0",
        "data-model.required",
        "No result could name it",
    ),
    "level-without-name": (
        description("rubric", "RubricCriterionLevel", rubricCriterionLevel=[drop(level("basic"), "/name")]),
        "/rubricCriterionLevel/0",
        "data-model.required",
        "A name is required",
    ),
}

for _name, (_held, _at, _code, _why) in _DESCRIPTIONS.items():
    FAMILY.add(
        f"description-{_name}",
        f"A result description that is not as it should be: {_name.replace('-', ' ')}",
        f"{_why}.",
        partial(with_results, wrong(f"{ACHIEVEMENT}/resultDescription/0{_at}", _code), descriptions=[_held]),
        spec=RESULT,
    )


@case("A result type of an extension", spec=RESULT, importance="low")
def extension_type() -> Scenario:
    """`ext:` opens the vocabulary."""
    held = [description("score", "ext:EctsGradeScore")]
    return with_results(GOOD, result(resultDescription=SCORE, value="B"), descriptions=held)
