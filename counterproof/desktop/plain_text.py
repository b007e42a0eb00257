"""Labels and buttons that show text as it is: no widget guesses a format, nothing outside its own place.

Text from outside is marked by `counterproof.words.plain_text` first. A word without an end is broken where
the space ends, so that no name pushes the rest of a page out of the window.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPalette, QTextLayout, QTextOption
from PySide6.QtWidgets import QLabel, QPushButton, QSizePolicy, QStyle, QWidget

from counterproof.desktop.theme import LINE_HEIGHT, Text
from counterproof.words.plain_text import marked

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

_NARROWEST: Final = 48
_PREFERRED: Final = 560
_LONGEST: Final = 500
_FIRST_STRONG_ISOLATE: Final = "\u2068"
_POP_ISOLATE: Final = "\u2069"


def isolated(text: str, limit: int = _LONGEST) -> str:
    """Return text from outside marked, and fenced so that it turns nothing beside it round."""
    return f"{_FIRST_STRONG_ISOLATE}{marked(text, limit)}{_POP_ISOLATE}"


def on_button(text: str, limit: int = 80) -> str:
    """Return text from outside marked for a button or a tab, where & would become a shortcut."""
    return marked(text, limit).replace("&", "&&")


class PlainLabel(QLabel):
    """A label of plain text that breaks lines anywhere if it must; `text` decides how large it is."""

    def __init__(
        self,
        said: str = "",
        text: Text = Text.BODY,
        *,
        tone: str = "",
        strong: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
        self.setWordWrap(True)
        self.setProperty("letters", text.value)
        self.setProperty("strong", "true" if strong else "false")
        if tone:
            self.setProperty("tone", tone)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._room: tuple[str, ...] = ()
        self.setText(said)

    def keep_room(self, *texts: str) -> None:
        """Be at least as high as each of these would be, so that nothing moves when one of them is said."""
        self._room = texts
        self.updateGeometry()

    def set_outside(self, said: str, limit: int = _LONGEST) -> None:
        """Show text from outside, marked where it could mislead and cut after `limit` characters."""
        self.setText(marked(said, limit))

    def set_tone(self, tone: str) -> None:
        """Use the ink of a tone of the style sheet, or none."""
        self.setProperty("tone", tone)
        self.style().unpolish(self)
        self.style().polish(self)

    def heightForWidth(self, width: int) -> int:  # noqa: N802 - Qt's name
        """Return how high the text is when it is so wide."""
        margins = self.contentsMargins()
        inner = width - margins.left() - margins.right()
        highest = max(self._laid_out(inner, each)[1] for each in (self.text(), *self._room))
        return highest + margins.top() + margins.bottom()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the size of the text in lines of a readable length."""
        self.ensurePolished()
        metrics = QFontMetrics(self.font())
        lines = self.text().splitlines() or [""]
        longest = max(metrics.horizontalAdvance(line) for line in lines) + 2
        width = max(min(longest, _PREFERRED), self.minimumWidth())
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return how narrow the label may become: no word is too long for it."""
        self.ensurePolished()
        metrics = QFontMetrics(self.font())
        words = self.text().split()
        longest = max((metrics.horizontalAdvance(word) for word in words), default=0) + 2
        return QSize(min(longest, _NARROWEST), self._line_height())

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw the lines."""
        painter = QPainter(self)
        self.drawFrame(painter)
        group = QPalette.ColorGroup.Normal if self.isEnabled() else QPalette.ColorGroup.Disabled
        painter.setPen(self.palette().color(group, QPalette.ColorRole.WindowText))
        area = QRectF(self.contentsRect())
        layouts, height = self._laid_out(int(area.width()), self.text())
        top = area.top()
        if self.alignment() & Qt.AlignmentFlag.AlignVCenter:
            top += max((area.height() - height) / 2, 0)
        elif self.alignment() & Qt.AlignmentFlag.AlignBottom:
            top += max(area.height() - height, 0)
        for layout in layouts:
            layout.draw(painter, QPointF(area.left(), top))

    def _line_height(self) -> int:
        wanted = LINE_HEIGHT * self.font().pixelSize()  # -1 where the style sheet has not come yet
        return math.ceil(max(QFontMetrics(self.font()).height(), wanted))

    def _laid_out(self, width: int, text: str) -> tuple[list[QTextLayout], int]:
        """Lay a text out in a width; return the paragraphs, placed, and their height."""
        self.ensurePolished()  # until then the font is another, and so is every height
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        option.setTextDirection(Qt.LayoutDirection.LayoutDirectionAuto)
        absolute = QStyle.visualAlignment(self.layoutDirection(), self.alignment())
        horizontal = absolute & Qt.AlignmentFlag.AlignHorizontal_Mask
        option.setAlignment(horizontal | Qt.AlignmentFlag.AlignAbsolute)
        step, top = self._line_height(), 0
        layouts = []
        for paragraph in text.split("\n"):
            layout = QTextLayout(paragraph, self.font())
            layout.setTextOption(option)
            layout.beginLayout()
            first = top
            while (line := layout.createLine()).isValid():
                line.setLineWidth(max(width, 1))
                line.setPosition(QPointF(0, top + (step - line.height()) / 2))
                top += step
            layout.endLayout()
            layouts.append(layout)
            top = max(top, first + step)
        return layouts, top


def button(said: str, kind: str = "plain", *, describe: str = "") -> QPushButton:
    """Return a button that says what it does; with the focus, Enter presses it as Space does."""
    made = QPushButton(said)
    made.setProperty("kind", kind)
    made.setAutoDefault(True)
    made.setAccessibleName(said.replace("&&", "\0").replace("&", "").replace("\0", "&"))
    made.setAccessibleDescription(describe)
    return made
