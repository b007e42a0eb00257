"""A case as a story: one line of time out of the record, the wallet's words, and the notes."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import datetime

    from issuer.register.cases import Entry, Matter

_ACTS: Final = {
    "offer": "An offer was made.",
    "withdraw-offer": "The offer was taken back.",
    "lock-offer": "The offer was locked after wrong codes.",
    "apply": "The wallet applied.",
    "approve": "The application was approved.",
    "refuse": "The application was refused.",
    "issue": "The card was issued.",
    "revoke": "Revoked, for ever.",
    "suspend": "Suspended.",
    "reinstate": "Reinstated.",
    "export-case": "A signed copy of this case was taken.",
}
_NOTES: Final = {"note": "Note", "to-person": "To the person", "from-person": "From the person"}
_WALLET: Final = {
    "credential_accepted": "The wallet says that it keeps the cards.",
    "credential_failure": "The wallet says that it could not keep the cards.",
    "credential_deleted": "The wallet says that the cards were deleted.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened; `text` is that of a note, `intact` whether it is the one written down."""

    at: datetime
    what: str
    who: str = ""
    text: str = field(default="", repr=False)
    intact: bool = True


def told(matter: Matter) -> tuple[Event, ...]:
    """Return everything that happened, the oldest first."""
    noted = {each.act: each for each in matter.notes}
    events = []
    for entry in matter.entries:
        note = noted.get(entry.seq)
        if note is not None:
            what = _NOTES[note.kind.value]
            events.append(Event(at=entry.at, who=entry.who, what=what, text=note.text, intact=note.intact))
        elif entry.action != "note":  # one whose text was erased says nothing
            events.append(Event(at=entry.at, who=_who(entry), what=_sentence(entry)))
    events += [
        Event(at=each.event_at, who="wallet", what=_WALLET.get(each.event, each.event))
        for each in matter.deliveries
        if each.event is not None and each.event_at is not None
    ]
    return tuple(sorted(events, key=lambda event: event.at))


def _who(entry: Entry) -> str:
    if entry.authority in {None, entry.who}:
        return entry.who
    return f"{entry.who}, on the authority of {entry.authority}"


def _sentence(entry: Entry) -> str:
    facts = json.loads(entry.details)
    said = _ACTS.get(entry.action, entry.action)
    parts = [said]
    copies = facts.get("copies")
    if copies:
        parts.append(f"{copies} {'copy' if copies == 1 else 'copies'}.")
    if "." in entry.target:
        parts.append(f"Copy {entry.target}.")
    if entry.why not in {"offered", "requested", "issued", "exported"}:
        parts.append(f"Reason: {entry.why}.")
    return " ".join(parts)
