"""Which checks a decision requires, and in which modes a response may have come."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from counterproof.mdoc.cose import ALGORITHMS, ES256
from counterproof.mdoc.errors import UsageError
from counterproof.mdoc.verification.checks import (
    CHAIN_CHECKS,
    DOCUMENT_CHECKS,
    ISSUER_CHECKS,
    PROOF_CHECKS,
    CheckId,
)

if TYPE_CHECKING:
    from datetime import timedelta


class Mode(StrEnum):
    """How a response came; it decides the words of the verdict, not only its checks."""

    __hash__ = str.__hash__

    TWO_WAY = "two-way"
    SHOWN_FIRST = "shown-first"
    SLIP = "slip"
    SESSION = "session"
    """Any other engagement of ISO/IEC 18013-5, with a transcript that the caller vouches for."""
    RECEIPT = "receipt"
    """Not presented at all: handed by an issuer to a wallet."""


QUALIFIERS = {
    Mode.TWO_WAY: "asked-and-answered",
    Mode.SHOWN_FIRST: "shown-first",
    Mode.SLIP: "paper",
    Mode.SESSION: "session",
    Mode.RECEIPT: "received",
}
"""What a verdict must say beside its word; a code for `counterproof.words` and for programs."""

_QR = frozenset(
    {CheckId.EXCHANGE_MODE, CheckId.EXCHANGE_CLOCK, CheckId.EXCHANGE_FRESH, CheckId.EXCHANGE_REPLAY}
)
EXCHANGE_CHECKS: dict[Mode, frozenset[CheckId]] = {
    Mode.TWO_WAY: _QR,
    Mode.SHOWN_FIRST: _QR | {CheckId.EXCHANGE_AUDIENCE, CheckId.EXCHANGE_CHALLENGE},
    Mode.SLIP: _QR | {CheckId.EXCHANGE_SPAN, CheckId.EXCHANGE_AUDIENCE, CheckId.EXCHANGE_PURPOSE},
    Mode.SESSION: frozenset({CheckId.EXCHANGE_MODE}),
    Mode.RECEIPT: frozenset({CheckId.EXCHANGE_MODE}),
}
"""The checks of the exchange that mean something in each mode."""

_ALL_EXCHANGE_CHECKS = frozenset().union(*EXCHANGE_CHECKS.values())


class Plan(NamedTuple):
    """What a policy requires in one mode: of everything, of the message, of each document, as proof."""

    required: frozenset[CheckId]
    message: frozenset[CheckId]
    document: frozenset[CheckId]
    proof: frozenset[CheckId]


@dataclass(frozen=True, slots=True)
class VerificationPolicy:
    """A named set of required checks; an empty one is refused (UsageError `policy.empty`).

    `modes` are the ways of coming that this policy takes; `algorithms` the COSE algorithms of issuer
    and device; `max_evidence_age` how old a status list, and what says who is trusted and who was revoked,
    may be even before it expires, None = its own term.
    """

    name: str
    required: frozenset[CheckId]
    modes: frozenset[Mode]
    algorithms: frozenset[int] = ALGORITHMS
    device_algorithms: frozenset[int] = ALGORITHMS
    max_evidence_age: timedelta | None = None
    plans: dict[Mode, Plan] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not self.required:
            raise UsageError("policy.empty")
        plans = {}
        for mode, own in EXCHANGE_CHECKS.items():
            required = self.required - (_ALL_EXCHANGE_CHECKS - own)
            plans[mode] = Plan(
                required, required - DOCUMENT_CHECKS, required & DOCUMENT_CHECKS, required & PROOF_CHECKS
            )
        object.__setattr__(self, "plans", plans)

    def required_in(self, mode: Mode) -> frozenset[CheckId]:
        """Return the required checks that apply to a response that came by `mode`."""
        return self.plans[mode].required

    def taking(self, *modes: Mode) -> VerificationPolicy:
        """Return a policy that takes these modes too."""
        return replace(self, modes=self.modes | set(modes))

    def unsafe_without(self, *checks: CheckId) -> VerificationPolicy:
        """Return a policy that does not require `checks`: for evidence that the caller has elsewhere."""
        name = "-".join((self.name, "without", *checks))
        return replace(self, name=name, required=self.required - set(checks))


COUNTER = VerificationPolicy(
    "counter", frozenset(CheckId), frozenset({Mode.TWO_WAY}), device_algorithms=frozenset({ES256})
)
"""Everything is required, and the holder must have answered this counter."""

COUNTER_SHOWN = replace(COUNTER, name="counter-shown").taking(Mode.SHOWN_FIRST)
"""As `counter`, and codes shown first are taken, with their qualifier."""

COUNTER_PAPER = replace(COUNTER, name="counter-paper").taking(Mode.SHOWN_FIRST, Mode.SLIP)
"""As `counter-shown`, and slips are taken, with their qualifier."""

SESSION = replace(COUNTER, name="session", modes=frozenset({Mode.SESSION}), device_algorithms=ALGORITHMS)
"""A response over another engagement, its transcript given by the caller."""

WALLET_IMPORT = VerificationPolicy(
    "wallet-import",
    ISSUER_CHECKS | {CheckId.EXCHANGE_MODE},
    frozenset({Mode.RECEIPT}),
)
"""What an issuer hands over: proven by its signature; nobody presents, no status list is at hand."""

CHAIN_INDEPENDENT = CHAIN_CHECKS | {CheckId.VALIDITY_SIGNER, CheckId.TRUST_DOC_TYPE}
"""Not to be settled where a caller vouches for the signer's bare key."""

POLICIES = {each.name: each for each in (COUNTER, COUNTER_SHOWN, COUNTER_PAPER, SESSION, WALLET_IMPORT)}
