"""The coding byte: how the body of a message is compressed (docs/qr-exchange.md, "Coding").

0 is the body as it is, 1 is a zlib stream with preset dictionary 1. The byte is not authenticated, so nothing
may be keyed on a coded message; h(S) is there for that.
"""

from __future__ import annotations

import zlib
from typing import Final

from counterproof.mdoc.errors import LimitError, MalformedError
from counterproof.optics.exchange.dictionary import dictionary, dictionary_id
from counterproof.optics.exchange.limits import LIMITS

PLAIN: Final = 0
DEFLATED: Final = 1

_HEADER: Final = 2
_DICTID_END: Final = 6
_FDICT: Final = 0x20
_METHOD_DEFLATE: Final = 8
_LARGEST_WINDOW: Final = 7


def deflated(data: bytes) -> bytes:
    """Return `data` as a zlib stream with preset dictionary 1 (RFC 1950, FDICT set)."""
    compressor = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS, 9, zlib.Z_DEFAULT_STRATEGY, dictionary())
    return compressor.compress(data) + compressor.flush()


def coded(data: bytes) -> tuple[int, bytes]:
    """Return the coding number and the body, whichever coding makes it shorter."""
    body = deflated(data)
    return (DEFLATED, body) if len(body) < len(data) else (PLAIN, data)


def to_message(data: bytes) -> bytes:
    """Return M: the coding byte and the body; raise LimitError `exchange.message-size`."""
    coding, body = coded(data)
    if len(body) >= LIMITS.message:
        raise LimitError("exchange.message-size", size=len(body) + 1, limit=LIMITS.message)
    return bytes((coding,)) + body


def from_message(m: bytes, limit: int) -> bytes:
    """Return the body of M, at most `limit` bytes after inflation; errors as `decoded`."""
    if not m:
        raise MalformedError("exchange.empty")
    if len(m) > LIMITS.message:
        raise LimitError("exchange.message-size", size=len(m), limit=LIMITS.message)
    return decoded(m[0], m[1:], limit)


def decoded(coding: int, body: bytes, limit: int) -> bytes:
    """Return what `body` stands for, at most `limit` bytes.

    Errors: `exchange.coding` (unknown number), `exchange.body-size`, `exchange.deflate-header`,
    `exchange.deflate-dictionary` (FDICT not set, or another dictionary), `exchange.deflate-damaged`,
    `exchange.deflate-truncated`, `exchange.deflate-trailing`.
    """
    if coding == PLAIN:
        if len(body) > limit:
            raise LimitError("exchange.body-size", limit=limit)
        return body
    if coding != DEFLATED:
        raise MalformedError("exchange.coding", found=coding)
    return _inflated(body, limit)


def _inflated(body: bytes, limit: int) -> bytes:
    _check_header(body)
    stream = zlib.decompressobj(zdict=dictionary())
    try:
        data = stream.decompress(body, limit + 1)
    except zlib.error:
        raise MalformedError("exchange.deflate-damaged") from None
    if len(data) > limit:
        raise LimitError("exchange.body-size", limit=limit)
    if not stream.eof:
        raise MalformedError("exchange.deflate-truncated")
    if stream.unused_data or stream.unconsumed_tail:
        raise MalformedError("exchange.deflate-trailing", size=len(stream.unused_data))
    return data


def _check_header(body: bytes) -> None:
    """Check CMF, FLG and DICTID: Python's zlib takes a stream that names no dictionary without complaint."""
    if len(body) < _DICTID_END:
        raise MalformedError("exchange.deflate-truncated")
    method, window = body[0] & 15, body[0] >> 4
    if method != _METHOD_DEFLATE or window > _LARGEST_WINDOW or int.from_bytes(body[:_HEADER], "big") % 31:
        raise MalformedError("exchange.deflate-header")
    if not body[1] & _FDICT or body[_HEADER:_DICTID_END] != dictionary_id():
        raise MalformedError("exchange.deflate-dictionary")
