"""Revoking for many at once: a table of batches or people, checked whole, hundreds in a transaction.

What is revoked already is passed over, so a run that broke off is simply started again.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from counterproof.mdoc.errors import CounterproofError, UsageError
from counterproof.sealing import files
from issuer.agency import auditing, changing
from issuer.bulk import intake
from issuer.bulk.run import BulkRefusedError
from issuer.register import Status
from issuer.register.statuses import TARGET
from issuer.subjects import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from issuer.agency.desk import Desk

_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Revocations:
    """What a table comes to: batches or copies that are not revoked yet, of how many people."""

    targets: tuple[str, ...]
    people: int
    done_before: int


def plan(desk: Desk, source: Path, *, doc_type: str | None = None, by: str | None = None) -> Revocations:
    """Read a table with a column `batch` (a batch or a copy) or `subject`, and find everything in it.

    `by` says which of them counts where there are both, as in what `issuer list --csv` wrote.

    Raises BulkRefusedError with every bad row, UsageError `bulk.which-targets`, and as `intake.stage`.
    """
    scratch = source.with_name(f".{source.name}.{secrets.token_hex(4)}.rows")
    try:
        table = intake.stage(source, scratch)
        column = by or ("batch" if "batch" in table.names else "subject")
        if column not in table.names or (by is None and {"batch", "subject"} <= set(table.names)):
            raise UsageError("bulk.which-targets")
        problems, found = list(table.problems), _Found(desk, doc_type)
        for number in range(table.parts):
            for line, cells in intake.read_part(scratch, number):
                problems += found.take(line, column, cells.get(column, ""))
    finally:
        with files.plain_errors():
            scratch.unlink(missing_ok=True)
    if problems:
        raise BulkRefusedError(tuple(sorted(problems, key=lambda problem: problem.line)), table.rows)
    return Revocations(tuple(found.targets), len(found.people), found.done_before)


class _Found:
    def __init__(self, desk: Desk, doc_type: str | None) -> None:
        self._register, self._doc_type = desk.register, doc_type
        self._lines: dict[str, int] = {}
        self.targets: dict[str, None] = {}
        self.people: set[str] = set()
        self.done_before = 0

    def take(self, line: int, column: str, value: str) -> Iterator[Problem]:
        """Find what a row means; yield what is wrong with it."""
        first = self._lines.setdefault(value, line)
        if first != line:
            yield Problem(line, "subjects.twice", column, {"first": first})
            return
        try:
            batches = [value] if column == "batch" else self._of_person(value)
            for target in batches:
                self._add(target)
        except CounterproofError as error:
            yield Problem(line, error.code, column)

    def _of_person(self, reference: str) -> list[str]:
        kind = self._doc_type
        found = self._register.list(subject=reference, doc_type=kind, limit=1000)
        if not found or not reference:
            raise UsageError("bulk.nothing-issued")
        return [batch.batch_id for batch in found]

    def _add(self, target: str) -> None:
        match = TARGET.fullmatch(target)
        if match is None:
            raise UsageError("register.no-such-credential")
        facts = self._register.show(match[1])
        copies = [c for c in facts.credentials if match[2] is None or c.credential_id == target]
        if not copies:
            raise UsageError("register.no-such-credential")
        if all(copy.status is Status.REVOKED for copy in copies):
            self.done_before += 1
            return
        self.targets[target] = None
        self.people.add(facts.summary.subject)


def revoke(desk: Desk, planned: Revocations, *, reason: str, progress: Callable[[int], None]) -> int:
    """Revoke what was planned, for ever; return how many copies changed.

    What this has gone past is on the disk, whatever happens next. Raises UsageError `agency.two-persons`,
    before anything is revoked where that can be told.
    """
    changing.check_alone(desk, planned.targets)
    changed = 0
    for start in range(0, len(planned.targets), _AT_ONCE):
        some = planned.targets[start : start + _AT_ONCE]
        changed += changing.change(desk, "revoke", some, reason=reason, skip=True)
        progress(len(some))
    auditing.note(desk)
    return changed
