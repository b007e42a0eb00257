"""Fields of a document on a page: label and value, portraits as pictures, a value that is missing as such."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from counterproof.desktop.pictures import PortraitView
from counterproof.desktop.plain_text import PlainLabel
from counterproof.desktop.theme import Space, current
from counterproof.words.language import tr

if TYPE_CHECKING:
    from collections.abc import Sequence

    from counterproof.desktop.background import Runner
    from counterproof.desktop.picture_worker import PortraitDecoder


@dataclass(frozen=True, slots=True)
class Row:
    """A field: texts that are safe to show, and the bytes of a portrait where it is one."""

    label: str
    value: str
    picture: bytes | None = field(default=None, repr=False)


class ElementTable(QWidget):
    """Rows of label and value."""

    def __init__(
        self,
        rows: Sequence[Row],
        decoder: PortraitDecoder,
        runner: Runner,
        *,
        label_width: int = 220,
        portrait_side: int = 160,
    ) -> None:
        super().__init__()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(Space.NORMAL)
        grid.setVerticalSpacing(Space.SNUG)
        grid.setColumnStretch(1, 1)
        self.portraits: list[PortraitView] = []
        for number, each in enumerate(rows):
            label = PlainLabel(each.label, tone="quiet")
            stacked = current().stacks
            if stacked:
                grid.addWidget(label, 2 * number, 0, 1, 2)
            else:
                label.setFixedWidth(current().scaled(label_width))
                grid.addWidget(label, 2 * number, 0, Qt.AlignmentFlag.AlignTop)
            at = (2 * number + 1, 0, 1, 2) if stacked else (2 * number, 1, 1, 1)
            if each.picture is not None:
                portrait = PortraitView(current().scaled(portrait_side))
                portrait.setAccessibleName(each.label)
                portrait.show_portrait(each.picture, decoder, runner)
                self.portraits.append(portrait)
                grid.addWidget(portrait, *at, Qt.AlignmentFlag.AlignLeft)
            else:
                value = PlainLabel(each.value or tr("(empty)"))
                value.setAccessibleName(f"{each.label}: {each.value}")
                grid.addWidget(value, *at)

    def clear(self) -> None:
        """Forget the portraits."""
        for each in self.portraits:
            each.clear()
