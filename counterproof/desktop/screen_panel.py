"""Looking at the screen again and again: a small window above the others that says how far it is.

The window that asked is out of the way meanwhile, because what is looked for may lie behind it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from counterproof.desktop.focus import FocusRing
from counterproof.desktop.forms import column, row
from counterproof.desktop.hints import ON_SCREEN
from counterproof.desktop.plain_text import PlainLabel, button
from counterproof.desktop.ring import Ring
from counterproof.desktop.scanner import Scanner
from counterproof.desktop.screen_look import ScreenArea, ScreenLook, grab, is_blank
from counterproof.desktop.screen_pick import ScreenChoice
from counterproof.desktop.theme import Space, Text, current
from counterproof.mdoc.errors import UsageError
from counterproof.optics.aiming import Hint
from counterproof.words.explain import explain
from counterproof.words.language import tr

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QCloseEvent, QImage, QScreen

    from counterproof.clock import Clock
    from counterproof.desktop.scanner import Look
    from counterproof.mdoc.errors import CounterproofError
    from counterproof.optics.collect import Collected
    from counterproof.optics.kinds import Kind

_WIDE: Final = 420
_BLANK_MS: Final = 1_500
"""How long a panel may take to come onto the screen."""


class ScreenPanel(QWidget):
    """Looks at every screen, or at a part of one, until a message is whole or the person stops it.

    `collected` carries the message, `trouble` the UsageError with which it cannot go on
    (`desktop.screen-hidden`, `desktop.screen-gone`), `stopped` says that the person wants no more. After each
    of them nothing is looked at any longer.
    """

    collected = Signal(object)
    trouble = Signal(object)
    stopped = Signal()

    def __init__(
        self,
        awaited: frozenset[Kind],
        clock: Clock,
        look: Callable[[QScreen, QRect | None], QImage] = grab,
    ) -> None:
        super().__init__(None, Qt.WindowType.Tool | Qt.WindowType.WindowStaysOnTopHint)
        self._take = look
        self._scanner = Scanner(awaited, clock, parent=self)
        self._scanner.looked.connect(self._looked)
        self._scanner.collected.connect(self._came)
        self._look = ScreenLook(self._scanner, self, look)
        self._look.trouble.connect(self._fail)
        self._choice = ScreenChoice(self, lambda screen: look(screen, None))
        self._choice.chosen.connect(self._chosen)
        self._choice.left.connect(self.show)
        self._blank = QTimer(self, singleShot=True, interval=_BLANK_MS)
        self._blank.timeout.connect(self._judge)
        self.setObjectName("window")
        FocusRing(self)
        self.setWindowTitle(tr("Looking at the screen"))
        self._ring = Ring(tr("How much of the moving code was read"))
        self._words = PlainLabel("", Text.LARGE)
        self._words.setAccessibleName(tr("What to do"))
        self._stop, self._part = button(tr("Stop looking"), "primary"), button(tr("Choose a part…"))
        self._stop.clicked.connect(self._enough)
        self._part.clicked.connect(self._choose)
        QShortcut(QKeySequence(Qt.Key.Key_Escape), self, self._enough)
        inside = column(Space.NORMAL, Space.NORMAL)
        self.setLayout(inside)
        inside.addLayout(row(self._ring, self._words, end=False))
        inside.addLayout(row(self._stop, self._part))

    @property
    def running(self) -> bool:
        """Whether something is looked at."""
        return self._look.running

    @property
    def said(self) -> str:
        """What the panel says."""
        return self._words.text()

    def begin(self) -> None:
        """Look at every screen; raises UsageError `desktop.screen-hidden` where nothing can be had of any.

        Some desktops give a picture of one colour in place of none. An empty desktop is of one colour as
        well, so that is judged a moment later, when this panel stands on it.
        """
        seen = [
            ScreenArea(screen.name(), QRect(QPoint(0, 0), screen.size()))
            for screen in QGuiApplication.screens()
            if not self._take(screen, None).isNull()
        ]
        if not seen:
            raise UsageError("desktop.screen-hidden")
        self._say(0, 0, ON_SCREEN[Hint.NOTHING])
        self._look.start(*seen)
        self._place()
        self.show()
        self.activateWindow()
        self._stop.setFocus()
        self._blank.start()

    def _judge(self) -> None:
        """Give up where the screens are of one colour although this panel is on one of them."""
        if all(is_blank(self._take(screen, None)) for screen in QGuiApplication.screens()):
            self._fail(UsageError("desktop.screen-hidden"))

    def end(self) -> None:
        """Look no more and forget what was seen."""
        self._blank.stop()
        self._look.stop()
        self._choice.end()
        self._scanner.close()
        self.hide()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """Stop, as the button does."""
        super().closeEvent(event)
        if self.running:
            self._enough()

    def _place(self) -> None:
        """Stand in a corner at the foot: people and what they hold up are in the middle."""
        room = QGuiApplication.primaryScreen().availableGeometry()
        self.setFixedWidth(min(current().scaled(_WIDE), room.width() - 2 * Space.WIDE))
        self.resize(self.width(), self._needed)
        right_to_left = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        corner = room.bottomLeft() if right_to_left else room.bottomRight()
        across = Space.WIDE if right_to_left else -self.width() - Space.WIDE
        self.move(corner + QPoint(across, -self.height() - Space.BROAD))

    def _choose(self) -> None:
        self._blank.stop()
        self.hide()
        try:
            self._choice.begin()
        except UsageError as error:
            self._fail(error)

    def _chosen(self, area: ScreenArea) -> None:
        self._look.start(area)
        self.show()

    def _enough(self) -> None:
        self.end()
        self.stopped.emit()

    def _came(self, message: Collected, _seconds: float) -> None:
        self.end()
        self.collected.emit(message)

    def _fail(self, error: CounterproofError) -> None:
        self.end()
        self.trouble.emit(error)

    def _looked(self, look: Look) -> None:
        if look.needed:
            words = tr("Reading: {received} of {needed} parts")
            received = min(look.received, look.needed)
            self._say(received, look.needed, words.format(received=received, needed=look.needed))
        elif look.code:
            self._say(0, 0, explain(look.code, look.facts).what)
        elif look.hint is not Hint.READ:
            self._say(0, 0, ON_SCREEN[look.hint])

    def _say(self, received: int, needed: int, words: str) -> None:
        self._ring.setVisible(needed > 0)
        self._ring.set(received / needed if needed else 0.0, f"{received}/{needed}" if needed else "")
        if words != self._words.text():
            self._words.setText(words)
        if self.isVisible() and self._needed > self.height():
            self._grow()

    @property
    def _needed(self) -> int:
        """How high the panel must be for all lines of its words: adjustSize takes one line for enough."""
        layout = self.layout()
        assert layout is not None
        self.ensurePolished()
        layout.activate()
        return layout.totalHeightForWidth(self.width())

    def _grow(self) -> None:
        """Become higher, and never lower again, and stay above the foot of the screen."""
        self.resize(self.width(), self._needed)
        over = self.frameGeometry().bottom() - self.screen().availableGeometry().bottom()
        if over > 0:
            self.move(self.pos() - QPoint(0, over))
