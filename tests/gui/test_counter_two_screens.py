"""Two screens: the customer's code goes to the one that the clerk does not look at, whichever that is."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

SCREENS = (("left", 0, 1280, 800), ("right", 1280, 1920, 1080))
PROGRAM = """
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication, QWidget
from verifier.ui.customer_screen import CustomerScreen

app = QApplication([])
for x in (300, 1700, 300):
    clerk = QWidget()
    clerk.setGeometry(x, 100, 400, 300)
    clerk.show()
    seen = CustomerScreen("Harbour Library, desk 3")
    seen.place(clerk.frameGeometry().center())
    print(seen.geometry().getRect(), seen.isFullScreen())
    for each in (clerk, seen):
        each.close()
        each.deleteLater()
    del clerk, seen
    app.processEvents()
"""


def test_the_code_never_covers_the_clerks_own_window(tmp_path: Path) -> None:
    shape = {"y": 0, "logicalDpi": 96, "logicalBaseDpi": 96, "dpr": 1}
    described = [
        {"name": name, "x": x, "width": wide, "height": high, **shape} for name, x, wide, high in SCREENS
    ]
    config = tmp_path / "screens.json"
    config.write_text(json.dumps({"screens": described}))
    environment = {**os.environ, "QT_QPA_PLATFORM": f"offscreen:configfile={config}"}
    command = [sys.executable, "-c", PROGRAM]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=True)
    right, left = "(1280, 0, 1920, 1080) True", "(0, 0, 1280, 800) True"
    assert done.stdout.splitlines() == [right, left, right], done.stderr
