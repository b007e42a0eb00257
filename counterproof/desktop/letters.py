"""Whether this computer has letters for a text: where it has none Qt draws boxes, and says nothing of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtGui import QFontDatabase, QTextLayout

from counterproof.words.language import tr
from counterproof.words.model import N_

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from PySide6.QtGui import QFont

_Writing = QFontDatabase.WritingSystem
_SCRIPTS: Final = (
    (_Writing.Devanagari, N_("Hindi (Devanagari)"), "fonts-noto-core"),
    (_Writing.Arabic, N_("Arabic"), "fonts-noto-core"),
    (_Writing.TraditionalChinese, N_("Chinese"), "fonts-noto-cjk"),
)
"""The scripts of the languages that ship, and one from right to left: who has these has the rest of Noto."""


_LACKS: Final = N_("This computer has no letters for: {scripts}. Names in them are shown as boxes.")
_MEND: Final = N_(
    "On Debian and Ubuntu `sudo apt install {packages}` brings them; elsewhere install the Noto fonts. "
    "Then start this program again."
)
_BOX: Final = N_("A box stands for a letter that this computer does not have. Settings say how to get it.")


def advice(
    font: QFont, families: Callable[[QFontDatabase.WritingSystem], Iterable[str]] = QFontDatabase.families
) -> tuple[str, str]:
    """Return what this computer lacks and how it is mended, two empty texts where it lacks nothing."""
    lacking = [(name, package) for writing, name, package in _SCRIPTS if not list(families(writing))]
    if not lacking:
        return "", ""
    names = ", ".join(_legible(name, font) for name, _ in lacking)
    packages = " ".join(dict.fromkeys(package for _, package in lacking))
    return _legible(_LACKS, font).format(scripts=names), _legible(_MEND, font).format(packages=packages)


def boxes(texts: Iterable[str], font: QFont) -> bool:
    """Tell whether any of these texts has a letter that would be drawn as a box."""
    return any(_has_box(text, font) for text in texts if not text.isascii())


def boxes_note(font: QFont) -> str:
    """Return what is said beside texts that have boxes."""
    return _legible(_BOX, font)


def _legible(message: str, font: QFont) -> str:
    """Return a message in the language spoken now, or in English where that would be boxes itself."""
    said = tr(message)
    return message if boxes([said], font) else said


def _has_box(text: str, font: QFont) -> bool:
    for line in text.splitlines():
        layout = QTextLayout(line, font)
        layout.beginLayout()
        layout.createLine()
        layout.endLayout()
        if any(0 in run.glyphIndexes() for run in layout.glyphRuns()):
            return True
    return False
