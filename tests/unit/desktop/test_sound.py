"""Sounds that differ in rhythm, and silence where nothing can play them."""

from __future__ import annotations

import itertools
import threading

import pytest

from counterproof.desktop.sound import RATE, Cue, Sounder, samples

VERDICTS = (Cue.ACCEPTED, Cue.REFUSED, Cue.UNDECIDED, Cue.PLAIN)


def rhythm(cue: Cue) -> tuple[int, ...]:
    """Return the lengths of what sounds, in hundredths."""
    return tuple(round(100 * seconds) for hertz, seconds in cue.value if hertz)


@pytest.mark.parametrize(("one", "other"), [*itertools.combinations(VERDICTS, 2)])
def test_two_verdicts_differ_in_rhythm(one: Cue, other: Cue) -> None:
    assert rhythm(one) != rhythm(other)


@pytest.mark.parametrize("cue", Cue)
def test_a_cue_is_as_long_as_it_says_and_never_clips(cue: Cue) -> None:
    made = samples(cue)
    assert len(made) == pytest.approx(cue.seconds * RATE, abs=4)
    assert max(map(abs, made)) < 32_767
    assert made[0] == 0
    assert cue.seconds < 1


def test_a_machine_without_sound_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    import miniaudio  # noqa: PLC0415

    def no_device(*_given: object, **_named: object) -> None:
        raise miniaudio.MiniaudioError("no device")

    monkeypatch.setattr(miniaudio, "PlaybackDevice", no_device)
    sounder = Sounder()
    for cue in VERDICTS:
        sounder.play(cue)
    sounder.close()
    sounder.play(Cue.ACCEPTED)
    assert not [each for each in threading.enumerate() if each.name.startswith("counterproof-sound")]


def test_sound_that_is_off_opens_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    sounder = Sounder(on=False)
    opened: list[Cue] = []
    monkeypatch.setattr(sounder, "_play", opened.append)
    sounder.play(Cue.ACCEPTED)
    sounder.close()
    assert opened == []
