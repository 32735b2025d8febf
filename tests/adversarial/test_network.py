"""The network misbehaves in every way that has a name; each ends in its problem, and within its deadline."""

from __future__ import annotations

import contextlib
import json
import logging
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cases.documents import COLLEGE, LEARNER, badge, signed_badge, single_key_document
from cases.lists import entry, signed_list
from cases.signing import sign
from cases.tokens import selective
from cases.tokens import signed as signed_token
from support.server import (
    GLOBAL,
    HOST,
    LOOPBACK,
    Authority,
    Behaviour,
    Certificate,
    Server,
    abrupt,
    answer,
    by_path,
    endless,
    raw,
    serve,
)

from vcverify import Limits, Report, Verifier, verify
from vcverify.loading import Loader, Purpose, Refused, Request, Unavailable
from vcverify.loading.cache import DiskCache, FailedRecently
from vcverify.loading.https import HttpsLoader, connect, system_addresses
from vcverify.problems import Severity

AT = datetime(2026, 6, 1, tzinfo=UTC)
LIMITS = Limits(connect_seconds=20, fetch_seconds=30)
"""Patient: what a server answers is judged, however slow the machine is."""
BRISK = Limits(connect_seconds=1, fetch_seconds=1.5)
"""For servers that make one wait."""
PATIENCE = 20.0
"""What a busy machine may add, seconds. Without a deadline these servers would be waited for much longer."""
"""Seconds beyond the deadline after which a test has hung."""

DID = f"did:web:{HOST}"
URL = f"https://{HOST}/.well-known/did.json"
DOCUMENT = json.dumps(single_key_document(DID, COLLEGE)).encode()
REQUEST = Request(url=URL, purpose=Purpose.CONTROLLER)
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"

pytestmark = pytest.mark.loopback


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """The only authority that the loader trusts."""
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def certificate(authority: Authority) -> Certificate:
    """A certificate that is as it should be."""
    return authority.issue(HOST)


@pytest.fixture(scope="module")
def signed() -> dict[str, Any]:
    """A badge whose key is in the DID document of did:web:issuer.example."""
    return sign(badge(DID), COLLEGE, method=f"{DID}#key-1")


def loader_for(server: Server, authority: Authority, **options: Any) -> HttpsLoader:
    """A loader that takes the server for one at a public address."""
    given = {"resolve": lambda *_: [GLOBAL], "dial": server.dial, "ca_file": authority.file, "limits": LIMITS}
    return HttpsLoader(**{**given, **options})


def judge(loader: Loader, signed: dict[str, Any]) -> Report:
    """The report on the badge, which is there in time, whatever the server does."""
    began = time.monotonic()
    report = verify(signed, loader=loader, at=AT)
    assert time.monotonic() - began < BRISK.fetch_seconds + PATIENCE
    return report


def refused(loader: Loader, request: Request = REQUEST) -> Unavailable:
    """How the loader fails, which it does in time."""
    began = time.monotonic()
    with pytest.raises(Unavailable) as caught:
        loader.load(request)
    assert time.monotonic() - began < BRISK.fetch_seconds + PATIENCE
    return caught.value


def reset_at_once(plain: socket.socket) -> None:
    plain.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
    plain.close()


def silent(plain: socket.socket) -> None:
    threading.Event().wait(4)


def not_tls(plain: socket.socket) -> None:
    plain.recv(1024)
    plain.sendall(HEAD + b"\r\n{}")
    plain.close()


def dripping_handshake(plain: socket.socket) -> None:
    for _ in range(500):
        plain.sendall(b"\x16")
        threading.Event().wait(0.02)


# --- the answer -----------------------------------------------------------------------------------

LENGTH = "Content-Length: "
ENDED = "the connection ended before the answer did"
LATE = "was not complete within 1.5 s"
LARGE = "it is larger than 262,144 bytes"
UNCLEAR = "does not say clearly how long it is"
NO_HTTP = "is not as HTTP asks"
REDIRECTED = "redirects are not followed"
PIECES = "too many small pieces"
AROUND = "more around it than is taken"

ANSWERS: dict[str, tuple[Behaviour, str]] = {
    "body drips": (endless(HEAD + b"Content-Length: 5000\r\n\r\n", b" ", pause=0.02), LATE),
    "body drips in chunks": (endless(CHUNKED, b"1\r\n \r\n", pause=0.02), LATE),
    "chunk size drips": (endless(CHUNKED, b"0", pause=0.02), LATE),
    "headers drip": (endless(HEAD, b"x", pause=0.02), LATE),
    "status line drips": (endless(b"HTTP/1.1 200 ", b"O", pause=0.02), LATE),
    "nothing comes": (endless(b"", b"", pause=0.05), LATE),
    "stops in the middle": (raw(HEAD + b"Content-Length: 5000\r\n\r\n{", b"", pause=4), LATE),
    "endless body": (endless(HEAD + b"\r\n", b" " * 16_384), LARGE),
    "endless chunks": (endless(CHUNKED, b"4000\r\n" + b" " * 16_384 + b"\r\n"), LARGE),
    "endless small chunks": (endless(CHUNKED, b"1\r\n \r\n" * 4_096), PIECES),
    "endless trailer": (endless(CHUNKED + b"0\r\n", b"x: y\r\n" * 4_096), AROUND),
    "endless interim answers": (endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 500), AROUND),
    "long chunk extension": (raw(CHUNKED + b"2;" + b"x" * 100_000 + b"\r\n{}\r\n0\r\n\r\n"), ENDED),
    "redirect 301": (answer(b"", "Location: https://169.254.169.254/", status="301 Moved"), REDIRECTED),
    "redirect 302": (answer(b"", "Location: https://169.254.169.254/", status="302 Found"), REDIRECTED),
    "redirect 303": (answer(b"", "Location: http://127.0.0.1/", status="303 See Other"), REDIRECTED),
    "redirect 307 to itself": (answer(DOCUMENT, f"Location: {URL}", status="307 Temporary Redirect"), REDIRECTED),
    "redirect 308": (answer(DOCUMENT, "Location: file:///etc/passwd", status="308 Permanent"), REDIRECTED),
    "not modified": (answer(b"", status="304 Not Modified"), "answered 304"),
    "no content": (answer(b"", status="204 No Content", length=""), "answered 204"),
    "part of it": (answer(DOCUMENT[:9], status="206 Partial Content"), "answered 206"),
    "not found": (answer(DOCUMENT, status="404 Not Found"), "answered 404"),
    "too many requests": (answer(b"", status="429 Too Many Requests"), "answered 429"),
    "server error": (answer(DOCUMENT, status="500 Internal Server Error"), "answered 500"),
    "wants a login": (answer(b"", 'WWW-Authenticate: Basic realm="x"', status="401 Unauthorized"), "answered 401"),
    "odd status": (answer(DOCUMENT, status="999 Hello"), "answered 999"),
    "length larger than the body": (answer(DOCUMENT, length=len(DOCUMENT) + 9), ENDED),
    "length far too large": (answer(DOCUMENT, length=10**14), LARGE),
    "length of 400 digits": (answer(DOCUMENT, length="9" * 400), UNCLEAR),
    "length negative": (answer(DOCUMENT, length=-1), UNCLEAR),
    "length with a sign": (answer(DOCUMENT, length=f"+{len(DOCUMENT)}"), UNCLEAR),
    "length is a word": (answer(DOCUMENT, length="many"), UNCLEAR),
    "two lengths": (answer(DOCUMENT, LENGTH + "2"), NO_HTTP),
    "length and chunks": (raw(CHUNKED[:-2] + b"Content-Length: 2\r\n\r\n2\r\n{}\r\n0\r\n\r\n"), UNCLEAR),
    "unknown transfer coding": (answer(DOCUMENT, "Transfer-Encoding: gzip, chunked", length=""), UNCLEAR),
    "document of one byte too many": (answer(DOCUMENT.ljust(262_145)), LARGE),
    "document of one byte too many, no length": (answer(DOCUMENT.ljust(262_145), length=""), LARGE),
    "compressed": (answer(zlib.compress(DOCUMENT), "Content-Encoding: gzip"), "compressed"),
    "compression bomb": (answer(zlib.compress(bytes(50_000_000), 9), "Content-Encoding: deflate"), "compressed"),
    "unknown content coding": (answer(DOCUMENT, "Content-Encoding: br, identity"), "compressed"),
    "web page": (answer(b"<html>", media_type="text/html; charset=utf-8"), "web page"),
    "web page, spelled oddly": (answer(b"<html>", media_type="TEXT/Html ;x=y"), "web page"),
    "flood of headers": (answer(DOCUMENT, *[f"X-{number}: y" for number in range(5_000)]), NO_HTTP),
    "one huge header": (answer(DOCUMENT, "X: " + "y" * 1_000_000), NO_HTTP),
    "many large headers": (answer(DOCUMENT, *[f"X-{number}: {'y' * 60_000}" for number in range(90)]), AROUND),
    "reset in the headers": (abrupt(HEAD), ENDED),
    "reset in the body": (abrupt(HEAD + b"Content-Length: 5000\r\n\r\n{"), ENDED),
    "reset at once": (abrupt(b""), ENDED),
    "ends in a chunk": (raw(CHUNKED + b"400\r\n{"), ENDED),
    "ends between chunks": (raw(CHUNKED + b"2\r\n{}\r\n"), ENDED),
    "chunk size is no number": (raw(CHUNKED + b"zz\r\n{}\r\n0\r\n\r\n"), ENDED),
    "cut off where no length was stated": (abrupt(HEAD + b"\r\n" + DOCUMENT, reset=False), ENDED),
    "closes at once": (raw(b""), ENDED),
    "another protocol": (raw(b"SSH-2.0-OpenSSH_9.6\r\n" * 3), NO_HTTP),
    "body without headers": (raw(DOCUMENT), NO_HTTP),
    "status is no number": (raw(b"HTTP/1.1 abc OK\r\n\r\n"), NO_HTTP),
    "unknown version": (raw(b"HTTP/7.3 200 OK\r\n\r\n{}"), NO_HTTP),
}  # fmt: skip


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_that_is_not_taken(name: str, authority: Authority, certificate: Certificate, signed: Any) -> None:
    """It says nothing of the credential: the key could not be had, and the reason is told."""
    behaviour, reason = ANSWERS[name]
    limits = BRISK if reason == LATE else LIMITS
    with serve(behaviour, certificate) as server:
        report = judge(loader_for(server, authority, limits=limits), signed)
    (problem,) = [found for found in report.problems() if found.severity is not Severity.WARNING]
    assert problem.code == "key.unavailable"
    assert reason in problem.detail
    assert report.outcome == "indeterminate"
    assert len(server.requests) == 1


BODIES: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "key.unresolved"),
    "not UTF-8": (DOCUMENT.replace(b"key-1", b"key-\xff"), "key.unresolved"),
    "UTF-16": (DOCUMENT.decode().encode("utf-16"), "key.unresolved"),
    "byte order mark": (b"\xef\xbb\xbf" + DOCUMENT, "key.unresolved"),
    "compressed without a word": (zlib.compress(DOCUMENT), "key.unresolved"),
    "a list": (b"[" + DOCUMENT + b"]", "key.unresolved"),
    "not a controller document": (b"{}", "key."),
    "half of it": (DOCUMENT[: len(DOCUMENT) // 2], "key.unresolved"),
    "names twice": (DOCUMENT.replace(b"{", b'{"id": "did:web:other.example", ', 1), "key.unresolved"),
    "too deep": (b'{"a":' * 500 + b"1" + b"}" * 500, "limit.exceeded"),
    "somebody else's": (DOCUMENT.replace(HOST.encode(), b"other.example"), "key."),
}


@pytest.mark.parametrize("name", BODIES)
def test_a_body_that_is_no_document(name: str, authority: Authority, certificate: Certificate, signed: Any) -> None:
    """It was there and read, and does not tie the key to the issuer."""
    body, code = BODIES[name]
    with serve(answer(body), certificate) as server:
        report = judge(loader_for(server, authority), signed)
    assert any(found.code.startswith(code) for found in report.problems()), report
    assert report.outcome == "failed"


def test_no_more_is_read_than_the_length_that_is_stated(
    authority: Authority, certificate: Certificate, signed: Any
) -> None:
    """What follows belongs to nobody (RFC 9112 §6.3); the document itself is whole."""
    with serve(answer(DOCUMENT + b"}" * 999, length=len(DOCUMENT)), certificate) as server:
        assert judge(loader_for(server, authority), signed).verified


@pytest.mark.parametrize(
    "behaviour",
    [
        answer(DOCUMENT),
        answer(DOCUMENT, length=""),
        answer(DOCUMENT.ljust(262_144)),
        answer(DOCUMENT, media_type=None),
        answer(DOCUMENT, media_type="application/did+ld+json; charset=utf-8"),
        answer(DOCUMENT, "Content-Encoding: identity"),
        raw(CHUNKED + b"%x\r\n%b\r\n0\r\n\r\n" % (len(DOCUMENT), DOCUMENT)),
        raw(b"HTTP/1.1 100 Continue\r\n\r\n" + HEAD + b"\r\n" + DOCUMENT),
        raw(b"HTTP/1.0 200 OK\r\n\r\n" + DOCUMENT),
    ],
    ids=["plain", "no length", "largest", "no type", "did", "identity", "chunks", "interim answer", "HTTP/1.0"],
)
def test_an_answer_that_is_taken(
    behaviour: Behaviour, authority: Authority, certificate: Certificate, signed: Any
) -> None:
    """Strictness towards servers ends where they do what HTTP lets them."""
    with serve(behaviour, certificate) as server:
        report = judge(loader_for(server, authority), signed)
    assert report.verified, report
    assert report.check("issuer").facts["binding"] == "resolved"


# --- the connection -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"names": [HOST], "begins": timedelta(days=-9), "ends": timedelta(days=-2)}, "expired"),
        ({"names": [HOST], "begins": timedelta(days=2), "ends": timedelta(days=9)}, "not yet valid"),
        ({"names": [HOST], "self_signed": True}, "self-signed"),
        ({"names": ["other.example"]}, "not valid for"),
        ({"names": ["*.issuer.example"]}, "not valid for"),
        ({"names": [], "common_name": HOST}, "not valid for"),
    ],
    ids=["expired", "not yet valid", "self-signed", "of another host", "of hosts below it", "without names"],
)
def test_a_certificate_that_is_not_accepted(
    options: dict[str, Any], reason: str, authority: Authority, signed: Any
) -> None:
    """Whoever answers has to be the host that the issuer named."""
    with serve(answer(DOCUMENT), authority.issue(*options.pop("names"), **options)) as server:
        loader = loader_for(server, authority)
        said = refused(loader).reason.lower().replace("self signed", "self-signed").replace("mismatch", "not valid for")
        assert "certificate is not accepted" in said
        assert reason in said
        assert judge(loader, signed).outcome == "indeterminate"
    assert not server.requests


def test_an_authority_that_is_not_trusted(authority: Authority, tmp_path: Path) -> None:
    """A certificate is as good as whoever issued it."""
    with serve(answer(DOCUMENT), Authority(tmp_path, "Somebody else").issue(HOST)) as server:
        assert "certificate is not accepted" in refused(loader_for(server, authority)).reason
        assert "certificate is not accepted" in refused(loader_for(server, authority, ca_file=None)).reason


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1], ids=["1.0", "1.1"])
def test_an_old_version_of_tls(version: ssl.TLSVersion, authority: Authority, certificate: Certificate) -> None:
    """RFC 8996 retired them."""
    with serve(answer(DOCUMENT), certificate, versions=(version, version)) as server:
        assert "no secure connection could be made" in refused(loader_for(server, authority)).reason


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3], ids=["1.2", "1.3"])
def test_a_current_version_of_tls(version: ssl.TLSVersion, authority: Authority, certificate: Certificate) -> None:
    """The control of the test above."""
    with serve(answer(DOCUMENT), certificate, versions=(version, version)) as server:
        assert loader_for(server, authority).load(REQUEST).body == DOCUMENT


@pytest.mark.parametrize("behaviour", [reset_at_once, silent, not_tls, dripping_handshake])
def test_no_secure_connection(behaviour: Callable[[socket.socket], None], authority: Authority, signed: Any) -> None:
    """The handshake has to come to an end, in time too."""
    with serve(None, None, before_tls=behaviour) as server:
        report = judge(loader_for(server, authority, limits=BRISK), signed)
    assert [found.code for found in report.problems()] == ["key.unavailable"]


def test_a_refused_connection(authority: Authority) -> None:
    """Nobody listens."""
    with socket.create_server((LOOPBACK, 0)) as listener:
        port = listener.getsockname()[1]
    loader = loader_for(Server(port), authority)
    assert "could not be connected to" in refused(loader).reason


# --- addresses ------------------------------------------------------------------------------------

NOT_GLOBAL = (
    "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.127.255.254", "127.0.0.1", "127.8.8.8",
    "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.8", "192.0.0.170", "192.0.2.1", "192.88.99.1",
    "192.168.0.1", "198.18.0.1", "198.19.255.255", "198.51.100.7", "203.0.113.9", "224.0.0.1", "239.255.255.250",
    "240.0.0.1", "255.255.255.255",
    "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:8.8.8.8", "64:ff9b::7f00:1",
    "64:ff9b::a00:1", "64:ff9b:1::808:808", "100::1", "2001::1", "2001:0:7f00:1::", "2001:10::1", "2001:20::1",
    "2001:db8::1", "2002:7f00:1::", "2002:808:808::1", "3fff::1", "5f00::1", "fc00::1", "fd12:3456::1", "fe80::1",
    "fe80::1%eth0", "fec0::1", "ff02::1", "2606:4700::1111%eth0", "4000::1",
    "", "localhost", "127.1", "0177.0.0.1", "2130706433", "0x7f000001", "1.2.3.4.5", "[::1]", "8.8.8.8 ",
)  # fmt: skip


@pytest.mark.parametrize("address", NOT_GLOBAL)
def test_an_address_that_is_not_public(address: str) -> None:
    """A host of one's own network is not asked, whatever its name; nothing is connected to (CWE-918)."""

    def dial(*_: object) -> socket.socket:
        raise AssertionError("connected")

    loader = HttpsLoader(resolve=lambda *_: [address], dial=dial)
    assert "not public" in refused(loader).reason


@pytest.mark.parametrize("private", ["10.0.0.1", "::1", "64:ff9b::a00:1"])
@pytest.mark.parametrize("order", [1, -1])
def test_a_host_with_one_private_address_among_its_own(private: str, order: int) -> None:
    """Which one would be connected to is the attacker's to arrange, so all have to be public."""

    def dial(*_: object) -> socket.socket:
        raise AssertionError("connected")

    loader = HttpsLoader(resolve=lambda *_: [GLOBAL, private][::order], dial=dial)
    assert "not public" in refused(loader).reason


def test_a_host_that_changes_its_address(authority: Authority, certificate: Certificate) -> None:
    """DNS rebinding: the name is resolved once, and the address that was judged is the one connected to."""
    answers = iter([[GLOBAL], ["127.0.0.1"]])
    asked: list[str] = []
    dialled: list[tuple[str, int]] = []

    def resolve(host: str, port: int, seconds: float) -> Sequence[str]:
        asked.append(host)
        return next(answers)

    with serve(answer(DOCUMENT), certificate) as server:

        def dial(address: str, port: int, seconds: float) -> socket.socket:
            dialled.append((address, port))
            return server.dial(address, port, seconds)

        loader = loader_for(server, authority, resolve=resolve, dial=dial)
        assert loader.load(REQUEST).body == DOCUMENT
        assert asked == [HOST]
        assert dialled == [(GLOBAL, 443)]
        assert "not public" in refused(loader).reason
    assert len(server.requests) == 1
    assert b"\r\nHost: issuer.example\r\n" in server.requests[0]


def test_the_system_is_asked_once_for_a_name(monkeypatch: pytest.MonkeyPatch, authority: Authority) -> None:
    """Not a second time by the library that connects, for which an attacker would have another answer."""
    asked: list[str] = []

    def getaddrinfo(host: str, port: int, *_: object, **__: object) -> list[Any]:
        asked.append(host)
        address = GLOBAL if len(asked) == 1 else "127.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    tried: list[str] = []

    def dial(address: str, port: int, seconds: float) -> socket.socket:
        tried.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    refused(HttpsLoader(limits=LIMITS, dial=dial))
    assert (asked, tried) == ([HOST], [GLOBAL])


def test_the_next_address_is_tried(authority: Authority, certificate: Certificate) -> None:
    """Hosts with several addresses are reached where one of them is down; not more than four are tried."""
    tried: list[str] = []
    with serve(answer(DOCUMENT), certificate) as server:

        def dial(address: str, port: int, seconds: float) -> socket.socket:
            tried.append(address)
            if len(tried) in {1, *range(3, 9)}:
                raise OSError("no route")
            return server.dial(address, port, seconds)

        loader = loader_for(server, authority, resolve=lambda *_: ["2606:4700::1111", *[GLOBAL] * 8], dial=dial)
        assert loader.load(REQUEST).body == DOCUMENT
        assert "could not be connected to" in refused(loader).reason
    assert len(tried) == 6


@pytest.mark.parametrize(
    "failure", [socket.gaierror(-2, "Name or service not known"), UnicodeError("label too long"), OSError("down")]
)
def test_a_name_that_is_not_known(failure: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither wrong nor right: it cannot be asked."""

    def getaddrinfo(*_: object, **__: object) -> list[Any]:
        raise failure

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    assert "could not be found" in refused(HttpsLoader()).reason


def test_a_name_without_addresses() -> None:
    """An empty answer is none of which every address is public."""
    assert "no address" in refused(HttpsLoader(resolve=lambda *_: [])).reason


def test_a_name_service_that_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """The system's function cannot be interrupted; the verification goes on without it."""
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: time.sleep(4))
    assert "in time" in refused(HttpsLoader(limits=BRISK)).reason


def test_a_host_that_does_not_answer_the_call() -> None:
    """A connection that does not come about ends the matter in time, tried at several addresses too."""

    def dial(address: str, port: int, seconds: float) -> socket.socket:
        time.sleep(seconds)
        raise TimeoutError

    assert "in time" in refused(HttpsLoader(limits=BRISK, resolve=lambda *_: [GLOBAL] * 9, dial=dial)).reason


def test_the_network_is_given_no_longer_than_is_left() -> None:
    """A connection that hangs ends with the verification's time, not with its own."""
    waited: list[float] = []

    def dial(address: str, port: int, seconds: float) -> Any:
        waited.append(seconds)
        time.sleep(seconds)
        raise TimeoutError

    loader = HttpsLoader(limits=Limits(), resolve=lambda *_: [GLOBAL], dial=dial)
    began = time.monotonic()
    with pytest.raises(Unavailable):
        loader.load(Request(url=URL, purpose=Purpose.CONTROLLER, seconds=0.1))
    assert time.monotonic() - began < 1.0
    assert waited[0] <= 0.1


def test_the_system_s_own_functions(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each address once, in the system's order; connections by number."""
    rows = [(0, 0, 0, "", ("2606:4700::1111", 443, 0, 0)), *[(0, 0, 0, "", (GLOBAL, 443))] * 3]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: rows)
    assert system_addresses(HOST, 443, 1) == ["2606:4700::1111", GLOBAL]
    with socket.create_server((LOOPBACK, 0)) as listener, connect(LOOPBACK, listener.getsockname()[1], 1) as plain:
        assert plain.getpeername() == listener.getsockname()
    with pytest.raises(OSError):
        connect(LOOPBACK, plain.fileno() + 2, 0.2)


def test_proxies_of_the_environment_are_not_used(
    monkeypatch: pytest.MonkeyPatch, authority: Authority, certificate: Certificate
) -> None:
    """A proxy resolves names itself: what was judged would not be what is connected to."""
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "HTTP_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9/")
    monkeypatch.delenv("NO_PROXY", raising=False)
    with serve(answer(DOCUMENT), certificate) as server:
        assert loader_for(server, authority).load(REQUEST).body == DOCUMENT
    assert server.requests[0].startswith(b"GET /.well-known/did.json HTTP/1.1\r\n")


# --- URLs -----------------------------------------------------------------------------------------

URLS = (
    f"http://{HOST}/", f"HTTPS://{HOST}/", f"ftp://{HOST}/", "file:///etc/passwd", "data:application/json,{}",
    "gopher://issuer.example/", "did:web:issuer.example", "", "https:", "https://", "https:///x", "//issuer.example/x",
    "https:issuer.example/x", "https:/issuer.example/x", r"https:\\issuer.example\x", rf"https://{HOST}\@127.0.0.1/",
    f"https://user@{HOST}/", f"https://user:secret@{HOST}/", f"https://{HOST}@127.0.0.1/", f"https://127.0.0.1#@{HOST}/",
    f"https://{HOST}:8443/", f"https://{HOST}:80/", f"https://{HOST}:0/", f"https://{HOST}:99999/", f"https://{HOST}:/",
    f"https://{HOST}:443x/", f"https://{HOST}:+443/",
    "https://127.0.0.1/", "https://8.8.8.8/", "https://127.1/", "https://2130706433/", "https://0x7f000001/",
    "https://0177.0.0.1/", "https://[::1]/", "https://[::ffff:127.0.0.1]/", "https://[64:ff9b::7f00:1]/",
    "https://[2002:7f00:1::]/", "https://[fec0::1]/", "https://192.0.0.8/", "https://100.64.0.1/", "https://0.0.0.0/",
    "https://[::]/", "https://[fe80::1%25eth0]/", "https://169.254.169.254/latest/meta-data/", "https://[v1.x]/",
    "https://localhost/", "https://printer/", "https://printer.local/", "https://db.internal/", "https://x.localhost/",
    "https://router.home.arpa/", "https://x.onion/", "https://issuer.example./", "https://.example/",
    "https://issuer..example/", "https://-x.example/", "https://x_y.example/", f"https://{'x' * 64}.example/",
    "https://bücher.example/", "https://issuer。example/", "https://issuer.example%2f@x.example/", "https://%69ssuer.example/",
    f"https://{HOST}/a b", f"https://{HOST}/a\tb", f"https://{HOST}/a\r\nHost: x", f"https://{HOST}/a\0b",
    f"https://{HOST}/ü", f"https://{HOST}/%zz", f"https://{HOST}/<x>", f" https://{HOST}/", f"https://{HOST}/\n",
    f"https://{HOST}/{'x' * 1_024}", f"https://{HOST}/\ud800",
)  # fmt: skip


@pytest.mark.parametrize("url", URLS, ids=[ascii(url)[:60] for url in URLS])
@pytest.mark.parametrize("purpose", [Purpose.CONTROLLER, Purpose.STATUS_LIST, Purpose.SCHEMA, Purpose.RELATED])
def test_a_url_that_is_not_asked_for(url: str, purpose: Purpose) -> None:
    """The rules are the loader's own: whoever asks, and whatever for. No name is resolved."""

    def resolve(*_: object) -> list[str]:
        raise AssertionError("resolved")

    assert isinstance(refused(HttpsLoader(resolve=resolve), Request(url=url, purpose=purpose)), Refused)


def test_contexts_are_never_fetched() -> None:
    """What a term means is not for a server to say."""

    def resolve(*_: object) -> list[str]:
        raise AssertionError("resolved")

    loader = HttpsLoader(resolve=resolve)
    failure = refused(loader, Request(url=f"https://{HOST}/context", purpose=Purpose.CONTEXT))
    assert "never fetched" in failure.reason
    document = badge()
    document["@context"] = [*document["@context"], f"https://{HOST}/context"]
    report = verify(sign_unchecked(document), loader=loader, at=AT)
    assert "terms.unknown-context" in [found.code for found in report.problems()]


def sign_unchecked(document: dict[str, Any]) -> dict[str, Any]:
    """The document with a proof of the right form."""
    return {**document, "proof": sign(badge(), COLLEGE)["proof"]}


def test_what_is_sent(authority: Authority, certificate: Certificate) -> None:
    """Path and query as they are written, no fragment, nothing that identifies, no wish for compression."""
    with serve(answer(), certificate) as server:
        loader_for(server, authority).load(
            Request(url=f"https://{HOST.upper()}:443/a/../b%2Fc?d=e&f#g", purpose=Purpose.STATUS_LIST)
        )
    line, *headers = server.requests[0].decode().rstrip().split("\r\n")
    assert line == "GET /a/../b%2Fc?d=e&f HTTP/1.1"
    fields = {name.lower(): value for name, value in (header.split(": ") for header in headers)}
    assert fields.keys() == {"host", "accept", "accept-encoding", "connection", "user-agent"}
    assert fields["host"] == HOST
    assert fields["accept-encoding"] == "identity"


@pytest.mark.parametrize(
    ("purpose", "most"),
    [
        (Purpose.CONTROLLER, 256 * 1024),
        (Purpose.STATUS_LIST, 4 * 1024 * 1024),
        (Purpose.SCHEMA, 256 * 1024),
        (Purpose.RELATED, 1024 * 1024),
    ],
)
def test_every_purpose_has_its_size(
    purpose: Purpose, most: int, authority: Authority, certificate: Certificate
) -> None:
    """At the limit it passes; a byte more does not, stated or not."""
    request = Request(url=URL, purpose=purpose)
    paths = {"/.well-known/did.json": answer(b" " * most)}
    with serve(by_path(paths), certificate) as server:
        loader = loader_for(server, authority, limits=Limits())
        assert len(loader.load(request).body) == most
        for length in (None, ""):
            paths["/.well-known/did.json"] = answer(b" " * (most + 1), length=length)
            assert "it is larger" in refused(loader, request).reason


# --- from end to end ------------------------------------------------------------------------------


@contextlib.contextmanager
def world(
    authority: Authority, certificate: Certificate, paths: dict[str, Behaviour]
) -> Iterator[tuple[Server, HttpsLoader]]:
    """A server on a real socket under its real address: only the rule on addresses is lifted."""
    with serve(by_path(paths), certificate) as server:
        yield (
            server,
            HttpsLoader(
                ports={server.port},
                ca_file=authority.file,
                limits=LIMITS,
                resolve=lambda *_: [LOOPBACK],
                unsafe_accept_address=lambda address: address == LOOPBACK,
            ),
        )


def test_a_did_web_issuer_at_a_port(authority: Authority, certificate: Certificate) -> None:
    """The DID names the port, the loader allows it, the key is found: the strongest binding there is."""
    paths: dict[str, Behaviour] = {}
    with world(authority, certificate, paths) as (server, loader):
        did = f"did:web:{HOST}%3A{server.port}:departments:wood"
        paths["/departments/wood/did.json"] = answer(json.dumps(single_key_document(did, COLLEGE)).encode())
        report = judge(loader, sign(badge(did), COLLEGE, method=f"{did}#key-1"))
        assert report.verified, report
        assert report.check("issuer").facts["binding"] == "resolved"
        assert len(server.requests) == 1
        strict = HttpsLoader(ca_file=authority.file, resolve=lambda *_: [LOOPBACK], ports={server.port})
        assert "not public" in str(judge(strict, sign(badge(did), COLLEGE, method=f"{did}#key-1")))


def test_an_https_issuer(authority: Authority, certificate: Certificate) -> None:
    """An issuer that is a URL, with its controller document there."""
    paths: dict[str, Behaviour] = {}
    with world(authority, certificate, paths) as (server, loader):
        issuer = f"https://{HOST}:{server.port}/issuers/5"
        signed = sign(badge(issuer), COLLEGE, method=f"{issuer}#key-1")
        paths["/issuers/5"] = answer(json.dumps(single_key_document(issuer, COLLEGE)).encode())
        report = judge(loader, signed)
        assert report.verified, report
        # Rotated: the document no longer lists the key. That is an answer, not the lack of one.
        paths["/issuers/5"] = answer(json.dumps(single_key_document(issuer, COLLEGE, fragment="key-2")).encode())
        report = judge(loader, signed)
        assert report.outcome == "failed"
        assert "key.unresolved" in {found.code for found in report.problems()}


KEY_SETS = {
    "the host's": ("/.well-known/jwks.json", lambda issuer: {"keys": [{**COLLEGE.jwk, "kid": "key-1"}]}),
    "the issuer's metadata": (
        "/.well-known/jwt-vc-issuer/issuers/5",
        lambda issuer: {"issuer": issuer, "jwks": {"keys": [{**COLLEGE.jwk, "kid": "key-1"}]}},
    ),
}


@pytest.mark.parametrize("whose", KEY_SETS)
def test_a_token_of_an_https_issuer(whose: str, authority: Authority, certificate: Certificate) -> None:
    """Its `kid` is a name in a key set at the issuer's well-known place, and nowhere else."""
    path, document = KEY_SETS[whose]
    paths: dict[str, Behaviour] = {}
    with world(authority, certificate, paths) as (server, loader):
        issuer = f"https://{HOST}:{server.port}/issuers/5"
        text = (
            signed_token(badge(issuer), COLLEGE, header={"kid": "key-1"})
            if whose == "the host's"
            else selective({"iss": issuer, "vct": "urn:x"}, COLLEGE, [], typ="dc+sd-jwt", kid="key-1")
        )
        paths[path] = answer(json.dumps(document(issuer)).encode(), media_type="application/jwk-set+json")
        report = verify(text, loader=loader, at=AT)
        assert report.verified, report
        assert report.check("issuer").facts["binding"] == "jwks"
        assert [request.split(b" ")[1].decode() for request in server.requests] == [path]
        # Rotated: another key of that name.
        other = json.dumps(document(issuer)).replace(COLLEGE.jwk["x"], LEARNER.jwk["x"])
        paths[path] = answer(other.encode())
        report = verify(text, loader=loader, at=AT)
        assert report.outcome == "failed"
        assert "proof.invalid" in {found.code for found in report.problems()}
        # Down: nothing is known.
        paths[path] = answer(b"", status="503 Service Unavailable")
        report = verify(text, loader=loader, at=AT)
        assert report.outcome == "indeterminate"
        assert [found.code for found in report.problems()] == ["key.unavailable"]


def test_a_key_set_of_another_host(authority: Authority, certificate: Certificate) -> None:
    """A `kid` that is a URL elsewhere is followed, and the key there is not the issuer's."""
    paths: dict[str, Behaviour] = {}
    with world(authority, certificate, paths) as (server, loader):
        kid = f"https://other.{HOST}:{server.port}/keys"
        paths["/keys"] = answer(json.dumps({"keys": [{**COLLEGE.jwk, "kid": kid}]}).encode())
        text = signed_token(badge(f"https://{HOST}:{server.port}/issuers/5"), COLLEGE, header={"kid": kid})
        report = verify(text, loader=loader, at=AT)
        assert not report.verified
        assert "key.unavailable" in {found.code for found in report.problems()}  # its certificate is another host's


@pytest.mark.parametrize(
    ("header", "asked"), [("Cache-Control: max-age=3600", 1), ("Cache-Control: no-store", 2), ("X: y", 1)]
)
def test_what_the_server_says_of_keeping(
    header: str, asked: int, authority: Authority, certificate: Certificate, signed: Any, tmp_path: Path
) -> None:
    """From its headers to the cache on disk."""
    with serve(answer(DOCUMENT, header), certificate) as server:
        verifier = Verifier(loader=DiskCache(tmp_path, loader_for(server, authority)))
        assert all(verifier.verify(signed, at=AT) for _ in range(2))
    assert len(server.requests) == asked


def test_a_status_list(authority: Authority, certificate: Certificate, tmp_path: Path) -> None:
    """Fetched, verified as a credential of its own, and asked at the index."""
    paths: dict[str, Behaviour] = {}
    with world(authority, certificate, paths) as (server, loader):
        url = f"https://{HOST}:{server.port}/status/1"
        paths["/status/1"] = answer(json.dumps(signed_list({7: 1}, url=url)).encode(), media_type="application/vc")
        verifier = Verifier(loader=DiskCache(tmp_path, loader))
        for index, codes in (("6", []), ("7", ["status.revoked"])):
            report = verifier.verify(signed_badge(credentialStatus=entry(index, url=url)), at=AT)
            assert [found.code for found in report.problems()] == codes
        assert len(server.requests) == 1
        paths["/status/1"] = answer(b"<html>Welcome", media_type="text/html")
        report = judge(loader, signed_badge(credentialStatus=entry("6", url=url)))
        assert [found.code for found in report.problems()] == ["status.unavailable"]


@pytest.mark.parametrize(
    "url",
    [
        "http://issuer.example/status/1",
        "https://169.254.169.254/latest/meta-data/",
        "file:///etc/passwd",
        "data:application/json,%7B%7D",
        "https://localhost/status",
    ],
)
def test_a_credential_that_names_what_is_not_asked(url: str) -> None:
    """Not decided, and nothing leaves the machine."""

    def resolve(*_: object) -> list[str]:
        raise AssertionError("resolved")

    report = judge(HttpsLoader(resolve=resolve), signed_badge(credentialStatus=entry("6", url=url)))
    assert [found.code for found in report.problems()] == ["status.unavailable"]
    assert report.outcome == "indeterminate"


def test_a_credential_that_names_many_hosts(tmp_path: Path) -> None:
    """One credential cannot have the verifier call on five hundred hosts: nobody is called."""
    asked: list[str] = []

    def resolve(host: str, *_: object) -> list[str]:
        asked.append(host)
        return []

    entries = [entry("6", url=f"https://host-{number}.example/status") for number in range(500)]
    report = judge(HttpsLoader(resolve=resolve), signed_badge(credentialStatus=entries))
    assert "limit.exceeded" in [found.code for found in report.problems()]
    assert not asked


def test_failures_are_forgotten_soon(
    authority: Authority, certificate: Certificate, signed: Any, tmp_path: Path
) -> None:
    """A server that was down for a moment does not make credentials unverifiable for longer than that."""
    now = [1_000_000.0]
    paths: dict[str, Behaviour] = {"/.well-known/did.json": answer(b"", status="503 Service Unavailable")}
    with serve(by_path(paths), certificate) as server:
        cache = DiskCache(tmp_path, loader_for(server, authority), clock=lambda: now[0])
        assert judge(cache, signed).outcome == "indeterminate"
        paths["/.well-known/did.json"] = answer(DOCUMENT)
        assert judge(cache, signed).outcome == "indeterminate"
        assert isinstance(refused(cache), FailedRecently)
        assert len(server.requests) == 1
        now[0] += 31
        assert judge(cache, signed).verified
        assert judge(cache, signed).verified
        assert len(server.requests) == 2
    assert judge(DiskCache(tmp_path, clock=lambda: now[0]), signed).verified


def test_every_request_is_logged(
    authority: Authority, certificate: Certificate, caplog: pytest.LogCaptureFixture
) -> None:
    """Whoever goes online can see where to, and what came of it; on one line, whatever the server says."""
    caplog.set_level(logging.INFO, "vcverify.loading")
    hostile = answer(b"{}", media_type="x/\x1b[31m")
    with serve(by_path({"/did.json": answer(), "/x?%0Ay": hostile}), certificate) as server:
        loader = loader_for(server, authority)
        for path in ("did.json", "x?%0Ay", "nothing"):
            with contextlib.suppress(Unavailable):
                loader.load(Request(url=f"https://{HOST}/{path}", purpose=Purpose.RELATED))
    lines = [record.getMessage() for record in caplog.records if record.name == "vcverify.loading"]
    assert len(lines) == 3
    assert "related https://issuer.example/did.json: 2 bytes, application/json" in lines[0]
    assert "application/octet-stream" in lines[1]
    assert "the server answered 404" in lines[2]
    assert not any(mark in line for line in lines for mark in "\n\x1b")


def test_threads_share_a_loader(authority: Authority, certificate: Certificate, signed: Any) -> None:
    """One loader, eight threads, no two answers mixed."""
    bodies = {f"/{number}": answer(json.dumps([number]).encode()) for number in range(64)}
    with serve(by_path(bodies), certificate) as server:
        loader = loader_for(server, authority, limits=Limits())
        wrong: list[int] = []

        def work(start: int) -> None:
            for number in range(start, 64, 8):
                resource = loader.load(Request(url=f"https://{HOST}/{number}", purpose=Purpose.RELATED))
                if json.loads(resource.body) != [number]:
                    wrong.append(number)

        threads = [threading.Thread(target=work, args=(start,)) for start in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(server.requests) == 64
    assert not wrong


def test_many_credentials_of_one_issuer_ask_once(
    authority: Authority, certificate: Certificate, signed: Any, tmp_path: Path
) -> None:
    """A batch asks a host for its key once, not once a credential."""
    with serve(answer(DOCUMENT), certificate) as server:
        verifier = Verifier(loader=DiskCache(tmp_path, loader_for(server, authority)))
        assert all(verifier.verify_many([signed] * 20, at=AT))
    assert len(server.requests) == 1
