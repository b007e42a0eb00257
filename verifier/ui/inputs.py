"""Every way in: camera, handheld scanner, file, drop, paste; and the dialogs for files that go out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QStandardPaths, Signal
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget

from counterproof.desktop.scanner import Camera, CameraWatch, Scanner
from counterproof.desktop.screen_look import ScreenLook, as_png
from counterproof.desktop.screen_pick import ScreenChoice
from counterproof.desktop.wedge import ScannerWedge
from counterproof.mdoc.errors import CounterproofError, UsageError
from counterproof.optics.kinds import Kind
from counterproof.optics.sources import BytesSource, FileSource, TextSource
from counterproof.sealing import files
from counterproof.words.language import ntr, tr
from verifier.counter import AWAITED
from verifier.flow.believing import is_published
from verifier.ui import slip as slips
from verifier.ui.file_reading import FileReading

if TYPE_CHECKING:
    from datetime import datetime

    from PySide6.QtCore import QMimeData

    from counterproof.clock import Clock
    from counterproof.desktop.app import Preferences
    from counterproof.desktop.background import Runner
    from counterproof.desktop.screen_look import ScreenArea
    from counterproof.optics.collect import Collected
    from verifier.flow.place import Place
    from verifier.flow.verdict import VerdictView
    from verifier.journal import Journal

_CAMERA = "counter/camera"
_MOST_FILES = 600


class Inputs(QObject):
    """`collected` carries a message, `failed` an error; the rest is for the page with the camera.

    `published` carries the place of what an agency or authority published, `lists` M of its code.
    """

    collected = Signal(object)
    failed = Signal(object)
    looked = Signal(object)
    frame = Signal(QImage)
    no_camera = Signal(object)
    cameras_changed = Signal()
    published = Signal(str)
    lists = Signal(object)

    def __init__(
        self,
        app: QApplication,
        place: Place,
        preferences: Preferences,
        runner: Runner,
        *,
        recording: Camera | None = None,
    ) -> None:
        super().__init__()
        self._place, self._preferences = place, preferences
        self._clock: Clock = place.clock
        self._recording = recording
        self.reading = FileReading(runner)
        self.reading.collected.connect(self._came)
        self.reading.failed.connect(self.failed)
        self._scanner = Scanner(AWAITED, self._clock)
        self._scanner.preview.connect(self.frame)
        self._scanner.looked.connect(self.looked)
        self._scanner.collected.connect(self._from_camera)
        self._scanner.trouble.connect(self._trouble)
        self._area: ScreenArea | None = None
        self.screen_look = ScreenLook(self._scanner, self)
        self.screen_look.trouble.connect(self._trouble)
        self.screen_choice = ScreenChoice(self)
        self.screen_choice.chosen.connect(self._look_at)
        self._watch = CameraWatch(self)
        self._watch.changed.connect(self._plugged)
        self._wedge = ScannerWedge(app)
        self._wedge.scanned.connect(self.take_text)
        self._looking = False
        self.window: QWidget | None = None
        self.has_printer, self.ask_printer = slips.has_printer, slips.ask_printer
        self.came = 0.0
        """When the frame that completed the last message came, monotonic seconds."""

    @property
    def cameras(self) -> tuple[Camera, ...]:
        """The cameras to choose from."""
        return self._watch.found if self._recording is None else (self._recording,)

    @property
    def camera(self) -> Camera | None:
        """The camera that was chosen last, or the first."""
        wanted = self._preferences.get(_CAMERA)
        return next((each for each in self.cameras if each.name == wanted), next(iter(self.cameras), None))

    def begin(self) -> None:
        """Look through the camera, anew, or at the part of the screen that was chosen."""
        self._looking = True
        self.screen_look.stop()
        camera = self.camera
        if self._area is not None:
            self.screen_look.start(self._area)
        elif camera is not None:
            self._scanner.start(camera)

    def end(self) -> None:
        """Close the camera."""
        self._looking = False
        self.screen_choice.end()
        self.screen_look.stop()
        self._scanner.stop()

    def choose(self, camera: Camera) -> None:
        """Look through another camera, and remember it; no more at the screen."""
        self._area = None
        self.remember(camera)
        if self._looking:
            self.begin()
        self.cameras_changed.emit()

    def remember(self, camera: Camera) -> None:
        """Look through this camera from now on."""
        self._preferences.put(_CAMERA, camera.name)

    @property
    def on_screen(self) -> bool:
        """Whether a part of the screen is looked at in place of a camera."""
        return self._area is not None

    def choose_screen(self) -> None:
        """Let somebody choose a part of the screen to look at."""
        try:
            self.screen_choice.begin()
        except UsageError as error:
            self.failed.emit(error)

    def _look_at(self, area: ScreenArea) -> None:
        if self._looking:
            self._area = area
            self.begin()
            self.cameras_changed.emit()

    def drawn(self) -> None:
        """Say that the last frame is on the screen."""
        self._scanner.shown()

    def close(self) -> None:
        """End camera, decoders and the scanner's filter."""
        self.end()
        self._scanner.close()
        self._wedge.close()
        self.reading.close()

    def take_text(self, text: str) -> None:
        """Read what a handheld scanner typed, or somebody pasted."""
        self.reading.read(tr("text"), lambda: [TextSource(text)])

    def take_files(self, paths: list[Path]) -> None:
        """Read files, in order; what an agency or authority published is `published`."""
        if len(paths) == 1 and is_published(paths[0]):
            self.published.emit(str(paths[0]))
            return
        if paths:
            several = ntr("{n} file", "{n} files", len(paths)).format(n=len(paths))
            name = several if len(paths) > 1 else paths[0].name
            self.reading.read(name, lambda: [FileSource(each) for each in paths[:_MOST_FILES]])

    def take_mime(self, data: QMimeData) -> None:
        """Read what was dropped or pasted: files, a picture, or text."""
        if data.hasUrls():
            self.take_files([Path(each.toLocalFile()) for each in data.urls() if each.isLocalFile()])
        elif data.hasImage():
            image = data.imageData()
            if isinstance(image, QImage):
                name = tr("picture")
                self.reading.read(name, lambda: [BytesSource(as_png(image), name)])
        elif data.hasText():
            self.take_text(data.text())

    def paste(self) -> None:
        """Read the clipboard."""
        self.take_mime(QGuiApplication.clipboard().mimeData())

    def ask_for_file(self) -> None:
        """Let somebody choose files."""
        kinds = tr("Pictures and codes") + " (*.png *.jpg *.jpeg *.gif *.webp *.pdf *.txt)"
        names, _ = QFileDialog.getOpenFileNames(self.window, tr("Open a picture"), "", kinds)
        if names:
            self.take_files([Path(each) for each in names])

    def export_journal(self, journal: Journal) -> Path | None:
        """Let somebody choose where the journal goes, and write it; return where, once it is there."""
        path = self._out("journal.jsonl")
        try:
            if path is not None:
                files.write_atomic(path, journal_lines(journal))
        except CounterproofError as error:
            self.failed.emit(error)
            return None
        return path

    def print_slip(self, view: VerdictView, office: str, at: datetime) -> bool:
        """Print a slip where somebody says, or save it where there is no printer; whether it was done."""
        if not self.has_printer():
            return self.save_slip(view, office, at)
        printer = self.ask_printer(self.window)
        if printer is not None:
            slips.paint_slip(printer, slips.slip_lines(view, office, at))
        return printer is not None

    def save_slip(self, view: VerdictView, office: str, at: datetime) -> bool:
        """Let somebody choose where the slip goes, and write it as a PDF; whether it was done."""
        path = self._out("slip.pdf")
        if path is not None:
            slips.write_slip(path, slips.slip_lines(view, office, at))
        return path is not None

    def _out(self, name: str) -> Path | None:
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        free = files.free_name(Path(folder) / name)
        chosen, _ = QFileDialog.getSaveFileName(self.window, tr("Where to save it"), str(free))
        return Path(chosen) if chosen else None

    def _came(self, message: Collected) -> None:
        (self.lists if message.kind is Kind.LISTS else self.collected).emit(message)

    def _from_camera(self, message: Collected, came: float) -> None:
        if self._looking:
            self.came = came
            self.collected.emit(message)

    def _trouble(self, error: UsageError) -> None:
        self._area = None
        if self._looking:
            self.no_camera.emit(error)

    def _plugged(self, _found: object) -> None:
        self.cameras_changed.emit()
        if self._looking and not self._scanner.running:
            self.begin()


def journal_lines(journal: Journal) -> bytes:
    """Return the journal for an auditor, JSON lines."""
    return "".join(f"{json.dumps(day)}\n" for day in journal.export()).encode("ascii")
