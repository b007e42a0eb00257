"""Columns of a terminal: wide letters take two, marks over a letter none."""

from __future__ import annotations

import pytest

from counterproof.words.columns import padded, width, wrapped


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("", 0),
        ("card", 4),
        ("žürii", 5),
        ("zu\u0308", 2),
        ("證件", 4),
        ("卡片 (2)", 8),
        ("हिन्दी", 5),
        ("क\u200dष", 2),
        ("\x1b[1mcard\x1b[0m", 4),
        ("ｶ", 1),
    ],
)
def test_how_wide_a_text_is(text: str, columns: int) -> None:
    assert width(text) == columns


@pytest.mark.parametrize("text", ["card", "證件", "हिन्दी", "much too long for it"])
def test_what_is_padded_is_as_wide_as_it_should_be(text: str) -> None:
    assert width(padded(text, 12)) == max(12, width(text))
    assert padded(text, 12).startswith(text)


def test_lines_end_at_spaces() -> None:
    assert wrapped("  one two  three four ", 9) == ["one two", "three", "four"]
    assert wrapped("--without-a-space", 5) == ["--without-a-space"]
    assert wrapped("", 5) == [""]


def test_lines_end_between_letters_of_chinese_but_not_before_their_punctuation() -> None:
    text = "請拿給櫃檯看,或 `verifier check` 一次。再試。"
    assert [width(line) <= 12 for line in wrapped(text, 12)] == [True] * len(wrapped(text, 12))
    assert wrapped("一二三四五六。七", 12) == ["一二三四五", "六。七"]
    assert wrapped("一二「三四」五", 6) == ["一二", "「三", "四」五"]


def test_nothing_is_lost_or_added() -> None:
    text = "用法 `verifier init --name` 設定「櫃檯」，然後繼續。 हिन्दी में भी।"  # noqa: RUF001 - Chinese punctuation
    for columns in range(1, 60):
        assert "".join(wrapped(text, columns)).replace(" ", "") == text.replace(" ", "")
