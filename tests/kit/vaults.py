"""A vault for tests: cheap key derivation, a clock that stands still, and its files in one folder."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from counterproof.clock import FixedClock
from counterproof.mdoc.errors import CounterproofError
from tests.kit.sealing import CHEAP_KDF, PASSPHRASE
from wallet.vault import Record, Vault

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@dataclass
class VaultBox:
    """The surroundings of one vault; `remembers` says whether a mark is kept outside it."""

    folder: Path
    remembers: bool = False
    clock: FixedClock = field(default_factory=lambda: FixedClock(NOON))

    @property
    def path(self) -> Path:
        """Where the vault lies."""
        return self.folder / "vault"

    @property
    def state_dir(self) -> Path | None:
        """Where the mark lies."""
        return self.folder / "state" if self.remembers else None

    def create(self, passphrase: str = PASSPHRASE) -> Vault:
        """Make an empty vault."""
        return Vault.create(
            self.path,
            passphrase,
            random=os.urandom,
            clock=self.clock,
            state_dir=self.state_dir,
            policy=CHEAP_KDF,
        )

    def open(self, passphrase: str = PASSPHRASE) -> Vault:
        """Open the vault."""
        return Vault.open(
            self.path,
            passphrase,
            random=os.urandom,
            clock=self.clock,
            state_dir=self.state_dir,
            policy=CHEAP_KDF,
        )

    def restore(
        self,
        backup: Path,
        transform: Callable[[Record], bytes | None] = lambda record: record.data,
        passphrase: str = PASSPHRASE,
    ) -> Vault:
        """Make the vault from a backup."""
        return Vault.restore(
            backup,
            PASSPHRASE,
            self.path,
            passphrase,
            transform=transform,
            random=os.urandom,
            clock=self.clock,
            state_dir=self.state_dir,
            policy=CHEAP_KDF,
        )

    def copy_to(self, folder: Path) -> VaultBox:
        """Copy the vault's file, as a thief or a backup program would, into another folder."""
        folder.mkdir(exist_ok=True)
        shutil.copyfile(self.path, folder / "vault")
        return VaultBox(folder, self.remembers, self.clock)


SAMPLE = {
    "card": [b"PLAINTEXT card one" * 20, b"PLAINTEXT card two" * 300],
    "history": [b"PLAINTEXT shown to a counter"],
}
REFUSALS = {
    "sealing.cannot-open",
    "sealing.not-ours",
    "sealing.version-newer",
    "sealing.algorithm",
    "sealing.kdf-out-of-range",
    "sealing.disk-error",
    "vault.damaged",
    "vault.record-damaged",
    "vault.not-ours",
    "vault.version-newer",
}


def fill(vault: Vault) -> None:
    """Put the sample records into a vault."""
    with vault.write() as tx:
        for kind, records in SAMPLE.items():
            for data in records:
                tx.add(kind, data)


def outcome(box: VaultBox) -> str:
    """Open a vault that held the sample and read all of it: "same", or the code of the refusal.

    Any other content and any other exception is an error of the test that asks.
    """
    try:
        with box.open() as vault:
            found = {kind: [record.data for record in vault.records(kind)] for kind in SAMPLE}
    except CounterproofError as error:
        return error.code
    assert found == SAMPLE, "the vault gave something that was never saved"
    return "same"


def flip(content: bytes, offset: int, bit: int = 0) -> bytes:
    """Return `content` with one bit changed."""
    return content[:offset] + bytes([content[offset] ^ (1 << bit)]) + content[offset + 1 :]


def edit(box: VaultBox, *statements: str) -> None:
    """Change rows as somebody would who has the file and SQLite, and no key."""
    with contextlib.closing(sqlite3.connect(box.path)) as connection, connection:
        for statement in statements:
            connection.execute(statement)
