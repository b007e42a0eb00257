"""Every bound of the QR exchange in one place, with its unit (docs/qr-exchange.md, "Limits")."""

from __future__ import annotations

from dataclasses import dataclass

from counterproof.mdoc.limits import CborLimits

_REQUEST = CborLimits(size=16_384)
_RESPONSE = CborLimits(size=65_536)
_TERMS = CborLimits(size=4_096, depth=8, items=256)


@dataclass(frozen=True, slots=True)
class ExchangeLimits:
    """Bounds of the messages, the windows of time and the memories of both sides."""

    # Messages, bytes
    message: int = 65_535  # M
    message_still: int = 1_672  # M, where no stream can be read
    request: CborLimits = _REQUEST
    response: CborLimits = _RESPONSE
    terms: CborLimits = _TERMS
    chain_bytes: int = 4_096
    card_request: int = 524_288  # a request for a card inflated: 200 proofs fit several times
    lists: int = 1_048_576  # lists for another counter unpacked: text packs to a fifth or better
    least_answer: int = 1_218  # what every counter takes: a declined answer is that long

    # Texts, UTF-8 bytes
    purpose: int = 64
    label: int = 40
    audience_least: int = 3
    audience: int = 20
    readers: int = 8  # named in one slip

    # Two-way, seconds
    good_for_least: int = 30
    good_for: int = 300
    clock_slack: int = 60  # the wallet's clock against the request's times, either side
    transaction_slack: int = 60  # the counter stays open so much longer than the request says
    answers_opened: int = 20  # of one transaction
    answered_requests: int = 256

    # Shown first, seconds
    shown_rounding: int = 10
    shown_ahead: int = 30  # a wallet's clock may run so far ahead
    shown_life: int = 100
    seen_seconds: float = 130.0
    seen_codes: int = 4_096
    challenge_seconds: float = 120.0
    challenge_digits: int = 6

    # Slips
    slip_span: int = 31 * 86_400  # seconds from not before to not after
    ledger_entries: int = 100_000
    ledger_after: int = 86_400  # seconds that a slip is remembered after its end

    # Receipts
    kept_elements: int = 64


LIMITS = ExchangeLimits()
