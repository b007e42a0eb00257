"""Applications: what a wallet asked for and a clerk decides, and what was decided."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from sqlalchemy import and_, insert, select, update

from counterproof.mdoc.errors import Fact, StoreError, UsageError
from issuer.register import acts
from issuer.register import online_rows as rows
from issuer.register.model import check_reason
from issuer.register.online_model import Application, ApplicationState, NewApplication
from issuer.register.online_tables import applications

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from issuer.register.store import Store

_ID_BYTES = 10
_MAX_PAGE = 1000


class ApplicationRegister:
    """The applications of one register."""

    def __init__(self, store: Store, random: Callable[[int], bytes]) -> None:
        self._store = store
        self._random = random

    def apply(
        self,
        grant_id: str,
        new: NewApplication,
        *,
        nonce: tuple[bytes, datetime],
        doc_type: str,
        subject: str,
        who: str,
        at: datetime,
    ) -> Application:
        """Record an application; the same request again is the same application.

        Raises StoreError `register.nonce-used`, `register.grant-used`, `register.clock-back`.
        """
        with self._store.write() as connection:
            acts.lock(connection)
            known = applications.c.request == new.request
            earlier = connection.execute(select(applications).where(known)).first()
            if earlier is not None:
                return rows.to_application(earlier)
            rows.spend(connection, *nonce, at)
            rows.take_copies(connection, grant_id, new.copies)
            application_id = self._new_id()
            facts: dict[str, Fact] = {"doc_type": doc_type, "copies": new.copies}
            about = acts.About(subject, doc_type)
            act = acts.Act(
                at=at,
                who=who,
                action="apply",
                target=application_id,
                why="requested",
                facts=facts,
                about=about,
            )
            acts.append(connection, act)
            row = {
                "id": application_id,
                "grant_id": grant_id,
                "transaction": new.transaction,
                "request": new.request,
                "device_keys": new.device_keys,
                "copies": new.copies,
                "doc_type": doc_type,
                "subject": subject,
                "state": ApplicationState.WAITING.value,
                "created_at": at,
            }
            connection.execute(insert(applications), [row])
            made = select(applications).where(applications.c.id == application_id)
            return rows.to_application(connection.execute(made).one())

    def decide(
        self, application_id: str, *, approve: bool, reason: str, who: str, at: datetime
    ) -> Application:
        """Approve or refuse an application, once.

        Raises UsageError `register.no-such-application`, `register.bad-reason`, StoreError
        `register.decided-already`.
        """
        check_reason(reason)
        with self._store.write() as connection:
            acts.lock(connection)
            here = applications.c.id == application_id
            row = connection.execute(select(applications).where(here)).first()
            if row is None:
                raise UsageError("register.no-such-application")
            if row.state != ApplicationState.WAITING:
                raise StoreError("register.decided-already")
            state = ApplicationState.APPROVED if approve else ApplicationState.REFUSED
            action = "approve" if approve else "refuse"
            about = acts.About(row.subject, row.doc_type)
            act = acts.Act(
                at=at,
                who=who,
                action=action,
                target=application_id,
                why=reason,
                facts={},
                about=about,
            )
            acts.append(connection, act)
            values = {"state": state.value, "decided_at": at, "decided_by": who, "reason": reason}
            connection.execute(update(applications).where(here).values(**values))
            return rows.to_application(connection.execute(select(applications).where(here)).one())

    def application(self, transaction: bytes, grant_id: str) -> Application:
        """Return the application of a transaction; raise UsageError `register.no-such-application`."""
        here = and_(applications.c.transaction == transaction, applications.c.grant_id == grant_id)
        with self._store.read() as connection:
            row = connection.execute(select(applications).where(here)).first()
        if row is None:
            raise UsageError("register.no-such-application")
        return rows.to_application(row)

    def application_of(self, request: bytes) -> Application | None:
        """Return the application that a request made before, or None."""
        with self._store.read() as connection:
            here = applications.c.request == request
            row = connection.execute(select(applications).where(here)).first()
        return None if row is None else rows.to_application(row)

    def applications(
        self, *, state: ApplicationState | None = None, subject: str | None = None, limit: int = 100
    ) -> tuple[Application, ...]:
        """Return applications, oldest first: those that waited longest."""
        query = select(applications).order_by(applications.c.created_at, applications.c.id)
        if state is not None:
            query = query.where(applications.c.state == state.value)
        if subject is not None:
            query = query.where(applications.c.subject == subject)
        with self._store.read() as connection:
            found = connection.execute(query.limit(max(1, min(limit, _MAX_PAGE)))).all()
        return tuple(rows.to_application(row) for row in found)

    def _new_id(self) -> str:
        return base64.b32encode(self._random(_ID_BYTES)).decode().lower()
