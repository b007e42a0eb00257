"""The journal: how often what was decided, by day and reason. No person, no time of day, no code's name.

A day that is over is closed with a seal over its counts and the seal of the day before, so that whoever wrote
down one seal can tell later whether any count before it was changed. Days are sealed and not single visits:
the order of visits would say more about people than an auditor needs.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from counterproof.mdoc.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from verifier.state import State

FIRST: Final = bytes(32)
"""What stands before the first seal."""
_SAID: Final = 4  # bytes of a seal that a person writes down


@dataclass(frozen=True, slots=True)
class Tally:
    """So many times in a day: `outcome` is a verdict, or what else a clerk must be able to account for.

    Beside `accepted`, `refused` and `undecided`: `declined`, `repeat`, `unreadable`, `left-out`, `by-hand`,
    `drill`.
    `day` is the date in UTC; `purpose` and `mode` are empty where none is known; `code` is the reason.
    """

    day: str
    purpose: str
    mode: str
    outcome: str
    code: str
    count: int


@dataclass(frozen=True, slots=True)
class ClosedDay:
    """A day that is over: SHA-256 of its counts, and its seal, SHA-256 of the seal before and that digest.

    `good` is None where its counts were erased, which a seal survives.
    """

    day: str
    digest: bytes
    seal: bytes
    good: bool | None

    @property
    def said(self) -> str:
        """The beginning of the seal, for a person to write down."""
        return self.seal[:_SAID].hex(" ", 2)


class Journal:
    """Counts of one counter."""

    def __init__(self, state: State) -> None:
        self._state = state

    def count(self, at: datetime, *, outcome: str, code: str, mode: str = "", purpose: str = "") -> None:
        """Count one more; days before this one are closed. Raises StoreError `verifier.state-damaged`."""
        day = self._open_day(at.date())
        self._close_before(day)
        self._state.execute(
            "INSERT INTO tallies VALUES (?, ?, ?, ?, ?, 1) ON CONFLICT DO UPDATE SET count = count + 1",
            day,
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

    def closed(self) -> list[ClosedDay]:
        """Return the days that are over, the oldest first, each checked against its counts.

        Raises StoreError `verifier.state-damaged`.
        """
        found: list[ClosedDay] = []
        counts = self._by_day()
        before = FIRST
        for day, digest, seal in self._state.rows("SELECT day, digest, seal FROM days ORDER BY rowid"):
            if not isinstance(digest, bytes) or not isinstance(seal, bytes):
                raise StoreError("verifier.state-damaged")
            own = counts.get(str(day))
            linked = seal == seal_of(before, digest)
            kept = own is None or digest_of(str(day), own) == digest
            good = None if own is None and linked else linked and kept
            found.append(ClosedDay(str(day), digest, seal, good))
            before = seal
        return found

    def export(self) -> Iterator[dict[str, Any]]:
        """Yield every day for an auditor, the oldest first: its counts, and its seal where it is closed."""
        counts = self._by_day()
        for closed in self.closed():
            rows = counts.pop(closed.day, None)
            yield {
                "day": closed.day,
                "counts": rows,
                "digest": closed.digest.hex(),
                "seal": closed.seal.hex(),
                "good": closed.good,
            }
        for day, rows in sorted(counts.items()):
            yield {"day": day, "counts": rows, "digest": None, "seal": None, "good": None}

    def erase(self) -> None:
        """Forget all counts; seals stay, so that nobody takes a gap for a time in which nothing happened."""
        known = self._known()
        for day, rows in sorted(self._by_day().items()):
            if day not in known:
                again = sum(each.startswith(f"{day} ") for each in known)
                self._close(f"{day} erased {again + 1}", rows)
        self._state.execute("DELETE FROM tallies")

    def _open_day(self, today: date) -> str:
        """Return today, or the first day that is not closed yet where a clock was put back."""
        last = self._state.row("SELECT max(day) FROM days WHERE length(day) = 10")
        if last is None or not isinstance(last[0], str):
            return today.isoformat()
        try:
            return max(today, date.fromisoformat(last[0]) + timedelta(days=1)).isoformat()
        except (ValueError, OverflowError):
            raise StoreError("verifier.state-damaged") from None

    def _close_before(self, day: str) -> None:
        known = self._known()
        for each, rows in sorted(self._by_day(day).items()):
            if each not in known:
                self._close(each, rows)

    def _close(self, day: str, rows: list[list[str | int]]) -> None:
        newest = self._state.row("SELECT seal FROM days ORDER BY rowid DESC LIMIT 1")
        before = newest[0] if newest is not None and isinstance(newest[0], bytes) else FIRST
        digest = digest_of(day, rows)
        self._state.execute("INSERT INTO days VALUES (?, ?, ?)", day, digest, seal_of(before, digest))

    def _known(self) -> set[str]:
        return {str(day) for (day,) in self._state.rows("SELECT day FROM days")}

    def _by_day(self, before: str = "9999-99-99") -> dict[str, list[list[str | int]]]:
        found: dict[str, list[list[str | int]]] = {}
        rows = self._state.rows(
            "SELECT day, purpose, mode, outcome, code, count FROM tallies WHERE day < ? "
            "ORDER BY day, purpose, mode, outcome, code",
            before,
        )
        for day, *texts, count in rows:
            found.setdefault(str(day), []).append([*map(str, texts), int(str(count))])
        return found


def digest_of(day: str, rows: list[list[str | int]]) -> bytes:
    """Return SHA-256 of a day's name and counts: the shortest JSON of both, in ASCII."""
    return hashlib.sha256(json.dumps([day, rows], separators=(",", ":")).encode("ascii")).digest()


def seal_of(before: bytes, digest: bytes) -> bytes:
    """Return SHA-256 of the seal before and the digest of a day."""
    return hashlib.sha256(before + digest).digest()
