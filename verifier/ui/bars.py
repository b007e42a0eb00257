"""The bars above and below: the counter's name with what lies beside the flow, and the state of trust."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from counterproof.desktop.flow_area import FlowArea
from counterproof.desktop.key_button import KeyButton
from counterproof.desktop.plain_text import PlainLabel
from counterproof.desktop.theme import Space, Text, current
from counterproof.words.language import tr
from verifier.ui.parts import column, row

LARGE: Final = 140
"""Per cent of text from which the links stand beneath the name."""


class HeadBar(QWidget):
    """Intents: `by_hand`, `open_page` with a page's name, `full_screen`."""

    by_hand = Signal()
    open_page = Signal(str)
    full_screen = Signal()

    def __init__(self, counter: str) -> None:
        super().__init__()
        self.setProperty("part", "bar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        name = PlainLabel(text=Text.LARGE, strong=True)
        name.set_outside(counter, 64)
        links = FlowArea(Space.HAIR)
        for said, key, picture, act in (
            (tr("By eye"), "E", "eye", self.by_hand.emit),
            (tr("Trust"), "T", "shield", lambda: self.open_page.emit("trust")),
            (tr("Journal"), "J", "journal", lambda: self.open_page.emit("journal")),
            (tr("Practice"), "P", "practice", lambda: self.open_page.emit("drill")),
            (tr("Settings"), "G", "settings", lambda: self.open_page.emit("settings")),
            (tr("Full screen"), "F11", "full-screen", self.full_screen.emit),
        ):
            made = KeyButton(said, key, "link", picture=picture)
            made.clicked.connect(lambda _checked=False, act=act: act())
            links.add(made)
        large = current().percent > LARGE
        across = column(self, gap=0) if large else row(self, gap=Space.TIGHT)
        across.setContentsMargins(Space.WIDE, Space.TIGHT, Space.NORMAL, Space.TIGHT)
        across.addWidget(name, 0 if large else 1)
        across.addWidget(links)


class TrustBar(QWidget):
    """One line: how old the lists are, and until when they are enough."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("part", "bar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        across = row(self, gap=Space.SNUG)
        across.setContentsMargins(Space.WIDE, Space.SNUG, Space.WIDE, Space.SNUG)
        self._line = PlainLabel()
        across.addWidget(self._line, 1)

    @property
    def said(self) -> str:
        """What it says."""
        return self._line.text()

    def say(self, said: str, good: bool) -> None:  # noqa: FBT001 - two parts of one finding
        """Say a line; what needs attention has another ground and says so in words."""
        self._line.setText(said)
        tone = "" if good else "undecided"
        self._line.set_tone(tone)
        self.setProperty("tone", tone)
        self.style().unpolish(self)
        self.style().polish(self)
