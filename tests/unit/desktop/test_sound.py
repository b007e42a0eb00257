"""Sounds that differ in rhythm, and silence where nothing can play them."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest

from counterproof.desktop.sound import RATE, Cue, Sounder, samples

if TYPE_CHECKING:
    from pathlib import Path

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


def test_a_device_that_comes_later_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    import miniaudio  # noqa: PLC0415

    class Device:
        def close(self) -> None: ...

    found: list[Device] = []

    def device(*_given: object, **_named: object) -> Device:
        if not found:
            raise miniaudio.MiniaudioError("no device")
        return found[0]

    monkeypatch.setattr(miniaudio, "PlaybackDevice", device)
    sounder = Sounder()
    assert not sounder.silent  # nobody looked yet
    for expected in (True, False):
        sounder.look()
        sounder._pool.submit(lambda: None).result()
        assert sounder.silent is expected
        found.append(Device())
    sounder.close()
    assert not Sounder(on=False).silent


_PLAYS = """
from counterproof.desktop.sound import Cue, Sounder
sounder = Sounder()
sounder.play(Cue.TICK)
sounder._pool.submit(lambda: None).result()
sounder.close()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="ALSA is of Linux")
def test_nothing_is_printed_where_there_is_no_sound(tmp_path: Path) -> None:
    """A process of its own with no sound server and no card: ALSA's own words go round Python's streams."""
    nowhere = {"HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path), "PULSE_SERVER": str(tmp_path / "no")}
    without = tmp_path / "alsa.conf"
    without.write_text("pcm.!default { type hw card 31 }\n")
    done = subprocess.run(
        [sys.executable, "-c", _PLAYS],
        env={**os.environ, **nowhere, "ALSA_CONFIG_PATH": str(without)},
        capture_output=True,
        check=True,
        timeout=60,
    )
    assert done.stdout + done.stderr == b""
