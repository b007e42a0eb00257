"""Report this: a letter about a request, to read and save; nothing is sent from here."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QFileDialog, QPlainTextEdit

from counterproof.desktop.plain_text import button
from counterproof.desktop.theme import Feel, Text, current
from counterproof.sealing import files
from counterproof.words.language import tr
from counterproof.words.plain_text import marked
from wallet.flows import past
from wallet.flows.letter import letter
from wallet.report import complaints_to, make_report
from wallet.ui.base import Page, flow

if TYPE_CHECKING:
    from wallet.history import Entry
    from wallet.ui.history import Sifted
    from wallet.ui.window import WalletWindow


class ReportPage(Page):
    """The letter."""

    rail = "history"

    def __init__(self, window: WalletWindow, entry: Entry, sifted: Sifted = ("", 0)) -> None:
        super().__init__(window, tr("Report this request"))
        self.back_button(tr("Back"), self.back)
        self._entry, self._sifted = entry, sifted
        where = complaints_to(self.holder, entry)
        if where is not None:
            contact = marked(where.text(where.contact, self.language), 600)
            self.text(
                tr("Where to complain, says the register: {contact}").format(contact=contact), strong=True
            )
        self.text(
            tr(
                "This letter says what was asked of you, and by whom. Add what you want to say, and send it to the agency, or to the authority for data protection. Nothing is sent from here."
            )
        )
        begun = window.drafts.get(entry.id)
        self._letter = QPlainTextEdit(begun or letter(entry, past.asked(self.holder, entry, self.language)))
        self._letter.moveCursor(QTextCursor.MoveOperation.End)  # where the person's own words go
        self._letter.textChanged.connect(self._typed)
        self._letter.setAccessibleName(tr("The letter"))
        self._letter.setTabChangesFocus(True)
        self._letter.setMinimumHeight(current().scaled(280))
        self.body.addWidget(self._letter, 1)
        save = button(tr("Save the letter…"), "primary")
        save.clicked.connect(self._save)
        evidence = button(
            tr("Save the evidence…"), describe=tr("The request as the counter signed it, for the agency")
        )
        evidence.clicked.connect(self._save_evidence)
        evidence.setEnabled(entry.record.request is not None)
        self.body.addWidget(flow(save, evidence))
        self.text(
            tr(
                "The evidence is the request as the counter signed it, and what came of it. Nothing about you is in it."
            ),
            Text.SMALL,
            tone="quiet",
        )
        self.first = self._letter

    def back(self) -> None:
        """Go back to the entry."""
        from wallet.ui.history import EntryPage  # noqa: PLC0415 - pages know one another

        entry_id, sifted = self._entry.id, self._sifted
        self.wallet.go(lambda window: EntryPage(window, entry_id, sifted))

    def _save(self) -> None:
        path, _ = QFileDialog.getSaveFileName(self, tr("Save the letter"), "letter.txt")
        if path:
            self.save_letter(Path(path))

    def save_letter(self, path: Path) -> None:
        """Write the letter."""
        content = self._letter.toPlainText().encode()
        self.work(lambda: files.write_atomic(path, content, replace=True), lambda _: self._saved())

    def _typed(self) -> None:
        """Keep what is typed while the wallet is open: a look at the entry must not cost the letter."""
        self.wallet.drafts[self._entry.id] = self._letter.toPlainText()

    def _saved(self) -> None:
        self.wallet.drafts.pop(self._entry.id, None)
        self.say(Feel.ACCEPTED, tr("The letter is saved."))

    def _save_evidence(self) -> None:
        path, _ = QFileDialog.getSaveFileName(self, tr("Save the evidence"), "report.cpreport")
        if path:
            self.save_evidence(Path(path))

    def save_evidence(self, path: Path) -> None:
        """Write the signed request and what came of it."""
        holder, entry = self.holder, self._entry
        self.work(
            lambda: files.write_atomic(path, make_report(holder, entry).to_bytes(), replace=True),
            lambda _: self.say(Feel.ACCEPTED, tr("The evidence is saved.")),
        )
