"""Attribute sources: where a person's data is asked for at the moment of issuing, and never kept (once-only).

A source is a CSV file, a query of a database, or an address over HTTP. It is asked for one person and for the
fields that the credential type has, no others. What comes back is read as strictly as a file of the agency.
Its secrets are not in its settings: a database's password is libpq's business, a bearer token lies in a file.
"""

from __future__ import annotations

import dataclasses
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from counterproof.mdoc.errors import LimitError, MalformedError, StoreError, UsageError
from counterproof.sealing import files
from issuer.csv_rows import read_rows, unprotected
from issuer.register import About
from issuer.subjects import REFERENCE, needed_fields, read_subjects

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from counterproof.mdoc.catalogue import CredentialType
    from issuer.agency.desk import Desk
    from issuer.subjects import Subject

_PREFIX = "source "
_NAME = re.compile(r"[a-z][a-z0-9-]{0,30}")
_MAX_ANSWER = 1 << 20
_MAX_CSV = 256 << 20
_MAX_TOKEN = 4096
_SECONDS = 10.0
_OK, _NOT_FOUND = 200, 404


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """How a source is asked; `place` is a path, a database's address or a URL with `{ref}` in it.

    `columns` maps fields of the type to names of the source, where they differ.
    """

    name: str
    kind: str
    place: str
    query: str = ""
    token_file: str = ""
    columns: Mapping[str, str] = dataclasses.field(default_factory=dict)


def check(source: Source) -> None:
    """Check what can be told without asking.

    Raises UsageError `source.name`, `source.place`, `source.query`.
    """
    if not _NAME.fullmatch(source.name):
        raise UsageError("source.name")
    if source.kind == "sql":
        from issuer.register.store import Store  # noqa: PLC0415 - an address is an address

        Store(source.place).close()
        if ":ref" not in source.query or ";" in source.query:
            raise UsageError("source.query")
    elif source.kind == "http":
        _check_url(source.place)
    elif source.kind != "csv" or not Path(source.place).is_absolute():
        raise UsageError("source.place")


def add(desk: Desk, source: Source) -> None:
    """Add or replace a source; raises as `check`."""
    check(source)
    text = json.dumps(dataclasses.asdict(source))
    desk.register.set_settings({f"{_PREFIX}{source.name}": text}, who=desk.who, at=desk.now())


def every(desk: Desk) -> tuple[Source, ...]:
    """Return the sources, by name."""
    settings = sorted(desk.register.settings().items())
    return tuple(Source(**json.loads(text)) for name, text in settings if name.startswith(_PREFIX))


def find(desk: Desk, name: str) -> Source:
    """Return a source; raises UsageError `source.unknown`."""
    found = {source.name: source for source in every(desk)}
    if name not in found:
        raise UsageError("source.unknown", known=", ".join(found) or "none")
    return found[name]


def ask(desk: Desk, source: Source, credential_type: CredentialType, reference: str, *, why: str) -> Subject:
    """Ask for one person's data for one type; the asking is logged, about that person, before it is done.

    Raises `source.*`, and SubjectsError where the answer does not fit the type.
    """
    at, fields = desk.now(), needed_fields(credential_type)
    desk.register.log_act(
        "ask-source",
        source.name,
        why=why,
        who=desk.who,
        at=at,
        facts={"fields": len(fields), "doc_type": credential_type.doc_type},
        about=About(reference, credential_type.doc_type),
    )
    row = fetch(source, reference, fields)
    data = json.dumps({REFERENCE: reference, **row}).encode()
    (subject,) = read_subjects(data, "json", credential_type, on=at.date())
    return subject


def fetch(source: Source, reference: str, fields: Sequence[str]) -> dict[str, Any]:
    """Return the filled fields of one person; raises StoreError and MalformedError `source.*`."""
    names = {field: source.columns.get(field, field) for field in fields}
    reader = {"csv": _from_csv, "sql": _from_sql, "http": _from_http}[source.kind]
    found = reader(source, reference, list(names.values()))
    return {field: found[name] for field, name in names.items() if found.get(name) not in {None, ""}}


def _one(rows: Iterable[Mapping[str, Any]]) -> Mapping[str, Any]:
    found = list(rows)
    if not found:
        raise StoreError("source.no-person")
    if len(found) > 1:
        raise StoreError("source.several", count=len(found))
    return found[0]


def _from_csv(source: Source, reference: str, names: Sequence[str]) -> Mapping[str, Any]:
    try:
        text = files.read_regular(Path(source.place), limit=_MAX_CSV).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise MalformedError("source.not-utf8", position=error.start + 1) from None
    except StoreError:
        raise StoreError("source.unreachable") from None
    rows = read_rows(text)
    head = next(rows, None)
    if head is None or head.cells is None:
        raise MalformedError("source.head")
    columns = [cell.strip() for cell in head.cells]
    key = source.columns.get(REFERENCE, REFERENCE)
    if key not in columns or len(set(columns)) != len(columns):
        raise MalformedError("source.head")
    at = columns.index(key)
    wanted = [(columns.index(name), name) for name in names if name in columns]
    return _one(
        {name: unprotected(row.cells[place]) for place, name in wanted}
        for row in rows
        if row.cells is not None
        and len(row.cells) == len(columns)
        and unprotected(row.cells[at]) == reference
    )


def _from_sql(source: Source, reference: str, names: Sequence[str]) -> Mapping[str, Any]:
    """Let the database give the wanted columns of the query alone, and one row more than there may be."""
    from sqlalchemy import column, select, text  # noqa: PLC0415
    from sqlalchemy.exc import SQLAlchemyError  # noqa: PLC0415

    from issuer.register.store import Store  # noqa: PLC0415

    store = Store(source.place)
    inner = text(source.query).columns(*(column(name) for name in names)).subquery()
    try:
        with store.read() as connection:
            rows = connection.execute(select(inner).limit(2), {"ref": reference}).mappings().all()
    except (StoreError, SQLAlchemyError) as error:
        code = error.code if isinstance(error, StoreError) else ""
        failed = "source.unreachable" if code in {"register.unreachable", "register.cannot-open"} else None
        raise StoreError(failed or "source.query-failed") from None
    finally:
        store.close()
    found = _one([dict(row) for row in rows])
    return {name: _plain(value) for name, value in found.items()}


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def _from_http(source: Source, reference: str, names: Sequence[str]) -> Mapping[str, Any]:
    import httpx  # noqa: PLC0415 - 0.2 s, and few agencies ask over a network

    _check_url(source.place)
    url = source.place.replace("{ref}", quote(reference, safe=""))
    headers = {"accept": "application/json"}
    if source.token_file:
        token = (
            files.read_regular(Path(source.token_file), limit=_MAX_TOKEN).decode("ascii", "replace").strip()
        )
        headers["authorization"] = f"Bearer {token}"
    try:
        with (
            httpx.Client(timeout=_SECONDS, follow_redirects=False, trust_env=False) as client,
            client.stream("GET", url, params={"fields": ",".join(names)}, headers=headers) as answer,
        ):
            return _answer(answer.status_code, answer.iter_bytes())
    except httpx.TimeoutException:
        raise StoreError("source.timeout", seconds=int(_SECONDS)) from None
    except httpx.HTTPError:
        raise StoreError("source.unreachable") from None


def _answer(status: int, pieces: Iterable[bytes]) -> Mapping[str, Any]:
    if status == _NOT_FOUND:
        raise StoreError("source.no-person")
    if status != _OK:
        raise StoreError("source.status", status=status)
    content = bytearray()
    for piece in pieces:
        content += piece
        if len(content) > _MAX_ANSWER:
            raise LimitError("source.too-large", most=_MAX_ANSWER)
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        raise MalformedError("source.not-json") from None
    if not isinstance(found, dict):
        raise MalformedError("source.not-json")
    return found


def _check_url(url: str) -> None:
    try:
        parts = urlsplit(url)
        host, secret = parts.hostname or "", parts.password
    except ValueError:
        raise UsageError("source.place") from None
    plain = parts.scheme == "http" and host in {"localhost", "127.0.0.1", "::1"}
    if (parts.scheme != "https" and not plain) or not host or secret or "{ref}" not in parts.path:
        raise UsageError("source.place")
