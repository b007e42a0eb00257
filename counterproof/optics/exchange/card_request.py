"""A request for a card as a code, for an agency's desk to scan (docs/qr-exchange.md, "A request for a card").

The file travels as it is, byte for byte: the reply is bound to its hash. It holds public keys, proofs and the
agency's nonce, no name and no secret, so it is not sealed.
"""

from __future__ import annotations

import hashlib
from typing import Final

from counterproof.mdoc.errors import LimitError, MalformedError
from counterproof.optics.exchange import coding
from counterproof.optics.exchange.limits import LIMITS

_NUMBER_NAME: Final = b"counterproof.qr.card-request.v1"
_BEGINNING: Final = b"{"


def to_message(file: bytes) -> bytes:
    """Return M of a request's file.

    Raises LimitError `exchange.card-request-size` (more than 524,288 bytes), `exchange.message-size` (more
    than a stream carries), MalformedError `exchange.card-request-form` (no JSON object).
    """
    _check(file)
    return coding.to_message(file)


def from_message(m: bytes) -> bytes:
    """Return the file that M of kind card request carries, none of its members looked at.

    Raises MalformedError and LimitError `exchange.*`, as `coding.from_message`, and
    `exchange.card-request-form`.
    """
    file = coding.from_message(m, LIMITS.card_request)
    _check(file)
    return file


def number(file: bytes) -> str:
    """Return the four digits that tell requests apart, for wallet and desk to compare.

    Anybody can find a request with the same number in a second: it proves nothing.
    """
    digest = hashlib.sha256(_NUMBER_NAME + hashlib.sha256(file).digest()).digest()
    return f"{int.from_bytes(digest[:4], 'big') % 10_000:04}"


def _check(file: bytes) -> None:
    if len(file) > LIMITS.card_request:
        raise LimitError("exchange.card-request-size", size=len(file), limit=LIMITS.card_request)
    if not file.startswith(_BEGINNING):
        raise MalformedError("exchange.card-request-form")
