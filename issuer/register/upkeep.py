"""The part of the register that proves, restores and forgets: its log, its epochs, its persons."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy import select

from issuer.register import acts, restoring, tables, verification
from issuer.register.settings import put_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import datetime

    from counterproof.mdoc.errors import Fact
    from issuer.register.acts import About, LoggedAct, LogHead
    from issuer.register.model import Status
    from issuer.register.store import Store


class Upkeep:
    """What `Register` can do with its log and its own past."""

    _store: Store
    _random: Callable[[int], bytes]

    @contextmanager
    def together(self) -> Iterator[None]:
        """Let all that this thread reads and writes within the block be done as one, or not at all."""
        with self._store.joined():
            yield

    def log_act(
        self,
        action: str,
        target: str,
        *,
        why: str,
        who: str,
        at: datetime,
        facts: Mapping[str, Fact],
        about: About | None = None,
    ) -> int:
        """Log an act that changes nothing else here (publishing, a person's data asked for, a refusal).

        `about` is whom it was about; that person is told of it, and the term of the type erases who it was.
        """
        with self._store.write() as connection:
            act = acts.Act(at=at, who=who, action=action, target=target, why=why, facts=facts, about=about)
            return acts.append(connection, act)

    def check_clock(self, at: datetime) -> None:
        """Check that an act at `at` would not be refused; raise StoreError `register.clock-back`."""
        with self._store.read() as connection:
            acts.check_clock(connection, at)

    def newest_act(self, action: str) -> LoggedAct | None:
        """Return the last act of a kind, such as `publish`, or None."""
        with self._store.read() as connection:
            return acts.newest(connection, action)

    def targets_of(self, action: str) -> frozenset[str]:
        """Return what every act of a kind was about."""
        with self._store.read() as connection:
            query = select(tables.log.c.target).where(tables.log.c.action == action)
            return frozenset(connection.execute(query).scalars())

    def acts(self, *, after: int = 0, limit: int = 100) -> tuple[LoggedAct, ...]:
        """Return log entries behind number `after`."""
        with self._store.read() as connection:
            return acts.acts(connection, after, limit)

    def acts_about(self, subject: str, *, after: int = 0, limit: int = 100) -> tuple[LoggedAct, ...]:
        """Return log entries about a person behind number `after`: issued, revoked, asked for, refused."""
        with self._store.read() as connection:
            return acts.about(connection, subject, after, limit)

    def log_head(self) -> LogHead:
        """Return where the log stands: sign it, and keep it somewhere else."""
        with self._store.read() as connection:
            return acts.head(connection)

    def digest_at(self, seq: int) -> bytes | None:
        """Return the hash of one entry, or None where there is none of that number."""
        with self._store.read() as connection:
            found: bytes | None = connection.execute(
                select(tables.log.c.hash).where(tables.log.c.seq == seq)
            ).scalar()
            return found

    def verify_log(self, *kept: LogHead | None) -> LogHead:
        """Recompute the log's chain, and hold it against heads that were kept.

        Errors as in `issuer.register.verification.verify`.
        """
        with self._store.read() as connection:
            return verification.verify(connection, [head for head in kept if head is not None])

    def begin_epoch(
        self,
        settings: Mapping[str, str],
        uris: Sequence[tuple[str, int]],
        *,
        size: int,
        lost: int,
        who: str,
        at: datetime,
    ) -> None:
        """Close every list and begin others, after an old copy was put back; one transaction."""
        with self._store.write() as connection:
            restoring.close_lists(connection, uris, size=size, lost=lost, who=who, at=at)
            put_settings(connection, settings, who, at)

    def take_back_statuses(
        self, list_id: int, wanted: Mapping[int, Status], *, who: str, at: datetime
    ) -> int:
        """Set what a published list said where this register does not; return how many places changed."""
        with self._store.write() as connection:
            return restoring.take_back(connection, list_id, wanted, who=who, at=at)

    def persons_due(self, doc_type: str, before: datetime) -> int:
        """Return of how many batches of a type, that ended before a time, the person is still known."""
        with self._store.read() as connection:
            return restoring.due(connection, doc_type, before)

    def erase_persons(self, doc_type: str, before: datetime, *, who: str, at: datetime, limit: int) -> int:
        """Erase who up to `limit` batches, that ended before a time, were for; return of how many."""
        with self._store.write() as connection:
            return restoring.erase(connection, doc_type, before, who=who, at=at, limit=limit)
