"""Texts to codes that are not pixels: SVG for print, half blocks for a terminal.

`qrcode` draws these: it writes strictly alphanumeric codes and vector paths; its 77 ms do not matter here.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Final

from counterproof.mdoc.errors import LimitError
from counterproof.optics.draw import QUIET_MODULES, modules, version_for
from counterproof.optics.limits import LIMITS, OpticsLimits

if TYPE_CHECKING:
    import qrcode

    from counterproof.optics.draw import Modules

_RESET: Final = "\x1b[0m"
_BLACK_ON_WHITE: Final = "\x1b[38;5;16;48;5;231m"
# By (upper dark, lower dark), drawn dark on light.
_HALF_BLOCKS: Final = {(True, True): "█", (True, False): "▀", (False, True): "▄", (False, False): " "}
_INVERTED: Final = {(not upper, not lower): block for (upper, lower), block in _HALF_BLOCKS.items()}


def rows(text: str) -> list[list[bool]]:
    """Return the modules with the quiet zone, row by row, True for dark.

    For a PDF that draws its own squares. Error: `optics.text-too-long`.
    """
    try:
        matrix = _code(text).get_matrix()
    except ValueError:
        # `qrcode` cannot divide a block of nothing but zeros, as the last frame of a stream may have.
        matrix = _padded(modules(text))
    return [[bool(module) for module in row] for row in matrix]


def svg(text: str, module_mm: float = 0.5, limits: OpticsLimits = LIMITS) -> bytes:
    """Return the code as an SVG path, sized in millimetres, with the quiet zone; for print and for PDF.

    Errors: `optics.text-too-long`, `optics.print-too-long` (more than 1,230 bytes with checksum: too fine).
    """
    most = len("CPA1:") + -(-limits.print_payload_bytes * 3 // 2)
    if len(text) > most:
        raise LimitError("optics.print-too-long", length=len(text), limit=most)
    dark = rows(text)
    side = len(dark)
    size = f"{side * module_mm:g}mm"
    out = io.StringIO()
    out.write(
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{size}" height="{size}" viewBox="0 0 {side} {side}">'
    )
    out.write(f'<path fill="#fff" d="M0 0h{side}v{side}H0z"/><path fill="#000" d="{_path(dark)}"/></svg>')
    return out.getvalue().encode("ascii")


def terminal(text: str, *, colour: bool = True) -> str:
    """Return the code as lines of half blocks, two modules high each, with the quiet zone.

    With colour it carries its own black and white and can be read from any terminal; without, it is drawn
    for light letters on a dark ground, which is what most terminals have.
    """
    dark = rows(text)
    if len(dark) % 2:
        dark = [*dark, [False] * len(dark)]
    blocks = _HALF_BLOCKS if colour else _INVERTED
    lines = (
        "".join(blocks[pair] for pair in zip(upper, lower, strict=True))
        for upper, lower in zip(dark[0::2], dark[1::2], strict=True)
    )
    return "\n".join(f"{_BLACK_ON_WHITE}{line}{_RESET}" if colour else line for line in lines)


def _padded(dark: Modules) -> list[list[bool]]:
    import numpy as np

    framed: list[list[bool]] = np.pad(dark, QUIET_MODULES, constant_values=False).tolist()
    return framed


def _code(text: str) -> qrcode.QRCode:
    import qrcode
    from qrcode.util import MODE_ALPHA_NUM, QRData

    version = version_for(text)
    code = qrcode.QRCode(
        version=version, error_correction=qrcode.constants.ERROR_CORRECT_L, border=QUIET_MODULES
    )
    code.add_data(QRData(text.encode("ascii"), mode=MODE_ALPHA_NUM))
    code.make(fit=False)
    return code


def _path(dark: list[list[bool]]) -> str:
    """One rectangle for each run of dark modules in a row."""
    parts: list[str] = []
    for y, row in enumerate(dark):
        start = None
        for x, module in enumerate([*row, False]):
            if module and start is None:
                start = x
            elif not module and start is not None:
                parts.append(f"M{start} {y}h{x - start}v1H{start}z")
                start = None
    return "".join(parts)
