"""What the camera sees, with a frame to aim at, the choice of camera, and words that help."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from counterproof.desktop.camera_view import CameraView
from counterproof.desktop.choice import Choice
from counterproof.desktop.forms import column, row
from counterproof.desktop.hints import HINTS
from counterproof.desktop.plain_text import PlainLabel, on_button
from counterproof.desktop.ring import Ring
from counterproof.desktop.scanner import Look, Scanner, cameras
from counterproof.desktop.theme import Space
from counterproof.mdoc.errors import UsageError
from counterproof.optics.aiming import Hint
from counterproof.words.explain import explain
from counterproof.words.language import tr

if TYPE_CHECKING:
    from counterproof.clock import Clock
    from counterproof.desktop.app import Preferences
    from counterproof.desktop.scanner import Camera
    from counterproof.mdoc.errors import CounterproofError
    from counterproof.optics.collect import Collected
    from counterproof.optics.kinds import Kind

CAMERA_SETTING = "camera/name"
_HIGH = 300
"""So high a picture, in pixels, shows whether the code is in the frame."""


class AimView(QWidget):
    """Looks through a camera until a code is read; `collected` carries it."""

    collected = Signal(object)

    def __init__(self, awaited: frozenset[Kind], clock: Clock, preferences: Preferences) -> None:
        super().__init__()
        self._awaited, self._clock, self._preferences = awaited, clock, preferences
        self._scanner: Scanner | None = None
        self._preview, self._words = CameraView(high=_HIGH), PlainLabel("")
        self._preview.drawn.connect(self._drawn)
        self._words.setAccessibleName(tr("What to do"))
        self._ring = Ring(tr("How much of the moving code was read"))
        self._ring.setVisible(False)
        self._pick = Choice()
        self._pick.setAccessibleName(tr("Camera"))
        self._pick.activated.connect(self._picked)
        inside = column(Space.SNUG)
        self.setLayout(inside)
        inside.addWidget(self._preview)
        inside.addLayout(row(self._ring, self._words, end=False))
        inside.addWidget(self._pick)
        self._found: tuple[Camera, ...] = ()

    @property
    def running(self) -> bool:
        """Whether a camera is looked through."""
        return self._scanner is not None

    def start(self) -> CounterproofError | None:
        """Look through the camera that was chosen last; return why there is none."""
        self.stop()
        self._found = cameras()
        if not self._found:
            return UsageError("wallet.no-camera")
        wanted = self._preferences.get(CAMERA_SETTING)
        self._pick.clear()
        self._pick.addItems([on_button(each.name) for each in self._found])
        place = next((n for n, each in enumerate(self._found) if each.name == wanted), 0)
        self._pick.setCurrentIndex(place)
        self._pick.setVisible(len(self._found) > 1)
        self.look_through(self._found[place])
        return None

    def look_through(self, camera: Camera) -> None:
        """Look through this camera, or through a recording of ours."""
        self.stop()
        self._words.setText(HINTS[Hint.NOTHING])
        scanner = Scanner(self._awaited, self._clock, parent=self)
        scanner.preview.connect(self._preview.show_frame)
        scanner.looked.connect(self._looked)
        scanner.collected.connect(self._came)
        scanner.trouble.connect(self._trouble)
        self._scanner = scanner
        scanner.start(camera)

    def stop(self) -> None:
        """Close the camera and forget what it saw."""
        scanner, self._scanner = self._scanner, None
        if scanner is not None:
            scanner.close()
            scanner.deleteLater()
        self._preview.clear()
        self._ring.setVisible(False)

    def _picked(self, place: int) -> None:
        if 0 <= place < len(self._found):
            self._preferences.put(CAMERA_SETTING, self._found[place].name)
            self.look_through(self._found[place])

    def _drawn(self) -> None:
        if self._scanner is not None:
            self._scanner.shown()

    def _looked(self, look: Look) -> None:
        if look.needed:
            self._ring.setVisible(True)
            self._ring.set(look.received / look.needed, f"{look.received}/{look.needed}")
            self._words.setText(tr("Hold still: the code is being read."))
        elif look.code:
            self._words.setText(explain(look.code, look.facts).what)
        elif look.hint is not Hint.READ:
            self._words.setText(HINTS[look.hint])

    def _came(self, message: Collected, _seconds: float) -> None:
        self.stop()
        self.collected.emit(message)

    def _trouble(self, error: CounterproofError) -> None:
        said = explain(error.code, error.facts)
        self._preview.say(said.what)
        self._words.setText(said.do)
