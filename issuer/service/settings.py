"""Every bound of the service, and what who runs it chooses."""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from counterproof.mdoc.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class ServiceLimits:
    """Bounds of requests and of what is done at once."""

    body: int = 1_048_576
    """A request's body, bytes: 200 proofs, sealed, fit."""

    form: int = 16_384
    """A token request's body, bytes."""

    head: int = 32_768
    """A request's line and headers, bytes."""

    head_seconds: float = 10.0
    """How long a request's head may take to arrive."""

    body_seconds: float = 15.0
    """How long a request's body may take to arrive."""

    keep_alive_seconds: int = 15
    """How long a connection may be idle between two requests."""

    stop_seconds: int = 20
    """How long requests under way may still take once the service was told to stop."""

    connections: int = 2_000
    """Connections at once; one more is told to come again."""

    workers: int = 8
    """Requests that use the register at once."""

    wallet_per_minute: int = 600
    """Requests of one address to the endpoints for wallets."""

    refusals_per_minute: int = 30
    """Wrong codes and tokens of one address; behind them nothing of it is looked at for a while."""

    clerk_per_minute: int = 1_200
    """Requests of one token to the interface for clerks."""

    addresses: int = 100_000
    """Addresses that are remembered for the rates."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceSettings:
    """How the service is run.

    `url` is the agency's identifier as a credential issuer. `certificate` and `key` are PEM files; without
    them the service stands behind a proxy, whose addresses are `proxies`.
    """

    url: str
    host: str = "127.0.0.1"
    port: int = 8443
    certificate: Path | None = None
    key: Path | None = None
    proxies: tuple[str, ...] = ()
    behind_proxy: bool = False
    console: bool = True
    limits: ServiceLimits = field(default_factory=ServiceLimits)

    @property
    def path(self) -> str:
        """The path under which the endpoints lie, without a slash at its end."""
        return urlsplit(self.url).path.rstrip("/")

    @property
    def origin(self) -> str:
        """Where the console is opened, as browsers spell it: passkeys belong to names, never to numbers."""
        parts = urlsplit(self.url)
        host = parts.hostname or ""
        name = "localhost" if is_loopback(host) else host
        return f"{parts.scheme}://{name}" + (f":{parts.port}" if parts.port else "")

    @property
    def tls(self) -> bool:
        """Whether the service speaks TLS itself."""
        return self.certificate is not None

    def check(self) -> None:
        """Refuse to run where secrets would go over an open line.

        Raises UsageError `service.url-not-https`, `service.no-tls`, `service.tls-on-http`,
        `service.key-missing`.
        """
        parts = urlsplit(self.url)
        if (self.certificate is None) != (self.key is None):
            raise UsageError("service.key-missing")
        if parts.scheme != "https":
            if not is_loopback(parts.hostname or "") or not is_loopback(self.host):
                raise UsageError("service.url-not-https")
            if self.tls:
                raise UsageError("service.tls-on-http")
        elif not self.tls and not self.behind_proxy:
            raise UsageError("service.no-tls")


def is_loopback(host: str) -> bool:
    """Tell whether a name or an address is this machine's own."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
