"""A process that issues or revokes as fast as it can and says so; its end is a kill.

    python -m tests.kit.register_worker issue|revoke REGISTER

A line on standard output is an acknowledgement: what it names must be there whatever happens next.
"""

from __future__ import annotations

import sys
from pathlib import Path

from issuer.register import Register, Status
from tests.kit.register import AT, WHO, a_batch


def issue(register: Register) -> None:
    """Record batches of three for ever."""
    (facts, *_) = register.status_lists()
    while True:
        batch = a_batch(register, facts.list_id, 3)
        say(register.record_batch(batch, at=AT).batch_id)


def revoke(register: Register) -> None:
    """Revoke one batch after the other."""
    for batch in register.list(limit=1000):
        if not batch.revoked:
            register.set_status(batch.batch_id, Status.REVOKED, reason="lost", who=WHO, at=AT)
            say(batch.batch_id)


def say(text: str) -> None:
    """Acknowledge."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    what = {"issue": issue, "revoke": revoke}[sys.argv[1]]
    what(Register.open(Path(sys.argv[2])))
