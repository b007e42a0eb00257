"""The flow of a counter's window, without a window."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from counterproof.mdoc.errors import MalformedError, UsageError
from counterproof.optics.collect import Collected
from counterproof.optics.exchange.shown import ShownTerms
from counterproof.optics.kinds import Kind
from tests.kit.clerk import AGE, RESIDENCY, everything
from tests.kit.counter_window import OpenDesk, founded
from verifier.flow.desk import WIPE_AFTER, Asking, ByHand, Idle, Looking, Told
from verifier.flow.tiles import Asked, said_of
from verifier.flow.verdict import Looks
from verifier.home import NamedRequest, NamedWish, Settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.kit.counter_home import CounterHome


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> CounterHome:
    return founded(tmp_path_factory.mktemp("counter"))


@pytest.fixture
def open_desk(home: CounterHome, tmp_path: Path) -> Iterator[OpenDesk]:
    made = OpenDesk(home, tmp_path / "folder")
    yield made
    made.place.close()


def told(desk: OpenDesk) -> Told:
    state = desk.desk.state
    assert isinstance(state, Told)
    return state


def trouble(desk: OpenDesk) -> str:
    state = desk.desk.state
    assert isinstance(state, Idle | Asking)
    assert state.trouble is not None
    return state.trouble.code


def shown_first(desk: OpenDesk, **terms: Any) -> Collected:
    at = int(desk.clock.now().timestamp())
    made = ShownTerms.make(**{"at": at, "random": desk.resident.kit.random(16), **terms})
    return Collected(Kind.SHOWN, desk.resident.show(AGE, everything(AGE), made).to_message())


def test_a_purpose_that_no_register_has_any_more_is_named_as_broken(open_desk: OpenDesk) -> None:
    named = NamedRequest(purpose="gone.away", wishes=())
    open_desk.place.settings = Settings(name="Desk", id="DESK-1", requests={"gone": named})
    ((name, error),) = open_desk.desk.tiles().broken
    assert (name, error.code) == ("gone", "verifier.nothing-asked")


def test_fields_of_several_documents_stand_beside_their_own() -> None:
    asked = [Asked("Card", "Name"), Asked("Card", "Borough"), Asked("Licence", "Name")]
    assert said_of(asked) == ["Card: Name, Borough", "Licence: Name"]
    assert said_of(asked[:2]) == ["Name, Borough"]
    assert said_of([]) == []


def test_tiles_are_saved_requests_in_words(open_desk: OpenDesk) -> None:
    tiles = open_desk.desk.tiles().tiles
    assert [each.title for each in tiles] == ["Age", "Membership"]
    assert [each.label for each in tiles[1].asked] == ["Family name", "Borough"]
    assert [each.kept for each in tiles[1].asked] == [True, False]


def test_a_request_that_cannot_be_asked_any_more_is_named(open_desk: OpenDesk) -> None:
    place = open_desk.place
    wish = NamedWish(doc_type="no-such-type", fields=("a",))
    place.settings = Settings(
        name="Desk", id="HB-DESK-3", requests={"old": NamedRequest(purpose="a.b", wishes=(wish,))}
    )
    tiles = open_desk.desk.tiles()
    assert tiles.tiles == ()
    assert [(name, error.code) for name, error in tiles.broken] == [("old", "verifier.type-unknown")]


def test_ask_answer_accept_next(open_desk: OpenDesk) -> None:
    asking = open_desk.asked()
    assert len(asking.number) == 4
    open_desk.desk.take(open_desk.answer())
    view = told(open_desk).view
    assert view.looks is Looks.ACCEPTED
    assert (view.word, view.code) == ("Accepted", "ok")
    assert [each.fields for each in view.documents] == [(("Over 18", "yes"),)]
    open_desk.desk.next()
    assert isinstance(open_desk.desk.state, Idle)
    assert open_desk.place.counter.open_request() is None


def test_an_old_answer_is_refused_and_says_whose_matter_it_is(open_desk: OpenDesk) -> None:
    open_desk.asked()
    old = open_desk.answer()
    open_desk.desk.ask_again()
    open_desk.desk.take(old)
    view = told(open_desk).view
    assert view.looks is Looks.REFUSED
    assert view.code == "exchange.other-request"
    assert view.whose is not None
    assert "ask again" in view.whose.settles
    assert view.documents == ()
    assert told(open_desk).stays_open


def test_the_right_answer_is_taken_after_a_wrong_one(open_desk: OpenDesk) -> None:
    open_desk.asked()
    old = open_desk.answer()
    open_desk.desk.ask_again()
    open_desk.desk.take(old)
    open_desk.desk.take(open_desk.answer())
    assert told(open_desk).view.looks is Looks.ACCEPTED


def test_the_same_code_again_is_no_second_yes(open_desk: OpenDesk) -> None:
    open_desk.asked()
    answer = open_desk.answer()
    open_desk.desk.take(answer)
    open_desk.desk.take(answer)
    assert told(open_desk).view.looks is Looks.PLAIN
    assert told(open_desk).view.word == "Shown again"


def test_a_withdrawn_document_is_refused_as_the_agency_s_matter(
    tmp_path_factory: pytest.TempPathFactory, tmp_path: Path
) -> None:
    home = founded(tmp_path_factory.mktemp("withdrawn"))
    revoked = home.town.resident(AGE, RESIDENCY)
    index = home.town._residents
    home.town.publish(home.at, values={index: 1})
    home.good("trust", "update", str(home.town.folder))
    desk = OpenDesk(home, tmp_path / "folder")
    try:
        desk.asked()
        desk.desk.take(desk.answer(revoked))
        view = told(desk).view
        assert (view.looks, view.code) == (Looks.REFUSED, "status.revoked")
        assert view.whose is not None
        assert "agency" in view.whose.matter
    finally:
        desk.place.close()


def test_a_verdict_is_wiped_after_a_minute_and_any_key_keeps_it(open_desk: OpenDesk) -> None:
    open_desk.asked()
    open_desk.desk.take(open_desk.answer())
    open_desk.clock.advance(WIPE_AFTER - 1)
    assert not open_desk.desk.tick()
    open_desk.desk.extend()
    open_desk.clock.advance(WIPE_AFTER - 1)
    assert not open_desk.desk.tick()
    assert open_desk.desk.seconds_left() == 1
    open_desk.clock.advance(1)
    assert open_desk.desk.tick()
    assert isinstance(open_desk.desk.state, Idle)


def test_a_request_that_nobody_answers_ends_and_says_so(open_desk: OpenDesk) -> None:
    open_desk.asked()
    open_desk.clock.advance(120)
    assert not open_desk.desk.tick(), "an answer may still be on its way"
    assert open_desk.desk.seconds_left() == 0
    open_desk.clock.advance(60)
    assert open_desk.desk.tick()
    assert trouble(open_desk) == "verifier.request-over"


def test_a_code_that_came_first_waits_for_its_purpose(open_desk: OpenDesk) -> None:
    open_desk.desk.take(shown_first(open_desk))
    state = open_desk.desk.state
    assert isinstance(state, Idle)
    assert state.waiting
    open_desk.desk.choose(state.tiles.tiles[0])
    view = told(open_desk).view
    assert view.looks is Looks.ACCEPTED
    assert view.qualifier.startswith("Shown first")


def test_a_waiting_code_is_held_against_what_is_asked_and_nothing_else_is_seen(open_desk: OpenDesk) -> None:
    open_desk.desk.take(shown_first(open_desk))
    open_desk.desk.choose(open_desk.desk.tiles().tiles[1])
    view = told(open_desk).view
    assert view.looks is not Looks.ACCEPTED
    assert "Over 18" not in str([each.fields for each in view.documents])


def test_a_code_of_another_kind_is_not_taken_until_the_clerk_says_so(open_desk: OpenDesk) -> None:
    open_desk.asked()
    code = shown_first(open_desk)
    open_desk.desk.take(code)
    assert trouble(open_desk) == "verifier.window-other-mode"
    open_desk.desk.take_paper()
    open_desk.desk.take(code)
    assert told(open_desk).view.looks is Looks.ACCEPTED


def test_six_digits_let_a_wallet_without_a_camera_answer(open_desk: OpenDesk) -> None:
    open_desk.asked()
    open_desk.desk.give_digits()
    state = open_desk.desk.state
    assert isinstance(state, Asking)
    assert state.digits is not None
    open_desk.desk.take(shown_first(open_desk, challenge=state.digits))
    view = told(open_desk).view
    assert view.looks is Looks.ACCEPTED
    assert "your number" in view.qualifier


def test_what_cannot_be_read_loses_nothing_and_is_counted(open_desk: OpenDesk) -> None:
    open_desk.asked()
    open_desk.desk.could_not_read(MalformedError("optics.no-code"))
    assert trouble(open_desk) == "optics.no-code"
    open_desk.desk.could_not_read(UsageError("optics.camera-busy", device="Camera"))
    counted = [each.code for each in open_desk.place.counter.journal.tallies()]
    assert counted == ["optics.no-code"]
    open_desk.desk.take(open_desk.answer())
    assert told(open_desk).view.looks is Looks.ACCEPTED


def test_garbage_in_an_answer_is_said_and_the_request_stays(open_desk: OpenDesk) -> None:
    open_desk.asked()
    open_desk.desk.take(Collected(Kind.SLIP, b"\x00\xff\xff"))
    assert isinstance(open_desk.desk.state, Asking)
    assert open_desk.place.counter.open_request() is not None


@pytest.mark.parametrize("found", ByHand)
def test_the_manual_way_is_marked_in_the_journal(open_desk: OpenDesk, found: ByHand) -> None:
    open_desk.asked()
    open_desk.desk.look_by_hand()
    assert type(open_desk.desk.state) is Looking
    assert open_desk.place.counter.open_request() is None
    open_desk.desk.looked(found)
    counted = [(each.outcome, each.code, each.purpose) for each in open_desk.place.counter.journal.tallies()]
    assert counted == [("by-hand", f"by-hand.{found.value}", "library.age-check")]
    assert type(open_desk.desk.state).__name__ == "Idle"


def test_without_a_certificate_nothing_is_asked_and_it_says_why(open_desk: OpenDesk) -> None:
    open_desk.place.standing = None
    open_desk.desk.choose(open_desk.desk.tiles().tiles[0])
    assert trouble(open_desk) == "verifier.no-certificate"


def test_nothing_of_a_person_is_in_a_repr(open_desk: OpenDesk) -> None:
    open_desk.asked(1)
    open_desk.desk.take(open_desk.answer())
    assert "Quillfeather" in str(told(open_desk).view.documents[0].fields)
    assert "Quillfeather" not in repr(open_desk.desk.state)
