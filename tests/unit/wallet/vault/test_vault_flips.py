"""Every byte of a small vault changed: refused or without effect, never other data."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from tests.kit.vaults import REFUSALS, VaultBox, fill, flip, outcome

if TYPE_CHECKING:
    from pathlib import Path


def outcomes(tmp_path: Path, offsets: slice) -> Counter[str]:
    box = VaultBox(tmp_path)
    with box.create() as vault:
        fill(vault)
    whole = box.path.read_bytes()
    found: Counter[str] = Counter()
    for offset in range(len(whole))[offsets]:
        box.path.write_bytes(flip(whole, offset, offset % 8))
        result = outcome(box)
        assert result in REFUSALS | {"same"}, offset
        found[result] += 1
    return found


def test_flipped_bytes_are_refused_or_without_effect(tmp_path: Path) -> None:
    found = outcomes(tmp_path, slice(None, None, 23))
    assert found["vault.record-damaged"]
    assert found["vault.damaged"]
    assert found["same"]


def test_flips_of_the_first_page_are_refused_or_without_effect(tmp_path: Path) -> None:
    found = outcomes(tmp_path, slice(0, 110))
    assert {"vault.not-ours", "vault.version-newer", "vault.damaged"} <= set(found)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_every_flipped_byte_is_refused_or_without_effect(tmp_path: Path) -> None:
    found = outcomes(tmp_path, slice(None))
    assert found["same"] < found.total()
