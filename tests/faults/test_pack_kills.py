"""Publishing and taking packs under kills and failing system calls: the old pack or the new one, no mix."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from counterproof.trust.store import TrustStore
from tests.kit import faults
from tests.kit.pack_saver import moment, number_of
from tests.kit.packs import Operator
from tests.kit.scenarios import scenario

if TYPE_CHECKING:
    from pathlib import Path

NO_STRACE = faults.why_no_strace()
PLAIN_CODES = {
    "sealing.disk-full",
    "sealing.disk-error",
    "sealing.read-only",
    "sealing.permission",
    "pack.file-unusable",
    "pack.not-a-pack",
    "trust.file-unusable",
}


def said(lines: tuple[str, ...], word: str) -> int:
    """Return the last number that was acknowledged with this word, -1 if none was."""
    return max((int(line.split()[1]) for line in lines if line.startswith(word)), default=-1)


def held(folder: Path) -> int:
    """Check that the store holds one whole pack, or none, and return which."""
    trust = TrustStore(folder / "store").read()
    assert trust.damaged == ()
    numbers = [number_of(each.pack) for each in trust.authorities]
    assert len(numbers) <= 1
    if numbers:
        assert trust.floor == moment(numbers[0])
    return numbers[0] if numbers else -1


def kill_again_and_again(folder: Path, rounds: int) -> int:
    dice = random.Random(20261126)
    kept = -1
    published = -1
    for _ in range(rounds):
        command = faults.python("tests.kit.pack_saver", "cycle", folder, str(published + 1), "-1")
        run = faults.kill_at_random(command, longest=0.6, dice=dice)
        assert run.exit_code == -9
        assert not [line for line in run.lines if line.startswith("failed")]
        kept = max(kept, said(run.lines, "kept"))
        # A kill may have come after the pack stood and before it was said: the next begins behind it.
        published = max(published, said(run.lines, "published")) + 1
        now = held(folder)
        assert kept <= now <= published
        kept = now
    return kept


@scenario("kill-during-update")
def test_a_kill_leaves_one_whole_pack(tmp_path: Path) -> None:
    kill_again_and_again(tmp_path, 6)
    command = faults.python("tests.kit.pack_saver", "cycle", tmp_path, "900", "1")
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=faults.ROOT)
    assert "kept 900" in done.stdout
    assert held(tmp_path) == 900
    assert not list((tmp_path / "store").glob(".update-*"))


@pytest.mark.slow
@pytest.mark.faults
@pytest.mark.timeout(1_800)
@scenario("kill-during-update")
def test_a_kill_leaves_one_whole_pack_a_hundred_times(tmp_path: Path) -> None:
    assert kill_again_and_again(tmp_path, 100) > 20


@pytest.mark.slow
@pytest.mark.faults
@pytest.mark.timeout(3_600)
@pytest.mark.skipif(bool(NO_STRACE), reason=NO_STRACE)
@pytest.mark.parametrize("fault", faults.FAULTS)
@scenario("kill-during-update", "disk-full-during-update", "readonly-store")
def test_a_fault_at_every_call_leaves_one_whole_pack(tmp_path: Path, fault: str) -> None:
    pristine, folder = tmp_path / "pristine", tmp_path / "folder"
    first = faults.python("tests.kit.pack_saver", "cycle", pristine, "0", "1")
    subprocess.run(first, check=True, capture_output=True, cwd=faults.ROOT)
    shutil.copytree(pristine, folder)
    next_one = faults.python("tests.kit.pack_saver", "cycle", folder, "1", "1")
    points = faults.points(next_one, tmp_path / "log")
    assert len(points) > 50
    for point in points:
        shutil.rmtree(folder)
        shutil.copytree(pristine, folder)
        run = faults.inject(next_one, point, fault)
        failed = {line.split()[1] for line in run.lines if line.startswith("failed")}
        assert failed <= PLAIN_CODES, (point, failed)
        assert max(0, said(run.lines, "kept")) <= held(folder) <= 1, point


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
    running = [
        subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=faults.ROOT, env=os.environ
        )
        for _ in range(2)
    ]
    for each in running:
        assert each.stdout is not None
        assert each.stdout.readline() == "ready\n"
    for each in running:
        assert each.stdin is not None
        each.stdin.write("\n")
        each.stdin.flush()
    outcomes: dict[str, list[str]] = {}
    for each in running:
        output, _ = each.communicate(timeout=300)
        assert each.returncode == 0
        for line in output.splitlines():
            outcome, number = line.split()
            outcomes.setdefault(number, []).append(outcome)
    for found in outcomes.values():
        assert sum(outcome in {"added", "updated"} for outcome in found) <= 1
        assert set(found) <= {"added", "updated", "unchanged", "pack.older"}
    assert held(tmp_path) == rounds - 1


@scenario("two-processes")
def test_two_windows_take_the_same_packs(tmp_path: Path) -> None:
    race(tmp_path, 5)


@pytest.mark.slow
@pytest.mark.faults
@pytest.mark.timeout(1_800)
@scenario("two-processes")
def test_two_windows_take_two_hundred_packs(tmp_path: Path) -> None:
    race(tmp_path, 200)
