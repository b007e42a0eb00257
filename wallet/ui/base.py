"""What every page has: a title, a body, a way to do slow work, and a place for what went wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeVar

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QPushButton, QWidget
from shiboken6 import isValid

from counterproof.desktop.flow_area import FlowArea
from counterproof.desktop.forms import Notice, column
from counterproof.desktop.letters import boxes, boxes_note
from counterproof.desktop.plain_text import PlainLabel, button
from counterproof.desktop.theme import Feel, Space, Text, current
from counterproof.words.language import tr
from counterproof.words.wallet_window import in_window

if TYPE_CHECKING:
    from collections.abc import Callable

    from counterproof.desktop.background import Task
    from counterproof.mdoc.errors import CounterproofError
    from wallet.holder import Holder
    from wallet.ui.window import WalletWindow

T = TypeVar("T")

_PATIENCE_MS: Final = 700
"""So long a page may be at work before it says so."""


def flow(*buttons: QWidget) -> FlowArea:
    """Return buttons side by side, in as many lines as the size of the text needs."""
    made = FlowArea(Space.SNUG)
    for each in buttons:
        made.add(each)
    return made


def side_by_side(space: int = Space.SNUG) -> QBoxLayout:
    """Return a layout from side to side, or from top to bottom where the text is large."""
    if current().stacks:
        return column(Space.TIGHT)
    made = QHBoxLayout()
    made.setSpacing(space)
    return made


@dataclass(frozen=True, slots=True)
class Unfinished:
    """What would be lost with a page: `what` and `do` ask before it goes, `gone` is said after a lock."""

    what: str
    do: str
    gone: str


class Page(QWidget):
    """A page; built anew each time it is shown, so that language, theme and state are always those of now.

    `rail` names the part of the wallet that it belongs to, `full` asks for the whole window, `footer` stands
    beneath the scrolling part and is always in sight. `is_question` makes the wallet lock itself sooner.
    `given_up` lets it go with what is unfinished. `keeps_typed` says that what was typed stays when the page is built anew in another size or colour, and
    `is_rebuilt` that this is why it is left.
    """

    rail = ""
    full = False
    is_question = False
    needs_holder = True
    given_up = False
    keeps_typed = True
    is_rebuilt = False

    def __init__(self, window: WalletWindow, title: str = "") -> None:
        super().__init__()
        self.wallet = window
        self.title = title
        self.footer: QWidget | None = None
        self.first: QWidget | None = None
        self._tasks: list[Task] = []
        self._at_work = 0
        self._put_off: Callable[[], None] | None = None
        self._to_finish = 0
        self._afterwards: Callable[[], None] | None = None
        self._complaint: Notice | None = None
        self.said: tuple[Feel, str, str, str] | None = None
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(_PATIENCE_MS)
        self._patience.timeout.connect(lambda: window.patience.ask(asked=True))
        self.setAccessibleName(title)
        self.body = column(Space.NORMAL)
        self.setLayout(self.body)
        if title:
            self.heading = PlainLabel(title, Text.TITLE)
            self.body.addWidget(self.heading)

    @property
    def holder(self) -> Holder:
        """Whose wallet is open."""
        return self.wallet.holder

    @property
    def language(self) -> str:
        """The language of fields and words."""
        return self.wallet.language

    def leave(self) -> None:
        """Stop whatever goes on here; called before another page comes."""
        self._rest()
        for each in self._tasks:
            each.cancel()

    def unfinished(self) -> Unfinished | None:
        """Return what would be lost if this page went now; by default nothing."""
        return None

    def inherit(self, before: Page) -> None:
        """Take over from the same page before it was built anew what no control holds; nothing by default."""

    def back(self) -> None:
        """Go where Escape leads; nowhere by default."""

    def paste(self) -> bool:
        """Take what is on the clipboard, if this page can; whether it could."""
        return False

    def dropped(self, paths: list[str]) -> None:
        """Take files that were dropped on the window; by default as things that arrive."""
        self.wallet.arrived(paths)

    def work(
        self,
        work: Callable[[], T],
        done: Callable[[T], None],
        failed: Callable[[CounterproofError], None] | None = None,
        *,
        finish: bool = False,
    ) -> None:
        """Do something slow off the window's thread; the page waits meanwhile, and keeps the keyboard's place.

        What must `finish` is waited for when the person closes the window or turns to another page: they
        have to learn whether it went well.
        """
        place: QWidget | None = self.wallet.focusWidget()
        self._at_work += 1
        self._to_finish += finish
        self.setEnabled(False)
        if self.footer is not None:
            self.footer.setEnabled(False)
        self.setCursor(Qt.CursorShape.BusyCursor)
        self._patience.start()

        def over() -> None:
            self._at_work -= 1
            self._to_finish -= finish
            self._rest()
            self.setEnabled(True)
            if self.footer is not None:
                self.footer.setEnabled(True)
            self.unsetCursor()
            if place is not None and isValid(place) and place.isVisible() and place.isEnabled():
                place.setFocus()

        def well(result: T) -> None:
            over()
            done(result)
            self._catch_up()
            self._go_on()

        def badly(error: CounterproofError) -> None:
            over()
            self._afterwards = None  # what went wrong is to be read first
            (failed or self.complain)(error)
            self._catch_up()

        self._tasks.append(self.wallet.runner.run(work, well, badly))

    def put_off(self, act: Callable[[], None]) -> bool:
        """Do something once what is at work here is over; whether anything is."""
        if self._at_work:
            self._put_off = act
        return self._at_work > 0

    def _catch_up(self) -> None:
        """Do what was put off."""
        act, self._put_off = self._put_off, None
        if act is not None:
            act()

    def finish_first(self, act: Callable[[], None]) -> bool:
        """Do something once what must finish here has gone well; whether anything must."""
        if self._to_finish:
            self._afterwards = act
            self.wallet.patience.ask(asked=True)
        return self._to_finish > 0

    def _go_on(self) -> None:
        """Do what waited for what had to finish."""
        act, self._afterwards = self._afterwards, None
        if act is not None:
            act()

    def _rest(self) -> None:
        """Ask for no more patience."""
        self._patience.stop()
        self.wallet.patience.ask(asked=False)

    def aside(self, work: Callable[[], T], done: Callable[[T], None]) -> None:
        """Find something out off the window's thread while the person goes on."""
        self._tasks.append(self.wallet.runner.run(work, done, self.complain))

    def complain(self, error: CounterproofError) -> None:
        """Say what went wrong, above everything else."""
        said = in_window(error)
        self.say(Feel.REFUSED, said.what, said.do, error.code)

    def say(self, feel: Feel, what: str, do: str = "", small: str = "") -> None:
        """Say something on this page, in place of what was said before."""
        self.quiet()
        self.said = (feel, what, do, small)
        self._complaint = Notice(feel, what, do, small)
        self.body.insertWidget(1 if self.title else 0, self._complaint)
        self.wallet.scroll_up()
        self.wallet.announce(f"{what} {do}")

    def ask_first(self, left: Unfinished, words: str, act: Callable[[], None]) -> None:
        """Ask on this page before something is lost: stay, or `words` and `act`."""
        self.quiet()
        place: QWidget | None = self.wallet.focusWidget()

        def stay_here() -> None:
            self.quiet()
            if place is not None and isValid(place):
                place.setFocus()

        self._complaint = notice = Notice(Feel.UNDECIDED, left.what, left.do)
        stay, go = button(tr("Stay here")), button(words)
        go.setAutoDefault(False)
        stay.clicked.connect(stay_here)
        go.clicked.connect(act)
        notice.words.addWidget(flow(stay, go))
        self.body.insertWidget(1 if self.title else 0, notice)
        self.wallet.scroll_up()
        self.wallet.announce(f"{left.what} {left.do}")
        stay.setFocus()

    def quiet(self) -> None:
        """Take back what was said."""
        if self._complaint is not None:
            self._complaint.hide()
            self._complaint.deleteLater()
            self._complaint, self.said = None, None

    def text(self, words: str, size: Text = Text.BODY, *, tone: str = "", strong: bool = False) -> PlainLabel:
        """Put a text beneath what is there."""
        label = PlainLabel(words, size, tone=tone, strong=strong)
        self.body.addWidget(label)
        return label

    def mind_letters(self) -> None:
        """Say so where a letter of this page is none that this computer has."""
        texts = [each.text() for each in self.findChildren(PlainLabel)]
        if self.title and not self.full and boxes(texts, self.font()):
            place = self.body.indexOf(self.heading) + 1
            self.body.insertWidget(place, Notice(Feel.PLAIN, boxes_note(self.font())))

    def back_button(self, words: str, where: Callable[[], None]) -> QPushButton:
        """Put a way back above the title."""
        made = button(f"\u2039 {words}", "back")  # an arrow that turns round with the direction of writing
        made.setAccessibleName(words)
        made.clicked.connect(where)
        self.body.insertWidget(0, made, 0, Qt.AlignmentFlag.AlignLeft)
        return made
