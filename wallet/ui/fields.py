"""What pages share on which fields of one card are chosen, to be shown without a request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from counterproof.desktop.forms import WrappedCheck, column, panel, pressable
from counterproof.desktop.level import Level
from counterproof.desktop.plain_text import PlainLabel, button
from counterproof.desktop.theme import Feel, Space, Text, current
from counterproof.words.language import tr
from counterproof.words.plain_text import marked
from wallet.consent import describe_field
from wallet.ui.base import Page, flow, side_by_side
from wallet.ui.told import ReaderNotice

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtCore import SignalInstance

    from counterproof.desktop.forms import TextField
    from wallet.cards import Card
    from wallet.records import ElementRef
    from wallet.ui.whom import Chosen
    from wallet.ui.window import WalletWindow
    from wallet.unasked import Told


class FieldChoice:
    """The fields of a card, each with a box that is off."""

    def __init__(self, page: Page, card: Card) -> None:
        self.boxes: dict[ElementRef, WrappedCheck] = {}
        self._more: dict[ElementRef, PlainLabel] = {}
        inside = column(0)
        inside.addWidget(PlainLabel(tr("What do you want to show? As little as will do."), strong=True))
        for ref in card.values:
            label, value, picture = describe_field(card, ref, page.language)
            box = WrappedCheck(label if picture is not None else f"{label}: {value}")
            more = PlainLabel(tr("more than may be asked for"), Text.SMALL, tone=Feel.UNDECIDED.value)
            more.setVisible(False)
            box.beneath.addWidget(more)
            self._more[(card.doc_type, *ref)] = more
            self.boxes[(card.doc_type, *ref)] = box
            inside.addWidget(box)
        page.body.addWidget(panel(inside, name=tr("What to show")))

    def mark(self, told: Told) -> None:
        """Say at each box that is ticked and may not be asked for that it is so."""
        for ref, label in self._more.items():
            label.setVisible(ref in told.over)

    @property
    def chosen(self) -> list[ElementRef]:
        """What is ticked."""
        return [ref for ref, box in self.boxes.items() if box.box.isChecked()]


class FieldsPage(Page):
    """Fields of one card, for a code or for paper: put by `choose_fields`, then `tell` and `decide`."""

    rail = "show"
    is_question = True
    fields: FieldChoice
    readers: ReaderNotice

    def __init__(self, window: WalletWindow, title: str, card_id: bytes) -> None:
        super().__init__(window, title)
        self.back_button(tr("Show"), self.back)
        self._card = next(each for each in window.holder.cards() if each.id == card_id)
        self._again: WrappedCheck | None = None
        self.text(f"{marked(self._card.name(self.language))} · {marked(self._card.agency)}", Text.LARGE)

    def choose_fields(self, one: Chosen, other: Chosen | TextField) -> None:
        """Put two things to choose or type, then the fields: what it is for decides how little will do."""
        both = side_by_side(Space.NORMAL)
        for each in (one, other):
            both.addWidget(each, 1, Qt.AlignmentFlag.AlignTop)
        self.body.addLayout(both)
        if not current().stacks:
            Level(one.label, other.label)
            Level(one.hint, other.hint)
        self.fields = FieldChoice(self, self._card)

    def tell(self, look: Callable[[], Callable[[], Told]], *changes: SignalInstance) -> None:
        """Put a notice of who will read it, which follows what is ticked and `changes`."""
        self.readers = ReaderNotice(self, look, self.fields.mark)
        self.body.addWidget(self.readers)
        for box in self.fields.boxes.values():
            box.toggled.connect(self.readers.change)
        for each in changes:
            each.connect(self.readers.change)
        self.readers.look()

    def decide(self, words: str, act: Callable[[], None], no: str, beside: QWidget | None = None) -> None:
        """Put the end of the page: a warning where every copy was shown, what goes on, and the way out.

        With something `beside` them the buttons stand at the foot of the window, always in sight.
        """
        if not self._card.fresh:
            self._again = WrappedCheck(
                tr(
                    "Every copy of this card was shown before: readers who compare could find that it was you. Show one again all the same"
                )
            )
            self.body.addWidget(self._again)
        go, back = button(words, "primary"), button(no)
        go.setAutoDefault(False)
        go.clicked.connect(act)
        back.clicked.connect(self.back)
        self.first = next(iter(self.fields.boxes.values())).box if self.fields.boxes else back
        if beside is None:
            self.body.addWidget(flow(go, back))
        else:
            self.footer = QWidget()
            line = side_by_side(Space.NORMAL)
            line.setContentsMargins(0, 0, 0, 0)
            buttons = [flow(go, back)] if current().stacks else [pressable(go), pressable(back)]
            for each in buttons:
                line.addWidget(each)
            line.addWidget(beside, 1)
            self.footer.setLayout(line)
        self.body.addStretch(1)

    @property
    def reuse(self) -> bool:
        """Whether a copy that was shown before may be shown again."""
        return self._again is not None and self._again.box.isChecked()

    def leave(self) -> None:
        """Ask nothing more about readers."""
        super().leave()
        self.readers.stop()

    def back(self) -> None:
        """Go back to the ways of showing."""
        from wallet.ui.capture import ShowPage  # noqa: PLC0415 - pages know one another

        self.wallet.go(ShowPage)
