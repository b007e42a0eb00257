"""What goes into a program's folder of all that PyInstaller finds; the rest the system gives (ADR 240)."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

Entry = tuple[str, str, str]
"""A row of PyInstaller's tables: the place in the folder, the file that goes there, the kind."""

_SYSTEM: Final = ("/lib/", "/lib64/", "/usr/lib/", "/usr/lib64/")
_PLUGINS: Final = "PySide6/Qt/plugins/"
_PLUGINS_LEFT_OUT: Final = (
    # Screens without X11 or Wayland, and what reads keys and touches there.
    *("egldeviceintegrations/", "generic/", "platforms/libqeglfs", "platforms/libqlinuxfb"),
    *("platforms/libqminimalegl", "platforms/libqvkkhrdisplay", "platforms/libqvnc"),
    # Qt's own network, which no program uses.
    *("networkinformation/", "tls/"),
    # A GTK desktop's theme: all of GTK 3 would come along, for colours that are not used.
    "platformthemes/libqgtk3",
)
_LIBRARIES_LEFT_OUT: Final = ("libQt6EglFS", "libQt6EglFs", "libQt6Network")


def kept(entries: Iterable[Entry]) -> list[Entry]:
    """Return the libraries that go into the folder: those of the locked packages and Python itself."""
    return [each for each in entries if not (_of_the_system(each) or _left_out(each))]


def _of_the_system(entry: Entry) -> bool:
    """Tell whether it is a library of the system; Python itself is bundled wherever it lies."""
    place, source, kind = entry
    return kind == "BINARY" and source.startswith(_SYSTEM) and not place.startswith("libpython")


def _left_out(entry: Entry) -> bool:
    place = entry[0]
    if place.startswith(_PLUGINS):
        return place.removeprefix(_PLUGINS).startswith(_PLUGINS_LEFT_OUT)
    return PurePosixPath(place).name.startswith(_LIBRARIES_LEFT_OUT)
