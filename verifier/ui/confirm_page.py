"""Somebody new to believe: what they say of themselves, and the fingerprint that a person compares."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from counterproof.credential_types import shipped
from counterproof.desktop.flow_area import FlowArea
from counterproof.desktop.key_button import KeyButton
from counterproof.desktop.plain_text import PlainLabel, button, isolated
from counterproof.desktop.theme import Space, Text
from counterproof.words.language import current, tr
from counterproof.words.model import N_
from verifier.ui.parts import card, column, scrolled

if TYPE_CHECKING:
    from counterproof.trust.confirming import Introduction

_WHAT: Final = {
    "issuer-root": N_("It says that it is this agency. Its documents would be believed here."),
    "reader-root": N_("An agency that is believed already has a new key for its counters."),
    "claims": N_("An agency that is believed already now says something else of itself."),
    "authority": N_("It says that it is this authority. Everybody on its list would be believed here."),
    "issuer-list": N_("It says that it made this list. Every issuer on it would be believed here."),
}


class ConfirmPage(QWidget):
    """`confirmed`: the fingerprint is the right one; `refused`: it is not, or nobody knows."""

    confirmed = Signal()
    refused = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("part", "page")
        content = QWidget()
        inner = column(content, gap=Space.NORMAL, edge=Space.WIDE)
        inner.addWidget(PlainLabel(tr("Believe somebody new?"), Text.DISPLAY))
        self._what = PlainLabel(text=Text.LARGE)
        inner.addWidget(self._what)
        frame, box = card()
        self._name = PlainLabel(text=Text.LARGE, strong=True)
        self._before, self._documents = PlainLabel(), PlainLabel(tone="quiet")
        for each in (self._name, self._before, self._documents):
            box.addWidget(each)
        inner.addWidget(frame)
        inner.addWidget(PlainLabel(tr("Fingerprint"), strong=True))
        self.fingerprint = PlainLabel(text=Text.LARGE)
        inner.addWidget(self.fingerprint)
        how = tr(
            "Compare every group with what they gave you by another way: on paper, or by telephone under a "
            "number that you knew before. What stands beside the file proves nothing."
        )
        inner.addWidget(PlainLabel(how))
        inner.addStretch()
        down = column(self, gap=0)
        down.addWidget(scrolled(content), 1)
        foot = FlowArea(Space.SNUG, Space.WIDE)
        self._no = KeyButton(tr("Do not believe"), "Esc", describe=tr("Nothing is changed."))
        self._no.clicked.connect(self.refused)
        self.yes = button(tr("It is the same: believe it"))
        self.yes.clicked.connect(self.confirmed)
        foot.add(self._no)
        foot.add(self.yes)
        down.addWidget(foot)

    def show_question(self, asked: Introduction) -> None:
        """Show what is new about whom."""
        now, before = asked.claims, asked.before
        self._what.setText(tr(_WHAT[asked.role]))
        self._name.setText(f"{isolated(now.name, 128)} ({isolated(now.country or '?', 8)})")
        added = now.doc_types if before is None else now.added_to(before)
        shown = tr(", ").join(_called(each) for each in added) or tr("none")
        said = tr("Documents: {names}") if before is None else tr("Documents that are new: {names}")
        self._documents.setText(said.format(names=shown))
        self._before.setVisible(before is not None)
        if before is not None:
            known = f"{isolated(before.name, 128)} ({isolated(before.country, 8)})"
            self._before.setText(tr("Believed until now as {name}").format(name=known))
        self.fingerprint.setText(asked.shown)
        self.fingerprint.setAccessibleName(asked.shown)

    def take_focus(self) -> None:
        """Put the focus where a key pressed too often changes nothing."""
        self._no.setFocus()


def _called(doc_type: str) -> str:
    """Return a kind of document in words of ours, with its id; what we do not know by its id alone."""
    known = shipped().get(doc_type)
    named = isolated(doc_type, 128)
    return named if known is None else f"{known.name(current())} ({named})"
