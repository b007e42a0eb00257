"""Who may use the HTTP interface: tokens by their digests, each with a name and a role."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select, update

from counterproof.mdoc.errors import UsageError
from issuer.register import acts
from issuer.register.model import check_digest, check_name
from issuer.register.online_model import ApiToken, Role
from issuer.register.online_tables import api_tokens

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy import Row

    from issuer.register.store import Store

_ID_BYTES = 10


class AccessRegister:
    """The tokens of one register."""

    def __init__(self, store: Store, random: Callable[[int], bytes]) -> None:
        self._store = store
        self._random = random

    def add(
        self, digest: bytes, name: str, role: Role, *, expires_at: datetime, who: str, at: datetime
    ) -> ApiToken:
        """Record a token; raises UsageError `register.bad-name`."""
        check_name("who", name)
        check_digest("token", digest)
        token_id = base64.b32encode(self._random(_ID_BYTES)).decode().lower()
        row = {
            "id": token_id,
            "digest": digest,
            "name": name,
            "role": role.value,
            "created_at": at,
            "expires_at": expires_at,
        }
        with self._store.write() as connection:
            act = acts.Act(
                at=at, who=who, action="add-token", target=token_id, why="added", facts={"role": role.value}
            )
            acts.append(connection, act)
            connection.execute(insert(api_tokens), [row])
            return _token(connection.execute(select(api_tokens).where(api_tokens.c.id == token_id)).one())

    def find(self, digest: bytes, *, at: datetime) -> ApiToken:
        """Return the token with this digest, if it counts; raise UsageError `register.token-refused`."""
        with self._store.read() as connection:
            row = connection.execute(select(api_tokens).where(api_tokens.c.digest == digest)).first()
        if row is None or row.ended_at is not None or row.expires_at <= at:
            raise UsageError("register.token-refused")
        return _token(row)

    def tokens(self) -> tuple[ApiToken, ...]:
        """Return every token, oldest first."""
        query = select(api_tokens).order_by(api_tokens.c.created_at, api_tokens.c.id)
        with self._store.read() as connection:
            return tuple(_token(row) for row in connection.execute(query))

    def end(self, token_id: str, *, who: str, at: datetime) -> None:
        """End a token; raise UsageError `register.no-such-token`."""
        here = api_tokens.c.id == token_id
        with self._store.write() as connection:
            act = acts.Act(at=at, who=who, action="end-token", target=token_id, why="ended", facts={})
            alive = here & api_tokens.c.ended_at.is_(None)
            if not connection.execute(update(api_tokens).where(alive).values(ended_at=at)).rowcount:
                raise UsageError("register.no-such-token")
            acts.append(connection, act)


def _token(row: Row[Any]) -> ApiToken:
    return ApiToken(
        token_id=row.id,
        name=row.name,
        role=Role(row.role),
        created_at=row.created_at,
        expires_at=row.expires_at,
        ended_at=row.ended_at,
    )
