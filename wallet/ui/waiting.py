"""Purposes that let counters do more than before: shown until the person lets them count."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from counterproof.credential_types import shipped
from counterproof.desktop.forms import column, panel
from counterproof.desktop.plain_text import PlainLabel, button
from counterproof.desktop.theme import Space, Text
from counterproof.mdoc.catalogue.model import choose_text
from counterproof.words.language import tr
from counterproof.words.plain_text import marked
from counterproof.words.waiting import labels, wider_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from PySide6.QtWidgets import QWidget

    from counterproof.trust.waiting import Waiting
    from wallet.ui.agencies import AgenciesPage
from wallet.ui.base import flow


def waiting_panels(page: AgenciesPage) -> Iterator[QWidget]:
    """Yield a panel for each publisher with what waits of it, in words, and a button that lets it count."""
    trust = page.holder.trust
    described = trust.describe(page.holder.clock.now()).to_json()["waiting"]
    for waiting in trust.waiting:
        yield _panel(page, waiting, [each for each in described if each["key"] == waiting.publisher])


def _panel(page: AgenciesPage, waiting: Waiting, described: list[Mapping[str, Any]]) -> QWidget:
    inside = column(Space.TIGHT)
    name = marked(waiting.name)
    inside.addWidget(
        PlainLabel(tr("{name} lets counters ask for more").format(name=name), Text.LARGE, strong=True)
    )
    said = tr("This does not count before you say so: the wallet warns you when a counter asks for it.")
    inside.addWidget(PlainLabel(said, tone="undecided"))
    label = labels({**shipped(), **page.holder.trust.types()}, page.language)
    for one in described:
        inside.addWidget(PlainLabel(marked(choose_text(one["titles"], page.language)), strong=True))
        for line in wider_lines(one, label):
            inside.addWidget(PlainLabel(line))
    let = button(tr("Let it count"), describe=name)
    let.clicked.connect(lambda: _let(page, waiting))
    inside.addWidget(flow(let))
    return panel(inside, name=name)


def _let(page: AgenciesPage, waiting: Waiting) -> None:
    store, again = page.holder.trust_store, type(page)

    def done(_: object) -> None:
        page.wallet.go(again)
        page.wallet.done(tr("Counters may ask for this from now on."))

    page.work(lambda: store.confirm_purposes(waiting), done)
