"""Folders that travel: read without being led astray, written so that no reader ever sees half of one.

A file's name holds the beginning of its hash, so a new set is written beside the old one, and the set
changes at one moment: when agency.json is renamed into place. That holds on sticks too, where folders
cannot be exchanged and nothing but names can be trusted to be old or new.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import time
from typing import TYPE_CHECKING

from counterproof.mdoc.errors import CounterproofError, LimitError, StoreError
from counterproof.sealing import files
from counterproof.trust.manifest import FILE_NAME, STEM
from counterproof.trust.names import sha256

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

_HASH_DIGITS = 16
_OURS = re.compile(rf"[a-z0-9][a-z0-9._-]*-[0-9a-f]{{{_HASH_DIGITS}}}\.(?:cwt|crl|toml|pem|json|sig)")
_SUBFOLDERS = ("", "status", "crl", "signed", "types")
_READABLE = 0o644
_TRIES, _PAUSE = 200, 0.05


def hashed_name(stem: str, content: bytes, suffix: str) -> str:
    """Return `stem-<16 hexadecimal digits of the SHA-256>suffix`."""
    return f"{stem}-{sha256(content)[:_HASH_DIGITS]}{suffix}"


def signature_name(manifest: bytes) -> str:
    """Return the name of the file that holds the signature over this very agency.json."""
    return hashed_name(STEM, manifest, ".sig")


def read_file(folder: Path, path: str, *, limit: int) -> bytes:
    """Return an ordinary file of the folder; `path` has at most one subfolder, which is no link either.

    Raises StoreError `trust.file-missing`, `trust.file-unusable` (link, pipe, device, folder, or unreadable;
    `reason` says which), LimitError `trust.file-too-large`; each with the `file`.
    """
    above = path.rpartition("/")[0]
    if above and (folder / above).is_symlink():
        raise StoreError("trust.file-unusable", file=path, reason="sealing.not-a-folder")
    try:
        return files.read_regular(folder / path, limit=limit)
    except LimitError:
        raise LimitError("trust.file-too-large", file=path, limit=limit) from None
    except StoreError as error:
        if error.code == "sealing.missing":
            raise StoreError("trust.file-missing", file=path) from None
        raise StoreError("trust.file-unusable", file=path, reason=error.code) from None


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the folder against other writers; the lock ends with the process, however it ends.

    The lock is flock(2) on the folder itself, so there is no lock file to be left behind. Raises StoreError
    `trust.in-use` after ten seconds, `sealing.*`.
    """
    with files.plain_errors():
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        _lock(descriptor)
        yield
    finally:
        os.close(descriptor)


def _lock(descriptor: int) -> None:
    for _ in range(_TRIES):
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(_PAUSE)
        except OSError as error:
            raise files.store_error(error) from None
        else:
            return
    raise StoreError("trust.in-use")


def publish(folder: Path, contents: Mapping[str, bytes], manifest: bytes) -> None:
    """Put `contents` (path to bytes, hashed names) and then agency.json into the folder, readable by all.

    Other files are left alone; files of our own of earlier sets are removed once the new set stands. The
    caller holds the lock. Raises StoreError `sealing.*`.
    """
    put_all(folder, contents, (FILE_NAME, manifest))
    _sweep(folder, keep=contents.keys())


def put_all(folder: Path, contents: Mapping[str, bytes], last: tuple[str, bytes]) -> None:
    """Put `contents` (path to bytes) into the folder, and then the one file that makes them count.

    Raises StoreError `sealing.*`.
    """
    with files.plain_errors():
        above = {(folder / path).parent for path in (*contents, last[0])}
        for each in sorted(above):
            each.mkdir(mode=0o755, parents=True, exist_ok=True)
        for path, content in contents.items():
            _put(folder / path, content)
        for each in sorted(above):
            files.sync_folder(each)
        _put(folder / last[0], last[1])
        files.sync_folder((folder / last[0]).parent)
        files.sync_folder(folder)


def _put(path: Path, content: bytes) -> None:
    """Write a file that everybody may read: a temporary one beside it, flushed, renamed."""
    with contextlib.suppress(CounterproofError):
        if files.read_regular(path, limit=len(content)) == content:
            return
    temporary = path.with_name(f".{path.name}.{os.getpid()}{files.TEMPORARY_SUFFIX}")
    temporary.unlink(missing_ok=True)
    # No chmod: a stick's file system refuses modes that it cannot keep.
    descriptor = os.open(
        temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, _READABLE
    )
    try:
        view = memoryview(content)
        while view:
            view = view[os.write(descriptor, view) :]
        os.fsync(descriptor)
        temporary.replace(path)
    finally:
        os.close(descriptor)
        temporary.unlink(missing_ok=True)


def _sweep(folder: Path, *, keep: Iterable[str]) -> None:
    """Remove what earlier sets or killed writers left; a file that will not go is no reason to fail."""
    kept = set(keep)
    for name in _SUBFOLDERS:
        with contextlib.suppress(OSError):
            for path in sorted((folder / name).iterdir()):
                relative = f"{name}/{path.name}" if name else path.name
                inner = path.name.removeprefix(".")
                left_over = (
                    path.name != inner and path.name.endswith(files.TEMPORARY_SUFFIX) and _left_over(inner)
                )
                if relative not in kept and (_OURS.fullmatch(path.name) or left_over):
                    path.unlink()


def _left_over(name: str) -> bool:
    """Tell whether a temporary file was to become one of ours."""
    stem = name.removesuffix(files.TEMPORARY_SUFFIX).rpartition(".")[0]
    return stem == FILE_NAME or _OURS.fullmatch(stem) is not None
