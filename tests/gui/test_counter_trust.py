"""The counter's trust pages: updates from folders, packs and addresses, and somebody new by a fingerprint."""

from __future__ import annotations

import functools
import http.server
import threading
import zipfile
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from counterproof.trust.purposes import PurposeReaders
from tests.kit import windows
from tests.kit.certificates import AT
from tests.kit.clerk import OWN
from tests.kit.counter_home import LATER
from tests.kit.pack_documents import harbour
from tests.kit.packs import Operator
from tests.kit.purposes import purpose
from verifier.flow.believing import is_published

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from counterproof.desktop.app import Desktop
    from tests.kit.counter_home import CounterHome
    from verifier.ui.window import CounterWindow


@pytest.fixture(scope="module")
def operator() -> Operator:
    return Operator("north", name="North & Co", agencies={"harbour": harbour()})


@pytest.fixture(scope="module")
def pack(operator: Operator, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return operator.publish(tmp_path_factory.mktemp("pack") / "pack", AT)


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_said: Any) -> None:
        """Say nothing."""


@pytest.fixture
def address(pack: Path) -> Iterator[str]:
    """Serve the pack at an address of this machine."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(pack)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


def authorities(window: CounterWindow) -> list[str]:
    """Return who is believed, as it lies on the disk."""
    return [each.name for each in window.place.home.trust.read().describe(LATER).authorities]


def type_source(window: CounterWindow, source: str) -> None:
    window.open_page("trust")
    window.trust.source.setText(source)


def test_an_update_says_what_it_did_or_why_not(
    window: CounterWindow, home: CounterHome, tmp_path: Path
) -> None:
    type_source(window, str(tmp_path))
    window.trust.update_button.click()
    assert window.trust._notice.code
    assert window.trust.update_button.isEnabled()
    window.trust.source.setText(str(home.town.folder))
    window.trust.update_button.click()
    assert window.trust._notice.code == ""
    assert "Harbour" in window.trust._done.text()


@pytest.fixture(params=["folder", "zip", "address"])
def source(request: pytest.FixtureRequest, pack: Path, address: str, tmp_path: Path) -> str:
    """Return each of the ways in which a pack comes."""
    ways = {"folder": str(pack), "zip": str(zipped(pack, tmp_path / "north.cptrust")), "address": address}
    return ways[request.param]


def test_somebody_new_is_believed_once_the_fingerprint_is_confirmed(
    window: CounterWindow, operator: Operator, source: str
) -> None:
    type_source(window, source)
    window.trust.update_button.click()
    assert window.trust._notice.code == "pack.not-pinned"
    assert QApplication.focusWidget() is window.trust.add_button
    window.trust.add_button.click()
    assert window.page == "confirm"
    assert window.confirm.fingerprint.text().replace(" ", "").lower() == operator.fingerprint
    assert authorities(window) == []
    window.confirm.yes.click()
    assert window.page == "trust"
    assert authorities(window) == ["North & Co"]
    window.trust.update_button.click()
    assert window.trust._notice.code == ""
    assert "Unchanged" in window.trust._done.text()


@pytest.mark.parametrize("way", ["escape", "button", "return"])
def test_nobody_is_believed_without_the_right_button(window: CounterWindow, pack: Path, way: str) -> None:
    type_source(window, str(pack))
    window.trust.add_button.click()
    if way == "button":
        window.confirm.refused.emit()
    else:
        key = Qt.Key.Key_Escape if way == "escape" else Qt.Key.Key_Space
        windows.press(QApplication.focusWidget() or window, key, "")
    assert window.page == "trust"
    assert authorities(window) == []
    window.trusting.confirm()
    assert authorities(window) == []


def test_another_answer_at_the_second_reading_is_asked_about_anew(
    window: CounterWindow, operator: Operator, tmp_path: Path
) -> None:
    """Between the question and the yes the source gives another authority out."""
    folder = operator.publish(tmp_path / "first", AT)
    type_source(window, str(tmp_path / "shown"))
    (tmp_path / "shown").symlink_to(folder)
    window.trust.add_button.click()
    other = Operator("south", name="South", agencies={})
    (tmp_path / "shown").unlink()
    (tmp_path / "shown").symlink_to(other.publish(tmp_path / "second", AT))
    window.confirm.yes.click()
    assert window.page == "confirm"
    assert window.confirm.fingerprint.text().replace(" ", "").lower() == other.fingerprint
    assert authorities(window) == []


def test_a_pack_that_is_dropped_updates_and_believes_nobody_new(
    window: CounterWindow, pack: Path, tmp_path: Path
) -> None:
    dropped = zipped(pack, tmp_path / "north.cptrust")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(dropped))])
    window.inputs.take_mime(data)
    assert window.page == "trust"
    assert window.trust.source.text() == str(dropped)
    assert window.trust._notice.code == "pack.not-pinned"
    assert authorities(window) == []


def test_a_person_at_the_counter_goes_before_a_pack(window: CounterWindow, pack: Path) -> None:
    window.do(lambda: window.desk.choose(window.desk.tiles().tiles[0]))
    window.inputs.take_files([pack])
    assert window.page == "asking"


def test_the_pages_are_heard_reached_and_whole_in_twice_the_size(
    window: CounterWindow, desktop: Desktop, pack: Path
) -> None:
    for _ in range(2):
        type_source(window, str(pack))
        window.trust.add_button.click()
        assert window.page == "confirm"
        for faults in (windows.unnamed, windows.unreached, windows.guessing, windows.cut_off):
            assert faults(window) == []
        desktop.larger(100)
        window.resize(1024, 640)


def test_a_pack_is_told_from_a_picture(pack: Path, tmp_path: Path) -> None:
    text = tmp_path / "code.txt"
    text.write_text("CPA1:")
    assert is_published(pack)
    assert is_published(zipped(pack, tmp_path / "a.zip"))
    assert not is_published(text)
    assert not is_published(tmp_path / "none")


def zipped(pack: Path, out: Path) -> Path:
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(pack.rglob("*")):
            if path.is_file():
                archive.write(path, path.relative_to(pack).as_posix())
    return out


LET = "Let it count"


def counting(window: CounterWindow) -> list[str]:
    return [each.id for one in window.place.trust.purposes.registers for each in one.purposes]


def buttons(window: CounterWindow, said: str) -> list[QPushButton]:
    QApplication.processEvents()
    return [each for each in windows.shown(window) if isinstance(each, QPushButton) and each.text() == said]


def test_wider_purposes_wait_on_the_page_until_somebody_lets_them_count(
    window: CounterWindow, home: CounterHome, tmp_path: Path
) -> None:
    town = home.town
    there, town.folder = town.folder, tmp_path / "published"
    wider = purpose(readers=(PurposeReaders(ids=(OWN,)),))
    town.publish(LATER - timedelta(seconds=1), purposes=(wider,))
    published, town.folder = town.folder, there
    type_source(window, str(published))
    window.trust.update_button.click()
    (let,) = buttons(window, LET)
    said = [each.text() for each in windows.shown(window) if isinstance(each, QLabel)]
    assert "Harbour Borough lets counters do more" in said
    assert any("Counters may ask for: Family name" in each for each in said)
    assert counting(window) == []
    let.click()
    assert window.trust._notice.code == ""
    assert counting(window) == ["library.membership"]
    assert buttons(window, LET) == []
