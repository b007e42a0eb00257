"""Cards on the trust page about purposes that let counters do more, until a person lets them count."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from counterproof.desktop.plain_text import PlainLabel, button
from counterproof.desktop.theme import Text
from counterproof.mdoc.catalogue.model import choose_text
from counterproof.words.language import current, tr
from counterproof.words.plain_text import marked
from counterproof.words.waiting import wider_lines
from verifier.ui.parts import card, row

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from PySide6.QtWidgets import QWidget

    from counterproof.trust.waiting import Waiting


def waiting_cards(
    waiting: Iterable[Waiting],
    described: Iterable[Mapping[str, Any]],
    label: Callable[[str], str],
    let: Callable[[Waiting], None],
) -> Iterator[QWidget]:
    """Yield a card for each publisher with what waits of it, in words, and a button that lets it count."""
    plain = list(described)
    for each in waiting:
        frame, box = card()
        name = marked(each.name, 128)
        box.addWidget(
            PlainLabel(tr("{name} lets counters do more").format(name=name), Text.LARGE, strong=True)
        )
        said = tr("This does not count before you say so. Was this counter told of it?")
        box.addWidget(PlainLabel(said, tone="undecided"))
        for one in (one for one in plain if one["key"] == each.publisher):
            box.addWidget(PlainLabel(marked(choose_text(one["titles"], current()), 128), strong=True))
            for line in wider_lines(one, label):
                box.addWidget(PlainLabel(line))
        made = button(tr("Let it count"), describe=name)
        made.clicked.connect(lambda _=False, one=each: let(one))
        across = row()
        across.addWidget(made)
        across.addStretch()
        box.addLayout(across)
        yield frame
