"""The commands of an agency as a program for `tests.kit.forkserver`; what serves is the service itself."""

from __future__ import annotations

import issuer.service.running  # noqa: F401 - imported before the fork, as it takes a second
from issuer.cli import main as commands
from tests.kit import faults


def main(words: list[str]) -> None:
    """Run a command."""
    faults.ready()
    commands(words)
