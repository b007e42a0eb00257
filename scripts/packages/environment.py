"""The environment in which packages are built: the locked packages and the project itself, not editable."""

from __future__ import annotations

import subprocess
import sys
import venv
from pathlib import Path

from scripts.packages.programs import ROOT

LOCK = ROOT / "requirements-package.lock"


def prepare(folder: Path, wheel: Path) -> Path:
    """Return an environment in `folder` with everything of the lock and this `wheel` in it."""
    stamp = folder / ".lock"
    python = folder / "bin" / "python"
    wanted = LOCK.read_text() + sys.version
    if not stamp.exists() or stamp.read_text() != wanted:
        venv.create(folder, clear=True)
        _install(python, "--require-hashes", "--requirement", str(LOCK))
        stamp.write_text(wanted)
    _install(python, "--reinstall", str(wheel))
    return folder


def _install(python: Path, *arguments: str) -> None:
    """Install what is named and nothing that it asks for, with uv: pip takes minutes for the same.

    It compiles nothing: bytecode names its folder, and some of it is called `license` and would end among the
    licences.
    """
    uv = Path(sys.executable).with_name("uv")
    subprocess.run([uv, "pip", "install", "--quiet", "--no-deps", "--python", python, *arguments], check=True)
