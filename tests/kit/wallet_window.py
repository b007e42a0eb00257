"""A wallet's window with a wallet behind it, and a way to every page of it: for tests and for pictures."""

from __future__ import annotations

import atexit
import functools
import io
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from PIL import Image, ImageDraw
from PySide6.QtWidgets import QApplication, QLabel

from counterproof.desktop.background import ImmediateRunner
from tests.kit import windows
from tests.kit.sealing import CHEAP_KDF
from tests.kit.wallets import AGE, LIBRARY, MEALS, PERSON, RESIDENCY, WalletBox
from wallet import history
from wallet.flows.guard import Reason
from wallet.flows.online import OnlineVisit
from wallet.flows.opening import World
from wallet.flows.people import People, Person
from wallet.places import Places
from wallet.ui import (
    agencies,
    capture,
    card,
    first,
    get,
    home,
    online,
    rehearse,
    report,
    restore,
    safe,
    settings,
    slip,
    start,
)
from wallet.ui import history as history_pages
from wallet.ui.code import CodePage, FirstCodePage, RequestCodePage
from wallet.ui.consent import ConsentPage
from wallet.ui.window import WalletWindow

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from PySide6.QtWidgets import QWidget

    from counterproof.desktop.app import Desktop
    from wallet.cards import Card
    from wallet.holder import Holder
    from wallet.ui.base import Page

    P = TypeVar("P", bound=Page)

LONG: Mapping[str, Any] = {
    "family_name": "Wolfeschlegelsteinhausenbergerdorff-Ramachandran-von-und-zu-Hohenlohe-Schillingsfürst",
    "given_name": "अनन्या 王小明 عبد الرحمن Ottoline Zenobia Philippa Anastasia Wilhelmina",
    "resident_borough": "Saltmarsh-Quay-" * 8,
}
"""Names of the length and of the scripts that break layouts; 120 characters without a place to break."""

POOL = "pool.evening"
POOL_TITLE = {"en": "Evening swimming for adults", "et": "Täiskasvanute õhtune ujumine"}
"""A purpose for which paper is taken with a proof of age."""

LINK = "openid-credential-offer://?credential_offer_uri=https%3A%2F%2Fcards.harbour.example%2Foffers%2F1"
"""A link to an offer that is never followed."""

SPOOFS = [
    '<span style="color:green;font-size:400px">ACCEPTED</span>',
    "<img src=x width=9000>",
    "<table width=100000><tr><td>x</td></tr></table>",
    "&amp;<b>bold</b>",
    "\u202eVerified: on the list of Harbour Borough",
    "line\nline\r\nline",
    "a\u200bb\u200cc\u2060d",
    "%s%n{0}{name}",
    "x" * 140,
]
"""Texts that would mislead or break something if anybody took them for more than text."""

PLACES = (
    "family_name",
    "given_name",
    "resident_borough",
    "resident_address",
    "resident_city",
    "resident_postal_code",
    "card_number",
    "issuing_authority",
    "birth_place",
)
"""As many fields of a residency card that hold text."""


STORY = (
    "Harbour Borough Library desk 3, Town Hall Desk 3, HB-DESK-3",
    "Residents join free of charge. Rules of use, section 3. “Welcome” privacy@borough.example",
    "cards.harbour.example",
    "Library membership Evening swimming for adults",
    *(str(value) for values in (*PERSON.values(), LONG) for value in values.values()),
)
"""What the agency, the counter and the person of the story are called, and say: it stays as it is."""


def portrait() -> bytes:
    """Return a JPEG that looks like a portrait of nobody."""
    picture = Image.new("RGB", (300, 400), (190, 200, 210))
    draw = ImageDraw.Draw(picture)
    draw.ellipse((90, 80, 210, 230), fill=(150, 110, 90))
    draw.ellipse((50, 240, 250, 520), fill=(40, 80, 120))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=70)
    return out.getvalue()


def said(window: WalletWindow) -> str:
    """Return every label in sight, in one text."""
    QApplication.processEvents()
    return " ".join(each.text() for each in windows.shown(window) if isinstance(each, QLabel))


@functools.cache
def _filled(values: tuple[tuple[str, Any], ...]) -> Path:
    """Return a folder to copy: issuing, and every save's wait for the disk, are done once for all tests."""
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    box = WalletBox(folder)
    with box.holder() as holder:
        box.give(holder, RESIDENCY, {**PERSON[RESIDENCY], "portrait": portrait(), **dict(values)}, copies=6)
        box.give(holder, AGE, copies=6)
        box.give(holder, LIBRARY, copies=3)
        box.give(holder, MEALS, {"school": "Quay School"}, copies=1)
        box.register_purposes(
            box.purpose("resident_borough", "age_over_18", keep=["resident_borough"], slips=True),
            box.purpose("age_over_18", doc_type=AGE, slips=True, id=POOL, title=POOL_TITLE),
        )
    return folder


@dataclass
class WalletStage:
    """The window on a stage, and what stands behind it."""

    box: WalletBox
    window: WalletWindow
    person: Person
    held: Holder | None

    @classmethod
    def set_up(cls, box: WalletBox, desktop: Desktop, values: Mapping[str, Any] | None = None) -> WalletStage:
        """Put four cards into a wallet, register what the counter may ask, and open the window."""
        filled = _filled(tuple(sorted((values or {}).items())))
        shutil.copytree(filled, box.folder, dirs_exist_ok=True)
        box.clock.advance(5)
        holder = box.holder()
        places = Places(box.path, box.folder / "state")
        world = World(os.urandom, CHEAP_KDF, box.clock)
        window = WalletWindow(desktop, world, People(places, only=True), ImmediateRunner())
        window.resize(1280, 720)
        window.show()
        return cls(box, window, Person("", places), holder)

    def open(self) -> None:
        """Open the wallet, as the passphrase would."""
        if not self.window.is_open:
            holder = self.held or self.box.holder()
            self.held = None
            self.window.opened(self.person, holder)

    def close(self) -> None:
        """Close the window, and the wallet with it."""
        if self.held is not None:
            self.held.close()
        if self.window.page is not None:
            self.window.page.given_up = True
        self.window.close()
        self.window.deleteLater()

    def settle(self) -> None:
        """Let the window do what it has put off."""
        for _ in range(4):
            QApplication.processEvents()

    def now(self, kind: type[P]) -> P:
        """Return the page of the moment, which must be of this kind."""
        page = self.window.page
        assert isinstance(page, kind)
        return page

    def first(self) -> QWidget:
        """Return what has the keyboard when a page comes."""
        page = self.window.page
        assert page is not None
        assert page.first is not None
        return page.first

    def cards(self) -> list[Card]:
        """Return the cards: residency, age, library, meals."""
        return self.window.holder.cards()

    def ask(self, *names: str, stranger: bool = False) -> ConsentPage:
        """Let a counter ask, and return the page of consent."""
        self.open()
        self.window.go(capture.ShowPage)
        identity = self.box.stranger() if stranger else None
        request = self.box.ask({RESIDENCY: names or ("resident_borough", "age_over_18")}, identity=identity)
        page = self.window.page
        assert isinstance(page, capture.ShowPage)
        page.ask(request.request.to_message())
        asked = self.window.page
        assert isinstance(asked, ConsentPage)
        return asked

    def pages(self) -> Iterator[str]:
        """Go to one page after the other and yield what it is called in file names."""
        for name, go in self._places():
            go()
            self.settle()
            yield name

    def _go(self, making: Callable[[WalletWindow], Any]) -> Callable[[], None]:
        def going() -> None:
            self.open()
            self.window.go(making)

        return going

    def _places(self) -> Iterator[tuple[str, Callable[[], object]]]:
        go, window = self._go, self.window
        yield "01-welcome", lambda: window.go(start.WelcomePage)
        yield "02-passphrase", lambda: window.go(start.PassphrasePage)
        yield "03-unlock", lambda: window.go(lambda w: start.UnlockPage(w, self.person, Reason.IDLE))
        yield "04-forgotten", lambda: window.go(lambda w: restore.ForgottenPage(w, self.person))
        yield "05-restore", lambda: window.go(restore.RestorePage)
        yield "10-cards", go(home.HomePage)
        yield "11-card", go(lambda w: card.CardPage(w, self.cards()[0].id, 0))
        yield "12-card-signed", go(lambda w: card.CardPage(w, self.cards()[0].id, 1))
        yield "13-card-shown", go(lambda w: card.CardPage(w, self.cards()[0].id, 2))
        yield "14-get", go(get.GetPage)
        yield "15-offer", go(lambda w: get.OfferPage(w, self.box.offer(LIBRARY).to_bytes()))
        yield "16-request", self._request
        yield "16-request-code", self._request_code
        yield "16-link", go(online.LinkPage)
        yield "17-host", lambda: window.arrived([LINK])
        yield "18-private-host", go(lambda w: online.HostPage(w, self._visit(), "10.0.0.7"))
        yield "20-show", go(capture.ShowPage)
        yield "21-consent", self.ask
        yield "22-code", self._agree
        yield "23-over-asking", lambda: self.ask("resident_borough", "birth_date", "family_name")
        yield "24-unknown-reader", lambda: self.ask("age_over_18", stranger=True)
        yield "25-which-card", go(lambda w: first.PickCardPage(w, paper=False))
        yield "26-show-first", go(lambda w: first.FirstPage(w, self.cards()[1].id))
        yield "27-code-first", self._show_first
        yield "28-slip", go(lambda w: slip.SlipPage(w, self.cards()[1].id))
        yield "29-slip-made", self._make_slip
        yield "30-rehearsal", self._rehearse
        yield "40-history", go(history_pages.HistoryPage)
        yield "41-entry", go(lambda w: history_pages.EntryPage(w, self._entry().id))
        yield "42-report", go(lambda w: report.ReportPage(w, self._entry()))
        yield "50-settings", go(settings.SettingsPage)
        yield "51-safe", go(safe.SafePage)
        yield "52-backup", go(safe.BackupPage)
        yield "53-loss", go(safe.LossPage)
        yield "54-agencies", go(agencies.AgenciesPage)
        yield "55-add-agency", go(lambda w: agencies.AddAgencyPage(w, self.box.published))
        yield "60-deleted", self.delete
        yield "61-destroy", self._destroy

    def _request(self) -> None:
        page = get.OfferPage(self.window, self.box.offer(LIBRARY).to_bytes())
        self.window.go(lambda _: page)
        page.make_request()
        assert isinstance(self.window.page, get.RequestPage)

    def _request_code(self) -> None:
        assert isinstance(self.window.page, get.RequestPage)
        self.window.page.show_code()
        assert isinstance(self.window.page, RequestCodePage)

    def _visit(self) -> OnlineVisit:
        return OnlineVisit.follow(self.window.holder, LINK)

    def _agree(self) -> None:
        page = self.ask()
        page.agree()
        assert isinstance(self.window.page, CodePage)

    def _show_first(self) -> None:
        page = first.FirstPage(self.window, self.cards()[1].id)
        self.window.go(lambda _: page)
        next(iter(page.fields.boxes.values())).box.setChecked(True)
        page.show_code()
        assert isinstance(self.window.page, FirstCodePage)

    def _make_slip(self) -> None:
        page = slip.SlipPage(self.window, self.cards()[1].id)
        self.window.go(lambda _: page)
        next(iter(page.fields.boxes.values())).box.setChecked(True)
        assert page.purpose.purpose == POOL
        page.make()
        assert isinstance(self.window.page, slip.MadeSlipPage)

    def _rehearse(self) -> None:
        self.window.go(rehearse.TryPage)
        page = self.window.page
        assert isinstance(page, rehearse.TryPage)
        asked = {RESIDENCY: ["resident_borough", "resident_city"], LIBRARY: ["card_number"]}
        page.ask(self.box.ask(asked).request.to_message())

    def _entry(self) -> history.Entry:
        return next(e for e in reversed(history.entries(self.window.holder)) if e.record.leaf is not None)

    def delete(self) -> None:
        """Delete the last card."""
        page = card.CardPage(self.window, self.cards()[-1].id)
        self.window.go(lambda _: page)
        page.delete()

    def _destroy(self) -> None:
        from wallet.flows import trash  # noqa: PLC0415 - one use

        gone = trash.deleted(self.window.holder)[0]
        self.window.go(lambda w: card.DestroyPage(w, gone))
