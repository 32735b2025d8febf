"""Which DID methods are known: the built-in ones, and those that packages bring.

A package brings one with the entry point group `vcverify.resolvers`: the entry's name is the DID
method, its object a `Resolver`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from vcverify.identifiers.base import Resolver
from vcverify.identifiers.did_jwk import DidJwk
from vcverify.identifiers.did_key import DidKey
from vcverify.identifiers.web import DidWeb

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

GROUP: Final = "vcverify.resolvers"

BUILT_IN: Final[Mapping[str, Resolver]] = MappingProxyType(
    {resolver.method: resolver for resolver in (DidKey(), DidJwk(), DidWeb())}
)


class InstalledResolvers(Mapping[str, Resolver]):
    """By DID method; the installed packages are looked through when a method is not built in."""

    def __init__(self) -> None:
        self._loaded: dict[str, Resolver] = dict(BUILT_IN)

    def __getitem__(self, method: str) -> Resolver:
        resolver = self._loaded.get(method)
        if resolver is None:
            resolver = _entries()[method].load()
            if not isinstance(resolver, Resolver) or resolver.method != method:
                raise TypeError(f"The entry point {method!r} of {GROUP!r} is no resolver of did:{method}.")
            self._loaded[method] = resolver
        return resolver

    def __iter__(self) -> Iterator[str]:
        return iter({**BUILT_IN, **_entries()})

    def __len__(self) -> int:
        return len({**BUILT_IN, **_entries()})


@cache
def _entries() -> dict[str, EntryPoint]:
    from importlib.metadata import entry_points  # 20 ms

    return {entry.name: entry for entry in entry_points(group=GROUP)}


def installed_resolvers() -> Mapping[str, Resolver]:
    """Every DID method that is known here."""
    return InstalledResolvers()
