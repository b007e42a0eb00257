"""Lists of agencies and authorities as a moving code: made for another counter, and read from its screen.

Nobody new is believed by a code: it is one more way in which what stands on a stick can come.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from counterproof.mdoc.errors import CounterproofError, UsageError
from counterproof.optics.collect import Collector, collect
from counterproof.optics.exchange import lists
from counterproof.optics.headers import sniff
from counterproof.optics.kinds import FRAME_PREFIX, Kind
from counterproof.optics.limits import OpticsLimits
from counterproof.optics.read import Stage
from counterproof.optics.reader import PictureReader
from counterproof.optics.sources import FileSource, camera_frames
from counterproof.sealing import files
from counterproof.trust.pack.sources import zip_source
from verifier.flow.reading import StoppablePictures, check

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from counterproof.clock import Clock
    from counterproof.optics.sources import Source as Pictures
    from counterproof.trust.describe import TrustDescription
    from counterproof.trust.pack.sources import Source
    from counterproof.trust.store import TrustStore

AWAITED: Final = frozenset({Kind.LISTS})
PATIENT: Final = OpticsLimits(stream_idle_seconds=900.0)
"""What was read of a long code is kept for a quarter of an hour, so that reading can be stopped and go on."""

_OURS: Final = (FRAME_PREFIX.encode("ascii"), Kind.LISTS.prefix.encode("ascii"))


@dataclass(frozen=True, slots=True)
class ListsCode:
    """Lists of one publisher as M of a moving code; not `whole` where only newer counters can use them."""

    name: str
    issued_at: datetime
    m: bytes = field(repr=False)
    whole: bool

    @property
    def pictures(self) -> int:
        """Of how many pictures the code consists at least."""
        return lists.pictures(self.m)

    @property
    def seconds(self) -> int:
        """How long a steady camera needs for it."""
        return lists.seconds(self.m)


def publishers(described: TrustDescription) -> dict[str, str]:
    """Return by fingerprint the names of those whose lists are held as they published them."""
    found = {each.fingerprint: each.name for each in described.authorities}
    return found | {each.fingerprint: each.name for each in described.agencies if "" in each.sources}


def only_publisher(described: TrustDescription) -> str:
    """Return the fingerprint of the one whose lists are held; raises UsageError `verifier.lists-which`."""
    found = publishers(described)
    if len(found) != 1:
        known = "; ".join(f"{name}: {each}" for each, name in found.items())
        raise UsageError("verifier.lists-which", known=known or "-")
    return next(iter(found))


def code_of(store: TrustStore, fingerprint: str) -> ListsCode:
    """Return the lists of one publisher as a code.

    Raises LimitError `exchange.lists-size`, and as `TrustStore.hand_out`.
    """
    handout = store.hand_out(fingerprint)
    place, m = lists.fitting(handout.archives())
    return ListsCode(handout.name, handout.issued_at, m, whole=place == 0)


def is_code(path: Path) -> bool:
    """Tell whether a file may hold a code: a picture, a PDF, or the texts of a moving code."""
    try:
        with path.open("rb") as opened:
            head = opened.read(16)
    except OSError:
        return False
    return sniff(head) is not None or head.lstrip().startswith(_OURS)


def opened(m: bytes) -> Source:
    """Return what reads the lists that a code carried.

    Raises MalformedError and LimitError `exchange.*`, `pack.zip`.
    """
    return zip_source(lists.from_message(m))


def read(pictures: Iterable[Pictures], reader: PictureReader | None = None) -> Source:
    """Return the lists that pictures or texts hold between them; raises `optics.*`, and as `opened`."""
    return opened(collect(pictures, awaited=AWAITED, reader=reader).m)


def source_of(typed: str, stop: threading.Event | None = None) -> str | Source:
    """Return the lists in a file of pictures; what is no such file is returned as it is.

    Raises as `read`, UsageError `verifier.reading-stopped`.
    """
    path = Path(typed)
    if not files.is_file(path) or not is_code(path):
        return typed
    stopped = stop or threading.Event()
    try:
        return read([StoppablePictures(FileSource(path), stopped, lambda _: None)])
    except CounterproofError:
        check(stopped)
        raise


def watched(device: int | str, clock: Clock, tell: Callable[[int, int], None]) -> Source:
    """Look through a camera, or at a recording of one's own, until lists are complete.

    `tell` hears how many pictures were read, and of how many at least. Raises UsageError
    `optics.camera-missing`, `optics.camera-lost`, `optics.no-code` where a recording ends without any, and
    as `opened`.
    """
    collector = Collector(AWAITED, PATIENT)
    with PictureReader(clock=clock) as reader:
        for seconds, grey in camera_frames(device, clock):
            try:
                sight = reader.read_frame(grey, Stage.SHARPENED)
            except CounterproofError as error:
                collector.note(error)
                continue
            found = collector.offer(sight, seconds)
            if found is not None:
                return opened(found.m)
            for progress in collector.progress[:1]:
                tell(progress.received, progress.needed)
    raise UsageError("optics.no-code")
