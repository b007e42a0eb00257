"""Pictures of every page of both windows, to be looked at: `make screenshots`.

Made from real documents of a made-up agency, without a screen, into `screenshots/`, which git ignores:
light, dark, high contrast, 200 %, longer words, right to left. `--docs` writes those of the guides instead.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import click
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest

from counterproof.desktop.app import Appearance, Desktop, Preferences, application
from counterproof.desktop.scanner import Camera, Look
from counterproof.desktop.theme import Mode
from counterproof.optics.aiming import Hint
from counterproof.optics.collect import Collected
from counterproof.optics.draw import modules
from counterproof.optics.kinds import Kind
from issuer.portrait import compress
from tests.kit.clerk import ELEMENTS, RESIDENCY
from tests.kit.counter_gui import window_of
from tests.kit.counter_home import text_of
from tests.kit.counter_window import OpenDesk, founded
from tests.kit.portraits import face, saved
from tests.kit.wallet_window import WalletStage
from tests.kit.wallets import WalletBox
from tests.kit.webcam import Webcam
from verifier.flow.drill import Meeting, Scored
from verifier.lists import only_publisher

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.kit.counter_home import CounterHome
    from tests.simulators.holder import Holder
    from verifier.ui.window import CounterWindow

ROOT: Final = Path(__file__).resolve().parent.parent
OUT: Final = ROOT / "screenshots"
IMAGES: Final = ROOT / "docs" / "images"
SIZE: Final = (1280, 720)
SMALL: Final = (1024, 640)
Looks = dict[str, tuple[Appearance, tuple[int, int]]]

LOOKS: Final[Looks] = {
    "light": (Appearance(Mode.LIGHT, language="en", sound=False), SIZE),
    "dark": (Appearance(Mode.DARK, language="en", sound=False), SIZE),
    "contrast": (Appearance(Mode.CONTRAST, language="en", sound=False), SIZE),
    "200": (Appearance(Mode.LIGHT, 200, language="en", sound=False), SMALL),
    "hindi": (Appearance(Mode.LIGHT, language="hi", sound=False), SIZE),
    "right-to-left": (Appearance(Mode.LIGHT, language="ar-XB", sound=False), SIZE),
}
_DOCS: Final = {
    **{name: name for name in ("idle", "asking", "accepted", "refused", "undecided")},
    "drill-verdict": "practice",
}
_WALLET_DOCS: Final = {"10-cards": "cards", "21-consent": "consent", "22-code": "code"}
_TO_THE_SIDE: Final = ("trust", "journal", "settings")


def resident(home: CounterHome) -> Holder:
    """Return somebody with a long name and a portrait."""
    holder = home.town.resident()
    elements: dict[str, dict[str, Any]] = {space: dict(items) for space, items in ELEMENTS[RESIDENCY].items()}
    elements[RESIDENCY] |= {"family_name": "Tamm", "given_name": "Maia Liis", "resident_borough": "Harbour"}
    elements[RESIDENCY]["portrait"] = compress(saved(face(), "JPEG"))
    holder.receive(home.town.agency, RESIDENCY, elements)
    return holder


def pages(desk: OpenDesk, window: CounterWindow, holder: Holder) -> Iterator[str]:
    """Bring up one page after the other, as a day at a counter does."""
    yield "idle"
    yield from _handing_on(desk, window)
    flow, tiles = desk.desk, desk.desk.tiles().tiles
    window.idle.chosen.emit(tiles[2])
    old = Collected(Kind.ANSWER, desk.answer(holder).m)
    window.asking.show_cameras((Camera("", "Integrated camera"),), None)
    window.asking.camera.show_frame(_seen(text_of(Kind.ANSWER, desk.answer().m)))
    window.asking.looked(Look(Hint.CLOSER))
    yield "asking"
    window.inputs.collected.emit(old)
    yield "accepted"
    window.next_person()
    window.idle.chosen.emit(tiles[0])
    window.inputs.collected.emit(old)
    yield "refused"
    window.next_person()
    desk.clock.advance(9 * 86_400)
    window.idle.chosen.emit(tiles[1])
    window.inputs.collected.emit(Collected(Kind.ANSWER, desk.answer().m))
    yield "undecided"
    flow.look_by_hand()
    window.refresh()
    yield "by-hand"
    window.next_person()
    for name in _TO_THE_SIDE:
        window.open_page(name)
        yield name
    window.open_page("")
    yield from _practice(window)


def _handing_on(desk: OpenDesk, window: CounterWindow) -> Iterator[str]:
    """Bring up both pages of lists that go from screen to screen."""
    window.open_page("trust")
    window.trust.screen_button.click()
    yield "read-lists"
    window.read_lists.back.emit()
    window.lists_area.hand_on(only_publisher(window.place.trust.describe(desk.clock.now())))
    yield "show-lists"
    window.open_page("")


def _practice(window: CounterWindow) -> Iterator[str]:
    """Bring up a drill: how it begins, one person with a card, and the score."""
    window.open_page("drill")
    yield "drill"
    shown = False
    while (drill := window.drill_area.drill) is not None and not isinstance(drill.state, Scored):
        window.drill.press(Qt.Key.Key_Space, " ")
        if isinstance(drill.state, Meeting):
            wanted = not shown and drill.situation.name == "card-proven"
            if wanted:
                yield "drill-person"
            window.drill.press(Qt.Key.Key_Space, " ")
            if wanted:
                yield "drill-verdict"
            window.drill.press(Qt.Key.Key_2, "2")
            if wanted:
                yield "drill-lesson"
            shown = shown or wanted
    yield "drill-score"
    window.drill.leave.emit()


def _seen(text: str) -> QImage:
    """Return what a webcam sees of a code, in colour."""
    grey = Webcam(1_000_041, "mild", 3.4, size=(1280, 720)).see(modules(text)).frame
    return QImage(grey.tobytes(), 1280, 720, 1280, QImage.Format.Format_Grayscale8).copy()


def _counter(scratch: Path, looks: Looks, folder: Path, *, docs: bool) -> None:
    """Write the pages of the counter; those of the guides alone where `docs` says so."""
    app = application("verifier", "Counter")
    home = founded(scratch / "town")
    home.good(
        *("request", "--type", "residency", "--fields", "family_name,given_name,portrait"),
        *("--purpose", "library.card", "--save", "new-library-card"),
    )
    holder = resident(home)
    for name, (appearance, size) in looks.items():
        desktop = Desktop(app, Preferences(scratch / f"{name}.ini"))
        desktop.choose(appearance)
        desk = OpenDesk(home, scratch / name)
        window = window_of(desk, desktop)
        window.resize(*size)
        window.show()
        for page in pages(desk, window, holder):
            QTest.qWait(60)
            if not docs or page in _DOCS:
                file = f"counter-{_DOCS[page]}.png" if docs else f"{page}-{name}.png"
                window.grab().save(str(folder / file))
        window.close()
        desktop.deleteLater()


def _wallet(scratch: Path, looks: Looks, folder: Path, *, docs: bool) -> None:
    """Write the pages of the wallet; those of the guides alone where `docs` says so."""
    app = application("wallet", "Wallet")
    for name, (appearance, size) in looks.items():
        desktop = Desktop(app, Preferences(scratch / f"wallet-{name}.ini"))
        desktop.choose(appearance)
        stage = WalletStage.set_up(WalletBox(scratch / f"wallet-{name}"), desktop)
        stage.window.resize(*size)
        for page in stage.pages():
            QTest.qWait(60)
            if not docs or page in _WALLET_DOCS:
                file = f"wallet-{_WALLET_DOCS[page]}.png" if docs else f"wallet-{page}-{name}.png"
                stage.window.grab().save(str(folder / file))
        stage.close()
        desktop.deleteLater()


@click.command()
@click.argument("wanted", nargs=-1, type=click.Choice([*LOOKS, "counter", "wallet"]))
@click.option("--docs", is_flag=True, help="Write the pictures of the guides instead, in light colours.")
def main(wanted: tuple[str, ...], *, docs: bool) -> None:
    """Write pictures of every page in every look, or in the looks and of the window that are named."""
    named = {name for name in wanted if name in LOOKS} or set(LOOKS)
    looks = {name: look for name, look in LOOKS.items() if name in ({"light"} if docs else named)}
    folder = IMAGES if docs else OUT
    folder.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        if "wallet" not in wanted:
            _counter(Path(scratch), looks, folder, docs=docs)
        if "counter" not in wanted:
            _wallet(Path(scratch), looks, folder, docs=docs)
    click.echo(f"Pictures: {folder.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
