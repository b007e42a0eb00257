"""Paper: every letter is drawn or the slip is refused, long words break, and the code can be read."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pypdfium2
import pytest
import zxingcpp
from PIL import Image

from counterproof.mdoc.errors import CounterproofError
from tests.kit.certificates import AT
from tests.kit.wallets import LIBRARY, OWN, PURPOSE, WalletBox, refs
from wallet.canvas import PngCanvas
from wallet.fonts import Face, Fonts, needs_shaping
from wallet.paper import Sheet
from wallet.slips import Slip, SlipPlan, make_slip

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wallet.holder import Holder

DEJAVU = Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf")
needs_dejavu = pytest.mark.skipif(not DEJAVU.exists(), reason="DejaVu Sans is not installed")


@pytest.fixture
def box(tmp_path: Path) -> WalletBox:
    return WalletBox(tmp_path)


@pytest.fixture
def holder(box: WalletBox) -> Iterator[Holder]:
    with box.holder() as opened:
        yield opened


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
    assert error.value.code == "wallet.paper-font"
    assert "Egyptian" in str(error.value.facts["scripts"]) or not DEJAVU.exists()
    assert holder.cards()[0].fresh == 3


def test_a_computer_without_fonts_says_so(box: WalletBox, holder: Holder, tmp_path: Path) -> None:
    with pytest.raises(CounterproofError) as error:
        Sheet.of(holder, plan_for(box, holder, "Anna"), Fonts([tmp_path / "none"]))
    assert error.value.code == "wallet.paper-font"


def test_a_file_that_is_no_font_has_no_letters(tmp_path: Path) -> None:
    (tmp_path / "NotoSans-Regular.ttf").write_bytes(b"\x00\x01\x00\x00" + bytes(64))
    face = Face(tmp_path / "NotoSans-Regular.ttf")
    assert not face.characters
    assert not face.has("a")


@needs_dejavu
def test_one_font_that_has_everything_is_enough() -> None:
    fonts = Fonts([DEJAVU.parent])
    assert [piece for _, piece in fonts.runs("Anna Мария مريم")] == ["Anna Мария مريم"]
    assert PngCanvas(50, 20, fonts).width_of("Anna", 10) > 5


@pytest.mark.parametrize(
    ("text", "shaped"),
    [("Mägi", False), ("陳大文", False), ("Ελένη", False), ("अमित", True), ("مريم", True), ("שרה", True)],
)
def test_which_scripts_need_shaping(text: str, shaped: bool) -> None:  # noqa: FBT001 - a table's column
    assert needs_shaping(text) is shaped
