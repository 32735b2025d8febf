"""The `schema` check: which schemas count, where they come from, and what is made of their verdicts."""

from __future__ import annotations

import base64
import copy
import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from cases.documents import AT, COLLEGE, GUILD, OB, V2, badge, clr, presentation, urn
from cases.signing import sign

from vcverify import jsonschemas
from vcverify.checks import Environment, Loaded, NotRun
from vcverify.checks.schema import MAX_SCHEMAS, schema
from vcverify.credential import Credential, read_json
from vcverify.limits import DEFAULT_LIMITS
from vcverify.loading import Purpose, Request, Resource, Unavailable
from vcverify.loading.memory import StaticLoader
from vcverify.multiformats import base58_encode
from vcverify.policy import Policy
from vcverify.problems import Fact, Problem, ProblemError
from vcverify.report import Report
from vcverify.suites.unsecured import Unsecured
from vcverify.verifier import DEFAULT_CHECKS, Verifier, bundled_contexts

Json = dict[str, Any]

OB_URL = "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json"
ANY_URL = "https://purl.imsglobal.org/spec/ob/v3p0/schema/json-ld/ob_v3p0_anyachievementcredential_schema.json"
CLR_URL = "https://purl.imsglobal.org/spec/clr/v2p0/schema/json/clr_v2p0_clrcredential_schema.json"
EXTENSIONS = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"
URL = "https://schemas.example/badge.json"
DIALECT = "https://json-schema.org/draft/2020-12/schema"
NAMED = {"$schema": DIALECT, "type": "object", "required": ["name"]}
WITH_LANGUAGE = {"$schema": DIALECT, "properties": {"credentialSubject": {"required": ["language"]}}}


class World:
    """Resources of a test: bodies by URL, and credentials by URL."""

    def __init__(self, bodies: dict[str, bytes], credentials: dict[str, Loaded]) -> None:
        self.bodies = bodies
        self.credentials = credentials
        self.asked: list[Request] = []

    def load(self, request: Request) -> Resource:
        self.asked.append(request)
        if request.url not in self.bodies:
            raise Unavailable(request.url, "not there")
        return Resource(url=request.url, body=self.bodies[request.url])

    def credential(self, url: str, purpose: Purpose) -> Loaded:
        assert purpose is Purpose.SCHEMA
        return self.credentials[url]


def as_signed_json(document: Json) -> Credential:
    return read_json({name: value for name, value in document.items() if name != "proof"})


def as_statements(document: Json) -> Credential:
    return Unsecured(document, (bundled_contexts(()),), DEFAULT_LIMITS, "fast").credential()


BOTH: tuple[Callable[[Json], Credential], ...] = (as_signed_json, as_statements)


def named(*entries: Any, **members: Any) -> Json:
    """A badge that declares the schemas."""
    document = badge(COLLEGE, **members)
    document["@context"] = [V2, OB, EXTENSIONS]
    document["credentialSchema"] = list(entries)
    return document


def one_edtech(url: str, **more: Any) -> Json:
    return {"id": url, "type": "1EdTechJsonSchemaValidator2019", **more}


def json_schema(url: str = URL, **more: Any) -> Json:
    return {"id": url, "type": "JsonSchema", **more}


def run(
    document: Json,
    read: Callable[[Json], Credential] = as_signed_json,
    bodies: dict[str, Any] | None = None,
    credentials: dict[str, Loaded] | None = None,
    **known: Any,
) -> list[Any]:
    world = World(
        {url: body if isinstance(body, bytes) else json.dumps(body).encode() for url, body in (bodies or {}).items()},
        credentials or {},
    )
    env = Environment(at=datetime(2026, 6, 1, tzinfo=UTC), policy=Policy(), resources=world, document=document, **known)
    return list(schema(read(document), None, env))


def found(*arguments: Any, **named_arguments: Any) -> list[tuple[str, str]]:
    return [(item.code, item.pointer) for item in run(*arguments, **named_arguments) if isinstance(item, Problem)]


def used(*arguments: Any, **named_arguments: Any) -> Any:
    """The schemas that were used; what is said of them in words names each."""
    facts = {item.name: item.value for item in run(*arguments, **named_arguments) if isinstance(item, Fact)}
    said = [text.partition(" (")[0] for text in facts.get("judgedBy", [])]
    assert said == [item["id"] for item in facts["schemas"]]
    return facts["schemas"]


@pytest.mark.parametrize("read", BOTH)
def test_nothing_is_judged_where_nothing_is_declared(read: Callable[[Json], Credential]) -> None:
    """Schemas are applied where declared; the rules of Open Badges and CLR always, by other checks."""
    assert run(badge(COLLEGE), read) == [NotRun("no schema is declared")]
    assert run(presentation([]), read) == [NotRun("no schema is declared")]


@pytest.mark.parametrize("read", BOTH)
def test_the_schemas_of_one_edtech_are_at_hand(read: Callable[[Json], Credential]) -> None:
    """OB 3.0 §9.1 step 1, offline."""
    good = named(one_edtech(OB_URL))
    assert found(good, read) == []
    assert used(good, read) == [{"id": OB_URL, "source": "bundled"}]
    bad = named(one_edtech(OB_URL), image={"id": "https://example.org/i.png", "type": "Image", "caption": 5})
    assert found(bad, read) == [("schema.failed", "/image/caption")]


def test_a_record_and_its_members_are_judged_by_the_schema_of_records() -> None:
    """The schema of records asks of members what every credential must have."""
    record = clr([badge(COLLEGE)])
    record["credentialSchema"] = one_edtech(CLR_URL)
    assert found(record) == []
    del record["credentialSubject"]["verifiableCredential"][0]["issuer"]
    assert found(record) == [("schema.failed", "/credentialSubject/verifiableCredential/0")]


def test_the_schema_judges_the_document_with_its_proof() -> None:
    """A JSON Schema speaks of the JSON that the holder shows, proof and all (VC JSON Schema §4)."""
    document = {**named(one_edtech(OB_URL)), "proof": {"type": "DataIntegrityProof", "created": 5}}
    assert found(document) == [("schema.failed", "/proof/created")]


@pytest.mark.parametrize("kind", ["JsonSchema", "1EdTechJsonSchemaValidator2019", "JsonSchemaValidator2018"])
def test_other_schemas_are_loaded(kind: str) -> None:
    """Which draft it is, the schema says itself."""
    entry = {"id": URL, "type": kind}
    assert found(named(entry), bodies={URL: NAMED}) == []
    assert used(named(entry), bodies={URL: NAMED}) == [{"id": URL, "source": "loaded"}]
    assert found(named(entry), bodies={URL: WITH_LANGUAGE}) == [("schema.failed", "/credentialSubject")]


def test_every_schema_is_judged() -> None:
    """One that fits does not excuse another (VCDM 2.0 §4.11)."""
    entries = (
        one_edtech(OB_URL),
        json_schema(),
        json_schema("https://schemas.example/none"),
        {"id": URL, "type": "Own"},
    )
    assert found(named(*entries), bodies={URL: WITH_LANGUAGE}) == [
        ("schema.failed", "/credentialSubject"),
        ("schema.unavailable", "/credentialSchema/2"),
        ("schema.unsupported", "/credentialSchema/3"),
    ]


@pytest.mark.parametrize(
    ("entry", "body", "code"),
    [
        (json_schema(), None, "schema.unavailable"),
        (json_schema(), b"not json", "schema.unsupported"),
        (json_schema(), True, "schema.unsupported"),
        (json_schema(), {"type": "object"}, "schema.unsupported"),
        (json_schema(), {"$schema": DIALECT, "$ref": "https://example.org/"}, "schema.unsupported"),
        (json_schema(), b"{" + b" " * DEFAULT_LIMITS.schema_bytes + b"}", "limit.exceeded"),
        ({"id": URL}, NAMED, "schema.unsupported"),
        ({"id": URL, "type": "ExampleSchema"}, NAMED, "schema.unsupported"),
        ({"type": "JsonSchema"}, NAMED, "schema.unsupported"),
        (URL, NAMED, "schema.unsupported"),
        (7, NAMED, "schema.unsupported"),
        (
            one_edtech("https://purl.imsglobal.org/spec/ob/v3p0/schema/achievementcredential.json"),
            None,
            "schema.unavailable",
        ),
    ],
)
def test_what_cannot_be_judged_is_neither_pass_nor_fail(entry: Any, body: Any, code: str) -> None:
    """Unknown, unreachable and meaningless schemas say nothing of the credential; never a silent pass."""
    bodies = {} if body is None else {URL: body}
    assert found(named(entry), bodies=bodies) == [(code, "/credentialSchema/0")]
    assert used(named(entry), bodies=bodies) == []


def test_the_number_of_schemas_is_bounded() -> None:
    """Each may cost a fetch and two seconds."""
    assert len(used(named(*[one_edtech(OB_URL)] * MAX_SCHEMAS))) == MAX_SCHEMAS
    assert found(named(*[one_edtech(OB_URL)] * MAX_SCHEMAS)) == []
    with pytest.raises(ProblemError) as caught:
        run(named(*[one_edtech(OB_URL)] * (MAX_SCHEMAS + 1)))
    assert caught.value.problem.code == "limit.exceeded"


# --- digests ---


def sri(body: bytes, name: str = "sha384") -> str:
    return f"{name}-{base64.b64encode(hashlib.new(name, body).digest()).decode()}"


def multibase(body: bytes) -> str:
    return "z" + base58_encode(b"\x12\x20" + hashlib.sha256(body).digest())


BODY = json.dumps(NAMED).encode()


@pytest.mark.parametrize("read", BOTH)
@pytest.mark.parametrize("member", ["digestSRI", "digestMultibase"])
def test_a_schema_that_was_changed_is_told(read: Callable[[Json], Credential], member: str) -> None:
    """The digest is compared before the schema is used (VC JSON Schema §4, VCDM 2.0 §5.3)."""
    digest = {"digestSRI": sri, "digestMultibase": multibase}[member]
    assert found(named(json_schema(**{member: digest(BODY)})), read, {URL: BODY}) == []
    changed = named(json_schema(**{member: digest(BODY + b" ")}))
    ((code, pointer),) = found(changed, read, {URL: BODY})
    assert (code, pointer) == ("related.digest", f"/credentialSchema/0/{member}")


@pytest.mark.parametrize("digest", ["", "sha384-", "md5-AAAA", "sha256-AAAA", 5])
def test_a_digest_that_cannot_be_read_is_no_digest_that_fits(digest: Any) -> None:
    """Skipping it would leave the schema unpinned."""
    assert found(named(json_schema(digestSRI=digest)), bodies={URL: BODY}) == [
        ("related.digest", "/credentialSchema/0")
    ]


def test_a_digest_of_the_published_text_fits_our_schema() -> None:
    """We ship our own wording of the schema; the digest that was signed is of the publisher's."""
    digests = jsonschemas.published_digests(OB_URL)
    text = "sha384-" + base64.b64encode(bytes.fromhex(digests["sha384"])).decode()
    assert found(named(one_edtech(OB_URL, digestSRI=text))) == []
    coded = "z" + base58_encode(b"\x12\x20" + bytes.fromhex(digests["sha256"]))
    assert found(named(one_edtech(OB_URL, digestMultibase=coded))) == []
    for more in ({"digestSRI": sri(b"another")}, {"digestMultibase": multibase(b"another")}):
        ((code, _),) = found(named(one_edtech(OB_URL, **more)))
        assert code == "related.digest"


def test_a_digest_that_nobody_here_knows_asks_for_the_text() -> None:
    """Only the text itself can show whether it is the one that was signed."""
    body = json.dumps(WITH_LANGUAGE).encode()
    entry = one_edtech(ANY_URL, digestSRI=sri(body))
    assert found(named(entry)) == [("schema.unavailable", "/credentialSchema/0")]
    assert found(named(entry), bodies={ANY_URL: body}) == [("schema.failed", "/credentialSubject")]


# --- schema credentials ---

SCHEMA_CREDENTIAL = "https://schemas.example/credential"


def about_a_schema(of: Any, **members: Any) -> Json:
    return {
        "@context": [V2],
        "id": SCHEMA_CREDENTIAL,
        "type": ["VerifiableCredential", "JsonSchemaCredential"],
        "issuer": GUILD.did,
        "validFrom": "2026-01-15T00:00:00Z",
        "credentialSubject": {"id": URL, "type": "JsonSchema", "jsonSchema": of},
        **members,
    }


ENTRY = {"id": SCHEMA_CREDENTIAL, "type": "JsonSchemaCredential"}


@pytest.mark.parametrize("read", BOTH)
def test_a_schema_in_a_credential_is_the_one_that_was_signed(read: Callable[[Json], Credential]) -> None:
    """VC JSON Schema §3.2: the schema is read from what the credential's own signature says."""
    for text, expected in ((NAMED, []), (WITH_LANGUAGE, [("schema.failed", "/credentialSubject")])):
        held = Loaded(outcome="passed", credential=read(about_a_schema(text)))
        known: Json = {"bodies": {SCHEMA_CREDENTIAL: b"-"}, "credentials": {SCHEMA_CREDENTIAL: held}}
        assert found(named(ENTRY), **known) == expected
        assert used(named(ENTRY), **known) == [{"id": SCHEMA_CREDENTIAL, "source": "credential"}]


@pytest.mark.parametrize(
    ("held", "code"),
    [
        (Loaded(unavailable="it is not there"), "schema.unavailable"),
        (Loaded(outcome="failed", reasons=("proof.invalid",)), "schema.unavailable"),
        (Loaded(outcome="failed", credential=read_json(about_a_schema(NAMED))), "schema.unavailable"),
        (Loaded(outcome="indeterminate", credential=read_json(about_a_schema(NAMED))), "schema.unavailable"),
        (Loaded(outcome="passed", credential=read_json(about_a_schema(NAMED, id=urn("x")))), "schema.unavailable"),
        (
            Loaded(outcome="passed", credential=read_json(about_a_schema(NAMED, type=["VerifiableCredential"]))),
            "schema.unsupported",
        ),
        (
            Loaded(outcome="passed", credential=read_json(about_a_schema(NAMED, credentialSubject=[]))),
            "schema.unsupported",
        ),
        (Loaded(outcome="passed", credential=read_json(about_a_schema(True))), "schema.unsupported"),
        (Loaded(outcome="passed", credential=read_json(about_a_schema(["x", "y"]))), "schema.unsupported"),
        (Loaded(outcome="passed", credential=read_json(about_a_schema({"type": "object"}))), "schema.unsupported"),
    ],
)
def test_a_schema_credential_that_does_not_hold_decides_nothing(held: Loaded, code: str) -> None:
    """Anybody could have written it."""
    known: Json = {"bodies": {SCHEMA_CREDENTIAL: b"-"}, "credentials": {SCHEMA_CREDENTIAL: held}}
    assert found(named(ENTRY), **known) == [(code, "/credentialSchema/0")]


# --- the whole procedure ---


def verified(document: Json, resources: dict[str, bytes] | None = None) -> Report:
    checks = DEFAULT_CHECKS if schema in DEFAULT_CHECKS else (*DEFAULT_CHECKS, schema)
    verifier = Verifier(loader=StaticLoader(resources or {}), checks=checks)
    return verifier.verify(json.dumps(document).encode(), at=datetime.fromisoformat(AT))


def codes(report: Report) -> list[tuple[str, str]]:
    return [(item.code, item.pointer) for item in report.problems()]


def test_a_signed_badge_is_judged_by_its_schema() -> None:
    """From bytes to report."""
    assert verified(sign(named(one_edtech(OB_URL)), COLLEGE)).verified
    report = verified(sign(named(json_schema()), COLLEGE), {URL: json.dumps(WITH_LANGUAGE).encode()})
    assert codes(report) == [("schema.failed", "/credentialSubject")]
    assert not report.verified
    assert report.authentic


def test_a_signed_schema_credential_is_verified_first() -> None:
    """It goes through the same door as any credential, and is read from its own signature."""
    document = sign(named(ENTRY), COLLEGE)
    about = sign(about_a_schema(WITH_LANGUAGE), GUILD)
    assert codes(verified(document, {SCHEMA_CREDENTIAL: json.dumps(about).encode()})) == [
        ("schema.failed", "/credentialSubject")
    ]
    assert verified(document, {SCHEMA_CREDENTIAL: json.dumps(sign(about_a_schema(NAMED), GUILD)).encode()}).verified
    forged = copy.deepcopy(about)
    forged["credentialSubject"]["jsonSchema"] = NAMED
    assert codes(verified(document, {SCHEMA_CREDENTIAL: json.dumps(forged).encode()})) == [
        ("schema.unavailable", "/credentialSchema/0")
    ]


def test_a_schema_credential_about_itself_ends() -> None:
    """The schema of a schema credential is not followed."""
    about = about_a_schema(NAMED, credentialSchema=ENTRY)
    document = sign(named(ENTRY), COLLEGE)
    assert verified(document, {SCHEMA_CREDENTIAL: json.dumps(sign(about, GUILD)).encode()}).verified


def test_the_declaration_is_read_from_what_was_signed() -> None:
    """A holder who takes the declaration out, or writes it in another way, changes the proof or nothing."""
    document = sign(named(json_schema()), COLLEGE)
    world = {URL: json.dumps(WITH_LANGUAGE).encode()}
    respelled = copy.deepcopy(document)
    respelled["https://www.w3.org/2018/credentials#credentialSchema"] = respelled.pop("credentialSchema")
    assert ("schema.failed", "/credentialSubject") in codes(verified(respelled, world))
    del respelled["https://www.w3.org/2018/credentials#credentialSchema"]
    assert not verified(respelled, world).authentic
