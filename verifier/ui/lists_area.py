"""What the window does around lists as a code: shown to another counter, and read from its screen."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog

from counterproof.desktop.scanner import Scanner
from counterproof.desktop.screen_look import ScreenLook
from counterproof.desktop.screen_pick import ScreenChoice
from counterproof.mdoc.errors import CounterproofError, UsageError
from counterproof.optics.kinds import Kind
from counterproof.words.language import tr
from verifier.lists import AWAITED, PATIENT, code_of, opened

if TYPE_CHECKING:
    from PySide6.QtGui import QImage

    from counterproof.desktop.background import Task
    from counterproof.desktop.scanner import Camera, Look
    from counterproof.desktop.screen_look import ScreenArea
    from counterproof.optics.collect import Collected
    from verifier.lists import ListsCode
    from verifier.ui.window import CounterWindow

PAGES = ("show-lists", "read-lists")


class ListsArea(QObject):
    """Follows the two pages of a window for as long as the window lives."""

    def __init__(self, window: CounterWindow) -> None:
        super().__init__(window)
        self._window = window
        self._whose = ""
        self._made: ListsCode | None = None
        self._making: Task | None = None
        self._scanner: Scanner | None = None
        self._look: ScreenLook | None = None
        self._area: ScreenArea | None = None
        self.choice = ScreenChoice(self)
        self.choice.chosen.connect(self._look_at)
        self.choice.left.connect(self.go_on)
        window.inputs.cameras_changed.connect(self._plugged)

    def hand_on(self, fingerprint: str) -> None:
        """Show the lists of one publisher to another counter."""
        self._whose, self._made = fingerprint, None
        self._window.open_page("show-lists")

    def enter(self, name: str) -> None:
        """Bring a page up to date before it is shown, also anew in another language."""
        if name == "show-lists":
            self._show()
            return
        self._area = None
        self._window.read_lists.begin()
        self.go_on()

    def leave(self) -> None:
        """End what a page began: nothing is looked at, and nothing is shown."""
        self.choice.end()
        self._stop()
        if self._scanner is not None:
            self._scanner.forget()
        if self._making is not None:
            self._making.cancel()
        for page in (self._window.show_lists, self._window.read_lists):
            page.wipe()

    def close(self) -> None:
        """End the camera and its decoders."""
        self.leave()
        if self._scanner is not None:
            self._scanner.close()

    def stop(self) -> None:
        """Look no more, and keep what was read."""
        self._stop()
        self._window.read_lists.camera.clear()
        self._window.read_lists.running(now=False)

    def go_on(self) -> None:
        """Look, and go on with what was read before."""
        window = self._window
        if window.page != "read-lists":
            return
        self._stop()
        scanner, camera = self._reading(), window.inputs.camera
        page = window.read_lists
        page.show_cameras(window.inputs.cameras, camera, on_screen=self._area is not None)
        if self._area is None and camera is None:
            page.no_picture(None)
            return
        page.camera.clear()
        page.running(now=True)
        if self._area is not None and self._look is not None:
            self._look.start(self._area)
        elif camera is not None:
            scanner.start(camera)

    def choose_camera(self, camera: Camera) -> None:
        """Look through another camera."""
        self._area = None
        self._window.inputs.remember(camera)
        self.go_on()

    def choose_screen(self) -> None:
        """Let somebody choose a part of the screen."""
        self._stop()
        try:
            self.choice.begin()
        except UsageError as error:
            self._trouble(error)

    def choose_file(self) -> None:
        """Let somebody choose a picture of the code; reading it is an update as from any file."""
        name = self._window.trusting.choose_code(self._window)
        if name:
            self._window.open_page("trust")
            self._window.trust.source.setText(name)
            self._window.trusting.update(name)

    def save(self) -> None:
        """Write the code that is shown as a moving picture."""
        made, window = self._made, self._window
        if made is None:
            return
        kinds = f"{tr('Moving pictures')} (*.gif)"
        name, _ = QFileDialog.getSaveFileName(window, tr("Where to save it"), "lists.gif", kinds)
        if not name:
            return
        out = Path(name) if Path(name).suffix else Path(f"{name}.gif")
        from verifier import drawing  # noqa: PLC0415 - loads fonts and paper, for whoever saves

        at = window.place.clock.now()
        window.runner.run(
            lambda: drawing.write_code(out, Kind.LISTS, made.m, head=(), at=at),
            lambda _: window.show_lists.tell(None, tr("Saved: {name}").format(name=out.name)),
            window.show_lists.tell,
        )

    def _show(self) -> None:
        page, store, whose = self._window.show_lists, self._window.place.home.trust, self._whose
        page.wait()
        if self._made is not None:
            page.show_code(self._made)
            return
        self._making = self._window.runner.run(lambda: code_of(store, whose), self._shown, self._not_made)

    def _shown(self, made: ListsCode) -> None:
        self._made = made
        self._window.show_lists.show_code(made)

    def _not_made(self, error: CounterproofError) -> None:
        self._window.show_lists.tell(error)

    def _reading(self) -> Scanner:
        if self._scanner is None:
            scanner = Scanner(AWAITED, self._window.place.clock, parent=self, limits=PATIENT, resumes=True)
            scanner.preview.connect(self._preview)
            scanner.looked.connect(self._looked)
            scanner.collected.connect(self._came)
            scanner.trouble.connect(self._trouble)
            self._look = ScreenLook(scanner, self)
            self._look.trouble.connect(self._trouble)
            self._scanner = scanner
        return self._scanner

    def _preview(self, image: QImage) -> None:
        self._window.read_lists.camera.show_frame(image)

    def _looked(self, look: Look) -> None:
        self._window.read_lists.looked(look)

    def _plugged(self) -> None:
        """Look through a camera that was plugged in, where nothing else is looked at."""
        idle = self._scanner is None or not self._scanner.running
        if self._window.page == "read-lists" and idle and not self.choice.picks:
            self.go_on()

    def drawn(self) -> None:
        """Say that the last frame is on the screen."""
        if self._scanner is not None:
            self._scanner.shown()

    def _stop(self) -> None:
        if self._look is not None:
            self._look.stop()
        if self._scanner is not None:
            self._scanner.stop()

    def _look_at(self, area: ScreenArea) -> None:
        if self._window.page == "read-lists":
            self._area = area
            self.go_on()

    def _came(self, message: Collected, _seconds: float) -> None:
        if self._window.page != "read-lists":
            return
        try:
            source = opened(message.m)
        except CounterproofError as error:
            self.stop()
            self._window.read_lists.notice.tell(error)
            return
        self._window.open_page("trust")
        self._window.trust.source.clear()
        self._window.trusting.update(source)

    def _trouble(self, error: UsageError) -> None:
        if self._window.page == "read-lists":
            self._area = None
            self._window.read_lists.no_picture(error)


def connect_lists(window: CounterWindow) -> None:
    """Connect the pages, which are made anew with each language."""
    area, shown, read = window.lists_area, window.show_lists, window.read_lists
    window.trust.hand_on.connect(area.hand_on)
    window.trust.read_screen.connect(lambda: window.open_page("read-lists"))
    shown.save.connect(area.save)
    read.stop.connect(area.stop)
    read.go_on.connect(area.go_on)
    read.on_screen.connect(area.choose_screen)
    read.open_file.connect(area.choose_file)
    read.camera_chosen.connect(area.choose_camera)
    read.camera.drawn.connect(area.drawn)
    for page in (shown, read):
        page.back.connect(lambda: window.open_page("trust"))
