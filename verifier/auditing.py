"""An exported journal, as an auditor checks it: the file alone, without the counter that wrote it.

What each day's counts and seals must be is computed anew (see `verifier.journal`); the file's own word that a
day is good (`good`) is not taken. There is no key in the chain: whoever holds the counter can write a whole
new one, and only what was kept elsewhere shows that: an export of before (`compare`), a seal (`find_seal`).
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Annotated, Final

import msgspec

from counterproof import strict_json
from counterproof.mdoc.errors import CounterproofError, MalformedError, UsageError
from verifier.journal import FIRST, digest_of, seal_of

if TYPE_CHECKING:
    from collections.abc import Iterator

_LINE_BYTES: Final = 1 << 20
_HEX: Final = r"\A[0-9a-f]{64}\Z"
_DAY: Final = re.compile(r"(\d{4}-\d{2}-\d{2})( erased \d{1,6})?")
_SAID: Final = re.compile(r"[0-9a-f]{8,64}")
_DECISIONS: Final = ("accepted", "refused", "undecided", "declined")
_OUTCOME: Final = 2

Row = tuple[str, str, str, str, Annotated[int, msgspec.Meta(ge=1, le=(1 << 63) - 1)]]
_Key = tuple[str, str, str, str]


class _Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    day: str
    counts: tuple[Row, ...] | None
    digest: Annotated[str, msgspec.Meta(pattern=_HEX)] | None
    seal: Annotated[str, msgspec.Meta(pattern=_HEX)] | None
    good: bool | None


@dataclass(frozen=True, slots=True)
class Break:
    """Where a file is not what a counter writes: number of the line from 1, its day if it has one, and why.

    `code` is one of `counterproof.words.journal.BREAKS`.
    """

    line: int
    day: str
    code: str


@dataclass(frozen=True, slots=True)
class Difference:
    """Why an earlier export is not the beginning: the first day that differs, and a code of BREAKS."""

    day: str
    code: str


@dataclass(frozen=True, slots=True)
class Audit:
    """What a file says: `sealed` and `unsealed` lines in their order, and every break.

    `outcomes` counts by outcome what stands in sealed days without a break, `open_outcomes` what no seal
    covers yet.
    """

    sealed: tuple[_Line, ...]
    unsealed: tuple[_Line, ...]
    breaks: tuple[Break, ...]
    outcomes: dict[str, int]
    open_outcomes: dict[str, int]

    @property
    def days(self) -> tuple[str, ...]:
        """Every date that is sealed, the oldest first; what was erased counts as the day on which it was."""
        return tuple(sorted({each.day[:10] for each in self.sealed}))

    @property
    def seal(self) -> str:
        """The newest seal, hex; empty where no day is sealed."""
        return self.sealed[-1].seal or "" if self.sealed else ""

    @property
    def erased(self) -> int:
        """How many sealed days have no counts any more."""
        return sum(each.counts is None for each in self.sealed)

    @property
    def decisions(self) -> int:
        """How many verdicts sealed days count: an answer that was looked at, or a no of the wallet."""
        return sum(self.outcomes.get(each, 0) for each in _DECISIONS)


def audit(content: bytes, name: str) -> Audit:
    """Return what an export (JSON lines, UTF-8) says and where it breaks; `name` is the file's, for errors.

    A later line that cannot be read is a break. Raises MalformedError `verifier.audit-empty` for no line at
    all, `verifier.audit-foreign` where the first line is none of a journal.
    """
    if not content.strip():
        raise MalformedError("verifier.audit-empty", name=name)
    reading = _Reading()
    for number, raw in enumerate(content.removesuffix(b"\n").split(b"\n"), 1):
        try:
            line = strict_json.convert(strict_json.loads(raw, limit=_LINE_BYTES), _Line)
        except CounterproofError:
            if number == 1:
                raise MalformedError("verifier.audit-foreign", name=name) from None
            reading.breaks.append(Break(number, "", "unreadable"))
            continue
        reading.take(number, line)
    return reading.result()


class _Reading:
    """One file, line after line."""

    def __init__(self) -> None:
        self.breaks: list[Break] = []
        self._sealed: list[tuple[int, _Line]] = []
        self._unsealed: list[_Line] = []
        self._before = FIRST
        self._newest = ""
        self._outcomes: Counter[str] = Counter()
        self._open: Counter[str] = Counter()

    def take(self, number: int, line: _Line) -> None:
        """Take one line; after a break the chain is followed from the seal that stands there."""
        codes = list(self._codes(line))
        self.breaks += [Break(number, line.day, code) for code in codes]
        if line.seal is None or line.digest is None:
            self._unsealed.append(line)
            self._open.update(_outcomes(line))
            return
        self._sealed.append((number, line))
        self._before = bytes.fromhex(line.seal)
        if not codes:
            self._outcomes.update(_outcomes(line))

    def result(self) -> Audit:
        """Return all of it; whether counts may be missing is known only now."""
        missing = _without_counts(self._sealed)
        return Audit(
            tuple(line for _, line in self._sealed),
            tuple(self._unsealed),
            tuple(sorted([*self.breaks, *missing], key=lambda each: each.line)),
            dict(self._outcomes),
            dict(self._open),
        )

    def _codes(self, line: _Line) -> Iterator[str]:
        found = _DAY.fullmatch(line.day)
        if found is None or not _is_date(found[1]):
            yield "day"
        elif found[2] is None:
            if found[1] <= self._newest:
                yield "order"
            self._newest = max(self._newest, found[1])
        if line.seal is None or line.digest is None:
            if line.seal != line.digest or line.counts is None:
                yield "form"
            return
        if self._unsealed:
            yield "unsealed"
        digest = bytes.fromhex(line.digest)
        if line.counts is not None and digest_of(line.day, [list(row) for row in line.counts]) != digest:
            yield "counts"
        if seal_of(self._before, digest) != bytes.fromhex(line.seal):
            yield "chain"


def _without_counts(sealed: list[tuple[int, _Line]]) -> Iterator[Break]:
    """Yield the days whose counts are gone and were not erased: that takes all, and leaves a line."""
    marks = [place for place, (_, line) in enumerate(sealed) if line.day[10:]]
    kept = [place for place, (_, line) in enumerate(sealed) if line.counts is not None]
    last_mark, first_kept = max(marks, default=-1), min(kept, default=len(sealed))
    for place, (number, line) in enumerate(sealed):
        if line.counts is None and not line.day[10:] and (place > last_mark or place > first_kept):
            yield Break(number, line.day, "missing")


def compare(earlier: Audit, now: Audit) -> Difference | None:
    """Return why `earlier` is not the beginning of `now`, None where it is.

    Its sealed days must be the same, seal by seal; a day that was still open then can only have grown.
    """
    for before, after in zip(earlier.sealed, now.sealed, strict=False):
        if (before.day, before.digest, before.seal) != (after.day, after.digest, after.seal):
            return Difference(before.day, "differs")
    if len(earlier.sealed) > len(now.sealed):
        return Difference(earlier.sealed[len(now.sealed)].day, "cut")
    added = now.sealed[len(earlier.sealed) :]
    if any(each.day[10:] for each in added):
        return None  # what was open then was erased since, and says so
    later = {each.day: each for each in (*added, *now.unsealed)}
    for then in earlier.unsealed:
        if then.day not in later:
            return Difference(then.day, "cut")
        if _counted(then) - _counted(later[then.day]):
            return Difference(then.day, "fewer")
    return None


def find_seal(audited: Audit, said: str) -> str | None:
    """Return the day up to which a seal that somebody wrote down seals, None where it is none of the file's.

    Blanks and capital letters do not count. Raises UsageError `verifier.audit-seal` for fewer than eight hex
    digits, or anything else.
    """
    wanted = "".join(said.split()).lower()
    if _SAID.fullmatch(wanted) is None:
        raise UsageError("verifier.audit-seal")
    days = [each.day for each in audited.sealed if (each.seal or "").startswith(wanted)]
    return days[-1] if days else None


def _counted(line: _Line) -> Counter[_Key]:
    found: Counter[_Key] = Counter()
    for purpose, mode, outcome, code, count in line.counts or ():
        found[purpose, mode, outcome, code] += count
    return found


def _outcomes(line: _Line) -> Counter[str]:
    found: Counter[str] = Counter()
    for row in line.counts or ():
        found[row[_OUTCOME]] += row[-1]
    return found


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
