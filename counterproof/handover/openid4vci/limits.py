"""Every bound of the messages in one place, with its unit."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from urllib.parse import urlsplit

from counterproof.mdoc.errors import MalformedError


@dataclass(frozen=True, slots=True)
class OnlineLimits:
    """Bounds of what is sent and received."""

    link: int = 16_384
    """A credential offer's link, characters."""

    offer: int = 16_384
    """A credential offer, bytes."""

    metadata: int = 1_048_576
    """Metadata of an issuer or an authorization server, bytes."""

    token: int = 65_536
    """A token response, bytes; an error of any endpoint as well."""

    request: int = 524_288
    """A credential request, bytes: 200 proofs of some 800 bytes fit three times."""

    response: int = 67_108_864
    """A credential response, bytes: 200 copies of a document with a portrait of 100 kB fit."""

    address: int = 512
    """An address, characters."""

    secret: int = 4_096
    """A code or a token, characters."""

    code: int = 64
    """A transaction code that a person types, characters."""

    description: int = 300
    """A description beside a transaction code, characters (4.1.1)."""


LIMITS: Final = OnlineLimits()

SKEW: Final = timedelta(minutes=10)
"""How far two clocks may differ; freshness comes from the nonce."""

_ADDRESS = re.compile(r"https?://[A-Za-z0-9.\-_~:\[\]]+(?:/[!-~]*)?")


def check_address(value: str, *, field: str, query: bool = True) -> None:
    """Check an http or https address: plain ASCII, with a host, without user, password or fragment.

    Whether it may be visited is the wallet's business. Raises MalformedError `online.form` with the `field`.
    """
    bad = MalformedError("online.form", field=field)
    if len(value) > LIMITS.address or _ADDRESS.fullmatch(value) is None:
        raise bad
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError:
        raise bad from None
    if not parts.hostname or port == 0 or "@" in parts.netloc or "#" in value or "\\" in value:
        raise bad
    if "?" in value and not query:
        raise bad


def check_text(value: str, *, field: str, most: int) -> None:
    """Check a code, token or identifier: 1 to `most` printable ASCII characters; the value is not shown."""
    if not (0 < len(value) <= most and value.isascii() and value.isprintable()):
        raise MalformedError("online.form", field=field)


def well_known(issuer: str, name: str) -> str:
    """Return where metadata lies: the name goes between the host and the path (12.2.2; RFC 8414, 3)."""
    parts = urlsplit(issuer)
    return f"{parts.scheme}://{parts.netloc}/.well-known/{name}{parts.path.rstrip('/')}"
