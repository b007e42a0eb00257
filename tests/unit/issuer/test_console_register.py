"""What the console keeps, in a SQLite file and in PostgreSQL: clerks, cases, notes, changes, terms."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from counterproof.mdoc.errors import CounterproofError
from issuer.register import Register, Status
from issuer.register.allowance import Rule
from issuer.register.console_model import NoteKind, Passkey, ProposalState
from issuer.register.online_model import NewApplication, NewOffer, NewTokens, OnlineIssue, Role
from tests.kit.register import AT, WHO, a_batch, found

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

KIND = "org.example.pass.1"
IDLE, MOST, STEP = timedelta(minutes=15), timedelta(hours=8), timedelta(minutes=1)


@pytest.fixture
def register(place: Path | str) -> Register:
    return found(place)[0]


def refusal(act: Callable[[], object]) -> str:
    with pytest.raises(CounterproofError) as refused:
        act()
    return refused.value.code


def key(clerk: str, count: int = 0) -> Passkey:
    return Passkey(
        digest=os.urandom(32), clerk_id=clerk, data=b"public", sign_count=count, created_at=AT, used_at=None
    )


def test_a_clerk_comes_in_goes_out_and_is_ended(register: Register) -> None:
    clerks = register.clerks
    assert not clerks.any()
    invited = clerks.invite("Anna", Role.CLERK, link := os.urandom(32), expires_at=AT + IDLE, who=WHO, at=AT)
    assert clerks.any()
    made, codes = key(invited.clerk_id), [os.urandom(32) for _ in range(3)]
    assert refusal(lambda: clerks.accept(os.urandom(32), made, codes, at=AT)) == "console.link-refused"
    assert refusal(lambda: clerks.accept(link, made, codes, at=AT + IDLE)) == "console.link-refused"
    anna = clerks.accept(link, made, codes, at=AT)
    assert (anna.passkeys, anna.codes) == (1, 3)
    assert refusal(lambda: clerks.accept(link, key(anna.clerk_id), codes, at=AT)) == "console.link-refused"
    session = os.urandom(32)
    clerks.sign_in(clerks.passkey(made.digest), 1, session, at=AT)
    assert clerks.session(session, at=AT, idle=IDLE, most=MOST, step=STEP).clerk.name == "Anna"
    clerks.sign_out(session, at=AT)

    def look() -> object:
        return clerks.session(session, at=AT, idle=IDLE, most=MOST, step=STEP)

    assert refusal(look) == "console.signed-out"
    clerks.recover(codes[0], session := os.urandom(32), at=AT)
    assert refusal(lambda: clerks.recover(codes[0], os.urandom(32), at=AT)) == "console.sign-in-refused"
    clerks.end(anna.clerk_id, who=WHO, at=AT)
    assert refusal(look) == "console.signed-out"
    assert refusal(lambda: clerks.passkey(made.digest)) == "console.sign-in-refused"
    assert not clerks.any()
    register.verify_log()


def test_a_link_that_many_use_at_once_lets_one_in(register: Register) -> None:
    clerks = register.clerks
    invited = clerks.invite("Ben", Role.CLERK, link := os.urandom(32), expires_at=AT + IDLE, who=WHO, at=AT)

    def use(_: int) -> bool:
        try:
            clerks.accept(link, key(invited.clerk_id), [os.urandom(32)], at=AT)
        except CounterproofError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(use, range(8))) == [False] * 7 + [True]
    assert clerks.find("ben").passkeys == 1


def test_a_challenge_is_answered_once(register: Register) -> None:
    clerks, ticket, challenge = register.clerks, os.urandom(32), os.urandom(32)
    clerks.put_challenge(ticket, challenge, expires_at=AT + IDLE, at=AT)
    assert clerks.take_challenge(ticket, at=AT) == challenge
    assert refusal(lambda: clerks.take_challenge(ticket, at=AT)) == "console.sign-in-refused"
    assert refusal(lambda: clerks.take_challenge(challenge, at=AT)) == "console.sign-in-refused"


def offered(register: Register, *, decide: bool = False) -> tuple[str, str]:
    """Return an offer that a wallet took, and its grant."""
    code = os.urandom(32)
    new = NewOffer(
        link=os.urandom(32),
        code=code,
        tx_code=None,
        doc_type=KIND,
        subject="A-1",
        copies=2,
        needs_decision=decide,
        expires_at=AT + IDLE,
    )
    offer, _ = register.online.add_offer(new, rule=Rule(most=100, since=AT), who=WHO, at=AT)
    tokens = NewTokens(
        access=os.urandom(32), access_until=AT + MOST, refresh=os.urandom(32), refresh_until=AT + MOST
    )
    grant = register.online.redeem(code, None, tokens, wanted=None, most_tries=5, who=WHO, at=AT)
    return offer.offer_id, grant.grant_id


def test_a_case_is_gathered_noted_and_erased(register: Register) -> None:
    offer, grant = offered(register)
    batch = a_batch(register, 1, idempotency_key="k" * 32, request_digest=os.urandom(32), reply=b"sealed")
    issue = OnlineIssue(batch=batch, grant_id=grant, notification=os.urandom(32))
    batch_id = register.online.record(issue, at=AT).batch_id
    alone = register.record_batch(a_batch(register, 1, subject="B-2"), at=AT).batch_id
    cases = register.cases
    assert {cases.find(name) for name in (offer, batch_id, f"{batch_id}.2")} == {offer}
    assert cases.find(alone) == alone
    assert refusal(lambda: cases.find("'; DROP TABLE log;--")) == "register.no-such-case"
    for name, text in ((batch_id, "first\nline"), (alone, "other")):
        cases.add_note(name, NoteKind.NOTE, text, who="anna", at=AT)
    matter = cases.matter(offer)
    assert [each.action for each in matter.entries] == ["offer", "issue", "note"]
    assert [(each.text, each.intact) for each in matter.notes] == [("first\nline", True)]
    assert {each.case_id for each in cases.cases()} == {offer, alone}
    assert [each.case_id for each in cases.cases(subject="B-2")] == [alone]
    assert cases.ending(AT, AT + timedelta(days=30)) == {KIND: 2}
    assert cases.ending(AT, AT + timedelta(days=29)) == {}
    before = AT + timedelta(days=31)
    assert (cases.due(KIND, AT), cases.due(KIND, before), cases.due("other", before)) == (0, 1, 0)
    assert register.erase_persons(KIND, before, who=WHO, at=AT, limit=10) == 2
    assert [cases.erase(KIND, before, who=WHO, at=AT) for _ in range(2)] == [1, 0]
    for name in (offer, alone):
        gone = cases.matter(name)
        assert (gone.subject, gone.notes, [each.action for each in gone.entries]) == ("", (), ["issue"])
    assert register.acts_about("A-1") == ()
    register.verify_log()


def test_what_nobody_decided_is_not_erased(register: Register) -> None:
    _, grant = offered(register, decide=True)
    new = NewApplication(transaction=os.urandom(32), request=os.urandom(32), device_keys=b"keys", copies=1)
    nonce = (os.urandom(32), AT + IDLE)
    applied = register.online.apply(grant, new, nonce=nonce, doc_type=KIND, subject="A-1", who=WHO, at=AT)
    before = AT + timedelta(days=9)
    assert register.cases.erase(KIND, before, who=WHO, at=AT) == 0
    register.online.decide(applied.application_id, approve=False, reason="no-papers", who=WHO, at=AT)
    assert register.cases.erase(KIND, before, who=WHO, at=AT) == 1
    (left,) = register.online.applications()
    assert (left.subject, left.device_keys) == ("", b"")


def test_a_rule_holds_and_a_proposal_is_carried_out(register: Register) -> None:
    ids = [register.record_batch(a_batch(register, 1, subject=f"P-{n}"), at=AT).batch_id for n in range(4)]
    changes, rule = register.changes, Rule(most=2, since=AT - MOST)

    def change(batch: str) -> int:
        try:
            return changes.change([batch], Status.SUSPENDED, rule=rule, reason="lost", who="Anna", at=AT)
        except CounterproofError as error:
            return 0 if error.code == "agency.two-persons" else -1

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(change, ids)) == [0, 0, 2, 2]
    assert changes.lately("ANNA", AT - MOST) == 2
    made = changes.propose("revoke", ids, reason="stolen", expires_at=AT + IDLE, who="Anna", at=AT)
    assert changes.targets(made.proposal_id) == tuple(ids)
    changes.decide(made.proposal_id, ProposalState.APPROVED, who="Boss", at=AT)
    for some in (ids[:2], ids, ids):  # done twice changes nothing twice
        changes.carry_out(made.proposal_id, some, Status.REVOKED, who="Anna", at=AT)
    done = changes.finish(made.proposal_id)
    assert (done.state, done.changed, register.counts().revoked) == (ProposalState.DONE, 8, 8)
    assert [each.proposal_id for each in changes.proposals(state=ProposalState.DONE)] == [made.proposal_id]
    register.verify_log()
