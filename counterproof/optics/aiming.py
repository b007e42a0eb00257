"""What a person should do for the camera to read the code: from what a frame held to one word."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from counterproof.optics.read import Corners, Sight

_DARK: Final = 28.0
_BRIGHT: Final = 232.0
_SMALL: Final = 0.32  # of the frame's height; a code of 80 modules and more then has under 4 pixels each
_EDGE: Final = 0.012  # of the frame's side


class Hint(StrEnum):
    """What stands between the camera and the code."""

    NOTHING = "nothing"
    """No code in sight."""
    READ = "read"
    """A code was read."""
    CLOSER = "closer"
    CUT_OFF = "cut-off"
    HOLD_STILL = "hold-still"
    TOO_BRIGHT = "too-bright"
    TOO_DARK = "too-dark"


def hint(sight: Sight, shape: tuple[int, int], brightness: float) -> Hint:
    """Return what to say about one frame: its sight, its height and width, its mean grey (0 to 255)."""
    if sight.found:
        return Hint.READ
    if not sight.unread:
        if brightness < _DARK:
            return Hint.TOO_DARK
        return Hint.TOO_BRIGHT if brightness > _BRIGHT else Hint.NOTHING
    corners = max(sight.unread, key=_side)
    if _touches(corners, shape):
        return Hint.CUT_OFF
    return Hint.CLOSER if _side(corners) < _SMALL * shape[0] else Hint.HOLD_STILL


def _side(corners: Corners) -> float:
    """Return about how many pixels a code is wide."""
    xs, ys = zip(*corners, strict=True) if corners else ((0.0,), (0.0,))
    return float(max(max(xs) - min(xs), max(ys) - min(ys)))


def _touches(corners: Corners, shape: tuple[int, int]) -> bool:
    height, width = shape
    x_edge, y_edge = width * _EDGE, height * _EDGE
    return any(x <= x_edge or y <= y_edge or x >= width - x_edge or y >= height - y_edge for x, y in corners)
