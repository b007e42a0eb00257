"""The word by which a wallet is found on the first page, where several people share a computer."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from counterproof.desktop.forms import TextField
from counterproof.desktop.plain_text import button
from counterproof.words.language import tr
from wallet.flows.people import LONGEST_NAME
from wallet.ui.base import Page, flow

if TYPE_CHECKING:
    from wallet.ui.window import WalletWindow


class NamePage(Page):
    """One line to type in: whoever made the first wallet of a computer was not asked for a word."""

    rail = "settings"

    def __init__(self, window: WalletWindow) -> None:
        super().__init__(window, tr("Name of this wallet"))
        self.back_button(tr("Settings"), self.back)
        self._name = TextField(
            tr("A word by which you find your wallet"),
            hint=tr("It stands on the first page, where everybody at this computer sees it."),
            longest=LONGEST_NAME,
        )
        self._name.field.setText(window.person.name if window.person is not None else "")
        self._name.field.returnPressed.connect(self._keep)
        self.body.addWidget(self._name)
        keep = button(tr("Keep this name"), "primary")
        keep.clicked.connect(self._keep)
        self.body.addWidget(flow(keep))
        self.body.addStretch(1)
        self.first = self._name.field

    def back(self) -> None:
        """Go to the settings."""
        from wallet.ui.settings import SettingsPage  # noqa: PLC0415 - pages know one another

        self.wallet.go(SettingsPage)

    def _keep(self) -> None:
        person, people, name = self.wallet.person, self.wallet.people, " ".join(self._name.text.split())
        assert person is not None  # a wallet is open
        self.work(lambda: people.name(person.places, name), lambda _: self._kept(name))

    def _kept(self, name: str) -> None:
        window = self.wallet
        assert window.person is not None
        window.person = replace(window.person, name=name)
        self.back()
        window.done(
            tr("The wallet is called “{name}” on the first page.").format(name=name or tr("My wallet"))
        )
