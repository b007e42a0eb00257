"""Which records there are and in which state: one sealed list that is replaced at every save.

A record's own seal cannot tell that the record was dropped, or that an older state of it was put
back. The manifest names every record with its version and its tag, so rows that were swapped,
dropped, doubled, added or put back from an older save do not fit it. Its counter grows with each save.

    head     counter u64 | saved at, Unix seconds u64 | unsettled u8 | SHA-256 of the key's envelope
             | kinds u8 | records u32
    kinds    each: length u8, ASCII
    records  each: id 16 | tag 16 | version u64 | index of kind u8, in the order in which they came
"""

from __future__ import annotations

import hashlib
import struct
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from cryptography.exceptions import InvalidTag

from counterproof.mdoc.errors import StoreError, UsageError
from wallet.vault.records import ID_BYTES, NONCE_BYTES, RecordId

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from counterproof.sealing.envelope import Random
    from wallet.vault.keys import VaultKeys

MAX_RECORDS = 100_000
MAX_KINDS = 255
Row = tuple[bytes, int, int]  # seal (id and tag), version, index of kind; plain, for there are many
_HEAD = struct.Struct(">QQB32sBI")
_ROW = struct.Struct(">32sQB")
_LABEL = b"counterproof vault 1 manifest"


class Entry(NamedTuple):
    """What the manifest knows of a record; `version` is the counter of the save that wrote it."""

    kind: str
    version: int
    seal: bytes


@dataclass(frozen=True, slots=True)
class Manifest:
    """The state of a vault after one save.

    `saved_at` is in Unix seconds. `unsettled` says that the vault was put back to an older state and
    that the application has not yet dealt with it. `envelope_digest` binds the sealed vault key.
    """

    counter: int
    saved_at: int
    unsettled: bool
    envelope_digest: bytes
    kinds: tuple[str, ...]
    rows: Mapping[RecordId, Row]

    def entry(self, record_id: RecordId) -> Entry | None:
        """Return what is known of a record, or None when there is no such record."""
        row = self.rows.get(record_id)
        return None if row is None else Entry(self.kinds[row[2]], row[1], row[0])

    def ids(self, kind: str) -> list[RecordId]:
        """Return the ids of the records of a kind, in the order in which they came."""
        if kind not in self.kinds:
            return []
        index = self.kinds.index(kind)
        return [record_id for record_id, row in self.rows.items() if row[2] == index]

    def changed(self, puts: Iterable[tuple[str, bytes]], deletes: Iterable[RecordId]) -> Manifest:
        """Return this manifest with records (kind, seal) written in this save, and others deleted.

        Raises UsageError `vault.too-many`.
        """
        kinds, rows = list(self.kinds), dict(self.rows)
        for record_id in deletes:
            rows.pop(record_id, None)
        for kind, seal in puts:
            if kind not in kinds:
                kinds.append(kind)
            rows[seal[:ID_BYTES]] = (seal, self.counter, kinds.index(kind))
        if len(rows) > MAX_RECORDS or len(kinds) > MAX_KINDS:
            raise UsageError("vault.too-many", records=len(rows), limit=MAX_RECORDS)
        return replace(self, kinds=tuple(kinds), rows=rows)


def seal_manifest(manifest: Manifest, keys: VaultKeys, random: Random) -> bytes:
    """Return the manifest sealed: nonce, ciphertext, tag."""
    nonce = random(NONCE_BYTES)
    return nonce + keys.manifest.encrypt(nonce, _encode(manifest), _LABEL)


def open_manifest(sealed: bytes, keys: VaultKeys) -> Manifest:
    """Return the manifest in the clear. Raises StoreError `vault.damaged`."""
    try:
        plain = keys.manifest.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], _LABEL)
    except (InvalidTag, ValueError) as error:  # ValueError: too short to hold a nonce
        raise StoreError("vault.damaged", part="manifest") from error
    return _decode(plain)


def digest(envelope: bytes) -> bytes:
    """Return the SHA-256 by which a manifest is bound to the sealed vault key."""
    return hashlib.sha256(envelope).digest()


def _encode(manifest: Manifest) -> bytes:
    head = _HEAD.pack(
        manifest.counter,
        manifest.saved_at,
        manifest.unsettled,
        manifest.envelope_digest,
        len(manifest.kinds),
        len(manifest.rows),
    )
    names = b"".join(bytes([len(kind)]) + kind.encode() for kind in manifest.kinds)
    return head + names + b"".join(_ROW.pack(*row) for row in manifest.rows.values())


def _decode(plain: bytes) -> Manifest:
    """Read what `_encode` wrote; its seal was good, so it is ours and needs no suspicion."""
    counter, saved_at, unsettled, envelope_digest, kind_count, row_count = _HEAD.unpack_from(plain)
    offset = _HEAD.size
    kinds = []
    for _ in range(kind_count):
        length = plain[offset]
        kinds.append(plain[offset + 1 : offset + 1 + length].decode())
        offset += 1 + length
    packed = memoryview(plain)[offset : offset + row_count * _ROW.size]
    rows: dict[RecordId, Row] = {row[0][:ID_BYTES]: row for row in _ROW.iter_unpack(packed)}
    return Manifest(counter, saved_at, bool(unsettled), envelope_digest, tuple(kinds), rows)
