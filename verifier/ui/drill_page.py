"""Practice: striped above and below, whatever it shows, so that nobody takes it for the counter itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from counterproof.desktop.flow_area import FlowArea
from counterproof.desktop.key_button import KeyButton
from counterproof.desktop.pictures import PortraitView
from counterproof.desktop.plain_text import PlainLabel
from counterproof.desktop.qr_view import QrView
from counterproof.desktop.theme import Space, Text, current
from counterproof.words import drill as words
from counterproof.words.language import tr
from verifier.drill.situations import Act
from verifier.drill.telling import before_you, learned, missed, on_the_picture, scored
from verifier.flow.desk import Told
from verifier.flow.drill import Beginning, Learned, Looked, Meeting, Scored
from verifier.ui.bars import LARGE
from verifier.ui.parts import Notice, card, column, empty, row, scrolled
from verifier.ui.stripes import Stripes
from verifier.ui.verdict_page import VerdictPage

if TYPE_CHECKING:
    from counterproof.desktop.background import Runner
    from counterproof.desktop.picture_worker import PortraitDecoder
    from verifier.flow.drill import DrillState, Person

_FACE: Final = 240
_SMALL_FACE: Final = 112


class DrillPage(QWidget):
    """Intents: `go_on`, `look`, `again`, `leave`; `act` carries an Act."""

    go_on = Signal()
    look = Signal()
    again = Signal()
    leave = Signal()
    act = Signal(object)

    def __init__(self, decoder: PortraitDecoder, runner: Runner) -> None:
        super().__init__()
        self.setProperty("part", "page")
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)  # Tab never stops where no ring is seen
        self._decoder, self._runner = decoder, runner
        self._state: DrillState | None = None
        self._above, below = Stripes(), Stripes()
        self.notice = Notice()
        self._stack = QStackedWidget()
        self.verdict = VerdictPage(decoder, runner)
        self._said, self._meeting = self._texts(), self._person()
        for each in (self._said, self._meeting, self.verdict):
            self._stack.addWidget(each)
        box = column(self, gap=0)
        box.addWidget(self._above)
        box.addWidget(self.notice)
        box.addWidget(self._stack, 1)
        box.addWidget(self._foot())
        box.addWidget(below)
        self._above.show()
        # Letters of twice the size leave no room for two bands.
        below.setVisible(current().percent <= LARGE)

    def _texts(self) -> QWidget:
        content = QWidget()
        inner = column(content, gap=Space.NORMAL, edge=Space.WIDE)
        self._title = PlainLabel(text=Text.DISPLAY)
        self._lead = PlainLabel(text=Text.LARGE)
        self._lessons = column(gap=Space.SNUG)
        inner.addWidget(self._title)
        inner.addWidget(self._lead)
        inner.addLayout(self._lessons)
        inner.addStretch()
        return scrolled(content)

    def _person(self) -> QWidget:
        content = QWidget()
        across = row(content, gap=Space.BROAD, edge=Space.WIDE)
        left, right = column(gap=Space.SNUG), column(gap=Space.TIGHT)
        self._count = PlainLabel(tone="quiet")
        self._seen = PlainLabel(text=Text.TITLE)
        self._asked = PlainLabel(text=Text.LARGE, tone="quiet")
        self.code = QrView(smallest=180)
        for label in (self._count, self._seen, self._asked):
            left.addWidget(label)
        self.thing = PortraitView(_FACE)
        left.addWidget(self.code, 1)
        left.addWidget(self.thing, 1, alignment=Qt.AlignmentFlag.AlignHCenter)
        self.face = PortraitView(_FACE)
        self._face_words = PlainLabel()
        self._face_words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        right.addWidget(self.face, alignment=Qt.AlignmentFlag.AlignHCenter)
        right.addWidget(self._face_words)
        right.addStretch()
        across.addLayout(left, 3)
        across.addLayout(right, 2)
        return scrolled(content)

    def _foot(self) -> QWidget:
        foot = QWidget()
        across = row(foot, gap=Space.NORMAL)
        across.setContentsMargins(Space.WIDE, Space.TIGHT, Space.WIDE, Space.SNUG)
        self._small_face = PortraitView(_SMALL_FACE)
        across.addWidget(self._small_face)
        down = column(gap=Space.TIGHT)
        self._compare = PlainLabel(text=Text.LARGE, strong=True)
        down.addWidget(self._compare)
        keys = FlowArea(Space.SNUG)
        self.buttons = {
            "go_on": KeyButton(tr("Begin"), "Space", "primary", picture="forward"),
            "look": KeyButton(tr("Let the counter look"), "Space", "primary", picture="eye"),
            **{
                each.value: KeyButton(
                    words.ACTS[each.value], str(number), describe=words.ACTS_MEAN[each.value]
                )
                for number, each in enumerate(Act, start=1)
            },
            "again": KeyButton(tr("Practise what was missed"), "A", picture="again"),
            "leave": KeyButton(tr("End practice"), "Esc"),
        }
        for name, made in self.buttons.items():
            made.clicked.connect(lambda _checked=False, name=name: self._press(name))
            keys.add(made)
        down.addWidget(keys)
        across.addLayout(down, 1)
        return foot

    def show_state(self, state: DrillState) -> None:
        """Show a state of the drill."""
        self._state = state
        self.notice.tell(None)
        person = getattr(state, "person", None)
        self._above.setVisible(not (isinstance(state, Looked) and state.view is not None))
        self._show_face(person if isinstance(state, Looked) else None)
        if isinstance(state, Beginning):
            self._begin(state)
        elif isinstance(state, Meeting):
            self._meet(state.person)
        elif isinstance(state, Looked):
            self._looked(state)
        elif isinstance(state, Learned):
            self._learned(state)
        else:
            self._score(state)
        if not isinstance(state, Meeting):
            self.code.clear()
        self._offer(state)

    def press(self, key: int, text: str) -> None:
        """Do what a key stands for."""
        if key in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._press("look" if isinstance(self._state, Meeting) else "go_on")
        elif text == "a":
            self._press("again")
        elif len(text) == 1 and text in "123":
            self._press(tuple(Act)[int(text) - 1].value)

    def take_focus(self) -> None:
        """Put the focus on the first button that there is."""
        next(each for each in self.buttons.values() if not each.isHidden()).setFocus()

    def _press(self, name: str) -> None:
        if self.buttons[name].isHidden():
            return
        intents = {"go_on": self.go_on, "look": self.look, "again": self.again, "leave": self.leave}
        if name in intents:
            intents[name].emit()
        else:
            self.act.emit(Act(name))

    def _begin(self, state: Beginning) -> None:
        self._say(
            tr("Practice"),
            tr(
                "{n} people who do not exist come to this counter. Some are in order, some are not, and "
                "some try to fool you. Say what you would do about each; at the end you see what you missed "
                "and why. Take all the time you want."
            ).format(n=state.people),
        )
        self._lessons.addWidget(
            PlainLabel(
                tr(
                    "Nothing here is real. Documents are specimens of an agency that is made for this "
                    "practice and forgotten with it; lists, journal and open requests of this counter are "
                    "not touched. The journal counts that practice was held, and not how it went."
                ),
                tone="quiet",
            )
        )
        self.buttons["go_on"].say(tr("Begin"))

    def _meet(self, person: Person) -> None:
        self._stack.setCurrentWidget(self._meeting)
        self._count.setText(tr("Person {number} of {of}").format(number=person.number, of=person.of))
        self._seen.setText(person.seen)
        asked = tr(", ").join(each.label for each in person.asked)
        self._asked.setText(tr("You ask for: {fields}").format(fields=asked))
        self.face.show_portrait(person.portrait, self._decoder, self._runner)
        self._face_words.setText(before_you(person.face))
        self.code.setVisible(person.code is not None)
        self.thing.setVisible(person.thing is not None)
        if person.thing is not None:
            self.thing.show_portrait(person.thing, self._decoder, self._runner)
            self.thing.setAccessibleName(person.seen)
        if person.code is not None:
            self.code.show_code(person.code, tr("SPECIMEN: the code that this person shows"))

    def _looked(self, state: Looked) -> None:
        if state.view is not None:
            self._stack.setCurrentWidget(self.verdict)
            self.verdict.show_state(Told(state.view, None, 0.0), specimen=True)
        else:
            assert state.trouble is not None
            self._say(tr("No verdict"), "")
            told = Notice()
            self._lessons.addWidget(told)  # first: what is shown without a place is a window of its own
            told.tell(state.trouble)
        self._compare.setText(tr("This person stands before you. What do you do?"))
        if state.pictured is not None:
            # The picture itself is above; these words are for whoever cannot see it.
            self.verdict.portrait.setAccessibleDescription(on_the_picture(state.pictured))

    def _learned(self, state: Learned) -> None:
        first, *rest = learned(state.result)
        self._say(first, "\n".join(rest))
        last = state.person.number == state.person.of
        self.buttons["go_on"].say(tr("Show the score") if last else tr("Next person"))

    def _score(self, state: Scored) -> None:
        self._say(tr("Your score"), scored(state))
        for each in state.missed:
            frame, inner = card()
            inner.addWidget(PlainLabel(words.SITUATIONS[each.name].what, strong=True))
            inner.addWidget(PlainLabel(missed(each)))
            self._lessons.addWidget(frame)
        if not state.missed:
            self._lessons.addWidget(PlainLabel(tr("You missed nothing."), Text.LARGE))

    def _say(self, title: str, lead: str) -> None:
        self._stack.setCurrentWidget(self._said)
        self._title.setText(title)
        self._lead.setText(lead)
        self._lead.setVisible(bool(lead))
        empty(self._lessons)

    def wipe(self) -> None:
        """Forget what was shown."""
        self._state = None
        self._show_face(None)
        self.code.clear()
        self.verdict.wipe()

    def _show_face(self, person: Person | None) -> None:
        self._small_face.setVisible(person is not None)
        self._compare.setVisible(person is not None)
        if person is None:
            self._small_face.clear()
            self.face.clear()
            self.thing.clear()
            return
        self._small_face.show_portrait(person.portrait, self._decoder, self._runner)
        self._small_face.setAccessibleName(before_you(person.face))

    def _offer(self, state: DrillState) -> None:
        """Show the buttons that mean something now."""
        there = {
            "go_on": isinstance(state, Beginning | Learned),
            "look": isinstance(state, Meeting),
            "again": isinstance(state, Scored) and bool(state.missed),
            "leave": True,
            **{each.value: isinstance(state, Looked) for each in Act},
        }
        for name, made in self.buttons.items():
            made.setVisible(there[name])
        self.buttons["leave"].say(tr("Close practice") if isinstance(state, Scored) else tr("End practice"))
        self.setAccessibleName(f"{tr('SPECIMEN: practice, nothing here is real')}. {self._spoken(state)}")
        # Nobody goes ahead by a second press of Space.
        self.setFocus() if isinstance(state, Looked) else self.take_focus()

    def _spoken(self, state: DrillState) -> str:
        if isinstance(state, Meeting):
            return f"{state.person.seen} {before_you(state.person.face)}"
        if isinstance(state, Looked):
            return (
                self._compare.text() if state.view is None else f"{state.view.word}. {self._compare.text()}"
            )
        return f"{self._title.text()}. {self._lead.text()}"
