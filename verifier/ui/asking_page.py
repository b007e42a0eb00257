"""A request is open: left the camera, right what is asked and the code that the person scans."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QLayout, QSizePolicy, QWidget

from counterproof.desktop.camera_view import CameraView
from counterproof.desktop.choice import Choice
from counterproof.desktop.flow_area import FlowArea
from counterproof.desktop.hints import HINTS, ON_SCREEN
from counterproof.desktop.key_button import KeyButton
from counterproof.desktop.plain_text import PlainLabel, button, on_button
from counterproof.desktop.qr_view import QrView
from counterproof.desktop.theme import Space, Text, current
from counterproof.mdoc.errors import UsageError
from counterproof.optics.aiming import Hint
from counterproof.words.language import ntr, tr
from counterproof.words.model import N_
from verifier.flow.tiles import said_of
from verifier.ui.parts import Notice, column, row, scrolled

if TYPE_CHECKING:
    from counterproof.desktop.scanner import Camera, Look
    from verifier.flow.desk import Asking


_OTHER = "optics.other-kind"
_RUN_OUT = N_("The code has run out. An answer that was made before is still read.")
_PAPER = N_("Now taking a paper slip, or a code shown first")


def _digits(digits: str) -> str:
    return tr("Say these digits: {digits}").format(digits=f"{digits[:3]} {digits[3:]}")


class AskingPage(QWidget):
    """Intents without more, by their names; `camera_chosen` carries a Camera.

    Whatever is said meanwhile takes its room from the camera's picture (`beside` is a place for it): somebody
    scans the code, and it must not move or shrink.
    """

    stop = Signal()
    digits = Signal()
    paper = Signal()
    by_hand = Signal()
    open_file = Signal()
    on_screen = Signal()
    customer_screen = Signal()
    camera_chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("part", "page")
        content = QWidget()
        across = row(content, gap=Space.WIDE, edge=Space.NORMAL)
        across.addLayout(self._left(), 11)
        self._side = QWidget()
        self._side.setLayout(self._right())
        beneath = column()
        beneath.addWidget(self._side, 1)
        beneath.addStretch(0)
        across.addLayout(beneath, 9)
        box = column(self, gap=0)
        self._area = scrolled(content)
        box.addWidget(self._area, 1)
        self._area.viewport().installEventFilter(self)
        self._side.installEventFilter(self)
        self._state: Asking | None = None
        self._on_screen = False

    def _left(self) -> QLayout:
        down = column(gap=Space.SNUG)
        self.camera = CameraView()
        self._hint = PlainLabel(text=Text.TITLE)
        self._notice = Notice()
        self._cameras = Choice()
        self._cameras.setAccessibleName(tr("Camera"))
        self._cameras.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._cameras.activated.connect(self._choose_camera)
        self._mirror = button(tr("Mirror"), describe=tr("Shows the picture as a mirror does."))
        self._mirror.setCheckable(True)
        self._mirror.setChecked(True)
        self._mirror.toggled.connect(self._turn)
        screen = KeyButton(
            tr("Screen"), "V", describe=tr("Looks at a part of this screen: a person on a video call.")
        )
        screen.clicked.connect(self.on_screen)
        line = row()
        line.addWidget(self._cameras, 1)
        if current().stacks:  # beneath a picture so high nobody would see it
            down.addWidget(self._hint)
        down.addWidget(self.camera, 1)
        if not current().stacks:
            down.addWidget(self._hint)
        down.addWidget(self._notice)
        self.beside = column(gap=0)
        down.addLayout(self.beside)
        down.addLayout(line)
        if current().stacks:  # there is no room beside the choice
            beneath = FlowArea(Space.TIGHT)
            beneath.add(self._mirror)
            beneath.add(screen)
            down.addWidget(beneath)
        else:
            line.addWidget(self._mirror)
            line.addWidget(screen)
        return down

    def _right(self) -> QLayout:
        down = column(gap=Space.TIGHT)
        self._title = PlainLabel(text=Text.TITLE)
        self._asked = PlainLabel(text=Text.LARGE)
        self._kept = PlainLabel(tone="quiet")
        self.code = QrView(smallest=360 if current().stacks else 220)
        self._number = PlainLabel(text=Text.LARGE, strong=True)
        self._number.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._left_over = PlainLabel(tone="quiet")
        self._left_over.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._number.keep_room(tr(_PAPER), _digits("000000"))
        self._left_over.keep_room(tr(_RUN_OUT))
        for each in (self._title, self._asked, self._kept):
            down.addWidget(each)
        down.addWidget(self.code, 1)
        down.addWidget(self._number)
        down.addWidget(self._left_over)
        down.addWidget(self._actions())
        return down

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Keep the code's side no higher than its own words and the window ask for.

        Beneath large text, what is said beside it would make it higher, and the code in it.
        """
        if event.type() is QEvent.Type.Resize:
            own = self._side.heightForWidth(self._side.width())
            room = self._area.viewport().height() - 2 * Space.NORMAL
            self._side.setMaximumHeight(max(own, room))
        return super().eventFilter(watched, event)

    def _actions(self) -> QWidget:
        line = FlowArea(Space.TIGHT)
        for said, key, intent in (
            (tr("Six digits"), "D", self.digits),
            (tr("Paper slip"), "P", self.paper),
            (tr("Open picture"), "O", self.open_file),
            (tr("Look by eye"), "E", self.by_hand),
            (tr("Second screen"), "S", self.customer_screen),
            (tr("Stop"), "Esc", self.stop),
        ):
            made = KeyButton(said, key)
            made.clicked.connect(lambda _checked=False, intent=intent: intent.emit())
            line.add(made)
        return line

    @property
    def notice(self) -> Notice:
        """What is in the way."""
        return self._notice

    @property
    def hint(self) -> str:
        """What is said about the picture."""
        return self._hint.text()

    def show_state(self, state: Asking) -> None:
        """Show a state; the code is drawn once for each request."""
        before, self._state = self._state, state
        if before is None or before.number != state.number or before.ends_at != state.ends_at:
            self._title.setText(state.tile.title)
            self._asked.setText("\n".join(said_of(state.tile.asked)))
            kept = tr(", ").join(each.label for each in state.tile.asked if each.kept)
            self._kept.setText(tr("Will be kept: {fields}").format(fields=kept) if kept else "")
            self._kept.setVisible(bool(kept))
            self.code.show_code(state.showing, tr("The request, as a code for the person's wallet"))
            self._hint.setText((ON_SCREEN if self._on_screen else HINTS)[Hint.NOTHING])
        digits = state.digits
        said = tr("Number: {number}").format(number=state.number)
        if digits is not None:
            said = _digits(digits)
        elif state.paper:
            said = tr(_PAPER)
        self._number.setText(said)
        self._notice.tell(state.trouble)

    def count_down(self, seconds: int) -> None:
        """Say how long the request is good."""
        said = ntr("Good for {n} more second", "Good for {n} more seconds", seconds)
        self._left_over.setText(said.format(n=seconds) if seconds > 0 else tr(_RUN_OUT))

    def show_cameras(self, found: tuple[Camera, ...], chosen: Camera | None) -> None:
        """Offer the cameras that are there."""
        self._on_screen = False
        self.camera.mirrored = self._mirror.isChecked()
        self._cameras.clear()
        for each in found:
            self._cameras.addItem(on_button(each.name, 60), each)
        self._cameras.setEnabled(bool(found))
        self._mirror.setEnabled(bool(found))
        if not found:
            self._cameras.addItem(tr("No camera is plugged in"))
            self.no_camera(None)
        elif chosen in found:
            self._cameras.setCurrentIndex(found.index(chosen))

    def show_screen(self) -> None:
        """Say that a part of the screen is looked at, as it is; choosing a camera ends that."""
        self._on_screen = True
        self._cameras.insertItem(0, tr("A part of the screen"))
        self._cameras.setCurrentIndex(0)
        self._cameras.setEnabled(self._cameras.count() > 1)
        self._mirror.setEnabled(False)
        self.camera.mirrored = False

    def no_camera(self, error: UsageError | None) -> None:
        """Say that there is no picture, and every other way to go on."""
        from counterproof.words.explain import explain_error  # noqa: PLC0415 - no words without an error

        what = tr("No camera is plugged in.") if error is None else explain_error(error).what
        ways = tr("A handheld scanner works now. You can also drop a picture here, paste it, or open it.")
        self.camera.say(f"{what}\n\n{ways}")
        self._hint.setText("")

    def looked(self, look: Look) -> None:
        """Say what the newest frame held."""
        if look.code and not (
            self._on_screen and look.code == _OTHER
        ):  # our own request is on the screen too
            self._notice.tell(UsageError(look.code, **look.facts))
        elif look.hint is not Hint.NOTHING and self._state is not None and self._state.trouble is None:
            self._notice.tell(None)
        said = (ON_SCREEN if self._on_screen else HINTS)[look.hint]
        if look.needed:
            said = tr("Reading: {received} of {needed} parts").format(
                received=min(look.received, look.needed), needed=look.needed
            )
        if said != self._hint.text():
            self._hint.setText(said)

    def wipe(self) -> None:
        """Forget code, picture and words."""
        self._state = None
        self.code.clear()
        self.camera.clear()
        for each in (self._title, self._asked, self._kept, self._number, self._left_over, self._hint):
            each.setText("")
        self._notice.tell(None)

    def take_focus(self) -> None:
        """Put the focus where no key does harm: on the window itself."""
        self.window().setFocus()
        self._area.verticalScrollBar().setValue(0)

    def _choose_camera(self, place: int) -> None:
        chosen = self._cameras.itemData(place)
        if chosen is not None:
            self.camera_chosen.emit(chosen)

    def _turn(self, mirrored: bool) -> None:  # noqa: FBT001 - Qt's signal
        self.camera.mirrored = mirrored
        self.camera.update()
