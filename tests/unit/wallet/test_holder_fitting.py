"""What fits on paper is known before a copy is used; what is printed is read again, one code or several."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image

from counterproof.mdoc.cbor import FullDate
from counterproof.mdoc.errors import CounterproofError
from counterproof.optics.collect import collect
from counterproof.optics.kinds import Kind
from counterproof.optics.sources import BytesSource
from tests.kit.certificates import AT
from tests.kit.wallets import AGE, LIBRARY, MEALS, OWN, PERSON, PURPOSE, RESIDENCY, WalletBox, refs
from wallet.fitting import fit, never_fits, slip_size, told
from wallet.paper import A4, A5, Sheet
from wallet.showing import ONE_CODE, PRINT_MESSAGE, codes_on_paper
from wallet.slips import SlipPlan, make_slip

if TYPE_CHECKING:
    from wallet.cards import Card
    from wallet.holder import Holder
    from wallet.slips import Slip

ALL: dict[str, dict[str, Any]] = {
    AGE: {"age_over_18": True},
    LIBRARY: {
        "card_number": "LB-5550-1234",
        "family_name": "Tamm",
        "given_name": "Maia Liis",
        "membership": "adult",
        "member_since": FullDate("2020-02-29"),
        "home_branch": "Quay",
        "issuing_library": "Harbour Borough",
    },
    MEALS: {
        "eligible": True,
        "school_year": "2026/27",
        "valid_through": FullDate("2027-07-20"),
        "family_name": "Tamm",
        "given_name": "Oskar",
        "school_name": "Quay School",
        "school_authority": "Harbour Borough",
        "reference_number": "FSM-2026-0017",
    },
    RESIDENCY: {
        **{name: value for name, value in PERSON[RESIDENCY].items() if name != "portrait"},
        "resident_since": FullDate("2019-04-01"),
        "resident_address": "12 Ropewalk Lane",
        "resident_postal_code": "HB1 4QT",
        "resident_city": "Saltmarsh",
        "resident_country": "UT",
        "age_over_16": True,
        "age_over_65": False,
        "issuing_authority": "Harbour Borough",
        "issue_date": FullDate("2026-06-01"),
    },
}
"""Every field that an agency fills in, but for portraits."""

PORTRAIT = b"\xff\xd8\xff" + Random(1).randbytes(1_520)
"""As hard to deflate as a portrait that an agency made small."""


def plan(card: Card, *names: str, **changes: Any) -> SlipPlan:
    honest = SlipPlan(
        card=card,
        agreed=tuple(refs(card, *(names or ALL[card.doc_type]))),
        purpose=PURPOSE,
        not_before=AT,
        not_after=AT + timedelta(days=3),
        readers=(OWN,),
    )
    return replace(honest, **changes)


def read_again(content: bytes, slip: Slip) -> bool:
    return collect([BytesSource(content)], awaited=frozenset({Kind.SLIP})).m == slip.showing.message


@pytest.mark.parametrize("doc_type", [*ALL])
def test_everything_that_an_agency_fills_in_fits(box: WalletBox, holder: Holder, doc_type: str) -> None:
    card = box.give(holder, doc_type, ALL[doc_type])
    planned = plan(card)
    found = fit(planned)
    sheet = Sheet.of(holder, planned)
    slip = make_slip(holder, planned)
    assert len(slip.texts) == found.codes
    assert read_again(sheet.png(slip), slip)


def test_a_pdf_with_several_codes_is_read_as_a_picture_is(box: WalletBox, holder: Holder) -> None:
    planned = plan(box.give(holder, RESIDENCY, ALL[RESIDENCY]))
    sheet = Sheet.of(holder, planned)
    slip = make_slip(holder, planned)
    assert len(slip.texts) > 1
    assert read_again(sheet.pdf(slip), slip)


def test_several_codes_stand_on_the_larger_page_and_inside_it(box: WalletBox, holder: Holder) -> None:
    planned = plan(box.give(holder, RESIDENCY, ALL[RESIDENCY], decoys=20))
    sheet = Sheet.of(holder, planned)
    slip = make_slip(holder, planned)
    assert (sheet.page, len(slip.texts)) == (A4, 6)
    with Image.open(io.BytesIO(sheet.png(slip))) as picture:
        pixels = np.asarray(picture)
    edge = 130  # dots: less than the margin
    for side in (pixels[:, :edge], pixels[:, -edge:], pixels[:edge], pixels[-edge:]):
        assert side.min() == 255
    assert read_again(sheet.png(slip), slip)


def test_a_sheet_that_is_seen_in_two_halves_is_read_when_both_were(box: WalletBox, holder: Holder) -> None:
    planned = plan(box.give(holder, RESIDENCY, ALL[RESIDENCY]), *list(ALL[RESIDENCY])[:10])
    sheet = Sheet.of(holder, planned)
    slip = make_slip(holder, planned)
    assert len(slip.texts) == 4
    halves = []
    with Image.open(io.BytesIO(sheet.png(slip))) as picture:
        for left, right in ((0, picture.width // 2), (picture.width // 2, picture.width)):
            out = io.BytesIO()
            picture.crop((left, 0, right, picture.height)).save(out, "PNG")
            halves.append(BytesSource(out.getvalue()))
    with pytest.raises(CounterproofError) as error:
        collect(halves[:1], awaited=frozenset({Kind.SLIP}))
    assert (error.value.code, error.value.facts["received"]) == ("optics.stream-incomplete", 2)
    assert collect(halves, awaited=frozenset({Kind.SLIP})).m == slip.showing.message


@pytest.mark.parametrize("doc_type", [AGE, LIBRARY, RESIDENCY])
def test_the_size_is_never_less_than_what_is_made(box: WalletBox, holder: Holder, doc_type: str) -> None:
    card = box.give(holder, doc_type, ALL[doc_type], copies=8)
    for number in range(8):
        planned = plan(holder.cards()[0], *list(ALL[doc_type])[: number % 3 + 1])
        foreseen, made = slip_size(planned), len(make_slip(holder, planned).showing.message)
        assert made <= foreseen <= made + 40
    assert card.fresh == 8


def test_one_code_as_long_as_one_can_carry_it() -> None:
    assert (ONE_CODE, PRINT_MESSAGE) == (1_672, 2_880)
    assert [codes_on_paper(each) for each in (1, 1_672, 1_673, 1_920, 1_921, 2_880)] == [1, 1, 4, 4, 5, 6]
    with pytest.raises(CounterproofError) as error:
        codes_on_paper(2_881)
    assert error.value.code == "wallet.too-much-for-paper"


def test_it_is_said_what_to_take_off_for_one_code(box: WalletBox, holder: Holder) -> None:
    card = box.give(holder, RESIDENCY, ALL[RESIDENCY], decoys=6)
    names = ["family_name", "given_name", "resident_borough", "birth_date", "resident_address", "age_over_18"]
    found = fit(plan(card, *names))
    assert found.codes > 1
    kept = [name for name in names if name not in {ref[2] for ref in found.less}]
    assert kept
    assert fit(plan(card, *kept)).codes == 1
    assert fit(plan(card, *kept)).less == ()


def test_what_is_too_much_is_said_with_the_field_that_is(box: WalletBox, holder: Holder) -> None:
    card = box.give(holder, RESIDENCY, {**ALL[RESIDENCY], "portrait": PORTRAIT})
    too_much = plan(card, "family_name", "given_name", "portrait")
    said = told(too_much)
    assert (said.what, said.calm) == ("This is too much for paper.", False)
    assert "Take off: Portrait." in said.why
    with pytest.raises(CounterproofError) as error:
        Sheet.of(holder, too_much)
    assert error.value.code == "wallet.too-much-for-paper"
    alone = fit(plan(card, "portrait"))
    assert (alone.codes, len(alone.less)) == (0, 1)
    assert holder.cards()[0].fresh == 3


def test_a_small_picture_goes_along_and_is_named_on_paper(box: WalletBox, holder: Holder) -> None:
    planned = plan(
        box.give(holder, MEALS, {**ALL[MEALS], "portrait": PORTRAIT[:1_000]}), "eligible", "portrait"
    )
    assert told(planned).calm
    sheet = Sheet.of(holder, planned)
    assert "Portrait: a picture, in the code" in [line.text for line in sheet.above]


def test_a_purpose_that_is_not_typed_yet_is_no_obstacle(box: WalletBox, holder: Holder) -> None:
    card = box.give(holder, LIBRARY, ALL[LIBRARY])
    for changes in ({"purpose": ""}, {"purpose": "Not An Id"}, {"readers": ("no id", *["HB-1"] * 9)}):
        assert told(plan(card, "card_number", **changes)).what == "This fits on paper, as one code."
    assert told(plan(card, agreed=())).what == "Nothing is ticked yet."


def test_a_card_whose_digests_alone_are_too_much_never_fits(box: WalletBox, holder: Holder) -> None:
    small = box.give(holder, AGE, ALL[AGE])
    large = box.give(holder, LIBRARY, ALL[LIBRARY], decoys=70)
    assert not never_fits(small, AT)
    assert never_fits(large, AT)


def test_words_that_leave_no_room_for_a_code_are_refused(box: WalletBox, holder: Holder) -> None:
    names = [name for name, value in ALL[RESIDENCY].items() if isinstance(value, str)]
    long = plan(box.give(holder, RESIDENCY, dict.fromkeys(names, "W" * 190)), *names)
    assert fit(long).codes == 1
    with pytest.raises(CounterproofError) as error:
        Sheet.of(holder, long)
    assert error.value.code == "wallet.too-long-for-paper"


def test_a_small_code_is_printed_coarser(box: WalletBox, holder: Holder) -> None:
    planned = plan(box.give(holder, AGE, ALL[AGE]))
    sheet = Sheet.of(holder, planned)
    slip = make_slip(holder, planned)
    assert sheet.page is A5
    with Image.open(io.BytesIO(sheet.png(slip))) as picture:
        dark = np.asarray(picture) < 128
    runs = np.flatnonzero(dark[:, dark.shape[1] // 4 :].any(axis=1))
    assert runs.size  # something is drawn
    widest = max(_dark_run(row) for row in dark[dark.shape[0] // 3 :: 5])
    assert widest >= 7 * 10 - 1  # the seven modules of a corner, ten dots each


def _dark_run(row: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> int:
    best = here = 0
    for each in row:
        here = here + 1 if each else 0
        best = max(best, here)
    return best
