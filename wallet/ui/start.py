"""Before a wallet is open: whose, the first start in three short pages, and unlocking."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QSizePolicy

from counterproof.desktop.forms import Notice, PassphraseField, TextField
from counterproof.desktop.plain_text import button, on_button
from counterproof.desktop.theme import TARGET, Feel, Text, current
from counterproof.mdoc.errors import UsageError
from counterproof.words import language
from counterproof.words.language import tr
from wallet.flows import opening
from wallet.flows.guard import Reason
from wallet.flows.people import LONGEST_NAME, Person
from wallet.ui.base import Page, flow
from wallet.ui.passphrase import NewPassphrase
from wallet.ui.restore import ForgottenPage, RestorePage

if TYPE_CHECKING:
    from wallet.holder import Holder
    from wallet.ui.window import Making, WalletWindow


def first_page(window: WalletWindow) -> Making:
    """Return where to begin: the choice of person, the one wallet that there is, or the first start."""
    people = window.people.all()
    if not people:
        return WelcomePage
    if len(people) == 1:
        return lambda opened: UnlockPage(opened, people[0])
    return PeoplePage


def whose(person: Person) -> str:
    """Return what stands for a wallet on the first page."""
    return person.name or tr("My wallet")


def other_languages(page: Page) -> None:
    """Put the other languages at the end of a page, each by its own name: Settings can be had only later."""
    desktop = page.wallet.desktop

    def choose(tag: str) -> None:
        desktop.choose(replace(desktop.appearance, language=tag))

    made = []
    for tag, name in language.NAMES.items():
        if tag != language.current():
            each = button(name, "link", describe=tr("Language"))
            each.setMinimumHeight(current().scaled(TARGET))  # letters of every script are of another height
            each.clicked.connect(lambda _=False, tag=tag: choose(tag))
            made.append(each)
    page.body.addWidget(flow(*made))


class PeoplePage(Page):
    """Everybody's wallet by the word that they chose."""

    needs_holder = False

    def __init__(self, window: WalletWindow) -> None:
        super().__init__(window, tr("Whose wallet?"))
        self.text(tr("Each person has a wallet of their own, with a passphrase of their own."), tone="quiet")
        for person in window.people.all():
            made = button(on_button(whose(person)))
            made.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            made.clicked.connect(lambda _=False, person=person: window.go(lambda w: UnlockPage(w, person)))
            self.body.addWidget(made)
        new = button(tr("Make a wallet for somebody else"))
        new.clicked.connect(lambda: window.go(WelcomePage))
        restore = button(tr("Restore a wallet from a backup"), "link")
        restore.clicked.connect(lambda: window.go(RestorePage))
        self.body.addWidget(flow(new, restore))
        self.body.addStretch(1)
        other_languages(self)


class UnlockPage(Page):
    """The passphrase, and why the wallet was locked."""

    needs_holder = False

    def __init__(
        self, window: WalletWindow, person: Person, reason: Reason = Reason.ASKED, gone: str = ""
    ) -> None:
        """`gone` says what was not finished and is lost."""
        super().__init__(window, tr("Open your wallet"))
        self._person = person
        if person.name:
            self.text(person.name, Text.LARGE)
        if gone:
            self.body.addWidget(Notice(Feel.UNDECIDED, gone))
        elif words := _why(reason):
            self.body.addWidget(Notice(Feel.PLAIN, words))
        self._field = PassphraseField(tr("Your passphrase"))
        self._field.entered.connect(self._open)
        self.body.addWidget(self._field)
        self._open_button = button(tr("Open"), "primary")
        self._open_button.clicked.connect(self._open)
        self.body.addWidget(flow(self._open_button))
        forgotten = button(tr("I forgot my passphrase"), "link")
        forgotten.clicked.connect(lambda: window.go(lambda w: ForgottenPage(w, person)))
        others = button(tr("Somebody else's wallet"), "link")
        others.clicked.connect(lambda: window.go(PeoplePage))
        self.body.addWidget(flow(forgotten, others))
        self.body.addStretch(1)
        other_languages(self)
        self.first = self._field.field

    def _open(self) -> None:
        passphrase, places = self._field.text, self._person.places
        self._field.clear()
        world = self.wallet.world
        self.work(lambda: opening.unlock(world, places, passphrase), self._opened)

    def _opened(self, holder: Holder) -> None:
        self.wallet.opened(self._person, holder)


def _why(reason: Reason) -> str:
    return {
        Reason.ASKED: "",
        Reason.IDLE: tr("It was locked because nobody used it for a while. Nothing was lost."),
        Reason.QUESTION: tr(
            "It was locked because a question stood open for two minutes. Nothing was shown."
        ),
        Reason.SLEPT: tr("It was locked because the computer slept. Nothing was lost."),
        Reason.SCREEN: tr("It was locked together with the screen. Nothing was lost."),
    }[reason]


class WelcomePage(Page):
    """First start, 1 of 3: what this is."""

    needs_holder = False

    def __init__(self, window: WalletWindow) -> None:
        super().__init__(window, tr("Your cards, on your own computer"))
        self._people = window.people.all()
        if self._people:
            self.back_button(tr("Back"), self.back)
        self.text(tr("Page 1 of 3"), Text.SMALL, tone="quiet")
        for words in (
            tr(
                "This wallet keeps cards that an office signed for you: proof of where you live, of your age, a library card."
            ),
            tr(
                "At a counter you decide what to show: one thing, such as “over 18”, and nothing else. Nobody is told about it, neither the office that gave you the card nor anybody on the internet."
            ),
            tr("Everything stays in one locked file on this computer. It works without the internet."),
        ):
            self.text(words, Text.LARGE)
        go = button(tr("Make my wallet"), "primary")
        go.clicked.connect(lambda: window.go(PassphrasePage))
        restore = button(tr("I have a backup"))
        restore.clicked.connect(lambda: window.go(RestorePage))
        self.body.addWidget(flow(go, restore))
        self.body.addStretch(1)
        other_languages(self)
        self.first = go

    def back(self) -> None:
        """Go back to whose wallet, where there is one already."""
        if self._people:
            self.wallet.go(first_page(self.wallet))


class PassphrasePage(Page):
    """First start, 2 of 3: the passphrase."""

    needs_holder = False

    def __init__(self, window: WalletWindow) -> None:
        super().__init__(window, tr("Choose a passphrase"))
        self.text(tr("Page 2 of 3"), Text.SMALL, tone="quiet")
        self.text(
            tr(
                "Four or more words that have nothing to do with one another. Write them on paper and keep the paper at home: nobody can recover them for you."
            )
        )
        self._name: TextField | None = None
        if window.people.all():
            self._name = TextField(
                tr("A word by which you find your wallet"),
                hint=tr("It stands on the first page, where everybody at this computer sees it."),
                longest=LONGEST_NAME,
            )
            self.body.addWidget(self._name)
        self._new = NewPassphrase(self, tr("Passphrase"), self._make)
        go = button(tr("Go on"), "primary")
        go.clicked.connect(self._make)
        back = button(tr("Back"))
        back.clicked.connect(self.back)
        self.body.addWidget(flow(go, back))
        self.body.addStretch(1)
        self.first = self._name.field if self._name is not None else self._new.field.field

    def back(self) -> None:
        """Go to the first of the three pages."""
        self.wallet.go(WelcomePage)

    def _make(self) -> None:
        try:
            passphrase = self._new.taken()
        except UsageError as error:
            self.complain(error)
            return
        world, people = self.wallet.world, self.wallet.people
        places = people.place_for_new(world.random)
        name = self._name.text if self._name is not None else ""

        def make() -> Holder:
            holder = opening.create(world, places, passphrase)
            if name:
                people.name(places, name)
            return holder

        person = Person(" ".join(name.split()), places)
        self.work(make, lambda holder: self._made(person, holder), finish=True)

    def _made(self, person: Person, holder: Holder) -> None:
        self._new.clear()
        self.wallet.go(lambda window: BackupPlacePage(window, person, holder))


class BackupPlacePage(Page):
    """First start, 3 of 3: where the backup goes."""

    needs_holder = False

    def __init__(self, window: WalletWindow, person: Person, holder: Holder) -> None:
        super().__init__(window, tr("Think of the backup"))
        self._person, self._fresh = person, holder
        self.text(tr("Page 3 of 3"), Text.SMALL, tone="quiet")
        for words in (
            tr("Your wallet is ready. It is still empty, so there is nothing to lose yet."),
            tr(
                "Once it holds a card, save a backup on a stick or another disk that you keep somewhere else. The backup is locked too, with a passphrase of its own."
            ),
            tr(
                "You find it under Settings, Keep it safe. The wallet reminds you until you have done it once."
            ),
        ):
            self.text(words, Text.LARGE)
        go = button(tr("Open my wallet"), "primary")
        go.clicked.connect(self._open)
        self.body.addWidget(flow(go))
        self.body.addStretch(1)
        self.first = go

    def leave(self) -> None:
        """Close the wallet if the window is closed on this page, and not if the page is built anew."""
        super().leave()
        if not self.wallet.is_open and not self.is_rebuilt:
            self._fresh.close()

    def _open(self) -> None:
        holder, window, person = self._fresh, self.wallet, self._person
        self.leave = lambda: None  # type: ignore[method-assign] # the wallet goes on open
        window.opened(person, holder)
