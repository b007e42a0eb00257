"""Where a wallet lies when nobody says otherwise (XDG Base Directory Specification)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

SUFFIX = ".cpwallet"


@dataclass(frozen=True, slots=True)
class Places:
    """The wallet's file, the folder of the agencies that it trusts beside it, and where marks are kept."""

    wallet: Path
    state: Path

    @property
    def trust(self) -> Path:
        """The folder of what agencies publish, as this wallet keeps it."""
        return self.wallet.with_name(self.wallet.name + ".trust")

    @classmethod
    def of(cls, environment: Mapping[str, str], wallet: Path | None = None) -> Places:
        """Return the places for a wallet's file, by default the user's own."""
        named = environment.get("COUNTERPROOF_WALLET")
        chosen = wallet or (Path(named) if named else None)
        data = _base(environment, "XDG_DATA_HOME", ".local/share")
        state = _base(environment, "XDG_STATE_HOME", ".local/state")
        return cls(wallet=chosen or data / "counterproof" / f"wallet{SUFFIX}", state=state / "counterproof")


def _base(environment: Mapping[str, str], name: str, default: str) -> Path:
    """Return a base folder; a relative one is to be ignored, says the specification."""
    given = Path(environment.get(name, ""))
    return given if given.is_absolute() else Path(environment.get("HOME", "~")).expanduser() / default
