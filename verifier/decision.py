"""What the counter found of one code, for window, command and program alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from counterproof.mdoc.verification.policy import QUALIFIERS, Mode
from counterproof.mdoc.verification.report import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import timedelta

    from counterproof.mdoc.verification.report import (
        DocumentReport,
        Evidence,
        VerificationReport,
        VerifiedDocument,
    )
    from counterproof.trust.floor import ClockFinding

CHALLENGED = "shown-first-challenged"
"""The qualifier of a code shown first that carries the counter's own digits."""


@dataclass(frozen=True, slots=True)
class Decision:
    """A report and what the counter adds to it; it decides nothing by itself.

    `report` is None for a two-way answer shown again while its verdict stands: the key is gone, nothing of
    the person was kept, and ACCEPTED was said before. `session` is h(S), None where no session of this
    counter was answered. `keep` are docType, namespace and identifier of what was asked for to be kept.
    `evidence_age` is how old lists may be for this purpose, None where nothing more is asked of them.
    """

    report: VerificationReport | None
    mode: Mode
    purpose: str
    clock: ClockFinding
    session: bytes | None = None
    repeat: bool = False
    declined: bool = False
    challenged: bool = False
    keep: frozenset[tuple[str, str, str]] = frozenset()
    exchange_notices: tuple[str, ...] = ()
    evidence_age: timedelta | None = None

    @property
    def verdict(self) -> Verdict:
        """The verdict of the report, or the one that stands."""
        return Verdict.ACCEPTED if self.report is None else self.report.verdict

    @property
    def code(self) -> str:
        """Why; "ok" when accepted."""
        return "ok" if self.report is None else self.report.code

    @property
    def qualifier(self) -> str:
        """How the proof came; never the words of two-way for anything else."""
        return CHALLENGED if self.challenged else QUALIFIERS[self.mode]

    @property
    def documents(self) -> tuple[DocumentReport, ...]:
        """What was found of each document."""
        return () if self.report is None else self.report.documents

    @property
    def may_show(self) -> bool:
        """Whether values may be shown: never of what was refused, nor where no time can be told.

        An open verdict shows what is proven, so that a clerk can judge whether that is enough.
        """
        return self.verdict is not Verdict.REFUSED and self.clock.ok is True

    @property
    def shown(self) -> tuple[VerifiedDocument, ...]:
        """The documents whose values may be shown."""
        return self.report.verified if self.report is not None and self.may_show else ()

    @property
    def missing(self) -> tuple[tuple[str, ...], ...]:
        """What was asked for and not shown: docType alone, or with namespace and identifier."""
        if self.report is None:
            return ()
        return (*((each,) for each in self.report.missing_documents), *self.report.missing)

    @property
    def left_out(self) -> tuple[tuple[str, ...], ...]:
        """What nobody asked for and nobody sees: docType alone, or with namespace and identifier."""
        if self.report is None:
            return ()
        unasked = ((each.doc_type, *pair) for each in self.documents for pair in each.unasked)
        return (*((each,) for each in self.report.left_out), *unasked)

    @property
    def notices(self) -> tuple[str, ...]:
        """Codes worth saying, each once."""
        own = () if self.report is None else self.report.notices
        parts = (own, *(each.notices for each in self.documents), self.exchange_notices)
        return tuple(dict.fromkeys(code for part in parts for code in part))

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """The dated evidence that the verdict rests on, the oldest first."""
        found: Iterable[Evidence] = (one for each in self.documents for one in each.evidence)
        return tuple(sorted(found, key=lambda one: -one.age))
