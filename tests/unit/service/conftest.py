"""The service on both databases, with nothing else changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.kit.databases import database, postgresql
from tests.kit.service import Running, running

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["database", "postgresql"]


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory, database: str | None) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("service"), register=database) as started:
        yield started
