"""What the window does around the page of the counter itself: files in and out, questions kept."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog

from counterproof.mdoc.errors import CounterproofError
from counterproof.optics.files import read_regular
from counterproof.sealing import files
from counterproof.sealing.kdf import STANDARD
from counterproof.words.language import tr
from verifier.flow import upkeep
from verifier.founding import REQUEST
from verifier.home import NamedRequest, NamedWish
from verifier.ui.unlock import ask_passphrase

if TYPE_CHECKING:
    from collections.abc import Callable

    from counterproof.sealing.kdf import KdfPolicy
    from verifier.ui.window import CounterWindow

_KINDS: Final = "*.pem *.crt *.cer *.der"


class DeskArea(QObject):
    """Follows the page of a window for as long as the window lives."""

    def __init__(self, window: CounterWindow, policy: KdfPolicy = STANDARD) -> None:
        super().__init__(window)
        self._window, self._policy = window, policy

    def show(self) -> None:
        """Bring the page up to date before it is shown."""
        self._window.desk_page.tell(None)
        self._describe()

    def save_request(self, out: Path) -> None:
        """Write the request for a certificate."""

        def write() -> str:
            made = upkeep.request_again(self._window.place, self._passphrase(), self._policy)
            files.write_atomic(out, made)
            return tr("Saved. Give {path} to your agency.").format(path=out)

        self._do(write)

    def install(self, path: Path) -> None:
        """Install the certificate that came back."""

        def read() -> str:
            upkeep.install(self._window.place, read_regular(path), self._passphrase(), self._policy)
            return tr("The certificate is installed.")

        self._do(read)

    def save(self) -> None:
        """Save what was typed and ticked."""
        page, place = self._window.desk_page, self._window.place

        def keep() -> str:
            name = page.name.text.strip()
            wish = NamedWish(doc_type=str(page.type.currentData()), fields=page.asked)
            named = NamedRequest(purpose=page.purpose.text.strip(), wishes=(wish,), keep=page.kept)
            upkeep.save_question(place, name, named)
            page.saved()
            return tr("Saved. It is a tile on the first page now.")

        self._do(keep)

    def drop(self, name: str) -> None:
        """Let a saved question go."""

        def forget() -> str:
            upkeep.drop_question(self._window.place, name)
            return tr("Removed.")

        self._do(forget)

    def _passphrase(self) -> str:
        place = self._window.place
        return ask_passphrase(place) if place.key_is_sealed else ""

    def _do(self, act: Callable[[], str]) -> None:
        try:
            said = act()
        except CounterproofError as error:
            self._window.desk_page.tell(error)
            return
        self._describe()
        self._window.desk.renew()
        self._window.desk_page.tell(None, said)

    def _describe(self) -> None:
        window = self._window
        try:
            found = upkeep.certified(window.place)
        except CounterproofError as error:
            window.desk_page.tell(error)
            found = upkeep.Certified(None)
        window.desk_page.show_place(window.place, found, window.place.types())


def connect_desk(window: CounterWindow) -> None:
    """Connect the page, which is made anew with each language."""
    page, area = window.desk_page, window.desk_area

    def choose_out() -> None:
        name, _ = QFileDialog.getSaveFileName(window, tr("Where to save it"), REQUEST)
        if name:
            area.save_request(Path(name))

    def choose_in() -> None:
        kinds = f"{tr('Certificates')} ({_KINDS})"
        name, _ = QFileDialog.getOpenFileName(window, tr("The certificate from your agency"), "", kinds)
        if name:
            area.install(Path(name))

    page.request_file.connect(choose_out)
    page.install.connect(choose_in)
    page.save.connect(area.save)
    page.drop.connect(area.drop)
    window.settings.desk.connect(lambda: window.open_page("desk"))
    window.idle.set_up.connect(lambda: window.open_page("desk"))
    page.back.connect(lambda: window.open_page(""))
