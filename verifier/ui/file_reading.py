"""Files, pictures and texts read off the window's thread: one at a time, said while it lasts, and stopped."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from counterproof.desktop.announce import announce
from counterproof.desktop.key_button import KeyButton
from counterproof.desktop.plain_text import PlainLabel
from counterproof.desktop.theme import Space
from counterproof.optics.collect import Collected, collect
from counterproof.optics.kinds import Kind
from counterproof.optics.reader import PictureReader
from counterproof.words.language import ntr, tr
from counterproof.words.plain_text import marked
from verifier.counter import AWAITED
from verifier.flow.reading import StoppablePictures
from verifier.ui.parts import row

if TYPE_CHECKING:
    from collections.abc import Callable

    from counterproof.desktop.background import Runner, Task
    from counterproof.mdoc.errors import CounterproofError
    from counterproof.optics.sources import Source

_AWAITED: Final = AWAITED | {Kind.LISTS}
_SOON_MS: Final = 250
"""What is read within this time is not worth a word."""


class FileReading(QObject):
    """`began` carries a name, `looked` a number of pictures; then comes `ended`, and what came of it."""

    began = Signal(str)
    looked = Signal(int)
    ended = Signal()
    collected = Signal(object)
    failed = Signal(object)

    def __init__(self, runner: Runner) -> None:
        super().__init__()
        self._runner, self._reader = runner, PictureReader()
        self._task: Task | None = None
        self._stop = threading.Event()

    def read(self, name: str, sources: Callable[[], list[Source]]) -> None:
        """Read sources, which are made where they are read; what was read before is let go."""
        self.stop()
        self._stop = stop = threading.Event()
        self.began.emit(name)

        def work() -> Collected:
            watched = [StoppablePictures(each, stop, self.looked.emit) for each in sources()]
            return collect(watched, awaited=_AWAITED, reader=self._reader)

        self._task = self._runner.run(work, self._came, self._failed)

    def stop(self) -> None:
        """Read no further, and say nothing of what was read."""
        self._stop.set()
        if self._task is not None:
            self._task.cancel()
            self._task = None
            self.ended.emit()

    def close(self) -> None:
        """Stop, and end the decoders."""
        self.stop()
        self._reader.close()

    def _came(self, message: Collected) -> None:
        self._task = None
        self.ended.emit()
        self.collected.emit(message)

    def _failed(self, error: CounterproofError) -> None:
        self._task = None
        self.ended.emit()
        self.failed.emit(error)


class ReadingBar(QWidget):
    """Says what is read once that takes a moment, how far it is, and stops it."""

    def __init__(self, reading: FileReading) -> None:
        super().__init__()
        self.setProperty("part", "bar")
        across = row(self, gap=Space.SNUG)
        across.setContentsMargins(Space.WIDE, Space.TIGHT, Space.WIDE, Space.TIGHT)
        self._line = PlainLabel()
        self.stop_button = KeyButton(tr("Stop reading"), "Esc")
        self.stop_button.clicked.connect(reading.stop)
        across.addWidget(self._line, 1)
        across.addWidget(self.stop_button)
        self._name = ""
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_SOON_MS)
        self._soon.timeout.connect(self._show)
        reading.began.connect(self._began)
        reading.looked.connect(self._looked)
        reading.ended.connect(self._ended)
        self.hide()

    @property
    def said(self) -> str:
        """What is said, empty where nothing is."""
        return "" if self.isHidden() else self._line.text()

    def _began(self, name: str) -> None:
        self._name = marked(name, 60)
        self._line.setText(tr("Reading {source} …").format(source=self._name))
        self._soon.start()

    def _looked(self, count: int) -> None:
        if count > 1:
            said = ntr(
                "Reading {source} … {n} picture looked at", "Reading {source} … {n} pictures looked at", count
            )
            self._line.setText(said.format(source=self._name, n=count))

    def _show(self) -> None:
        self.show()
        announce(self.window(), self._line.text())

    def _ended(self) -> None:
        self._soon.stop()
        self.hide()
