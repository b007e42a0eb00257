"""The local copy under damage: full disks, lost files, other programs at the same moment."""

from __future__ import annotations

import json
import resource
import shutil
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from counterproof.trust.confirming import expecting
from counterproof.trust.folder import locked
from counterproof.trust.names import sha256
from counterproof.trust.store import TrustStore
from counterproof.trust.succession import Action
from tests.kit.certificates import AT
from tests.kit.published import Publisher, listed
from tests.kit.stores import fails, held

if TYPE_CHECKING:
    from pathlib import Path

DAY = timedelta(days=1)
LATER = AT + DAY


def publisher_crl(folder: Path) -> str:
    """Return the name under which a store keeps the revocation list of this folder."""
    return sha256(listed(folder, "crl").read_bytes())


class TestDamage:
    def test_a_lost_file_takes_its_agency_out_and_no_other(
        self, publisher: Publisher, folder: Path, store: TrustStore, tmp_path: Path
    ) -> None:
        other = Publisher("other")
        store.add(other.publish(tmp_path / "b"), confirm=expecting(other.fingerprint), at=AT)
        (store._folder / "objects" / publisher_crl(folder)).unlink()
        trust = TrustStore(store._folder).read()
        assert (trust.damaged, [each.root for each in trust.agencies]) == (
            (publisher.fingerprint,),
            [other.root],
        )
        assert trust.describe(AT).notices == ("trust.damaged",)

    def test_what_cannot_be_read_for_a_while_is_not_thrown_away(
        self, publisher: Publisher, folder: Path, store: TrustStore, tmp_path: Path
    ) -> None:
        other = Publisher("other")
        store.add(other.publish(tmp_path / "b"), confirm=expecting(other.fingerprint), at=AT)
        objects = store._folder / "objects"
        lost = objects / publisher_crl(folder)
        lost.rename(tmp_path / "for a while")
        again = TrustStore(store._folder)
        again.update(other.publish(tmp_path / "b", LATER), at=LATER)
        assert again.read().damaged == (publisher.fingerprint,)
        (tmp_path / "for a while").rename(lost)
        assert again.read().damaged == ()

    def test_a_damaged_agency_comes_back_with_its_folder_but_not_with_an_older_one(
        self, publisher: Publisher, folder: Path, store: TrustStore
    ) -> None:
        old = shutil.copytree(folder, folder.with_name("old"))
        publisher.publish(folder, LATER)
        store.update(folder, at=LATER)
        for path in (store._folder / "objects").iterdir():
            path.write_bytes(b"rot")
        again = TrustStore(store._folder)
        fails(lambda: again.update(old, at=LATER), "trust.older")
        again.update(folder, at=LATER)
        assert held(TrustStore(store._folder)) == LATER

    def test_a_lost_index_leaves_the_one_before(
        self, publisher: Publisher, folder: Path, store: TrustStore
    ) -> None:
        publisher.publish(folder, LATER)
        store.update(folder, at=LATER)
        (store._folder / "current.json").write_bytes(b"{}")
        again = TrustStore(store._folder)
        assert held(again) == AT
        again.update(folder, at=LATER)
        assert held(TrustStore(store._folder)) == LATER

    @pytest.mark.parametrize(
        "index",
        [
            b"",
            b"\x00",
            b"[]",
            b'{"type": "counterproof.trust-store", "version": 1, "agencies": [{}]}',
            b'{"type": "counterproof.trust-store", "version": 5, "agencies": []}',
            b'{"type": "counterproof.trust-store", "version": true, "agencies": []}',
            b'{"type": "x", "version": 1, "agencies": []}',
        ],
    )
    def test_both_lost_is_said(self, store: TrustStore, index: bytes) -> None:
        (store._folder / "current.json").write_bytes(index or b" ")
        fails(TrustStore(store._folder).read, "trust.damaged")

    def test_an_index_that_points_elsewhere_is_refused(self, store: TrustStore) -> None:
        index = (store._folder / "current.json").read_text("utf-8")
        for bent in ("../../" + "a" * 58, "A" * 64):
            changed = json.loads(index)
            changed["agencies"][0]["manifest"] = bent
            (store._folder / "current.json").write_bytes(json.dumps(changed).encode())
            fails(TrustStore(store._folder).read, "trust.damaged")

    def test_a_root_that_nobody_confirmed_is_refused(self, store: TrustStore) -> None:
        index = (store._folder / "current.json").read_bytes()
        changed = json.loads(index)
        changed["agencies"][0]["root"] = "a" * 64
        (store._folder / "current.json").write_bytes(json.dumps(changed).encode())
        trust = TrustStore(store._folder).read()
        assert (trust.agencies, trust.damaged) == ((), ("a" * 64,))


class TestFaults:
    @pytest.mark.parametrize("room", [0, 10, 300, 700])
    def test_scenario_disk_full_during_update(
        self, publisher: Publisher, folder: Path, store: TrustStore, room: int
    ) -> None:
        publisher.publish(folder, LATER)
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, hard))
        try:
            fails(lambda: store.update(folder, at=LATER), "sealing.disk-full")
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        assert held(store) == held(TrustStore(store._folder)) == AT
        assert store.update(folder, at=LATER).action is Action.UPDATED

    def test_left_overs_go_with_the_next_update(
        self, publisher: Publisher, folder: Path, store: TrustStore
    ) -> None:
        (store._folder / "objects" / ".x.tmp").write_bytes(b"half")
        (store._folder / ".current.json.abc.tmp").write_bytes(b"half")
        for hours in range(1, 6):
            at = AT + timedelta(hours=hours)
            publisher.publish(folder, at)
            store.update(folder, at=at)
        assert [path for path in store._folder.rglob(".*") if path.is_file()] == []
        referenced = 2 * (2 + 2) + 4  # two states: list, signature, status list, CRL; four files in common
        assert len(list((store._folder / "objects").iterdir())) == referenced

    def test_a_store_in_use_waits_and_then_says_so(
        self, folder: Path, store: TrustStore, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("counterproof.trust.folder._TRIES", 2)
        with locked(store._folder):
            fails(lambda: store.update(folder, at=AT), "trust.in-use")
            assert held(TrustStore(store._folder)) == AT

    def test_a_reader_in_the_middle_of_two_updates_sees_one_state(
        self, publisher: Publisher, folder: Path, store: TrustStore
    ) -> None:
        """Objects vanish between reading the index and reading them: the newer index is read."""
        slow = TrustStore(store._folder)
        read_index = slow._read_index

        def overtaken(name: str) -> bytes:
            raw = read_index(name)
            if held(store) < LATER:
                for at in (AT + DAY / 2, LATER):
                    publisher.publish(folder, at)
                    store.update(folder, at=at)
            return raw

        slow._read_index = overtaken  # type: ignore[method-assign]  # two updates at the worst moment
        trust = slow.read()
        assert (trust.damaged, [each.issued_at for each in trust.agencies]) == ((), [LATER])
