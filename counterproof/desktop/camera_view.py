"""What the camera sees, mirrored, with a frame to aim at; or words where there is no picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from counterproof.desktop.theme import RADIUS_CARD, Text, current
from counterproof.words.language import tr

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

_AIM: Final = 0.72
_ARM: Final = 0.16


class CameraView(QWidget):
    """Shows previews; `drawn` tells the camera that the next one is welcome."""

    drawn = Signal()

    def __init__(self, *, high: int = 0, whole: bool = False) -> None:
        """Show nothing yet; with a height (pixels) the view keeps to that and shows whole pictures."""
        super().__init__()
        self.mirrored, self._whole = True, whole or bool(high)
        self._image: QImage | None = None
        self._words = ""
        vertical = QSizePolicy.Policy.Fixed if high else QSizePolicy.Policy.Expanding
        self.setSizePolicy(QSizePolicy.Policy.Expanding, vertical)
        self.setMinimumSize(280, high or 180)
        self.setAccessibleName(tr("What the camera sees"))

    def show_frame(self, image: QImage) -> None:
        """Show a frame."""
        self._image, self._words = image, ""
        self.update()

    def say(self, words: str) -> None:
        """Show words in place of a picture."""
        self._image, self._words = None, words
        self.setAccessibleDescription(words)
        self.update()

    def clear(self) -> None:
        """Show nothing and keep nothing."""
        self.say("")

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the least size: the view takes whatever room there is beyond it."""
        return self.minimumSize()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw the frame, mirrored, and the corners to aim at."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        area, palette = QRectF(self.rect()), current().palette
        outline = QPainterPath()
        outline.addRoundedRect(area, RADIUS_CARD, RADIUS_CARD)
        painter.setClipPath(outline)
        if self._image is None:
            painter.fillRect(area, QColor(palette.hover))
            font = painter.font()
            font.setPixelSize(current().size(Text.LARGE))
            painter.setFont(font)
            painter.setPen(QColor(palette.ink))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(area.adjusted(24, 24, -24, -24), flags, self._words)
            return
        shown = self._image.flipped(Qt.Orientation.Horizontal) if self.mirrored else self._image
        ratio = (
            Qt.AspectRatioMode.KeepAspectRatio
            if self._whole
            else Qt.AspectRatioMode.KeepAspectRatioByExpanding
        )
        size = shown.size().scaled(self.size(), ratio)
        left, top = (self.width() - size.width()) / 2, (self.height() - size.height()) / 2
        painter.drawImage(QRectF(left, top, size.width(), size.height()), shown)
        self._aim(painter)
        self.drawn.emit()

    def _aim(self, painter: QPainter) -> None:
        side = _AIM * min(self.width(), self.height())
        left, top = (self.width() - side) / 2, (self.height() - side) / 2
        arm = _ARM * side
        for colour, width in (("#000000", 7), ("#FFFFFF", 4)):
            pen = QPen(QColor(colour), width)
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
            painter.setPen(pen)
            for x, dx in ((left, arm), (left + side, -arm)):
                for y, dy in ((top, arm), (top + side, -arm)):
                    corner = QPointF(x, y)
                    painter.drawLine(corner, QPointF(x + dx, y))
                    painter.drawLine(corner, QPointF(x, y + dy))
