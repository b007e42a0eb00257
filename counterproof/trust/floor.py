"""The moment before which no clock can be right: authorities have signed, so time has come that far.

The floor rises with what an authority signed and this program accepted (manifests, status lists, CRLs, the
beginning of a trusted root), and with the day of the program itself; never with the clock, a request or a
document, which anybody can date. So a clock that was far ahead for a while leaves nothing behind.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Literal

import msgspec

from counterproof import strict_json
from counterproof.mdoc.errors import CounterproofError
from counterproof.mdoc.verification.checks import PASSED, Check, CheckId, unsettled
from counterproof.sealing import files
from counterproof.trust.limits import SKEW
from counterproof.trust.manifest import format_time, parse_time

if TYPE_CHECKING:
    from pathlib import Path

BUILT_AT = datetime(2026, 6, 1, tzinfo=UTC)
"""This version was not built before; it is moved on with each release."""

FAR_AHEAD = timedelta(days=730)
"""A clock this far beyond everything that was ever signed is wrong, or nothing was updated for years."""

FILE_NAME = "floor.json"
_LIMIT = 1024


class _Kept(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    type: Literal["counterproof.time-floor"]
    version: Literal[1]
    floor: str


@dataclass(frozen=True, slots=True)
class ClockFinding:
    """Whether a clock can be right: True, or None for "cannot be", with the code and the floor."""

    ok: Literal[True] | None
    code: str
    at: datetime
    floor: datetime


def check_clock(at: datetime, floor: datetime) -> ClockFinding:
    """Judge a clock that says `at` (aware): `clock.before-floor`, `clock.far-ahead`, or `ok`.

    A minute behind the floor is borne. Both are for a person to look at, not proofs that somebody cheats.
    """
    if at < floor - SKEW:
        return ClockFinding(ok=None, code="clock.before-floor", at=at, floor=floor)
    if at > floor + FAR_AHEAD:
        return ClockFinding(ok=None, code="clock.far-ahead", at=at, floor=floor)
    return ClockFinding(ok=True, code="ok", at=at, floor=floor)


def clock_check(finding: ClockFinding) -> Check:
    """Turn the finding into the check of an exchange: passed, or not to be settled."""
    if finding.ok:
        return PASSED[CheckId.EXCHANGE_CLOCK]
    return unsettled(CheckId.EXCHANGE_CLOCK, finding.code)


class TimeFloor:
    """The floor as it is kept in a folder; it only rises."""

    def __init__(self, folder: Path, *, built_at: datetime = BUILT_AT) -> None:
        self._path = folder / FILE_NAME
        self._built_at = built_at

    def value(self) -> datetime:
        """Return the floor; a file that is missing or damaged leaves the day of the program."""
        try:
            members = strict_json.loads(files.read_regular(self._path, limit=_LIMIT), limit=_LIMIT)
            return max(parse_time(strict_json.convert(members, _Kept).floor), self._built_at)
        except CounterproofError:
            return self._built_at

    def raise_to(self, moment: datetime) -> None:
        """Keep `moment` (aware) if it is later than what is kept; raises StoreError `sealing.*`.

        The caller holds the lock of the folder.
        """
        if moment > self.value():
            kept = _Kept(type="counterproof.time-floor", version=1, floor=format_time(moment))
            files.write_atomic(self._path, strict_json.dumps(kept))
