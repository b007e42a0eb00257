"""A portrait on a page: decoded elsewhere, shown when it comes, and words where it cannot be shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath
from PySide6.QtWidgets import QSizePolicy, QWidget

from counterproof.desktop.theme import RADIUS_FIELD, current
from counterproof.words.explain import explain_error
from counterproof.words.language import tr

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from counterproof.desktop.background import Runner, Task
    from counterproof.desktop.picture_worker import Pixels, PortraitDecoder
    from counterproof.mdoc.errors import CounterproofError


class PortraitView(QWidget):
    """Shows one portrait, as high as `side` and in its own proportions."""

    def __init__(self, side: int = 240, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._image: QImage | None = None
        self._words = ""
        self._side = side
        self._task: Task | None = None
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(tr("Portrait"))

    def show_portrait(self, data: bytes, decoder: PortraitDecoder, runner: Runner) -> None:
        """Have a portrait decoded, and show it when it is."""
        self.clear()
        self._words = tr("Drawing the picture…")
        self._task = runner.run(lambda: decoder.decode(data), self._came, self._failed)

    def clear(self) -> None:
        """Show nothing and keep nothing."""
        if self._task is not None:
            self._task.cancel()
        self._image, self._words, self._task = None, "", None
        self.updateGeometry()
        self.update()

    @property
    def words(self) -> str:
        """What stands there in place of a picture; empty where one is shown."""
        return self._words

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the picture's proportions at this height; 3 by 4 while there is none."""
        if self._image is None:
            return QSize(self._side * 3 // 4, self._side)
        wide = self._side * self._image.width() // max(self._image.height(), 1)
        return QSize(min(max(wide, self._side // 4), self._side * 2), self._side)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw the picture with rounded corners, or the words in its place."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        area, palette = QRectF(self.rect()), current().palette
        outline = QPainterPath()
        outline.addRoundedRect(area, RADIUS_FIELD, RADIUS_FIELD)
        painter.setClipPath(outline)
        if self._image is not None:
            size = self._image.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
            corner = ((self.width() - size.width()) / 2, (self.height() - size.height()) / 2)
            painter.drawImage(QRectF(*corner, size.width(), size.height()), self._image)
            return
        painter.fillRect(area, QColor(palette.hover))
        painter.setPen(QColor(palette.quiet))
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(area.adjusted(8, 8, -8, -8), flags, self._words)

    def _came(self, pixels: Pixels) -> None:
        stride = 3 * pixels.width
        image = QImage(pixels.rgb, pixels.width, pixels.height, stride, QImage.Format.Format_RGB888)
        self._image, self._words = image.copy(), ""
        self.updateGeometry()
        self.update()

    def _failed(self, error: CounterproofError) -> None:
        self._words = explain_error(error).what
        self.setAccessibleDescription(self._words)
        self.update()
