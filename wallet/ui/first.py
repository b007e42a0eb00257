"""Showing without a request: which card, which fields, for whom; what is shown is readable by all who see it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout

from counterproof.desktop.card_face import CardFace
from counterproof.desktop.flow_area import FlowArea
from counterproof.desktop.forms import Notice, TextField, WrappedCheck, column, panel, row
from counterproof.desktop.plain_text import PlainLabel, button
from counterproof.desktop.theme import Feel, Space, Text
from counterproof.words.language import tr
from counterproof.words.plain_text import marked
from wallet.consent import describe_field
from wallet.shown import ShowFirst
from wallet.ui.base import Page
from wallet.ui.saying import face_of

if TYPE_CHECKING:
    from wallet.cards import Card
    from wallet.records import ElementRef
    from wallet.ui.window import WalletWindow


class PickCardPage(Page):
    """Which card."""

    rail = "show"

    def __init__(self, window: WalletWindow, *, paper: bool) -> None:
        super().__init__(window, tr("Which card?"))
        self.back_button(tr("Show"), self.back)
        self._paper = paper
        trust, at = self.holder.trust, self.holder.clock.now()
        usable = [card for card in self.holder.cards() if card.state(trust, at).usable]
        if not usable:
            self.text(tr("You have no card that could be shown now."), Text.LARGE)
        flow = FlowArea(Space.NORMAL)
        for card in usable:
            face = CardFace(face_of(card, trust, at))
            face.clicked.connect(lambda _=False, card_id=card.id: self._picked(card_id))
            flow.add(face)
            self.first = self.first or face
        self.body.addWidget(flow)
        self.body.addStretch(1)

    def back(self) -> None:
        """Go back to the ways of showing."""
        from wallet.ui.capture import ShowPage  # noqa: PLC0415 - pages know one another

        self.wallet.go(ShowPage)

    def _picked(self, card_id: bytes) -> None:
        from wallet.ui.slip import SlipPage  # noqa: PLC0415 - pages know one another

        page = SlipPage if self._paper else FirstPage
        self.wallet.go(lambda window: page(window, card_id))


class FieldChoice:
    """The fields of a card, each with a box that is off."""

    def __init__(self, page: Page, card: Card) -> None:
        self.boxes: dict[ElementRef, WrappedCheck] = {}
        inside = column(0)
        inside.addWidget(PlainLabel(tr("What do you want to show? As little as will do."), strong=True))
        for ref in card.values:
            label, value, picture = describe_field(card, ref, page.language)
            box = WrappedCheck(label if picture is not None else f"{label}: {value}")
            self.boxes[(card.doc_type, *ref)] = box
            inside.addWidget(box)
        page.body.addWidget(panel(inside, name=tr("What to show")))

    @property
    def chosen(self) -> list[ElementRef]:
        """What is ticked."""
        return [ref for ref, box in self.boxes.items() if box.box.isChecked()]


class FirstPage(Page):
    """Fields and addressee of a code shown first."""

    rail = "show"
    is_question = True

    def __init__(self, window: WalletWindow, card_id: bytes) -> None:
        card = next(each for each in window.holder.cards() if each.id == card_id)
        super().__init__(window, tr("Show a code of your own"))
        self.back_button(tr("Show"), self.back)
        self._card = card
        self.text(f"{marked(card.name(self.language))} · {marked(card.agency)}", Text.LARGE)
        self.body.addWidget(
            Notice(
                Feel.UNDECIDED,
                tr("Whoever sees this code, or films it, can read it, and could show it for a minute."),
                tr(
                    "If the counter can show you a code, let the wallet look at that one: then only this counter can read the answer."
                ),
            )
        )
        self.fields = FieldChoice(self, card)
        self._audience = TextField(
            tr("For which counter?"),
            hint=tr("The id on the counter's sign, such as HB-DESK-3. Empty: any counter."),
            longest=20,
        )
        self._challenge = TextField(
            tr("Did the clerk give you six digits?"),
            hint=tr("They make the code fresh for this counter. Nothing proves who gave them to you."),
            longest=6,
        )
        both = QHBoxLayout()
        both.setSpacing(Space.NORMAL)
        both.addWidget(self._audience, 1)
        both.addWidget(self._challenge, 1)
        self.body.addLayout(both)
        self._again: WrappedCheck | None = None
        if not card.fresh:
            self._again = WrappedCheck(
                tr(
                    "Every copy of this card was shown before: readers who compare could find that it was you. Show one again all the same"
                )
            )
            self.body.addWidget(self._again)
        show, back = button(tr("Show the code"), "primary"), button(tr("Don't show"))
        show.setAutoDefault(False)
        show.clicked.connect(self.show_code)
        self.first = next(iter(self.fields.boxes.values())).box if self.fields.boxes else back
        back.clicked.connect(self.back)
        self.body.addLayout(row(show, back))
        self.body.addStretch(1)

    def back(self) -> None:
        """Go back to the ways of showing."""
        from wallet.ui.capture import ShowPage  # noqa: PLC0415 - pages know one another

        self.wallet.go(ShowPage)

    def show_code(self) -> None:
        """Show a code of what is ticked."""
        holder, card, agreed = self.holder, self._card, self.fields.chosen
        audience, challenge = self._audience.text.strip() or None, self._challenge.text.strip() or None
        reuse, language = self._again is not None and self._again.box.isChecked(), self.language

        def make() -> ShowFirst:
            return ShowFirst(
                holder,
                card,
                agreed,
                audience=audience,
                challenge=challenge,
                language=language,
                reuse=reuse,
                streams_ok=True,
            )

        self.work(make, self._made)

    def _made(self, first: ShowFirst) -> None:
        from wallet.ui.code import FirstCodePage  # noqa: PLC0415 - pages know one another

        self.wallet.go(lambda window: FirstCodePage(window, first))
