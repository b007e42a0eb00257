"""The operator's lists, signed anew: issuers, readers, revoked counters, and the list of all of these."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import msgspec
from tuf.api.metadata import Metadata, Targets

from counterproof.mdoc.certificates.build import CertificateIssuer
from counterproof.mdoc.certificates.build_crl import MAX_CRL_LIFE, Revocation, build_crl
from counterproof.mdoc.certificates.profile import READER_CA
from counterproof.mdoc.cose import SoftwareSigner
from counterproof.mdoc.lists.readers import ReaderEntry, build_readers
from counterproof.mdoc.lists.signed_list import ListHead
from counterproof.mdoc.lists.vical import IACA_PROFILE, VicalEntry, build_vical
from counterproof.trust.manifest import format_time, parse_time
from counterproof.trust.names import fingerprint
from counterproof.trust.pack import layout
from counterproof.trust.pack.build import from_pem, make_targets, next_version, signed, signer_of
from counterproof.trust.pack.statement import Statement
from counterproof.trust.readers import RegisteredReader, build_registry
from issuer.authority.keys import LIST_SIGNER, READER_ROOT, REGISTRAR, pem
from issuer.authority.records import certificate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from counterproof.mdoc.certificates.model import Certificate
    from issuer.authority.keys import KeyFolders
    from issuer.authority.records import Records, Shelf

LISTS_LIFE = timedelta(days=90)
"""How long the lists count: a revocation list must be signed anew within 90 days anyway (B.1.10)."""


def sign_lists(records: Records, shelf: Shelf, keys: KeyFolders, at: datetime) -> Records:
    """Sign every list of the operator anew, with the registrar's keys; nothing counts before it is saved."""
    at = at.replace(microsecond=0)
    files = {
        layout.STATEMENT: _statement(records).to_bytes(),
        layout.READERS_CRL: _crl(records, keys, at),
        layout.REGISTRY: build_registry(_registered(records)),
        **_lists(records, keys, at),
        **{path: shelf.get(name) for path, name in records.types.items()},
    }
    if records.purposes is not None:
        files[layout.PURPOSES] = shelf.get(records.purposes)
    former = Metadata[Targets].from_bytes(shelf.get(records.targets)).signed.version if records.targets else 0
    targets = make_targets(
        files,
        {each.id: from_pem(each.key) for each in records.agencies},
        version=next_version(former, at),
        expires=at + LISTS_LIFE,
    )
    data = signed(targets, [signer_of(keys.load(REGISTRAR, records.registrar))])
    changed: Records = msgspec.structs.replace(
        records,
        own_files={path: shelf.put(content) for path, content in files.items()},
        targets=shelf.put(data),
        crl_number=records.crl_number + 1,
    )
    return changed


def _statement(records: Records) -> Statement:
    return Statement(
        name=records.name,
        country=records.country,
        list_root=certificate(records.list_root),
        reader_root=certificate(records.reader_root),
        recognises=records.recognises,
    )


def _lists(records: Records, keys: KeyFolders, at: datetime) -> dict[str, bytes]:
    own = certificate(records.list_signer)
    signer = SoftwareSigner(keys.load(LIST_SIGNER, _pem(own)))
    end = min(at + LISTS_LIFE, own.not_after)
    head = ListHead(
        provider=records.name,
        date=at,
        issue_id=int(at.timestamp()),
        next_update=at + (end - at) / 2,
        not_after=end,
    )
    issuers = [
        VicalEntry(
            certificate(each.root),
            each.doc_types,
            profiles=(IACA_PROFILE,),
            issuing_authority=each.name,
            issuing_country=certificate(each.root).country,
        )
        for each in records.agencies
    ]
    return {
        layout.ISSUERS: build_vical(signer, [own], head=head, entries=issuers),
        layout.READERS: build_readers(signer, [own], head=head, entries=_reader_roots(records)),
    }


def _pem(own: Certificate) -> str:
    key = own.public_key
    return pem(key)  # type: ignore[arg-type]  # we make P-256 keys alone


def _reader_roots(records: Records) -> Sequence[ReaderEntry]:
    """Return each root of counters once, the operator's own first."""
    found = {certificate(records.reader_root): ReaderEntry(certificate(records.reader_root), records.name)}
    for each in records.agencies:
        if each.reader_root is not None:
            root = certificate(each.reader_root)
            found.setdefault(root, ReaderEntry(root, each.name, root.country))
    return tuple(found.values())


def _crl(records: Records, keys: KeyFolders, at: datetime) -> bytes:
    root = certificate(records.reader_root)
    issuer = CertificateIssuer(root, keys.load(READER_ROOT, _pem(root)), READER_CA)
    entries = [Revocation(each.serial, min(parse_time(each.at), at)) for each in records.revoked]
    until = min(at + MAX_CRL_LIFE, root.not_after)
    number = records.crl_number + 1
    return build_crl(issuer, entries, number=number, this_update=at, next_update=until).der


def _registered(records: Records) -> tuple[RegisteredReader, ...]:
    revoked = {each.serial for each in records.revoked}
    found = []
    for each in records.readers:
        standing = [certificate(one) for one in each.certificates]
        standing = [one for one in standing if one.serial not in revoked]
        if standing:
            names = tuple(fingerprint(one) for one in standing)
            found.append(RegisteredReader(id=each.id, office=each.office, name=each.name, certificates=names))
    return tuple(found)


def moment(at: datetime) -> str:
    """Return a time as the records keep it."""
    return format_time(at)
