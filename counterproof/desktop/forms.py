"""Pieces of which pages are made: fields with their words, notices, rows of buttons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from counterproof.desktop.plain_text import PlainLabel
from counterproof.desktop.theme import Feel, Space, Text, current
from counterproof.desktop.tick_box import TickBox
from counterproof.words.language import tr

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent, QMouseEvent
    from PySide6.QtWidgets import QAbstractButton, QLayout


def column(space: int = Space.NORMAL, margin: int = 0) -> QVBoxLayout:
    """Return a layout from top to bottom."""
    made = QVBoxLayout()
    made.setSpacing(space)
    made.setContentsMargins(margin, margin, margin, margin)
    return made


def row(*widgets: QWidget, space: int = Space.SNUG, end: bool = True) -> QHBoxLayout:
    """Return widgets side by side, at the beginning of the line unless `end` is False."""
    made = QHBoxLayout()
    made.setSpacing(space)
    for each in widgets:
        made.addWidget(each)
    if end:
        made.addStretch(1)
    return made


def panel(layout: QLayout, *, tone: str = "", name: str = "") -> QFrame:
    """Return a surface with rounded corners around a layout."""
    made = QFrame()
    made.setProperty("part", "card")
    if tone:
        made.setProperty("tone", tone)
    if name:
        made.setAccessibleName(name)
    layout.setContentsMargins(Space.NORMAL, Space.SNUG, Space.NORMAL, Space.SNUG)
    made.setLayout(layout)
    return made


class Notice(QFrame):
    """Something to be told: a sign, what it is, and what to do; never by colour alone."""

    _SIGNS = {Feel.ACCEPTED: "✓", Feel.REFUSED: "✕", Feel.UNDECIDED: "!", Feel.PLAIN: "i"}  # noqa: RUF012 - constant

    def __init__(self, feel: Feel, what: str, do: str = "", small: str = "") -> None:
        super().__init__()
        self.setProperty("part", "card")
        self.setProperty("tone", feel.value)
        self.what, self.do = what, do
        line = QHBoxLayout(self)
        line.setContentsMargins(Space.NORMAL, Space.SNUG, Space.NORMAL, Space.SNUG)
        line.setSpacing(Space.SNUG)
        self._sign = sign = PlainLabel(self._SIGNS[feel], Text.LARGE, tone=feel.value, strong=True)
        sign.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        sign.setAccessibleName(tr("Note"))
        line.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        words = column(Space.HAIR)
        if what:
            words.addWidget(PlainLabel(what, tone=feel.value, strong=bool(do)))
        if do:
            words.addWidget(PlainLabel(do, tone=feel.value))
        if small:
            words.addWidget(PlainLabel(small, Text.SMALL, tone=feel.value))
        self.words = words
        line.addLayout(words, 1)
        self.setAccessibleName(f"{what} {do}".strip())

    def feel(self, feel: Feel) -> None:
        """Feel otherwise from now on: frame, ground and sign."""
        self.setProperty("tone", feel.value)
        self.style().unpolish(self)
        self.style().polish(self)
        self._sign.setText(self._SIGNS[feel])
        self._sign.set_tone(feel.value)


class SecretField(QLineEdit):
    """A field for a passphrase: never shown in the field, never on the clipboard, never dragged out."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setEchoMode(QLineEdit.EchoMode.Password)
        self.setAccessibleName(name)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.setDragEnabled(False)
        hints = Qt.InputMethodHint
        self.setInputMethodHints(
            hints.ImhHiddenText
            | hints.ImhSensitiveData
            | hints.ImhNoPredictiveText
            | hints.ImhNoAutoUppercase
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Take no command that would copy."""
        if event.matches(QKeySequence.StandardKey.Copy) or event.matches(QKeySequence.StandardKey.Cut):
            return
        super().keyPressEvent(event)


class PassphraseField(QWidget):
    """A passphrase with its label, and a box that shows beneath what is typed; none of it can be copied."""

    changed = Signal()
    entered = Signal()

    def __init__(self, label: str, *, can_show: bool = True) -> None:
        super().__init__()
        inside = column(Space.HAIR)
        self.setLayout(inside)
        self.label = PlainLabel(label, strong=True)
        self.field = SecretField(label)
        self._clear = PlainLabel("", tone="quiet")
        self._clear.setAccessibleName(tr("What you typed"))
        self._show = TickBox(tr("Show what I type"))
        inside.addWidget(self.label)
        inside.addWidget(self.field)
        inside.addWidget(self._clear)
        inside.addWidget(self._show)
        self._show.setVisible(can_show)
        self._clear.setVisible(False)
        self.label.setBuddy(self.field)
        self.field.textChanged.connect(self._typed)
        self.field.returnPressed.connect(self.entered)
        self._show.toggled.connect(self._typed)

    @property
    def text(self) -> str:
        """What was typed."""
        return self.field.text()

    def clear(self) -> None:
        """Forget what was typed."""
        self.field.clear()

    def reveal(self, on: bool) -> None:  # noqa: FBT001 - Qt hands it over
        """Show what is typed, or hide it."""
        self._show.setChecked(on)

    def _typed(self) -> None:
        self._clear.setText(self.field.text() if self._show.isChecked() else "")
        self._clear.setVisible(self._show.isChecked() and bool(self.field.text()))
        self.changed.emit()


class TextField(QWidget):
    """A line of text with its label above it and a word of help beneath."""

    def __init__(self, label: str, *, hint: str = "", longest: int = 200) -> None:
        super().__init__()
        inside = column(Space.HAIR)
        self.setLayout(inside)
        self.label = PlainLabel(label, strong=True)
        self.field = QLineEdit()
        self.field.setMaxLength(longest)
        self.field.setAccessibleName(label)
        self.field.setAccessibleDescription(hint)
        self.label.setBuddy(self.field)
        self.hint = PlainLabel(hint, Text.SMALL, tone="quiet")
        inside.addWidget(self.label)
        inside.addWidget(self.hint)
        self.hint.setVisible(bool(hint))
        inside.addWidget(self.field)

    @property
    def text(self) -> str:
        """What was typed."""
        return self.field.text()


class WrappedCheck(QWidget):
    """A check box whose words break into lines; a press on the words counts as one on the box."""

    toggled = Signal(bool)

    def __init__(self, words: str, *, strong: bool = False, tone: str = "") -> None:
        super().__init__()
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(Space.TIGHT)
        self.box = TickBox()
        self.box.setAccessibleName(words)
        self.box.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.words = PlainLabel(words, strong=strong, tone=tone)
        line.addWidget(self.box, 0, Qt.AlignmentFlag.AlignTop)
        side = column(Space.HAIR)
        side.setContentsMargins(0, Space.TIGHT, 0, Space.TIGHT)
        side.addWidget(self.words)
        self.beneath = side
        line.addLayout(side, 1)
        self.box.toggled.connect(self.toggled)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Take the press, so that its end comes here as well."""
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Count a press once it ends on the words: whoever moves away before thought better of it."""
        inside = self.rect().contains(event.position().toPoint())
        if event.button() is Qt.MouseButton.LeftButton and inside and self.box.isEnabled():
            self.box.toggle()
            self.box.setFocus()


class Facts(QWidget):
    """Labels and what belongs to them, in two columns that become one where the text is large."""

    def __init__(self, facts: list[tuple[str, str]], *, label_width: int = 200) -> None:
        super().__init__()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(Space.NORMAL)
        grid.setVerticalSpacing(Space.TIGHT)
        grid.setColumnStretch(1, 1)
        for number, (label, value) in enumerate(facts):
            name = PlainLabel(label, tone="quiet")
            said = PlainLabel(value)
            said.setAccessibleName(f"{label}: {value}")
            if current().stacks:
                grid.addWidget(name, 2 * number, 0, 1, 2)
                grid.addWidget(said, 2 * number + 1, 0, 1, 2)
                continue
            name.setFixedWidth(label_width)
            grid.addWidget(name, number, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(said, number, 1)


def pressable(button: QAbstractButton, *, wide: bool = False) -> QAbstractButton:
    """Let a button keep its height, and its width unless `wide`."""
    horizontal = QSizePolicy.Policy.Expanding if wide else QSizePolicy.Policy.Maximum
    button.setSizePolicy(horizontal, QSizePolicy.Policy.Fixed)
    return button
