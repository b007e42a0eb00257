"""A card as it lies on a table: the proportions of ID-1, the agency's colours, no value of a person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QTextLayout, QTextOption
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from counterproof.desktop.card_icons import paint_icon
from counterproof.desktop.theme import RADIUS_CARD, Feel, Text, contrast, current

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

PROPORTION: Final = 1.586
"""Width over height of ISO/IEC 7810 ID-1."""

_WIDTH: Final = 300
_LEAST: Final = 4.5
_PAD: Final = 16
_ICON: Final = 36
_NAME_LINES: Final = 3
_AGENCY_LINES: Final = 2


@dataclass(frozen=True, slots=True)
class Face:
    """What stands on a card: texts safe to show, the agency's colours and icon, its state in words."""

    name: str
    agency: str
    state: str
    feel: Feel
    background: str
    foreground: str
    icon: str
    specimen: bool = False

    @property
    def ink(self) -> str:
        """The foreground where it can be read on the background, else black or white."""
        if contrast(self.background, self.foreground) >= _LEAST:
            return self.foreground
        return max(("#000000", "#FFFFFF"), key=lambda ink: contrast(self.background, ink))


class CardFace(QAbstractButton):
    """A card that opens when it is pressed; Enter and Space press it as well."""

    def __init__(self, face: Face, parent: QWidget | None = None, *, pressable: bool = True) -> None:
        super().__init__(parent)
        self.face = face
        self.setAccessibleName(", ".join(part for part in (face.name, face.agency, face.state) if part))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if pressable else Qt.FocusPolicy.NoFocus)
        if pressable:
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        else:
            self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the size of a card for the size of the text."""
        width = current().scaled(_WIDTH)
        return QSize(width, round(width / PROPORTION))

    def keyPressEvent(self, event) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001, N802 - Qt's
        """Press the card with Enter too."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
            return
        super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw the card."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme, area = current(), QRectF(self.rect())
        pad, icon = theme.scaled(_PAD), theme.scaled(_ICON)
        outline = QPainterPath()
        outline.addRoundedRect(area.adjusted(0.5, 0.5, -0.5, -0.5), RADIUS_CARD, RADIUS_CARD)
        painter.fillPath(outline, QColor(self.face.background))
        painter.setPen(QColor(theme.palette.line))
        painter.drawPath(outline)
        painter.setClipPath(outline)
        rtl = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        left = area.left() + pad if rtl else area.right() - pad - icon
        paint_icon(painter, self.face.icon, QRectF(left, pad, icon, icon), self.face.ink)
        inner = area.adjusted(pad, pad, -pad, -pad)
        beside = QRectF(
            inner.left() + (icon + pad / 2 if rtl else 0),
            inner.top(),
            inner.width() - icon - pad / 2,
            inner.height(),
        )
        used = self._write(painter, self.face.name, beside, Text.LARGE, _NAME_LINES, strong=True)
        rest = inner.adjusted(0, max(used, icon * 0.6) + 2, 0, 0)
        self._write(painter, self.face.agency, rest, Text.SMALL, _AGENCY_LINES)
        self._chip(painter, inner)

    def _chip(self, painter: QPainter, inner: QRectF) -> None:
        """Write the state at the foot, on a ground of its own, so that it can be read on every colour."""
        theme, tone = current(), current().palette.tones[self.face.feel]
        font = self._font(Text.SMALL, strong=True)
        metrics = QFontMetricsF(font)
        across, down = theme.scaled(10), theme.scaled(5)
        words = metrics.elidedText(self.face.state, Qt.TextElideMode.ElideRight, inner.width() - 2 * across)
        width, height = metrics.horizontalAdvance(words) + 2 * across, metrics.height() + 2 * down
        rtl = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        left = inner.right() - width if rtl else inner.left()
        chip = QRectF(left, inner.bottom() - height, width, height)
        painter.setPen(QColor(tone.ink))
        painter.setBrush(QColor(tone.ground))
        painter.drawRoundedRect(chip, height / 2, height / 2)
        painter.setFont(font)
        painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, words)

    def _write(
        self, painter: QPainter, text: str, area: QRectF, size: Text, lines: int, *, strong: bool = False
    ) -> float:
        """Write at most so many lines, the last one elided, and return how high they are."""
        font = self._font(size, strong=strong)
        metrics, option = QFontMetricsF(font), QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        option.setTextDirection(Qt.LayoutDirection.LayoutDirectionAuto)
        rtl = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        side = Qt.AlignmentFlag.AlignRight if rtl else Qt.AlignmentFlag.AlignLeft
        option.setAlignment(side | Qt.AlignmentFlag.AlignAbsolute)
        layout = QTextLayout(text, font)
        layout.setTextOption(option)
        layout.beginLayout()
        height, ends = 0.0, [0]
        while len(ends) <= lines and (line := layout.createLine()).isValid():
            line.setLineWidth(area.width())
            ends.append(line.textStart() + line.textLength())
            height += metrics.lineSpacing()
        layout.endLayout()
        painter.setPen(QColor(self.face.ink))
        painter.setFont(font)
        top = area.top()
        for number in range(len(ends) - 1):
            piece = text[ends[number] : ends[number + 1]]
            if number == lines - 1 and ends[-1] < len(text):
                piece = metrics.elidedText(text[ends[number] :], Qt.TextElideMode.ElideRight, area.width())
            line_area = QRectF(area.left(), top, area.width(), metrics.lineSpacing())
            painter.drawText(line_area, side | Qt.AlignmentFlag.AlignAbsolute, piece.strip())
            top += metrics.lineSpacing()
        return height

    def _font(self, size: Text, *, strong: bool = False) -> QFont:
        font = QFont(self.font())
        font.setPixelSize(current().size(size))
        font.setWeight(QFont.Weight.DemiBold if strong else QFont.Weight.Normal)
        return font
