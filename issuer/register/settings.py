"""An agency's settings: who it is, and what it set up; the log names their keys alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, insert

from counterproof.mdoc.errors import UsageError
from issuer.register import acts, tables
from issuer.register.model import check_name

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy import Connection

_MAX_SETTING = 4096


def put_settings(connection: Connection, settings: Mapping[str, str], who: str, at: datetime) -> None:
    """Add or replace settings, with an act; an empty value takes one away.

    Raises UsageError `register.bad-name`, `register.setting-too-long`.
    """
    for key, value in settings.items():
        check_name("key", key, 64)
        if len(value) > _MAX_SETTING:
            raise UsageError("register.setting-too-long", key=key, most=_MAX_SETTING)
    if not settings:
        return
    connection.execute(delete(tables.settings).where(tables.settings.c.key.in_(list(settings))))
    rows = [{"key": key, "value": value} for key, value in settings.items() if value]
    if rows:
        connection.execute(insert(tables.settings), rows)
    facts = {"keys": ",".join(sorted(settings))}
    acts.append(
        connection, acts.Act(at=at, who=who, action="set", target="settings", why="changed", facts=facts)
    )
