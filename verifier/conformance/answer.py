"""What is said about one case."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from counterproof.mdoc.lists.standing import Standing

if TYPE_CHECKING:
    from counterproof.mdoc.verification.report import VerificationReport


class CaseVerdict(StrEnum):
    """The five words of the door."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    """Parsed, and wrong."""
    UNDECIDED = "undecided"
    """Nothing wrong, but evidence is stale or missing."""
    UNREADABLE = "unreadable"
    """Malformed."""
    UNUSABLE = "unusable"
    """The line itself cannot be judged."""


BY_STANDING = {
    Standing.ACCEPTED: CaseVerdict.ACCEPTED,
    Standing.REFUSED: CaseVerdict.REFUSED,
    Standing.UNDECIDED: CaseVerdict.UNDECIDED,
    Standing.UNREADABLE: CaseVerdict.UNREADABLE,
}


@dataclass(frozen=True, slots=True)
class Judgement:
    """Verdict and code, the CheckIds that did not pass, and what may be said when it is accepted.

    `documents` holds names of elements, never their values.
    """

    verdict: CaseVerdict
    code: str
    failed: tuple[str, ...] = ()
    documents: tuple[dict[str, Any], ...] = ()
    status: int | None = None

    @classmethod
    def of_report(cls, report: VerificationReport) -> Judgement:
        """Say what a verification report says."""
        verdict = CaseVerdict(report.verdict.value)
        documents: tuple[dict[str, Any], ...] = ()
        if verdict is CaseVerdict.ACCEPTED:
            documents = tuple(
                {
                    "doc_type": document.doc_type,
                    "elements": {space: list(items) for space, items in document.elements.items()},
                }
                for document in report.verified
            )
        return cls(verdict, report.code, tuple(check.value for check in report.failed), documents)

    def to_line(self, case_id: str | None, milliseconds: float) -> bytes:
        """Return one line of ASCII JSON, with its end."""
        members = {
            "id": case_id,
            "verdict": self.verdict.value,
            "code": self.code,
            "failed": list(self.failed),
            "documents": list(self.documents),
            "status": self.status,
            "ms": round(milliseconds, 3),
        }
        return json.dumps(members, ensure_ascii=True, separators=(",", ":")).encode("ascii") + b"\n"
