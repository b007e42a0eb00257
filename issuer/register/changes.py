"""Changes of statuses by people: how many one of them made of late, and those that wait for a second one.

The rule is held inside the transaction that changes, so requests at once cannot pass it together.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, delete, func, insert, select, update

from counterproof.mdoc.errors import StoreError, UsageError
from issuer.register import acts, statuses
from issuer.register.console_model import Proposal, ProposalState, folded
from issuer.register.console_tables import proposal_targets, proposals, status_changes
from issuer.register.model import Status, check_reason

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from sqlalchemy import Connection, Row

    from issuer.register.store import Store

_ID_BYTES = 10
_MAX_PAGE = 1000
_CHUNK = 500
_DONE_BEFORE = frozenset({"register.already-revoked", "register.already-suspended", "register.not-suspended"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """How many documents one person may change alone since a time."""

    most: int
    since: datetime


class ChangeRegister:
    """The changes of one register."""

    def __init__(self, store: Store, random: Callable[[int], bytes]) -> None:
        self._store = store
        self._random = random

    def change(
        self,
        targets: Sequence[str],
        status: Status,
        *,
        rule: Rule,
        reason: str,
        who: str,
        at: datetime,
        skip: bool = False,
    ) -> int:
        """Set the status of copies and batches in one transaction; return how many copies changed.

        `skip` passes over what has that status already. Raises UsageError `agency.two-persons`, and as
        `issuer.register.statuses.set_status`.
        """
        with self._store.write() as connection:
            acts.lock(connection)
            documents = documents_of(targets)
            before = _lately(connection, who, rule.since)
            if before + documents > rule.most:
                raise UsageError("agency.two-persons", most=rule.most, documents=documents, before=before)
            changed = _set(connection, targets, status, reason=reason, who=who, at=at, skip=skip)
            if changed:
                head = acts.head(connection)
                row = {"act": head.seq, "who": folded(who), "at": at, "documents": documents}
                connection.execute(delete(status_changes).where(status_changes.c.at < rule.since))
                connection.execute(insert(status_changes), [row])
            return changed

    def lately(self, who: str, since: datetime) -> int:
        """Return how many documents somebody changed alone since a time."""
        with self._store.read() as connection:
            return _lately(connection, who, since)

    def propose(
        self,
        action: str,
        targets: Sequence[str],
        *,
        reason: str,
        expires_at: datetime,
        who: str,
        at: datetime,
    ) -> Proposal:
        """Note a change that waits for a second person; raises `register.bad-reason`."""
        check_reason(reason)
        proposal_id = base64.b32encode(self._random(_ID_BYTES)).decode().lower()
        documents = documents_of(targets)
        row = {
            "id": proposal_id,
            "action": action,
            "reason": reason,
            "documents": documents,
            "who": str(who),
            "created_at": at,
            "expires_at": expires_at,
            "state": ProposalState.WAITING.value,
            "changed": 0,
        }
        with self._store.write() as connection:
            acts.lock(connection)
            act = acts.Act(
                at=at,
                who=who,
                action="propose",
                target=proposal_id,
                why=reason,
                facts={"change": action, "documents": documents},
            )
            acts.append(connection, act)
            connection.execute(insert(proposals), [row])
            numbered = [
                {"proposal": proposal_id, "number": number, "target": target}
                for number, target in enumerate(targets)
            ]
            for start in range(0, len(numbered), _CHUNK):
                connection.execute(insert(proposal_targets), numbered[start : start + _CHUNK])
            return _one(connection, proposal_id)

    def proposal(self, proposal_id: str) -> Proposal:
        """Return a proposal; raise UsageError `register.no-such-proposal`."""
        with self._store.read() as connection:
            return _one(connection, proposal_id)

    def proposals(self, *, state: ProposalState | None = None, limit: int = 100) -> tuple[Proposal, ...]:
        """Return proposals, newest first."""
        query = select(proposals).order_by(proposals.c.created_at.desc(), proposals.c.id)
        if state is not None:
            query = query.where(proposals.c.state == state.value)
        with self._store.read() as connection:
            found = connection.execute(query.limit(max(1, min(limit, _MAX_PAGE)))).all()
        return tuple(_proposal(row) for row in found)

    def targets(self, proposal_id: str) -> tuple[str, ...]:
        """Return what a proposal is about, in order."""
        here = proposal_targets.c.proposal == proposal_id
        query = select(proposal_targets.c.target).where(here).order_by(proposal_targets.c.number)
        with self._store.read() as connection:
            return tuple(connection.execute(query).scalars())

    def decide(self, proposal_id: str, state: ProposalState, *, who: str, at: datetime) -> Proposal:
        """Decide a proposal that waits; raises StoreError `register.proposal-over`."""
        with self._store.write() as connection:
            acts.lock(connection)
            found = _one(connection, proposal_id)
            if found.state is not ProposalState.WAITING or found.expires_at <= at:
                raise StoreError("register.proposal-over")
            action = {"approved": "agree", "refused": "disagree"}.get(state.value, "withdraw-proposal")
            act = acts.Act(at=at, who=who, action=action, target=proposal_id, why=found.reason, facts={})
            acts.append(connection, act)
            values = {"state": state.value, "decided_by": str(who), "decided_at": at}
            here = proposals.c.id == proposal_id
            connection.execute(update(proposals).where(here).values(**values))
            return _one(connection, proposal_id)

    def carry_out(
        self, proposal_id: str, targets: Sequence[str], status: Status, *, who: str, at: datetime
    ) -> int:
        """Change some of what was agreed to, in one transaction; what is so already is passed over."""
        with self._store.write() as connection:
            acts.lock(connection)
            found = _one(connection, proposal_id)
            changed = _set(connection, targets, status, reason=found.reason, who=who, at=at, skip=True)
            here = proposals.c.id == proposal_id
            connection.execute(update(proposals).where(here).values(changed=proposals.c.changed + changed))
            return changed

    def finish(self, proposal_id: str) -> Proposal:
        """Write down that everything that was agreed to is done."""
        here = and_(proposals.c.id == proposal_id, proposals.c.state == ProposalState.APPROVED.value)
        with self._store.write() as connection:
            connection.execute(update(proposals).where(here).values(state=ProposalState.DONE.value))
            return _one(connection, proposal_id)


def documents_of(targets: Sequence[str]) -> int:
    """Return how many documents targets are about; one-time copies of one document count once."""
    return len({target.partition(".")[0] for target in targets})


def _set(
    connection: Connection,
    targets: Sequence[str],
    status: Status,
    *,
    reason: str,
    who: str,
    at: datetime,
    skip: bool,
) -> int:
    changed = 0
    for target in targets:
        try:
            changed += statuses.set_status(connection, target, status, reason=reason, who=who, at=at)
        except StoreError as error:
            if not skip or error.code not in _DONE_BEFORE:
                raise
    return changed


def _lately(connection: Connection, who: str, since: datetime) -> int:
    theirs = and_(status_changes.c.who == folded(who), status_changes.c.at >= since)
    total = select(func.coalesce(func.sum(status_changes.c.documents), 0)).where(theirs)
    return int(connection.execute(total).scalar_one())


def _one(connection: Connection, proposal_id: str) -> Proposal:
    row = connection.execute(select(proposals).where(proposals.c.id == proposal_id)).first()
    if row is None:
        raise UsageError("register.no-such-proposal")
    return _proposal(row)


def _proposal(row: Row[Any]) -> Proposal:
    return Proposal(
        proposal_id=row.id,
        action=row.action,
        reason=row.reason,
        documents=row.documents,
        who=row.who,
        created_at=row.created_at,
        expires_at=row.expires_at,
        state=ProposalState(row.state),
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        changed=row.changed,
    )
