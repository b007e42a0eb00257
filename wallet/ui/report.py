"""Report this: a letter about a request, to read and save; nothing is sent from here."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog, QPlainTextEdit

from counterproof.desktop.forms import row
from counterproof.desktop.plain_text import button
from counterproof.desktop.theme import Feel, current
from counterproof.sealing import files
from counterproof.words.language import tr
from wallet.flows.letter import letter
from wallet.ui.base import Page

if TYPE_CHECKING:
    from wallet.history import Entry
    from wallet.ui.window import WalletWindow


class ReportPage(Page):
    """The letter."""

    rail = "history"

    def __init__(self, window: WalletWindow, entry: Entry) -> None:
        super().__init__(window, tr("Report this request"))
        self.back_button(tr("Back"), self.back)
        self._entry = entry
        self.text(
            tr(
                "This letter says what was asked of you, and by whom. Add what you want to say, and send it to the agency, or to the authority for data protection. Nothing is sent from here."
            )
        )
        self._letter = QPlainTextEdit(letter(entry))
        self._letter.setAccessibleName(tr("The letter"))
        self._letter.setTabChangesFocus(True)
        self._letter.setMinimumHeight(current().scaled(280))
        self.body.addWidget(self._letter, 1)
        save = button(tr("Save the letter…"), "primary")
        save.clicked.connect(self._save)
        self.body.addLayout(row(save))
        self.first = self._letter

    def back(self) -> None:
        """Go back to the entry."""
        from wallet.ui.history import EntryPage  # noqa: PLC0415 - pages know one another

        entry_id = self._entry.id
        self.wallet.go(lambda window: EntryPage(window, entry_id))

    def _save(self) -> None:
        path, _ = QFileDialog.getSaveFileName(self, tr("Save the letter"), "letter.txt")
        if path:
            content = self._letter.toPlainText().encode()
            self.work(
                lambda: files.write_atomic(Path(path), content, replace=True),
                lambda _: self.say(Feel.ACCEPTED, tr("The letter is saved.")),
            )
