"""Fonts for paper: which letters a file has, and which scripts must be put together."""

from __future__ import annotations

import io
import shutil
from pathlib import Path

import pypdfium2
import pytest
from PIL import features

from counterproof.mdoc.errors import UsageError
from counterproof.optics.canvas import PdfCanvas, PngCanvas
from counterproof.optics.fonts import Face, Fonts, needs_shaping
from tests.kit.certificates import AT

DEJAVU = Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf")
needs_dejavu = pytest.mark.skipif(not DEJAVU.exists(), reason="DejaVu Sans is not installed")


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


def test_a_script_that_nothing_here_can_put_together_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(features, "check_feature", lambda _name: False)
    with pytest.raises(UsageError) as error:
        Fonts([DEJAVU.parent]).runs("مريم")
    assert (error.value.code, error.value.facts["scripts"]) == ("optics.shaping", "Arabic")


def words_on(canvas: PdfCanvas) -> str:
    document = pypdfium2.PdfDocument(io.BytesIO(canvas.finish()))
    words: str = document[0].get_textpage().get_text_range()
    document.close()
    return words


def test_a_line_of_latin_letters_needs_no_font_of_the_computer(tmp_path: Path) -> None:
    canvas = PdfCanvas(Fonts([tmp_path]), "", AT)
    assert canvas.can_write("Müncheni mägi")
    assert not canvas.can_write("Мария")
    canvas.centred(20, "Müncheni mägi", 18)
    assert "Müncheni mägi" in words_on(canvas)


@needs_dejavu
def test_a_line_of_other_letters_is_written_with_a_font_that_has_them(tmp_path: Path) -> None:
    shutil.copy(DEJAVU, tmp_path)
    canvas = PdfCanvas(Fonts([tmp_path]), "", AT)
    assert canvas.can_write("Мария")
    canvas.centred(20, "Мария", 18)
    assert "Мария" in words_on(canvas)
