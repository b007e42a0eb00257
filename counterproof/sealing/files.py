"""Files that hold secrets: read without being led astray, written whole or not at all.

Every failure of the operating system becomes a StoreError whose code says what a person can do about
it: `sealing.disk-full`, `sealing.read-only`, `sealing.permission`, `sealing.missing`,
`sealing.disk-error`, `sealing.name-too-long`. No path is named in an error: a path may hold a person's name.
"""

from __future__ import annotations

import contextlib
import errno
import itertools
import os
import stat
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from counterproof.mdoc.errors import LimitError, StoreError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

TEMPORARY_SUFFIX = ".tmp"
_CODES = {
    errno.ENOSPC: "sealing.disk-full",
    errno.EDQUOT: "sealing.disk-full",
    errno.EFBIG: "sealing.disk-full",
    errno.EROFS: "sealing.read-only",
    errno.EACCES: "sealing.permission",
    errno.EPERM: "sealing.permission",
    errno.ENOENT: "sealing.missing",
    errno.ENOTDIR: "sealing.missing",
    errno.ELOOP: "sealing.not-a-file",
    errno.ENAMETOOLONG: "sealing.name-too-long",
}
_OF_DISKS = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO, errno.ENAMETOOLONG})


def plain_errors() -> _PlainErrors:
    """Turn any OSError inside a `with` block into a StoreError with a plain code."""
    return _PlainErrors()


class _PlainErrors:
    """A class and no generator, as it stands around every small read."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        if isinstance(error, OSError):
            raise store_error(error) from None  # the system's own error names the path


def store_error(error: OSError) -> StoreError:
    """Return the StoreError for an OSError, with the system's error number as its only fact."""
    return StoreError(_CODES.get(error.errno or 0, "sealing.disk-error"), errno=error.errno or 0)


def disk_error(error: BaseException) -> StoreError | None:
    """Return what to say of a disk that is full, broken or may not be written, or of a name that none takes.

    None for any other error.

    For the boundaries of programs: a disk can fail where nobody thought of it, and is no fault of ours.
    """
    return store_error(error) if isinstance(error, OSError) and error.errno in _OF_DISKS else None


def exists(path: Path) -> bool:
    """Whether something is there; no, where the name is none, such as the text of a code that was typed."""
    try:
        return path.exists()
    except OSError:
        return False


def is_file(path: Path) -> bool:
    """Whether an ordinary file is there; no as in `exists`."""
    try:
        return path.is_file()
    except OSError:
        return False


def is_folder(path: Path) -> bool:
    """Whether a folder is there; no as in `exists`."""
    try:
        return path.is_dir()
    except OSError:
        return False


def read_regular(path: Path, *, limit: int) -> bytes:
    """Return the bytes of an ordinary file of at most `limit` bytes.

    Links, folders, pipes and devices are refused without waiting on them or reading from them.
    Raises StoreError `sealing.not-a-file` and the codes of this module, LimitError `sealing.too-large`.
    """
    with plain_errors(), open_regular(path) as descriptor:
        size = os.fstat(descriptor).st_size
        if size > limit:
            raise LimitError("sealing.too-large", bytes=size, limit=limit)
        content = _read(descriptor, limit + 1)
    if len(content) > limit:
        raise LimitError("sealing.too-large", bytes=len(content), limit=limit)
    return content


@contextlib.contextmanager
def open_regular(path: Path) -> Iterator[int]:
    """Give a descriptor for reading an ordinary file that is reached through no final link.

    Raises StoreError `sealing.not-a-file`; OSError as the system gives it.
    """
    # O_NONBLOCK: opening a pipe that nobody writes to must not hang; it changes nothing for files.
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise StoreError("sealing.not-a-file")
        yield descriptor
    finally:
        os.close(descriptor)


def write_atomic(path: Path, content: bytes, *, replace: bool = True) -> None:
    """Put `content` at `path`, for the owner's eyes only, so that a crash leaves the old file or the new.

    A temporary file in the same folder is written, flushed to the disk and renamed; then the folder
    is flushed. Whatever fails, the temporary file is removed. With `replace=False` an existing file is
    refused. Raises UsageError `sealing.exists`, StoreError `sealing.not-a-file` when `path` is
    anything but a file, and the codes of this module.
    """
    with plain_errors():
        _check_target(path, replace=replace)
        with temporary_beside(path) as (descriptor, temporary):
            _write(descriptor, content)
            os.fsync(descriptor)
            _move(temporary, path, replace=replace)
        sync_folder(path.parent)


def free_name(path: Path) -> Path:
    """Return this path, or with -2, -3 and so on behind its name the first at which nothing stands yet."""
    others = (path.with_name(f"{path.stem}-{n}{path.suffix}") for n in itertools.count(2))
    return next(each for each in itertools.chain((path,), others) if not os.path.lexists(each))


@contextlib.contextmanager
def temporary_beside(path: Path) -> Iterator[tuple[int, Path]]:
    """Give a new empty file in the folder of `path`, for the owner alone: a descriptor and its path.

    On leaving, the descriptor is closed and the file removed if it still bears its temporary name.
    Raises OSError.
    """
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=TEMPORARY_SUFFIX, dir=path.parent)
    temporary = Path(name)
    try:
        os.fchmod(descriptor, stat.S_IRUSR | stat.S_IWUSR)
        yield descriptor, temporary
    finally:
        os.close(descriptor)
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)


def sweep_temporaries(path: Path) -> None:
    """Remove temporary files of `path` that a killed process left; nobody else may be writing `path`."""
    with contextlib.suppress(OSError):
        for leftover in path.parent.iterdir():
            if leftover.name.startswith(f".{path.name}.") and leftover.suffix.startswith(TEMPORARY_SUFFIX):
                leftover.unlink()


def private_dir(path: Path) -> Path:
    """Return `path`; where it or a parent was missing, it is made for the owner alone, whatever the umask.

    The mode is 0700; a folder that exists is left as it is. Raises StoreError `sealing.not-a-folder`
    and the codes of
    this module.
    """
    with plain_errors():
        if path.is_dir():
            return path
        if os.path.lexists(path):
            raise StoreError("sealing.not-a-folder")
        private_dir(path.parent)
        with contextlib.suppress(FileExistsError):
            path.mkdir(mode=stat.S_IRWXU)
            path.chmod(stat.S_IRWXU)
            sync_folder(path.parent)
        return path


def sync_folder(path: Path) -> None:
    """Flush a folder's entries to the disk, so that a rename survives a power cut. Raises OSError."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _check_target(path: Path, *, replace: bool) -> None:
    try:
        mode = os.lstat(path).st_mode
    except FileNotFoundError:
        return
    if not stat.S_ISREG(mode):
        raise StoreError("sealing.not-a-file")
    if not replace:
        raise UsageError("sealing.exists")


def _move(source: Path, target: Path, *, replace: bool) -> None:
    if replace:
        source.replace(target)
        return
    try:
        os.link(source, target)  # unlike rename, refuses a file that appeared since it was looked for
    except FileExistsError:
        raise UsageError("sealing.exists") from None
    source.unlink()


def _read(descriptor: int, limit: int) -> bytes:
    content = piece = os.read(descriptor, min(limit, 1 << 20))
    while piece and len(content) < limit:
        piece = os.read(descriptor, min(limit - len(content), 1 << 20))
        content += piece
    return content


def _write(descriptor: int, content: bytes) -> None:
    view = memoryview(content)
    while view:
        view = view[os.write(descriptor, view) :]
