"""An operator's old keys: remembered until they are destroyed, and no other is touched."""

from __future__ import annotations

import errno
import os
import shutil
from typing import TYPE_CHECKING

import pytest

from counterproof.mdoc.errors import StoreError, UsageError
from counterproof.sealing import files
from issuer.authority.keys import KeyFolders
from tests.kit import ceremonies, ceremony_starts
from tests.kit.ceremony_worker import destroy_operator_keys, operator, rotate_root

if TYPE_CHECKING:
    from pathlib import Path

ROLES = ["daily", "registrar", "officer-1"]


@pytest.fixture(scope="module")
def rotated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("operator")
    ceremony_starts.new_root(folder)
    return folder


@pytest.fixture
def folder(rotated: Path, tmp_path: Path) -> Path:
    shutil.copytree(rotated, tmp_path, dirs_exist_ok=True)
    return tmp_path


def key_files(folder: Path) -> set[Path]:
    return {
        path for part in ("op", "officers", "registrar", "away") for path in folder.glob(f"{part}/**/*.key")
    }


def test_what_a_root_replaced_is_destroyed_and_nothing_else(folder: Path) -> None:
    before = key_files(folder)
    old = operator(folder).old_keys()
    assert [each.role for each in old] == ROLES
    done = operator(folder).destroy_old_keys()
    assert (done.gone, done.left) == (old, ())
    assert before - key_files(folder) == {path for each in old for path in each.paths}
    ceremonies.old_keys_gone(folder)
    assert operator(folder).destroy_old_keys().gone == ()


def test_a_rotation_destroys_nothing_by_itself(folder: Path) -> None:
    assert all(each.paths for each in operator(folder).old_keys())
    before = key_files(folder)
    rotate_root(folder)
    assert before < key_files(folder)
    assert [each.role for each in operator(folder).old_keys()] == [*ROLES, "daily", "registrar", "officer-4"]


def test_a_key_whose_stick_is_away_stays_remembered(folder: Path) -> None:
    (away,) = (each for each in operator(folder).old_keys() if each.role == "officer-1")
    stick = folder / "away" / away.file
    stick.parent.mkdir()
    away.paths[0].rename(stick)
    done = operator(folder).destroy_old_keys()
    assert [each.role for each in done.gone] == ["daily", "registrar"]
    assert [each.file for each in done.left] == [away.file]
    assert stick.exists()
    stick.rename(away.paths[0])
    assert [each.file for each in operator(folder).destroy_old_keys().gone] == [away.file]
    assert not away.paths[0].exists()


@pytest.mark.parametrize("ending", ["", ".key"])
def test_a_lost_key_is_struck_off_by_the_name_of_its_file(folder: Path, ending: str) -> None:
    (lost,) = (each for each in operator(folder).old_keys() if each.role == "officer-1")
    lost.paths[0].unlink()
    operator(folder).destroy_old_keys([lost.file.removesuffix(".key") + ending])
    assert operator(folder).records.old_keys == ()


def test_a_name_that_is_no_old_keys_destroys_nothing(folder: Path) -> None:
    before = key_files(folder)
    current = next(path.name for path in (folder / "officers").glob("officer-2-*.key"))
    with pytest.raises(UsageError, match=r"authority\.no-such-old-key"):
        operator(folder).destroy_old_keys([current])
    assert key_files(folder) == before


def test_nothing_is_destroyed_while_a_root_waits(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = key_files(folder)
    with monkeypatch.context() as patch:
        patch.setattr(KeyFolders, "load_officer", lambda *_: None)
        operator(folder).rotate_root(daily=True)
    with pytest.raises(StoreError, match=r"authority\.root-waits"):
        operator(folder).destroy_old_keys()
    assert before < key_files(folder)


def test_a_break_behind_the_deletion_is_finished_by_the_same_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, calls = files.sync_folder, []

    def breaks(path: Path) -> None:
        calls.append(path)
        if path.name == "officers" and calls.count(path) == 2:  # the first is behind the mark
            raise OSError(5, "")
        real(path)

    with monkeypatch.context() as patch:
        patch.setattr(files, "sync_folder", breaks)
        with pytest.raises(StoreError, match=r"sealing\.disk-error"):
            destroy_operator_keys(folder)
    assert calls
    assert not list((folder / "officers").glob("officer-1-*.key"))
    assert len(operator(folder).records.old_keys) == len(ROLES)
    destroy_operator_keys(folder)
    ceremonies.old_keys_gone(folder)
    assert not list(folder.glob("**/*.gone"))


@pytest.mark.parametrize("mounted", ["nothing", "another"])
def test_a_key_that_could_not_be_deleted_is_not_gone_when_its_stick_is_away(
    folder: Path, monkeypatch: pytest.MonkeyPatch, mounted: str
) -> None:
    """A stick is write-protected, and is pulled out; the folder in which it was mounted stays."""
    stick = folder / "officers"
    (held,) = (each for each in operator(folder).old_keys() if each.role == "officer-1")

    def protected(path: Path, *_: object, **__: object) -> None:
        if path.parent == stick:
            raise OSError(errno.EROFS, "")
        path.chmod(0o600)
        os.remove(path)  # noqa: PTH107 - what stands in for it is this

    with monkeypatch.context() as patch:
        patch.setattr(type(stick), "unlink", protected)
        with pytest.raises(StoreError, match=r"sealing\.read-only"):
            destroy_operator_keys(folder)
    stick.rename(folder / "away")
    stick.mkdir()
    if mounted == "another":
        (stick / "officer-9-0123456789abcdef.key").write_bytes(b"a colleague's")
    done = operator(folder).destroy_old_keys()
    assert held.file in {each.file for each in done.left}
    assert (folder / "away" / held.file).exists()
    shutil.rmtree(stick)
    (folder / "away").rename(stick)
    assert held.file in {each.file for each in operator(folder).destroy_old_keys().gone}
    ceremonies.old_keys_gone(folder)
