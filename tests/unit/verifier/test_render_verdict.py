"""A verdict's words and JSON: hostile values stay values, and nothing is shown that was not handed out."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

import pytest

from counterproof.credential_types import shipped
from counterproof.mdoc.cbor import EncodedCbor, FullDate, TDate
from counterproof.mdoc.verification.checks import CheckId
from counterproof.mdoc.verification.policy import COUNTER, COUNTER_PAPER, COUNTER_SHOWN
from counterproof.mdoc.verification.report import Verdict
from counterproof.words import verifier as words
from counterproof.words.verifier import age_in_words
from tests.kit.clerk import AGE, ELEMENTS, RESIDENCY, Desk, Town, question
from verifier import examining
from verifier.flow.verdict import view_of
from verifier.question import Wish
from verifier.render import as_text, lines
from verifier.report_json import as_json, plain_value

if TYPE_CHECKING:
    from pathlib import Path

    from counterproof.mdoc.verification.report import VerifiedDocument
    from verifier.decision import Decision


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(Town(tmp_path / "published"), tmp_path / "desk")


def accepted(desk: Desk, monkeypatch: pytest.MonkeyPatch, name: str, value: Any) -> Decision:
    """Have a document accepted that says this of a person."""
    monkeypatch.setitem(ELEMENTS, RESIDENCY, {RESIDENCY: {name: value}})
    asked = question(Wish("residency", (name,)))
    decision = desk.take(desk.answered(desk.town.resident(RESIDENCY), asked))
    assert decision.verdict is Verdict.ACCEPTED
    return decision


SPOOFS = [
    "Ann\n[ / ] ACCEPTED",
    "Ann\r\x1b[2J\x1b[32mACCEPTED",
    "Ann\u202eDETPECCA",
    "A\u200bn\u2066n",
    "<b>ACCEPTED</b>",
    "x" * 5000,
    "\x00",
    "a\u2028b\u0085c",
]


@pytest.mark.parametrize("value", SPOOFS, ids=lambda text: ascii(text)[:20])
def test_a_value_cannot_forge_a_line(desk: Desk, monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    decision = accepted(desk, monkeypatch, "family_name", value)
    text = as_text(decision, shipped(), colour=False)
    honest = as_text(accepted(desk, monkeypatch, "family_name", "Ann"), shipped(), colour=False)
    assert len(text.split("\n")) == len(honest.split("\n"))
    assert len(text.splitlines()) == len(honest.splitlines())
    assert not set("\x00\x1b\r\u202e\u200b\u2066\u2028\u0085") & set(text)
    assert max(map(len, text.splitlines())) < 400
    assert as_json(decision)["documents"][0]["elements"][RESIDENCY]["family_name"] == value


ODD = [
    12,
    -1,
    2**63,
    True,
    b"\x00\xff",
    FullDate("not a date"),
    TDate("x"),
    [],
    [{"a": [1]}],
    None,
    {1: {2: 3}},
]


@pytest.mark.parametrize("value", ODD, ids=lambda value: type(value).__name__)
def test_a_value_of_a_wrong_kind_is_shown_as_what_it_is(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, value: Any
) -> None:
    decision = accepted(desk, monkeypatch, "family_name", value)
    assert "ACCEPTED" in as_text(decision, {}, colour=True)
    json.dumps(as_json(decision), allow_nan=False)


def test_values_for_programs() -> None:
    assert plain_value(FullDate("2020-02-29")) == "2020-02-29"
    assert plain_value(TDate("2020-02-29T00:00:00Z")) == "2020-02-29T00:00:00Z"
    assert plain_value(b"\x00\x01") == "AAE="
    assert plain_value(EncodedCbor.of(1)) == "AQ=="
    assert plain_value([{"a": b"\x00"}, 1, True, None]) == [{"a": "AA=="}, 1, True, None]
    assert plain_value(2**64) is None
    assert plain_value(1.5) is None
    deep: Any = "end"
    for _ in range(40):
        deep = [deep]
    assert "end" not in json.dumps(plain_value(deep))


def test_the_lines_of_a_verdict_stand_in_order(desk: Desk) -> None:
    decision = desk.take(desk.answered(desk.town.resident()))
    roles = [line.role for line in lines(decision, {})]
    assert roles == ["word", "qualifier", "document", "field", "evidence", "next", "code"]


@pytest.mark.parametrize("colour", [True, False])
def test_meaning_does_not_hang_on_colour(desk: Desk, colour: bool) -> None:  # noqa: FBT001 - two cases
    text = as_text(desk.take(desk.answered(desk.town.resident())), {}, colour=colour)
    assert "[ / ] ACCEPTED" in text
    assert ("\x1b[" in text) is colour


def test_a_portrait_asks_for_a_look(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    decision = accepted(desk, monkeypatch, "portrait", b"\xff\xd8\xff" + bytes(100))
    assert words.PHOTO in as_text(decision, {}, colour=False)


@pytest.mark.parametrize(
    ("seconds", "words_"),
    [
        (-5, "less than a minute"),
        (59.9, "less than a minute"),
        (60, "1 minute"),
        (3599, "59 minutes"),
        (3600, "1 hour"),
        (86_399, "23 hours"),
        (86_400, "1 day"),
        (10 * 86_400, "10 days"),
    ],
)
def test_ages_in_words(seconds: float, words_: str) -> None:
    assert age_in_words(seconds) == words_


@pytest.mark.parametrize("policy", [COUNTER, COUNTER_SHOWN, COUNTER_PAPER], ids=lambda each: each.name)
def test_a_wrong_clock_can_never_be_accepted(policy: Any) -> None:
    """What is left out under a wrong clock is not the check that says the clock is wrong."""
    assert CheckId.EXCHANGE_CLOCK not in examining.NEEDS_CLOCK
    assert CheckId.EXCHANGE_CLOCK in policy.required


def test_json_of_an_age_proof_says_no_more(desk: Desk) -> None:
    found = as_json(desk.take(desk.answered(desk.town.resident())))
    assert found["documents"] == [
        {
            "doc_type": AGE,
            "issuer": "Harbour Borough",
            "elements": {AGE: {"age_over_18": True}},
            "valid_until": datetime(2026, 8, 30, 12, tzinfo=UTC).isoformat(),
        }
    ]


def test_each_portrait_goes_with_its_own_document(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = (b"\xff\xd8\xff" + bytes(size) for size in (100, 200))
    values = (("portrait", one), ("family_name", "Tamm"), ("portrait", other))
    decisions = [accepted(desk, monkeypatch, *each) for each in values]
    shown = tuple(document for each in decisions for document in each.shown)
    view = view_of(cast("Decision", Several(decisions[0], shown)), shipped(), "en")
    assert [each.portrait for each in view.documents] == [one, None, other]
    assert [each.fields for each in view.documents] == [(), (("Family name", "Tamm"),), ()]
    assert view.portrait == one


class Several:
    """A decision about more documents than the desk was shown."""

    def __init__(self, decision: Decision, shown: tuple[VerifiedDocument, ...]) -> None:
        self._decision = decision
        self.shown = shown

    def __getattr__(self, name: str) -> Any:
        return getattr(self._decision, name)
