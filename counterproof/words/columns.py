"""How many columns of a terminal a text takes, and texts padded and wrapped by it.

Chinese letters take two columns, the marks of Devanagari that are drawn over a letter none (UAX 11; glibc's
`wcwidth` decides alike).
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_DRAWN_OVER: Final = frozenset({"Mn", "Me", "Cf"})
_WIDE: Final = frozenset("WF")
_STYLE: Final = re.compile(r"\x1b\[[0-9;]*m")

_OPENING: Final = "（「『《〈【"  # noqa: RUF001 - Chinese punctuation
_CLOSING: Final = "，。、；：！？）」』》〉】…"  # noqa: RUF001 - the same
"""No line ends with one of the first, and none begins with one of the second."""


def width(text: str) -> int:
    """Return how many columns a line takes."""
    return sum(map(_columns, _STYLE.sub("", text)))


def padded(text: str, columns: int) -> str:
    """Return a text with spaces behind it, so that it takes so many columns; a longer one as it is."""
    return text + " " * (columns - width(text))


def wrapped(text: str, columns: int) -> list[str]:
    """Return a paragraph as lines of at most so many columns.

    A line ends at a space, or beside a letter of Chinese. What has neither stays whole.
    """
    lines, line, taken = [], "", 0
    for space, piece in _pieces(text):
        gap = " " if space and line else ""
        if line and taken + len(gap) + width(piece) > columns:
            lines.append(line)
            line, taken, gap = "", 0, ""
        line += gap + piece
        taken += len(gap) + width(piece)
    return [*lines, line]


def _columns(letter: str) -> int:
    if letter.isascii():
        return 1
    if unicodedata.category(letter) in _DRAWN_OVER:
        return 0
    return 2 if unicodedata.east_asian_width(letter) in _WIDE else 1


def _pieces(text: str) -> Iterator[tuple[bool, str]]:
    """Yield what is not broken, and whether a space stands before it."""
    for word in text.split():
        space, piece = True, ""
        for place, letter in enumerate(word):
            if place and _breaks(word[place - 1], letter):
                yield space, piece
                space, piece = False, ""
            piece += letter
        yield space, piece


def _breaks(before: str, after: str) -> bool:
    """Tell whether a line may end between two letters that no space parts."""
    if before in _OPENING or after in _CLOSING:
        return False
    return 2 in (_columns(before), _columns(after))  # noqa: PLR2004 - columns of a Chinese letter
