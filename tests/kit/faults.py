"""Killing a program that saves, and making single system calls of it fail.

The program under test is any command that prints `ready` once it is set up, then one line for each
thing that is safely stored, flushed (`acknowledged`), and that says in its own words when a save was
refused. After the fault the test opens the store and finds every acknowledged thing in it.

Kills at random moments show that no save tears the store. They cannot show that the disk holds what
was acknowledged, for the page cache survives a kill: `tests.kit.powercut` is for that.
"""

from __future__ import annotations

import os
import re
import select
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator, Sequence

READY = "ready"
GATE = "COUNTERPROOF_TEST_GATE"
"""Set where a program is to wait, once it is ready, for a line on its standard input."""

ROOT = Path(__file__).resolve().parents[2]
FAULTS = ("signal=KILL", "error=ENOSPC", "error=EIO", "error=EDQUOT", "error=EROFS")
# What a program can do to a disk. `write` goes to pipes as well; calls on 1 and 2 are passed over.
SYSCALLS = (
    "openat",
    "write",
    "pwrite64",
    "fsync",
    "fdatasync",
    "ftruncate",
    "mkdir",
    "rmdir",
    "unlink",
    "unlinkat",
    "rename",
    "link",
    "symlink",
    "fchmod",
    "chmod",
)
READS = ("read", "pread64", "newfstatat", "fcntl", "flock")
"""What leaves a disk as it was: a bad one answers EIO; a kill here is a kill at the next of the others."""

_CALL = re.compile(r"^(?P<name>\w+)\((?P<first>[^,)]*)")
_STANDARD = ("0", "1", "2")
_DEADLINE = 60.0


@dataclass(frozen=True)
class Run:
    """How a run ended: the lines after `ready`, complete ones alone, and the exit code."""

    lines: tuple[str, ...]
    exit_code: int
    errors: str = ""


@dataclass(frozen=True)
class Point:
    """The `nth` call of a system call, counted from the start of the program."""

    syscall: str
    nth: int


def python(module: str, *arguments: str | Path) -> list[str]:
    """Return the command that runs a module of this repository."""
    return [sys.executable, "-B", "-m", module, *(os.fspath(argument) for argument in arguments)]


def ready() -> None:
    """Say that the program is set up; under `tests.kit.forkserver`, wait until it may go on."""
    sys.stdout.write(f"{READY}\n")
    sys.stdout.flush()
    if GATE in os.environ:
        select.select([0], [], [])  # and no read, which would be counted


def faults_at(point: Point) -> tuple[str, ...]:
    """Return what can go wrong at this call."""
    return ("error=EIO",) if point.syscall in READS else FAULTS


def counted(log: Sequence[str]) -> Iterator[Point]:
    """Yield the calls of a log of strace, but for those to and from standard input and output."""
    counts: dict[str, int] = {}
    for line in log:
        call = _CALL.match(line)
        if call is None:
            continue
        counts[call["name"]] = counts.get(call["name"], 0) + 1
        if not (call["name"] in ("read", "write") and call["first"] in _STANDARD):
            yield Point(call["name"], counts[call["name"]])


def kill_at_random(command: Sequence[str], *, longest: float, dice: random.Random) -> Run:
    """Start `command` and kill it (SIGKILL) at a random moment within `longest` seconds of `ready`."""
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, cwd=ROOT, env=environment(), start_new_session=True
    ) as child:
        assert child.stdout is not None
        first = child.stdout.readline()
        assert first == f"{READY}\n".encode(), f"{first!r} instead of {READY!r}"
        time.sleep(dice.uniform(0, longest))
        os.kill(child.pid, signal.SIGKILL)
        output = child.stdout.read()
    return Run(complete_lines(output), child.returncode)


def why_no_strace() -> str:
    """Return why system calls cannot be made to fail here; empty when they can."""
    if shutil.which("strace") is None:
        return "strace is not installed (apt-get install strace)"
    tried = subprocess.run(["strace", "-o", "/dev/null", "true"], capture_output=True, check=False)
    return "" if tried.returncode == 0 else "strace may not trace here (ptrace is forbidden)"


def points(command: Sequence[str], log: Path, syscalls: Sequence[str] = SYSCALLS) -> list[Point]:
    """Run `command` to its end and return every call of `syscalls` that it makes after `ready`.

    `log` is a file that this writes. The command must do the same every time: fixed seeds, a fresh
    copy of its store.
    """
    ran = _strace(command, "-o", os.fspath(log), "-e", f"trace={','.join(syscalls)},write")
    assert ran.exit_code == 0, f"the command fails without any fault: {ran}"
    return list(_after_ready(log.read_text(errors="replace").splitlines(), syscalls))


def inject(command: Sequence[str], point: Point, fault: str) -> Run:
    """Run `command` with a fault at one system call: one of `FAULTS`."""
    rule = f"inject={point.syscall}:{fault}:when={point.nth}"
    return _strace(command, "-o", os.devnull, "-e", f"trace={point.syscall}", "-e", rule)


def _after_ready(log: Sequence[str], syscalls: Sequence[str]) -> Iterator[Point]:
    counts = dict.fromkeys((*syscalls, "write"), 0)
    ready = False
    for line in log:
        call = _CALL.match(line)
        if call is None or call["name"] not in counts:
            continue
        name = call["name"]
        counts[name] += 1
        to_a_pipe = name == "write" and call["first"] in ("1", "2")
        if to_a_pipe and f'"{READY}\\n"' in line:
            ready = True
        elif ready and not to_a_pipe and name in syscalls:
            yield Point(name, counts[name])


def _strace(command: Sequence[str], *options: str) -> Run:
    ran = subprocess.run(
        ["strace", "-qq", *options, *command],
        capture_output=True,
        cwd=ROOT,
        env=environment(),
        timeout=_DEADLINE,
        check=False,
    )
    before, _, after = ran.stdout.partition(f"{READY}\n".encode())
    assert not before, f"{before!r} before {READY!r}; {ran.stderr!r}"
    return Run(complete_lines(after), ran.returncode)


def complete_lines(output: bytes) -> tuple[str, ...]:
    """Return the lines that a program said whole: one without its end was cut by a kill."""
    return tuple(line.decode() for line in output.split(b"\n")[:-1])


def environment() -> dict[str, str]:
    """Return the environment in which a program does the same each time."""
    return {**os.environ, "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1"}
