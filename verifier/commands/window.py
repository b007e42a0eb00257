"""`verifier window`, which `verifier` alone is too, and `verifier open`: open the counter's window."""

from __future__ import annotations

from pathlib import Path

import click

from counterproof.terminal.commands import Command
from verifier.commands.session import Session, session


@click.command(cls=Command)
@click.option("--full-screen", is_flag=True, help="Fill the screen.")
@click.option(
    "--recording",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A film of your own that stands in for a camera, to try things without one.",
)
@session
@click.pass_context
def window(ctx: click.Context, called: Session, *, full_screen: bool, recording: Path | None) -> None:
    """Open the window; where there is no screen, say so."""
    ctx.exit(_open(called, recording=recording, full=full_screen))


@click.command("open", cls=Command)
@click.argument("file", required=False, type=click.Path(exists=True, path_type=Path))
@session
@click.pass_context
def open_file(ctx: click.Context, called: Session, *, file: Path | None) -> None:
    """Open the window and hand it a FILE, as if it had been dropped there.

    A trust pack or an agency's folder updates what this counter believes; a picture of a code is read.
    """
    ctx.exit(_open(called, handed=None if file is None else file.absolute()))


def _open(
    called: Session, *, recording: Path | None = None, full: bool = False, handed: Path | None = None
) -> int:
    from counterproof.desktop.screen import check_screen  # noqa: PLC0415 - the commands need no Qt

    check_screen("verifier")
    from counterproof.desktop.scanner import Camera  # noqa: PLC0415
    from verifier.ui.start import open_window  # noqa: PLC0415

    film = None if recording is None else Camera(str(recording), recording.name)
    return open_window(called.home, called.clock, recording=film, full=full, handed=handed)


COMMANDS = (window, open_file)
