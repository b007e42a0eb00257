"""Lists as a moving code, for the camera of another counter: whose, how long it takes, and the code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QBoxLayout, QWidget

from counterproof.desktop.flow_area import FlowArea
from counterproof.desktop.plain_text import PlainLabel, button
from counterproof.desktop.qr_view import QrView
from counterproof.desktop.theme import Space, Text, current
from counterproof.optics.encode import encode
from counterproof.optics.kinds import Kind
from counterproof.words.language import tr
from counterproof.words.lists_code import code_lines
from verifier.ui.page_head import PageHead, framed
from verifier.ui.parts import Notice, column, empty, labels, row

if TYPE_CHECKING:
    from counterproof.mdoc.errors import CounterproofError
    from verifier.lists import ListsCode


class ShowListsPage(QWidget):
    """`back`, and `save`: the code is wanted as a moving picture in a file."""

    back = Signal()
    save = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("part", "page")
        content = QWidget()
        stacks = current().stacks
        across: QBoxLayout = column(content) if stacks else row(content, gap=Space.WIDE)
        across.setContentsMargins(Space.WIDE, Space.SNUG, Space.WIDE, Space.NORMAL)
        self._head = PageHead(tr("Lists for another counter"))
        self._head.back.connect(self.back)
        self._words = column(gap=Space.SNUG)
        self._said = column(gap=Space.TIGHT)
        self.notice = Notice()
        self._words.addLayout(self._said)
        for each in labels(
            (
                tr("At the other counter: Trust, then “From another screen”. Hold this code into its frame."),
                tr("The code goes round until you leave. Nothing in it is secret, and nothing changes here."),
            ),
            tone="quiet",
        ):
            self._words.addWidget(each)
        self._words.addWidget(self.notice)
        keys = FlowArea(Space.SNUG)
        self.save_button = button(tr("Save as a moving picture…"))
        self.save_button.clicked.connect(self.save)
        keys.add(self.save_button)
        self._words.addWidget(keys)
        self.code = QrView(smallest=400 if stacks else 300)
        if stacks:  # the code first: it is what the other counter's camera must see without scrolling
            across.addWidget(self.code, 3)
            across.addLayout(self._words, 2)
        else:
            across.addLayout(self._words, 2)
            across.addWidget(self.code, 3)
            self._words.addStretch()
        framed(self, self._head, content)
        self.wait()

    @property
    def said(self) -> str:
        """What is said of the code."""
        found = (self._said.itemAt(place) for place in range(self._said.count()))
        shown = (each.widget() for each in found if each is not None)
        return "\n".join(each.text() for each in shown if isinstance(each, PlainLabel))

    def wait(self) -> None:
        """Say that the code is being made."""
        self._say([tr("The code is being made …")])
        self.notice.tell(None)
        self.code.clear()
        self.save_button.setEnabled(False)

    def show_code(self, made: ListsCode) -> None:
        """Show the code, and what is to be known before somebody holds a camera to it."""
        self._say(
            code_lines(
                made.name, made.issued_at, pictures=made.pictures, seconds=made.seconds, whole=made.whole
            )
        )
        self.code.show_code(
            encode(Kind.LISTS, made.m, streams_ok=True), tr("Lists for another counter, as a code")
        )
        self.save_button.setEnabled(True)

    def tell(self, error: CounterproofError | None, done: str = "") -> None:
        """Say why there is no code, or what was saved."""
        if error is not None and not self.code.accessibleName():
            self._say([])
        self.notice.tell(error)
        if done:
            self.notice.say(done, "")

    def wipe(self) -> None:
        """Show no code any more."""
        self.code.clear()

    def take_focus(self) -> None:
        """Put the focus on the way back, which is all that one has to do here."""
        self._head.leave.setFocus()

    def _say(self, lines: list[str]) -> None:
        empty(self._said)
        for place, line in enumerate(lines):
            self._said.addWidget(PlainLabel(line, Text.BODY if place else Text.LARGE))
