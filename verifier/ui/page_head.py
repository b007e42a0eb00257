"""The head that pages beside the flow have in common: the way back, then what the page is."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from counterproof.desktop.key_button import KeyButton
from counterproof.desktop.plain_text import PlainLabel
from counterproof.desktop.theme import Space, Text, current
from counterproof.words.language import tr
from verifier.ui.bars import LARGE
from verifier.ui.parts import column, scrolled


class PageHead(QWidget):
    """The way back stands at the same place on every page: above the title, where a line begins. `back`."""

    back = Signal()

    def __init__(self, title: str = "") -> None:
        super().__init__()
        down = column(self, gap=Space.TIGHT)  # the ring around the way back touches no letter
        self.leave = KeyButton(tr("Back"), "Esc", "back", picture="back")
        self.leave.clicked.connect(self.back)
        self.title = PlainLabel(title, Text.DISPLAY)
        down.addWidget(self.leave, alignment=Qt.AlignmentFlag.AlignLeading)
        down.addWidget(self.title)


def framed(page: QWidget, head: PageHead, content: QWidget, foot: QWidget | None = None) -> None:
    """Lay a page out: its head, content that scrolls where it must, and a foot that is always in sight.

    The head stays in sight too, unless the text is so large that it would leave no room for the rest.
    """
    box = column(page, gap=0)
    inside = content.layout()
    if current().percent > LARGE and isinstance(inside, QBoxLayout):
        inside.insertWidget(0, head)
    else:
        head.setContentsMargins(Space.WIDE, Space.TIGHT, Space.WIDE, 0)
        box.addWidget(head)
    box.addWidget(scrolled(content), 1)
    if foot is not None:
        box.addWidget(foot)


def page_column(content: QWidget) -> QVBoxLayout:
    """Return the column of a page's content, beneath a head."""
    inner = column(content, gap=Space.NORMAL)
    inner.setContentsMargins(Space.WIDE, Space.SNUG, Space.WIDE, Space.WIDE)
    return inner
