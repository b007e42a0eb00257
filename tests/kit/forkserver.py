"""Programs under test that start in milliseconds: one process imports them once and forks for each run.

What is killed or fails is a process like any other: it opens its own files behind the fork, makes its own
system calls, and SIGKILL ends it between two of them. Only the imports are shared. strace is attached to it
at `ready`, so that the numbers of calls count from there.

    python -m tests.kit.forkserver MODULE SOCKET

MODULE has `main(words)`, which calls `tests.kit.faults.ready()` once it is set up. Over the socket come the
words as JSON, with three descriptors: standard input, output and error of the run. Back go its number and,
when it has ended, its exit code.
"""

from __future__ import annotations

import contextlib
import ctypes
import importlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import traceback
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Self

from tests.kit import faults

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    Program = Callable[[list[str]], None]

_MOST = 1 << 16
_TRACERS = 0x59616D61  # prctl PR_SET_PTRACER: where only parents may trace, strace is no parent of ours
_STARTS = 120.0
_ENDS = 60.0
_FEW = 5


@dataclass
class Running:
    """A run that is set up and waits: nothing after `ready` has happened yet."""

    pid: int
    output: IO[bytes]
    gate: int
    errors: IO[bytes]

    def go(self) -> None:
        """Let it begin."""
        os.write(self.gate, b"\n")


class ForkServer:
    """Runs of one module; a context manager, used by one thread."""

    def __init__(self, module: str) -> None:
        self._here, there = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        command = faults.python("tests.kit.forkserver", module, str(there.fileno()))
        self._process = subprocess.Popen(
            command, pass_fds=[there.fileno()], cwd=faults.ROOT, env=faults.environment()
        )
        there.close()
        self._here.settimeout(_STARTS)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._here.close()
        self._process.wait(_ENDS)

    def finish(self, *words: str | Path) -> faults.Run:
        """Let a run come to its own end."""
        with self._started(words) as running:
            running.go()
            output = running.output.read()
        return self._ended(output, running)

    @contextlib.contextmanager
    def until_killed(self, *words: str | Path) -> Iterator[int]:
        """Give the number of a run that is killed (SIGKILL) at the end, unless it is by then."""
        with self._started(words) as running:
            running.go()
            try:
                yield running.pid
            finally:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(running.pid, signal.SIGKILL)
            output = running.output.read()
        self._ended(output, running)

    def kill_at_random(
        self, *words: str | Path, longest: float, dice: random.Random, most_lines: int = 0
    ) -> faults.Run:
        """Kill a run (SIGKILL) at a random moment within `longest` seconds of a random line of its first.

        Up to `most_lines` lines are waited for, so that on a slow machine something happens before the kill.
        """
        with self._started(words) as running:
            running.go()
            output = b"".join(running.output.readline() for _ in range(dice.randint(0, most_lines)))
            time.sleep(dice.uniform(0, longest))
            os.kill(running.pid, signal.SIGKILL)
            output += running.output.read()
        return self._ended(output, running)

    def points(self, log: Path, *words: str | Path) -> list[faults.Point]:
        """Run to the end, and return every call after `ready` that can be made to fail."""
        names = ",".join((*faults.SYSCALLS, *faults.READS))
        ran = self._traced(words, "-o", os.fspath(log), "-e", f"trace={names}")
        assert ran.exit_code == 0, f"the program fails without any fault: {ran}"
        return list(faults.counted(log.read_text(errors="replace").splitlines()))

    def inject(self, point: faults.Point, fault: str, *words: str | Path) -> faults.Run:
        """Run with a fault at one system call: one of `faults.FAULTS`."""
        rule = f"inject={point.syscall}:{fault}:when={point.nth}"
        return self._traced(words, "-o", os.devnull, "-e", f"trace={point.syscall}", "-e", rule)

    def every_fault(
        self, reset: Callable[[], None], log: Path, *words: str | Path, step: int = 1
    ) -> Iterator[tuple[str, faults.Run]]:
        """Run with each fault at each call, or with every `step`-th of them; yield where, and how it ended.

        `reset` brings the files back to how they were; `log` is a file that this writes.
        """
        reset()
        self.finish(*words)  # so that what it imports late is imported from here on
        reset()
        points = self.points(log, *words)
        assert len(points) > _FEW, f"{len(points)} calls: is this the right program?"
        every = [(point, fault) for point in points for fault in faults.faults_at(point)]
        for point, fault in every[min(step, len(every)) // 2 :: step]:
            reset()
            yield f"{point.syscall} {point.nth} {fault}", self.inject(point, fault, *words)

    def _traced(self, words: Sequence[str | Path], *options: str) -> faults.Run:
        with self._started(words) as running:
            strace = subprocess.Popen(["strace", "-p", str(running.pid), *options], stderr=subprocess.PIPE)
            assert strace.stderr is not None
            with strace:
                attached = strace.stderr.readline()
                assert b"attached" in attached, attached
                running.go()
                output = running.output.read()
                strace.stderr.read()
        return self._ended(output, running)

    @contextlib.contextmanager
    def _started(self, words: Sequence[str | Path]) -> Iterator[Running]:
        gate_read, gate = os.pipe()
        output_read, output = os.pipe()
        errors_read, errors = os.pipe()
        message = json.dumps([os.fspath(word) for word in words]).encode()
        socket.send_fds(self._here, [message], [gate_read, output, errors])
        for each in (gate_read, output, errors):
            os.close(each)
        with os.fdopen(output_read, "rb") as lines, os.fdopen(errors_read, "rb") as said:
            running = Running(int(self._here.recv(_MOST)), lines, gate, said)
            first = lines.readline()
            assert first == f"{faults.READY}\n".encode(), (first, said.read().decode())
            try:
                yield running
                self.said = said.read().decode()
            finally:
                os.close(gate)

    def _ended(self, output: bytes, running: Running) -> faults.Run:
        code = int(self._here.recv(_MOST))
        assert running.pid > 0
        return faults.Run(faults.complete_lines(output), code, self.said)


def serve(program: Program, connection: socket.socket) -> None:
    """Fork for each message until the other side is gone."""
    while True:
        message, descriptors, _, _ = socket.recv_fds(connection, _MOST, 3)
        if not message:
            return
        learnt, tell = os.pipe()
        child = os.fork()
        if child == 0:
            connection.close()
            os.close(learnt)
            _run(program, json.loads(message), descriptors, tell)
        for each in (*descriptors, tell):
            os.close(each)
        connection.send(str(child).encode())
        _, status = os.waitpid(child, 0)
        _learn(learnt)
        connection.send(str(os.waitstatus_to_exitcode(status)).encode())


def _learn(learnt: int) -> None:
    """Import what the last run imported late: a fault in the middle of an import is none of the program's."""
    with os.fdopen(learnt) as names:
        for name in names.read().split():
            with contextlib.suppress(Exception):
                importlib.import_module(name)


def _run(program: Program, words: list[str], descriptors: Sequence[int], tell: int) -> None:
    """Be the program; never returns. What it imports is told through `tell`."""
    known = set(sys.modules)
    for target, each in enumerate(descriptors):
        os.dup2(each, target)
        os.close(each)
    ctypes.CDLL(None).prctl(_TRACERS, ctypes.c_ulong(-1), 0, 0, 0)
    code = 1
    try:
        program(words)
        code = 0
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 1
    except BaseException:  # noqa: BLE001 - what a program ends with is for the test to judge
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        # Not by `write`, which is one of the calls that fail.
        os.writev(tell, [" ".join(sorted(set(sys.modules) - known)).encode()])
        os._exit(code)


if __name__ == "__main__":
    os.environ[faults.GATE] = "1"
    serve(importlib.import_module(sys.argv[1]).main, socket.socket(fileno=int(sys.argv[2])))
