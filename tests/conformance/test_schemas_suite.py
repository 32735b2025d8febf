"""The JSON Schema Test Suite and the W3C's samples, through our own door."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from vcverify import jsonschemas
from vcverify.jsonschemas import Indeterminate, Success, Verdict

DIALECTS = {
    "draft7": "http://json-schema.org/draft-07/schema#",
    "draft2019-09": "https://json-schema.org/draft/2019-09/schema",
    "draft2020-12": "https://json-schema.org/draft/2020-12/schema",
}
UNDECIDED = {
    "it refers to another document": {
        "refRemote.json",
        "dynamicRef.json",
        "optional/cross-draft.json",
    },
    "is not a JSON object": {"boolean_schema.json"},
    "An integer that other readers would round": {"const.json", "optional/bignum.json"},
    "a dialect that is not known here": {"vocabulary.json", "optional/format-assertion.json"},
}
"""Why a schema of the suite is not evaluated, and the files in which that occurs."""


@pytest.fixture(scope="module")
def suite(vectors: Path) -> Path:
    return vectors / "schemas" / "json-schema-test-suite" / "tests"


def groups(folder: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    for path in sorted(folder.rglob("*.json")):
        for group in json.loads(path.read_bytes()):
            yield path.relative_to(folder).as_posix(), group


def verdict(schema: Any, dialect: str, data: Any) -> Verdict:
    """A schema of the suite names its dialect as the suite's folder does."""
    if isinstance(schema, dict):
        schema = {"$schema": dialect, **schema}
    read = jsonschemas.read(json.dumps(schema).encode())
    return read if isinstance(read, Indeterminate) else read.judge(data)


@pytest.mark.parametrize("draft", DIALECTS)
def test_verdicts_are_those_of_the_suite(suite: Path, draft: str) -> None:
    """A schema decides whether a credential is accepted: every keyword must mean what its draft says."""
    wrong, decided = [], 0
    for file, group in groups(suite / draft):
        if file.startswith("optional/format/"):
            continue  # asks that formats be asserted: see the next test
        for test in group["tests"]:
            found = verdict(group["schema"], DIALECTS[draft], test["data"])
            if isinstance(found, Indeterminate):
                if not any(reason in found.reason and file in files for reason, files in UNDECIDED.items()):
                    wrong.append((file, group["description"], found.reason))
                continue
            decided += 1
            if isinstance(found, Success) is not test["valid"]:
                wrong.append((file, group["description"], test["description"]))
    assert wrong == []
    assert decided > 900


@pytest.mark.parametrize("draft", DIALECTS)
def test_a_format_decides_nothing(suite: Path, draft: str) -> None:
    """Formats are notes by default: asserting them would refuse credentials that the issuer's own validator took."""
    for file, group in groups(suite / draft):
        if file.startswith("optional/format/") and set(group["schema"]) <= {"$schema", "format"}:
            for test in group["tests"]:
                assert verdict(group["schema"], DIALECTS[draft], test["data"]) == Success()


@pytest.mark.parametrize("kind", ["credential", "presentation"])
def test_the_samples_of_the_data_model_fit_its_schema(vectors: Path, kind: str) -> None:
    """The W3C's own examples and schema belong together."""
    folder = vectors / "schemas" / "w3c" / "vc-data-model-schema" / f"verifiable-{kind}"
    schema = jsonschemas.read((folder / f"verifiable-{kind}-schema.json").read_bytes())
    samples = sorted(folder.glob("example-*.json"))
    assert samples
    if isinstance(schema, Indeterminate):
        assert kind == "presentation"
        assert "refers to another document" in schema.reason
        return
    for path in samples:
        assert schema.judge(json.loads(path.read_bytes())) == Success()


def test_the_schema_of_schema_credentials_is_at_hand(vectors: Path) -> None:
    """A credential about a schema is checked by a schema of the W3C, which itself refers to that of its dialect."""
    schema = jsonschemas.read((vectors / "schemas" / "w3c" / "json-schema-credential-schema.json").read_bytes())
    assert not isinstance(schema, Indeterminate)
    document: dict[str, Any] = {
        "type": ["VerifiableCredential", "JsonSchemaCredential"],
        "credentialSubject": {"type": "JsonSchema", "jsonSchema": {"type": "object"}},
        "credentialSchema": {
            "id": "https://www.w3.org/ns/credentials/json-schema/v2.json",
            "type": "JsonSchema",
            "digestSRI": "sha384-x",
        },
    }
    assert schema.judge(document) == Success()
    document["credentialSubject"]["jsonSchema"] = {"type": "objects"}
    assert schema.judge(document) != Success()
