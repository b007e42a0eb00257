"""All records of a vault as one run of bytes, which the envelope of a backup then seals.

magic 8 | made at, Unix seconds u64 | records u32
each: id 16 | length of kind u8 | length of data u32 | kind, ASCII | data
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from counterproof.mdoc.errors import StoreError
from wallet.vault.records import Record

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_MAGIC = b"CPBACK1\n"
_HEAD = struct.Struct(">8sQI")
_ENTRY = struct.Struct(">16sBI")


def encode_backup(records: Sequence[Record], made_at: int) -> bytes:
    """Return the records and the time, in Unix seconds, as the content of a backup."""
    parts = [_HEAD.pack(_MAGIC, made_at, len(records))]
    for record in records:
        kind = record.kind.encode()
        parts += (_ENTRY.pack(record.id, len(kind), len(record.data)), kind, record.data)
    return b"".join(parts)


def decode_backup(content: bytes) -> list[Record]:
    """Return the records of a backup, in their order. Raises StoreError `vault.backup-damaged`."""
    try:
        magic, _, count = _HEAD.unpack_from(content)
        records = list(_read(content, count))
    except (struct.error, UnicodeDecodeError) as error:
        raise StoreError("vault.backup-damaged") from error
    if magic != _MAGIC or encoded_bytes(records) != len(content):
        raise StoreError("vault.backup-damaged")
    return records


def encoded_bytes(records: Sequence[Record]) -> int:
    """Return how many bytes a backup of these records has."""
    return _HEAD.size + sum(_ENTRY.size + len(record.kind) + len(record.data) for record in records)


def _read(content: bytes, count: int) -> Iterator[Record]:
    offset = _HEAD.size
    for _ in range(count):
        record_id, kind_bytes, data_bytes = _ENTRY.unpack_from(content, offset)
        start = offset + _ENTRY.size
        offset = start + kind_bytes + data_bytes
        yield Record(
            record_id,
            content[start : start + kind_bytes].decode("ascii"),
            content[start + kind_bytes : offset],
        )
