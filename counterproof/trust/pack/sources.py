"""Where a pack comes from: a folder, a zip file, or an address; each is a way to read a file by its path.

A path is ours, never the sender's: at most four names of plain letters. What is read is capped before it is
read; nothing is unpacked, and no link is followed.
"""

from __future__ import annotations

import contextlib
import errno
import io
import stat
import struct
import zipfile
import zlib
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Protocol

from counterproof.mdoc.errors import LimitError, MalformedError, StoreError
from counterproof.sealing import files
from counterproof.trust.manifest import FILE_NAME
from counterproof.trust.pack.layout import TIMESTAMP
from counterproof.trust.pack.limits import LIMITS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import IO


_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, ValueError, OverflowError, RuntimeError, struct.error)
"""What `zipfile` raises about a file that is none; NotImplementedError is a RuntimeError."""


class Source(Protocol):
    """A place that a pack is read from; `is_far`: bytes are dearer than the time to make them."""

    is_far: bool

    def read(self, path: str, limit: int) -> bytes | None:
        """Return a file of at most `limit` bytes; None where there is none.

        Raises StoreError, LimitError and MalformedError `pack.*`.
        """


class FolderSource:
    """A folder: a stick, a share, a copy that a neighbour made."""

    is_far = False

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self, path: str, limit: int) -> bytes | None:
        """Return an ordinary file that is reached through no link."""
        above = self._folder
        for name in PurePosixPath(path).parent.parts:
            above = above / name
            if above.is_symlink():
                raise StoreError("pack.file-unusable", file=path)
        try:
            return files.read_regular(self._folder / path, limit=limit)
        except LimitError:
            raise LimitError("pack.too-large", file=path, limit=limit) from None
        except StoreError as error:
            if error.code == "sealing.missing":
                return None
            if error.code == "sealing.not-a-file":
                raise StoreError("pack.file-unusable", file=path) from None
            raise


class ZipSource:
    """A zip file, as mail carries it; its entries are read where they are, none is unpacked."""

    is_far = False

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        entries = archive.infolist()
        if len(entries) > LIMITS.zip_entries:
            raise LimitError("pack.too-many", limit=LIMITS.zip_entries)
        self._entries: dict[str, zipfile.ZipInfo] = {}
        for entry in entries:
            if entry.filename in self._entries or not _is_plain(entry):
                raise MalformedError("pack.zip")
            self._entries[entry.filename] = entry
        self._above = self._find_above()
        self._left = LIMITS.total

    def _find_above(self) -> str:
        """Return the one folder that everything stands in, where somebody packed the folder and not in it."""
        for chief in (TIMESTAMP, FILE_NAME):
            found = [name for name in self._entries if name == chief or name.endswith(f"/{chief}")]
            if len(found) == 1 and found[0].count("/") <= chief.count("/") + 1:
                return found[0].removesuffix(chief)
        return ""

    def read(self, path: str, limit: int) -> bytes | None:
        """Return an entry, inflated no further than `limit`."""
        entry = self._entries.get(self._above + path)
        if entry is None:
            return None
        with _plain_errors(), self._archive.open(entry) as opened:
            content = opened.read(limit + 1)
        self._left -= len(content)
        if len(content) > limit or self._left < 0:
            raise LimitError("pack.too-large", file=path, limit=limit)
        return content


def _is_plain(entry: zipfile.ZipInfo) -> bool:
    """Tell whether an entry is an ordinary file or a folder, inside, packed in a way that is known."""
    mode = entry.external_attr >> 16
    kind = stat.S_IFMT(mode)
    way = PurePosixPath(entry.filename)
    inside = not way.is_absolute() and ".." not in way.parts and "\\" not in entry.filename
    known = entry.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) and not entry.flag_bits & 1
    return inside and known and ":" not in entry.filename and kind in (0, stat.S_IFREG, stat.S_IFDIR)


class _Regular:
    """An ordinary file, opened without waiting on pipes and without following a link."""

    def __init__(self, path: Path) -> None:
        self._opened = contextlib.ExitStack()
        self._path = path

    def __enter__(self) -> IO[bytes]:
        with files.plain_errors():
            descriptor = self._opened.enter_context(files.open_regular(self._path))
            opened = open(descriptor, "rb", closefd=False)
        self._opened.callback(opened.close)
        return opened

    def __exit__(self, *_: object) -> None:
        self._opened.close()


@contextlib.contextmanager
def open_zip(path: Path) -> Iterator[ZipSource]:
    """Open a zip file; raises StoreError `sealing.*`, MalformedError `pack.zip`, LimitError."""
    with _Regular(path) as opened:
        opened.seek(0, 2)
        if opened.tell() > LIMITS.zip_file:
            raise LimitError("pack.too-large", file="zip", limit=LIMITS.zip_file)
        with _archive(opened) as archive:
            yield ZipSource(archive)


def zip_source(data: bytes) -> ZipSource:
    """Return what reads a zip file that came as bytes; raises MalformedError `pack.zip`, LimitError."""
    return ZipSource(_archive(io.BytesIO(data)))


def _archive(opened: IO[bytes]) -> zipfile.ZipFile:
    with _plain_errors():
        return zipfile.ZipFile(opened)


@contextlib.contextmanager
def _plain_errors() -> Iterator[None]:
    try:
        yield
    except _DAMAGED:
        raise MalformedError("pack.zip") from None
    except OSError as error:
        # No disk fails: the archive sends us to a place that no file can have.
        if error.errno == errno.EINVAL:
            raise MalformedError("pack.zip") from None
        raise files.store_error(error) from None
