"""The environment in which packages are built: the locked packages and the project itself, not editable."""

from __future__ import annotations

import subprocess
import sys
import venv
from typing import TYPE_CHECKING

from scripts.packages.programs import ROOT

if TYPE_CHECKING:
    from pathlib import Path

LOCK = ROOT / "requirements-package.lock"


def prepare(folder: Path, wheel: Path) -> Path:
    """Return an environment in `folder` with everything of the lock and this `wheel` in it."""
    stamp = folder / ".lock"
    python = folder / "bin" / "python"
    wanted = LOCK.read_text() + sys.version
    if not stamp.exists() or stamp.read_text() != wanted:
        venv.create(folder, with_pip=True, clear=True)
        _pip(python, "--no-deps", "--require-hashes", "-r", str(LOCK))
        stamp.write_text(wanted)
    _pip(python, "--no-deps", "--force-reinstall", str(wheel))
    return folder


def _pip(python: Path, *arguments: str) -> None:
    command = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *arguments]
    # Bytecode names its folder, and some of it is called `license` and ends among the licences.
    command.append("--no-compile")
    subprocess.run(command, check=True)
