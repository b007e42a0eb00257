"""Letters that mislead: those that nobody sees, and those that look like others.

What is decided here is shown or refused elsewhere: `counterproof.words.plain_text` marks, and names that are
to be shown as they stand are refused.
"""

from __future__ import annotations

import unicodedata
from typing import Final

_JOINERS: Final = "\u200c\u200d"
_UNSEEN: Final = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_ODD_LETTERS: Final = "\u115f\u1160\u3164\uffa0\u2800\u034f\u17b4\u17b5\u180b\u180c\u180d\u180e"
"""Letters and marks that no font draws: Hangul fillers, the empty Braille cell, and their like."""

_SELECTORS: Final = frozenset(map(chr, (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))))
"""Variation selectors: they choose a form of the character before, mostly the one that it has anyway."""

# Letters of other alphabets that are drawn as Latin ones (after Unicode TS 39, the common part of it).
_TWINS: Final = dict(
    zip(
        "аАВсСеЕԍһНіІјЈКМоОрРԛѕЅТԝхХуУαΑΒΕΖΗΙіΚΜΝοΟΡρΤΥΧνкмтıɡ",
        "aABcCeEghHiIjJKMoOpPqsSTwxXyYaABEZHIiKMNoOPpTYXvkmtig",
        strict=True,
    )
)
_CONFUSED_SCRIPTS: Final = frozenset({"LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE"})


def is_plain(text: str) -> bool:
    """Tell whether a name looks like what it is: nothing around it, no line ends, nothing that is not drawn.

    Two names that are told apart by such a character alone would look the same.
    """
    drawn = text.isprintable() and not any(hides(text, place) for place in range(len(text)))
    return drawn and text == text.strip() and _SELECTORS.isdisjoint(text)


def mixes_alphabets(text: str) -> bool:
    """Tell whether one word of `text` has letters of two alphabets whose letters look alike."""
    return any(len(_alphabets(word)) > 1 for word in text.split())


def skeleton(text: str) -> str:
    """Return a form in which texts that look alike are equal; for comparing only."""
    visible = "".join(char for place, char in enumerate(text) if not hides(text, place))
    twins = "".join(_TWINS.get(char, char) for char in visible)
    plain = unicodedata.normalize("NFKD", twins).casefold()
    letters = "".join(char for char in plain if not unicodedata.combining(char))
    return " ".join(letters.translate(_DIGITS).split())


_DIGITS: Final = str.maketrans({"0": "o", "1": "l", "i": "l", "|": "l", "5": "s"})


def hides(text: str, place: int) -> bool:
    """Tell whether the character at `place` cannot be seen where it stands."""
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
