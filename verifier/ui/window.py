"""The counter's window: one page at a time, the trust bar at the foot, every input at any moment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication, QStackedWidget, QWidget

from counterproof.desktop.announce import announce
from counterproof.desktop.sound import Cue, Sounder
from counterproof.desktop.theme import current
from counterproof.mdoc.errors import CounterproofError
from counterproof.optics.aiming import Hint
from counterproof.words.language import current as spoken
from counterproof.words.language import tr
from verifier.flow.desk import Asking, Idle, Looking, Told
from verifier.flow.tiles import purpose_titles
from verifier.flow.verdict import Looks
from verifier.ui import keys
from verifier.ui.asking_page import AskingPage
from verifier.ui.bars import LARGE, HeadBar, TrustBar
from verifier.ui.by_hand_page import ByHandPage
from verifier.ui.confirm_page import ConfirmPage
from verifier.ui.customer_screen import CustomerScreen
from verifier.ui.desk_area import DeskArea
from verifier.ui.desk_page import DeskPage
from verifier.ui.drill_area import DrillArea
from verifier.ui.drill_page import DrillPage
from verifier.ui.file_reading import ReadingBar
from verifier.ui.idle_page import IdlePage
from verifier.ui.journal_page import JournalPage
from verifier.ui.lists_area import PAGES as LISTS_PAGES
from verifier.ui.lists_area import ListsArea
from verifier.ui.parts import column, focus_at, place_of_focus
from verifier.ui.read_lists_page import ReadListsPage
from verifier.ui.settings_page import SettingsPage
from verifier.ui.show_lists_page import ShowListsPage
from verifier.ui.trust_area import TrustArea
from verifier.ui.trust_page import TrustPage, trust_line
from verifier.ui.trust_work import TrustWork
from verifier.ui.verdict_page import VerdictPage
from verifier.ui.wiring import connect, give_slip

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QImage, QKeyEvent

    from counterproof.desktop.app import Desktop
    from counterproof.desktop.background import Runner
    from counterproof.desktop.picture_worker import PortraitDecoder
    from counterproof.desktop.scanner import Look
    from counterproof.mdoc.errors import UsageError
    from counterproof.optics.collect import Collected
    from verifier.flow.desk import Desk, State
    from verifier.flow.place import Place
    from verifier.ui.inputs import Inputs

_TICK_MS: Final = 250
_SIZE: Final = (1280, 720)
_LEAST: Final = (800, 560)
_TICKS: Final = {Hint.CLOSER: 0.9, Hint.CUT_OFF: 0.9, Hint.HOLD_STILL: 0.35, Hint.READ: 0.35}
"""Seconds between two ticks, for somebody who aims by ear."""

_CUES: Final = {
    Looks.ACCEPTED: Cue.ACCEPTED,
    Looks.REFUSED: Cue.REFUSED,
    Looks.UNDECIDED: Cue.UNDECIDED,
    Looks.PLAIN: Cue.PLAIN,
}


_FLOW: Final[dict[type, str]] = {Idle: "idle", Asking: "asking", Told: "verdict", Looking: "by-hand"}
"""The page of each state."""


class CounterWindow(QWidget):
    """Shows the state of a Desk; `showed` is sent after each change of page, with its name."""

    showed = Signal(str)

    def __init__(
        self,
        place: Place,
        desk: Desk,
        desktop: Desktop,
        *,
        runner: Runner,
        trusting: Runner,
        inputs: Inputs,
        decoder: PortraitDecoder,
    ) -> None:
        super().__init__()
        self.place, self.desk, self.desktop, self.inputs = place, desk, desktop, inputs
        self.runner, self._decoder = runner, decoder
        self.trusting = TrustWork(place, desktop.preferences, trusting)
        self.sounder = Sounder(on=desktop.appearance.sound)
        self.customer: CustomerScreen | None = None
        self._looks = spoken(), current().percent > LARGE
        self._shown: State | None = None
        self._page = ""
        self._ticked = 0.0
        self.resize(*_SIZE)
        self.setMinimumSize(*_LEAST)
        self.setAcceptDrops(True)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)  # Tab never stops where no ring is seen
        self._box = column(self, gap=0)
        self._body = QWidget()
        self.drill_area, self.desk_area, self.lists_area = DrillArea(self), DeskArea(self), ListsArea(self)
        self._build()
        desktop.dress(self)
        desktop.changed.connect(self._restyled)
        inputs.collected.connect(self._collected)
        inputs.failed.connect(self._failed)
        inputs.looked.connect(self._looked)
        inputs.frame.connect(self._frame)
        inputs.no_camera.connect(self._no_camera)
        inputs.cameras_changed.connect(self._cameras)
        self.trust_area = TrustArea(self)
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self._tick)
        self._timer.start()
        app = QApplication.instance()
        assert app is not None
        app.installEventFilter(self)
        self.refresh()

    def _build(self) -> None:
        """Make every page, in the language spoken now."""
        self._box.removeWidget(self._body)
        self._body.hide()
        self._body.deleteLater()
        self._body = QWidget()
        down = column(self._body, gap=0)
        self._box.addWidget(self._body)
        self.setWindowTitle(self.title)
        self.head, self._foot = HeadBar(self.place.settings.name), TrustBar()
        self.stack, self.reading = QStackedWidget(), ReadingBar(self.inputs.reading)
        self.idle, self.asking = IdlePage(), AskingPage()
        self.verdict = VerdictPage(self._decoder, self.runner)
        self.hand, self.journal = ByHandPage(), JournalPage()
        self.trust, self.confirm = TrustPage(), ConfirmPage()
        self.show_lists, self.read_lists = ShowListsPage(), ReadListsPage()
        self.settings = SettingsPage(self.desktop, self.sounder)
        self.desk_page = DeskPage()
        self.drill = DrillPage(self._decoder, self.runner)
        self.pages: dict[str, QWidget] = {
            "idle": self.idle,
            "asking": self.asking,
            "verdict": self.verdict,
            "by-hand": self.hand,
            "journal": self.journal,
            "trust": self.trust,
            "confirm": self.confirm,
            "show-lists": self.show_lists,
            "read-lists": self.read_lists,
            "settings": self.settings,
            "desk": self.desk_page,
            "drill": self.drill,
        }
        for each in self.pages.values():
            self.stack.addWidget(each)
        down.addWidget(self.head)
        down.addWidget(self.stack, 1)
        self._beneath = column(gap=0)
        self._beneath.addWidget(self.reading)
        down.addLayout(self._beneath)
        down.addWidget(self._foot)
        self._body.show()  # now, and not with the next event: only what is shown can have the focus
        connect(self)

    @property
    def title(self) -> str:
        """What the window is called."""
        return tr("Counter: {name}").format(name=self.place.settings.name)

    @property
    def page(self) -> str:
        """The name of the page that is shown."""
        return self._page

    @property
    def trust_said(self) -> str:
        """What the trust bar says."""
        return self._foot.said

    def refresh(self) -> None:
        """Show the state that is now."""
        state = self.desk.state
        before, self._shown = self._shown, state
        self.say_trust()
        self._turn_to(_FLOW[type(state)])
        if isinstance(state, Told) and not (isinstance(before, Told) and before.view is state.view):
            self.sounder.play(_CUES[state.view.looks])
            announce(self, f"{state.view.word}. {' '.join(state.view.why)} {state.view.next}")
        self._count_down()

    def open_page(self, name: str) -> None:
        """Open a page beside the flow, or go back to it with an empty name."""
        if not name:
            self._shown = None
            self.refresh()
        elif isinstance(self.desk.state, Idle):
            self._turn_to(name)

    def next_person(self) -> None:
        """Wipe everything and wait for the next person."""
        self.do(self.desk.next)

    def show_customer_screen(self) -> None:
        """Open the second screen, or close it."""
        if self.customer is not None:
            self.customer.close()
            self.customer = None
            return
        self.customer = CustomerScreen(self.place.settings.name)
        self.customer.place(self.frameGeometry().center())
        if isinstance(self.desk.state, Asking):
            self.customer.ask(self.desk.state)
        self.activateWindow()

    def toggle_full_screen(self) -> None:
        """Fill the screen, or stop doing so."""
        self.showNormal() if self.isFullScreen() else self.showFullScreen()

    def _turn_to(self, name: str) -> None:
        """Leave the page that is shown, bring the next one up to date, then show it: always in this order."""
        before, self._page = self._page, name
        if name != before:
            self._leave(before)
        self._enter(name)
        in_flow = name in ("idle", "journal", "trust", "confirm", "settings", "desk")
        self.head.setVisible(name == "idle")
        self._foot.setVisible(in_flow and name != "trust")
        if name != before:
            (self.asking.beside if name == "asking" else self._beneath).addWidget(self.reading)
            self.stack.setCurrentWidget(self.pages[name])
            if name == "asking":
                self.inputs.begin()
                self._cameras()
            focus = getattr(self.pages[name], "take_focus", None)
            if focus is not None:
                focus()
        if self.customer is not None:
            state = self.desk.state
            if isinstance(state, Asking) and before != "asking":
                self.customer.ask(state)
            elif not isinstance(state, Asking):
                self.customer.rest()
        self.showed.emit(name)

    def _leave(self, name: str) -> None:
        """Wipe a page and end what it began; what the next page shows is not there yet."""
        if name == "asking":
            self.inputs.end()
            self.asking.wipe()
        elif name == "verdict":
            self.verdict.wipe()
        elif name == "confirm":
            self.trusting.forget()
        elif name in LISTS_PAGES:
            self.lists_area.leave()

    def _enter(self, name: str) -> None:
        """Bring a page up to date before it is shown."""
        if name in _FLOW.values():
            self.pages[name].show_state(self.desk.state)  # type: ignore[attr-defined]
        elif name == "journal":
            self.journal.show_journal(self.place.counter.journal, purpose_titles(self.place))
        elif name in LISTS_PAGES:
            self.lists_area.enter(name)
        elif name in ("drill", "desk"):
            (self.drill_area if name == "drill" else self.desk_area).show()
        elif name == "trust":
            self.trust_area.show()

    def do(self, intent: Callable[[], None]) -> None:
        """Carry out an intent and show what came of it; what no page can settle is said on the idle page."""
        try:
            intent()
        except CounterproofError as error:
            self._shown = None
            self.desk.trouble(error)
        self.refresh()

    def _collected(self, message: Collected) -> None:
        if self.drill_area.open:
            self.drill_area.real_code()
            return
        self.do(lambda: self.desk.take(message))
        if isinstance(self.desk.state, Asking):
            self.inputs.begin()

    def _failed(self, error: CounterproofError) -> None:
        if self.drill_area.open:
            self.drill.notice.tell(error)
            return
        self.do(lambda: self.desk.could_not_read(error))

    def _looked(self, look: Look) -> None:
        self.asking.looked(look)
        pace = _TICKS.get(look.hint)
        now = self.place.clock.monotonic()
        if pace is not None and now - self._ticked >= pace:
            self._ticked = now
            self.sounder.play(Cue.TICK)

    def _frame(self, image: QImage) -> None:
        self.asking.camera.show_frame(image)

    def _no_camera(self, error: UsageError) -> None:
        self.asking.no_camera(error)

    def _cameras(self) -> None:
        self.asking.show_cameras(self.inputs.cameras, self.inputs.camera)
        if self.inputs.on_screen:
            self.asking.show_screen()

    def slip(self, *, printed: bool = True) -> None:
        """Give the person a slip that says what was wrong: on paper, or as a file."""
        give_slip(self, printed=printed)

    def say_trust(self) -> None:
        """Say at the foot how old the lists are."""
        self._foot.say(*trust_line(self.place.trust.describe(self.place.clock.now())))

    def _tick(self) -> None:
        if self.desk.tick():
            self.refresh()
        self._count_down()

    def _count_down(self) -> None:
        left = self.desk.seconds_left()
        if isinstance(self.desk.state, Asking):
            self.asking.count_down(left)
        elif isinstance(self.desk.state, Told):
            self.verdict.count_down(left)

    def _restyled(self) -> None:
        self.sounder.on = self.desktop.appearance.sound
        looks = spoken(), current().percent > LARGE
        if looks != self._looks:
            self._looks = looks
            page, focused = self._page, place_of_focus(self)
            self._leave(page)
            self._build()
            self.desk.renew()
            self._shown, self._page = None, ""
            self.refresh()
            if page not in _FLOW.values():
                self.open_page("trust" if page == "confirm" else page)  # what was asked is forgotten
                focus_at(self, focused)
        elif self._page == "idle":
            self.refresh()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Any key keeps a verdict for longer; one that is held down presses no button on the next page."""
        if event.type() is not QEvent.Type.KeyPress:
            return False
        if isinstance(self.desk.state, Told):
            self.desk.extend()
            self._count_down()
        return keys.is_held(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Do what a key stands for on this page."""
        keys.press(self, event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's name
        """Take files and pictures."""
        if event.mimeData().hasUrls() or event.mimeData().hasText():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 - Qt's name
        """Read what was dropped."""
        self.inputs.take_mime(event.mimeData())
        event.acceptProposedAction()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """Wipe everything and end every thread."""
        self._timer.stop()
        app = QApplication.instance()
        if app is not None:
            app.removeEventFilter(self)
        self.desktop.changed.disconnect(self._restyled)
        if self.customer is not None:
            self.customer.close()
        self.drill_area.end()
        self.lists_area.close()
        self.verdict.wipe()
        self.asking.wipe()
        self.inputs.close()
        self.sounder.close()
        self.runner.close()
        self.trusting.close()
        self._decoder.close()
        self.place.close()
        super().closeEvent(event)
