"""Words that no translator could reach, found in what a program says in a made-up language.

In the made-up languages every word of a message has a strange letter. A word without one was never looked up,
even where it stands in the middle of a message, unless it is somebody's data.
"""

from __future__ import annotations

import calendar
import re
from functools import cache
from typing import TYPE_CHECKING, Final

from counterproof.credential_types import shipped

if TYPE_CHECKING:
    from collections.abc import Iterable

CODE: Final = re.compile(
    r"`[^`]*`|[a-z]+(?:[.-][a-z0-9-]+)+|[a-z]+(?:_[a-z0-9]+)+|\b[0-9a-f]{16,}\b|\b[A-Z]+-[A-Z0-9-]+\b"
    r"|\b(?:[0-9A-Fa-f]{4}\s+)+[0-9A-Fa-f]{4}\b"
)
"""Commands, codes of errors, identifiers and numbers: the same in every language."""

WORD: Final = re.compile(r"[^\W\d_]{3,}")
_FILLER: Final = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_AS_THEY_ARE: Final = {"Ctrl", "PDF", "SPECIMEN", "English", "Eesti", "UTC", "http", "https", "yes"}


def left_english(text: str, data: Iterable[str] = ()) -> list[str]:
    """Return the words of a text that stayed English; `data` are texts of the story."""
    known = _always() | {word for each in data for word in WORD.findall(each)}
    return [word for word in WORD.findall(CODE.sub(" ", text)) if word.isascii() and word not in known]


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
        found |= {word for label in labels for word in WORD.findall(label)}
    return frozenset(found)
