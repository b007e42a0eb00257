"""Requests for cards that are on their way: shown again, or given up, until their reply comes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from counterproof.credential_types import shipped
from counterproof.words.plain_text import marked
from wallet.receiving import Requested
from wallet.records import PendingRecord, read

if TYPE_CHECKING:
    from wallet.holder import Holder
    from wallet.vault import RecordId


@dataclass(frozen=True, slots=True)
class OnItsWay:
    """A request that no reply came to: what it asks for, in words that are safe to show.

    `again` is the request as it went; None for one that was made before requests were kept.
    """

    id: RecordId
    card: str
    agency: str
    asked_at: datetime
    again: Requested | None


def on_their_way(holder: Holder, language: str) -> list[OnItsWay]:
    """Return what no reply came to, the newest first."""
    types = {**shipped(), **holder.trust.types()}
    found = []
    for record in holder.records(PendingRecord.kind):
        pending = read(record, PendingRecord)
        kind = types.get(pending.doc_type)
        again = None
        if pending.request:
            until = datetime.fromtimestamp(pending.until, UTC)
            count = len(pending.device_keys)
            again = Requested(pending.request, pending.doc_type, pending.agency, count, until)
        name = marked(kind.name(language) if kind is not None else pending.doc_type)
        asked_at = datetime.fromtimestamp(pending.made_at, UTC)
        found.append(OnItsWay(record.id, name, marked(pending.agency), asked_at, again))
    return sorted(found, key=lambda each: each.asked_at, reverse=True)


def give_up(holder: Holder, request: OnItsWay) -> None:
    """Forget a request and its keys: a reply to it cannot be opened any more."""
    with holder.vault.write() as tx:
        tx.delete(request.id)
