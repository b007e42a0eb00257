"""The work behind the trust page: reading sources off the window's thread, one at a time."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from counterproof.trust.confirming import Introduction
from counterproof.words.language import tr
from counterproof.words.trust_text import change_lines
from verifier.flow import believing

if TYPE_CHECKING:
    from collections.abc import Callable

    from counterproof.desktop.app import Preferences
    from counterproof.desktop.background import Runner
    from counterproof.mdoc.errors import CounterproofError
    from counterproof.trust.pack.sources import Source
    from counterproof.trust.succession import ChangeSummary
    from counterproof.trust.waiting import Waiting
    from verifier.flow.place import Place

_SOURCE = "counter/trust-source"
_MOST_LINES = 8
_PACKS, _CODES = "*.cptrust *.zip", "*.gif *.png *.jpg *.jpeg *.webp *.pdf *.txt"


class TrustWork(QObject):
    """`began` carries the source; then comes `changed` (a sentence), `asked` (Introduction) or `failed`."""

    began = Signal(str)
    changed = Signal(str)
    asked = Signal(object)
    failed = Signal(object)

    def __init__(self, place: Place, preferences: Preferences, runner: Runner) -> None:
        super().__init__()
        self._place, self._preferences, self._runner = place, preferences, runner
        self._source: str | Source = ""
        self._confirmed: tuple[Introduction, ...] = ()
        self._question: Introduction | None = None
        self._stop = threading.Event()
        self.busy = False
        """Whether something is being read; a second piece of work is not begun."""

    @property
    def last(self) -> str:
        """The source that was used last."""
        return self._preferences.get(_SOURCE)

    @property
    def carried(self) -> Source | None:
        """The lists that a code brought last, until something else is used."""
        return None if isinstance(self._source, str) else self._source

    def update(self, source: str | Source) -> None:
        """Take newer lists of who is believed already."""
        store, clock = self._place.home.trust, self._place.clock
        self._begin(source, lambda stop: believing.update(store, source, clock, stop))

    def add(self, source: str | Source) -> None:
        """Believe somebody new; what a person is to compare comes as `asked`."""
        self._confirmed = ()
        self._add(source)

    def confirm(self) -> None:
        """Go on: a person says that the fingerprint asked about is the right one."""
        if self._question is not None and not self.busy:
            self._confirmed = (*self._confirmed, self._question)
            self._question = None
            self._add(self._source)

    def let(self, waiting: Waiting) -> None:
        """Let wider purposes count, as they were shown."""
        if not self.busy:
            store = self._place.home.trust
            self.busy, self._source, self._question = True, self.last, None
            self.began.emit(waiting.name)
            self._runner.run(lambda: store.confirm_purposes(waiting), self._done, self._failed)

    def stop(self) -> None:
        """Read no further; what is taken over already stays, and is said."""
        self._stop.set()

    def forget(self) -> None:
        """Confirm nothing: what was asked is dropped."""
        self._question, self._confirmed = None, ()

    def choose_folder(self, window: QWidget) -> str:
        """Let somebody choose a folder; empty where they leave it."""
        return QFileDialog.getExistingDirectory(window, tr("The folder that the agency published"))

    def choose_file(self, window: QWidget) -> str:
        """Let somebody choose a trust pack in one file; empty where they leave it."""
        kinds = f"{tr('Trust packs')} ({_PACKS} {_CODES})"
        return QFileDialog.getOpenFileName(window, tr("The trust pack"), "", kinds)[0]

    def choose_code(self, window: QWidget) -> str:
        """Let somebody choose a picture of a code that holds lists; empty where they leave it."""
        kinds = f"{tr('Pictures and codes')} ({_CODES})"
        return QFileDialog.getOpenFileName(window, tr("Open a picture"), "", kinds)[0]

    def close(self) -> None:
        """Deliver nothing any more, and wait for what runs, which is read no further."""
        self._stop.set()
        self._runner.close()

    def _add(self, source: str | Source) -> None:
        store, clock, confirmed = self._place.home.trust, self._place.clock, self._confirmed
        self._begin(source, lambda stop: believing.believe(store, source, clock, confirmed, stop))

    def _begin(
        self, source: str | Source, work: Callable[[threading.Event], ChangeSummary | Introduction]
    ) -> None:
        name = source.strip() if isinstance(source, str) else tr("the lists from another screen")
        if self.busy or not name:
            return
        self.busy, self._source, self._question = True, source, None
        self._stop = stop = threading.Event()
        self.began.emit(name)
        self._runner.run(lambda: work(stop), self._done, self._failed)

    def _done(self, came: ChangeSummary | Introduction) -> None:
        self.busy = False
        if isinstance(came, Introduction):
            self._question = came
            self.asked.emit(came)
            return
        self.forget()
        if isinstance(self._source, str):
            self._preferences.put(_SOURCE, self._source)
        lines = [line.strip() for line in change_lines(came.to_json(), window=True)]
        self.changed.emit("\n".join(lines[:_MOST_LINES]))

    def _failed(self, error: CounterproofError) -> None:
        self.busy = False
        self.forget()
        self.failed.emit(error)
