"""Publishing and keeping under kills and failing system calls: the old set or the new one, never a mix."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from counterproof.trust.published import read_published
from counterproof.trust.store import TrustStore
from tests.kit import faults
from tests.kit.published import Publisher
from tests.kit.trust_saver import moment, number_of, publish

if TYPE_CHECKING:
    from pathlib import Path

NO_STRACE = faults.why_no_strace()
PLAIN_CODES = {
    "sealing.disk-full",
    "sealing.disk-error",
    "sealing.read-only",
    "sealing.permission",
    "trust.file-unusable",  # the fault met a file that was to be read
}


def said(lines: tuple[str, ...], word: str) -> int:
    """Return the last number that was acknowledged with this word, -1 if none was."""
    return max((int(line.split()[1]) for line in lines if line.startswith(word)), default=-1)


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


def kill_again_and_again(folder: Path, rounds: int) -> int:
    """Kill so often, and on until half as many updates came through: on a busy machine fewer do."""
    dice = random.Random(20261123)
    published = kept = -1
    for number in range(rounds * 8):
        if number >= rounds and kept > rounds / 2:
            break
        command = faults.python("tests.kit.trust_saver", "cycle", folder, str(published + 1), "-1")
        run = faults.kill_at_random(command, longest=0.2, dice=dice)
        assert run.exit_code == -9
        assert not [line for line in run.lines if line.startswith("failed")]
        published = max(published, said(run.lines, "published"))
        kept = max(kept, said(run.lines, "kept"))
        if (folder / "out" / "agency.json").exists():
            published = max(published, number_of(read_published(folder / "out")))
        published, kept = check(folder, published, kept)
    return kept


def test_scenario_kill_during_update(tmp_path: Path) -> None:
    assert kill_again_and_again(tmp_path, 10) > 5


@pytest.mark.slow
@pytest.mark.faults
@pytest.mark.timeout(900)
def test_scenario_kill_during_update_a_hundred_times(tmp_path: Path) -> None:
    assert kill_again_and_again(tmp_path, 100) > 50


@pytest.mark.slow
@pytest.mark.faults
@pytest.mark.timeout(1_800)
@pytest.mark.skipif(bool(NO_STRACE), reason=NO_STRACE)
@pytest.mark.parametrize("fault", faults.FAULTS)
def test_scenarios_kill_disk_full_and_readonly_store_at_every_call(tmp_path: Path, fault: str) -> None:
    """Set 0 stands and is kept; publishing and keeping set 1 meets a fault at each of its calls."""
    pristine = tmp_path / "pristine"
    publish(Publisher(), pristine / "out", 0)
    folder = tmp_path / "folder"
    first = faults.python("tests.kit.trust_saver", "cycle", folder, "1", "1")
    shutil.copytree(pristine, folder)
    subprocess.run(
        faults.python("tests.kit.trust_saver", "keep", folder / "store", folder / "out"),
        input=b"\n",
        check=True,
        capture_output=True,
        cwd=faults.ROOT,
    )
    shutil.rmtree(pristine)
    shutil.copytree(folder, pristine)
    points = faults.points(first, tmp_path / "log")
    assert len(points) > 50
    for point in points:
        shutil.rmtree(folder)
        shutil.copytree(pristine, folder)
        run = faults.inject(first, point, fault)
        failed = {line.split()[1] for line in run.lines if line.startswith("failed")}
        assert failed <= PLAIN_CODES, (point, failed)
        shown, held = check(folder, 0, max(0, said(run.lines, "kept")))
        assert said(run.lines, "published") <= shown, point
        assert held >= 0, point


def together(store: Path, folders: list[Path], processes: int) -> list[list[str]]:
    """Let several processes keep the same folders at the same time; return what each said."""
    command = faults.python("tests.kit.trust_saver", "keep", store, *folders)
    running = [
        subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=faults.ROOT, env=os.environ
        )
        for _ in range(processes)
    ]
    for each in running:
        assert each.stdout is not None
        assert each.stdout.readline() == "ready\n"
    outputs = []
    for each in running:
        assert each.stdin is not None
        each.stdin.write("\n")
        each.stdin.flush()
    for each in running:
        output, _ = each.communicate(timeout=60)
        assert each.returncode == 0
        outputs.append(output.splitlines())
    return outputs


def race(tmp_path: Path, rounds: int) -> None:
    publisher = Publisher()
    folders = [publish(publisher, tmp_path / f"out {number}", number) for number in range(rounds)]
    outputs = together(tmp_path / "store", folders, 2)
    won: dict[str, list[str]] = {}
    for output in outputs:
        assert len(output) == rounds
        for line in output:
            outcome, number = line.split()
            won.setdefault(number, []).append(outcome)
    for outcomes in won.values():
        assert sum(outcome in {"added", "updated"} for outcome in outcomes) <= 1
        assert set(outcomes) <= {"added", "updated", "unchanged", "trust.older"}
    trust = TrustStore(tmp_path / "store").read()
    assert [number_of(each) for each in trust.agencies] == [rounds - 1]
    assert trust.damaged == ()


def test_scenario_two_processes(tmp_path: Path) -> None:
    """Two windows take in the same twenty sets: each set has one winner, and both end at the last."""
    race(tmp_path, 20)


@pytest.mark.slow
@pytest.mark.faults
def test_scenario_two_processes_two_hundred_sets(tmp_path: Path) -> None:
    race(tmp_path, 200)
