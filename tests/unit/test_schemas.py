"""Reading schemas, judging by them, and saying where a document does not fit."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import vcverify
from vcverify import jsonschemas
from vcverify.bundled import schemas_folder
from vcverify.jsonschemas import Failure, Indeterminate, Place, Success, published, published_digests, read
from vcverify.loading import Unavailable

DIALECT = "https://json-schema.org/draft/2020-12/schema"
CLR = "https://purl.imsglobal.org/spec/clr/v2p0/schema/json/clr_v2p0_clrcredential_schema.json"
OB = "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json"
ANY = "https://purl.imsglobal.org/spec/ob/v3p0/schema/json-ld/ob_v3p0_anyachievementcredential_schema.json"
FOLDER = Path(schemas_folder()) / "json"
SOURCES: dict[str, Any] = json.loads((FOLDER / "SOURCES.json").read_bytes())


def badge(**members: Any) -> dict[str, Any]:
    """A small credential that fits."""
    return {
        "@context": [
            "https://www.w3.org/ns/credentials/v2",
            "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
        ],
        "id": "urn:uuid:1",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "issuer": {"id": "https://example.org/", "type": ["Profile"], "name": "Example"},
        "validFrom": "2024-01-01T00:00:00Z",
        "credentialSubject": {
            "type": ["AchievementSubject"],
            "achievement": {
                "id": "urn:uuid:2",
                "type": ["Achievement"],
                "name": "Welding",
                "description": "Can weld",
                "criteria": {"narrative": "Weld"},
            },
        },
        **members,
    }


def places(document: Any, url: str = OB) -> list[tuple[str, str]]:
    schema = published(url)
    assert schema is not None
    verdict = schema.judge(document)
    return [] if isinstance(verdict, Success) else _told(verdict)


def _told(verdict: Any) -> list[tuple[str, str]]:
    assert isinstance(verdict, Failure)
    return [(place.pointer, place.keyword) for place in verdict.places]


def foreign(schema: dict[str, Any], document: Any) -> tuple[Place, ...]:
    found = read(json.dumps({"$schema": DIALECT, **schema}).encode())
    assert not isinstance(found, Indeterminate)
    verdict = found.judge(document)
    assert isinstance(verdict, Failure)
    return verdict.places


# --- what ships ---


def test_the_schema_document_is_what_the_tool_writes(checkout: Path) -> None:
    """The table is the source; a change by hand would be lost with the next."""
    code = (
        "import sys; sys.path.insert(0, 'tools'); import json, json_schemas as t\n"
        "schema = t.house_form(json.dumps(t.document()).encode())\n"
        "assert schema == (t.FOLDER / '1edtech.json').read_bytes()\n"
        "table = t.house_form(json.dumps(t.sources(schema, t.recorded())).encode())\n"
        "assert table == (t.FOLDER / 'SOURCES.json').read_bytes()\n"
    )
    subprocess.run([sys.executable, "-P", "-c", code], check=True, cwd=checkout)


def test_the_schema_document_is_valid_and_complete() -> None:
    """Every definition must be one that its dialect allows, and every reference must lead to one."""
    schema = json.loads((FOLDER / "1edtech.json").read_bytes())
    jsonschema.Draft201909Validator.check_schema(schema)
    text = json.dumps(schema)
    named = {part.split('"')[0] for part in text.split('"#/$defs/')[1:]}
    assert named <= set(schema["$defs"])
    assert set(schema["$defs"]) - named <= {entry["definition"] for entry in SOURCES["documents"]}


def test_the_recorded_digests_are_of_the_published_bytes(vectors: Path) -> None:
    """A credential's `digestSRI` names the publisher's bytes, not those of our own schema."""
    files: dict[str, str] = json.loads((vectors / "URLMAP.json").read_bytes())["schemas"]
    for url, file in files.items():
        data = (vectors / file).read_bytes()
        assert published_digests(url) == {
            name: hashlib.new(name, data).hexdigest() for name in ("sha256", "sha384", "sha512")
        }
    assert {entry["url"] for entry in SOURCES["documents"] if entry["digests"]} == set(files)


def test_both_forms_of_a_url_are_known() -> None:
    """Issuers name the schema for plain JSON and the one for JSON-LD; both have stood under either name."""
    urls = [entry["url"] for entry in SOURCES["documents"]]
    assert len(urls) == len(set(urls))
    for url in urls:
        other = url.replace("/json/", "/json-ld/") if "/json/" in url else url.replace("/json-ld/", "/json/")
        assert published(url) is published(other)


@pytest.mark.parametrize(
    "url", ["", OB + "#", OB.upper(), "https://www.w3.org/ns/credentials/v2", "https://example.org/s"]
)
def test_other_urls_are_unknown(url: str) -> None:
    """URLs are compared exactly, and what is bundled as a context is no schema."""
    assert published(url) is None


def test_a_changed_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A damaged installation is not a broken credential."""
    shutil.copytree(FOLDER, tmp_path / "json")
    path = tmp_path / "json" / "1edtech.json"
    path.write_bytes(path.read_bytes() + b" ")
    monkeypatch.setattr(jsonschemas, "schemas_folder", lambda: str(tmp_path))
    with pytest.raises(Unavailable, match="pinned"):
        jsonschemas._document.__wrapped__()
    path.unlink()
    with pytest.raises(Unavailable, match="cannot be read"):
        jsonschemas._document.__wrapped__()


def test_the_validator_is_imported_when_a_schema_is_needed() -> None:
    """Most credentials declare no schema, and a command starts anew for each."""
    code = "import sys, vcverify.jsonschemas; assert not {'jsonschema_rs', 'jsonschema', 'tomllib'} & set(sys.modules)"
    parent = Path(vcverify.__file__ or "").resolve().parent.parent
    subprocess.run([sys.executable, "-P", "-c", code], check=True, env={"PYTHONPATH": str(parent)}, cwd="/")


# --- places ---


def test_a_document_that_fits_has_no_places() -> None:
    """The control."""
    assert places(badge()) == []


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"validFrom": 5}, [("/validFrom", "type")]),
        ({"type": ["VerifiableCredential"]}, [("/type", "contains")]),
        ({"@context": ["https://www.w3.org/ns/credentials/v2"]}, [("/@context", "minItems")]),
        ({"@context": ["https://www.w3.org/ns/credentials/v2", "https://example.org"]}, [("/@context/1", "pattern")]),
        (
            {"issuer": {"id": "https://example.org/", "name": "Example Organisation", "type": 3}},
            [("/issuer/type", "type")],
        ),
        ({"issuer": {"name": "Example", "type": ["Profile"]}}, [("/issuer", "required")]),
        ({"issuer": 3}, [("/issuer", "anyOf")]),
        ({"image": {"id": "a", "type": "Image", "alt": "x"}}, [("/image/alt", "additionalProperties")]),
        ({"image": {"id": "a", "type": "Picture"}}, [("/image/type", "const")]),
        ({"description": {"english": "x"}}, [("/description/english", "propertyNames")]),
        ({"evidence": [{"type": ["Evidence"]}, {}]}, [("/evidence/1", "required")]),
        ({"evidence": {}}, [("/evidence", "required")]),
        ({"endorsementJwt": ["a.b.c", "a.b"]}, [("/endorsementJwt/1", "pattern")]),
        ({"credentialSubject": []}, [("/credentialSubject", "type")]),
    ],
)
def test_the_place_is_the_one_to_mend(change: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    """An alternative that was not meant is no place, and an array's item is named by its index."""
    assert places(badge(**change)) == expected


def test_what_is_missing_is_said_of_the_object_that_lacks_it() -> None:
    """A pointer must lead to something."""
    document = badge()
    del document["issuer"]
    schema = published(OB)
    assert schema is not None
    verdict = schema.judge(document)
    assert verdict == Failure(
        (Place(pointer="", keyword="required", detail="`issuer` is missing.", expected="issuer"),)
    )


def test_a_choice_names_its_values() -> None:
    """Which values are taken is what the reader needs."""
    document = badge()
    document["credentialSubject"]["achievement"]["achievementType"] = "Diplom"
    schema = published(OB)
    assert schema is not None
    verdict = schema.judge(document)
    assert isinstance(verdict, Failure)
    (place,) = verdict.places
    assert place.pointer == "/credentialSubject/achievement/achievementType"
    assert place.expected is not None
    assert place.expected.startswith("Achievement, ApprenticeshipCertificate")
    assert place.found == "Diplom"


def test_a_credential_of_either_data_model_fits_the_schema_for_any() -> None:
    """Open Badges 3.0 began under VCDM 1.1 (OB 3.0 §B.9), and such badges are still verified."""
    old = badge(name="Badge", issuanceDate="2024-01-01T00:00:00Z")
    old["@context"][0] = "https://www.w3.org/2018/credentials/v1"
    del old["validFrom"]
    assert places(badge(), ANY) == []
    assert places(old, ANY) == []
    del old["issuanceDate"]
    assert places(old, ANY) == [("", "required")]


def test_places_stand_in_the_order_of_the_document() -> None:
    """Indexes are numbers, and the order does not depend on the validator's release."""
    schema = {"properties": {"b": {"items": {"type": "string"}}, "a": {"type": "string"}}}
    found = foreign(schema, {"b": [*["x"] * 9, 1, 2], "a": 3})
    assert [place.pointer for place in found] == ["/a", "/b/9", "/b/10"]


def test_pointers_are_escaped() -> None:
    """RFC 6901 §3."""
    assert (
        foreign({"properties": {"a/b": {"properties": {"~": {"type": "null"}}}}}, {"a/b": {"~": 1}})[0].pointer
        == "/a~1b/~0"
    )


@pytest.mark.parametrize(
    ("schema", "document", "keyword", "expected"),
    [
        ({"minimum": 5}, 4, "minimum", "at least 5"),
        ({"exclusiveMaximum": 5}, 5, "exclusiveMaximum", "less than 5"),
        ({"maxItems": 1}, [1, 2], "maxItems", "at most 1"),
        ({"minLength": 3}, "a", "minLength", "at least 3"),
        ({"minProperties": 1}, {}, "minProperties", "at least 1"),
        ({"uniqueItems": True}, [1, 1], "uniqueItems", None),
        ({"multipleOf": 2}, 3, "multipleOf", None),
        ({"not": {"type": "string"}}, "a", "not", None),
        ({"contains": {"const": "a"}}, ["b"], "contains", "a"),
        ({"contains": {"minimum": 3}}, [1], "contains", None),
        ({"oneOf": [{"type": "integer"}, {"minimum": 2}]}, 3, "oneOf", None),
        ({"anyOf": [{"const": 1}, {"const": 2}]}, 3, "anyOf", "1"),
        ({"dependentRequired": {"a": ["b"]}}, {"a": 1}, "required", "b"),
        ({"unevaluatedProperties": False}, {"a": 1}, "unevaluatedProperties", None),
        ({"type": ["string", "null"]}, 3, "type", "null, string"),
    ],
)
def test_each_keyword_has_its_words(schema: dict[str, Any], document: Any, keyword: str, expected: str | None) -> None:
    """The sentences are ours: the validator's quote the document and change with its releases."""
    (place,) = foreign(schema, document)
    assert place.keyword == keyword
    assert (
        ", ".join(sorted(place.expected.split(", "))) if keyword == "type" and place.expected else place.expected
    ) == expected
    assert place.detail.endswith(".")


def test_a_member_that_is_false_is_told() -> None:
    """`false` is a schema too: nothing fits."""
    (place,) = foreign({"properties": {"a": False}}, {"a": 1})
    assert place.pointer == "/a"


def test_the_nearest_alternative_is_followed() -> None:
    """Of alternatives inside alternatives, the place that is wrong in the one that was meant."""
    leaf = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n", "m"]}
    schema = {"oneOf": [{"type": "string"}, {"anyOf": [{"type": "array", "items": leaf}, leaf]}]}
    assert [place.pointer for place in foreign(schema, {"n": "x", "m": 1})] == ["/n"]
    assert [place.pointer for place in foreign(schema, [{"n": 1, "m": 1}, {"n": "x", "m": 1}])] == ["/1/n"]


def test_our_verdicts_are_those_of_another_implementation(vectors: Path) -> None:
    """`jsonschema` in Python is the reference of the field; slow, so a few documents only."""
    schema = json.loads((FOLDER / "1edtech.json").read_bytes())
    reference = jsonschema.Draft201909Validator({**schema, "$ref": "#/$defs/AchievementCredential"})
    paths = sorted((vectors / "ob3" / "1edtech-validator").glob("simple*.json"))
    assert len(paths) > 10
    for path in paths:
        document = json.loads(path.read_bytes())
        assert (places(document) == []) is reference.is_valid(document)


def test_the_same_bytes_are_compiled_once() -> None:
    """A batch of credentials names one schema; compiling costs more than judging."""
    body = json.dumps({"$schema": DIALECT, "title": "once"}).encode()
    assert read(body) is read(bytes(bytearray(body)))
