"""The counter's scenarios of the presentation protocol, each under its name."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from counterproof.mdoc.errors import CryptoError, MalformedError, UsageError
from counterproof.mdoc.verification.report import Verdict
from counterproof.optics.exchange.wallet_side import build_decline
from counterproof.optics.kinds import Kind
from counterproof.words.verification import QUALIFIERS
from tests.kit.clerk import (
    ADULT,
    AGE,
    CARD,
    ELEMENTS,
    LIBRARY,
    PAPER,
    RESIDENCY,
    SHOWN,
    Desk,
    Town,
    everything,
    paper_for,
    question,
    refused,
    said,
    sealed,
)
from tests.kit.scenarios import scenario
from verifier.counter import Taking
from verifier.question import Wish
from verifier.render import lines
from verifier.report_json import as_json

if TYPE_CHECKING:
    from pathlib import Path


def test_an_answer_is_accepted_with_just_what_was_asked(desk: Desk, town: Town) -> None:
    decision = desk.take(desk.answered(town.resident()))
    assert (decision.verdict, decision.code) == (Verdict.ACCEPTED, "ok")
    assert as_json(decision)["documents"][0]["elements"] == {AGE: {"age_over_18": True}}
    assert decision.qualifier == "asked-and-answered"
    assert decision.missing == decision.left_out == ()
    assert desk.counter.open_request() is None


@scenario("replay-response")
def test_replay_response(desk: Desk, town: Town) -> None:
    m = desk.answered(town.resident())
    assert desk.take(m).verdict is Verdict.ACCEPTED
    desk.ask()
    refused(desk.take(m), "exchange.other-request")
    assert desk.counter.open_request() is not None, "the request stays open for the real answer"


@scenario("replay-same-session")
def test_replay_same_session(desk: Desk, town: Town) -> None:
    m = desk.answered(town.resident())
    first, second = desk.take(m), desk.take(m)
    assert (first.repeat, second.repeat) == (False, True)
    assert as_json(second)["documents"] == []
    assert desk.counts() == {("accepted", "ok"): 1, ("repeat", "ok"): 1}


def test_replay_same_session_after_the_verdict_stands_no_more(desk: Desk, town: Town) -> None:
    m = desk.answered(town.resident())
    desk.take(m)
    desk.wait(60)
    refused(desk.take(m), "exchange.transaction-over")


@scenario("screenshot")
def test_screenshot(desk: Desk, town: Town, tmp_path: Path) -> None:
    m = desk.answered(town.resident())
    desk.take(m)
    other = Desk(town, tmp_path / "other desk")
    other.wait(600)
    other.ask()
    refused(other.take(m), "exchange.other-request")


def test_an_answer_without_a_request(desk: Desk, town: Town, tmp_path: Path) -> None:
    m = Desk(town, tmp_path / "other desk").answered(town.resident())
    refused(desk.take(m), "exchange.transaction-over")


@scenario("screenshot-oneway")
@pytest.mark.parametrize("doc_type", [AGE, RESIDENCY])
def test_screenshot_oneway(desk: Desk, town: Town, doc_type: str) -> None:
    m = desk.shown(town.resident(), doc_type)
    decision = desk.take(m, Kind.SHOWN, SHOWN)
    text = said(decision)
    assert decision.verdict is Verdict.ACCEPTED
    assert QUALIFIERS["shown-first"].what in text
    assert QUALIFIERS["asked-and-answered"].what not in text
    assert "The holder is not proven" in text
    desk.counter.next()
    refused(desk.take(m, Kind.SHOWN, SHOWN), "exchange.code-seen")
    desk.wait(100)
    refused(desk.take(m, Kind.SHOWN, SHOWN), "exchange.code-old")


def test_no_way_but_two_way_ever_says_the_words_of_two_way(desk: Desk, town: Town) -> None:
    holder = town.resident()
    digits = desk.counter.challenge()
    codes = [(Kind.SHOWN, desk.shown(holder, challenge=digits)), (Kind.SLIP, desk.slip(holder))]
    for kind, m in codes:
        decision = desk.take(m, kind, PAPER)
        assert decision.verdict is Verdict.ACCEPTED
        roles = {line.role: line.text for line in lines(decision, {})}
        assert roles["qualifier"] == QUALIFIERS[decision.qualifier].what
        assert decision.qualifier in {"shown-first-challenged", "paper"}


@scenario("response-other-doc")
def test_response_other_doc(desk: Desk, town: Town) -> None:
    holder, request = town.resident(), desk.ask(question(ADULT))
    agreed = everything(AGE) | everything(RESIDENCY)
    m = sealed(request, holder.response(request.transcript, [AGE, RESIDENCY], agreed))
    decision = desk.take(m)
    assert decision.verdict is Verdict.ACCEPTED
    assert decision.left_out == ((RESIDENCY,),)
    assert [each["doc_type"] for each in as_json(decision)["documents"]] == [AGE]
    assert "Quillfeather" not in said(decision)
    assert desk.counts()["left-out", "document"] == 1


def test_response_with_the_other_doc_alone(desk: Desk, town: Town) -> None:
    holder, request = town.resident(), desk.ask(question(ADULT))
    m = sealed(request, holder.response(request.transcript, [RESIDENCY], everything(RESIDENCY)))
    refused(desk.take(m), "request.documents")


@scenario("response-missing")
def test_response_missing(desk: Desk, town: Town) -> None:
    asked = question(Wish("residency", ("family_name", "resident_borough", "card_number")))
    request = desk.ask(asked)
    agreed = {(RESIDENCY, "resident_borough"), (RESIDENCY, "card_number")}
    decision = desk.take(town.resident().answer(request, agreed))
    assert (decision.verdict, decision.code) == (Verdict.UNDECIDED, "request.incomplete")
    assert decision.missing == ((RESIDENCY, RESIDENCY, "family_name"),)
    assert "Not shown: family_name" in said(decision)
    assert "Saltmarsh Quay" in said(decision), "what was proven is shown, for the clerk to judge"
    assert desk.counter.open_request() is not None


def test_a_missing_document_is_named(desk: Desk, town: Town) -> None:
    request = desk.ask(question(ADULT, CARD))
    decision = desk.take(town.resident(AGE).answer(request))
    assert (decision.verdict, decision.code) == (Verdict.UNDECIDED, "request.incomplete")
    assert decision.missing == ((RESIDENCY,),)


@scenario("response-unasked")
def test_response_unasked(desk: Desk, town: Town) -> None:
    request = desk.ask(question(Wish("residency", ("resident_borough",))))
    response = town.resident().response(request.transcript, [RESIDENCY], everything(RESIDENCY))
    decision = desk.take(sealed(request, response))
    assert decision.verdict is Verdict.ACCEPTED
    assert (RESIDENCY, RESIDENCY, "family_name") in decision.left_out
    assert "Quillfeather" not in said(decision) + str(as_json(decision))
    assert desk.counts()["left-out", "element"] == len(everything(RESIDENCY)) - 1


def test_declined_leaves_the_request_open(desk: Desk, town: Town) -> None:
    request = desk.ask()
    decision = desk.take(build_decline(request))
    assert decision.declined
    assert decision.verdict is Verdict.REFUSED
    assert "NOTHING SHOWN" in said(decision)
    assert desk.counts() == {("declined", decision.code): 1}
    assert desk.take(town.resident().answer(request)).verdict is Verdict.ACCEPTED


def test_another_kind_of_code_is_named_and_not_judged(desk: Desk, town: Town) -> None:
    holder = town.resident()
    desk.ask()
    for kind, m in [(Kind.SHOWN, desk.shown(holder)), (Kind.SLIP, desk.slip(holder))]:
        with pytest.raises(UsageError) as raised:
            desk.take(m, kind)
        assert raised.value.code == "verifier.other-mode"
    assert desk.counts() == {}
    assert desk.counter.open_request() is not None


def test_the_clerk_may_change_the_mode_of_an_open_request(desk: Desk, town: Town) -> None:
    desk.ask(question(Wish("residency", ("resident_borough",))))
    decision = desk.take(desk.shown(town.resident(), RESIDENCY), Kind.SHOWN, SHOWN)
    assert decision.verdict is Verdict.ACCEPTED
    elements = as_json(decision)["documents"][0]["elements"]
    assert elements == {RESIDENCY: {"resident_borough": "Saltmarsh Quay"}}, "held against the open request"
    assert desk.counter.open_request() is None


@pytest.mark.parametrize("kind", [Kind.SHOWN, Kind.SLIP])
def test_a_policy_that_does_not_name_a_mode_does_not_take_it(desk: Desk, town: Town, kind: Kind) -> None:
    holder = town.resident()
    m = desk.shown(holder) if kind is Kind.SHOWN else desk.slip(holder)
    refused(desk.take(m, kind, Taking(purpose="library.age-check")), "exchange.mode")


def test_paper_is_not_taken_where_only_shown_first_is(desk: Desk, town: Town) -> None:
    taking = Taking(SHOWN.modes, purpose="library.age-check")
    refused(desk.take(desk.slip(town.resident()), Kind.SLIP, taking), "exchange.mode")


def test_a_slip_for_another_purpose(desk: Desk, town: Town) -> None:
    m = desk.slip(town.resident())
    refused(desk.take(m, Kind.SLIP, paper_for("pool.entry")), "exchange.other-purpose")


def test_a_slip_without_a_purpose_of_the_counters_own(desk: Desk, town: Town) -> None:
    with pytest.raises(UsageError) as raised:
        desk.take(desk.slip(town.resident()), Kind.SLIP, Taking(PAPER.modes))
    assert raised.value.code == "verifier.purpose-needed"


def test_a_slip_for_other_readers(desk: Desk, town: Town) -> None:
    holder = town.resident()
    refused(desk.take(desk.slip(holder, readers=("TOWN-HALL",)), Kind.SLIP, PAPER), "exchange.other-audience")
    named = desk.slip(holder, readers=("TOWN-HALL", "HB-LIBRARY"))
    assert desk.take(named, Kind.SLIP, PAPER).verdict is Verdict.ACCEPTED


def test_challenge(desk: Desk, town: Town) -> None:
    holder = town.resident()
    digits = desk.counter.challenge()
    wrong = f"{(int(digits) + 1) % 10**6:06}"
    refused(desk.take(desk.shown(holder), Kind.SHOWN), "exchange.challenge-missing")
    refused(desk.take(desk.shown(holder, challenge=wrong), Kind.SHOWN), "exchange.challenge-wrong")
    m = desk.shown(holder, challenge=digits)
    decision = desk.take(m, Kind.SHOWN)
    assert (decision.verdict, decision.qualifier) == (Verdict.ACCEPTED, "shown-first-challenged")
    assert desk.take(m, Kind.SHOWN, SHOWN).repeat
    again = desk.shown(holder, challenge=digits)
    refused(desk.take(again, Kind.SHOWN, SHOWN), "exchange.challenge-not-open")


def test_a_challenge_ends_by_the_monotonic_clock(desk: Desk, town: Town) -> None:
    digits = desk.counter.challenge()
    desk.wait(120)
    m = desk.shown(town.resident(), challenge=digits)
    refused(desk.take(m, Kind.SHOWN, SHOWN), "exchange.challenge-over")


def test_a_revoked_card(desk: Desk, town: Town) -> None:
    holder = town.resident(index=7)
    town.publish(town.at + timedelta(minutes=1), values={7: 1})
    (desk.folder / "trust").rename(desk.folder / "old trust")
    town.at += timedelta(minutes=1)
    desk.open()
    decision = desk.take(desk.answered(holder))
    refused(decision, "status.revoked")


def test_a_stale_list_leaves_it_open(desk: Desk, town: Town) -> None:
    holder = town.resident()
    desk.wait(8 * 86_400)
    decision = desk.take(desk.answered(holder))
    assert decision.verdict is Verdict.UNDECIDED
    assert decision.code.startswith("status.")
    assert "CANNOT TELL" in said(decision)


def test_two_documents_prove_no_one_holder(desk: Desk, town: Town) -> None:
    decision = desk.take(desk.answered(town.resident(), question(ADULT, CARD)))
    assert decision.verdict is Verdict.ACCEPTED
    assert "several-documents" in decision.notices
    assert "nothing proves that they belong to one person" in said(decision)


def test_an_answer_that_says_no_is_no_yes(desk: Desk, town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ELEMENTS, AGE, {AGE: {"age_over_18": False}})
    decision = desk.take(desk.answered(town.resident(AGE)))
    assert decision.verdict is Verdict.ACCEPTED
    text = said(decision)
    assert text.startswith("[ - ] ACCEPTED: IT SAYS NO")
    assert "[ / ]" not in text
    assert "Treat it as a no" in text


def test_garbage_is_counted_and_leaves_the_request_open(desk: Desk, town: Town) -> None:
    request = desk.ask()
    for m in (b"", b"\x00", b"\x07abc", b"\x00" + bytes(700)):
        with pytest.raises((MalformedError, CryptoError)):
            desk.take(m)
    assert sum(count for (outcome, _), count in desk.counts().items() if outcome == "unreadable") == 4
    assert desk.take(town.resident().answer(request)).verdict is Verdict.ACCEPTED


@pytest.mark.parametrize("kind", [Kind.REQUEST, Kind.RECEIPT])
def test_what_no_counter_takes_is_named(desk: Desk, kind: Kind) -> None:
    with pytest.raises(UsageError) as raised:
        desk.take(b"\x00", kind)
    assert raised.value.code == "verifier.kind"


def test_too_many_answers_to_one_request(desk: Desk, town: Town) -> None:
    request, other = desk.ask(), town.read(desk.ask().request.to_message(), desk.clock.now())
    del request
    holder = town.resident()
    foreign = [holder.answer(other) for _ in range(21)]
    open_now = desk.ask()
    for m in foreign[:20]:
        refused(desk.take(m), "exchange.other-request")
    refused(desk.take(foreign[20]), "exchange.answers")
    refused(desk.take(holder.answer(open_now)), "exchange.answers")


def test_library_card_without_a_label(desk: Desk, town: Town) -> None:
    decision = desk.take(desk.answered(town.resident(), question(Wish("library-card", ("card_number",)))))
    assert decision.verdict is Verdict.ACCEPTED
    assert LIBRARY in said(decision), "a type that is not known is called by its docType"
