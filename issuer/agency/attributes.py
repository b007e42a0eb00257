"""Where a person's data comes from when a wallet asks: read at that moment, for one person and one type."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Protocol

from counterproof.mdoc.errors import UsageError
from counterproof.sealing.files import read_regular
from issuer import sources
from issuer.subjects import read_subjects

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path

    from counterproof.mdoc.catalogue import CredentialType
    from issuer.agency.desk import Desk
    from issuer.subjects import Subject

_MAX_DATA = 256 * 1024 * 1024


class AttributeSource(Protocol):
    """Knows people by the agency's own reference."""

    def fetch(self, credential_type: CredentialType, reference: str, *, on: date) -> Subject:
        """Return what a credential of this type needs of a person; `on` is the day.

        Raises UsageError `agency.no-subject` for somebody unknown, `agency.no-source` for a type without a
        source, and what reading the data raises.
        """


class Sources:
    """A source for each type: a file, or one of the agency's own (`issuer source add`)."""

    def __init__(self, by_type: Mapping[str, AttributeSource]) -> None:
        self._by_type = dict(by_type)

    def fetch(self, credential_type: CredentialType, reference: str, *, on: date) -> Subject:
        """Return one person's data; raises as `AttributeSource.fetch`."""
        source = self._by_type.get(credential_type.doc_type)
        if source is None:
            raise UsageError("agency.no-source")
        return source.fetch(credential_type, reference, on=on)


class Registered:
    """One of the agency's own sources; that it was asked is an entry about the person."""

    def __init__(self, desk: Desk, name: str) -> None:
        self._desk = desk
        self._name = name
        sources.find(desk, name)

    def fetch(self, credential_type: CredentialType, reference: str, *, on: date) -> Subject:  # noqa: ARG002 - the desk knows the day
        """Return one person's data; raises as `issuer.sources.ask`."""
        source = sources.find(self._desk, self._name)
        return sources.ask(self._desk, source, credential_type, reference, why="issue")


class PeopleFiles:
    """One file (CSV or JSON, as `issuer issue` takes it) for each type; read again when it has changed."""

    def __init__(self, files: Mapping[str, Path]) -> None:
        self._files = dict(files)
        self._read: dict[str, tuple[tuple[int, int, date], dict[str, Subject]]] = {}
        self._lock = threading.Lock()

    def fetch(self, credential_type: CredentialType, reference: str, *, on: date) -> Subject:
        """Return one person's data; raises as `AttributeSource.fetch` and `read_subjects`."""
        path = self._files.get(credential_type.doc_type)
        if path is None:
            raise UsageError("agency.no-source")
        people = self._people(credential_type, path, on)
        if reference not in people:
            raise UsageError("agency.no-subject")
        return people[reference]

    def _people(self, credential_type: CredentialType, path: Path, on: date) -> Mapping[str, Subject]:
        with self._lock:
            content = path.stat()
            mark = (content.st_mtime_ns, content.st_size, on)
            known = self._read.get(credential_type.doc_type)
            if known is None or known[0] != mark:
                people = read_subjects(
                    read_regular(path, limit=_MAX_DATA),
                    "json" if path.suffix.lower() == ".json" else "csv",
                    credential_type,
                    on=on,
                )
                known = (mark, {each.reference: each for each in people})
                self._read[credential_type.doc_type] = known
            return known[1]
