"""The exact bytes that signatures, keys and memories of the exchange hang on.

E, T, I, L, B and S are the names of docs/qr-exchange.md. S is always the encoded SessionTranscript array,
first byte 83, never its tag-24 form.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

from counterproof.mdoc.cbor_scan import head

if TYPE_CHECKING:
    from collections.abc import Sequence

    from counterproof.mdoc.cbor import EncodedCbor

TWO_WAY: Final = "counterproof.qr.2w.v1"
SHOWN: Final = "counterproof.qr.1w.v1"
SLIP: Final = "counterproof.qr.slip.v1"
MATCH: Final = "counterproof.qr.match.v1"

_NULL: Final = b"\xf6"
_ARRAY, _TEXT = 4, 3
_MATCH_NUMBERS: Final = 10_000


def digest(data: bytes) -> bytes:
    """Return h: SHA-256."""
    return hashlib.sha256(data).digest()


def leaf_digest(leaf: bytes) -> bytes:
    """Return L, over the DER of the reader's leaf certificate."""
    return digest(leaf)


def binding(terms: EncodedCbor, leaf: bytes, items: Sequence[EncodedCbor]) -> bytes:
    """Return B: terms, L, and every ItemsRequestBytes in order, as received."""
    parts = (b"\x83", terms.raw, b"\x58\x20", leaf_digest(leaf), head(_ARRAY, len(items)))
    return b"".join((*parts, *(item.raw for item in items)))


def two_way(parameters: EncodedCbor, terms: EncodedCbor, leaf: bytes, items: Sequence[EncodedCbor]) -> bytes:
    """Return S of a request: no engagement, the parameters in place of the reader's key."""
    return b"\x83" + _NULL + parameters.raw + _handover(TWO_WAY, digest(binding(terms, leaf, items)))


def shown(terms: EncodedCbor) -> bytes:
    """Return S of a code shown first."""
    return b"\x83" + _NULL + _NULL + _handover(SHOWN, digest(terms.raw))


def slip(terms: EncodedCbor) -> bytes:
    """Return S of a slip."""
    return b"\x83" + _NULL + _NULL + _handover(SLIP, digest(terms.raw))


def match_number(transcript: bytes) -> str:
    """Return the four digits that stand beside the code and on the consent page; they prove nothing."""
    first = digest(MATCH.encode() + transcript)[:4]
    return f"{int.from_bytes(first, 'big') % _MATCH_NUMBERS:04}"


def _handover(name: str, value: bytes) -> bytes:
    return b"\x82" + head(_TEXT, len(name)) + name.encode() + b"\x58\x20" + value
