"""The service under load, killed in the middle: what a wallet holds, the register knows."""

from __future__ import annotations

import os

import pytest
from click.testing import CliRunner

from bench import service as bench
from tests.kit import postgres

SECONDS = float(os.environ.get("COUNTERPROOF_LOAD_SECONDS", "300"))


def _run(database: str, *, copies: int, seconds: float, kill: bool) -> dict[str, object]:
    with bench.office(database) as place:
        return bench.run(place, copies, seconds=seconds, clients=4, kill=kill)


def test_a_service_killed_under_load_has_recorded_whatever_left() -> None:
    found = _run("sqlite", copies=3, seconds=4, kill=True)
    assert found["sent again"], "the service was not killed while wallets asked"


def test_a_database_that_is_not_known_is_refused_by_name_and_measures_nothing() -> None:
    done = CliRunner().invoke(bench.main, ["--database", "postgres"])
    assert done.exit_code == 2
    assert "postgres is no database: sqlite, postgresql, or an address with ://" in done.output


@pytest.mark.scenario("issuer", "load")
@pytest.mark.slow
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
@pytest.mark.parametrize("kill", [False, True])
def test_minutes_of_load_lose_nothing_and_keep_memory_flat(database: str, *, kill: bool) -> None:
    if database == "postgresql" and postgres.programs() is None:
        pytest.skip(postgres.MISSING)
    found = _run(database, copies=30, seconds=SECONDS, kill=kill)
    assert not found["refused"]
    if not kill:
        assert found["second half / first half"] <= bench.GROWTH_GOAL  # type: ignore[operator]
