"""One choice of language for a process; what a catalogue lacks is said in English."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from counterproof.words import dates, language
from counterproof.words.explain import explain
from counterproof.words.verifier import age_in_words
from counterproof.words.wallet import PHRASES


@pytest.mark.parametrize(
    ("asked", "spoken"),
    [
        ("en", "en"),
        ("en-GB", "en"),
        ("et_EE", "et"),
        ("hi-IN", "hi"),
        ("zh-TW", "zh-Hant"),
        ("zh-Hant-HK", "zh-Hant"),
        ("zh-hant", "zh-Hant"),
        ("fr", "en"),
        ("", "en"),
        ("en-XA", "en-XA"),
        ("ar-XB", "ar-XB"),
    ],
)
def test_the_nearest_language_is_spoken(asked: str, spoken: str) -> None:
    assert language.use(asked) == spoken
    assert language.current() == spoken


@pytest.mark.parametrize(
    ("environment", "tag"),
    [
        ({}, "en"),
        ({"LANG": "C.UTF-8", "LANGUAGE": "et"}, "en"),
        ({"LANG": "et_EE.UTF-8"}, "et-EE"),
        ({"LANG": "et_EE.UTF-8", "LANGUAGE": "hi:en"}, "hi"),
        ({"LANG": "et_EE.UTF-8", "LANGUAGE": "xx:zh_TW"}, "zh-Hant"),
        ({"LANG": "et_EE", "LC_MESSAGES": "hi_IN"}, "hi-IN"),
        ({"LANG": "et_EE", "LC_ALL": "POSIX"}, "en"),
        ({"LANG": "zh_TW.UTF-8@radical"}, "zh-Hant"),
        ({"LANG": "fr_FR.UTF-8"}, "fr-FR"),
        ({"LANG": "et_EE.UTF-8", "LANGUAGE": "fr"}, "et-EE"),
    ],
)
def test_the_environment_is_read_as_gettext_reads_it(environment: dict[str, str], tag: str) -> None:
    assert language.of_environment(environment) == tag


def test_a_sentence_keeps_its_facts_in_the_made_up_language() -> None:
    language.use(language.PSEUDO)
    said = explain("wallet.copies-offered", {"limit": 5, "count": 9})
    assert "5" in said.what
    assert "9" in said.what
    assert "{" not in said.what
    assert not said.what.startswith("The agency offers")


def test_the_made_up_language_is_two_fifths_longer() -> None:
    language.use(language.PSEUDO)
    for english in ("Show", "Hold the screen towards the reader.", "A longer text. " * 20):
        assert len(language.tr(english)) >= len(english) * 1.4 - 1


def test_tables_speak_the_language_of_the_moment() -> None:
    assert PHRASES["state.valid"] == "valid"
    language.use(language.PSEUDO)
    assert PHRASES["state.valid"].startswith("[våļîđ".replace("ļ", "l").replace("đ", "d"))


def test_commands_written_in_a_sentence_stay_as_they_are() -> None:
    language.use(language.PSEUDO)
    assert "`wallet list`" in explain("wallet.no-such-card").do


def test_nothing_is_not_translated_into_the_head_of_a_catalogue() -> None:
    for tag in language.NAMES:
        language.use(tag)
        assert language.tr("") == ""


def test_one_and_many() -> None:
    assert age_in_words(86_400) == "1 day"
    assert age_in_words(7_200) == "2 hours"
    assert dates.span(61) == "1 minute"
    assert dates.span(0) == "0 seconds"


@pytest.mark.parametrize(
    ("tag", "text"),
    [("en", "4 June 2026"), ("et", "4. juuni 2026"), ("hi", "4 जून 2026"), ("zh-Hant", "2026年6月4日")],
)
def test_days_are_said_in_the_words_of_the_language(tag: str, text: str) -> None:
    assert dates.day(date(2026, 6, 4), tag) == text


def test_dates_never_fail_for_a_language_nobody_knows() -> None:
    assert dates.day(date(2026, 6, 4), "xx-Nope-9") == "4 June 2026"
    assert dates.moment(datetime(2026, 6, 4, 12, tzinfo=UTC), "en").startswith("4 June 2026, ")


def test_direction() -> None:
    assert language.is_right_to_left(language.PSEUDO_RTL)
    assert not any(language.is_right_to_left(tag) for tag in language.NAMES)
