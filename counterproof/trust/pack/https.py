"""A pack from an address: https alone, one host, capped in bytes and in time.

A redirect is followed on the same host, to https, and nowhere else: otherwise whoever runs a server could
make this program open connections inside a network that it cannot reach itself. Plain http is let pass to
the machine's own loopback, for tests and for a proxy that runs there.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

import httpx

from counterproof.mdoc.errors import LimitError, StoreError, UsageError
from counterproof.trust.pack.limits import LIMITS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_LOOPBACK = ("127.0.0.1", "::1", "localhost")
_REDIRECTS = (301, 302, 303, 307, 308)
_ABSENT = (403, 404, 410)
_OK = 200
_DEFAULT_PORTS = {"https": 443, "http": 80}


def check_address(url: str) -> str:
    """Return the address with a slash at its end.

    Raises UsageError `pack.address` for anything but https with a host, and no user, query or fragment.
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise UsageError("pack.address") from None
    secure = parts.scheme == "https" or (parts.scheme == "http" and host in _LOOPBACK)
    if not secure or not host or parts.username is not None or parts.query or parts.fragment:
        raise UsageError("pack.address")
    return url if url.endswith("/") else f"{url}/"


class HttpsSource:
    """A server that gives out the files of a pack; `seconds` is a monotonic clock."""

    is_far = True

    def __init__(self, client: httpx.Client, url: str, seconds: Callable[[], float]) -> None:
        self._client = client
        self._url = check_address(url)
        self._seconds = seconds
        self._end = seconds() + LIMITS.update_seconds
        self._socket: socket.socket | None = None

    def read(self, path: str, limit: int) -> bytes | None:
        """Return what the server has under this path; None for 404 and its like.

        Raises StoreError `pack.unreachable`, `pack.too-slow`, `pack.redirect`, `pack.server` with the
        `status`; LimitError `pack.too-large`.
        """
        url = urljoin(self._url, path)
        try:
            for _ in range(LIMITS.redirects + 1):
                with self._watched() as trace, self._client.stream("GET", url, extensions=trace) as response:
                    if response.status_code not in _REDIRECTS:
                        return self._body(response, path, limit)
                    url = self._followed(url, response.headers.get("location", ""))
        except httpx.TimeoutException:
            raise StoreError("pack.too-slow", file=path) from None
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError):
            late = self._seconds() >= self._end
            raise StoreError("pack.too-slow" if late else "pack.unreachable", file=path) from None
        raise StoreError("pack.redirect")

    @contextlib.contextmanager
    def _watched(self) -> Iterator[dict[str, Any]]:
        """Give a request's extensions, and cut its connection when the time of the update is over.

        A server that sends a byte of its head now and then is never silent long enough for a timeout, and no
        body begins at which this program could look at its clock.
        """
        left = max(self._end - self._seconds(), 0.0)
        timer = threading.Timer(left, self._cut)
        timer.daemon = True
        timer.start()
        try:
            yield {"trace": self._connected}
        finally:
            timer.cancel()

    def _connected(self, event: str, said: dict[str, Any]) -> None:
        if event == "connection.connect_tcp.complete":
            self.close()
            # A second handle: the first is taken over when TLS begins, and a handshake can be slow as well.
            self._socket = said["return_value"].get_extra_info("socket").dup()

    def close(self) -> None:
        """Let go of the connection; the client closes it."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _cut(self) -> None:
        held = self._socket
        if held is not None:
            with contextlib.suppress(OSError):
                held.shutdown(socket.SHUT_RDWR)

    def _followed(self, url: str, location: str) -> str:
        try:
            target = urljoin(url, location)
            same = _origin(target) == _origin(url)
        except ValueError:
            same = False
        if not location or not same:
            raise StoreError("pack.redirect")
        return target

    def _body(self, response: httpx.Response, path: str, limit: int) -> bytes | None:
        if response.status_code in _ABSENT:
            return None
        if response.status_code != _OK:
            raise StoreError("pack.server", status=response.status_code)
        if response.headers.get("content-encoding", "identity") != "identity":
            raise StoreError("pack.server", status=response.status_code)
        content = bytearray()
        for piece in response.iter_bytes():  # nothing is encoded, as was looked at above
            content += piece
            if len(content) > limit:
                raise LimitError("pack.too-large", file=path, limit=limit)
            if self._seconds() > self._end:
                raise StoreError("pack.too-slow", file=path)
        if self._seconds() >= self._end:  # what was cut may look like an end
            raise StoreError("pack.too-slow", file=path)
        return bytes(content)


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or _DEFAULT_PORTS.get(parts.scheme)


@contextlib.contextmanager
def open_address(url: str, seconds: Callable[[], float]) -> Iterator[HttpsSource]:
    """Open a connection for one update; raises UsageError `pack.address`."""
    check_address(url)
    headers = {"accept-encoding": "identity", "user-agent": "counterproof"}
    with httpx.Client(timeout=LIMITS.request_seconds, follow_redirects=False, headers=headers) as client:
        source = HttpsSource(client, url, seconds)
        with contextlib.closing(source):
            yield source
