"""What a window says, to the eye and to a screen reader; and which of it no translator could reach."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import QApplication, QComboBox, QTableWidget, QWidget

from tests.kit import windows
from tests.kit.spoken_words import left_english

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_ASKED: Final = (
    "text",
    "title",
    "windowTitle",
    "placeholderText",
    "toPlainText",
    "accessibleName",
    "accessibleDescription",
)


def spoken(window: QWidget) -> Iterator[str]:
    """Yield every text that can be read or heard in a window now."""
    QApplication.processEvents()
    for each in windows.shown(window):
        for name in _ASKED:
            ask = getattr(each, name, None)
            try:
                said = ask() if callable(ask) else None
            except TypeError:
                continue  # a method of a page, of the same name
            if isinstance(said, str) and said:
                yield said
        if isinstance(each, QComboBox):
            yield from (each.itemText(place) for place in range(each.count()))
        if isinstance(each, QTableWidget):
            yield from _cells(each)


def _cells(table: QTableWidget) -> Iterator[str]:
    for column in range(table.columnCount()):
        items = (table.item(row, column) for row in range(table.rowCount()))
        yield from (each.text() for each in (table.horizontalHeaderItem(column), *items) if each is not None)


def english(window: QWidget, data: Iterable[str] = ()) -> list[str]:
    """Return the words of a window that stayed English, each with its text; `data` are texts of the story.

    The process must speak one of the made-up languages.
    """
    story = list(data)
    return [
        f"{', '.join(left)}: {text[:120]}"
        for text in dict.fromkeys(spoken(window))
        if (left := left_english(text, story))
    ]
