"""The journal: counts and reasons by day, and whether days that are over are still as they were sealed."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from counterproof.desktop.announce import announce
from counterproof.desktop.flow_area import FlowArea
from counterproof.desktop.key_button import KeyButton
from counterproof.desktop.plain_text import PlainLabel, isolated
from counterproof.desktop.theme import Space, Text, current
from counterproof.words import dates
from counterproof.words.explain import all_sentences, explain
from counterproof.words.journal import BY_HAND, MODES, OUTCOMES
from counterproof.words.language import tr
from counterproof.words.plain_text import marked
from verifier.ui.page_head import PageHead, framed, page_column
from verifier.ui.parts import Notice

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from verifier.journal import Journal

_PURPOSE, _REASON = 4, 5
_LEAST_HIGH = 200


class JournalPage(QWidget):
    """`back` and `export`."""

    back = Signal()
    export = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("part", "page")
        content = QWidget()
        box = page_column(content)
        head = PageHead(tr("Journal"))
        head.back.connect(self.back)
        lead = tr(
            "How often what was decided, and why. It holds nothing about any person, and no time of day."
        )
        box.addWidget(PlainLabel(lead, Text.BODY, tone="quiet"))
        self._seal = PlainLabel()
        self._notice = Notice()
        box.addWidget(self._seal)
        box.addWidget(self._notice)
        self._table = self._counts()
        box.addWidget(self._table, 1)
        self._saved = PlainLabel(strong=True)
        box.addWidget(self._saved)
        foot = FlowArea(Space.SNUG, Space.WIDE)
        self._export = KeyButton(tr("Export for an auditor…"), picture="save")
        self._export.clicked.connect(self.export)
        foot.add(self._export)
        framed(self, head, content, foot)

    def _counts(self) -> QTableWidget:
        table = QTableWidget(0, 6)
        table.setAccessibleName(tr("Counts by day"))
        heads = (tr("Day"), tr("How often"), tr("What"), tr("How it came"), tr("Purpose"), tr("Reason"))
        table.setHorizontalHeaderLabels(heads)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setTabKeyNavigation(False)
        table.setShowGrid(False)
        table.verticalHeader().hide()
        table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        leading = Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter
        table.horizontalHeader().setDefaultAlignment(leading)
        table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        for each in (_PURPOSE, _REASON):  # these break into lines; the others are short
            table.horizontalHeader().setSectionResizeMode(each, QHeaderView.ResizeMode.Stretch)
        table.setMinimumHeight(current().scaled(_LEAST_HIGH))
        return table

    def show_journal(self, journal: Journal, purposes: Mapping[str, str]) -> None:
        """Show what is counted now; `purposes` are titles by id, for those that are known."""
        tallies, closed = journal.tallies(), journal.closed()
        self._table.setRowCount(len(tallies))
        for line, each in enumerate(tallies):
            for place, said in enumerate(
                (
                    _said(each.day),
                    str(each.count),
                    OUTCOMES.get(each.outcome, each.outcome),
                    MODES.get(each.mode, each.mode or "-"),
                    _asked_for(each.purpose, purposes),
                    _reason(each.code),
                )
            ):
                cell = QTableWidgetItem("\n".join(marked(line, 200) for line in said.split("\n")))
                cell.setFlags(Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled)
                self._table.setItem(line, place, cell)
        changed = [each.day for each in closed if each.good is False]
        self._notice.tell(None)
        self._saved.hide()
        if changed:
            what = tr("Counts of {day} are not those that were sealed.").format(day=_said(changed[0]))
            self._notice.say(what, tr("Export the journal and tell whoever looks after this computer."))
        self._seal.setText(
            tr("Sealed to the end of {day}. Write this down to prove it later: {seal}").format(
                day=_said(closed[-1].day), seal=closed[-1].said
            )
            if closed
            else tr("No day is over yet, so nothing is sealed.")
        )

    @property
    def saved(self) -> str:
        """What is said of a file that was written, empty where nothing is."""
        return "" if self._saved.isHidden() else self._saved.text()

    def say_saved(self, path: Path | None) -> None:
        """Say where the journal was written to; None where somebody thought better of it."""
        self._saved.setText("" if path is None else tr("Saved: {name}").format(name=isolated(str(path))))
        self._saved.setVisible(path is not None)
        announce(self.window(), self._saved.text())

    def take_focus(self) -> None:
        """Put the focus on the table."""
        self._table.setFocus()


def _asked_for(purpose: str, titles: Mapping[str, str]) -> str:
    """Return a purpose in words with its id beneath, the id alone where it has no words here any more."""
    title = titles.get(purpose, "")
    return f"{title}\n{purpose}" if title else purpose or "-"


def _reason(code: str) -> str:
    """Return why in words; a code that has none stands as it is."""
    if code in BY_HAND:
        return BY_HAND[code]
    return "-" if code == "ok" else explain(code).what if code in all_sentences() else code


def _said(day: str) -> str:
    """Return a day of the journal in words; as it stands there if it is none."""
    try:
        return dates.day(date.fromisoformat(day))
    except ValueError:
        return day
