"""Lists for another counter as a moving code (docs/qr-exchange.md, "Lists").

The message is a zip file of a trust pack or of an agency's published folder, its entries stored and not
packed: the coding around it packs all of them together. Everything in it is signed, and is proven as if it
had come on a stick; nothing of it is secret.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from counterproof.mdoc.errors import LimitError, MalformedError
from counterproof.optics.exchange import coding
from counterproof.optics.exchange.limits import LIMITS
from counterproof.optics.limits import LIMITS as OPTICS_LIMITS
from counterproof.optics.stream import source_symbols

if TYPE_CHECKING:
    from collections.abc import Iterable

_BEGINNING: Final = b"PK\x03\x04"
_LOST: Final = 1.3
"""What a camera takes beside the least number of pictures: some are blurred, some are met in between two."""


def to_message(archive: bytes) -> bytes:
    """Return M of a zip file; raises as `fitting`."""
    return fitting([archive])[1]


def fitting(archives: Iterable[bytes]) -> tuple[int, bytes]:
    """Return which of several zip files, from the fullest on, is the first that a code carries, and its M.

    Raises LimitError `exchange.lists-size` with the size of the last (more than a moving code carries),
    MalformedError `exchange.lists-form`.
    """
    size = 0
    for place, archive in enumerate(archives):
        _check(archive)
        number, body = coding.coded(archive)
        size = len(body) + 1
        if len(archive) <= LIMITS.lists and size <= LIMITS.message:
            return place, bytes((number,)) + body
    raise LimitError("exchange.lists-size", size=size, limit=LIMITS.message)


def from_message(m: bytes) -> bytes:
    """Return the zip file that M of kind lists carries, nothing in it looked at.

    Raises MalformedError and LimitError `exchange.*`, as `coding.from_message`, and `exchange.lists-form`.
    """
    archive = coding.from_message(m, LIMITS.lists)
    _check(archive)
    return archive


def pictures(m: bytes) -> int:
    """Return of how many pictures the moving code of M consists at least."""
    return source_symbols(len(m))


def seconds(m: bytes) -> int:
    """Return how long a steady camera needs for the moving code of M, in seconds, rounded up."""
    return seconds_for(pictures(m))


def seconds_for(count: int) -> int:
    """Return how long a steady camera needs for so many pictures, in seconds, rounded up."""
    return math.ceil(_LOST * count / OPTICS_LIMITS.stream_frames_per_second)


def _check(archive: bytes) -> None:
    if not archive.startswith(_BEGINNING):
        raise MalformedError("exchange.lists-form")
