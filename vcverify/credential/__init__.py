"""A typed reading of what was signed.

A `Credential` is never made from received JSON members of a graph-signed document: a suite makes it
from the statements that it canonicalized (`GraphNode`), or, where the signature covers the JSON
itself (JCS, JOSE), from that JSON (`JsonNode`). Both answer the same questions, so a check does
not know which it reads.

Where a statement stands in the received document is only asked to explain a problem; the graph
reading finds out by walking the document again.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from vcverify import vocabulary
from vcverify.credential.graph import GraphNode, GraphReading, literal
from vcverify.credential.nodes import Literal, Node
from vcverify.credential.plain import JsonNode
from vcverify.jsontypes import JsonObject

__all__ = [
    "Credential",
    "GraphNode",
    "GraphReading",
    "JsonNode",
    "Literal",
    "Node",
    "literal",
    "read_json",
]


@dataclass(frozen=True, slots=True)
class Credential:
    """A credential or presentation as its signature says it.

    Attributes:
        root: The credential itself.
        tell: Makes the whole reading as JSON; called when it is asked for.
    """

    root: Node
    tell: Callable[[], JsonObject]

    @property
    def id(self) -> str | None:
        return self.root.id

    @property
    def types(self) -> tuple[str, ...]:
        return self.root.types

    @property
    def name(self) -> str | None:
        texts = sorted(self.root.texts(vocabulary.NAME))
        return texts[0] if texts else None

    @property
    def issuer(self) -> str | None:
        """The issuer's id (of a presentation: the holder's), where there is exactly one."""
        return self.root.text(vocabulary.HOLDER if self.is_presentation else vocabulary.ISSUER) or None

    @property
    def issuer_name(self) -> str | None:
        """The name that the issuer gives itself: a claim, not a check."""
        nodes = self.root.nodes(vocabulary.ISSUER)
        return nodes[0].text(vocabulary.NAME) if len(nodes) == 1 else None

    @property
    def subjects(self) -> tuple[Node, ...]:
        return self.root.nodes(vocabulary.CREDENTIAL_SUBJECT)

    @property
    def subject(self) -> str | None:
        """The subject's id, where there is exactly one subject and it has one."""
        subjects = self.subjects
        return subjects[0].id if len(subjects) == 1 else None

    @property
    def is_presentation(self) -> bool:
        return self.root.is_a(vocabulary.VERIFIABLE_PRESENTATION_TYPE)

    def __reduce__(self) -> tuple[Any, ...]:
        return _told, (self.tell(),)

    def to_dict(self) -> JsonObject:
        """The whole reading as JSON, in a stable order, however the input was spelled."""
        return self.tell()


def _told(document: JsonObject) -> Credential:
    """A credential that came from another process: its reading as it was told there."""
    return Credential(JsonNode(document), lambda: copy.deepcopy(document))


def read_json(document: JsonObject) -> Credential:
    """The reading of a document whose JSON itself was signed. `document` is without its proof."""
    return Credential(JsonNode(document), lambda: _sorted(document))


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _sorted(value[name]) for name in sorted(value)}
    return [_sorted(item) for item in value] if isinstance(value, list) else value
