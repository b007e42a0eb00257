"""A wallet with a card of residency in it, and the counter of a town that published its lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.kit.clerk import Desk, Town
from tests.kit.wallets import RESIDENCY, WalletBox

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from wallet.holder import Holder


@pytest.fixture
def box(tmp_path: Path) -> WalletBox:
    return WalletBox(tmp_path)


@pytest.fixture
def holder(box: WalletBox) -> Iterator[Holder]:
    with box.holder() as opened:
        box.give(opened, RESIDENCY, copies=4)
        yield opened


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return Town(tmp_path / "published")


@pytest.fixture
def desk(town: Town, tmp_path: Path) -> Desk:
    return Desk(town, tmp_path / "desk")
