"""The window: the rail, the page of the moment, what was just done with its Undo, and the lock."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from counterproof.desktop.announce import announce
from counterproof.desktop.forms import column
from counterproof.desktop.picture_worker import PortraitDecoder
from counterproof.desktop.plain_text import PlainLabel
from counterproof.desktop.theme import Feel, Space, current
from counterproof.words import language
from counterproof.words.explain import explain
from counterproof.words.language import ntr, tr
from wallet.flows.guard import IDLE_CHOICES, IDLE_SECONDS, Guard, Reason
from wallet.ui.carry import Kept
from wallet.ui.done_bar import DoneBar
from wallet.ui.parting import may_close
from wallet.ui.patience import Patience
from wallet.ui.rail import PARTS, Rail
from wallet.ui.sheet import Scroll, Sheet, clear, first_stop

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent

    from counterproof.desktop.app import Desktop
    from counterproof.desktop.background import Runner
    from wallet.flows.opening import World
    from wallet.flows.people import People, Person
    from wallet.holder import Holder
    from wallet.ui.base import Page

    Making = Callable[["WalletWindow"], Page]

CONTENT_WIDTH: Final = 960
_ACTIVITY: Final = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
        QEvent.Type.Drop,
        QEvent.Type.InputMethod,
    }
)
_TICK: Final = 1000


class WalletWindow(QWidget):
    """One person's wallet at a time; nothing of it stays when it is locked."""

    def __init__(self, desktop: Desktop, world: World, people: People, runner: Runner) -> None:
        super().__init__()
        self.desktop, self.world, self.people, self.runner = desktop, world, people, runner
        self.decoder = PortraitDecoder()
        self.person: Person | None = None
        self.waiting: list[str] = []
        self._holder: Holder | None = None
        self._page: Page | None = None
        self._making: Making | None = None
        self.guard = Guard(world.clock, self.idle_seconds())
        self.setWindowTitle(tr("Wallet"))
        self.setAcceptDrops(True)
        self.resize(1180, 760)
        self.setMinimumSize(760, 520)
        self._build()
        desktop.dress(self)
        desktop.changed.connect(self._changed)
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK)
        self._timer.timeout.connect(self.tick)
        app = QApplication.instance()
        assert app is not None
        app.installEventFilter(self)

    # What pages ask of the window -------------------------------------------------------------------

    @property
    def holder(self) -> Holder:
        """Whose wallet is open; only pages that need one ask."""
        assert self._holder is not None
        return self._holder

    @property
    def is_open(self) -> bool:
        """Whether a wallet is open."""
        return self._holder is not None

    @property
    def can_be_named(self) -> bool:
        """Whether several people share this computer, so that a wallet needs a word to be found by."""
        return len(self.people.all()) > 1

    @property
    def page(self) -> Page | None:
        """The page of the moment."""
        return self._page

    @property
    def language(self) -> str:
        """The language of fields and words."""
        return language.current()

    def idle_seconds(self) -> int:
        """Return after how many seconds without a touch the wallet is locked."""
        chosen = self.desktop.preferences.get("wallet/idle", str(IDLE_SECONDS))
        return int(chosen) if chosen in {str(each) for each in IDLE_CHOICES} else IDLE_SECONDS

    def go(self, making: Making) -> None:
        """Show another page."""
        self._leave()
        self.forget_undo()
        self._making = making
        page = making(self)
        self._page = page
        page.mind_letters()
        self.rail.setVisible(self.is_open and not page.full)
        self._place(page)
        self.rail.mark(page.rail)
        self.guard.question(stands=page.is_question)
        self.hide_warning()
        self.announce(page.title)
        QTimer.singleShot(0, self, self._focus_page)

    def opened(self, person: Person, holder: Holder) -> None:
        """Go on with an open wallet."""
        from wallet.ui.home import HomePage  # noqa: PLC0415 - pages know the window, so it asks late

        self.person, self._holder = person, holder
        self.guard = Guard(self.world.clock, self.idle_seconds())
        self._timer.start()
        self.go(HomePage)
        said = [explain(code) for code in holder.notices]
        finding = holder.trust.check_clock(self.world.clock.now())
        if not finding.ok:
            said.append(explain(finding.code))
        if said and self._page is not None:
            self._page.say(Feel.UNDECIDED, " ".join(each.what for each in said), said[0].do)
        self.arrived(self.waiting)

    def lock(self, reason: Reason = Reason.ASKED) -> None:
        """Close the wallet and forget everything that came from it."""
        from wallet.ui.start import UnlockPage, first_page  # noqa: PLC0415 - as above

        if self._holder is None:
            return
        self._timer.stop()
        left = None if self._page is None else self._page.unfinished()
        self._leave()
        holder, self._holder = self._holder, None
        holder.close()
        self.forget_undo()
        person, gone = self.person, "" if left is None else left.gone
        if person is None:
            self.go(first_page(self))
        else:
            self.go(lambda window: UnlockPage(window, person, reason, gone))

    def done(self, what: str, undo: Callable[[], None] | None = None) -> None:
        """Say what was just done, with a way to take it back; it stays until something else is done."""
        self._bar.say(what, undo)
        self.announce(what)

    def forget_undo(self) -> None:
        """Take the bar away."""
        self._bar.forget()

    def arrived(self, paths: list[str]) -> None:
        """Look at files, or a link, that were opened or dropped; what needs an open wallet waits for one."""
        from wallet.ui.arrive import take  # noqa: PLC0415 - as above

        if paths:
            take(self, paths)

    def announce(self, words: str) -> None:
        """Let a screen reader say something."""
        announce(self, words)

    def scroll_up(self) -> None:
        """Bring the top of the page into sight."""
        self._scroll.verticalScrollBar().setValue(0)

    def scrolled(self) -> int:
        """Return by how many pixels the page is scrolled."""
        return self._scroll.verticalScrollBar().value()

    # Its parts ---------------------------------------------------------------------------------------

    def _build(self) -> None:
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        self._stack = QStackedWidget()
        outer.addWidget(self._stack, 1)
        normal = QWidget()
        self._line = line = QHBoxLayout(normal)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(0)
        self.rail = Rail(self)
        line.addWidget(self.rail)
        right = column(0)
        line.addLayout(right, 1)
        self._scroll = Scroll()
        right.addWidget(self._scroll, 1)
        self._footer = QWidget()
        self._footer.setProperty("part", "bar")
        self._footer_inside = QHBoxLayout(self._footer)
        self._footer_inside.setContentsMargins(Space.BROAD, Space.SNUG, Space.BROAD, Space.SNUG)
        right.addWidget(self._footer)
        self._bar = DoneBar()
        right.addWidget(self._bar)
        self._warning = PlainLabel("", tone=Feel.UNDECIDED.value, strong=True)
        self._warning.setContentsMargins(Space.BROAD, Space.TIGHT, Space.BROAD, Space.TIGHT)
        outer.addWidget(self._warning)
        self.patience = Patience(self.announce)
        outer.addWidget(self.patience)
        self._stack.addWidget(normal)
        self._full = QWidget()
        self._full.setProperty("part", "page")
        self._full_inside = QVBoxLayout(self._full)
        self._full_inside.setContentsMargins(0, 0, 0, 0)
        self._stack.addWidget(self._full)
        self.hide_warning()
        self._shortcuts()

    def _shortcuts(self) -> None:
        for keys, act in (
            (QKeySequence(Qt.Modifier.CTRL | Qt.Key.Key_L), self.lock_asked),
            (QKeySequence(Qt.Key.Key_Escape), self._escape),
            (QKeySequence(QKeySequence.StandardKey.ZoomIn), lambda: self.desktop.larger(25)),
            (QKeySequence(QKeySequence.StandardKey.ZoomOut), lambda: self.desktop.larger(-25)),
        ):
            QShortcut(keys, self, act)
        for number, name in enumerate(PARTS, start=1):
            QShortcut(QKeySequence(f"Ctrl+{number}"), self, lambda name=name: self._jump(name))
        QShortcut(QKeySequence(QKeySequence.StandardKey.Paste), self, self._paste)

    def lock_asked(self) -> None:
        """Lock, as the person asked for it."""
        self.lock()

    def _jump(self, name: str) -> None:
        if self.is_open and self._page is not None and not self._page.is_question:
            self.rail.press(name)

    def _escape(self) -> None:
        if self._page is not None:
            self._page.back()

    def _paste(self) -> None:
        if self._page is not None:
            self._page.paste()

    def _place(self, page: Page) -> None:
        clear(self._footer_inside)
        self._footer.setVisible(page.footer is not None and not page.full)
        if page.full:
            self._full_inside.addWidget(page)
            self._stack.setCurrentIndex(1)
            return
        frame = Sheet()
        line = QHBoxLayout(frame)
        line.setContentsMargins(Space.BROAD, Space.NORMAL, Space.BROAD, Space.NORMAL)
        page.setMaximumWidth(current().scaled(CONTENT_WIDTH))
        page.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        line.addStretch(1)
        line.addWidget(page, 1000)
        line.addStretch(1)
        self._scroll.setWidget(frame)
        self.scroll_up()
        if page.footer is not None:
            page.footer.setMaximumWidth(current().scaled(CONTENT_WIDTH))
            self._footer_inside.addStretch(1)
            self._footer_inside.addWidget(page.footer, 1000)
            self._footer_inside.addStretch(1)
        self._stack.setCurrentIndex(0)

    def _leave(self) -> None:
        page, self._page = self._page, None
        if page is None:
            return
        page.leave()
        page.hide()
        page.setParent(None)
        page.deleteLater()

    def _focus_page(self) -> None:
        page = self._page
        if page is None:
            return
        target = page.first or first_stop(page) or (first_stop(page.footer) if page.footer else None)
        if target is not None:
            self._scroll.begin_at(target)

    def _changed(self) -> None:
        """Build everything anew in another language, colour or size; what is at work is waited for."""
        making, page = self._making, self._page
        if making is None or page is None or page.put_off(self._changed):
            return
        kept, said = Kept.of(page), self._bar.now
        page.is_rebuilt = True
        rail = self.rail
        self.rail = Rail(self)
        self._line.replaceWidget(rail, self.rail)
        rail.hide()  # until it is deleted it would stand behind the new one
        rail.deleteLater()
        self.setWindowTitle(tr("Wallet"))
        self._bar.speak()
        self.go(making)
        if self._page is not None and type(self._page) is type(page):
            kept.put_into(self._page)
            self._page.inherit(page)
        if page.keeps_typed:
            self._bar.say(*said)

    # Locking -----------------------------------------------------------------------------------------

    def tick(self) -> None:
        """Look whether it is time to lock."""
        reason = self.guard.look()
        if reason is not None:
            self.lock(reason)
            return
        if self.guard.warns:
            left = self.guard.seconds_left
            words = ntr(
                "The wallet locks itself in {n} second. Press any key to keep it open.",
                "The wallet locks itself in {n} seconds. Press any key to keep it open.",
                left,
            )
            self._warning.setText(words.format(n=left))
            self._warning.setVisible(True)
        else:
            self.hide_warning()

    def hide_warning(self) -> None:
        """Take the warning away."""
        self._warning.setVisible(False)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """See that somebody is there."""
        if event.type() in _ACTIVITY:
            self.guard.touched()
        return False

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """Close the wallet with the window, once what would be lost is finished or given up."""
        if not may_close(self):
            event.ignore()
            return
        app = QApplication.instance()
        if app is not None:
            app.removeEventFilter(self)
        self._timer.stop()
        self._leave()
        self.runner.close()
        if self._holder is not None:
            self._holder.close()
            self._holder = None
        self.decoder.close()
        super().closeEvent(event)

    # Files -------------------------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's name
        """Take files."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 - Qt's name
        """Hand files to the page."""
        paths = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        if paths and self._page is not None:
            self._page.dropped(paths)
