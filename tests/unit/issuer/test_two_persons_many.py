"""A second person for what a command does to many: bulk runs, folders of requests, withdrawing a signer."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from counterproof.clock import FixedClock
from counterproof.mdoc.errors import CounterproofError
from issuer.agency import Agency, changing, leave, many, signers
from issuer.bulk.folder import opened
from issuer.bulk.pools import local
from issuer.cli import main
from issuer.register.console_model import ProposalState
from tests.kit import bulk
from tests.kit.agency import AT, adult, asked, found, reopen
from tests.kit.sealing import CHEAP_KDF, PASSPHRASE
from tests.kit.shell import Shell

AGE = "eu-age-proof"
BULK = "issuer bulk a people.csv --type eu-age-proof --out run --workers 0 --yes"


@pytest.fixture
def agency(tmp_path: Path) -> Agency:
    made = found(tmp_path / "a", types=[AGE])
    changing.set_limit(made.desk, 3)
    return made


def refusal(act: object) -> str:
    assert callable(act)
    with pytest.raises(CounterproofError) as refused:
        act()
    return refused.value.code


def issue(agency: Agency, rows: int, folder: Path, name: str = "P") -> None:
    source = bulk.write(folder / f"{name}.csv", bulk.people(rows, name))
    bulk.run(agency, source, folder / name)


def test_little_by_little_comes_to_the_same(agency: Agency, tmp_path: Path) -> None:
    anna = agency.acting_for("Anna")
    issue(anna, 2, tmp_path, "P")
    assert refusal(lambda: issue(anna, 2, tmp_path, "Q")) == "agency.two-persons"
    issue(anna, 1, tmp_path, "R")
    issue(agency.acting_for("Ben"), 2, tmp_path, "S")
    assert changing.limit(agency.desk) == 3
    assert agency.register.counts().batches == 5
    first = agency.register.list()[0].batch_id
    assert anna.revoke(first, reason="lost") == 1, "revoking is counted apart"
    agency.close()
    with reopen(agency, FixedClock(AT + timedelta(days=1, seconds=1))) as later:
        issue(later.acting_for("Anna"), 3, tmp_path, "T")


def test_the_register_itself_takes_no_part_of_such_a_run(agency: Agency, tmp_path: Path) -> None:
    """Whoever leaves the first look out meets the rule in the transaction, and nothing of it is kept."""
    source = bulk.write(tmp_path / "p.csv", bulk.people(4))
    with (
        opened(agency.desk, source, AGE, tmp_path / "run", policy=CHEAP_KDF) as run,
        local(0, {"COUNTERPROOF_PASSPHRASE": PASSPHRASE}) as pool,
    ):
        run.check(pool, lambda _: None)
        run.decide()
        before = agency.register.log_head().seq
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(leave, "check", lambda *_: None)
            assert refusal(lambda: run.issue(pool, lambda _: None)) == "agency.two-persons"
    assert (agency.register.counts().batches, agency.register.log_head().seq) == (0, before)


def test_leave_is_for_one_table_of_one_run(agency: Agency, tmp_path: Path) -> None:
    source = bulk.write(tmp_path / "p.csv", bulk.people(5))
    other = bulk.write(tmp_path / "q.csv", bulk.people(5, "Q"))

    def run_of(table: Path, out: Path, *, agreed: bool) -> int:
        with (
            opened(agency.acting_for("Anna").desk, table, AGE, out, policy=CHEAP_KDF) as run,
            local(0, {"COUNTERPROOF_PASSPHRASE": PASSPHRASE}) as pool,
        ):
            if not run.resumed:
                run.check(pool, lambda _: None)
                run.decide()
            if agreed:
                made = leave.propose(run.desk, run.wanted, reason="census")
                assert leave.propose(run.desk, run.wanted, reason="census") == made, "asked once"
                assert changing.agree(agency.acting_for("Boss").desk, made.proposal_id).changed == 0
            return run.issue(pool, lambda _: None).done

    assert refusal(lambda: run_of(source, tmp_path / "run", agreed=False)) == "agency.two-persons"
    assert run_of(source, tmp_path / "run", agreed=True) == 5
    assert refusal(lambda: run_of(other, tmp_path / "other", agreed=False)) == "agency.two-persons"
    (made,) = agency.register.changes.proposals()
    assert (made.state, made.documents, made.changed) == (ProposalState.DONE, 5, 5)
    issue(agency.acting_for("Anna"), 3, tmp_path, "R")  # what was agreed to is not counted as done alone


def test_leave_ends_after_a_week(agency: Agency, tmp_path: Path) -> None:
    source = bulk.write(tmp_path / "p.csv", bulk.people(5))
    with (
        opened(agency.desk, source, AGE, tmp_path / "run", policy=CHEAP_KDF) as run,
        local(0, {"COUNTERPROOF_PASSPHRASE": PASSPHRASE}) as pool,
    ):
        run.check(pool, lambda _: None)
        run.decide()
        made = leave.propose(run.desk, run.wanted, reason="census")
        changing.agree(agency.acting_for("Boss").desk, made.proposal_id)
        assert not leave.needed(agency.desk, run.wanted)
        with reopen(agency, FixedClock(AT + changing.STANDS)) as later:
            assert leave.needed(later.desk, run.wanted)


def test_withdrawing_a_signer_of_many_needs_two(agency: Agency, tmp_path: Path) -> None:
    issue(agency, 3, tmp_path, "P")
    issue(agency.acting_for("Ben"), 1, tmp_path, "Q")
    name = agency.state().signers["document"]
    planned = signers.plan_withdrawal(agency.desk, name)
    assert (planned.wanted.documents, planned.second_person) == (4, True)
    before = agency.register.log_head().seq
    assert refusal(lambda: agency.withdraw_signer(name, reason="closed")) == "agency.two-persons"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(leave, "check", lambda *_: None)
        assert refusal(lambda: agency.withdraw_signer(name, reason="closed")) == "agency.two-persons"
    assert agency.register.log_head().seq == before
    assert agency.state().signers["document"] == name
    made = leave.propose(agency.acting_for("Anna").desk, planned.wanted, reason="closed")
    assert (
        refusal(lambda: changing.agree(agency.acting_for("ANNA").desk, made.proposal_id))
        == "agency.not-second"
    )
    changing.agree(agency.acting_for("Boss").desk, made.proposal_id)
    assert agency.acting_for("Anna").withdraw_signer(name, reason="closed").credentials == 4
    assert agency.register.changes.proposal(made.proposal_id).state is ProposalState.DONE


def test_marking_a_signer_as_stolen_waits_for_nobody(agency: Agency, tmp_path: Path) -> None:
    """Its honest documents stay good, and a thief does not wait for a second person."""
    issue(agency, 3, tmp_path, "P")
    issue(agency.acting_for("Ben"), 1, tmp_path, "Q")
    assert agency.mark_stolen(agency.state().signers["document"], reason="stolen").credentials == 4


def test_a_signer_of_few_is_withdrawn_alone(agency: Agency, tmp_path: Path) -> None:
    issue(agency, 3, tmp_path, "P")
    assert agency.withdraw_signer(agency.state().signers["document"], reason="closed").credentials == 3
    assert agency.withdraw_signer(agency.state().signers["status"], reason="closed").batches == 0


def test_a_folder_of_requests_is_many_too(agency: Agency, tmp_path: Path) -> None:
    folder = tmp_path / "requests"
    folder.mkdir()
    people = [adult(agency, f"A-{number}") for number in range(4)]
    for each in people:
        (folder / f"{each.reference}.cprequest").write_bytes(asked(agency, copies=1).request)
    found_here = many.match(folder, people)
    assert refusal(lambda: list(many.issue_all(agency, AGE, found_here))) == "agency.two-persons"
    assert agency.register.counts().batches == 0
    wanted = many.wanted(agency, AGE, found_here)
    made = leave.propose(agency.acting_for("Anna").desk, wanted, reason="class")
    changing.agree(agency.acting_for("Boss").desk, made.proposal_id)
    assert len(list(many.issue_all(agency, AGE, found_here))) == 4
    assert len(list(many.issue_all(agency, AGE, found_here))) == 4, "what was answered is answered again"
    assert len(list(many.issue_all(agency, AGE, found_here[:3]))) == 3


def test_a_folder_that_broke_off_goes_on_and_is_counted_once(agency: Agency, tmp_path: Path) -> None:
    folder = tmp_path / "requests"
    folder.mkdir()
    people = [adult(agency, f"A-{number}") for number in range(4)]
    for each in people:
        (folder / f"{each.reference}.cprequest").write_bytes(asked(agency, copies=1).request)
    three, other = many.match(folder, people[:3]), many.match(folder, people[3:])
    next(many.issue_all(agency, AGE, three))
    assert agency.register.counts().batches == 1
    assert not leave.needed(agency.desk, many.wanted(agency, AGE, three))
    assert len(list(many.issue_all(agency, AGE, three))) == 3
    assert agency.register.counts().batches == 3
    assert refusal(lambda: list(many.issue_all(agency, AGE, other))) == "agency.two-persons"


@pytest.fixture
def shell(agency: Agency, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    agency.close()
    monkeypatch.chdir(tmp_path)
    return Shell(
        main,
        brought=CHEAP_KDF,
        COUNTERPROOF_PASSPHRASE=PASSPHRASE,
        COUNTERPROOF_AT=AT.isoformat(),
        COUNTERPROOF_WHO="anna",
    )


def test_the_command_waits_and_goes_on(shell: Shell) -> None:
    bulk.write(Path("people.csv"), bulk.people(4))
    before = shell.json("issuer log a --last 0")
    shell.run(f"{BULK} --dry-run --report dry.csv")
    assert "A second person must agree" in shell.complained
    assert sorted(path.name for path in Path().iterdir()) == ["a", "dry.csv", "people.csv"]
    assert shell.json("issuer log a --last 0") == before, "a dry run touches nothing"
    said = shell.run(BULK, code=3)
    assert "That needs a second person." in said
    (waiting,) = shell.json("issuer proposal list a --state waiting")
    assert (waiting["action"], waiting["documents"]) == ("issue", 4)
    assert shell.run(BULK, code=3) == said, "it is asked for once"
    shell.run(f"{BULK} --json", code=3)
    assert json.loads(shell.said) == {"waiting": waiting}, "a program gets nothing else"
    assert f"issuer proposal agree a {waiting['proposal_id']}" in shell.complained
    shell.run(f"{BULK.removesuffix(' --yes')} --json", code=1)
    assert shell.said == "", "what a person is asked goes beside"
    assert shell.refused(f"issuer proposal agree a {waiting['proposal_id']}") == "agency.not-second"
    assert shell.json("issuer list a") == []
    shell.environment["COUNTERPROOF_WHO"] = "boss"
    assert "goes on when it is given again" in shell.run(f"issuer proposal agree a {waiting['proposal_id']}")
    shell.environment["COUNTERPROOF_WHO"] = "anna"
    assert "Issued 4 documents" in shell.run(BULK)
    assert len(shell.json("issuer list a")) == 4
    name = shell.json("issuer status a")["signers"]["document"]
    line = f"issuer revoke-signer a {name[:12]} --reason closed"
    assert "has signed 4 documents that count now" in shell.run(f"{line} --dry-run")
    assert "That needs a second person." in shell.run(f"{line} --yes", code=3)
    (waiting,) = shell.json("issuer proposal list a --state waiting")
    shell.environment["COUNTERPROOF_WHO"] = "boss"
    shell.run(f"issuer proposal agree a {waiting['proposal_id']}")
    assert "is withdrawn. Its key was destroyed." in shell.run(f"{line} --yes")
    shell.run("issuer audit verify a")


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ("subject,subject,device_key\n", ("1", "bulk.head")),
        ("", ("1", "bulk.head")),
        ("subject,birth_date\nP-1,1990-01-01\n", ("1", "bulk.which-keys")),
        ("subject,nonsense,device_key\nP-1,x,y\n", ("1", "subjects.column-unknown")),
        ("subject,birth_date,device_key\n", ("1", "subjects.empty")),
        ("subject,birth_date,device_key\nP-1,\xff,y\n", ("", "subjects.encoding")),
    ],
)
def test_a_report_is_always_left(shell: Shell, table: str, told: tuple[str, str]) -> None:
    Path("people.csv").write_bytes(table.encode("latin-1"))
    shell.run(f"{BULK} --report bad.csv", code=1)
    head, *rows = Path("bad.csv").read_text("utf-8").splitlines()
    assert head == "line,column,code,reason"
    line, _, code, reason = rows[0].split(",", 3)
    assert (line, code) == told
    assert reason
    Path("gone.csv").write_text("what\nx\n")
    shell.run("issuer bulk-revoke a gone.csv --reason lost --yes --report gone-bad.csv", code=1)
    assert "bulk.which-targets" in Path("gone-bad.csv").read_text("utf-8")


def test_a_report_of_a_good_table_has_its_head_alone(shell: Shell) -> None:
    bulk.write(Path("people.csv"), bulk.people(2))
    shell.run(f"{BULK} --report bad.csv")
    assert Path("bad.csv").read_text("utf-8").split() == ["line,column,code,reason"]
    shell.run(f"{BULK} --report bad.csv")  # the same command goes on, with the same report
    Path("letter.csv").write_text("Dear clerk\n", "utf-8")
    assert shell.refused(f"{BULK} --report letter.csv") == "agency.out-exists"
    assert Path("letter.csv").read_text("utf-8") == "Dear clerk\n"
