"""Where a code goes: a picture, a moving picture, text, a folder of frames, or the terminal."""

from __future__ import annotations

import io
import itertools
import shutil
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import click

from counterproof.mdoc.errors import UsageError
from counterproof.optics import draw, paper
from counterproof.optics.limits import LIMITS
from counterproof.optics.stream import StreamSender
from counterproof.sealing import files
from counterproof.words.language import ntr, tr
from counterproof.words.model import N_

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from counterproof.clock import Clock
    from wallet.showing import Showing

CODES: Final = (".png", ".gif", ".txt")
_NARROW: Final = N_(
    "The window is too small for the code. Make it larger or its letters smaller, or use --out FILE."
)

_SOON: Final = 3_600
"""Seconds; what stands longer, as a request for a card does for days, is not counted down."""


@dataclass(frozen=True)
class Target:
    """A file or folder that a person named, looked at before anything is used up."""

    path: Path
    overwrite: bool

    @classmethod
    def of(cls, path: Path, suffixes: tuple[str, ...], *, folders: bool, overwrite: bool) -> Target:
        """Check a place; without `suffixes` any name will do.

        Raises UsageError `wallet.out-suffix`, `wallet.out-folder`, `sealing.exists`.
        """
        is_folder = folders and (path.is_dir() or not path.suffix)
        if suffixes and not is_folder and path.suffix.lower() not in suffixes:
            raise UsageError("wallet.out-suffix", suffixes=", ".join(suffixes))
        if not path.parent.is_dir():
            raise UsageError("wallet.out-folder")
        if not is_folder and path.exists() and not overwrite:
            raise UsageError("sealing.exists")
        return cls(path, overwrite)

    def write(self, content: bytes) -> list[Path]:
        """Write one file."""
        files.write_atomic(self.path, content, replace=self.overwrite)
        return [self.path]

    def write_code(self, showing: Showing) -> list[Path]:
        """Write a code in the form that the name asks for; raise UsageError `wallet.out-moving`."""
        code, suffix = showing.code, self.path.suffix.lower()
        moving, texts = isinstance(code, StreamSender), texts_of(showing)
        if suffix == ".txt":
            return self.write("".join(f"{text}\n" for text in texts).encode())
        if suffix == ".gif":
            return self.write(draw.gif(code) if isinstance(code, StreamSender) else _still_gif(texts[0]))
        if suffix == ".png":
            if moving:
                raise UsageError("wallet.out-moving", frames=showing.frames_needed)
            return self.write(draw.png(texts[0]))
        return self._write_frames(texts)

    def _write_frames(self, texts: Iterable[str]) -> list[Path]:
        files.private_dir(self.path)
        written = []
        for number, text in enumerate(texts, start=1):
            path = self.path / f"frame-{number:04}.png"
            files.write_atomic(path, draw.png(text), replace=self.overwrite)
            written.append(path)
        return written


def texts_of(showing: Showing) -> list[str]:
    """Return the text of a still code, or those of as many frames as a saved stream has."""
    moving = isinstance(showing.code, StreamSender)
    return list(itertools.islice(showing.code, 2 * showing.frames_needed + 4 if moving else 1))


def _still_gif(text: str) -> bytes:
    from PIL import Image  # noqa: PLC0415 - half a second, when it is used

    out = io.BytesIO()
    with Image.open(io.BytesIO(draw.png(text))) as picture:
        picture.save(out, format="GIF")
    return out.getvalue()


def show_in_terminal(showing: Showing, clock: Clock) -> None:
    """Draw a code; a moving one plays until Ctrl-C or until its time is over, with its progress.

    Raises UsageError `wallet.out-terminal` for a moving code where no terminal is.
    """
    if not isinstance(showing.code, StreamSender):
        click.echo(_drawn(showing.code.text))
        return
    if not sys.stdout.isatty():
        raise UsageError("wallet.out-terminal", frames=showing.frames_needed)
    seconds = max(0, showing.until - int(clock.now().timestamp()))
    end = clock.monotonic() + seconds
    try:
        for number, text in enumerate(showing.code, start=1):
            if clock.monotonic() > end:
                return
            click.echo("\x1b[H\x1b[2J" + _drawn(text))
            click.echo(_progress(number, showing.frames_needed, int(end - clock.monotonic())))
            time.sleep(1 / LIMITS.stream_frames_per_second)
    except KeyboardInterrupt:
        click.echo()


def _progress(number: int, needed: int, seconds: int) -> str:
    if number <= needed:
        part = tr("Picture {n} of {needed}.").format(n=number, needed=needed)
    else:
        part = tr("Picture {n}: spare ones, until the reader has it all.").format(n=number)
    left = ntr("{n} second left.", "{n} seconds left.", seconds).format(n=seconds)
    words = [part, left] if seconds <= _SOON else [part]
    return " ".join([*words, tr("Hold the screen towards the reader. Ctrl-C ends it.")])


def _drawn(text: str) -> str:
    drawn = paper.terminal(text)
    if sys.stdout.isatty():
        columns, lines = shutil.get_terminal_size()
        side = draw.side_of(draw.version_for(text)) + 2 * draw.QUIET_MODULES
        if columns < side or lines < side // 2 + 2:
            click.echo(tr(_NARROW), err=True)
    return drawn
