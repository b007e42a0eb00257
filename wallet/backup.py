"""A backup, and what comes of it: every copy in a restored wallet counts as used.

The wallet that was saved may have shown any of them since, so none is taken for fresh. The holder may still
show one, knowingly, and asks the agencies for new copies.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wallet.holder import as_used_elsewhere
from wallet.records import AnswerRecord, CopyRecord, OnlineRecord, PendingRecord, read

if TYPE_CHECKING:
    from collections.abc import Callable

    from wallet.vault import Record

_LEFT_OUT: Final = frozenset({AnswerRecord.kind, PendingRecord.kind})


def restored(at: int) -> Callable[[Record], bytes | None]:
    """Return what `Vault.restore` does to each record at `at` (Unix seconds).

    Left out are answers, which belong to requests that are over, and open requests: their reply may have
    come to the wallet that was saved, and its copies would be fresh in both.
    """

    def transform(record: Record) -> bytes | None:
        if record.kind == CopyRecord.kind:
            return as_used_elsewhere(read(record, CopyRecord), at).to_bytes()
        if record.kind == OnlineRecord.kind and read(record, OnlineRecord).device_keys:
            return None  # under way: what comes could come to both wallets
        return None if record.kind in _LEFT_OUT else record.data

    return transform
