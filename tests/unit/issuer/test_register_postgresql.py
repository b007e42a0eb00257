"""What is PostgreSQL's own: its address, its errors, its power cut, and an agency with its register there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
import pytest

from counterproof.mdoc.errors import CounterproofError, StoreError, UsageError
from issuer.agency import Agency
from issuer.register import Actor, Register, Status
from issuer.register.servers import code
from issuer.register.store import Store
from tests.kit import agency as kit
from tests.kit import postgres
from tests.kit.register import AT, WHO, a_batch, found

if TYPE_CHECKING:
    from pathlib import Path


def test_a_password_does_not_stand_in_an_address() -> None:
    for url in ("postgresql://me:secret@host/name", "postgresql://host/name?password=secret"):
        with pytest.raises(UsageError, match=r"register\.password-in-url") as caught:
            Register.open(url)
        assert "secret" not in str(caught.value)


def test_a_server_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"register\.unreachable"):
        Register.open(f"postgresql://nobody@/none?host={tmp_path}")


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("53100", "register.disk-full"),
        ("55P03", "register.busy"),
        ("40001", "register.busy"),
        ("28P01", "register.not-let-in"),
        ("42501", "register.not-let-in"),
        ("25006", "register.read-only"),
        ("3D000", "register.no-database"),
        ("57P01", "register.unreachable"),
        ("58030", "register.disk-error"),
        ("XX001", "register.damaged"),
        ("22012", None),
    ],
)
def test_what_the_server_says_is_said_in_our_words(state: str, expected: str | None) -> None:
    assert code(psycopg.errors.lookup(state)("quotes a value")) == expected


def test_an_agency_has_its_register_on_a_server(tmp_path: Path, postgresql: postgres.Server) -> None:
    url = postgresql.url()
    agency = kit.found(tmp_path / "harbour", register=url)
    assert not (tmp_path / "harbour" / "records.db").exists()
    assert (tmp_path / "harbour" / "register-url").read_text() == url
    wallet = kit.asked(agency)
    issued = agency.issue(wallet.request, "eu-age-proof", kit.adult(agency))
    assert len(wallet.open(issued.reply).credentials) == 2
    agency.close()
    with kit.reopen(agency) as again:
        assert again.issue(wallet.request, "eu-age-proof", kit.adult(again)).batch_id == issued.batch_id
        assert again.revoke(issued.batch_id, reason="lost") == 2
        assert again.publish(tmp_path / "lists").not_valid == 2
        again.register.verify_log()


def test_a_founding_that_the_server_refuses_leaves_no_folder(
    tmp_path: Path, postgresql: postgres.Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = postgresql.url()

    def fails(*_: object, **__: object) -> int:
        raise StoreError("register.disk-full")

    with monkeypatch.context() as patch:
        patch.setattr(Register, "create_status_list", fails)
        with pytest.raises(StoreError, match=r"register\.disk-full"):
            kit.found(tmp_path / "harbour", register=url)
    assert list(tmp_path.iterdir()) == []
    kit.found(tmp_path / "harbour", register=url).close()
    with pytest.raises(UsageError, match=r"register\.exists"):
        kit.found(tmp_path / "other", register=url)
    assert [path.name for path in tmp_path.iterdir()] == ["harbour"]


def test_an_address_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "register-url").write_bytes(b"\xff")
    with pytest.raises(StoreError, match=r"register\.bad-address-file"):
        Agency.open(tmp_path, passphrase="x")


def test_the_log_is_append_only_on_a_server(postgresql: postgres.Server) -> None:
    url = postgresql.url()
    register, _ = found(url)
    register.close()
    store = Store(url)
    for statement in ("UPDATE log SET actor = 'x'", "DELETE FROM log", "TRUNCATE log CASCADE"):
        with pytest.raises(CounterproofError), store.write() as connection:
            connection.exec_driver_sql(statement)
    store.close()


@pytest.mark.scenario("issuer", "revoke-durable")
@pytest.mark.scenario("issuer", "nonce-kill")
def test_what_was_acknowledged_survives_a_power_cut_of_the_server() -> None:
    for server in postgres.serve():
        if server is None:
            pytest.skip(postgres.MISSING)
        url = server.url()
        register, list_id = found(url)
        kept = [register.record_batch(a_batch(register, list_id), at=AT).batch_id for _ in range(10)]
        for batch_id in kept:
            register.set_status(batch_id, Status.REVOKED, reason="lost", who=WHO, at=AT)
        server.stop("immediate")
        with pytest.raises(StoreError, match=r"register\.unreachable"):
            Register.open(url)
        server.start()
        register.close()
        register = Register.open(url)
        assert [each.revoked for each in register.list()] == [2] * 10
        register.verify_log()
        register.close()


def test_on_whose_authority(place: Path | str) -> None:
    register, list_id = found(place)
    supervised = Actor("clerk", authority="case-2026-17")
    batch = register.record_batch(a_batch(register, list_id, who=supervised), at=AT).batch_id
    register.set_status(batch, Status.REVOKED, reason="lost", who=WHO, at=AT)
    issue, revoke = register.acts_about("A-1")
    assert (issue.act.who, issue.act.authority, issue.act.why) == ("clerk", "case-2026-17", "issued")
    assert (revoke.act.who, revoke.act.authority, revoke.act.action) == (WHO, WHO, "revoke")
    assert register.acts_about("A-2") == ()
    register.verify_log()
