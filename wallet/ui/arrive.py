"""Something arrived: a file that was opened or dropped. It is told by its content what to do with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterproof.mdoc.errors import UsageError
from wallet.flows.arrivals import What, look

if TYPE_CHECKING:
    from pathlib import Path

    from wallet.ui.window import WalletWindow


def take(window: WalletWindow, path: Path) -> None:
    """Look at a file and open the page that knows what to do with it."""
    page = window.page
    assert page is not None
    page.work(lambda: look(path), lambda found: _go(window, path, *found))


def _go(window: WalletWindow, path: Path, what: What, content: bytes) -> None:
    from wallet.ui.agencies import AddAgencyPage  # noqa: PLC0415 - pages know one another
    from wallet.ui.capture import ShowPage  # noqa: PLC0415
    from wallet.ui.get import OfferPage, receive  # noqa: PLC0415

    page = window.page
    assert page is not None
    if what is What.OFFER:
        window.go(lambda opened: OfferPage(opened, content))
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
        own = what is What.OWN_REQUEST
        page.complain(UsageError("wallet.own-request" if own else "wallet.not-for-a-wallet"))
