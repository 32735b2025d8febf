"""The fuzz targets by name. Each takes bytes, returns, and raises only what is a bug."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from fuzz import encodings, graphs, identities, images, lists, texts, whole

FOLDER = Path(__file__).resolve().parent

Mutator = Callable[[bytes, int], bytes]
"""Other data made of some data and a seed, where changes of single bytes would seldom lead anywhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A function to be called with any bytes.

    Attributes:
        longest: Bytes of an input; longer ones say nothing new.
        mutate: Used for half of the inputs, libFuzzer's own changes for the others.
    """

    name: str
    run: Callable[[bytes], None]
    longest: int
    mutate: Mutator | None = None

    @property
    def corpus(self) -> Path:
        return FOLDER / "corpora" / self.name

    @property
    def dictionary(self) -> Path:
        return FOLDER / "dictionaries" / f"{self.name}.dict"


TARGETS = {
    target.name: target
    for target in (
        Target(name="json", run=texts.json_text, longest=4_096),
        Target(name="datetime", run=texts.date_time, longest=80),
        Target(name="base64", run=encodings.base64_text, longest=512),
        Target(name="token", run=encodings.token, longest=4_096, mutate=encodings.mutated),
        Target(name="key", run=identities.key, longest=1_200),
        Target(name="did-web", run=identities.did_web, longest=400),
        Target(name="status-list", run=lists.status_list, longest=4_096),
        Target(name="graph", run=graphs.graph, longest=4_096, mutate=graphs.mutated),
        Target(name="image", run=images.image, longest=8_192),
        Target(name="verify", run=whole.verify, longest=16_384, mutate=whole.mutated),
    )
}
