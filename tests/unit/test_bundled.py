"""The documents that ship with the package."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import vcverify
from vcverify.bundled import CURRENT, Bundled, Kind, bundled, schemas_folder
from vcverify.loading import Purpose, Request, Unavailable

OB = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
CLR = "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json"
SCHEMAS = Path(schemas_folder())
SCHEMA_FILES = {
    "https://www.w3.org/2022/credentials/v2/json-schema-credential-schema.json": "w3c/json-schema-credential-schema.json"
}
TEXTS = [(url, revision) for url in bundled() for revision in bundled().revisions(url)]


def as_written(data: bytes) -> str:
    """A text that is equal for two documents of the same JSON: types, numbers and repeated members included."""
    return repr(json.loads(data, object_pairs_hook=lambda pairs: ("object", sorted(pairs, key=lambda pair: pair[0]))))


@pytest.fixture(scope="module")
def published(vectors: Path) -> dict[str, Any]:
    index: dict[str, Any] = json.loads((vectors / "contexts" / "INDEX.json").read_bytes())
    return index


def published_bytes(vectors: Path, published: dict[str, Any], url: str, revision: str) -> bytes:
    if url in SCHEMA_FILES:
        return (vectors / "schemas" / SCHEMA_FILES[url]).read_bytes()
    key = url if revision == CURRENT else f"{url}#alt-{revision}"
    return (vectors / "contexts" / published[key]["file"]).read_bytes()


@pytest.mark.parametrize(("url", "revision"), TEXTS)
def test_a_bundled_document_says_what_its_publisher_says(
    vectors: Path, published: dict[str, Any], url: str, revision: str
) -> None:
    """Signatures are over what the published context means: one dropped or altered member would void them."""
    body = bundled().body(url, revision)
    assert body is not None
    assert as_written(body) == as_written(published_bytes(vectors, published, url, revision))


@pytest.mark.parametrize(("url", "revision"), TEXTS)
def test_the_recorded_digests_are_of_the_publishers_bytes(
    vectors: Path, published: dict[str, Any], url: str, revision: str
) -> None:
    """A credential's `digestSRI` names the publisher's bytes, not those of our rendering."""
    data = published_bytes(vectors, published, url, revision)
    document = bundled().document(url, revision)
    assert document is not None
    origin = bundled().origin(document)
    assert origin.digests == {name: hashlib.new(name, data).hexdigest() for name in ("sha256", "sha384", "sha512")}
    if revision == CURRENT and url in published:
        assert origin.stated == bool(published[url]["published_match"])


def test_aliases_answer_with_a_document_that_is_published_under_both_urls(
    vectors: Path, published: dict[str, Any]
) -> None:
    """An alias is a claim that two URLs publish one text."""
    for url in bundled():
        document = bundled().document(url)
        assert document is not None
        for alias in document.aliases:
            assert as_written(published_bytes(vectors, published, alias, CURRENT)) == as_written(
                published_bytes(vectors, published, url, CURRENT)
            )
            assert bundled().canonical_url(alias) == url
            assert bundled().context(alias) == bundled().context(url)


def test_no_tracked_file_is_a_copy_of_a_published_vector(vectors: Path, checkout: Path) -> None:
    """The vectors belong to others and stay where they are; what ships is our own rendering."""
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=checkout, capture_output=True, check=False)
    if listing.returncode:  # an unpacked archive: all of it is ours, but for what tools leave in dot folders
        names = [str(path.relative_to(checkout)) for path in checkout.rglob("*")]
        files = [checkout / name for name in names if not name.startswith((".venv", ".hypothesis", ".pytest_cache"))]
    else:
        files = [checkout / name.decode() for name in listing.stdout.split(b"\0") if name]
    ours = {hashlib.sha256(path.read_bytes()).hexdigest(): path for path in files if path.is_file()}
    theirs = {hashlib.sha256(path.read_bytes()).hexdigest(): path for path in vectors.rglob("*") if path.is_file()}
    copies = {str(ours[digest]): str(theirs[digest]) for digest in ours.keys() & theirs.keys()}
    assert {ours: theirs for ours, theirs in copies.items() if Path(ours).stat().st_size} == {}


def test_the_index_is_the_extract_of_sources() -> None:
    """Two files name the documents, one for people and one for a quick start: they must not part."""
    tables = tomllib.loads((SCHEMAS / "SOURCES.toml").read_text("utf-8"))["document"]
    rows = json.loads((SCHEMAS / "index.json").read_bytes())
    assert rows == [[table[name] for name in ("url", "aliases", "revision", "file", "sha256_file")] for table in tables]


def test_every_file_is_listed_and_every_listed_file_is_there() -> None:
    """An unlisted file has no pin, no source and no licence."""
    tables = tomllib.loads((SCHEMAS / "SOURCES.toml").read_text("utf-8"))["document"]
    folders = [SCHEMAS / Kind.CONTEXT, *(path for path in (SCHEMAS / Kind.SCHEMA).iterdir() if path.is_dir())]
    files = {str(path.relative_to(SCHEMAS)) for folder in folders for path in folder.rglob("*") if path.is_file()}
    assert files == {table["file"] for table in tables}


def test_every_document_names_its_source_its_licence_and_its_owner() -> None:
    """Redistribution is by licence, so none may be without one."""
    notice_licences = {"Apache-2.0", "BSD-3-Clause", "MIT", "W3C-20150513"}
    for url, revision in TEXTS:
        document = bundled().document(url, revision)
        assert document is not None
        origin = bundled().origin(document)
        assert origin.licence in notice_licences
        assert origin.source
        assert origin.attribution.startswith("©")


def test_urls_aliases_and_revisions_are_unambiguous() -> None:
    """One URL, one revision, one text."""
    names = [name for url in bundled() for name in (url, *(bundled().document(url).aliases))]  # type: ignore[union-attr]
    assert len(names) == len(set(names))
    assert len(TEXTS) == len(set(TEXTS))


def test_the_revisions_are_those_that_were_settled_newest_first() -> None:
    """Real credentials were signed under four texts of one Open Badges URL and two of one CLR URL."""
    assert bundled().revisions(OB) == (CURRENT, "2025-11", "2024-03", "2024-02")
    assert bundled().revisions(CLR) == (CURRENT, "2024-02")
    assert {url for url, revision in TEXTS if revision != CURRENT} == {OB, CLR}


def test_the_revisions_of_a_url_differ() -> None:
    """A revision that says the same as another would only be tried in vain."""
    for url in (OB, CLR):
        bodies = {bundled().body(url, revision) for revision in bundled().revisions(url)}
        assert len(bodies) == len(bundled().revisions(url))


def test_the_newest_revision_is_the_default() -> None:
    """An older text must be asked for by name."""
    assert bundled().context(OB) == bundled().context(OB, CURRENT) != bundled().context(OB, "2024-02")
    assert bundled().load(Request(url=OB, purpose=Purpose.CONTEXT)).body == bundled().body(OB, CURRENT)


def test_contexts_that_bundled_contexts_name_are_bundled() -> None:
    """A context that needs another must work offline."""
    named: set[str] = set()
    for url, revision in TEXTS:
        stack: list[Any] = [bundled().context(url, revision)]  # None for a schema
        while stack:
            item = stack.pop()
            if isinstance(item, dict):
                inner = item.get("@context")
                named |= {entry for entry in (inner if isinstance(inner, list) else [inner]) if isinstance(entry, str)}
                named |= {item["@import"]} if isinstance(item.get("@import"), str) else set()
                stack.extend(item.values())
            elif isinstance(item, list):
                stack.extend(item)
    assert {url for url in named if url not in bundled()} == set()


@pytest.mark.parametrize("url", ["", OB + "#", OB + "/", OB.upper(), "https://w3id.org/citizenship/v4rc1"])
def test_urls_are_matched_exactly(url: str) -> None:
    """A look-alike URL is another document."""
    assert url not in bundled()
    assert bundled().canonical_url(url) is None
    assert bundled().revisions(url) == ()
    assert bundled().context(url) is None
    with pytest.raises(Unavailable, match="not a bundled document"):
        bundled().load(Request(url=url, purpose=Purpose.CONTEXT))


def test_a_context_is_not_a_schema_and_a_schema_is_no_context() -> None:
    """Taken for the other, a document would define no terms, or allow everything."""
    for url in bundled():
        assert (bundled().context(url) is None) != (bundled().schema(url) is None)
    assert set(bundled().urls(Kind.CONTEXT)) | set(bundled().urls(Kind.SCHEMA)) == set(bundled())


@pytest.mark.parametrize("url", bundled().urls(Kind.SCHEMA))
def test_a_bundled_schema_is_known_by_its_own_id(url: str) -> None:
    """A credential names the schema by the URL that the schema gives itself."""
    schema = bundled().schema(url)
    assert schema is not None
    assert schema["$id"] == url


def test_an_unknown_revision_is_not_another_one() -> None:
    """Falling back to the newest text would verify under a text that nobody asked for."""
    assert bundled().context(OB, "2019-01") is None


def test_a_caller_cannot_change_what_the_next_caller_gets() -> None:
    """Contexts are shared between credentials of strangers."""
    first = bundled().context(OB)
    assert first is not None
    first.clear()
    assert bundled().context(OB)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SCHEMAS, tmp_path / "schemas"))


def test_a_changed_file_is_refused(copy: Path) -> None:
    """A context decides what a signature means, so one that was touched after release must not be used."""
    document = bundled().document(OB)
    assert document is not None
    path = copy / document.file
    path.write_bytes(path.read_bytes().replace(b"Achievement", b"achievement", 1))
    changed = Bundled(str(copy))
    for use in (changed.context, changed.body, lambda url: changed.load(Request(url=url, purpose=Purpose.CONTEXT))):
        with pytest.raises(Unavailable, match="not the one that was pinned"):
            use(OB)
    assert changed.context(CLR) == bundled().context(CLR)


def test_a_missing_file_is_unavailable(copy: Path) -> None:
    """A broken installation is not a broken credential."""
    document = bundled().document(OB)
    assert document is not None
    (copy / document.file).unlink()
    with pytest.raises(Unavailable, match="cannot be read"):
        Bundled(str(copy)).context(OB)


def test_opening_the_table_reads_one_small_file() -> None:
    """The command line starts anew for each badge: what it does not need it must not read."""
    code = (
        "import builtins, sys\n"
        "opened = []\n"
        "real = builtins.open\n"
        "builtins.open = lambda path, *more, **options: (opened.append(str(path)), real(path, *more, **options))[1]\n"
        "from vcverify.bundled import bundled\n"
        "bundled()\n"
        "names = [path for path in opened if 'schemas' in path]\n"
        "assert len(names) == 1 and names[0].endswith('index.json'), names\n"
        "assert 'tomllib' not in sys.modules\n"
    )
    parent = Path(vcverify.__file__ or "").resolve().parent.parent
    subprocess.run([sys.executable, "-P", "-c", code], check=True, env={"PYTHONPATH": str(parent)}, cwd="/")


@pytest.fixture
def tool(checkout: Path, copy: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """tools/bundle.py, at work on a copy of the documents."""
    spec = importlib.util.spec_from_file_location("bundle", checkout / "tools" / "bundle.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "SCHEMAS", copy)
    return module


def test_the_files_are_in_the_house_form(tool: ModuleType) -> None:
    """One form for all, so that a new revision shows as a small difference."""
    files = [SCHEMAS / table["file"] for table in tool.documents()]
    assert [str(path) for path in files if tool.house_form(path.read_bytes()) != path.read_bytes()] == []


def test_a_new_text_of_a_document_retires_the_current_one(tool: ModuleType, copy: Path) -> None:
    """Credentials that were signed under the text of yesterday must verify tomorrow."""
    data = b'{ "@context": {"name": "https://schema.org/name"} }'
    (current,) = [table for table in tool.documents() if (table["url"], table["revision"]) == (OB, CURRENT)]
    tool.add(data, current | {"file": "contexts/1edtech/new.json"}, retire="2026-03")
    changed = Bundled(str(copy))
    assert changed.revisions(OB) == (CURRENT, "2026-03", *bundled().revisions(OB)[1:])
    assert changed.context(OB) == json.loads(data)
    assert changed.context(OB, "2026-03") == bundled().context(OB)
    document = changed.document(OB)
    assert document is not None
    assert changed.origin(document).digests["sha256"] == hashlib.sha256(data).hexdigest()
    assert list(changed) == list(bundled())


def test_putting_a_document_in_again_changes_nothing(tool: ModuleType, copy: Path) -> None:
    """The files in the repository are what the tool writes."""
    tool.write(tool.documents())
    for name in ("SOURCES.toml", "index.json"):
        assert (copy / name).read_bytes() == (SCHEMAS / name).read_bytes()
