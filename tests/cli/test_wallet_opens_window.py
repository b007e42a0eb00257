"""`wallet` without a command: the window, or where no screen is a word on what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.kit.wallets import WalletBox

if TYPE_CHECKING:
    from pathlib import Path


def test_without_a_screen_it_says_so_and_names_the_commands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    ran = WalletBox(tmp_path).run()
    assert ran.exit_code == 2
    assert "no screen here" in ran.output
    assert "wallet --help" in ran.output


@pytest.mark.parametrize("word", ["--help", "list"])
def test_a_command_loads_no_window(tmp_path: Path, word: str) -> None:
    ran = WalletBox(tmp_path).run(word)
    assert "no screen" not in ran.output
