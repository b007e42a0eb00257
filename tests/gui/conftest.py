"""Windows are tested without a screen; nothing that a test leaves open stays open."""

from __future__ import annotations

import gc
import os
from pathlib import Path
from typing import TYPE_CHECKING

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest  # Qt reads the platform when it is loaded

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

    from counterproof.desktop.app import Desktop
    from tests.kit.counter_home import CounterHome
    from tests.kit.counter_window import OpenDesk
    from tests.kit.wallet_window import WalletStage
    from verifier.ui.window import CounterWindow


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Collect what a test leaves in Qt's thread: no thread of a later test must find a window to destroy.

    This hook is called for every test of the run, wherever it is; only those of this folder are meant.
    """
    if Path(__file__).parent not in item.path.parents:
        return (yield)
    gc.disable()
    try:
        return (yield)
    finally:
        gc.collect()
        gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """End the process where a test of a window takes too long, in place of an exception in its midst.

    While one is pending, each method of ours that Qt calls adds its lines to it and does nothing else: a
    style sheet that calls thousands of them took 21 GB that way.
    """
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.timeout(method="thread"))


@pytest.fixture
def desktop(qapp: QApplication, tmp_path: Path) -> Iterator[Desktop]:
    """Give a desktop with settings of its own, in light and at 100 %."""
    from PySide6.QtCore import QCoreApplication, QEvent  # noqa: PLC0415

    from counterproof.desktop import theme  # noqa: PLC0415
    from counterproof.desktop.app import Appearance, Desktop, Preferences  # noqa: PLC0415

    made = Desktop(qapp, Preferences(tmp_path / "window.ini"))
    made.choose(Appearance(mode=theme.Mode.LIGHT, language="en", sound=False))
    yield made
    made.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> CounterHome:
    """Give a counter's folders, with what it believes and asks."""
    from tests.kit.counter_window import founded  # noqa: PLC0415

    return founded(tmp_path_factory.mktemp("counter"))


@pytest.fixture
def desk(home: CounterHome, tmp_path: Path) -> OpenDesk:
    """Give an open counter, without a window."""
    from tests.kit.counter_window import OpenDesk  # noqa: PLC0415

    return OpenDesk(home, tmp_path / "folder")


@pytest.fixture
def window(desk: OpenDesk, desktop: Desktop, qtbot: QtBot) -> Iterator[CounterWindow]:
    """Give a counter's window, shown and active."""
    from tests.kit.counter_gui import window_of  # noqa: PLC0415

    made = window_of(desk, desktop)
    with qtbot.waitActive(made):
        made.show()
    yield made
    made.close()
    made.deleteLater()


@pytest.fixture
def locked(tmp_path: Path, desktop: Desktop, qtbot: QtBot) -> Iterator[WalletStage]:
    """Give a wallet's window before the passphrase."""
    from tests.kit.wallet_window import WalletStage  # noqa: PLC0415
    from tests.kit.wallets import WalletBox  # noqa: PLC0415

    del qtbot
    made = WalletStage.set_up(WalletBox(tmp_path), desktop)
    yield made
    made.close()


@pytest.fixture
def stage(locked: WalletStage) -> WalletStage:
    """Give an open wallet's window."""
    locked.open()
    return locked
