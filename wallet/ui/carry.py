"""What stays when a page is built anew, larger or in other colours: what was typed and said, and the focus."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QSpinBox,
    QWidget,
)

if TYPE_CHECKING:
    from counterproof.desktop.theme import Feel
    from wallet.ui.base import Page

_CONTROLS: Final = (QLineEdit, QPlainTextEdit, QComboBox, QAbstractSpinBox, QAbstractButton)


@dataclass(frozen=True, slots=True)
class Kept:
    """The kinds of a page's controls in their order, what each held, which had the keyboard, and the notice."""

    kinds: tuple[type, ...]
    values: tuple[object, ...] = field(repr=False)
    focused: int | None
    typed: bool
    said: tuple[Feel, str, str, str] | None = field(repr=False)

    @classmethod
    def of(cls, page: Page) -> Kept:
        """Return what a page holds now."""
        found = _controls(page)
        focused = next((place for place, each in enumerate(found) if each.hasFocus()), None)
        values = tuple(_value(each) for each in found)
        return cls(tuple(type(each) for each in found), values, focused, page.keeps_typed, page.said)

    def put_into(self, page: Page) -> None:
        """Let a page that was built anew hold the same; one with other controls is left as it is."""
        if self.typed and self.said is not None and page.said is None:
            page.say(*self.said)
        found = _controls(page)
        if tuple(type(each) for each in found) != self.kinds:
            return
        if self.typed:
            for each, value in zip(found, self.values, strict=True):
                _put(each, value)
        if self.focused is not None:
            page.first = found[self.focused]


def _controls(page: Page) -> list[QWidget]:
    """Return what can be typed into, chosen or pressed, in an order that is the same each time."""
    roots = [page] if page.footer is None else [page, page.footer]
    found = [each for root in roots for each in root.findChildren(QWidget) if isinstance(each, _CONTROLS)]
    # A number and a choice have a line of their own inside.
    return [each for each in found if not isinstance(each.parentWidget(), (QAbstractSpinBox, QComboBox))]


def _value(control: QWidget) -> object:
    if isinstance(control, QLineEdit):
        return control.text()
    if isinstance(control, QPlainTextEdit):
        return control.toPlainText()
    if isinstance(control, QComboBox):
        return control.currentText()
    if isinstance(control, QSpinBox):
        return control.value()
    return control.isChecked() if isinstance(control, QAbstractButton) and control.isCheckable() else None


def _put(control: QWidget, value: object) -> None:
    if isinstance(control, QLineEdit):
        control.setText(str(value))
    elif isinstance(control, QPlainTextEdit) and control.toPlainText() != value:
        control.setPlainText(str(value))
    elif isinstance(control, QComboBox):
        place = control.findText(str(value))
        control.setCurrentIndex(place if place >= 0 else control.currentIndex())
    elif isinstance(control, QSpinBox) and isinstance(value, int):
        control.setValue(value)
    elif isinstance(control, QAbstractButton) and control.isCheckable() and isinstance(value, bool):
        control.setChecked(value)
