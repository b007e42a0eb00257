"""The manual way: what to look at on a paper document, and a mark in the journal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from counterproof.desktop.flow_area import FlowArea
from counterproof.desktop.key_button import KeyButton
from counterproof.desktop.plain_text import PlainLabel
from counterproof.desktop.theme import Space, Text
from counterproof.words.journal import BY_HAND
from counterproof.words.language import tr
from counterproof.words.model import N_
from verifier.flow.desk import ByHand
from verifier.ui.page_head import PageHead, framed, page_column
from verifier.ui.parts import card, row

if TYPE_CHECKING:
    from verifier.flow.desk import Looking

_LOOK_AT: Final = (
    (N_("The person"), N_("Is it the face in the picture? Look at ears, nose and the distance of the eyes.")),
    (N_("The dates"), N_("Has it run out? Is the birth date one that fits the person?")),
    (N_("The paper or card"), N_("Tilt it: does the hologram move? Feel it: are raised letters raised?")),
    (N_("The picture"), N_("Is it part of the card, or glued on? Are there cuts or bubbles around it?")),
    (
        N_("The letters"),
        N_("One font, straight lines, no erasures? Does the signature look like a signature?"),
    ),
    (N_("What you need"), N_("Does it say what your purpose needs? Write down nothing beyond it.")),
)


class ByHandPage(QWidget):
    """`found` carries what the clerk found; `back` goes back without a mark."""

    found = Signal(object)
    back = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("part", "page")
        content = QWidget()
        inner = page_column(content)
        self._head = PageHead()
        self._head.back.connect(self.back)
        lead = tr("Nothing is read here. Look at the document yourself, then say what you found.")
        inner.addWidget(PlainLabel(lead, Text.LARGE, tone="quiet"))
        across = None
        for place, (what, how) in enumerate(_LOOK_AT):
            if place % 2 == 0:
                across = row(gap=Space.NORMAL)
                inner.addLayout(across)
            assert across is not None
            frame, box = card()
            box.addWidget(PlainLabel(tr(what), Text.LARGE, strong=True))
            box.addWidget(PlainLabel(tr(how)))
            box.addStretch()
            across.addWidget(frame, 1)
        inner.addStretch()
        foot = FlowArea(Space.SNUG, Space.WIDE)
        good, bad, sent = BY_HAND.values()
        taken = KeyButton(good, "1", describe=tr("Marks one document accepted by eye."))
        for made, found in (
            (taken, ByHand.TAKEN),
            (KeyButton(bad, "2"), ByHand.TURNED_AWAY),
            (KeyButton(sent, "3"), ByHand.HELPED_ON),
        ):
            made.clicked.connect(lambda _checked=False, found=found: self.found.emit(found))
            foot.add(made)
        framed(self, self._head, content, foot)

    def show_state(self, state: Looking) -> None:
        """Show what it is about."""
        self._head.title.setText(
            tr("Look by eye") if state.tile is None else tr("By eye: {title}").format(title=state.tile.title)
        )

    def choose_key(self, key: str) -> bool:
        """Choose by a number key; tell whether it means anything."""
        by_key = dict(zip("123", ByHand, strict=True))
        if key not in by_key:
            return False
        self.found.emit(by_key[key])
        return True

    def take_focus(self) -> None:
        """Put the focus where a key pressed out of habit marks nothing."""
        self._head.leave.setFocus()
