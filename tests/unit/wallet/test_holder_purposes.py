"""Purposes in words: what can be chosen for paper, whose counters have it, what each is called."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from counterproof.mdoc.catalogue.model import FALLBACK_LANGUAGE
from counterproof.trust.purposes import PurposeReaders
from tests.kit.wallets import AGE, OFFICE, OWN, PURPOSE, RESIDENCY, WalletBox
from wallet.purposes import KnownCounter, counters, for_paper, title_of, with_id

if TYPE_CHECKING:
    from counterproof.trust.kept import Trust

DESK = KnownCounter(id=OWN, name="Harbour Library, desk 3")


def trust(box: WalletBox) -> Trust:
    return box.trust().read()


def test_only_what_takes_paper_for_this_card_is_offered(box: WalletBox) -> None:
    box.register_purposes(
        box.purpose("resident_borough", slips=True, id="a.paper", title={"en": "Paper", "et": "Paber"}),
        box.purpose("resident_borough", slips=False, id="b.screen"),
        box.purpose("age_over_18", slips=True, id="c.age", doc_type=AGE),
    )
    (known,) = for_paper(trust(box), RESIDENCY, "et")
    assert (known.id, known.title, known.publisher) == ("a.paper", "Paber", "Harbour Borough")
    assert known.counters == (DESK,)
    assert [each.id for each in for_paper(trust(box), AGE, "en")] == ["c.age"]


def test_a_purpose_of_every_counter_names_none(box: WalletBox) -> None:
    box.register("resident_borough", slips=True, readers=(PurposeReaders(),))
    (known,) = for_paper(trust(box), RESIDENCY, "en")
    assert known.counters == ()


def test_a_purpose_whose_counters_no_list_names_is_not_offered(box: WalletBox) -> None:
    box.register("resident_borough", slips=True, readers=(PurposeReaders(ids=("HB-GONE",)),))
    assert for_paper(trust(box), RESIDENCY, "en") == ()


def test_nobody_registers_anything(box: WalletBox) -> None:
    assert for_paper(trust(box), RESIDENCY, "en") == ()
    assert title_of(trust(box), PURPOSE, (OWN,), "en") == ""


@pytest.mark.parametrize("readers", [(), (OWN,), (OFFICE,)])
def test_what_a_purpose_is_called(box: WalletBox, readers: tuple[str, ...]) -> None:
    box.register("resident_borough")
    assert title_of(trust(box), PURPOSE, readers, "et") == "Raamatukogu liikmelisus"
    assert title_of(trust(box), PURPOSE, readers, "hi") == "Library membership"


def test_it_has_no_name_for_a_counter_that_may_not_ask_so(box: WalletBox) -> None:
    box.register("resident_borough")
    assert title_of(trust(box), PURPOSE, ("HB-ELSEWHERE",), FALLBACK_LANGUAGE) == ""


def test_the_counters_that_lists_name(box: WalletBox) -> None:
    box.register("resident_borough")
    assert DESK in counters(trust(box))


def test_words_stand_before_the_id_which_is_marked_where_it_could_mislead() -> None:
    named = with_id("Library", "library\u202ejoin")
    assert "\u202e" not in named
    assert with_id("", PURPOSE) == PURPOSE
    assert with_id("Library", PURPOSE) == f"Library ({PURPOSE})"
