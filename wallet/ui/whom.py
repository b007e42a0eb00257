"""What a slip is for, and which counter may take it: chosen in words, typed where no list has it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QSizePolicy, QWidget

from counterproof.desktop.choice import Choice
from counterproof.desktop.forms import TextField, column
from counterproof.desktop.plain_text import PlainLabel
from counterproof.desktop.theme import Space, Text
from counterproof.words.language import tr

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wallet.purposes import KnownCounter, KnownPurpose

_IN_SIGHT = 12
_SHORTEST = 18
"""Letters of a long title that are in sight at least; the list that opens shows all of it."""


class Chosen(QWidget):
    """A choice with its label above it, and a line to type in that is there for the last choice alone."""

    changed = Signal()

    def __init__(self, label: str, hint: str, typed: TextField) -> None:
        super().__init__()
        inside = column(Space.HAIR)
        self.setLayout(inside)
        self.label = PlainLabel(label, strong=True)
        self.choice = Choice()
        self.choice.setAccessibleName(label)
        self.choice.setAccessibleDescription(hint)
        self.choice.setMaxVisibleItems(_IN_SIGHT)
        self.choice.setSizeAdjustPolicy(Choice.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.choice.setMinimumContentsLength(_SHORTEST)
        self.choice.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.label.setBuddy(self.choice)
        self.typed = typed
        inside.addWidget(self.label)
        self.hint = PlainLabel(hint, Text.SMALL, tone="quiet")
        inside.addWidget(self.hint)
        inside.addWidget(self.choice)
        inside.addWidget(typed)
        self.choice.currentIndexChanged.connect(self._picked)
        typed.field.textChanged.connect(self.changed)

    @property
    def is_typed(self) -> bool:
        """Whether what counts is typed: the last choice."""
        return self.choice.currentIndex() == self.choice.count() - 1

    def _fill(self, names: Sequence[str]) -> None:
        self.choice.blockSignals(True)  # noqa: FBT003 - Qt's own
        self.choice.clear()
        self.choice.addItems([*names])
        self.choice.blockSignals(False)  # noqa: FBT003 - Qt's own
        self.choice.setVisible(len(names) > 1)
        self.typed.setVisible(self.is_typed)

    def _picked(self) -> None:
        self.typed.setVisible(self.is_typed)
        self.changed.emit()


class PurposeChoice(Chosen):
    """What for: one of the registered purposes by its title, or the office's own word for it."""

    def __init__(self, known: Sequence[KnownPurpose]) -> None:
        typed = TextField(
            tr("The office's word for it"),
            hint=tr("Ask the office. Small letters, digits, points and dashes, such as library.join"),
            longest=64,
        )
        several = len({each.publisher for each in known}) > 1
        hint = (
            tr("Purposes for which offices on your list take paper with this card.")
            if known
            else tr("No office on your list says that it takes paper with this card.")
        )
        super().__init__(tr("What is it for?"), hint, typed)
        self._known = tuple(known)
        names = [f"{each.title} · {each.publisher}" if several else each.title for each in known]
        self._fill([*names, tr("Something else")])

    @property
    def picked(self) -> KnownPurpose | None:
        """The registered purpose that is chosen; None where one is typed."""
        return None if self.is_typed else self._known[self.choice.currentIndex()]

    @property
    def purpose(self) -> str:
        """The id that the slip will carry."""
        return self.typed.text.strip() if self.picked is None else self.picked.id


class CounterChoice(Chosen):
    """Which counter: anyone, one of a list by its name, or ids that were told."""

    def __init__(self, label: str, hint: str, typed: TextField, anybody: str) -> None:
        super().__init__(label, hint, typed)
        self._anybody = anybody
        self._counters: tuple[KnownCounter, ...] = ()

    def offer(self, counters: Sequence[KnownCounter]) -> None:
        """Offer these counters; what was chosen before stays chosen if it is still among them."""
        before, typed = self.readers, self.choice.count() > 0 and self.is_typed
        self._counters = tuple(counters)
        self._fill(
            [self._anybody, *(f"{each.name} ({each.id})" for each in counters), tr("Another: type its id")]
        )
        ids = [each.id for each in counters]
        if typed:
            self.choice.setCurrentIndex(self.choice.count() - 1)
        elif len(before) == 1 and before[0] in ids:
            self.choice.setCurrentIndex(1 + ids.index(before[0]))

    @property
    def readers(self) -> tuple[str, ...]:
        """Ids; none where any counter will do."""
        place = self.choice.currentIndex()
        if place <= 0:
            return ()
        if self.is_typed:
            return tuple(each for each in re.split(r"[\s,;]+", self.typed.text.strip()) if each)
        return (self._counters[place - 1].id,)
