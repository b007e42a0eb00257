from __future__ import annotations

import functools
import sqlite3
import tempfile
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from counterproof.mdoc.errors import MalformedError, StoreError, UsageError
from issuer.register import CLOCK_TOLERANCE, LogHead, Register, Status
from tests.kit.register import AT, WHO, a_batch, found

ENTRIES = 20


@functools.cache
def _written() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        _write(Path(folder) / "register.db")
        return (Path(folder) / "register.db").read_bytes()


def a_log(path: Path) -> LogHead:
    """Put a log of 20 entries in place and return its head."""
    path.write_bytes(_written())
    register = Register.open(path)
    head = register.verify_log()
    register.close()
    return head


def _write(path: Path) -> None:
    register, list_id = found(path)
    while register.log_head().seq < ENTRIES - 1:
        register.record_batch(a_batch(register, list_id, 1), at=AT)
    register.set_status(register.list()[0].batch_id, Status.REVOKED, reason="lost", who=WHO, at=AT)
    register.close()


def tamper(path: Path, *statements: str) -> None:
    """Write into the file past every guard, as somebody with the file would."""
    with sqlite3.connect(path) as database:
        database.execute("DROP TRIGGER log_no_update")
        database.execute("DROP TRIGGER log_no_delete")
        for statement in statements:
            database.execute(statement)
    database.close()


def broken(path: Path, kept: LogHead | None = None) -> tuple[str, object]:
    register = Register.open(path)
    with pytest.raises(StoreError) as caught:
        register.verify_log(kept)
    register.close()
    return caught.value.code, caught.value.facts["position"]


@pytest.mark.parametrize(
    "change",
    [
        "actor = 'somebody else'",
        "reason = 'stolen'",
        "target = 'aaaaaaaaaaaaaaaa'",
        "at = at - 1",
        "action = 'reinstate'",
        "details = '{\"copies\":9}'",
        "hash = zeroblob(32)",
    ],
)
@pytest.mark.parametrize("position", [1, 7, ENTRIES])
def test_scenario_issuer_audit_edit(tmp_path: Path, change: str, position: int) -> None:
    """One changed row is found, and named."""
    a_log(tmp_path / "register.db")
    tamper(tmp_path / "register.db", f"UPDATE log SET {change} WHERE seq = {position}")  # noqa: S608 - our own text
    assert broken(tmp_path / "register.db") == ("register.log-edited", position)


@pytest.mark.parametrize("position", [3, 7, ENTRIES - 1])
def test_a_row_that_was_taken_out_is_found(tmp_path: Path, position: int) -> None:
    a_log(tmp_path / "register.db")
    tamper(tmp_path / "register.db", "DELETE FROM batches", f"DELETE FROM log WHERE seq = {position}")  # noqa: S608 - a number
    assert broken(tmp_path / "register.db") == ("register.log-gap", position)


def test_two_rows_that_changed_places_are_found(tmp_path: Path) -> None:
    a_log(tmp_path / "register.db")
    tamper(
        tmp_path / "register.db",
        "UPDATE log SET seq = -5 WHERE seq = 5",
        "UPDATE log SET seq = 5 WHERE seq = 6",
        "UPDATE log SET seq = 6 WHERE seq = -5",
    )
    assert broken(tmp_path / "register.db") == ("register.log-edited", 5)


def test_scenario_issuer_audit_truncate(tmp_path: Path) -> None:
    """Ten dropped rows are found by the register's own row, and by a signed head once that is mended too."""
    path = tmp_path / "register.db"
    kept = a_log(path)
    signer = Ed25519PrivateKey.generate()
    line, signature = kept.text, signer.sign(kept.text.encode())

    tamper(path, "DELETE FROM batches", "DELETE FROM log WHERE seq > 10")
    assert broken(path) == ("register.log-truncated", 11)

    with sqlite3.connect(path) as database:
        database.execute("UPDATE register SET log_seq = 10, log_hash = (SELECT hash FROM log WHERE seq = 10)")
    database.close()
    assert broken(path)[0] == "register.status-edited"  # revoked, and no entry says so any more

    with sqlite3.connect(path) as database:
        database.execute("UPDATE status_entries SET status = 0")
    database.close()
    register = Register.open(path)
    assert register.verify_log().seq == 10  # whole in itself: nothing inside the file can tell
    register.close()
    signer.public_key().verify(signature, line.encode())
    assert broken(path, LogHead.from_text(line)) == ("register.log-truncated", 11)
    with pytest.raises(InvalidSignature):
        signer.public_key().verify(signature, line.replace(" 20 ", " 10 ").encode())


def test_a_log_that_was_written_anew_is_found_by_the_head(tmp_path: Path) -> None:
    kept = a_log(tmp_path / "one.db")
    _write(tmp_path / "two.db")
    register = Register.open(tmp_path / "two.db")
    other = register.log_head()
    register.close()
    assert broken(tmp_path / "two.db", kept) == ("register.log-rewritten", 1)
    forged = LogHead(other.register_id, 12, kept.digest)
    assert broken(tmp_path / "two.db", forged) == ("register.log-rewritten", 12)


def test_a_log_that_has_grown_still_fits_its_head(tmp_path: Path) -> None:
    path = tmp_path / "register.db"
    kept = a_log(path)
    register = Register.open(path)
    register.log_act("publish", "list-1", why="daily", who=WHO, at=AT, facts={"entries": 5})
    assert register.verify_log(kept).seq == kept.seq + 1


@pytest.mark.parametrize("statement", ["UPDATE log SET actor = 'x'", "DELETE FROM log"])
def test_the_log_is_append_only_for_everybody_who_slips(tmp_path: Path, statement: str) -> None:
    a_log(tmp_path / "register.db")
    database = sqlite3.connect(tmp_path / "register.db")
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        database.execute(statement)
    database.close()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "counterproof-register-log x y z",
        "counterproof-register-log a 01 00",
        "another-log a 1 00",
        "counterproof-register-log a 1 0",
        "counterproof-register-log  a 1 00",
        "counterproof-register-log a 1 00 00",
    ],
)
def test_a_line_that_is_no_head(text: str) -> None:
    with pytest.raises(MalformedError, match=r"register\.bad-head"):
        LogHead.from_text(text)


def test_a_head_survives_paper(tmp_path: Path) -> None:
    head = a_log(tmp_path / "register.db")
    assert LogHead.from_text(f" {head.text}\n") == head


@pytest.mark.parametrize("reason", ["", "Lost", "lost it", "lost\n", "jaan tamm", "a" * 41, "-lost"])
def test_a_reason_is_a_code_and_no_story(tmp_path: Path, reason: str) -> None:
    register, _ = found(tmp_path / "register.db")
    head = register.log_head()
    with pytest.raises(UsageError, match=r"register\.bad-reason"):
        register.log_act("publish", "list-1", why=reason, who=WHO, at=AT, facts={})
    assert register.log_head() == head


def test_no_act_before_the_last_one(tmp_path: Path) -> None:
    register, _ = found(tmp_path / "register.db")
    register.log_act("publish", "list-1", why="daily", who=WHO, at=AT - CLOCK_TOLERANCE, facts={})
    early = AT - CLOCK_TOLERANCE - timedelta(seconds=1)
    with pytest.raises(StoreError) as caught:
        register.log_act("publish", "list-1", why="daily", who=WHO, at=early, facts={})
    assert caught.value.code == "register.clock-back"
    assert caught.value.facts["last"] == "2026-11-23T12:00:00+00:00"
    later = AT + timedelta(days=1)
    register.log_act("publish", "list-1", why="daily", who=WHO, at=later, facts={})
    with pytest.raises(StoreError, match=r"register\.clock-back"):
        register.log_act("publish", "list-1", why="daily", who=WHO, at=AT, facts={})
    register.verify_log()
