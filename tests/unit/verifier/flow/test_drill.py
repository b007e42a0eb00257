"""A drill: real documents of an agency that does not last, decided by the rules of every day, and a score."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from counterproof.clock import FixedClock
from counterproof.mdoc.errors import UsageError
from counterproof.mdoc.verification.report import Verdict
from counterproof.optics.draw import modules
from counterproof.optics.exchange.reader_identity import ReaderTrust
from counterproof.optics.exchange.wallet_side import read_request
from counterproof.optics.kinds import Kind
from counterproof.words.drill import SITUATIONS as SAID
from tests.kit.certificates import AT
from tests.kit.clerk import Desk, Town
from verifier.drill.agency import NAME, DrillAgency
from verifier.drill.faces import Face, false_screen, picture
from verifier.drill.practice import AGE, Practice
from verifier.drill.situations import BY_NAME, HONEST, SITUATIONS, Act, Situation
from verifier.flow.drill import (
    LEAST,
    MOST,
    Beginning,
    Drill,
    DrillState,
    Learned,
    Looked,
    Meeting,
    Result,
    Scored,
    drawn,
    mark,
)

if TYPE_CHECKING:
    from pathlib import Path

NAMES = [each.name for each in SITUATIONS]


def met(situation: Situation, clock: FixedClock | None = None) -> Looked:
    """Let one person come and be looked at."""
    drill = Drill(clock or FixedClock(AT), os.urandom, LEAST)
    drill._begin([situation])
    drill.go_on()
    meeting = now(drill)
    assert isinstance(meeting, Meeting)
    assert meeting.person.seen == SAID[situation.name].what
    for text, _ in zip(meeting.person.code or (), range(2), strict=False):
        assert modules(text).any()
    drill.look()
    drill.close()
    looked = now(drill)
    assert isinstance(looked, Looked)
    return looked


def now(drill: Drill) -> DrillState:
    """Return the state that is now, which each intent may change."""
    return drill.state


@pytest.mark.parametrize("name", NAMES)
def test_each_person_is_decided_as_every_day(name: str) -> None:
    situation = BY_NAME[name]
    looked = met(situation)
    if situation.code:
        assert looked.view is not None
        assert looked.view.code == situation.code
        assert looked.trouble is None
    else:
        assert looked.view is None
        assert looked.trouble is not None
        assert looked.trouble.code in {"optics.no-code", "optics.foreign-web-address"}


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_right_to_go_ahead_with_but_a_plain_yes_of_the_same_person(name: str) -> None:
    situation = BY_NAME[name]
    looked = met(situation)
    plain = looked.view is not None and looked.view.looks.value == "accepted"
    assert (Act.GO_AHEAD in situation.right) == (plain and not situation.impostor)
    same = looked.pictured is None or looked.pictured == looked.person.face
    assert same is not situation.impostor


@pytest.mark.parametrize("name", [each.name for each in HONEST])
def test_documents_say_that_they_are_specimens(name: str) -> None:
    view = met(BY_NAME[name]).view
    assert view is not None
    assert all(NAME in each.title for each in view.documents)
    assert "SPECIMEN" in NAME
    if BY_NAME[name].doc_type != AGE:
        assert dict(view.documents[0].fields)["Family name"] == "SPECIMEN"


@pytest.mark.parametrize("at", [datetime(2020, 2, 29, tzinfo=UTC), datetime(2041, 7, 1, 23, 59, tzinfo=UTC)])
def test_a_drill_works_on_any_day(at: datetime) -> None:
    looked = met(BY_NAME["card-proven"], FixedClock(at))
    assert looked.view is not None
    assert looked.view.code == "ok"


def test_a_real_counter_refuses_what_the_practice_agency_signed(tmp_path: Path) -> None:
    town = Town(tmp_path / "town")
    desk = Desk(town, tmp_path / "desk")
    practice = Practice(DrillAgency(AT, os.urandom), desk.clock, os.urandom, AGE, Face.drawn(os.urandom))
    copy = practice.document()
    request = read_request(
        desk.counter.ask(town.identity(), practice.question, beyond_registration=True).request.to_message(),
        at=desk.clock.now(),
        trust=ReaderTrust([town.publisher.kit.reader_ca.certificate]),
    )
    decision = desk.counter.take(Kind.ANSWER, practice.answered(request, copy).m)
    assert (decision.verdict, decision.code) == (Verdict.REFUSED, "certificate.untrusted")
    practice.close()


def test_every_drill_has_what_everybody_must_have_met_and_honest_people_too() -> None:
    orders = set()
    for people in range(LEAST, MOST + 1):
        situations = drawn(people, os.urandom)
        assert len(situations) == people == len(set(situations))
        assert {each for each in SITUATIONS if each.always} <= set(situations)
        assert sum(each in HONEST for each in situations) == len(HONEST)
        orders.add(tuple(each.name for each in situations[:LEAST]))
    assert len(orders) > 1


@pytest.mark.parametrize("people", [LEAST - 1, MOST + 1, 0, -3])
def test_too_few_or_too_many_people_are_refused(people: int) -> None:
    with pytest.raises(UsageError) as caught:
        Drill(FixedClock(AT), os.urandom, people)
    assert caught.value.code == "drill.people"


def play(drill: Drill, choose: dict[str, Act] | None) -> Scored:
    """Serve everybody rightly, but for those in `choose`."""
    while not isinstance(drill.state, Scored):
        if isinstance(drill.state, Meeting):
            drill.look()
        elif isinstance(drill.state, Looked):
            name = drill.situation.name
            drill.act((choose or {}).get(name) or Result(name, Act.STOP).best)
        else:
            if isinstance(drill.state, Learned):
                assert drill.state.result.lesson == SAID[drill.state.result.name].do
                assert drill.situation.name == drill.state.result.name
            drill.go_on()
    return drill.state


def test_the_score_names_what_was_missed_the_grave_first() -> None:
    drill = Drill(FixedClock(AT), os.urandom, MOST)
    score = play(drill, {"age-proven": Act.STOP, "green-tick": Act.GO_AHEAD, "declined": Act.STOP})
    assert (len(score.results), score.right, score.grave) == (MOST, MOST - 3, 1)
    assert score.missed[0].name == "green-tick"
    assert {each.name for each in score.missed} == {"age-proven", "green-tick", "declined"}
    drill.again()
    assert now(drill) == Beginning(3)
    assert play(drill, None).missed == ()
    drill.again()
    assert isinstance(now(drill), Scored)
    drill.close()


def test_intents_out_of_turn_change_nothing() -> None:
    drill = Drill(FixedClock(AT), os.urandom)
    for intent in (drill.look, drill.again, lambda: drill.act(Act.GO_AHEAD)):
        intent()
        assert isinstance(now(drill), Beginning)
    drill.go_on()
    for intent in (drill.go_on, drill.again, lambda: drill.act(Act.GO_AHEAD)):
        intent()
        assert isinstance(now(drill), Meeting)
    drill.close()


def test_the_real_journal_counts_that_it_was_held_and_no_more(tmp_path: Path) -> None:
    desk = Desk(Town(tmp_path / "town"), tmp_path / "desk")
    kept = {path: path.read_bytes() for path in (tmp_path / "desk" / "trust").rglob("*") if path.is_file()}
    drill = Drill(desk.clock, os.urandom, LEAST)
    play(drill, {"green-tick": Act.GO_AHEAD})
    drill.close()
    assert desk.counts() == {}
    mark(desk.counter.journal, desk.clock)
    assert desk.counts() == {("drill", "drill.held"): 1}
    assert kept == {
        path: path.read_bytes() for path in (tmp_path / "desk" / "trust").rglob("*") if path.is_file()
    }


def test_two_faces_are_told_apart_at_a_glance() -> None:
    for _ in range(50):
        face = Face.drawn(os.urandom)
        other = face.somebody_else()
        assert other.hair is not face.hair
        assert other.colour != face.colour
        assert other.glasses is not face.glasses
        assert other.skin == face.skin
    for data in (picture(face, specimen=True), picture(face, specimen=False), false_screen()):
        assert data.startswith(b"\xff\xd8\xff")
    assert picture(face, specimen=True) != picture(face, specimen=False)
