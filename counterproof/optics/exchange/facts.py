"""What an exchange tells about a presentation, as facts for the verification report.

Nothing is decided here: each fact holds, does not hold, or cannot be told (None), and carries a code.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from counterproof.mdoc.verification.checks import Check, CheckId, settle

if TYPE_CHECKING:
    from counterproof.mdoc.verification.policy import Mode

OK: Final = "ok"


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact and the code that says how it does not hold, or what is worth noticing though it does."""

    holds: bool | None
    code: str = OK


HOLDS: Final = Fact(holds=True)


def no(code: str) -> Fact:
    """Return a fact that does not hold."""
    return Fact(holds=False, code=code)


def unknown(code: str) -> Fact:
    """Return a fact that cannot be told."""
    return Fact(holds=None, code=code)


@dataclass(frozen=True, slots=True)
class ExchangeFacts:
    """The facts of one presentation, by the check that each settles.

    `repeat`: the very code whose verdict stands, to be counted once. `audience_named`, `challenge_met`: how
    far the code was made for this counter. `notices` are codes of facts that hold and should still be said.
    """

    mode: Mode
    facts: dict[CheckId, Fact] = field(default_factory=dict)
    repeat: bool = False
    audience_named: bool = False
    challenge_met: bool = False

    def __getitem__(self, check: CheckId) -> Fact:
        return self.facts[check]

    @property
    def notices(self) -> tuple[str, ...]:
        """Codes of facts that hold and should still be said."""
        return tuple(fact.code for fact in self.facts.values() if fact.holds and fact.code != OK)

    def checks(self) -> tuple[Check, ...]:
        """Return the facts as checks for `counterproof.mdoc.verification`, which judges the mode itself."""
        return tuple(
            settle(check, fact.holds, None if fact.code == OK else fact.code)
            for check, fact in self.facts.items()
            if check is not CheckId.EXCHANGE_MODE
        )


def mode_fact(mode: Mode, allowed: frozenset[Mode]) -> Fact:
    """Whether the policy takes this mode."""
    return HOLDS if mode in allowed else no("exchange.mode-not-allowed")


def clock_fact(now: float, floor: float | None) -> Fact:
    """Whether the counter's clock is not below its time floor, both in Unix seconds."""
    return HOLDS if floor is None or now >= floor else unknown("exchange.clock-below-floor")
