"""Newer lists, and somebody new to believe: what a window does with a folder, a zip file or an address.

A store asks while it works, and a window cannot answer from another thread. So nothing is asked there: the
question comes back, a person looks at it for as long as they want, and the same source is read again with
what they confirmed. What differs by then is a new question, as only the same words and fingerprint count.
"""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Final

from counterproof.mdoc.errors import UsageError
from counterproof.sealing import files
from counterproof.trust import updating
from verifier.flow.reading import StoppableLists
from verifier.lists import source_of

if TYPE_CHECKING:
    import threading
    from collections.abc import Iterator

    from counterproof.clock import Clock
    from counterproof.trust.confirming import Introduction
    from counterproof.trust.pack.sources import Source
    from counterproof.trust.store import TrustStore
    from counterproof.trust.succession import ChangeSummary

NEEDS_A_PERSON: Final = frozenset(
    {"pack.not-pinned", "trust.root-unknown", "trust.reader-root-new", "trust.agency-changed"}
)
"""Codes with which an update is refused because somebody is to compare a fingerprint first."""

_ZIP: Final = b"PK\x03\x04"


def update(
    store: TrustStore, source: str | Source, clock: Clock, stop: threading.Event | None = None
) -> ChangeSummary:
    """Take what is newer of who is believed already, unless it is stopped before it was read.

    Raises as `updating.update` and `lists.source_of`, UsageError `verifier.reading-stopped`.
    """
    with _opened(source, clock, stop) as opened:
        return updating.update(store, opened, clock.now(), clock=clock)


@contextlib.contextmanager
def _opened(source: str | Source, clock: Clock, stop: threading.Event | None) -> Iterator[str | Source]:
    """Open what can be stopped; a folder is read at once."""
    found = source_of(source.strip(), stop=stop) if isinstance(source, str) else source
    if stop is None or (isinstance(found, str) and files.is_folder(Path(found))):
        yield found
        return
    with updating.open_source(found, clock) as opened:
        yield StoppableLists(opened, stop)


def believe(
    store: TrustStore,
    source: str | Source,
    clock: Clock,
    confirmed: tuple[Introduction, ...] = (),
    stop: threading.Event | None = None,
) -> ChangeSummary | Introduction:
    """Believe who published at `source`, or return what a person is to compare first; nothing is kept then.

    Raises as `updating.add` and `lists.source_of`, UsageError `verifier.reading-stopped`.
    """
    open_questions: list[Introduction] = []

    def confirm(question: Introduction) -> bool:
        if question in confirmed:
            return True
        open_questions.append(question)
        return False

    try:
        with _opened(source, clock, stop) as opened:
            return updating.add(store, opened, clock.now(), clock=clock, confirm=confirm)
    except UsageError:
        if open_questions:
            return open_questions[-1]
        raise


def is_published(path: Path) -> bool:
    """Tell whether a dropped path may be what an agency or authority published: a folder or a zip file."""
    if files.is_folder(path):
        return True
    try:
        with path.open("rb") as opened:
            return opened.read(len(_ZIP)) == _ZIP
    except OSError:
        return False
