"""One path from a message to what a screen or a sheet of paper shows: a still code or a stream."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from counterproof.mdoc.errors import LimitError
from counterproof.optics.limits import LIMITS, OpticsLimits
from counterproof.optics.stream import StreamSender
from counterproof.optics.text import encode_still

if TYPE_CHECKING:
    from collections.abc import Iterator

    from counterproof.optics.kinds import Kind


@dataclass(frozen=True, slots=True)
class StillCode:
    """A message that one QR code carries."""

    kind: Kind
    text: str
    moving: ClassVar[bool] = False

    def __iter__(self) -> Iterator[str]:
        """Yield the one text."""
        yield self.text


def encode(
    kind: Kind, m: bytes, *, streams_ok: bool, limits: OpticsLimits = LIMITS
) -> StillCode | StreamSender:
    """Return the still code or the stream that carries the message to a side that reads streams or not.

    M and its checksum go still up to 1,230 bytes; above that as a stream if the other side reads streams,
    else still up to 1,676. Errors: `optics.message-empty`, `optics.message-too-long` (more than 65,535
    bytes), `optics.too-long-for-still` (the other side reads no streams: offer to show less).
    """
    payload = len(m) + limits.checksum_bytes
    if payload <= limits.easy_still_payload_bytes:
        return StillCode(kind, encode_still(kind, m, limits))
    if streams_ok:
        return StreamSender(kind, m, limits)
    if payload > limits.still_payload_bytes:
        most = limits.still_payload_bytes - limits.checksum_bytes
        raise LimitError("optics.too-long-for-still", length=len(m), limit=most)
    return StillCode(kind, encode_still(kind, m, limits))
