"""The start of either application: settings, colours, fonts, language; one `Desktop` for each process."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import (
    QLibraryInfo,
    QLocale,
    QLoggingCategory,
    QObject,
    QSettings,
    Qt,
    QTranslator,
    Signal,
)
from PySide6.QtGui import QFont, QFontDatabase, QFontInfo
from PySide6.QtWidgets import QApplication

from counterproof.desktop import theme as themes
from counterproof.desktop.collecting import Collector
from counterproof.desktop.focus import FocusRing
from counterproof.desktop.screen import has_screen
from counterproof.desktop.styling import qt_palette, style_sheet
from counterproof.desktop.theme import Mode, Theme
from counterproof.words import language

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtWidgets import QWidget

__all__ = ["Appearance", "Desktop", "Preferences", "application", "has_screen"]

_STEP: Final = 25
_FALLBACKS: Final = (
    "Noto Sans",
    "Noto Sans Devanagari",
    "Noto Sans CJK TC",
    "Noto Sans Arabic",
    "Noto Sans Hebrew",
    "DejaVu Sans",
)


@dataclass(frozen=True, slots=True)
class Appearance:
    """What a person chose of how a window looks, reads and sounds; `language` is empty for the system's."""

    mode: Mode = Mode.SYSTEM
    percent: int = themes.SMALLEST_PERCENT
    still: bool = False
    language: str = ""
    sound: bool = True
    letters: bool = True
    """Whether a single letter or number does something by itself."""


class Preferences:
    """The one Qt settings file of an application: how it looks, never what anybody showed."""

    def __init__(self, path: Path, usual_percent: int = themes.SMALLEST_PERCENT) -> None:
        """Open the settings in `path`; `usual_percent` is the size of text while none was chosen."""
        self._settings = QSettings(str(path), QSettings.Format.IniFormat)
        self._usual = usual_percent

    def appearance(self) -> Appearance:
        """Return what was chosen; whatever cannot be understood is as if it had not been."""
        try:
            mode = Mode(self.get("appearance/mode", Mode.SYSTEM.value))
        except ValueError:
            mode = Mode.SYSTEM
        digits = self.get("appearance/percent", "")
        percent = int(digits) if digits.isascii() and digits.isdigit() else self._usual
        return Appearance(
            mode=mode,
            percent=min(max(percent, themes.SMALLEST_PERCENT), themes.LARGEST_PERCENT),
            still=self.get("appearance/still", "no") == "yes",
            language=self.get("appearance/language", ""),
            sound=self.get("appearance/sound", "yes") == "yes",
            letters=self.get("appearance/letters", "yes") == "yes",
        )

    def keep(self, appearance: Appearance) -> None:
        """Keep what was chosen."""
        self.put("appearance/mode", appearance.mode.value)
        self.put("appearance/percent", str(appearance.percent))
        self.put("appearance/still", "yes" if appearance.still else "no")
        self.put("appearance/language", appearance.language)
        self.put("appearance/sound", "yes" if appearance.sound else "no")
        self.put("appearance/letters", "yes" if appearance.letters else "no")

    def get(self, name: str, default: str = "") -> str:
        """Return one setting as text."""
        found = self._settings.value(name, default)
        return found if isinstance(found, str) else default

    def put(self, name: str, value: str) -> None:
        """Keep one setting."""
        self._settings.setValue(name, value)
        self._settings.sync()


def usual_percent(font: QFont | None = None) -> int:
    """Return the size of text that goes with the system's own letters, in steps of 25 %.

    A system that is set to larger letters says so by its font, at the density of its screen.
    """
    system = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
    pixels = QFontInfo(font or system).pixelSize()
    stepped = round(pixels / themes.Theme().size(themes.Text.BODY) * 100 / _STEP) * _STEP
    return min(max(stepped, themes.SMALLEST_PERCENT), themes.LARGEST_PERCENT)


def application(name: str, title: str) -> QApplication:
    """Return the process's QApplication, made on the first call; `name` is that of the desktop file."""
    there = QApplication.instance()
    if isinstance(there, QApplication):
        return there
    QLoggingCategory.setFilterRules("qt.*.info=false")  # of letters it lacks, which the page of settings says
    QApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
    made = QApplication([name])
    made.setApplicationName(name)
    made.setApplicationDisplayName(title)
    made.setDesktopFileName(f"counterproof-{name}")
    return made


class Desktop(QObject):
    """How one application looks and which language it speaks; `changed` when either is another."""

    changed = Signal()

    def __init__(self, app: QApplication, preferences: Preferences) -> None:
        super().__init__(app)
        self.preferences = preferences
        self.appearance = preferences.appearance()
        self._app = app
        self._collector = Collector(self)
        self._translator: QTranslator | None = None
        app.setStyle("Fusion")
        _set_fonts(app)
        self._hints = app.styleHints()  # kept: what belongs to it is gone with the last reference
        self._hints.colorSchemeChanged.connect(self._follow_system)
        self._hints.accessibility().contrastPreferenceChanged.connect(self._follow_system)
        self._apply()

    def dress(self, window: QWidget) -> None:
        """Give a top-level window its ground and the ring that shows where the focus is."""
        window.setObjectName("window")
        FocusRing(window)

    def choose(self, appearance: Appearance) -> None:
        """Use and keep another appearance."""
        self.appearance = appearance
        self.preferences.keep(appearance)
        self._apply()

    def larger(self, step: int = _STEP) -> None:
        """Make all text larger by `step` percent, or smaller by a negative one, within the limits."""
        percent = self.appearance.percent + step
        percent = min(max(percent, themes.SMALLEST_PERCENT), themes.LARGEST_PERCENT)
        self.choose(replace(self.appearance, percent=percent))

    def _follow_system(self) -> None:
        if self.appearance.mode is Mode.SYSTEM:
            self._apply()

    def _apply(self) -> None:
        chosen = self.appearance
        theme = Theme(self._mode(), chosen.percent, chosen.still, chosen.letters)
        themes.use(theme)
        self._speak()
        self._app.setPalette(qt_palette(theme))
        sheet = style_sheet(theme)
        if sheet != self._app.styleSheet():  # Qt dresses all parts anew, many of them several times
            self._app.setStyleSheet(sheet)
        self.changed.emit()

    def _mode(self) -> Mode:
        if self.appearance.mode is not Mode.SYSTEM:
            return self.appearance.mode
        if self._hints.accessibility().contrastPreference() is Qt.ContrastPreference.HighContrast:
            return Mode.CONTRAST
        dark = self._hints.colorScheme() is Qt.ColorScheme.Dark
        return Mode.DARK if dark else Mode.LIGHT

    def _speak(self) -> None:
        """Set our own language, Qt's, and the direction of writing."""
        code = language.use(self.appearance.language or language.of_environment(os.environ))
        if self._translator is not None:
            self._app.removeTranslator(self._translator)
            self._translator.deleteLater()
        self._translator = QTranslator(self)
        folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
        if self._translator.load(QLocale(code), "qtbase", "_", folder):
            self._app.installTranslator(self._translator)
        right_to_left = language.is_right_to_left(code)
        directions = Qt.LayoutDirection
        self._app.setLayoutDirection(directions.RightToLeft if right_to_left else directions.LeftToRight)


def _set_fonts(app: QApplication) -> None:
    """Use the system's font, then those that know the letters which it lacks."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
    there = set(QFontDatabase.families())
    own = [family for family in font.families() if family in there]
    font.setFamilies([*own, *(family for family in _FALLBACKS if family in there and family not in own)])
    app.setFont(font)
