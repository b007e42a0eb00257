"""Six bad servers and some that misbehave: the wallet refuses each, and there is no way to go on."""

from __future__ import annotations

import contextlib
import datetime as dt
import ipaddress
import socket
import ssl
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from counterproof.mdoc.errors import CounterproofError
from wallet.online import network as networks
from wallet.online.addresses import Guide
from wallet.online.network import Network

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HOST = "agency.example"
GOOD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
NOW = dt.datetime.now(dt.UTC)


class Authority:
    """A certificate authority of the web, and server certificates of it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.certificate = self._sign(self.key, "Test root", names=(), ca=True)
        self.path = folder / "root.pem"
        self.path.write_bytes(self.certificate.public_bytes(Encoding.PEM))

    def server(self, name: str = HOST, *, days: int = 30, self_signed: bool = False) -> Path:
        """Return a PEM file with a key and a certificate."""
        key = ec.generate_private_key(ec.SECP256R1())
        made = self._sign(key, name, names=(name,), days=days, own=self_signed)
        path = self.folder / f"{name}-{days}-{self_signed}.pem"
        secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        path.write_bytes(secret + made.public_bytes(Encoding.PEM))
        return path

    def _sign(self, key: Any, name: str, **more: Any) -> x509.Certificate:
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        own = more.get("own", False) or more.get("ca", False)
        issuer = subject if own else self.certificate.subject
        ends = NOW + dt.timedelta(days=more.get("days", 30))
        builder = (
            x509.CertificateBuilder(issuer, subject, key.public_key(), x509.random_serial_number())
            .not_valid_before(min(NOW, ends) - dt.timedelta(days=60))
            .not_valid_after(ends)
            .add_extension(x509.BasicConstraints(ca=more.get("ca", False), path_length=None), critical=True)
        )
        if more["names"]:
            names = [x509.DNSName(each) for each in more["names"]]
            names.append(x509.IPAddress(ipaddress.ip_address("127.0.0.2")))  # type: ignore[arg-type]
            builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
        return builder.sign(key if own else self.key, hashes.SHA256())


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("ca"))


@contextlib.contextmanager
def serving(pem: Path, answer: bytes = GOOD, *, newest: ssl.TLSVersion | None = None) -> Iterator[int]:
    """Answer every connection over TLS with the same bytes; give the port."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    if newest is not None:
        context.set_ciphers("DEFAULT:@SECLEVEL=0")
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = newest
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                line, _ = listening.accept()
            except OSError:
                return
            with contextlib.suppress(OSError, ssl.SSLError), line:
                line.settimeout(5)
                with context.wrap_socket(line, server_side=True) as secure:
                    secure.recv(65536)
                    secure.sendall(answer)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listening.getsockname()[1]
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join(10)


def connect(authority: Authority, port: int, *, limit: int = 100) -> bytes:
    """Fetch something from the server as if it were the agency's."""
    context = ssl.create_default_context(cafile=str(authority.path))
    guide = Guide(private={HOST}, resolve=lambda _host, _port: ["127.0.0.1"])
    with Network(guide, context=context) as network:
        return network.get(f"https://{HOST}:{port}/", limit=limit).body


def refusal(authority: Authority, port: int, **more: Any) -> str:
    with pytest.raises(CounterproofError) as caught:
        connect(authority, port, **more)
    return caught.value.code


def test_a_good_server_is_read(authority: Authority) -> None:
    with serving(authority.server()) as port:
        assert connect(authority, port) == b"{}"


@pytest.mark.scenario("issuer", "tls")
@pytest.mark.parametrize(
    "bad", ["expired", "wrong-host", "self-signed", "unknown-authority", "tls-1.0", "tls-1.1"]
)
@pytest.mark.filterwarnings("ignore:ssl.TLSVersion")
def test_bad_servers_are_refused(authority: Authority, tmp_path: Path, bad: str) -> None:
    pems = {
        "expired": lambda: authority.server(days=-1),
        "wrong-host": lambda: authority.server("other.example"),
        "self-signed": lambda: authority.server(self_signed=True),
        "unknown-authority": lambda: Authority(tmp_path).server(),
    }
    versions = {"tls-1.0": ssl.TLSVersion.TLSv1, "tls-1.1": ssl.TLSVersion.TLSv1_1}
    pem = pems.get(bad, authority.server)()
    with serving(pem, newest=versions.get(bad)) as port:
        assert refusal(authority, port) == "online.tls"


@pytest.mark.scenario("issuer", "ssrf")
@pytest.mark.parametrize(
    "place", ["http://127.0.0.1:9/", "http://169.254.169.254/", "https://b.example/", "/x"]
)
def test_no_redirect_is_followed(authority: Authority, place: str) -> None:
    answer = f"HTTP/1.1 302 Found\r\nLocation: {place}\r\nContent-Length: 0\r\n\r\n".encode()
    with serving(authority.server(), answer) as port:
        assert refusal(authority, port) == "online.redirect"


def test_answers_end_at_their_bound_and_are_not_unpacked(authority: Authority) -> None:
    large = b"HTTP/1.1 200 OK\r\nContent-Length: 101\r\n\r\n" + b"a" * 101
    with serving(authority.server(), large) as port:
        assert refusal(authority, port) == "online.too-large"
    packed = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}"
    with serving(authority.server(), packed) as port:
        assert refusal(authority, port) == "online.packed"


def test_a_server_that_says_nothing_is_given_up(
    authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(networks, "READ_SECONDS", 0.3)
    half = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n"
    began = time.monotonic()
    with serving(authority.server(), half) as port:
        assert refusal(authority, port) in ("online.unreachable", "online.timeout")
    assert time.monotonic() - began < 20


def test_a_host_that_is_not_there_is_said(authority: Authority) -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    assert refusal(authority, port) == "online.unreachable"
