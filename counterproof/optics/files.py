"""Bytes from a path or a pipe that somebody named, without hanging and without swallowing a disk."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING, Final

from counterproof.mdoc.errors import LimitError, UsageError
from counterproof.optics.limits import LIMITS, OpticsLimits

if TYPE_CHECKING:
    from pathlib import Path
    from typing import BinaryIO

# Opening a FIFO without O_NONBLOCK waits for somebody to write into it; Windows has neither.
_FLAGS: Final = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_CHUNK: Final = 1 << 20


def read_regular(path: Path, limits: OpticsLimits = LIMITS) -> bytes:
    """Return the content of a regular file, which a link may lead to.

    Errors: `optics.file-missing`, `optics.file-kind` (a folder, device, pipe or socket), `optics.file-denied`
    and `optics.file-unreadable` (UsageError), `optics.file-size` (LimitError).
    """
    try:
        handle = os.open(path, _FLAGS)
    except (FileNotFoundError, NotADirectoryError):
        raise UsageError("optics.file-missing", name=path.name) from None
    except PermissionError:
        raise UsageError("optics.file-denied", name=path.name) from None
    except (OSError, ValueError):  # a socket, too many links; a NUL in the name
        raise UsageError("optics.file-unreadable", name=path.name.replace("\0", "")) from None
    try:
        _check(os.fstat(handle), path, limits)
        with os.fdopen(handle, "rb", closefd=False) as file:
            return read_pipe(file, limits)
    except OSError:
        raise UsageError("optics.file-unreadable", name=path.name) from None
    finally:
        os.close(handle)


def _check(found: os.stat_result, path: Path, limits: OpticsLimits) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise UsageError("optics.file-kind", name=path.name)
    if found.st_size > limits.file_bytes:
        raise LimitError("optics.file-size", bytes=found.st_size, limit=limits.file_bytes)


def read_pipe(pipe: BinaryIO, limits: OpticsLimits = LIMITS) -> bytes:
    """Return what a pipe or standard input gives until it ends.

    Error: `optics.file-size` as soon as it gave more than 48 MB.
    """
    data = bytearray()
    while chunk := pipe.read(_CHUNK):
        data += chunk
        if len(data) > limits.file_bytes:
            raise LimitError("optics.file-size", bytes=len(data), limit=limits.file_bytes)
    return bytes(data)
