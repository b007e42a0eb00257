"""One record, and how it is sealed: its place, its version and its kind are part of the seal."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag

from counterproof.mdoc.errors import StoreError, UsageError

if TYPE_CHECKING:
    from counterproof.sealing.envelope import Random
    from wallet.vault.keys import VaultKeys

RecordId = bytes  # 16 random bytes: it is the one thing about a record that stands unsealed on the disk

ID_BYTES = 16
NONCE_BYTES = 12
TAG_BYTES = 16
MAX_KIND_BYTES = 32
MAX_RECORD_BYTES = 8 * 1024 * 1024
_BLOCK = 256  # sealed bodies are filled up to whole blocks, so that sizes tell less
_LENGTH = struct.Struct(">I")
_ASSOCIATED = struct.Struct(">16sQ")
_LABEL = b"counterproof vault 1 record"


@dataclass(frozen=True, slots=True)
class Record:
    """A record in the clear: `id` of 16 bytes, `kind` as the application calls it, and its bytes."""

    id: RecordId
    kind: str
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class SealedRecord:
    """A record as it lies in the file: nonce, ciphertext, tag."""

    id: RecordId
    sealed: bytes

    @property
    def seal(self) -> bytes:
        """Id and tag: what the manifest holds to know this very state of the record."""
        return self.id + self.sealed[-TAG_BYTES:]


def check_record(record: Record) -> None:
    """Refuse what the vault cannot hold.

    Raises UsageError `vault.record-id`, `vault.record-kind` or `vault.record-too-large`.
    """
    if len(record.id) != ID_BYTES:
        raise UsageError("vault.record-id", bytes=len(record.id))
    if not record.kind.isascii() or not 0 < len(record.kind) <= MAX_KIND_BYTES:
        raise UsageError("vault.record-kind", limit=MAX_KIND_BYTES)
    if len(record.data) > MAX_RECORD_BYTES:
        raise UsageError("vault.record-too-large", bytes=len(record.data), limit=MAX_RECORD_BYTES)


def seal_record(record: Record, version: int, keys: VaultKeys, random: Random) -> SealedRecord:
    """Return `record` sealed as its `version`-th state, under a nonce of its own."""
    nonce = random(NONCE_BYTES)
    plain = _LENGTH.pack(len(record.data)) + record.data
    plain += bytes(-len(plain) % _BLOCK)
    associated = _associated(record.id, record.kind, version)
    return SealedRecord(record.id, nonce + keys.records.encrypt(nonce, plain, associated))


def open_record(sealed: SealedRecord, kind: str, version: int, keys: VaultKeys) -> Record:
    """Return the record in the clear. Raises StoreError `vault.record-damaged`."""
    nonce, ciphertext = sealed.sealed[:NONCE_BYTES], sealed.sealed[NONCE_BYTES:]
    try:
        plain = keys.records.decrypt(nonce, ciphertext, _associated(sealed.id, kind, version))
    except (InvalidTag, ValueError) as error:  # ValueError: too short to hold a nonce
        raise StoreError("vault.record-damaged") from error
    (length,) = _LENGTH.unpack_from(plain)
    return Record(sealed.id, kind, plain[_LENGTH.size : _LENGTH.size + length])


def _associated(record_id: RecordId, kind: str, version: int) -> bytes:
    return _LABEL + _ASSOCIATED.pack(record_id, version) + kind.encode()
