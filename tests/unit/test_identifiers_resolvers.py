"""DID methods: the built-in ones, and one that another package brings."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cases.keyring import ed25519_key, method_entry

from vcverify.identifiers import Lookup, Resolver, installed_resolvers, resolvers, retrieve
from vcverify.jsontypes import JsonObject
from vcverify.loading import Unavailable
from vcverify.loading.memory import NullLoader
from vcverify.problems import ProblemError

KEY = ed25519_key("peer")


@dataclass(frozen=True, slots=True)
class Registry:
    """A DID method as another package would bring it: an in-memory registry of one name."""

    method: str = "registry"
    source: str = "document"

    def resolve(self, did: str, env: Lookup) -> JsonObject:
        if did != "did:registry:known":
            raise Unavailable(did, "the registry does not know it")
        method = did + "#key-1"
        return {"id": did, "verificationMethod": [method_entry(KEY, method, did)], "assertionMethod": [method]}


RESOLVER = Registry()
NO_RESOLVER = "not one"


@pytest.fixture
def another_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A distribution on the path whose metadata has the entry point, and a module with the resolver."""
    metadata = tmp_path / "did_registry-1.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: did-registry\nVersion: 1\n")
    (metadata / "entry_points.txt").write_text(
        "[vcverify.resolvers]\nregistry = did_registry:RESOLVER\nother = did_registry:RESOLVER\n"
        "broken = did_registry:NO_RESOLVER\nkey = did_registry:RESOLVER\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setitem(sys.modules, "did_registry", sys.modules[__name__])
    resolvers._entries.cache_clear()
    yield
    resolvers._entries.cache_clear()


def lookup() -> Lookup:
    return Lookup(loader=NullLoader(), resolvers=installed_resolvers(), at=datetime(2026, 6, 1, tzinfo=UTC))


@pytest.mark.usefixtures("another_package")
def test_another_package_can_bring_a_did_method() -> None:
    """An entry point and a value: nothing here has to be changed."""
    assert set(installed_resolvers()) == {"key", "jwk", "web", "registry", "other", "broken"}
    assert len(installed_resolvers()) == 6
    assert retrieve("did:registry:known#key-1", "assertionMethod", lookup()).controller == "did:registry:known"
    with pytest.raises(ProblemError) as error:
        retrieve("did:registry:unknown#key-1", "assertionMethod", lookup())
    assert error.value.problem.code == "key.unavailable"
    assert "the registry does not know it" in error.value.problem.detail


@pytest.mark.usefixtures("another_package")
def test_the_built_in_methods_cannot_be_replaced() -> None:
    """Installing a package must not change what did:key means."""
    assert installed_resolvers()["key"] is resolvers.BUILT_IN["key"]


@pytest.mark.usefixtures("another_package")
@pytest.mark.parametrize("method", ["other", "broken"])
def test_an_entry_point_is_a_resolver_of_its_name(method: str) -> None:
    """A mistake of the package shows as one, not as a bad credential."""
    with pytest.raises(TypeError, match="is no resolver"):
        installed_resolvers()[method]


def test_an_unknown_method_is_one_for_which_nothing_is_installed() -> None:
    """`get` answers None, as a mapping does."""
    assert installed_resolvers().get("ion") is None
    with pytest.raises(KeyError):
        installed_resolvers()["ion"]


def test_the_built_in_resolvers_are_resolvers() -> None:
    """The protocol that plug-ins implement is the one that ours do."""
    assert all(isinstance(resolver, Resolver) for resolver in resolvers.BUILT_IN.values())


def test_built_in_methods_cost_no_search() -> None:
    """Looking through the installed packages takes tens of milliseconds."""
    code = (
        "import sys; from vcverify.identifiers import installed_resolvers; installed_resolvers()['key'];"
        "sys.exit(any(name in sys.modules for name in ('importlib.metadata', 'multiformats', 'rfc8785')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
