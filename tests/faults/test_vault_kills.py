"""Scenario `kill-save` of the wallet's store, at random moments: nothing acknowledged is lost."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from tests.kit import faults
from tests.kit.vaults import VaultBox

if TYPE_CHECKING:
    from pathlib import Path


def kill_again_and_again(folder: Path, rounds: int) -> int:
    """Kill a saving wallet `rounds` times; return how many saves were acknowledged in all."""
    box = VaultBox(folder, remembers=True)
    box.create().close()
    dice = random.Random(20261123)
    acknowledged: dict[str, str] = {}
    for _ in range(rounds):
        run = faults.kill_at_random(
            faults.python("tests.kit.vault_saver", "save", folder, "-1"), longest=0.15, dice=dice
        )
        assert run.exit_code == -9
        for line in run.lines:
            word, record_id, content = line.split(" ")
            assert word == "saved"
            acknowledged[record_id] = content
        check(box, acknowledged)
    return len(acknowledged)


def check(box: VaultBox, acknowledged: dict[str, str]) -> None:
    with box.open() as vault:
        assert vault.rolled_back is None
        found = {record.id.hex(): record.data.decode() for record in vault.records("card")}
        counters = [record.data.decode() for record in vault.records("counter")]
    missing = acknowledged.keys() - found.keys()
    assert not missing, f"{len(missing)} acknowledged records are lost"
    assert all(found[record_id] == content for record_id, content in acknowledged.items())
    # One save may have reached the disk and not the pipe; the record beside it came in the same save.
    if counters:
        assert counters == [list(found.values())[-1]]
        acknowledged.update(found)


def test_scenario_wallet_store_kill_save(tmp_path: Path) -> None:
    assert kill_again_and_again(tmp_path, 10) > 10


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_scenario_wallet_store_kill_save_a_hundred_times(tmp_path: Path) -> None:
    assert kill_again_and_again(tmp_path, 100) > 100
