"""Small pieces that the pages of the counter share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLayout, QScrollArea, QVBoxLayout, QWidget

from counterproof.desktop.announce import announce
from counterproof.desktop.plain_text import PlainLabel
from counterproof.desktop.theme import Space, Text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from PySide6.QtCore import QRect
    from PySide6.QtGui import QResizeEvent

    from counterproof.mdoc.errors import CounterproofError


def column(parent: QWidget | None = None, *, gap: int = Space.SNUG, edge: int = 0) -> QVBoxLayout:
    """Return a column with distances of the theme."""
    made = QVBoxLayout(parent) if parent is not None else QVBoxLayout()
    made.setContentsMargins(edge, edge, edge, edge)
    made.setSpacing(gap)
    return made


def row(parent: QWidget | None = None, *, gap: int = Space.SNUG, edge: int = 0) -> QHBoxLayout:
    """Return a row with distances of the theme."""
    made = QHBoxLayout(parent) if parent is not None else QHBoxLayout()
    made.setContentsMargins(edge, edge, edge, edge)
    made.setSpacing(gap)
    return made


def card(*, edge: int = Space.NORMAL, gap: int = Space.TIGHT) -> tuple[QFrame, QVBoxLayout]:
    """Return a card and the column in it."""
    frame = QFrame()
    frame.setProperty("part", "card")
    return frame, column(frame, gap=gap, edge=edge)


class Scrolled(QScrollArea):
    """Scrolls only where the text is too large for the window: content is as high as its width asks for.

    Qt's own area asks for the smallest height at any width, and squeezes labels that wrap.
    """

    def __init__(self, content: QWidget) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(content)
        content.installEventFilter(self)
        self._places: list[QRect] = []
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(0)
        self._later.timeout.connect(self._fit)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Ask for the height at the new width."""
        super().resizeEvent(event)
        self._fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Ask again when something in the content is another."""
        if event.type() is QEvent.Type.LayoutRequest:
            self._later.start()
        return super().eventFilter(watched, event)

    def _fit(self) -> None:
        content = self.widget()
        layout = None if content is None else content.layout()
        if content is None or layout is None or not layout.hasHeightForWidth():
            return
        layout.invalidate()
        needed = layout.totalHeightForWidth(self.viewport().width())
        if content.minimumHeight() != needed:
            content.setMinimumHeight(needed)
        layout.activate()
        places = [each.geometry() for each in (content, *content.findChildren(QWidget))]
        if places == self._places:
            # To invalidate asks for another layout: where nothing moved any more, it would go on for ever.
            QCoreApplication.removePostedEvents(content, QEvent.Type.LayoutRequest.value)
        self._places = places


def scrolled(content: QWidget) -> QScrollArea:
    """Return an area around the content of a page."""
    return Scrolled(content)


def empty(layout: QLayout) -> None:
    """Take everything out of a layout and let it go."""
    while (item := layout.takeAt(0)) is not None:
        widget, inner = item.widget(), item.layout()
        if widget is not None:
            # Without a parent Python would own it and end it at once, perhaps in the midst of its own click;
            # what it says of a person goes now.
            for label in (widget, *widget.findChildren(QLabel)):
                if isinstance(label, QLabel):
                    label.clear()
            widget.hide()
            widget.deleteLater()
        elif inner is not None:
            empty(inner)


class Notice(QFrame):
    """What is in the way: what happened, what to do, and the code, small, for whoever helps."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("part", "card")
        self.setProperty("tone", "undecided")
        box = column(self, gap=Space.HAIR, edge=Space.SNUG)
        self._what = PlainLabel(text=Text.BODY, strong=True, tone="undecided")
        self._do = PlainLabel(tone="undecided")
        self._code = PlainLabel(text=Text.SMALL, tone="undecided")
        for each in (self._what, self._do, self._code):
            box.addWidget(each)
        self.hide()

    @property
    def code(self) -> str:
        """The code that is shown, empty where nothing is."""
        return "" if self.isHidden() else self._code.text()

    def tell(self, error: CounterproofError | None, about: str = "") -> None:
        """Say an error, after a sentence that says of what, or nothing."""
        from counterproof.words.counter_window import in_window  # noqa: PLC0415 - no words without an error

        if error is None:
            self.hide()
            return
        sentence = in_window(error.code, error.facts)
        self.say(f"{about} {sentence.what}".lstrip(), sentence.do, error.code)

    def say(self, what: str, do: str, code: str = "") -> None:
        """Say two sentences; a screen reader reads them as the name of the whole."""
        for label, text in ((self._what, what), (self._do, do), (self._code, code)):
            label.set_outside(text)
            label.setVisible(bool(text))
        spoken = f"{what} {do}".strip()
        if self.isHidden() or spoken != self.accessibleName():  # a camera says the same ten times a second
            announce(self.window(), spoken)
        self.setAccessibleName(spoken)
        self.show()


def labels(texts: Iterable[str], text: Text = Text.BODY, tone: str = "") -> list[PlainLabel]:
    """Return a label for each text."""
    return [PlainLabel(each, text, tone=tone) for each in texts]


def place_of_focus(window: QWidget) -> tuple[type[QWidget], int] | None:
    """Return which of the controls of its kind has the focus, counted from the first; None for none.

    Among its own kind, because large text puts the way back into another part of the page.
    """
    now: QWidget | None = window.focusWidget()
    if now is None:
        return None
    found = _reached(window, type(now))
    return (type(now), found.index(now)) if now in found else None


def focus_at(window: QWidget, place: tuple[type[QWidget], int] | None) -> None:
    """Put the focus back where it was before the same page was made anew."""
    if place is None:
        return
    found = _reached(window, place[0])
    if place[1] < len(found):
        found[place[1]].setFocus()


def _reached(window: QWidget, kind: type[QWidget]) -> list[QWidget]:
    return [
        each
        for each in window.findChildren(kind)
        if type(each) is kind and each.isVisibleTo(window) and each.focusPolicy() & Qt.FocusPolicy.TabFocus
    ]
