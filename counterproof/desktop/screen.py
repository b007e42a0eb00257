"""Whether a window can be opened here, found out before Qt is loaded: it would end the process."""

from __future__ import annotations

import importlib
import os
import sys
from typing import TYPE_CHECKING, Final

from counterproof.mdoc.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

_PLATFORM: Final = "QT_QPA_PLATFORM"


def has_screen(environment: Mapping[str, str] = os.environ) -> bool:
    """Tell whether there is a screen, or somebody chose to do without one."""
    if environment.get(_PLATFORM):
        return True
    if not sys.platform.startswith("linux"):
        return True
    return bool(environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"))


def check_screen(program: str) -> None:
    """Check that a window can be opened; raises UsageError `desktop.no-screen`, `desktop.no-libraries`."""
    if not has_screen():
        raise UsageError("desktop.no-screen", program=program)
    try:
        importlib.import_module("PySide6.QtWidgets")
    except ImportError as error:
        raise UsageError("desktop.no-libraries", program=program, reason=str(error)) from None
