"""A screen that Xvfb wrote (XWD, true colour), as a PNG: `python -m scripts.packages.screen XWD PNG`.

Ends with 1 where next to nothing is painted on it.
"""

from __future__ import annotations

import struct
import sys
from pathlib import Path

import cv2
import numpy as np

_FIELDS = 25
_LEAST_COLOURS = 24


def read(content: bytes) -> np.ndarray:
    """Return the picture, height x width x 3, BGR; the header is that of X11/XWDFile.h, version 7."""
    fields = struct.unpack_from(f">{_FIELDS}I", content)
    header, version, width, height = fields[0], fields[1], fields[4], fields[5]
    bits, line, colours = fields[11], fields[12], fields[19]
    if version != 7 or bits != 32:  # noqa: PLR2004
        raise ValueError("not a screen of Xvfb")
    start = header + 12 * colours
    rows = np.frombuffer(content, np.uint8, line * height, start).reshape(height, line)
    pixels = rows[:, : 4 * width].reshape(height, width, 4)
    little_endian = fields[7] == 0
    return pixels[:, :, :3] if little_endian else pixels[:, :, :0:-1]


def main(source: str, target: str) -> int:
    """Write the picture; say how many colours it has."""
    picture = np.ascontiguousarray(read(Path(source).read_bytes()))
    colours = len(np.unique(picture.reshape(-1, 3), axis=0))
    cv2.imwrite(target, picture)
    print(f"{target}: {picture.shape[1]} x {picture.shape[0]}, {colours} colours")
    return 0 if colours >= _LEAST_COLOURS else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
