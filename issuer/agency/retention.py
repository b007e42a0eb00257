"""How long the register knows whom a document was for: a term for each type, counted from its end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from counterproof.mdoc.errors import UsageError

if TYPE_CHECKING:
    from datetime import datetime

    from issuer.agency.desk import Desk

_PREFIX = "retention "
_MOST_DAYS = 36_500
_AT_ONCE = 5000


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A type, its term in days (None: kept until one is set), of how many batches and offers it is over."""

    doc_type: str
    days: int | None
    due: int
    offers: int


def set_term(desk: Desk, name: str, days: int) -> str:
    """Set a type's term in days and return its docType.

    Raises UsageError `agency.days`, `agency.no-such-type`.
    """
    if not 0 <= days <= _MOST_DAYS:
        raise UsageError("agency.days", least=0, most=_MOST_DAYS)
    doc_type = desk.catalogue().find(name).type.doc_type
    desk.register.set_settings({_key(doc_type): str(days)}, who=desk.who, at=desk.now())
    return doc_type


def terms(desk: Desk) -> tuple[Term, ...]:
    """Return every type's term, and what is due now; nothing is changed."""
    at, settings = desk.now(), desk.register.settings()
    found = {name.removeprefix(_PREFIX) for name in settings if name.startswith(_PREFIX)}
    made = []
    for doc_type in sorted({*desk.catalogue().doc_types, *found}):
        days = settings.get(_key(doc_type))
        if days is None:
            made.append(Term(doc_type=doc_type, days=None, due=0, offers=0))
            continue
        before = _before(at, int(days))
        due, offers = desk.register.persons_due(doc_type, before), desk.register.cases.due(doc_type, before)
        made.append(Term(doc_type=doc_type, days=int(days), due=due, offers=offers))
    return tuple(made)


def run(desk: Desk) -> int:
    """Erase the person of every batch and offer whose term is over; return of how many batches.

    Notes, kept answers and refresh tokens go with an offer. The log's chain, statuses and digests stay.
    """
    at, erased = desk.now(), 0
    for term in terms(desk):
        if term.days is None:
            continue
        while True:
            done = desk.register.erase_persons(
                term.doc_type, _before(at, term.days), who=desk.who, at=at, limit=_AT_ONCE
            )
            erased += done
            if done < _AT_ONCE:
                break
        while desk.register.cases.erase(term.doc_type, _before(at, term.days), who=desk.who, at=at):
            pass  # some at a time, so that nobody waits long for the register
    return erased


def _before(at: datetime, days: int) -> datetime:
    return at - timedelta(days=days)


def _key(doc_type: str) -> str:
    return f"{_PREFIX}{doc_type}"[:64]
