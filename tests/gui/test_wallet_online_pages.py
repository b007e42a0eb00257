"""A card over a real connection on loopback, page by page."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QLineEdit, QPushButton

from counterproof.desktop.background import ImmediateRunner
from counterproof.mdoc.errors import UsageError
from counterproof.optics import draw
from tests.kit import windows
from tests.kit.online_wallet import OnlineBox
from tests.kit.sealing import CHEAP_KDF
from tests.kit.service import Running, running
from tests.kit.wallet_window import said
from wallet.flows.opening import World
from wallet.flows.people import People, Person
from wallet.online.addresses import Guide
from wallet.online.agency import AgencyService
from wallet.places import Places
from wallet.ui.get import ArrivedPage, GetPage
from wallet.ui.online import HostPage, LinkPage, OfferedPage, WaitingPage
from wallet.ui.window import WalletWindow

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from counterproof.desktop.app import Desktop


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("service")) as started:
        yield started


@pytest.fixture
def window(tmp_path: Path, desktop: Desktop, qtbot: QtBot, service: Running) -> Iterator[WalletWindow]:
    del qtbot
    box = OnlineBox(tmp_path, service)
    places = Places(box.path, tmp_path / "state")
    world = World(os.urandom, CHEAP_KDF, service.clock, development=True)
    made = WalletWindow(desktop, world, People(places, only=True), ImmediateRunner())
    made.resize(1280, 720)
    made.show()
    made.opened(Person("", places), box.holder())
    yield made
    made.close()
    made.deleteLater()


def press(window: WalletWindow, words: str) -> None:
    found = [each for each in windows.shown(window) if isinstance(each, QPushButton) and each.text() == words]
    assert found, f"no button says {words!r}"
    found[0].click()


def type_code(window: WalletWindow, code: str | None) -> None:
    page = window.page
    assert isinstance(page, OfferedPage)
    assert code is not None
    page.findChildren(QLineEdit)[0].setText(code)
    press(window, "Get this card")


def test_a_link_becomes_a_card_page_by_page(window: WalletWindow, service: Running) -> None:
    made = service.offer(copies=3)
    window.go(GetPage)
    press(window, "A card over the internet")
    page = window.page
    assert isinstance(page, LinkPage)
    page.link.field.setText(made.link)
    press(window, "Look at the link")
    assert isinstance(window.page, HostPage)
    assert service.url.removeprefix("http://") in said(window)
    press(window, "Connect")
    assert "Harbour Borough" in said(window)
    press(window, "Get this card")
    assert "code" in said(window)
    type_code(window, "1")
    assert "Nothing was sent" in said(window)
    type_code(window, made.tx_code)
    assert isinstance(window.page, ArrivedPage)
    assert "All 3 copies were checked" in said(window)
    assert len(window.holder.cards()) == 1


def test_no_connects_to_nobody(
    window: WalletWindow, service: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(AgencyService, "__init__", lambda *_: pytest.fail("a connection was prepared"))
    window.arrived([service.offer().link])
    assert isinstance(window.page, HostPage)
    press(window, "Don't")
    assert isinstance(window.page, GetPage)


def test_a_picture_of_the_link_and_a_wrong_link(
    window: WalletWindow, service: Running, tmp_path: Path
) -> None:
    window.go(LinkPage)
    page = window.page
    assert isinstance(page, LinkPage)
    page.link.field.setText("https://agency.example/offer")
    page.look()
    assert page.isVisible()
    assert "online." in said(window)
    (tmp_path / "link.png").write_bytes(draw.link_png(service.offer().short_link))
    page.dropped([str(tmp_path / "link.png")])
    assert isinstance(window.page, HostPage)


def test_a_private_address_needs_a_yes_of_its_own(
    window: WalletWindow, service: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Guide.destination

    def strict(self: Guide, origin: object) -> str:
        if "127.0.0.1" not in self.private:
            raise UsageError("online.private-address", host="127.0.0.1")
        return real(self, origin)  # type: ignore[arg-type]

    monkeypatch.setattr(Guide, "destination", strict)
    window.arrived([service.offer().link])
    press(window, "Connect")
    assert "private network" in said(window)
    press(window, "It is there: connect")
    assert isinstance(window.page, OfferedPage)


def test_a_break_goes_on_without_the_code(
    window: WalletWindow, service: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = service.offer(copies=2)
    window.arrived([made.link])
    press(window, "Connect")
    with monkeypatch.context() as broken:
        broken.setattr(AgencyService, "credentials", _unreachable)
        type_code(window, made.tx_code)
    assert "cannot be reached" in said(window)
    press(window, "Go on where it broke off")
    assert isinstance(window.page, ArrivedPage)


def _unreachable(*_arguments: object, **_options: object) -> None:
    raise UsageError("online.unreachable", host="agency.example")


def test_what_the_office_decides_is_asked_for_again(window: WalletWindow, service: Running) -> None:
    made = service.offer(copies=2, needs_decision=True)
    window.arrived([made.link])
    press(window, "Connect")
    type_code(window, made.tx_code)
    assert isinstance(window.page, WaitingPage)
    application = service.agency.register.online.applications(subject="A-17")[-1]
    service.agency.online.decide(application.application_id, approve=True, reason="papers-checked")
    service.clock.advance(31)
    window.go(LinkPage)
    assert "Under way at" in said(window)
    press(window, "Ask again")
    assert isinstance(window.page, ArrivedPage)
