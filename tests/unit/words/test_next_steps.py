"""Whatever a counter says of an answer, it says what to do next: first what to do, and never a command."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from counterproof.mdoc.verification.checks import CheckId
from counterproof.mdoc.verification.policy import COUNTER, Mode
from counterproof.mdoc.verification.report import Verdict, VerificationReport
from counterproof.trust.floor import ClockFinding
from counterproof.words.explain import all_sentences
from counterproof.words.verification import NEEDS_LISTS
from verifier.decision import Decision
from verifier.render import next_step

if TYPE_CHECKING:
    from collections.abc import Iterator

AT = datetime(2026, 6, 1, 12, tzinfo=UTC)
SURE = ClockFinding(ok=True, code="ok", at=AT, floor=AT)
UNSURE = ClockFinding(ok=None, code="clock.before-floor", at=AT, floor=AT)
FIRST_WORDS = (
    *("Ask", "Check", "Choose", "Compare", "Decide", "Do", "Fetch", "Go", "Look", "Make", "Report", "Serve"),
    *("Set", "Treat", "Update"),
    *("The holder is not proven: compare", "The holder is not proven, and there is no picture: look"),
)
REST = ("status.revoked", "status.suspended", "status.application-specific", "status.reserved")
"""What a list says of a document; the other codes of `status` are about the list itself."""
CODES = sorted({*map(str, CheckId), *NEEDS_LISTS, *REST, "certificate.untrusted", "nobody.foresaw-this"})


def report(verdict: Verdict, code: str) -> VerificationReport:
    return VerificationReport(verdict, code, COUNTER.name, Mode.TWO_WAY, AT, (), (), frozenset())


def decisions() -> Iterator[Decision]:
    for code in CODES:
        for verdict in (Verdict.REFUSED, Verdict.UNDECIDED):
            yield Decision(report(verdict, code), Mode.TWO_WAY, "", SURE)
    accepted = report(Verdict.ACCEPTED, "ok")
    for mode in Mode:
        yield Decision(accepted, mode, "", SURE)
        yield Decision(accepted, mode, "", SURE, repeat=True)
        yield Decision(accepted, mode, "", UNSURE)
    yield Decision(None, Mode.TWO_WAY, "", SURE, repeat=True)
    yield Decision(report(Verdict.REFUSED, "response.status"), Mode.TWO_WAY, "", SURE, declined=True)


def test_every_verdict_says_first_what_to_do() -> None:
    for decision in decisions():
        said = next_step(decision)
        assert said.startswith(tuple(f"{first} " for first in FIRST_WORDS)), (decision.code, said)
        assert "`" not in said, (decision.code, said)
        assert "--" not in said, (decision.code, said)


@pytest.mark.parametrize("code", sorted(NEEDS_LISTS))
def test_who_waits_for_lists_is_not_left_standing(code: str) -> None:
    assert code in all_sentences()
    said = next_step(Decision(report(Verdict.UNDECIDED, code), Mode.TWO_WAY, "", SURE))
    assert said.endswith("Until then look at a paper document.")
