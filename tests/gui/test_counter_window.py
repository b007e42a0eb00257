"""The counter's window: keys, names for screen readers, room for every text, and what a verdict shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import QEvent, QMimeData, Qt, QUrl
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from counterproof.desktop.app import Appearance, Desktop
from counterproof.desktop.theme import Mode, current
from counterproof.desktop.wedge import FASTEST_FINGER_MS
from counterproof.mdoc.errors import UsageError
from counterproof.optics.kinds import Kind
from counterproof.words.plain_text import marked
from issuer.portrait import compress
from tests.kit import spoken, windows
from tests.kit.clerk import RESIDENCY
from tests.kit.counter_gui import window_of
from tests.kit.counter_home import text_of
from tests.kit.counter_window import OpenDesk
from tests.kit.portraits import face, saved
from verifier.flow.desk import Told
from verifier.flow.verdict import Looks, ShownDocument, VerdictView
from verifier.ui.slip import slip_lines, write_slip

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from tests.kit.counter_home import CounterHome
    from verifier.ui.window import CounterWindow

STORY = ("Harbour Borough", "Harbour Library, desk 3", "Quillfeather", "Saltmarsh Quay", "two-way · counter")
"""What the agency, the counter and people are called; and the line for whoever helps, the same everywhere."""
PAGES = ("idle", "asking", "accepted", "refused", "undecided", "by-hand", "trust", "journal", "settings")


@dataclass
class Opened:
    """A window on a desk of its own, and what is done at it."""

    desk: OpenDesk
    window: CounterWindow

    def key(self, key: Qt.Key, text: str = "") -> None:
        """Press a key as a person does: slower than a scanner types."""
        windows.press(QApplication.focusWidget() or self.window, key, text)
        QTest.qWait(FASTEST_FINGER_MS)
        while self.window.inputs._wedge._held:
            QTest.qWait(5)

    def turn_to(self, page: str) -> None:
        """Bring a page up by real keys, or by real documents."""
        if page in ("trust", "journal", "settings"):
            self.key(Qt.Key(0), {"trust": "t", "journal": "j", "settings": "g"}[page])
        elif page == "by-hand":
            self.key(Qt.Key.Key_E, "e")
        elif page != "idle":
            self.key(Qt.Key.Key_1, "1")
        if page in ("accepted", "refused"):
            answer = self.desk.answer()
            if page == "refused":
                self.desk.desk.ask_again()
            self.window.inputs.collected.emit(answer)
        elif page == "undecided":
            self.show_view(verdict_view(Looks.UNDECIDED))

    def every_page(self) -> Iterator[str]:
        """Bring one page up after the other."""
        for page in PAGES:
            self.window.next_person()
            self.turn_to(page)
            QTest.qWait(30)
            yield page

    def show_view(self, view: VerdictView) -> None:
        """Show a view as if it had been decided."""
        tile = self.desk.desk.tiles().tiles[0]
        self.desk.desk.state = Told(view, tile, self.desk.clock.monotonic() + 60)
        self.window.refresh()


def verdict_view(
    looks: Looks, *fields: tuple[str, str], title: str = "Residency card", **others: Any
) -> VerdictView:
    members: dict[str, Any] = {
        "word": "Cannot tell",
        "qualifier": "Asked and answered: made for this counter, just now.",
        "why": ("The list of withdrawn documents is too old.",),
        "beside": (),
        "evidence": "The list of withdrawn documents is from 9 days ago.",
        "next": "Update this counter's lists, then try again.",
        "code": "status.stale",
        "small": "status.stale",
        "whose": None,
    }
    return VerdictView(looks=looks, documents=(ShownDocument(title, fields),), **{**members, **others})


@pytest.fixture
def opened(home: CounterHome, desktop: Desktop, tmp_path: Path, qtbot: QtBot) -> Iterator[Opened]:
    desk = OpenDesk(home, tmp_path / "folder")
    window = window_of(desk, desktop)
    with qtbot.waitActive(window):
        window.show()
    yield Opened(desk, window)
    window.close()
    window.deleteLater()


def ground(widget: QWidget) -> str:
    """Return the colour of the left margin, which belongs to no content and to no scroll bar."""
    return widget.grab().toImage().pixelColor(3, widget.height() // 2).name().upper()


def test_a_whole_visit_by_keys_alone(opened: Opened) -> None:
    window = opened.window
    opened.key(Qt.Key.Key_1, "1")
    assert window.page == "asking"
    window.inputs.take_text(text_of(Kind.ANSWER, opened.desk.answer().m))
    assert window.page == "verdict"
    assert window.verdict.text("word") == "Accepted"
    assert window.verdict.fields == ["Over 18", "yes"]
    assert "ok" in window.verdict.text("small")
    focus = window.focusWidget()
    assert focus is window.verdict.next_button
    opened.key(Qt.Key.Key_Space, " ")
    assert window.page == "idle"
    assert window.verdict.fields == []
    assert window.verdict.text("word") == ""


def test_enter_goes_on_too(opened: Opened) -> None:
    opened.turn_to("accepted")
    focus = opened.window.focusWidget()
    assert focus is not None
    opened.key(Qt.Key.Key_Return, "\r")
    assert opened.window.page == "idle"


def test_everything_is_wiped_after_a_minute_that_any_key_prolongs(opened: Opened) -> None:
    opened.turn_to("accepted")
    opened.desk.clock.advance(59)
    windows.press(opened.window, Qt.Key.Key_Shift)
    opened.desk.clock.advance(59)
    opened.window._tick()
    assert opened.window.page == "verdict"
    opened.desk.clock.advance(2)
    opened.window._tick()
    assert opened.window.page == "idle"
    assert "yes" not in [each.text() for each in opened.window.findChildren(QLabel)]


def test_every_page_can_be_heard_and_reached_by_keys_and_needs_no_scroll_bar(opened: Opened) -> None:
    window = opened.window
    for page in opened.every_page():
        assert windows.unnamed(window) == [], page
        assert windows.unreached(window) == [], page
        assert windows.guessing(window) == [], page
        assert windows.scrolling(window) == [], page
        assert windows.cut_off(window) == [], page


@pytest.mark.parametrize("language", ["en", "ar-XB"])
def test_nothing_is_cut_off_when_text_is_twice_as_large_or_longer(
    opened: Opened, desktop: Desktop, language: str
) -> None:
    desktop.choose(Appearance(Mode.LIGHT, 200, language=language, sound=False))
    opened.window.resize(1024, 640)
    for page in opened.every_page():
        assert (opened.window.width(), opened.window.height()) == (1024, 640), page
        assert windows.cut_off(opened.window) == [], page
        if language == "ar-XB" and page != "undecided":  # which is a view of this test's own words
            assert spoken.english(opened.window, STORY) == [], page


def test_a_word_that_no_translator_can_reach_is_found(desktop: Desktop, qtbot: QtBot) -> None:
    """Also as the name of a picture, or in the middle of a sentence that was translated."""
    desktop.choose(Appearance(Mode.LIGHT, language="en-XA", sound=False))
    window, inside = QWidget(), QLabel("[Képt: nothing~~]")
    qtbot.addWidget(window)
    inside.setParent(window)
    window.setAccessibleName("✓ Valid · [3 çöpîéš léft one]")
    window.show()
    assert spoken.english(window, ["nothing"]) == ["Valid: ✓ Valid · [3 çöpîéš léft one]"]
    assert spoken.english(window, ["Valid"]) == ["nothing: [Képt: nothing~~]"]


@pytest.mark.parametrize("mode", [Mode.LIGHT, Mode.DARK, Mode.CONTRAST])
def test_a_verdict_fills_the_window_in_its_colour_shape_and_word(
    opened: Opened, desktop: Desktop, mode: Mode
) -> None:
    desktop.choose(Appearance(mode, language="en", sound=False))
    words = {"accepted": "Accepted", "refused": "Not accepted", "undecided": "Cannot tell"}
    for page, word in words.items():
        opened.window.next_person()
        opened.turn_to(page)
        QApplication.processEvents()
        verdict = opened.window.verdict
        wanted = next(tone for feel, tone in current().palette.tones.items() if feel.value == page)
        assert ground(opened.window) == wanted.ground.upper()
        assert verdict.shape.feel.value == page
        assert verdict.text("word") == word


HOSTILE = [
    '<b style="background:#0b6b3a;font-size:200px">Accepted</b>',
    "<img src=x width=4000 height=4000>",
    "Mari\u202eikraM",
    "\u200bhidden\u2066 turn",
    "Ha\u0440bour Borough",
    "\u0645\u062d\u0645\u062f \u0628\u0646 \u0639\u0644\u064a",
    "W" * 120,
    "12 Ropewalk Lane, " * 8,
    "\n\nAccepted\n\n",
    "Z" + "\u0301" * 60,
]


def test_what_was_shown_stays_text_in_its_place(opened: Opened) -> None:
    before = opened.window.size()
    tones = {feel.value: tone for feel, tone in current().palette.tones.items()}
    for text in HOSTILE:
        shown = marked(text, 300)
        opened.show_view(
            verdict_view(Looks.UNDECIDED, ("Family name", shown), ("Borough", shown), title=shown)
        )
        windows.settle(opened.window)
        assert opened.window.verdict.fields == ["Family name", shown, "Borough", shown]
        assert opened.window.size() == before
        assert windows.guessing(opened.window) == []
        assert windows.cut_off(opened.window) == []
        assert ground(opened.window) == tones["undecided"].ground.upper()


def test_a_hostile_name_of_a_desk_is_text(home: CounterHome, opened: Opened) -> None:
    del home
    opened.window.place.settings = type(opened.window.place.settings)(
        name="<h1>Desk</h1>", id="HB-DESK-3", requests=opened.window.place.settings.requests
    )
    opened.window._build()
    assert "<h1>Desk</h1>" in [each.text() for each in opened.window.findChildren(QLabel)]
    assert windows.guessing(opened.window) == []


def test_the_portrait_is_large_and_beside_the_question(opened: Opened, qtbot: QtBot) -> None:
    portrait = compress(saved(face(), "JPEG"))
    opened.show_view(verdict_view(Looks.UNDECIDED, ("Family name", "Tamm"), portrait=portrait))
    verdict = opened.window.verdict
    qtbot.waitUntil(lambda: not verdict.portrait.words)
    assert verdict.portrait.height() >= 240
    assert "Same person?" in [each.text() for each in verdict.findChildren(QLabel) if each.isVisible()]


def test_a_hostile_portrait_is_words(opened: Opened) -> None:
    svg = b"<svg xmlns='http://www.w3.org/2000/svg'/>"
    for data in (b"", b"\xff\xd8\xff", svg, b"\x89PNG\r\n\x1a\n" + bytes(64), b"GIF89a"):
        opened.show_view(verdict_view(Looks.UNDECIDED, ("Family name", "Tamm"), portrait=data))
        assert opened.window.verdict.portrait.words


def test_dropped_and_pasted_codes_are_taken(opened: Opened, tmp_path: Path) -> None:
    window = opened.window
    for way in ("drop", "paste", "file"):
        opened.key(Qt.Key.Key_1, "1")
        text = text_of(Kind.ANSWER, opened.desk.answer().m)
        path = tmp_path / "answer.txt"
        path.write_text(text)
        data = QMimeData()
        if way == "paste":
            QGuiApplication.clipboard().setText(text)
            window.inputs.paste()
        else:
            data.setUrls([QUrl.fromLocalFile(str(path))])
            window.inputs.take_mime(data) if way == "drop" else window.inputs.take_files([path])
        assert window.verdict.text("word") == "Accepted", way
        window.next_person()


def test_what_cannot_be_read_is_said_beside_the_open_request(opened: Opened, tmp_path: Path) -> None:
    opened.key(Qt.Key.Key_1, "1")
    bad = tmp_path / "page.html"
    bad.write_text("<html>no code</html>")
    opened.window.inputs.take_files([bad])
    assert opened.window.page == "asking"
    assert opened.window.asking.notice.code == "optics.picture-format"
    opened.window.inputs.take_text("https://example.org")
    assert opened.window.asking.notice.code == "optics.foreign-web-address"


def test_a_camera_that_fails_leaves_every_other_way(opened: Opened) -> None:
    opened.key(Qt.Key.Key_1, "1")
    opened.window.inputs.no_camera.emit(UsageError("optics.camera-busy", device="Camera"))
    said = opened.window.asking.camera.accessibleDescription()
    assert "another program" in said
    assert "handheld scanner" in said


def test_the_second_screen_shows_the_code_and_nothing_of_anybody(opened: Opened) -> None:
    opened.turn_to("asking")
    opened.key(Qt.Key.Key_S, "s")
    customer = opened.window.customer
    assert customer is not None
    assert "Hold your wallet's camera here" in [each.text() for each in customer.findChildren(QLabel)]
    assert customer.code.accessibleName()
    # A window manager gave a new window the keyboard, and no key of the clerk did anything any more.
    assert customer.windowFlags() & Qt.WindowType.WindowDoesNotAcceptFocus
    assert customer.testAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
    opened.window.inputs.collected.emit(opened.desk.answer())
    assert customer.code.accessibleName() == ""
    assert windows.guessing(customer) == []


def test_a_code_that_has_run_out_is_not_said_to_be_good_for_nothing(opened: Opened) -> None:
    opened.turn_to("asking")
    opened.window.asking.count_down(1)
    assert opened.window.asking._left_over.text() == "Good for 1 more second"
    opened.window.asking.count_down(0)
    assert opened.window.asking._left_over.text().startswith("The code has run out.")


def test_the_slip_says_why_and_holds_no_values(opened: Opened, tmp_path: Path) -> None:
    opened.turn_to("refused")
    state = opened.desk.desk.state
    assert isinstance(state, Told)
    lines = slip_lines(state.view, "Harbour Library", opened.desk.clock.now())
    text = "\n".join(line for _, line in lines)
    assert "Not accepted" in text
    assert "exchange.other-request" in text
    write_slip(tmp_path / "slip.pdf", lines)
    assert (tmp_path / "slip.pdf").read_bytes().startswith(b"%PDF")


def test_trust_is_said_and_updated(opened: Opened) -> None:
    assert "All good until" in opened.window.trust_said
    opened.desk.clock.advance(5 * 86_400)
    opened.window.refresh()
    assert "get new ones" in opened.window.trust_said
    opened.desk.clock.advance(5 * 86_400)
    opened.window.refresh()
    assert "too old" in opened.window.trust_said


def test_the_journal_counts_and_shows_nobody(opened: Opened) -> None:
    opened.turn_to("accepted")
    opened.window.next_person()
    opened.turn_to("journal")
    table = opened.window.journal._table
    cells = [table.item(0, place) for place in range(6)]
    texts = [each.text() for each in cells if each is not None]
    assert texts[1:4] == ["1", "Accepted", "Asked and answered"]
    assert texts[4].endswith("\nlibrary.age-check")


def test_a_language_is_another_at_once(opened: Opened, desktop: Desktop) -> None:
    desktop.choose(Appearance(Mode.LIGHT, language="ar-XB", sound=False))
    assert opened.window.layoutDirection() is Qt.LayoutDirection.RightToLeft
    assert opened.window.idle._title.text().startswith("[")
    assert QGuiApplication.applicationDisplayName().startswith("[")  # behind the title of every window


def test_text_grows_by_keys(opened: Opened) -> None:
    plus = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Plus, Qt.KeyboardModifier.ControlModifier, "+")
    QApplication.sendEvent(opened.window, plus)
    assert current().percent == 125


def test_a_burst_from_a_scanner_reaches_no_shortcut(opened: Opened, qtbot: QtBot) -> None:
    """At the idle page a 1 would choose a tile, an E the manual way."""
    for letter in "CPA1:E1E2E3":
        windows.press(opened.window, Qt.Key(ord(letter)), letter)
    windows.press(opened.window, Qt.Key.Key_Return, "\r")
    qtbot.wait(60)
    assert opened.window.page == "idle"
    assert opened.window.idle.notice.code.startswith("optics.")


def test_residents_with_every_field(opened: Opened) -> None:
    opened.key(Qt.Key.Key_2, "2")
    opened.window.inputs.collected.emit(opened.desk.answer(opened.desk.home.town.resident(RESIDENCY)))
    assert opened.window.verdict.fields == ["Family name", "Quillfeather", "Borough", "Saltmarsh Quay"]
