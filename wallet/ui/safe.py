"""Keep it safe: backup, moving to another computer, passphrase, and what a loss means, said honestly."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMarginsF, QRectF, Qt
from PySide6.QtGui import QFont, QPageLayout, QPageSize, QPainter
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QFileDialog

from counterproof.desktop.forms import Notice, PassphraseField, column, panel
from counterproof.desktop.plain_text import PlainLabel, button
from counterproof.desktop.theme import Feel, Space, Text
from counterproof.mdoc.errors import UsageError
from counterproof.trust.names import fingerprint, grouped
from counterproof.words import dates
from counterproof.words.language import ntr, tr
from counterproof.words.plain_text import marked
from wallet.flows.safety import backup_key
from wallet.ui.base import Page, flow
from wallet.ui.passphrase import NewPassphrase

if TYPE_CHECKING:
    from wallet.ui.window import WalletWindow


class SafePage(Page):
    """The four things, each with a word on what it is good for."""

    rail = "settings"

    def __init__(self, window: WalletWindow) -> None:
        super().__init__(window, tr("Keep it safe"))
        self.back_button(tr("Settings"), self.back)
        parts = [
            (
                tr("Backup"),
                tr(
                    "One locked file with everything. Keep it on another disk, and its passphrase elsewhere. In a restored wallet every copy counts as shown: ask your agencies for new ones."
                ),
                tr("Save a backup"),
                lambda: window.go(BackupPage),
            ),
            (
                tr("Move to another computer"),
                tr(
                    "Save a backup here, install the wallet there, choose “I have a backup”. Then delete this wallet's cards here: two wallets would show the same copies. Agencies are not in a backup; add them again."
                ),
                "",
                None,
            ),
            (
                tr("Passphrase"),
                tr(
                    "Change it when somebody may have seen it. Backups and copies from before still open with the old one."
                ),
                tr("Change the passphrase"),
                lambda: window.go(ChangePage),
            ),
            (
                tr("Lost computer, forgotten passphrase"),
                tr(
                    "What each means, and a sheet to print with what to do. Print it now: then it is there when the computer is not."
                ),
                tr("What to do"),
                lambda: window.go(LossPage),
            ),
        ]
        for title, words, action, act in parts:
            inside = column(Space.TIGHT)
            inside.addWidget(PlainLabel(title, Text.LARGE, strong=True))
            inside.addWidget(PlainLabel(words))
            if act is not None:
                made = button(action)
                made.clicked.connect(act)
                inside.addWidget(flow(made))
                self.first = self.first or made
            self.body.addWidget(panel(inside, name=title))
        if self.holder.damaged:
            self._damaged()
        self.body.addStretch(1)

    def back(self) -> None:
        """Go to the settings."""
        from wallet.ui.settings import SettingsPage  # noqa: PLC0415 - pages know one another

        self.wallet.go(SettingsPage)

    def _damaged(self) -> None:
        count = len(self.holder.damaged)
        words = ntr(
            "{n} entry of this wallet is damaged and cannot be read.",
            "{n} entries of this wallet are damaged and cannot be read.",
            count,
        )
        notice = Notice(
            Feel.UNDECIDED,
            words.format(n=count),
            tr("A backup may have them whole. No backup can be made while they are there."),
        )
        remove = button(tr("Remove the damaged entries"))
        remove.clicked.connect(self._repair)
        notice.words.addWidget(flow(remove))
        self.body.addWidget(notice)

    def _repair(self) -> None:
        self.holder.remove_damaged()
        self.wallet.go(SafePage)
        self.wallet.done(tr("The damaged entries are removed."))


class BackupPage(Page):
    """Saving a backup."""

    rail = "settings"

    def __init__(self, window: WalletWindow) -> None:
        super().__init__(window, tr("Save a backup"))
        self.back_button(tr("Keep it safe"), self.back)
        self.text(
            tr(
                "The backup is locked with a passphrase of its own. You need it only on the day when this computer is gone, so write it down."
            )
        )
        self._new = NewPassphrase(self, tr("Passphrase for the backup"), self._save)
        save = button(tr("Choose where to save it…"), "primary")
        save.clicked.connect(self._save)
        self.body.addWidget(flow(save))
        self.body.addStretch(1)
        self.first = self._new.field.field

    def back(self) -> None:
        """Go to the page before."""
        self.wallet.go(SafePage)

    def _save(self) -> None:
        try:
            passphrase = self._new.taken()
        except UsageError as error:
            self.complain(error)
            return
        day = self.holder.clock.now().astimezone().date().isoformat()
        path, _ = QFileDialog.getSaveFileName(self, tr("Save the backup"), f"wallet-{day}.cpbackup")
        if path:
            self.save_to(Path(path), passphrase)

    def save_to(self, path: Path, passphrase: str) -> None:
        """Write the backup."""
        holder = self.holder
        self.work(lambda: holder.vault.export(path, passphrase), lambda _: self._saved(), finish=True)

    def _saved(self) -> None:
        window = self.wallet
        self._new.clear()
        window.desktop.preferences.put(backup_key(window.person), str(window.holder.unix()))
        count = len(window.holder.cards())
        words = ntr(
            "The backup holds {n} card and the history.", "The backup holds {n} cards and the history.", count
        ).format(n=count)
        window.go(SafePage)
        window.done(f"{words} {tr('Keep it somewhere else than this computer.')}")


class ChangePage(Page):
    """Changing the passphrase."""

    rail = "settings"

    def __init__(self, window: WalletWindow) -> None:
        super().__init__(window, tr("Change the passphrase"))
        self.back_button(tr("Keep it safe"), self.back)
        self._old = PassphraseField(tr("The passphrase of now"))
        self.body.addWidget(self._old)
        self._new = NewPassphrase(self, tr("New passphrase"), self._change)
        go = button(tr("Change it"), "primary")
        go.clicked.connect(self._change)
        self.body.addWidget(flow(go))
        self.body.addStretch(1)
        self.first = self._old.field

    def back(self) -> None:
        """Go to the page before."""
        self.wallet.go(SafePage)

    def _change(self) -> None:
        try:
            fresh = self._new.taken()
        except UsageError as error:
            self.complain(error)
            return
        old, vault = self._old.text, self.holder.vault
        self.work(lambda: vault.change_passphrase(old, fresh), lambda _: self._changed(), finish=True)

    def _changed(self) -> None:
        self._new.clear()
        self._old.clear()
        self.wallet.go(SafePage)
        self.wallet.done(tr("The passphrase is changed. Backups from before still open with the old one."))


class LossPage(Page):
    """What a loss means; the same goes on a sheet of paper."""

    rail = "settings"

    def __init__(self, window: WalletWindow) -> None:
        super().__init__(window, tr("If something is lost"))
        self.back_button(tr("Keep it safe"), self.back)
        for title, words in self._sayings():
            inside = column(Space.HAIR)
            inside.addWidget(PlainLabel(title, Text.LARGE, strong=True))
            inside.addWidget(PlainLabel(words))
            self.body.addWidget(panel(inside, name=title))
        printing, save = button(tr("Print the sheet…"), "primary"), button(tr("Save the sheet as PDF…"))
        printing.clicked.connect(self._print)
        save.clicked.connect(self._save)
        self.body.addWidget(flow(printing, save))
        self.text(
            tr("The sheet names your agencies and kinds of cards, and no other thing about you."),
            Text.SMALL,
            tone="quiet",
        )
        self.body.addStretch(1)
        self.first = printing

    def back(self) -> None:
        """Go to the page before."""
        self.wallet.go(SafePage)

    def _sayings(self) -> list[tuple[str, str]]:
        return [
            (
                tr("The computer is lost or stolen"),
                tr(
                    "Tell each agency below: it withdraws your cards, and gives you new ones. Whoever has the file cannot open it without your passphrase; change it wherever else you used it."
                ),
            ),
            (
                tr("The passphrase is forgotten"),
                tr(
                    "Nobody can open the wallet. If you know the passphrase of a backup, restore that. Otherwise make a new wallet and ask each agency for new cards."
                ),
            ),
            (
                tr("The computer broke, and you have a backup"),
                tr(
                    "Install the wallet elsewhere, choose “I have a backup”, add your agencies, and ask them for new copies."
                ),
            ),
        ]

    def lines(self) -> list[tuple[str, bool]]:
        """Return what goes on paper: lines, and whether each is a heading."""
        found: list[tuple[str, bool]] = [(tr("Wallet: if something is lost"), True)]
        for title, words in self._sayings():
            found += [(title, True), (words, False)]
        found.append((tr("Your agencies, and how each withdraws your cards"), True))
        agencies: dict[str, list[str]] = {}
        prints: dict[str, str] = {}
        for card in self.holder.cards():
            agencies.setdefault(card.agency, []).append(card.name(self.language))
            prints[card.agency] = grouped(fingerprint(card.root))[:19]
        for agency, names in agencies.items():
            found.append((marked(agency), True))
            found.append(
                (tr("Cards: {cards}").format(cards=", ".join(marked(each) for each in names)), False)
            )
            found.append(
                (
                    tr(
                        "Go there or call, say which cards are lost, and say who you are: they know you. Telephone: ______________________"
                    ),
                    False,
                )
            )
            found.append(
                (tr("Its fingerprint begins with {fingerprint}").format(fingerprint=prints[agency]), False)
            )
        today = dates.day(self.holder.clock.now().astimezone().date())
        found.append((tr("Written on {day}").format(day=today), False))
        return found

    def _print(self) -> None:
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setDocName("wallet")
        if QPrintDialog(printer, self).exec():
            self.draw_on(printer)

    def _save(self) -> None:
        path, _ = QFileDialog.getSaveFileName(self, tr("Save the sheet"), "if-lost.pdf", "PDF (*.pdf)")
        if path:
            self.save_pdf(path)

    def save_pdf(self, path: str) -> None:
        """Write the sheet as a PDF."""
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        printer.setOutputFileName(path)
        self.draw_on(printer)

    def draw_on(self, printer: QPrinter) -> None:
        """Write the lines on one page of paper."""
        printer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
        printer.setPageMargins(QMarginsF(20, 20, 20, 20), QPageLayout.Unit.Millimeter)
        painter = QPainter(printer)
        if not painter.isActive():
            self.say(Feel.REFUSED, tr("The sheet could not be written there."), tr("Choose another place."))
            return
        area = QRectF(printer.pageLayout().paintRectPixels(printer.resolution()))
        width, top = area.width(), 0.0
        for number, (words, strong) in enumerate(self.lines()):
            font = QFont(self.font())
            font.setPointSizeF(18 if not number else 12 if strong else 11)
            font.setBold(strong)
            painter.setFont(font)
            flags = Qt.AlignmentFlag.AlignLeading | Qt.TextFlag.TextWordWrap
            top += painter.fontMetrics().height() * (0.6 if strong else 0.1)
            box = painter.boundingRect(QRectF(0, top, width, area.height()), flags, words)
            if top + box.height() > area.height():
                printer.newPage()
                top = 0.0
            painter.drawText(QRectF(0, top, width, area.height()), flags, words)
            top += box.height()
        painter.end()
        self.say(Feel.ACCEPTED, tr("The sheet is written. Keep it with your papers, not with the computer."))
