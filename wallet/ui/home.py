"""Cards: those that there are, a search, what to do where there are none, and what was deleted lately."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit

from counterproof.desktop.card_face import CardFace
from counterproof.desktop.flow_area import FlowArea
from counterproof.desktop.forms import Notice, column, panel, pressable
from counterproof.desktop.plain_text import PlainLabel, button
from counterproof.desktop.theme import Feel, Space, Text
from counterproof.words import dates
from counterproof.words.language import tr
from counterproof.words.plain_text import marked
from wallet.flows import trash
from wallet.flows.pending import on_their_way
from wallet.flows.safety import backup_wanted
from wallet.ui.base import Page, flow
from wallet.ui.saying import face_of

if TYPE_CHECKING:
    from PySide6.QtWidgets import QPushButton

    from wallet.flows.pending import OnItsWay
    from wallet.flows.trash import Deleted
    from wallet.ui.window import WalletWindow

_SEARCH_FROM = 5


_NAMED = 3
"""So many agencies are named where any is enough; a list of a whole country has hundreds."""


def _few(names: list[str]) -> str:
    return tr(", ").join([*names[:_NAMED], *(["…"] if len(names) > _NAMED else [])])


class HomePage(Page):
    """The cards."""

    rail = "cards"

    def __init__(self, window: WalletWindow) -> None:
        super().__init__(window)
        title = PlainLabel(tr("Your cards"), Text.TITLE)
        self.title = tr("Your cards")
        get = button(tr("Get a card"), "primary")
        get.clicked.connect(self._get)
        line = QHBoxLayout()
        line.addWidget(title, 1)
        line.addWidget(pressable(get))
        self.body.addLayout(line)
        self._cards = self.holder.cards()
        asked = on_their_way(self.holder, self.language)
        if self._cards:
            self._show_cards()
            self._miss_agencies()
        elif not asked:
            self._say_empty()
        for each in asked:
            self._show_request(each)
        if backup_wanted(self.wallet.desktop.preferences.get, self.wallet.person, self._cards):
            self._remind()
        gone = trash.deleted(self.holder)
        if gone:
            self._show_deleted(gone)
        self.body.addStretch(1)

    def _say_empty(self) -> None:
        known = [marked(name) for name in self.holder.trust.names.values()]
        inside = column(Space.SNUG)
        inside.addWidget(PlainLabel(tr("No cards yet"), Text.LARGE, strong=True))
        for words in (
            tr("✓ 1. You trust {agencies}.").format(agencies=_few(known))
            if known
            else tr(
                "1. Add the agency that you trust: the office gives you a folder, on a stick or from its web page."
            ),
            tr("2. The office gives you an offer, a small file. Open it here: the wallet makes a request."),
            tr("3. Take the request to the office. Open here what it gives you back. That is your card."),
        ):
            inside.addWidget(PlainLabel(words))
        if not known:
            agency = button(tr("Add an agency"))
            agency.clicked.connect(self._agencies)
            inside.addWidget(flow(agency))
            self.first = agency
        self.body.addWidget(panel(inside))
        inside.setContentsMargins(Space.WIDE, Space.WIDE, Space.WIDE, Space.WIDE)

    def _show_request(self, request: OnItsWay) -> None:
        inside = column(Space.TIGHT)
        words = tr("Asked for on {day}: {card}, {agency}. The answer is not here yet.").format(
            day=dates.day(request.asked_at.astimezone().date()), card=request.card, agency=request.agency
        )
        inside.addWidget(PlainLabel(words))
        answer = button(tr("Open what the office gave me…"), describe=request.card)
        answer.clicked.connect(self._answered)
        self.first = self.first or answer
        made: list[QPushButton] = [answer]
        if request.again is not None:
            again = button(tr("Show the request again"), describe=request.card)
            again.clicked.connect(lambda _=False, each=request: self._again(each))
            made.append(again)
        gone = button(tr("Give it up"), describe=tr("An answer that comes later cannot be opened then"))
        gone.clicked.connect(lambda _=False, each=request: self._give_up(each))
        inside.addWidget(flow(*made, gone))
        self.body.addWidget(panel(inside, name=words))

    def _answered(self) -> None:
        path, _ = QFileDialog.getOpenFileName(self, tr("Open what the office gave you"))
        if path:
            self.wallet.arrived([path])

    def _again(self, request: OnItsWay) -> None:
        from wallet.ui.get import RequestPage  # noqa: PLC0415 - pages know one another

        again = request.again
        assert again is not None  # the button is there with it only
        self.wallet.go(lambda window: RequestPage(window, again))

    def _give_up(self, request: OnItsWay) -> None:
        from wallet.ui.get import GiveUpPage  # noqa: PLC0415 - pages know one another

        self.wallet.go(lambda window: GiveUpPage(window, request))

    def _show_cards(self) -> None:
        self._search = QLineEdit()
        self._search.setPlaceholderText(tr("Search by name or agency"))
        self._search.setAccessibleName(tr("Search by name or agency"))
        self._search.setClearButtonEnabled(True)
        self._search.setVisible(len(self._cards) >= _SEARCH_FROM)
        self.body.addWidget(self._search)
        self._nothing = PlainLabel(tr("No card is called so."), tone="quiet")
        self._nothing.setVisible(False)
        self.body.addWidget(self._nothing)
        place = FlowArea(Space.NORMAL)
        trust, at = self.holder.trust, self.holder.clock.now()
        self.faces: list[CardFace] = []
        for card in self._cards:
            face = CardFace(face_of(card, trust, at))
            face.clicked.connect(lambda _=False, card_id=card.id: self._open(card_id))
            self.faces.append(face)
            place.add(face)
        self.body.addWidget(place)
        self._search.textChanged.connect(self._filter)
        self.first = self.faces[0]

    def _filter(self, typed: str) -> None:
        wanted = typed.casefold().split()
        found = 0
        for face in self.faces:
            said = f"{face.face.name} {face.face.agency} {face.face.state}".casefold()
            fits = all(word in said for word in wanted)
            face.setVisible(fits)
            found += fits
        self._nothing.setVisible(not found)

    def _miss_agencies(self) -> None:
        """Say what comes next where there are cards and no agency: after a backup was restored."""
        if self.holder.trust.names:
            return
        notice = Notice(
            Feel.UNDECIDED,
            tr("This wallet trusts no agency now."),
            tr(
                "Add yours again: a backup does not hold them. Without an agency's lists nobody can tell whether a card still counts, and no counter is known by name."
            ),
        )
        add = button(tr("Add an agency"))
        add.clicked.connect(self._agencies)
        notice.words.addWidget(flow(add))
        self.body.addWidget(notice)

    def _remind(self) -> None:
        notice = Notice(
            Feel.PLAIN,
            tr("There is no backup of these cards yet."),
            tr("If this computer breaks, you would have to ask every office again."),
        )
        save = button(tr("Save a backup"))
        save.clicked.connect(self._safe)
        notice.words.addWidget(flow(save))
        self.body.addWidget(notice)

    def _show_deleted(self, gone: list[Deleted]) -> None:
        self.text(tr("Deleted lately"), Text.LARGE, strong=True)
        for each in gone:
            line = QHBoxLayout()
            name = marked(each.card.name(self.language))
            words = tr("{card}, {agency}: gone for good on {day}.").format(
                card=name, agency=marked(each.card.agency), day=dates.day(each.final_at.astimezone().date())
            )
            line.addWidget(PlainLabel(words), 1)
            back = button(tr("Bring back"), describe=name)
            back.clicked.connect(lambda _=False, each=each: self._bring_back(each))
            destroy = button(tr("Delete now for good"), describe=name)
            destroy.clicked.connect(lambda _=False, each=each: self._destroy(each))
            line.addWidget(pressable(back))
            line.addWidget(pressable(destroy))
            self.body.addWidget(panel(line))

    def _bring_back(self, gone: Deleted) -> None:
        self.holder.undelete(gone.card)
        self.wallet.go(HomePage)
        self.wallet.done(tr("“{card}” is back.").format(card=marked(gone.card.name(self.language))))

    def _destroy(self, gone: Deleted) -> None:
        from wallet.ui.card import DestroyPage  # noqa: PLC0415 - pages know one another

        self.wallet.go(lambda window: DestroyPage(window, gone))

    def _open(self, card_id: bytes) -> None:
        from wallet.ui.card import CardPage  # noqa: PLC0415 - pages know one another

        self.wallet.go(lambda window: CardPage(window, card_id))

    def _get(self) -> None:
        from wallet.ui.get import GetPage  # noqa: PLC0415 - pages know one another

        self.wallet.go(GetPage)

    def _agencies(self) -> None:
        from wallet.ui.agencies import AgenciesPage  # noqa: PLC0415 - pages know one another

        self.wallet.go(AgenciesPage)

    def _safe(self) -> None:
        from wallet.ui.safe import SafePage  # noqa: PLC0415 - pages know one another

        self.wallet.go(SafePage)
