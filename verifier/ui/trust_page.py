"""What this counter believes, how old it is, and how to get newer lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from counterproof.desktop.announce import announce
from counterproof.desktop.flow_area import FlowArea
from counterproof.desktop.plain_text import PlainLabel, button
from counterproof.desktop.theme import Space, Text
from counterproof.trust.names import grouped
from counterproof.words import dates
from counterproof.words.counter_window import COMPARE, in_window
from counterproof.words.explain import explain, explain_error
from counterproof.words.language import ntr, tr
from counterproof.words.plain_text import marked
from counterproof.words.verifier import moment_in_words
from verifier.flow.believing import NEEDS_A_PERSON
from verifier.ui.page_head import PageHead, framed, page_column
from verifier.ui.parts import Notice, card, column, empty

if TYPE_CHECKING:
    from collections.abc import Iterable

    from PySide6.QtWidgets import QVBoxLayout

    from counterproof.mdoc.errors import CounterproofError
    from counterproof.trust.describe import AgencyDescription, AuthorityDescription, TrustDescription

_WARN_DAYS = 3
_LONGEST_SOURCE = 2000


def trust_line(described: TrustDescription) -> tuple[str, bool]:
    """Return the one line at the foot, and whether all is good for some days."""
    for code in described.notices:
        return explain(code).what, False
    newest = max((each.issued_at for each in described.agencies), default=described.at)
    ends = min((each.enough_until for each in described.agencies), default=described.at)
    since = moment_in_words(newest, described.at)
    if ends <= described.at:
        return tr("Lists from {since}. They are too old: answers cannot be settled.").format(
            since=since
        ), False
    left = (ends - described.at).days
    local = ends.astimezone()
    until = f"{dates.weekday(local.date())}, {dates.clock_time(ends)}"
    if left < _WARN_DAYS:
        said = tr("Lists from {since}. Good until {until} only: get new ones before that.")
        return said.format(since=since, until=until), False
    return tr("Lists from {since}. All good until {until}.").format(since=since, until=until), True


class TrustPage(QWidget):
    """`update_folder`, `update_from` and `add_from` with what stands in the line, `choose_*`, and `back`.

    `read_screen` is the wish to read another counter's screen, `hand_on` to show one's own lists: whose, by
    their fingerprint.
    """

    update_folder = Signal()
    update_from = Signal(str)
    add_from = Signal(str)
    choose_folder = Signal()
    choose_file = Signal()
    read_screen = Signal()
    stop_reading = Signal()
    hand_on = Signal(str)
    back = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("part", "page")
        content = QWidget()
        inner = page_column(content)
        head = PageHead(tr("What this counter believes"))
        head.back.connect(self.back)
        self._focused: QWidget | None = None
        self._line = PlainLabel(text=Text.LARGE)
        self._done = PlainLabel(text=Text.BODY, strong=True)
        self._notice = Notice()
        self.stop_button = button(tr("Stop reading"))
        self.stop_button.clicked.connect(self._stopping)
        self.stop_button.hide()
        for each in (self._line, self._done, self._notice):
            inner.addWidget(each)
        inner.addWidget(self.stop_button, alignment=Qt.AlignmentFlag.AlignLeading)
        self._agencies = column(gap=Space.NORMAL)
        inner.addLayout(self._agencies)
        inner.addWidget(self._from_elsewhere())
        inner.addStretch()
        foot = FlowArea(Space.SNUG, Space.WIDE)
        self._folder = button(
            tr("Update from a stick or folder…"),
            "primary",
            describe=tr("Takes newer lists of agencies that are believed already."),
        )
        self._folder.clicked.connect(self.update_folder)
        foot.add(self._folder)
        self.screen_button = button(
            tr("From another screen…"),
            describe=tr("Reads the moving code that another counter shows of its lists."),
        )
        self.screen_button.clicked.connect(self.read_screen)
        foot.add(self.screen_button)
        framed(self, head, content, foot)

    def _from_elsewhere(self) -> QWidget:
        frame, box = card()
        said = tr("From an address, a folder or a trust pack")
        label = PlainLabel(said, Text.LARGE, strong=True)
        self.source = QLineEdit()
        self.source.setAccessibleName(said)
        self.source.setPlaceholderText("https://")
        self.source.setMaxLength(_LONGEST_SOURCE)
        self.source.returnPressed.connect(lambda: self.update_from.emit(self.source.text()))
        label.setBuddy(self.source)
        box.addWidget(label)
        box.addWidget(self.source)
        across = FlowArea(Space.SNUG)
        self.update_button = button(tr("Update from here"))
        self.update_button.clicked.connect(lambda: self.update_from.emit(self.source.text()))
        self.add_button = button(
            tr("Believe somebody new…"),
            describe=tr("Shows a fingerprint to compare before anything is believed."),
        )
        self.add_button.clicked.connect(lambda: self.add_from.emit(self.source.text()))
        folder, file = button(tr("Choose a folder…"), "link"), button(tr("Choose a file…"), "link")
        folder.clicked.connect(self.choose_folder)
        file.clicked.connect(self.choose_file)
        for each in (self.update_button, self.add_button, folder, file):
            across.add(each)
        box.addWidget(across)
        return frame

    def working(self, source: str) -> None:
        """Say that a source is being read; nothing else is begun until it is."""
        self._notice.tell(None)
        self._done.setText(tr("Reading {source} …").format(source=marked(source, 120)))
        self._done.show()
        self._focused = self.focusWidget()
        self._can_begin(can=False)
        self.stop_button.setFocus()

    def _stopping(self) -> None:
        """Say that it ends: a server may stay silent for some seconds more."""
        self._done.setText(tr("Stopping …"))
        self.stop_button.setEnabled(False)
        self.stop_reading.emit()

    def _can_begin(self, *, can: bool) -> None:
        for each in (self._folder, self.screen_button, self.update_button, self.add_button):
            each.setEnabled(can)
        self.stop_button.setEnabled(not can)
        self.stop_button.setVisible(not can)

    def show_trust(self, described: TrustDescription, waiting: Iterable[QWidget] = ()) -> None:
        """Show what is believed, behind cards about what waits."""
        said, _good = trust_line(described)
        self._line.setText(said)
        empty(self._agencies)
        for frame in waiting:
            self._agencies.addWidget(frame)
        for authority in described.authorities:
            self._agencies.addWidget(self._authority(authority))
        for each in described.agencies:
            self._agencies.addWidget(self._agency(each))

    def tell(self, error: CounterproofError | None, done: str = "") -> None:
        """Say how an update went."""
        focused, self._focused = self._focused, None
        if error is not None and error.code in NEEDS_A_PERSON:
            self._notice.say(explain_error(error).what, tr(COMPARE), error.code)
        else:
            self._notice.tell(error)
        self._done.setText(done)
        self._done.setVisible(bool(done))
        announce(self.window(), done)
        self._can_begin(can=True)
        if error is not None and error.code in NEEDS_A_PERSON:
            self.add_button.setFocus()
        elif focused is not None:  # back to where one was before there was something to stop
            focused.setFocus()

    def take_focus(self) -> None:
        """Put the focus on what one comes here for."""
        self._folder.setFocus()

    def _authority(self, authority: AuthorityDescription) -> QWidget:
        frame, box = card()
        name = f"{marked(authority.name, 128)} ({marked(authority.country, 8)})"
        box.addWidget(PlainLabel(name, Text.LARGE, strong=True))
        said = tr("A list of issuers and counters, signed {age} ago, enough until {until}").format(
            age=dates.span(authority.age), until=dates.moment(authority.good_until)
        )
        box.addWidget(PlainLabel(said))
        root = tr("Fingerprint: {fingerprint}").format(fingerprint=grouped(authority.fingerprint))
        box.addWidget(PlainLabel(root, Text.SMALL, tone="quiet"))
        box.addWidget(self._handing_on(authority.name, authority.fingerprint))
        self._notices(box, authority.notices)
        return frame

    def _handing_on(self, name: str, fingerprint: str) -> QWidget:
        line = FlowArea(Space.SNUG)
        made = button(tr("Show to another counter…"))
        shown = tr("Show the lists of {name} to another counter").format(name=marked(name, 128))
        made.setAccessibleName(shown)
        made.clicked.connect(lambda: self.hand_on.emit(fingerprint))
        line.add(made)
        return line

    @staticmethod
    def _notices(box: QVBoxLayout, codes: Iterable[str]) -> None:
        for code in codes:
            sentence = in_window(code)
            notice = Notice()
            notice.say(sentence.what, sentence.do, code)
            box.addWidget(notice)

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
        if "" in agency.sources:  # what came in an authority's pack goes on with that pack
            box.addWidget(self._handing_on(agency.name, agency.fingerprint))
        self._notices(box, agency.notices)
        return frame
