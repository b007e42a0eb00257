"""What people do to many: how much one of them did alone of late, and what waits for a second one.

The rule is held inside the transaction that changes, so requests at once cannot pass it together.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, insert, select, update

from counterproof.mdoc.errors import StoreError, UsageError
from issuer.register import acts, allowance, statuses
from issuer.register.console_model import Proposal, ProposalState
from issuer.register.console_tables import proposal_targets, proposals
from issuer.register.model import Status, check_reason

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from sqlalchemy import Connection, Row

    from counterproof.mdoc.errors import Fact
    from issuer.register.allowance import Rule, Wanted
    from issuer.register.store import Store

_ID_BYTES = 10
_MAX_PAGE = 1000
_CHUNK = 500
_DONE_BEFORE = frozenset({"register.already-revoked", "register.already-suspended", "register.not-suspended"})


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
            before = allowance.lately(connection, who, rule.since, None)
            if before + documents > rule.most:
                raise UsageError("agency.two-persons", most=rule.most, documents=documents, before=before)
            changed = _set(connection, targets, status, reason=reason, who=who, at=at, skip=skip)
            if changed:
                allowance.count(connection, None, documents, rule=rule, who=who, at=at)
            return changed

    def lately(self, who: str, since: datetime) -> int:
        """Return of how many documents somebody changed the status alone since a time."""
        with self._store.read() as connection:
            return allowance.lately(connection, who, since, None)

    def allow(self, wanted: Wanted, *, rule: Rule, who: str, at: datetime) -> None:
        """Let something begin, and count it, in a transaction of its own; raises as `allow`."""
        with self._store.write() as connection:
            acts.lock(connection)
            facts: dict[str, Fact] = {"documents": wanted.documents, "sha256": wanted.digest.hex()}
            act = acts.Act(
                at=at, who=who, action=f"begin-{wanted.kind}", target=wanted.name, why="begun", facts=facts
            )
            acts.append(connection, act)
            allowance.allow(connection, wanted, rule=rule, who=who, at=at)

    def check_one(self, *, rule: Rule, who: str) -> None:
        """Raise UsageError `agency.one-by-one` where `count_one` would, as things stand now."""
        with self._store.read() as connection:
            allowance.check_one(connection, rule=rule, who=who)

    def check(self, wanted: Wanted, *, rule: Rule, who: str, at: datetime) -> None:
        """Raise UsageError `agency.two-persons` where `allow` would, as things stand now."""
        with self._store.read() as connection:
            allowance.leave(connection, wanted, rule=rule, who=who, at=at)

    def waiting(self, wanted: Wanted, *, at: datetime) -> Proposal | None:
        """Return the proposal of this that waits already, or None."""
        with self._store.read() as connection:
            found = connection.execute(allowance.named(wanted, ProposalState.WAITING, at)).first()
        return None if found is None else _proposal(found)

    def finish_leave(self, wanted: Wanted, *, changed: int, at: datetime) -> None:
        """Write down that what a second person let go on is done; nothing where none had to."""
        with self._store.write() as connection:
            found = connection.execute(allowance.named(wanted, ProposalState.APPROVED, at)).first()
            if found is not None:
                values = {"state": ProposalState.DONE.value, "changed": changed}
                connection.execute(update(proposals).where(proposals.c.id == found.id).values(**values))

    def propose(
        self,
        action: str,
        targets: Sequence[str],
        *,
        reason: str,
        expires_at: datetime,
        who: str,
        at: datetime,
        leave: Wanted | None = None,
    ) -> Proposal:
        """Note what waits for a second person; raises `register.bad-reason`.

        `leave` is what is to be let go on, where it is no change of statuses.
        """
        check_reason(reason)
        proposal_id = base64.b32encode(self._random(_ID_BYTES)).decode().lower()
        documents = documents_of(targets) if leave is None else max(leave.documents, leave.total)
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
            "digest": None if leave is None else leave.digest,
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
        digest=row.digest,
    )
