"""The request that a wallet shows as a code: from pictures, texts or a camera."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from counterproof.mdoc.errors import UsageError
from counterproof.optics.collect import Collector, collect
from counterproof.optics.exchange import card_request
from counterproof.optics.headers import sniff
from counterproof.optics.kinds import Kind
from counterproof.optics.read import Stage
from counterproof.optics.reader import PictureReader
from counterproof.optics.sources import BytesSource, camera_frames

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from counterproof.clock import Clock
    from counterproof.optics.sources import Source

_AWAITED: Final = frozenset({Kind.CARD_REQUEST})
_CODE: Final = b"CP"


def is_code(content: bytes) -> bool:
    """Tell whether a file is a picture, a PDF or the texts of codes, and not a request itself."""
    return sniff(content) is not None or content.lstrip()[:2] == _CODE


def request_in(content: bytes) -> bytes:
    """Return the request in a file: the file itself, or what its code carries.

    Raises `optics.*` where no request for a card can be read, `exchange.*` where it is packed wrongly.
    """
    return scanned([BytesSource(content)]) if is_code(content) else content


def scanned(sources: Iterable[Source]) -> bytes:
    """Return the request that pictures or texts hold between them; raises as `request_in`."""
    return card_request.from_message(collect(sources, awaited=_AWAITED).m)


def watched(device: int | str, clock: Clock, tell: Callable[[int, int], None]) -> bytes:
    """Look through a camera, or at a recording of one's own, until a request is complete.

    `tell` hears how many pictures of a moving code were read, and of how many at least. Raises UsageError
    `optics.camera-missing`, `optics.camera-lost`, `optics.no-code` where a recording ends without one;
    `exchange.*`.
    """
    collector = Collector(_AWAITED)
    with PictureReader(clock=clock) as reader:
        for seconds, grey in camera_frames(device, clock):
            found = collector.offer(reader.read_frame(grey, Stage.SHARPENED), seconds)
            if found is not None:
                return card_request.from_message(found.m)
            for progress in collector.progress[:1]:
                tell(progress.received, progress.needed)
    raise UsageError("optics.no-code")
