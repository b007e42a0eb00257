"""The situations of a wallet's file that must end as stated; each test's id names its scenario.

`kill-save`, `enospc`, `powerloss` and the strace half of `temp-plain` stand in `tests/faults`.
"""

from __future__ import annotations

import contextlib
import os
import resource
import shutil
import sqlite3
import stat
import subprocess
import sys
import unicodedata
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from counterproof.mdoc.errors import CounterproofError, StoreError, UsageError
from counterproof.sealing import kdf
from counterproof.sealing.envelope import Purpose, open_sealed
from tests.kit.sealing import CHEAP_KDF, OTHER_PASSPHRASE, PASSPHRASE
from tests.kit.vaults import NOON, REFUSALS, SAMPLE, VaultBox, fill, flip, outcome

if TYPE_CHECKING:
    from collections.abc import Callable

    from wallet.vault import Record

PERCENTAGES = (0, 1, 2, 5, 10, 25, 50, 75, 90, 99, 100)


@pytest.fixture
def filled(box: VaultBox) -> VaultBox:
    with box.create() as vault:
        fill(vault)
    return box


@pytest.fixture
def backup(filled: VaultBox, tmp_path: Path) -> Path:
    with filled.open() as vault:
        vault.export(tmp_path / "backup", PASSPHRASE)
    return tmp_path / "backup"


def edit(box: VaultBox, *statements: str) -> None:
    """Change rows as somebody would who has the file and SQLite, and no key."""
    with contextlib.closing(sqlite3.connect(box.path)) as connection, connection:
        for statement in statements:
            connection.execute(statement)


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


def test_scenario_wallet_store_version_newer(filled: VaultBox) -> None:
    edit(filled, "PRAGMA user_version = 2")
    before, when = filled.path.read_bytes(), filled.path.stat().st_mtime_ns
    assert outcome(filled) == "vault.version-newer"
    assert (filled.path.read_bytes(), filled.path.stat().st_mtime_ns) == (before, when)


def test_scenario_wallet_store_nonce_reuse(box: VaultBox) -> None:
    nonces: set[bytes] = set()
    with box.create() as vault, contextlib.closing(sqlite3.connect(box.path)) as connection:
        record_id = os.urandom(16)
        for number in range(1_000):
            with vault.write() as tx:
                tx.put("card", record_id, b"the same bytes each time")
            (manifest,) = connection.execute("SELECT manifest FROM head").fetchone()
            (sealed,) = connection.execute("SELECT sealed FROM records").fetchone()
            nonces |= {manifest[:12], sealed[:12]}
            assert len(nonces) == 2 * (number + 1)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        pytest.param(b"", "vault.empty", id="scenario_wallet_store_empty"),
        pytest.param(
            b"\x89PNG\r\n\x1a\n" + bytes(200), "vault.not-ours", id="scenario_wallet_store_not-ours"
        ),
        pytest.param(b"SQLite format 3\0" + bytes(200), "vault.not-ours", id="another-database"),
        pytest.param(b"SQLite", "vault.damaged", id="torn-after-six-bytes"),
    ],
)
def test_files_that_hold_no_vault(box: VaultBox, content: bytes, code: str) -> None:
    box.path.write_bytes(content)
    assert outcome(box) == code
    assert box.path.read_bytes() == content


def test_scenario_wallet_store_huge(filled: VaultBox) -> None:
    os.truncate(filled.path, 10 * 2**30)
    assert outcome(filled) == "vault.too-large"


@pytest.mark.parametrize("target", ["/dev/zero", "fifo", "vault-elsewhere", "nothing"])
def test_scenario_wallet_store_symlink(filled: VaultBox, tmp_path: Path, target: str) -> None:
    filled.path.rename(tmp_path / "vault-elsewhere")
    os.mkfifo(tmp_path / "fifo")
    filled.path.symlink_to(tmp_path / target)
    assert outcome(filled) == "sealing.not-a-file"
    filled.path.unlink()
    os.mkfifo(filled.path)
    assert outcome(filled) == "sealing.not-a-file"


def test_scenario_wallet_store_perms(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        box = VaultBox(tmp_path / "new" / "folder", remembers=True)
        with box.create() as vault:
            fill(vault)
            vault.export(box.folder / "backup", PASSPHRASE)
    finally:
        os.umask(before)
    for path in (tmp_path / "new").rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path.name
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700


def test_scenario_wallet_store_temp_plain(box: VaultBox) -> None:
    with box.create() as vault:
        fill(vault)
        fill(vault)
        vault.export(box.folder / "backup", PASSPHRASE)
        written = [path.read_bytes() for path in box.folder.rglob("*") if path.is_file()]
    assert len(written) == 3  # vault, lock, backup
    for content in written:
        for secret in (b"PLAINTEXT", b"card", b"history", PASSPHRASE.encode()[:8]):
            assert secret not in content


def test_deleted_record_leaves_no_bytes_behind(filled: VaultBox) -> None:
    with filled.open() as vault:
        with contextlib.closing(sqlite3.connect(filled.path)) as connection:
            sealed = [row[0] for row in connection.execute("SELECT sealed FROM records")]
        with vault.write() as tx:
            for kind in SAMPLE:
                for record_id in vault.ids(kind):
                    tx.delete(record_id)
    content = filled.path.read_bytes()
    assert all(body[:24] not in content and body[-24:] not in content for body in sealed)


def test_scenario_wallet_store_core_dump(tmp_path: Path) -> None:
    script = (
        "import os, signal; from counterproof.sealing.process import harden; harden()\n"
        "secret = b'PLAINTEXT in memory'; os.kill(os.getpid(), signal.SIGABRT)\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.fspath(Path(__file__).parents[3])}
    ran = subprocess.run(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        check=False,
        preexec_fn=_allow_core_files,
    )
    assert ran.returncode == -6
    assert b"PLAINTEXT" not in ran.stderr + ran.stdout
    assert list(tmp_path.iterdir()) == []


def _allow_core_files() -> None:
    hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
    resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))


def test_scenario_wallet_store_clipboard() -> None:
    """No window exists here: what can be held is that the store never reaches for a clipboard."""
    root = Path(__file__).parents[3]
    for source in [*(root / "wallet" / "vault").glob("*.py"), *(root / "counterproof/sealing").glob("*.py")]:
        text = source.read_text().lower()
        assert not any(word in text for word in ("clipboard", "pyperclip", "xclip", "wl-copy", "xsel")), (
            source
        )


def test_scenario_wallet_store_wrong_pass_1000(filled: VaultBox) -> None:
    assert kdf.STANDARD.chosen.memory_kib >= 64 * 1024
    assert kdf.STANDARD.chosen.iterations >= 4  # some 300 ms on the machine this was chosen on
    for number in range(1_000):
        with pytest.raises(CounterproofError) as caught:
            filled.open(f"{OTHER_PASSPHRASE} {number}")
        assert str(caught.value) == "sealing.cannot-open"
    assert outcome(filled) == "same"


def test_scenario_wallet_store_pin_4(box: VaultBox) -> None:
    with pytest.raises(UsageError) as caught:
        box.create("1234")
    assert caught.value.code == "sealing.passphrase-pin"
    assert caught.value.facts["guesses"] == 10_000
    assert not box.path.exists()


@pytest.mark.parametrize("trailing", ["", " ", "\n"])
def test_scenario_wallet_store_unicode_pass(box: VaultBox, trailing: str) -> None:
    composed = unicodedata.normalize("NFC", "käsekuchen für vögel 🐦 im café")
    decomposed = unicodedata.normalize("NFD", composed)
    assert composed != decomposed
    with box.create(composed) as vault:
        fill(vault)
    with box.open(decomposed + trailing) as vault:
        assert len(vault) == 3


def test_scenario_wallet_store_rollback(tmp_path: Path) -> None:
    box = VaultBox(tmp_path, remembers=True)
    with box.create() as vault:
        fill(vault)
    older = box.path.read_bytes()
    box.clock.advance(3600)
    with box.open() as vault, vault.write() as tx:
        tx.add("history", b"a copy was used")
    box.path.write_bytes(older)
    with box.open() as vault:
        assert vault.rolled_back is not None
        assert vault.rolled_back.saved_at == vault.last_saved == NOON
        assert vault.rolled_back.latest_seen_at == NOON + timedelta(hours=1)
    assert outcome(box) == "same"  # it opens: somebody may have put the copy back for a good reason


def test_scenario_wallet_store_two_instances(filled: VaultBox) -> None:
    with filled.open() as first:
        with pytest.raises(StoreError) as caught:
            filled.open()
        assert caught.value.code == "vault.in-use"
        with pytest.raises(StoreError) as caught:
            filled.create()
        assert caught.value.code == "vault.in-use"
        with first.write() as tx:
            tx.add("history", b"saved by the first")
    with filled.open() as second, second.write() as tx:
        tx.add("history", b"saved by the second")
    with filled.open() as vault:
        assert [record.data for record in vault.records("history")][1:] == [
            b"saved by the first",
            b"saved by the second",
        ]


def test_scenario_wallet_store_backup_restore(filled: VaultBox, backup: Path, tmp_path: Path) -> None:
    there = VaultBox(tmp_path / "machine-b", remembers=True)

    def mark_used(record: Record) -> bytes:
        return b"used " + record.data if record.kind == "card" else record.data

    with there.restore(backup, mark_used) as vault:
        assert [record.data for record in vault.records("card")] == [b"used " + d for d in SAMPLE["card"]]
        assert [record.data for record in vault.records("history")] == SAMPLE["history"]
        assert vault.rolled_back is None
    assert outcome(filled) == "same"
