"""Ceremonies that a disk cut off at the worst moment, and the same command again.

`tests/faults/test_ceremony_syscalls.py` finds such moments; these are those that once did harm.
"""

from __future__ import annotations

import contextlib
import errno
import sqlite3
from typing import TYPE_CHECKING

import pytest

from counterproof.mdoc.errors import CounterproofError, StoreError, UsageError
from counterproof.sealing import files
from counterproof.trust.pack import build
from issuer.agency import rotating
from issuer.authority import publishing
from issuer.keys import SealedKeys
from issuer.register import Register, SignerRole
from issuer.register import store as stores
from issuer.register.store import Store
from tests.kit import ceremonies, ceremony_starts
from tests.kit.ceremony_worker import (
    agency,
    call_off,
    destroy,
    found_agency,
    found_operator,
    operator,
    restore,
    rotate,
    signer_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import Any

BROKEN = StoreError("sealing.disk-error", errno=errno.EIO)


def refusal(call: Callable[[], Any]) -> str:
    with pytest.raises(CounterproofError) as refused:
        call()
    return refused.value.code


def failing(*_: Any, **__: Any) -> Any:
    raise BROKEN


def disk_fails(
    call: Callable[[], Any], where: Any, name: str, *, instead: Callable[..., Any] = failing
) -> None:
    """Call while `name` in `where` fails, as a disk makes it fail."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(where, name, instead)
        assert refusal(call) == "sealing.disk-error"


@pytest.mark.parametrize(("begin", "name"), [(found_agency, "a"), (found_operator, "op")])
def test_a_founding_that_the_disk_did_not_take_leaves_no_key_anywhere(
    tmp_path: Path, begin: Callable[[Path], None], name: str
) -> None:
    """It had been moved to its place by then: it stood there without the keys of its roots."""
    real = files.sync_folder

    def sync(folder: Path) -> None:
        if folder == tmp_path and (folder / name).exists():
            raise OSError(errno.EIO, "")
        real(folder)

    disk_fails(lambda: begin(tmp_path), files, "sync_folder", instead=sync)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    begin(tmp_path)
    (ceremonies.founded if name == "a" else ceremonies.operator_founded)(tmp_path)


def test_a_register_is_not_taken_before_all_of_it_is_in_its_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is in the write-ahead log alone goes with that log, and SQLite closes without a word about it.

    Here a reader keeps the log from being brought into the file. A disk that fails meanwhile is tried call by
    call in `tests/faults/test_ceremony_syscalls.py`.
    """
    monkeypatch.setattr(stores, "_BUSY_SECONDS", 0.1)
    place = tmp_path / "records.db"
    assert refusal(lambda: found_beside_a_reader(place)) == "register.busy"
    assert list(tmp_path.iterdir()) == []
    with Store(place).founding() as store:
        fill(store)
    alone = sqlite3.connect(f"file:{place}?immutable=1", uri=True)  # which reads no log
    assert alone.execute("SELECT count(*) FROM t").fetchone() == (1,)
    alone.close()


def found_beside_a_reader(place: Path) -> None:
    with contextlib.ExitStack() as readers, Store(place).founding() as store:
        assert store.path is not None
        reader = readers.enter_context(contextlib.closing(sqlite3.connect(store.path)))
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM sqlite_master").fetchone()
        fill(store)


def fill(store: Store) -> None:
    with store.write() as connection:
        connection.exec_driver_sql("CREATE TABLE t (x)")
        connection.exec_driver_sql("INSERT INTO t VALUES (1)")


def test_a_signer_and_its_revocation_list_are_recorded_together(tmp_path: Path) -> None:
    ceremony_starts.new_agency(tmp_path)
    disk_fails(lambda: rotate(tmp_path), rotating, "renew_crl")
    rotate(tmp_path)
    ceremonies.rotated(tmp_path)


@pytest.mark.parametrize("what", ["withdraw_signer", "mark_stolen"])
def test_a_key_that_outlived_its_signers_withdrawal_is_destroyed_by_the_same_again(
    tmp_path: Path, what: str
) -> None:
    ceremony_starts.new_agency(tmp_path)
    with agency(tmp_path) as opened:
        name = signer_of(opened)
        act = getattr(opened, what)
        disk_fails(lambda: act(name, reason="stolen"), SealedKeys, "forget")
        assert ceremonies.key_files(tmp_path, "document")
        act(name, reason="stolen")
        assert not ceremonies.key_files(tmp_path, "document")
        code = refusal(lambda: act(name, reason="stolen"))
    assert code in {"register.already-withdrawn", "agency.already-stolen"}


def test_calling_a_signer_off_never_costs_the_one_before_its_key(tmp_path: Path) -> None:
    """Its key was to be destroyed when the turn came of one that had been withdrawn."""
    ceremony_starts.prepared(tmp_path)
    disk_fails(lambda: call_off(tmp_path), SealedKeys, "forget")
    with agency(tmp_path) as opened:
        assert opened.register.signers(SignerRole.DOCUMENT)[0].key_until is None
    call_off(tmp_path)
    ceremonies.called_off(tmp_path)


def test_the_end_of_a_key_is_told_though_the_log_could_not_be_written_then(tmp_path: Path) -> None:
    ceremony_starts.prepared(tmp_path)
    disk_fails(lambda: destroy(tmp_path), Register, "log_act")
    assert len(ceremonies.key_files(tmp_path, "document")) == 1
    with agency(tmp_path, at=ceremonies.DAYS_20) as opened:
        old = opened.register.signers(SignerRole.DOCUMENT)[0]
        told = rotating.destroy_now(opened.desk, old.fingerprint.hex())
        assert told.fingerprint == old.fingerprint
        with pytest.raises(UsageError, match=r"agency\.key-destroyed"):
            rotating.destroy_now(opened.desk, old.fingerprint.hex())
    destroy(tmp_path)
    ceremonies.destroyed(tmp_path)


def test_a_restored_register_is_not_worked_with_before_all_is_taken_back(tmp_path: Path) -> None:
    """The log of the restored register had grown past what was known of it, and nothing stopped it then."""
    ceremony_starts.old_copy(tmp_path)
    disk_fails(lambda: restore(tmp_path), Register, "take_back_statuses")
    assert refusal(lambda: agency(tmp_path)) == "agency.restored"
    restore(tmp_path)
    ceremonies.restored(tmp_path)


def test_a_number_that_a_counter_saw_is_not_given_to_another_pack(tmp_path: Path) -> None:
    ceremony_starts.operating(tmp_path)
    real, wrote = build.write_pack, []

    def writes_and_fails(*what: Any, **more: Any) -> Any:
        wrote.append(real(*what, **more))
        raise BROKEN

    disk_fails(
        lambda: operator(tmp_path).publish(tmp_path / "pack"),
        publishing,
        "write_pack",
        instead=writes_and_fails,
    )
    assert wrote
    ceremonies.followed(tmp_path)
    first = (tmp_path / "pack" / "metadata" / "timestamp.json").read_bytes()
    second = operator(tmp_path).publish(tmp_path / "pack")
    assert f'"version": {second.version - 1}'.encode() in first
    ceremonies.followed(tmp_path)


def test_a_counter_is_certified_once_for_the_same_request(tmp_path: Path) -> None:
    ceremony_starts.operating(tmp_path)
    request = (tmp_path / "csr").read_bytes()
    made = operator(tmp_path).add_reader(request, reader_id="HB-1", name="Library desk")
    again = operator(tmp_path).add_reader(request, reader_id="HB-1", name="Library desk")
    assert again == made
    for other in ({"name": "Other"}, {"office": "HB-LIB"}):
        options = {"name": "Library desk", **other}
        code = refusal(lambda: operator(tmp_path).add_reader(request, reader_id="HB-1", **options))  # noqa: B023
        assert code == "authority.reader-exists"


def test_old_keys_of_a_part_go_whatever_broke_before(tmp_path: Path) -> None:
    ceremony_starts.in_packs(tmp_path)
    (tmp_path / "a" / "keys" / "pack-0123456789abcdef.key").write_bytes(b"left")
    with agency(tmp_path) as opened:
        opened.join_pack()
    ceremonies.one_part_key(tmp_path)
