"""Whether a backup is wanted, and what to write on the sheet for the day on which the computer is lost."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from wallet.cards import Card
    from wallet.flows.people import Person


def backup_key(person: Person | None) -> str:
    """Return the name of the setting that says when a wallet was last saved; it names nobody."""
    name = person.places.wallet.name if person is not None else ""
    return f"backup/{hashlib.sha256(name.encode()).hexdigest()[:16]}"


def backup_wanted(get: Callable[[str], str], person: Person | None, cards: Sequence[Card]) -> bool:
    """Tell whether there are cards of which no backup was ever made from this window."""
    newest = max((card.record.received_at for card in cards), default=0)
    saved = get(backup_key(person))
    return bool(cards) and (not saved.isdecimal() or int(saved) < newest)
