"""The second screen, turned to the customer: the office's name, the code, and where to hold the wallet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from counterproof.desktop.plain_text import PlainLabel
from counterproof.desktop.qr_view import QrView
from counterproof.desktop.theme import Space, Text
from counterproof.words.language import tr
from verifier.ui.parts import column

if TYPE_CHECKING:
    from verifier.flow.desk import Asking


class CustomerScreen(QWidget):
    """A window of its own; on a second screen it fills it."""

    def __init__(self, office: str) -> None:
        super().__init__()
        self.setObjectName("window")
        self.setWindowTitle(tr("For the customer"))
        box = column(self, gap=Space.NORMAL, edge=Space.BROAD)
        self._office = PlainLabel(text=Text.DISPLAY)
        self._office.set_outside(office)
        self._help = PlainLabel(text=Text.TITLE)
        self.code = QrView(smallest=320)
        self._number = PlainLabel(text=Text.TITLE, strong=True)
        for each in (self._office, self._help, self._number):
            each.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        box.addWidget(self._office)
        box.addWidget(self._help)
        box.addWidget(self.code, 1)
        box.addWidget(self._number)
        self.rest()

    def place(self) -> None:
        """Open on the screen that the clerk's window is not on, or beside it where there is one screen."""
        screens = QGuiApplication.screens()
        if len(screens) > 1:
            self.setGeometry(screens[1].geometry())
            self.showFullScreen()
        else:
            self.resize(560, 680)
            self.show()

    def ask(self, state: Asking) -> None:
        """Show a request."""
        self._help.setText(tr("Hold your wallet's camera here"))
        self.code.show_code(state.showing, tr("The request, as a code for the person's wallet"))
        self._number.setText(tr("Number: {number}").format(number=state.number))

    def rest(self) -> None:
        """Show that nobody is served."""
        self._help.setText(tr("Please wait"))
        self._number.setText("")
        self.code.clear()
