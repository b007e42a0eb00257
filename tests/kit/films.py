"""Films that stand in for a camera: what a webcam would see, through the path that every camera takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from counterproof.desktop.scanner import Camera
from counterproof.optics.draw import modules
from tests.kit.webcam import Webcam

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from numpy.typing import NDArray


def film(path: Path, frames: Iterable[NDArray[np.uint8]], rate: float = 30.0) -> Camera:
    """Write a film and return it as a camera."""
    writer: Any = None
    for frame in frames:
        if writer is None:
            size = (frame.shape[1], frame.shape[0])
            writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), rate, size, isColor=True)
        writer.write(cv2.cvtColor(frame, cv2.COLOR_GRAY2BGR))
    writer.release()
    return Camera(str(path), "film")


def held_up(text: str, seed: int, count: int, pixels_per_module: float = 5.0) -> Iterator[NDArray[np.uint8]]:
    """Yield what a webcam sees: an empty room, then a code."""
    webcam = Webcam(seed, "mild", pixels_per_module, size=(1280, 720))
    blank = np.zeros_like(modules(text))
    for place in range(count):
        yield webcam.see(blank if place < count // 3 else modules(text)).frame
