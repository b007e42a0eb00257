"""Colours that can be read, in every mode."""

from __future__ import annotations

import re
from itertools import product

import pytest

from counterproof.desktop.theme import PALETTES, Feel, Mode, Palette, Text, Theme, contrast
from tests.kit.sources import PACKAGES, sources

READABLE = 4.5
VISIBLE = 3.0


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("palette", PALETTES.values(), ids=PALETTES)
def test_text_can_be_read_on_every_ground(palette: Palette) -> None:
    inks, grounds = (
        (palette.ink, palette.quiet, palette.action),
        (palette.ground, palette.surface, palette.hover),
    )
    assert all(contrast(ink, ground) >= READABLE for ink, ground in product(inks, grounds))
    assert contrast(palette.on_action, palette.action) >= READABLE
    assert contrast(palette.quiet, palette.line) >= READABLE or palette.line == "#FFFFFF"


@pytest.mark.parametrize("palette", PALETTES.values(), ids=PALETTES)
def test_verdicts_can_be_read(palette: Palette) -> None:
    assert all(contrast(tone.ink, tone.ground) >= READABLE for tone in palette.tones.values())


@pytest.mark.parametrize("palette", PALETTES.values(), ids=PALETTES)
def test_what_can_be_used_has_an_edge_that_is_seen(palette: Palette) -> None:
    for ground in (palette.ground, palette.surface):
        assert contrast(palette.edge, ground) >= VISIBLE
        assert contrast(palette.action, ground) >= VISIBLE, "the focus ring"


@pytest.mark.parametrize("palette", PALETTES.values(), ids=PALETTES)
def test_no_two_verdicts_share_an_ink(palette: Palette) -> None:
    assert len({palette.tones[feel].ink for feel in Feel}) == len(Feel)


def test_text_follows_the_setting_and_distances_do_not() -> None:
    assert Theme(Mode.LIGHT, 200).size(Text.BODY) == 2 * Theme(Mode.LIGHT, 100).size(Text.BODY)


def test_no_other_file_names_a_colour() -> None:
    """White and black of a code are physics, not taste."""
    colour = re.compile(r"#[0-9A-Fa-f]{6}\b")
    for source in sources(PACKAGES):
        if "/ui/" in source.path or "counterproof/desktop/" in source.path:
            found = set(colour.findall(source.text)) - {"#FFFFFF", "#000000"}
            assert source.path.endswith("desktop/theme.py") or not found, f"{source.path}: {found}"
