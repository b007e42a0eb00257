"""What a verifier asks of status evidence: three answers, never two."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from counterproof.mdoc.certificates.model import Certificate
    from counterproof.mdoc.mso import StatusListReference

NO_STATUS = "status.not-used"
"""The issuer keeps no status for this credential: it was made to run out instead."""


class StatusOpinion(NamedTuple):
    """Good (True), revoked or suspended (False), not to be told (None); a code; the list's own date."""

    good: bool | None
    code: str
    issued_at: datetime | None = None


class StatusEvidence(Protocol):
    """Lists at hand."""

    def judge(
        self,
        reference: StatusListReference,
        anchor: Certificate | None,
        at: datetime,
        max_age: timedelta | None,
    ) -> StatusOpinion:
        """Say what the list named by `reference`, signed under `anchor`, says of its entry at `at`."""
