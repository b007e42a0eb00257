"""Base45 of RFC 9285, strict.

Written here rather than taken from the `base45` package: that one strips line ends on its own, says only
"invalid" and converts character by character; a camera gives us 25,000 characters a second.
"""

from __future__ import annotations

import struct
from typing import Final

from counterproof.mdoc.errors import MalformedError

_ALPHABET: Final = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_NO_DIGIT: Final = 0xFF
_LARGEST_PAIR: Final = 0xFFFF
_LARGEST_OCTET: Final = 0xFF
_TO_TEXT: Final = bytes(_ALPHABET[value] if value < len(_ALPHABET) else 0 for value in range(256))
_TO_DIGIT: Final = bytes(_ALPHABET.index(octet) if octet in _ALPHABET else _NO_DIGIT for octet in range(256))


def encode(data: bytes) -> str:
    """Return the Base45 text of `data`: three characters for two bytes, two for a last single one."""
    pairs = struct.unpack(f">{len(data) // 2}H", data[: len(data) & ~1])
    digits = bytearray(len(pairs) * 3)
    digits[0::3] = bytes(pair % 45 for pair in pairs)
    digits[1::3] = bytes(pair // 45 % 45 for pair in pairs)
    digits[2::3] = bytes(pair // 2025 for pair in pairs)
    if len(data) & 1:
        high, low = divmod(data[-1], 45)
        digits += bytes((low, high))
    return digits.translate(_TO_TEXT).decode("ascii")


def decode(text: str) -> bytes:
    """Return the bytes of a Base45 text (RFC 9285 section 4).

    Errors: `optics.base45-character` (not one of the 45 characters; lower case counts), `-length` (one
    character left over), `-value` (a group that stands for more than 65,535 or 255).
    """
    if not text.isascii():
        place = next(at for at, character in enumerate(text) if not character.isascii())
        raise MalformedError("optics.base45-character", at=place)
    digits = text.encode("ascii").translate(_TO_DIGIT)
    if (place := digits.find(_NO_DIGIT)) >= 0:
        raise MalformedError("optics.base45-character", at=place)
    whole, left = divmod(len(digits), 3)
    if left == 1:
        raise MalformedError("optics.base45-length", length=len(text))
    end = whole * 3
    triples = zip(digits[0:end:3], digits[1:end:3], digits[2:end:3], strict=True)
    pairs = [low + 45 * middle + 2025 * high for low, middle, high in triples]
    if max(pairs, default=0) > _LARGEST_PAIR:
        at = next(index for index, pair in enumerate(pairs) if pair > _LARGEST_PAIR)
        raise MalformedError("optics.base45-value", at=3 * at)
    data = struct.pack(f">{whole}H", *pairs)
    return data + _last(digits[end:], end) if left else data


def _last(digits: bytes, at: int) -> bytes:
    value = digits[0] + 45 * digits[1]
    if value > _LARGEST_OCTET:
        raise MalformedError("optics.base45-value", at=at)
    return bytes((value,))
