"""A font for a name in any script, from those that this computer has.

Names are not drawn with boxes for letters: a text for which no font has every letter is refused, with the
scripts that are missing, so that somebody can install one. Nor are letters set side by side that belong
together: scripts whose letters join or change places are refused where nothing here can shape them.
"""

from __future__ import annotations

import os
import unicodedata
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

from counterproof.mdoc.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

_PREFERRED: Final = ("dejavusans.ttf", "notosans-regular.ttf", "notosans-regular.otf")
_FAMILIES: Final = ("noto", "dejavu", "freesans", "liberationsans", "droid", "lohit", "arial", "unifont")
_SUFFIXES: Final = frozenset({".ttf", ".otf", ".ttc"})
_MOST_FILES: Final = 4_000
_MOST_OPENED: Final = 400
_STYLES: Final = (
    "bold",
    "italic",
    "oblique",
    "condensed",
    "light",
    "black",
    "thin",
    "medium",
    "mono",
    "math",
)


@dataclass(frozen=True)
class Face:
    """A font file and the characters that it has."""

    path: Path

    @cached_property
    def characters(self) -> frozenset[int]:
        """Code points; none for a file that cannot be read as a font."""
        from fontTools.ttLib import TTFont, TTLibError

        try:
            with TTFont(self.path, lazy=True, fontNumber=0) as font:
                return frozenset(font.getBestCmap() or ())
        except (TTLibError, OSError, ValueError, KeyError, AssertionError):
            return frozenset()

    def has(self, text: str) -> bool:
        """Whether it has every letter; joiners and variation selectors need none."""
        return all(ord(char) in self.characters or _is_drawn_by_none(char) for char in text)


class Fonts:
    """The fonts below some folders, opened as they are needed."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self._folders = tuple(folders)

    @cached_property
    def _faces(self) -> list[Face]:
        return [Face(path) for path in sorted(_files(self._folders), key=_preference)]

    @classmethod
    def of_system(cls, environment: Mapping[str, str] = os.environ) -> Fonts:
        """Return the fonts of this computer and its user."""
        home = Path(environment.get("HOME", "/"))
        shared = environment.get("XDG_DATA_DIRS") or "/usr/local/share:/usr/share"
        folders = [Path(each) / "fonts" for each in shared.split(":") if each]
        return cls([*folders, home / ".local/share/fonts", home / ".fonts"])

    def runs(self, text: str) -> list[tuple[Face, str]]:
        """Return `text` in pieces, each with a face that has all its letters: one piece if one face does.

        Raises UsageError `optics.font` with the names of the scripts that no font has; `optics.shaping` with
        those whose letters cannot be put together here.
        """
        if needs_shaping(text) and not can_shape():
            raise UsageError("optics.shaping", scripts=", ".join(_scripts(text)))
        whole = self._face(text)
        if whole is not None:
            return [(whole, text)]
        pieces: list[tuple[Face, str]] = []
        for number, word in enumerate(text.split(" ")):
            face = self._face(word)
            if face is None:
                raise UsageError("optics.font", scripts=", ".join(self._missing(word)))
            piece = word if number == 0 else " " + word
            if pieces and pieces[-1][0] == face:
                pieces[-1] = (face, pieces[-1][1] + piece)
            else:
                pieces.append((face, piece))
        return pieces

    def _face(self, text: str) -> Face | None:
        hints = {unicodedata.name(char, "?").split(" ")[0].lower() for char in text if not char.isascii()}
        ranked = sorted(
            self._faces, key=lambda face: not any(hint in face.path.name.lower() for hint in hints)
        )
        first = [face for face in self._faces[:2] if face.has(text)]
        return first[0] if first else next((face for face in ranked[:_MOST_OPENED] if face.has(text)), None)

    def _missing(self, word: str) -> list[str]:
        lacking = [char for char in word if self._face(char) is None] or list(word)
        return _scripts(lacking)


def can_shape() -> bool:
    """Tell whether letters can be put together: Raqm comes with Pillow, its FriBidi does not."""
    from PIL import features

    return features.check_feature("raqm") is True


def _scripts(letters: Iterable[str]) -> list[str]:
    names = (unicodedata.name(char, "UNKNOWN") for char in letters if not char.isascii())
    return sorted({name.split(" ")[0].title() for name in names})


def needs_shaping(text: str) -> bool:
    """Tell whether letters of a text change or swap places when they stand together."""
    return any(
        unicodedata.bidirectional(char) in ("R", "AL") or unicodedata.category(char) in ("Mn", "Mc", "Cf")
        for char in text
    )


def _is_drawn_by_none(char: str) -> bool:
    return char in "\u200c\u200d" or "\ufe00" <= char <= "\ufe0f"


def _files(folders: Sequence[Path]) -> Iterator[Path]:
    count = 0
    for folder in folders:
        for root, _, names in os.walk(folder):
            for name in names:
                if Path(name).suffix.lower() in _SUFFIXES and count < _MOST_FILES:
                    count += 1
                    yield Path(root) / name


def _preference(path: Path) -> tuple[int, bool, int, str]:
    name = path.name.lower()
    preferred = _PREFERRED.index(name) if name in _PREFERRED else len(_PREFERRED)
    family = next((rank for rank, each in enumerate(_FAMILIES) if name.startswith(each)), len(_FAMILIES))
    return preferred, any(style in name for style in _STYLES), family, name
