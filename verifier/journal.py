"""The journal: how often what was decided, by day and reason. No person, no time of day, no code's name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from verifier.state import State


@dataclass(frozen=True, slots=True)
class Tally:
    """So many times in a day: `outcome` is a verdict, or what else a clerk must be able to account for.

    Beside `accepted`, `refused` and `undecided`: `declined`, `repeat`, `unreadable`, `left-out`. `day` is
    the date in UTC; `purpose` and `mode` are empty where none is known; `code` is the reason.
    """

    day: str
    purpose: str
    mode: str
    outcome: str
    code: str
    count: int


class Journal:
    """Counts of one counter."""

    def __init__(self, state: State) -> None:
        self._state = state

    def count(self, at: datetime, *, outcome: str, code: str, mode: str = "", purpose: str = "") -> None:
        """Count one more."""
        self._state.execute(
            "INSERT INTO tallies VALUES (?, ?, ?, ?, ?, 1) ON CONFLICT DO UPDATE SET count = count + 1",
            at.date().isoformat(),
            purpose,
            mode,
            outcome,
            code,
        )

    def tallies(self) -> list[Tally]:
        """Return all counts, the newest day first."""
        found = self._state.rows(
            "SELECT day, purpose, mode, outcome, code, count FROM tallies "
            "ORDER BY day DESC, outcome, code, purpose, mode"
        )
        return [
            Tally(str(day), str(purpose), str(mode), str(outcome), str(code), int(str(count)))
            for day, purpose, mode, outcome, code, count in found
        ]

    def erase(self) -> None:
        """Forget all counts."""
        self._state.execute("DELETE FROM tallies")
