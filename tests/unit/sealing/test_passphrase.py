from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterproof.mdoc.errors import UsageError
from counterproof.sealing.passphrase import MAX_PASSPHRASE_BYTES, normalise, normalise_new, strength
from counterproof.sealing.strength import FLOOR_BITS, Weakness


@pytest.mark.parametrize(
    ("passphrase", "weakness"),
    [
        ("", Weakness.EMPTY),
        ("   ", Weakness.EMPTY),
        ("1234", Weakness.PIN),
        ("827401", Weakness.PIN),
        ("123456789012345678901234567890", Weakness.PIN),
        ("password", Weakness.COMMON),
        ("Password1!", Weakness.COMMON),
        ("P@ssw0rd123", Weakness.COMMON),
        ("Summer2024!", Weakness.COMMON),
        ("correct horse battery staple", Weakness.COMMON),
        ("aaaaaaaaaaaaaaaaaaaaaaaa", Weakness.REPETITIVE),
        ("qwertyuiopasdfghjkl", Weakness.REPETITIVE),
        ("abcdefghijklmnopqrstuvwxyz", Weakness.REPETITIVE),
        ("otter!otter!otter!otter!", Weakness.REPETITIVE),
        ("tr0ub4dor&3", Weakness.SHORT),
        ("xK9v", Weakness.SHORT),
        ("kaffee und kuchen", Weakness.GUESSABLE),
        ("lantern orchid gravel", Weakness.GUESSABLE),
    ],
)
def test_weak_passphrase_is_refused_with_its_reason(passphrase: str, weakness: Weakness) -> None:
    assert strength(passphrase).weakness is weakness
    with pytest.raises(UsageError) as caught:
        normalise_new(passphrase)
    assert caught.value.code == f"sealing.passphrase-{weakness.value}"
    assert caught.value.facts["days"] == strength(passphrase).days
    assert not passphrase.strip() or passphrase not in str(caught.value)


def test_pin_says_how_many_guesses_it_takes() -> None:
    with pytest.raises(UsageError) as caught:
        normalise_new("1234")
    assert caught.value.facts["guesses"] == 10_000


@pytest.mark.parametrize(
    "passphrase",
    [
        "lantern orchid gravel mitten",
        "xK9vQ2zJwP4m",
        "zebra-violin-otter-77-canyon",
        "日本の小さな町の図書館",
        "käsekuchen mit sahne am sonntag",
        "🙂 lantern 🦊 orchid 🎈 gravel",
    ],
)
def test_good_passphrase_is_taken(passphrase: str) -> None:
    assert strength(passphrase).weakness is None
    assert strength(passphrase).bits >= FLOOR_BITS
    assert normalise_new(passphrase) == normalise(passphrase)


def test_composed_and_decomposed_letters_are_one() -> None:
    text = "käsekuchen für vögel é"
    assert unicodedata.normalize("NFD", text) != text
    assert normalise(unicodedata.normalize("NFD", text)) == normalise(text) == text.encode()


def test_blanks_at_the_ends_do_not_count_and_inside_they_do() -> None:
    assert normalise(" lantern orchid\n") == b"lantern orchid"
    assert normalise("lantern  orchid") != normalise("lantern orchid")


@pytest.mark.parametrize("character", ["\0", "\x1b", "\t", "\n", "\x7f", "\ud800"])
def test_controls_and_half_characters_are_refused(character: str) -> None:
    with pytest.raises(UsageError) as caught:
        normalise(f"lantern{character}orchid")
    assert caught.value.code == "sealing.passphrase-character"


def test_overlong_passphrase_is_refused() -> None:
    assert len(normalise("x" * MAX_PASSPHRASE_BYTES)) == MAX_PASSPHRASE_BYTES
    with pytest.raises(UsageError) as caught:
        normalise("ü" * MAX_PASSPHRASE_BYTES)
    assert caught.value.code == "sealing.passphrase-long"


@given(st.text(max_size=60))
def test_any_text_is_judged_or_refused_and_normalising_twice_changes_nothing(text: str) -> None:
    try:
        once = normalise(text)
    except UsageError as error:
        assert error.code == "sealing.passphrase-character"  # noqa: PT017 - the other outcome is a value
        return
    assert normalise(once.decode()) == once
    judged = strength(text)
    assert (judged.weakness is None) == (judged.bits >= FLOOR_BITS)
    assert judged.days >= 1


@given(st.integers(min_value=0, max_value=99_999_999))
def test_no_date_and_no_short_number_is_ever_enough(number: int) -> None:
    assert strength(f"{number}").weakness is Weakness.PIN
