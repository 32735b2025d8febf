"""The documents that ship with the package: JSON-LD contexts and JSON Schemas, each pinned by digest.

`schemas/SOURCES.toml` says what they are, where they come from and whose they are. At run time
only `schemas/index.json`, its extract, is read, and of the documents only those that are asked for.
"""

from __future__ import annotations

import enum
import functools
import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from vcverify.jsontypes import JsonObject, loads
from vcverify.loading import Request, Resource, Unavailable

CURRENT: Final = "current"
"""The name of the newest revision of a document."""


class Kind(enum.StrEnum):
    """What a document is; the value is the folder that it stands in."""

    CONTEXT = "contexts"
    SCHEMA = "json"


_MEDIA_TYPES: Final = {Kind.CONTEXT: "application/ld+json", Kind.SCHEMA: "application/schema+json"}


@dataclass(frozen=True, slots=True, kw_only=True)
class BundledDocument:
    """One text of one document: what it is, and the pin of the file that renders it.

    `revision` is "current", or the month of an older text that was published under the same URL.
    `file` is relative to `schemas_folder()`; `sha256_file` is the hex SHA-256 of its bytes.
    """

    url: str
    aliases: tuple[str, ...]
    revision: str
    file: str
    sha256_file: str

    @property
    def kind(self) -> Kind:
        return Kind(self.file.split("/", 1)[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a bundled document was published and whose it is.

    `digests` are of the publisher's own bytes, hex by algorithm name (sha256, sha384, sha512): our
    file says the same JSON in other white space, so a credential's digest is compared with these.
    `earlier` are those of bytes that were served before under the same URL, of which no text is bundled.
    `stated`: the publisher's specification states that SHA-256.
    """

    digests: dict[str, str]
    earlier: frozenset[str]
    stated: bool
    source: str
    licence: str
    attribution: str


class Bundled:
    """The bundled documents by URL; a `Loader` that knows nothing else.

    Aliases answer with the document they name. The newest revision is the default everywhere.
    """

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._documents: dict[str, tuple[BundledDocument, ...]] = {}
        self._canonical: dict[str, str] = {}
        self._bytes: dict[str, bytes] = {}
        with open(os.path.join(folder, "index.json"), "rb") as file:
            rows: Any = loads(file.read())
        for url, aliases, revision, name, digest in rows:
            document = BundledDocument(
                url=url, aliases=tuple(aliases), revision=revision, file=name, sha256_file=digest
            )
            self._documents[url] = (*self._documents.get(url, ()), document)
            for alias in (url, *aliases):
                self._canonical[alias] = url

    def __contains__(self, url: object) -> bool:
        return url in self._canonical

    def __iter__(self) -> Iterator[str]:
        """The URLs under which documents are published, without aliases."""
        return iter(self._documents)

    def urls(self, kind: Kind) -> tuple[str, ...]:
        """The URLs of one kind of document, without aliases."""
        return tuple(url for url, texts in self._documents.items() if texts[0].kind is kind)

    def __len__(self) -> int:
        return len(self._documents)

    def canonical_url(self, url: str) -> str | None:
        """The URL that the publisher gives a document, for itself or an alias; None when it is not bundled."""
        return self._canonical.get(url)

    def revisions(self, url: str) -> tuple[str, ...]:
        """The names of the texts bundled for a URL, newest first; empty when it is not bundled."""
        return tuple(document.revision for document in self._texts(url))

    def document(self, url: str, revision: str | None = None) -> BundledDocument | None:
        """The record of a document; None when neither it nor that revision is bundled."""
        texts = self._texts(url)
        if revision is None:
            return texts[0] if texts else None
        return next((document for document in texts if document.revision == revision), None)

    def body(self, url: str, revision: str | None = None) -> bytes | None:
        """The bytes of a document's file, as pinned; None when it is not bundled.

        Raises:
            Unavailable: the installed file is missing or is not the one that was pinned.
        """
        document = self.document(url, revision)
        if document is None:
            return None
        body = self._bytes.get(document.file)
        if body is None:
            body = self._bytes[document.file] = self._read(document)
        return body

    def context(self, url: str, revision: str | None = None) -> JsonObject | None:
        """A context as JSON, parsed anew at each call, so that the caller owns it; None when it is not bundled.

        Raises:
            Unavailable: the installed file is missing or is not the one that was pinned.
        """
        return self._parsed(Kind.CONTEXT, url, revision)

    def schema(self, url: str) -> JsonObject | None:
        """A JSON Schema as JSON, parsed anew at each call; None when it is not bundled.

        Raises:
            Unavailable: the installed file is missing or is not the one that was pinned.
        """
        return self._parsed(Kind.SCHEMA, url, None)

    def load(self, request: Request) -> Resource:
        """The newest text at the request's URL.

        Raises:
            Unavailable: no such document is bundled, or its file is not the one that was pinned.
        """
        document = self.document(request.url)
        body = self.body(request.url)
        if document is None or body is None:
            raise Unavailable(request.url, "not a bundled document")
        return Resource(url=request.url, body=body, media_type=_MEDIA_TYPES[document.kind])

    def origin(self, document: BundledDocument) -> Origin:
        """What SOURCES.toml says of a document. Parses that file at the first call."""
        return _origins(self._folder)[document.file]

    def _texts(self, url: str) -> tuple[BundledDocument, ...]:
        canonical = self._canonical.get(url)
        return () if canonical is None else self._documents[canonical]

    def _parsed(self, kind: Kind, url: str, revision: str | None) -> JsonObject | None:
        document = self.document(url, revision)
        if document is None or document.kind is not kind:
            return None
        value = loads(self.body(url, revision) or b"")
        if not isinstance(value, dict):
            raise Unavailable(url, "the bundled file is not a JSON object")
        return value

    def _read(self, document: BundledDocument) -> bytes:
        try:
            with open(os.path.join(self._folder, document.file), "rb") as file:
                body = file.read()
        except OSError as error:
            raise Unavailable(document.url, f"the bundled file cannot be read: {error.strerror}") from None
        if hashlib.sha256(body).hexdigest() != document.sha256_file:
            raise Unavailable(document.url, "the bundled file is not the one that was pinned")
        return body


@functools.cache
def bundled() -> Bundled:
    """The documents of this installation; reads one small index at the first call."""
    return Bundled(schemas_folder())


@functools.cache
def schemas_folder() -> str:
    """The folder with SOURCES.toml: inside the package when installed, beside it in a checkout.

    A top-level folder is not mapped by an editable install, hence the second place.
    """
    package = os.path.dirname(os.path.abspath(__file__))
    for folder in (os.path.join(package, "schemas"), os.path.join(os.path.dirname(package), "schemas")):
        if os.path.isfile(os.path.join(folder, "SOURCES.toml")):
            return folder
    raise FileNotFoundError(f"no schemas folder in {package} or beside it: the installation is incomplete")


@functools.cache
def _origins(folder: str) -> dict[str, Origin]:
    import tomllib  # 3 ms that a start-up need not pay

    with open(os.path.join(folder, "SOURCES.toml"), "rb") as file:
        tables = tomllib.load(file)["document"]
    return {
        table["file"]: Origin(
            digests={name: table[name] for name in ("sha256", "sha384", "sha512")},
            earlier=frozenset(table.get("earlier", ())),
            stated=table["stated"],
            source=table["source"],
            licence=table["licence"],
            attribution=table["attribution"],
        )
        for table in tables
    }
