"""What holds for every test: English, whatever the machine speaks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from counterproof.words import language

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")
    language.use("en")
    yield
    language.use("en")
