"""The theme as Qt wants it: one style sheet and one palette for the whole application."""

from __future__ import annotations

from string import Template
from typing import TYPE_CHECKING, Final

from PySide6.QtGui import QColor, QPalette

from counterproof.desktop.theme import DECISION, RADIUS_CARD, RADIUS_FIELD, TARGET, Feel, Text
from counterproof.words.language import current, is_right_to_left

if TYPE_CHECKING:
    from counterproof.desktop.theme import Theme

# Properties that widgets carry: `letters` (theme.Text), `tone` (quiet, or a theme.Feel), `kind` of a button
# (primary, plain, link, tile), `decides` of those of consent, and `part` of a frame (card, bar, page).
_SHEET: Final = Template("""
* { font-size: ${body}px; color: $ink; outline: none; }
QWidget#window, QWidget[part="page"], QDialog { background: $ground; }
QWidget[part="bar"] { background: $surface; border: none; }
QFrame[part="rule"] { background: $line; border: none; }
QFrame[part="card"] { background: $surface; border: 1px solid $line; border-radius: ${card}px; }
QScrollArea, QScrollArea > QWidget > QWidget { background: transparent; border: none; }
QLabel { background: transparent; }
QLabel[letters="small"] { font-size: ${small}px; }
QLabel[letters="large"] { font-size: ${large}px; }
QLabel[letters="title"] { font-size: ${title}px; font-weight: 600; }
QLabel[letters="display"] { font-size: ${display}px; font-weight: 600; }
QLabel[letters="verdict"] { font-size: ${verdict}px; font-weight: 600; }
QLabel[strong="true"] { font-weight: 600; }
QLabel[tone="quiet"] { color: $quiet; }
QLabel[tone="action"] { color: $action; }
QPushButton, QToolButton {
    background: $surface; border: 1px solid $edge; border-radius: ${field}px;
    padding: 6px 16px; min-height: ${inner}px; min-width: ${inner}px;
}
QPushButton:hover, QToolButton:hover { background: $hover; }
QPushButton:pressed, QToolButton:pressed, QPushButton:checked, QToolButton:checked {
    background: $hover; border: 2px solid $action; padding: 5px 15px;
}
QPushButton:disabled, QToolButton:disabled { color: $quiet; border: 1px dashed $line; }
QPushButton[kind="primary"] {
    background: $action; color: $on_action; border: 1px solid $action; font-weight: 600;
}
QPushButton[kind="primary"]:hover { border: 2px solid $ink; padding: 5px 15px; }
QPushButton[kind="primary"]:disabled { background: $surface; color: $quiet; border: 1px dashed $edge; }
QPushButton[kind="link"] {
    background: transparent; border: 1px solid transparent; color: $action; text-decoration: underline;
    padding: 6px 8px;
}
QPushButton[kind="rail"] { background: transparent; border: 1px solid transparent; text-align: left; }
QPushButton[kind="back"] {
    background: transparent; border: none; color: $action; text-decoration: underline; padding: 6px 0;
}
QPushButton[kind="rail"]:checked {
    background: $hover; border: none; border-$start: 4px solid $action; font-weight: 600;
    padding-$start: 13px; border-top-$start-radius: 0; border-bottom-$start-radius: 0;
}
QPushButton[decides="true"] { min-height: ${decision}px; }
QPushButton[kind="tile"] { border-radius: ${card}px; padding: 0; }
QPushButton[kind="tile"]:hover { border: 2px solid $action; }
QLineEdit, QPlainTextEdit, QComboBox, QSpinBox, QDateEdit {
    background: $surface; border: 1px solid $edge; border-radius: ${field}px; padding: 6px 10px;
    min-height: ${inner}px; selection-background-color: $action; selection-color: $on_action;
    placeholder-text-color: $quiet;
}
QLineEdit:disabled, QPlainTextEdit:disabled, QComboBox:disabled { color: $quiet; }
QComboBox::drop-down { border: none; width: 28px; }
QSpinBox::up-button, QSpinBox::down-button { border: none; width: 28px; }
QSpinBox::up-arrow, QSpinBox::down-arrow { image: none; width: 0; height: 0; }
QComboBox QAbstractItemView, QListView, QTableView, QTreeView {
    background: $surface; border: 1px solid $line; border-radius: ${field}px;
    alternate-background-color: $ground; gridline-color: $line;
    selection-background-color: $hover; selection-color: $ink;
}
QTableView { border-radius: 0; }
QListView::item, QTableView::item { padding: 6px; }
QTableView::item:selected, QListView::item:selected { border-$start: 4px solid $action; }
QHeaderView::section {
    background: $ground; color: $quiet; border: none; border-bottom: 1px solid $line; padding: 8px;
}
QCheckBox, QRadioButton { spacing: 10px; min-height: ${target}px; background: transparent; }
QCheckBox::indicator, QRadioButton::indicator {
    width: ${box}px; height: ${box}px; border: 2px solid $edge; background: $surface;
}
QCheckBox::indicator { border-radius: 4px; }
QRadioButton::indicator { border-radius: ${half_box}px; }
QCheckBox::indicator:checked, QRadioButton::indicator:checked {
    border: ${thick}px solid $action; background: $on_action; width: ${dot}px; height: ${dot}px;
}
QCheckBox::indicator:disabled, QRadioButton::indicator:disabled { border-color: $line; }
QProgressBar {
    background: $surface; border: 1px solid $edge; border-radius: 5px; min-height: 8px; max-height: 8px;
    color: transparent;
}
QProgressBar::chunk { background: $action; border-radius: 4px; }
QScrollBar:vertical { background: transparent; width: 14px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 14px; margin: 0; }
QScrollBar::handle { background: $edge; border-radius: 5px; margin: 2px; min-height: 40px; min-width: 40px; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QMenu { background: $surface; border: 1px solid $line; padding: 4px; }
QMenu::item { padding: 8px 24px; border-radius: 4px; }
QMenu::item:selected { background: $hover; border-$start: 4px solid $action; }
QToolTip { background: $surface; color: $ink; border: 1px solid $edge; padding: 6px; }
$tones
/* single keys: $keys */
""")
_TONE: Final = Template("""
QWidget[tone="$name"] { background: $ground; }
QLabel[tone="$name"] { color: $ink; background: transparent; }
QFrame[part="card"][tone="$name"] { background: $ground; border: 2px solid $ink; }
""")


def style_sheet(theme: Theme) -> str:
    """Return the style sheet of a theme."""
    colours, box = theme.palette, theme.scaled(20)
    values: dict[str, object] = {
        name: getattr(colours, name)
        for name in ("ground", "surface", "ink", "quiet", "line", "edge", "action", "on_action", "hover")
    }
    values |= {each.value: theme.size(each) for each in Text}
    values |= {
        "card": RADIUS_CARD,
        "field": RADIUS_FIELD,
        "target": TARGET,
        "decision": max(DECISION - 14, round(theme.size(Text.BODY) * 1.8)),
        "inner": max(TARGET - 14, round(theme.size(Text.BODY) * 1.4)),
        "box": box,
        "thick": max(box // 3, 5),
        "start": "right" if is_right_to_left(current()) else "left",
        "half_box": (box + 4) // 2,
        "dot": box + 4 - 2 * max(box // 3, 5),  # a choice that is made is as large as the others
        "tones": "".join(_tone(theme, each) for each in Feel),
        "keys": "yes" if theme.single_keys else "no",  # a button follows with the sheet
    }
    return _SHEET.substitute(values)


def _tone(theme: Theme, feel: Feel) -> str:
    tone = theme.palette.tones[feel]
    return _TONE.substitute(name=feel.value, ink=tone.ink, ground=tone.ground)


def qt_palette(theme: Theme) -> QPalette:
    """Return the palette for what the style sheet does not reach: placeholders, native parts."""
    colours, made = theme.palette, QPalette()
    roles = QPalette.ColorRole
    for role, colour in (
        (roles.Window, colours.ground),
        (roles.WindowText, colours.ink),
        (roles.Base, colours.surface),
        (roles.AlternateBase, colours.ground),
        (roles.Text, colours.ink),
        (roles.PlaceholderText, colours.quiet),
        (roles.Button, colours.surface),
        (roles.ButtonText, colours.ink),
        (roles.Highlight, colours.action),
        (roles.HighlightedText, colours.on_action),
        (roles.Link, colours.action),
        (roles.ToolTipBase, colours.surface),
        (roles.ToolTipText, colours.ink),
    ):
        made.setColor(role, QColor(colour))
    return made
