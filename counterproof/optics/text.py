"""Still codes: a message as the text of one QR code, and back.

Text = prefix ":" Base45(M || CRC-32 of prefix || M), docs/qr-exchange.md, "Text".
"""

from __future__ import annotations

import zlib
from typing import Final

from counterproof.mdoc.errors import LimitError, MalformedError, UnsupportedError
from counterproof.optics import base45
from counterproof.optics.kinds import FRAME_PREFIX, Form, Kind, recognise, trimmed
from counterproof.optics.limits import LIMITS, OpticsLimits

_OUR_LETTERS: Final = frozenset("RAOSTCLF")
_PREFIX_LENGTH: Final = 4


def encode_still(kind: Kind, m: bytes, limits: OpticsLimits = LIMITS) -> str:
    """Return the text of one QR code that carries the message.

    M is the coding byte and the body, 1 to 1,672 bytes. Errors: `optics.message-empty`,
    `optics.still-too-long`.
    """
    if not m:
        raise LimitError("optics.message-empty")
    if len(m) + limits.checksum_bytes > limits.still_payload_bytes:
        raise LimitError(
            "optics.still-too-long", length=len(m), limit=limits.still_payload_bytes - limits.checksum_bytes
        )
    return f"{kind.prefix}:{base45.encode(m + _checksum(kind, m))}"


def decode_still(text: str, limits: OpticsLimits = LIMITS) -> tuple[Kind, bytes]:
    """Return kind and M of the text of a still code; white space at the ends is ignored, inside it counts.

    Errors: `optics.nothing-there` (empty), `optics.text-too-long`, `optics.frame-alone` (a frame of a
    stream), `optics.newer-version`, `optics.foreign-*` and `optics.unknown-code` (not ours),
    `optics.lower-case`, `optics.keyboard-layout` and `optics.garbled` (ours, but damaged on the way: Base45
    that is none, or a wrong checksum).
    """
    if len(text) > limits.pasted_characters:
        raise LimitError("optics.text-too-long", length=len(text), limit=limits.pasted_characters)
    stripped = trimmed(text)
    if not stripped:
        raise MalformedError("optics.nothing-there")
    recognised = recognise(stripped)
    if recognised.kind is None:
        raise refusal(stripped)
    return recognised.kind, _payload(recognised.kind, stripped[_PREFIX_LENGTH + 1 :], limits)


def refusal(text: str) -> MalformedError:
    """Return the error that says why a trimmed text is not what was looked for, by its beginning."""
    recognised = recognise(text)
    if recognised.form is Form.FRAME:
        return MalformedError("optics.frame-alone")
    if recognised.form is Form.STILL:
        return MalformedError("optics.still-code")
    if recognised.form is Form.NEWER:
        return UnsupportedError(recognised.code, found=text[:_PREFIX_LENGTH], known=FRAME_PREFIX[-1])
    if recognised.form is Form.FOREIGN:
        return MalformedError(recognised.code)
    return MalformedError(_scanner_fault(text) or recognised.code, length=len(text))


def _payload(kind: Kind, encoded: str, limits: OpticsLimits) -> bytes:
    longest = -(-limits.still_payload_bytes * 3 // 2)
    if len(encoded) > longest:
        raise LimitError("optics.text-too-long", length=len(encoded), limit=longest)
    try:
        data = base45.decode(encoded)
    except MalformedError as error:
        raise MalformedError("optics.garbled", reason=error.code, length=len(encoded)) from None
    m, checksum = data[: -limits.checksum_bytes], data[-limits.checksum_bytes :]
    if not m or checksum != _checksum(kind, m):
        raise MalformedError("optics.garbled", reason="optics.checksum", length=len(encoded))
    return m


def _checksum(kind: Kind, m: bytes) -> bytes:
    return zlib.crc32(kind.prefix.encode("ascii") + m).to_bytes(4, "big")


def _scanner_fault(text: str) -> str | None:
    """Name what a handheld scanner did to a code of ours, which types it as a keyboard would.

    With the wrong layout the colon comes out as another character (German: the letter O with two dots) and
    on a French keyboard the digit and the letter A as well; so the two letters "CP" and a length that only
    a code of ours has are all that can be asked for.
    """
    head = text[: _PREFIX_LENGTH + 1]
    if head != head.upper() and recognise(head.upper()).form in (Form.STILL, Form.FRAME):
        return "optics.lower-case"
    third = head[2:3].upper()
    looks_ours = head[:2].upper() == "CP" and (third in _OUR_LETTERS or third == "Q")
    if looks_ours and not head.endswith(":") and " " not in head and len(text) > _SHORTEST_GARBLED:
        return "optics.keyboard-layout"
    return None


_SHORTEST_GARBLED: Final = 32
