"""The two databases that a register can be in, as fixtures for the tests that run on both."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.kit import postgres

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def postgresql() -> Iterator[postgres.Server]:
    """Give a server of this run's own."""
    for server in postgres.serve():
        if server is None:
            pytest.skip(postgres.MISSING)
        yield server


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> str | None:
    """Give the address of an empty place on a server; None is for a file in the agency's folder."""
    if request.param == "sqlite":
        return None
    server: postgres.Server = request.getfixturevalue("postgresql")
    return server.url()
