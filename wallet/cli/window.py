"""`wallet` without a command, and `wallet open`: the window, or a word on why there is none."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from counterproof.desktop.screen import check_screen, has_screen
from counterproof.mdoc.errors import UsageError
from counterproof.terminal.commands import Command
from counterproof.words import language
from wallet.cli.app import App

if TYPE_CHECKING:
    from collections.abc import Sequence


@click.command("open", cls=Command)
@click.pass_context
@click.argument("given", nargs=-1, metavar="[FILE|LINK]...")
@click.option("--wallet", "wallet_file", type=click.Path(path_type=Path), help="The wallet's file.")
@click.option("--development", is_flag=True, help="Allow http to this machine itself, for trying things out.")
def open_(ctx: click.Context, given: tuple[str, ...], wallet_file: Path | None, *, development: bool) -> None:
    """Open the window, and in it a FILE or the LINK of an offer; for a double click on one."""
    app = ctx.ensure_object(App)
    ctx.exit(open_window(app, wallet_file, given, development=development))


def open_window(
    app: App, wallet: Path | None = None, given: Sequence[str] = (), *, development: bool = False
) -> int:
    """Open the window, look there at what was given, and return the exit code.

    Raises UsageError `desktop.no-screen` where there is none, `desktop.no-libraries` where Qt cannot load.
    """
    language.use(language.of_environment(app.environment))
    if not has_screen(app.environment):
        raise UsageError("desktop.no-screen", program="wallet")
    check_screen("wallet")
    from wallet.flows.opening import World  # noqa: PLC0415 - commands load no Qt
    from wallet.ui.app import run  # noqa: PLC0415 - commands load no Qt

    world = World(app.random, app.policy, app.clock, development)
    return run(app.environment, world, wallet, given)
