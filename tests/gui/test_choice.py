"""Fields and choices as they are drawn: what does not fit ends in dots, what is not typed yet can be read."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QLineEdit, QStyleOptionComboBox

from counterproof.desktop.choice import Choice
from counterproof.desktop.theme import Mode, current

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from counterproof.desktop.app import Desktop

WORDS = "Any counter that takes slips for this"


def drawn(made: Choice) -> str:
    """Return what is drawn in the box."""
    option = QStyleOptionComboBox()
    made.initStyleOption(option)
    return option.currentText


def test_what_does_not_fit_ends_in_dots(qtbot: QtBot, desktop: Desktop) -> None:
    made = Choice()
    qtbot.addWidget(made)
    made.setSizeAdjustPolicy(Choice.SizeAdjustPolicy.AdjustToContents)
    made.addItems([WORDS, "Any"])
    for percent in (0, 100):
        desktop.larger(percent)
        made.resize(made.sizeHint())
        assert drawn(made) == WORDS
        made.resize(made.sizeHint().width() // 2, made.height())
        assert drawn(made).endswith("…")
        assert made.currentText() == WORDS


def test_what_is_not_typed_yet_can_be_read(qtbot: QtBot, desktop: Desktop) -> None:
    """A style sheet makes its own, half as strong as what is typed."""
    field = QLineEdit()
    qtbot.addWidget(field)
    field.show()
    for mode in (Mode.LIGHT, Mode.DARK, Mode.CONTRAST):
        desktop.choose(replace(desktop.appearance, mode=mode))
        qtbot.wait(1)
        drawn_in = field.palette().color(QPalette.ColorRole.PlaceholderText)
        assert drawn_in.alpha() == 255
        assert drawn_in.name().upper() == current().palette.quiet
