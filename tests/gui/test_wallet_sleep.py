"""The wallet is locked as the computer goes to sleep: signals of a real bus, a private one."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
from PySide6.QtDBus import QDBusConnection, QDBusMessage
from PySide6.QtTest import QTest

from tests.kit.wallet_window import WalletStage, said
from wallet.ui.sleep import SleepWatch
from wallet.ui.start import UnlockPage

if TYPE_CHECKING:
    from collections.abc import Iterator


DAEMON = shutil.which("dbus-daemon")
pytestmark = pytest.mark.skipif(DAEMON is None, reason="no dbus-daemon on this computer")
LOGIND = "org.freedesktop.login1"
SLEEP = ("/org/freedesktop/login1", "org.freedesktop.login1.Manager", "PrepareForSleep")
SCREEN = ("/org/gnome/ScreenSaver", "org.gnome.ScreenSaver", "ActiveChanged")


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Start a bus of our own and give its address."""
    assert DAEMON is not None
    command = [DAEMON, "--session", "--nofork", "--nopidfile", "--print-address=1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as daemon:
        assert daemon.stdout is not None
        yield daemon.stdout.readline().strip()
        daemon.terminate()


def joined(address: str, name: str, service: str = "") -> QDBusConnection:
    """Join the bus under a name of this test's, and own a service there."""
    bus = QDBusConnection.connectToBus(address, name)
    assert bus.isConnected()
    assert not service or bus.registerService(service)
    return bus


def send(bus: QDBusConnection, what: tuple[str, str, str], *, begins: bool) -> None:
    signal = QDBusMessage.createSignal(*what)
    signal.setArguments([begins])
    assert bus.send(signal)
    QTest.qWait(150)


def test_the_wallet_is_locked_before_the_computer_sleeps(stage: WalletStage, address: str) -> None:
    logind, stranger = joined(address, "logind", LOGIND), joined(address, "stranger")
    watch = SleepWatch(stage.window)
    assert watch.listen_for_sleep(joined(address, "wallet"))
    send(stranger, SLEEP, begins=True)
    assert stage.window.is_open, "only logind is believed"
    send(logind, SLEEP, begins=False)
    assert stage.window.is_open, "waking up locks nothing"
    send(logind, SLEEP, begins=True)
    assert isinstance(stage.window.page, UnlockPage)
    assert "slept" in said(stage.window)


def test_a_locked_screen_locks_the_wallet(stage: WalletStage, address: str) -> None:
    gnome = joined(address, "gnome", SCREEN[1])
    watch = SleepWatch(stage.window)
    assert watch.listen_for_locks(joined(address, "wallet"))
    send(gnome, SCREEN, begins=True)
    assert not stage.window.is_open
    assert "together with the screen" in said(stage.window)


def test_no_bus_is_no_harm(stage: WalletStage) -> None:
    nowhere = QDBusConnection("nowhere")
    assert not SleepWatch(stage.window).listen_for_sleep(nowhere)
    assert stage.window.is_open
