"""A request carried here from a counter far away: nothing stops it, so it must say what it is for."""

from __future__ import annotations

from pathlib import Path

from tests.kit.wallets import PURPOSE, RESIDENCY, WalletBox
from wallet.cli.consent_text import lines

DOCS = Path(__file__).parents[2] / "docs"


def test_relay(tmp_path: Path) -> None:
    box = WalletBox(tmp_path)
    with box.holder() as holder:
        box.give(holder, RESIDENCY)
        view = box.read(holder, box.ask({RESIDENCY: ["family_name"]})).view
        assert view.asker.verified
        said = "\n".join(lines(view))
    assert view.asker.name in said
    assert view.match_number in said
    assert (view.registration.title if view.registration is not None else PURPOSE) in said


def test_what_remains_is_written_down() -> None:
    for name in ("qr-exchange.md", "guide-resident.md", "guide-clerk.md"):
        assert "far away" in (DOCS / name).read_text("utf-8"), name
