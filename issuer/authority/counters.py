"""Counters that the operator itself certifies, under its own root."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec

from counterproof import strict_json
from counterproof.mdoc.certificates.build import CertificateIssuer, Subject, Validity, build_reader
from counterproof.mdoc.certificates.profile import READER, READER_CA
from counterproof.mdoc.certificates.request import name_is_sane, read_request
from counterproof.mdoc.errors import UsageError
from counterproof.trust.names import READER_ID, fingerprint
from issuer.agency.desk import start_of_day
from issuer.authority.keys import READER_ROOT, pem
from issuer.authority.lists import moment
from issuer.authority.records import ListedReader, RevokedReader, certificate, remembered

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from counterproof.mdoc.certificates.model import Certificate
    from issuer.authority.keys import KeyFolders
    from issuer.authority.records import Records

_CRL_URL = "https://{name}.invalid/crl"


class AtWork(NamedTuple):
    """What is at hand when a certificate is signed."""

    records: Records
    keys: KeyFolders
    random: Callable[[int], bytes]
    at: datetime


def certified(work: AtWork, request: bytes, *, reader_id: str, name: str, office: str | None) -> ListedReader:
    """Sign a certificate for the key in a request (PKCS#10); the name is the operator's, not the request's.

    The same request under the same id, name and office has its certificate already. Raises UsageError
    `agency.reader-id`, `agency.reader-name`, `authority.reader-exists`, and as `read_request`.
    """
    place = office or reader_id
    if not (READER_ID.fullmatch(reader_id) and READER_ID.fullmatch(place)):
        raise UsageError("agency.reader-id")
    if not name_is_sane(name):
        raise UsageError("agency.reader-name")
    asked = strict_json.to_base64url(request)
    for each in work.records.readers:
        if each.id == reader_id:
            if (each.request, each.name, each.office) == (asked, name, place):
                return each
            raise UsageError("authority.reader-exists", id=reader_id)
    made = _sign(work, request, name)
    return ListedReader(
        id=reader_id,
        office=place,
        name=name,
        certificates=(remembered(made),),
        request=asked,
    )


def renewed(work: AtWork, reader_id: str, request: bytes | None) -> ListedReader:
    """Sign a counter's next certificate; those before stay good until they run out.

    Raises UsageError `authority.no-such-reader`, and as `read_request`.
    """
    before = work.records.reader(reader_id)
    asked = request or strict_json.from_base64url(before.request)
    made = _sign(work, asked, before.name)
    standing = tuple(each for each in before.certificates if certificate(each).not_after > work.at)
    entry: ListedReader = msgspec.structs.replace(
        before, certificates=(*standing, remembered(made)), request=strict_json.to_base64url(asked)
    )
    return entry


def revoked(records: Records, reader: ListedReader, at: datetime) -> tuple[RevokedReader, ...]:
    """Return what goes onto the revocation list."""
    known = {each.serial for each in records.revoked}
    serials = [certificate(each).serial for each in reader.certificates]
    return tuple(RevokedReader(serial=each, at=moment(at)) for each in serials if each not in known)


def _sign(work: AtWork, request: bytes, name: str) -> Certificate:
    root = certificate(work.records.reader_root)
    issuer = CertificateIssuer(root, work.keys.load(READER_ROOT, pem(root.public_key)), READER_CA)  # type: ignore[arg-type]
    start = start_of_day(work.at)
    return build_reader(
        issuer,
        Subject(common_name=name, country=work.records.country),
        read_request(request).public_key,
        Validity(not_before=start, not_after=min(start + READER.max_life, root.not_after)),
        crl_url=_CRL_URL.format(name=fingerprint(root)[:12]),
        random=work.random,
    )
