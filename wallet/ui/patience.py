"""A line at the foot of the window for work that takes longer than a moment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterproof.desktop.plain_text import PlainLabel
from counterproof.desktop.theme import Space
from counterproof.words.language import tr

if TYPE_CHECKING:
    from collections.abc import Callable


class Patience(PlainLabel):
    """Says that something goes on, and says it aloud once."""

    def __init__(self, announce: Callable[[str], None]) -> None:
        super().__init__("", strong=True)
        self._announce = announce
        self.setContentsMargins(Space.BROAD, Space.TIGHT, Space.BROAD, Space.TIGHT)
        self.hide()

    def ask(self, *, asked: bool) -> None:
        """Ask for patience, or no more."""
        if asked and self.isHidden():
            words = tr("One moment…")
            self.setText(words)
            self._announce(words)
        self.setVisible(asked)
