"""A misuse report from an entry of the history: made offline, sent when and how the resident chooses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterproof.handover.report import CONTACT, STATEMENT, MisuseReport
from counterproof.mdoc.certificates.model import Certificate
from counterproof.mdoc.errors import UsageError
from counterproof.strict_json import to_base64url
from counterproof.trust.names import fingerprint
from counterproof.trust.purposes import PurposeReader
from wallet.history import rfc3339

if TYPE_CHECKING:
    from counterproof.trust.purposes import Purpose
    from wallet.history import Entry
    from wallet.holder import Holder


def make_report(holder: Holder, entry: Entry, *, statement: str = "", contact: str = "") -> MisuseReport:
    """Return the report about an entry; nothing of the resident is in it but `statement` and `contact`.

    Raises UsageError `wallet.nothing-to-report` where no signed request is kept, and `wallet.report-long`.
    """
    record = entry.record
    if record.request is None:
        raise UsageError("wallet.nothing-to-report")
    for text, limit in ((statement, STATEMENT), (contact, CONTACT)):
        if len(text) > limit:
            raise UsageError("wallet.report-long", limit=limit)
    return MisuseReport(
        request=to_base64url(record.request),
        read_at=rfc3339(record.at),
        outcome=record.outcome.value,
        purpose_code=record.purpose_code,
        purpose_version=record.purpose_version,
        made_at=rfc3339(holder.unix()),
        statement=statement,
        contact=contact,
    )


def complaints_to(holder: Holder, entry: Entry) -> Purpose | None:
    """Return the registered purpose of an entry, which says where to complain; None where there is none."""
    record = entry.record
    if record.leaf is None:
        return None
    own = fingerprint(Certificate.from_der(record.leaf))
    for authority in holder.trust.readers().authorities:
        for reader in authority.readers:
            if own in reader.certificates and authority.root is not None:
                who = PurposeReader(
                    root=fingerprint(authority.root), certificate=own, id=reader.id, office=reader.office
                )
                return holder.trust.purposes.find(record.purpose, who).purpose
    return None
