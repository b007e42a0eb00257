"""Cards given to one person after the other: a clerk alone gives so many in a day, and no more."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from counterproof.clock import FixedClock
from counterproof.mdoc.errors import CounterproofError
from issuer.agency import Agency, changing, many, one_by_one
from issuer.cli import main
from issuer.register.console_model import ProposalState
from tests.kit.agency import AT, adult, asked, found, reopen
from tests.kit.sealing import CHEAP_KDF, PASSPHRASE
from tests.kit.shell import Shell

if TYPE_CHECKING:
    from collections.abc import Callable

AGE = "eu-age-proof"


@pytest.fixture
def agency(tmp_path: Path) -> Agency:
    made = found(tmp_path / "a", types=[AGE])
    one_by_one.set_limit(made.desk, 2)
    return made


def refusal(act: Callable[[], object]) -> str:
    """Return the code that something is refused with, or nothing."""
    try:
        act()
    except CounterproofError as error:
        return error.code
    return ""


def give(agency: Agency, who: str, reference: str = "A-17", *, once: bytes | None = None) -> bool:
    """Offer somebody a card, or tell that a second person must agree first."""
    code = refusal(lambda: agency.acting_for(who).online.offer(AGE, reference, once=once))
    assert code in {"", "agency.one-by-one"}
    return not code


def waiting(agency: Agency) -> list[str]:
    found_here = agency.register.changes.proposals(state=ProposalState.WAITING)
    return [each.proposal_id for each in found_here]


def test_a_clerk_gives_so_many_and_a_second_person_lets_her_go_on(agency: Agency) -> None:
    assert [give(agency, "Anna") for _ in range(4)] == [True, True, False, False]
    assert give(agency, "ben"), "each is counted apart"
    (name,) = waiting(agency)
    proposal = agency.register.changes.proposal(name)
    assert (proposal.who, proposal.documents, proposal.action) == ("Anna", 2, "one-by-one")
    assert refusal(lambda: changing.agree(agency.acting_for("ANNA").desk, name)) == "agency.not-second"
    changing.agree(agency.acting_for("Boss").desk, name)
    assert [give(agency, "anna") for _ in range(3)] == [True, True, False]
    (second,) = waiting(agency)
    changing.refuse(agency.acting_for("Boss").desk, second)
    assert not give(agency, "Anna")
    agency.close()
    with reopen(agency, FixedClock(AT + timedelta(days=1, seconds=1))) as later:
        assert [give(later, "Anna") for _ in range(3)] == [True, True, False], "a new day, and no leave left"


def test_the_register_itself_lets_nobody_past(agency: Agency, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two pages at once both look before either of them writes."""
    assert give(agency, "Anna")
    wallets = [asked(agency, copies=1) for _ in range(2)]
    anna = agency.acting_for("Anna")
    rule = one_by_one.rule(anna.desk)
    assert anna.issue(wallets[0].request, AGE, adult(agency, "A-1"), alone=rule).new
    assert not anna.issue(wallets[0].request, AGE, adult(agency, "A-1"), alone=rule).new
    monkeypatch.setattr(one_by_one, "check", lambda _: None)
    before = agency.register.log_head().seq
    assert not give(agency, "Anna")
    assert (
        refusal(lambda: anna.issue(wallets[1].request, AGE, adult(agency, "A-2"), alone=rule))
        == "agency.one-by-one"
    )
    assert agency.register.log_head().seq == before
    assert agency.register.counts().batches == 1
    assert agency.issue(wallets[1].request, AGE, adult(agency, "A-2"), alone=rule).new, "its nonce is unused"


def test_what_is_asked_again_and_what_is_many_are_not_counted(agency: Agency, tmp_path: Path) -> None:
    assert all(give(agency, "Anna", once=b"0123456789abcdef0123456789abcdef") for _ in range(4))
    folder = tmp_path / "requests"
    folder.mkdir()
    people = [adult(agency, f"A-{number}") for number in range(3)]
    for each in people:
        (folder / f"{each.reference}.cprequest").write_bytes(asked(agency, copies=1).request)
    anna = agency.acting_for("Anna")
    assert len(list(many.issue_all(anna, AGE, many.match(folder, people)))) == 3
    assert give(agency, "Anna")
    assert not give(agency, "Anna")


def test_with_none_alone_each_card_needs_a_second_person(agency: Agency) -> None:
    one_by_one.set_limit(agency.desk, 0)
    assert not give(agency, "Anna")
    changing.agree(agency.acting_for("Boss").desk, waiting(agency)[0])
    assert [give(agency, "Anna") for _ in range(2)] == [True, False]
    assert refusal(lambda: one_by_one.set_limit(agency.desk, -1)) == "agency.limit"
    assert refusal(lambda: one_by_one.set_limit(agency.desk, changing.MOST + 1)) == "agency.limit"


def test_the_commands_wait_and_go_on(agency: Agency, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    wallet = asked(agency, copies=1)
    Path("card.cprequest").write_bytes(wallet.request)
    Path("who.json").write_text(json.dumps({"subject": "A-1", "birth_date": "1990-04-17"}), "utf-8")
    agency.close()
    shell = Shell(
        main,
        brought=CHEAP_KDF,
        COUNTERPROOF_PASSPHRASE=PASSPHRASE,
        COUNTERPROOF_AT=AT.isoformat(),
        COUNTERPROOF_WHO="anna",
    )
    assert "gives at most 2 cards one by one" in shell.run("issuer console limit a")
    offer = "issuer online offer a --type eu-age-proof --subject A-17"
    for _ in range(2):
        shell.run(offer)
    issue = "issuer issue a --request card.cprequest --type eu-age-proof --subject-data who.json"
    shell.run(f"{issue} --dry-run")
    assert shell.json("issuer proposal list a") == [], "a dry run asks nobody"
    assert "That needs a second person." in shell.run(issue, code=3)
    assert not Path("card.cpreply").exists()
    shell.run(f"{offer} --json", code=3)
    told = json.loads(shell.said)
    (name,) = [each["proposal_id"] for each in shell.json("issuer proposal list a --state waiting")]
    assert told["waiting"]["proposal_id"] == name
    assert "Give 2 more cards one by one" in shell.run(f"issuer proposal show a {name}")
    shell.environment["COUNTERPROOF_WHO"] = "boss"
    shell.run(f"issuer proposal agree a {name}")
    shell.environment["COUNTERPROOF_WHO"] = "anna"
    assert "Issued" in shell.run(issue)
    assert "answered before" in shell.run(issue)
    assert "at most 500 cards" in shell.run("issuer console limit a --cards 500")
    shell.run("issuer audit verify a")
