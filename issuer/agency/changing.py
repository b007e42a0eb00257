"""Changing statuses: one person alone changes so many documents in a day, and a second one agrees to more.

The console, the HTTP interface and the command line all come through here.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from counterproof.mdoc.errors import LimitError, UsageError
from issuer.register import Actor, Status
from issuer.register.allowance import Rule
from issuer.register.changes import documents_of
from issuer.register.console_model import ProposalState, folded
from issuer.register.statuses import parse_target

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from issuer.agency.desk import Desk
    from issuer.register.console_model import Proposal

LIMIT: Final = "two-person-limit"
DEFAULT, MOST = 50, 1_000_000
MOST_TARGETS: Final = 100_000
WINDOW: Final = timedelta(days=1)
STANDS: Final = timedelta(days=7)
"""How long a proposal waits for a second person."""

STATUSES: Final = {"revoke": Status.REVOKED, "suspend": Status.SUSPENDED, "reinstate": Status.VALID}
_AT_ONCE = 200


def limit(desk: Desk) -> int:
    """Return how many documents one person may change alone within a day."""
    return int(desk.register.settings().get(LIMIT, DEFAULT))


def set_limit(desk: Desk, documents: int) -> None:
    """Set that number; raises UsageError `agency.limit`."""
    if not 0 <= documents <= MOST:
        raise UsageError("agency.limit", most=MOST)
    desk.register.set_settings({LIMIT: str(documents)}, who=desk.who, at=desk.now())


def alone(desk: Desk, targets: Sequence[str]) -> bool:
    """Tell whether this person may change all of this without a second one, as things stand now."""
    try:
        check_alone(desk, targets)
    except UsageError:
        return False
    return True


def check_alone(desk: Desk, targets: Sequence[str]) -> None:
    """Raise UsageError `agency.two-persons` unless this person may change all of this alone."""
    held = rule(desk)
    documents, before = documents_of(targets), desk.register.changes.lately(desk.who, held.since)
    if before + documents > held.most:
        raise UsageError("agency.two-persons", most=held.most, documents=documents, before=before)


def change(desk: Desk, action: str, targets: Sequence[str], *, reason: str, skip: bool = False) -> int:
    """Do `revoke`, `suspend` or `reinstate` with copies and batches; return how many copies changed.

    Raises UsageError `agency.two-persons`, and as `issuer.register.statuses.set_status`.
    """
    return desk.register.changes.change(
        targets,
        STATUSES[action],
        rule=rule(desk),
        reason=reason,
        who=desk.who,
        at=desk.now(),
        skip=skip,
    )


def propose(desk: Desk, action: str, targets: Sequence[str], *, reason: str) -> Proposal:
    """Note a change that a second person must agree to; nothing changes yet.

    Raises UsageError `register.no-such-credential`, `register.bad-reason`, LimitError `agency.many-targets`.
    """
    wanted = list(dict.fromkeys(targets))
    if not 1 <= len(wanted) <= MOST_TARGETS:
        raise LimitError("agency.many-targets", most=MOST_TARGETS)
    for target in wanted:
        parse_target(target)
    for target in {each.partition(".")[0] for each in wanted[:_AT_ONCE]}:
        desk.register.show(target)
    at = desk.now()
    return desk.register.changes.propose(
        action, wanted, reason=reason, expires_at=at + STANDS, who=desk.who, at=at
    )


def agree(desk: Desk, proposal_id: str, *, progress: Callable[[int], None] = lambda _: None) -> Proposal:
    """Be the second person: what was proposed is done now, in the proposer's name and on this authority.

    A run or a withdrawal is not done but let go on, by the same command as before. A break leaves the rest to
    be done by agreeing again. Raises UsageError `agency.not-second` for who
    proposed it or enrolled the proposer, `register.no-such-proposal`, StoreError `register.proposal-over`.
    """
    changes = desk.register.changes
    found = changes.proposal(proposal_id)
    _check_second(desk, found)
    if found.state is not ProposalState.APPROVED:
        found = changes.decide(proposal_id, ProposalState.APPROVED, who=desk.who, at=desk.now())
    if found.is_leave:
        return found
    who = Actor(found.who, str(desk.who))
    targets = changes.targets(proposal_id)
    for start in range(0, len(targets), _AT_ONCE):
        some = targets[start : start + _AT_ONCE]
        changes.carry_out(proposal_id, some, STATUSES[found.action], who=who, at=desk.now())
        progress(len(some))
    return changes.finish(proposal_id)


def refuse(desk: Desk, proposal_id: str) -> Proposal:
    """Decline as the second person; raises as `agree`."""
    _check_second(desk, desk.register.changes.proposal(proposal_id))
    return desk.register.changes.decide(proposal_id, ProposalState.REFUSED, who=desk.who, at=desk.now())


def withdraw(desk: Desk, proposal_id: str) -> Proposal:
    """Take one's own proposal back; raises UsageError `agency.not-proposer`, `register.proposal-over`."""
    if folded(desk.register.changes.proposal(proposal_id).who) != folded(desk.who):
        raise UsageError("agency.not-proposer")
    return desk.register.changes.decide(proposal_id, ProposalState.WITHDRAWN, who=desk.who, at=desk.now())


def _check_second(desk: Desk, proposal: Proposal) -> None:
    here = folded(desk.who)
    enrolled_by = {
        folded(each.enrolled_by)
        for each in desk.register.clerks.every()
        if folded(each.name) == folded(proposal.who)
    }
    if here == folded(proposal.who) or here in enrolled_by:
        raise UsageError("agency.not-second")


def rule(desk: Desk) -> Rule:
    """Return how many documents one person may touch alone, and since when that is counted."""
    return Rule(most=limit(desk), since=desk.now() - WINDOW)
