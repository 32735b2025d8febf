"""The door to the network, and the only one: documents by https, under rules that the input cannot change.

    1  the URL: https, a public name, an allowed port, nothing that servers read in several ways
    2  the name is resolved once; every address that it has must be global
    3  a connection to one of those very addresses; the certificate must be the name's
    4  one request: no redirects, no proxies, no compression, no cookies, no credentials
    5  one answer: 200, not encoded, of the length that it states, within the purpose's bytes
    6  all of it within one deadline, however slowly the other side speaks

The module can be called: `vcverify.loading.https(...)` is `https(...)` below.
"""

from __future__ import annotations

import http.client
import logging
import os
import queue
import socket
import ssl
import sys
import threading
import time
from collections.abc import Callable, Collection, Sequence
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from vcverify.limits import DEFAULT_LIMITS, KIB, Limits
from vcverify.loading import Loader, Request, Resource, Unavailable
from vcverify.loading.addresses import is_global
from vcverify.loading.exchanges import (
    HTTPS_PORT,
    Target,
    byte_limit,
    judge_headers,
    keeping_of,
    read_body,
    request_headers,
    target_of,
)
from vcverify.problems import quote

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_LOG: Final = logging.getLogger("vcverify.loading")

Resolve: TypeAlias = Callable[[str, int, float], Sequence[str]]
"""Host, port and seconds to the host's addresses as text; raises OSError."""
Dial: TypeAlias = Callable[[str, int, float], socket.socket]
"""Address, port and seconds to a connected TCP socket; raises OSError."""

_HEADERS_ALLOWANCE: Final = 128 * KIB
"""Received bytes that are not the body: handed out for headers and the framing of chunks."""
_ADDRESSES: Final = 4
"""Of a host's addresses, as many are tried."""


def https(
    *,
    cache: str | os.PathLike[str] | Literal[False] | None = None,
    limits: Limits = DEFAULT_LIMITS,
    ports: Collection[int] = (HTTPS_PORT,),
    ca_file: str | os.PathLike[str] | None = None,
) -> Loader:
    """A loader that uses the network, behind a cache on disk.

    Args:
        cache: The folder of the cache; None is the user's own (`user_cache_folder`), False is no cache.
            Loaders with other `ports` or another `ca_file` should have a folder of their own.
        limits: Seconds and bytes; see `Limits`.
        ports: The ports that are connected to.
        ca_file: Certificate authorities in PEM that are trusted in place of the system's.
    """
    from vcverify.loading.cache import DiskCache, user_cache_folder

    loader = HttpsLoader(limits=limits, ports=ports, ca_file=ca_file)
    if cache is False:
        return loader
    return DiskCache(user_cache_folder() if cache is None else cache, loader)


class HttpsLoader:
    """Loads by https, one connection for each document. Threads may share it; it remembers nothing.

    Args:
        limits, ports, ca_file: As for `https`.
        resolve: Finds addresses; a function of one's own replaces the system's.
        dial: Connects; likewise.
        unsafe_accept_address: Judges addresses in place of `is_global`. FOR TESTS ONLY: whoever lets
            private addresses pass lets every credential send requests into the private network.
    """

    def __init__(
        self,
        *,
        limits: Limits = DEFAULT_LIMITS,
        ports: Collection[int] = (HTTPS_PORT,),
        ca_file: str | os.PathLike[str] | None = None,
        resolve: Resolve | None = None,
        dial: Dial | None = None,
        unsafe_accept_address: Callable[[str], bool] | None = None,
    ) -> None:
        self._limits = limits
        self._ports = frozenset(ports)
        self._ca_file = ca_file
        self._resolve = resolve or system_addresses
        self._dial = dial or connect
        self._accept_address = unsafe_accept_address or is_global
        self._lock = threading.Lock()
        self._context = None if ca_file is None else _tls_context(ca_file)

    def load(self, request: Request) -> Resource:
        """See `Loader.load`. Every request that leaves the machine is logged, with what came of it.

        Raises:
            Refused: the rules forbid to ask.
            Unavailable: it was asked for, in vain.
        """
        target = target_of(request, self._limits, self._ports)
        began = time.monotonic()
        answered: Resource | str
        try:
            answered = self._fetch(request, target, began + _allowed(request, self._limits))
        except Unavailable as unavailable:
            answered = unavailable.reason
        seconds = time.monotonic() - began
        if isinstance(answered, str):
            _LOG.info("%s %s: %s (%.2f s)", request.purpose, quote(request.url), answered, seconds)
            # Outside the handler: an exception that is kept must not keep the socket and what was received.
            raise Unavailable(request.url, answered)
        size = len(answered.body)
        _LOG.info(
            "%s %s: %d bytes, %s (%.2f s)", request.purpose, quote(request.url), size, answered.media_type, seconds
        )
        return answered

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (
            self._limits,
            self._ports,
            self._ca_file,
            self._resolve,
            self._dial,
            self._accept_address,
        )

    # --- the connection ---------------------------------------------------------------------------

    def _fetch(self, request: Request, target: Target, deadline: float) -> Resource:
        """Everything that touches the network; what goes wrong there leaves as `Unavailable`."""
        from urllib3.exceptions import HTTPError  # 60 ms, and nobody else needs it

        url = request.url
        cap = byte_limit(request.purpose, self._limits)
        bound: _BoundSocket | None = None
        try:
            bound = self._connect(url, target, deadline)
            bound.deadline, bound.allowance = deadline, cap + _HEADERS_ALLOWANCE
            return self._converse(request, target, bound, cap)
        except ssl.SSLCertVerificationError as error:
            raise Unavailable(url, f"its host's certificate is not accepted: {quote(error.verify_message)}") from None
        except (OSError, http.client.HTTPException, HTTPError, ValueError) as error:
            raise Unavailable(url, self._reason(error, bound, deadline, request)) from None
        finally:
            if bound is not None:
                bound.close()

    def _connect(self, url: str, target: Target, deadline: float) -> _BoundSocket:
        try:
            found = list(self._resolve(target.host, target.port, self._seconds(deadline)))
        except TimeoutError:
            raise Unavailable(url, "its host's addresses could not be found in time") from None
        except OSError:
            raise Unavailable(url, "its host's address could not be found") from None
        if not found:  # CHECK: hosts without address
            raise Unavailable(url, "its host has no address")
        for address in found:
            if not self._accept_address(address):  # CHECK: addresses that are not public
                raise Unavailable(url, f"its host has an address that is not public: {quote(address)}")
        failure: OSError = TimeoutError()
        for address in found[:_ADDRESSES]:
            try:
                plain = self._dial(address, target.port, self._seconds(deadline))
            except OSError as error:
                failure = error
                continue
            return self._secure(plain, target.host, deadline)
        if isinstance(failure, TimeoutError):
            raise Unavailable(url, "its host could not be connected to in time")
        raise Unavailable(url, f"its host could not be connected to: {quote(failure.strerror or str(failure))}")

    def _secure(self, plain: socket.socket, host: str, deadline: float) -> _BoundSocket:
        try:
            plain.settimeout(self._seconds(deadline))
            secured = self._tls().wrap_socket(plain, server_hostname=host, suppress_ragged_eofs=False)
        except BaseException:
            plain.close()
            raise
        assert isinstance(secured, _BoundSocket)
        return secured

    def _tls(self) -> ssl.SSLContext:
        """Made once: reading the system's authorities takes 10 ms."""
        with self._lock:
            if self._context is None:
                self._context = _tls_context(None)
            return self._context

    def _seconds(self, deadline: float) -> float:
        """Until the deadline, but no longer than a connection may take.

        Raises:
            TimeoutError: it has passed.
        """
        left = deadline - time.monotonic()
        if left <= 0:  # CHECK: the deadline, connecting
            raise TimeoutError
        return min(left, self._limits.connect_seconds)

    # --- the request and its answer ---------------------------------------------------------------

    def _converse(self, request: Request, target: Target, bound: _BoundSocket, cap: int) -> Resource:
        from urllib3.connection import HTTPSConnection

        connection = HTTPSConnection(target.host, target.port, timeout=self._limits.fetch_seconds)
        connection.sock = bound  # connected and verified: urllib3 neither resolves nor connects
        response = None
        try:
            connection.request(
                "GET",
                target.path,
                headers=request_headers(request.purpose),
                preload_content=False,
                decode_content=False,
            )
            response = connection.getresponse()
            media_type, keeping = judge_headers(request, response), keeping_of(response)
            body = read_body(request.url, response, cap)
        finally:
            if response is not None:
                response.close()
            connection.close()
        return Resource(url=request.url, body=body, media_type=media_type, keeping=keeping)

    def _reason(self, error: Exception, bound: _BoundSocket | None, deadline: float, request: Request) -> str:
        from urllib3.exceptions import ProtocolError, SSLError
        from urllib3.exceptions import TimeoutError as ReadTimeout

        if bound is None:
            if isinstance(error, TimeoutError):
                return "no secure connection could be made in time"
            said = getattr(error, "reason", None) or getattr(error, "strerror", None) or type(error).__name__
            return f"no secure connection could be made: {quote(said)}"
        if bound.allowance < 0:
            return "the server sends more around it than is taken"
        if isinstance(error, TimeoutError | ReadTimeout) or time.monotonic() >= deadline:
            if _allowed(request, self._limits) < self._limits.fetch_seconds:
                return "the time for all documents of the verification ended before the answer did"
            return f"the answer was not complete within {self._limits.fetch_seconds:g} s"
        if isinstance(error, OSError | ProtocolError | SSLError | http.client.IncompleteRead):
            return "the connection ended before the answer did"
        return f"the answer is not as HTTP asks ({type(error).__name__})"


def _allowed(request: Request, limits: Limits) -> float:
    """Seconds that the request may take."""
    return limits.fetch_seconds if request.seconds is None else min(limits.fetch_seconds, request.seconds)


class _BoundSocket(ssl.SSLSocket):
    """Receives until a deadline and no more than so many bytes, however the other side doles them out."""

    deadline: float = 0.0
    allowance: int = 0

    def recv_into(self, buffer: WriteableBuffer, nbytes: int | None = None, flags: int = 0) -> int:
        """See `socket.recv_into`; every read of a response comes through here.

        Raises:
            TimeoutError: the deadline passed.
            ConnectionAbortedError: more came than is allowed.
        """
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self.settimeout(left)
        count = super().recv_into(buffer, nbytes, flags)
        self.allowance -= count
        if self.allowance < 0:  # CHECK: endless headers
            raise ConnectionAbortedError
        return count


def _tls_context(ca_file: str | os.PathLike[str] | None) -> ssl.SSLContext:
    """TLS 1.2 or newer, with the certificate and its name verified."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.hostname_checks_common_name = False  # a name counts as alternative name only (RFC 9525 §6.4)
    context.sslsocket_class = _BoundSocket
    if ca_file is None:
        context.load_default_certs()
    else:
        context.load_verify_locations(ca_file)
    return context


def system_addresses(host: str, port: int, seconds: float) -> list[str]:
    """The addresses that the system knows for a host, each once, in its order of preference.

    The system's function cannot be interrupted, so it has a thread of its own, which is left behind
    when it takes too long.

    Raises:
        TimeoutError: it took longer than the seconds.
        OSError: there are none.
    """
    answers: queue.SimpleQueue[list[Any] | BaseException] = queue.SimpleQueue()

    def ask() -> None:
        try:
            answers.put(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP))
        except BaseException as error:
            answers.put(error)

    threading.Thread(target=ask, name="vcverify-resolve", daemon=True).start()
    try:
        answer = answers.get(timeout=seconds)
    except queue.Empty:
        raise TimeoutError from None
    if isinstance(answer, UnicodeError):
        raise OSError("not a host name") from answer
    if isinstance(answer, BaseException):
        raise answer
    return list(dict.fromkeys(str(address[0]) for *_, address in answer))


def connect(address: str, port: int, seconds: float) -> socket.socket:
    """A TCP connection to an address (not a name: nothing is resolved).

    Raises:
        OSError: there is none within the seconds.
    """
    plain = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM)
    try:
        plain.settimeout(seconds)
        plain.connect((address, port))
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except BaseException:
        plain.close()
        raise
    return plain


def _rebuild(
    limits: Limits,
    ports: frozenset[int],
    ca_file: str | os.PathLike[str] | None,
    resolve: Resolve,
    dial: Dial,
    accept_address: Callable[[str], bool],
) -> HttpsLoader:
    return HttpsLoader(
        limits=limits,
        ports=ports,
        ca_file=ca_file,
        resolve=resolve,
        dial=dial,
        unsafe_accept_address=accept_address,
    )


class _Callable(ModuleType):
    """A function and the module that holds it cannot both be `vcverify.loading.https`, so the module is called."""

    def __call__(self, **options: Any) -> Loader:
        return https(**options)


sys.modules[__name__].__class__ = _Callable
