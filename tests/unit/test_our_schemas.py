"""Our own JSON Schemas say what reports, policies and cases are; here they are held to it."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from conftest import CHECKOUT
from referencing import Registry, Resource

from vcverify import Policy, verify
from vcverify.bundled import schemas_folder
from vcverify.jsontypes import line
from vcverify.policy import BINDINGS, PROFILES
from vcverify.problems import CATALOGUE, Severity

FOLDER = Path(schemas_folder()) / "vcverify"
CASES = sorted((CHECKOUT / "test_vectors/cases").glob("*.json"))


def schema(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((FOLDER / f"{name}.schema.json").read_text())
    return loaded


@pytest.fixture(scope="module")
def valid() -> Any:
    """Whether a value fits the schema of that name; raises with the place where it does not."""
    schemas = {name: schema(name) for name in ("report", "policy", "case")}
    registry: Any = Registry().with_resources((item["$id"], Resource.from_contents(item)) for item in schemas.values())
    validators = {
        name: jsonschema.Draft202012Validator(item, registry=registry, format_checker=jsonschema.FormatChecker())
        for name, item in schemas.items()
    }
    return lambda name, value: validators[name].validate(json.loads(line(value)))


@pytest.mark.parametrize("name", ["report", "policy", "case"])
def test_they_are_schemas(name: str) -> None:
    """Of the dialect that they name."""
    jsonschema.Draft202012Validator.check_schema(schema(name))
    assert schema(name)["$id"] == f"https://vcverify.dev/schemas/{name}.schema.json"


@pytest.mark.parametrize("path", CASES[::12], ids=lambda path: path.stem)
def test_cases_and_their_reports_fit(valid: Any, path: Path) -> None:
    """Whatever a report has to say, it says in the form that is documented."""
    from vcverify.replay import read_case, replay_case

    valid("case", json.loads(path.read_text()))
    valid("report", replay_case(read_case(path.read_bytes())).report.to_dict())


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b'{"type": "x"}'])
def test_reports_on_nothing_fit(valid: Any, data: bytes) -> None:
    """A report is a report, however little there is to say."""
    valid("report", verify(data).to_dict())


@pytest.mark.parametrize(
    "policy",
    [
        Policy(),
        *(Policy.from_dict({"profile": name}) for name in PROFILES),
        Policy(severities={"terms.form": Severity.ERROR}),
    ],
    ids=["strict", *PROFILES, "graded"],
)
def test_policies_fit(valid: Any, policy: Policy) -> None:
    """What `to_dict` writes, `from_dict` reads."""
    valid("policy", policy.to_dict())
    assert Policy.from_dict(policy.to_dict()) == policy


def test_the_policy_schema_knows_every_rule() -> None:
    """A new rule is described, or this fails."""
    described = schema("policy")["properties"]
    for field in dataclasses.fields(Policy):
        first, *rest = field.name.split("_")
        assert field.name in described
        assert first + "".join(word.capitalize() for word in rest) in described
    assert described["profile"]["enum"] == [*PROFILES, None]
    assert schema("policy")["$defs"]["binding"]["enum"] == list(BINDINGS)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("policy", {"profil": "clr"}),
        ("policy", {"clock_skew": 301}),
        ("case", {"id": "x"}),
        ("case", {"input": {}, "options": {"chalenge": "x"}}),
        ("case", {"input": {}, "expect": {"problems": ["x"]}}),
    ],
)
def test_what_is_refused_does_not_fit(valid: Any, name: str, value: Any) -> None:
    """The schemas refuse what the code refuses."""
    with pytest.raises(jsonschema.ValidationError):
        valid(name, value)


def test_the_codes_fit_the_reports_pattern() -> None:
    """Two words with a dot."""
    import re

    pattern = schema("report")["$defs"]["problem"]["properties"]["code"]["pattern"]
    assert all(re.search(pattern, code) for code in CATALOGUE)
