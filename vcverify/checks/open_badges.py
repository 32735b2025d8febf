"""The structure of Open Badges 3.0 credentials and endorsements (OB 3.0 §B; its JSON Schemas).

Called by `data_model`, by the signed types. Members that the schemas require are looked for in what
was signed, whether or not the credential names its schema.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from vcverify import vocabulary
from vcverify.checks import achievements
from vcverify.checks.identities import forms
from vcverify.checks.shapes import V1_1, V2_0, ContextFamily, context_at, dates, missing, only_one, wrong_type
from vcverify.credential import Literal, Node
from vcverify.jsontypes import JsonObject
from vcverify.problems import Problem, problem
from vcverify.vocabulary import Class, Term

_PURL: Final = "https://purl.imsglobal.org/spec/ob/v3p0/context"

OB_CONTEXT: Final = ContextFamily(
    "Open Badges",
    current={V2_0: f"{_PURL}-3.0.3.json", V1_1: f"{_PURL}.json"},
    usual={
        V2_0: frozenset({f"{_PURL}-3.0.3.json"}),
        V1_1: frozenset({f"{_PURL}.json", f"{_PURL}-3.0.1.json", f"{_PURL}-3.0.2.json"}),
    },
    pattern=r"https://purl\.imsglobal\.org/spec/ob/v3p0/context(-3\.\d+\.\d+)*\.json",
    aliases=frozenset({f"{_PURL}/ob_v3p0.jsonld", _PURL}),
)

_SPEC: Final = "OB 3.0 §B.1"
_OF_ACHIEVEMENT: Final = (vocabulary.NAME, vocabulary.DESCRIPTION, vocabulary.CRITERIA)


def open_badge(root: Node, document: JsonObject, version: str) -> Iterator[Problem]:
    """An OpenBadgeCredential (AchievementCredential): contexts, id, dates, one subject with an achievement.

    Problem codes: `data-model.*`, `terms.alias`.
    """
    yield from context_at(document, 1, OB_CONTEXT, version, "OB 3.0 §9.1")
    yield from required(root, document, version, _SPEC, name=version == V1_1)
    subjects = root.nodes(vocabulary.CREDENTIAL_SUBJECT)
    yield from one_subject(root, subjects, vocabulary.ACHIEVEMENT_SUBJECT, document, (vocabulary.IDENTIFIER,), _SPEC)
    yield from achievements.parts(root, document)
    for subject in subjects:
        yield from _achievement(subject, document)
        yield from achievements.results(subject, document)
    yield from achievements.spelled(document)


def endorsement(root: Node, document: JsonObject, version: str) -> Iterator[Problem]:
    """An EndorsementCredential: contexts, id, name, dates, and the id of what it endorses.

    Problem codes: `data-model.*`, `terms.alias`.
    """
    yield from context_at(document, 1, OB_CONTEXT, version, "OB 3.0 §9.1")
    yield from required(root, document, version, "OB 3.0 §B.2", name=version == V2_0)
    subjects = root.nodes(vocabulary.CREDENTIAL_SUBJECT)
    yield from one_subject(root, subjects, vocabulary.ENDORSEMENT_SUBJECT, document, (), "OB 3.0 §B.2")
    yield from achievements.parts(root, document)


def required(root: Node, document: JsonObject, version: str, spec: str, *, name: bool = False) -> Iterator[Problem]:
    """The members of a credential that 1EdTech's schemas require, and VCDM does not."""
    if root.id is None:
        yield missing(root, "id", document, malformed="data-model.id", spec=spec)
    if name and not root.says(vocabulary.NAME):
        yield missing(root, "name", document, malformed="data-model.value", spec=spec)
    if version == V2_0 and not root.says(vocabulary.VALID_FROM):
        yield missing(root, "validFrom", document, malformed="data-model.date", spec=spec)
    if root.says(vocabulary.AWARDED_DATE):
        yield from dates(root, (vocabulary.AWARDED_DATE,))


def one_subject(
    root: Node, subjects: Sequence[Node], kind: Class, document: JsonObject, identifiers: tuple[Term, ...], spec: str
) -> Iterator[Problem]:
    """There is one subject, of the type, and it has an `id` or is named by one of the identifiers."""
    if len(subjects) > 1:  # CHECK: two subjects
        yield only_one(root, vocabulary.CREDENTIAL_SUBJECT, "data-model.subject", spec)
    for subject in subjects:
        if not subject.is_a(kind):  # CHECK: a subject of another type
            yield wrong_type(subject, kind, document, spec)
        if subject.says(vocabulary.CLR_IDENTIFIER):
            yield from forms(subject)
        # CHECK: a subject that is nobody
        if subject.id is None and not any(subject.says(term) for term in identifiers):
            yield problem(
                "data-model.subject",
                "The subject has neither an `id` nor an `identifier`." if identifiers else "The subject has no `id`.",
                subject.pointer,
                expected="`id` or `identifier`" if identifiers else "`id`",
                spec="OB 3.0 §9.1 step 1" if identifiers else spec,
            )


def _achievement(subject: Node, document: JsonObject) -> Iterator[Problem]:
    values = subject.values(vocabulary.ACHIEVEMENT)
    if not values:  # CHECK: no achievement
        yield missing(subject, "achievement", document, malformed="data-model.value", spec=_SPEC)
    elif len(values) > 1:  # CHECK: two achievements
        yield only_one(subject, vocabulary.ACHIEVEMENT, "data-model.value", _SPEC)
    for position, value in enumerate(values):
        if isinstance(value, Literal):  # CHECK: an achievement that is text
            yield problem(
                "data-model.value",
                "The `achievement` is not described.",
                subject.where(vocabulary.ACHIEVEMENT, position),
                expected="an Achievement",
                found=value.text,
                spec=_SPEC,
            )
            continue
        if not value.is_a(vocabulary.ACHIEVEMENT_TYPE):  # CHECK: an achievement of another type
            yield wrong_type(value, vocabulary.ACHIEVEMENT_TYPE, document, "OB 3.0 §B.3")
        if value.id is None:
            yield missing(value, "id", document, malformed="data-model.id", spec="OB 3.0 §B.3")
        for term in _OF_ACHIEVEMENT:
            if not value.says(term):
                yield missing(value, term.name, document, malformed="data-model.value", spec="OB 3.0 §B.3")
        yield from achievements.achievement(value, document)
