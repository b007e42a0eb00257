"""A card over the internet: the link, the yes to its host, who offers what, the code, and the card."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QPushButton

from counterproof.desktop.forms import Facts, Notice, TextField, column, panel
from counterproof.desktop.plain_text import PlainLabel, button
from counterproof.desktop.theme import Feel, Space, Text, current
from counterproof.mdoc.errors import CounterproofError
from counterproof.sealing import files
from counterproof.words import dates
from counterproof.words.language import ntr, tr
from counterproof.words.plain_text import marked
from wallet.flows.arrivals import MOST_BYTES, link_in
from wallet.receiving import Arrived
from wallet.ui.base import Page, flow
from wallet.ui.get import ArrivedPage, GetPage

if TYPE_CHECKING:
    from wallet.flows.online import OnlineVisit
    from wallet.online.keeping import Kept
    from wallet.online.receiving import Offered, Waiting
    from wallet.records import OnlineRecord
    from wallet.ui.window import WalletWindow
    from wallet.vault import RecordId

_LONGEST_TYPED = 100_000


def follow(page: Page, link: str) -> None:
    """Read a link and ask whether the wallet may connect; a page says what was wrong with the link."""
    holder, window = page.holder, page.wallet
    speaking, development = page.language, window.world.development

    def read() -> OnlineVisit:
        from wallet.flows.online import OnlineVisit  # noqa: PLC0415 - a network's imports are slow

        return OnlineVisit.follow(holder, link, language=speaking, development=development)

    page.work(read, lambda visit: window.go(lambda w: HostPage(w, visit)))


class LinkPage(Page):
    """A link that an office gave, as text or as a picture; and what is under way already."""

    rail = "cards"

    def __init__(self, window: WalletWindow) -> None:
        super().__init__(window, tr("A card over the internet"))
        self.back_button(tr("Get a card"), self.back)
        self.text(
            tr(
                "Some offices give a link, or a code that holds one. The wallet asks you before it connects to anybody."
            )
        )
        self.link = TextField(
            tr("The link"), hint=tr("It begins with openid-credential-offer://"), longest=_LONGEST_TYPED
        )
        self.link.field.returnPressed.connect(self.look)
        self.body.addWidget(self.link)
        look = button(tr("Look at the link"), "primary")
        look.clicked.connect(self.look)
        picture = button(tr("Open a picture of the code…"))
        picture.clicked.connect(self._picture)
        self.body.addWidget(flow(look, picture))
        self.body.addStretch(1)
        self.first = self.link.field
        holder = self.holder

        def find() -> list[tuple[RecordId, OnlineRecord]]:
            from wallet.flows.online import under_way  # noqa: PLC0415 - a network's imports are slow

            return under_way(holder)

        self.work(find, self._show_under_way)

    def back(self) -> None:
        """Go to how a card is had."""
        self.wallet.go(GetPage)

    def look(self) -> None:
        """Look at what was typed."""
        self.quiet()
        follow(self, self.link.text)

    def dropped(self, paths: list[str]) -> None:
        """Read the picture of a code that holds a link."""
        path = Path(paths[0])
        self.work(
            lambda: link_in(files.read_regular(path, limit=MOST_BYTES)), lambda link: follow(self, link)
        )

    def _picture(self) -> None:
        path, _ = QFileDialog.getOpenFileName(self, tr("Open a picture of the code"))
        if path:
            self.dropped([path])

    def _show_under_way(self, found: list[tuple[RecordId, OnlineRecord]]) -> None:
        for record_id, record in found:
            inside = column(Space.TIGHT)
            day = dates.moment(datetime.fromtimestamp(record.made_at, UTC))
            words = tr("Under way at {host} since {day}.").format(host=record.host, day=day)
            inside.addWidget(PlainLabel(words))
            again = button(tr("Ask again"), describe=words)
            again.clicked.connect(lambda _=False, key=record_id, host=record.host: self._again(key, host))
            inside.addWidget(flow(again))
            self.body.insertWidget(self.body.count() - 1, panel(inside, name=words))

    def _again(self, record_id: RecordId, host: str) -> None:
        from wallet.flows.online import OnlineVisit  # noqa: PLC0415 - loaded by now

        visit = OnlineVisit.resume(
            self.holder, record_id, host, language=self.language, development=self.wallet.world.development
        )
        self.work(visit.take, lambda found: _show(self.wallet, found), finish=True)


class _AskingPage(Page):
    """Something to say yes or no to; no leads back, and nothing was asked of anybody."""

    rail = "cards"

    def back(self) -> None:
        """Go to how a card is had: the answer was no."""
        self.wallet.go(GetPage)

    def answers(self, yes: str) -> QPushButton:
        """Put the two buttons beneath what is there and return that which says yes."""
        agree, refuse = button(yes, "primary"), button(tr("Don't"))
        refuse.clicked.connect(self.back)
        self.body.addWidget(flow(agree, refuse))
        return agree


class HostPage(_AskingPage):
    """Where the offer lies; nothing was asked of anybody yet."""

    def __init__(self, window: WalletWindow, visit: OnlineVisit, private: str = "") -> None:
        super().__init__(window, tr("May the wallet connect?"))
        self.visit, self._private = visit, private
        self.text(tr("The offer lies at"), tone="quiet")
        self.text(private or visit.host, Text.LARGE, strong=True)
        if private:
            self.body.addWidget(
                Notice(
                    Feel.UNDECIDED,
                    tr("This address is in a private network, such as at home, where offices seldom are."),
                    tr(
                        "Say yes only if you expect that, such as inside the office's own building. The wallet has not connected."
                    ),
                )
            )
        else:
            self.text(
                tr(
                    "The wallet has not connected yet. If it does, this address learns that somebody looks at the offer, and over which connection. It learns nothing about you or your cards."
                )
            )
            self.text(tr("Go on only if an office that you deal with gave you the link."))
        self.agree = self.answers(tr("It is there: connect") if private else tr("Connect"))
        self.agree.clicked.connect(self.connect_to_host)
        self.body.addStretch(1)
        self.first = self.agree

    def connect_to_host(self) -> None:
        """Ask who offers what."""
        if self._private:
            self.visit.allow_private(self._private)
        self.say(Feel.PLAIN, tr("Looking at the offer…"))
        self.work(self.visit.look, self._looked, self._failed)

    def _looked(self, _offered: Offered) -> None:
        visit = self.visit
        self.wallet.go(lambda window: OfferedPage(window, visit))

    def _failed(self, error: CounterproofError) -> None:
        if error.code != "online.private-address" or self._private:
            self.complain(error)
            return
        visit, host = self.visit, str(error.facts["host"])
        self.wallet.go(lambda window: HostPage(window, visit, host))


class OfferedPage(_AskingPage):
    """Who offers what, and the code where one is asked for."""

    stepped = Signal(str)

    def __init__(self, window: WalletWindow, visit: OnlineVisit) -> None:
        super().__init__(window, tr("You are offered a card"))
        self.visit = visit
        offered = visit.offered
        assert offered is not None
        agency = marked(offered.agency) if offered.agency else tr("Nobody whom this wallet knows")
        count = ntr("up to {n} copy", "up to {n} copies", offered.copies).format(n=offered.copies)
        facts = [
            (tr("Card"), marked(offered.name)),
            (tr("From"), agency),
            (tr("Address"), offered.host),
            (tr("Copies"), count),
        ]
        self.body.addWidget(Facts(facts, label_width=current().scaled(160)))
        if not offered.agency:
            self._warn(offered)
        self.code: TextField | None = None
        if offered.code is not None:
            self.code = self._code_field(offered)
        self.agree = self.answers(tr("Get this card"))
        self.agree.clicked.connect(self.take)
        self.body.addStretch(1)
        self.first = self.code.field if self.code is not None else self.agree
        self.stepped.connect(self._step)

    def _warn(self, offered: Offered) -> None:
        said = tr("Nobody vouches for this address.")
        if offered.claimed:
            said = tr("It calls itself “{name}”. That proves nothing.").format(name=marked(offered.claimed))
        self.body.addWidget(
            Notice(Feel.UNDECIDED, said, tr("What arrives is checked before it is kept, all the same."))
        )

    def _code_field(self, offered: Offered) -> TextField:
        asked = offered.code
        assert asked is not None
        if asked.length:
            hint = ntr("{n} digit", "{n} digits", asked.length).format(n=asked.length)
            if asked.input_mode != "numeric":
                hint = ntr("{n} character", "{n} characters", asked.length).format(n=asked.length)
        else:
            hint = tr("It came another way than the link: on paper, by letter or by telephone.")
        made = TextField(tr("The code that the office gave you"), hint=hint)
        made.field.returnPressed.connect(self.take)
        self.body.addWidget(made)
        if asked.description:
            said = tr("The office says of the code: “{words}”").format(words=marked(asked.description))
            self.text(said, tone="quiet")
        return made

    def take(self) -> None:
        """Get the card."""
        self.quiet()
        visit = self.visit
        try:
            code = visit.check_code(self.code.text if self.code is not None else "")
        except CounterproofError as error:
            self.complain(error)
            return
        visit.progress = self._tell
        self.work(
            lambda: visit.take(code), lambda found: _show(self.wallet, found), self._failed, finish=True
        )

    def _failed(self, error: CounterproofError) -> None:
        self.complain(error)
        if self.visit.begun is not None:
            if self.code is not None:
                self.code.setVisible(False)
            self.agree.setText(tr("Go on where it broke off"))

    def _tell(self, step: str) -> None:
        """Pass a step on to the window's thread, unless the page is gone: the card comes all the same."""
        with contextlib.suppress(RuntimeError):
            self.stepped.emit(step)

    def _step(self, step: str) -> None:
        words = {
            "exchanging": tr("Showing the code…"),
            "fetching": tr("Fetching the copies…"),
            "checking": tr("Checking every copy…"),
        }.get(step)
        if words:
            self.say(Feel.PLAIN, words)


class WaitingPage(Page):
    """The office decides first."""

    rail = "cards"

    def __init__(self, window: WalletWindow, waiting: Waiting) -> None:
        super().__init__(window, tr("The office takes its time"))
        when = dates.moment(datetime.fromtimestamp(waiting.next_at, UTC))
        self.text(
            tr("Somebody at {host} decides about your card first. Nothing is lost meanwhile.").format(
                host=waiting.host
            ),
            Text.LARGE,
        )
        self.text(
            tr("Ask again after {time}: Get a card, A card over the internet.").format(time=when),
        )
        home = button(tr("All cards"), "primary")
        home.clicked.connect(self.back)
        self.body.addWidget(flow(home))
        self.body.addStretch(1)
        self.first = home

    def back(self) -> None:
        """Go to all cards."""
        from wallet.ui.home import HomePage  # noqa: PLC0415 - pages know one another

        self.wallet.go(HomePage)


def _show(window: WalletWindow, found: Kept | Waiting) -> None:
    from wallet.online.receiving import Waiting  # noqa: PLC0415 - loaded by now

    if isinstance(found, Waiting):
        window.go(lambda w: WaitingPage(w, found))
        return
    arrived = Arrived(found.card, found.agency, "", found.older)
    window.go(lambda w: ArrivedPage(w, arrived))
