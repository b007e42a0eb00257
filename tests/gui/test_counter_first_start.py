"""The first start of a window: a name and an id make a counter, and what is wrong makes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QApplication, QLabel

from counterproof.clock import FixedClock
from counterproof.mdoc.certificates.request import read_request
from counterproof.mdoc.errors import UsageError
from counterproof.sealing.envelope import MAGIC
from tests.kit import windows
from tests.kit.counter_home import LATER
from verifier.flow.place import Place
from verifier.home import Home
from verifier.ui.first_start import FirstStart

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from counterproof.desktop.app import Desktop


@pytest.fixture
def first(desktop: Desktop, tmp_path: Path) -> Iterator[FirstStart]:
    made = FirstStart(Home(tmp_path / "counter"), desktop)
    made.show()
    yield made
    made.close()
    made.deleteLater()


def fill(first: FirstStart, name: str, own: str, office: str = "") -> None:
    for field, text in ((first.name, name), (first.id, own), (first.office, office)):
        field.setText(text)
    first.forward.click()
    QApplication.processEvents()


def test_a_name_and_an_id_make_a_counter(first: FirstStart, tmp_path: Path) -> None:
    fill(first, " Library desk ", "HARBOUR-LIB-1", "HARBOUR-LIB")
    place = Place(Home(tmp_path / "counter"), FixedClock(LATER), boot="boot-1")
    assert (place.settings.name, place.settings.ids) == (
        "Library desk",
        frozenset({"HARBOUR-LIB-1", "HARBOUR-LIB"}),
    )
    with pytest.raises(UsageError, match=r"verifier\.no-certificate"):
        place.unlock()
    place.close()
    csr = tmp_path / "counter" / "reader.csr"
    assert read_request(csr.read_bytes()).subject.common_name == "Library desk"
    assert any(str(csr) in each.text() for each in first.findChildren(QLabel))
    first.forward.click()
    assert first.result() == FirstStart.DialogCode.Accepted.value


@pytest.mark.parametrize(
    ("name", "own", "code"), [("", "HARBOUR-LIB-1", "verifier.name"), ("Desk", "no id", "verifier.id")]
)
def test_what_is_wrong_is_said_and_writes_nothing(
    first: FirstStart, tmp_path: Path, name: str, own: str, code: str
) -> None:
    fill(first, name, own)
    assert first.notice.code == code
    assert not (tmp_path / "counter" / "settings.json").exists()
    assert not list((tmp_path / "counter").glob("reader*"))
    assert windows.cut_off(first) == []
    fill(first, "Desk", "HARBOUR-LIB-1")
    assert Home(tmp_path / "counter").exists


def test_a_passphrase_seals_the_key_and_must_be_typed_twice(first: FirstStart, tmp_path: Path) -> None:
    words = "quay lantern tide bollard 77"
    first.passphrase.field.setText(words)
    fill(first, "Desk", "HARBOUR-LIB-1")
    assert first.notice.code == "verifier.passphrases-differ"
    assert not Home(tmp_path / "counter").exists
    first.again.field.setText(words)
    first.forward.click()
    home = Home(tmp_path / "counter")
    assert home.key_content().startswith(MAGIC)
    assert first.passphrase.text == ""
    assert not first.name.isVisible()  # nothing is left that looks as if it could still be filled in
    assert first.forward.text() == "Open the counter"
    place = Place(home, FixedClock(LATER), boot="boot-1")
    assert place.key_is_sealed
    place.close()


def test_it_is_heard_and_reached_by_keys(first: FirstStart) -> None:
    assert windows.unnamed(first) == []
    assert windows.unreached(first) == []
    assert windows.guessing(first) == []
