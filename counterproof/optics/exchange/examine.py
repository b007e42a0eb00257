"""What a counter finds of a presentation before its documents: one function a mode, facts alone.

Which facts are required is the policy's business; `counterproof.mdoc.verification` decides.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from counterproof.mdoc.errors import CryptoError, LimitError, UsageError
from counterproof.mdoc.verification.checks import CheckId
from counterproof.mdoc.verification.policy import Mode
from counterproof.optics.exchange.facts import (
    HOLDS,
    ExchangeFacts,
    Fact,
    clock_fact,
    mode_fact,
    no,
    unknown,
)
from counterproof.optics.exchange.limits import LIMITS
from counterproof.optics.exchange.memories import Seen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from counterproof.mdoc.mso import ValidityInfo
    from counterproof.optics.exchange.memories import Challenge, SeenCodes, SlipLedger
    from counterproof.optics.exchange.reader_side import CounterTransaction, Received
    from counterproof.optics.exchange.shown import QrShown
    from counterproof.optics.exchange.slip import QrSlip


@dataclass(frozen=True, slots=True)
class Moment:
    """The counter as it is when a code comes.

    `now_unix` wall clock and `floor_unix` time floor in Unix seconds, `seconds` monotonic. `allowed` are the
    policy's modes, `transaction` names what the clerk is doing, `ids` are the office's and the counter's own.
    """

    now_unix: float
    seconds: float
    transaction: str
    allowed: frozenset[Mode]
    floor_unix: float | None = None
    ids: frozenset[str] = frozenset()


def examine_two_way(
    transaction: CounterTransaction, m: bytes, moment: Moment
) -> tuple[ExchangeFacts, Received | None]:
    """Open an answer and state the facts; None where it did not open.

    Raises MalformedError and LimitError for an answer that opens and cannot be read.
    """
    received: Received | None = None
    fresh, replay = HOLDS, HOLDS
    try:
        received = transaction.receive(m, moment.seconds)
    except (CryptoError, UsageError, LimitError) as error:
        if error.code not in _UNOPENED:
            raise
        fresh, replay = no(error.code), unknown(error.code)
    facts = {
        CheckId.EXCHANGE_MODE: mode_fact(Mode.TWO_WAY, moment.allowed),
        CheckId.EXCHANGE_CLOCK: clock_fact(moment.now_unix, moment.floor_unix),
        CheckId.EXCHANGE_FRESH: fresh,
        CheckId.EXCHANGE_REPLAY: replay,
    }
    repeat = received is not None and received.repeat
    return ExchangeFacts(Mode.TWO_WAY, facts, repeat=repeat, audience_named=True), received


_UNOPENED = frozenset({"exchange.other-request", "exchange.transaction-over", "exchange.answers"})


def examine_shown(shown: QrShown, moment: Moment, seen: SeenCodes, challenge: Challenge) -> ExchangeFacts:
    """State the facts of a code shown first.

    After ACCEPTED the caller remembers the code in `seen` and closes `challenge`.
    """
    state = seen.look(shown.session_digest, moment.transaction, seconds=moment.seconds, unix=moment.now_unix)
    repeat = state is Seen.REPEAT
    met = HOLDS if repeat else _challenge(shown, challenge, moment.seconds)
    facts = {
        CheckId.EXCHANGE_MODE: mode_fact(Mode.SHOWN_FIRST, moment.allowed),
        CheckId.EXCHANGE_CLOCK: clock_fact(moment.now_unix, moment.floor_unix),
        CheckId.EXCHANGE_FRESH: _shown_fresh(shown.terms.time, moment.now_unix, seen.started_unix),
        CheckId.EXCHANGE_AUDIENCE: _audience([shown.terms.audience] if shown.terms.audience else [], moment),
        CheckId.EXCHANGE_CHALLENGE: met,
        CheckId.EXCHANGE_REPLAY: _SEEN[state],
    }
    return ExchangeFacts(
        Mode.SHOWN_FIRST,
        facts,
        repeat=repeat,
        audience_named=shown.terms.audience is not None,
        challenge_met=shown.terms.challenge is not None and met.holds is True,
    )


_SEEN = {
    Seen.NEW: HOLDS,
    Seen.REPEAT: HOLDS,
    Seen.REPLAY: no("exchange.code-seen"),
    Seen.FULL: unknown("exchange.seen-full"),
}


def _shown_fresh(time: int, now: float, started: float) -> Fact:
    """Judge the window: time - 30 <= now < time + 100, and no part of it before this counter remembers."""
    if now < time - LIMITS.shown_ahead:
        return no("exchange.code-early")
    if now >= time + LIMITS.shown_life:
        return no("exchange.code-old")
    if time - LIMITS.shown_ahead < started:
        # It could have been accepted here before the memory of seen codes began.
        return no("exchange.code-before-start")
    return HOLDS


def _challenge(shown: QrShown, challenge: Challenge, seconds: float) -> Fact:
    digits = shown.terms.challenge
    if challenge.is_open(seconds):
        if digits is None:
            return no("exchange.challenge-missing")
        return HOLDS if challenge.matches(digits, seconds) else no("exchange.challenge-wrong")
    if digits is None:
        return HOLDS
    return no("exchange.challenge-over" if challenge.was_opened() else "exchange.challenge-not-open")


def _audience(named: Sequence[str], moment: Moment) -> Fact:
    if named and not moment.ids.intersection(named):
        return no("exchange.other-audience")
    return HOLDS


def examine_slip(
    slip: QrSlip,
    moment: Moment,
    ledger: SlipLedger,
    *,
    purpose: str,
    repeats_allowed: bool,
    validities: Sequence[ValidityInfo],
) -> ExchangeFacts:
    """State the facts of a slip.

    `purpose` is the counter's own; `repeats_allowed` says whether that purpose takes a slip twice;
    `validities` are those of the response's documents. Before the caller shows ACCEPTED it writes the slip
    down in `ledger`, until `ledger_until(slip)`.
    """
    prior = ledger.transaction_of(slip.session_digest)
    repeat = prior is not None and prior == moment.transaction
    facts = {
        CheckId.EXCHANGE_MODE: mode_fact(Mode.SLIP, moment.allowed),
        CheckId.EXCHANGE_CLOCK: clock_fact(moment.now_unix, moment.floor_unix),
        CheckId.EXCHANGE_FRESH: _slip_fresh(slip, moment.now_unix),
        CheckId.EXCHANGE_SPAN: _span(slip, validities),
        CheckId.EXCHANGE_AUDIENCE: _audience(slip.terms.readers, moment),
        CheckId.EXCHANGE_PURPOSE: HOLDS if slip.terms.purpose == purpose else no("exchange.other-purpose"),
        CheckId.EXCHANGE_REPLAY: HOLDS
        if repeat
        else _slip_replay(ledger, moment.now_unix, prior, repeats_allowed=repeats_allowed),
    }
    return ExchangeFacts(Mode.SLIP, facts, repeat=repeat, audience_named=bool(slip.terms.readers))


def ledger_until(slip: QrSlip) -> int:
    """Return until when a slip must stay in the ledger, Unix seconds."""
    return slip.terms.not_after + LIMITS.ledger_after


def _slip_fresh(slip: QrSlip, now: float) -> Fact:
    if now < slip.terms.not_before:
        return no("exchange.slip-early")
    return HOLDS if now <= slip.terms.not_after else no("exchange.slip-over")


def _span(slip: QrSlip, validities: Sequence[ValidityInfo]) -> Fact:
    start, end = slip.terms.not_before, slip.terms.not_after
    if not start < end <= start + LIMITS.slip_span:
        return no("exchange.slip-span")
    for validity in validities:
        if start < validity.valid_from.timestamp() or end > validity.valid_until.timestamp():
            return no("exchange.slip-outlives-document")
    return HOLDS


def _slip_replay(ledger: SlipLedger, now: float, prior: str | None, *, repeats_allowed: bool) -> Fact:
    if prior is not None:
        return (
            Fact(holds=True, code="exchange.slip-repeated") if repeats_allowed else no("exchange.slip-seen")
        )
    return HOLDS if ledger.has_room(now) else unknown("exchange.ledger-full")
