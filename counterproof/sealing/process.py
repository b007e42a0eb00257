"""Keeps a process that holds keys and values from leaving them in a core dump, to a debugger, in a traceback.

All but the last is best effort.
Python cannot wipe the bytes objects that it makes, and nothing here stops the machine from swapping;
an encrypted swap does. What is said here is what the operating system lets an ordinary process do.
"""

from __future__ import annotations

import ctypes
import sys
from dataclasses import dataclass

from counterproof.sealing import crashes

if sys.platform != "win32":
    import resource

_PR_SET_DUMPABLE = 4  # linux/prctl.h


@dataclass(frozen=True, slots=True)
class Hardening:
    """Which of the two measures the system accepted."""

    no_core_file: bool
    not_dumpable: bool


def harden() -> Hardening:
    """Ask for no core files and no attaching debugger, for this process and its children's limits.

    What errors say stays out of crash output (`counterproof.sealing.crashes`). Returns what was accepted;
    raises nothing, because a wallet that cannot ask is still a wallet.
    """
    crashes.keep_values_out()
    return Hardening(no_core_file=_forbid_core_files(), not_dumpable=_forbid_dumping())


def _forbid_core_files() -> bool:
    if sys.platform == "win32":
        return False
    try:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except (OSError, ValueError):
        return False
    return True


def _forbid_dumping() -> bool:
    if sys.platform != "linux":
        return False
    try:
        prctl = ctypes.CDLL(None, use_errno=True).prctl
    except (OSError, AttributeError):
        return False
    return bool(prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0) == 0)
