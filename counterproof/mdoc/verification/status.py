"""What a verifier asks of status evidence: three answers, never two."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import msgspec

from counterproof.mdoc.lists.status_finding import StatusAnswer

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from counterproof.mdoc.certificates.model import Certificate
    from counterproof.mdoc.lists.status_finding import StatusFinding
    from counterproof.mdoc.lists.status_lists import StatusLists
    from counterproof.mdoc.mso import StatusListReference

NO_STATUS = "status.not-used"
"""The issuer keeps no status for this credential: it was made to run out instead."""


class StatusOpinion(msgspec.Struct, frozen=True, gc=False):
    """Good (True), revoked or suspended (False), not to be told (None); a code; the list's own date."""

    good: bool | None
    code: str = "ok"
    issued_at: datetime | None = None


def opinion_on(finding: StatusFinding) -> StatusOpinion:
    """Turn a finding into an opinion; a list that proves nothing leaves the status open, never good."""
    if finding.answer is StatusAnswer.VALID:
        return StatusOpinion(True, finding.code, finding.issued_at)  # noqa: FBT003 - one of three answers
    return StatusOpinion(False if finding.refuses else None, finding.code, finding.issued_at)


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


class ListedStatuses:
    """Status evidence from lists in memory."""

    __slots__ = ("_lists",)

    def __init__(self, lists: StatusLists) -> None:
        self._lists = lists

    def judge(
        self,
        reference: StatusListReference,
        anchor: Certificate | None,
        at: datetime,
        max_age: timedelta | None,
    ) -> StatusOpinion:
        """Say what the list says; a list that proves nothing leaves the status open, never good."""
        if anchor is None:
            return StatusOpinion(None, "status.missing")
        return opinion_on(self._lists.judge(reference, issuer=anchor, at=at, max_age=max_age))
