"""Publishing and taking packs under kills and failing system calls: the old pack or the new one, no mix."""

from __future__ import annotations

import os
import random
import subprocess
from typing import TYPE_CHECKING

import pytest

from counterproof.trust.store import TrustStore
from tests.kit import faults
from tests.kit.fault_sizes import KILLS, PLAIN_CODES, STEPS, WHOLE, needs_strace
from tests.kit.forkserver import ForkServer
from tests.kit.pack_saver import moment, number_of
from tests.kit.packs import Operator
from tests.kit.scenarios import scenario
from tests.kit.trials import Twice, at_once, last_said, outcomes

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CODES = PLAIN_CODES | {"pack.file-unusable", "pack.not-a-pack", "trust.file-unusable"}
RACES = [pytest.param(5), pytest.param(200, marks=WHOLE)]


def held(folder: Path) -> int:
    """Check that the store holds one whole pack, or none, and return which."""
    trust = TrustStore(folder / "store").read()
    assert trust.damaged == ()
    numbers = [number_of(each.pack) for each in trust.authorities]
    assert len(numbers) <= 1
    if numbers:
        assert trust.floor == moment(numbers[0])
    return numbers[0] if numbers else -1


@scenario("kill-during-update")
@pytest.mark.parametrize("kills", KILLS)
def test_a_kill_leaves_one_whole_pack(tmp_path: Path, kills: int, tried: Callable[[str, int], None]) -> None:
    dice = random.Random(20261126)
    kept = published = -1
    with ForkServer("tests.kit.pack_saver") as server:
        for _ in range(kills):
            run = server.kill_at_random(
                "cycle", tmp_path, str(published + 1), "-1", longest=0.1, dice=dice, most_lines=3
            )
            assert run.exit_code == -9
            assert not [line for line in run.lines if line.startswith("failed")]
            kept = max(kept, last_said(run.lines, "kept"))
            # A kill may have come after the pack stood and before it was said: the next begins behind it.
            published = max(published, last_said(run.lines, "published")) + 1
            now = held(tmp_path)
            assert kept <= now <= published
            kept = now
        done = server.finish("cycle", tmp_path, "5000", "1")
    assert kept > kills / 4
    assert "kept 5000" in done.lines
    assert held(tmp_path) == 5000
    assert not list((tmp_path / "store").glob(".update-*"))
    tried("verifier: kills at random moments of taking a trust pack", kills)


@needs_strace
@scenario("kill-during-update", "disk-full-during-update", "readonly-store")
@pytest.mark.parametrize("step", STEPS)
def test_a_fault_at_every_call_leaves_one_whole_pack(
    tmp_path: Path, step: int, tried: Callable[[str, int], None]
) -> None:
    folder = tmp_path / "folder"
    trials = 0
    with ForkServer("tests.kit.pack_saver") as server:
        assert server.finish("cycle", folder, "0", "1").lines[-1] == "kept 0"
        reset = Twice(folder, tmp_path / "before").again
        for where, run in server.every_fault(reset, tmp_path / "log", "cycle", folder, "1", "1", step=step):
            failed = {line.split()[1] for line in run.lines if line.startswith("failed")}
            assert failed <= CODES, (where, failed)
            assert (run.exit_code, run.errors) in ((0, ""), (-9, "")), (where, run)
            assert max(0, last_said(run.lines, "kept")) <= held(folder) <= 1, where
            trials += 1
    tried("verifier: faults at every call of publishing and taking a trust pack", trials)


@scenario("disk-full-during-update")
@pytest.mark.parametrize("room", [0, 1_000, 6_000, 20_000])
def test_a_full_disk_keeps_the_pack_that_is_held(tmp_path: Path, room: int) -> None:
    """No file may grow beyond `room` bytes: what does fails as on a full disk."""
    first = faults.python("tests.kit.pack_saver", "cycle", tmp_path, "0", "1")
    subprocess.run(first, check=True, capture_output=True, cwd=faults.ROOT)
    pack = Operator().publish(tmp_path / "next", moment(1))
    command = faults.python("tests.kit.pack_saver", "take", tmp_path / "store", pack)
    limited = [
        "bash",
        "-c",
        f'ulimit -f {max(room // 1024, 0)}; trap "" XFSZ; exec "$@"',
        "x",
        *map(str, command),
    ]
    done = subprocess.run(
        limited, input="\n", capture_output=True, text=True, check=False, cwd=faults.ROOT, env=os.environ
    )
    outcome = done.stdout.splitlines()[-1].split()[0]
    assert outcome in {"sealing.disk-full", "updated"}
    assert held(tmp_path) == (1 if outcome == "updated" else 0)
    if room == 0:
        assert outcome == "sealing.disk-full"


def race(tmp_path: Path, rounds: int) -> None:
    """Let two programs take the same packs at once; each pack has one winner, and both end at the last."""
    operator = Operator()
    packs = [operator.publish(tmp_path / f"pack {number}", moment(number)) for number in range(rounds)]
    command = faults.python("tests.kit.pack_saver", "take", tmp_path / "store", *packs)
    for found in outcomes(at_once(command)).values():
        assert sum(outcome in {"added", "updated"} for outcome in found) <= 1
        assert set(found) <= {"added", "updated", "unchanged", "pack.older"}
    assert held(tmp_path) == rounds - 1


@scenario("two-processes")
@pytest.mark.parametrize("packs", RACES)
def test_two_windows_take_the_same_packs(
    tmp_path: Path, packs: int, tried: Callable[[str, int], None]
) -> None:
    race(tmp_path, packs)
    tried("verifier: trust packs that two programs took at once", packs)
