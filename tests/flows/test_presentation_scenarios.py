"""What must hold between a wallet and a counter where nothing but plain words can help."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.kit.scenarios import scenario
from tests.kit.wallets import RESIDENCY, WalletBox

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


@scenario("relay")
def test_a_relayed_request_still_says_whose_it_is_and_what_for(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Nothing stops a relay; the victim sees the counter's true name, and the limits say so plainly."""
    box = WalletBox(tmp_path)
    with box.holder() as holder:
        box.give(holder, RESIDENCY)
        box.register("family_name")
        view = box.read(holder, box.ask({RESIDENCY: ["family_name"]}, label="Your bank")).view
        assert (view.asker.verified, view.asker.name) == (True, "Harbour Library, desk 3")
        assert view.registration is not None
        assert view.registration.title == "Library membership"
    limits = (request.config.rootpath / "docs" / "qr-exchange.md").read_text("utf-8")
    assert "Relay" in limits
