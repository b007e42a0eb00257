"""Published folders: all of one holds together, or nothing of it is used."""

from __future__ import annotations

import os
import random
import shutil
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from counterproof.mdoc.errors import CounterproofError
from counterproof.trust.folder import signature_name
from counterproof.trust.manifest import FILE_NAME
from counterproof.trust.published import read_published
from tests.kit.certificates import AT
from tests.kit.published import RESIDENCY, URI, Publisher, listed

if TYPE_CHECKING:
    from pathlib import Path

LATER = AT + timedelta(hours=1)


def refused(folder: Path) -> str:
    with pytest.raises(CounterproofError) as caught:
        read_published(folder)
    return caught.value.code


def test_reads_what_was_published(publisher: Publisher, folder: Path) -> None:
    contents = read_published(folder)
    assert (contents.name, contents.manifest.country, contents.issued_at) == ("Harbour Borough", "UT", AT)
    assert contents.root == publisher.root
    assert contents.reader_root == publisher.kit.reader_ca.certificate
    assert contents.readers == (publisher.registered(),)
    assert [each.uri for each in contents.status_lists] == [URI]
    assert list(contents.types) == [RESIDENCY]
    assert contents.newest_signed == AT


def test_smallest_agency_has_a_root_alone(publisher: Publisher, tmp_path: Path) -> None:
    bare = dict.fromkeys(("readers", "status_lists", "crls", "types"), ())
    contents = read_published(publisher.publish(tmp_path / "out", AT, reader_root=None, **bare))
    assert (contents.reader_root, contents.readers, contents.status_lists) == (None, (), ())


def test_files_are_readable_by_all(folder: Path) -> None:
    modes = {path.stat().st_mode & 0o444 for path in folder.rglob("*") if path.is_file()}
    assert modes == {0o444}


def test_files_that_are_not_listed_are_never_opened(folder: Path) -> None:
    os.mkfifo(folder / "notes.txt")
    (folder / "status" / "x.cwt").symlink_to("/dev/zero")
    assert read_published(folder).name == "Harbour Borough"


@pytest.mark.parametrize(
    "role", ["issuer-root", "reader-root", "reader-registry", "status-list", "crl", "credential-type"]
)
class TestEachFile:
    def test_missing(self, folder: Path, role: str) -> None:
        listed(folder, role).unlink()
        assert refused(folder) == "trust.file-missing"

    def test_changed(self, folder: Path, role: str) -> None:
        path = listed(folder, role)
        path.write_bytes(bytes([path.read_bytes()[0] ^ 1]) + path.read_bytes()[1:])
        assert refused(folder) == "trust.hash"

    def test_cut(self, folder: Path, role: str) -> None:
        path = listed(folder, role)
        path.write_bytes(path.read_bytes()[:-1])
        assert refused(folder) == "trust.hash"

    def test_grown(self, folder: Path, role: str) -> None:
        path = listed(folder, role)
        path.write_bytes(path.read_bytes() + b"\n")
        assert refused(folder) == "trust.file-too-large"

    def test_scenario_symlink_import_link(self, folder: Path, role: str, tmp_path: Path) -> None:
        path = listed(folder, role)
        shutil.move(path, tmp_path / "elsewhere")
        path.symlink_to(tmp_path / "elsewhere")
        assert refused(folder) == "trust.file-unusable"

    @pytest.mark.timeout(5)
    def test_scenario_symlink_import_pipe(self, folder: Path, role: str) -> None:
        path = listed(folder, role)
        path.unlink()
        os.mkfifo(path)
        assert refused(folder) == "trust.file-unusable"

    def test_scenario_symlink_import_folder(self, folder: Path, role: str) -> None:
        path = listed(folder, role)
        path.unlink()
        path.mkdir()
        assert refused(folder) == "trust.file-unusable"

    def test_nonsense_that_is_signed_for(self, publisher: Publisher, folder: Path, role: str) -> None:
        path = listed(folder, role).relative_to(folder).as_posix()
        publisher.put(folder, role, path, b"\x00 nonsense")
        code = refused(folder)
        assert code in {"trust.file-unreadable", "status.tag", "json.malformed"}


@pytest.mark.timeout(5)
@pytest.mark.parametrize("name", [FILE_NAME, "signature"])
@pytest.mark.parametrize("kind", ["link", "pipe", "folder"])
def test_scenario_symlink_import_of_the_list(folder: Path, tmp_path: Path, name: str, kind: str) -> None:
    path = folder / (signature_name((folder / FILE_NAME).read_bytes()) if name == "signature" else name)
    shutil.move(path, tmp_path / "elsewhere")
    {"link": lambda: path.symlink_to(tmp_path / "elsewhere"), "pipe": lambda: os.mkfifo(path)}.get(
        kind, path.mkdir
    )()
    assert refused(folder) == "trust.file-unusable"


def test_scenario_symlink_import_of_a_subfolder(folder: Path, tmp_path: Path) -> None:
    shutil.move(folder / "status", tmp_path / "elsewhere")
    (folder / "status").symlink_to(tmp_path / "elsewhere")
    assert refused(folder) == "trust.file-unusable"


def test_no_folder_and_empty_folder(tmp_path: Path) -> None:
    assert refused(tmp_path / "nowhere") == "trust.file-missing"
    assert refused(tmp_path) == "trust.file-missing"


def test_scenario_endless_data(folder: Path) -> None:
    with (folder / FILE_NAME).open("ab") as grown:
        grown.truncate(10_000_000_000)
    assert refused(folder) == "trust.file-too-large"


def test_scenario_unsigned_import(folder: Path) -> None:
    (folder / signature_name((folder / FILE_NAME).read_bytes())).unlink()
    assert refused(folder) == "trust.file-missing"


def test_scenario_truncate(folder: Path) -> None:
    dice = random.Random(3)
    whole = (folder / FILE_NAME).read_bytes()
    signature = (folder / signature_name(whole)).read_bytes()
    for cut in dice.sample(range(len(whole)), 50):
        (folder / FILE_NAME).write_bytes(whole[:cut])
        (folder / signature_name(whole[:cut])).write_bytes(signature)
        assert refused(folder)
    (folder / FILE_NAME).write_bytes(whole)
    for cut in dice.sample(range(len(signature)), 50):
        (folder / signature_name(whole)).write_bytes(signature[:cut])
        assert refused(folder)


def test_scenario_bitflip(folder: Path) -> None:
    """400 single bits in the list and its signature; other files are held by their hashes."""
    dice = random.Random(4)
    whole = (folder / FILE_NAME).read_bytes()
    signature = (folder / signature_name(whole)).read_bytes()
    for bit in dice.sample(range(8 * len(whole)), 200):
        bent = flipped(whole, bit)
        (folder / FILE_NAME).write_bytes(bent)
        (folder / signature_name(bent)).write_bytes(signature)
        assert refused(folder)
    (folder / FILE_NAME).write_bytes(whole)
    for bit in dice.sample(range(8 * len(signature)), 200):
        (folder / signature_name(whole)).write_bytes(flipped(signature, bit))
        assert refused(folder)


def flipped(data: bytes, bit: int) -> bytes:
    return data[: bit // 8] + bytes([data[bit // 8] ^ 1 << bit % 8]) + data[bit // 8 + 1 :]
