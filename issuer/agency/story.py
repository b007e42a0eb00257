"""A case as a story: one line of time out of the record, the wallet's words, and the notes."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from counterproof.words.language import ntr, tr
from counterproof.words.model import N_

if TYPE_CHECKING:
    from datetime import datetime

    from issuer.register.cases import Entry, Matter

_ACTS: Final = {
    "offer": N_("An offer was made."),
    "withdraw-offer": N_("The offer was taken back."),
    "lock-offer": N_("The offer was locked after wrong codes."),
    "apply": N_("The wallet applied."),
    "approve": N_("The application was approved."),
    "refuse": N_("The application was refused."),
    "issue": N_("The card was issued."),
    "revoke": N_("Revoked, for ever."),
    "suspend": N_("Suspended."),
    "reinstate": N_("Reinstated."),
    "export-case": N_("A signed copy of this case was taken."),
}
_NOTES: Final = {"note": N_("Note"), "to-person": N_("To the person"), "from-person": N_("From the person")}
_WALLET: Final = {
    "credential_accepted": N_("The wallet says that it keeps the cards."),
    "credential_failure": N_("The wallet says that it could not keep the cards."),
    "credential_deleted": N_("The wallet says that the cards were deleted."),
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
            what = tr(_NOTES[note.kind.value])
            events.append(Event(at=entry.at, who=entry.who, what=what, text=note.text, intact=note.intact))
        elif entry.action != "note":  # one whose text was erased says nothing
            events.append(Event(at=entry.at, who=_who(entry), what=_sentence(entry)))
    events += [
        Event(at=each.event_at, who="wallet", what=tr(_WALLET.get(each.event, each.event)))
        for each in matter.deliveries
        if each.event is not None and each.event_at is not None
    ]
    return tuple(sorted(events, key=lambda event: event.at))


def _who(entry: Entry) -> str:
    if entry.authority in {None, entry.who}:
        return entry.who
    return tr("{who}, on the authority of {authority}").format(who=entry.who, authority=entry.authority)


def _sentence(entry: Entry) -> str:
    facts = json.loads(entry.details)
    said = tr(_ACTS.get(entry.action, entry.action))
    parts = [said]
    copies = facts.get("copies")
    if copies:
        parts.append(ntr("{n} copy.", "{n} copies.", copies).format(n=copies))
    if "." in entry.target:
        parts.append(tr("Copy {copy}.").format(copy=entry.target))
    if entry.why not in {"offered", "requested", "issued", "exported"}:
        parts.append(tr("Reason: {reason}.").format(reason=entry.why))
    return " ".join(parts)
