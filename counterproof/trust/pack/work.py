"""The working copies of updates: each locked for as long as its process lives, and swept once it is dead."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from counterproof.sealing import files

if TYPE_CHECKING:
    from collections.abc import Iterator

_PREFIX = ".update-"


@contextlib.contextmanager
def working_copy(folder: Path) -> Iterator[Path]:
    """Give a folder inside `folder` that is gone afterwards; raises StoreError `sealing.*`."""
    with files.plain_errors():
        files.private_dir(folder)
        work = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=folder))
        descriptor = os.open(work, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        with files.plain_errors():
            yield work
    finally:
        shutil.rmtree(work, ignore_errors=True)
        os.close(descriptor)


def sweep_working_copies(folder: Path) -> None:
    """Remove what killed updates left; one whose process still lives is locked, and stays."""
    for left in folder.glob(f"{_PREFIX}*"):
        with contextlib.suppress(OSError):
            descriptor = os.open(left, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(left, ignore_errors=True)
            finally:
                os.close(descriptor)
