"""Letters about an entry of the history that were begun and not saved: they lie in the wallet until they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wallet.records import DraftRecord, read

if TYPE_CHECKING:
    from wallet.holder import Holder
    from wallet.vault import RecordId


def begun(holder: Holder, entry_id: RecordId) -> str | None:
    """Return the letter that was begun about an entry, or None."""
    found = _find(holder, entry_id)
    return None if found is None else found[1].text


def keep(holder: Holder, entry_id: RecordId, text: str) -> None:
    """Keep a letter, in place of what was kept of it before.

    Raises StoreError `sealing.disk-full` and the like, UsageError `vault.record-too-large`.
    """
    found, draft = _find(holder, entry_id), DraftRecord(history=entry_id, text=text)
    with holder.vault.write() as tx:
        if found is None:
            tx.add(draft.kind, draft.to_bytes())
        else:
            tx.put(draft.kind, found[0], draft.to_bytes())


def forget(holder: Holder, entry_id: RecordId) -> None:
    """Keep a letter no more, if one is kept. Raises StoreError."""
    found = _find(holder, entry_id)
    if found is not None:
        with holder.vault.write() as tx:
            tx.delete(found[0])


def _find(holder: Holder, entry_id: RecordId) -> tuple[RecordId, DraftRecord] | None:
    for record in holder.records(DraftRecord.kind):
        draft = read(record, DraftRecord)
        if draft.history == entry_id:
            return record.id, draft
    return None
