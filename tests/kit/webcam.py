"""What a webcam would see of a code: seeded, in grey, with the pixels per module stated.

A model, good for ranking and regressions: tilt, rotation, lens distortion, defocus (Gaussian or disk),
motion, screen moire, glare, noise, sharpening, JPEG, rolling-shutter tears and lost frames. It knows nothing
of autofocus, HDR, curved paper or fingers. The reader was tuned on seeds below `HELD_OUT`: all of it on
Gaussian blur, its last attempt (the Wiener filter for much noise) on disk blur with sharpening as well, none
on lens distortion. Figures are to be taken from seeds at and above `HELD_OUT`, where every family is drawn.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import cv2
import numpy as np

from counterproof.optics.draw import QUIET_MODULES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    Grey = NDArray[np.uint8]
    Floats = NDArray[np.float32]

HELD_OUT: Final = 1_000_000
_OVERSAMPLING: Final = 2  # the lens sees twice as finely as the sensor
_MARGIN_MODULES: Final = 4
_ROOMS: Final = 16


@dataclass(frozen=True, slots=True)
class Level:
    """How bad the view is; pairs are the ends of a uniform range."""

    name: str
    tilt_degrees: float
    blur_sigma_pixels: tuple[float, float]
    motion_pixels: tuple[float, float]
    noise_sigma: tuple[float, float]
    jpeg_quality: tuple[int, int]
    contrast: tuple[float, float]
    glare: float  # added at its brightest spot, in grey levels
    moire: float  # depth of the pattern, in grey levels


LEVELS: Final = {
    "mild": Level("mild", 12, (0.4, 0.8), (0, 1), (1, 4), (80, 95), (0.7, 0.95), 10, 4),
    "medium": Level("medium", 25, (0.8, 1.4), (0, 2), (3, 9), (60, 90), (0.5, 0.9), 40, 10),
    "hard": Level("hard", 40, (1.2, 2.2), (1, 5), (6, 16), (30, 70), (0.35, 0.8), 160, 24),
}


@dataclass(frozen=True, slots=True)
class Faults:
    """Whole families of faults that can be switched on."""

    disk_blur: bool = False
    sharpening: bool = False
    lens_distortion: bool = False


ALL_FAULTS: Final = Faults(disk_blur=True, sharpening=True, lens_distortion=True)


@dataclass(frozen=True, slots=True)
class View:
    """One frame of the camera: grey pixels, the code's corners (x, y) and its pixels per module.

    `whole` says whether the code with its quiet zone lies inside the frame; `torn`, whether the screen
    changed while the frame was taken.
    """

    frame: Grey
    corners: Floats
    pixels_per_module: float
    whole: bool
    torn: bool


class Webcam:
    """A camera that somebody holds a screen or a sheet in front of; the same seed gives the same frames."""

    def __init__(
        self,
        seed: int,
        level: str,
        pixels_per_module: float,
        faults: Faults | None = None,
        size: tuple[int, int] = (1920, 1080),
    ) -> None:
        self._random = np.random.default_rng(seed)
        self.level = LEVELS[level]
        self.faults = self._some_faults() if faults is None and seed >= HELD_OUT else (faults or Faults())
        self._pixels_per_module = pixels_per_module
        self._width, self._height = size
        tilt = self.level.tilt_degrees
        self._pose = self._random.uniform((-tilt, -tilt, -15), (tilt, tilt, 15))
        self._place = self._random.uniform(-0.5, 0.5, 2)
        self._background = _scenery(seed % _ROOMS, self.level, size)

    def see(self, modules: NDArray[np.bool_], torn_with: NDArray[np.bool_] | None = None) -> View:
        """Return a frame that shows the modules, torn at some row if the screen changed meanwhile."""
        self._pose += self._random.normal(0, 0.4, 3)
        self._place = np.clip(self._place + self._random.normal(0, 0.01, 2), -0.5, 0.5)
        corners, origin, patch_size = self._geometry(modules.shape[0])
        patch = self._patch(modules, corners - origin, patch_size)
        if torn_with is not None:
            other = self._patch(torn_with, corners - origin, patch_size)
            row = int(self._random.uniform(0.1, 0.9) * patch_size[1])
            patch[row:] = other[row:]
        patch = self._through_lens(patch)
        left, top = (int(value) for value in origin)
        frame = self._background.copy()
        frame[top : top + patch_size[1], left : left + patch_size[0]] = self._sensor(patch)
        return View(frame, corners, self._pixels_per_module, self._holds(corners), torn_with is not None)

    def _holds(self, corners: Floats) -> bool:
        edge = QUIET_MODULES * self._pixels_per_module
        low, high = corners.min() - edge, corners.max(axis=0) + edge
        return bool(low >= 0 and high[0] <= self._width and high[1] <= self._height)

    def _some_faults(self) -> Faults:
        disk, sharp, lens = (bool(value) for value in self._random.random(3) < 0.5)
        return Faults(disk, sharp, lens)

    def _geometry(self, side: int) -> tuple[Floats, Floats, tuple[int, int]]:
        """Corners of the code in the frame, and origin (multiple of 8) and size of the patch around it."""
        half = side / 2
        flat = np.array([[-half, -half], [half, -half], [half, half], [-half, half]])
        tilt_x, tilt_y, turn = np.radians(self._pose)
        turned = flat @ np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
        depth = 1 + (turned[:, 0] * np.sin(tilt_y) + turned[:, 1] * np.sin(tilt_x)) / (5 * half)
        seen = turned * (np.cos(tilt_y), np.cos(tilt_x)) / depth[:, None]
        area = cv2.contourArea(seen.astype(np.float32))
        seen *= self._pixels_per_module * side / np.sqrt(area)
        reach = np.abs(seen).max(axis=0) + (_MARGIN_MODULES + 2) * self._pixels_per_module + 8
        frame = np.array([self._width, self._height])
        centre = frame / 2 + self._place * np.maximum(frame - 2 * reach - 16, 0)
        origin = np.maximum((centre - reach) // 8 * 8, 0)
        size = np.minimum(2 * reach // 8 * 8 + 8, frame - origin).astype(int)
        return (seen + centre).astype(np.float32), origin.astype(np.float32), (int(size[0]), int(size[1]))

    def _patch(self, modules: NDArray[np.bool_], corners: Floats, size: tuple[int, int]) -> Floats:
        """Return the code on its light ground, projected with the corners given, in grey levels."""
        scale = int(np.ceil(_OVERSAMPLING * self._pixels_per_module)) + 1
        framed = np.pad(modules, QUIET_MODULES + _MARGIN_MODULES)
        light = np.where(framed, np.float32(0), np.float32(1)).repeat(scale, axis=0).repeat(scale, axis=1)
        edge = (QUIET_MODULES + _MARGIN_MODULES) * scale
        last = edge + modules.shape[0] * scale
        source = np.array([[edge, edge], [last, edge], [last, last], [edge, last]], np.float32) - 0.5
        target = corners * _OVERSAMPLING - 0.5
        large = (size[0] * _OVERSAMPLING, size[1] * _OVERSAMPLING)
        projection = cv2.getPerspectiveTransform(source, target.astype(np.float32))
        seen: Floats = _floats(
            cv2.warpPerspective(light, projection, large, flags=cv2.INTER_LINEAR, borderValue=0.55)
        )
        if self.faults.lens_distortion:
            seen = self._barrel(seen)
        return _floats(cv2.resize(seen, size, interpolation=cv2.INTER_AREA))

    def _barrel(self, seen: Floats) -> Floats:
        height, width = seen.shape
        strength = float(self._random.uniform(-0.04, 0.04))
        camera = np.array([[width, 0, width / 2], [0, width, height / 2], [0, 0, 1]])
        return _floats(cv2.undistort(seen, camera, np.array([strength, 0, 0, 0])))

    def _through_lens(self, patch: Floats) -> Floats:
        level = self.level
        sigma = float(self._random.uniform(*level.blur_sigma_pixels))
        if self.faults.disk_blur:
            patch = _floats(cv2.filter2D(patch, -1, _disk(2 * sigma)))
        else:
            patch = _floats(cv2.GaussianBlur(patch, (0, 0), sigma))
        length = float(self._random.uniform(*level.motion_pixels))
        return _floats(cv2.filter2D(patch, -1, _streak(length, float(self._random.uniform(0, np.pi)))))

    def _sensor(self, patch: Floats) -> Grey:
        """Contrast, moire, glare, noise, sharpening, JPEG: from light to the bytes of a frame."""
        level, height, width = self.level, *patch.shape
        contrast = self._random.uniform(*level.contrast)
        dark = self._random.uniform(10, 60)
        y, x = np.mgrid[0:height, 0:width].astype(np.float32)
        grey = dark + patch * contrast * (255 - dark)
        wave_x, wave_y, phase = self._random.uniform((-1.5, -1.5, 0), (1.5, 1.5, 6.28))
        grey += level.moire * self._random.random() * np.sin(wave_x * x + wave_y * y + phase)
        spot = self._random.uniform((0, 0), (width, height))
        distance = ((x - spot[0]) ** 2 + (y - spot[1]) ** 2) / (0.2 * width) ** 2
        grey += level.glare * self._random.random() * np.exp(-distance)
        noise = self._random.standard_normal(grey.shape, np.float32)
        grey += noise * self._random.uniform(*level.noise_sigma)
        if self.faults.sharpening:
            grey = 1.6 * grey - 0.6 * cv2.GaussianBlur(grey, (0, 0), 1.0)
        return _jpeg(np.clip(grey, 0, 255).astype(np.uint8), int(self._random.integers(*level.jpeg_quality)))


@dataclass(frozen=True, slots=True)
class Shutter:
    """When a camera looks at a screen, and which of the screen's pictures it then sees."""

    shown_per_second: float
    tearing_seconds: float
    phase_seconds: float

    def at(self, seconds: float) -> tuple[int, int]:
        """Return the numbers of the pictures shown when a frame begins and when it ends."""
        begin = seconds + self.phase_seconds
        end = begin + self.tearing_seconds
        return int(begin * self.shown_per_second), int(end * self.shown_per_second)


def ticks(random: np.random.Generator, camera_per_second: float) -> Iterator[float]:
    """Yield the seconds at which a camera takes frames, its clock wrong by up to one part in a thousand."""
    period = (1 + float(random.uniform(-1e-3, 1e-3))) / camera_per_second
    return (tick * period for tick in itertools.count())


def watch(
    webcam: Webcam,
    codes: Sequence[NDArray[np.bool_]],
    *,
    seed: int,
    loss: float,
    shown_per_second: float = 12.0,
    camera_per_second: float = 30.0,
    tearing_seconds: float = 0.026,
) -> Iterator[tuple[float, View | None]]:
    """Yield (seconds, view) as a camera sees a screen that shows the codes one after the other, without end.

    A frame during which the screen changed is torn (10 ms of exposure and 16 of reading out the rows: three
    frames in ten at 12 a second); a lost one is None. The phase between screen and camera and a drift of one
    part in a thousand are drawn from the seed.
    """
    random = np.random.default_rng(seed)
    timing = Shutter(shown_per_second, tearing_seconds, float(random.uniform(0, 1 / shown_per_second)))
    for seconds in ticks(random, camera_per_second):
        if random.random() < loss:
            yield seconds, None
            continue
        first, last = timing.at(seconds)
        other = codes[last % len(codes)] if last != first else None
        yield seconds, webcam.see(codes[first % len(codes)], torn_with=other)


def _floats(values: NDArray[Any]) -> Floats:
    """Return an array of OpenCV's, which its stubs leave open, as what it is."""
    return np.asarray(values, np.float32)


@lru_cache(maxsize=64)
def _scenery(room_number: int, level: Level, size: tuple[int, int]) -> Grey:
    """Return a room: coarse light and dark, edges of furniture, noise and the camera's JPEG."""
    random = np.random.default_rng(room_number)
    coarse = random.uniform(40, 200, (6, 9)).astype(np.float32)
    room = cv2.resize(coarse, size, interpolation=cv2.INTER_CUBIC)
    for _ in range(12):
        x, y = random.integers(0, size)
        w, h = random.integers(20, 400, 2)
        room[y : y + h, x : x + w] += int(random.integers(-60, 60))
    noise = random.normal(0, level.noise_sigma[0], room.shape)
    return _jpeg(np.clip(room + noise, 0, 255).astype(np.uint8), level.jpeg_quality[1])


def _jpeg(grey: Grey, quality: int) -> Grey:
    _, data = cv2.imencode(".jpg", grey, [cv2.IMWRITE_JPEG_QUALITY, quality])
    decoded = cv2.imdecode(data, cv2.IMREAD_GRAYSCALE)
    assert decoded is not None
    return np.asarray(decoded, np.uint8)


def _disk(radius: float) -> Floats:
    """Return a kernel of defocus: even light over a disk with a softened edge."""
    reach = int(np.ceil(radius))
    fine = np.linspace(-reach - 0.5, reach + 0.5, 4 * (2 * reach + 1), endpoint=False) + 0.125
    inside = (fine[:, None] ** 2 + fine[None, :] ** 2 <= radius**2).astype(np.float32)
    cells = 2 * reach + 1
    kernel = inside.reshape(cells, 4, cells, 4).mean(axis=(1, 3))
    return _floats(kernel / kernel.sum())


def _streak(length: float, angle: float) -> Floats:
    """Return a kernel of motion along a line of `length` pixels."""
    reach = int(np.ceil(length / 2)) + 1
    kernel = np.zeros((2 * reach + 1, 2 * reach + 1), np.float32)
    for step in np.linspace(-length / 2, length / 2, 33):
        x, y = reach + step * np.cos(angle), reach + step * np.sin(angle)
        left, top = int(x), int(y)
        kernel[top, left] += (1 - (x - left)) * (1 - (y - top))
        kernel[top, left + 1] += (x - left) * (1 - (y - top))
        kernel[top + 1, left] += (1 - (x - left)) * (y - top)
        kernel[top + 1, left + 1] += (x - left) * (y - top)
    return _floats(kernel / kernel.sum())
