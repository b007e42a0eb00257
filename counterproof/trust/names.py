"""Plain text and fixed forms: what a name, an id and a fingerprint may look like."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

from counterproof.letters import is_plain
from counterproof.mdoc.errors import MalformedError
from counterproof.trust.limits import LIMITS

if TYPE_CHECKING:
    from counterproof.mdoc.certificates.model import Certificate

SHA256_HEX = re.compile(r"[0-9a-f]{64}")
READER_ID = re.compile(r"[A-Z0-9-]{3,20}")
"""An audience of the QR exchange, compared byte for byte."""

COUNTRY = re.compile(r"[A-Z]{2}")
DOC_TYPE = re.compile(r"[!-~]{1,128}")

_GROUP = 4


def fingerprint(certificate: Certificate) -> str:
    """Return the SHA-256 of the certificate's DER in 64 lower-case hexadecimal digits."""
    return sha256(certificate.der)


def sha256(content: bytes) -> str:
    """Return the SHA-256 in 64 lower-case hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def grouped(digits: str) -> str:
    """Return a fingerprint as people compare it: upper case, in groups of four."""
    upper = digits.upper()
    return " ".join(upper[at : at + _GROUP] for at in range(0, len(upper), _GROUP))


def plain_fingerprint(text: str) -> str | None:
    """Return a typed or pasted fingerprint in its stored form; None if it is not a whole one.

    Spaces, colons and hyphens between digits are let pass, a shortened fingerprint is not: a few digits are
    found by trying.
    """
    digits = re.sub(r"[\s:-]", "", text).lower()
    return digits if SHA256_HEX.fullmatch(digits) else None


def check_shown(name: str, *, field: str) -> None:
    """Check that a name can be shown as it is: with no line ends, no direction marks and nothing unseen.

    Raises MalformedError `trust.name` with the `field`.
    """
    if not (0 < len(name) <= LIMITS.name and is_plain(name)):
        raise MalformedError("trust.name", field=field)
