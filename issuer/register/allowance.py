"""How much one person did alone of late, and what a second one let go on; within the caller's transaction."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import and_, delete, func, insert, select

from counterproof.mdoc.errors import UsageError
from issuer.register import acts
from issuer.register.console_model import ProposalState, folded
from issuer.register.console_tables import proposal_targets, proposals, status_changes
from issuer.register.tables import log

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection, Select

_NAME = 20
ONE_BY_ONE: Final = "one-by-one"
"""The kind of what somebody gives alone to one person after the other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """How many documents one person may change alone since a time."""

    most: int
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A run or a withdrawal that needs leave where it touches too many: `kind` of what, under which name.

    `digest` is SHA-256 of what exactly is to be done, `documents` how many it touches now, and `total` with
    what was done under the same name before.
    """

    kind: str
    name: str
    digest: bytes
    documents: int
    total: int


def allow(connection: Connection, wanted: Wanted, *, rule: Rule, who: str, at: datetime) -> None:
    """Let something begin, behind its act: alone where it is little, by a second person's leave else.

    Raises UsageError `agency.two-persons`, before which nothing may have changed but what is undone with it.
    """
    alone = leave(connection, wanted, rule=rule, who=who, at=at)
    if alone:
        count(connection, wanted.kind, alone, rule=rule, who=who, at=at)


def count_one(connection: Connection, *, rule: Rule, who: str, at: datetime) -> None:
    """Count the newest act as one more card that somebody gave alone, one by one.

    Raises UsageError `agency.one-by-one` where it is one too many, and undoes what it stands behind.
    """
    check_one(connection, rule=rule, who=who)
    count(connection, ONE_BY_ONE, 1, rule=rule, who=who, at=at)


def check_one(connection: Connection, *, rule: Rule, who: str) -> None:
    """Each agreement of a second person within the time lets somebody give as many more."""
    theirs = and_(
        proposals.c.action == ONE_BY_ONE,
        proposals.c.state == ProposalState.APPROVED.value,
        proposals.c.decided_at >= rule.since,
        proposal_targets.c.target == named_after(who),
    )
    joined = proposals.join(proposal_targets, proposal_targets.c.proposal == proposals.c.id)
    more = select(func.coalesce(func.sum(proposals.c.documents), 0)).select_from(joined).where(theirs)
    most = rule.most + int(connection.execute(more).scalar_one())
    if lately(connection, who, rule.since, ONE_BY_ONE) >= most:
        raise UsageError("agency.one-by-one", most=most)


def named_after(who: str) -> str:
    """Return the name under which leave for a person is asked for."""
    return hashlib.sha256(folded(who).encode()).hexdigest()[:_NAME]


def leave(connection: Connection, wanted: Wanted, *, rule: Rule, who: str, at: datetime) -> int:
    """Return how many more this does alone; none where somebody agreed. Raises `agency.two-persons`.

    What was counted when exactly this was begun before is not counted again when it goes on.
    """
    agreed = connection.execute(named(wanted, ProposalState.APPROVED, at)).first()
    if agreed is not None and wanted.total <= agreed.documents:
        return 0
    before = lately(connection, who, rule.since, wanted.kind)
    more = max(0, wanted.documents - _begun(connection, wanted, rule=rule, who=who))
    if before + more > rule.most:
        raise UsageError("agency.two-persons", most=rule.most, documents=more, before=before)
    return more


def _begun(connection: Connection, wanted: Wanted, *, rule: Rule, who: str) -> int:
    """Return how many were counted of late when somebody began exactly this."""
    theirs = and_(
        status_changes.c.who == folded(who),
        status_changes.c.at >= rule.since,
        status_changes.c.kind == wanted.kind,
        log.c.action == f"begin-{wanted.kind}",
        log.c.target == wanted.name,
    )
    joined = status_changes.join(log, log.c.seq == status_changes.c.act)
    total = select(func.coalesce(func.sum(status_changes.c.documents), 0)).select_from(joined).where(theirs)
    return int(connection.execute(total).scalar_one())


def named(wanted: Wanted, state: ProposalState, at: datetime) -> Select[Any]:
    """Return the query of the proposals of exactly this that are in a state, and not over."""
    same = and_(
        proposals.c.action == wanted.kind,
        proposals.c.digest == wanted.digest,
        proposals.c.state == state.value,
        proposals.c.expires_at > at,
        proposal_targets.c.target == wanted.name,
    )
    joined = proposals.join(proposal_targets, proposal_targets.c.proposal == proposals.c.id)
    return select(proposals).select_from(joined).where(same).order_by(proposals.c.documents.desc())


def count(
    connection: Connection, kind: str | None, documents: int, *, rule: Rule, who: str, at: datetime
) -> None:
    """Count the newest act as something that somebody did alone."""
    row = {
        "act": acts.head(connection).seq,
        "who": folded(who),
        "at": at,
        "documents": documents,
        "kind": kind,
    }
    connection.execute(delete(status_changes).where(status_changes.c.at < rule.since))
    connection.execute(insert(status_changes), [row])


def lately(connection: Connection, who: str, since: datetime, kind: str | None) -> int:
    """Return how many somebody touched alone since a time, by things of a kind; None is changes of status."""
    theirs = and_(
        status_changes.c.who == folded(who), status_changes.c.at >= since, status_changes.c.kind == kind
    )
    total = select(func.coalesce(func.sum(status_changes.c.documents), 0)).where(theirs)
    return int(connection.execute(total).scalar_one())
