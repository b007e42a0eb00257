"""The log of acts: append-only, each entry chained to the one before by its hash.

An edited row breaks its own hash, a missing one the numbering. Who can write the database can also write
a whole new chain or cut its end off: against that stands a `LogHead` that was kept, best signed, elsewhere
(`issuer.register.verification`).

Whom an act was about stands beside the log, so that it can be erased one day. The entry itself holds a
salted hash of the reference: while the salt is there nobody can put another person in, and once both are
erased nobody can guess who it was.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select, union, update

from counterproof.mdoc.errors import Fact, MalformedError, StoreError
from issuer.register import tables
from issuer.register.model import authority_of, check_name, check_reason

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection, Row, Select

CLOCK_TOLERANCE = timedelta(minutes=5)
"""How far the clock may lie behind the last entry: what time servers correct without anybody's doing."""

PERSON = "person"
"""The fact that holds the salted hash of whom an act was about."""

_DOMAIN = b"counterproof register log v1"
_PERSON_DOMAIN = b"counterproof register person v1"
_SALT = 16
_ROW = select(tables.register)
_ROW_LOCKED = _ROW.with_for_update()


@dataclass(frozen=True, slots=True)
class LogHead:
    """Where the log stood: the register, the number of entries, the hash of the last one."""

    register_id: str
    seq: int
    digest: bytes

    @property
    def text(self) -> str:
        """One line to print, sign and keep."""
        return f"counterproof-register-log {self.register_id} {self.seq} {self.digest.hex()}"

    @classmethod
    def from_text(cls, text: str) -> LogHead:
        """Read such a line again; raise MalformedError `register.bad-head`."""
        try:
            word, register_id, seq, digest = text.strip().split(" ")
            head = cls(register_id, int(seq), bytes.fromhex(digest))
        except ValueError:
            raise MalformedError("register.bad-head") from None
        if word != "counterproof-register-log" or head.text != text.strip():
            raise MalformedError("register.bad-head")
        return head


@dataclass(frozen=True, slots=True)
class About:
    """Whom an act was about, by the agency's own reference, and for which credential.

    `salt` is drawn anew where it is empty.
    """

    subject: str
    doc_type: str | None = None
    batch_id: str | None = None
    salt: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One entry: who did what to what, when, on whose authority and why.

    `facts` are numbers and codes, never values. `authority` is that of `who` where an `Actor` says so, and
    None in entries of a register that knew no authorities yet.
    """

    at: datetime
    who: str
    action: str
    target: str
    why: str
    facts: Mapping[str, Fact]
    authority: str | None = None
    about: About | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedAct:
    """An act with its place in the log."""

    seq: int
    act: Act


def genesis(register_id: str) -> bytes:
    """Return the hash that the first entry is chained to; it binds the log to one register."""
    return hashlib.sha256(_DOMAIN + b"\0" + register_id.encode()).digest()


def append(connection: Connection, act: Act) -> int:
    """Add an act to the log and return its number; runs in the caller's transaction.

    Raises StoreError `register.clock-back` where `act.at` lies before the last entry by more than
    `CLOCK_TOLERANCE`, UsageError where a name or reason has the wrong form.
    """
    return append_all(connection, [act])[0]


def append_all(connection: Connection, every: Sequence[Act]) -> list[int]:
    """Add acts to the log, one after the other, and return their numbers; raises as `append`."""
    for act in every:
        _check_form(act)
    head = lock(connection)
    seq, digest, last = head.log_seq, head.log_hash, head.last_at
    rows, links = [], []
    for act in every:
        _check_clock(last, act.at)
        seq, last = seq + 1, max(last, act.at)
        row, link = _rows_of(act, seq)
        digest = row["hash"] = chained(digest, row)
        rows.append(row)
        links += [] if link is None else [link]
    connection.execute(insert(tables.log), rows)
    if links:
        connection.execute(insert(tables.log_subjects), links)
    connection.execute(update(tables.register).values(log_seq=seq, log_hash=digest, last_at=last))
    return [row["seq"] for row in rows]


def _check_form(act: Act) -> None:
    check_name("who", act.who)
    check_name("authority", _authority(act))
    check_name("target", act.target, 200)
    check_reason(act.action)
    check_reason(act.why)


def _authority(act: Act) -> str:
    return authority_of(act.who) if act.authority is None else act.authority


def _rows_of(act: Act, seq: int) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """Return an act's row but for its hash, and the row that says whom it is about.

    An issued batch has its person in a row of its own, which `issuer.register.batches` writes.
    """
    facts, about = dict(act.facts), act.about
    link = None
    if about is not None:
        salt = about.salt or new_salt()
        facts[PERSON] = person_mark(salt, about.subject)
        if not about.salt:
            link = {
                "seq": seq,
                "subject": about.subject,
                "salt": salt,
                "doc_type": about.doc_type,
                "batch_id": about.batch_id,
            }
    return {
        "seq": seq,
        "at": act.at,
        "actor": str(act.who),
        "authority": _authority(act),
        "action": act.action,
        "target": act.target,
        "reason": act.why,
        "details": json.dumps(facts, sort_keys=True, separators=(",", ":")),
    }, link


def new_salt() -> bytes:
    """Draw what a person's reference is hashed with."""
    return secrets.token_bytes(_SALT)


def person_mark(salt: bytes, subject: str) -> str:
    """Return what an entry says of the person that it is about: HMAC-SHA-256 under the salt, 32 digits."""
    return hmac.digest(salt, _PERSON_DOMAIN + subject.encode(), "sha256").hex()[:32]


def lock(connection: Connection) -> Row[Any]:
    """Return the register's one row, locked: here a server's writers queue, as SQLite's do at the file."""
    return connection.execute(_ROW_LOCKED).one()


def head(connection: Connection) -> LogHead:
    """Return where the log stands."""
    row = connection.execute(_ROW).one()
    return LogHead(row.register_id, row.log_seq, row.log_hash)


def acts(connection: Connection, after: int, limit: int) -> tuple[LoggedAct, ...]:
    """Return up to `limit` entries behind number `after`."""
    return tuple(_logged(row) for row in connection.execute(_rows(after).limit(limit)))


def about(connection: Connection, subject: str, after: int, limit: int) -> tuple[LoggedAct, ...]:
    """Return up to `limit` entries about a person behind number `after`."""
    batches, links = tables.batches, tables.log_subjects
    theirs = union(
        select(batches.c.act).where(batches.c.subject == subject),
        select(links.c.seq).where(links.c.subject == subject),
    )
    query = _rows(after).where(tables.log.c.seq.in_(theirs))
    return tuple(_logged(row) for row in connection.execute(query.limit(limit)))


def newest(connection: Connection, action: str) -> LoggedAct | None:
    """Return the last act of a kind, or None."""
    of_kind = select(tables.log).where(tables.log.c.action == action)
    row = connection.execute(of_kind.order_by(tables.log.c.seq.desc()).limit(1)).first()
    return None if row is None else _logged(row)


def check_clock(connection: Connection, at: datetime) -> None:
    """Raise StoreError `register.clock-back` where an act at `at` would be refused."""
    _check_clock(connection.execute(_ROW).one().last_at, at)


def _check_clock(last: datetime, at: datetime) -> None:
    if at < last - CLOCK_TOLERANCE:
        raise StoreError("register.clock-back", last=last.isoformat(), at=at.isoformat(timespec="seconds"))


def _logged(row: Row[Any]) -> LoggedAct:
    act = Act(
        at=row.at,
        who=row.actor,
        action=row.action,
        target=row.target,
        why=row.reason,
        facts=json.loads(row.details),
        authority=row.authority,
    )
    return LoggedAct(seq=row.seq, act=act)


def _rows(after: int) -> Select[Any]:
    return select(tables.log).where(tables.log.c.seq > after).order_by(tables.log.c.seq)


def chained(previous: bytes, row: Mapping[Any, Any]) -> bytes:
    """Return SHA-256 over the entry before and every field of this one, each with its length in front.

    The authority comes last and only where there is one: older entries have none, and keep their hashes.
    """
    fields = [
        str(row["seq"]),
        str(int(row["at"].timestamp())),
        row["actor"],
        row["action"],
        row["target"],
        row["reason"],
        row["details"],
    ]
    if row["authority"] is not None:
        fields.append(row["authority"])
    hashed = [previous]
    for each in fields:
        encoded = each.encode("utf-8", "surrogatepass")
        hashed += (len(encoded).to_bytes(4, "big"), encoded)
    return hashlib.sha256(b"".join(hashed)).digest()
