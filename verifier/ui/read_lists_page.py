"""Reading the lists that another counter's screen shows: the camera, how far it is, and stop and go on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QBoxLayout, QSizePolicy, QWidget

from counterproof.desktop.camera_view import CameraView
from counterproof.desktop.choice import Choice
from counterproof.desktop.flow_area import FlowArea
from counterproof.desktop.hints import HINTS, ON_SCREEN
from counterproof.desktop.plain_text import PlainLabel, button, on_button
from counterproof.desktop.ring import Ring
from counterproof.desktop.theme import Space, Text, current
from counterproof.mdoc.errors import UsageError
from counterproof.optics.aiming import Hint
from counterproof.optics.exchange import lists
from counterproof.words.explain import explain_error
from counterproof.words.language import ntr, tr
from verifier.ui.page_head import PageHead, framed
from verifier.ui.parts import Notice, column, row

if TYPE_CHECKING:
    from counterproof.desktop.scanner import Camera, Look
    from counterproof.words.model import Phrases


class ReadListsPage(QWidget):
    """Intents: `back`, `stop`, `go_on`, `on_screen`, `open_file`; `camera_chosen` carries a Camera."""

    back = Signal()
    stop = Signal()
    go_on = Signal()
    on_screen = Signal()
    open_file = Signal()
    camera_chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("part", "page")
        content = QWidget()
        stacks = current().stacks
        across: QBoxLayout = column(content) if stacks else row(content, gap=Space.WIDE)
        across.setContentsMargins(Space.WIDE, Space.SNUG, Space.WIDE, Space.NORMAL)
        head = PageHead(tr("Lists from another screen"))
        head.back.connect(self.back)
        self.camera = CameraView(whole=True)
        self.camera.mirrored = False  # another computer's screen is not one's own face
        across.addWidget(self.camera, 3)
        across.addLayout(self._words(), 2)
        framed(self, head, content)
        self._running, self._on_screen, self._read = False, False, (0, 0)
        self._show_running()

    def _words(self) -> QBoxLayout:
        down = column(gap=Space.SNUG)
        self._how = PlainLabel(
            tr(
                "At the other counter: Trust, then “Show to another counter”. Hold its code into the frame, "
                "or look at a part of this screen, or open a picture of the code."
            ),
            tone="quiet",
        )
        self._ring = Ring(tr("How much of the moving code was read"))
        self._hint = PlainLabel(text=Text.LARGE)
        self.notice = Notice()
        self._cameras = Choice()
        self._cameras.setAccessibleName(tr("Camera"))
        self._cameras.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._cameras.activated.connect(self._choose)
        line = row()
        line.addWidget(self._ring)
        line.addWidget(self._hint, 1)
        down.addWidget(self._how)
        down.addLayout(line)
        down.addWidget(self.notice)
        down.addWidget(self._cameras)
        keys = FlowArea(Space.SNUG)
        self.toggle = button(tr("Stop"), "primary")
        self.toggle.clicked.connect(self._toggle)
        self._elsewhere = screen = button(
            tr("A part of the screen…"), describe=tr("Reads what this screen shows, in place of a camera.")
        )
        screen.clicked.connect(self.on_screen)
        file = button(tr("Open a picture…"))
        file.clicked.connect(self.open_file)
        for each in (self.toggle, screen, file):
            keys.add(each)
        down.addWidget(keys)
        down.addStretch()
        return down

    @property
    def _hints(self) -> Phrases:
        return ON_SCREEN if self._on_screen else HINTS

    @property
    def hint(self) -> str:
        """What is said about the picture, or how far the code is read."""
        return self._hint.text()

    def show_cameras(self, found: tuple[Camera, ...], chosen: Camera | None, *, on_screen: bool) -> None:
        """Offer the cameras that are there, and say where is looked now."""
        self._on_screen = on_screen
        self._cameras.clear()
        for each in found:
            self._cameras.addItem(on_button(each.name, 60), each)
        self._cameras.setVisible(bool(found) and (len(found) > 1 or on_screen))
        if on_screen:
            self._cameras.insertItem(0, tr("A part of the screen"))
            self._cameras.setCurrentIndex(0)
        elif chosen in found:
            self._cameras.setCurrentIndex(found.index(chosen))

    def running(self, *, now: bool) -> None:
        """Say whether something is looked at; what was read stays said."""
        self._running = now
        self.toggle.setVisible(True)
        self._show_running()

    def looked(self, look: Look) -> None:
        """Say what the newest frame held."""
        if look.code:
            self.notice.tell(UsageError(look.code, **look.facts))
        elif look.hint is not Hint.NOTHING:
            self.notice.tell(None)
        if look.needed:
            self._read = min(look.received, look.needed), look.needed
        if self._running:
            self._say(self._hints[look.hint])

    def no_picture(self, error: UsageError | None) -> None:
        """Say that there is no picture, and what else there is; without a camera nothing can go on."""
        what = tr("No camera is plugged in.") if error is None else explain_error(error).what
        ways = tr("You can look at a part of this screen, or open a picture of the code.")
        self.camera.say(f"{what}\n\n{ways}")
        self.running(now=False)
        self.toggle.setVisible(error is not None)
        if error is None and not self._elsewhere.hasFocus():
            self._elsewhere.setFocus()

    def begin(self) -> None:
        """Show nothing read yet."""
        self._read = 0, 0
        self.notice.tell(None)
        self._show_running()

    def wipe(self) -> None:
        """Forget the picture."""
        self.camera.clear()

    def take_focus(self) -> None:
        """Put the focus on the button that stops and goes on, or where there is none on another way."""
        (self._elsewhere if self.toggle.isHidden() else self.toggle).setFocus()

    def _toggle(self) -> None:
        (self.stop if self._running else self.go_on).emit()

    def _choose(self, place: int) -> None:
        chosen = self._cameras.itemData(place)
        if chosen is not None:
            self.camera_chosen.emit(chosen)

    def _show_running(self) -> None:
        self.toggle.setText(tr("Stop") if self._running else tr("Go on"))
        self.toggle.setAccessibleName(self.toggle.text())
        self._say(self._hints[Hint.NOTHING] if self._running else "")

    def _say(self, hint: str) -> None:
        received, needed = self._read
        self._ring.setVisible(bool(needed))
        self._hint.setVisible(bool(needed or hint))
        if not needed:
            self._hint.setText(hint)
            return
        self._ring.set(received / needed, f"{received}/{needed}")
        if not self._running:
            stopped = tr("Stopped at {received} of {needed} parts. What was read is kept.")
            self._hint.setText(stopped.format(received=received, needed=needed))
            return
        left = lists.seconds_for(max(needed - received, 1))
        said = tr("Reading: {received} of {needed} parts").format(received=received, needed=needed)
        about = ntr("about {n} more second", "about {n} more seconds", left).format(n=left)
        self._hint.setText(f"{said}\n{about}")
