from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.kit.wallets import WalletBox

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
        yield opened
