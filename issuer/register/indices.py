"""Places in a status list: drawn at random, evenly over what is free, and never given out twice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select, update

from counterproof.mdoc.errors import StoreError, UsageError
from issuer.register import tables
from issuer.register.model import StatusListFacts, check_name

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy import Connection, Row

DEFAULT_SIZE = 1 << 20
_MIN_SIZE = 1 << 10
_MAX_SIZE = 1 << 27
_MAX_DRAWN = 10_000
_CROWDED = 0.9
"""Past this share of used places, a draw is made from the list of free ones instead of by trial."""

_QUERY = 500
_WORD = 8


def create_list(connection: Connection, uri: str, size: int, bits: int, at: datetime) -> int:
    """Add a status list and return its number.

    Raises UsageError `register.list-size`, `register.list-bits` or `register.list-exists`.
    """
    check_name("uri", uri, 512)
    if not _MIN_SIZE <= size <= _MAX_SIZE or size % 8:
        raise UsageError("register.list-size", least=_MIN_SIZE, most=_MAX_SIZE)
    if bits not in {1, 2, 4, 8}:
        raise UsageError("register.list-bits")
    lists = tables.status_lists
    if connection.execute(select(lists.c.id).where(lists.c.uri == uri)).first() is not None:
        raise UsageError("register.list-exists", uri=uri)
    values = {"uri": uri, "size": size, "bits": bits, "epoch": 0, "used": 0, "created_at": at}
    return int(connection.execute(insert(lists).values(**values).returning(lists.c.id)).scalar_one())


def facts(connection: Connection) -> tuple[StatusListFacts, ...]:
    """Return every status list, oldest first."""
    rows = connection.execute(select(tables.status_lists).order_by(tables.status_lists.c.id))
    return tuple(
        StatusListFacts(
            list_id=row.id,
            uri=row.uri,
            size=row.size,
            bits=row.bits,
            epoch=row.epoch,
            used=row.used,
            closed=row.closed_at is not None,
        )
        for row in rows
    )


def locked(connection: Connection, list_id: int) -> Row[Any]:
    """Return a status list's row, locked; raise UsageError `register.no-such-list`."""
    lists = tables.status_lists
    row = connection.execute(select(lists).where(lists.c.id == list_id).with_for_update()).first()
    if row is None:
        raise UsageError("register.no-such-list", list=list_id)
    return row


def allocate(connection: Connection, list_id: int, count: int, random: Callable[[int], bytes]) -> list[int]:
    """Take `count` places for good and return them in the order drawn.

    A place that is taken and then not used stays taken: that costs one of a million, and a place given out
    twice would revoke a stranger. Raises StoreError `register.list-full` or `register.list-closed`,
    UsageError `register.bad-count`.
    """
    if not 1 <= count <= _MAX_DRAWN:
        raise UsageError("register.bad-count", most=_MAX_DRAWN)
    row = locked(connection, list_id)
    if row.closed_at is not None:
        raise StoreError("register.list-closed", list=list_id)
    if row.size - row.used < count:
        raise StoreError("register.list-full", list=list_id, free=row.size - row.used)
    crowded = row.used + count > row.size * _CROWDED
    draw = _draw_from_free if crowded else _draw_by_trial
    drawn = draw(connection, list_id, row.size, count, random)
    entries = [{"list_id": list_id, "idx": index, "status": 0} for index in drawn]
    connection.execute(insert(tables.status_entries), entries)
    lists = tables.status_lists
    connection.execute(update(lists).where(lists.c.id == list_id).values(used=lists.c.used + count))
    return drawn


def _draw_by_trial(
    connection: Connection, list_id: int, size: int, count: int, random: Callable[[int], bytes]
) -> list[int]:
    drawn: dict[int, None] = {}
    while len(drawn) < count:
        tried = list(dict.fromkeys(below(size, random) for _ in range(min(count - len(drawn), _QUERY))))
        taken = _taken(connection, list_id, tried)
        drawn.update((index, None) for index in tried if index not in taken)
    return list(drawn)


def _taken(connection: Connection, list_id: int, indices: list[int]) -> set[int]:
    entries = tables.status_entries
    query = select(entries.c.idx).where(entries.c.list_id == list_id, entries.c.idx.in_(indices))
    return set(connection.execute(query).scalars())


def _draw_from_free(
    connection: Connection, list_id: int, size: int, count: int, random: Callable[[int], bytes]
) -> list[int]:
    entries = tables.status_entries
    taken = bytearray(size)
    for index in connection.execute(select(entries.c.idx).where(entries.c.list_id == list_id)).scalars():
        taken[index] = 1
    free = [index for index in range(size) if not taken[index]]
    for position in range(count):
        other = position + below(len(free) - position, random)
        free[position], free[other] = free[other], free[position]
    return free[:count]


def below(bound: int, random: Callable[[int], bytes]) -> int:
    """Return an even random number from 0 to `bound` - 1; draws that favour small ones are thrown away."""
    limit = (1 << 8 * _WORD) // bound * bound
    while True:
        number = int.from_bytes(random(_WORD), "big")
        if number < limit:
            return number % bound
