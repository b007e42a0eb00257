"""An exported journal, checked from the file alone: what was changed, removed, added, swapped, cut off."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from counterproof.mdoc.errors import MalformedError, UsageError
from verifier.auditing import audit, compare, find_seal
from verifier.journal import Journal
from verifier.state import State

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

DAY = datetime(2026, 6, 1, 9, tzinfo=UTC)
NAME = "journal.jsonl"
Lines = list[dict[str, Any]]


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    with State.open(tmp_path / "state.sqlite3", now_unix=0.0, random=bytes) as state:
        yield Journal(state)


def count(journal: Journal, day: int, outcome: str = "accepted") -> None:
    journal.count(DAY + timedelta(days=day), outcome=outcome, code="ok", mode="two-way", purpose="a.b")


def five_days(journal: Journal) -> Journal:
    """Four sealed days (June 1 to 4) and an open one, with two accepted and one refused each."""
    for day in range(5):
        for outcome in ("accepted", "accepted", "refused"):
            count(journal, day, outcome)
    return journal


def packed(lines: Lines) -> bytes:
    return "".join(f"{json.dumps(each)}\n" for each in lines).encode("ascii")


def line_of(counts: list[list[Any]], **others: Any) -> bytes:
    line = {"day": "2026-06-06", "counts": counts, "digest": None, "seal": None, "good": None}
    return json.dumps({**line, **others}).encode("ascii")


def exported(journal: Journal) -> bytes:
    return packed(list(journal.export()))


def breaks(content: bytes) -> list[tuple[int, str]]:
    return [(each.line, each.code) for each in audit(content, NAME).breaks]


def test_a_whole_export_holds(journal: Journal) -> None:
    found = audit(exported(five_days(journal)), NAME)
    assert found.breaks == ()
    assert found.days == ("2026-06-01", "2026-06-02", "2026-06-03", "2026-06-04")
    assert found.outcomes == {"accepted": 8, "refused": 4}
    assert found.open_outcomes == {"accepted": 2, "refused": 1}
    assert [each.day for each in found.unsealed] == ["2026-06-05"]
    assert found.decisions == 12
    assert found.seal == journal.closed()[-1].seal.hex()


def _more(lines: Lines) -> None:
    lines[1]["counts"][0][-1] += 1


def _resealed(lines: Lines) -> None:
    """Change a count and make its digest fit, as somebody does who knows half of the form."""
    _more(lines)
    text = json.dumps([lines[1]["day"], lines[1]["counts"]], separators=(",", ":"))
    lines[1]["digest"] = hashlib.sha256(text.encode()).hexdigest()


def _removed(lines: Lines) -> None:
    del lines[1]


def _swapped(lines: Lines) -> None:
    lines[1], lines[2] = lines[2], lines[1]


def _added(lines: Lines) -> None:
    lines.insert(2, {**lines[1], "counts": [["a.b", "two-way", "accepted", "ok", 9]]})


def _unsealed(lines: Lines) -> None:
    lines[1]["digest"] = lines[1]["seal"] = None


def _counts_gone(lines: Lines) -> None:
    lines[1]["counts"] = None


def _first_counts_gone(lines: Lines) -> None:
    lines[0]["counts"] = None


def _no_such_day(lines: Lines) -> None:
    lines[4]["day"] = "2026-02-30"


def _day_before(lines: Lines) -> None:
    lines[4]["day"] = "2026-06-04"


def _half_a_seal(lines: Lines) -> None:
    lines[4]["seal"] = "0" * 64


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (_more, [(2, "counts")]),
        (_resealed, [(2, "chain")]),
        (_removed, [(2, "chain")]),
        (_swapped, [(2, "chain"), (3, "order"), (3, "chain"), (4, "chain")]),
        (_added, [(3, "order"), (3, "counts"), (3, "chain")]),
        (_unsealed, [(3, "unsealed"), (3, "chain"), (4, "unsealed")]),
        (_counts_gone, [(2, "missing")]),
        (_first_counts_gone, [(1, "missing")]),
        (_no_such_day, [(5, "day")]),
        (_day_before, [(5, "order")]),
        (_half_a_seal, [(5, "form")]),
    ],
)
def test_a_change_is_found_where_it_is(
    journal: Journal, change: Callable[[Lines], None], expected: list[tuple[int, str]]
) -> None:
    lines = list(five_days(journal).export())
    assert breaks(packed(lines)) == []
    change(lines)
    assert breaks(packed(lines)) == expected


def test_what_does_not_hold_is_not_counted(journal: Journal) -> None:
    lines = list(five_days(journal).export())
    _more(lines)
    assert audit(packed(lines), NAME).outcomes == {"accepted": 6, "refused": 3}


def test_the_files_own_word_that_it_is_good_is_not_taken(journal: Journal) -> None:
    lines = list(five_days(journal).export())
    lines[1]["good"] = False
    assert breaks(packed(lines)) == []
    _more(lines)
    lines[1]["good"] = True
    assert breaks(packed(lines)) == [(2, "counts")]


def test_a_line_that_was_cut_off_cannot_be_read(journal: Journal) -> None:
    content = exported(five_days(journal))
    assert breaks(content[:-9]) == [(5, "unreadable")]
    assert breaks(content[:-1]) == []  # only the end of the last line


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"[]",
        b"\xff\xfe",
        b'{"day": "2026-06-06"}',
        line_of([["a", "b", "c", "d", 0]]),
        line_of([["a", "b", "c", "d", 1 << 63]]),
        line_of([["a", "b", "c", "d", True]]),
        line_of([["a", "b", "c", 1]]),
        line_of([], digest="AB", seal="AB"),
        line_of([], digest="0" * 64 + "\n", seal="0" * 64),
        line_of([], more=1),
        b"[" * 100_000,
        b'{"day": "' + b"x" * (1 << 20) + b'"}',
    ],
)
def test_a_line_of_another_form_is_a_break_and_no_mistake_of_the_program(
    journal: Journal, line: bytes
) -> None:
    content = exported(five_days(journal))
    assert breaks(content + line + b"\n") == [(6, "unreadable")]
    if line:
        with pytest.raises(MalformedError, match=r"verifier\.audit-foreign"):
            audit(line + b"\n" + content, NAME)


@pytest.mark.parametrize("content", [b"", b"\n", b" \n\n"])
def test_an_empty_file_is_said_to_be_empty(content: bytes) -> None:
    with pytest.raises(MalformedError, match=r"verifier\.audit-empty"):
        audit(content, NAME)


def test_erased_counts_are_no_break_and_are_told(journal: Journal) -> None:
    five_days(journal).erase()
    count(journal, 4)
    count(journal, 5)
    found = audit(exported(journal), NAME)
    assert found.breaks == ()
    assert found.erased == 5
    assert found.outcomes == {"accepted": 1}
    assert found.days[-1] == "2026-06-05"


def test_an_earlier_export_is_the_beginning_while_the_journal_grows(journal: Journal) -> None:
    earlier = audit(exported(five_days(journal)), NAME)
    assert compare(earlier, earlier) is None
    count(journal, 4)
    assert compare(earlier, audit(exported(journal), NAME)) is None
    count(journal, 5)
    later = audit(exported(journal), NAME)
    assert compare(earlier, later) is None
    journal.erase()
    assert compare(earlier, audit(exported(journal), NAME)) is None
    assert compare(later, audit(exported(journal), NAME)) is None


def test_an_end_that_was_cut_off_shows_against_an_earlier_export_alone(journal: Journal) -> None:
    lines = list(five_days(journal).export())
    whole = audit(packed(lines), NAME)
    for kept, day in ((4, "2026-06-05"), (3, "2026-06-04"), (1, "2026-06-02")):
        cut = audit(packed(lines[:kept]), NAME)
        assert cut.breaks == ()
        difference = compare(whole, cut)
        assert difference is not None
        assert (difference.day, difference.code) == (day, "cut")


def test_a_whole_new_chain_holds_and_shows_against_an_earlier_export(
    tmp_path: Path, journal: Journal
) -> None:
    earlier = audit(exported(five_days(journal)), NAME)
    with State.open(tmp_path / "other.sqlite3", now_unix=0.0, random=bytes) as state:
        other = Journal(state)
        for day in range(7):
            count(other, day)
        forged = audit(exported(other), NAME)
    assert forged.breaks == ()
    difference = compare(earlier, forged)
    assert difference is not None
    assert (difference.day, difference.code) == ("2026-06-01", "differs")
    assert find_seal(forged, earlier.seal[:8]) is None


def test_an_open_day_can_only_grow(journal: Journal) -> None:
    lines = list(five_days(journal).export())
    earlier = audit(packed(lines), NAME)
    lines[4]["counts"][0][-1] -= 1
    difference = compare(earlier, audit(packed(lines), NAME))
    assert difference is not None
    assert (difference.day, difference.code) == ("2026-06-05", "fewer")


def test_a_seal_that_was_written_down_is_found(journal: Journal) -> None:
    found = audit(exported(five_days(journal)), NAME)
    second = journal.closed()[1]
    assert find_seal(found, second.said) == "2026-06-02"
    assert find_seal(found, second.seal.hex().upper()) == "2026-06-02"
    assert find_seal(found, "0" * 8) is None
    for wrong in ("", "abc", second.said[:-1], "seal: ab", "0" * 65):
        with pytest.raises(UsageError, match=r"verifier\.audit-seal"):
            find_seal(found, wrong)
