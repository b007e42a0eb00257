"""What the window does around the trust page: updates, somebody new, and the person who is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from counterproof.mdoc.errors import CounterproofError
from counterproof.words.language import current
from counterproof.words.waiting import labels
from verifier.lists import opened
from verifier.ui.waiting_card import waiting_cards

if TYPE_CHECKING:
    from counterproof.optics.collect import Collected
    from counterproof.trust.confirming import Introduction
    from counterproof.trust.pack.sources import Source
    from verifier.ui.window import CounterWindow

_PAGES = ("trust", "confirm")


class TrustArea(QObject):
    """Follows the work of a window's trust pages for as long as the window lives."""

    def __init__(self, window: CounterWindow) -> None:
        super().__init__(window)
        self._window, self._work = window, window.trusting
        self._work.began.connect(self._began)
        self._work.changed.connect(self._changed)
        self._work.asked.connect(self._asked)
        self._work.failed.connect(self._failed)
        window.inputs.published.connect(self._handed)
        window.inputs.lists.connect(self._carried)

    def show(self) -> None:
        """Bring the page up to date before it is shown."""
        page = self._window.trust
        page.tell(None)
        if not page.source.text() and self._work.carried is None:
            page.source.setText(self._work.last)
        self._describe()
        if self._work.busy:
            page.working(page.source.text())

    def _describe(self) -> None:
        place = self._window.place
        described = place.trust.describe(place.clock.now())
        label = labels(place.types(), current())
        cards = waiting_cards(place.trust.waiting, described.to_json()["waiting"], label, self._work.let)
        self._window.trust.show_trust(described, cards)

    def _carried(self, message: Collected) -> None:
        """Update from a code that was dropped, pasted or opened."""
        try:
            self._handed(opened(message.m))
        except CounterproofError as error:
            self._window.inputs.failed.emit(error)

    def _handed(self, source: str | Source) -> None:
        """Update from what was dropped on the window; a person at the counter goes first."""
        if self._window.drill_area.open:
            self._window.drill_area.real_code()
            return
        self._window.open_page("trust")
        if self._window.page == "trust":
            self._window.trust.source.setText(source if isinstance(source, str) else "")
            self._work.update(source)

    def _began(self, source: str) -> None:
        self._window.trust.working(source)

    def _changed(self, said: str) -> None:
        window = self._window
        window.place.believe(window.place.home.trust.read())
        window.desk.renew()
        if window.page == "confirm":
            window.open_page("trust")
        self._describe()
        window.trust.tell(None, said)
        window.say_trust()

    def _asked(self, question: Introduction) -> None:
        self._window.trust.tell(None)
        if self._window.page not in _PAGES:  # somebody came to the counter meanwhile
            self._work.forget()
            return
        self._window.confirm.show_question(question)
        self._window.open_page("confirm")

    def _failed(self, error: CounterproofError) -> None:
        if self._window.page == "confirm":
            self._window.open_page("trust")
        self._window.trust.tell(error)


def connect_pages(window: CounterWindow) -> None:
    """Connect the trust pages, which are made anew with each language."""
    page, work = window.trust, window.trusting

    def from_folder() -> None:
        if name := work.choose_folder(window):
            page.source.setText(name)
            work.update(name)

    page.update_folder.connect(from_folder)
    page.stop_reading.connect(work.stop)
    page.update_from.connect(lambda typed: work.update(typed.strip() or work.carried or ""))
    page.add_from.connect(lambda typed: work.add(typed.strip() or work.carried or ""))
    page.choose_folder.connect(lambda: page.source.setText(work.choose_folder(window) or page.source.text()))
    page.choose_file.connect(lambda: page.source.setText(work.choose_file(window) or page.source.text()))
    window.confirm.confirmed.connect(work.confirm)
    window.confirm.refused.connect(lambda: window.open_page("trust"))
