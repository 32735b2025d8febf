"""The structure of Comprehensive Learner Records 2.0 (the CLR JSON Schema, CLR-ISS-1).

Called by `data_model`, by the signed types. What the members and associations of a record mean is
judged by other checks.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from vcverify import vocabulary
from vcverify.checks import achievements
from vcverify.checks.open_badges import OB_CONTEXT, one_subject, required
from vcverify.checks.shapes import V1_1, V2_0, ContextFamily, context_at, credential_forms, items, missing
from vcverify.credential import Node
from vcverify.jsontypes import JsonObject
from vcverify.problems import Problem, problem

_PURL: Final = "https://purl.imsglobal.org/spec/clr/v2p0/context"

CLR_CONTEXT: Final = ContextFamily(
    "CLR",
    current={V2_0: f"{_PURL}-2.0.1.json", V1_1: f"{_PURL}.json"},
    usual={V2_0: frozenset({f"{_PURL}-2.0.1.json"}), V1_1: frozenset({f"{_PURL}.json"})},
    pattern=r"https://purl\.imsglobal\.org/spec/clr/v2p0/context(-2\.\d+\.\d+)*\.json",
    aliases=frozenset({"https://dc.imsglobal.org/draft/clr/v2p0/context", _PURL}),
)

_SPEC: Final = "CLR 2.0 §B"
_CONTEXTS: Final = "CLR 2.0 §B; certification CLR-ISS-1"
_IDENTIFIERS: Final = (vocabulary.CLR_IDENTIFIER, vocabulary.IDENTIFIER)


def clr(root: Node, document: JsonObject, version: str) -> Iterator[Problem]:
    """A ClrCredential: contexts in order, id, name, dates, one ClrSubject with credentials in it.

    Problem codes: `data-model.*`, `terms.alias`.
    """
    yield from context_at(document, 1, CLR_CONTEXT, version, _CONTEXTS)
    yield from context_at(document, 2, OB_CONTEXT, version, _CONTEXTS)
    yield from required(root, document, version, _SPEC, name=True)
    subjects = root.nodes(vocabulary.CREDENTIAL_SUBJECT)
    yield from one_subject(root, subjects, vocabulary.CLR_SUBJECT, document, _IDENTIFIERS, _SPEC)
    yield from achievements.parts(root, document)
    for subject in subjects:
        if not subject.says(vocabulary.CLR_MEMBER):  # CHECK: a record without members
            yield missing(subject, "verifiableCredential", document, malformed="data-model.value", spec=_SPEC)
        for node in subject.nodes(vocabulary.CLR_ACHIEVEMENT):
            yield from achievements.achievement(node, document)
    for position, text in enumerate(root.texts(vocabulary.PARTIAL)):
        if text not in ("true", "false", "1", "0"):  # CHECK: `partial` that is neither
            yield problem(
                "data-model.value",
                "`partial` is neither true nor false.",
                root.where(vocabulary.PARTIAL, position),
                expected="true or false",
                found=text,
                spec=_SPEC,
            )
    for value, at in items(document, "credentialSubject"):
        if isinstance(value, dict):
            yield from credential_forms(value, "verifiableCredential", at, tokens=True)
