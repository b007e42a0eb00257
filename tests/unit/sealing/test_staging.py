"""A folder that comes into being whole, or not at all."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING

import pytest

from counterproof.mdoc.errors import StoreError
from counterproof.sealing import files
from counterproof.sealing.staging import Staged

if TYPE_CHECKING:
    from pathlib import Path


def test_it_is_there_when_it_is_taken(tmp_path: Path) -> None:
    with Staged(tmp_path / "a") as place:
        (place.folder / "file").write_text("x")
        assert not (tmp_path / "a").exists()
        place.take()
    assert [path.name for path in tmp_path.iterdir()] == ["a"]
    assert (tmp_path / "a" / "file").read_text() == "x"


def test_a_break_leaves_nothing_and_undoes_what_was_done_elsewhere(tmp_path: Path) -> None:
    undone = []

    def breaking() -> None:
        with Staged(tmp_path / "a") as place:
            place.on_break(lambda: undone.append("first"))
            place.on_break(lambda: undone.append("second"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        breaking()
    assert undone == ["second", "first"]
    assert list(tmp_path.iterdir()) == []


def test_what_was_taken_and_is_not_on_the_disk_is_taken_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever is told that it failed finds nothing that would stop the second try."""

    def failing(folder: Path) -> None:
        if folder == tmp_path:
            raise OSError(errno.EIO, "")

    undone = []

    def taking() -> None:
        with Staged(tmp_path / "a") as place:
            place.on_break(lambda: undone.append((tmp_path / "a").exists()))
            monkeypatch.setattr(files, "sync_folder", failing)
            place.take()

    with pytest.raises(StoreError, match=r"sealing\.disk-error"):
        taking()
    assert undone == [False]
    with pytest.raises(StoreError, match=r"sealing\.disk-error"), Staged(tmp_path / "a"):
        pass
    assert list(tmp_path.iterdir()) == []


def test_paths_within_move_along_and_others_stay(tmp_path: Path) -> None:
    with Staged(tmp_path / "a") as place:
        assert place.inside(tmp_path / "a" / "keys") == place.folder / "keys"
        assert place.inside(tmp_path / "stick") == tmp_path / "stick"


def test_what_a_killed_process_left_goes_and_what_another_makes_stays(tmp_path: Path) -> None:
    left = tmp_path / ".a.0123abcd.new"
    left.mkdir()
    (left / "key").write_text("x")
    others = [tmp_path / ".b.0123abcd.new", tmp_path / ".a.new", tmp_path / ".a.0123abcd.new.txt"]
    for each in others:
        each.mkdir()
    with Staged(tmp_path / "a") as first, Staged(tmp_path / "a") as second:
        assert first.folder.is_dir()
        assert second.folder.is_dir()
        assert not left.exists()
        second.take()
    assert {path.name for path in tmp_path.iterdir()} == {"a", *(each.name for each in others)}
