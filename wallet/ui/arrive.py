"""Something arrived: a file that was opened or dropped. It is told by its content what to do with it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from counterproof.desktop.theme import Feel
from counterproof.mdoc.errors import UsageError
from counterproof.words.language import tr
from wallet.flows.arrivals import What, local, look_at
from wallet.flows.people import Person

if TYPE_CHECKING:
    from wallet.ui.base import Page
    from wallet.ui.window import WalletWindow


_REASONS: Final = {
    What.OWN_REQUEST: "wallet.own-request",
    What.BACKUP: "wallet.another-open",
    What.WALLET: "wallet.another-open",
}


def take(window: WalletWindow, given: list[str]) -> None:
    """Look at the first of what was given and open the page that knows what to do with it.

    While no wallet is open, a backup leads to restoring and a wallet's file to its passphrase; the rest waits.
    """
    page = window.page
    assert page is not None
    window.waiting = []
    left = page.unfinished()
    if left is not None:
        page.ask_first(left, tr("Go on without it"), lambda: _look(window, page, given))
    else:
        _look(window, page, given)


def _look(window: WalletWindow, page: Page, given: list[str]) -> None:
    if window.is_open:
        page.work(lambda: look_at(given[0]), lambda found: _open(window, given, *found))
    else:
        page.work(lambda: look_at(given[0]), lambda found: _closed(window, given, found[0]))


def _open(window: WalletWindow, given: list[str], what: What, content: bytes) -> None:
    _go(window, Path(local(given[0])), what, content)
    if len(given) > 1:
        window.done(tr("One thing at a time: open the others when this one is done."))


def _closed(window: WalletWindow, given: list[str], what: What) -> None:
    from wallet.ui.restore import RestorePage  # noqa: PLC0415 - pages know one another
    from wallet.ui.start import UnlockPage  # noqa: PLC0415 - pages know one another

    path = Path(local(given[0]))
    if what is What.BACKUP:
        window.go(RestorePage)
        page = window.page
        assert isinstance(page, RestorePage)
        page.take(path)
    elif what is What.WALLET:
        person = Person("", window.people.at(path))
        window.go(lambda locked: UnlockPage(locked, person))
    else:
        window.waiting = given
        assert window.page is not None
        there = bool(window.people.all())
        first = tr("Open your wallet first.") if there else tr("Make your wallet first.")
        window.page.say(Feel.PLAIN, first, tr("Then it looks at what you gave it."))


def _go(window: WalletWindow, path: Path, what: What, content: bytes) -> None:
    from wallet.ui.agencies import AddAgencyPage  # noqa: PLC0415 - pages know one another
    from wallet.ui.capture import ShowPage  # noqa: PLC0415
    from wallet.ui.get import OfferPage, receive  # noqa: PLC0415
    from wallet.ui.online import follow  # noqa: PLC0415

    page = window.page
    assert page is not None
    if what is What.OFFER:
        window.go(lambda opened: OfferPage(opened, content))
    elif what is What.LINK:
        follow(page, content.decode())
    elif what is What.REPLY:
        receive(page, content)
    elif what is What.TRUST:
        window.go(lambda opened: AddAgencyPage(opened, path))
    elif what in (What.PICTURE, What.CODE_TEXT):
        if not isinstance(page, ShowPage):
            window.go(ShowPage)
            page = window.page
        assert isinstance(page, ShowPage)
        page.take(content)
    else:
        page.complain(UsageError(_REASONS.get(what, "wallet.not-for-a-wallet")))
