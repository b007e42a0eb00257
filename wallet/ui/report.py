"""Report this: a letter about a request, to read and save; nothing is sent from here."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, QTimer
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QFileDialog, QPlainTextEdit

from counterproof.desktop.plain_text import button
from counterproof.desktop.theme import Feel, Text
from counterproof.mdoc.errors import CounterproofError
from counterproof.sealing import files
from counterproof.words.language import tr
from counterproof.words.plain_text import marked
from counterproof.words.wallet_window import in_window
from wallet.flows import drafts, past
from wallet.flows.letter import letter
from wallet.report import complaints_to, make_report
from wallet.ui.base import Page, Unfinished, flow

if TYPE_CHECKING:
    from wallet.history import Entry
    from wallet.ui.history import Sifted
    from wallet.ui.window import WalletWindow


_KEEP_MS = 2000
"""So long after the last key what was typed is written into the wallet."""


_LINES = 9
"""So many lines of the letter are in sight at least; a least height would be overruled by the style sheet."""


class _Letter(QPlainTextEdit):
    """A text of some lines, and of more where the page has room."""

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return a height for some lines in letters of now."""
        return QSize(super().sizeHint().width(), _LINES * self.fontMetrics().lineSpacing())


class ReportPage(Page):
    """The letter; what is typed is kept in the wallet until it is saved as a file."""

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
        self._kept = drafts.begun(self.holder, entry.id)
        self._blank = letter(entry, past.asked(self.holder, entry, self.language))
        self._letter = _Letter(self._blank if self._kept is None else self._kept)
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(_KEEP_MS)
        self._typing.timeout.connect(self._pause)
        self._letter.moveCursor(QTextCursor.MoveOperation.End)  # where the person's own words go
        self._letter.textChanged.connect(self._typing.start)
        self._letter.setAccessibleName(tr("The letter"))
        self._letter.setTabChangesFocus(True)
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
        self.work(
            lambda: files.write_atomic(path, content, replace=True),
            lambda _: self._saved(content),
            finish=True,
        )

    def leave(self) -> None:
        """Keep what was typed; where that fails, whoever lets the page go has asked or says so."""
        with contextlib.suppress(CounterproofError):
            self.keep()
        super().leave()

    def inherit(self, before: Page) -> None:
        """Begin in the language of now, where nothing was typed yet."""
        if isinstance(before, ReportPage) and before.is_untouched:
            self._letter.setPlainText(self._blank)
            self._letter.moveCursor(QTextCursor.MoveOperation.End)

    @property
    def is_untouched(self) -> bool:
        """Whether nothing was typed, now or before."""
        return self._kept is None and self._letter.toPlainText() == self._blank

    def unfinished(self) -> Unfinished | None:
        """Return that the letter would be lost, if it cannot be kept in the wallet."""
        try:
            self.keep()
        except CounterproofError as error:
            return Unfinished(
                f"{tr('The letter could not be kept in the wallet.')} {in_window(error).what}",
                tr("Save it as a file, or it is gone."),
                tr("The wallet was locked. A letter that you had begun and not saved is gone with it."),
            )
        return None

    def keep(self) -> None:
        """Write what was typed into the wallet, if it is not there; raises as `drafts.keep`."""
        self._typing.stop()
        typed = self._letter.toPlainText()
        if self.is_untouched or typed == self._kept:
            return
        drafts.keep(self.holder, self._entry.id, typed)
        self._kept = typed

    def _pause(self) -> None:
        try:
            self.keep()
        except CounterproofError as error:
            self.complain(error)

    def _saved(self, content: bytes) -> None:
        """Keep no more what a file holds; what was typed meanwhile stays."""
        typed = self._letter.toPlainText()
        if typed.encode() == content:
            self._typing.stop()
            drafts.forget(self.holder, self._entry.id)
            self._kept, self._blank = None, typed
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
            finish=True,
        )
