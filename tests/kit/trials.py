"""Trials over the same files again and again."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


class Twice:
    """A folder that a trial may spoil, and how it was before."""

    def __init__(self, folder: Path, before: Path) -> None:
        self._folder, self._before = folder, before
        shutil.copytree(folder, before)

    def again(self) -> None:
        """Bring the folder back to how it was."""
        shutil.rmtree(self._folder)
        shutil.copytree(self._before, self._folder)
