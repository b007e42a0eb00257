"""Scenarios `kill-save` and `enospc` at every system call of a save: old or new, never broken."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from counterproof.mdoc.errors import CryptoError
from counterproof.sealing.envelope import Purpose, open_sealed
from tests.kit import faults
from tests.kit.sealing import CHEAP_KDF, OTHER_PASSPHRASE, PASSPHRASE
from tests.kit.vaults import SAMPLE, VaultBox, fill

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NO_STRACE = faults.why_no_strace()
pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(1_200),
    pytest.mark.skipif(bool(NO_STRACE), reason=NO_STRACE),
]
PLAIN_CODES = {"sealing.disk-full", "sealing.disk-error", "sealing.read-only", "sealing.permission"}


def filled(folder: Path) -> VaultBox:
    box = VaultBox(folder, remembers=True)
    with box.create() as vault:
        fill(vault)
    return box


def each_fault(
    original: VaultBox, tmp_path: Path, action: str, *rest: str
) -> Iterator[tuple[VaultBox, faults.Run, str]]:
    """Yield, for every fault at every call after `ready`, the store and how the run ended."""
    box = VaultBox(tmp_path / "trial", remembers=True)
    command = faults.python("tests.kit.vault_saver", action, box.folder, *rest)
    reset(original, box)
    found = faults.points(command, tmp_path / "log")
    assert len(found) > 5
    for point in found:
        for fault in faults.FAULTS:
            reset(original, box)
            yield box, faults.inject(command, point, fault), f"{point.syscall} {point.nth} {fault}"


def reset(original: VaultBox, box: VaultBox) -> None:
    if box.folder.exists():
        shutil.rmtree(box.folder)
    shutil.copytree(original.folder, box.folder)


def said(run: faults.Run, word: str) -> list[list[str]]:
    return [line.split(" ") for line in run.lines if line.startswith(word)]


def check_refusals(box: VaultBox, run: faults.Run, where: str) -> None:
    """Hold a program that lived on to plain codes and to leaving no temporary file."""
    assert {words[1] for words in said(run, "refused")} <= PLAIN_CODES, where
    if run.exit_code >= 0:
        assert run.exit_code == 0, f"{where}: {run}"
        names = [path.name for path in box.folder.rglob("*")]
        assert not [name for name in names if ".tmp" in name], where


def test_scenario_wallet_store_enospc_and_kill_at_each_call_of_a_save(tmp_path: Path) -> None:
    for box, run, where in each_fault(filled(tmp_path / "original"), tmp_path, "save", "2"):
        check_refusals(box, run, where)
        acknowledged = {bytes.fromhex(words[1]): words[2].encode() for words in said(run, "saved")}
        with box.open() as vault:
            cards = {record.id: record.data for record in vault.records("card")}
            assert list(cards.values())[:2] == SAMPLE["card"], where
            assert acknowledged.items() <= cards.items(), where
            assert len(cards) <= 4, where
            assert vault.damaged() == [], where
            assert vault.rolled_back is None, where


def test_each_fault_while_a_vault_is_made(tmp_path: Path) -> None:
    original = VaultBox(tmp_path / "original")
    original.folder.mkdir()
    for box, run, where in each_fault(original, tmp_path, "create"):
        check_refusals(box, run, where)
        if box.path.exists():
            box.open().close()
        else:
            assert not said(run, "created"), where
            box.create().close()
        assert not [path for path in box.folder.iterdir() if ".tmp" in path.name], where


def test_each_fault_while_the_passphrase_is_changed(tmp_path: Path) -> None:
    original = filled(tmp_path / "original")
    for box, run, where in each_fault(original, tmp_path, "change", OTHER_PASSPHRASE):
        check_refusals(box, run, where)
        opened = [p for p in (PASSPHRASE, OTHER_PASSPHRASE) if opens(box, p)]
        assert len(opened) == 1, where
        if said(run, "changed"):
            assert opened == [OTHER_PASSPHRASE], where


def test_each_fault_while_a_backup_is_written(tmp_path: Path) -> None:
    for box, run, where in each_fault(filled(tmp_path / "original"), tmp_path, "export"):
        check_refusals(box, run, where)
        backup = box.folder / "backup"
        if backup.exists():
            open_sealed(backup.read_bytes(), PASSPHRASE, purpose=Purpose.VAULT_BACKUP, policy=CHEAP_KDF)
        else:
            assert not said(run, "exported"), where


def opens(box: VaultBox, passphrase: str) -> bool:

    try:
        with box.open(passphrase) as vault:
            assert [record.data for record in vault.records("card")] == SAMPLE["card"]
    except CryptoError:
        return False
    return True
