"""Before a page goes: what must finish is waited for, and what would be lost is asked about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterproof.words.language import tr

if TYPE_CHECKING:
    from wallet.ui.window import Making, WalletWindow


def turn(window: WalletWindow, making: Making) -> None:
    """Show another page as the person asked for it, once nothing is lost with the one of now."""
    page = window.page
    if page is None:
        window.go(making)
        return
    window.rail.mark(page.rail)  # a press has marked the other part already
    if page.finish_first(lambda: turn(window, making)):
        return
    left = page.unfinished()
    if left is None:
        window.go(making)
    else:
        page.ask_first(left, tr("Go on without it"), lambda: window.go(making))


def may_close(window: WalletWindow) -> bool:
    """Tell whether nothing is lost with the page of the moment; else wait for it, or ask, and close then."""
    page = window.page
    if page is None or page.given_up:
        return True

    def close() -> None:
        window.close()

    def give_up() -> None:
        page.given_up = True
        close()

    if page.finish_first(close):
        return False
    left = page.unfinished()
    if left is not None:
        page.ask_first(left, tr("Close all the same"), give_up)
    return left is None
