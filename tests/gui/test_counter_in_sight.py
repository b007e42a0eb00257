"""What a clerk must have in sight at once: the word of a verdict and what to do, at any size of letters."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any, Final

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QScrollArea

from counterproof.desktop.app import Appearance, Desktop
from counterproof.desktop.theme import Mode
from counterproof.mdoc.verification.report import Verdict
from counterproof.words.explain import explain
from counterproof.words.language import tr
from counterproof.words.refusals import whose
from counterproof.words.verification import UPDATE, VERDICTS
from issuer.portrait import compress
from tests.kit import windows
from tests.kit.portraits import face, saved
from tests.kit.wallet_window import LONG
from verifier.flow.desk import Told
from verifier.flow.verdict import Looks, ShownDocument, VerdictView

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from tests.kit.counter_window import OpenDesk
    from verifier.ui.window import CounterWindow

SMALL: Final = (1024, 700)
LANGUAGES: Final = ("en", "et", "hi", "zh-Hant")
NAMES: Final = tuple((name, str(value)) for name, value in LONG.items())


def cut(widget: QWidget) -> bool:
    """Tell whether the window or an area that scrolls hides a part of a widget."""
    return not widget.isVisible() or widget.visibleRegion().boundingRect() != widget.rect()


def told(
    window: CounterWindow, desk: OpenDesk, verdict: Verdict, *documents: ShownDocument, **more: Any
) -> None:
    """Show a verdict in words of the language spoken now."""
    said: dict[str, Any] = {
        "looks": Looks(verdict.value),
        "word": VERDICTS[verdict].what,
        "qualifier": "",
        "why": (),
        "beside": (),
        "evidence": "The list of withdrawn documents is from 9 days ago.",
        "next": tr(UPDATE),
        "code": "ok",
        "small": "ok · two-way · counter",
        "whose": None,
    }
    view = VerdictView(documents=documents, **{**said, **more})
    desk.desk.state = Told(view, desk.desk.tiles().tiles[0], desk.clock.monotonic() + 60)
    window.refresh()
    windows.settle(window)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_to_do_is_in_sight_together_with_the_word(
    window: CounterWindow, desk: OpenDesk, desktop: Desktop, language: str
) -> None:
    desktop.choose(Appearance(Mode.LIGHT, 200, language=language, sound=False))
    window.resize(*SMALL)
    portrait = compress(saved(face(), "JPEG"))
    code = "exchange.other-request"
    refused = {"why": (explain(code).what,), "next": explain(code).do, "whose": whose(code)}
    for verdict, more in ((Verdict.ACCEPTED, {"portrait": portrait}), (Verdict.REFUSED, refused)):
        told(window, desk, verdict, ShownDocument("Residency card", NAMES), **more)
        page = window.verdict
        area = next(each for each in page.findChildren(QScrollArea) if each.isVisible())
        assert area.verticalScrollBar().maximum() > 0
        assert area.viewport().height() > page.shape.height()
        assert not cut(page._labels["word"])
        assert not cut(page._labels["next"])
        area.verticalScrollBar().setValue(area.verticalScrollBar().maximum())
        QTest.qWait(20)
        assert cut(page._labels["word"])
        assert not cut(page._labels["next"])
        assert windows.cut_off(window) == []
        window.next_person()


def test_what_to_do_begins_where_everything_begins(window: CounterWindow, desk: OpenDesk) -> None:
    """In practice too, where the foot of the page is another."""
    told(window, desk, Verdict.ACCEPTED, ShownDocument("Residency card", NAMES[:1]))
    page = window.verdict
    edge = page.shape.mapTo(window, QPoint(0, 0)).x()
    assert page._labels["next"].mapTo(window, QPoint(0, 0)).x() == edge
    state = desk.desk.state
    assert isinstance(state, Told)
    page.show_state(state, specimen=True)
    windows.settle(window)
    assert page._labels["next"].mapTo(window, QPoint(0, 0)).x() == edge


@pytest.mark.parametrize("percent", [100, 200])
def test_a_second_document_is_told_apart_from_the_fields_of_the_first(
    window: CounterWindow, desk: OpenDesk, desktop: Desktop, percent: int
) -> None:
    """What belongs together stands closer together: the ink of a label is what its margins leave."""
    desktop.choose(Appearance(Mode.LIGHT, percent, language="en", sound=False))
    fields = (("Card number", "HB-004711"), ("Membership", "Adult"))
    first, second = (
        ShownDocument("Residency card", (("Family name", "Tamm"),)),
        ShownDocument("Library", fields),
    )
    told(window, desk, Verdict.ACCEPTED, first, second)
    texts = ("Tamm", "Library", "HB-004711", "Adult")
    found = {each.text(): each for each in window.verdict.findChildren(QLabel) if each.text() in texts}
    inks = [found[each].contentsRect().translated(found[each].mapTo(window, QPoint(0, 0))) for each in texts]
    before, beneath, between = (lower.top() - upper.bottom() for upper, lower in itertools.pairwise(inks))
    assert before >= 2 * max(beneath, between) * percent / 100
