"""Does it fit the schemas that it declares? (VCDM 2.0 §4.11; VC JSON Schema §4; OB 3.0 §9.1 step 1)

Which schemas are declared is read from what was signed. What they are applied to is the JSON form of
the document with its proof, because that is what a JSON Schema speaks of.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from vcverify import vocabulary
from vcverify.checks import Environment, Finding, NotRun
from vcverify.checks.related import related_digests
from vcverify.credential import Credential, Node
from vcverify.identifiers import VerificationMethod
from vcverify.limits import exceeded
from vcverify.problems import Fact, Problem, ProblemError, problem, quote, refuse

MAX_SCHEMAS: Final = 8
"""Schemas of one credential; the most seen is three."""


_SOURCES: Final = {
    "bundled": "by our own schema for it",
    "loaded": "as it stands there",
    "credential": "as its credential has it",
}
"""Where the schema came from that a URL was judged by."""


def schema(credential: Credential, method: VerificationMethod | None, env: Environment) -> Iterator[Finding]:
    """The document fits every schema that `credentialSchema` declares.

    Problem codes: `schema.*`, `related.digest`. Facts: `schemas`, each with its id and source (bundled, loaded,
    credential); `judgedBy`, the same in words.
    """
    yield from related_digests(credential, env)
    values = credential.root.values(vocabulary.CREDENTIAL_SCHEMA)
    if not values:
        yield NotRun("no schema is declared")
        return
    if len(values) > MAX_SCHEMAS:  # CHECK: many schemas
        raise exceeded("schemas of one credential", MAX_SCHEMAS, len(values), "/credentialSchema")
    from vcverify.checks.declared_schema import judge_declared  # 8 ms, with the door to the validators

    used: list[dict[str, str]] = []
    for position, value in enumerate(values):
        try:
            if not isinstance(value, Node):  # CHECK: a schema that is text
                raise refuse("schema.unsupported", "The schema is named by a text without a type.", found=value.text)
            for found in judge_declared(value, env, used):
                placed = found.code == "schema.failed"
                yield found if placed else _placed(found, credential.root.where(vocabulary.CREDENTIAL_SCHEMA, position))
        except ProblemError as error:
            yield _placed(error.problem, credential.root.where(vocabulary.CREDENTIAL_SCHEMA, position))
    if env.respelled:  # CHECK: JSON by other names than was signed
        yield problem(
            "schema.unsupported",
            "The document says by other names what was signed, and a JSON Schema judges names.",
            credential.root.where(vocabulary.CREDENTIAL_SCHEMA),
            expected="the form that the contexts compact to",
            remedy="Ask for the document as its issuer wrote it.",
        )
    yield Fact("schemas", used)
    if used:
        yield Fact("judgedBy", [f"{quote(item['id'])} ({_SOURCES[item['source']]})" for item in used])


def _placed(found: Problem, where: str) -> Problem:
    if found.pointer:
        return found
    return problem(
        found.code,
        found.detail,
        where,
        expected=found.expected,
        found=found.found,
        spec=found.spec,
        remedy=found.remedy,
    )
