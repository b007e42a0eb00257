"""One agency, and a fresh copy of the folder that it published for each test."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from counterproof.trust.confirming import expecting
from counterproof.trust.store import TrustStore
from tests.kit.certificates import AT
from tests.kit.published import Publisher

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def publisher() -> Publisher:
    return Publisher()


@pytest.fixture(scope="session")
def pristine(publisher: Publisher, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return publisher.publish(tmp_path_factory.mktemp("published") / "out")


@pytest.fixture
def folder(pristine: Path, tmp_path: Path) -> Path:
    copy = tmp_path / "out"
    shutil.copytree(pristine, copy)
    return copy


@pytest.fixture
def store(publisher: Publisher, folder: Path, tmp_path: Path) -> TrustStore:
    store = TrustStore(tmp_path / "store")
    store.add(folder, confirm=expecting(publisher.fingerprint), at=AT)
    return store
