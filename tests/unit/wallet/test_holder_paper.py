"""Paper: every letter is drawn or the slip is refused, long words break, and the code can be read."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pypdfium2
import pytest
import zxingcpp
from PIL import Image

from counterproof.mdoc.errors import CounterproofError
from counterproof.optics.fonts import Fonts
from counterproof.words import language
from counterproof.words.wallet import PHRASES
from tests.kit.certificates import AT
from tests.kit.wallets import LIBRARY, OWN, PURPOSE, WalletBox, refs
from wallet.paper import Sheet
from wallet.slips import Slip, SlipPlan, make_slip

if TYPE_CHECKING:
    from wallet.holder import Holder

DEJAVU = Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf")
needs_dejavu = pytest.mark.skipif(not DEJAVU.exists(), reason="DejaVu Sans is not installed")


def plan_for(box: WalletBox, holder: Holder, value: str) -> SlipPlan:
    card = box.give(holder, LIBRARY, {"card_number": value})
    return SlipPlan(
        card=card,
        agreed=tuple(refs(card, "card_number")),
        purpose=PURPOSE,
        not_before=AT,
        not_after=AT + timedelta(days=3),
        readers=(OWN,),
    )


def printed(box: WalletBox, holder: Holder, value: str) -> tuple[Sheet, Slip]:
    plan = plan_for(box, holder, value)
    sheet = Sheet.of(holder, plan)
    return sheet, make_slip(holder, plan)


def code_in(pixels: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> str:
    (found,) = zxingcpp.read_barcodes(pixels)
    return found.text


@needs_dejavu
@pytest.mark.parametrize("value", ["LB-1", "Мария Петрова", "Ελένη", "مريم بنت علي", "x" * 120, "word " * 30])
def test_the_code_is_read_from_both_papers(box: WalletBox, holder: Holder, value: str) -> None:
    sheet, slip = printed(box, holder, value.strip())
    (text,) = slip.showing.code
    with Image.open(io.BytesIO(sheet.png(slip))) as picture:
        assert picture.info["dpi"] == pytest.approx((300, 300), abs=1)
        assert code_in(np.asarray(picture)) == text
    document = pypdfium2.PdfDocument(sheet.pdf(slip))
    page = document[0].render(scale=200 / 72, grayscale=True).to_numpy()
    assert code_in(np.ascontiguousarray(page.reshape(page.shape[:2]))) == text
    document.close()


@needs_dejavu
def test_the_paper_says_what_it_is(box: WalletBox, holder: Holder) -> None:
    sheet, slip = printed(box, holder, "LB-5550")
    document = pypdfium2.PdfDocument(sheet.pdf(slip))
    words = document[0].get_textpage().get_text_range()
    document.close()
    for line in (
        "Paper slip",
        "Library card · Harbour Borough",
        "Good from 1 June 2026 to 4 June 2026",
        f"Only for: {PURPOSE}",
        f"Only at: Harbour Library, desk 3 ({OWN})",
        "Card number: LB-5550",
        "Whoever has this paper can read what is on it.",
    ):
        assert line in words


@needs_dejavu
def test_nothing_leaves_the_sheet(box: WalletBox, holder: Holder) -> None:
    sheet, slip = printed(box, holder, "W" * 150)
    with Image.open(io.BytesIO(sheet.png(slip))) as picture:
        pixels = np.asarray(picture)
    edge = 90  # dots: less than the margin
    for side in (pixels[:, :edge], pixels[:, -edge:], pixels[:edge], pixels[-edge:]):
        assert side.min() == 255


def test_letters_that_no_font_has_are_named_before_a_copy_is_used(box: WalletBox, holder: Holder) -> None:
    plan = plan_for(box, holder, "𓀀𓂀")
    fonts = Fonts([DEJAVU.parent])
    with pytest.raises(CounterproofError) as error:
        Sheet.of(holder, plan, fonts)
    assert error.value.code == "optics.font"
    assert "Egyptian" in str(error.value.facts["scripts"]) or not DEJAVU.exists()
    assert holder.cards()[0].fresh == 3


def test_a_computer_without_fonts_says_so(box: WalletBox, holder: Holder, tmp_path: Path) -> None:
    with pytest.raises(CounterproofError) as error:
        Sheet.of(holder, plan_for(box, holder, "Anna"), Fonts([tmp_path / "none"]))
    assert error.value.code == "optics.font"


@needs_dejavu
def test_our_own_words_are_english_where_no_font_has_those_of_the_language(
    box: WalletBox, holder: Holder
) -> None:
    plan = replace(plan_for(box, holder, "LB-5550"), language="zh-Hant")
    language.use("zh-Hant")
    sheet = Sheet.of(holder, plan, Fonts([DEJAVU.parent]))
    assert sheet.title == "Paper slip"
    assert "Card number: LB-5550" in [each.text for each in sheet.above]


@pytest.mark.parametrize("tag", ["hi", "zh-Hant"])
def test_a_language_that_has_a_font_is_on_the_paper(box: WalletBox, holder: Holder, tag: str) -> None:
    language.use(tag)
    own = PHRASES["paper.title"]
    try:
        Fonts.of_system().runs(own)
    except CounterproofError:
        pytest.skip("this computer has no font for it")
    sheet = Sheet.of(holder, replace(plan_for(box, holder, "LB-5550"), language=tag))
    assert sheet.title == own
    assert not sheet.title.isascii()
