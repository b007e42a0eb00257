"""What a window says, to the eye and to a screen reader; and which of it no translator could reach.

In the made-up languages every word of a message has a strange letter. A word without one was never looked up,
even where it stands in the middle of a message, unless it is somebody's data.
"""

from __future__ import annotations

import calendar
import re
from functools import cache
from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import QApplication, QComboBox, QTableWidget, QWidget

from counterproof.credential_types import shipped
from tests.kit import windows

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
_CODE: Final = re.compile(
    r"`[^`]*`|[a-z]+(?:[.-][a-z0-9-]+)+|[a-z]+(?:_[a-z0-9]+)+|\b[0-9a-f]{16,}\b|\b[A-Z]+-[A-Z0-9-]+\b"
    r"|\b(?:[0-9A-Fa-f]{4}\s+)+[0-9A-Fa-f]{4}\b"
)
"""Commands, codes of errors, identifiers and numbers: the same in every language."""

_WORD: Final = re.compile(r"[^\W\d_]{3,}")
_FILLER: Final = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_AS_THEY_ARE: Final = {"Ctrl", "PDF", "SPECIMEN", "English", "Eesti", "UTC", "https", "yes"}


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
    known = _always() | {word for text in data for word in _WORD.findall(text)}
    return [
        f"{', '.join(left)}: {text[:120]}"
        for text in dict.fromkeys(spoken(window))
        if (left := [word for word in _plain(text) if word not in known])
    ]


def _plain(text: str) -> Iterator[str]:
    return (word for word in _WORD.findall(_CODE.sub(" ", text)) if word.isascii())


@cache
def _always() -> frozenset[str]:
    """Return what agencies call their documents and fields, names of days, and the filler of long texts."""
    found = {*_AS_THEY_ARE, *calendar.month_name, *calendar.day_name}
    found |= {word[:length] for word in _FILLER for length in range(1, len(word) + 1)}
    for kind in shipped().values():
        labels = [kind.name("en")]
        for space, names in kind.identifiers.items():
            elements = [kind.element(space, name) for name in (*names, "age_over_18")]
            labels += [each.label("en") for each in elements if each is not None]
        found |= {word for label in labels for word in _WORD.findall(label)}
    return frozenset(found)
