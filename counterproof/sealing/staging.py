"""A folder that comes into being whole: made beside its place, and moved there last.

What a killed process left beside the place goes when the next one begins there; one that is still at work is
known by its lock.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import secrets
import shutil
from typing import TYPE_CHECKING, Any, Self

from counterproof.mdoc.errors import CounterproofError
from counterproof.sealing import files

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from types import TracebackType


class Staged:
    """A folder in the making: `folder` is where to work until `take`.

    Whatever is raised within the block, before `take` or behind it, leaves no folder. Raises StoreError
    `sealing.*`.
    """

    def __init__(self, place: Path) -> None:
        self.place = place
        self.folder = place.with_name(f".{place.name}.{secrets.token_hex(4)}.new")
        self._lock = -1
        self._undo: list[Callable[[], Any]] = []

    def __enter__(self) -> Self:
        files.private_dir(self.place.absolute().parent)
        self._sweep()
        try:
            files.private_dir(self.folder)
            with files.plain_errors():
                self._lock = _locked(self.folder)
        except CounterproofError:
            self._remove()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None:
            for each in reversed(self._undo):
                with contextlib.suppress(CounterproofError, OSError):
                    each()
        self._remove()  # nothing, once it was taken
        os.close(self._lock)

    def inside(self, path: Path) -> Path:
        """Return where a path is for now, if it lies within the place; any other stays."""
        absolute, place = path.absolute(), self.place.absolute()
        if absolute.is_relative_to(place):
            return self.folder.absolute() / absolute.relative_to(place)
        return absolute

    def on_break(self, undo: Callable[[], Any]) -> None:
        """Call this if it comes to nothing, the last first."""
        self._undo.append(undo)

    def take(self) -> None:
        """Move the folder to its place; when this returns, it survives a power cut."""
        with files.plain_errors():
            files.sync_folder(self.folder)
            self.folder.rename(self.place)
            self._undo.append(lambda: shutil.rmtree(self.place, ignore_errors=True))
            files.sync_folder(self.place.absolute().parent)

    def _remove(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    def _sweep(self) -> None:
        """Remove what nobody makes any more."""
        left = re.compile(rf"\.{re.escape(self.place.name)}\.[0-9a-f]{{8}}\.new")
        with contextlib.suppress(OSError):
            for path in self.place.absolute().parent.iterdir():
                if left.fullmatch(path.name) and not path.is_symlink():
                    with contextlib.suppress(OSError), _closing(_locked(path)):
                        shutil.rmtree(path, ignore_errors=True)


def _locked(folder: Path) -> int:
    """Return a descriptor that holds the folder's lock until it is closed; raises OSError."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


@contextlib.contextmanager
def _closing(descriptor: int) -> Iterator[None]:
    try:
        yield
    finally:
        os.close(descriptor)
