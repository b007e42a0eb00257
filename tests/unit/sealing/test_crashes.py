"""No value in crash output: of the program, its threads, finalizers, logging, and slots of its windows."""

from __future__ import annotations

import os
import subprocess
import sys
import threading

import pytest

from counterproof.sealing import crashes
from tests.kit.sources import ROOT

VALUE = "Quillfeather"
RAISE = f"raise KeyError('{VALUE}')"
WAYS = {
    "program": RAISE,
    "chained": f"try:\n    {RAISE}\nexcept KeyError as error:\n    raise ValueError('{VALUE}') from error",
    "thread": (
        f"import threading\ndef work():\n    {RAISE}\n"
        "one = threading.Thread(target=work)\none.start(); one.join()"
    ),
    "task": (
        f"import asyncio\nasync def work():\n    {RAISE}\nasync def main():\n"
        "    one = asyncio.create_task(work())\n    await asyncio.sleep(0.1)\nasyncio.run(main())"
    ),
    "library": f"import logging\nlogging.getLogger('x').error('{VALUE}', exc_info=KeyError('{VALUE}'))",
    "finalizer": f"class Card:\n    def __del__(self):\n        {RAISE}\ncard = Card(); del card",
    "logging": f"import logging\nlogging.getLogger('x').warning('%d', '{VALUE}')",
    "slot": (
        "from PySide6.QtCore import QCoreApplication, QTimer\napp = QCoreApplication([])\n"
        f"def slot():\n    QTimer.singleShot(0, app.quit)\n    {RAISE}\n"
        "QTimer.singleShot(0, slot)\napp.exec()"
    ),
    "event of a widget": (
        "from PySide6.QtWidgets import QApplication, QWidget\nfrom PySide6.QtCore import QTimer\n"
        "app = QApplication([])\nclass Page(QWidget):\n    def showEvent(self, event):\n"
        f"        QTimer.singleShot(0, app.quit)\n        {RAISE}\npage = Page(); page.show(); app.exec()"
    ),
}


@pytest.mark.parametrize("way", WAYS)
def test_an_error_is_said_without_its_words(way: str) -> None:
    script = f"from counterproof.sealing.process import harden\nharden()\n{WAYS[way]}\n"
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert VALUE not in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    if way == "logging":
        return
    kinds = {"chained": "ValueError at <string>:", "library": "KeyError at "}
    kind = kinds.get(way, "KeyError at <string>:")
    assert f"fault: {kind}" in done.stderr
    if way == "chained":
        assert done.stderr.rstrip().endswith("behind KeyError")


def test_without_it_the_words_would_be_said() -> None:
    done = subprocess.run(
        [sys.executable, "-c", WAYS["program"]], capture_output=True, text=True, check=False, timeout=60
    )
    assert VALUE in done.stderr


def test_hooks_of_others_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    def another(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr("logging.lastResort", None)
    monkeypatch.setattr(sys, "excepthook", another)
    monkeypatch.setattr(threading, "excepthook", another)
    monkeypatch.setattr(sys, "unraisablehook", another)
    monkeypatch.setattr("logging.raiseExceptions", True)
    crashes.keep_values_out()
    assert [sys.excepthook, threading.excepthook, sys.unraisablehook] == [another] * 3
