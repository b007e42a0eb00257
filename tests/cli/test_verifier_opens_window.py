"""`verifier open`: what a double click calls; where no screen is, a word on what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.kit.counter_home import CounterHome

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("named", [True, False])
def test_without_a_screen_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, named: bool) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    pack = tmp_path / "north.cptrust"
    pack.write_bytes(b"PK\x03\x04")
    ran = CounterHome(tmp_path / "home").run("open", *([str(pack)] if named else []))
    assert ran.exit_code == 2
    assert "no screen here" in ran.output


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    ran = CounterHome(tmp_path / "home").run("open", str(tmp_path / "none.cptrust"))
    assert ran.exit_code == 2
    assert "does not exist" in ran.output
