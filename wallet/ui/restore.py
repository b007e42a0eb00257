"""A wallet from a backup, and what a forgotten passphrase means."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from counterproof.desktop.forms import PassphraseField, TextField, row
from counterproof.desktop.plain_text import PlainLabel, button
from counterproof.desktop.theme import Feel, Space, Text
from counterproof.mdoc.errors import UsageError
from counterproof.words.language import tr
from wallet.flows import opening
from wallet.flows.people import LONGEST_NAME, Person
from wallet.flows.safety import backup_key
from wallet.ui.base import Page, flow, side_by_side
from wallet.ui.passphrase import NewPassphrase

if TYPE_CHECKING:
    from pathlib import Path

    from counterproof.mdoc.errors import CounterproofError
    from wallet.holder import Holder
    from wallet.ui.window import WalletWindow


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
        self.path: Path | None = None
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
        from wallet.ui.start import first_page  # noqa: PLC0415 - pages know one another

        self.wallet.go(first_page(self.wallet))

    def inherit(self, before: Page) -> None:
        """Keep the file that was chosen."""
        if isinstance(before, RestorePage) and before.path is not None:
            self.take(before.path)

    def take(self, path: Path) -> None:
        """Use this file."""
        self.path = path
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
        if self.path is None:
            self.complain(UsageError("wallet.no-file"))
            return
        world, people, backup, old = self.wallet.world, self.wallet.people, self.path, self._old.text
        places = people.place_for_new(world.random)
        name = self._name.text if self._name is not None else ""

        def make() -> Holder:
            holder = opening.restore(world, backup, old, places, passphrase)
            if name:
                people.name(places, name)
            return holder

        person = Person(" ".join(name.split()), places)
        self.work(make, lambda holder: self._restored(person, holder), self._failed, finish=True)

    def _restored(self, person: Person, holder: Holder) -> None:
        """Go on with the wallet, which has a backup: the one that it is from."""
        self.wallet.desktop.preferences.put(backup_key(person), str(holder.unix()))
        self.wallet.opened(person, holder)

    def _failed(self, error: CounterproofError) -> None:
        """Say which of the two passphrases is meant."""
        if error.code != "sealing.cannot-open":
            self.complain(error)
            return
        what = tr("The backup did not open.")
        do = tr(
            "Check the passphrase of the backup. It may be another than the wallet's; capital letters count, and so do spaces between words."
        )
        self.say(Feel.REFUSED, what, do, error.code)


class ForgottenPage(Page):
    """What a forgotten passphrase means, without hope that there is not."""

    needs_holder = False

    def __init__(self, window: WalletWindow, person: Person) -> None:
        from wallet.ui.start import UnlockPage, WelcomePage  # noqa: PLC0415 - pages know one another

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
        from wallet.ui.start import first_page  # noqa: PLC0415 - pages know one another

        self.wallet.go(first_page(self.wallet))
