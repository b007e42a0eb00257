"""What a process uses now: memory that is really there, open files, threads. Linux, by /proc."""

from __future__ import annotations

import gc
import resource
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_STATM: Final = Path("/proc/self/statm")
_FILES: Final = Path("/proc/self/fd")


@dataclass(frozen=True, slots=True)
class Usage:
    """Resident memory in MB, open files, threads, objects that the garbage collector knows."""

    megabytes: float
    files: int
    threads: int
    objects: int

    @classmethod
    def now(cls) -> Usage:
        """Return it, after the garbage went out."""
        gc.collect()
        pages = int(_STATM.read_text("ascii").split()[1])
        return cls(
            pages * resource.getpagesize() / 2**20,
            sum(1 for _ in _FILES.iterdir()),
            threading.active_count(),
            len(gc.get_objects()),
        )

    def __str__(self) -> str:
        """Return it for a report."""
        return f"{self.megabytes:.1f} MB, {self.files} files, {self.threads} threads, {self.objects} objects"
