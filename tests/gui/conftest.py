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

    from counterproof.desktop.app import Desktop


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
