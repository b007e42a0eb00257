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
    from PySide6.QtCore import QPoint

    from verifier.flow.desk import Asking


class CustomerScreen(QWidget):
    """A window of its own; on a second screen it fills it."""

    def __init__(self, office: str) -> None:
        super().__init__()
        self.setObjectName("window")
        # Keys belong to the clerk: a window that took them would leave every letter and Esc without effect.
        self.setWindowFlag(Qt.WindowType.WindowDoesNotAcceptFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
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

    def place(self, clerk: QPoint) -> None:
        """Open on a screen that the clerk does not look at, or beside the clerk's window where there is one.

        `clerk` is a point of the clerk's window. It is looked up here, and not asked of that window: what
        `QWidget.screen` returns dies with its widget, and every later list of screens with it.
        """
        own = QGuiApplication.screenAt(clerk) or QGuiApplication.primaryScreen()
        other = next((each for each in QGuiApplication.screens() if each.name() != own.name()), None)
        if other is not None:
            self.setGeometry(other.geometry())
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
