"""Rehearsing: what a published request would ask; it looks like no verdict and offers no way to show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterproof.desktop.forms import Notice, column, panel
from counterproof.desktop.plain_text import PlainLabel, button
from counterproof.desktop.theme import Feel, Space, Text
from counterproof.words import dates
from counterproof.words.language import tr
from counterproof.words.plain_text import marked
from wallet.consent import Setting
from wallet.flows.rehearsal import Rehearsal, rehearse
from wallet.ui.base import Page, flow
from wallet.ui.capture import ShowPage

if TYPE_CHECKING:
    from wallet.ui.window import WalletWindow


class TryPage(ShowPage):
    """Taking in a request to try it."""

    rehearsing = True

    def back(self) -> None:
        """Go back to the ways of showing."""
        self.wallet.go(ShowPage)

    def ask(self, m: bytes) -> None:
        """Say what the request would ask."""
        holder, setting = self.holder, Setting(language=self.language)
        self.work(
            lambda: rehearse(holder, m, setting),
            lambda found: self.wallet.go(lambda window: RehearsalPage(window, found)),
        )


class RehearsalPage(Page):
    """What would be asked."""

    rail = "show"

    def __init__(self, window: WalletWindow, found: Rehearsal) -> None:
        super().__init__(window, tr("Rehearsal: nothing is shown"))
        self.back_button(tr("Try another"), self.back)
        self.body.setSpacing(Space.TIGHT)
        view = found.view
        self.body.addWidget(
            Notice(
                Feel.PLAIN,
                tr(
                    "This is a try at home. No counter has decided anything, and nothing has left this wallet."
                ),
                tr("The request is from {day}.").format(day=dates.day(found.made_at.astimezone().date())),
            )
        )
        asker = view.asker
        self._part(
            tr("Who would ask"),
            asker.name
            if asker.verified
            else tr("An unknown reader. At the counter the wallet would warn you."),
        )
        self._part(tr("Why"), marked(view.purpose_sentence or view.purpose))
        for document in view.documents:
            if document.card is None:
                continue
            for each in document.fields:
                words = each.label if each.picture is not None else f"{each.label}: {each.value}"
                notes = [
                    tr("in place of “{asked}”, which says more").format(asked=each.instead_of)
                    if each.instead_of
                    else "",
                    tr("more than it is registered for: off until you tick it")
                    if each.registered is False
                    else "",
                    tr("it would keep this") if each.kept else "",
                ]
                self._part(document.name, words, " · ".join(note for note in notes if note))
        if found.missing:
            self._part(
                tr("What you do not have"), ", ".join(found.missing), tr("Ask the agency before you go.")
            )
        done = button(tr("Back to the wallet"))
        done.clicked.connect(lambda: self.wallet.go(ShowPage))
        self.body.addWidget(flow(done))
        self.body.addStretch(1)
        self.first = done

    def back(self) -> None:
        """Go back to taking in."""
        self.wallet.go(TryPage)

    def _part(self, caption: str, words: str, note: str = "") -> None:
        inside = column(Space.HAIR)
        inside.addWidget(PlainLabel(caption, Text.SMALL, tone="quiet"))
        inside.addWidget(PlainLabel(words, Text.LARGE))
        if note:
            inside.addWidget(PlainLabel(note, Text.SMALL, tone="quiet"))
        self.body.addWidget(panel(inside, name=caption))
