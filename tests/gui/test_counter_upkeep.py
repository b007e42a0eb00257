"""Whoever looks after a counter does in the window what the commands do: certificate and questions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtTest import QTest

from counterproof.mdoc.certificates.build import Subject, build_reader
from counterproof.mdoc.certificates.request import read_request
from tests.kit import windows
from tests.kit.certificates import CRL_URL, LONG_LIFE
from tests.kit.clerk import AGE, RESIDENCY
from tests.kit.counter_gui import window_of
from verifier.flow.desk import Idle
from verifier.home import Home

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from counterproof.desktop.app import Desktop
    from tests.kit.counter_window import OpenDesk
    from verifier.ui.window import CounterWindow


@pytest.fixture
def window(desk: OpenDesk, desktop: Desktop) -> Iterator[CounterWindow]:
    made = window_of(desk, desktop)
    made.show()
    made.open_page("desk")
    yield made
    made.close()
    made.deleteLater()


def test_the_request_is_made_again_and_what_comes_back_is_installed(
    window: CounterWindow, desk: OpenDesk, tmp_path: Path
) -> None:
    page, csr, pem = window.desk_page, tmp_path / "again.csr", tmp_path / "new.pem"
    assert "Wallets show: Harbour Library, desk 3" in page.certificate_said
    window.desk_area.save_request(csr)
    wanted = read_request(csr.read_bytes())
    assert wanted.subject.common_name == desk.place.settings.name
    kit = desk.home.town.publisher.kit
    subject = Subject(common_name="Harbour Library, desk 3")
    made = build_reader(
        kit.reader_ca, subject, wanted.public_key, LONG_LIFE, crl_url=CRL_URL, random=kit.random
    )
    pem.write_bytes(made.pem)
    before = desk.place.home.chain_content()
    window.desk_area.install(pem)
    assert page.notice.code == ""
    assert desk.place.home.chain_content() != before
    assert "register does not name this counter yet" in page.certificate_said  # a new one, not listed yet
    assert desk.asked().number


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"no certificate", "verifier.certificate-unreadable"), (None, "verifier.certificate-foreign")],
)
def test_what_cannot_be_used_is_said_and_changes_nothing(
    window: CounterWindow, desk: OpenDesk, tmp_path: Path, content: bytes | None, code: str
) -> None:
    path = tmp_path / "given.pem"
    path.write_bytes(desk.home.town.publisher.reader.pem if content is None else content)
    before = desk.place.home.chain_content()
    window.desk_area.install(path)
    assert window.desk_page.notice.code == code
    assert desk.place.home.chain_content() == before
    window.desk_area.install(tmp_path / "nowhere.pem")
    assert window.desk_page.notice.code == "optics.file-missing"


def fill(window: CounterWindow, name: str, purpose: str, doc_type: str, *fields: str, keep: str = "") -> None:
    page = window.desk_page
    page.name.field.setText(name)
    page.purpose.field.setText(purpose)
    page.type.setCurrentIndex(page.type.findData(doc_type))
    for reference, (ask, kept) in page._boxes.items():
        field = reference.rpartition("/")[2]
        ask.setChecked(field in fields)
        kept.setChecked(field == keep)
    page.save.emit()


def test_a_new_question_is_a_tile_at_once_and_can_be_removed(window: CounterWindow, desk: OpenDesk) -> None:
    fill(
        window, "card", "library.card", RESIDENCY, "family_name", "resident_borough", keep="resident_borough"
    )
    assert window.desk_page.notice.code == ""
    saved = Home(desk.folder).settings().requests["card"]
    assert saved.keep == (f"{RESIDENCY}/resident_borough",)
    assert isinstance(desk.desk.state, Idle)
    titles = [each.title for each in desk.desk.state.tiles.tiles]
    assert "Card" in titles
    asked = desk.asked(titles.index("Card"))
    assert [each.label for each in asked.tile.asked if each.kept] == ["Borough"]
    desk.desk.next()
    window.desk_page.drop.emit("card")
    assert "card" not in Home(desk.folder).settings().requests
    assert "Card" not in [each.title for each in desk.desk.tiles().tiles]


@pytest.mark.parametrize(
    ("name", "purpose", "fields", "code"),
    [
        ("", "library.card", ("age_over_18",), "verifier.request-name"),
        ("a b", "library.card", ("age_over_18",), "verifier.request-name"),
        ("age2", "", ("age_over_18",), "verifier.nothing-asked"),
        ("age2", "Library!", ("age_over_18",), "verifier.purpose"),
        ("age2", "library.card", (), "verifier.fields-none"),
    ],
)
def test_a_question_that_cannot_be_asked_is_not_saved(
    window: CounterWindow, desk: OpenDesk, *, name: str, purpose: str, fields: tuple[str, ...], code: str
) -> None:
    before = Home(desk.folder).settings()
    fill(window, name, purpose, AGE, *fields)
    assert window.desk_page.notice.code == code
    assert window.desk_page.purpose.text == purpose  # what was typed is still there
    assert Home(desk.folder).settings() == before


def test_the_page_is_heard_reached_by_keys_and_cuts_nothing_off(window: CounterWindow) -> None:
    QTest.qWait(100)
    assert windows.unnamed(window) == []
    assert windows.guessing(window) == []
    assert windows.cut_off(window) == []
    assert windows.unreached(window) == []


def test_where_nothing_can_be_asked_the_first_page_leads_here(window: CounterWindow, desk: OpenDesk) -> None:
    for name in list(desk.place.settings.requests):
        window.desk_page.drop.emit(name)
    window.open_page("")
    assert window.page == "idle"
    assert not window.idle._set_up.isHidden()
    window.idle.set_up.emit()
    assert window.page == "desk"
