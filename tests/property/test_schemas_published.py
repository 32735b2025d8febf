"""Our 1EdTech schemas answer as the published ones, on everything published and on what it breaks into."""

from __future__ import annotations

import base64
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from support.schema_documents import Documents, objects

from vcverify import jsonschemas
from vcverify.bundled import schemas_folder
from vcverify.jsonschemas import Failure, Success

OURS: dict[str, Any] = json.loads((Path(schemas_folder()) / "json" / "1edtech.json").read_bytes())
FOLDERS = ("ob3", "clr2", "vc", "presentations", "status", "jose", "w3c-replay")


def definition_of(url: str) -> str:
    sources = json.loads((Path(schemas_folder()) / "json" / "SOURCES.json").read_bytes())
    return next(str(entry["definition"]) for entry in sources["documents"] if entry["url"] == url)


@pytest.fixture(scope="module")
def published(vectors: Path) -> dict[str, Any]:
    """The published schemas by URL, compiled as they come: the reference."""
    urls: dict[str, str] = json.loads((vectors / "URLMAP.json").read_bytes())["schemas"]
    return {url: jsonschema_rs.validator_for(json.loads((vectors / file).read_bytes())) for url, file in urls.items()}


@pytest.fixture(scope="module")
def samples(vectors: Path) -> list[dict[str, Any]]:
    """Every credential and profile of the published samples, at any depth."""
    found = []
    for folder in FOLDERS:
        for path in sorted((vectors / folder).rglob("*")):
            if path.is_file():
                found += [item for value in _json(path.read_bytes()) for item in objects(value) if _speaks(item)]
    return found


def _json(data: bytes) -> Iterator[Any]:
    text = data.decode("utf-8", "replace").strip()
    for candidate in (text, *text.split("."))[:3]:
        try:
            if candidate is not text:
                candidate = base64.urlsafe_b64decode(candidate + "==").decode()
            yield json.loads(candidate)
        except ValueError:
            continue


def _speaks(item: dict[str, Any]) -> bool:
    return "@context" in item or "credentialSubject" in item or item.get("type") in ("Profile", ["Profile"])


def differing(published: dict[str, Any], documents: list[Any]) -> list[tuple[str, Any]]:
    wrong = []
    for url, reference in published.items():
        ours = jsonschemas.published(url)
        assert ours is not None
        for document in documents:
            expected = Success if reference.is_valid(document) else Failure
            if type(ours.judge(document)) is not expected:
                wrong.append((url, document))
    return wrong


def test_every_published_url_has_a_schema(published: dict[str, Any]) -> None:
    """A credential that declares one of them must be judged offline."""
    assert len(published) == 11
    assert all(jsonschemas.published(url) is not None for url in published)


def test_the_published_samples_get_the_published_verdict(published: dict[str, Any], samples: list[Any]) -> None:
    """Whatever an issuer validated against the published schema before signing must fit here too, and nothing else."""
    assert len(samples) > 1_000
    assert differing(published, samples) == []


def compare(published: dict[str, Any], samples: list[Any], seed: int, count: int) -> Counter[tuple[str, bool]]:
    """Makes and breaks `count` documents, each judged by every published schema of its definition."""
    documents = Documents(OURS, seed, [item for item in samples if "credentialSubject" in item])
    groups: dict[str, list[tuple[Any, Any]]] = {}
    for url, reference in published.items():
        groups.setdefault(definition_of(url), []).append((reference, jsonschemas.published(url)))
    verdicts: Counter[tuple[str, bool]] = Counter()
    names = sorted(groups)
    for number in range(count):
        name = names[number % len(names)]
        document = documents.changed(name)
        for reference, ours in groups[name]:
            expected = reference.is_valid(document)
            assert type(ours.judge(document)) is (Success if expected else Failure), json.dumps(document)
            verdicts[name, expected] += 1
    return verdicts


def test_broken_documents_get_the_published_verdict(published: dict[str, Any], samples: list[Any]) -> None:
    """Members dropped, retyped, added, renamed, wrapped: the two must part nowhere, on either side of the verdict."""
    verdicts = compare(published, samples, seed=1, count=5_000)
    assert min(verdicts.values()) >= 100
    assert len(verdicts) == 2 * len({name for name, _ in verdicts})


def test_every_member_of_every_class_is_judged_as_published(published: dict[str, Any]) -> None:
    """Chance finds a wrong rule for a rare member late; here each member takes each kind of value."""
    documents = Documents(OURS, 3)
    done = Counter[bool]()
    for name in ("AchievementCredential", "ClrCredential", "GetClrCredentialsResponse", "StatusInfo"):
        url = next(url for url in published if definition_of(url) == name)
        reference, ours = published[url], jsonschema_rs.validator_for({**OURS, "$ref": f"#/$defs/{name}"})
        for document in documents.every_change(name):
            expected = reference.is_valid(document)
            assert ours.is_valid(document) is expected, json.dumps(document)
            done[expected] += 1
    assert min(done.values()) > 3_000


@pytest.mark.long
@pytest.mark.parametrize("seed", range(2, 22))
def test_many_broken_documents_get_the_published_verdict(
    published: dict[str, Any], samples: list[Any], seed: int
) -> None:
    """The same on two hundred thousand."""
    compare(published, samples, seed=seed, count=10_000)


def test_what_the_stricter_published_form_takes_is_taken(vectors: Path, samples: list[Any]) -> None:
    """The form without JSON-LD's short forms has stood under the same URLs: what fits it must fit here."""
    path = vectors / "schemas/1edtech/ob-v3p0-json-ld-variant/ob_v3p0_achievementcredential_schema.json"
    stricter = jsonschema_rs.validator_for(json.loads(path.read_bytes()))
    for form in ("json", "json-ld"):
        ours = jsonschemas.published(
            f"https://purl.imsglobal.org/spec/ob/v3p0/schema/{form}/ob_v3p0_achievementcredential_schema.json"
        )
        assert ours is not None
        documents = Documents(OURS, 7, [item for item in samples if stricter.is_valid(item)])
        taken = [
            item for item in (documents.changed("AchievementCredential") for _ in range(500)) if stricter.is_valid(item)
        ]
        assert len(taken) > 20
        assert all(isinstance(ours.judge(item), Success) for item in taken)
