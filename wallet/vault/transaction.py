"""Changes that are saved together; until then they live in memory alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterproof.mdoc.errors import UsageError
from wallet.vault.records import ID_BYTES, Record, RecordId, check_record

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from counterproof.sealing.envelope import Random


class Transaction:
    """What `with vault.write() as tx:` gives; leaving the block saves, an exception forgets."""

    def __init__(self, read: Callable[[RecordId], Record], random: Random) -> None:
        self._read = read
        self._random = random
        self._staged: dict[RecordId, Record | None] = {}
        self._settles_rollback = False

    @property
    def staged(self) -> Mapping[RecordId, Record | None]:
        """The records to be written, None for those to be deleted."""
        return self._staged

    @property
    def settles_rollback(self) -> bool:
        """Whether the application has dealt with an older state that was put back."""
        return self._settles_rollback

    def add(self, kind: str, data: bytes) -> RecordId:
        """Add a record under a fresh random id, which is returned. Raises UsageError `vault.record-*`."""
        record_id = self._random(ID_BYTES)
        self.put(kind, record_id, data)
        return record_id

    def put(self, kind: str, record_id: RecordId, data: bytes) -> None:
        """Write a record, new or in place of the one with that id. Raises UsageError `vault.record-*`."""
        record = Record(bytes(record_id), kind, bytes(data))
        check_record(record)
        self._staged[record.id] = record

    def get(self, record_id: RecordId) -> Record:
        """Return a record as this transaction sees it. Raises as `Vault.get`."""
        if record_id not in self._staged:
            return self._read(record_id)
        record = self._staged[record_id]
        if record is None:
            raise UsageError("vault.no-such-record")
        return record

    def delete(self, record_id: RecordId) -> None:
        """Delete a record, also one that is damaged; one that is not there is no error."""
        self._staged[record_id] = None

    def settle_rollback(self) -> None:
        """Say that this transaction deals with an older state that was put back (`Vault.rolled_back`)."""
        self._settles_rollback = True
