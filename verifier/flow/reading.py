"""Reading that can be stopped: sources of pictures, and lists from a stick or an address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from counterproof.mdoc.errors import UsageError

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterator

    from counterproof.optics.read import Sight
    from counterproof.optics.reader import PictureReader
    from counterproof.optics.sources import Source as Pictures
    from counterproof.trust.pack.sources import Source as Lists


@dataclass(frozen=True, slots=True)
class StoppablePictures:
    """A source of pictures that ends between two of them once it is stopped; `tell` hears their number."""

    source: Pictures
    stop: threading.Event
    tell: Callable[[int], None]

    @property
    def name(self) -> str:
        """What the person calls this input."""
        return self.source.name

    def sights(self, reader: PictureReader) -> Iterator[tuple[float, Sight]]:
        """Yield what the source does; raises UsageError `verifier.reading-stopped`."""
        check(self.stop)
        for number, each in enumerate(self.source.sights(reader), start=1):
            check(self.stop)
            self.tell(number)
            yield each


class StoppableLists:
    """A pack that is read no further once it is stopped."""

    def __init__(self, source: Lists, stop: threading.Event) -> None:
        self.source, self.stop = source, stop
        self.is_far = source.is_far

    def read(self, path: str, limit: int) -> bytes | None:
        """Return a file as the source does; raises UsageError `verifier.reading-stopped`."""
        check(self.stop)
        return self.source.read(path, limit)


def check(stop: threading.Event) -> None:
    """Raise UsageError `verifier.reading-stopped` once it is stopped."""
    if stop.is_set():
        raise UsageError("verifier.reading-stopped")
