"""An https server on a loopback address that behaves as a test asks, with a certificate authority of its own."""

from __future__ import annotations

import socket
import ssl
import threading
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from vcverify.loading.https import connect

HOST = "issuer.example"
"""The name that certificates are made out to."""

GLOBAL = "93.184.216.34"
"""An address that the loader takes for a public one; tests lead it to the loopback server."""

LOOPBACK = "127.0.0.1"

Behaviour = Callable[[ssl.SSLSocket, bytes], None]
"""What is done with a connection, and the request's header that came on it."""


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


@dataclass(frozen=True, slots=True)
class Certificate:
    """A key and its certificate, in one PEM file."""

    file: Path


class Authority:
    """Issues certificates; `file` is its own, in PEM."""

    def __init__(self, folder: Path, name: str = "Authority of the tests") -> None:
        self._folder = folder
        self._name = _name(name)
        self._key = ec.generate_private_key(ec.SECP256R1())
        now = datetime.now(UTC)
        certificate = (
            x509.CertificateBuilder()
            .subject_name(self._name)
            .issuer_name(self._name)
            .public_key(self._key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=30))
            .not_valid_after(now + timedelta(days=30))
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(self._key.public_key()), critical=False)
            .sign(self._key, hashes.SHA256())
        )
        self.file = folder / f"{name.replace(' ', '-')}.pem"
        self.file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))

    def issue(
        self,
        *names: str,
        begins: timedelta = timedelta(days=-1),
        ends: timedelta = timedelta(days=1),
        self_signed: bool = False,
        common_name: str = "server",
    ) -> Certificate:
        """A server's certificate for these names, valid from and to so long from now."""
        key = ec.generate_private_key(ec.SECP256R1())
        now = datetime.now(UTC)
        builder = (
            x509.CertificateBuilder()
            .subject_name(_name(common_name))
            .issuer_name(_name(common_name) if self_signed else self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now + begins)
            .not_valid_after(now + ends)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        )
        if names:
            builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(name) for name in names]), False)
        certificate = builder.sign(key if self_signed else self._key, hashes.SHA256())
        path = self._folder / f"{certificate.serial_number:x}.pem"
        path.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
            + certificate.public_bytes(serialization.Encoding.PEM)
        )
        return Certificate(path)


@dataclass(slots=True)
class Server:
    """A server that runs: its port, and the headers of the requests that came."""

    port: int
    requests: list[bytes] = field(default_factory=list)

    def dial(self, address: str, port: int, seconds: float) -> socket.socket:
        """In place of `connect`: whatever the address is, it is this server's."""
        return connect(LOOPBACK, self.port, seconds)


def answer(
    body: bytes = b"{}",
    *headers: str,
    status: str = "200 OK",
    media_type: str | None = "application/json",
    length: int | str | None = None,
) -> Behaviour:
    """Answers every request with the body; the length is the body's own unless it is given ("" leaves it out)."""
    lines = [f"HTTP/1.1 {status}", *headers]
    if media_type is not None:
        lines.append(f"Content-Type: {media_type}")
    if length != "":
        lines.append(f"Content-Length: {len(body) if length is None else length}")
    return raw(("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + body)


def raw(*pieces: bytes, pause: float = 0.0) -> Behaviour:
    """Sends the pieces as they are, with a pause (seconds) before each but the first, and closes in order."""

    def behave(connection: ssl.SSLSocket, _: bytes) -> None:
        for position, piece in enumerate(pieces):
            if position and pause:
                threading.Event().wait(pause)
            connection.sendall(piece)
        connection.unwrap()

    return behave


def endless(head: bytes, piece: bytes, pause: float = 0.0) -> Behaviour:
    """Sends the head, then the piece for ever, with a pause (seconds) before each."""

    def behave(connection: ssl.SSLSocket, _: bytes) -> None:
        connection.sendall(head)
        while True:
            if pause:
                threading.Event().wait(pause)
            connection.sendall(piece)

    return behave


def abrupt(data: bytes, *, reset: bool = True) -> Behaviour:
    """Sends the data, then ends the connection without a word of TLS: with a TCP reset, or in order."""

    def behave(connection: ssl.SSLSocket, _: bytes) -> None:
        connection.sendall(data)
        if reset:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")

    return behave


def by_path(paths: dict[str, Behaviour]) -> Behaviour:
    """Behaves by the path of the request; 404 for others."""

    def behave(connection: ssl.SSLSocket, request: bytes) -> None:
        path = request.split(b" ", 2)[1].decode("ascii")
        paths.get(path, answer(b"", status="404 Not Found"))(connection, request)

    return behave


@contextmanager
def serve(
    behaviour: Behaviour | None,
    certificate: Certificate | None,
    *,
    versions: Sequence[ssl.TLSVersion] = (),
    before_tls: Callable[[socket.socket], None] | None = None,
) -> Iterator[Server]:
    """A server on a free port of the loopback address, until the block ends.

    Args:
        behaviour: What it does with every request.
        certificate: Its own; None for one that does not speak TLS.
        versions: The oldest and the newest version of TLS that it speaks.
        before_tls: What it does with a connection in place of TLS.
    """
    context = None if certificate is None else _context(certificate, versions)
    listener = socket.create_server((LOOPBACK, 0))
    server = Server(port=listener.getsockname()[1])
    open_connections: list[socket.socket] = []

    def converse(plain: socket.socket) -> None:
        with suppress(OSError, ValueError):
            if before_tls is not None:
                before_tls(plain)
            if context is None or behaviour is None:
                return
            plain.settimeout(5)
            with context.wrap_socket(plain, server_side=True) as connection:
                request = _request(connection)
                server.requests.append(request)
                behaviour(connection, request)
        with suppress(OSError):
            plain.close()

    def accept() -> None:
        while True:
            try:
                plain, _ = listener.accept()
            except OSError:
                return
            open_connections.append(plain)
            threading.Thread(target=converse, args=(plain,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield server
    finally:
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        for plain in open_connections:
            with suppress(OSError):
                plain.close()


def _request(connection: ssl.SSLSocket) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data and (piece := connection.recv(65_536)):
        data += piece
    return data


def _context(certificate: Certificate, versions: Sequence[ssl.TLSVersion]) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate.file)
    if versions:
        context.set_ciphers("ALL:@SECLEVEL=0")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            context.minimum_version, context.maximum_version = versions
    return context
