"""One person alone changes so many documents in a day; more needs a second one, who is really another."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from counterproof.clock import FixedClock
from counterproof.mdoc.errors import CounterproofError
from issuer.agency import Agency, changing
from issuer.cli import main
from issuer.register.console_model import ProposalState
from issuer.register.online_model import Role
from tests.kit.agency import AT, adult, asked, found, reopen
from tests.kit.sealing import PASSPHRASE
from tests.kit.shell import Shell

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.kit import postgres

AGE = "eu.europa.ec.av.1"
COUNT = 6


@pytest.fixture(scope="module")
def issued(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    return prepared(tmp_path_factory.mktemp("two") / "a")


def prepared(folder: Path, register: str | None = None) -> tuple[Path, list[str]]:
    agency = found(folder, types=["eu-age-proof", "residency"], register=register)
    batches = [
        agency.issue(asked(agency).request, "eu-age-proof", adult(agency, f"A-{number}")).batch_id
        for number in range(COUNT)
    ]
    changing.set_limit(agency.desk, 3)
    agency.close()
    return folder, batches


@pytest.fixture(params=["sqlite", "postgresql"])
def here(request: pytest.FixtureRequest, tmp_path: Path, issued: tuple[Path, list[str]]) -> list[str]:
    """Give an agency of this test alone in `a`: a copied file, or an empty place on a server filled anew."""
    if request.param == "postgresql":
        server: postgres.Server = request.getfixturevalue("postgresql")
        return prepared(tmp_path / "a", server.url())[1]
    shutil.copytree(issued[0], tmp_path / "a")
    return issued[1]


@pytest.fixture
def agency(tmp_path: Path, here: list[str]) -> Iterator[Agency]:
    assert here
    with Agency.open(tmp_path / "a", passphrase=PASSPHRASE, clock=FixedClock(AT)) as opened:
        yield opened


@pytest.fixture
def batches(here: list[str]) -> list[str]:
    return here


def refusal(act: object) -> str:
    assert callable(act)
    with pytest.raises(CounterproofError) as refused:
        act()
    return refused.value.code


def test_many_at_once_and_many_one_by_one_come_to_the_same(agency: Agency, batches: list[str]) -> None:
    anna = agency.acting_for("Anna")
    assert (
        refusal(lambda: changing.change(anna.desk, "revoke", batches[:4], reason="lost"))
        == "agency.two-persons"
    )
    assert agency.register.counts().revoked == 0
    assert changing.change(anna.desk, "revoke", batches[:2], reason="lost") == 4
    assert anna.revoke(batches[2], reason="lost") == 2
    for name in ("Anna", "ANNA", " anna"):  # one person, however they are written
        other = agency.acting_for(name)
        assert refusal(lambda other=other: other.revoke(batches[3], reason="lost")) == "agency.two-persons"
    assert agency.acting_for("Ben").revoke(batches[3], reason="lost") == 2


def test_one_time_copies_of_a_document_are_one_document(agency: Agency, batches: list[str]) -> None:
    targets = [f"{batches[0]}.1", f"{batches[0]}.2", batches[1], batches[2]]
    assert changing.change(agency.desk, "revoke", targets, reason="lost") == 6


def test_the_next_day_is_another_day(agency: Agency, batches: list[str]) -> None:
    changing.change(agency.desk, "revoke", batches[:3], reason="lost")
    assert refusal(lambda: agency.revoke(batches[3], reason="lost")) == "agency.two-persons"
    agency.close()
    with reopen(agency, FixedClock(AT + timedelta(hours=24, seconds=1))) as later:
        assert later.revoke(batches[3], reason="lost") == 2


def test_requests_at_once_do_not_pass_the_rule_together(agency: Agency, batches: list[str]) -> None:
    refused = []

    def attempt(batch: str) -> int:
        try:
            return agency.revoke(batch, reason="lost")
        except CounterproofError as error:
            refused.append(error.code)
            return 0

    with ThreadPoolExecutor(COUNT) as pool:
        done = list(pool.map(attempt, batches))
    assert sorted(done) == [0, 0, 0, 2, 2, 2]
    assert refused == ["agency.two-persons"] * 3


def test_a_second_person_agrees_and_both_stand_in_the_record(agency: Agency, batches: list[str]) -> None:
    made = changing.propose(agency.acting_for("Anna").desk, "revoke", batches, reason="stolen-box")
    assert (made.documents, made.state) == (COUNT, ProposalState.WAITING)
    assert agency.register.counts().revoked == 0
    for name in ("Anna", "anna ", "\uff21NNA"):
        own = agency.acting_for(name).desk
        assert refusal(lambda own=own: changing.agree(own, made.proposal_id)) == "agency.not-second"
    done = changing.agree(agency.acting_for("Boss").desk, made.proposal_id)
    assert (done.state, done.changed, done.decided_by) == (ProposalState.DONE, 2 * COUNT, "Boss")
    act = agency.register.acts_about("A-3")[-1].act
    assert (act.who, act.authority, act.action, act.why) == ("Anna", "Boss", "revoke", "stolen-box")
    agency.register.verify_log()
    assert (
        refusal(lambda: changing.agree(agency.acting_for("Boss").desk, made.proposal_id))
        == "register.proposal-over"
    )


def test_who_enrolled_the_proposer_is_no_second_person(agency: Agency, batches: list[str]) -> None:
    agency.acting_for("Boss").clerks.enrol("Zed", Role.CLERK)
    made = changing.propose(agency.acting_for("Zed").desk, "revoke", batches, reason="lost")
    assert (
        refusal(lambda: changing.agree(agency.acting_for("boss").desk, made.proposal_id))
        == "agency.not-second"
    )
    assert (
        refusal(lambda: changing.refuse(agency.acting_for("boss").desk, made.proposal_id))
        == "agency.not-second"
    )
    assert changing.agree(agency.acting_for("Eve").desk, made.proposal_id).changed == 2 * COUNT


def test_a_proposal_ends_is_declined_or_taken_back(agency: Agency, batches: list[str]) -> None:
    anna, boss = agency.acting_for("Anna").desk, agency.acting_for("Boss").desk
    one, two, three = (
        changing.propose(anna, "suspend", batches, reason="lost").proposal_id for _ in range(3)
    )
    assert changing.refuse(boss, one).state is ProposalState.REFUSED
    assert refusal(lambda: changing.withdraw(boss, two)) == "agency.not-proposer"
    assert changing.withdraw(anna, two).state is ProposalState.WITHDRAWN
    for each in (one, two):
        assert refusal(lambda each=each: changing.agree(boss, each)) == "register.proposal-over"
    agency.close()
    with reopen(agency, FixedClock(AT + changing.STANDS)) as later:
        desk = later.acting_for("Boss").desk
        assert refusal(lambda: changing.agree(desk, three)) == "register.proposal-over"
        assert refusal(lambda: changing.agree(desk, "aaaaaaaaaaaaaaaa")) == "register.no-such-proposal"
        assert later.register.counts().suspended == 0


def test_what_broke_off_goes_on(agency: Agency, batches: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changing, "_AT_ONCE", 2)
    made = changing.propose(agency.acting_for("Anna").desk, "revoke", batches, reason="lost")
    boss = agency.acting_for("Boss").desk

    def torn(_count: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        changing.agree(boss, made.proposal_id, progress=torn)
    assert agency.register.changes.proposal(made.proposal_id).state is ProposalState.APPROVED
    assert agency.register.counts().revoked == 4
    done = changing.agree(boss, made.proposal_id)
    assert (done.state, done.changed, agency.register.counts().revoked) == (ProposalState.DONE, 12, 12)


@pytest.mark.parametrize("targets", [[], ["nonsense"], ["a" * 16], ["'; DROP TABLE proposals;--"]])
def test_a_proposal_is_about_what_is_there(agency: Agency, targets: list[str]) -> None:
    code = refusal(lambda: changing.propose(agency.desk, "revoke", targets, reason="lost"))
    assert code in {"agency.many-targets", "register.no-such-credential"}
    assert agency.register.changes.proposals() == ()


def test_the_commands_hold_the_rule_too(
    tmp_path: Path, agency: Agency, batches: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    agency.close()
    monkeypatch.chdir(tmp_path)
    shell = Shell(
        main, COUNTERPROOF_PASSPHRASE=PASSPHRASE, COUNTERPROOF_AT=AT.isoformat(), COUNTERPROOF_WHO="anna"
    )
    assert "at most 3 documents" in shell.run("issuer console limit a")
    for batch in batches[:3]:
        shell.run(f"issuer revoke a {batch} --reason lost")
    assert shell.refused(f"issuer revoke a {batches[3]} --reason lost") == "agency.two-persons"
    Path("all.csv").write_text("\n".join(["batch", *batches]), "utf-8")
    assert "must agree to it first" in shell.run("issuer bulk-revoke a all.csv --reason lost --dry-run") + (
        shell.complained
    )
    assert "second person" in shell.run("issuer bulk-revoke a all.csv --reason lost --yes", code=3)
    (waiting,) = shell.json("issuer proposal list a --state waiting")
    assert waiting["documents"] == 3
    name = waiting["proposal_id"]
    assert batches[4] in shell.run(f"issuer proposal show a {name}")
    assert shell.refused(f"issuer proposal agree a {name}") == "agency.not-second"
    shell.environment["COUNTERPROOF_WHO"] = "boss"
    assert "6 copies were changed" in shell.run(f"issuer proposal agree a {name}")
    assert "at most 1 document " in shell.run("issuer console limit a --documents 1")
    assert shell.refused("issuer console limit a --documents -1") == "agency.limit"
    shell.run(f"issuer proposal make a suspend {batches[0]} {batches[1]} --reason lost")
    (made,) = shell.json("issuer proposal list a --state waiting")
    assert "withdrawn" in shell.run(f"issuer proposal withdraw a {made['proposal_id']}")
    shell.run("issuer audit verify a")
