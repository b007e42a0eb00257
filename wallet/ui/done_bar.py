"""The bar at the foot of the window: what was just done, with a way to take it back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFrame, QHBoxLayout

from counterproof.desktop.plain_text import PlainLabel, button
from counterproof.desktop.theme import Space
from counterproof.words.language import tr

if TYPE_CHECKING:
    from collections.abc import Callable

    Undo = Callable[[], None]


class DoneBar(QFrame):
    """Says what was done until it is told to forget it."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("part", "bar")
        self._take: Undo | None = None
        line = QHBoxLayout(self)
        line.setContentsMargins(Space.BROAD, Space.TIGHT, Space.BROAD, Space.TIGHT)
        self._said = PlainLabel("")
        self._undo = button("")
        self._undo.clicked.connect(self._take_back)
        self._hide = button("", "link")
        self._hide.clicked.connect(self.forget)
        line.addWidget(self._said, 1)
        line.addWidget(self._undo)
        line.addWidget(self._hide)
        self.speak()
        self.forget()

    @property
    def now(self) -> tuple[str, Undo | None]:
        """What the bar says, empty if nothing, and how it is taken back."""
        return self._said.text(), self._take

    def speak(self) -> None:
        """Say the buttons in the language of now."""
        self._undo.setText(tr("Undo"))
        self._hide.setText(tr("Close"))
        self._hide.setAccessibleDescription(tr("Closes this message"))

    def say(self, what: str, undo: Undo | None) -> None:
        """Say what was done."""
        self._take = undo
        self._said.setText(what)
        self._undo.setVisible(undo is not None)
        self.setVisible(bool(what))

    def forget(self) -> None:
        """Say nothing, and take nothing back any more."""
        self.say("", None)

    def _take_back(self) -> None:
        undo = self._take
        self.forget()
        if undo is not None:
            undo()
