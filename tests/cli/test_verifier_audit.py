"""`verifier audit` on a machine that has a file and no counter: what it says, and how it ends."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from tests.kit.counter_home import CounterHome
from verifier.cli import main
from verifier.journal import Journal
from verifier.state import State

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

DAY = datetime(2026, 6, 1, 9, tzinfo=UTC)


class Desk:
    """A counter that exports its journal to files, and an auditor who has these alone."""

    def __init__(self, base: Path) -> None:
        self.base = base
        self.counter = CounterHome(base / "desk")

    def count(self, days: range, outcome: str = "accepted") -> None:
        self.counter.folder.mkdir(parents=True, exist_ok=True)
        with State.open(self.counter.folder / "state.sqlite3", now_unix=0.0, random=bytes) as state:
            for day in days:
                Journal(state).count(DAY + timedelta(days=day), outcome=outcome, code="ok", purpose="a.b")

    def export(self, name: str) -> Path:
        path = self.base / name
        self.counter.good("journal", "--export", str(path))
        return path

    def audit(self, *arguments: object) -> Result:
        nowhere = {"COUNTERPROOF_COUNTER": str(self.base / "nobody")}
        done = CliRunner().invoke(main, ["audit", *map(str, arguments)], env=nowhere, catch_exceptions=False)
        assert not (self.base / "nobody").exists()
        return done


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made = Desk(tmp_path)
    made.count(range(4))
    made.count(range(3, 4), "refused")
    return made


def test_a_whole_journal(desk: Desk) -> None:
    path = desk.export("journal.jsonl")
    seal = json.loads(path.read_text().splitlines()[2])["seal"]
    done = desk.audit(path, "--seal", f"{seal[:4]} {seal[4:8]}", "--earlier", path)
    assert done.exit_code == 0
    assert done.stdout.splitlines() == [
        "Every sealed day is as it was sealed.",
        "3 sealed days, from 1 June 2026 to 3 June 2026",
        "Decisions in sealed days: 3",
        "  Accepted: 3",
        f"The newest seal: {seal}",
        "Not sealed yet, so it proves nothing: 4 June 2026",
        "  Accepted: 1",
        "  Not accepted: 1",
        "journal.jsonl is the beginning of this journal.",
        "The seal that was written down is that of 3 June 2026.",
    ]


def test_a_changed_journal_is_1_and_says_where(desk: Desk) -> None:
    path = desk.export("journal.jsonl")
    path.write_text(path.read_text().replace('"ok", 1]', '"ok", 7]', 1))
    done = desk.audit(path)
    assert done.exit_code == 1
    assert done.stdout.splitlines()[:2] == [
        "! This journal is not as it was sealed.",
        "  line 1, 1 June 2026: The counts are not those that were sealed.",
    ]
    found = json.loads(desk.audit(path, "--json").stdout)
    assert found["verdict"] == "refused"
    assert found["breaks"] == [{"line": 1, "day": "2026-06-01", "code": "counts"}]
    assert found["decisions"] == 2


def test_a_cut_off_end_shows_with_an_earlier_export_or_a_seal(desk: Desk) -> None:
    earlier = desk.export("may.jsonl")
    lines = earlier.read_text().splitlines(keepends=True)
    cut = desk.base / "cut.jsonl"
    cut.write_text("".join(lines[:2]))
    assert desk.audit(cut).exit_code == 0
    done = desk.audit(cut, "--earlier", earlier)
    assert done.exit_code == 1
    assert done.stdout.splitlines()[-2:] == [
        "! may.jsonl is not the beginning of this journal.",
        "  3 June 2026: This day is not there any more: the end was cut off, or the counter began anew.",
    ]
    done = desk.audit(cut, "--seal", json.loads(lines[2])["seal"][:8], "--earlier", cut, "--json")
    assert done.exit_code == 1
    found = json.loads(done.stdout)
    assert found["written_down"] == {"found": False, "until": None}
    assert found["earlier"] == [
        {"file": "cut.jsonl", "is_beginning": True, "broken": False, "day": None, "code": None}
    ]


def test_an_earlier_export_that_is_itself_broken_proves_nothing(desk: Desk) -> None:
    path, earlier = desk.export("now.jsonl"), desk.export("then.jsonl")
    earlier.write_text(earlier.read_text().replace('"ok", 1]', '"ok", 7]', 1))
    done = desk.audit(path, "--earlier", earlier)
    assert done.exit_code == 1
    assert done.stdout.splitlines()[-1] == ("! The earlier export then.jsonl is itself not as it was sealed.")


def test_more_than_ten_breaks_are_counted(desk: Desk) -> None:
    desk.count(range(4, 20))
    path = desk.export("journal.jsonl")
    path.write_text(path.read_text().replace('"ok", 1]', '"ok", 7]'))
    done = desk.audit(path)
    assert sum(line.startswith("  line ") for line in done.stdout.splitlines()) == 10
    assert "  and 9 more" in done.stdout.splitlines()


def test_erased_counts_are_told(desk: Desk) -> None:
    desk.counter.good("journal", "--erase")
    desk.count(range(4, 6))
    done = desk.audit(desk.export("journal.jsonl"))
    assert done.exit_code == 0
    assert "Lines of which the counts were erased: 4" in done.stdout.splitlines()


def test_nothing_sealed_yet_is_3(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.count(range(1))
    done = desk.audit(desk.export("journal.jsonl"))
    assert done.exit_code == 3
    assert done.stdout.splitlines()[0] == "No day is over yet, so nothing is sealed."


@pytest.mark.parametrize(
    ("content", "code", "exit_code"),
    [
        (b"", "verifier.audit-empty", 4),
        (b"PK\x03\x04 a zip file", "verifier.audit-foreign", 4),
        (b'[{"day": "2026-06-01"}]\n', "verifier.audit-foreign", 4),
    ],
)
def test_what_is_no_journal_is_said(desk: Desk, content: bytes, code: str, exit_code: int) -> None:
    path = desk.base / "thing.jsonl"
    path.write_bytes(content)
    done = desk.audit(path)
    assert (done.exit_code, done.stdout) == (exit_code, "")
    assert f"[{code}]" in done.stderr
    assert "thing.jsonl" in done.stderr


def test_a_huge_file_is_not_read(desk: Desk) -> None:
    path = desk.base / "huge.jsonl"
    with path.open("wb") as opened:
        opened.truncate(1 << 40)
    done = desk.audit(path)
    assert done.exit_code == 4
    assert "[optics.file-size]" in done.stderr


def test_a_missing_file_and_a_seal_that_is_none_are_2(desk: Desk) -> None:
    assert desk.audit(desk.base / "none.jsonl").exit_code == 2
    done = desk.audit(desk.export("journal.jsonl"), "--seal", "abc")
    assert done.exit_code == 2
    assert "[verifier.audit-seal]" in done.stderr
