from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.kit.sealing import PASSPHRASE
from tests.kit.vaults import VaultBox, fill

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def box(tmp_path: Path) -> VaultBox:
    return VaultBox(tmp_path)


@pytest.fixture
def filled(box: VaultBox) -> VaultBox:
    with box.create() as vault:
        fill(vault)
    return box


@pytest.fixture
def backup(filled: VaultBox, tmp_path: Path) -> Path:
    with filled.open() as vault:
        vault.export(tmp_path / "backup", PASSPHRASE)
    return tmp_path / "backup"
