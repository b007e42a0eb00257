"""From a message to a decision, one function a mode: facts of the exchange, then what decides.

Nothing is written here; the counter writes down what these functions found (docs/qr-exchange.md, "The
verifier", 2 to 7).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import msgspec

from counterproof.mdoc.device_response import DeviceResponse
from counterproof.mdoc.errors import UsageError
from counterproof.mdoc.verification.checks import CheckId
from counterproof.mdoc.verification.policy import Mode
from counterproof.mdoc.verification.report import VerificationReport, decide
from counterproof.mdoc.verification.requested import requested_by
from counterproof.mdoc.verification.verifier import Presentation, verify_device_response
from counterproof.optics.exchange.examine import (
    Moment,
    examine_shown,
    examine_slip,
    examine_two_way,
    ledger_until,
)
from counterproof.optics.exchange.facts import ExchangeFacts, mode_fact, no, unknown
from counterproof.optics.exchange.limits import LIMITS
from counterproof.optics.exchange.shown import QrShown
from counterproof.optics.exchange.slip import QrSlip
from counterproof.optics.exchange.transcript import digest
from counterproof.trust.floor import clock_check
from counterproof.trust.purposes.asking import with_substitutes
from counterproof.trust.purposes.registers import PurposeFinding
from verifier.decision import Decision
from verifier.question import kept_by

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from counterproof.mdoc.verification.checks import Check
    from counterproof.mdoc.verification.policy import VerificationPolicy
    from counterproof.mdoc.verification.requested import RequestedDocument
    from counterproof.mdoc.verification.trust import TrustedIssuers
    from counterproof.optics.exchange.memories import Challenge, SeenCodes, SlipLedger
    from counterproof.optics.exchange.reader_side import CounterTransaction
    from counterproof.trust.floor import ClockFinding
    from counterproof.trust.kept import KeptStatuses
    from verifier.question import Question
    from verifier.state import Now, Visit

NOTHING_REGISTERED: Final = PurposeFinding("purpose.nobody-speaks")

NEEDS_CLOCK: Final = frozenset(
    {
        CheckId.CHAIN_VALIDITY,
        CheckId.VALIDITY_FROM,
    }
)
"""What a clock that cannot be right settles wrongly. Such a clock leaves every verdict open by
EXCHANGE_CLOCK, which stays required; without this a good document would be called "not valid yet". Who signed
it, whether that signer was revoked and what it may sign are the same at any hour: those refuse, as ever.
So does an end that has passed, by the clock and by what authorities have signed: see `Around.judged_at`."""


@dataclass(frozen=True, slots=True)
class Around:
    """The counter as it is when a message comes; `finding` is what is registered for what it is doing."""

    now: Now
    at: datetime
    visit: Visit
    issuers: TrustedIssuers
    statuses: KeptStatuses
    clock: ClockFinding
    policy: VerificationPolicy
    ids: frozenset[str]
    transaction: CounterTransaction | None = None
    question: Question | None = None
    purpose: str | None = None
    finding: PurposeFinding = NOTHING_REGISTERED

    @property
    def judged_at(self) -> datetime:
        """The moment to judge documents at.

        Of a clock that cannot be right and the floor, the earlier one: what has run out by then has run
        out by both.
        """
        return self.at if self.clock.ok else min(self.at, self.clock.floor)

    def moment(self) -> Moment:
        """Return the same for the exchange; the clock is judged by the trust's own floor instead."""
        return Moment(
            now_unix=self.now.unix,
            seconds=self.now.seconds,
            transaction=self.visit.name,
            allowed=self.policy.modes,
            ids=self.ids,
        )

    def policy_for(self, mode: Mode) -> VerificationPolicy:
        """Return the policy, with evidence as fresh as the purpose needs.

        With a clock that cannot be right, without what such a clock cannot settle.
        """
        policy = replace(self.policy, max_evidence_age=self.evidence_age)
        if self.clock.ok:
            return policy
        open_questions = NEEDS_CLOCK | (
            frozenset() if mode is Mode.TWO_WAY else frozenset({CheckId.EXCHANGE_FRESH})
        )
        return replace(
            policy,
            name=f"{policy.name}-clock-wrong",
            required=(policy.required - open_questions) | {CheckId.EXCHANGE_CLOCK},
        )

    @property
    def evidence_age(self) -> timedelta | None:
        """How old lists may be for this purpose; None for as long as they count themselves."""
        registered = self.finding.purpose
        return self.policy.max_evidence_age if registered is None else registered.evidence_age

    @property
    def repeats_allowed(self) -> bool:
        """Whether a slip is taken twice: by the register, or by the saved request where none speaks."""
        if self.finding.purpose is not None:
            return self.finding.purpose.repeats
        return self.question is not None and self.question.repeats

    def checks(self, facts: ExchangeFacts) -> tuple[Check, ...]:
        """Return the facts as checks, with the finding about the clock in its place."""
        others = (check for check in facts.checks() if check.id is not CheckId.EXCHANGE_CLOCK)
        return (clock_check(self.clock), *others)

    def requested(self) -> tuple[RequestedDocument, ...] | None:
        """Return what a message is held against: the clerk's question, or the open request's.

        What the register names in place of an element is taken for it, as wallets offer it first.
        """
        if self.question is not None:
            return with_substitutes(self.question.requested(), self.finding.purpose)
        if self.transaction is not None:
            asked = requested_by(self.transaction.request.device_request)
            return with_substitutes(asked, self.finding.purpose)
        return None

    def kept(self) -> frozenset[tuple[str, str, str]]:
        """Return what was asked for to be kept."""
        if self.question is not None:
            return self.question.keep
        if self.transaction is not None:
            return kept_by([each.items for each in self.transaction.request.device_request.doc_requests])
        return frozenset()

    def own_purpose(self) -> str:
        """Return what the counter is doing, as far as it was told."""
        if self.purpose is not None:
            return self.purpose
        if self.question is not None:
            return self.question.purpose
        return "" if self.transaction is None else self.transaction.request.terms.purpose


def answer(m: bytes, around: Around) -> Decision:
    """Decide about an answer; raises MalformedError or LimitError for one that opens and cannot be read."""
    transaction = around.transaction
    if around.visit.accepted is not None and around.visit.accepted == digest(m):
        return Decision(None, Mode.TWO_WAY, around.own_purpose(), around.clock, repeat=True)
    if transaction is None:
        return Decision(_unopened(_no_request(around), around), Mode.TWO_WAY, "", around.clock)
    facts, received = examine_two_way(transaction, m, around.moment())
    purpose, session = transaction.request.terms.purpose, transaction.request.session_digest
    if received is None or received.response is None:
        return Decision(_unopened(facts, around), Mode.TWO_WAY, purpose, around.clock)
    around = replace(around, question=None)  # an answer is held against the request that it answers
    report = _verified(received.response, facts, transaction.transcript, around)
    return Decision(
        report,
        Mode.TWO_WAY,
        purpose,
        around.clock,
        session=session,
        declined=received.declined,
        keep=around.kept(),
        evidence_age=around.evidence_age,
    )


def _no_request(around: Around) -> ExchangeFacts:
    facts = {
        CheckId.EXCHANGE_MODE: mode_fact(Mode.TWO_WAY, around.policy.modes),
        CheckId.EXCHANGE_FRESH: no("exchange.transaction-over"),
        CheckId.EXCHANGE_REPLAY: unknown("exchange.transaction-over"),
    }
    return ExchangeFacts(Mode.TWO_WAY, facts)


def _unopened(facts: ExchangeFacts, around: Around) -> VerificationReport:
    """Report on what this counter could not open: there is no document to look at."""
    policy, checks = around.policy_for(Mode.TWO_WAY), around.checks(facts)
    verdict, code = decide(policy, Mode.TWO_WAY, checks, ())
    required = policy.required_in(Mode.TWO_WAY)
    return VerificationReport(verdict, code, policy.name, Mode.TWO_WAY, around.at, checks, (), required)


def shown(m: bytes, around: Around, seen: SeenCodes, challenge: Challenge) -> Decision:
    """Decide about a code shown first; raises as `QrShown.from_message` and the response's parser."""
    code = QrShown.from_message(m)
    facts = examine_shown(code, around.moment(), seen, challenge)
    report = _verified(code.response, facts, code.transcript, around)
    return Decision(
        report,
        Mode.SHOWN_FIRST,
        around.own_purpose(),
        around.clock,
        session=code.session_digest,
        repeat=facts.repeat,
        challenged=facts.challenge_met,
        keep=around.kept(),
        evidence_age=around.evidence_age,
        exchange_notices=facts.notices,
    )


def slip(m: bytes, around: Around, ledger: SlipLedger) -> Decision:
    """Decide about a slip; raises besides UsageError `verifier.purpose-needed`."""
    purpose = around.own_purpose()
    if not purpose:
        raise UsageError("verifier.purpose-needed")
    paper = QrSlip.from_message(m)
    response = DeviceResponse.from_bytes(paper.response, LIMITS.response)
    facts = examine_slip(
        paper,
        around.moment(),
        ledger,
        purpose=purpose,
        repeats_allowed=around.repeats_allowed,
        validities=[each.issuer_signed.mso.validity for each in response.documents],
    )
    report = _verified(response, facts, paper.transcript, around)
    return Decision(
        report,
        Mode.SLIP,
        purpose,
        around.clock,
        session=paper.session_digest,
        repeat=facts.repeat,
        keep=around.kept(),
        evidence_age=around.evidence_age,
        exchange_notices=facts.notices,
    )


def remember_shown(m: bytes, seen: SeenCodes, visit: str, now: Now) -> None:
    """Remember an accepted code."""
    code = QrShown.from_message(m)
    seen.remember(code.session_digest, visit, made_unix=code.terms.time, seconds=now.seconds, unix=now.unix)


def remember_slip(m: bytes, ledger: SlipLedger, visit: str) -> None:
    """Write an accepted slip down."""
    paper = QrSlip.from_message(m)
    ledger.remember(paper.session_digest, visit, ledger_until(paper))


def _verified(
    response: bytes | DeviceResponse, facts: ExchangeFacts, transcript: bytes, around: Around
) -> VerificationReport:
    read = DeviceResponse.from_bytes(response, LIMITS.response) if isinstance(response, bytes) else response
    report = verify_device_response(
        read,
        Presentation(facts.mode, transcript, around.checks(facts), around.requested()),
        trust=around.issuers,
        policy=around.policy_for(facts.mode),
        at=around.judged_at,
        statuses=around.statuses,
    )
    return msgspec.structs.replace(report, at=around.at)
