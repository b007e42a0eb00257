"""Updates from servers that truly stand there, on this machine's loopback: over TLS, and bad in many ways."""

from __future__ import annotations

import contextlib
import datetime as dt
import ipaddress
import socket
import ssl
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from counterproof.mdoc.errors import CounterproofError
from counterproof.trust.pack import https
from counterproof.trust.pack.limits import LIMITS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from cryptography.x509.general_name import GeneralName

LOOPBACK = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
HEAD = b"HTTP/1.1 200 OK\r\n"


@contextlib.contextmanager
def serving(answer: Callable[[socket.socket], None], tls: ssl.SSLContext | None = None) -> Iterator[int]:
    """Answer every connection in a thread of its own; give the port."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve(raw: socket.socket) -> None:
            with contextlib.suppress(OSError), contextlib.ExitStack() as opened:
                one = opened.enter_context(raw if tls is None else tls.wrap_socket(raw, server_side=True))
                one.recv(65_536)
                answer(one)

        def accept() -> None:
            with contextlib.suppress(OSError):
                while True:
                    threading.Thread(target=serve, args=(listening.accept()[0],), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        yield listening.getsockname()[1]
        listening.shutdown(socket.SHUT_RDWR)


def plain(one: socket.socket) -> None:
    one.sendall(HEAD + b"content-length: 4\r\nconnection: close\r\n\r\npack")


def endless(one: socket.socket) -> None:
    one.sendall(HEAD + b"\r\n")
    while True:
        one.sendall(bytes(4096))


def inflated(one: socket.socket) -> None:
    one.sendall(
        HEAD + b"content-encoding: gzip\r\ncontent-length: 4\r\nconnection: close\r\n\r\n\x1f\x8b\x08\x00"
    )


def dripping_head(one: socket.socket) -> None:
    one.sendall(HEAD + b"x-slow: ")
    drip(one)


def dripping_handshake(one: socket.socket) -> None:
    one.sendall(b"\x16\x03\x03\x40\x00")
    drip(one)


def dripping_body(one: socket.socket) -> None:
    one.sendall(HEAD + b"\r\n")
    drip(one)


def drip(one: socket.socket) -> None:
    for _ in range(100):
        one.sendall(b"a")
        time.sleep(0.1)


def elsewhere(one: socket.socket) -> None:
    one.sendall(b"HTTP/1.1 302 Found\r\nlocation: https://127.0.0.2/x\r\ncontent-length: 0\r\n\r\n")


def certified(folder: Path, name: GeneralName, *, days: int = 1) -> ssl.SSLContext:
    """Make an authority and a server's certificate for `name`; the authority's is in `folder`/ca.pem."""
    ca, own = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Test authority")])
    now = dt.datetime.now(dt.UTC)

    def build(subject: x509.Name, key: ec.EllipticCurvePrivateKey, *, is_ca: bool) -> x509.Certificate:
        made = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - dt.timedelta(days=9))
            .not_valid_after(now + dt.timedelta(days=9 if is_ca else days))
            .add_extension(x509.BasicConstraints(ca=is_ca, path_length=None), critical=True)
        )
        if not is_ca:
            made = made.add_extension(x509.SubjectAlternativeName([name]), critical=False)
        return made.sign(ca, hashes.SHA256())

    pem = serialization.Encoding.PEM
    (folder / "ca.pem").write_bytes(build(issuer, ca, is_ca=True).public_bytes(pem))
    (folder / "own.pem").write_bytes(
        build(x509.Name([]), own, is_ca=False).public_bytes(pem)
        + own.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "own.pem")
    return context


@pytest.fixture(autouse=True)
def _hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(https, "LIMITS", replace(LIMITS, update_seconds=2.0, request_seconds=2.0))
    for name in ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "https_proxy", "http_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)


def fetched(url: str) -> bytes | str | None:
    try:
        with https.open_address(url, time.monotonic) as source:
            return source.read("metadata/timestamp.json", 100_000)
    except CounterproofError as error:
        return error.code


@pytest.mark.parametrize(
    ("answer", "result"),
    [
        (plain, b"pack"),
        (endless, "pack.too-large"),
        (inflated, "pack.server"),
        (dripping_head, "pack.too-slow"),
        (dripping_body, "pack.too-slow"),
        (elsewhere, "pack.redirect"),
    ],
)
def test_a_server_that_is_bad_ends_the_update_in_time(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    answer: Callable[[socket.socket], None],
    result: bytes | str,
) -> None:
    context = certified(tmp_path, LOOPBACK)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    begun = time.monotonic()
    with serving(answer, context) as port:
        assert fetched(f"https://127.0.0.1:{port}/") == result
    assert time.monotonic() - begun < 8


def test_a_handshake_that_never_ends_is_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    certified(tmp_path, LOOPBACK)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    begun = time.monotonic()
    with serving(dripping_handshake) as port:
        assert fetched(f"https://127.0.0.1:{port}/") == "pack.too-slow"
    assert time.monotonic() - begun < 8


@pytest.mark.parametrize("wrong", ["unknown", "host", "expired"])
def test_a_server_that_proves_nothing_is_not_heard(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wrong: str
) -> None:
    name = x509.DNSName("other.example") if wrong == "host" else LOOPBACK
    context = certified(tmp_path, name, days=-1 if wrong == "expired" else 1)
    if wrong != "unknown":
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    with serving(plain, context) as port:
        assert fetched(f"https://127.0.0.1:{port}/") == "pack.unreachable"
