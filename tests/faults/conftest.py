"""A table of what was tried, at the end of a run: `make faults` prints the figures that the pages have."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

_PROPERTY = "faults tried"


@pytest.fixture
def tried(record_property: Callable[[str, object], None]) -> Callable[[str, int], None]:
    """Return what notes how often something was tried; it counts where the test passes."""

    def note(what: str, times: int) -> None:
        record_property(_PROPERTY, (what, times))

    return note


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print how often each thing was tried, of tests that passed."""
    totals: dict[str, int] = {}
    for report in terminalreporter.stats.get("passed", ()):
        for name, value in getattr(report, "user_properties", ()):
            if name == _PROPERTY:
                what, times = value
                totals[what] = totals.get(what, 0) + times
    if totals:
        terminalreporter.section("faults tried; nothing corrupt, nothing acknowledged lost")
        for what, times in sorted(totals.items()):
            terminalreporter.line(f"{times:7,}  {what}")
