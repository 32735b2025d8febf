"""What a credential says of an achievement: images, evidence, alignments, results (Open Badges 3.0 §B).

Called by the rules for Open Badges and CLR, inside `data_model`. Results are held to the result
description that they name: values within its bounds, levels among its rubric's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from vcverify import vocabulary
from vcverify.checks.shapes import is_url, items, missing, only_one, wrong_type
from vcverify.credential import Literal, Node
from vcverify.jsontypes import JsonObject
from vcverify.limits import exceeded
from vcverify.problems import Problem, Severity, problem
from vcverify.vocabulary import Term, Terms

TARGET_TYPES: Final = frozenset(
    {
        "ceasn:Competency",
        "ceterms:Credential",
        "CFItem",
        "CFRubric",
        "CFRubricCriterion",
        "CFRubricCriterionLevel",
        "CTDL",
    }
)
RESULT_TYPES: Final = frozenset(
    {
        "GradePointAverage",
        "LetterGrade",
        "Percent",
        "PerformanceLevel",
        "PredictedScore",
        "RawScore",
        "Result",
        "RubricCriterion",
        "RubricCriterionLevel",
        "RubricScore",
        "ScaledScore",
        "Status",
    }
)
RESULT_STATUSES: Final = frozenset(
    {"Completed", "Enrolled", "Failed", "InProgress", "OnHold", "Provisional", "Withdrew"}
)

_OF_CREDENTIAL: Final = Terms(vocabulary.IMAGE, vocabulary.EVIDENCE)
_OF_PROFILE: Final = Terms(vocabulary.IMAGE)
_OF_SUBJECT: Final = Terms(vocabulary.IMAGE, vocabulary.RESULT)
_OF_ACHIEVEMENT: Final = Terms(vocabulary.IMAGE, vocabulary.ALIGNMENT, vocabulary.RESULT_DESCRIPTION)

_EXTENSION: Final = re.compile(r"ext:[A-Za-z0-9._|-]+")
_NUMBER: Final = re.compile(r"([+-]?[0-9]{1,30}(?:\.[0-9]{1,30})?(?:[eE][+-]?[0-9]{1,2})?) ?%?")
_MOST: Final = 10_000
"""Allowed values of all the result descriptions of one credential."""


def parts(root: Node, document: JsonObject) -> Iterable[Problem]:
    """The image and evidence of a credential, and its issuer's image. Problem codes: `data-model.*`."""
    issuers = [node for node in root.nodes(vocabulary.ISSUER) if node.says_any(_OF_PROFILE)]
    return _parts(root, issuers, document) if issuers or root.says_any(_OF_CREDENTIAL) else ()


def _parts(root: Node, issuers: list[Node], document: JsonObject) -> Iterator[Problem]:
    for holder in (root, *issuers):
        yield from _images(holder, document)
    for node in root.nodes(vocabulary.EVIDENCE):
        if node.types and not node.is_a(vocabulary.EVIDENCE_CLASS):  # CHECK: evidence of another type
            yield wrong_type(node, vocabulary.EVIDENCE_CLASS, document, "OB 3.0 §B Evidence")


def achievement(node: Node, document: JsonObject) -> Iterator[Problem]:
    """An achievement's criteria, image, alignments and result descriptions. Problem codes: `data-model.*`."""
    for position, value in enumerate(node.values(vocabulary.CRITERIA)):
        # CHECK: criteria that say nothing
        if not (value.text if isinstance(value, Literal) else value.says(vocabulary.NARRATIVE) or value.id):
            yield problem(
                "data-model.required",
                "The criteria say nothing: they have neither an `id` nor a `narrative`.",
                node.where(vocabulary.CRITERIA, position),
                expected="`id` or `narrative`",
                spec="OB 3.0 §B Criteria",
            )
    if not node.says_any(_OF_ACHIEVEMENT):
        return
    yield from _images(node, document)
    yield from _alignments(node, document)
    if node.says(vocabulary.RESULT_DESCRIPTION):
        room = _Room()
        for description in _objects(node, vocabulary.RESULT_DESCRIPTION):
            if isinstance(description, Problem):
                yield description
            else:
                yield from _description(description, document, room)


def results(subject: Node, document: JsonObject) -> Iterable[Problem]:
    """The subject's image, and its results, held to the descriptions that its achievement has.

    Problem codes: `data-model.*`.
    """
    return _results(subject, document) if subject.says_any(_OF_SUBJECT) else ()


def _results(subject: Node, document: JsonObject) -> Iterator[Problem]:
    yield from _images(subject, document)
    room = _Room()
    described = {
        node.id: _Described.read(node, room)
        for holder in subject.nodes(vocabulary.ACHIEVEMENT)
        for node in holder.nodes(vocabulary.RESULT_DESCRIPTION)
        if node.id is not None
    }
    levels = frozenset(level for each in described.values() for level in each.levels)
    for value in _objects(subject, vocabulary.RESULT):
        if isinstance(value, Problem):
            yield value
        else:
            yield from _result(value, described, levels, document)


def spelled(document: JsonObject) -> Iterator[Problem]:
    """The `value` of a result is text: readers that go by the schema refuse a number (OB 3.0 §B Result)."""
    for subject, at in items(document, "credentialSubject"):
        for result, where in items(subject, "result", at) if isinstance(subject, dict) else ():
            value = result.get("value") if isinstance(result, dict) else None
            if isinstance(value, (int, float)):  # CHECK: results that are no text
                yield problem(
                    "data-model.value",
                    "The `value` of a result is no text, as the schema of Open Badges asks for.",
                    f"{where}/value",
                    severity=Severity.WARNING,
                    expected="text",
                    found=value,
                    spec="OB 3.0 §B Result",
                    remedy="Write the value in quotation marks.",
                )


# --- images and alignments ------------------------------------------------------------------------


def _images(holder: Node, document: JsonObject) -> Iterator[Problem]:
    """One image at most, an Image whose id is a URL (OB 3.0 §B Image)."""
    values = holder.values(vocabulary.IMAGE)
    if len(values) > 1:  # CHECK: two images
        yield only_one(holder, vocabulary.IMAGE, "data-model.value", "OB 3.0 §B Image")
    for position, value in enumerate(values):
        name = value.text if isinstance(value, Literal) else value.id
        if isinstance(value, Literal) or not value.types:  # CHECK: an image that is no object
            # Half of the field names an image by its URL alone; nobody is misled by that.
            yield problem(
                "data-model.value",
                "The image is named, but is no Image object.",
                holder.where(vocabulary.IMAGE, position),
                severity=Severity.WARNING if is_url(name) else None,
                expected="an object with the type Image and a URL as its `id`",
                found=name or "an object without a type",
                spec="OB 3.0 §B Image",
            )
        elif not value.is_a(vocabulary.IMAGE_CLASS):  # CHECK: an image of another type
            yield wrong_type(value, vocabulary.IMAGE_CLASS, document, "OB 3.0 §B Image")
        elif name is None:
            yield missing(value, "id", document, malformed="data-model.id", spec="OB 3.0 §B Image")
        elif not is_url(name):
            where = holder.where(vocabulary.IMAGE, position)
            yield problem("data-model.id", "The image's id is not a URL.", f"{where}/id", expected="a URL", found=name)


def _alignments(holder: Node, document: JsonObject) -> Iterator[Problem]:
    """Each alignment has a name and a URL, and a type of the vocabulary if it has one (OB 3.0 §B Alignment)."""
    for value in _objects(holder, vocabulary.ALIGNMENT):
        if isinstance(value, Problem):
            yield value
            continue
        # CHECK: an alignment of another type
        if not value.is_a(vocabulary.ALIGNMENT_CLASS, vocabulary.ALIGNMENT_CLASS_3_0_0):
            yield wrong_type(value, vocabulary.ALIGNMENT_CLASS, document, "OB 3.0 §B Alignment")
        for term in (vocabulary.TARGET_NAME, vocabulary.TARGET_URL):
            if not value.says(term):
                yield missing(value, term.name, document, malformed="data-model.value", spec="OB 3.0 §B Alignment")
        for position, text in enumerate(value.texts(vocabulary.TARGET_URL)):
            if not is_url(text):  # CHECK: a target that is no URL
                yield problem(
                    "data-model.value",
                    "The alignment's target is not a URL.",
                    value.where(vocabulary.TARGET_URL, position),
                    expected="a URL",
                    found=text,
                    spec="OB 3.0 §B Alignment",
                )
        yield from _of_vocabulary(value, vocabulary.TARGET_TYPE, TARGET_TYPES, extensible=True)


def _objects(holder: Node, term: Term) -> Iterator[Node | Problem]:
    """The things that are said by the term; a problem for each text."""
    for position, value in enumerate(holder.values(term)):
        if isinstance(value, Node):
            yield value
        else:
            yield problem(
                "data-model.value",
                f"The `{term.name}` is no object.",
                holder.where(term, position),
                expected="an object",
                found=value.text,
                spec="OB 3.0 §B",
            )


def _of_vocabulary(node: Node, term: Term, names: frozenset[str], *, extensible: bool) -> Iterator[Problem]:
    for position, text in enumerate(node.texts(term)):
        if text in names or (extensible and _EXTENSION.fullmatch(text)):
            continue
        yield problem(
            "data-model.value",
            f"The `{term.name}` is not of the vocabulary.",
            node.where(term, position),
            expected=", ".join(sorted(names)) + (" or ext:..." if extensible else ""),
            found=text,
            spec="OB 3.0 §B",
        )


# --- result descriptions --------------------------------------------------------------------------


class _Room:
    """How many allowed values are still read: lists that lead into themselves have no end."""

    __slots__ = ("left",)

    def __init__(self) -> None:
        self.left = _MOST

    def take(self) -> None:
        self.left -= 1
        if self.left < 0:  # CHECK: results without bound
            raise exceeded("allowed values of results", _MOST, "more")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Described:
    """What a result description allows; None where it says nothing, or nothing that can be compared."""

    kind: str | None
    allowed: frozenset[str | float] | None
    """As texts, and as numbers where they are some: 8 is 8.0."""
    least: float | None
    most: float | None
    levels: frozenset[str]

    @classmethod
    def read(cls, node: Node, room: _Room) -> _Described:
        return cls(
            kind=node.text(vocabulary.RESULT_TYPE),
            allowed=_allowed(node, room),
            least=_number(node.text(vocabulary.VALUE_MIN)),
            most=_number(node.text(vocabulary.VALUE_MAX)),
            levels=frozenset(level.id for level in node.nodes(vocabulary.RUBRIC_LEVEL) if level.id is not None),
        )

    def refuses(self, text: str) -> str | None:
        """What was expected instead of a value; None where it is allowed."""
        number = _number(text)
        if self.allowed is not None and text not in self.allowed and (number is None or number not in self.allowed):
            return "one of the allowed values"
        if self.least is None and self.most is None:
            return None
        if number is None:
            return None if self.allowed is not None else "a number"
        if self.least is not None and number < self.least:
            return f"at least {self.least:g}"
        if self.most is not None and number > self.most:
            return f"at most {self.most:g}"
        return None


def _allowed(node: Node, room: _Room) -> frozenset[str | float] | None:
    """The allowed values, whether they are said as a list or as a set."""
    if not node.says(vocabulary.ALLOWED_VALUE):
        return None
    texts: list[str] = []
    for value in node.values(vocabulary.ALLOWED_VALUE):
        if isinstance(value, Literal):
            room.take()
            texts.append(value.text)
            continue
        item: Node | None = value
        while item is not None and item.says(vocabulary.FIRST):
            room.take()
            texts.extend(item.texts(vocabulary.FIRST))
            item = next(iter(item.nodes(vocabulary.REST)), None)
    return frozenset((*texts, *(number for number in map(_number, texts) if number is not None))) or None


def _number(text: str | None) -> float | None:
    match = _NUMBER.fullmatch(text) if text is not None else None
    return None if match is None else float(match[1])


def _description(node: Node, document: JsonObject, room: _Room) -> Iterator[Problem]:
    """A result description: named, of a type, with bounds in order and requirements within them."""
    spec = "OB 3.0 §B ResultDescription"
    if not node.is_a(vocabulary.RESULT_DESCRIPTION_CLASS):  # CHECK: a description of another type
        yield wrong_type(node, vocabulary.RESULT_DESCRIPTION_CLASS, document, spec)
    if node.id is None:
        yield missing(node, "id", document, malformed="data-model.id", spec=spec)
    for term in (vocabulary.NAME, vocabulary.RESULT_TYPE):
        if not node.says(term):
            yield missing(node, term.name, document, malformed="data-model.value", spec=spec)
    yield from _of_vocabulary(node, vocabulary.RESULT_TYPE, RESULT_TYPES, extensible=True)
    described = _Described.read(node, room)
    # CHECK: bounds in the wrong order
    if described.least is not None and described.most is not None and described.least > described.most:
        yield problem(
            "data-model.value",
            "The least value is above the greatest.",
            node.where(vocabulary.VALUE_MIN),
            expected=f"at most {described.most:g}",
            found=f"{described.least:g}",
            spec=spec,
        )
    else:
        yield from _within(node, vocabulary.REQUIRED_VALUE, described, spec)
    for level in _objects(node, vocabulary.RUBRIC_LEVEL):
        if isinstance(level, Problem):
            yield level
            continue
        if not level.is_a(vocabulary.RUBRIC_LEVEL_CLASS):  # CHECK: a level of another type
            yield wrong_type(level, vocabulary.RUBRIC_LEVEL_CLASS, document, spec)
        if level.id is None:
            yield missing(level, "id", document, malformed="data-model.id", spec=spec)
        if not level.says(vocabulary.NAME):
            yield missing(level, "name", document, malformed="data-model.value", spec=spec)
        yield from _alignments(level, document)
    yield from _among(node, vocabulary.REQUIRED_LEVEL, described.levels, frozenset(), spec)
    yield from _alignments(node, document)


def _result(
    node: Node, described: dict[str, _Described], levels: frozenset[str], document: JsonObject
) -> Iterator[Problem]:
    """A result, within the description that it names. `levels`: all of the achievement's."""
    spec = "OB 3.0 §B Result"
    if not node.is_a(vocabulary.RESULT_CLASS):  # CHECK: a result of another type
        yield wrong_type(node, vocabulary.RESULT_CLASS, document, spec)
    yield from _of_vocabulary(node, vocabulary.RESULT_STATUS, RESULT_STATUSES, extensible=False)
    yield from _alignments(node, document)
    names = node.texts(vocabulary.RESULT_DESCRIPTION)
    if not names:
        return
    if len(names) > 1:  # CHECK: two descriptions of one result
        yield only_one(node, vocabulary.RESULT_DESCRIPTION, "data-model.value", spec)
        return
    how = described.get(names[0])
    if how is None:  # CHECK: a description that is not there
        yield problem(
            "data-model.value",
            "The result names a description that its achievement does not have.",
            node.where(vocabulary.RESULT_DESCRIPTION),
            expected="the id of a result description of the achievement",
            found=names[0],
            spec=spec,
        )
        return
    if how.kind == "Status" and not node.says(vocabulary.RESULT_STATUS):
        yield missing(node, "status", document, malformed="data-model.value", spec=spec)
    yield from _within(node, vocabulary.RESULT_VALUE, how, spec)
    yield from _among(node, vocabulary.ACHIEVED_LEVEL, how.levels, levels, spec)


def _within(node: Node, term: Term, described: _Described, spec: str) -> Iterator[Problem]:
    """The value is one of those allowed, and within the bounds."""
    for position, text in enumerate(node.texts(term)):
        expected = described.refuses(text)
        if expected is not None:  # CHECK: values outside of what is described
            yield problem(
                "data-model.value",
                f"The `{term.name}` is outside of what the result description allows.",
                node.where(term, position),
                expected=expected,
                found=text,
                spec=spec,
            )


def _among(node: Node, term: Term, levels: frozenset[str], elsewhere: frozenset[str], spec: str) -> Iterator[Problem]:
    """The level is one of the rubric's; one of another rubric of the achievement is a warning."""
    for position, text in enumerate(node.texts(term)):
        if text not in levels:  # CHECK: levels that are not described
            yield problem(
                "data-model.value",
                f"The `{term.name}` is no level of the result description's rubric.",
                node.where(term, position),
                # The full example of the specification itself takes a level of the description beside it.
                severity=Severity.WARNING if text in elsewhere else None,
                expected="the id of a rubric criterion level of it",
                found=text,
                spec=spec,
            )
