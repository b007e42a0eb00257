"""`wallet` without a command: the window, or a word on why there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterproof.desktop.screen import check_screen, has_screen
from counterproof.mdoc.errors import UsageError
from counterproof.words import language

if TYPE_CHECKING:
    from wallet.cli.app import App


def open_window(app: App) -> int:
    """Open the window and return its exit code.

    Raises UsageError `desktop.no-screen` where there is none, `desktop.no-libraries` where Qt cannot load.
    """
    language.use(language.of_environment(app.environment))
    if not has_screen(app.environment):
        raise UsageError("desktop.no-screen", program="wallet")
    check_screen("wallet")
    from wallet.flows.opening import World  # noqa: PLC0415 - commands load no Qt
    from wallet.ui.app import run  # noqa: PLC0415 - commands load no Qt

    return run(app.environment, World(app.random, app.policy, app.clock))
