"""One declared schema: found, held to its digests, and applied (VC JSON Schema §4).

Apart from the check `schema`, because most credentials declare none, and then nothing of this is loaded.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from vcverify import jsonschemas, vocabulary
from vcverify.checks import Environment
from vcverify.credential import Credential, Node
from vcverify.jsonschemas import Failure, Indeterminate, Schema
from vcverify.jsontypes import compact
from vcverify.loading import Purpose, Request, Unavailable
from vcverify.multiformats import digest_multibase_matches, digest_sri_matches, multibase_digest, sri_digests
from vcverify.problems import Problem, ProblemError, problem, quote, refuse

_BY_URL: Final = (
    vocabulary.ONE_EDTECH_SCHEMA_2019,
    vocabulary.JSON_SCHEMA,
    vocabulary.JSON_SCHEMA_VALIDATOR_2018,
)
"""Types whose id is the URL of a JSON Schema; which draft it is, the schema says itself."""


def judge_declared(entry: Node, env: Environment, used: list[dict[str, str]]) -> Iterator[Problem]:
    """What does not fit the schema of one entry; a used schema is appended to `used`.

    Raises:
        ProblemError: `schema.unavailable`, `schema.unsupported`, `related.digest`, without a pointer.
    """
    url = entry.id
    if url is None:  # CHECK: a schema without URL
        raise refuse("schema.unsupported", "The schema has no URL as its id.", expected="a URL", found="none")
    if entry.is_a(vocabulary.JSON_SCHEMA_CREDENTIAL):
        source, found = "credential", _from_credential(entry, url, env)
    elif entry.is_a(*_BY_URL):
        source, found = _from_url(entry, url, env)
    else:
        raise refuse(
            "schema.unsupported",
            "The schema is of a type that is not known here.",
            expected=", ".join(item.name for item in (*_BY_URL, vocabulary.JSON_SCHEMA_CREDENTIAL)),
            found=list(entry.types) or "no type",
        )
    verdict = found if isinstance(found, Indeterminate) else found.judge(env.document, env.policy.limits)
    if isinstance(verdict, Indeterminate):  # CHECK: schemas that cannot be judged
        yield problem(verdict.code, verdict.reason, found=url)
        return
    used.append({"id": url, "source": source})
    if isinstance(verdict, Failure):
        for place in verdict.places:  # CHECK: documents that do not fit
            yield problem(
                "schema.failed",
                place.detail,
                place.pointer,
                expected=place.expected,
                found=place.found,
                spec=f"VC JSON Schema §4; {quote(url)}",
            )


def _from_url(entry: Node, url: str, env: Environment) -> tuple[str, Schema | Indeterminate]:
    """The schema at the entry's URL, and whether it is bundled; ours where the URL is one of 1EdTech's."""
    ours = jsonschemas.published(url)
    if ours is not None and _names_published(entry, url):
        return "bundled", ours
    return "loaded", jsonschemas.read(_load(entry, url, env), env.policy.limits)


def _from_credential(entry: Node, url: str, env: Environment) -> Schema | Indeterminate:
    """The schema that the credential at the entry's URL is about, once that credential is verified."""
    _load(entry, url, env)
    held = env.resources.credential(url, Purpose.SCHEMA)
    reading = held.credential
    if held.unavailable is not None or reading is None or held.outcome != "passed":  # CHECK: schemas nobody vouches for
        reason = held.unavailable or ", ".join(held.reasons) or "its proof does not verify"
        raise refuse("schema.unavailable", f"The schema's credential cannot be used: {quote(reason)}.", found=url)
    if reading.id != url:  # CHECK: another's schema
        raise refuse(
            "schema.unavailable",
            "The schema's credential is another's: its id is not the URL it came from.",
            expected=url,
            found=reading.id or "no id",
        )
    subjects = reading.subjects
    # CHECK: what is no schema credential
    if not reading.root.is_a(vocabulary.JSON_SCHEMA_CREDENTIAL) or len(subjects) != 1:
        raise refuse(
            "schema.unsupported",
            "What was loaded is not a credential about one schema.",
            expected=vocabulary.JSON_SCHEMA_CREDENTIAL.name,
            found=list(reading.types),
        )
    return jsonschemas.read(_schema_text(reading), env.policy.limits)


def _schema_text(reading: Credential) -> bytes:
    """The JSON text of `jsonSchema`: of a signed graph its JSON literal, of signed JSON the object itself."""
    (subject,) = reading.subjects
    values = subject.values(vocabulary.JSON_SCHEMA_TEXT)
    if len(values) == 1 and not isinstance(values[0], Node):
        return values[0].text.encode("utf-8")
    said = reading.to_dict().get("credentialSubject")
    if isinstance(said, list) and len(said) == 1:
        said = said[0]
    if len(values) != 1 or not isinstance(said, dict) or vocabulary.JSON_SCHEMA_TEXT.name not in said:
        raise refuse("schema.unsupported", "The schema's credential has no single `jsonSchema`.")
    return compact(said[vocabulary.JSON_SCHEMA_TEXT.name])


def _load(entry: Node, url: str, env: Environment) -> bytes:
    """The bytes at the URL, which are those that the entry's digests name."""
    try:
        body = env.resources.load(Request(url=url, purpose=Purpose.SCHEMA)).body
    except Unavailable as unavailable:
        raise refuse(
            "schema.unavailable", f"The schema could not be loaded: {quote(unavailable.reason)}.", found=url
        ) from None
    for term, matches in (
        (vocabulary.DIGEST_SRI, digest_sri_matches),
        (vocabulary.DIGEST_MULTIBASE, digest_multibase_matches),
    ):
        for position, declared in enumerate(entry.texts(term)):
            if not matches(body, declared):  # CHECK: another schema than declared
                raise _mismatch(declared, entry.where(term, position), url)
    return body


def _names_published(entry: Node, url: str) -> bool:
    """Whether the entry's digests, if any, are those of the text that 1EdTech publishes; False if nobody here knows.

    Raises:
        ProblemError: `related.digest` where they are not.
    """
    known = {name: bytes.fromhex(digest) for name, digest in jsonschemas.published_digests(url).items()}
    texts = [(vocabulary.DIGEST_SRI, text) for text in entry.texts(vocabulary.DIGEST_SRI)]
    texts += [(vocabulary.DIGEST_MULTIBASE, text) for text in entry.texts(vocabulary.DIGEST_MULTIBASE)]
    for term, declared in texts:
        if term is vocabulary.DIGEST_SRI:
            name, digests = sri_digests(declared)
        else:
            name, digest = multibase_digest(declared)
            digests = [digest]
        if name not in known:
            return False
        if known[name] not in digests:  # CHECK: another schema than its digest
            raise _mismatch(declared, entry.where(term), url)
    return True


def _mismatch(declared: str, pointer: str, url: str) -> ProblemError:
    return refuse(
        "related.digest",
        f"The schema {quote(url)} is not the one that was signed.",
        pointer,
        expected=declared,
        found="another digest",
    )
