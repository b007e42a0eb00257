"""Text from outside made safe to show: one line, nothing invisible, and a mark where letters mislead.

Control characters, direction marks and zero-width characters are shown as what they are ("[U+202E]"), so
that no text can turn round, hide or overwrite what stands beside it. Joiners that Indic and Arabic spelling
needs stay where they join. Nothing is removed: who compares sees that something is odd.
"""

from __future__ import annotations

import unicodedata
from typing import Final

_JOINERS: Final = "\u200c\u200d"
_UNSEEN: Final = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_ODD_LETTERS: Final = "\u115f\u1160\u3164\uffa0\u2800\u034f\u17b4\u17b5\u180b\u180c\u180d\u180e"
"""Letters and marks that no font draws: Hangul fillers, the empty Braille cell, and their like."""

# Letters of other alphabets that are drawn as Latin ones (after Unicode TS 39, the common part of it).
_TWINS: Final = dict(
    zip(
        "аАВсСеЕԍһНіІјЈКМоОрРԛѕЅТԝхХуУαΑΒΕΖΗΙіΚΜΝοΟΡρΤΥΧνкмтıɡ",
        "aABcCeEghHiIjJKMoOpPqsSTwxXyYaABEZHIiKMNoOPpTYXvkmtig",
        strict=True,
    )
)
_CONFUSED_SCRIPTS: Final = frozenset({"LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE"})


def marked(text: str, limit: int = 500) -> str:
    """Return `text` on one line with a mark in place of whatever cannot be seen; longer than `limit`, cut."""
    shown = "".join(_shown(text, place) for place in range(min(len(text), limit)))
    return shown + "…" if len(text) > limit else shown


def is_marked(text: str) -> bool:
    """Tell whether `marked` would put a mark into `text`."""
    return any(_hides(text, place) for place in range(len(text)))


def mixes_alphabets(text: str) -> bool:
    """Tell whether one word of `text` has letters of two alphabets whose letters look alike."""
    return any(len(_alphabets(word)) > 1 for word in text.split())


def skeleton(text: str) -> str:
    """Return a form in which texts that look alike are equal; for comparing only."""
    visible = "".join(char for place, char in enumerate(text) if not _hides(text, place))
    twins = "".join(_TWINS.get(char, char) for char in visible)
    plain = unicodedata.normalize("NFKD", twins).casefold()
    letters = "".join(char for char in plain if not unicodedata.combining(char))
    return " ".join(letters.translate(_DIGITS).split())


_DIGITS: Final = str.maketrans({"0": "o", "1": "l", "i": "l", "|": "l", "5": "s"})


def _shown(text: str, place: int) -> str:
    return f"[U+{ord(text[place]):04X}]" if _hides(text, place) else text[place]


def _hides(text: str, place: int) -> bool:
    char = text[place]
    if char in _ODD_LETTERS:
        return True
    if char in _JOINERS:
        return not (0 < place < len(text) - 1 and _joins(text[place - 1]) and _joins(text[place + 1]))
    if unicodedata.category(char) in _UNSEEN:
        return True
    # A variation selector after nothing, or more than two marks on one letter, draws over its neighbours.
    return unicodedata.category(char) in ("Mn", "Me") and (place == 0 or _piles_up(text, place))


def _joins(char: str) -> bool:
    return unicodedata.category(char)[0] in "LM" and not char.isascii()


def _piles_up(text: str, place: int) -> bool:
    return place >= 4 and all(unicodedata.combining(each) for each in text[place - 4 : place])  # noqa: PLR2004 - marks on one letter


def _alphabets(word: str) -> set[str]:
    names = (unicodedata.name(char, "").partition(" ")[0] for char in word if char.isalpha())
    return set(names) & _CONFUSED_SCRIPTS
