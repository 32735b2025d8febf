"""The tests have no network, so that what passes here needs none (target R8)."""

from __future__ import annotations

import http.client
import socket
import urllib.request
from collections.abc import Callable

import pytest

EVERY_WAY: dict[str, Callable[[], object]] = {
    "a socket": socket.socket,
    "a datagram socket": lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM),
    "a connection": lambda: socket.create_connection(("127.0.0.1", 9)),
    "a name": lambda: socket.getaddrinfo("vcverify.example", 443),
    "a server": lambda: socket.create_server(("127.0.0.1", 0)),
    "http": lambda: http.client.HTTPConnection("127.0.0.1").request("GET", "/"),
    "a URL": lambda: urllib.request.urlopen("http://127.0.0.1/"),
}


@pytest.mark.parametrize("way", EVERY_WAY)
def test_no_way_leads_out(way: str) -> None:
    """What is raised is no `Exception`: a handler that swallows errors does not hide it."""
    with pytest.raises(BaseException, match="tests never use the network") as refused:
        EVERY_WAY[way]()
    assert not isinstance(refused.value, Exception)


@pytest.fixture(scope="module")
def early() -> BaseException | None:
    """What a fixture that is made before any test meets."""
    try:
        socket.socket()
    except BaseException as refusal:
        return refusal
    return None


def test_fixtures_have_no_network_either(early: BaseException | None) -> None:
    """Nothing is fetched before the first test, and then found at hand."""
    assert early is not None


@pytest.mark.loopback
def test_a_marked_test_speaks_to_this_machine_only() -> None:
    """The loader's own tests need a server; they get no further than that."""
    forbidden = pytest.raises(BaseException, match="tests never use the network")
    with socket.create_server(("127.0.0.1", 0)), socket.socket() as client, forbidden:
        client.connect(("192.0.2.1", 443))
