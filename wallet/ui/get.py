"""Getting a card: an offer becomes a request, what the agency gives back is checked and then kept."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from counterproof.credential_types import shipped
from counterproof.desktop.card_face import CardFace
from counterproof.desktop.choice import Number
from counterproof.desktop.forms import Facts, Notice, column, panel
from counterproof.desktop.plain_text import PlainLabel, button
from counterproof.desktop.theme import Feel, Space, Text, current
from counterproof.handover.offer import CredentialOffer
from counterproof.sealing import files
from counterproof.words import dates
from counterproof.words.language import ntr, tr
from counterproof.words.plain_text import marked
from wallet.flows.pending import give_up
from wallet.receiving import Arrived, Requested, receive_card, request_card
from wallet.ui.base import Page, flow
from wallet.ui.confirm import ConfirmPage
from wallet.ui.home import HomePage
from wallet.ui.saying import copies_words, face_of, state_words

if TYPE_CHECKING:
    from wallet.flows.pending import OnItsWay
    from wallet.ui.window import WalletWindow


class GetPage(Page):
    """How a card is had, and the one button that opens what an office gave."""

    rail = "cards"

    def __init__(self, window: WalletWindow) -> None:
        super().__init__(window, tr("Get a card"))
        self.back_button(tr("All cards"), self.back)
        steps = column(Space.SNUG)
        for words in (
            tr("1. The office gives you an offer: a small file, on a stick or by mail."),
            tr(
                "2. Open it here. The wallet makes a request: show it to the desk, or take it there as a file."
            ),
            tr("3. The office gives you back a reply that only your wallet can open. Open it here too."),
        ):
            steps.addWidget(PlainLabel(words, Text.LARGE))
        self.body.addLayout(steps)
        choose = button(tr("Open what the office gave me…"), "primary")
        choose.clicked.connect(self._choose)
        agency = button(tr("Add an agency"), describe=tr("Needed once for each office whose cards you want"))
        agency.clicked.connect(self._agencies)
        link = button(
            tr("A card over the internet"), describe=tr("The office gave you a link, or a code with one")
        )
        link.clicked.connect(self._link)
        self.body.addWidget(flow(choose, agency, link))
        self.text(tr("You may also drop the file on this window, whichever page is open."), tone="quiet")
        self.body.addStretch(1)
        self.first = choose

    def back(self) -> None:
        """Go to all cards."""
        self.wallet.go(HomePage)

    def _choose(self) -> None:
        path, _ = QFileDialog.getOpenFileName(self, tr("Open what the office gave you"))
        if path:
            self.wallet.arrived([path])

    def _link(self) -> None:
        from wallet.ui.online import LinkPage  # noqa: PLC0415 - pages know one another

        self.wallet.go(LinkPage)

    def _agencies(self) -> None:
        from wallet.ui.agencies import AgenciesPage  # noqa: PLC0415 - pages know one another

        self.wallet.go(AgenciesPage)


class OfferPage(Page):
    """What an agency offers, and the request for it."""

    rail = "cards"

    def __init__(self, window: WalletWindow, content: bytes) -> None:
        super().__init__(window, tr("An agency offers you a card"))
        self.back_button(tr("Get a card"), self.back)
        self._content = content
        offer = CredentialOffer.from_bytes(content)
        trust = self.holder.trust
        known = trust.names.get(offer.issuer_root)
        types = {**shipped(), **trust.types()}
        kind = types.get(offer.doc_type)
        facts = [
            (tr("Card"), marked(kind.name(self.language) if kind else offer.doc_type)),
            (tr("From"), marked(known) if known else tr("An agency that this wallet does not know yet")),
            (tr("Answer it by"), dates.moment(offer.expires_at)),
        ]
        self.body.addWidget(Facts(facts, label_width=current().scaled(160)))
        if known is None:
            self.body.addWidget(
                Notice(
                    Feel.UNDECIDED,
                    tr("The offer calls the agency “{name}”. That proves nothing.").format(
                        name=marked(offer.agency)
                    ),
                    tr(
                        "Add the agency first: you need the folder that it publishes, and its fingerprint by another way."
                    ),
                )
            )
            add = button(tr("Add the agency"), "primary")
            add.clicked.connect(self._agencies)
            self.body.addWidget(flow(add))
            self.body.addStretch(1)
            return
        self.text(tr("How many copies? Each is shown once. More copies last longer."), strong=True)
        self._copies = Number()
        self._copies.setRange(1, offer.batch_size)
        self._copies.setValue(offer.batch_size)
        self._copies.setAccessibleName(tr("Number of copies"))
        self._copies.setFixedWidth(current().scaled(120))
        self.body.addWidget(self._copies)
        make = button(tr("Make the request"), "primary")
        make.clicked.connect(self.make_request)
        self.body.addWidget(flow(make))
        self.body.addStretch(1)
        self.first = make

    def back(self) -> None:
        """Go to how a card is had."""
        self.wallet.go(GetPage)

    def _agencies(self) -> None:
        from wallet.ui.agencies import AgenciesPage  # noqa: PLC0415 - pages know one another

        self.wallet.go(AgenciesPage)

    def make_request(self) -> None:
        """Make the request."""
        holder, content, copies = self.holder, self._content, self._copies.value()
        self.work(lambda: request_card(holder, content, copies=copies), self._made, finish=True)

    def _made(self, made: Requested) -> None:
        self.wallet.go(lambda window: RequestPage(window, made))


class RequestPage(Page):
    """A request on its way to the agency."""

    rail = "cards"

    def __init__(self, window: WalletWindow, made: Requested) -> None:
        super().__init__(window, tr("Take this request to the agency"))
        self.made = made
        agency = marked(made.agency)
        count = ntr("{n} copy", "{n} copies", made.copies).format(n=made.copies)
        self.text(
            tr(
                "For {agency}: {count}. The request holds no name and no secret; it is of use to nobody else."
            ).format(agency=agency, count=count),
            Text.LARGE,
        )
        show = button(
            tr("Show it as a code"), "primary", describe=tr("For an office that scans it at its desk")
        )
        show.clicked.connect(self.show_code)
        save = button(tr("Save it as a file…"), describe=tr("For the stick that you take along"))
        save.clicked.connect(self._save)
        home = button(tr("Done"))
        home.clicked.connect(self.back)
        self.body.addWidget(flow(show, save, home))
        self.text(
            tr(
                "At the desk, with this computer: show the code. Otherwise save the file on a stick and take it along."
            )
        )
        self.text(
            tr("Number {n}: the desk sees the same number.").format(n=made.number),
            strong=True,
        )
        self.text(
            tr("The keys that belong to it stay in this wallet, so the answer can be opened here alone."),
            tone="quiet",
        )
        self.body.addStretch(1)
        self.first = show

    def show_code(self) -> None:
        """Show the request as a code over the whole window."""
        from wallet.ui.code import RequestCodePage  # noqa: PLC0415 - pages know one another

        self.wallet.go(lambda window: RequestCodePage(window, self.made))

    def back(self) -> None:
        """Go to all cards."""
        self.wallet.go(HomePage)

    def _save(self) -> None:
        path, _ = QFileDialog.getSaveFileName(self, tr("Save the request"), "card.cprequest")
        if path:
            request = self.made.request
            self.work(
                lambda: files.write_atomic(Path(path), request, replace=True),
                lambda _: self._saved(),
                finish=True,
            )

    def _saved(self) -> None:
        self.say(
            Feel.ACCEPTED,
            tr("The request is saved."),
            tr("Take it to the agency. When you have the answer, open it here: Get a card."),
        )


class GiveUpPage(ConfirmPage):
    """The question before a request and its keys are forgotten."""

    rail = "cards"

    def __init__(self, window: WalletWindow, request: OnItsWay) -> None:
        super().__init__(window, tr("Give this request up?"))
        self._request = request
        self.text(f"{request.card} · {request.agency}", Text.LARGE, strong=True)
        self.text(
            tr(
                "Its keys are destroyed: an answer of the agency that comes later cannot be opened. You can ask again with a new offer."
            )
        )
        self.ask(tr("Keep it"), tr("Give it up"), self._give_up)

    def back(self) -> None:
        """Go to all cards."""
        self.wallet.go(HomePage)

    def _give_up(self) -> None:
        give_up(self.holder, self._request)
        self.wallet.go(HomePage)
        self.wallet.done(tr("The request is given up."))


def receive(page: Page, content: bytes) -> None:
    """Check what came back, keep it, and show it; a page says what was wrong with it."""
    holder, window = page.holder, page.wallet
    page.say(Feel.PLAIN, tr("Every copy is being checked…"))
    page.work(
        lambda: receive_card(holder, content),
        lambda arrived: window.go(lambda w: ArrivedPage(w, arrived)),
        finish=True,
    )


class ArrivedPage(Page):
    """A card that was checked and kept."""

    rail = "cards"

    def __init__(self, window: WalletWindow, arrived: Arrived) -> None:
        super().__init__(window, tr("Your card is here"))
        card = arrived.card
        trust, at = self.holder.trust, self.holder.clock.now()
        count = ntr(
            "{n} copy was checked before anything was kept.",
            "All {n} copies were checked before anything was kept.",
            len(card.copies),
        ).format(n=len(card.copies))
        self.body.addWidget(
            Notice(
                Feel.ACCEPTED,
                count,
                state_words(card, trust, at),
            )
        )
        face = CardFace(face_of(card, trust, at))
        face.clicked.connect(lambda: self._open(card.id))
        self.body.addWidget(face, 0, Qt.AlignmentFlag.AlignLeft)
        self.text(copies_words(card), tone="quiet")
        if arrived.note:
            self.text(tr("The agency wrote: “{note}”").format(note=marked(arrived.note)))
        if arrived.replaces:
            inside = column(Space.TIGHT)
            inside.addWidget(PlainLabel(tr("You have an older card of the same kind from this agency.")))
            old = button(tr("Delete the older card"))
            old.clicked.connect(lambda: self._delete(arrived.replaces))
            inside.addWidget(flow(old))
            self.body.addWidget(panel(inside))
        home = button(tr("All cards"), "primary")
        home.clicked.connect(self.back)
        self.body.addWidget(flow(home))
        self.body.addStretch(1)
        self.first = home

    def back(self) -> None:
        """Go to all cards."""
        self.wallet.go(HomePage)

    def _open(self, card_id: bytes) -> None:
        from wallet.ui.card import CardPage  # noqa: PLC0415 - pages know one another

        self.wallet.go(lambda window: CardPage(window, card_id))

    def _delete(self, older: tuple[bytes, ...]) -> None:
        window = self.wallet
        cards = [each for each in window.holder.cards() if each.id in older]
        for card in cards:
            window.holder.delete(card)
        window.go(HomePage)

        def undo() -> None:
            if window.is_open:
                for card in cards:
                    window.holder.undelete(card)
                window.go(HomePage)

        window.done(tr("The older card was deleted. You can bring it back for seven days."), undo)
