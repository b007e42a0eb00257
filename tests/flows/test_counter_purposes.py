"""What the counter may ask, what it takes instead, and how fresh its lists must be, purpose by purpose."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from counterproof.credential_types import shipped
from counterproof.mdoc.cbor import FullDate
from counterproof.mdoc.errors import UsageError
from counterproof.mdoc.verification.policy import Mode
from counterproof.mdoc.verification.report import Verdict
from counterproof.optics.exchange.wallet_side import build_answer
from counterproof.optics.kinds import Kind
from counterproof.optics.text import decode_still
from counterproof.trust.purposes import (
    Purpose,
    PurposeDocument,
    PurposeElement,
    PurposeReaders,
    PurposeRegister,
    Purposes,
    Retention,
)
from tests.kit.clerk import AGE, OWN, PURPOSE, RESIDENCY, SHOWN, Desk, Town, question, said
from tests.kit.counter_home import CounterHome
from tests.kit.counter_window import OpenDesk
from tests.kit.purposes import purpose
from verifier.counter import Taking
from verifier.flow.desk import Told
from verifier.purposes import OwnPurposes, registered_items
from verifier.question import Question, Wish
from verifier.report_json import as_json

if TYPE_CHECKING:
    from pathlib import Path

MEMBERSHIP = "library.membership"
NOTHING_KEPT = Retention(days=0, words={"en": "Nothing is kept."})


def age_check(**changes: Any) -> Purpose:
    """Return a purpose about a single yes or no."""
    document = PurposeDocument(doc_type=AGE, elements=(PurposeElement(namespace=AGE, element="age_over_18"),))
    return purpose(
        **{
            "id": PURPOSE,
            "documents": (document,),
            "retention": NOTHING_KEPT,
            "readers": (PurposeReaders(ids=(OWN,)),),
            "slips": True,
            **changes,
        }
    )


@pytest.fixture
def town(tmp_path: Path) -> Town:
    made = Town(tmp_path / "published")
    made.publish(made.at + timedelta(seconds=1), purposes=(age_check(), purpose()))
    return made


def own(desk: Desk, town: Town) -> OwnPurposes:
    return OwnPurposes.of(desk.counter.trust, frozenset(), town.identity().chain)


def membership(desk: Desk, town: Town) -> Question:
    """Return what the register says that a library may ask its members."""
    items = registered_items(own(desk, town).find(MEMBERSHIP), MEMBERSHIP, (), shipped())
    return Question(MEMBERSHIP, items)


# What it may ask


ASKED: dict[str, tuple[Question, str]] = {
    "another field": (question(Wish("proof-of-age", ("age_over_21",))), "verifier.field-beyond"),
    "another type": (question(Wish("residency", ("age_over_18",))), "verifier.field-beyond"),
    "to keep": (question(keep=("age_over_18",)), "verifier.keep-beyond"),
    "a purpose of its own": (question(purpose="my.own.idea"), "verifier.purpose-unregistered"),
}


@pytest.mark.parametrize(("asked", "code"), ASKED.values(), ids=ASKED)
def test_a_counter_does_not_ask_beyond_its_registration(
    desk: Desk, town: Town, asked: Question, code: str
) -> None:
    with pytest.raises(UsageError) as error:
        desk.counter.ask(town.identity(), asked)
    assert error.value.code == code
    assert desk.counter.open_request() is None
    assert desk.counter.ask(town.identity(), asked, beyond_registration=True) is not None


def test_a_purpose_of_others(tmp_path: Path) -> None:
    town = Town(tmp_path / "published")
    others = age_check(readers=(PurposeReaders(ids=("SOMEBODY",)),))
    town.publish(town.at + timedelta(seconds=1), purposes=(others,))
    desk = Desk(town, tmp_path / "desk")
    with pytest.raises(UsageError) as error:
        desk.ask()
    assert error.value.code == "verifier.purpose-of-others"


def test_what_is_registered_can_be_asked(desk: Desk, town: Town) -> None:
    assert desk.take(desk.answered(town.resident())).verdict is Verdict.ACCEPTED


def test_an_age_is_no_less_registered_for_being_asked_with_alternatives(desk: Desk, town: Town) -> None:
    asked = membership(desk, town)
    assert asked.keep == {(RESIDENCY, RESIDENCY, "family_name"), (RESIDENCY, RESIDENCY, "given_name")}
    (requested,) = asked.requested()
    assert requested.alternatives == {(RESIDENCY, "birth_date"): (((RESIDENCY, "age_over_18"),),)}
    desk.counter.ask(town.identity(), asked)


def test_a_counter_without_a_key_is_known_by_its_id(desk: Desk) -> None:
    by_id = OwnPurposes.of(desk.counter.trust, frozenset({OWN}))
    assert [each.purpose.id for each in by_id.all() if each.purpose] == [PURPOSE, MEMBERSHIP]
    assert OwnPurposes.of(desk.counter.trust, frozenset({"NOBODY-1"})).all() == ()


def test_of_several_types_one_is_named(desk: Desk, town: Town) -> None:
    two = purpose(
        documents=tuple(
            PurposeDocument(doc_type=each, elements=(PurposeElement(namespace=each, element="age_over_18"),))
            for each in (AGE, RESIDENCY)
        )
    )
    reader = own(desk, town).reader
    assert reader is not None
    register = PurposeRegister(publisher="P", roots=frozenset({reader.root}), purposes=(two,))
    finding = Purposes((register,)).find(MEMBERSHIP, reader)
    with pytest.raises(UsageError) as error:
        registered_items(finding, MEMBERSHIP, (), shipped())
    assert error.value.code == "verifier.purpose-types"
    (items,) = registered_items(finding, MEMBERSHIP, ("proof-of-age",), shipped())
    assert items.doc_type == AGE
    with pytest.raises(UsageError) as error:
        registered_items(finding, MEMBERSHIP, ("library-card",), shipped())
    assert error.value.code == "verifier.type-beyond"


# What it takes instead


@pytest.mark.parametrize("names_substitutes", [True, False], ids=["asked for", "registered alone"])
def test_less_is_taken_in_the_same_exchange(desk: Desk, town: Town, *, names_substitutes: bool) -> None:
    """The birth date is asked for, its register takes an age instead, and no date is in any frame."""
    asked = (
        membership(desk, town)
        if names_substitutes
        else question(Wish("residency", ("birth_date", "family_name")), purpose=MEMBERSHIP)
    )
    request = desk.ask(asked)
    holder = town.resident(RESIDENCY)
    others = {"family_name", "given_name", "resident_borough"} if names_substitutes else {"family_name"}
    agreed = {(RESIDENCY, name) for name in {"age_over_18"} | others}
    response = holder.response(request.transcript, [RESIDENCY], agreed)
    assert b"1987" not in response
    assert b"birth_date" not in response
    substitutes = frozenset({(RESIDENCY, RESIDENCY, "age_over_18")})
    m = build_answer(request, response, substitutes=substitutes)
    decision = desk.take(m)
    assert (decision.verdict, decision.missing) == (Verdict.ACCEPTED, ())
    assert decision.shown[0].elements[RESIDENCY]["age_over_18"] is True
    assert "birth_date" not in decision.shown[0].elements[RESIDENCY]


def test_a_birth_date_is_taken_too_where_somebody_shows_it(desk: Desk, town: Town) -> None:
    decision = desk.take(desk.answered(town.resident(RESIDENCY), membership(desk, town)))
    assert decision.verdict is Verdict.ACCEPTED
    assert decision.shown[0].elements[RESIDENCY]["birth_date"] == FullDate("1987-03-09")


# How fresh its lists must be


@pytest.mark.parametrize(("hours", "verdict"), [(24, Verdict.UNDECIDED), (168, Verdict.ACCEPTED)])
def test_the_same_list_is_fresh_for_one_purpose_and_stale_for_another(
    tmp_path: Path, hours: int, verdict: Verdict
) -> None:
    town = Town(tmp_path / "published")
    fresh = age_check(evidence_hours=hours)
    town.publish(town.at + timedelta(seconds=1), purposes=(fresh,), life=timedelta(days=30))
    desk = Desk(town, tmp_path / "desk")
    desk.wait(2 * 86_400)
    decision = desk.take(desk.answered(town.resident()))
    assert decision.verdict is verdict
    assert as_json(decision)["evidence_needed"] == hours * 3600
    if verdict is Verdict.UNDECIDED:
        assert decision.code == "status.stale"
        assert "This purpose needs a list that is at most 1 day old; yours is from " in said(decision)


def test_the_age_of_a_list_is_said_as_people_say_it(desk: Desk, town: Town) -> None:
    desk.wait(86_400)
    decision = desk.take(desk.answered(town.resident()))
    assert "from yesterday " in said(decision)
    (dated,) = as_json(decision)["evidence"]
    assert dated["from"].startswith("yesterday ")


# Paper


def test_paper_is_taken_as_the_register_says(tmp_path: Path) -> None:
    for number, (slips, repeats, code) in enumerate(
        [(False, False, "exchange.mode"), (True, False, "exchange.slip-seen"), (True, True, "ok")]
    ):
        town = Town(tmp_path / f"published {number}")
        paper = age_check(slips=slips, repeats=repeats)
        town.publish(town.at + timedelta(seconds=1), purposes=(paper,))
        desk = Desk(town, tmp_path / f"desk {number}")
        m = desk.slip(town.resident())
        taking = Taking(frozenset({Mode.SHOWN_FIRST, Mode.SLIP}), purpose=PURPOSE)
        desk.take(m, Kind.SLIP, taking)
        desk.counter.next()
        assert desk.take(m, Kind.SLIP, taking).code == code


def test_a_code_shown_first_is_judged_by_the_purpose_of_the_clerk(desk: Desk, town: Town) -> None:
    taking = Taking(SHOWN.modes, question())
    decision = desk.take(desk.shown(town.resident()), Kind.SHOWN, taking)
    assert decision.evidence_age == timedelta(hours=168)
    assert decision.verdict is Verdict.ACCEPTED


def test_without_a_register_nothing_changes(tmp_path: Path) -> None:
    town = Town(tmp_path / "published")
    desk = Desk(town, tmp_path / "desk")
    desk.ask(question(Wish("residency", ("birth_date",)), purpose="any.thing"))
    decision = desk.take(desk.answered(town.resident()))
    assert decision.evidence_age is None
    assert desk.counter.purposes().all() == ()


# By command


@pytest.fixture
def home(tmp_path: Path) -> CounterHome:
    made = CounterHome(tmp_path)
    made.town.publish = _with(made.town, age_check(), purpose())  # type: ignore[method-assign]
    return made.found()


def _with(town: Town, *purposes: Purpose) -> Any:
    plain = town.publish
    return lambda at=None, **changes: plain(at, **{"purposes": purposes, **changes})


def test_the_purpose_alone_is_enough(home: CounterHome) -> None:
    m = home.request("request", "--purpose", PURPOSE)
    request = home.town.read(m, home.at)
    (items,) = [each.items for each in request.doc_requests]
    assert (items.doc_type, items.namespaces) == (AGE, {AGE: {"age_over_18": False}})
    assert request.terms.purpose == PURPOSE
    listed = home.good("purposes")
    assert "library.age-check  Library membership" in listed
    assert "birth_date (better: age_over_18)" in listed
    assert [each["id"] for each in json.loads(home.good("purposes", "--json"))] == [PURPOSE, MEMBERSHIP]


def test_over_asking_is_refused_by_the_command_and_can_be_tried_out(home: CounterHome) -> None:
    wanted = ("request", "--type", "residency", "--fields", "birth_date", "--purpose", PURPOSE)
    refused_ = home.run(*wanted)
    assert refused_.exit_code == 2
    assert "[verifier.field-beyond]" in refused_.stderr
    assert "birth_date" in refused_.stderr
    out = home.path("ask.txt")
    tried = home.run(*wanted, "--beyond-registration", "--out", out)
    assert tried.exit_code == 0
    assert "wallets will say so and refuse" in tried.stderr
    assert decode_still((home.base / "ask.txt").read_text("ascii"))[0] is Kind.REQUEST


def test_a_saved_request_may_be_the_purpose_alone(home: CounterHome, tmp_path: Path) -> None:
    home.good("request", "--purpose", PURPOSE, "--save", "age")
    request = home.town.read(home.request("request", "--use", "age"), home.at)
    assert [each.items.doc_type for each in request.doc_requests] == [AGE]
    desk = OpenDesk(home, tmp_path / "window")
    assert desk.desk.tiles().broken == ()
    asked = desk.asked(next(n for n, each in enumerate(desk.desk.tiles().tiles) if each.reason))
    assert {each.label for each in asked.tile.asked} == {"Over 18"}
    desk.desk.take(desk.answer())
    assert isinstance(desk.desk.state, Told)
    assert desk.desk.state.view.word == "Accepted"
    desk.place.close()
    unknown = home.run("request", "--purpose", "no.such")
    assert "[verifier.purpose-unregistered]" in unknown.stderr
