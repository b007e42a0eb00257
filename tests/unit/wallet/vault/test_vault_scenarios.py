"""The situations of a wallet's file that must end as stated; each test's id names its scenario.

`kill-save`, `enospc`, `powerloss` and the strace half of `temp-plain` stand in `tests/faults`.
"""

from __future__ import annotations

import contextlib
import os
import resource
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
from tests.kit.sealing import OTHER_PASSPHRASE, PASSPHRASE
from tests.kit.vaults import NOON, SAMPLE, VaultBox, edit, fill, outcome

if TYPE_CHECKING:
    from wallet.vault import Record


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
