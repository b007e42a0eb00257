"""`verifier drill`: practice in a terminal, and its score for a program."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.kit.counter_home import CounterHome
from verifier.drill.situations import Act

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> CounterHome:
    made = CounterHome(tmp_path_factory.mktemp("counter"))
    made.good("init", "--name", "Desk", "--id", "HB-DESK-3")
    return made


def test_a_drill_in_a_terminal_is_marked_on_every_page_and_scored(home: CounterHome) -> None:
    ran = home.run("drill", input_bytes=b"1\n" * 10)
    assert ran.exit_code == 0, ran.output
    people = ran.stdout.split("Person ")[1:]
    assert len(people) == 10
    assert ran.stdout.count("//// SPECIMEN ////") >= 11
    assert "people served rightly" in ran.stdout
    assert "got what they had no right to" in ran.stdout
    assert "You chose “Go ahead”." in ran.stdout


def test_a_program_gets_the_score_alone(home: CounterHome) -> None:
    ran = home.run("drill", "--people", "16", "--json", input_bytes=b"2\n" * 16)
    assert ran.exit_code == 0, ran.output
    score = json.loads(ran.stdout)
    assert (score["people"], len(score["results"]), score["grave"]) == (16, 16, 0)
    assert {each["act"] for each in score["results"]} == {Act.STOP.value}
    assert 0 < score["right"] < 16


def test_only_that_a_drill_was_held_to_its_end_is_counted(home: CounterHome) -> None:
    before = home.good("journal", "--json")
    counted = sum(each["count"] for each in json.loads(before))
    assert home.run("drill", input_bytes=b"1\n1\n").exit_code == 2
    assert home.good("journal", "--json") == before
    assert home.run("drill", "--people", "8", input_bytes=b"3\n" * 8).exit_code == 0
    after = json.loads(home.good("journal", "--json"))
    assert {(each["outcome"], each["code"]) for each in after} == {("drill", "drill.held")}
    assert sum(each["count"] for each in after) == counted + 1


def test_a_drill_that_nobody_answers_says_so(home: CounterHome) -> None:
    ran = home.run("drill", input_bytes=b"1\n")
    assert ran.exit_code == 2
    assert "drill.not-answered" in ran.output


@pytest.mark.parametrize("people", ["7", "17"])
def test_the_number_of_people_has_bounds(home: CounterHome, people: str) -> None:
    ran = home.run("drill", "--people", people)
    assert ran.exit_code == 2
    assert "8 to 16" in ran.output


def test_without_a_counter_one_can_practise_and_nothing_is_made(tmp_path: Path) -> None:
    home = CounterHome(tmp_path / "none")
    assert home.run("drill", "--people", "8", input_bytes=b"1\n" * 8).exit_code == 0
    assert not home.folder.exists()
