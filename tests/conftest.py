"""What holds for every test: no network, the vectors' folder, and which package is under test.

The network is gone for the whole run, collection and fixtures of every scope among it: `socket.socket` and what
resolves names raise. Tests marked `loopback` alone may speak to this machine, which is what they are about.
"""

from __future__ import annotations

import ipaddress
import os
import socket
import sysconfig
from pathlib import Path
from typing import Any, NoReturn

import hypothesis
import pytest
import urllib3  # noqa: F401 - opens a socket when it is imported, to see whether there is IPv6

import vcverify

CHECKOUT = Path(__file__).resolve().parent.parent
VECTORS = CHECKOUT.parent / "shared" / "vectors"


# On a busy machine, or under a tracer, everything is slow: that says nothing of the strategies.
hypothesis.settings.register_profile(
    "vcverify",
    deadline=None,
    derandomize=os.environ.get("CI") == "true",
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("vcverify")


class NetworkAccess(BaseException):
    """A test asked for the network. Not an `Exception`, so that no handler of the package swallows it."""


def pytest_configure(config: pytest.Config) -> None:
    """Takes the network away.

    With VCVERIFY_EXPECT_INSTALLED=1 the tests must run against the installed package, not the checkout.
    """
    for name in RESOLVING:
        setattr(socket, name, _refuse)
    socket.socket = _NoSocket  # type: ignore[misc]
    if os.environ.get("VCVERIFY_EXPECT_INSTALLED") == "1":
        package = Path(vcverify.__file__ or "").resolve().parent
        installed = {Path(sysconfig.get_path(name)).resolve() for name in ("purelib", "platlib")}
        if package.parent not in installed:
            raise pytest.UsageError(f"vcverify is imported from {package}, not from the installed wheel")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if os.environ.get("VCVERIFY_LONG") == "1":
        return
    reason = pytest.mark.skip(reason="takes long; VCVERIFY_LONG=1 runs it")
    for item in items:
        if item.get_closest_marker("long"):
            item.add_marker(reason)


RESOLVING = ("getaddrinfo", "gethostbyname", "gethostbyname_ex", "gethostbyaddr", "getnameinfo")


def _refuse(*_: Any, **__: Any) -> NoReturn:
    raise NetworkAccess("tests never use the network")


def _only_loopback(address: Any) -> None:
    try:
        if ipaddress.ip_address(address[0]).is_loopback:
            return
    except (ValueError, TypeError, IndexError):
        pass
    _refuse()


_Socket = socket.socket


class _NoSocket(_Socket):
    """Refuses to exist, except as the two ends of a pipe (AF_UNIX). A class, because others derive from it."""

    def __init__(self, family: int = -1, *arguments: Any, **options: Any) -> None:
        if family != getattr(socket, "AF_UNIX", None):
            _refuse()
        super().__init__(family, *arguments, **options)


class _LoopbackSocket(_Socket):
    """Speaks to loopback addresses, written as numbers, and to no others."""

    def connect(self, address: Any) -> None:
        _only_loopback(address)
        super().connect(address)

    def connect_ex(self, address: Any) -> int:
        _only_loopback(address)
        return super().connect_ex(address)

    def bind(self, address: Any) -> None:
        _only_loopback(address)
        super().bind(address)

    def sendto(self, *arguments: Any) -> int:
        _only_loopback(arguments[-1])
        return super().sendto(*arguments)


@pytest.fixture(autouse=True)
def no_network(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test opens a socket or resolves a name; one marked `loopback` may speak to this machine."""
    assert socket.socket is _NoSocket
    if request.node.get_closest_marker("loopback") is not None:
        monkeypatch.setattr(socket, "socket", _LoopbackSocket)


@pytest.fixture(scope="session")
def checkout() -> Path:
    """The root of the checkout (or of an unpacked sdist)."""
    return CHECKOUT


@pytest.fixture(scope="session")
def vectors() -> Path:
    """The folder of published vectors beside the checkout; the test is skipped where there is none."""
    if not VECTORS.is_dir():
        pytest.skip("the published vectors are not beside this checkout (../shared/vectors)")
    return VECTORS
