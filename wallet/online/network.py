"""Connections: to the checked address of a host, over TLS, no redirects, cookies or proxies, in bounds.

The name is resolved once; the connection goes to the address that was checked, while the certificate is held
against the name. There is no switch that turns a check off.
"""

from __future__ import annotations

import ssl
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import httpx

from counterproof.clock import SystemClock
from counterproof.mdoc.errors import CryptoError, LimitError, UsageError
from wallet.online.addresses import Guide, Origin

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Self

    from counterproof.clock import Clock

CONNECT_SECONDS: Final = 10.0
READ_SECONDS: Final = 20.0
"""How long nothing may come."""

TOTAL_SECONDS: Final = 120.0
"""How long one answer may take in all."""

_AGENT: Final = "Counterproof"


class PinnedTransport(httpx.BaseTransport):
    """Sends each request to the address that the guide allows, under the name that was asked for."""

    def __init__(self, guide: Guide, inner: httpx.BaseTransport) -> None:
        self._guide = guide
        self._inner = inner

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request; raises as `Guide.destination`."""
        origin = Origin.of(str(request.url))
        address = self._guide.destination(origin)
        request.extensions = {**request.extensions, "sni_hostname": origin.host}
        request.url = request.url.copy_with(host=address)
        return self._inner.handle_request(request)

    def close(self) -> None:
        """Close every connection."""
        self._inner.close()


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    media_type: str
    body: bytes = field(repr=False)


class Network:
    """Requests to one host that the holder agreed to.

    `context` is how certificates are checked: the system's authorities, TLS 1.2 and newer.
    """

    def __init__(
        self,
        guide: Guide,
        *,
        language: str = "en",
        context: ssl.SSLContext | None = None,
        clock: Clock | None = None,
    ) -> None:
        self.guide = guide
        self._clock = clock or SystemClock()
        self._language = language
        inner = httpx.HTTPTransport(verify=context or _context(), trust_env=False, retries=0)
        self._client = httpx.Client(
            transport=PinnedTransport(guide, inner),
            trust_env=False,
            follow_redirects=False,
            timeout=httpx.Timeout(READ_SECONDS, connect=CONNECT_SECONDS),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close every connection."""
        self._client.close()

    def get(self, address: str, *, limit: int, accept: str = "application/json") -> Answer:
        """Fetch something; raises CryptoError, LimitError, UsageError `online.*`."""
        return self._send("GET", address, limit=limit, headers={"Accept": accept})

    def post_form(self, address: str, form: Mapping[str, str], *, limit: int) -> Answer:
        """Send a form; raises as `get`."""
        return self._send("POST", address, limit=limit, form=form)

    def post(
        self, address: str, body: bytes, media_type: str, *, limit: int, bearer: str | None = None
    ) -> Answer:
        """Send a body; raises as `get`."""
        headers = {"Content-Type": media_type}
        if bearer is not None:
            headers["Authorization"] = f"Bearer {bearer}"
        return self._send("POST", address, limit=limit, headers=headers, body=body)

    def _send(
        self,
        method: str,
        address: str,
        *,
        limit: int,
        headers: Mapping[str, str] | None = None,
        form: Mapping[str, str] | None = None,
        body: bytes | None = None,
    ) -> Answer:
        own = {
            "User-Agent": _AGENT,
            "Accept": "application/json",
            "Accept-Encoding": "identity",  # nothing is unpacked, so nothing can swell
            "Accept-Language": self._language,
            **(headers or {}),
        }
        host = Origin.of(address).host
        try:
            request = self._client.build_request(method, address, headers=own, data=form, content=body)
            return self._read(self._client.send(request, stream=True), host, limit)
        except httpx.TimeoutException:
            raise UsageError("online.timeout", host=host) from None
        except httpx.ConnectError as error:
            raise _connect_error(error, host) from None
        except (httpx.HTTPError, httpx.InvalidURL, ssl.SSLError):
            raise UsageError("online.unreachable", host=host) from None

    def _read(self, response: httpx.Response, host: str, limit: int) -> Answer:
        began = self._clock.monotonic()
        try:
            if 300 <= response.status_code < 400:  # noqa: PLR2004 - HTTP's own numbers
                raise CryptoError("online.redirect", host=host)
            if response.headers.get("content-encoding", "identity").lower() != "identity":
                raise CryptoError("online.packed", host=host)
            parts, size = [], 0
            for part in response.iter_raw():
                parts.append(part)
                size += len(part)
                if size > limit:
                    raise LimitError("online.too-large", host=host, limit=limit)
                if self._clock.monotonic() - began > TOTAL_SECONDS:
                    raise UsageError("online.timeout", host=host)
            media_type = response.headers.get("content-type", "").partition(";")[0].strip().lower()
            return Answer(response.status_code, media_type, b"".join(parts))
        finally:
            response.close()


def _context() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _connect_error(error: BaseException, host: str) -> CryptoError | UsageError:
    """Tell a certificate that is wrong from a host that is not there."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, ssl.SSLError):
            return CryptoError("online.tls", host=host)
        seen = seen.__cause__ or seen.__context__
    return UsageError("online.unreachable", host=host)
