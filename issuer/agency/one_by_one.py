"""Giving cards to one person after the other: so many within a day alone, and a second one agrees to more.

Counted are offers for a person, at the console, over HTTP and by command, and single requests that a command
answers; what the service issues for an offer was counted when the offer was made.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from counterproof.mdoc.errors import UsageError
from issuer.agency import changing, leave
from issuer.register.allowance import ONE_BY_ONE, Rule, Wanted, named_after

if TYPE_CHECKING:
    from issuer.agency.desk import Desk
    from issuer.register.console_model import Proposal

LIMIT: Final = "one-by-one-limit"
DEFAULT: Final = 200


def limit(desk: Desk) -> int:
    """Return how many cards one person may give one by one alone within a day."""
    return int(desk.register.settings().get(LIMIT, DEFAULT))


def set_limit(desk: Desk, cards: int) -> None:
    """Set that number; raises UsageError `agency.limit`."""
    if not 0 <= cards <= changing.MOST:
        raise UsageError("agency.limit", most=changing.MOST)
    desk.register.set_settings({LIMIT: str(cards)}, who=desk.who, at=desk.now())


def rule(desk: Desk) -> Rule:
    """Return the rule that the register holds."""
    return Rule(most=limit(desk), since=desk.now() - changing.WINDOW)


def waiting(desk: Desk) -> Proposal | None:
    """Return what a second person must agree to before this one gives another card; None while none must.

    It is proposed here, once.
    """
    try:
        desk.register.changes.check_one(rule=rule(desk), who=desk.who)
    except UsageError:
        name = named_after(desk.who)
        many = max(1, limit(desk))
        wanted = Wanted(
            kind=ONE_BY_ONE,
            name=name,
            digest=leave.digest_of(ONE_BY_ONE, name),
            documents=many,
            total=many,
        )
        return leave.propose(desk, wanted, reason=ONE_BY_ONE)
    return None


def check(desk: Desk) -> None:
    """Raise UsageError `agency.one-by-one` where a second person must agree first, who finds it proposed."""
    if waiting(desk) is not None:
        raise UsageError("agency.one-by-one", most=limit(desk))
