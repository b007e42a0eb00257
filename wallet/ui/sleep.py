"""Hears from the system that the computer goes to sleep or that the session is locked (logind, by D-Bus).

Where there is no such bus nothing is heard, and the guard's look at the clocks finds the sleep afterwards.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import SLOT, QObject, Slot

from wallet.flows.guard import Reason

if TYPE_CHECKING:
    from wallet.ui.window import WalletWindow

_SERVICE: Final = "org.freedesktop.login1"
_MANAGER: Final = ("/org/freedesktop/login1", "org.freedesktop.login1.Manager", "PrepareForSleep")


class SleepWatch(QObject):
    """Locks the wallet before the computer sleeps."""

    def __init__(self, window: WalletWindow) -> None:
        super().__init__(window)
        self._window = window

    def start(self) -> bool:
        """Listen; return whether there is something to listen to."""
        try:
            from PySide6.QtDBus import QDBusConnection  # noqa: PLC0415 - not on every system
        except ImportError:
            return False
        bus = QDBusConnection.systemBus()
        path, interface, name = _MANAGER
        return bus.isConnected() and bus.connect(
            _SERVICE, path, interface, name, self, SLOT("goes_to_sleep(bool)").encode()
        )

    @Slot(bool)
    def goes_to_sleep(self, begins: bool) -> None:  # noqa: FBT001 - the signal's own form
        """Lock the wallet."""
        if begins:
            self._window.lock(Reason.SLEPT)
