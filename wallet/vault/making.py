"""Making a whole new vault file: built under a temporary name, then renamed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from counterproof.sealing import files
from counterproof.sealing.envelope import Purpose, Random, seal
from wallet.vault.keys import VAULT_KEY_BYTES, VaultKeys
from wallet.vault.manifest import Manifest, digest, seal_manifest
from wallet.vault.records import Record, check_record, seal_record
from wallet.vault.store import Content, VaultStore

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from counterproof.clock import Clock
    from counterproof.sealing.kdf import KdfPolicy

_FIRST_SAVE = 1


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a vault takes from outside: randomness, time, the folder of marks, the costs of the KDF."""

    random: Random
    clock: Clock
    state_dir: Path | None
    policy: KdfPolicy

    def now(self) -> int:
        """Return the time in Unix seconds, never before 1970."""
        return max(0, int(self.clock.now().timestamp()))


def build(path: Path, passphrase: str, records: Iterable[Record], around: Surroundings) -> VaultKeys:
    """Put a new vault with these records at `path`, where nothing is, and return its keys.

    The lock must be held. Raises UsageError `sealing.passphrase-*`, `vault.record-*`; StoreError.
    """
    vault_key = around.random(VAULT_KEY_BYTES)
    envelope = seal(
        vault_key, passphrase, purpose=Purpose.VAULT_KEY, random=around.random, policy=around.policy
    )
    keys = VaultKeys(vault_key)
    puts, described = [], []
    for record in records:
        check_record(record)
        puts.append(seal_record(record, _FIRST_SAVE, keys, around.random))
        described.append((record.kind, puts[-1].seal))
    empty = Manifest(
        _FIRST_SAVE, around.now(), unsettled=False, envelope_digest=digest(envelope), kinds=(), rows={}
    )
    manifest = empty.changed(described, ())
    content = Content(manifest.rows.keys(), puts, envelope=envelope)
    _put_in_place(path, seal_manifest(manifest, keys, around.random), content)
    return keys


def _put_in_place(path: Path, manifest: bytes, content: Content) -> None:
    try:
        with files.plain_errors(), files.temporary_beside(path) as (_, temporary):
            VaultStore.create(temporary, manifest, content)
            # A journal of a vault that is long gone would be played back into the new one.
            path.with_name(path.name + "-journal").unlink(missing_ok=True)
            temporary.rename(path)
            files.sync_folder(path.parent)
    finally:
        files.sweep_temporaries(path)
