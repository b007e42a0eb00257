"""Buttons that carry a key and an icon beside their words."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtWidgets import QPushButton

from counterproof.desktop.icons import icon, wide
from counterproof.desktop.theme import current
from counterproof.words.language import tr
from counterproof.words.model import N_

_ICON: Final = 20
_NAMED: Final = {"Space": N_("Space"), "Esc": N_("Esc")}
_INKS: Final = {"primary": "on_action", "link": "action", "back": "action"}


def with_key(words: str, key: str) -> str:
    """Return words with the key that does the same; a single key only where such keys count."""
    if not key or (len(key) == 1 and not current().single_keys):
        return words
    return tr("{words} ({key})").format(words=words, key=tr(_NAMED[key]) if key in _NAMED else key)


class KeyButton(QPushButton):
    """A button that says what it does and which key does the same, and never a key that does nothing.

    `key` is a letter, a number, Space or Esc; `picture` names an icon of `counterproof.desktop.icons`.
    """

    def __init__(
        self, words: str, key: str = "", kind: str = "plain", *, picture: str = "", describe: str = ""
    ) -> None:
        super().__init__()
        self._words, self._key, self._kind, self._picture = words, key, kind, picture
        self._inked: object = None
        self.setProperty("kind", kind)
        self.setAutoDefault(True)
        self.setAccessibleDescription(describe)
        self.say(words)

    def say(self, words: str) -> None:
        """Say something else, with the same key."""
        self._words = words
        said = with_key(words, self._key)
        self.setText(said.replace("&", "&&"))
        self.setAccessibleName(said)
        self._ink()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Follow colours, size of text, direction of writing, and whether single keys count."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.LayoutDirectionChange):
            self.say(self._words)

    def _ink(self) -> None:
        theme = current()
        mirrored = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        if not self._picture or self._inked == (theme, mirrored):
            return
        self._inked = theme, mirrored
        colour = getattr(theme.palette, _INKS.get(self._kind, "ink"))
        side = theme.scaled(_ICON)
        self.setIconSize(QSize(wide(side), side))
        self.setIcon(icon(self._picture, side, colour, theme.palette.quiet, mirrored=mirrored))
