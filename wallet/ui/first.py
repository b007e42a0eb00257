"""Showing without a request: which card, which fields, for whom; what is shown is readable by all who see it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterproof.desktop.card_face import CardFace
from counterproof.desktop.flow_area import FlowArea
from counterproof.desktop.forms import Notice, TextField
from counterproof.desktop.theme import Feel, Space, Text
from counterproof.words.language import tr
from counterproof.words.plain_text import marked
from wallet.fitting import never_fits
from wallet.purposes import counters
from wallet.shown import ShowFirst
from wallet.ui.base import Page
from wallet.ui.fields import FieldsPage
from wallet.ui.saying import face_of
from wallet.ui.whom import CounterChoice
from wallet.unasked import of_code

if TYPE_CHECKING:
    from collections.abc import Callable

    from wallet.cards import Card
    from wallet.ui.window import WalletWindow
    from wallet.unasked import Told


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
        if paper:
            usable = self._for_paper(usable)
        faces = FlowArea(Space.NORMAL)
        for card in usable:
            face = CardFace(face_of(card, trust, at))
            face.clicked.connect(lambda _=False, card_id=card.id: self._picked(card_id))
            faces.add(face)
            self.first = self.first or face
        self.body.addWidget(faces)
        self.body.addStretch(1)

    def _for_paper(self, cards: list[Card]) -> list[Card]:
        """Return the cards of which something fits on paper, and say which never do."""
        at = self.holder.clock.now()
        never = [card for card in cards if never_fits(card, at)]
        if never:
            names = [f"{marked(each.name(self.language))} · {marked(each.agency)}" for each in never]
            what = tr("Too large for paper: {cards}.").format(cards=tr(", ").join(names))
            self.body.addWidget(Notice(Feel.PLAIN, what, tr("Show it on a screen: there everything fits.")))
        return [card for card in cards if card not in never]

    def back(self) -> None:
        """Go back to the ways of showing."""
        from wallet.ui.capture import ShowPage  # noqa: PLC0415 - pages know one another

        self.wallet.go(ShowPage)

    def _picked(self, card_id: bytes) -> None:
        from wallet.ui.slip import SlipPage  # noqa: PLC0415 - pages know one another

        page = SlipPage if self._paper else FirstPage
        self.wallet.go(lambda window: page(window, card_id))


class FirstPage(FieldsPage):
    """Fields and addressee of a code shown first."""

    def __init__(self, window: WalletWindow, card_id: bytes) -> None:
        super().__init__(window, tr("Show a code of your own"), card_id)
        self.text(
            tr(
                "If the counter can show you a code, let the wallet look at that one: then only this counter can read the answer."
            ),
            tone="quiet",
        )
        self._audience = CounterChoice(
            tr("For which counter?"),
            tr("A counter that is named refuses a code that was made for another."),
            TextField(
                tr("Its id"), hint=tr("It stands on the counter's sign, such as HB-DESK-3."), longest=20
            ),
            tr("Any counter"),
        )
        self._audience.offer(counters(self.holder.trust))
        self._challenge = TextField(
            tr("Did the clerk give you six digits?"),
            hint=tr("They make the code fresh for this counter. Nothing proves who gave them to you."),
            longest=6,
        )
        self.choose_fields(self._audience, self._challenge)
        self.tell(self._told, self._audience.changed)
        self.decide(tr("Show the code"), self.show_code, tr("Don't show"))

    @property
    def _to(self) -> str | None:
        return next(iter(self._audience.readers), None)

    def _told(self) -> Callable[[], Told]:
        holder, card, language, refs = self.holder, self._card, self.language, self.fields.chosen
        audience = self._to
        return lambda: of_code(holder, card, audience, refs, language)

    def show_code(self) -> None:
        """Show a code of what is ticked."""
        holder, card, agreed = self.holder, self._card, self.fields.chosen
        audience, challenge = self._to, self._challenge.text.strip() or None
        reuse, language = self.reuse, self.language

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
