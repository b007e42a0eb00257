"""Before a wallet is open: whose, the first start in three short pages, unlocking, restoring, the honest page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QProgressBar, QSizePolicy

from counterproof.desktop.forms import Notice, PassphraseField, TextField, row
from counterproof.desktop.plain_text import PlainLabel, button, on_button
from counterproof.desktop.theme import Feel, Space, Text
from counterproof.mdoc.errors import UsageError
from counterproof.words.language import tr
from wallet.flows import opening
from wallet.flows.guard import Reason
from wallet.flows.opening import Judgement, Level, judge
from wallet.flows.people import LONGEST_NAME, Person
from wallet.ui.base import Page, flow, side_by_side

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

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


class UnlockPage(Page):
    """The passphrase, and why the wallet was locked."""

    needs_holder = False

    def __init__(self, window: WalletWindow, person: Person | None, reason: Reason = Reason.ASKED) -> None:
        super().__init__(window, tr("Open your wallet"))
        assert person is not None
        self._person = person
        if person.name:
            self.text(person.name, Text.LARGE)
        if words := _why(reason):
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
        self.first = go


class Meter(Notice):
    """What a passphrase is worth: a bar with steps, and a sentence that says the same."""

    def __init__(self) -> None:
        super().__init__(Feel.PLAIN, "")
        self._bar = QProgressBar()
        self._bar.setRange(0, int(Level.STRONG))
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(tr("How hard the passphrase is to guess"))
        self._words = PlainLabel("")
        self.words.addWidget(self._bar)
        self.words.addWidget(self._words)

    def show_judgement(self, found: Judgement) -> None:
        """Show another judgement, whose sign says the same as its words."""
        good, bad = found.level >= Level.GOOD, found.level is Level.TOO_WEAK
        feel = Feel.ACCEPTED if good else Feel.UNDECIDED if bad else Feel.PLAIN
        self.feel(feel)
        self._words.set_tone(feel.value)
        self._bar.setValue(int(found.level))
        self._words.setText(found.words)
        self._bar.setAccessibleDescription(found.words)


class NewPassphrase:
    """Two fields and the meter, put into a page; Enter goes from one to the other, and from there on to `go`."""

    def __init__(self, page: Page, label: str, go: Callable[[], None]) -> None:
        self.field, self.again = PassphraseField(label), PassphraseField(tr("The same once more"))
        self.meter = Meter()
        page.body.addWidget(self.field)
        page.body.addWidget(self.meter)
        page.body.addWidget(self.again)
        self.field.changed.connect(self._typed)
        self.field.entered.connect(self.again.field.setFocus)
        self.again.entered.connect(go)
        self._typed()

    def taken(self) -> str:
        """Return the passphrase, or raise UsageError for one that is too weak or not typed twice the same."""
        if self.field.text != self.again.text:
            raise UsageError("wallet.passphrases-differ")
        return self.field.text

    def clear(self) -> None:
        """Forget what was typed."""
        self.field.clear()
        self.again.clear()

    def _typed(self) -> None:
        self.meter.show_judgement(judge(self.field.text))


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
        self.work(make, lambda holder: self._made(person, holder))

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
        """Close the wallet if the window is closed on this page."""
        super().leave()
        if not self.wallet.is_open:
            self._fresh.close()

    def _open(self) -> None:
        holder, window, person = self._fresh, self.wallet, self._person
        self.leave = lambda: None  # type: ignore[method-assign] # the wallet goes on open
        window.opened(person, holder)


class RestorePage(Page):
    """A wallet from a backup, on this computer or on a new one."""

    needs_holder = False

    def __init__(self, window: WalletWindow) -> None:
        super().__init__(window, tr("Restore a wallet from a backup"))
        self.back_button(tr("Back"), self.back)
        self.text(
            tr(
                "Choose the backup file. In a restored wallet every copy of every card counts as used, because the old wallet may have shown it: ask the agencies for new ones."
            )
        )
        self.body.setSpacing(Space.SNUG)
        self._path: Path | None = None
        self._chosen = PlainLabel(tr("No file chosen yet."), tone="quiet")
        choose = button(tr("Choose the file…"))
        choose.clicked.connect(self._choose)
        line = row(choose, self._chosen, end=False)
        line.setStretch(1, 1)
        self.body.addLayout(line)
        self._old = PassphraseField(tr("Passphrase of the backup"))
        old = side_by_side(Space.NORMAL)
        old.addWidget(self._old)
        self._name: TextField | None = None
        if window.people.all():
            self._name = TextField(tr("A word by which you find your wallet"), longest=LONGEST_NAME)
            old.addWidget(self._name, 0, Qt.AlignmentFlag.AlignTop)
        self.body.addLayout(old)
        self._new = NewPassphrase(self, tr("New passphrase for the wallet"), self._restore)
        go = button(tr("Restore"), "primary")
        go.clicked.connect(self._restore)
        self.body.addWidget(flow(go))
        self.body.addStretch(1)
        self.first = choose

    def back(self) -> None:
        """Go where everything begins."""
        self.wallet.go(first_page(self.wallet))

    def take(self, path: Path) -> None:
        """Use this file."""
        self._path = path
        self._chosen.set_outside(path.name)

    def dropped(self, paths: list[str]) -> None:
        """Use a file that was dropped."""
        from pathlib import Path  # noqa: PLC0415 - a name for types above

        self.take(Path(paths[0]))

    def _choose(self) -> None:
        from pathlib import Path  # noqa: PLC0415 - a name for types above

        path, _ = QFileDialog.getOpenFileName(self, tr("Choose the backup"))
        if path:
            self.take(Path(path))

    def _restore(self) -> None:
        try:
            passphrase = self._new.taken()
        except UsageError as error:
            self.complain(error)
            return
        if self._path is None:
            self.complain(UsageError("wallet.no-file"))
            return
        world, people, backup, old = self.wallet.world, self.wallet.people, self._path, self._old.text
        places = people.place_for_new(world.random)
        name = self._name.text if self._name is not None else ""

        def make() -> Holder:
            holder = opening.restore(world, backup, old, places, passphrase)
            if name:
                people.name(places, name)
            return holder

        person = Person(" ".join(name.split()), places)
        self.work(make, lambda holder: self.wallet.opened(person, holder))


class ForgottenPage(Page):
    """What a forgotten passphrase means, without hope that there is not."""

    needs_holder = False

    def __init__(self, window: WalletWindow, person: Person) -> None:
        super().__init__(window, tr("If you forgot your passphrase"))
        self.back_button(tr("Back"), lambda: window.go(lambda w: UnlockPage(w, person)))
        for words in (
            tr(
                "Nobody can open this wallet without it: not you, not an agency, not those who made this program. That is what keeps a thief out, too."
            ),
            tr(
                "First look for the paper on which you wrote it. Try it with and without capital letters; spaces at the ends do not matter."
            ),
            tr(
                "If it is gone: make a new wallet and ask each agency for new cards. They know you; the cards are theirs to give again. Ask them to withdraw the old ones."
            ),
            tr("A backup helps only if you know the backup's passphrase."),
        ):
            self.text(words, Text.LARGE)
        new = button(tr("Make a new wallet"))
        new.clicked.connect(lambda: window.go(WelcomePage))
        restore = button(tr("I have a backup"))
        restore.clicked.connect(lambda: window.go(RestorePage))
        self.body.addWidget(flow(new, restore))
        self.body.addStretch(1)

    def back(self) -> None:
        """Go where everything begins."""
        self.wallet.go(first_page(self.wallet))
