"""A wallet's file in the hands of somebody without the passphrase; each test's id names its scenario."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
from typing import TYPE_CHECKING

import pytest

from counterproof.mdoc.errors import CounterproofError
from counterproof.sealing.envelope import Purpose, open_sealed
from tests.kit.sealing import CHEAP_KDF, OTHER_PASSPHRASE, PASSPHRASE
from tests.kit.vaults import REFUSALS, VaultBox, edit, flip, outcome

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


PERCENTAGES = (0, 1, 2, 5, 10, 25, 50, 75, 90, 99, 100)


def open_backup(content: bytes) -> bytes:
    return open_sealed(content, PASSPHRASE, purpose=Purpose.VAULT_BACKUP, policy=CHEAP_KDF)


def backup_code(content: bytes) -> str:
    with pytest.raises(CounterproofError) as caught:
        open_backup(content)
    return caught.value.code


@pytest.mark.parametrize(
    "percentage",
    [pytest.param(p, id=f"scenario_wallet_store_bitflip-{n}") for n, p in enumerate(PERCENTAGES)],
)
def test_bitflip(filled: VaultBox, backup: Path, percentage: int) -> None:
    for bit in range(8):
        content = backup.read_bytes()
        changed = flip(content, round((len(content) - 1) * percentage / 100), bit)
        assert backup_code(changed) in REFUSALS
    whole = filled.path.read_bytes()
    for bit in range(8):
        filled.path.write_bytes(flip(whole, round((len(whole) - 1) * percentage / 100), bit))
        # A vault is a database: a flip in a page or a gap that nothing uses changes nothing.
        assert outcome(filled) in REFUSALS | {"same"}


def test_scenario_wallet_store_truncate_each(filled: VaultBox, backup: Path) -> None:
    sealed, whole = backup.read_bytes(), filled.path.read_bytes()
    for step in range(200):
        assert backup_code(sealed[: len(sealed) * step // 200]) in REFUSALS | {"sealing.empty"}
        filled.path.write_bytes(whole[: len(whole) * step // 200])
        assert outcome(filled) in REFUSALS | {"vault.empty"}


def test_scenario_wallet_store_append(filled: VaultBox, backup: Path) -> None:
    whole = filled.path.read_bytes()
    for tail in (b"\0", bytes(4096), whole):
        assert backup_code(backup.read_bytes() + tail) == "sealing.cannot-open"
        filled.path.write_bytes(whole + tail)
        assert outcome(filled) == "vault.damaged"


def test_scenario_wallet_store_chunk_swap(filled: VaultBox) -> None:
    edit(
        filled,
        "CREATE TEMP TABLE swapped AS"
        " SELECT id, lead(sealed, 1, sealed) OVER (ORDER BY id) AS s FROM records",
        "UPDATE records SET sealed = (SELECT s FROM swapped WHERE swapped.id = records.id)",
    )
    assert outcome(filled) == "vault.record-damaged"


@pytest.mark.parametrize(
    "statements",
    [
        ("DELETE FROM records WHERE id = (SELECT max(id) FROM records)",),
        ("DELETE FROM records",),
        ("DELETE FROM head",),
        ("DROP TABLE records",),
    ],
)
def test_scenario_wallet_store_chunk_drop_last(filled: VaultBox, statements: tuple[str, ...]) -> None:
    edit(filled, *statements)
    assert outcome(filled) == "vault.damaged"


@pytest.mark.parametrize(
    "statements",
    [
        ("INSERT INTO records VALUES (zeroblob(16), zeroblob(100))",),
        ("INSERT INTO records SELECT randomblob(16), sealed FROM records",),
        ("INSERT INTO head SELECT * FROM head",),
        ("UPDATE head SET manifest = CAST(manifest AS TEXT)",),
        ("CREATE TRIGGER evil AFTER UPDATE ON head BEGIN DELETE FROM records; END",),
        ("CREATE VIEW evil AS SELECT * FROM head",),
        ("CREATE INDEX evil ON head (manifest)",),
    ],
)
def test_rows_and_schema_that_are_not_ours_are_refused(filled: VaultBox, statements: tuple[str, ...]) -> None:
    edit(filled, *statements)
    assert outcome(filled) == "vault.damaged"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE records SET id = randomblob(16) WHERE id = (SELECT max(id) FROM records)",
        "UPDATE records SET id = CAST(id AS TEXT)",
        "UPDATE records SET id = 7 WHERE id = (SELECT max(id) FROM records)",
        "UPDATE records SET sealed = CAST(sealed AS TEXT)",
        "UPDATE records SET sealed = substr(sealed, 1, 11)",
        "UPDATE records SET sealed = NULL",
    ],
)
def test_rows_put_in_place_of_others_are_named_and_can_be_deleted(filled: VaultBox, statement: str) -> None:
    edit(filled, statement)
    assert outcome(filled) in {"vault.record-damaged", "vault.damaged"}
    with filled.open() as vault:
        damaged = vault.damaged()
        assert 0 < len(damaged) <= 3
        with vault.write() as tx:
            for record_id in damaged:
                tx.delete(record_id)
    with filled.open() as vault:
        assert vault.damaged() == []
        assert len(vault) == 3 - len(damaged)


@pytest.mark.parametrize("table", ["records", "head"])
def test_scenario_wallet_store_chunk_from_older_save(filled: VaultBox, tmp_path: Path, table: str) -> None:
    shutil.copyfile(filled.path, tmp_path / "older")
    with filled.open() as vault, vault.write() as tx:
        record = next(vault.records("card"))
        tx.put("card", record.id, b"used up")
    with contextlib.closing(sqlite3.connect(filled.path)) as connection, connection:
        connection.execute("ATTACH ? AS older", (os.fspath(tmp_path / "older"),))
        if "records" in table:
            connection.execute("DELETE FROM main.records")
            connection.execute("INSERT INTO main.records SELECT * FROM older.records")
        if "head" in table:
            connection.execute("DELETE FROM main.head")
            connection.execute("INSERT INTO main.head SELECT * FROM older.head")
    assert outcome(filled) in {"vault.damaged", "vault.record-damaged"}


def test_older_sealed_key_put_back_is_refused(filled: VaultBox, tmp_path: Path) -> None:
    shutil.copyfile(filled.path, tmp_path / "older")
    with filled.open() as vault:
        vault.change_passphrase(PASSPHRASE, OTHER_PASSPHRASE)
    with contextlib.closing(sqlite3.connect(filled.path)) as connection, connection:
        connection.execute("ATTACH ? AS older", (os.fspath(tmp_path / "older"),))
        connection.execute("UPDATE main.head SET envelope = (SELECT envelope FROM older.head)")
    assert outcome(filled) == "vault.damaged"


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        pytest.param(
            lambda e: e[:12] + (33).to_bytes(4, "big") + e[16:],
            {"sealing.cannot-open"},
            id="scenario_wallet_store_header-kdf-lower-seal",
        ),
        pytest.param(
            lambda e: e[:12] + (1).to_bytes(4, "big") + e[16:],
            {"sealing.kdf-out-of-range"},
            id="scenario_wallet_store_header-kdf-lower-range",
        ),
        *[
            pytest.param(
                lambda e, at=at, value=value: e[:at] + value.to_bytes(4, "big") + e[at + 4 :],
                {"sealing.kdf-out-of-range"},
                id=f"scenario_wallet_store_header-kdf-bomb-{name}-{value:#x}",
            )
            for at, name in ((12, "memory"), (16, "passes"), (20, "lanes"))
            for value in (0, 2**30, 2**31, 2**32 - 1)
        ],
        *[
            pytest.param(
                lambda e, at=at, value=value: e[:at] + bytes([value]) + e[at + 1 :],
                {"sealing.algorithm"},
                id=f"scenario_wallet_store_header-alg-{name}-{value}",
            )
            for at, name in ((10, "kdf"), (11, "cipher"))
            for value in (0, 2, 255)
        ],
    ],
)
def test_header_of_the_sealed_key(
    filled: VaultBox, change: Callable[[bytes], bytes], codes: set[str]
) -> None:
    with contextlib.closing(sqlite3.connect(filled.path)) as connection, connection:
        (envelope,) = connection.execute("SELECT envelope FROM head").fetchone()
        connection.execute("UPDATE head SET envelope = ?", (change(envelope),))
    assert outcome(filled) in codes
