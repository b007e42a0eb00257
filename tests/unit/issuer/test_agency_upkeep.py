"""The record proved from outside, copies put back, people forgotten in time."""

from __future__ import annotations

import shutil
import sqlite3
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from counterproof.clock import FixedClock
from counterproof.mdoc.errors import CounterproofError, MalformedError, StoreError, UsageError
from issuer.agency import Agency, auditing, retention
from issuer.register import About, Register
from tests.kit.agency import AT, adult, asked, found, reopen

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import Any

AGE = "eu.europa.ec.av.1"


def code_of(call: Callable[[], Any]) -> str:
    with pytest.raises(CounterproofError) as refused:
        call()
    return refused.value.code


def issue(agency: Agency, count: int, name: str = "A") -> list[str]:
    made = []
    for number in range(count):
        wallet = asked(agency)
        made.append(agency.issue(wallet.request, AGE, adult(agency, f"{name}-{number}")).batch_id)
    return made


def places(agency: Agency) -> set[tuple[str, int]]:
    uris = {facts.list_id: facts.uri for facts in agency.register.status_lists()}
    every = [
        c for b in agency.register.list(limit=1000) for c in agency.register.show(b.batch_id).credentials
    ]
    return {(uris[copy.list_id], copy.index) for copy in every}


# --- heads that are kept elsewhere


def cut_off(folder: Path, last: int) -> None:
    """Take the end of the log away and mend all that the register itself could tell it by."""
    with sqlite3.connect(folder / "records.db") as database:
        for trigger in ("log_no_update", "log_no_delete"):
            database.execute(f"DROP TRIGGER {trigger}")
        for table, column in (("idempotency", "batch_id"), ("credentials", "batch_id"), ("batches", "id")):
            database.execute(
                f"DELETE FROM {table} WHERE {column} IN (SELECT id FROM batches WHERE act > ?)",  # noqa: S608 - names above
                (last,),
            )
        database.execute("DELETE FROM log_subjects WHERE seq > ?", (last,))
        database.execute("DELETE FROM log WHERE seq > ?", (last,))
        mend = "UPDATE register SET log_seq = ?, log_hash = (SELECT hash FROM log WHERE seq = ?)"
        database.execute(mend, (last, last))
    database.close()


@pytest.mark.scenario("issuer", "audit-truncate")
def test_ten_rows_cut_off_are_told_by_the_heads_kept_elsewhere(tmp_path: Path) -> None:
    agency = found(tmp_path / "a")
    auditing.keep_in(agency.desk, tmp_path / "auditor")
    issue(agency, 10)
    agency.publish(tmp_path / "lists")
    assert len(list((tmp_path / "auditor").iterdir())) == 2
    head, number = auditing.verify(agency.desk)
    assert (head, number) == (agency.register.log_head(), 2)
    agency.close()
    cut_off(tmp_path / "a", head.seq - 10)
    assert code_of(lambda: reopen(agency)) == "agency.restored"
    with reopen(agency, restored=True) as again:
        with pytest.raises(StoreError) as caught:
            auditing.verify(again.desk)
        assert (caught.value.code, caught.value.facts["position"]) == ("register.log-truncated", head.seq - 9)


@pytest.mark.scenario("issuer", "audit-edit")
def test_somebody_put_in_for_somebody_else_is_found(tmp_path: Path) -> None:
    agency = found(tmp_path / "a")
    (one, two) = issue(agency, 2)
    agency.revoke(one, reason="lost")
    agency.close()
    act = agency.register.show(two).summary.act
    changes = {
        "UPDATE batches SET subject = 'A-9' WHERE act = ?": (act, "register.person-edited"),
        "UPDATE batches SET subject = 'A-9', salt = NULL WHERE act = ?": (act, "register.person-edited"),
        "UPDATE log_subjects SET subject = 'A-9' WHERE seq > ?": (act + 1, "register.person-edited"),
        "UPDATE status_entries SET status = 0 WHERE list_id < ?": (act + 1, "register.status-edited"),
    }
    for number, (statement, (position, code)) in enumerate(changes.items()):
        copy = tmp_path / f"copy-{number}.db"
        shutil.copy(tmp_path / "a" / "records.db", copy)
        with sqlite3.connect(copy) as database:
            database.execute(statement, (act,))
        database.close()
        register = Register.open(copy)
        with pytest.raises(StoreError) as caught:
            register.verify_log()
        assert (caught.value.code, caught.value.facts["position"]) == (code, position)
        register.close()


def test_a_head_of_somebody_else_proves_nothing(tmp_path: Path) -> None:
    ours, theirs = found(tmp_path / "a"), found(tmp_path / "b")
    line = auditing.sign_head(theirs.desk)
    assert code_of(lambda: auditing.verify(ours.desk, [line])) == "agency.head-not-ours"
    head = auditing.read_head(theirs.desk, line)
    assert head == theirs.register.log_head()
    assert code_of(lambda: auditing.verify(ours.desk, [head.text])) == "register.log-rewritten"
    for spoiled in (line[:-8], line[:40], line.replace(" ", "  "), "counterproof-signed-head AAAA", "x" * 9):
        with pytest.raises(MalformedError, match=r"register\.bad-head"):
            auditing.verify(ours.desk, [spoiled])


def test_heads_beside_the_register_are_refused(tmp_path: Path) -> None:
    agency = found(tmp_path / "a")
    with pytest.raises(UsageError, match=r"agency\.heads-inside"):
        auditing.keep_in(agency.desk, tmp_path / "a" / "heads")


def test_a_stick_that_is_not_there_stops_no_publication(tmp_path: Path) -> None:
    agency = found(tmp_path / "a")
    auditing.keep_in(agency.desk, tmp_path / "auditor")
    shutil.rmtree(tmp_path / "auditor")
    assert not agency.publish(tmp_path / "lists").head_kept


# --- an old copy put back


@pytest.mark.scenario("issuer", "backup-restore")
def test_a_restored_backup_never_uses_an_index_again(tmp_path: Path) -> None:
    agency = found(tmp_path / "a", status_size=1024)
    issue(agency, 20)
    agency.close()
    shutil.copy(tmp_path / "a" / "records.db", tmp_path / "last-night.db")
    with reopen(agency) as today:
        issue(today, 100, "B")
        today.revoke(today.register.list(subject="B-7")[0].batch_id, reason="stolen")
        today.revoke(today.register.list(subject="A-3")[0].batch_id, reason="lost")
        today.renew_crls()
        numbers = {each.number for each in today.register.crls()}
        today.publish(tmp_path / "lists")
        left = places(today)
    shutil.copy(tmp_path / "last-night.db", tmp_path / "a" / "records.db")
    assert code_of(lambda: reopen(agency)) == "agency.restored"

    with reopen(agency, restored=True) as again:
        done = again.restore(tmp_path / "lists")
        assert (done.closed, done.begun, done.revoked) == (2, 2, 4)
        assert done.lost > 100
        before = places(again)
        issue(again, 100, "C")
        assert not (places(again) - before) & left
        assert again.publish(tmp_path / "lists-2").not_valid == 4
        assert again.register.list(subject="A-3")[0].revoked == 2
        again.renew_crls()
        assert min({each.number for each in again.register.crls()}) > max(numbers) + 900
        again.register.verify_log()
    with reopen(agency) as afterwards:  # and once it goes on, it opens as any other
        issue(afterwards, 1, "D")


@pytest.mark.scenario("issuer", "backup-restore")
def test_a_whole_folder_put_back_is_told_by_the_heads(tmp_path: Path) -> None:
    agency = found(tmp_path / "a")
    auditing.keep_in(agency.desk, tmp_path / "auditor")
    agency.close()
    shutil.copytree(tmp_path / "a", tmp_path / "backup")
    with reopen(agency) as today:
        issue(today, 3)
        today.publish(tmp_path / "lists")
    shutil.rmtree(tmp_path / "a")
    shutil.copytree(tmp_path / "backup", tmp_path / "a")
    assert code_of(lambda: reopen(agency)) == "agency.restored"
    with reopen(agency, restored=True) as again:
        assert again.restore().heads == 1
        assert auditing.verify(again.desk)[1] == 2
    reopen(agency).close()


def test_twice_the_same_copy_gives_two_names(tmp_path: Path) -> None:
    names = set()
    for number in range(2):
        agency = found(tmp_path / f"{number}")
        agency.restore()
        names |= {facts.uri for facts in agency.register.status_lists() if not facts.closed}
    assert len(names) == 4


def test_lists_of_another_agency_are_not_taken(tmp_path: Path) -> None:
    ours, theirs = found(tmp_path / "a"), found(tmp_path / "b")
    theirs.publish(tmp_path / "lists")
    assert code_of(lambda: ours.restore(tmp_path / "lists")) == "agency.not-our-lists"
    assert not any(facts.closed for facts in ours.register.status_lists())


# --- forgetting


def test_a_person_is_erased_in_time_and_all_stays_provable(tmp_path: Path) -> None:
    agency = found(tmp_path / "a")
    retention.set_term(agency.desk, AGE, 30)
    (batch, other) = issue(agency, 2, "person-reference")
    agency.revoke(batch, reason="lost")
    agency.register.log_act(
        "ask-source",
        "people",
        why="issue",
        who="clerk",
        at=AT,
        facts={},
        about=About("person-reference-0", AGE),
    )
    assert [each.act.action for each in agency.register.acts_about("person-reference-0")] == [
        "issue",
        "revoke",
        "ask-source",
    ]
    kept = auditing.sign_head(agency.desk)
    ends = agency.register.show(batch).summary.valid_until
    agency.close()
    assert b"person-reference" in (tmp_path / "a" / "records.db").read_bytes()
    with reopen(agency, FixedClock(ends + timedelta(days=30))) as early:
        assert retention.run(early.desk) == 0
    with reopen(agency, FixedClock(ends + timedelta(days=30, seconds=1))) as later:
        assert [term.due for term in retention.terms(later.desk) if term.days == 30] == [2]
        assert retention.run(later.desk) == 2
        assert later.register.acts_about("person-reference-0") == ()
        assert later.register.list(subject="person-reference-0") == ()
        assert later.register.show(batch).summary.subject == ""
        assert later.register.show(other).credentials
        assert any(later.register.status_bytes(later.register.show(batch).credentials[0].list_id))
        assert auditing.verify(later.desk, [kept])[1] == 1
        head = later.register.log_head()
        assert retention.run(later.desk) == 0
        assert later.register.log_head() == head
    raw = b"".join(path.read_bytes() for path in (tmp_path / "a").glob("records.db*"))
    assert b"person-reference" not in raw


def test_without_a_term_nobody_is_erased(tmp_path: Path) -> None:
    agency = found(tmp_path / "a")
    issue(agency, 1)
    agency.close()
    with reopen(agency, FixedClock(AT + timedelta(days=3000))) as later:
        assert retention.run(later.desk) == 0
        assert later.register.list(subject="A-0")
