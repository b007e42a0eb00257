"""What this counter believes, how old it is, and how to get newer lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from counterproof.desktop.plain_text import PlainLabel, button
from counterproof.desktop.theme import Space, Text
from counterproof.trust.names import grouped
from counterproof.words import dates
from counterproof.words.explain import explain
from counterproof.words.language import ntr, tr
from counterproof.words.plain_text import marked
from verifier.ui.parts import Notice, card, column, empty, scrolled
from verifier.ui.wrapping import WrappingRow

if TYPE_CHECKING:
    from counterproof.mdoc.errors import CounterproofError
    from counterproof.trust.describe import AgencyDescription, TrustDescription

_WARN_DAYS = 3


def trust_line(described: TrustDescription) -> tuple[str, bool]:
    """Return the one line at the foot, and whether all is good for some days."""
    for code in described.notices:
        return explain(code).what, False
    newest = max(each.issued_at for each in described.agencies)
    ends = min(each.enough_until for each in described.agencies)
    since = dates.moment(newest)
    if ends <= described.at:
        return tr("Lists from {since}. They are too old: answers cannot be settled.").format(
            since=since
        ), False
    left = (ends - described.at).days
    until = dates.moment(ends)
    if left < _WARN_DAYS:
        said = tr("Lists from {since}. Good until {until} only: get new ones before that.")
        return said.format(since=since, until=until), False
    return tr("Lists from {since}. All good until {until}.").format(since=since, until=until), True


class TrustPage(QWidget):
    """`update_folder`, `update_address` and `back`."""

    update_folder = Signal()
    update_address = Signal()
    back = Signal()

    def __init__(self, *, online: bool = False) -> None:
        super().__init__()
        self.setProperty("part", "page")
        content = QWidget()
        inner = column(content, gap=Space.NORMAL, edge=Space.WIDE)
        inner.addWidget(PlainLabel(tr("What this counter believes"), Text.DISPLAY))
        self._line = PlainLabel(text=Text.LARGE)
        self._done = PlainLabel(text=Text.BODY, strong=True)
        self._notice = Notice()
        for each in (self._line, self._done, self._notice):
            inner.addWidget(each)
        self._agencies = column(gap=Space.NORMAL)
        inner.addLayout(self._agencies)
        inner.addStretch()
        box = column(self, gap=0)
        box.addWidget(scrolled(content), 1)
        foot = WrappingRow(Space.SNUG, Space.WIDE)
        self._folder = button(
            tr("Update from a stick or folder…"),
            "primary",
            describe=tr("Takes newer lists of agencies that are believed already."),
        )
        self._folder.clicked.connect(self.update_folder)
        address = button(tr("Update from the agency's address"))
        address.clicked.connect(self.update_address)
        address.setVisible(online)
        leave = button(tr("Back (Esc)"))
        leave.clicked.connect(self.back)
        foot.addWidget(self._folder)
        foot.addWidget(address)
        foot.addWidget(leave)
        box.addLayout(foot)

    def show_trust(self, described: TrustDescription) -> None:
        """Show what is believed."""
        said, _good = trust_line(described)
        self._line.setText(said)
        empty(self._agencies)
        for each in described.agencies:
            self._agencies.addWidget(self._agency(each))

    def tell(self, error: CounterproofError | None, done: str = "") -> None:
        """Say how an update went."""
        self._notice.tell(error)
        self._done.setText(done)
        self._done.setVisible(bool(done))

    def take_focus(self) -> None:
        """Put the focus on what one comes here for."""
        self._folder.setFocus()

    def _agency(self, agency: AgencyDescription) -> QWidget:
        frame, box = card()
        box.addWidget(PlainLabel(f"{marked(agency.name, 128)} ({agency.country})", Text.LARGE, strong=True))
        published = tr("Published {age} ago").format(age=dates.span(agency.age))
        until = tr("enough until {until}").format(until=dates.moment(agency.enough_until))
        box.addWidget(PlainLabel(f"{published}, {until}"))
        documents = ntr("{n} kind of document", "{n} kinds of documents", len(agency.doc_types))
        counters = ntr("{n} counter", "{n} counters", agency.readers)
        box.addWidget(
            PlainLabel(
                f"{documents.format(n=len(agency.doc_types))}, {counters.format(n=agency.readers)}",
                tone="quiet",
            )
        )
        root = tr("Fingerprint of its root: {fingerprint}").format(fingerprint=grouped(agency.fingerprint))
        box.addWidget(PlainLabel(root, Text.SMALL, tone="quiet"))
        for code in agency.notices:
            sentence = explain(code)
            notice = Notice()
            notice.say(sentence.what, sentence.do, code)
            box.addWidget(notice)
        return frame
