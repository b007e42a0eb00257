"""Which status list the next places are drawn from."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from issuer.agency.desk import Desk
    from issuer.register import StatusListFacts

_CROWDED = 0.9
"""Past this share of used places a new status list is begun: the last free places are few, and known."""


def list_for(desk: Desk, bits: int, copies: int) -> StatusListFacts:
    """Return a list of that width to draw from, a new one where every other is closed or nearly full."""
    every = desk.register.status_lists()
    for facts in every:
        if facts.bits == bits and not facts.closed and facts.used + copies <= facts.size * _CROWDED:
            return facts
    epoch = desk.register.settings().get("epoch", "")
    uri = desk.facts.status_uri(len(every) + 1, epoch)
    made = desk.register.create_status_list(
        uri, who=desk.who, at=desk.now(), size=desk.facts.status_size, bits=bits
    )
    return next(facts for facts in desk.register.status_lists() if facts.list_id == made)
