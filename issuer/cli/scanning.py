"""`issuer scan`: a desk takes in the request that a wallet shows as a code."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from counterproof.mdoc.errors import UsageError
from counterproof.sealing import files
from counterproof.terminal.commands import Command
from counterproof.words.language import tr
from issuer.cli.output import check_free, hand_out, say, say_next

if TYPE_CHECKING:
    from counterproof.optics.sources import Source

_PIPE = "-"


@click.command(cls=Command)
@click.argument("inputs", nargs=-1, metavar="[INPUT...]")
@click.option("--camera", metavar="N", help="Look through camera number N, 0 for the first.")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="Where it goes.")
def scan(*, inputs: tuple[str, ...], camera: str | None, out: Path) -> None:
    """Take in the request that a wallet shows as a code, and save it as the file that it is.

    INPUT: pictures, a moving picture, a PDF, the text of a code, or - for a hand scanner that types.
    """
    from counterproof.optics.exchange import card_request  # noqa: PLC0415 - slow; --help needs none
    from issuer.agency import scanning  # noqa: PLC0415

    check_free(out)
    if bool(inputs) == (camera is not None):
        raise UsageError("agency.scan-what")
    request = _look(camera) if camera is not None else scanning.scanned(_sources(inputs))
    hand_out(out, request)
    say_number(card_request.number(request))
    words = tr("The request is in {file}. Issue:").format(file=out)
    say_next(words, f"issuer issue DIR --request {out} --type TYPE …")


def say_number(number: str) -> None:
    """Say which request was scanned, so that the one of a neighbour at the desk is not taken for it."""
    say(tr("Request number {n}. The wallet shows the same number."), n=number, err=True)


def _look(camera: str) -> bytes:
    from counterproof.clock import SystemClock  # noqa: PLC0415
    from issuer.agency.scanning import watched  # noqa: PLC0415

    told = 0

    def tell(received: int, needed: int) -> None:
        nonlocal told
        if received != told:
            told = received
            words = tr("{n} of {needed} pictures").format(n=received, needed=needed)
            click.echo(f"\r{words}", nl=False, err=True)

    say(tr("Hold the wallet's code in front of the camera. Ctrl-C ends it."), err=True)
    request = watched(int(camera) if camera.isdecimal() else camera, SystemClock(), tell)
    click.echo("", err=True)
    return request


def _sources(inputs: tuple[str, ...]) -> list[Source]:
    from counterproof.optics.files import read_pipe  # noqa: PLC0415
    from counterproof.optics.kinds import may_be_code  # noqa: PLC0415
    from counterproof.optics.sources import BytesSource, FileSource, TextSource  # noqa: PLC0415

    found: list[Source] = []
    for each in inputs:
        if each == _PIPE:
            found.append(BytesSource(read_pipe(sys.stdin.buffer), tr("standard input")))
        elif may_be_code(each) and not files.exists(Path(each)):
            found.append(TextSource(each))
        else:
            found.append(FileSource(Path(each)))
    return found


COMMANDS = (scan,)
