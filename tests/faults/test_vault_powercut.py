"""Scenarios `powerloss` and `temp-plain` of the wallet's store, from a trace of its writes."""

from __future__ import annotations

import random
import shutil
from typing import TYPE_CHECKING

import pytest

from tests.kit import faults
from tests.kit.powercut import Image, PowerCut, bytes_written
from tests.kit.vaults import SAMPLE, VaultBox, fill

if TYPE_CHECKING:
    from pathlib import Path

NO_STRACE = faults.why_no_strace()
pytestmark = [pytest.mark.skipif(bool(NO_STRACE), reason=NO_STRACE), pytest.mark.timeout(600)]


def filled(folder: Path) -> VaultBox:
    box = VaultBox(folder, remembers=True)
    with box.create() as vault:
        fill(vault)
    return box


def check(image: Image) -> None:
    acknowledged = dict(line.split(" ")[1:] for line in image.acknowledged)
    with VaultBox(image.folder, remembers=True).open() as vault:
        cards = {record.id.hex(): record.data.decode() for record in vault.records("card")}
        assert acknowledged.items() <= cards.items(), image.after
        assert len(cards) <= len(acknowledged) + len(SAMPLE["card"]) + 1, image.after
        assert vault.damaged() == [], image.after
        assert vault.rolled_back is None, image.after
    shutil.rmtree(image.folder)


def cut_power(tmp_path: Path, saves: int, draws: int) -> int:
    box = filled(tmp_path / "folder")
    command = faults.python("tests.kit.vault_saver", "save", box.folder, str(saves))
    cuts = 0
    dice = random.Random(7)
    for image in PowerCut(box.folder).images(command, tmp_path / "log", dice, draws):
        check(image)
        cuts += 1
    return cuts


def test_scenario_wallet_store_powerloss(tmp_path: Path) -> None:
    assert cut_power(tmp_path, saves=3, draws=2) > 100


@pytest.mark.slow
def test_scenario_wallet_store_powerloss_in_full(tmp_path: Path) -> None:
    assert cut_power(tmp_path, saves=12, draws=12) > 3_000


def test_model_notices_a_store_that_does_not_flush(tmp_path: Path) -> None:
    """Cut the power under a program that writes in place, so that the model itself is tested."""
    target = tmp_path / "folder" / "vault"
    target.parent.mkdir()
    target.write_bytes(b"old" * 1_000)
    script = (
        "import sys; print('ready', flush=True); f = open(sys.argv[1], 'r+b', buffering=0)\n"
        "f.write(b'new' * 1000); print('saved', flush=True)\n"
    )
    command = [*faults.python("x")[:1], "-c", script, str(target)]
    contents = {
        (image.folder / "vault").read_bytes()
        for image in PowerCut(target.parent).images(command, tmp_path / "log", random.Random(1), 50)
    }
    assert contents - {b"old" * 1_000, b"new" * 1_000}


def test_scenario_wallet_store_temp_plain_in_every_write(tmp_path: Path) -> None:
    box = filled(tmp_path / "folder")
    for action, *rest in (("save", "4"), ("export",)):
        command = faults.python("tests.kit.vault_saver", action, box.folder, *rest)
        written = bytes_written(command, tmp_path / "log")
        assert sum(map(len, written)) > 3_000
        for data in written:
            assert not any(plain in data for plain in (b"xxxx", b"PLAINTEXT", b"card", b"lantern"))
