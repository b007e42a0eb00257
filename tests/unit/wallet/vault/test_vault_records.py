from __future__ import annotations

import os
import threading
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from counterproof.mdoc.errors import CounterproofError, CryptoError, StoreError, UsageError
from tests.kit.sealing import OTHER_PASSPHRASE, PASSPHRASE
from tests.kit.vaults import NOON
from wallet.vault.records import MAX_RECORD_BYTES, Record

if TYPE_CHECKING:
    from pathlib import Path

    from tests.kit.vaults import VaultBox
    from wallet.vault import Vault


def code_of(error: pytest.ExceptionInfo[CounterproofError]) -> str:
    return error.value.code


def contents(vault: Vault, kind: str) -> list[bytes]:
    return [record.data for record in vault.records(kind)]


def test_records_outlive_the_process_in_the_order_in_which_they_came(box: VaultBox) -> None:
    with box.create() as vault, vault.write() as tx:
        ids = [tx.add("card", bytes([number]) * number) for number in range(20)]
        tx.add("history", b"shown")
    with box.open() as vault:
        assert vault.ids("card") == ids
        assert contents(vault, "card") == [bytes([number]) * number for number in range(20)]
        assert contents(vault, "history") == [b"shown"]
        assert contents(vault, "other") == []
        assert len(vault) == 21


def test_record_is_replaced_in_place_and_deleted(box: VaultBox) -> None:
    with box.create() as vault:
        with vault.write() as tx:
            first, second = tx.add("card", b"one"), tx.add("card", b"two")
        with vault.write() as tx:
            tx.put("card", first, b"one, changed")
        with vault.write() as tx:
            tx.delete(second)
            tx.delete(os.urandom(16))
    with box.open() as vault:
        assert list(vault.records("card")) == [Record(first, "card", b"one, changed")]
        assert second not in vault
        with pytest.raises(UsageError) as caught:
            vault.get(second)
        assert code_of(caught) == "vault.no-such-record"


def test_transaction_sees_its_own_changes_and_the_vault_does_not(box: VaultBox) -> None:
    with box.create() as vault:
        with vault.write() as tx:
            record_id = tx.add("card", b"old")
        with vault.write() as tx:
            assert tx.get(record_id).data == b"old"
            tx.put("card", record_id, b"new")
            assert tx.get(record_id).data == b"new"
            assert vault.get(record_id).data == b"old"
            tx.delete(record_id)
            with pytest.raises(UsageError) as caught:
                tx.get(record_id)
            assert code_of(caught) == "vault.no-such-record"
            tx.put("card", record_id, b"back")
        assert vault.get(record_id).data == b"back"


def write_and_fail(vault: Vault, record_id: bytes) -> None:
    with vault.write() as tx:
        tx.put("card", record_id, b"new")
        tx.add("card", b"another")
        raise KeyError


def test_exception_in_a_transaction_saves_nothing(box: VaultBox) -> None:
    with box.create() as vault:
        with vault.write() as tx:
            record_id = tx.add("card", b"old")
        before = box.path.read_bytes()
        with pytest.raises(KeyError):
            write_and_fail(vault, record_id)
        assert box.path.read_bytes() == before
        assert contents(vault, "card") == [b"old"]


def test_write_within_a_write_is_refused_and_the_outer_one_lives(box: VaultBox) -> None:
    with box.create() as vault:
        with vault.write() as tx:
            tx.add("card", b"outer")
            with pytest.raises(UsageError) as caught, vault.write():
                pass
            assert code_of(caught) == "vault.nested-write"
        assert contents(vault, "card") == [b"outer"]


@pytest.mark.parametrize(
    ("kind", "record_id", "data", "code"),
    [
        ("card", b"short", b"", "vault.record-id"),
        ("", bytes(16), b"", "vault.record-kind"),
        ("k" * 33, bytes(16), b"", "vault.record-kind"),
        ("çard", bytes(16), b"", "vault.record-kind"),
        ("card", bytes(16), bytes(MAX_RECORD_BYTES + 1), "vault.record-too-large"),
    ],
)
def test_what_does_not_fit_is_refused(
    box: VaultBox, kind: str, record_id: bytes, data: bytes, code: str
) -> None:
    with box.create() as vault:
        with pytest.raises(UsageError) as caught, vault.write() as tx:
            tx.put(kind, record_id, data)
        assert code_of(caught) == code
        assert len(vault) == 0


def test_closed_vault_gives_nothing(box: VaultBox) -> None:
    vault = box.create()
    with vault.write() as tx:
        record_id = tx.add("card", b"one")
    vault.close()
    vault.close()
    for use in (
        lambda: vault.get(record_id),
        lambda: vault.write().__enter__(),
        lambda: list(vault.records("card")),
    ):
        with pytest.raises(UsageError) as caught:
            use()
        assert code_of(caught) == "vault.closed"


def test_threads_share_a_vault(box: VaultBox) -> None:
    def work(vault: Vault, number: int) -> None:
        for step in range(10):
            with vault.write() as tx:
                tx.add("card", bytes([number, step]))
            contents(vault, "card")

    with box.create() as vault:
        threads = [threading.Thread(target=work, args=(vault, number)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    with box.open() as vault:
        assert sorted(contents(vault, "card")) == [bytes([n, step]) for n in range(4) for step in range(10)]


def test_passphrase_is_changed_and_the_records_stay(box: VaultBox) -> None:
    with box.create() as vault:
        with vault.write() as tx:
            tx.add("card", b"one")
        vault.change_passphrase(PASSPHRASE, OTHER_PASSPHRASE)
    with pytest.raises(CryptoError) as caught:
        box.open(PASSPHRASE)
    assert code_of(caught) == "sealing.cannot-open"
    with box.open(OTHER_PASSPHRASE) as vault:
        assert contents(vault, "card") == [b"one"]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (OTHER_PASSPHRASE, PASSPHRASE, "sealing.cannot-open"),
        (PASSPHRASE, "1234", "sealing.passphrase-pin"),
    ],
)
def test_passphrase_is_not_changed(box: VaultBox, old: str, new: str, code: str) -> None:
    with box.create() as vault, pytest.raises(CounterproofError) as caught:
        vault.change_passphrase(old, new)
    assert code_of(caught) == code
    box.open(PASSPHRASE).close()


def test_vault_is_never_made_over_a_file(box: VaultBox) -> None:
    box.create().close()
    before = box.path.read_bytes()
    with pytest.raises(UsageError) as caught:
        box.create()
    assert code_of(caught) == "vault.exists"
    assert box.path.read_bytes() == before


def test_missing_vault_is_not_made_by_opening(box: VaultBox) -> None:
    with pytest.raises(StoreError) as caught:
        box.open()
    assert code_of(caught) == "sealing.missing"
    assert list(box.folder.iterdir()) == []


def test_journal_of_a_vault_long_gone_is_not_played_back(box: VaultBox) -> None:
    journal = box.path.with_name("vault-journal")
    journal.write_bytes(b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7" + bytes(600))
    with box.create() as vault, vault.write() as tx:
        tx.add("card", b"one")
    assert not journal.exists()


def test_save_tells_its_time_and_number(box: VaultBox) -> None:
    with box.create() as vault:
        assert (vault.counter, vault.last_saved) == (1, NOON)
        box.clock.advance(60)
        with vault.write() as tx:
            tx.add("card", b"one")
        assert (vault.counter, vault.last_saved) == (2, NOON + timedelta(minutes=1))
    with box.open() as vault:
        assert (vault.counter, vault.last_saved) == (2, NOON + timedelta(minutes=1))


def test_backup_holds_every_record_and_each_passes_the_transform(box: VaultBox, tmp_path: Path) -> None:
    with box.create() as vault:
        with vault.write() as tx:
            card, _ = tx.add("card", b"fresh"), tx.add("session", b"for this machine alone")
        vault.export(tmp_path / "backup", PASSPHRASE)
    other = type(box)(tmp_path / "other")

    def transform(record: Record) -> bytes | None:
        return b"used" if record.kind == "card" else None

    with other.restore(tmp_path / "backup", transform, OTHER_PASSPHRASE) as vault:
        assert list(vault.records("card")) == [Record(card, "card", b"used")]
        assert len(vault) == 1
    with other.open(OTHER_PASSPHRASE) as vault:
        assert contents(vault, "card") == [b"used"]


@pytest.mark.parametrize("cut", [1, 50, 88, 100])
def test_damaged_backup_makes_no_vault(box: VaultBox, tmp_path: Path, cut: int) -> None:
    with box.create() as vault:
        vault.export(tmp_path / "backup", PASSPHRASE)
    (tmp_path / "backup").write_bytes((tmp_path / "backup").read_bytes()[:cut])
    other = type(box)(tmp_path / "other")
    with pytest.raises(CryptoError) as caught:
        other.restore(tmp_path / "backup")
    assert code_of(caught) == "sealing.cannot-open"
    assert not other.path.exists()


def test_backup_is_not_written_over_a_file_nor_for_a_weak_passphrase(box: VaultBox, tmp_path: Path) -> None:
    with box.create() as vault:
        vault.export(tmp_path / "backup", PASSPHRASE)
        for target, passphrase, code in (
            ("backup", PASSPHRASE, "sealing.exists"),
            ("new", "1234", "sealing.passphrase-pin"),
        ):
            with pytest.raises(UsageError) as caught:
                vault.export(tmp_path / target, passphrase)
            assert code_of(caught) == code
    assert not (tmp_path / "new").exists()


def test_what_is_deleted_is_overwritten_and_every_save_waits_for_the_disk(box: VaultBox) -> None:
    """Set before the first write of each opening: SQLite's own settings promise less."""
    box.create().close()
    with box.open() as vault:
        for _ in range(2):
            with vault.write() as tx:
                tx.add("card", b"one")
            assert vault._store is not None
            connection = vault._store._connection
            found = {
                name: connection.execute(f"PRAGMA {name}").fetchone()[0]
                for name in ("secure_delete", "synchronous", "temp_store", "cell_size_check")
            }
            assert found == {"secure_delete": 1, "synchronous": 3, "temp_store": 2, "cell_size_check": 1}
