"""Scenario `kill-save` of the wallet's store, at random moments: nothing acknowledged is lost."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from tests.kit.fault_sizes import KILLS
from tests.kit.forkserver import ForkServer
from tests.kit.vaults import VaultBox

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


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


@pytest.mark.parametrize("kills", KILLS)
def test_scenario_wallet_store_kill_save(
    tmp_path: Path, kills: int, tried: Callable[[str, int], None]
) -> None:
    dice = random.Random(20261123)
    saves = 0
    with ForkServer("tests.kit.vault_saver") as server:
        for number in range(kills):
            if number % 50 == 0:  # a vault of thousands of records takes long to look through
                box = VaultBox(tmp_path / str(number), remembers=True)
                box.folder.mkdir()
                box.create().close()
                acknowledged: dict[str, str] = {}
            run = server.kill_at_random("save", box.folder, "-1", longest=0.1, dice=dice, most_lines=6)
            assert run.exit_code == -9
            for line in run.lines:
                word, record_id, content = line.split(" ")
                assert word == "saved"
                acknowledged[record_id] = content
            saves += len(run.lines)
            check(box, acknowledged)
    assert saves > kills
    tried("wallet: kills at random moments of saving", kills)
