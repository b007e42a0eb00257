"""The rail at the side: the parts of the wallet, and the lock."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from counterproof.desktop.forms import column
from counterproof.desktop.plain_text import button
from counterproof.desktop.theme import Space, current
from counterproof.words.language import tr
from wallet.ui.parting import turn

if TYPE_CHECKING:
    from collections.abc import Callable

    from wallet.ui.window import Making, WalletWindow

PARTS: Final = ("cards", "show", "history", "settings")
_WIDTH: Final = 176
_NARROW: Final = 116


class Rail(QWidget):
    """Buttons of which the one of the page of the moment is marked."""

    def __init__(self, window: WalletWindow) -> None:
        super().__init__()
        self.setProperty("part", "bar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(tr("Parts of the wallet"))
        inside = column(Space.HAIR, Space.SNUG)
        self.setLayout(inside)
        self._buttons: dict[str, QPushButton] = {}
        for name, words, go in _parts(window):
            made = button(words, "rail")
            made.setCheckable(True)
            made.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            made.clicked.connect(go)
            inside.addWidget(made)
            self._buttons[name] = made
        inside.addStretch(1)
        lock = button(tr("Lock"), "rail", describe=tr("Closes the wallet; your passphrase opens it again"))
        lock.clicked.connect(window.lock_asked)
        inside.addWidget(lock)
        self.setMinimumWidth(current().scaled(_NARROW if current().stacks else _WIDTH))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)

    def mark(self, part: str) -> None:
        """Mark the part of the page of the moment."""
        for name, each in self._buttons.items():
            each.setChecked(name == part)

    def press(self, part: str) -> None:
        """Go to a part."""
        self._buttons[part].click()


def _parts(window: WalletWindow) -> list[tuple[str, str, Callable[[], None]]]:
    return [
        ("cards", tr("Cards"), lambda: turn(window, _page("home", "HomePage"))),
        ("show", tr("Show"), lambda: turn(window, _page("capture", "ShowPage"))),
        ("history", tr("History"), lambda: turn(window, _page("history", "HistoryPage"))),
        ("settings", tr("Settings"), lambda: turn(window, _page("settings", "SettingsPage"))),
    ]


def _page(module: str, name: str) -> Making:
    """Return a page, loaded when it is wanted: the first page of all needs none of them."""
    made: Making = getattr(importlib.import_module(f"wallet.ui.{module}"), name)
    return made
