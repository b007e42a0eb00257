"""Text from outside on one line: nothing hides, nothing turns, and what is harmless stays as it is."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterproof.words.plain_text import is_marked, marked, mixes_alphabets, skeleton

HARMLESS = [
    "Liisa Mägi-Žukova",
    "O'Brien & Söhne <b>not bold</b>",
    "أحمد بن علي",
    "क्‍षत्रिय",  # a joiner where Hindi spelling needs it
    "می‌خواهم",  # a non-joiner where Persian spelling needs it
    "陳大文",
    "Nguyễn Thị Ánh",
    "👩🏽 Ada",
    "Z̈ozë",
]
HIDING = [
    "\u202ednuora",
    "a\u200bb",
    "a\u200db",
    "x\u2066y\u2069",
    "line\nbreak",
    "tab\t",
    "\x1b[2Jcleared",
    "\x00",
    "nul\x7f",
    "\u2028",
    "\ufeffbom",
    "\u3164",
    "\u2800\u2800",
    "soft\u00adhyphen",
    "\U000e0041tag",
    "\ue000private",
    "e" + "\u0301" * 40,
    "\u0301first",
    "\ud800",
]


@pytest.mark.parametrize("text", HARMLESS)
def test_names_stay_as_they_are(text: str) -> None:
    assert marked(text) == text
    assert not is_marked(text)


@pytest.mark.parametrize("text", HIDING)
def test_what_hides_is_shown(text: str) -> None:
    assert is_marked(text)
    assert "[U+" in marked(text)


@given(st.text(max_size=80))
def test_any_text_becomes_one_visible_line(text: str) -> None:
    shown = marked(text)
    assert len(shown.splitlines()) <= 1
    hidden = {"Cc", "Cs", "Co", "Cn", "Zl", "Zp"}
    assert not any(unicodedata.category(char) in hidden for char in shown)
    assert not any(unicodedata.bidirectional(char) in _TURNING for char in shown)
    assert (shown == text) == (not is_marked(text))


_TURNING = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


def test_long_text_is_cut_and_says_so() -> None:
    assert marked("x" * 600, 10) == "x" * 10 + "…"


@pytest.mark.parametrize("text", ["P\u0430ypal", "H\u0430rbour Library", "\u0391lpha", "Har\u0432our"])
def test_words_of_two_alphabets_are_noticed(text: str) -> None:
    assert mixes_alphabets(text)


@pytest.mark.parametrize("text", ["Мария Smith", "Ελένη K", "Ward 3", "陳 Chan", ""])
def test_people_of_two_alphabets_are_not(text: str) -> None:
    assert not mixes_alphabets(text)


@pytest.mark.parametrize(
    "text",
    [
        "Harbour Library",
        "HARBOUR  LIBRARY",
        "H\u0430rbour Library",
        "Harb0ur L1brary",
        "Harbour\u200b Library",
        "H\u00e4rbour Library",
        "\uff28arbour Library",
    ],
)
def test_what_looks_alike_has_one_skeleton(text: str) -> None:
    assert skeleton(text) == skeleton("Harbour Library")


@pytest.mark.parametrize("text", ["Harbour Libraries", "Arbour Library", ""])
def test_what_looks_different_has_another(text: str) -> None:
    assert skeleton(text) != skeleton("Harbour Library")
