"""Whole programs under a wrong clock (`faketime`): it is said, nothing is poisoned, zones have no effect."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.kit.counter_home import CounterHome
from tests.kit.sources import ROOT

FAKETIME = shutil.which("faketime")
SCENARIOS = "trust-list-and-status-updates"
pytestmark = pytest.mark.skipif(
    FAKETIME is None, reason="faketime is not installed (Debian: apt install faketime)"
)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> CounterHome:
    return CounterHome(tmp_path_factory.mktemp("counter")).found()


def run(
    home: CounterHome, at: datetime, *arguments: str, zone: str = "UTC"
) -> subprocess.CompletedProcess[str]:
    """Run a command of the counter as its own process, with the system's clock at `at`."""
    told = {name: value for name, value in os.environ.items() if name != "COUNTERPROOF_AT"}
    told |= {
        "COUNTERPROOF_COUNTER": str(home.folder),
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "TZ": zone,
    }
    assert FAKETIME is not None
    local = at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
    command = [FAKETIME, "-f", f"@{local}"] if zone == "UTC" else [FAKETIME, f"{local} UTC"]
    return subprocess.run(
        [*command, sys.executable, "-m", "verifier", *arguments],
        cwd=ROOT,
        env=told,
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )


def shown(home: CounterHome, at: datetime, zone: str = "UTC") -> dict[str, Any]:
    done = run(home, at, "trust", "show", "--json", zone=zone)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    seen = datetime.fromisoformat(found["at"])
    assert abs(seen - at) < timedelta(minutes=3), "the process runs under the clock that was set"
    return found


@pytest.mark.scenario(SCENARIOS, "clock-back-year")
@pytest.mark.scenario(SCENARIOS, "clock-rtc-dead")
@pytest.mark.parametrize("at", ["2025-06-01T12:00:00+00:00", "1970-01-02T00:00:00+00:00"])
def test_a_program_whose_clock_is_behind_says_so(home: CounterHome, at: str) -> None:
    found = shown(home, datetime.fromisoformat(at))
    assert found["notices"] == ["clock.before-floor"]
    said = run(home, datetime.fromisoformat(at), "trust", "show")
    assert "set the date and time" in said.stdout


@pytest.mark.scenario(SCENARIOS, "clock-forward-30y")
def test_a_program_thirty_years_ahead_leaves_nothing_behind(home: CounterHome) -> None:
    far, now = home.at + timedelta(days=30 * 365), home.at
    before = shown(home, now)
    assert before["notices"] == []
    assert shown(home, far)["notices"] == ["clock.far-ahead"]
    refused = run(home, far, "trust", "update", str(home.town.folder))
    assert refused.returncode != 0
    assert "Traceback" not in refused.stderr
    after = shown(home, now)
    assert (after["floor"], after["notices"]) == (before["floor"], [])
    assert after["agencies"][0]["enough_until"] == before["agencies"][0]["enough_until"]


@pytest.mark.scenario(SCENARIOS, "clock-dst")
@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Kolkata", "Pacific/Kiritimati"])
def test_a_time_zone_changes_nothing_that_a_program_believes(home: CounterHome, zone: str) -> None:
    here, there = shown(home, home.at), shown(home, home.at, zone)
    assert _without_moments(here) == _without_moments(there)


def _without_moments(value: Any) -> Any:
    """Leave out what the seconds between two runs change."""
    if isinstance(value, dict):
        return {name: _without_moments(each) for name, each in value.items() if name not in {"age", "at"}}
    return [_without_moments(each) for each in value] if isinstance(value, list) else value
