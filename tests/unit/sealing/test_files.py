from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from counterproof.mdoc.errors import CounterproofError, LimitError, StoreError, UsageError
from counterproof.sealing import files

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(params=[0o000, 0o022, 0o777], ids=["umask-000", "umask-022", "umask-777"])
def any_umask(request: pytest.FixtureRequest) -> Iterator[None]:
    before = os.umask(request.param)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def read_code(path: Path, limit: int = 100) -> str:
    with pytest.raises(CounterproofError) as caught:
        files.read_regular(path, limit=limit)
    return caught.value.code


@pytest.mark.usefixtures("any_umask")
def test_file_and_folder_are_for_the_owner_alone_whatever_the_umask(tmp_path: Path) -> None:
    folder = files.private_dir(tmp_path / "a" / "b")
    files.write_atomic(folder / "secret", b"content")
    assert (mode(folder), mode(tmp_path / "a"), mode(folder / "secret")) == (0o700, 0o700, 0o600)
    assert files.read_regular(folder / "secret", limit=7) == b"content"


def test_folder_that_exists_is_left_as_it_is(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    assert files.private_dir(tmp_path) == tmp_path
    assert mode(tmp_path) == 0o755


def test_file_in_the_place_of_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StoreError) as caught:
        files.private_dir(tmp_path / "file")
    assert caught.value.code == "sealing.not-a-folder"


def test_file_is_replaced_and_nothing_else_is_left(tmp_path: Path) -> None:
    for content in (b"old", b"new and longer", b""):
        files.write_atomic(tmp_path / "f", content)
        assert (tmp_path / "f").read_bytes() == content
        assert names(tmp_path) == ["f"]


def test_existing_file_is_refused_when_it_must_not_be_replaced(tmp_path: Path) -> None:
    files.write_atomic(tmp_path / "f", b"first", replace=False)
    with pytest.raises(UsageError) as caught:
        files.write_atomic(tmp_path / "f", b"second", replace=False)
    assert caught.value.code == "sealing.exists"
    assert (tmp_path / "f").read_bytes() == b"first"
    assert names(tmp_path) == ["f"]


@pytest.mark.parametrize("kind", ["link", "folder", "fifo"])
def test_anything_but_a_file_is_neither_read_nor_replaced(tmp_path: Path, kind: str) -> None:
    target = tmp_path / "target"
    if kind == "link":
        (tmp_path / "real").write_bytes(b"untouched")
        target.symlink_to(tmp_path / "real")
    elif kind == "folder":
        target.mkdir()
    else:
        os.mkfifo(target)
    assert read_code(target) == "sealing.not-a-file"
    with pytest.raises(StoreError) as caught:
        files.write_atomic(target, b"content")
    assert caught.value.code == "sealing.not-a-file"


def test_devices_and_links_to_them_are_not_read(tmp_path: Path) -> None:
    (tmp_path / "zero").symlink_to("/dev/zero")
    assert read_code(tmp_path / "zero") == "sealing.not-a-file"
    assert read_code((tmp_path / "zero").resolve()) == "sealing.not-a-file"


def test_size_is_judged_before_reading(tmp_path: Path) -> None:
    (tmp_path / "huge").write_bytes(b"")
    os.truncate(tmp_path / "huge", 10 * 2**30)
    with pytest.raises(LimitError) as caught:
        files.read_regular(tmp_path / "huge", limit=100)
    assert caught.value.facts == {"bytes": 10 * 2**30, "limit": 100}


def test_missing_file_and_missing_folder_say_so(tmp_path: Path) -> None:
    assert read_code(tmp_path / "none") == "sealing.missing"
    with pytest.raises(StoreError) as caught:
        files.write_atomic(tmp_path / "none" / "f", b"")
    assert caught.value.code == "sealing.missing"


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.ENOSPC, "sealing.disk-full"),
        (errno.EDQUOT, "sealing.disk-full"),
        (errno.EROFS, "sealing.read-only"),
        (errno.EACCES, "sealing.permission"),
        (errno.EIO, "sealing.disk-error"),
        (errno.EBUSY, "sealing.disk-error"),
    ],
)
def test_system_errors_get_plain_codes(number: int, code: str) -> None:
    with pytest.raises(StoreError) as caught, files.plain_errors():
        raise OSError(number, "as the system says it", "/home/somebody/wallet")
    assert caught.value.code == code
    assert "somebody" not in str(caught.value)


def test_full_disk_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    files.write_atomic(tmp_path / "f", b"old")
    script = (
        "import resource, signal, sys; from pathlib import Path; from counterproof.sealing import files\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))\n"
        "try: files.write_atomic(Path(sys.argv[1]), bytes(10_000))\n"
        "except files.StoreError as error: print(error.code)\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script, tmp_path / "f"], capture_output=True, text=True, check=True
    )
    assert ran.stdout == "sealing.disk-full\n"
    assert (tmp_path / "f").read_bytes() == b"old"
    assert names(tmp_path) == ["f"]


def test_leftovers_of_a_killed_writer_are_swept_and_nothing_else(tmp_path: Path) -> None:
    for name in (".vault.ab12.tmp", ".vault.ab12.tmp-journal", ".other.ab12.tmp", "vault", "vault.tmp"):
        (tmp_path / name).write_bytes(b"")
    files.sweep_temporaries(tmp_path / "vault")
    assert names(tmp_path) == [".other.ab12.tmp", "vault", "vault.tmp"]


def test_harden_forbids_core_files() -> None:
    script = (
        "import resource; from counterproof.sealing.process import harden; from pathlib import Path\n"
        "print(harden(), resource.getrlimit(resource.RLIMIT_CORE))\n"
    )
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ran.stdout == "Hardening(no_core_file=True, not_dumpable=True) (0, 0)\n"


def test_a_free_name_stands_beside_what_is_there(tmp_path: Path) -> None:
    wanted = tmp_path / "slip.pdf"
    assert files.free_name(wanted) == wanted
    wanted.write_bytes(b"the first person's")
    (tmp_path / "slip-2.pdf").symlink_to(tmp_path / "nowhere")
    assert files.free_name(wanted) == tmp_path / "slip-3.pdf"
    assert files.free_name(tmp_path / "no-folder" / "slip.pdf") == tmp_path / "no-folder" / "slip.pdf"
