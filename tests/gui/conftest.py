"""Windows are tested without a screen; nothing that a test leaves open stays open."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest  # Qt reads the platform when it is loaded

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from PySide6.QtWidgets import QApplication

    from counterproof.desktop.app import Desktop


@pytest.fixture
def desktop(qapp: QApplication, tmp_path: Path) -> Iterator[Desktop]:
    """Give a desktop with settings of its own, in light and at 100 %."""
    from counterproof.desktop import theme  # noqa: PLC0415
    from counterproof.desktop.app import Appearance, Desktop, Preferences  # noqa: PLC0415

    made = Desktop(qapp, Preferences(tmp_path / "window.ini"))
    made.choose(Appearance(mode=theme.Mode.LIGHT, language="en", sound=False))
    yield made
    made.deleteLater()
