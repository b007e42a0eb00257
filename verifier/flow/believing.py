"""Newer lists, and somebody new to believe: what a window does with a folder, a zip file or an address.

A store asks while it works, and a window cannot answer from another thread. So nothing is asked there: the
question comes back, a person looks at it for as long as they want, and the same source is read again with
what they confirmed. What differs by then is a new question, as only the same words and fingerprint count.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from counterproof.mdoc.errors import UsageError
from counterproof.trust import updating

if TYPE_CHECKING:
    from pathlib import Path

    from counterproof.clock import Clock
    from counterproof.trust.confirming import Introduction
    from counterproof.trust.store import TrustStore
    from counterproof.trust.succession import ChangeSummary

NEEDS_A_PERSON: Final = frozenset(
    {"pack.not-pinned", "trust.root-unknown", "trust.reader-root-new", "trust.agency-changed"}
)
"""Codes with which an update is refused because somebody is to compare a fingerprint first."""

_ZIP: Final = b"PK\x03\x04"


def update(store: TrustStore, source: str, clock: Clock) -> ChangeSummary:
    """Take what is newer of who is believed already; raises as `updating.update`."""
    return updating.update(store, source.strip(), clock.now(), clock=clock)


def believe(
    store: TrustStore, source: str, clock: Clock, confirmed: tuple[Introduction, ...] = ()
) -> ChangeSummary | Introduction:
    """Believe who published at `source`, or return what a person is to compare first; nothing is kept then.

    Raises as `updating.add`.
    """
    open_questions: list[Introduction] = []

    def confirm(question: Introduction) -> bool:
        if question in confirmed:
            return True
        open_questions.append(question)
        return False

    try:
        return updating.add(store, source.strip(), clock.now(), clock=clock, confirm=confirm)
    except UsageError:
        if open_questions:
            return open_questions[-1]
        raise


def is_published(path: Path) -> bool:
    """Tell whether a dropped path may be what an agency or authority published: a folder or a zip file."""
    if path.is_dir():
        return True
    try:
        with path.open("rb") as opened:
            return opened.read(len(_ZIP)) == _ZIP
    except OSError:
        return False
