"""The form of a vault's file, part by part: each rule alone, at its edge, with what it says."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import sqlite3
import time
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from counterproof.mdoc.errors import CounterproofError, StoreError
from tests.kit.vaults import VaultBox, edit, outcome
from wallet.vault import manifest as manifests
from wallet.vault import store as stores
from wallet.vault.keys import VaultKeys
from wallet.vault.manifest import Manifest, digest
from wallet.vault.records import SealedRecord
from wallet.vault.store import Content, VaultStore

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

KEY = bytes(range(32))
NONCE = bytes(12)
PAGE = 4096
VERSION, JOURNAL, PAGE_SIZE, APPLICATION = 60, 18, 16, 68


def refused(call: Callable[[], Any]) -> CounterproofError:
    with pytest.raises(CounterproofError) as caught:
        call()
    return caught.value


def test_each_key_is_its_own_part_of_one_expansion() -> None:
    """RFC 5869 2.3 by hand: every wallet that was ever written is opened by these very bytes."""
    info = b"counterproof vault 1: records, manifest, mark, name of mark"
    material = block = b""
    for number in range(1, 5):
        block = hmac.digest(KEY, block + info + bytes([number]), "sha256")
        material += block
    keys = VaultKeys(KEY)
    for cipher, part in ((keys.records, material[:32]), (keys.manifest, material[32:64])):
        assert AESGCM(part).decrypt(NONCE, cipher.encrypt(NONCE, b"x", b""), b"") == b"x"
    assert keys.mark == material[64:96]
    assert keys.mark_name == material[96:112].hex()
    assert hashlib.sha256(material[:112]).hexdigest().startswith("f13274aaf6e465a4")


def empty() -> Manifest:
    return Manifest(1, 0, unsettled=False, envelope_digest=digest(b""), kinds=(), rows={})


def rows(count: int, kinds: int) -> list[tuple[str, bytes]]:
    return [(f"kind {number % kinds}", bytes([number]) * 44) for number in range(count)]


@pytest.mark.parametrize(("count", "kinds"), [(4, 1), (3, 3)])
def test_too_many_records_or_kinds_are_refused_and_no_fewer(
    monkeypatch: pytest.MonkeyPatch, count: int, kinds: int
) -> None:
    monkeypatch.setattr(manifests, "MAX_RECORDS", 3)
    monkeypatch.setattr(manifests, "MAX_KINDS", 2)
    assert len(empty().changed(rows(3, 2), []).rows) == 3
    error = refused(lambda: empty().changed(rows(count, kinds), []))
    assert (error.code, error.facts) == ("vault.too-many", {"records": count, "limit": 3})


def write(path: Path, offset: int, content: bytes) -> None:
    whole = path.read_bytes()
    path.write_bytes(whole[:offset] + content + whole[offset + len(content) :])


@pytest.mark.parametrize(
    ("offset", "content", "code", "facts"),
    [
        (VERSION, b"\0\0\0\2", "vault.version-newer", {"version": 2, "known": 1}),
        (VERSION, b"\1\0\0\1", "vault.version-newer", {"version": 0x01000001, "known": 1}),
        (VERSION, b"\0\0\0\0", "vault.damaged", {"part": "header"}),
        (JOURNAL, b"\2", "vault.damaged", {"part": "header"}),
        (JOURNAL + 1, b"\2", "vault.damaged", {"part": "header"}),
        (PAGE_SIZE, b"\x20\0", "vault.damaged", {"part": "header"}),
        (APPLICATION, b"CPVU", "vault.not-ours", {}),
        (0, b"sQLite", "vault.not-ours", {}),
    ],
)
def test_each_rule_of_the_header_stands_alone(
    filled: VaultBox, offset: int, content: bytes, code: str, facts: dict[str, object]
) -> None:
    write(filled.path, offset, content)
    error = refused(lambda: VaultStore.open(filled.path))
    assert (error.code, error.facts) == (code, facts)


def test_a_header_that_is_cut_off_is_damage(filled: VaultBox) -> None:
    filled.path.write_bytes(filled.path.read_bytes()[:99])
    error = refused(lambda: VaultStore.open(filled.path))
    assert (error.code, error.facts) == ("vault.damaged", {"part": "header"})


def test_a_file_is_refused_one_byte_over_the_limit_and_no_sooner(
    filled: VaultBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    size = filled.path.stat().st_size
    monkeypatch.setattr(stores, "MAX_VAULT_BYTES", size)
    VaultStore.open(filled.path).close()
    monkeypatch.setattr(stores, "MAX_VAULT_BYTES", size - 1)
    error = refused(lambda: VaultStore.open(filled.path))
    assert (error.code, error.facts) == ("vault.too-large", {"bytes": size, "limit": size - 1})


@pytest.mark.parametrize(
    ("statements", "part"),
    [
        (["CREATE INDEX evil ON head (manifest)"], "schema"),
        (["INSERT INTO head SELECT * FROM head"], "head"),
        (["UPDATE head SET envelope = NULL"], "head"),
        (["UPDATE head SET manifest = zeroblob(length(manifest))"], "manifest"),
        (["UPDATE head SET manifest = zeroblob(3)"], "manifest"),
    ],
)
def test_each_damage_is_named(filled: VaultBox, statements: list[str], part: str) -> None:
    edit(filled, *statements)
    error = refused(filled.open)
    assert (error.code, error.facts["part"]) == ("vault.damaged", part)


def test_a_page_too_many_is_damage_of_the_length(filled: VaultBox) -> None:
    with filled.path.open("ab") as file:
        file.write(bytes(PAGE))
    error = refused(filled.open)
    assert (error.code, error.facts) == ("vault.damaged", {"part": "length"})


def test_a_schema_of_bytes_that_are_no_text_is_damage_and_is_not_repeated(filled: VaultBox) -> None:
    """SQLite quotes it in its error, and Python fails at that with an error that holds the bytes."""
    edit(
        filled,
        "PRAGMA writable_schema = ON",
        "UPDATE sqlite_master SET name = CAST(x'20FFFE28' AS TEXT), sql = CAST(x'20FFFE28' AS TEXT)"
        " WHERE name = 'head'",
    )
    error = refused(filled.open)
    assert (error.code, error.facts) == ("vault.damaged", {"part": "text"})
    assert error.__suppress_context__


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (sqlite3.SQLITE_FULL, "sealing.disk-full"),
        (sqlite3.SQLITE_IOERR_FSYNC, "sealing.disk-error"),
        (sqlite3.SQLITE_IOERR_READ, "sealing.disk-error"),
        (sqlite3.SQLITE_CANTOPEN_ISDIR, "sealing.disk-error"),
        (sqlite3.SQLITE_READONLY_DBMOVED, "sealing.read-only"),
        (sqlite3.SQLITE_PERM, "sealing.permission"),
        (sqlite3.SQLITE_BUSY_SNAPSHOT, "vault.in-use"),
        (sqlite3.SQLITE_LOCKED, "vault.in-use"),
        (sqlite3.SQLITE_NOTADB, "vault.damaged"),
        (sqlite3.SQLITE_CORRUPT_INDEX, "vault.damaged"),
    ],
)
def test_what_sqlite_says_has_one_code_with_all_its_kinds(number: int, code: str) -> None:
    """An extended result code (sqlite.org/rescode.html) holds the primary one in its low byte."""
    failure = sqlite3.OperationalError("x")
    failure.sqlite_errorcode = number
    with pytest.raises(StoreError) as caught, stores._PlainErrors():
        raise failure
    assert (caught.value.code, caught.value.facts) == (code, {"sqlite": number})


def test_a_save_that_fails_half_way_leaves_no_half_and_the_next_one_works(filled: VaultBox) -> None:
    with contextlib.closing(VaultStore.open(filled.path)) as store:
        head = store.read_head()
        (kept,) = sqlite_rows(filled.path, "SELECT id FROM records LIMIT 1")
        bad = SealedRecord(id=b"x" * 16, sealed=object())  # type: ignore[arg-type]
        error = refused(lambda: store.apply(b"m", Content(ids=[], puts=[bad], deletes=[kept])))
        assert error.code == "vault.damaged"
        assert store.read_head() == head
        assert store.read_record(kept)
        envelope = head.envelope
        store.apply(head.manifest, Content(ids=range(head.rows), envelope=envelope))  # type: ignore[arg-type]
    assert outcome(filled) == "same"


def sqlite_rows(path: Path, query: str) -> list[Any]:
    with contextlib.closing(sqlite3.connect(path)) as connection:
        return [row[0] for row in connection.execute(query)]


def test_a_vault_that_another_program_writes_is_in_use_at_once(filled: VaultBox) -> None:
    with contextlib.closing(VaultStore.open(filled.path)) as store:
        head = store.read_head()
        with contextlib.closing(sqlite3.connect(filled.path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            began = time.monotonic()
            error = refused(lambda: store.apply(head.manifest, Content(ids=range(head.rows))))  # type: ignore[arg-type]
            took = time.monotonic() - began
        assert error.code == "vault.in-use"
        assert took < 0.8
