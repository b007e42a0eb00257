from __future__ import annotations

import dataclasses
import os
import sqlite3
from collections import deque
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import func, select
from sqlalchemy.dialects import registry
from sqlalchemy.schema import CreateTable

from counterproof.mdoc.errors import CounterproofError, StoreError, UsageError
from issuer.register import Recorded, Register, Status, schema, tables
from issuer.register.store import Store
from tests.kit.register import AT, SIGNER, WHO, a_batch, found

if TYPE_CHECKING:
    from pathlib import Path

POSTGRESQL = registry.load("postgresql")()
ROWS = ("batches", "credentials", "log", "idempotency")
SQL = ["'; DROP TABLE credentials; --", "1 OR 1=1", '" OR ""="', "Robert'); DELETE FROM log;--", "%", "\\'"]


def rows(place: Path | str) -> dict[str, int]:
    store = Store(place)
    with store.read() as connection:
        counts = {
            name: connection.execute(
                select(func.count()).select_from(tables.metadata.tables[name])
            ).scalar_one()
            for name in ROWS
        }
    store.close()
    return counts


def refused(code: str, register: Register, path: Path | str, batch: Any) -> CounterproofError:
    before = rows(path)
    with pytest.raises(CounterproofError) as caught:
        register.record_batch(batch, at=AT)
    assert caught.value.code == code
    assert rows(path) == before
    return caught.value


# --- founding and opening


def test_a_new_register_is_for_its_owner_alone(tmp_path: Path) -> None:
    register, _ = found(tmp_path / "register.db")
    register.close()
    assert [file.name for file in tmp_path.iterdir()] == ["register.db"]
    assert (tmp_path / "register.db").stat().st_mode & 0o777 == 0o600


def test_nothing_is_founded_over_something(tmp_path: Path) -> None:
    (tmp_path / "register.db").write_bytes(b"mine")
    with pytest.raises(UsageError, match=r"register\.exists"):
        found(tmp_path / "register.db")
    assert (tmp_path / "register.db").read_bytes() == b"mine"


def test_a_founding_that_breaks_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"register\.bad-name"):
        Register.create(tmp_path / "register.db", settings={"": "x"}, who=WHO, at=AT)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", [b"", b"not a database, but longer than its header would be" * 20])
def test_another_file_is_no_register(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "register.db").write_bytes(content)
    with pytest.raises(StoreError, match=r"register\.not-a-register"):
        Register.open(tmp_path / "register.db")
    assert (tmp_path / "register.db").read_bytes() == content


def test_a_missing_register_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"register\.missing"):
        Register.open(tmp_path / "register.db")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"register\.cannot-open"):
        found(tmp_path / "absent" / "register.db")


@pytest.mark.parametrize(("url", "code"), [("postgresql+nodriver://h/d", "no-driver"), ("://", "bad-url")])
def test_a_database_that_cannot_be_reached(url: str, code: str) -> None:
    with pytest.raises(UsageError, match=f"register.{code}"):
        Register.open(url)


def test_a_newer_register_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "register.db"
    register, _ = found(path)
    register.close()
    with sqlite3.connect(path) as database:
        database.execute("UPDATE alembic_version SET version_num = '9000'")
    database.close()
    before = path.read_bytes()
    with pytest.raises(StoreError) as caught:
        Register.open(path)
    assert (caught.value.code, caught.value.facts["revision"]) == ("register.newer", "9000")
    assert path.read_bytes() == before


def test_the_settings_survive(tmp_path: Path) -> None:
    register, _ = found(tmp_path / "register.db")
    register.set_settings({"name": "New Name", "country": "XX"}, who=WHO, at=AT)
    register.close()
    assert Register.open(tmp_path / "register.db").settings() == {"name": "New Name", "country": "XX"}


def test_what_is_written_is_written_through(tmp_path: Path) -> None:
    found(tmp_path / "register.db")
    with Store(tmp_path / "register.db").read() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


# --- the schema


def test_the_migrations_make_what_the_tables_say(place: Path | str) -> None:
    found(place)
    with Store(place).read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), tables.metadata) == []


def test_every_migration_is_known(tmp_path: Path) -> None:
    config = Config(str(tmp_path / "none.ini"))
    config.set_main_option("script_location", str(schema.MIGRATIONS))
    found_there = [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()]
    assert tuple(reversed(found_there)) == schema.REVISIONS


@pytest.mark.parametrize("table", tables.metadata.sorted_tables, ids=lambda table: str(table.name))
def test_every_table_has_a_postgresql_form(table: Any) -> None:
    ddl = str(CreateTable(table).compile(dialect=POSTGRESQL))
    assert ddl.lstrip().startswith(f"CREATE TABLE {table.name}")
    assert "SERIAL" not in ddl or table.name == "status_lists"


# --- recording


def test_a_batch_is_recorded_whole(place: Path | str) -> None:
    register, list_id = found(place)
    batch = a_batch(register, list_id, 3)
    recorded = register.record_batch(batch, at=AT)
    facts = register.show(recorded.batch_id)
    assert [(c.mso_digest, c.device_key, c.index) for c in facts.credentials] == [
        (c.mso_digest, c.device_key, c.index) for c in batch.credentials
    ]
    assert (facts.summary.subject, facts.summary.copies, facts.summary.revoked) == ("A-1", 3, 0)
    (act,) = register.acts(after=facts.summary.act - 1)
    assert (act.act.action, act.act.target, act.act.who) == ("issue", recorded.batch_id, WHO)
    assert register.counts().credentials == 3


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"subject": ""}, "register.bad-name"),
        ({"subject": "a\nb"}, "register.bad-name"),
        ({"subject": "a" * 101}, "register.bad-name"),
        ({"who": ""}, "register.bad-name"),
        ({"why": "Because Jaan lost it"}, "register.bad-reason"),
        ({"credentials": ()}, "register.bad-count"),
        ({"valid_until": AT}, "register.bad-validity"),
        ({"valid_until": AT + timedelta(days=457)}, "register.outlives-signer"),
        ({"signer": bytes(32)}, "register.no-such-signer"),
        ({"request_digest": bytes(32)}, "register.bad-digest"),
        ({"idempotency_key": "k", "request_digest": b"short"}, "register.bad-digest"),
        ({"nonce": b"never given"}, "register.nonce-unknown"),
        ({"list_id": 7}, "register.index-not-allocated"),
    ],
)
def test_what_must_not_be_recorded_leaves_no_trace(tmp_path: Path, change: dict[str, Any], code: str) -> None:
    register, list_id = found(tmp_path / "register.db")
    batch = dataclasses.replace(a_batch(register, list_id), **change)
    refused(code, register, tmp_path / "register.db", batch)


def test_no_device_key_and_no_index_is_used_twice(place: Path | str) -> None:
    register, list_id = found(place)
    first = a_batch(register, list_id)
    register.record_batch(first, at=AT)
    other = a_batch(register, list_id).credentials
    (one, two) = first.credentials

    def batch(*credentials: Any) -> Any:
        return dataclasses.replace(first, credentials=credentials)

    reused = dataclasses.replace(other[0], index=one.index)
    refused("register.index-not-allocated", register, place, batch(reused, other[1]))
    unallocated = dataclasses.replace(other[0], index=(one.index + 1) % 2**20)
    refused("register.index-not-allocated", register, place, batch(unallocated, other[1]))
    refused("register.index-not-allocated", register, place, batch(other[0], other[0]))
    same_key = dataclasses.replace(other[0], device_key=two.device_key)
    refused("register.device-key-used", register, place, batch(same_key, other[1]))
    twice = dataclasses.replace(other[0], device_key=other[1].device_key)
    refused("register.device-key-used", register, place, batch(twice, other[1]))
    same_mso = dataclasses.replace(other[0], mso_digest=two.mso_digest)
    refused("register.mso-used", register, place, batch(same_mso, other[1]))
    assert register.record_batch(batch(*other), at=AT).new


def test_scenario_issuer_ds_near_expiry(place: Path | str) -> None:
    """Neither a retired key nor a document that outlives its signer gets past the register."""
    register, list_id = found(place)
    late = SIGNER.sign_until + timedelta(seconds=1)
    batch = a_batch(register, list_id, valid_from=late, valid_until=late + timedelta(days=9))
    with pytest.raises(StoreError, match=r"register\.signer-retired"):
        register.record_batch(batch, at=late)
    assert register.record_batch(batch, at=SIGNER.sign_until).new


def test_a_nonce_is_good_once(place: Path | str) -> None:
    register, list_id = found(place)
    register.add_nonce(b"nonce", expires_at=AT + timedelta(minutes=5))
    register.record_batch(a_batch(register, list_id, nonce=b"nonce"), at=AT)
    refused("register.nonce-used", register, place, a_batch(register, list_id, nonce=b"nonce"))


def test_a_nonce_of_a_refused_batch_is_still_good(place: Path | str) -> None:
    register, list_id = found(place)
    register.add_nonce(b"nonce", expires_at=AT + timedelta(minutes=5))
    refused(
        "register.no-such-signer",
        register,
        place,
        a_batch(register, list_id, nonce=b"nonce", signer=bytes(32)),
    )
    assert register.record_batch(a_batch(register, list_id, nonce=b"nonce"), at=AT).new


def test_a_nonce_expires_and_is_forgotten_later(place: Path | str) -> None:
    register, _ = found(place)
    register.add_nonce(b"nonce", expires_at=AT)
    with pytest.raises(StoreError, match=r"register\.nonce-expired"):
        register.use_nonce(b"nonce", at=AT)
    assert register.forget_expired(at=AT + timedelta(hours=1)) == 0
    assert register.forget_expired(at=AT + timedelta(days=2)) == 1
    with pytest.raises(StoreError, match=r"register\.nonce-unknown"):
        register.use_nonce(b"nonce", at=AT)


def test_the_same_request_gets_the_same_answer(place: Path | str) -> None:
    register, list_id = found(place)
    keyed: dict[str, Any] = {"idempotency_key": "k", "request_digest": bytes(32)}
    first = register.record_batch(a_batch(register, list_id, reply=b"sealed", **keyed), at=AT)
    before = rows(place)
    again = register.record_batch(a_batch(register, list_id, reply=b"other", **keyed), at=AT)
    assert again == Recorded(batch_id=first.batch_id, new=False, reply=b"sealed")
    assert register.find_recorded("k", bytes(32)) == again
    assert register.find_recorded("other", bytes(32)) is None
    assert rows(place) == before
    other = a_batch(register, list_id, idempotency_key="k", request_digest=b"\x01" * 32)
    refused("register.idempotency-mismatch", register, place, other)


@pytest.mark.parametrize("behind", [timedelta(minutes=6), timedelta(days=1)])
def test_scenario_issuer_clock_back(place: Path | str, behind: timedelta) -> None:
    """No credential is recorded before the last one."""
    register, list_id = found(place)
    batch = a_batch(register, list_id, valid_from=AT - timedelta(days=2))
    before = rows(place)
    with pytest.raises(StoreError, match=r"register\.clock-back"):
        register.record_batch(batch, at=AT - behind)
    assert rows(place) == before
    assert register.record_batch(batch, at=AT - timedelta(minutes=4)).new


# --- looking


def test_batches_are_listed_in_order_and_by_page(place: Path | str) -> None:
    register, list_id = found(place)
    ids = [
        register.record_batch(a_batch(register, list_id, subject=f"A-{n % 2}"), at=AT).batch_id
        for n in range(5)
    ]
    first = register.list(limit=3)
    assert [b.batch_id for b in first] == ids[:3]
    assert [b.batch_id for b in register.list(after=first[-1].act)] == ids[3:]
    assert [b.batch_id for b in register.list(subject="A-1")] == ids[1::2]
    assert register.list(doc_type="org.example.other.1") == ()
    register.set_status(f"{ids[2]}.1", Status.REVOKED, reason="lost", who=WHO, at=AT)
    (revoked,) = register.list(status=Status.REVOKED)
    assert (revoked.batch_id, revoked.revoked) == (ids[2], 1)


@pytest.mark.parametrize("target", ["", "a", "a" * 16, "a" * 16 + ".1", "a" * 16 + ".0", *SQL])
def test_what_is_not_there_is_not_shown(tmp_path: Path, target: str) -> None:
    register, _ = found(tmp_path / "register.db")
    for act in (register.show, register.show_credential):
        with pytest.raises(UsageError, match=r"register\.no-such-credential"):
            act(target)


@pytest.mark.parametrize("text", SQL)
def test_scenario_issuer_sql(place: Path | str, text: str) -> None:
    """SQL in every field and every search is text, or is refused."""
    register, list_id = found(place)
    register.set_settings({text: text}, who=text, at=AT)
    other = register.create_status_list(text, who=text, at=AT)
    batch = a_batch(
        register, other, subject=text, doc_type=text, who=text, idempotency_key=text, request_digest=bytes(32)
    )
    recorded = register.record_batch(batch, at=AT)
    register.record_batch(a_batch(register, list_id), at=AT)
    assert [b.batch_id for b in register.list(subject=text)] == [recorded.batch_id]
    assert [b.batch_id for b in register.list(doc_type=text)] == [recorded.batch_id]
    assert register.settings()[text] == text
    assert register.find_recorded(text, bytes(32)) is not None
    with pytest.raises(UsageError, match=r"register\.bad-reason"):
        register.set_status(recorded.batch_id, Status.REVOKED, reason=text, who=WHO, at=AT)
    assert register.counts().credentials == 4
    assert register.verify_log().seq == register.counts().acts


def test_the_database_quotes_no_value_in_an_error(tmp_path: Path) -> None:
    register, list_id = found(tmp_path / "register.db")
    with sqlite3.connect(tmp_path / "register.db") as database:
        database.execute("CREATE TRIGGER no BEFORE INSERT ON batches BEGIN SELECT RAISE(ABORT, 'no'); END")
    database.close()
    with pytest.raises(StoreError) as caught:
        register.record_batch(a_batch(register, list_id, subject="secret-reference"), at=AT)
    assert "secret" not in str(caught.value)
    assert caught.value.__suppress_context__


def test_scenario_issuer_disk_full(tmp_path: Path) -> None:
    """A database that cannot grow says so, keeps nothing by halves, and goes on once it can."""
    path = tmp_path / "register.db"
    register, list_id = found(path)
    register.close()
    register = Register.open(path)
    with register._store.engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
        connection.rollback()
    batches = iter(lambda: register.record_batch(a_batch(register, list_id, 30), at=AT), None)
    with pytest.raises(StoreError, match=r"register\.disk-full"):
        deque(batches, maxlen=0)
    assert register.counts().batches == len(register.list(limit=1000))
    assert register.counts().credentials == 30 * register.counts().batches
    register.verify_log()
    register.close()
    again = Register.open(path)
    assert again.record_batch(a_batch(again, list_id, 30), at=AT).new


def test_randomness_is_the_callers(tmp_path: Path) -> None:
    drawn: list[int] = []

    def random(count: int) -> bytes:
        drawn.append(count)
        return os.urandom(count)

    Register.create(tmp_path / "register.db", settings={}, who=WHO, at=AT, random=random)
    assert drawn == [16]
