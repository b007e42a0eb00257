"""One window or command at a time: a second one is told so at once."""

from __future__ import annotations

import contextlib
import fcntl
import os
import stat
from typing import TYPE_CHECKING, Self

from counterproof.mdoc.errors import StoreError
from counterproof.sealing import files

if TYPE_CHECKING:
    from pathlib import Path


class VaultLock:
    """The right to use a vault, held until `release` or the end of the process, however it ends.

    The lock is flock(2) on an empty file beside the vault, never on the vault: closing any descriptor
    of the database would drop SQLite's own POSIX locks. The file stays; removing it would let two
    processes lock two files of one name.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    @classmethod
    def acquire(cls, vault: Path) -> Self:
        """Take the lock of the vault at that path. Raises StoreError `vault.in-use`, `sealing.*`."""
        flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        with files.plain_errors():
            descriptor = os.open(vault.with_name(vault.name + ".lock"), flags, stat.S_IRUSR | stat.S_IWUSR)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(descriptor)
                raise StoreError("vault.in-use") from None
            except OSError:
                os.close(descriptor)
                raise
        return cls(descriptor)

    def release(self) -> None:
        """Give the lock back; a second call does nothing."""
        if self._descriptor >= 0:
            with contextlib.suppress(OSError):
                os.close(self._descriptor)
            self._descriptor = -1
