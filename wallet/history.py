"""The history: what was shown to whom, when, for what and under which request; never a value.

An entry is written before anything leaves, together with the copies that it uses up. So after a break there
may be an entry for a code that nobody saw, and never a code without an entry.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import msgspec

from counterproof.mdoc.errors import CounterproofError, UsageError
from wallet.holder import mark_used, unmark
from wallet.records import AnswerRecord, DraftRecord, HistoryRecord, ShowMode, ShowOutcome, read, short_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from wallet.cards import HeldCopy
    from wallet.holder import Holder
    from wallet.records import CopyUse
    from wallet.vault import RecordId, Transaction


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry with its id."""

    id: RecordId
    record: HistoryRecord


def entries(holder: Holder) -> list[Entry]:
    """Return the history, oldest first."""
    found = (Entry(entry_id, record) for entry_id, record in holder.history())
    return sorted(found, key=lambda entry: entry.record.at)


def find(holder: Holder, name: str) -> Entry:
    """Return the entry with this short id; raise UsageError `wallet.no-such-entry`."""
    matching = [each for each in entries(holder) if short_id(each.id) == name.lower()]
    if len(matching) != 1:
        raise UsageError("wallet.no-such-entry")
    return matching[0]


def of_session(holder: Holder, session: bytes) -> Entry | None:
    """Return the entry of the request or code whose h(S) this is, the newest if there are several."""
    matching = [each for each in entries(holder) if session in each.record.sessions]
    return matching[-1] if matching else None


REQUEST_DAYS: Final = 366
"""How long the signed request of an entry is kept, as evidence for a complaint; the entry itself stays."""

REQUESTS_KEPT: Final = 400
"""How many signed requests are kept, about a kilobyte each and never more than 16."""


def forget_requests(holder: Holder, which: Sequence[Entry]) -> int:
    """Drop the signed requests of entries, and keep the entries; return how many there were."""
    with_one = [each for each in which if each.record.request is not None]
    with holder.vault.write() as tx:
        _drop_requests(tx, with_one)
    return len(with_one)


def _drop_requests(tx: Transaction, which: Iterable[Entry]) -> None:
    for each in which:
        bare = msgspec.structs.replace(each.record, request=None)
        tx.put(bare.kind, each.id, bare.to_bytes())


def _make_room(holder: Holder, tx: Transaction) -> None:
    """Drop signed requests that are a year old, and the oldest beyond the most that are kept."""
    held = [each for each in entries(holder) if each.record.request is not None]
    oldest = holder.unix() - REQUEST_DAYS * 86_400
    spare = max(0, len(held) - REQUESTS_KEPT + 1)
    _drop_requests(tx, [each for place, each in enumerate(held) if place < spare or each.record.at < oldest])


def delete(holder: Holder, which: Sequence[Entry]) -> None:
    """Remove entries for good, and the answers and begun letters that belong to them."""
    gone = {each.id for each in which}
    answers = [
        each.id for each in holder.records(AnswerRecord.kind) if read(each, AnswerRecord).history in gone
    ]
    letters = [
        each.id for each in holder.records(DraftRecord.kind) if read(each, DraftRecord).history in gone
    ]
    with holder.vault.write() as tx:
        for record_id in (*gone, *answers, *letters):
            tx.delete(record_id)


def add(holder: Holder, record: HistoryRecord) -> Entry:
    """Write an entry for something of which nothing leaves: a refusal."""
    with holder.vault.write() as tx:
        _make_room(holder, tx)
        return Entry(tx.add(record.kind, record.to_bytes()), record)


def change(holder: Holder, entry_id: RecordId, **changes: Any) -> Entry:
    """Change an entry, whose outcome or receipt became known."""
    record = msgspec.structs.replace(read(holder.vault.get(entry_id), HistoryRecord), **changes)
    with holder.vault.write() as tx:
        tx.put(record.kind, entry_id, record.to_bytes())
    return Entry(entry_id, record)


@contextlib.contextmanager
def written_first(
    holder: Holder, record: HistoryRecord, copies: Sequence[HeldCopy], use: CopyUse
) -> Iterator[RecordId]:
    """Write the entry and use up the copies, then let the code be made.

    An error of ours in the block means that nothing has left: the entry says so, and the copies are given
    back. A kill leaves both as they were written.
    """
    with holder.vault.write() as tx:
        _make_room(holder, tx)
        before = of_session(holder, use.session or b"")
        if before is not None and before.record.outcome is ShowOutcome.AGREED:
            entry_id = before.id
            tx.put(record.kind, entry_id, record.to_bytes())
        else:
            entry_id = tx.add(record.kind, record.to_bytes())
        mark_used(tx, copies, use)
    try:
        yield entry_id
    except CounterproofError:
        with holder.vault.write() as tx:
            undone = msgspec.structs.replace(record, outcome=ShowOutcome.NOT_BUILT)
            tx.put(record.kind, entry_id, undone.to_bytes())
            unmark(tx, copies)
        raise


_ON_PAPER: Final = {ShowOutcome.SHOWN: "printed", ShowOutcome.AGREED: "made"}


def outcome_of(record: HistoryRecord) -> str:
    """Return what came of it in one word, for programs and `PHRASES`: a slip is printed, and not shown."""
    plain = record.outcome.value
    return _ON_PAPER.get(record.outcome, plain) if record.mode is ShowMode.SLIP else plain


def to_plain(entry: Entry) -> dict[str, Any]:
    """Return an entry for programs: names and times, digests in hexadecimal."""
    record = entry.record
    receipt = record.receipt
    return {
        "id": short_id(entry.id),
        "at": rfc3339(record.at),
        "mode": record.mode.value,
        "outcome": outcome_of(record),
        "reader": record.reader,
        "agency": record.agency,
        "verified": record.verified,
        "purpose": record.purpose,
        "purpose_title": record.purpose_title or None,
        "purpose_code": record.purpose_code or None,
        "purpose_version": record.purpose_version,
        "can_be_reported": record.request is not None,
        "until": rfc3339(record.until) if record.until is not None else None,
        "shown": [
            {
                "doc_type": each.doc_type,
                "namespace": each.namespace,
                "element": each.identifier,
                "label": each.label,
                "kept": each.kept,
                "beyond": each.beyond or None,
            }
            for each in record.elements
        ],
        "asked": [list(each) for each in record.asked],
        "sessions": [each.hex() for each in record.sessions],
        "receipt": None
        if receipt is None
        else {
            "outcome": receipt.outcome,
            "at": rfc3339(receipt.at),
            "kept": [list(each) for each in receipt.kept],
            "message": receipt.message.hex(),
        },
    }


def rfc3339(unix: int) -> str:
    """Return a time of ours for programs."""
    return datetime.fromtimestamp(unix, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
