"""The verdict, filling the window: colour, shape, word; the few fields; what to do next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from counterproof.desktop.announce import announce
from counterproof.desktop.flow_area import FlowArea
from counterproof.desktop.key_button import KeyButton
from counterproof.desktop.letters import boxes, boxes_note
from counterproof.desktop.pictures import PortraitView
from counterproof.desktop.plain_text import PlainLabel
from counterproof.desktop.shapes import VerdictShape
from counterproof.desktop.theme import Feel, Space, Text, current
from counterproof.words.language import ntr, tr
from counterproof.words.verifier import STILL_BEFORE
from verifier.flow.verdict import Looks
from verifier.ui.bars import LARGE
from verifier.ui.parts import Notice, column, empty, row, scrolled
from verifier.ui.stripes import Stripes

if TYPE_CHECKING:
    from counterproof.desktop.background import Runner
    from counterproof.desktop.picture_worker import PortraitDecoder
    from counterproof.mdoc.errors import CounterproofError
    from verifier.flow.desk import Told
    from verifier.flow.verdict import ShownDocument, VerdictView

_PORTRAIT = 280
_ONE_OF_SEVERAL = 150


def _lower() -> int:
    """Return by how much a label begins lower, so that it stands on one line with its larger value."""
    return round((current().size(Text.TITLE) - current().size(Text.LARGE)) * 1.05)


def _kept(state: Told) -> str:
    """Return what the person was told would be kept, once there is something to keep."""
    kept = () if state.tile is None else tuple(each.label for each in state.tile.asked if each.kept)
    if not kept or state.view.looks is not Looks.ACCEPTED:
        return ""
    return tr("Will be kept: {fields}").format(fields=tr(", ").join(kept))


def _pictures(view: VerdictView) -> int:
    """Return how many of the documents have a picture."""
    return sum(each.portrait is not None for each in view.documents)


class VerdictPage(QWidget):
    """Intents: `next_person`, `ask_again`, `slip`, `save_slip`, `by_hand`."""

    next_person = Signal()
    ask_again = Signal()
    slip = Signal()
    save_slip = Signal()
    by_hand = Signal()

    def __init__(self, decoder: PortraitDecoder, runner: Runner) -> None:
        super().__init__()
        self._decoder, self._runner = decoder, runner
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._content = QWidget()
        self._labels = {
            "word": PlainLabel(text=Text.VERDICT),
            "qualifier": PlainLabel(text=Text.BODY),
            "why": PlainLabel(text=Text.TITLE),
            "whose": PlainLabel(text=Text.BODY),
            "boxes": PlainLabel(text=Text.BODY),
            "kept": PlainLabel(text=Text.BODY),
            "evidence": PlainLabel(text=Text.BODY),
            "next": PlainLabel(text=Text.LARGE, strong=True),
            "small": PlainLabel(text=Text.SMALL),
            "slip": PlainLabel(text=Text.BODY, strong=True),
            "countdown": PlainLabel(text=Text.SMALL),
        }
        self.shape = VerdictShape()
        self._fields = QGridLayout()
        self._fields.setHorizontalSpacing(Space.WIDE)
        self._fields.setVerticalSpacing(Space.TIGHT)
        self._fields.setColumnStretch(1, 1)
        self._field_labels: list[PlainLabel] = []
        self.portrait = PortraitView(_PORTRAIT)
        self.portraits: list[PortraitView] = []
        """One for each picture where several documents have one, in the order of the documents."""
        self._same = PlainLabel(text=Text.TITLE)
        self._stripes = Stripes()
        self._put_together()

    def _put_together(self) -> None:
        head = row(gap=Space.WIDE)
        head.addWidget(self.shape, alignment=Qt.AlignmentFlag.AlignTop)
        words = column(gap=Space.TIGHT)
        for name in ("word", "qualifier", "why", "whose"):
            words.addWidget(self._labels[name])
        words.addStretch()
        head.addLayout(words, 1)
        left = column(gap=Space.NORMAL)
        left.addLayout(head)
        left.addLayout(self._fields)
        left.addStretch()
        right = column(gap=Space.TIGHT)
        right.addWidget(self.portrait, alignment=Qt.AlignmentFlag.AlignHCenter)
        right.addWidget(self._same)
        right.addStretch()
        self._same.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        across = row(gap=Space.BROAD)
        across.addLayout(left, 1)
        across.addLayout(right)
        self.notice = Notice()
        self._inner = inner = column(self._content, gap=Space.SNUG, edge=Space.WIDE)
        inner.setContentsMargins(Space.WIDE, Space.WIDE, Space.WIDE, 0)
        inner.addWidget(self.notice)
        inner.addLayout(across, 1)
        for name in ("boxes", "kept", "evidence"):
            inner.addWidget(self._labels[name])
        box = column(self, gap=0)
        box.addWidget(self._stripes)
        self._area = scrolled(self._content)
        box.addWidget(self._area, 1)
        self._below = self._foot()
        box.addLayout(self._below)

    def _foot(self) -> QVBoxLayout:
        foot = column(gap=Space.TIGHT, edge=Space.WIDE)
        keys = FlowArea(Space.SNUG)
        self.next_button = KeyButton(tr("Next person"), "Space", "primary", picture="forward")
        self.again_button = KeyButton(tr("Ask again"), "A", picture="again")
        self.slip_button = KeyButton(tr("Print a slip"), "P", picture="print")
        self.save_button = KeyButton(tr("Save the slip"), "F", picture="save")
        self.hand_button = KeyButton(tr("Look by eye"), "E", picture="eye")
        for made, intent in (
            (self.next_button, self.next_person),
            (self.again_button, self.ask_again),
            (self.slip_button, self.slip),
            (self.save_button, self.save_slip),
            (self.hand_button, self.by_hand),
        ):
            made.clicked.connect(lambda _checked=False, intent=intent: intent.emit())
            keys.add(made)
        # Whatever scrolls above: the word of the verdict and what to do are in sight together.
        self._labels["next"].setContentsMargins(0, 0, 0, Space.TIGHT)
        foot.addWidget(self._labels["next"])
        foot.addWidget(self._labels["slip"])
        foot.addWidget(keys)
        small = row(gap=Space.WIDE)
        small.addWidget(self._labels["countdown"], 1)
        small.addWidget(self._labels["small"])
        foot.addLayout(small)
        return foot

    def text(self, name: str) -> str:
        """Return what one of the places says: word, qualifier, why, whose, evidence, next, small."""
        return self._labels[name].text()

    @property
    def fields(self) -> list[str]:
        """Everything that stands among the fields, label and value in turn."""
        return [each.text() for each in self._field_labels]

    def show_state(self, state: Told, *, specimen: bool = False) -> None:
        """Show a verdict; of a specimen without what leads on to the next person."""
        view = state.view
        tone = view.looks.value
        self._area.verticalScrollBar().setValue(0)  # where the one before was read to its end, too
        self._stripes.setVisible(specimen)
        if specimen and current().percent > LARGE:  # the foot of practice leaves no room for another
            self._inner.addWidget(self._labels["next"])
        else:
            self._below.insertWidget(0, self._labels["next"])
        self.setProperty("tone", tone)
        self.shape.set_feel(Feel(tone))
        whose = "" if view.whose is None else f"{view.whose.matter} {view.whose.settles}"
        for name, said in (
            ("word", view.word),
            ("qualifier", view.qualifier),
            ("why", "\n".join((*view.why, *view.beside))),
            ("whose", whose),
            ("evidence", view.evidence),
            ("boxes", self._boxes(view)),
            ("kept", _kept(state)),
            ("next", view.next),
            ("small", view.small),
        ):
            label = self._labels[name]
            label.setText(said)
            label.setVisible(bool(said))
        for label in (*self._labels.values(), self._same):
            label.set_tone(tone)
        self.notice.tell(state.trouble, tr(STILL_BEFORE))
        self._show_fields(view, tone)
        self._show_portrait(view)
        refused = view.whose is not None
        self.next_button.setVisible(not specimen)
        self.again_button.setVisible(state.tile is not None and not specimen)
        self._say_slip("")
        for each in (self.slip_button, self.save_button):
            each.setVisible(refused and not specimen)
        self.hand_button.setVisible(refused and not specimen)
        for name in ("countdown", "small"):
            self._labels[name].setVisible(not specimen)
        high = Space.SNUG if specimen or current().percent > LARGE else Space.WIDE
        self._below.setContentsMargins(Space.WIDE, high, Space.WIDE, high)
        self.setAccessibleName(f"{view.word}. {view.next}")
        self.style().unpolish(self)
        self.style().polish(self)
        if not specimen:
            self.next_button.setFocus()

    def slip_done(self, *, done: bool) -> None:
        """Say that there is a slip, unless somebody thought better of it."""
        self._say_slip(tr("✓ The slip is made.") if done else "")

    def slip_failed(self, error: CounterproofError) -> None:
        """Say why there is no slip."""
        from counterproof.words.counter_window import in_window  # noqa: PLC0415 - no words without an error

        said = in_window(error.code, error.facts)
        self._say_slip(f"✕ {said.what} {said.do}")

    def _say_slip(self, said: str) -> None:
        self._labels["slip"].setText(said)
        self._labels["slip"].setVisible(bool(said))
        announce(self.window(), said)

    def count_down(self, seconds: int) -> None:
        """Say when everything is wiped."""
        said = ntr(
            "Wiped in {n} second. Any key keeps it for a minute.",
            "Wiped in {n} seconds. Any key keeps it for a minute.",
            seconds,
        )
        self._labels["countdown"].setText(said.format(n=seconds))

    def wipe(self) -> None:
        """Forget everything that was shown."""
        for label in self._labels.values():
            label.setText("")
        self.notice.tell(None)
        self.portrait.clear()
        self._same.setText("")
        self.setAccessibleName("")
        self._empty_fields()

    def _empty_fields(self) -> None:
        for each in self.portraits:
            each.clear()
        for line in range(self._fields.rowCount()):
            self._fields.setRowStretch(line, 0)
        empty(self._fields)
        self._field_labels, self.portraits = [], []

    def _boxes(self, view: VerdictView) -> str:
        """Return what is said where a letter is none that this computer has."""
        texts = [text for document in view.documents for field in document.fields for text in field]
        return boxes_note(self.font()) if boxes(texts, self.font()) else ""

    def _show_fields(self, view: VerdictView, tone: str) -> None:
        self._empty_fields()
        several = _pictures(view) > 1
        line = 0
        for document in view.documents:
            first = line
            title = PlainLabel(document.title, Text.BODY, tone=tone)
            title.setContentsMargins(0, current().scaled(Space.NORMAL) if line else 0, 0, 0)
            self._fields.addWidget(title, line, 0, 1, 2)
            line += 1
            for name, value in document.fields:
                label = PlainLabel(name, Text.LARGE, tone=tone)
                label.setContentsMargins(0, _lower(), 0, 0)
                shown = PlainLabel(value, Text.TITLE, tone=tone)
                self._fields.addWidget(label, line, 0, Qt.AlignmentFlag.AlignTop)
                self._fields.addWidget(shown, line, 1)
                self._field_labels += [label, shown]
                line += 1
            if several and document.portrait is not None:
                self._fields.setRowStretch(
                    line, 1
                )  # a picture is higher than a few fields: these stay together
                line += 1
                self._put_portrait(document, document.portrait, tone, first, line - first)

    def _put_portrait(
        self, document: ShownDocument, portrait: bytes, tone: str, line: int, lines: int
    ) -> None:
        """Put a picture beside the fields of its document, with the question that goes with it."""
        beside = QWidget()
        box = column(beside, gap=Space.HAIR)
        view = PortraitView(_ONE_OF_SEVERAL)
        view.setAccessibleName(f"{tr('Portrait')}: {document.title}")
        box.addWidget(view, alignment=Qt.AlignmentFlag.AlignHCenter)
        same = PlainLabel(tr("Same person?"), Text.BODY, strong=True, tone=tone)
        same.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        box.addWidget(same)
        self._fields.addWidget(beside, line, 2, lines, 1, Qt.AlignmentFlag.AlignTop)
        self.portraits.append(view)
        view.show_portrait(portrait, self._decoder, self._runner)

    def _show_portrait(self, view: VerdictView) -> None:
        there = view.portrait is not None and _pictures(view) <= 1
        self.portrait.setVisible(there)
        self._same.setVisible(there)
        if view.portrait is None or not there:
            self.portrait.clear()
            return
        self._same.setText(tr("Same person?"))
        self.portrait.show_portrait(view.portrait, self._decoder, self._runner)
