"""Grey pixels to texts, in four stages of growing effort, and where in the picture they stood.

zxing-cpp with `QRCodeModel2` alone (`QRCode` also matches Micro QR, which once gave a false hit; all formats
cost seven times the time). When it finds none of our codes: the same after an unsharp mask, then the region
that looks most like a code at twice the size, sharpened; at last that region with its defocus undone by a
Wiener filter, which read 20 of 23 seeded views that the first three stages had missed. `try_invert` stays
on, for dark themes.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING, Any, Final

from counterproof.optics.draw import side_of
from counterproof.optics.kinds import Form, recognise, trimmed
from counterproof.optics.limits import LIMITS, OpticsLimits

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    import zxingcpp
    from numpy.typing import NDArray

    Grey = NDArray[np.uint8]
    Corners = tuple[tuple[float, float], ...]

_OURS: Final = frozenset({Form.STILL, Form.FRAME, Form.NEWER})
_UNSHARP_SIGMA: Final = 2.0
_UNSHARP_AMOUNT: Final = 1.5
_DEFOCUS: Final = ((1.6, 0.02), (2.2, 0.02), (1.6, 0.1))  # sigma in pixels, noise to signal
_REGION_SCALE: Final = 2
_REGION_MAX_PIXELS: Final = 1_500_000  # before it is doubled: a larger region needs no doubling
_REGION_STEP: Final = 8  # the region is looked for in a picture smaller by this


class Stage(IntEnum):
    """How far the reader goes, or went: each stage costs about five times the one before."""

    PLAIN = 1
    SHARPENED = 2
    REGION = 3
    RESTORED = 4


@dataclass(frozen=True, slots=True)
class Found:
    """One code: its text, its corners in pixels clockwise from its own top left, module size, stage."""

    text: str = field(repr=False)
    corners: Corners
    pixels_per_module: float
    stage: Stage


@dataclass(frozen=True, slots=True)
class Sight:
    """What one picture held: the codes that were read, and the corners of those seen but not read.

    With `unread` and nothing in `found` a window can say "closer" (few pixels a module) or "hold still".
    """

    found: tuple[Found, ...]
    unread: tuple[Corners, ...] = ()


def read_codes(grey: Grey, effort: Stage = Stage.RESTORED, limits: OpticsLimits = LIMITS) -> Sight:
    """Return every QR code in a picture of 8-bit grey pixels, shape (height, width).

    Later stages run only while no code of ours was found; foreign ones do not end the search.
    """
    sight = _scan(grey, Stage.PLAIN, limits)
    if effort >= Stage.SHARPENED and not has_ours(sight):
        sight = _better(sight, _scan(_sharpened(grey), Stage.SHARPENED, limits))
    if effort >= Stage.REGION and not has_ours(sight):
        sight = _look_closer(grey, sight, effort, limits)
    return sight


def _scan(grey: Grey, stage: Stage, limits: OpticsLimits) -> Sight:
    import zxingcpp

    codes = zxingcpp.read_barcodes(
        grey,
        formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCodeModel2),
        text_mode=zxingcpp.TextMode.Plain,
        return_errors=True,
    )[: limits.codes_in_picture]
    found = tuple(_found(code, stage) for code in codes if code.valid)
    return Sight(found, tuple(_corners(code) for code in codes if not code.valid))


def _found(code: zxingcpp.Barcode, stage: Stage) -> Found:
    corners = _corners(code)
    extra: Any = code.extra
    version = int(extra.get("Version", 0)) if isinstance(extra, dict) else 0
    size = math.sqrt(_area(corners)) / side_of(version) if version else 0.0
    return Found(code.text, corners, size, stage)


def _corners(code: zxingcpp.Barcode) -> Corners:
    place = code.position
    four = (place.top_left, place.top_right, place.bottom_right, place.bottom_left)
    return tuple((float(point.x), float(point.y)) for point in four)


def _area(corners: Corners) -> float:
    turned = corners[1:] + corners[:1]
    return abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in zip(corners, turned, strict=True))) / 2


def has_ours(sight: Sight) -> bool:
    """Return whether a code was read that begins as ours do, of whatever version."""
    return any(recognise(trimmed(found.text)).form in _OURS for found in sight.found)


def _better(before: Sight, after: Sight) -> Sight:
    """Keep what either stage found, each text once."""
    known = {found.text for found in before.found}
    new = tuple(found for found in after.found if found.text not in known)
    return Sight(before.found + new, before.unread or after.unread)


def _sharpened(grey: Grey, sigma: float = _UNSHARP_SIGMA) -> Grey:
    import cv2
    import numpy as np

    blurred = cv2.GaussianBlur(grey, (0, 0), sigma)
    mixed = cv2.addWeighted(grey, 1 + _UNSHARP_AMOUNT, blurred, -_UNSHARP_AMOUNT, 0)
    return np.asarray(mixed, np.uint8)


def _look_closer(grey: Grey, sight: Sight, effort: Stage, limits: OpticsLimits) -> Sight:
    for left, top, right, bottom in _regions(grey, sight):
        region = grey[top:bottom, left:right]
        for stage, prepared in _preparations(region, effort):
            sight = _better(sight, _placed(_scan(prepared, stage, limits), left, top))
            if has_ours(sight):
                return sight
    return sight


def _regions(grey: Grey, sight: Sight) -> Iterator[tuple[int, int, int, int]]:
    """Yield where a code was seen but not read, which may be wrong by half of it, then the busiest region."""
    places = [_around(corners, grey) for corners in sight.unread[:1]]
    for left, top, right, bottom in (*places, busiest_region(grey)):
        if 0 < (right - left) * (bottom - top) <= _REGION_MAX_PIXELS:
            yield left, top, right, bottom


def _preparations(region: Grey, effort: Stage) -> Iterator[tuple[Stage, Grey]]:
    yield Stage.REGION, _sharpened(_doubled(region), _UNSHARP_SIGMA * _REGION_SCALE)
    if effort >= Stage.RESTORED:
        for sigma, noise in _DEFOCUS:
            yield Stage.RESTORED, _doubled(_refocused(region, sigma, noise))


def _doubled(region: Grey) -> Grey:
    import cv2
    import numpy as np

    scale = _REGION_SCALE
    large = cv2.resize(region, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
    return np.asarray(large, np.uint8)


def _refocused(region: Grey, sigma: float, noise: float) -> Grey:
    """Divide the spectrum by that of a Gaussian blur, where that is above the noise (Wiener)."""
    import cv2
    import numpy as np

    height, width = (cv2.getOptimalDFTSize(side) for side in region.shape)
    padded = cv2.copyMakeBorder(
        region, 0, height - region.shape[0], 0, width - region.shape[1], cv2.BORDER_REPLICATE
    )
    y, x = np.fft.fftfreq(height)[:, None], np.fft.rfftfreq(width)[None, :]
    blur = np.exp(-2 * (np.pi * sigma) ** 2 * (x * x + y * y))
    spectrum = np.fft.rfft2(padded) * (blur / (blur * blur + noise))
    sharp = np.fft.irfft2(spectrum, s=(height, width))[: region.shape[0], : region.shape[1]]
    return np.clip(sharp, 0, 255).astype(np.uint8)


def _placed(sight: Sight, left: int, top: int) -> Sight:
    """Return what was seen in the doubled region with its places in the whole picture."""
    return Sight(
        tuple(
            Found(f.text, _moved(f.corners, left, top), f.pixels_per_module / _REGION_SCALE, f.stage)
            for f in sight.found
        ),
        tuple(_moved(corners, left, top) for corners in sight.unread),
    )


def _moved(corners: Corners, left: int, top: int) -> Corners:
    return tuple((x / _REGION_SCALE + left, y / _REGION_SCALE + top) for x, y in corners)


def _around(corners: Corners, grey: Grey) -> tuple[int, int, int, int]:
    """Return left, top, right, bottom of the corners with a sixth of their extent on each side."""
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    edge = (max(max(xs) - min(xs), max(ys) - min(ys)) / 6) + _REGION_STEP
    height, width = grey.shape
    return (
        max(int(min(xs) - edge), 0),
        max(int(min(ys) - edge), 0),
        min(int(max(xs) + edge), width),
        min(int(max(ys) + edge), height),
    )


def busiest_region(grey: Grey) -> tuple[int, int, int, int]:
    """Return left, top, right, bottom of the largest patch of dense edges, which a code is."""
    import cv2
    import numpy as np

    height, width = grey.shape
    small_size = (max(width // _REGION_STEP, 1), max(height // _REGION_STEP, 1))
    edges = cv2.morphologyEx(grey, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8))
    busy = cv2.blur(cv2.resize(edges, small_size, interpolation=cv2.INTER_AREA).astype(np.float32), (5, 5))
    scaled = np.clip(busy * (255 / max(float(busy.max()), 1.0)), 0, 255).astype(np.uint8)
    _, mask = cv2.threshold(scaled, 0, 1, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    _, _, stats, _ = cv2.connectedComponentsWithStats(mask)
    if len(stats) < 2:  # noqa: PLR2004 - the background and nothing else
        return 0, 0, width, height
    x, y, w, h, _ = (int(value) * _REGION_STEP for value in max(stats[1:], key=lambda row: row[4]))
    return _around(((x, y), (x + w, y), (x + w, y + h), (x, y + h)), grey)
