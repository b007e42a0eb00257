"""Status lists made of the ones before: a few hundred bytes over a network, the very list or nothing."""

from __future__ import annotations

import copy
import hashlib
import random
import shutil
from typing import TYPE_CHECKING

import pytest

from counterproof.mdoc.errors import LimitError, StoreError
from counterproof.mdoc.lists.status_delta import build_status_delta
from counterproof.mdoc.lists.status_list import StatusList
from counterproof.mdoc.lists.status_token import build_status_token
from counterproof.trust.confirming import expecting
from counterproof.trust.pack import layout
from counterproof.trust.pack.limits import LIMITS
from counterproof.trust.pack.sources import FolderSource
from counterproof.trust.store import TrustStore
from counterproof.trust.succession import Action
from tests.kit.certificates import AT
from tests.kit.packs import DAY, Counter
from tests.kit.published import URI, Publisher

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from counterproof.trust.succession import ChangeSummary

ENTRIES = 200_000
DICE = random.Random(53)
REVOKED = DICE.sample(range(ENTRIES), 2_000)
LATER = DICE.sample(range(ENTRIES), 20)


def token(publisher: Publisher, at: datetime, revoked: list[int], size: int = ENTRIES) -> bytes:
    entries = StatusList.empty(size)
    for index in revoked:
        entries.set(index, 1)
    return build_status_token(
        publisher.signer,
        [publisher.signer_certificate],
        uri=URI,
        issued_at=at,
        expires_at=at + 7 * DAY,
        ttl=None,
        status_list=entries,
    )


class Far(FolderSource):
    """A folder that counts what is read from it, as a network would be paid for."""

    is_far = True

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.sizes: dict[str, int] = {}

    def read(self, path: str, limit: int) -> bytes | None:
        content = super().read(path, limit)
        self.sizes[path] = len(content) if content is not None else 0
        return content

    def lists(self) -> list[int]:
        """Return the sizes of the whole status lists that were read."""
        return [size for path, size in self.sizes.items() if "/status/" in path]

    def deltas(self) -> list[int]:
        return [size for path, size in self.sizes.items() if path.startswith("deltas/")]


class Desk(Counter):
    """A counter whose agency has a long list, and yesterday's list with today's pack beside it."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.publisher = self.operator.agencies["harbour"]
        self.old = token(self.publisher, AT + DAY, REVOKED)
        self.new = token(self.publisher, AT + 2 * DAY, REVOKED + LATER)
        self.publish(1, agency={"harbour": {"status_lists": (self.old,)}})
        self.update(1)
        self.publish(2, agency={"harbour": {"status_lists": (self.new,)}})
        self.delta.parent.mkdir()
        self.delta.write_bytes(build_status_delta(self.old, self.new))

    @property
    def delta(self) -> Path:
        names = (hashlib.sha256(each).hexdigest() for each in (self.old, self.new))
        return self.pack / layout.delta_name(*names)

    @property
    def whole(self) -> Path:
        name = hashlib.sha256(self.new).hexdigest()
        (found,) = (self.pack / "targets" / "agencies" / "harbour" / "status").glob(f"{name}.*")
        return found

    def copied(self, folder: Path) -> Desk:
        """Return the same in another folder."""
        shutil.copytree(self.folder, folder)
        made = copy.copy(self)
        made.folder, made.pack, made.store = folder, folder / "pack", TrustStore(folder / "store")
        return made

    def take(self, source: FolderSource) -> ChangeSummary:
        return self.store.take_pack(source, at=AT + 2 * DAY)


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return Desk(tmp_path_factory.mktemp("first"))


@pytest.fixture
def desk(first: Desk, tmp_path: Path) -> Desk:
    return first.copied(tmp_path / "desk")


def test_over_a_network_the_delta_alone_comes(desk: Desk) -> None:
    source = Far(desk.pack)
    assert desk.take(source).action is Action.UPDATED
    assert source.lists() == []
    (size,) = source.deltas()
    assert size < len(desk.new) / 8
    (status,) = desk.trust.agencies[0].status_lists
    assert status.issued_at == AT + 2 * DAY
    assert [status.status_list.get(index) for index in LATER] == [1] * len(LATER)
    assert desk.new in desk.held()


def test_from_a_stick_the_whole_list_is_quicker(desk: Desk) -> None:
    desk.delta.write_bytes(b"not looked at")
    desk.take(FolderSource(desk.pack))
    assert desk.new in desk.held()


def test_a_stick_without_the_whole_list_is_enough(desk: Desk) -> None:
    desk.whole.unlink()
    desk.take(FolderSource(desk.pack))
    assert desk.new in desk.held()


def hostile() -> dict[str, Callable[[Desk], bytes]]:
    other = StatusList.empty(ENTRIES)
    return {
        "empty": lambda _: b"",
        "no CBOR": lambda _: b"\xff" * 200,
        "cut": lambda desk: desk.delta.read_bytes()[:-1],
        "longer": lambda desk: desk.delta.read_bytes() + b"\x00",
        "flipped": lambda desk: bytes([*desk.delta.read_bytes()[:-40], 7, *desk.delta.read_bytes()[-39:]]),
        "to another list": lambda desk: build_status_delta(
            desk.old, token(desk.publisher, AT + 2 * DAY, [7])
        ),
        "of another list": lambda desk: build_status_delta(token(desk.publisher, AT, [7]), desk.new),
        "to the older list": lambda desk: build_status_delta(desk.new, desk.old),
        "by another signer": lambda desk: build_status_delta(
            desk.old, token(Publisher("thief"), AT + 2 * DAY, [])
        ),
        "endless": lambda _: b"\x00" * (LIMITS.delta + 1),
        "as large as the list": lambda desk: b"\x00" * (len(desk.new) // 2 + 1),
        "of nothing": lambda _: bytes(other.compress()),
    }


@pytest.mark.parametrize("name", sorted(hostile()))
def test_a_delta_that_is_not_the_signed_list_is_thrown_away(desk: Desk, name: str) -> None:
    """Without the whole list the pack is refused and what was held stays; with it the delta did no harm."""
    desk.delta.write_bytes(hostile()[name](desk))
    before = desk.held()
    place = desk.whole
    aside = place.rename(desk.folder / "aside")
    with pytest.raises(StoreError) as caught:
        desk.take(Far(desk.pack))
    assert caught.value.code == "pack.file-missing"
    assert desk.held() == before
    aside.rename(place)
    source = Far(desk.pack)
    assert desk.take(source).action is Action.UPDATED
    assert source.lists() == [len(desk.new)]
    assert desk.new in desk.held()


def test_a_link_or_a_failing_server_in_its_place_costs_nothing(desk: Desk, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    desk.delta.rename(elsewhere)
    desk.delta.symlink_to(elsewhere)
    source = Far(desk.pack)
    desk.take(source)
    assert source.lists() == [len(desk.new)]


def test_who_holds_nothing_takes_the_whole_list(desk: Desk, tmp_path: Path) -> None:
    source = Far(desk.pack)
    confirm = expecting(desk.operator.fingerprint)
    TrustStore(tmp_path / "new").take_pack(source, at=AT + 2 * DAY, confirm=confirm)
    assert source.deltas() == []
    assert source.lists() == [len(desk.new)]


def test_a_server_that_fails_for_deltas_alone_costs_nothing(desk: Desk) -> None:
    class Failing(Far):
        def read(self, path: str, limit: int) -> bytes | None:
            if path.startswith("deltas/"):
                raise LimitError("pack.too-large", file=path, limit=limit)
            return super().read(path, limit)

    source = Failing(desk.pack)
    desk.take(source)
    assert source.lists() == [len(desk.new)]
