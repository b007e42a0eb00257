"""What the wallet knows of who will read a code or a slip, said anew whenever the person changes something."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from counterproof.desktop.forms import Notice, column
from counterproof.desktop.plain_text import PlainLabel
from counterproof.desktop.theme import Feel

if TYPE_CHECKING:
    from collections.abc import Callable

    from wallet.ui.base import Page
    from wallet.unasked import Told

_PAUSE_MS: Final = 350
"""A word is typed before anything is said of it."""


class ReaderNotice(QWidget):
    """A notice in words of its own page; `look` makes them, off the window's thread, a moment after `change`."""

    def __init__(
        self,
        page: Page,
        look: Callable[[], Callable[[], Told]],
        also: Callable[[Told], None] = lambda _: None,
    ) -> None:
        """`also` is told the same."""
        super().__init__()
        self._page, self._look, self._also = page, look, also
        self._asked = 0
        self.told: Told | None = None
        self.inside = column(0)
        self.setLayout(self.inside)
        self._notice: Notice | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PAUSE_MS)
        self._timer.timeout.connect(self.look)

    def change(self) -> None:
        """Look again in a moment."""
        self._timer.start()

    def stop(self) -> None:
        """Look no more."""
        self._timer.stop()

    def look(self) -> None:
        """Look now; an answer to an older question is not shown."""
        self._timer.stop()
        self._asked += 1
        number = self._asked

        def done(told: Told) -> None:
            if number == self._asked:
                self._say(told)

        self._page.aside(self._look(), done)

    def _say(self, told: Told) -> None:
        if told == self.told:
            return
        first, self.told = self.told is None, told
        self.put(told)
        self._also(told)
        if not first:
            self._page.wallet.announce(" ".join((told.what, *told.beyond, told.why)))

    def put(self, told: Told) -> None:
        """Show it in place of what was said before."""
        if self._notice is not None:
            self._notice.hide()
            self._notice.deleteLater()
        feel = Feel.PLAIN if told.calm else Feel.UNDECIDED
        self._notice = Notice(feel, told.what, "\n".join((*told.beyond, told.why)))
        self.inside.addWidget(self._notice)


class ToldLine(ReaderNotice):
    """The same as a line of text without a frame, for the foot of a page."""

    def __init__(self, page: Page, look: Callable[[], Callable[[], Told]]) -> None:
        super().__init__(page, look)
        self._line = PlainLabel("")
        self.inside.addWidget(self._line)

    def put(self, told: Told) -> None:
        """Say it, with a sign and in amber where something is in the way."""
        words = " ".join(("" if told.calm else "!", told.what, *told.beyond, told.why))
        self._line.setText(words.strip())
        self._line.set_tone("" if told.calm else Feel.UNDECIDED.value)
