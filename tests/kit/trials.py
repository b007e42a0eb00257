"""Trials over the same files again and again, and of several programs at once."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING

from tests.kit import faults

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


class Twice:
    """A folder that a trial may spoil, and how it was before."""

    def __init__(self, folder: Path, before: Path) -> None:
        self._folder, self._before = folder, before
        shutil.copytree(folder, before)

    def again(self) -> None:
        """Bring the folder back to how it was."""
        shutil.rmtree(self._folder)
        shutil.copytree(self._before, self._folder)


def last_said(lines: Sequence[str], word: str) -> int:
    """Return the last number that was acknowledged with this word, -1 if none was."""
    return max((int(line.split()[1]) for line in lines if line.startswith(word)), default=-1)


def at_once(command: Sequence[str], processes: int = 2) -> list[list[str]]:
    """Let several processes do the same at the same time; return the lines that each said.

    Each says `ready`, and begins when it is given a line.
    """
    running = [
        subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=faults.ROOT, env=os.environ
        )
        for _ in range(processes)
    ]
    for each in running:
        assert each.stdout is not None
        assert each.stdout.readline() == f"{faults.READY}\n"
    for each in running:
        assert each.stdin is not None
        each.stdin.write("\n")
        each.stdin.flush()
    said = []
    for each in running:
        output, _ = each.communicate(timeout=300)
        assert each.returncode == 0
        said.append(output.splitlines())
    return said


def outcomes(said: Sequence[Sequence[str]]) -> dict[str, list[str]]:
    """Return what became of each number, from lines of an outcome and a number, of all programs together."""
    found: dict[str, list[str]] = {}
    for lines in said:
        for line in lines:
            outcome, number = line.split()
            found.setdefault(number, []).append(outcome)
    return found
