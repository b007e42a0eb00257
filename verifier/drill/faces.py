"""Faces of people who do not exist: drawn, so that no portrait of anybody is in the program.

A portrait carries the word SPECIMEN; the person at the counter does not. Two faces differ in what a person
would look at: hair, glasses, beard.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

_SIZE: Final = (240, 320)
_QUALITY: Final = 60
_COLOURS: Final = {"black": "#1c1a19", "brown": "#6b4226", "red": "#a4461f", "grey": "#9a9a9a"}
_SKINS: Final = ("#f0cfb4", "#d3a17a", "#8a5a3c")
_MIDDLE: Final = 120
_KEPT: Final = 2 * 16
"""Pictures that are remembered: those of one drill; of all that can be drawn it would be a megabyte."""


class Hair(StrEnum):
    """How somebody wears their hair."""

    SHORT = "short"
    LONG = "long"
    BALD = "bald"


@dataclass(frozen=True, slots=True)
class Face:
    """What a clerk compares; `colour` is a name of `_COLOURS`, `skin` a place in `_SKINS`."""

    hair: Hair
    colour: str
    skin: int
    glasses: bool
    beard: bool

    @classmethod
    def drawn(cls, random: Callable[[int], bytes]) -> Face:
        """Return somebody."""
        hair, colour, skin, extras = random(4)
        shape = tuple(Hair)[hair % len(Hair)]
        beard = bool(extras & 2) and shape is not Hair.LONG
        return cls(
            shape, tuple(_COLOURS)[colour % len(_COLOURS)], skin % len(_SKINS), bool(extras & 1), beard
        )

    def somebody_else(self) -> Face:
        """Return somebody who is told apart at a glance, and not by the colour of their skin."""
        other = Hair.LONG if self.hair is not Hair.LONG else Hair.SHORT
        colour = "grey" if self.colour != "grey" else "black"
        return replace(self, hair=other, colour=colour, glasses=not self.glasses, beard=False)


@lru_cache(maxsize=_KEPT)
def picture(face: Face, *, specimen: bool) -> bytes:
    """Return a face as a JPEG; `specimen` writes the word across."""
    from PIL import Image, ImageDraw  # noqa: PLC0415 - slow to load, and for a drill alone

    image = Image.new("RGB", _SIZE, "#dfe6ee")
    draw = ImageDraw.Draw(image)
    hair = _COLOURS[face.colour]
    if face.hair is Hair.LONG:
        draw.rounded_rectangle((48, 50, 192, 262), 62, fill=hair)
    draw.rounded_rectangle((30, 262, 210, 360), 46, fill="#3d5a80")
    draw.rectangle((100, 220, 140, 276), fill=_SKINS[face.skin])
    draw.ellipse((62, 66, 178, 246), fill=_SKINS[face.skin])
    if face.hair is not Hair.BALD:
        draw.chord((58, 46, 182, 190), 180, 360, fill=hair)
    if face.beard:
        draw.chord((68, 128, 172, 252), 20, 160, fill=hair)
    _features(draw, face)
    if specimen:
        draw.rectangle((0, 288, 240, 320), fill="#fff3dc")
        draw.text((_MIDDLE, 304), "SPECIMEN", fill="#7a4b00", font_size=30, anchor="mm")
    out = io.BytesIO()
    image.save(out, format="JPEG", quality=_QUALITY)
    return out.getvalue()


@cache
def false_screen() -> bytes:
    """Return somebody's telephone with a green tick on it, a JPEG: what proves nothing."""
    from PIL import Image, ImageDraw  # noqa: PLC0415

    image = Image.new("RGB", _SIZE, "#dfe6ee")
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle((38, 8, 202, 312), 24, fill="#20242c")
    draw.rounded_rectangle((48, 26, 192, 294), 10, fill="#19a35b")
    draw.line((80, 140, 110, 172, 164, 100), fill="white", width=18, joint="curve")
    draw.text((_MIDDLE, 226), "VALID", fill="white", font_size=36, anchor="mm")
    out = io.BytesIO()
    image.save(out, format="JPEG", quality=_QUALITY)
    return out.getvalue()


def _features(draw: object, face: Face) -> None:
    from PIL import ImageDraw  # noqa: PLC0415

    assert isinstance(draw, ImageDraw.ImageDraw)
    for middle in (94, 146):
        draw.ellipse((middle - 7, 142, middle + 7, 156), fill="#20242c")
        if face.glasses:
            draw.ellipse((middle - 22, 128, middle + 22, 170), outline="#20242c", width=5)
    if face.glasses:
        draw.line((114, 146, 126, 146), fill="#20242c", width=5)
    draw.line((_MIDDLE, 156, _MIDDLE - 6, 186, _MIDDLE + 4, 188), fill="#5b4636", width=3)
    draw.arc((98, 186, 142, 218), 20, 160, fill="#7a2f2f", width=5)
