"""The start of the window."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from counterproof.desktop.app import Desktop, Preferences, application, usual_percent
from counterproof.desktop.background import PoolRunner
from counterproof.words.language import tr
from wallet.flows.people import People
from wallet.ui.sleep import SleepWatch
from wallet.ui.start import first_page
from wallet.ui.window import WalletWindow

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from wallet.flows.opening import World


def run(
    environment: Mapping[str, str], world: World, wallet: Path | None = None, given: Sequence[str] = ()
) -> int:
    """Open the window, hand it what was given, and return the exit code when it is closed."""
    app = application("wallet", tr("Wallet"))
    desktop = Desktop(app, Preferences(settings_file(environment), usual_percent()))
    window = WalletWindow(desktop, world, People.of(environment, wallet), PoolRunner())
    window.go(first_page(window))
    sleep = SleepWatch(window)
    sleep.start()
    window.show()
    window.arrived(list(given))
    return app.exec()


def settings_file(environment: Mapping[str, str]) -> Path:
    """Return where looks and language are kept: never anything that was shown."""
    given = Path(environment.get("XDG_CONFIG_HOME", ""))
    base = given if given.is_absolute() else Path(environment.get("HOME", "~")).expanduser() / ".config"
    return base / "counterproof" / "wallet-window.ini"
