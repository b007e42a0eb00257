"""The question before something is gone: what it means, and two buttons of which the first keeps it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterproof.desktop.plain_text import button
from wallet.ui.base import Page, flow

if TYPE_CHECKING:
    from collections.abc import Callable


class ConfirmPage(Page):
    """Asks once more: put by `ask` beneath what a page says; Enter keeps, and Escape goes back."""

    def ask(self, keep: str, act: str, do: Callable[[], None]) -> None:
        """Put the two buttons; `do` is what cannot be taken back."""
        kept, done = button(keep), button(act)
        kept.clicked.connect(self.back)
        done.setAutoDefault(False)
        done.clicked.connect(do)
        self.body.addWidget(flow(kept, done))
        self.body.addStretch(1)
        self.first = kept
