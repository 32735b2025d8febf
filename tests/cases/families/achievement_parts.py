"""Alignments, images, evidence and criteria, and what a record says of itself."""

from __future__ import annotations

from functools import partial
from typing import Any

from cases.documents import COLLEGE, achievement, badge, clr, signed_badge, signed_clr
from cases.families.achievements import ACHIEVEMENT, GOOD, GRADE, RESULT, SUBJECT, SUITES, result, with_results, wrong
from cases.mutations import drop, put
from cases.registry import Expectation, Family, Scenario, fails, passes
from cases.signing import Json, sign

FAMILY = Family("achievement-part", "data-model")
case = FAMILY.case

ALIGNMENT = ("OB 3.0 §B Alignment",)


def alignment(**members: Any) -> Json:
    held = {
        "type": ["Alignment"],
        "targetName": "Joins copper pipe",
        "targetUrl": "https://case.example/CFItems/7",
        "targetType": "CFItem",
        **members,
    }
    return {name: value for name, value in held.items() if value is not None}


def aligned(expect: Expectation, held: Any, suite: str = "eddsa-rdfc-2022") -> Scenario:
    """A badge whose achievement is aligned."""
    document = badge(achieved=achievement(alignment=[held]))
    return Scenario(document=sign(document, COLLEGE, suite), expect=expect)


for _type in (
    "ceasn:Competency",
    "ceterms:Credential",
    "CFItem",
    "CFRubric",
    "CFRubricCriterion",
    "CFRubricCriterionLevel",
    "CTDL",
    "ext:Framework.Item",
    None,
):
    FAMILY.add(
        f"alignment-{(_type or 'none').replace(':', '-')}",
        f"An alignment with {_type or 'no type of target'}",
        "One of the vocabulary, an extension, or none: it is optional.",
        partial(aligned, GOOD, alignment(targetType=_type)),
        spec=ALIGNMENT,
        importance="medium",
    )

_ALIGNMENTS: dict[str, tuple[Any, str, str, str]] = {
    "type": (alignment(targetType="CFStandard"), "/targetType", "data-model.value", "Not of the vocabulary"),
    "extension": (alignment(targetType="ext: item"), "/targetType", "data-model.value", "No space in it"),
    "url": (alignment(targetUrl="case.example/7"), "/targetUrl", "data-model.value", "No URL"),
    "no-url": (alignment(targetUrl=None), "", "data-model.required", "Aligned with what?"),
    "no-name": (alignment(targetName=None), "", "data-model.required", "A name is required"),
}

for _suite in SUITES:
    for _name, (_held, _at, _code, _why) in _ALIGNMENTS.items():
        FAMILY.add(
            f"alignment-bad-{_name}-{_suite.split('-')[1]}",
            f"An alignment that is not as it should be: {_name.replace('-', ' ')} ({_suite})",
            f"{_why}.",
            partial(aligned, wrong(f"{ACHIEVEMENT}/alignment/0{_at}", _code), _held, suite=_suite),
            spec=ALIGNMENT,
        )


@case("An alignment that is a URL", spec=ALIGNMENT, features=["jcs"], importance="medium")
def alignment_text() -> Scenario:
    """No object."""
    return aligned(wrong(f"{ACHIEVEMENT}/alignment/0"), "https://case.example/CFItems/7", suite="eddsa-jcs-2022")


@case("An alignment of another type", spec=ALIGNMENT, features=["jcs"], importance="medium")
def alignment_type() -> Scenario:
    """It says that it is a link."""
    return aligned(
        wrong(f"{ACHIEVEMENT}/alignment/0/type", "data-model.type"), alignment(type=["Link"]), suite="eddsa-jcs-2022"
    )


for _where, _path in {
    "result": f"{SUBJECT}/result/0",
    "description": f"{ACHIEVEMENT}/resultDescription/0",
    "level": f"{ACHIEVEMENT}/resultDescription/1/rubricCriterionLevel/0",
}.items():
    FAMILY.add(
        f"alignment-of-{_where}",
        f"A bad alignment of a {_where}",
        "Alignments are judged wherever they stand.",
        lambda path=_path: Scenario(
            document=sign(
                put(
                    with_results(GOOD, result(value="A")).document,
                    f"{path}/alignment",
                    [alignment(targetType="CFStandard")],
                )
                | {"proof": None},
                COLLEGE,
            ),
            expect=wrong(f"{path}/alignment/0/targetType"),
        ),
        spec=ALIGNMENT,
    )


# Images, evidence, criteria ----------------------------------------------------------------------------

IMAGE = {"id": "https://college.example/badge.png", "type": "Image", "caption": "Two joints"}
_PLACES = {
    "credential": "/image",
    "issuer": "/issuer/image",
    "subject": f"{SUBJECT}/image",
    "achievement": f"{ACHIEVEMENT}/image",
}


def placed(expect: Expectation, at: str, held: Any, suite: str = "eddsa-rdfc-2022") -> Scenario:
    """A badge with this at the pointer."""
    return Scenario(document=sign(put(badge(), at, held), COLLEGE, suite), expect=expect)


for _name, _at in _PLACES.items():
    FAMILY.add(
        f"image-of-{_name}",
        f"An image of the {_name}",
        "An Image, with a URL and a caption.",
        partial(placed, GOOD, _at, IMAGE),
        spec=["OB 3.0 §B Image"],
        importance="medium",
    )
    FAMILY.add(
        f"image-of-{_name}-evidence",
        f"An image of the {_name} that is something else",
        "It says that it is evidence.",
        partial(placed, fails("data-model.type", data_model="failed"), _at, {**IMAGE, "type": "Evidence"}),
        spec=["OB 3.0 §B Image"],
    )

_IMAGES: dict[str, tuple[Any, Expectation, str]] = {
    "data": ({**IMAGE, "id": "data:image/png;base64,iVBORw0KGgo="}, GOOD, "The image itself, as a URL"),
    "url": (
        "https://college.example/badge.png",
        passes(("data-model.value", f"{ACHIEVEMENT}/image")),
        "Half of the field does it so; the statements are those of an Image without its type",
    ),
    "no-type": (
        {"id": IMAGE["id"]},
        passes(("data-model.value", f"{ACHIEVEMENT}/image"), only=False),
        "The same statements, in another spelling",
    ),
    "no-id": (drop(IMAGE, "/id"), fails("data-model.required", data_model="failed"), "Which image?"),
    "two": ([IMAGE, {**IMAGE, "id": "https://college.example/other.png"}], wrong(f"{ACHIEVEMENT}/image"), "Which?"),
}

for _name, (_held, _expect, _why) in _IMAGES.items():
    FAMILY.add(
        f"image-{_name}",
        f"An image: {_name.replace('-', ' ')}",
        f"{_why}.",
        partial(placed, _expect, f"{ACHIEVEMENT}/image", _held),
        spec=["OB 3.0 §B Image"],
        importance="medium",
    )


@case("An image that is text", spec=["OB 3.0 §B Image"], features=["jcs"], importance="medium")
def image_text() -> Scenario:
    """Neither an object nor a URL."""
    return placed(wrong(f"{ACHIEVEMENT}/image"), f"{ACHIEVEMENT}/image", "a picture", "eddsa-jcs-2022")


@case("An image whose id is no URL", spec=["OB 3.0 §B Image"], features=["jcs"], importance="medium")
def image_id() -> Scenario:
    """A file name."""
    return placed(
        wrong(f"{ACHIEVEMENT}/image/id", "data-model.id"),
        f"{ACHIEVEMENT}/image",
        {**IMAGE, "id": "badge.png"},
        "eddsa-jcs-2022",
    )


@case("Evidence", spec=["OB 3.0 §B Evidence"], importance="medium")
def evidence() -> Scenario:
    """A page that shows the work."""
    held = {
        "id": "https://college.example/work/7",
        "type": ["Evidence"],
        "narrative": "Three joints.",
        "genre": "Photo",
    }
    return placed(GOOD, "/evidence", [held])


@case("Evidence of another type", spec=["OB 3.0 §B Evidence"])
def evidence_type() -> Scenario:
    """It says that it is an image."""
    return placed(wrong("/evidence/0/type", "data-model.type"), "/evidence", [{**IMAGE, "type": ["Image"]}])


@case("Evidence without a type", spec=["VCDM 2.0 §4.5", "OB 3.0 §B Evidence"])
def evidence_without_type() -> Scenario:
    """Nobody can say what it is."""
    return placed(wrong("/evidence/0", "data-model.required"), "/evidence", [{"id": "https://college.example/work/7"}])


@case("Criteria that say nothing", spec=["OB 3.0 §B Criteria"])
def criteria() -> Scenario:
    """Neither a narrative nor a page."""
    return placed(
        wrong(f"{ACHIEVEMENT}/criteria", "data-model.required"), f"{ACHIEVEMENT}/criteria", {"type": "Criteria"}
    )


@case("Criteria on a page", spec=["OB 3.0 §B Criteria"], importance="medium")
def criteria_page() -> Scenario:
    """A URL is enough."""
    return placed(GOOD, f"{ACHIEVEMENT}/criteria", {"id": "https://college.example/criteria"})


# Records -----------------------------------------------------------------------------------------------


@case("A bad result in a member fails the record", spec=["CLR 2.0 §B", *RESULT], features=["clr"])
def in_member() -> Scenario:
    """The pointer leads into the member."""
    member = with_results(GOOD, result(resultDescription=GRADE, value="A-")).document
    at = "/credentialSubject/verifiableCredential/0"
    return Scenario(
        document=signed_clr([member]),
        expect=fails(("data-model.value", f"{at}{SUBJECT}/result/0/value"), ("member.failed", at), members="failed"),
    )


@case("A bad alignment of a record's own achievement", spec=["CLR 2.0 §B", *ALIGNMENT], features=["clr"])
def in_record() -> Scenario:
    """The record describes achievements itself."""
    held = achievement(alignment=[alignment(targetUrl="no URL")])
    return Scenario(
        document=signed_clr([signed_badge()], subject={"achievement": [held]}),
        expect=wrong("/credentialSubject/achievement/0/alignment/0/targetUrl"),
    )


for _name, _value, _told in (("true", True, True), ("false", False, False), ("absent", None, False)):
    FAMILY.add(
        f"partial-{_name}",
        f"A record whose `partial` is {_name}",
        "Told to the reader: a partial record leaves out what its issuer knows; others were complete when issued.",
        lambda value=_value, told=_told: Scenario(
            document=signed_clr([signed_badge()], partial=value),
            expect=passes(facts={"data_model": {"partial": told}}, members="passed"),
        ),
        spec=["CLR 2.0 §B"],
        features=["clr"],
        importance="medium",
    )


@case("A record whose `partial` is text", spec=["CLR 2.0 §B"], features=["clr"], importance="medium")
def partial_text() -> Scenario:
    """Neither true nor false."""
    return Scenario(
        document=sign(clr([signed_badge()], partial="mostly"), COLLEGE, "eddsa-jcs-2022"),
        expect=wrong("/partial"),
    )


@case("The date of the award is told", spec=["OB 3.0 §B"], importance="medium")
def awarded() -> Scenario:
    """Another day than that of issue."""
    return Scenario(
        document=signed_badge(awardedDate="2025-12-01T00:00:00Z"),
        expect=passes(facts={"data_model": {"awardedDate": "2025-12-01T00:00:00Z"}}),
    )
