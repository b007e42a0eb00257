from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import pytest

from counterproof.mdoc.errors import UsageError
from tests.kit.vaults import VaultBox, fill

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def box(tmp_path: Path) -> VaultBox:
    box = VaultBox(tmp_path, remembers=True)
    with box.create() as vault:
        fill(vault)
    return box


def save_something(box: VaultBox) -> None:
    box.clock.advance(60)
    with box.open() as vault, vault.write() as tx:
        tx.add("history", b"later")


def test_vault_in_its_own_place_is_not_rolled_back(box: VaultBox) -> None:
    for _ in range(3):
        save_something(box)
        with box.open() as vault:
            assert vault.rolled_back is None


def test_notice_stays_until_it_is_settled_even_after_other_saves(box: VaultBox) -> None:
    older = box.path.read_bytes()
    save_something(box)
    box.path.write_bytes(older)
    for _ in range(2):
        with box.open() as vault:
            assert vault.rolled_back is not None
    save_something(box)
    save_something(box)
    with box.open() as vault:
        notice = vault.rolled_back
        assert notice is not None
        assert notice.latest_seen_at is None
        with vault.write() as tx:
            tx.settle_rollback()
        assert vault.rolled_back is None
    with box.open() as vault:
        assert vault.rolled_back is None


def test_abandoned_settling_settles_nothing(box: VaultBox) -> None:
    older = box.path.read_bytes()
    save_something(box)
    box.path.write_bytes(older)
    with box.open() as vault:
        with contextlib.suppress(UsageError), vault.write() as tx:
            tx.settle_rollback()
            tx.put("card", b"no id of ours", b"")
        assert vault.rolled_back is not None


def test_two_copies_that_each_saved_once_are_told_apart(box: VaultBox) -> None:
    older = box.path.read_bytes()
    save_something(box)
    other = VaultBox(box.folder / "elsewhere")
    other.folder.mkdir()
    other.path.write_bytes(older)
    save_something(other)
    box.path.write_bytes(other.path.read_bytes())
    with box.open() as vault:
        assert vault.rolled_back is not None


def test_counter_never_takes_a_number_that_was_used_before(box: VaultBox) -> None:
    older = box.path.read_bytes()
    for _ in range(3):
        save_something(box)
    with box.open() as vault:
        highest = vault.counter
    box.path.write_bytes(older)
    save_something(box)
    with box.open() as vault:
        assert vault.counter > highest


@pytest.mark.parametrize("harm", ["removed", "emptied", "flipped", "of another vault", "a folder"])
def test_mark_that_is_lost_or_foreign_does_not_stop_anybody(box: VaultBox, harm: str, tmp_path: Path) -> None:
    assert box.state_dir is not None
    (mark,) = box.state_dir.iterdir()
    content = mark.read_bytes()
    if harm == "removed":
        mark.unlink()
    elif harm == "emptied":
        mark.write_bytes(b"")
    elif harm == "flipped":
        mark.write_bytes(content[:15] + bytes([content[15] ^ 0x80]) + content[16:])
    elif harm == "a folder":
        mark.unlink()
        mark.mkdir()
    else:
        other = VaultBox(tmp_path / "other", remembers=True)
        other.create().close()
        assert other.state_dir is not None
        (foreign,) = other.state_dir.iterdir()
        mark.write_bytes(foreign.read_bytes())
    save_something(box)
    with box.open() as vault:
        assert vault.rolled_back is None
        assert len(vault.ids("history")) == 2


def test_mark_holds_nothing_of_the_vault_in_the_clear(box: VaultBox) -> None:
    assert box.state_dir is not None
    (mark,) = box.state_dir.iterdir()
    assert len(mark.read_bytes()) == 72
    assert b"PLAINTEXT" not in mark.read_bytes()
    assert box.path.name not in mark.name
