"""What the counter remembers between commands, through kills, restarts and full memories."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from counterproof.mdoc.errors import StoreError, UnsupportedError
from counterproof.mdoc.verification.report import Verdict
from counterproof.optics.exchange.limits import LIMITS
from counterproof.optics.exchange.slip import QrSlip
from counterproof.optics.kinds import Kind
from tests.kit.clerk import PAPER, SHOWN, Desk, Town, question
from tests.kit.sources import ROOT
from verifier.memories import KeptLedger
from verifier.open_request import InMemory, OnDisk
from verifier.state import State

if TYPE_CHECKING:
    from pathlib import Path


def test_a_request_is_answered_by_the_next_command(desk: Desk, town: Town) -> None:
    m = desk.answered(town.resident())
    desk.open()
    assert desk.take(m).verdict is Verdict.ACCEPTED
    desk.open()
    assert desk.take(m).repeat
    assert desk.counts() == {("accepted", "ok"): 1, ("repeat", "ok"): 1}


def test_a_window_keeps_the_key_off_the_disk(desk: Desk, town: Town) -> None:
    desk.open(InMemory())
    m = desk.answered(town.resident())
    assert desk.state.row("SELECT 1 FROM open_request") is None
    assert desk.take(m).verdict is Verdict.ACCEPTED
    assert desk.take(m).repeat
    desk.ask()
    desk.counter.next()
    assert desk.counter.open_request() is None


def test_a_restart_of_the_machine_ends_the_request(desk: Desk, town: Town) -> None:
    m = desk.answered(town.resident())
    desk.open(boot="boot-2")
    assert desk.take(m).code == "exchange.transaction-over"
    assert desk.state.row("SELECT 1 FROM open_request") is None


def test_a_restart_of_the_machine_ends_the_challenge(desk: Desk, town: Town) -> None:
    digits = desk.counter.challenge()
    desk.open(boot="boot-2")
    assert not desk.counter.challenge_open()
    m = desk.shown(town.resident(), challenge=digits)
    assert desk.take(m, Kind.SHOWN, SHOWN).code == "exchange.challenge-over"


@pytest.mark.parametrize("boot", ["boot-1", "boot-2"])
def test_seen_codes_survive_commands_and_restarts(desk: Desk, town: Town, boot: str) -> None:
    m = desk.shown(town.resident())
    assert desk.take(m, Kind.SHOWN, SHOWN).verdict is Verdict.ACCEPTED
    desk.counter.next()
    desk.open(boot=boot)
    assert desk.take(m, Kind.SHOWN, SHOWN).code == "exchange.code-seen"


def test_seen_codes_are_forgotten_when_both_clocks_say_so(desk: Desk, town: Town) -> None:
    desk.take(desk.shown(town.resident()), Kind.SHOWN, SHOWN)
    assert desk.state.row("SELECT count(*) FROM seen") == (1,)
    desk.wait(131)
    desk.take(desk.shown(town.resident()), Kind.SHOWN, SHOWN)
    assert desk.state.row("SELECT count(*) FROM seen") == (1,)


def test_a_code_from_before_the_memory_began(town: Town, tmp_path: Path) -> None:
    desk = Desk(town, tmp_path / "desk")
    before = desk.shown(town.resident())
    (desk.folder / "state.sqlite3").unlink()
    desk.open()
    assert desk.take(before, Kind.SHOWN, SHOWN).code == "exchange.code-before-start"


def test_a_full_memory_of_codes_accepts_none(desk: Desk, town: Town) -> None:
    until = desk.clock.monotonic() + 100
    with desk.state.exclusive():
        for number in range(LIMITS.seen_codes):
            name = number.to_bytes(32, "big")
            desk.state.execute("INSERT INTO seen VALUES (?, 'x', ?, 0, 'boot-1')", name, until)
    m = desk.shown(town.resident())
    decision = desk.take(m, Kind.SHOWN, SHOWN)
    assert (decision.verdict, decision.code) == (Verdict.UNDECIDED, "exchange.seen-full")
    desk.wait(100)
    m = desk.shown(town.resident())
    assert desk.take(m, Kind.SHOWN, SHOWN).verdict is Verdict.ACCEPTED


def fill_ledger(desk: Desk, until_unix: int) -> None:
    with desk.state.exclusive():
        desk.state._connection.executemany(
            "INSERT INTO slips VALUES (?, 'x', ?)",
            ((number.to_bytes(32, "big"), until_unix) for number in range(LIMITS.ledger_entries)),
        )


def test_a_full_ledger_leaves_a_slip_undecided(desk: Desk, town: Town) -> None:
    now = int(desk.clock.now().timestamp())
    fill_ledger(desk, now + 1000)
    m = desk.slip(town.resident())
    decision = desk.take(m, Kind.SLIP, PAPER)
    assert (decision.verdict, decision.code) == (Verdict.UNDECIDED, "exchange.ledger-full")
    desk.wait(1001)
    assert desk.take(m, Kind.SLIP, PAPER).verdict is Verdict.ACCEPTED
    assert len(KeptLedger(desk.state)) == 1


def test_a_slip_is_good_once(desk: Desk, town: Town) -> None:
    m = desk.slip(town.resident())
    assert desk.take(m, Kind.SLIP, PAPER).verdict is Verdict.ACCEPTED
    assert desk.take(m, Kind.SLIP, PAPER).repeat
    desk.wait(60)
    decision = desk.take(m, Kind.SLIP, PAPER)
    assert (decision.verdict, decision.code, decision.repeat) == (
        Verdict.REFUSED,
        "exchange.slip-seen",
        False,
    )
    assert desk.counts()["accepted", "ok"] == 1


def test_a_purpose_that_takes_slips_again_says_so(desk: Desk, town: Town) -> None:
    m, taking = desk.slip(town.resident()), PAPER.__class__(PAPER.modes, question(repeats=True))
    desk.take(m, Kind.SLIP, taking)
    desk.counter.next()
    decision = desk.take(m, Kind.SLIP, taking)
    assert decision.verdict is Verdict.ACCEPTED
    assert "exchange.slip-repeated" in decision.notices


def test_the_ledger_does_not_forget_because_a_clock_was_ahead(desk: Desk, town: Town) -> None:
    m = desk.slip(town.resident())
    desk.take(m, Kind.SLIP, PAPER)
    at = desk.clock.now()
    desk.set_clock(at.replace(year=at.year + 1))
    desk.take(desk.slip(town.resident()), Kind.SLIP, PAPER)
    desk.set_clock(at)
    desk.counter.next()
    assert desk.take(m, Kind.SLIP, PAPER).code == "exchange.slip-seen"


KILLED = """
import os, signal, sys
from pathlib import Path
from counterproof.optics.kinds import Kind
from tests.kit.clerk import PAPER, Desk, Town
from verifier import examining
base, moment = Path(sys.argv[1]), sys.argv[2]
desk = Desk(Town(base / "published of the killed"), base / "desk")
m = (base / "slip").read_bytes()
if moment == "before":
    kept = examining.remember_slip
    def remember(*arguments):
        kept(*arguments)
        os.kill(os.getpid(), signal.SIGKILL)
    examining.remember_slip = remember
desk.take(m, Kind.SLIP, PAPER)
os.kill(os.getpid(), signal.SIGKILL)
"""


def killed(tmp_path: Path, moment: str) -> None:
    command = [sys.executable, "-c", KILLED, str(tmp_path), moment]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, timeout=60)
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()


def test_kill_between_ledger_and_verdict(desk: Desk, town: Town, tmp_path: Path) -> None:
    m = desk.slip(town.resident())
    (tmp_path / "slip").write_bytes(m)
    killed(tmp_path, "after")
    desk.open()
    assert KeptLedger(desk.state).transaction_of(QrSlip.from_message(m).session_digest) is not None
    again = desk.take(m, Kind.SLIP, PAPER)
    assert (again.verdict, again.repeat) == (Verdict.ACCEPTED, True), "the same person, standing there still"
    desk.counter.next()
    assert desk.take(m, Kind.SLIP, PAPER).code == "exchange.slip-seen"
    assert desk.counts()["accepted", "ok"] == 1


def test_kill_before_the_ledger_is_on_the_disk(desk: Desk, town: Town, tmp_path: Path) -> None:
    m = desk.slip(town.resident())
    (tmp_path / "slip").write_bytes(m)
    killed(tmp_path, "before")
    desk.open()
    decision = desk.take(m, Kind.SLIP, PAPER)
    assert (decision.verdict, decision.repeat) == (Verdict.ACCEPTED, False), "nobody saw a verdict yet"


def test_several_programs_of_one_counter_count_once(desk: Desk, town: Town) -> None:
    m = desk.slip(town.resident())

    def take(_: int) -> bool:
        own = Desk(town, desk.folder)
        with own.state:
            return own.take(m, Kind.SLIP, PAPER).repeat

    with ThreadPoolExecutor(4) as pool:
        repeats = list(pool.map(take, range(8)))
    assert sorted(repeats) == [False] + 7 * [True]
    assert desk.counts()["accepted", "ok"] == 1


@pytest.mark.parametrize("content", [b"not a database at all" * 100, b"SQLite format 3\0" + bytes(5000)])
def test_a_damaged_state_is_said(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "state.sqlite3"
    path.write_bytes(content)
    with pytest.raises(StoreError) as raised:
        State.open(path, now_unix=0, random=bytes)
    assert raised.value.code == "verifier.state-damaged"
    assert path.read_bytes() == content


def test_a_state_of_another_program_is_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "state.sqlite3"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE theirs (a)")
    connection.close()
    with pytest.raises(StoreError) as raised:
        State.open(path, now_unix=0, random=bytes)
    assert raised.value.code == "verifier.state-damaged"


def test_a_newer_state_is_said(desk: Desk) -> None:
    desk.state.execute("PRAGMA user_version = 1000")
    desk.state.close()
    with pytest.raises(UnsupportedError) as raised:
        desk.open()
    assert raised.value.code == "verifier.state-newer"


def test_a_damaged_row_is_no_open_door(desk: Desk, town: Town) -> None:
    m = desk.answered(town.resident())
    desk.state.execute("UPDATE open_request SET body = ?", b"\xa0")
    with pytest.raises(StoreError) as raised:
        desk.take(m)
    assert raised.value.code == "verifier.state-damaged"


def test_the_state_is_for_its_owner_alone(desk: Desk) -> None:
    assert (desk.folder / "state.sqlite3").stat().st_mode & 0o077 == 0


def test_messages_tried_count_across_commands(desk: Desk, town: Town) -> None:
    holder, other = town.resident(), desk.ask()
    desk.ask()
    for _ in range(LIMITS.answers_opened):
        desk.open()
        assert desk.take(holder.answer(other)).code == "exchange.other-request"
    desk.open()
    assert desk.take(holder.answer(other)).code == "exchange.answers"
    assert isinstance(desk.counter._holder, OnDisk)
