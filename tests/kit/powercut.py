"""What a disk may hold after a power cut: every state that the flushes of a program still allow.

A program runs once under strace. Its writes, truncations, renames, removals and flushes are played
back on a model in which data counts as safe only after fsync or fdatasync of the file, and a name only
after fsync of its folder. Between two flushes anything may have reached the disk: of the data any
sectors, of a folder's changes any first part (file systems keep those in order). After each operation
some such states are drawn and written out as folders, for the test to open.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from tests.kit.faults import READY, ROOT

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator, Sequence

SECTOR = 512
_TRACED = "openat,write,pwrite64,ftruncate,fsync,fdatasync,unlink,rename,link"
_LINE = re.compile(r"^(?P<name>\w+)\((?P<arguments>.*)\) += (?P<result>-?\d+)")
_STRING = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')
_NUMBER = re.compile(r"^\d+")


@dataclass
class _File:
    """The bytes that are safe, and the writes since the last flush: (offset, data) or (length, None)."""

    safe: bytes = b""
    pending: list[tuple[int, bytes | None]] = field(default_factory=list)

    def flush(self) -> None:
        self.safe = _applied(self.safe, self.pending)
        self.pending = []

    def drawn(self, dice: random.Random) -> bytes:
        share = dice.choice((0.0, 0.1, 0.5, 0.9, 1.0))
        pieces = (piece for write in self.pending for piece in _sectors(write))
        kept = [piece for piece in pieces if dice.random() < share]
        return _applied(self.safe, kept)


@dataclass
class _Folder:
    """The names that are safe, those that the program sees, and the changes since the last flush."""

    safe: dict[str, _File] = field(default_factory=dict)
    seen: dict[str, _File] = field(default_factory=dict)
    pending: list[dict[str, _File | None]] = field(default_factory=list)

    def change(self, names: dict[str, _File | None]) -> None:
        self.pending.append(names)
        _rename(self.seen, names)

    def flush(self) -> None:
        self.safe, self.pending = dict(self.seen), []

    def drawn(self, changes: int) -> dict[str, _File]:
        names = dict(self.safe)
        for change in self.pending[:changes]:
            _rename(names, change)
        return names


@dataclass(frozen=True)
class Image:
    """A folder as a power cut may leave it, and what had been acknowledged by then."""

    folder: Path
    acknowledged: tuple[str, ...]
    after: str


class PowerCut:
    """The model of one folder and its subfolders, as they are when it is made."""

    def __init__(self, folder: Path) -> None:
        self._root = folder
        self._folders: dict[str, _Folder] = defaultdict(_Folder)
        self._open: dict[int, _File | _Folder] = {}
        self._acknowledged: list[str] = []
        for path in folder.rglob("*"):
            if path.is_file():
                parent = self._folders[os.fspath(path.parent)]
                parent.safe[path.name] = parent.seen[path.name] = _File(path.read_bytes())

    def images(self, command: Sequence[str], log: Path, dice: random.Random, draws: int) -> Iterator[Image]:
        """Run `command` and give `draws` images for each operation on the folder after `ready`."""
        ready = False
        for number, line in enumerate(_trace(command, log)):
            match = _LINE.match(line)
            if match is None or int(match["result"]) < 0:
                continue
            said = self._play(match["name"], match["arguments"], int(match["result"]))
            ready = ready or said == READY
            if ready and said is None:
                for draw in range(draws):
                    target = log.parent / f"image-{number}-{draw}"
                    self._write_out(target, dice)
                    yield Image(target, tuple(self._acknowledged), f"{number} {line[:60]}")

    def _play(self, name: str, arguments: str, result: int) -> str | None:
        """Do one call on the model; return a line if that was printed, "" if the call is not ours."""
        strings = [bytes.fromhex(text.replace("\\x", "")) for text in _STRING.findall(arguments)]
        if name == "openat":
            return self._play_open(strings[0].decode(), result)
        if name in ("unlink", "rename", "link"):
            return self._play_names(name, [Path(text.decode()) for text in strings])
        number = _NUMBER.match(arguments)
        descriptor = int(number[0]) if number else -1
        if name == "write" and descriptor == 1:
            line = strings[0].decode().rstrip("\n")
            if line != READY:
                self._acknowledged.append(line)
            return line
        target = self._open.get(descriptor)
        if target is None:
            return ""
        if name in ("fsync", "fdatasync"):
            target.flush()
        elif isinstance(target, _File):
            _play_data(target, name, arguments, strings)
        return None

    def _play_open(self, text: str, result: int) -> str | None:
        path = Path(text)
        self._open.pop(result, None)
        if path != self._root and self._root not in path.parents:
            return ""
        if path.is_dir():
            self._open[result] = self._folders[text]
            return ""
        folder = self._folders[os.fspath(path.parent)]
        is_new = path.name not in folder.seen
        if is_new:
            folder.change({path.name: _File()})
        self._open[result] = folder.seen[path.name]
        return None if is_new else ""

    def _play_names(self, name: str, paths: list[Path]) -> str | None:
        if self._root not in paths[0].parents:
            return ""
        folder = self._folders[os.fspath(paths[0].parent)]
        file = folder.seen[paths[0].name]
        if name == "unlink":
            folder.change({paths[0].name: None})
        elif name == "rename":
            folder.change({paths[0].name: None, paths[1].name: file})
        else:
            folder.change({paths[1].name: file})
        return None

    def _write_out(self, target: Path, dice: random.Random) -> None:
        for name, folder in self._folders.items():
            place = target / Path(name).relative_to(self._root)
            place.mkdir(parents=True, exist_ok=True)
            for file_name, file in folder.drawn(dice.randint(0, len(folder.pending))).items():
                (place / file_name).write_bytes(file.drawn(dice))


def bytes_written(command: Sequence[str], log: Path) -> list[bytes]:
    """Run `command` and return the data of each of its writes, those to its own output left out."""
    calls = (match for match in map(_LINE.match, _trace(command, log)) if match is not None)
    return [
        bytes.fromhex(text.replace("\\x", ""))
        for call in calls
        if call["name"] in ("write", "pwrite64") and not call["arguments"].startswith(("1,", "2,"))
        for text in _STRING.findall(call["arguments"])
    ]


def _trace(command: Sequence[str], log: Path) -> list[str]:
    options = ["-qq", "-xx", "-s", "10000000", "-o", os.fspath(log), "-e", f"trace={_TRACED}"]
    subprocess.run(["strace", *options, *command], check=True, capture_output=True, cwd=ROOT)
    return log.read_text().splitlines()


def _play_data(file: _File, name: str, arguments: str, strings: list[bytes]) -> None:
    last = int(arguments.rsplit(", ", 1)[1])
    if name == "ftruncate":
        file.pending.append((last, None))
    elif name == "pwrite64":
        file.pending.append((last, strings[0]))
    else:
        end = len(_applied(file.safe, file.pending))
        file.pending.append((end, strings[0]))


def _rename(names: dict[str, _File], change: dict[str, _File | None]) -> None:
    for name, file in change.items():
        if file is None:
            names.pop(name, None)
        else:
            names[name] = file


def _sectors(write: tuple[int, bytes | None]) -> Iterator[tuple[int, bytes | None]]:
    offset, data = write
    if data is None:
        yield write
        return
    for start in range(0, len(data), SECTOR):
        yield offset + start, data[start : start + SECTOR]


def _applied(content: bytes, writes: Sequence[tuple[int, bytes | None]]) -> bytes:
    grown = bytearray(content)
    for offset, data in writes:
        end = offset if data is None else offset + len(data)
        if len(grown) < end:
            grown.extend(bytes(end - len(grown)))
        if data is None:
            del grown[end:]
        else:
            grown[offset:end] = data
    return bytes(grown)
