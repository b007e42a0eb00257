"""Codes in a terminal: a moving one plays with its progress, one shown first is made anew."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

import pytest

from counterproof.clock import FixedClock
from counterproof.mdoc.errors import CounterproofError
from counterproof.optics.encode import encode
from counterproof.optics.kinds import Kind
from tests.kit.certificates import AT
from tests.kit.wallets import AGE, WalletBox, refs
from wallet import history
from wallet.cli import one_way, output
from wallet.cli.app import App, Session
from wallet.places import Places
from wallet.showing import Showing
from wallet.shown import ShowFirst

if TYPE_CHECKING:
    from pathlib import Path


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> FixedClock:
    """Return a clock that moves on by what is slept."""
    moving = FixedClock(AT)
    monkeypatch.setattr("time.sleep", moving.advance)
    return moving


def window(patch: pytest.MonkeyPatch, columns: int = 300, lines: int = 200) -> Terminal:
    """Return standard output as a terminal; set in the test itself, since pytest puts its own before it."""
    terminal = Terminal()
    patch.setattr("sys.stdout", terminal)
    patch.setenv("COLUMNS", str(columns))
    patch.setenv("LINES", str(lines))
    return terminal


def moving_code(seconds: int) -> Showing:
    m = bytes(range(256)) * 8
    return Showing(
        Kind.ANSWER, m, encode(Kind.ANSWER, m, streams_ok=True), int(AT.timestamp()) + seconds, b""
    )


def test_a_moving_code_plays_until_its_time_is_over(
    clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal = window(monkeypatch)
    output.show_in_terminal(moving_code(5), clock)
    said = terminal.getvalue()
    assert "Picture 1 of 5. 5 seconds left." in said
    assert "Picture 5 of 5." in said
    assert "Picture 6: spare ones" in said
    numbers = [int(each) for each in re.findall(r"Picture (\d+)", said)]
    assert numbers == list(range(1, len(numbers) + 1))
    assert 55 <= len(numbers) <= 62, "twelve a second for five seconds"


def test_ctrl_c_ends_a_moving_code(clock: FixedClock, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(_: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("time.sleep", interrupt)
    terminal = window(monkeypatch)
    output.show_in_terminal(moving_code(60), clock)
    assert terminal.getvalue().count("Picture") == 1


def test_a_code_that_is_over_is_not_played(clock: FixedClock, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = window(monkeypatch)
    output.show_in_terminal(moving_code(-5), clock)
    assert terminal.getvalue().count("Picture") <= 1


def test_a_moving_code_needs_a_terminal(clock: FixedClock) -> None:
    with pytest.raises(CounterproofError) as error:
        output.show_in_terminal(moving_code(5), clock)
    assert error.value.code == "wallet.out-terminal"


def test_a_window_that_is_too_small_is_named(
    clock: FixedClock, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    terminal = window(monkeypatch, 80, 24)
    m = b"\x00" * 400
    still = Showing(Kind.ANSWER, m, encode(Kind.ANSWER, m, streams_ok=True), int(AT.timestamp()), b"")
    output.show_in_terminal(still, clock)
    assert "The window is too small" in capsys.readouterr().err
    assert "█" in terminal.getvalue()


def test_a_code_shown_first_is_renewed_every_half_minute(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    box = WalletBox(tmp_path)
    slept = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        box.clock.advance(seconds)
        if len(slept) == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr("time.sleep", sleep)
    session = Session(App(), Places.of({}, box.path), box.clock, "en", None)
    with box.holder() as holder:
        card = box.give(holder, AGE)
        first = ShowFirst(holder, card, refs(card, "age_over_18"))
        terminal = window(monkeypatch)
        one_way._keep_showing(first, first.code(), session)
        (entry,) = history.entries(holder)
    assert slept == [30, 30, 30]
    assert len(entry.record.sessions) == 3
    assert terminal.getvalue().count("A new code comes every 30 seconds.") == 3
