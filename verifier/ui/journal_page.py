"""The journal: counts and reasons by day, and whether days that are over are still as they were sealed."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from counterproof.desktop.flow_area import FlowArea
from counterproof.desktop.plain_text import PlainLabel, button
from counterproof.desktop.theme import Space, Text
from counterproof.words import dates
from counterproof.words.explain import all_sentences, explain
from counterproof.words.journal import OUTCOMES
from counterproof.words.language import tr
from counterproof.words.plain_text import marked
from verifier.ui.parts import Notice, column

if TYPE_CHECKING:
    from verifier.journal import Journal


class JournalPage(QWidget):
    """`back` and `export`."""

    back = Signal()
    export = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("part", "page")
        box = column(self, gap=Space.NORMAL, edge=Space.WIDE)
        box.addWidget(PlainLabel(tr("Journal"), Text.DISPLAY))
        lead = tr(
            "How often what was decided, and why. It holds nothing about any person, and no time of day."
        )
        box.addWidget(PlainLabel(lead, Text.BODY, tone="quiet"))
        self._seal = PlainLabel()
        self._notice = Notice()
        box.addWidget(self._seal)
        box.addWidget(self._notice)
        self._table = QTableWidget(0, 5)
        self._table.setAccessibleName(tr("Counts by day"))
        self._table.setHorizontalHeaderLabels(
            [tr("Day"), tr("How often"), tr("What"), tr("Purpose"), tr("Reason")]
        )
        self._table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self._table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self._table.setTabKeyNavigation(False)
        self._table.setShowGrid(False)
        self._table.verticalHeader().hide()
        self._table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self._table.horizontalHeader().setStretchLastSection(True)
        leading = Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter
        self._table.horizontalHeader().setDefaultAlignment(leading)
        self._table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        box.addWidget(self._table, 1)
        foot = FlowArea(Space.SNUG)
        self._export = button(tr("Export for an auditor…"))
        self._export.clicked.connect(self.export)
        leave = button(tr("Back (Esc)"))
        leave.clicked.connect(self.back)
        foot.add(self._export)
        foot.add(leave)
        box.addWidget(foot)

    def show_journal(self, journal: Journal) -> None:
        """Show what is counted now."""
        tallies, closed = journal.tallies(), journal.closed()
        self._table.setRowCount(len(tallies))
        for line, each in enumerate(tallies):
            known = each.outcome in OUTCOMES
            why = explain(each.code).what if each.code in all_sentences() else each.code
            for place, said in enumerate(
                (
                    _said(each.day),
                    str(each.count),
                    OUTCOMES[each.outcome] if known else each.outcome,
                    each.purpose or "-",
                    "-" if each.code == "ok" else why,
                )
            ):
                cell = QTableWidgetItem(marked(said, 200))
                cell.setFlags(Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled)
                self._table.setItem(line, place, cell)
        changed = [each.day for each in closed if each.good is False]
        self._notice.tell(None)
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

    def take_focus(self) -> None:
        """Put the focus on the table."""
        self._table.setFocus()


def _said(day: str) -> str:
    """Return a day of the journal in words; as it stands there if it is none."""
    try:
        return dates.day(date.fromisoformat(day))
    except ValueError:
        return day
