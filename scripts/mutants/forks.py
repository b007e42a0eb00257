"""Work in a fork of this process, for so long and no longer."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import tempfile
import traceback
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_CRASHED = 3


@dataclass(frozen=True, slots=True)
class Ended:
    """How work in a fork ended: its exit code (a signal as a negative number), None where it took too long.

    `seconds` is what it took of a processor, whatever else the machine did in the meantime.
    """

    code: int | None
    seconds: float


def in_a_fork(work: Callable[[], int], seconds: float) -> Ended:
    """Return how `work` ended in a fork, which may take so many seconds by the clock.

    The fork has a folder of its own for temporary files, which goes with it.
    """
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        return _forked(work, seconds, folder)


def end_after(seconds: float) -> None:
    """End this process after so many seconds of its own time, from now: the last call counts."""
    signal.setitimer(signal.ITIMER_PROF, seconds)


def _forked(work: Callable[[], int], seconds: float, folder: str) -> Ended:
    child = os.fork()
    if not child:
        code = _CRASHED
        try:
            os.setsid()
            os.environ["TMPDIR"] = tempfile.tempdir = folder
            code = work()
        except BaseException:  # noqa: BLE001 - whatever a change does, this process ends here
            traceback.print_exc()
        finally:
            os._exit(code)
    watched = os.pidfd_open(child)
    poll = select.poll()
    poll.register(watched, select.POLLIN)
    ended = poll.poll(seconds * 1000)
    os.close(watched)
    # What the work itself started goes with it.
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)
    _, status, used = os.wait4(child, 0)
    code = os.waitstatus_to_exitcode(status)
    took_too_long = not ended or code == -signal.SIGPROF
    return Ended(None if took_too_long else code, used.ru_utime + used.ru_stime)
