"""Publishing and keeping under kills and failing system calls: the old set or the new one, never a mix."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from counterproof.trust.published import read_published
from counterproof.trust.store import TrustStore
from tests.kit import faults
from tests.kit.fault_sizes import KILLS, PLAIN_CODES, STEPS, WHOLE, needs_strace
from tests.kit.forkserver import ForkServer
from tests.kit.published import Publisher
from tests.kit.trials import Twice, at_once, last_said, outcomes
from tests.kit.trust_saver import moment, number_of, publish

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CODES = PLAIN_CODES | {"trust.file-unusable"}  # the fault met a file that was to be read
RACES = [pytest.param(20), pytest.param(200, marks=WHOLE)]


def check(folder: Path, published: int, kept: int) -> tuple[int, int]:
    """Check that both folders hold one whole set, the acknowledged one or the next; return which."""
    shown = number_of(read_published(folder / "out")) if published >= 0 else -1
    trust = TrustStore(folder / "store").read()
    assert trust.damaged == ()
    held = [number_of(each) for each in trust.agencies]
    assert len(held) <= 1
    held_number = held[0] if held else -1
    assert published <= shown <= published + 1 or published < 0
    assert kept <= held_number <= shown if shown >= 0 else held_number == -1
    if held:
        assert trust.floor == moment(held_number)
    return shown, held_number


@pytest.mark.parametrize("kills", KILLS)
def test_scenario_kill_during_update(tmp_path: Path, kills: int, tried: Callable[[str, int], None]) -> None:
    dice = random.Random(20261123)
    published = kept = -1
    with ForkServer("tests.kit.trust_saver") as server:
        for _ in range(kills):
            run = server.kill_at_random(
                "cycle", tmp_path, str(published + 1), "-1", longest=0.03, dice=dice, most_lines=3
            )
            assert run.exit_code == -9
            assert not [line for line in run.lines if line.startswith("failed")]
            published = max(published, last_said(run.lines, "published"))
            kept = max(kept, last_said(run.lines, "kept"))
            if (tmp_path / "out" / "agency.json").exists():
                published = max(published, number_of(read_published(tmp_path / "out")))
            published, kept = check(tmp_path, published, kept)
    assert kept > kills / 2
    tried("verifier: kills at random moments of taking an agency's folder", kills)


@needs_strace
@pytest.mark.parametrize("step", STEPS)
def test_scenarios_kill_disk_full_and_readonly_store_at_every_call(
    tmp_path: Path, step: int, tried: Callable[[str, int], None]
) -> None:
    """Set 0 stands and is kept; publishing and keeping set 1 meets a fault at each of its calls."""
    folder = tmp_path / "folder"
    publish(Publisher(), folder / "out", 0)
    trials = 0
    with ForkServer("tests.kit.trust_saver") as server:
        assert server.finish("cycle", folder, "1", "1").lines[-1] == "kept 1"
        reset = Twice(folder, tmp_path / "before").again
        for where, run in server.every_fault(reset, tmp_path / "log", "cycle", folder, "2", "1", step=step):
            failed = {line.split()[1] for line in run.lines if line.startswith("failed")}
            assert failed <= CODES, (where, failed)
            assert (run.exit_code, run.errors) in ((0, ""), (-9, "")), (where, run)
            shown, held = check(folder, 1, max(1, last_said(run.lines, "kept")))
            assert last_said(run.lines, "published") <= shown, where
            assert held >= 1, where
            trials += 1
    tried("verifier: faults at every call of taking an agency's folder", trials)


def race(tmp_path: Path, rounds: int) -> None:
    publisher = Publisher()
    folders = [publish(publisher, tmp_path / f"out {number}", number) for number in range(rounds)]
    said = at_once(faults.python("tests.kit.trust_saver", "keep", tmp_path / "store", *folders))
    assert [len(lines) for lines in said] == [rounds, rounds]
    for found in outcomes(said).values():
        assert sum(outcome in {"added", "updated"} for outcome in found) <= 1
        assert set(found) <= {"added", "updated", "unchanged", "trust.older"}
    trust = TrustStore(tmp_path / "store").read()
    assert [number_of(each) for each in trust.agencies] == [rounds - 1]
    assert trust.damaged == ()


@pytest.mark.parametrize("sets", RACES)
def test_scenario_two_processes(tmp_path: Path, sets: int, tried: Callable[[str, int], None]) -> None:
    """Two windows take in the same sets: each set has one winner, and both end at the last."""
    race(tmp_path, sets)
    tried("verifier: folders that two programs took at once", sets)
