"""Proving the log: its chain, its end, the persons that it was about, and the statuses that it led to."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from counterproof.mdoc.errors import StoreError
from issuer.register import acts, tables
from issuer.register.model import Status
from issuer.register.statuses import ACTIONS, TARGET

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sqlalchemy import ColumnElement, Connection, Row

    from issuer.register.acts import LogHead

_PAGE = 5000
_CHUNK = 500
_STATUS_OF = {action: status for status, action in ACTIONS.items()}


def verify(connection: Connection, kept: Sequence[LogHead] = ()) -> LogHead:
    """Recompute the whole chain and hold it against where it should stand; return the head.

    Raises StoreError with `position`, the number of the first entry in question: `register.log-edited`,
    `register.log-gap`, `register.log-truncated` (the end is missing, by the register's own row or by a
    head that was kept), `register.log-rewritten` (whole in itself, but not the log that `kept` stood for),
    `register.person-edited` (somebody else stands beside an entry than was there when it was written) or
    `register.status-edited` (a status is not what the log last made it).
    """
    stated = acts.head(connection)
    if any(each.register_id != stated.register_id for each in kept):
        raise StoreError("register.log-rewritten", position=1)
    heads = {each.seq: each.digest for each in kept}
    if len(heads) != len({(each.seq, each.digest) for each in kept}):
        raise StoreError("register.log-rewritten", position=min(heads))
    replayed = _Replay()
    digest, position = acts.genesis(stated.register_id), 0
    for page in _pages(connection):
        digest, position = _check_page(page, digest, position, heads)
        _check_persons(connection, page)
        replayed.take(page)
    _check_end(stated, position, digest, max(heads, default=0))
    replayed.compare(connection)
    return stated


def _check_page(
    page: Sequence[Row[Any]], digest: bytes, position: int, heads: dict[int, bytes]
) -> tuple[bytes, int]:
    for row in page:
        position += 1
        if row.seq != position:
            raise StoreError("register.log-gap", position=position)
        digest = acts.chained(digest, row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it
        if digest != row.hash:
            raise StoreError("register.log-edited", position=position)
        if heads.get(position, digest) != digest:
            raise StoreError("register.log-rewritten", position=position)
    return digest, position


def _check_end(stated: LogHead, position: int, digest: bytes, kept: int) -> None:
    if position < max(stated.seq, kept):
        raise StoreError("register.log-truncated", position=position + 1)
    if (position, digest) != (stated.seq, stated.digest):
        raise StoreError("register.log-edited", position=position)


def _pages(connection: Connection) -> Iterator[Sequence[Row[Any]]]:
    after, log = -(2**62), tables.log
    while True:
        query = select(log).where(log.c.seq > after).order_by(log.c.seq).limit(_PAGE)
        page = connection.execute(query).all()
        if not page:
            return
        yield page
        after = page[-1].seq


def _check_persons(connection: Connection, page: Sequence[Row[Any]]) -> None:
    """Hold whoever stands beside these entries against the salted hashes in them; erased ones are let be."""
    first, last = page[0].seq, page[-1].seq
    batches, links = tables.batches, tables.log_subjects
    beside = [
        select(batches.c.act.label("seq"), batches.c.subject, batches.c.salt).where(
            batches.c.act.between(first, last)
        ),
        select(links.c.seq, links.c.subject, links.c.salt).where(links.c.seq.between(first, last)),
    ]
    marks = {row.seq: json.loads(row.details).get(acts.PERSON) for row in page if acts.PERSON in row.details}
    for query in beside:
        for row in connection.execute(query):
            mark = marks.get(row.seq)
            if row.salt is None and (mark is None or not row.subject):
                continue  # an entry from before there were marks, or a person who was erased
            if mark is None or row.salt is None or acts.person_mark(row.salt, row.subject) != mark:
                raise StoreError("register.person-edited", position=row.seq)


class _Replay:
    """What the log made of every status that it touched, and of how many copies."""

    def __init__(self) -> None:
        self._last: dict[tuple[str, int | None], tuple[int, Status]] = {}

    def take(self, page: Iterable[Row[Any]]) -> None:
        """Follow the acts that set a status."""
        for row in page:
            match = TARGET.fullmatch(row.target) if row.action in _STATUS_OF else None
            if match is not None:
                number = int(match[2]) if match[2] else None
                self._last[match[1], number] = (row.seq, _STATUS_OF[row.action])

    def compare(self, connection: Connection) -> None:
        """Raise StoreError `register.status-edited` where the register says otherwise."""
        for row in _statuses(connection, tables.status_entries.c.status != 0):
            self._check(row)
        touched = sorted({batch_id for batch_id, _ in self._last})
        for start in range(0, len(touched), _CHUNK):
            chosen = tables.credentials.c.batch_id.in_(touched[start : start + _CHUNK])
            for row in _statuses(connection, chosen):
                self._check(row)

    def _check(self, row: Row[Any, Any, Any]) -> None:
        seq, status = self._of(row.batch_id, row.number)
        if status is not Status(row.status):
            raise StoreError("register.status-edited", position=seq, copy=f"{row.batch_id}.{row.number}")

    def _of(self, batch_id: str, number: int) -> tuple[int, Status]:
        """Return what the log last made of a copy; revoked is for ever."""
        found = [self._last.get((batch_id, None)), self._last.get((batch_id, number))]
        known = [each for each in found if each is not None]
        for each in known:
            if each[1] is Status.REVOKED:
                return each
        return max(known, default=(0, Status.VALID))


def _statuses(connection: Connection, chosen: ColumnElement[bool]) -> Iterable[Row[Any, Any, Any]]:
    copies, entries = tables.credentials, tables.status_entries
    here = (entries.c.list_id == copies.c.list_id) & (entries.c.idx == copies.c.idx)
    query = select(copies.c.batch_id, copies.c.number, entries.c.status).select_from(
        copies.join(entries, here)
    )
    return connection.execute(query.where(chosen))
