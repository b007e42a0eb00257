"""A place for a register: a SQLite file, and PostgreSQL with nothing else changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from issuer.register import store
from tests.kit import token
from tests.kit.databases import database, postgresql

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import URL, Engine

    from tests.kit import postgres

__all__ = ["database", "place", "postgresql"]


@pytest.fixture(scope="session")
def found_tokens() -> Iterator[token.Tokens | None]:
    """Give tokens to every module of a process: SoftHSM2 reads where they are but once in it."""
    made = token.tokens()
    yield made
    if made is not None:
        made.remove()


@pytest.fixture(params=["sqlite", "postgresql"])
def place(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Path | str]:
    """Give where a register can be founded, once in a file and once on a server."""
    engines: list[Engine] = []
    make = store._engine

    def noted(url: URL) -> Engine:
        engines.append(make(url))
        return engines[-1]

    monkeypatch.setattr(store, "_engine", noted)
    if request.param == "sqlite":
        yield tmp_path / "register.db"
    else:
        server: postgres.Server = request.getfixturevalue("postgresql")
        yield server.url()
    for engine in engines:
        engine.dispose()
