"""What a program's boundary says of a disk that failed where nobody thought of it."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from counterproof.sealing import files


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.ENOSPC, "sealing.disk-full"),
        (errno.EDQUOT, "sealing.disk-full"),
        (errno.EROFS, "sealing.read-only"),
        (errno.EIO, "sealing.disk-error"),
        (errno.ENAMETOOLONG, "sealing.name-too-long"),
    ],
)
def test_a_failing_disk_is_named(number: int, code: str) -> None:
    said = files.disk_error(OSError(number, "a path with a name", "/home/quillfeather"))
    assert said is not None
    assert said.code == code
    assert "quillfeather" not in str(said)


@pytest.mark.parametrize("error", [OSError(errno.ECONNREFUSED, ""), OSError("odd"), ValueError("odd")])
def test_other_errors_are_no_disks(error: Exception) -> None:
    assert files.disk_error(error) is None


@pytest.mark.parametrize("name", ["CPS1:" + 400 * "A", "/".join(3_000 * ["A"]), "a\0b", ""])
def test_what_no_disk_takes_as_a_name_is_not_there(name: str) -> None:
    path = Path(name, "x")
    assert not files.exists(path)
    assert not files.is_file(path)
    assert not files.is_folder(path)
