from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.kit.vaults import VaultBox

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def box(tmp_path: Path) -> VaultBox:
    return VaultBox(tmp_path)
