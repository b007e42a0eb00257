"""The agency's end: a set is published whole or not at all, and nothing else is touched."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from counterproof.mdoc.errors import CounterproofError
from counterproof.trust.folder import locked
from counterproof.trust.manifest import FILE_NAME
from counterproof.trust.published import read_published
from counterproof.trust.readers import RegisteredReader
from tests.kit.certificates import AT
from tests.kit.published import Publisher

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

LATER = AT + timedelta(hours=1)


class TestWriting:
    def test_the_next_set_replaces_the_last(self, publisher: Publisher, folder: Path) -> None:
        before = {path.name for path in folder.rglob("*.cwt")}
        publisher.publish(folder, LATER)
        assert read_published(folder).issued_at == LATER
        assert not before & {path.name for path in folder.rglob("*.cwt")}

    def test_other_peoples_files_stay(self, publisher: Publisher, folder: Path) -> None:
        (folder / "status" / "holiday.cwt").write_bytes(b"mine")
        (folder / "diary.txt").write_bytes(b"mine")
        publisher.publish(folder, LATER)
        assert (
            (folder / "diary.txt").read_bytes() == (folder / "status" / "holiday.cwt").read_bytes() == b"mine"
        )

    def test_left_overs_of_a_killed_writer_go(self, publisher: Publisher, folder: Path) -> None:
        left = folder / "status" / f".list-1-{'0' * 16}.cwt.77.tmp"
        left.write_bytes(b"half")
        (folder / ".agency.json.77.tmp").write_bytes(b"half")
        publisher.publish(folder, LATER)
        assert list(folder.rglob(".*")) == []

    @pytest.mark.parametrize("at", [AT, AT - timedelta(seconds=1)])
    def test_nothing_older_is_published(self, publisher: Publisher, folder: Path, at: datetime) -> None:
        tree = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        self.fails(lambda: publisher.publish(folder, at), "trust.not-newer")
        assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == tree

    def test_what_a_reader_would_refuse_is_not_published(self, publisher: Publisher, tmp_path: Path) -> None:
        out = tmp_path / "out"
        foreign = Publisher("other").token()
        self.fails(lambda: publisher.publish(out, status_lists=(foreign,)), "status.signer-untrusted")
        self.fails(lambda: publisher.publish(out, doc_types=()), "trust.manifest")
        self.fails(lambda: publisher.publish(out, name="A\tB"), "trust.name")
        nobody = RegisteredReader(id="x", office="x", name="x")
        self.fails(lambda: publisher.publish(out, readers=(nobody,)), "trust.reader")
        assert not out.exists()

    def test_a_broken_set_can_be_replaced(self, publisher: Publisher, folder: Path) -> None:
        (folder / FILE_NAME).write_bytes(b"{")
        publisher.publish(folder)
        assert read_published(folder).issued_at == AT

    def test_a_list_that_is_a_link_is_left_alone(self, publisher: Publisher, folder: Path) -> None:
        (folder / FILE_NAME).unlink()
        (folder / FILE_NAME).symlink_to("/dev/null")
        self.fails(lambda: publisher.publish(folder, LATER), "trust.file-unusable")

    def test_one_writer_at_a_time(
        self, publisher: Publisher, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("counterproof.trust.folder._TRIES", 2)
        with locked(folder):
            self.fails(lambda: publisher.publish(folder, LATER), "trust.in-use")

    def fails(self, act: Callable[[], object], code: str) -> None:
        with pytest.raises(CounterproofError) as caught:
            act()
        assert caught.value.code == code
