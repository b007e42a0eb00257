"""The log of acts: append-only, each entry chained to the one before by its hash.

An edited row breaks its own hash, a missing one the numbering. Who can write the database can also write
a whole new chain or cut its end off: against that stands a `LogHead` that was kept, best signed, elsewhere.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select, update

from counterproof.mdoc.errors import Fact, MalformedError, StoreError
from issuer.register import tables
from issuer.register.model import check_name, check_reason

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from sqlalchemy import Connection, Row, Select

CLOCK_TOLERANCE = timedelta(minutes=5)
"""How far the clock may lie behind the last entry: what time servers correct without anybody's doing."""

_DOMAIN = b"counterproof register log v1"
_PAGE = 5000


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One entry: who did what to what, when and why; `facts` are numbers and codes, never values."""

    at: datetime
    who: str
    action: str
    target: str
    why: str
    facts: Mapping[str, Fact]


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
    check_name("who", act.who)
    check_name("target", act.target, 200)
    check_reason(act.action)
    check_reason(act.why)
    head = lock(connection)
    _check_clock(head, act.at)
    row = {
        "seq": head.log_seq + 1,
        "at": act.at,
        "actor": act.who,
        "action": act.action,
        "target": act.target,
        "reason": act.why,
        "details": json.dumps(dict(act.facts), sort_keys=True, separators=(",", ":")),
    }
    row["hash"] = _hash(head.log_hash, row)
    connection.execute(insert(tables.log), [row])
    connection.execute(
        update(tables.register).values(
            log_seq=row["seq"], log_hash=row["hash"], last_at=max(act.at, head.last_at)
        )
    )
    return int(row["seq"])


def lock(connection: Connection) -> Row[Any]:
    """Return the register's one row, locked: here a server's writers queue, as SQLite's do at the file."""
    return connection.execute(select(tables.register).with_for_update()).one()


def head(connection: Connection) -> LogHead:
    """Return where the log stands."""
    row = connection.execute(select(tables.register)).one()
    return LogHead(row.register_id, row.log_seq, row.log_hash)


def acts(connection: Connection, after: int, limit: int) -> tuple[LoggedAct, ...]:
    """Return up to `limit` entries behind number `after`."""
    return tuple(_logged(row) for row in connection.execute(_rows(after).limit(limit)))


def newest(connection: Connection, action: str) -> LoggedAct | None:
    """Return the last act of a kind, or None."""
    of_kind = select(tables.log).where(tables.log.c.action == action)
    row = connection.execute(of_kind.order_by(tables.log.c.seq.desc()).limit(1)).first()
    return None if row is None else _logged(row)


def check_clock(connection: Connection, at: datetime) -> None:
    """Raise StoreError `register.clock-back` where an act at `at` would be refused."""
    _check_clock(connection.execute(select(tables.register)).one(), at)


def verify(connection: Connection, kept: LogHead | None) -> LogHead:
    """Recompute the whole chain and compare it with where it should stand; return the head.

    Raises StoreError with `position`, the number of the first entry in question: `register.log-edited`,
    `register.log-gap`, `register.log-truncated` (the end is missing, by the register's own row or by the
    head that was kept) or `register.log-rewritten` (whole in itself, but not the log that `kept` stood for).
    """
    stated = head(connection)
    if kept is not None and kept.register_id != stated.register_id:
        raise StoreError("register.log-rewritten", position=1)
    digest = genesis(stated.register_id)
    position = 0
    for row in _all_rows(connection):
        position += 1
        if row.seq != position:
            raise StoreError("register.log-gap", position=position)
        digest = _hash(digest, row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it
        if digest != row.hash:
            raise StoreError("register.log-edited", position=position)
        if kept is not None and kept.seq == position and kept.digest != digest:
            raise StoreError("register.log-rewritten", position=position)
    if position < max(stated.seq, kept.seq if kept is not None else 0):
        raise StoreError("register.log-truncated", position=position + 1)
    if (position, digest) != (stated.seq, stated.digest):
        raise StoreError("register.log-edited", position=position)
    return stated


def _check_clock(head: Row[Any], at: datetime) -> None:
    if at < head.last_at - CLOCK_TOLERANCE:
        raise StoreError(
            "register.clock-back", last=head.last_at.isoformat(), at=at.isoformat(timespec="seconds")
        )


def _logged(row: Row[Any]) -> LoggedAct:
    act = Act(
        at=row.at,
        who=row.actor,
        action=row.action,
        target=row.target,
        why=row.reason,
        facts=json.loads(row.details),
    )
    return LoggedAct(seq=row.seq, act=act)


def _rows(after: int) -> Select[Any]:
    return select(tables.log).where(tables.log.c.seq > after).order_by(tables.log.c.seq)


def _all_rows(connection: Connection) -> Iterator[Row[Any]]:
    after = -(2**62)
    while page := connection.execute(_rows(after).limit(_PAGE)).all():
        yield from page
        after = page[-1].seq


def _hash(previous: bytes, row: Mapping[Any, Any]) -> bytes:
    """Return SHA-256 over the entry before and every field of this one, each with its length in front."""
    fields = (
        str(row["seq"]),
        str(int(row["at"].timestamp())),
        row["actor"],
        row["action"],
        row["target"],
        row["reason"],
        row["details"],
    )
    hashed = hashlib.sha256(previous)
    for each in fields:
        encoded = each.encode("utf-8", "surrogatepass")
        hashed.update(len(encoded).to_bytes(4, "big"))
        hashed.update(encoded)
    return hashed.digest()
