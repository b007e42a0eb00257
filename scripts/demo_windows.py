"""Both windows beside each other on what the demo made: ready to try, or their pictures where no screen is.

Each window is the real command in a process of its own; this only says where on the screen it goes, or opens
it without a screen, types what a person would, and takes pictures.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from counterproof.desktop.screen import has_screen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from PySide6.QtWidgets import QWidget

    from scripts.stage import Stage

PROGRAMS: Final = ("wallet", "verifier")  # left and right
_QUESTIONS: Final = (
    ("proof-of-age", "eu-age-proof", "age_over_18", "library.age-check"),
    ("library-card", "residency", "family_name,given_name,resident_borough", "library.membership"),
    ("lend-a-car", "mdl", "family_name,portrait,driving_privileges,expiry_date", "cars.lending"),
)
"""Name, type, fields and purpose of what the counter can ask with one key."""
_WITHOUT: Final = ("offscreen", "minimal", "vnc")
_STEP_MS: Final = 120
_LONGEST_MS: Final = 60_000
_PASSPHRASE: Final = "COUNTERPROOF_PASSPHRASE"  # noqa: S105 - the name of a variable


def show_windows(stage: Stage, passphrase: str) -> None:
    """Open both windows and wait until they are closed, or leave their pictures in the demo's folder."""
    there = has_screen(stage.environment) and stage.environment.get("QT_QPA_PLATFORM") not in _WITHOUT
    stage.heading(
        "10. The windows: the wallet on the left, the counter on the right" if there else "10. The windows"
    )
    if there:
        stage.say(
            f"The wallet's passphrase is: {passphrase} - choose a tile at the counter, and in the wallet "
            "take “Show” and what is on the screen. Close both windows to end the demo."
        )
    for name, doc_type, fields, purpose in _QUESTIONS:
        asked = ("--type", doc_type, "--fields", fields, "--purpose", purpose)
        stage.run("verifier", "request", *asked, "--save", name, quiet=True)
    environment = dict(stage.environment)
    if not there:
        environment["QT_QPA_PLATFORM"] = "offscreen"
        environment["QT_LOGGING_RULES"] = "*=false"
    root = Path(__file__).resolve().parent.parent
    opened = [
        subprocess.Popen(
            [sys.executable, "-m", "scripts.demo_windows", program, str(stage.folder) if not there else ""],
            cwd=root,
            env=environment,
        )
        for program in PROGRAMS
    ]
    try:
        ended = [each.wait() for each in opened]
    except KeyboardInterrupt:
        ended = []
        for each in opened:
            each.terminate()
    if not there:
        pictures = sorted(stage.folder.glob("window-*.png"))
        stage.pictures += pictures
        print(f"\nThere is no screen here, so this left pictures of them: {len(pictures)}.")
    if any(ended):
        from scripts.stage import UnexpectedEndError  # noqa: PLC0415

        raise UnexpectedEndError(f"a window ended with {ended}")


def _open(program: str, folder: str) -> None:
    """Be one of the two programs, with a hand on its window."""
    from PySide6.QtCore import QTimer  # noqa: PLC0415

    from counterproof.desktop.app import application  # noqa: PLC0415
    from verifier.cli import main as verifier  # noqa: PLC0415
    from wallet.cli import main as wallet  # noqa: PLC0415

    app = application(program, program.capitalize())
    if folder:
        steps = _photograph(program, Path(folder))
        timer = QTimer(app)
        timer.timeout.connect(lambda: next(steps, None))
        timer.start(_STEP_MS)
        QTimer.singleShot(_LONGEST_MS, lambda: app.exit(1))
    else:
        QTimer.singleShot(0, lambda: _to_its_half(program))
    (wallet if program == "wallet" else verifier)(["open"])


def _window() -> QWidget | None:
    from PySide6.QtWidgets import QApplication  # noqa: PLC0415

    return next((each for each in QApplication.topLevelWidgets() if each.isVisible()), None)


def _to_its_half(program: str) -> None:
    """Put the window into its half of the screen, where the system lets it (Wayland does not)."""
    window = _window()
    if window is None:
        return
    area = window.screen().availableGeometry()
    half = area.width() // 2
    window.setGeometry(area.x() + half * PROGRAMS.index(program), area.y() + 32, half, area.height() - 48)


def _photograph(program: str, folder: Path) -> Iterator[None]:
    """Type what a person would and take pictures; one step at each tick of a timer."""
    from PySide6.QtCore import Qt  # noqa: PLC0415
    from PySide6.QtTest import QTest  # noqa: PLC0415
    from PySide6.QtWidgets import QLineEdit  # noqa: PLC0415

    while (window := _window()) is None:
        yield
    window.resize(1280, 720)
    yield
    if program == "wallet":
        field = window.findChild(QLineEdit)
        assert field is not None
        QTest.keyClicks(field, os.environ[_PASSPHRASE])
        QTest.keyClick(field, Qt.Key.Key_Return)
        yield from _until(lambda: window.findChild(QLineEdit) is not field)
        yield
        window.grab().save(str(folder / "window-wallet.png"))
    else:
        window.grab().save(str(folder / "window-counter.png"))
        QTest.keyClick(window, Qt.Key.Key_1, delay=_STEP_MS)
        for _ in range(5):
            yield
        window.grab().save(str(folder / "window-counter-asking.png"))
    window.close()


def _until(done: Callable[[], bool]) -> Iterator[None]:
    while not done():
        yield


if __name__ == "__main__":
    _open(sys.argv[1], sys.argv[2])
