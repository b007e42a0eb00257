"""What a counter remembers, under kills and failing calls: no slip counts twice, and counts stay whole."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.kit.certificates import AT
from tests.kit.counter_saver import A_DAY, NOW, name_of, open_state
from tests.kit.fault_sizes import KILLS, PLAIN_CODES, STEPS, needs_strace
from tests.kit.forkserver import ForkServer
from tests.kit.trials import Twice
from verifier.journal import Journal
from verifier.memories import KeptCodes, KeptLedger

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CODES = PLAIN_CODES | {"verifier.state-damaged"}  # what SQLite says of a page that cannot be read


def last_said(lines: tuple[str, ...]) -> int:
    """Return the last number that was acknowledged, -1 if none was."""
    return max((int(line.split()[1]) for line in lines if line.startswith("kept")), default=-1)


def check(path: Path, least: int, most: int) -> int:
    """Check that all visits to one of these numbers are remembered, without a gap; return the last."""
    with open_state(path) as state:
        ledger, codes, journal = KeptLedger(state), KeptCodes(state, "boot"), Journal(state)
        known = [number for number in range(most + 2) if ledger.transaction_of(name_of(number)) is not None]
        assert known == list(range(len(known)))
        last = len(known) - 1
        assert least <= last <= most, "an acknowledged slip would count twice"
        for number in known:
            seen = codes.look(name_of(number), f"visit {number}", seconds=1.0, unix=NOW)
            assert seen.name == "REPEAT"
        days = {tally.day: tally.count for tally in journal.tallies()}
        expected: dict[str, int] = {}
        for number in known:
            day = (AT + timedelta(days=number // A_DAY)).date().isoformat()
            expected[day] = expected.get(day, 0) + 1
        assert days == expected
        assert all(closed.good for closed in journal.closed())
        assert len(journal.closed()) == max(0, len(expected) - 1)
    return last


@pytest.mark.parametrize("kills", KILLS)
def test_scenario_power_off(tmp_path: Path, kills: int, tried: Callable[[str, int], None]) -> None:
    dice = random.Random(7)
    visits = 0
    with ForkServer("tests.kit.counter_saver") as server:
        for number in range(kills):
            path = tmp_path / f"state {number // 25}"  # what is looked through each time stays small
            if number % 25 == 0:
                last = -1
            run = server.kill_at_random(path, str(last + 1), "-1", longest=0.02, dice=dice, most_lines=6)
            assert run.exit_code == -9
            assert not [line for line in run.lines if line.startswith("failed")]
            said = max(last, last_said(run.lines))
            visits += len(run.lines)
            last = check(path, said, said + 1)
    assert visits > kills
    tried("verifier: kills at random moments of deciding a visit", kills)


@needs_strace
@pytest.mark.parametrize("step", STEPS)
def test_a_fault_at_every_call_of_a_visit(
    tmp_path: Path, step: int, tried: Callable[[str, int], None]
) -> None:
    folder = tmp_path / "counter"
    folder.mkdir()
    trials = 0
    with ForkServer("tests.kit.counter_saver") as server:
        assert server.finish(folder / "state", "0", str(A_DAY)).lines[-1] == f"kept {A_DAY - 1}"
        reset = Twice(folder, tmp_path / "before").again
        words = (folder / "state", str(A_DAY), "1")
        for where, run in server.every_fault(reset, tmp_path / "log", *words, step=step):
            assert (run.exit_code, run.errors) in ((0, ""), (-9, "")), (where, run)
            assert {line.split()[1] for line in run.lines if line.startswith("failed")} <= CODES, (where, run)
            check(folder / "state", max(A_DAY - 1, last_said(run.lines)), A_DAY)
            trials += 1
    tried("verifier: faults at every call of deciding a visit", trials)
