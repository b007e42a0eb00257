"""Buttons with keys and icons: no promise that is not kept, pictures that follow colours and direction."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QIcon, QImage

from counterproof.desktop import icons
from counterproof.desktop.key_button import KeyButton, with_key
from counterproof.desktop.theme import PALETTES, Mode, contrast, current

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

    from counterproof.desktop.app import Desktop

_SIDE = 48


def drawn(name: str, *, mirrored: bool = False, mode: QIcon.Mode = QIcon.Mode.Normal) -> QImage:
    """Return an icon as a picture of its own width."""
    made = icons.icon(name, _SIDE, "#112233", "#445566", mirrored=mirrored)
    return made.pixmap(QSize(icons.wide(_SIDE), _SIDE), mode).toImage()


def inks(picture: QImage) -> set[str]:
    """Return the colours of what is fully drawn."""
    every = (
        picture.pixelColor(across, down)
        for across in range(picture.width())
        for down in range(picture.height())
    )
    return {each.name() for each in every if each.alpha() == 255}


def test_a_single_key_is_named_only_where_it_counts(desktop: Desktop) -> None:
    assert with_key("Trust", "T") == "Trust (T)"
    desktop.choose(replace(desktop.appearance, letters=False))
    assert with_key("Trust", "T") == "Trust"
    assert with_key("Good enough", "1") == "Good enough"
    assert with_key("Back", "Esc") == "Back (Esc)", "Escape works all the same"
    assert with_key("Next person", "Space") == "Next person (Space)"
    assert with_key("Full screen", "F11") == "Full screen (F11)"


def test_a_button_that_is_there_follows_at_once(desktop: Desktop, qtbot: QtBot) -> None:
    made = KeyButton("Trust & more", "T", "link", picture="shield")
    qtbot.addWidget(made)
    made.show()
    assert (made.text(), made.accessibleName()) == ("Trust && more (T)", "Trust & more (T)")
    desktop.choose(replace(desktop.appearance, letters=False, mode=Mode.DARK, percent=200))
    assert (made.text(), made.accessibleName()) == ("Trust && more", "Trust & more")
    assert made.iconSize().height() == 40, "an icon grows with the text"
    picture = made.icon().pixmap(made.iconSize()).toImage()
    assert QColor(PALETTES[Mode.DARK].action).name() in inks(picture)
    made.say("Other")
    assert made.text() == "Other"


@pytest.mark.parametrize("mode", [Mode.LIGHT, Mode.DARK, Mode.CONTRAST])
def test_icons_can_be_seen_in_every_mode(desktop: Desktop, qtbot: QtBot, mode: Mode) -> None:
    desktop.choose(replace(desktop.appearance, mode=mode))
    palette = current().palette
    for kind, ground in (("plain", palette.surface), ("link", palette.surface), ("primary", palette.action)):
        made = KeyButton("Words", picture="eye", kind=kind)
        qtbot.addWidget(made)
        for icon_mode in (QIcon.Mode.Normal, QIcon.Mode.Disabled):
            beneath = ground if icon_mode is QIcon.Mode.Normal else palette.surface
            for ink in inks(made.icon().pixmap(made.iconSize(), icon_mode).toImage()):
                assert contrast(ink.upper(), beneath) >= 3.0, (kind, icon_mode)


def test_every_icon_is_another_and_says_when_it_cannot_be_used(qapp: QApplication) -> None:
    assert qapp is not None
    pictures = {name: drawn(name) for name in icons.NAMES}
    found = [bytes(each.constBits()) for each in pictures.values()]
    assert len(set(found)) == len(icons.NAMES)
    for name, each in pictures.items():
        assert inks(each) == {"#112233"}, name
        assert inks(drawn(name, mode=QIcon.Mode.Disabled)) == {"#445566"}


def test_only_what_points_along_the_writing_turns_round(qapp: QApplication) -> None:
    """From right to left an arrow back points to the right; an eye stays an eye. The gap is by the words."""
    assert qapp is not None
    gap = icons.wide(_SIDE) - _SIDE
    for name in icons.NAMES:
        plain = drawn(name).copy(0, 0, _SIDE, _SIDE)
        turned = drawn(name, mirrored=True).copy(gap, 0, _SIDE, _SIDE)
        assert inks(plain), name
        points = name in ("back", "forward", "again", "journal")
        wanted = plain.flipped(Qt.Orientation.Horizontal) if points else plain
        differing = sum(
            abs(wanted.pixelColor(x, y).alpha() - turned.pixelColor(x, y).alpha()) > 128
            for x in range(_SIDE)
            for y in range(_SIDE)
        )
        assert differing == 0, name


def test_buttons_that_are_made_anew_bring_no_new_pictures(desktop: Desktop, qtbot: QtBot) -> None:
    """Qt keeps what it drew of each icon: one for each time that a page was made filled its ten megabytes."""
    seen = set()
    for mode in (Mode.LIGHT, Mode.DARK, Mode.LIGHT, Mode.DARK, Mode.LIGHT):
        desktop.choose(replace(desktop.appearance, mode=mode))
        button = KeyButton("Back", "Esc", "back", picture="back")
        qtbot.addWidget(button)
        seen.add(button.icon().cacheKey())
    assert len(seen) == 2
