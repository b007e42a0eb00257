"""History: by day who saw what, and why; filters, one entry in full, delete, export, report."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QSizePolicy, QWidget

from counterproof.desktop.choice import Choice
from counterproof.desktop.forms import Facts, Notice, column, panel, pressable
from counterproof.desktop.plain_text import PlainLabel, button
from counterproof.desktop.theme import Feel, Space, Text, current
from counterproof.sealing import files
from counterproof.strict_json import dumps
from counterproof.words.language import ntr, tr
from counterproof.words.plain_text import marked
from counterproof.words.wallet import PHRASES
from wallet import history
from wallet.flows import drafts, past
from wallet.purposes import with_id
from wallet.receipts import kept_unsaid
from wallet.records import ShowMode, ShowOutcome
from wallet.ui.base import Page, flow, side_by_side
from wallet.ui.confirm import ConfirmPage
from wallet.ui.saying import clock_of, day_of, shown_words, when, who

if TYPE_CHECKING:
    from collections.abc import Callable

    from wallet.history import Entry
    from wallet.ui.window import WalletWindow

Sifted = tuple[str, int]
"""What was searched for, and which kind of entries; so a way back leads to the same list."""

_MOST = 200
_KEPT_OPEN = frozenset({ShowOutcome.SHOWN, ShowOutcome.DONE, ShowOutcome.AGREED})
_SAID_BY_FIELDS = frozenset({ShowOutcome.SHOWN, ShowOutcome.DONE})


class HistoryPage(Page):
    """What was shown."""

    rail = "history"

    def __init__(self, window: WalletWindow, wanted: str = "", only: int = 0) -> None:
        super().__init__(window, tr("History"))
        self._entries = history.entries(self.holder)[::-1]
        self._wanted, self._only = wanted, only
        if not self._entries:
            self.text(tr("Nothing was shown yet."), Text.LARGE)
            self.text(
                tr(
                    "Whenever you answer a counter, this page says who saw which fields, when and why. It never holds a value."
                ),
                tone="quiet",
            )
            self.body.addStretch(1)
            return
        self._filters()
        self._list = column(Space.TIGHT)
        self.body.addLayout(self._list)
        self._fill()
        self._buttons()
        self.body.addStretch(1)

    def _filters(self) -> None:
        line = side_by_side()
        search = QLineEdit(self._wanted)
        search.setPlaceholderText(tr("Search: who, what, why"))
        search.setAccessibleName(tr("Search the history"))
        search.setClearButtonEnabled(True)
        kind = Choice()
        kind.setAccessibleName(tr("Which entries"))
        kind.addItems(
            [
                tr("Everything"),
                tr("Only what was shown"),
                tr("Only what was refused"),
                tr("Only unknown readers"),
                tr("Only what is kept by the counter"),
                tr("Only paper slips"),
            ]
        )
        kind.setCurrentIndex(self._only)
        search.textChanged.connect(self._search)
        kind.currentIndexChanged.connect(self._restrict)
        line.addWidget(search, 1)
        line.addWidget(kind)
        self.body.addLayout(line)
        self.first = search

    def _search(self, typed: str) -> None:
        self._wanted = typed
        self._fill()
        self._name_buttons()

    def _restrict(self, place: int) -> None:
        self._only = place
        self._fill()
        self._name_buttons()

    @property
    def shown(self) -> list[Entry]:
        """The entries that the filters let through."""
        words = self._wanted.casefold().split()
        return [
            each
            for each in self._entries
            if _kind_fits(each, self._only) and all(word in _said(each) for word in words)
        ]

    def _fill(self) -> None:
        while self._list.count():
            item = self._list.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        found = self.shown
        if not found:
            self._list.addWidget(PlainLabel(tr("No entry fits."), tone="quiet"))
        for day, entries in itertools.groupby(found[:_MOST], key=lambda each: day_of(each.record.at)):
            self._list.addWidget(PlainLabel(day, Text.LARGE, strong=True))
            for each in entries:
                self._list.addWidget(self._row(each))
        if len(found) > _MOST:
            more = ntr(
                "{n} older entry is not listed: search for it.",
                "{n} older entries are not listed: search for them.",
                len(found) - _MOST,
            )
            self._list.addWidget(PlainLabel(more.format(n=len(found) - _MOST), tone="quiet"))

    def _row(self, entry: Entry) -> QWidget:
        record = entry.record
        inside = QHBoxLayout()
        words = column(Space.HAIR)
        words.addWidget(PlainLabel(f"{clock_of(record.at)} · {who(entry)}", strong=True))
        why = record.purpose_title or marked(record.purpose)
        said = (
            shown_words(entry),
            tr("For: {purpose}").format(purpose=why) if why else "",
            "" if record.outcome in _SAID_BY_FIELDS else PHRASES[f"outcome.{history.outcome_of(record)}"],
        )
        words.addWidget(PlainLabel(" · ".join(each for each in said if each), tone="quiet"))
        inside.addLayout(words, 1)
        more = button(tr("Open"), describe=f"{when(record.at)}, {who(entry)}")
        more.clicked.connect(lambda: self._open(entry))
        inside.addWidget(pressable(more))
        return panel(inside)

    @property
    def _sifted(self) -> Sifted:
        return self._wanted, self._only

    def _open(self, entry: Entry) -> None:
        sifted = self._sifted
        self.wallet.go(lambda window: EntryPage(window, entry.id, sifted))

    def _delete(self) -> None:
        which, sifted = self.shown, self._sifted
        self.wallet.go(lambda window: DeletePage(window, which, sifted))

    def _buttons(self) -> None:
        self._export_button, self._delete_button = button(""), button("")
        self._export_button.clicked.connect(self._export)
        self._delete_button.clicked.connect(self._delete)
        self._name_buttons()
        self.body.addWidget(flow(self._export_button, self._delete_button))
        self.text(
            tr("An exported file is not locked: whoever can open it learns where you have been."),
            Text.SMALL,
            tone="quiet",
        )

    def _name_buttons(self) -> None:
        """Say whether the buttons are about everything, or about what the filters let through."""
        everything = not self._only and not self._wanted.split()
        self._export_button.setText(tr("Export…") if everything else tr("Export what is listed…"))
        self._delete_button.setText(tr("Delete all of it…") if everything else tr("Delete what is listed…"))
        for each in (self._export_button, self._delete_button):
            each.setEnabled(bool(self.shown))

    def _export(self) -> None:
        path, _ = QFileDialog.getSaveFileName(self, tr("Export the history"), "history.json")
        if not path:
            return
        entries = self.shown
        content = dumps(
            {
                "type": "counterproof.wallet-history",
                "version": 1,
                "entries": [history.to_plain(each) for each in reversed(entries)],
            }
        )
        words = ntr("{n} entry was written.", "{n} entries were written.", len(entries)).format(
            n=len(entries)
        )
        self.work(
            lambda: files.write_atomic(Path(path), content, replace=True),
            lambda _: self.say(Feel.ACCEPTED, words),
            finish=True,
        )


def _kind_fits(entry: Entry, only: int) -> bool:
    record = entry.record
    tests: tuple[Callable[[], bool], ...] = (
        lambda: True,
        lambda: record.outcome in _KEPT_OPEN,
        lambda: record.outcome in (ShowOutcome.REFUSED, ShowOutcome.DECLINED),
        lambda: record.mode is ShowMode.TWO_WAY and not record.verified,
        lambda: any(each.kept for each in record.elements) or bool(record.receipt and record.receipt.kept),
        lambda: record.mode is ShowMode.SLIP,
    )
    return tests[only]()


def _said(entry: Entry) -> str:
    record = entry.record
    labels = " ".join(each.label for each in record.elements)
    why = f"{record.purpose_title} {record.purpose}"
    return f"{who(entry)} {record.agency} {why} {labels} {day_of(record.at)}".casefold()


class EntryPage(Page):
    """One entry in full."""

    rail = "history"

    def __init__(self, window: WalletWindow, entry_id: bytes, sifted: Sifted = ("", 0)) -> None:
        entry = next(each for each in history.entries(window.holder) if each.id == entry_id)
        super().__init__(window, who(entry))
        self.back_button(tr("History"), self.back)
        self._entry, self._sifted = entry, sifted
        record = entry.record
        facts = [
            (tr("When"), when(record.at)),
            (tr("How"), PHRASES[f"mode.{record.mode.value}"]),
            (tr("What came of it"), PHRASES[f"outcome.{history.outcome_of(record)}"]),
        ]
        if record.verified:
            facts.insert(0, (tr("Verified by"), marked(record.agency)))
        if record.purpose:
            reason = past.what_for(self.holder, entry, self.language)
            named = with_id(record.purpose_title, record.purpose)
            facts.append((tr("What for"), "\n".join(each for each in (named, reason) if each)))
        if record.until is not None:
            facts.append((tr("Valid until"), when(record.until)))
        self.body.addWidget(Facts(facts, label_width=current().scaled(200)))
        self._elements()
        self._receipt()
        self._buttons()
        self.body.addStretch(1)

    def back(self) -> None:
        """Go to the history as it was sifted."""
        self.wallet.go(lambda window: HistoryPage(window, *self._sifted))

    def _elements(self) -> None:
        record = self._entry.record
        inside = column(Space.HAIR)
        on_paper = record.mode is ShowMode.SLIP
        heading = tr("What stands on the paper") if on_paper else tr("What was shown")
        inside.addWidget(PlainLabel(heading, strong=True))
        for each in record.elements:
            kept = f" · {tr('the counter said that it keeps this')}" if each.kept else ""
            inside.addWidget(PlainLabel(f"{marked(each.label)}{kept}"))
        if not record.elements:
            inside.addWidget(PlainLabel(tr("Nothing.")))
            asked = ", ".join(past.asked(self.holder, self._entry, self.language))
            if asked:
                inside.addWidget(PlainLabel(tr("Asked for: {fields}").format(fields=asked), tone="quiet"))
        self.body.addWidget(panel(inside))

    def _receipt(self) -> None:
        record = self._entry.record
        filed = record.receipt
        if filed is None:
            return
        labels = {each.ref: each.label for each in record.elements}
        kept = ", ".join(marked(labels.get(ref, ref[2])) for ref in filed.kept) or tr("nothing")
        words = tr("It says that it keeps: {fields}.").format(fields=kept)
        self.body.addWidget(
            Notice(Feel.PLAIN, f"{PHRASES[f'receipt.{filed.outcome}']}, {when(filed.at)}.", words)
        )
        if record.mode is ShowMode.TWO_WAY and kept_unsaid(record):
            self.body.addWidget(
                Notice(
                    Feel.REFUSED,
                    tr("It keeps more than it had said when it asked."),
                    tr("You may complain with this receipt: the counter signed it."),
                )
            )

    def _buttons(self) -> None:
        delete = button(tr("Delete this entry"))
        delete.clicked.connect(self._delete)
        buttons = [delete]
        if self._entry.record.mode is ShowMode.TWO_WAY:
            begun = drafts.begun(self.holder, self._entry.id) is not None
            report = button(
                tr("Go on with the letter…") if begun else tr("Report this…"),
                describe=tr("Writes a letter about this request, for you to send"),
            )
            report.clicked.connect(self._report)
            buttons.insert(0, report)
        for each in buttons:
            each.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.body.addWidget(flow(*buttons))

    def _delete(self) -> None:
        which, sifted = [self._entry], self._sifted
        self.wallet.go(lambda window: DeletePage(window, which, sifted))

    def _report(self) -> None:
        from wallet.ui.report import ReportPage  # noqa: PLC0415 - pages know one another

        entry, sifted = self._entry, self._sifted
        self.wallet.go(lambda window: ReportPage(window, entry, sifted))


class DeletePage(ConfirmPage):
    """The question before entries are gone."""

    rail = "history"

    def __init__(self, window: WalletWindow, which: list[Entry], sifted: Sifted = ("", 0)) -> None:
        super().__init__(window, tr("Delete from the history?"))
        self._which, self._sifted = which, sifted
        count = ntr(
            "{n} entry will be gone for good.", "{n} entries will be gone for good.", len(which)
        ).format(n=len(which))
        self.text(count, Text.LARGE)
        self.text(
            tr(
                "Copies that were shown stay used. A receipt or a begun letter that belongs to an entry goes with it. What the counter keeps, it keeps."
            )
        )
        self.ask(tr("Keep it"), tr("Delete"), self._delete)

    def back(self) -> None:
        """Go to the history as it was sifted."""
        self.wallet.go(lambda window: HistoryPage(window, *self._sifted))

    def _delete(self) -> None:
        history.delete(self.holder, self._which)
        self.back()
        self.wallet.done(tr("Deleted."))
