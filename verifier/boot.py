"""Which run of the machine this is: monotonic seconds mean nothing beyond it."""

from __future__ import annotations

from pathlib import Path

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


def boot_name() -> str:
    """Return a name that changes with every start of the machine; empty where the system gives none."""
    try:
        return _BOOT_ID.read_text("ascii").strip()
    except OSError:
        return ""
