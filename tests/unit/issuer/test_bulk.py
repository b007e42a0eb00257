"""Bulk runs: all of it checked, nothing issued twice, nothing lost."""

from __future__ import annotations

import base64
import json
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from counterproof.clock import FixedClock
from counterproof.mdoc.errors import CounterproofError, StoreError, UsageError
from counterproof.mdoc.verification.report import Verdict
from counterproof.mdoc.verification.trust import TrustedIssuers
from counterproof.mdoc.verification.verifier import verify_issuer_signed
from issuer.bulk import run as runs
from issuer.bulk.folder import opened
from issuer.bulk.intake import PART_ROWS
from issuer.bulk.pools import Here, local
from issuer.bulk.run import BulkStoppedError
from tests.kit import bulk as kit
from tests.kit.agency import AT, asked, found, reopen
from tests.kit.sealing import CHEAP_KDF, PASSPHRASE

if TYPE_CHECKING:
    from pathlib import Path

    from issuer.agency import Agency


@pytest.fixture
def agency(tmp_path: Path) -> Agency:
    return found(tmp_path / "a")


def checked(agency: Agency, source: Path, out: Path) -> list[tuple[int, str, str]]:
    with (
        opened(agency.desk, source, kit.AGE, out, policy=CHEAP_KDF) as run,
        local(0, {"COUNTERPROOF_PASSPHRASE": PASSPHRASE}) as pool,
    ):
        return [(each.line, each.column, each.code) for each in run.check(pool, lambda _: None)]


def registered(agency: Agency) -> set[bytes]:
    every = agency.register.list(limit=1000)
    return {c.mso_digest for b in every for c in agency.register.show(b.batch_id).credentials}


# --- what a run makes


def test_every_document_is_good_and_is_in_the_register(agency: Agency, tmp_path: Path) -> None:
    source = kit.write(tmp_path / "people.csv", kit.people(30))
    run = kit.run(agency, source, tmp_path / "out")
    rows = list(kit.parts(tmp_path / "out"))
    assert [row["subject"] for row in rows] == [f"P-{n}" for n in range(30)]
    trust = TrustedIssuers.of([agency.root], [])
    for row in rows:
        report = verify_issuer_signed(row["documents"][0], trust=trust, at=AT)
        assert report.verdict is not Verdict.REFUSED
        (copy,) = agency.register.show(row["batch"]).credentials
        assert agency.register.show(row["batch"]).summary.subject == row["subject"]
        assert copy.status.name == "VALID"
    assert len(registered(agency)) == 30
    assert run.summary().done == 30
    (issue,) = agency.register.acts_about("P-7")
    assert (issue.act.action, issue.act.why) == ("issue", "bulk")
    agency.register.verify_log()
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        ".lock", ".staged", "part-000000.parquet", "run.json",
    ]  # fmt: skip
    assert agency.revoke(rows[3]["batch"], reason="lost") == 1


def test_replies_are_sealed_to_the_wallets_that_asked(agency: Agency, tmp_path: Path) -> None:
    wallets = [asked(agency, copies=3) for _ in range(4)]
    rows = [
        [f"W-{n}", "1990-01-01", base64.b64encode(wallet.request).decode()]
        for n, wallet in enumerate(wallets)
    ]
    source = kit.write(tmp_path / "people.csv", rows, ("subject", "birth_date", "request"))
    kit.run(agency, source, tmp_path / "out")
    for row, wallet in zip(kit.parts(tmp_path / "out"), wallets, strict=True):
        assert len(wallet.open(row["reply"]).credentials) == 3
    with pytest.raises(StoreError, match=r"register\.nonce-used"):
        agency.issue(wallets[0].request, kit.AGE, _adult(agency, "W-0"))
    again = checked(agency, source, tmp_path / "other")
    assert {code for _, _, code in again} <= {"register.nonce-used", "register.device-key-used"}
    assert [line for line, _, _ in again] == [2, 3, 4, 5]


def _adult(agency: Agency, reference: str) -> Any:
    from tests.kit.agency import adult  # noqa: PLC0415

    return adult(agency, reference)


def test_parquet_gives_what_csv_gives(agency: Agency, tmp_path: Path) -> None:
    rows = kit.people(5)
    table = pa.table(
        {
            "subject": [row[0] for row in rows],
            "birth_date": [date.fromisoformat(row[1]) for row in rows],
            "device_key": [base64.b64decode(row[2]) for row in rows],
        }
    )
    pq.write_table(table, tmp_path / "people.parquet")
    kit.run(agency, tmp_path / "people.parquet", tmp_path / "out")
    assert [row["subject"] for row in kit.parts(tmp_path / "out")] == [row[0] for row in rows]


# --- what is wrong with a table


@pytest.mark.scenario("issuer", "csv-import")
def test_every_bad_row_is_told_and_nothing_is_issued(agency: Agency, tmp_path: Path) -> None:
    good = kit.people(2 * PART_ROWS)
    rows = [list(row) for row in good]
    rows[3][1] = "1990-02-30"
    rows[10][0] = "P-2"  # in the first part, twice
    rows[PART_ROWS + 5][0] = "P-6"  # in the second part, first in the first
    rows[PART_ROWS + 6][2] = rows[7][2]
    rows[20][1] = ""
    rows[21][2] = "AAAA"
    rows[22][2] = ""
    rows[23][1] = "=1+1"
    rows[24] = rows[24][:2]
    rows[25][0] = "x" * 101
    source = kit.write(tmp_path / "people.csv", rows)
    told = checked(agency, source, tmp_path / "out")
    assert [(line, code) for line, _, code in told] == [
        (5, "catalogue.value-date"),
        (12, "subjects.twice"),
        (22, "subjects.missing"),
        (23, "bulk.key"),
        (24, "bulk.keys"),
        (25, "subjects.formula"),
        (26, "subjects.cells"),
        (27, "subjects.reference"),
        (PART_ROWS + 7, "subjects.twice"),
        (PART_ROWS + 8, "bulk.key-twice"),
    ]
    assert agency.register.counts().batches == 0


@pytest.mark.scenario("issuer", "csv-import")
def test_a_table_of_odd_things_drops_no_row_in_silence(agency: Agency, tmp_path: Path) -> None:
    key = kit.device_key()
    lines = [
        b"\xef\xbb\xbfsubject;birth_date;device_key\r",  # a mark, semicolons, three kinds of line ends
        f"A;1990-01-01;{kit.device_key()}\r\n".encode(),
        f'"B ""quoted""";1990-01-01;{kit.device_key()}\n'.encode(),
        f'"C\r\nD";1990-01-01;{kit.device_key()}\r'.encode(),
        f"E\0;1990-01-01;{key}\n".encode(),
        b"F;" + b"9" * (1 << 20) + b"1;" + key.encode() + b"\n",
        f'G;"1990;{key}"x\n'.encode(),
        f"@SUM(1);1990-01-01;{key}\n".encode(),
        f"H;1990-01-01;{key};more\n".encode(),
        b"\n",
        f"'=1+1;1990-01-01;{kit.device_key()}\n".encode(),
    ]
    source = tmp_path / "people.csv"
    source.write_bytes(b"".join(lines))
    told = checked(agency, source, tmp_path / "out")
    assert [(line, code) for line, _, code in told] == [
        (4, "subjects.reference"),  # a line end within a reference
        (6, "bulk.nul"),
        (7, "bulk.cell"),
        (8, "subjects.quotes"),
        (9, "subjects.formula"),
        (10, "subjects.cells"),
    ]
    kit.run(agency, source, tmp_path / "out", without_bad=True)
    assert [row["subject"] for row in kit.parts(tmp_path / "out")] == ["A", 'B "quoted"', "=1+1"]


@pytest.mark.slow
@pytest.mark.scenario("issuer", "csv-import")
def test_a_hundred_thousand_rows_of_which_every_tenth_is_bad(agency: Agency, tmp_path: Path) -> None:
    key = kit.device_key()
    rows = [[f"P-{n}", "1990-01-01" if n % 10 else "=cmd", kit.device_key()] for n in range(100_000)]
    rows[-1][2] = key
    told = checked(agency, kit.write(tmp_path / "people.csv", rows), tmp_path / "out")
    assert [line for line, _, _ in told] == [n + 2 for n in range(0, 100_000, 10)]


@pytest.mark.parametrize(
    ("head", "error"),
    [
        (("subject", "birth_date"), "bulk.which-keys"),
        (("subject", "birth_date", "device_key", "request"), "bulk.which-keys"),
        (("subject", "birth_date", "birth_date", "device_key"), "bulk.head"),
        (("subject", "device_key"), "bulk.refused"),
        (("subject", "birth_date", "colour", "device_key"), "bulk.refused"),
    ],
)
def test_columns_that_do_not_fit(agency: Agency, tmp_path: Path, head: tuple[str, ...], error: str) -> None:
    source = kit.write(tmp_path / "people.csv", [["x"] * len(head)], head)
    with pytest.raises(CounterproofError) as caught:
        checked(agency, source, tmp_path / "out")
    assert caught.value.code == error


@pytest.mark.parametrize(
    ("name", "content", "error"),
    [
        ("people.txt", b"x", "bulk.kind"),
        ("people.zip", b"PK\x03\x04", "bulk.kind"),
        ("people.parquet", b"PAR1 and no more", "bulk.not-parquet"),
        ("people.csv", b"", "bulk.head"),
        ("people.csv", b"\xff\xfe", "subjects.encoding"),
        ("people.csv", b"subject,birth_date,device_key\n", "bulk.refused"),
    ],
)
@pytest.mark.scenario("issuer", "zip-slip")
def test_files_that_are_no_table(
    agency: Agency, tmp_path: Path, name: str, content: bytes, error: str
) -> None:
    """Archives are no tables: none is unpacked, so nothing in one can lead anywhere."""
    (tmp_path / name).write_bytes(content)
    with pytest.raises(CounterproofError) as caught:
        checked(agency, tmp_path / name, tmp_path / "out")
    assert caught.value.code == error


# --- stopped, killed, gone on with


class Stops(Here):
    """A pool in which somebody presses Ctrl-C at the n-th result."""

    def __init__(self, after: int) -> None:
        super().__init__()
        self._left = after

    def take(self) -> Any:
        self._left -= 1
        if self._left < 0:
            raise KeyboardInterrupt
        return super().take()


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make parts of four rows."""
    for module in ("issuer.bulk.intake", "issuer.bulk.run.intake"):
        monkeypatch.setattr(f"{module}.PART_ROWS", 4)


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("after", [0, 1, 3])
def test_a_stopped_run_goes_on_where_it_was(agency: Agency, tmp_path: Path, after: int) -> None:
    source = kit.write(tmp_path / "people.csv", kit.people(18))
    with (
        opened(agency.desk, source, kit.AGE, tmp_path / "out", policy=CHEAP_KDF) as run,
        local(0, {"COUNTERPROOF_PASSPHRASE": PASSPHRASE}) as pool,
    ):
        assert run.check(pool, lambda _: None) == ()
        run.decide()
        with pytest.raises(BulkStoppedError) as caught:
            run.issue(Stops(after), lambda _: None)
        assert caught.value.facts == {"done": 4 * after, "rows": 18}
    kit.run(agency, source, tmp_path / "out")
    rows = list(kit.parts(tmp_path / "out"))
    assert [row["subject"] for row in rows] == [f"P-{n}" for n in range(18)]
    assert agency.register.counts().credentials == 18
    assert {each.subject for each in agency.register.list()} == {f"P-{n}" for n in range(18)}
    head = agency.register.log_head()
    kit.run(agency, source, tmp_path / "out")  # and once more changes nothing
    assert agency.register.log_head() == head


@pytest.mark.usefixtures("small")
def test_a_kill_between_the_register_and_the_name(
    agency: Agency, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = kit.write(tmp_path / "people.csv", kit.people(10))

    def killed(*_: object) -> None:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(runs.BulkRun, "_name", killed)
        with pytest.raises(SystemExit):
            kit.run(agency, source, tmp_path / "out")
    assert agency.register.counts().batches == 4
    assert list(kit.parts(tmp_path / "out")) == []
    kit.run(agency, source, tmp_path / "out")
    rows = list(kit.parts(tmp_path / "out"))
    assert [row["subject"] for row in rows] == [f"P-{n}" for n in range(10)]
    assert {row["batch"] for row in rows} == {each.batch_id for each in agency.register.list()}


@pytest.mark.usefixtures("small")
def test_a_part_that_counts_and_is_gone_is_told(agency: Agency, tmp_path: Path) -> None:
    source = kit.write(tmp_path / "people.csv", kit.people(6))
    kit.run(agency, source, tmp_path / "out")
    (tmp_path / "out" / "part-000001.parquet").unlink()
    with pytest.raises(StoreError) as caught:
        kit.run(agency, source, tmp_path / "out")
    assert (caught.value.code, caught.value.facts["part"]) == ("bulk.part-lost", 1)


@pytest.mark.usefixtures("small")
def test_a_key_that_was_used_meanwhile_leaves_its_row_out(agency: Agency, tmp_path: Path) -> None:
    rows = kit.people(6)
    source = kit.write(tmp_path / "people.csv", rows)
    with (
        opened(agency.desk, source, kit.AGE, tmp_path / "out", policy=CHEAP_KDF) as run,
        local(0, {"COUNTERPROOF_PASSPHRASE": PASSPHRASE}) as pool,
    ):
        run.check(pool, lambda _: None)
        run.decide()
        kit.run(
            agency, kit.write(tmp_path / "other.csv", [["X-1", "1990-01-01", rows[2][2]]]), tmp_path / "o2"
        )
        run.issue(pool, lambda _: None)
        assert [(each.line, each.code) for each in run.overtaken] == [(4, "register.device-key-used")]
    assert [row["subject"] for row in kit.parts(tmp_path / "out")] == ["P-0", "P-1", "P-3", "P-4", "P-5"]


def test_a_folder_is_one_runs_alone(agency: Agency, tmp_path: Path) -> None:
    one = kit.write(tmp_path / "one.csv", kit.people(2))
    two = kit.write(tmp_path / "two.csv", kit.people(2, "Q"))
    kit.run(agency, one, tmp_path / "out")
    with pytest.raises(UsageError, match=r"bulk\.other-run"):
        kit.run(agency, two, tmp_path / "out")
    with (
        opened(agency.desk, one, kit.AGE, tmp_path / "out", policy=CHEAP_KDF),
        pytest.raises(StoreError, match=r"bulk\.running"),
    ):
        kit.run(agency, one, tmp_path / "out")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "holiday.jpg").write_bytes(b"x")
    with pytest.raises(UsageError, match=r"bulk\.out-not-empty"):
        kit.run(agency, one, tmp_path / "full")


def test_a_run_that_was_killed_before_it_was_written_down_begins_again(
    agency: Agency, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / ".lock").touch()
    (out / ".rows.parquet").write_bytes(b"PAR1 half")
    (out / ".run.json.k3x9_q1z.tmp").write_bytes(b'{"run": "a')  # as `write_atomic` names it
    kit.run(agency, kit.write(tmp_path / "people.csv", kit.people(2)), out)
    assert len(list(kit.parts(out))) == 2
    assert not list(out.glob(".run.json.*"))


@pytest.mark.scenario("issuer", "ds-near-expiry")
def test_documents_of_a_run_do_not_outlive_their_signer(agency: Agency, tmp_path: Path) -> None:
    agency.close()
    late = FixedClock(AT + timedelta(days=85))
    with reopen(agency, late) as again:
        source = kit.write(tmp_path / "people.csv", kit.people(2))
        kit.run(again, source, tmp_path / "out")
        ends = again.register.signers()[2].not_after
        assert all(each.valid_until <= ends for each in again.register.list())
    later = kit.write(tmp_path / "q.csv", kit.people(2, "Q"))
    with (
        reopen(agency, FixedClock(AT + timedelta(days=91))) as retired,
        pytest.raises(StoreError, match=r"agency\.signer-retired"),
    ):
        kit.run(retired, later, tmp_path / "q")


@pytest.mark.scenario("issuer", "log-privacy")
def test_nothing_of_a_person_stays_behind(agency: Agency, tmp_path: Path) -> None:
    rows = [["P-1", "1987-06-13", kit.device_key()]]
    kit.run(agency, kit.write(tmp_path / "people.csv", rows), tmp_path / "out")
    agency.close()
    left = b"".join(path.read_bytes() for path in (tmp_path / "a").glob("records.db*"))
    assert b"1987" not in left
    assert "1987" not in json.dumps(json.loads((tmp_path / "out" / "run.json").read_text()))
    assert not list((tmp_path / "out").glob(".rows*"))


# --- worker processes


def test_two_worker_processes_on_loopback(agency: Agency, tmp_path: Path) -> None:
    source = kit.write(tmp_path / "people.csv", kit.people(2 * PART_ROWS + 7))
    with (
        opened(kit.unbound(agency).desk, source, kit.AGE, tmp_path / "out", policy=CHEAP_KDF) as run,
        local(2, {"COUNTERPROOF_PASSPHRASE": PASSPHRASE}) as pool,
    ):
        assert run.check(pool, lambda _: None) == ()
        run.decide()
        assert run.issue(pool, lambda _: None).done == 2 * PART_ROWS + 7
    assert len({row["batch"] for row in kit.parts(tmp_path / "out")}) == 2 * PART_ROWS + 7
    agency.register.verify_log()
