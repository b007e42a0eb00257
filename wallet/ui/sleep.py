"""Hears from the system that the computer goes to sleep or that the screen is locked (D-Bus).

Sleep is told by logind on the system's bus, a locked screen by the desktop on the session's. Where there is no
such bus nothing is heard, and the guard's look at the clocks finds the sleep afterwards.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import SLOT, QObject, Slot

from wallet.flows.guard import Reason

if TYPE_CHECKING:
    from PySide6.QtDBus import QDBusConnection

    from wallet.ui.window import WalletWindow

_SLEEP: Final = (
    "org.freedesktop.login1",
    "/org/freedesktop/login1",
    "org.freedesktop.login1.Manager",
    "PrepareForSleep",
)
_SCREEN: Final = (
    (
        "org.freedesktop.ScreenSaver",
        "/org/freedesktop/ScreenSaver",
        "org.freedesktop.ScreenSaver",
        "ActiveChanged",
    ),
    ("org.gnome.ScreenSaver", "/org/gnome/ScreenSaver", "org.gnome.ScreenSaver", "ActiveChanged"),
)


class SleepWatch(QObject):
    """Locks the wallet before the computer sleeps, and when the screen is locked."""

    def __init__(self, window: WalletWindow) -> None:
        super().__init__(window)
        self._window = window

    def start(self) -> bool:
        """Listen on the buses of this computer; return whether sleep will be heard of."""
        try:
            from PySide6.QtDBus import QDBusConnection  # noqa: PLC0415 - not on every system
        except ImportError:
            return False
        self.listen_for_locks(QDBusConnection.sessionBus())
        return self.listen_for_sleep(QDBusConnection.systemBus())

    def listen_for_sleep(self, bus: QDBusConnection) -> bool:
        """Listen to logind on a bus, and to nobody else there; return whether that is possible."""
        return self._connect(bus, _SLEEP, SLOT("sleep_begins(bool)"))

    def listen_for_locks(self, bus: QDBusConnection) -> bool:
        """Listen to the desktop's screen lock on a bus; return whether that is possible."""
        heard = [self._connect(bus, each, SLOT("screen_locks(bool)")) for each in _SCREEN]
        return all(heard)

    def _connect(self, bus: QDBusConnection, what: tuple[str, str, str, str], slot: str) -> bool:
        # The slot is a str: PySide 6.12 says that it takes bytes, and raises ValueError for them.
        return bus.isConnected() and bus.connect(*what, self, slot)  # type: ignore[call-overload]

    @Slot(bool)
    def sleep_begins(self, begins: bool) -> None:  # noqa: FBT001 - the signal's own form
        """Lock the wallet as sleep begins, and do nothing as it ends."""
        if begins:
            self._window.lock(Reason.SLEPT)

    @Slot(bool)
    def screen_locks(self, locks: bool) -> None:  # noqa: FBT001 - the signal's own form
        """Lock the wallet with the screen, and do nothing as that is opened again."""
        if locks:
            self._window.lock(Reason.SCREEN)
