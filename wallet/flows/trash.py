"""A deleted card can be brought back for a week; then it is removed for good, and its keys with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from wallet.cards import Card
    from wallet.holder import Holder

GRACE: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Deleted:
    """A card in the trash, and when it is removed for good."""

    card: Card
    final_at: datetime


def deleted(holder: Holder) -> list[Deleted]:
    """Return what can be brought back, the latest first."""
    found = [Deleted(card, final_at(card)) for card in holder.cards(deleted=True)]
    return sorted(found, key=lambda each: each.final_at, reverse=True)


def final_at(card: Card) -> datetime:
    """Return when a deleted card is removed for good."""
    return datetime.fromtimestamp(card.record.deleted_at or 0, UTC) + GRACE


def sweep(holder: Holder) -> int:
    """Remove for good what was deleted a week ago or longer; return how many cards.

    Done when a wallet is opened. A clock set forward by mistake must not destroy anything, so nothing is
    removed at a time that cannot be right.
    """
    now = holder.clock.now()
    if not holder.trust.check_clock(now).ok:
        return 0
    over = [each.card for each in deleted(holder) if each.final_at <= now]
    for card in over:
        destroy(holder, card)
    return len(over)


def destroy(holder: Holder, card: Card) -> None:
    """Remove a card and its keys for good."""
    with holder.vault.write() as tx:
        tx.delete(card.id)
        for copy in card.copies:
            tx.delete(copy.id)
