"""How the window looks, sounds and speaks."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QButtonGroup, QRadioButton, QVBoxLayout, QWidget

from counterproof.desktop.choice import Choice
from counterproof.desktop.flow_area import FlowArea
from counterproof.desktop.key_button import KeyButton
from counterproof.desktop.letters import advice
from counterproof.desktop.plain_text import PlainLabel
from counterproof.desktop.theme import Mode, Space, Text, current
from counterproof.desktop.tick_box import TickBox
from counterproof.words.language import NAMES, tr
from counterproof.words.model import N_
from verifier.ui.page_head import PageHead, framed, page_column
from verifier.ui.parts import Notice

if TYPE_CHECKING:
    from PySide6.QtGui import QHideEvent, QShowEvent

    from counterproof.desktop.app import Desktop
    from counterproof.desktop.sound import Sounder

_PERCENTS = (100, 125, 150, 175, 200)
_CHOICE = 320
_LISTEN_MS = 250
_MODES = {
    Mode.SYSTEM: N_("As the system"),
    Mode.LIGHT: N_("Light"),
    Mode.DARK: N_("Dark"),
    Mode.CONTRAST: N_("High contrast"),
}


class SettingsPage(QWidget):
    """Everything counts at once; `back` goes back, `desk` to what concerns this counter alone."""

    back = Signal()
    desk = Signal()
    _wished = Signal(object)

    def __init__(self, desktop: Desktop, sounder: Sounder) -> None:
        super().__init__()
        self.setProperty("part", "page")
        self._desktop, self._sounder = desktop, sounder
        # Once the key or click is over: in its midst, a page made anew would leave the focus on the old one.
        self._wished.connect(self._use, Qt.ConnectionType.QueuedConnection)
        content = QWidget()
        inner = page_column(content)
        head = PageHead(tr("Settings"))
        head.back.connect(self.back)
        now = desktop.appearance
        sizes = {each: tr("{n} %").format(n=each) for each in _PERCENTS}
        inner.addWidget(PlainLabel(tr("Size of text"), Text.LARGE, strong=True))
        self._sizes = self._choices(inner, sizes, now.percent, "percent")
        inner.addWidget(PlainLabel(tr("Colours"), Text.LARGE, strong=True))
        modes = {mode: tr(said) for mode, said in _MODES.items()}
        self._modes = self._choices(inner, modes, now.mode, "mode")
        inner.addWidget(PlainLabel(tr("Language"), Text.LARGE, strong=True))
        self._languages = Choice()
        self._languages.setAccessibleName(tr("Language"))
        for tag, name in {"": tr("As the system"), **NAMES}.items():
            self._languages.addItem(name, tag)
        self._languages.setCurrentIndex(max(0, self._languages.findData(now.language)))
        self._languages.activated.connect(self._speak)
        self._languages.setMinimumWidth(current().scaled(_CHOICE))
        inner.addWidget(self._languages, alignment=Qt.AlignmentFlag.AlignLeft)
        self.letters = Notice()
        inner.addWidget(self.letters)
        lacking, mended = advice(self.font())
        if lacking:
            self.letters.say(lacking, mended)
        self._sound = TickBox(tr("Sounds: one for each verdict"))
        self._sound.setChecked(now.sound)
        self._sound.toggled.connect(lambda on: self._choose(sound=on))
        inner.addWidget(self._sound)
        self._silent = PlainLabel(
            tr("There is no sound here: this computer has nothing to play it on."), tone="quiet"
        )
        inner.addWidget(self._silent)
        self._silent.hide()
        self._listens = QTimer(self)
        self._listens.setInterval(_LISTEN_MS)
        self._listens.timeout.connect(self._say_sound)
        self._letters = TickBox(tr("Single keys: a letter or a number does what stands on a button"))
        self._letters.setChecked(now.letters)
        self._letters.toggled.connect(lambda on: self._choose(letters=on))
        inner.addWidget(self._letters)
        inner.addStretch()
        foot = FlowArea(Space.SNUG, Space.WIDE)
        this = KeyButton(
            tr("This counter…"), picture="desk", describe=tr("Its certificate, and what its clerks can ask")
        )
        this.clicked.connect(self.desk)
        foot.add(this)
        framed(self, head, content, foot)

    @property
    def said_of_sound(self) -> str:
        """What is said of sound, empty where there is some or none is wanted."""
        return "" if self._silent.isHidden() else self._silent.text()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Look whether there is something to play on, for as long as somebody reads this."""
        super().showEvent(event)
        self._sounder.look()
        self._listens.start()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        """Look no more."""
        self._listens.stop()
        super().hideEvent(event)

    def _say_sound(self) -> None:
        self._silent.setVisible(self._sounder.silent)

    def take_focus(self) -> None:
        """Put the focus on the size of text."""
        chosen = self._sizes.checkedButton()
        if chosen is not None:
            chosen.setFocus()

    def _choices(
        self, inner: QVBoxLayout, choices: dict[int, str] | dict[Mode, str], now: object, name: str
    ) -> QButtonGroup:
        group, line = QButtonGroup(self), FlowArea(Space.WIDE)
        for value, said in choices.items():
            made = QRadioButton(said)
            made.setChecked(value == now)
            made.toggled.connect(lambda on, value=value: self._chosen(on, name, value))
            group.addButton(made)
            line.add(made)
        inner.addWidget(line)
        return group

    def _chosen(self, on: bool, name: str, value: object) -> None:  # noqa: FBT001 - Qt's signal
        if on:
            self._choose(**{name: value})

    def _choose(self, **changed: object) -> None:
        self._wished.emit(changed)

    def _use(self, changed: dict[str, object]) -> None:
        self._desktop.choose(replace(self._desktop.appearance, **changed))  # type: ignore[arg-type]
        if changed.get("sound"):
            self._sounder.look()

    def _speak(self, place: int) -> None:
        self._choose(language=str(self._languages.itemData(place)))
