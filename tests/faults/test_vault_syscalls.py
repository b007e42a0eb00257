"""Scenarios `kill-save` and `enospc` at every system call of a save: old or new, never broken."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from counterproof.mdoc.errors import CryptoError
from counterproof.sealing.envelope import Purpose, open_sealed
from tests.kit.fault_sizes import PLAIN_CODES, STEPS, needs_strace
from tests.kit.forkserver import ForkServer
from tests.kit.sealing import CHEAP_KDF, OTHER_PASSPHRASE, PASSPHRASE
from tests.kit.vaults import SAMPLE, VaultBox, fill

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.kit import faults

    Tried = Callable[[str, int], None]
    Each = Callable[..., Iterator[tuple[VaultBox, faults.Run, str]]]

pytestmark = [needs_strace, pytest.mark.parametrize("step", STEPS)]


@pytest.fixture(scope="module")
def server() -> Iterator[ForkServer]:
    with ForkServer("tests.kit.vault_saver") as made:
        yield made


def filled(folder: Path) -> VaultBox:
    box = VaultBox(folder, remembers=True)
    with box.create() as vault:
        fill(vault)
    return box


@pytest.fixture
def each_fault(server: ForkServer, tmp_path: Path, step: int, tried: Tried) -> Each:
    """Return what yields, for every fault at every call after `ready`, the store and how the run ended."""

    def each(original: VaultBox, *words: str) -> Iterator[tuple[VaultBox, faults.Run, str]]:
        box = VaultBox(tmp_path / "trial", remembers=True)

        def reset() -> None:
            if box.folder.exists():
                shutil.rmtree(box.folder)
            shutil.copytree(original.folder, box.folder)

        action, *rest = words
        trials = 0
        for where, run in server.every_fault(reset, tmp_path / "log", action, box.folder, *rest, step=step):
            yield box, run, where
            trials += 1
        tried(f"wallet: faults at every call of: {action}", trials)

    return each


def said(run: faults.Run, word: str) -> list[list[str]]:
    return [line.split(" ") for line in run.lines if line.startswith(word)]


def check_refusals(box: VaultBox, run: faults.Run, where: str) -> None:
    """Hold a program that lived on to plain codes and to leaving no temporary file."""
    # A page that cannot be read is damage to SQLite, whatever the system says; nothing is changed by it.
    unreadable = {"vault.damaged"} if where.startswith("pread64") else set()
    assert {words[1] for words in said(run, "refused")} <= PLAIN_CODES | unreadable, where
    if run.exit_code >= 0:
        assert (run.exit_code, run.errors) == (0, ""), f"{where}: {run}"
        names = [path.name for path in box.folder.rglob("*")]
        assert not [name for name in names if ".tmp" in name], where


def test_scenario_wallet_store_enospc_and_kill_at_each_call_of_a_save(
    tmp_path: Path, each_fault: Each
) -> None:
    for box, run, where in each_fault(filled(tmp_path / "original"), "save", "2"):
        check_refusals(box, run, where)
        acknowledged = {bytes.fromhex(words[1]): words[2].encode() for words in said(run, "saved")}
        with box.open() as vault:
            cards = {record.id: record.data for record in vault.records("card")}
            assert list(cards.values())[:2] == SAMPLE["card"], where
            assert acknowledged.items() <= cards.items(), where
            assert len(cards) <= 4, where
            assert vault.damaged() == [], where
            assert vault.rolled_back is None, where


def test_each_fault_while_a_vault_is_made(tmp_path: Path, each_fault: Each) -> None:
    original = VaultBox(tmp_path / "original")
    original.folder.mkdir()
    for box, run, where in each_fault(original, "create"):
        check_refusals(box, run, where)
        if box.path.exists():
            box.open().close()
        else:
            assert not said(run, "created"), where
            box.create().close()
        assert not [path for path in box.folder.iterdir() if ".tmp" in path.name], where


def test_each_fault_while_the_passphrase_is_changed(tmp_path: Path, each_fault: Each) -> None:
    original = filled(tmp_path / "original")
    for box, run, where in each_fault(original, "change", OTHER_PASSPHRASE):
        check_refusals(box, run, where)
        opened = [p for p in (PASSPHRASE, OTHER_PASSPHRASE) if opens(box, p)]
        assert len(opened) == 1, where
        if said(run, "changed"):
            assert opened == [OTHER_PASSPHRASE], where


def test_each_fault_while_a_backup_is_written(tmp_path: Path, each_fault: Each) -> None:
    for box, run, where in each_fault(filled(tmp_path / "original"), "export"):
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
