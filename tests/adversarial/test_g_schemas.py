"""Family G of the catalogue: schemas that fetch, circle or grow, and such as decide nothing.

The evaluation by itself is in `test_schemas.py`.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from cases.documents import COLLEGE, STRANGER, V2, VALID_FROM, badge
from cases.families.schemas import NAMED, URL, compact, declared, integrity
from cases.registry import Scenario
from cases.signing import Json, sign
from support.catalogue import Attacks, accepted, gaps, rejected, table
from support.confined import Confinement

ATTACKS = Attacks("g")
DRAFT = "https://json-schema.org/draft/2020-12/schema"


def schema(**members: Any) -> Json:
    return {
        "$schema": DRAFT,
        "$id": URL,
        "type": "object",
        **{name.replace("_", "$", 1) if name.startswith("_") else name: value for name, value in members.items()},
    }


def doubling(levels: int, keyword: str) -> Json:
    """Definitions that each apply the one before twice."""
    definitions: Json = {"d0": {"minLength": 0}}
    for level in range(1, levels):
        definitions[f"d{level}"] = {keyword: [{"$ref": f"#/$defs/d{level - 1}"}] * 2}
    return schema(_defs=definitions, _ref=f"#/$defs/d{levels - 1}")


def nested(levels: int) -> Json:
    inner: Any = {}
    for _ in range(levels):
        inner = {"not": inner}
    return schema(properties={"name": inner})


def in_bytes(body: bytes, media: str = "application/json") -> Json:
    return {"base64": base64.b64encode(body).decode(), "mediaType": media}


_SCHEMAS: dict[str, Callable[[], Any]] = {
    "circle_of_two": lambda: schema(
        _defs={"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}, properties={"name": {"$ref": "#/$defs/a"}}
    ),
    "circle_of_one": lambda: schema(_ref="#"),
    "circle_dynamic": lambda: schema(_dynamicAnchor="x", _dynamicRef="#x"),
    "circle_by_all_of": lambda: schema(allOf=[{"$ref": "#"}]),
    "circle_of_twenty": lambda: schema(
        _defs={f"d{n}": {"anyOf": [{"$ref": f"#/$defs/d{(n + 1) % 20}"}, False]} for n in range(20)}, _ref="#/$defs/d0"
    ),
    "doubling_all_of": lambda: doubling(40, "allOf"),
    "doubling_one_of": lambda: doubling(40, "oneOf"),
    "doubling_any_of": lambda: doubling(40, "anyOf"),
    "properties_100000": lambda: schema(properties={f"p{n}": {"type": "string", "minLength": 1} for n in range(100_000)}),
    "properties_9000": lambda: schema(required=["x"], properties={f"property number {n}": {"const": 1} for n in range(5_000)}),
    "nested_1000": lambda: in_bytes(b'{"$schema":"' + DRAFT.encode() + b'","not":' + b'{"not":' * 999 + b"{}" + b"}" * 1_000),
    "nested_59": lambda: nested(59),
    "no_draft": lambda: {name: value for name, value in schema().items() if name != "$schema"},
    "draft_4": lambda: {**schema(), "$schema": "http://json-schema.org/draft-04/schema#"},
    "draft_unknown": lambda: {**schema(), "$schema": "https://evil.example/dialect"},
    "draft_file": lambda: {**schema(), "$schema": "file:///etc/passwd"},
    "draft_array": lambda: {**schema(), "$schema": [DRAFT]},
    "true": lambda: True,
    "false": lambda: False,
    "array": lambda: [schema()],
    "null": lambda: None,
    "text": lambda: "{}",
    "wrong_type": lambda: schema(properties={"name": {"type": "number"}}),
    "never": lambda: schema(**{"not": {}}),
    "unknown_type_word": lambda: schema(type="objects"),
    "reference_https": lambda: schema(_ref="https://evil.example/schema.json"),
    "reference_file": lambda: schema(_ref="file:///etc/passwd"),
    "reference_internal": lambda: schema(properties={"name": {"$ref": "https://169.254.169.254/"}}),
    "reference_relative": lambda: schema(properties={"name": {"$ref": "other.json"}}),
    "reference_nowhere": lambda: schema(_ref="#/$defs/nothing"),
    "reference_out": lambda: schema(_ref="#/../../x"),
    "pattern_exponential": lambda: schema(properties={"name": {"pattern": "^(a+)+$"}}),
    "pattern_look_ahead": lambda: schema(properties={"name": {"pattern": "^(?=.*x).*$"}}),
    "pattern_back_reference": lambda: schema(properties={"name": {"pattern": "(.)\\1"}}),
    "pattern_huge_count": lambda: schema(properties={"name": {"pattern": "(a{1000}){1000}"}}),
    "pattern_huge_alternation": lambda: schema(properties={"name": {"pattern": "|".join(f"a{n}" for n in range(20_000))}}),
    "pattern_properties": lambda: schema(patternProperties={"^(a|a)*$": {"type": "null"}, ".*": {"type": "null"}}),
    "pattern_not_one": lambda: schema(properties={"name": {"pattern": "["}}),
    "enum_large": lambda: schema(properties={"name": {"enum": [f"value {n}" for n in range(15_000)]}}),
    "unique_items": lambda: schema(properties={"type": {"uniqueItems": True, "minItems": 5}}),
    "contains_many": lambda: schema(properties={"type": {"minContains": 10**9, "contains": {}}}),
    "multiple_of_tiny": lambda: schema(properties={"name": {"const": 1, "multipleOf": 1e-300}}),
    "required_none": lambda: schema(required=["thisIsNotThere"]),
    "unevaluated": lambda: schema(unevaluatedProperties=False),
    "duplicate_members": lambda: in_bytes(compact(schema())[:-1] + b',"type":"array"}'),
    "mark": lambda: in_bytes(b"\xef\xbb\xbf" + compact(schema())),
    "html": lambda: in_bytes(b"<html></html>", "text/html"),
}  # fmt: skip
"""What stands at the URL of a schema that the badge declares."""


def _schema(name: str) -> Scenario:
    return declared(rejected(), _SCHEMAS[name]())


for _name in _SCHEMAS:
    if _name != "null":
        ATTACKS.add(f"schema_{_name}", partial(_schema, _name))


@ATTACKS
def control() -> Scenario:
    """A schema that the badge fits."""
    return declared(accepted(), NAMED)


@ATTACKS
def format_is_an_annotation() -> Scenario:
    """`format` asserts nothing unless a dialect says so: a name that is no date fits."""
    return declared(accepted(), schema(properties={"name": {"type": "string", "format": "date-time"}}))


@ATTACKS
def deep_but_linear() -> Scenario:
    """A hundred rules that hold: nothing is refused for being long."""
    return declared(accepted(), schema(allOf=[{"type": "object"}] * 100))


_ENTRIES: dict[str, Any] = {
    "unknown_type": {"id": URL, "type": "MinistrySchema2030"},
    "no_type": {"id": URL},
    "no_id": {"type": "JsonSchema"},
    "two_ids": {"id": URL, "type": "JsonSchema", "@id": URL},
    "id_number": {"id": 5, "type": "JsonSchema"},
    "id_http": {"id": URL.replace("https", "http"), "type": "JsonSchema"},
    "id_file": {"id": "file:///etc/passwd", "type": "JsonSchema"},
    "id_data": {"id": "data:application/json,{}", "type": "JsonSchema"},
    "id_internal": {"id": "https://169.254.169.254/schema", "type": "JsonSchema"},
    "id_fragment": {"id": URL + "#/$defs/x", "type": "JsonSchema"},
    "digest_other": {"id": URL, "type": "JsonSchema", "digestSRI": integrity(b"{}")},
    "digest_empty": {"id": URL, "type": "JsonSchema", "digestSRI": ""},
    "digest_md5": {"id": URL, "type": "JsonSchema", "digestSRI": "md5-" + base64.b64encode(bytes(16)).decode()},
    "digest_number": {"id": URL, "type": "JsonSchema", "digestSRI": 5},
    "digest_weaker_good": {
        "id": URL, "type": "JsonSchema",
        "digestSRI": "sha256-" + base64.b64encode(hashlib.sha256(compact(NAMED)).digest()).decode() + " " + integrity(b"{}"),
    },
    "digest_multibase_other": {"id": URL, "type": "JsonSchema", "digestMultibase": "zQmd8kgzaFLGYtTS1zfF37qKGgYQd5yKcQMyBeSa8UkUz4W"},
    "one_that_fits_and_one_that_does_not": [
        {"id": URL, "type": "JsonSchema"}, {"id": URL + "?2", "type": "JsonSchema"}
    ],
    "one_known_and_one_unknown": [{"id": URL, "type": "JsonSchema"}, {"id": URL + "?2", "type": "MinistrySchema2030"}],
    "many": [{"id": f"{URL}?{number}", "type": "JsonSchema"} for number in range(300)],
    "text": URL,
    "list_of_text": [URL],
}  # fmt: skip
"""Entries of `credentialSchema`, where the schema at the URL would fit."""


def _entry(name: str) -> Scenario:
    contexts = declared(rejected()).document["@context"]
    unsigned = badge(context=contexts, credentialSchema=_ENTRIES[name])
    try:
        document = sign(unsigned, COLLEGE)
    except Exception:
        document = {**unsigned, "proof": sign(badge(context=contexts), COLLEGE)["proof"]}
    world = {URL: NAMED, URL + "?2": schema(required=["nothing"])}
    return Scenario(document=document, resources=world, expect=rejected())


for _name in _ENTRIES:
    ATTACKS.add(f"entry_{_name}", partial(_entry, _name))

# --- schemas that are credentials -----------------------------------------------------------------


def schema_credential(**more: Any) -> Json:
    subject = {"id": URL + "#schema", "type": "JsonSchema", "jsonSchema": NAMED}
    return {
        "@context": [V2],
        "id": URL,
        "type": ["VerifiableCredential", "JsonSchemaCredential"],
        "issuer": COLLEGE.did,
        "validFrom": VALID_FROM,
        "credentialSubject": subject,
        **more,
    }


_CREDENTIALS: dict[str, Callable[[], Any]] = {
    "unsigned": schema_credential,
    "by_stranger": lambda: sign(schema_credential(), STRANGER),
    "tampered": lambda: {**sign(schema_credential(), COLLEGE), "name": "x"},
    "expired": lambda: sign(schema_credential(validUntil="2026-02-01T00:00:00Z"), COLLEGE),
    "from_elsewhere": lambda: sign(schema_credential(id=URL + "/other"), COLLEGE),
    "without_schema": lambda: sign(
        schema_credential(credentialSubject={"id": URL + "#schema", "type": "JsonSchema"}), COLLEGE
    ),
    "of_two": lambda: sign(
        schema_credential(credentialSubject=[
            {"id": URL + "#1", "type": "JsonSchema", "jsonSchema": NAMED},
            {"id": URL + "#2", "type": "JsonSchema", "jsonSchema": schema(required=["nothing"])},
        ]), COLLEGE,
    ),
    "a_plain_schema": lambda: NAMED,
    "a_badge": lambda: sign(badge(id=URL), COLLEGE),
    "nothing_fits": lambda: sign(
        schema_credential(credentialSubject={
            "id": URL + "#schema", "type": "JsonSchema", "jsonSchema": schema(required=["nothing"])
        }), COLLEGE,
    ),
}  # fmt: skip


def _credential(name: str) -> Scenario:
    return declared(rejected(), _CREDENTIALS[name](), kind="JsonSchemaCredential")


for _name in _CREDENTIALS:
    ATTACKS.add(f"credential_{_name}", partial(_credential, _name))


@ATTACKS
def control_of_a_credential() -> Scenario:
    """A schema that its issuer signed."""
    return declared(accepted(), sign(schema_credential(), COLLEGE), kind="JsonSchemaCredential")


@ATTACKS
def credential_whose_schema_is_itself() -> Scenario:
    """The schema's credential declares itself as its schema: one step is made, not one after the other."""
    own = {"id": URL, "type": "JsonSchemaCredential"}
    return declared(accepted(), sign(schema_credential(credentialSchema=own), COLLEGE), kind="JsonSchemaCredential")


SHOWN = table("""
G00  schema-fits #control
G05  #schema_circle_of_two adversarial/test_schemas.py::test_references_in_a_circle_are_refused
G07  #schema_properties_100000
G08  schema-other-digest #entry_digest_other
G11  schema-no-draft #schema_no_draft
G13  #schema_true #schema_array
G14  #schema_nested_1000
G16  #format_is_an_annotation
G17  schema-does-not-fit #schema_wrong_type
G18  #entry_unknown_type
""")


def test_every_line_is_shown() -> None:
    """A line without an attack is a promise that nobody keeps."""
    assert not gaps("G", SHOWN, ATTACKS)


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_is_judged_as_the_catalogue_says(name: str, confinement: Confinement) -> None:
    """In a process of its own, within 2 s of processor time and 256 MiB."""
    assert not confinement.judge(ATTACKS.case(name)).faults()
