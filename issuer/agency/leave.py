"""Leave of a second person: bulk runs, and withdrawing a signer, where they touch more than a set number.

Other than a change of statuses, such a thing is done by a command with a table, or with the roots' keys. So
the second person agrees to it by name and content, and the same command goes on then.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from counterproof.mdoc.cbor import encode
from counterproof.mdoc.errors import UsageError
from issuer.agency import changing

if TYPE_CHECKING:
    from issuer.agency.desk import Desk
    from issuer.register.allowance import Wanted
    from issuer.register.console_model import Proposal


def needed(desk: Desk, wanted: Wanted) -> bool:
    """Tell whether this needs a second person who did not agree yet, as things stand now."""
    try:
        check(desk, wanted)
    except UsageError:
        return True
    return False


def check(desk: Desk, wanted: Wanted) -> None:
    """Raise UsageError `agency.two-persons` where this needs a second person who did not agree yet."""
    desk.register.changes.check(wanted, rule=changing.rule(desk), who=desk.who, at=desk.now())


def begin(desk: Desk, wanted: Wanted) -> None:
    """Count this as begun, in a transaction of its own; raises as `check`."""
    desk.register.changes.allow(wanted, rule=changing.rule(desk), who=desk.who, at=desk.now())


def propose(desk: Desk, wanted: Wanted, *, reason: str) -> Proposal:
    """Ask a second person, once: what waits already is returned. Raises `register.bad-reason`."""
    at = desk.now()
    return desk.register.changes.waiting(wanted, at=at) or desk.register.changes.propose(
        wanted.kind,
        [wanted.name],
        reason=reason,
        expires_at=at + changing.STANDS,
        who=desk.who,
        at=at,
        leave=wanted,
    )


def finish(desk: Desk, wanted: Wanted, *, changed: int) -> None:
    """Write down that what was agreed to is done."""
    desk.register.changes.finish_leave(wanted, changed=changed, at=desk.now())


def digest_of(*what: str | bytes) -> bytes:
    """Return the SHA-256 of what exactly is to be done."""
    return hashlib.sha256(encode(list(what))).digest()
