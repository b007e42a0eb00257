"""Who works at the console, as the register keeps it: each method is one transaction.

Secrets come in as digests. What people do is in the log; that a page was looked at is not.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, delete, func, insert, select, update

from counterproof.mdoc.errors import StoreError, UsageError
from issuer.register import acts
from issuer.register.console_model import Clerk, Passkey, Session, SessionKind, folded
from issuer.register.console_tables import (
    challenges,
    clerks,
    invitations,
    passkeys,
    recovery_codes,
    sessions,
)
from issuer.register.model import check_name
from issuer.register.online_model import Role

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime, timedelta

    from sqlalchemy import Connection, Row

    from counterproof.mdoc.errors import Fact
    from issuer.register.store import Store

_ID_BYTES = 10
_HANDLE = 32


class ClerkRegister:
    """The clerks of one register."""

    def __init__(self, store: Store, random: Callable[[int], bytes]) -> None:
        self._store = store
        self._random = random

    def any(self) -> bool:
        """Tell whether somebody works at the console: until then there is none."""
        with self._store.read() as connection:
            alive = select(clerks.c.id).where(clerks.c.ended_at.is_(None)).limit(1)
            return connection.execute(alive).first() is not None

    def every(self) -> tuple[Clerk, ...]:
        """Return everybody, by name, those who left as well."""
        with self._store.read() as connection:
            rows = connection.execute(select(clerks).order_by(clerks.c.folded)).all()
            return tuple(_clerk(connection, row) for row in rows)

    def find(self, name: str) -> Clerk:
        """Return who is called so or has this id; raise UsageError `console.no-such-clerk`."""
        with self._store.read() as connection:
            here = (clerks.c.id == name) | (clerks.c.folded == folded(name))
            row = connection.execute(select(clerks).where(here)).first()
            if row is None:
                raise UsageError("console.no-such-clerk")
            return _clerk(connection, row)

    def invite(
        self, name: str, role: Role, digest: bytes, *, expires_at: datetime, who: str, at: datetime
    ) -> Clerk:
        """Enrol somebody, or enrol them anew: record the digest of a link that makes a passkey once.

        Passkeys that they have count until the link is used. Raises UsageError `register.bad-name`.
        """
        check_name("who", name)
        with self._store.write() as connection:
            acts.lock(connection)
            known = connection.execute(select(clerks).where(clerks.c.folded == folded(name))).first()
            clerk_id = known.id if known is not None else self._new_id()
            _log(connection, "enrol-clerk", clerk_id, who=who, at=at, role=role.value, name=name)
            values = {"role": role.value, "enrolled_by": str(who), "ended_at": None}
            if known is None:
                row = {"id": clerk_id, "name": name, "folded": folded(name), "created_at": at, **values}
                connection.execute(insert(clerks), [{**row, "handle": self._random(_HANDLE)}])
            else:
                connection.execute(update(clerks).where(clerks.c.id == clerk_id).values(**values))
                if known.role != role.value:
                    _end_sessions(connection, clerk_id, at)
            connection.execute(delete(invitations).where(invitations.c.clerk == clerk_id))
            invited = {"digest": digest, "clerk": clerk_id, "expires_at": expires_at}
            connection.execute(insert(invitations), [invited])
            return _one(connection, clerk_id)

    def invited(self, digest: bytes, *, at: datetime) -> Clerk:
        """Return who a link is for, if it counts; raise UsageError `console.link-refused`."""
        with self._store.read() as connection:
            return _one(connection, _invitation(connection, digest, at).clerk)

    def accept(self, digest: bytes, key: Passkey, codes: Sequence[bytes], *, at: datetime) -> Clerk:
        """Use a link up: this passkey and these codes are the only ways in from now on.

        Raises UsageError `console.link-refused`, StoreError `console.passkey-known`.
        """
        with self._store.write() as connection:
            acts.lock(connection)
            invitation = _invitation(connection, digest, at)
            clerk = _one(connection, invitation.clerk)
            here = invitations.c.digest == digest
            connection.execute(update(invitations).where(here).values(used_at=at))
            _end_ways_in(connection, clerk.clerk_id, at)
            _add_passkey(connection, key, clerk, "enrolled", at)
            _set_codes(connection, clerk.clerk_id, codes)
            return _one(connection, clerk.clerk_id)

    def add_passkey(self, key: Passkey, *, alone: bool, codes: Sequence[bytes] = (), at: datetime) -> Clerk:
        """Add a passkey for somebody who is signed in; `alone` ends every other one, and every session.

        Raises StoreError `console.passkey-known`.
        """
        with self._store.write() as connection:
            acts.lock(connection)
            clerk = _one(connection, key.clerk_id)
            if alone:
                _end_ways_in(connection, clerk.clerk_id, at)
            _add_passkey(connection, key, clerk, "recovered" if alone else "added", at)
            if codes:
                _set_codes(connection, clerk.clerk_id, codes)
            return _one(connection, clerk.clerk_id)

    def passkey(self, digest: bytes) -> Passkey:
        """Return a passkey that counts; raise UsageError `console.sign-in-refused`."""
        with self._store.read() as connection:
            here = and_(passkeys.c.digest == digest, passkeys.c.ended_at.is_(None))
            row = connection.execute(select(passkeys).where(here)).first()
        if row is None:
            raise UsageError("console.sign-in-refused")
        return Passkey(
            digest=row.digest,
            clerk_id=row.clerk,
            data=row.data,
            sign_count=row.sign_count,
            created_at=row.created_at,
            used_at=row.used_at,
        )

    def sign_in(self, key: Passkey, count: int, session: bytes, *, at: datetime) -> Clerk:
        """Begin a session with a passkey; one whose count goes backwards was copied, and is ended.

        Raises UsageError `console.sign-in-refused`.
        """
        with self._store.write() as connection:
            acts.lock(connection)
            here = and_(passkeys.c.digest == key.digest, passkeys.c.ended_at.is_(None))
            row = connection.execute(select(passkeys).where(here)).first()
            clerk = None if row is None else _one(connection, row.clerk)
            if row is not None and clerk is not None and clerk.ended_at is None:
                copied = bool(count or row.sign_count) and count <= row.sign_count
                values = {"ended_at": at} if copied else {"sign_count": count, "used_at": at}
                connection.execute(update(passkeys).where(here).values(**values))
                action = "end-passkey" if copied else "sign-in"
                why = "copied" if copied else "passkey"
                _log(connection, action, clerk.clerk_id, who=clerk.name, at=at, why=why)
                if not copied:
                    _begin(connection, clerk.clerk_id, session, SessionKind.FULL, at)
                    return clerk
        raise UsageError("console.sign-in-refused")

    def recover(self, code: bytes, session: bytes, *, at: datetime) -> Clerk:
        """Begin a session, that is good to add a passkey, with a code that works once.

        Raises UsageError `console.sign-in-refused`.
        """
        unused = and_(recovery_codes.c.digest == code, recovery_codes.c.used_at.is_(None))
        with self._store.write() as connection:
            acts.lock(connection)
            row = connection.execute(select(recovery_codes).where(unused)).first()
            if row is None or _one(connection, row.clerk).ended_at is not None:
                raise UsageError("console.sign-in-refused")
            clerk = _one(connection, row.clerk)
            connection.execute(update(recovery_codes).where(unused).values(used_at=at))
            _log(connection, "sign-in", clerk.clerk_id, who=clerk.name, at=at, why="recovery-code")
            _begin(connection, clerk.clerk_id, session, SessionKind.RECOVERY, at)
            return _one(connection, clerk.clerk_id)

    def session(
        self, digest: bytes, *, at: datetime, idle: timedelta, most: timedelta, step: timedelta
    ) -> Session:
        """Return the session that this is, and note that it is in use, once in a `step`.

        Raises UsageError `console.signed-out`.
        """
        with self._store.read() as connection:
            here = and_(sessions.c.digest == digest, sessions.c.ended_at.is_(None))
            row = connection.execute(select(sessions).where(here)).first()
            if row is None or at - row.seen_at > idle or at - row.created_at > most:
                raise UsageError("console.signed-out")
            clerk = _one(connection, row.clerk)
        if clerk.ended_at is not None:
            raise UsageError("console.signed-out")
        if at - row.seen_at >= step:
            with self._store.write() as connection:
                connection.execute(update(sessions).where(here).values(seen_at=at))
        return Session(
            clerk=clerk, kind=SessionKind(row.kind), created_at=row.created_at, seen_at=row.seen_at
        )

    def sign_out(self, digest: bytes, *, at: datetime) -> None:
        """End a session; one that has ended stays so."""
        with self._store.write() as connection:
            alive = and_(sessions.c.digest == digest, sessions.c.ended_at.is_(None))
            connection.execute(update(sessions).where(alive).values(ended_at=at))

    def end(self, clerk_id: str, *, who: str, at: datetime) -> None:
        """Let somebody in no more: passkeys, codes, links and sessions end now.

        Raises UsageError `console.no-such-clerk`.
        """
        with self._store.write() as connection:
            acts.lock(connection)
            alive = and_(clerks.c.id == clerk_id, clerks.c.ended_at.is_(None))
            if not connection.execute(update(clerks).where(alive).values(ended_at=at)).rowcount:
                raise UsageError("console.no-such-clerk")
            _end_ways_in(connection, clerk_id, at)
            connection.execute(delete(invitations).where(invitations.c.clerk == clerk_id))
            _log(connection, "end-clerk", clerk_id, who=who, at=at, why="ended")

    def put_challenge(self, digest: bytes, challenge: bytes, *, expires_at: datetime, at: datetime) -> None:
        """Keep a challenge until it is answered or over; what is over is forgotten."""
        with self._store.write() as connection:
            connection.execute(delete(challenges).where(challenges.c.expires_at <= at))
            row = {"digest": digest, "challenge": challenge, "expires_at": expires_at}
            connection.execute(insert(challenges), [row])

    def take_challenge(self, digest: bytes, *, at: datetime) -> bytes:
        """Return a challenge, once; raise UsageError `console.sign-in-refused`."""
        with self._store.write() as connection:
            here = challenges.c.digest == digest
            row = connection.execute(select(challenges).where(here)).first()
            connection.execute(delete(challenges).where(here))
        if row is None or row.expires_at <= at:
            raise UsageError("console.sign-in-refused")
        return bytes(row.challenge)

    def _new_id(self) -> str:
        return base64.b32encode(self._random(_ID_BYTES)).decode().lower()


def _one(connection: Connection, clerk_id: str) -> Clerk:
    return _clerk(connection, connection.execute(select(clerks).where(clerks.c.id == clerk_id)).one())


def _clerk(connection: Connection, row: Row[Any]) -> Clerk:
    keys = select(func.count()).where(passkeys.c.clerk == row.id, passkeys.c.ended_at.is_(None))
    codes = select(func.count()).where(recovery_codes.c.clerk == row.id, recovery_codes.c.used_at.is_(None))
    return Clerk(
        clerk_id=row.id,
        name=row.name,
        role=Role(row.role),
        enrolled_by=row.enrolled_by,
        created_at=row.created_at,
        ended_at=row.ended_at,
        passkeys=connection.execute(keys).scalar_one(),
        codes=connection.execute(codes).scalar_one(),
        handle=row.handle,
    )


def _invitation(connection: Connection, digest: bytes, at: datetime) -> Row[Any]:
    row = connection.execute(select(invitations).where(invitations.c.digest == digest)).first()
    if row is None or row.used_at is not None or row.expires_at <= at:
        raise UsageError("console.link-refused")
    return row


def _add_passkey(connection: Connection, key: Passkey, clerk: Clerk, why: str, at: datetime) -> None:
    if connection.execute(select(passkeys).where(passkeys.c.digest == key.digest)).first() is not None:
        raise StoreError("console.passkey-known")
    row = {
        "digest": key.digest,
        "clerk": clerk.clerk_id,
        "data": key.data,
        "sign_count": key.sign_count,
        "created_at": at,
    }
    connection.execute(insert(passkeys), [row])
    _log(connection, "add-passkey", clerk.clerk_id, who=clerk.name, at=at, why=why)


def _set_codes(connection: Connection, clerk_id: str, codes: Sequence[bytes]) -> None:
    connection.execute(delete(recovery_codes).where(recovery_codes.c.clerk == clerk_id))
    connection.execute(insert(recovery_codes), [{"digest": code, "clerk": clerk_id} for code in codes])


def _end_ways_in(connection: Connection, clerk_id: str, at: datetime) -> None:
    alive = and_(passkeys.c.clerk == clerk_id, passkeys.c.ended_at.is_(None))
    connection.execute(update(passkeys).where(alive).values(ended_at=at))
    connection.execute(delete(recovery_codes).where(recovery_codes.c.clerk == clerk_id))
    _end_sessions(connection, clerk_id, at)


def _end_sessions(connection: Connection, clerk_id: str, at: datetime) -> None:
    alive = and_(sessions.c.clerk == clerk_id, sessions.c.ended_at.is_(None))
    connection.execute(update(sessions).where(alive).values(ended_at=at))


def _begin(connection: Connection, clerk_id: str, session: bytes, kind: SessionKind, at: datetime) -> None:
    row = {"digest": session, "clerk": clerk_id, "kind": kind.value, "created_at": at, "seen_at": at}
    connection.execute(insert(sessions), [row])


def _log(
    connection: Connection, action: str, target: str, *, who: str, at: datetime, why: str = "", **facts: Fact
) -> None:
    act = acts.Act(at=at, who=who, action=action, target=target, why=why or "enrolled", facts=facts)
    acts.append(connection, act)
