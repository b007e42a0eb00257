"""The first start: where no counter is set up yet, its name and id are asked for; what comes next is said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import QDialog, QLineEdit, QVBoxLayout, QWidget

from counterproof.desktop.forms import PassphraseField
from counterproof.desktop.plain_text import PlainLabel, button
from counterproof.desktop.theme import Space, Text
from counterproof.mdoc.errors import CounterproofError, UsageError
from counterproof.words.language import tr
from verifier.founding import found
from verifier.home import Settings
from verifier.ui.parts import Notice, column, row

if TYPE_CHECKING:
    from counterproof.desktop.app import Desktop
    from verifier.home import Home

_WIDE: Final = 620


class FirstStart(QDialog):
    """Accepted once the counter is set up and somebody goes on; nothing is written before "Set it up"."""

    def __init__(self, home: Home, desktop: Desktop) -> None:
        super().__init__()
        self._home = home
        self.setWindowTitle(tr("Counter"))
        self.setMinimumWidth(_WIDE)
        box = column(self, gap=Space.SNUG, edge=Space.WIDE)
        self._title = PlainLabel(tr("Set up this counter"), Text.DISPLAY)
        said = tr(
            "No counter was set up on this computer yet. What you give here can be read by everybody you ask."
        )
        self._lead = PlainLabel(said)
        self.notice = Notice()
        for each in (self._title, self._lead, self.notice):
            box.addWidget(each)
        self._form = QWidget()
        form = column(self._form, gap=Space.NORMAL)
        self.name = self._field(form, tr("Name that people know the desk by"), tr("Library desk"))
        self.id = self._field(form, tr("Id that your agency gave it"), "HARBOUR-LIB-1")
        self.office = self._field(form, tr("Id of its office, if it has one"), "")
        self._seal = PlainLabel(
            tr(
                "Whoever can use this account could ask in this counter's name. A passphrase stops that; it "
                "is asked for each time the window opens. Leave it empty to do without."
            ),
            tone="quiet",
        )
        self.passphrase = PassphraseField(tr("Passphrase for its key (may be left empty)"))
        self.again = PassphraseField(tr("The same once more"), can_show=False)
        for part in (self._seal, self.passphrase, self.again):
            form.addWidget(part)
        box.addWidget(self._form)
        self.forward = button(tr("Set it up"), "primary")
        self.forward.clicked.connect(self._go_on)
        leave = button(tr("Close"))
        leave.clicked.connect(self.reject)
        for made in (self.forward, leave):
            made.setAutoDefault(made is self.forward)
        across = row()
        across.addWidget(self.forward)
        across.addWidget(leave)
        across.addStretch()
        box.addLayout(across)
        desktop.dress(self)
        self.name.setFocus()

    def _field(self, box: QVBoxLayout, label: str, example: str) -> QLineEdit:
        said, made = PlainLabel(label, strong=True), QLineEdit()
        made.setAccessibleName(label)
        made.setPlaceholderText(example)
        said.setBuddy(made)
        group = column(gap=Space.HAIR)
        group.addWidget(said)
        group.addWidget(made)
        box.addLayout(group)
        return made

    def _go_on(self) -> None:
        if self._home.exists:
            self.accept()
            return
        name, own, office = (each.text().strip() for each in (self.name, self.id, self.office))
        secret = self.passphrase.text
        try:
            if secret != self.again.text:
                raise UsageError("verifier.passphrases-differ")
            settings = Settings(name=name, id=own, office=office or None)
            path = found(self._home, settings, passphrase=(lambda: secret) if secret else None)
        except CounterproofError as error:
            self.notice.tell(error)
            self._field_of(error.code).setFocus()
            return
        self.notice.tell(None)
        for each in (self.passphrase, self.again):
            each.clear()
        self._form.hide()  # what cannot be changed any more would only ask to be read again
        self._title.setText(tr("The counter is set up"))
        said = tr(
            "Give the file {path} to your agency. Install what it signs under Settings, This counter. "
            "Codes that people show first can be checked before that, once you believe their agency: "
            "open Trust."
        )
        self._lead.setText(said.format(path=path))
        self.forward.setText(tr("Open the counter"))
        self.forward.setFocus()
        self.adjustSize()

    def _field_of(self, code: str) -> QWidget:
        """Return where what is wrong can be put right."""
        if code == "verifier.passphrases-differ":
            return self.again.field
        if code.startswith("sealing."):
            return self.passphrase.field
        return self.id if code == "verifier.id" else self.name
