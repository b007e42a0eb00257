"""Every bound of this room in one place, with its unit, and the forms of what all three files carry."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from counterproof.letters import is_plain
from counterproof.mdoc.errors import MalformedError

VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class HandoverLimits:
    """Bounds of the three files."""

    offer: int = 16_384
    """An offer, bytes."""

    request: int = 524_288
    """A request, bytes: 200 proofs of some 800 bytes fit three times."""

    reply: int = 67_108_864
    """A reply, bytes: 200 copies of a document with a portrait of 100 kB fit."""

    plaintext: int = 50_331_648
    """What is sealed in a reply, bytes."""

    batch: int = 200
    """One-time copies in one request."""

    proof: int = 4_096
    """One proof, characters."""

    name: int = 120
    """An agency's name, characters."""

    note: int = 500
    """A note of the agency, characters."""

    nonce_least: int = 16
    nonce_most: int = 64
    """A nonce, bytes."""


LIMITS = HandoverLimits()

OFFER_LIFE = timedelta(days=31)
"""How long an offer may stand open."""

SKEW = timedelta(minutes=10)
"""How far two clocks on paper's time may differ; freshness comes from the nonce, not from clocks."""

_ISSUER = re.compile(r"[a-z][a-z0-9+.-]{1,30}:[!-~]{1,480}")
_DOC_TYPE = re.compile(r"[!-~]{1,128}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_TIME = "%Y-%m-%dT%H:%M:%SZ"


def check_issuer(value: str) -> None:
    """Check a credential issuer identifier: a URI, compared as it stands and never fetched."""
    if _ISSUER.fullmatch(value) is None:
        raise MalformedError("handover.form", field="credential_issuer")


def check_doc_type(value: str) -> None:
    """Check a docType."""
    if _DOC_TYPE.fullmatch(value) is None:
        raise MalformedError("handover.form", field="doc_type")


def check_sha256(value: str, *, field: str) -> None:
    """Check a SHA-256 in 64 lower-case hexadecimal digits."""
    if _SHA256.fullmatch(value) is None:
        raise MalformedError("handover.form", field=field)


def check_shown(value: str, *, field: str, limit: int) -> None:
    """Check text that is to be shown as it is: with no line ends, no direction marks and nothing unseen."""
    if not (0 < len(value) <= limit and is_plain(value)):
        raise MalformedError("handover.form", field=field)


def check_nonce(value: bytes) -> None:
    """Check the length of a nonce."""
    if not LIMITS.nonce_least <= len(value) <= LIMITS.nonce_most:
        raise MalformedError("handover.form", field="c_nonce")


def format_time(at: datetime) -> str:
    """Return an aware time as `YYYY-MM-DDThh:mm:ssZ`, cut to whole seconds."""
    return at.astimezone(UTC).strftime(_TIME)


def parse_time(text: str, *, field: str) -> datetime:
    """Return the time that `text` says; raise MalformedError `handover.form`."""
    try:
        at = datetime.strptime(text, _TIME).replace(tzinfo=UTC)
    except ValueError:
        raise MalformedError("handover.form", field=field) from None
    if format_time(at) != text:
        raise MalformedError("handover.form", field=field)
    return at
