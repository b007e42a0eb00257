"""What runs out, said days before it does: a list that lapses turns a country to "cannot tell"."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from tuf.api.metadata import Metadata, Snapshot, Targets, Timestamp

from counterproof.mdoc.certificates.revocation import CertificateList
from counterproof.mdoc.errors import CounterproofError
from counterproof.mdoc.lists.readers import ReaderList
from counterproof.mdoc.lists.vical import Vical
from counterproof.trust.pack import layout
from counterproof.trust.pack.contents import part_contents
from counterproof.trust.pack.metadata import PackFiles
from issuer.authority.records import certificate
from issuer.authority.roots import newest_root

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from issuer.authority.records import ListedAgency, Records, Shelf

_DAY = timedelta(days=1)
_ROOT, _LISTS, _CERTIFICATES, _DAILY = 60 * _DAY, 14 * _DAY, 90 * _DAY, 2 * _DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that runs out: `code` says what to do, `agency` is empty for the operator's own."""

    code: str
    what: str
    agency: str
    until: datetime
    days_left: int


def look(records: Records, shelf: Shelf, at: datetime) -> tuple[Finding, ...]:
    """Return everything that runs out soon or has run out, the most urgent first."""
    found = [
        Finding(code=code, what=what, agency=agency, until=until, days_left=(until - at) // _DAY)
        for code, what, agency, until, before in _ends(records, shelf)
        if until - at <= before
    ]
    return tuple(sorted(found, key=lambda each: each.until))


_End = tuple[str, str, str, "datetime", timedelta]


def _ends(records: Records, shelf: Shelf) -> Iterator[_End]:
    root = newest_root(records, shelf)
    if root is not None:
        yield "authority.root-ends", "root", "", root.signed.expires, _ROOT
    if records.timestamp is not None and records.snapshot is not None:
        timestamp = Metadata[Timestamp].from_bytes(shelf.get(records.timestamp)).signed
        snapshot = Metadata[Snapshot].from_bytes(shelf.get(records.snapshot)).signed
        yield "authority.daily-ends", "pack", "", min(timestamp.expires, snapshot.expires), _DAILY
    yield from _list_ends(records, shelf)
    for what, text in (
        ("list-root", records.list_root),
        ("list-signer", records.list_signer),
        ("reader-root", records.reader_root),
    ):
        yield "authority.certificate-ends", what, "", certificate(text).not_after, _CERTIFICATES
    for reader in records.readers:
        end = max(certificate(each).not_after for each in reader.certificates)
        yield "authority.reader-ends", reader.id, "", end, _CERTIFICATES
    for agency in records.agencies:
        yield from _agency_ends(agency, shelf)


def _list_ends(records: Records, shelf: Shelf) -> Iterator[_End]:
    if records.targets is not None:
        targets = Metadata[Targets].from_bytes(shelf.get(records.targets)).signed
        yield "authority.lists-end", "targets", "", targets.expires, _LISTS
    own = records.own_files
    issuers = Vical.from_bytes(shelf.get(own[layout.ISSUERS])).head.not_after
    readers = ReaderList.from_bytes(shelf.get(own[layout.READERS])).head.not_after
    crl = CertificateList.from_der(shelf.get(own[layout.READERS_CRL])).next_update
    for what, end in ((layout.ISSUERS, issuers), (layout.READERS, readers), (layout.READERS_CRL, crl)):
        if end is not None:
            yield "authority.lists-end", what, "", end, _LISTS


def _agency_ends(agency: ListedAgency, shelf: Shelf) -> Iterator[_End]:
    """Yield the ends of what an agency handed over; only the agency can renew these."""
    root = certificate(agency.root)
    yield "authority.agency-root-ends", "root", agency.id, root.not_after, _CERTIFICATES
    if agency.part is None:
        yield "authority.agency-silent", "part", agency.id, root.not_before, _DAILY
        return
    part = Metadata[Targets].from_bytes(shelf.get(agency.part)).signed
    yield "authority.agency-ends", "part", agency.id, part.expires, _LISTS
    objects = {name: shelf.get(name) for name in agency.files.values()}
    try:
        contents = part_contents(part, PackFiles(b"", b"", b"", b"", {}, objects), agency.id)
    except CounterproofError:
        return  # said when it was taken over
    for status in contents.status_lists:
        if status.token.expires_at is not None:
            yield "authority.agency-ends", status.uri, agency.id, status.token.expires_at, _DAILY
    for crl in contents.crls:
        if crl.next_update is not None:
            yield "authority.agency-ends", "crl", agency.id, crl.next_update, _LISTS
