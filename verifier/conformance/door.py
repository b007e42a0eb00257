"""The loop: a line in, a line out, in order, until the input ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from verifier.conformance.answer import CaseVerdict, Judgement
from verifier.conformance.case import Case, UnusableError, read_line
from verifier.conformance.judge import judge
from verifier.conformance.lines import LINE_LIMIT, read_lines

if TYPE_CHECKING:
    from typing import BinaryIO

    from counterproof.clock import Clock

INTERNAL = "internal"
"""The code of a fault in this program; our tests count it as a failure whatever the case."""

_THOUSAND = 1000


def serve(source: BinaryIO, sink: BinaryIO, clock: Clock) -> None:
    """Answer every line of `source` on `sink`, flushed; `clock` measures `ms` alone."""
    for line in read_lines(source):
        start = clock.monotonic()
        case_id, judgement = answer(line)
        sink.write(judgement.to_line(case_id, (clock.monotonic() - start) * _THOUSAND))
        sink.flush()


def answer(line: bytes | None) -> tuple[str | None, Judgement]:
    """Return the id of a line (None where it could not be parsed) and what is said about its case."""
    if line is None:
        return None, Judgement(CaseVerdict.UNUSABLE, "case.too-long")
    try:
        parsed = read_line(line)
    except UnusableError as error:
        return error.case_id, Judgement(CaseVerdict.UNUSABLE, error.code)
    try:
        return parsed.id, judge(Case(parsed))
    except UnusableError as error:
        return parsed.id, Judgement(CaseVerdict.UNUSABLE, error.code)
    except Exception:  # noqa: BLE001 - the one boundary of the door: a fault of ours must not end a run
        return parsed.id, Judgement(CaseVerdict.UNREADABLE, INTERNAL)


__all__ = ["INTERNAL", "LINE_LIMIT", "answer", "serve"]
