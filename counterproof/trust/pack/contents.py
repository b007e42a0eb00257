"""Everything that a pack holds, parsed and proven together, for one that comes and one that is kept.

It is proven as of the moment at which the operator signed it, so loading does not depend on a clock. Until
when it is enough is said beside it, and asked with the clock at each verdict.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from counterproof.credential_types import from_toml
from counterproof.mdoc.certificates.revocation import CertificateList
from counterproof.mdoc.errors import CounterproofError, LimitError, MalformedError
from counterproof.mdoc.lists.readers import VerifiedReaderList, examine_readers
from counterproof.mdoc.lists.standing import Standing
from counterproof.mdoc.lists.vical import VerifiedVical, examine_vical
from counterproof.trust.limits import SKEW
from counterproof.trust.names import check_shown
from counterproof.trust.pack import layout
from counterproof.trust.pack.metadata import PackFiles, PackMetadata, check_hash, read_metadata
from counterproof.trust.pack.statement import Statement, parse_statement
from counterproof.trust.published import read_published_through
from counterproof.trust.purposes.document import parse_purposes
from counterproof.trust.readers import RegisteredReader, parse_registry

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from tuf.api.metadata import Targets

    from counterproof.mdoc.catalogue import CredentialType
    from counterproof.mdoc.certificates.model import Certificate
    from counterproof.mdoc.lists.vical import VicalEntry
    from counterproof.trust.contents import AgencyContents
    from counterproof.trust.purposes.model import Purpose

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class PackPart:
    """One agency's part: what it published, or None with the `code` that says why it cannot be used.

    `until` is when its list runs out, `held_back` tells that the operator knows a newer one.
    """

    agency: str
    contents: AgencyContents | None
    until: datetime | None
    held_back: bool = False
    code: str = ""


@dataclass(frozen=True)
class PackContents:
    """What one authority says, proven; `fingerprint` is that of its first root, which a person compares."""

    fingerprint: str
    files: PackFiles
    metadata: PackMetadata
    statement: Statement
    vical: VerifiedVical
    reader_list: VerifiedReaderList
    registry: tuple[RegisteredReader, ...]
    crls: tuple[CertificateList, ...]
    types: Mapping[str, CredentialType]
    purposes: tuple[Purpose, ...]
    parts: tuple[PackPart, ...] = field(default=())

    @property
    def name(self) -> str:
        """The operator's own name for itself, vouched for by whoever confirmed its fingerprint."""
        return self.statement.name

    @property
    def issued_at(self) -> datetime:
        """When the operator signed this."""
        return self.metadata.issued_at

    @property
    def version(self) -> int:
        """The version of the timestamp: it grows with each pack."""
        return self.metadata.timestamp.version

    @cached_property
    def ends(self) -> Mapping[str, datetime]:
        """When each list of the operator runs out, by its name; every one of them must stand for a yes."""
        found = {
            "timestamp": self.metadata.timestamp.expires,
            "snapshot": self.metadata.snapshot.expires,
            "targets": self.metadata.targets.expires,
            "root": self.metadata.root.expires,
            layout.ISSUERS: self.vical.vical.head.not_after,
            layout.READERS: self.reader_list.readers.head.not_after,
        }
        return {name: end for name, end in found.items() if end is not None}

    @cached_property
    def good_until(self) -> datetime:
        """The moment from which nothing of this authority is enough for a yes."""
        return min(end for name, end in self.ends.items() if name != layout.READERS)

    def names_readers_at(self, at: datetime) -> bool:
        """Whether what is said of counters still counts at `at`: no list that it rests on has run out."""
        return at < min(end for name, end in self.ends.items() if name != layout.ISSUERS)

    @property
    def issuers(self) -> tuple[VicalEntry, ...]:
        """The issuing authorities, each with the docTypes that it may issue."""
        return self.vical.issuers

    @property
    def agencies(self) -> tuple[AgencyContents, ...]:
        """What the agencies published that the list of issuers names."""
        listed = {entry.certificate for entry in self.issuers}
        found = (part.contents for part in self.parts)
        return tuple(each for each in found if each is not None and each.root in listed)

    def entry_of(self, root: Certificate) -> VicalEntry | None:
        """Return what the list of issuers says of a root."""
        return next((entry for entry in self.issuers if entry.certificate == root), None)

    def speaks_for_readers(self, agency: AgencyContents) -> bool:
        """Whether the operator says that this agency's reader root is its own: both lists name it alike.

        What an agency claims does not count for it, or it could claim the counters of another.
        """
        issuer = self.entry_of(agency.root)
        roots = self.reader_list.readers.entries
        readers = next((each for each in roots if each.certificate == agency.reader_root), None)
        if issuer is None or readers is None or agency.reader_root == self.statement.reader_root:
            return False
        return issuer.issuing_authority is not None and issuer.issuing_authority == readers.name

    @property
    def newest_signed(self) -> datetime:
        """The latest moment at which anything in here was signed: time has come so far at least."""
        return max(
            self.issued_at,
            self.vical.vical.head.date,
            self.reader_list.readers.head.date,
            *(crl.this_update for crl in self.crls),
            *(each.newest_signed for each in self.agencies),
        )


def assemble_pack(
    pack: PackFiles, *, fingerprint: str, held_back: Mapping[str, str] | None = None
) -> PackContents:
    """Parse and prove a pack; no clock has a say.

    `held_back` are codes of agencies whose newer part was not taken. An agency's part that cannot be used is
    left out with its code, for it is that agency's business; anything of the operator that cannot, refuses
    the pack. Raises MalformedError, LimitError, CryptoError and StoreError `pack.*`, `json.*`, `trust.*`.
    """
    metadata = read_metadata(pack)
    own = _Own(metadata.targets, pack)
    at = metadata.issued_at
    statement = parse_statement(own.required(layout.STATEMENT))
    crls = own.each(layout.READERS_CRL, lambda data: _reader_crl(data, statement, at))
    vical = _vical(own.required(layout.ISSUERS), statement, at)
    return PackContents(
        fingerprint=fingerprint,
        files=pack,
        metadata=metadata,
        statement=statement,
        vical=vical,
        reader_list=_readers(own.required(layout.READERS), statement, at),
        registry=next(iter(own.each(layout.REGISTRY, parse_registry)), ()),
        crls=tuple(crls),
        types=_types(own),
        purposes=next(iter(own.each(layout.PURPOSES, parse_purposes)), ()),
        parts=tuple(_part(metadata, pack, agency, held_back or {}) for agency in metadata.delegations),
    )


def check_acceptable(contents: PackContents, at: datetime) -> None:
    """Check that a pack is not from the future; raises MalformedError `trust.from-future`."""
    if contents.newest_signed > at + SKEW:
        raise MalformedError("trust.from-future", signed=contents.newest_signed.isoformat())


class _Own:
    """The operator's own files."""

    def __init__(self, targets: Targets, pack: PackFiles) -> None:
        self.targets = targets.targets
        self._pack = pack

    def get(self, path: str) -> bytes | None:
        """Return a file; None where the list does not name it."""
        file = self.targets.get(path)
        if file is None:
            return None
        try:
            return self._pack.objects[check_hash(file)]
        except KeyError:
            raise MalformedError("pack.file-missing", file=path) from None

    def required(self, path: str) -> bytes:
        """Return a file that every pack has."""
        content = self.get(path)
        if content is None:
            raise MalformedError("pack.file-missing", file=path)
        return content

    def each(self, path: str, read: Callable[[bytes], T]) -> list[T]:
        """Read a file that a pack may have, whole."""
        content = self.get(path)
        if content is None:
            return []
        try:
            return [read(content)]
        except LimitError:
            raise
        except CounterproofError as error:
            raise MalformedError("pack.list", file=path, reason=error.code) from None


def _vical(data: bytes, statement: Statement, at: datetime) -> VerifiedVical:
    found = examine_vical(data, at=at, anchors=[statement.list_root])
    if found.standing is not Standing.ACCEPTED or found.verified is None:
        raise MalformedError("pack.list", file=layout.ISSUERS, reason=found.code)
    for entry in found.verified.issuers:
        if entry.issuing_authority is not None:
            check_shown(entry.issuing_authority, field=layout.ISSUERS)
    return found.verified


def _readers(data: bytes, statement: Statement, at: datetime) -> VerifiedReaderList:
    found = examine_readers(data, at=at, anchors=[statement.list_root])
    if found.standing is not Standing.ACCEPTED or found.verified is None:
        raise MalformedError("pack.list", file=layout.READERS, reason=found.code)
    for entry in found.verified.readers.entries:
        if entry.name is not None:
            check_shown(entry.name, field=layout.READERS)
    return found.verified


def _reader_crl(data: bytes, statement: Statement, at: datetime) -> CertificateList:
    crl = CertificateList.from_der(data)
    if statement.reader_root is None or not crl.is_signed_by(statement.reader_root):
        raise MalformedError("trust.crl-signer", file=layout.READERS_CRL)
    if crl.this_update > at + SKEW:
        raise MalformedError("trust.from-future", signed=crl.this_update.isoformat())
    return crl


def _types(own: _Own) -> Mapping[str, CredentialType]:
    types: dict[str, CredentialType] = {}
    for path in own.targets:
        if layout.TYPE_PATH.fullmatch(path):
            (found,) = own.each(path, functools.partial(from_toml, path))
            if found.doc_type in types:
                raise MalformedError("trust.twice", file=path)
            types[found.doc_type] = found
    return types


def _part(metadata: PackMetadata, pack: PackFiles, agency: str, held_back: Mapping[str, str]) -> PackPart:
    part = metadata.parts.get(agency)
    named = metadata.snapshot.meta.get(f"{layout.role_of(agency)}.json")
    behind = part is None or named is None or named.version != part.version
    code = held_back.get(agency, "pack.part-behind" if behind else "")
    if part is None:
        return PackPart(agency, None, None, held_back=True, code=code)
    try:
        contents = part_contents(part, pack, agency)
    except CounterproofError as error:
        return PackPart(agency, None, part.expires, held_back=behind, code=error.code)
    if contents.newest_signed > metadata.issued_at + SKEW:
        # Its own affair: refused with the whole pack it would stop everybody else.
        return PackPart(agency, None, part.expires, held_back=behind, code="pack.part-from-future")
    return PackPart(agency, contents, part.expires, held_back=behind, code=code)


def part_contents(part: Targets, pack: PackFiles, agency: str) -> AgencyContents:
    """Return what an agency published, proven as a folder of its own; raises as `read_published`."""

    def read(path: str, limit: int) -> bytes:
        file = part.targets.get(f"{layout.part_prefix(agency)}{path}")
        content = pack.objects.get(check_hash(file)) if file is not None else None
        if content is None:
            raise MalformedError("trust.file-missing", file=path)
        if len(content) > limit:
            raise LimitError("trust.file-too-large", file=path, limit=limit)
        return content

    return read_published_through(read)
