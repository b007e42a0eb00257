"""Where a connection may go: an address from outside makes the wallet ask whom its holder agreed to, alone.

A link can name any address, and what answers at a private one (a router, a printer, the metadata service of
a cloud) is not meant for strangers (OpenID4VCI issue 484, "wallet request forgery").
"""

from __future__ import annotations

import socket
from dataclasses import dataclass, field
from enum import Enum
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from counterproof.mdoc.errors import CryptoError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Resolve = Callable[[str, int], Sequence[str]]

_HTTPS = 443
_HTTP = 80


class Reach(Enum):
    """Who may be at an address."""

    PUBLIC = "public"
    PRIVATE = "private"
    """A network of one's own: only where the holder has said yes to it."""
    NEVER = "never"
    """Link-local, multicast, reserved or unspecified: no agency lives there."""


@dataclass(frozen=True, slots=True)
class Origin:
    """A scheme, a host and a port; what a person agrees to is the host."""

    scheme: str
    host: str
    port: int

    @classmethod
    def of(cls, address: str) -> Origin:
        """Return the origin of an address that has passed `check_address`."""
        parts = urlsplit(address)
        default = _HTTPS if parts.scheme == "https" else _HTTP
        return cls(parts.scheme, (parts.hostname or "").rstrip("."), parts.port or default)

    def __str__(self) -> str:
        usual = self.port == (_HTTPS if self.scheme == "https" else _HTTP)
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if usual else f"{host}:{self.port}"


def reach(address: str) -> Reach:
    """Return who may be at an IP address, looking through the forms that hide an IPv4 address in IPv6."""
    ip = _inner(ip_address(address))
    if ip.is_link_local or ip.is_multicast or ip.is_unspecified:
        return Reach.NEVER
    if ip.is_loopback or ip.is_private:
        return Reach.PRIVATE
    return Reach.PUBLIC if ip.is_global else Reach.NEVER


def _inner(ip: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    if isinstance(ip, IPv4Address):
        return ip
    hidden = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
    if hidden is None and ip.packed[:12] == b"\x00\x64\xff\x9b" + bytes(8):
        hidden = IPv4Address(ip.packed[12:])  # NAT64, RFC 6052
    return ip if hidden is None else hidden


def resolve(host: str, port: int) -> list[str]:
    """Return the addresses of a host as the system knows them; raise UsageError `online.unreachable`."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise UsageError("online.unreachable", host=host) from None
    return list(dict.fromkeys(str(each[4][0]).partition("%")[0] for each in found))


@dataclass
class Guide:
    """What the holder has agreed to, and where that leads.

    `development` lets http to this machine itself through, and nothing else. `private` are hosts whose
    private address was agreed to.
    """

    development: bool = False
    private: set[str] = field(default_factory=set)
    resolve: Resolve = resolve

    def destination(self, origin: Origin) -> str:
        """Return the IP address to connect to: resolved once, checked, and the very one that is used.

        Raises CryptoError `online.not-https`, `online.address-forbidden`; UsageError
        `online.private-address` with the host until it is agreed to, `online.unreachable`.
        """
        addresses = self.resolve(origin.host, origin.port)
        if not addresses:
            raise UsageError("online.unreachable", host=origin.host)
        if origin.scheme != "https" and not (self.development and all(map(_is_loopback, addresses))):
            raise CryptoError("online.not-https", host=origin.host)
        found = {reach(each) for each in addresses}
        if Reach.NEVER in found:
            raise CryptoError("online.address-forbidden", host=origin.host)
        plain_loopback = origin.scheme != "https"  # let through above
        if Reach.PRIVATE in found and not plain_loopback and origin.host not in self.private:
            raise UsageError("online.private-address", host=origin.host)
        return addresses[0]


def _is_loopback(address: str) -> bool:
    return _inner(ip_address(address)).is_loopback
