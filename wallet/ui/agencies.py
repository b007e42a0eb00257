"""Agencies: whose cards and counters this wallet believes, how old their lists are, and adding one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFileDialog

from counterproof.credential_types import shipped
from counterproof.desktop.forms import Facts, Notice, WrappedCheck, column, panel
from counterproof.desktop.plain_text import PlainLabel, button
from counterproof.desktop.theme import Feel, Space, Text, current
from counterproof.trust import updating
from counterproof.trust.names import grouped
from counterproof.words import dates
from counterproof.words.explain import explain
from counterproof.words.language import tr
from counterproof.words.plain_text import marked
from wallet.ui.base import Page, flow
from wallet.ui.confirm import ConfirmPage
from wallet.ui.waiting import waiting_panels

if TYPE_CHECKING:
    from collections.abc import Iterable

    from counterproof.mdoc.errors import CounterproofError
    from counterproof.trust.confirming import Introduction
    from counterproof.trust.describe import AgencyDescription
    from wallet.ui.window import WalletWindow


class AgenciesPage(Page):
    """Those that are trusted."""

    rail = "settings"

    def __init__(self, window: WalletWindow) -> None:
        super().__init__(window, tr("Agencies"))
        self.back_button(tr("Settings"), self.back)
        self.text(
            tr(
                "The wallet takes cards of these agencies, and knows by name the counters that they vouch for."
            )
        )
        described = self.holder.trust.describe(self.holder.clock.now())
        for code in described.notices:
            said = explain(code)
            if code != "trust.nobody":
                self.body.addWidget(Notice(Feel.UNDECIDED, said.what, said.do, code))
        if not described.agencies:
            self.text(tr("None yet."), Text.LARGE, tone="quiet")
        for each in waiting_panels(self):
            self.body.addWidget(each)
        for agency in described.agencies:
            self._agency(agency)
        add = button(tr("Add an agency, or take newer lists…"), "primary")
        add.clicked.connect(self._choose)
        buttons = [add]
        if described.agencies and not self.holder.cards():
            get = button(tr("Get a card"))
            get.clicked.connect(self._get)
            buttons.append(get)
        self.body.addWidget(flow(*buttons))
        self.first = buttons[-1]
        self.text(
            tr("You need the folder that the agency publishes: on a stick, or from its web page."),
            tone="quiet",
        )
        self.body.addStretch(1)

    def back(self) -> None:
        """Go to the settings."""
        from wallet.ui.settings import SettingsPage  # noqa: PLC0415 - pages know one another

        self.wallet.go(SettingsPage)

    def _get(self) -> None:
        from wallet.ui.get import GetPage  # noqa: PLC0415 - pages know one another

        self.wallet.go(GetPage)

    def _agency(self, agency: AgencyDescription) -> None:
        inside = column(Space.TIGHT)
        inside.addWidget(
            PlainLabel(f"{marked(agency.name)} ({marked(agency.country)})", Text.LARGE, strong=True)
        )
        inside.addWidget(
            Facts(
                [
                    (tr("Lists from"), dates.moment(agency.issued_at)),
                    (tr("Enough until"), dates.day(agency.enough_until)),
                    (tr("Issues"), named(agency.doc_types, self.language)),
                    (tr("Counters"), str(agency.readers)),
                    (tr("Fingerprint"), grouped(agency.fingerprint)),
                ],
                label_width=current().scaled(160),
            )
        )
        for code in agency.notices:
            said = explain(code)
            inside.addWidget(Notice(Feel.UNDECIDED, said.what, said.do, code))
        remove = button(tr("Stop trusting it"), describe=marked(agency.name))
        remove.clicked.connect(lambda: self._remove(agency))
        inside.addWidget(flow(remove))
        self.body.addWidget(panel(inside, name=marked(agency.name)))

    def _choose(self) -> None:
        path = QFileDialog.getExistingDirectory(self, tr("Choose the agency's folder"))
        if path:
            self.wallet.go(lambda window: AddAgencyPage(window, Path(path)))

    def _remove(self, agency: AgencyDescription) -> None:
        self.wallet.go(lambda window: RemoveAgencyPage(window, agency))


class RemoveAgencyPage(ConfirmPage):
    """The question before an agency is no longer trusted."""

    rail = "settings"

    def __init__(self, window: WalletWindow, agency: AgencyDescription) -> None:
        super().__init__(window, tr("Stop trusting this agency?"))
        self._agency = agency
        self.text(marked(agency.name), Text.LARGE, strong=True)
        self.text(
            tr(
                "Cards that you have of it stay. New cards of it are refused, and its counters become unknown readers. You can add it again."
            )
        )
        self.ask(tr("Keep it"), tr("Stop trusting it"), self._remove)

    def back(self) -> None:
        """Go to the agencies."""
        self.wallet.go(AgenciesPage)

    def _remove(self) -> None:
        store, fingerprint = self.holder.trust_store, self._agency.fingerprint
        self.work(lambda: store.remove(fingerprint), lambda _: self._removed())

    def _removed(self) -> None:
        self.wallet.go(AgenciesPage)
        self.wallet.done(tr("{agency} is no longer trusted.").format(agency=marked(self._agency.name)))


class AddAgencyPage(Page):
    """What a folder claims, question by question; nothing is trusted before all are answered."""

    rail = "settings"

    def __init__(
        self, window: WalletWindow, folder: Path, confirmed: frozenset[tuple[str, str]] = frozenset()
    ) -> None:
        super().__init__(window, tr("Is this the agency?"))
        self.back_button(tr("Agencies"), self.back)
        self._folder, self._confirmed = folder, confirmed
        self._question: Introduction | None = None
        # Later: where the answer is known at once, another page comes, and this one must be there before.
        QTimer.singleShot(0, self, self._look)

    def back(self) -> None:
        """Go to the agencies."""
        self.wallet.go(AgenciesPage)

    def _look(self) -> None:
        """Try to add the folder with what is confirmed so far; what it asks next is shown."""
        store, clock, confirmed = self.holder.trust_store, self.holder.clock, self._confirmed
        at = clock.now()
        asked: list[Introduction] = []

        def confirm(introduction: Introduction) -> bool:
            if (introduction.role, introduction.fingerprint) in confirmed:
                return True
            asked.append(introduction)
            return False

        def failed(error: CounterproofError) -> None:
            if error.code == "trust.not-confirmed" and asked:
                self._ask(asked[0])
            else:
                self.complain(error)

        self.work(
            lambda: updating.add(store, str(self._folder), at, clock=clock, confirm=confirm),
            lambda change: self._added(change.agency),
            failed,
        )

    def _ask(self, question: Introduction) -> None:
        self._question = question
        claims = question.claims
        self.text(tr("The folder says that it is of:"), tone="quiet")
        self.text(f"{marked(claims.name)} ({marked(claims.country)})", Text.LARGE, strong=True)
        self.text(tr("It issues: {cards}").format(cards=named(claims.doc_types, self.language)))
        if question.role == "claims" and question.before is not None:
            self.text(
                tr(
                    "So far you trust it as: {name}. Ask the agency by another way whether this is so."
                ).format(name=marked(question.before.name))
            )
        elif question.role == "reader-root":
            self.text(tr("It has a new key for its counters."))
        inside = column(Space.TIGHT)
        inside.addWidget(PlainLabel(tr("Its fingerprint"), strong=True))
        inside.addWidget(PlainLabel(_in_lines(question.shown), Text.LARGE))
        self.body.addWidget(panel(inside))
        self.text(
            tr(
                "Compare it, group by group, with the one on the agency's letter, on its wall, or by telephone. Anybody can make a folder with this name; nobody else can make this fingerprint."
            )
        )
        self._same = WrappedCheck(tr("I compared them, and they are the same"))
        self.body.addWidget(self._same)
        trust, no = button(tr("Trust this agency"), "primary"), button(tr("Do not trust it"))
        trust.setEnabled(False)
        self._same.toggled.connect(trust.setEnabled)
        trust.clicked.connect(self._yes)
        no.clicked.connect(self.back)
        self.body.addWidget(flow(trust, no))
        self.body.addStretch(1)
        self._same.box.setFocus()

    def _yes(self) -> None:
        question = self._question
        if question is None:
            return  # the button is there with a question only
        folder, confirmed = self._folder, self._confirmed | {(question.role, question.fingerprint)}
        self.wallet.go(lambda window: AddAgencyPage(window, folder, confirmed))

    def _added(self, agency: str) -> None:
        self.wallet.go(AgenciesPage)
        self.wallet.done(tr("{agency} is trusted, with its lists of today.").format(agency=marked(agency)))


def named(doc_types: Iterable[str], language: str) -> str:
    """Return the names of kinds of cards, in the words that ship where they are known."""
    known = shipped()
    found = [known[each].name(language) if each in known else marked(each) for each in doc_types]
    return ", ".join(found) or tr("nothing yet")


def _in_lines(shown: str) -> str:
    groups = shown.split()
    return "\n".join(" ".join(groups[place : place + 4]) for place in range(0, len(groups), 4))
