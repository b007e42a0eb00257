"""Work in a fork of this process, for so long and no longer."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import tempfile
import traceback
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_CRASHED = 3


def in_a_fork(work: Callable[[], int], seconds: float) -> int | None:
    """Return the exit code of `work` done in a fork (a signal as a negative number), None if it took longer.

    The fork has a folder of its own for temporary files, which goes with it.
    """
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        return _forked(work, seconds, folder)


def _forked(work: Callable[[], int], seconds: float, folder: str) -> int | None:
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
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status) if ended else None
