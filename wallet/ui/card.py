"""A card's page: its fields, who signed it, where it was shown, its copies, and delete with Undo."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from counterproof.desktop.card_face import CardFace
from counterproof.desktop.element_table import ElementTable, Row
from counterproof.desktop.forms import Facts, Notice, column, panel
from counterproof.desktop.plain_text import PlainLabel, button
from counterproof.desktop.theme import Space, Text, current
from counterproof.trust.names import fingerprint, grouped
from counterproof.words import dates
from counterproof.words.language import tr
from counterproof.words.plain_text import marked
from wallet import history
from wallet.cards import CardState
from wallet.consent import describe_field
from wallet.flows import trash
from wallet.ui.base import Page, flow
from wallet.ui.confirm import ConfirmPage
from wallet.ui.home import HomePage
from wallet.ui.saying import FEELS, copies_words, face_of, shown_words, state_words, when, who

if TYPE_CHECKING:
    from collections.abc import Callable

    from wallet.cards import Card
    from wallet.flows.trash import Deleted
    from wallet.ui.window import WalletWindow


_LATEST: Final = 5


class CardPage(Page):
    """One card, opened: here its values are shown."""

    rail = "cards"

    def __init__(self, window: WalletWindow, card_id: bytes, part: int = 0) -> None:
        card = next(each for each in window.holder.cards() if each.id == card_id)
        super().__init__(window, marked(card.name(window.language)))
        self.back_button(tr("All cards"), self.back)
        self._card = card
        self._table: ElementTable | None = None
        inside = column(Space.NORMAL)
        side, beside = column(Space.SNUG), QWidget()
        beside.setLayout(side)
        if current().stacks:
            self.body.addLayout(inside)
            self.body.addWidget(beside)
        else:
            line = QHBoxLayout()
            line.setSpacing(Space.WIDE)
            line.addLayout(inside, 1)
            line.addWidget(beside, 0, Qt.AlignmentFlag.AlignTop)
            self.body.addLayout(line)
        # Made in the order of reading, which is the order in which Tab goes.
        self._parts(inside, part)
        parts = (self._fields, self._signed, self._shown)
        parts[part](inside)
        inside.addStretch(1)
        face = self._side(side)
        # What is said of its state breaks into lines there, and takes no room from what is on the card.
        if not current().stacks:
            beside.setFixedWidth(face.sizeHint().width())
        self.body.addStretch(1)

    def back(self) -> None:
        """Go to all cards."""
        self.wallet.go(HomePage)

    def leave(self) -> None:
        """Forget the portraits."""
        super().leave()
        if self._table is not None:
            self._table.clear()

    def _parts(self, inside: QVBoxLayout, part: int) -> None:
        """Put the choice of what to see of the card, as buttons of which one is down."""
        line = flow()
        for number, words in enumerate((tr("What is on it"), tr("Who signed it"), tr("Where it was shown"))):
            made = button(words)
            made.setCheckable(True)
            made.setChecked(number == part)
            made.clicked.connect(lambda _=False, number=number: self._turn(number))
            line.add(made)
            if number == part:
                self.first = made
        inside.addWidget(line)

    def _turn(self, part: int) -> None:
        card_id = self._card.id
        self.wallet.go(lambda window: CardPage(window, card_id, part))

    def _side(self, side: QVBoxLayout) -> CardFace:
        """Put the card's face, its state, and what can be done with it."""
        from wallet.ui.first import FirstPage  # noqa: PLC0415 - pages know one another
        from wallet.ui.slip import SlipPage  # noqa: PLC0415 - pages know one another

        trust, at, card_id = self.holder.trust, self.holder.clock.now(), self._card.id
        face = CardFace(face_of(self._card, trust, at), pressable=False)
        side.addWidget(face)
        state = self._card.state(trust, at)
        if state is not CardState.VALID:
            side.addWidget(Notice(FEELS[state], state_words(self._card, trust, at)))
        acts: list[tuple[str, str, Callable[[], None]]] = [
            (
                tr("Show a code of my own"),
                "",
                lambda: self.wallet.go(lambda window: FirstPage(window, card_id)),
            ),
            (tr("Make a paper slip"), "", lambda: self.wallet.go(lambda window: SlipPage(window, card_id))),
            (tr("Delete"), tr("It can be brought back for seven days"), self.delete),
        ]
        for words, describe, act in acts:
            made = button(words, describe=describe)
            made.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            made.clicked.connect(act)
            side.addWidget(made)
        side.addStretch(1)
        return face

    def _fields(self, inside: QVBoxLayout) -> None:
        rows = []
        for ref in self._card.values:
            label, value, picture = describe_field(self._card, ref, self.language)
            rows.append(Row(label, value, picture))
        rows.sort(key=lambda each: each.picture is None)
        self._table = ElementTable(
            rows, self.wallet.decoder, self.wallet.runner, portrait_side=144, label_width=180
        )
        around = column(Space.NORMAL)
        around.addWidget(self._table)
        inside.addWidget(panel(around, name=tr("What is on the card")))

    def _signed(self, inside: QVBoxLayout) -> None:
        validity = self._card.validity
        facts = [
            (tr("Signed by"), marked(self._card.agency)),
            (tr("Signed on"), dates.day(validity.signed)),
            (
                tr("Valid for"),
                tr("from {start} to {end}").format(
                    start=dates.day(validity.valid_from), end=dates.day(validity.valid_until)
                ),
            ),
            (tr("In this wallet since"), when(self._card.record.received_at)),
            (tr("Copies"), copies_words(self._card)),
            (tr("Agency's fingerprint"), grouped(fingerprint(self._card.root))),
        ]
        if self._card.record.note:
            facts.append((tr("The agency wrote"), f"“{marked(self._card.record.note)}”"))
        around = column(Space.NORMAL)
        around.addWidget(Facts(facts, label_width=current().scaled(180)))
        inside.addWidget(panel(around, name=tr("Who signed it")))

    def _shown(self, inside: QVBoxLayout) -> None:
        mine = [
            entry
            for entry in reversed(history.entries(self.holder))
            if any(each.doc_type == self._card.doc_type for each in entry.record.elements)
        ]
        around = column(Space.TIGHT)
        if not mine:
            around.addWidget(PlainLabel(tr("Nowhere yet."), tone="quiet"))
        for entry in mine[:_LATEST]:
            around.addWidget(PlainLabel(f"{when(entry.record.at)}: {who(entry)}", strong=True))
            around.addWidget(PlainLabel(shown_words(entry), tone="quiet"))
        if len(mine) > _LATEST:
            more = button(tr("All of it in the history"), "link")
            more.clicked.connect(self._history)
            around.addWidget(flow(more))
        inside.addWidget(panel(around, name=tr("Where it was shown")))

    def _history(self) -> None:
        from wallet.ui.history import HistoryPage  # noqa: PLC0415 - pages know one another

        self.wallet.go(HistoryPage)

    def delete(self) -> None:
        """Delete the card; it can be brought back for a week."""
        window, card, language = self.wallet, self._card, self.language
        window.holder.delete(card)
        window.go(HomePage)

        def undo() -> None:
            if window.is_open:
                window.holder.undelete(card)
                window.go(lambda opened: CardPage(opened, card.id))

        final = trash.final_at(next(each for each in window.holder.cards(deleted=True) if each.id == card.id))
        words = tr("“{card}” was deleted. It is gone for good on {day}.")
        window.done(
            words.format(card=marked(card.name(language)), day=dates.day(final.astimezone().date())), undo
        )


class DestroyPage(ConfirmPage):
    """The last question before a card is gone for good."""

    rail = "cards"

    def __init__(self, window: WalletWindow, gone: Deleted) -> None:
        super().__init__(window, tr("Delete for good?"))
        self._card: Card = gone.card
        name, agency = marked(gone.card.name(self.language)), marked(gone.card.agency)
        self.text(
            tr(
                "“{card}” of {agency} and its keys will be destroyed now. Nobody can bring it back; only the agency can give you another."
            ).format(card=name, agency=agency),
            Text.LARGE,
        )
        self.ask(tr("Keep it"), tr("Destroy it"), self._destroy)

    def back(self) -> None:
        """Go to all cards."""
        self.wallet.go(HomePage)

    def _destroy(self) -> None:
        trash.destroy(self.holder, self._card)
        self.wallet.go(HomePage)
        self.wallet.done(tr("The card and its keys are destroyed."))
