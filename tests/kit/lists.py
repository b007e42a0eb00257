"""Status list tokens, VICALs and reader lists, honest by default, and every part of them to be bent."""

from __future__ import annotations

import zlib
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from counterproof.mdoc.cbor import Spliced, encode
from counterproof.mdoc.cose import CoseSign1, SoftwareSigner
from counterproof.mdoc.lists.readers import ReaderEntry, build_readers
from counterproof.mdoc.lists.signed_list import ListHead
from counterproof.mdoc.lists.status_list import StatusList
from counterproof.mdoc.lists.status_token import TYPE, build_status_token
from counterproof.mdoc.lists.vical import VicalEntry, build_vical
from tests.kit.certificates import AT, CertificateKit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from counterproof.mdoc.certificates.model import Certificate

URI = "https://status.utopia.example/1"
MDL = "org.iso.18013.5.1.mDL"
ISSUED = AT - timedelta(hours=10)
WEEK = timedelta(days=7)
DAY = timedelta(days=1)
SECOND, TICK = timedelta(seconds=1), timedelta(microseconds=1)
LATER = ISSUED + timedelta(hours=1)

ABSENT: Any = object()
"""In place of a claim or header: leave it out."""


class StatusKit:
    """A status signer under an agency's IACA; two kits with one seed make the same bytes."""

    def __init__(self, seed: str = "utopia", country: str = "UT") -> None:
        self.kit = CertificateKit(seed, country)
        self.anchor = self.kit.iaca.certificate
        self.certificate = self.kit.status_signer()
        self.signer = SoftwareSigner(self.kit.key("status"), deterministic=True)

    def token(
        self,
        values: Mapping[int, int] | None = None,
        *,
        size: int = 1024,
        bits: int = 1,
        uri: str = URI,
        issued_at: datetime = ISSUED,
        life: timedelta = WEEK,
        ttl: timedelta | None = DAY,
    ) -> bytes:
        """Make an honest token with these entries."""
        entries = StatusList.empty(size, bits)
        for index, value in (values or {}).items():
            entries.set(index, value)
        return build_status_token(
            self.signer,
            [self.certificate],
            uri=uri,
            issued_at=issued_at,
            expires_at=issued_at + life,
            ttl=ttl,
            status_list=entries,
        )

    def bent(
        self,
        *,
        claims: Mapping[Any, Any] | None = None,
        values: Mapping[Any, Any] | None = None,
        headers: Mapping[Any, Any] | None = None,
        unprotected: Mapping[Any, Any] | None = None,
        payload: bytes | None = None,
        tag: bytes = b"\xd2",
        signer: SoftwareSigner | None = None,
    ) -> bytes:
        """Sign a token of 1024 entries, of which 412 is revoked, with parts in place of the honest ones."""
        honest_values = {"bits": 1, "lst": zlib.compress(bytes(51) + b"\x10" + bytes(76), 9)}
        honest_claims: dict[Any, Any] = {
            2: URI,
            6: int(ISSUED.timestamp()),
            4: int((ISSUED + WEEK).timestamp()),
            65534: int(DAY.total_seconds()),
            65533: _merged(honest_values, values),
        }
        honest_headers: dict[Any, Any] = {16: TYPE, 33: self.certificate.der}
        content = encode(_merged(honest_claims, claims)) if payload is None else payload
        message = CoseSign1.sign(
            signer or self.signer,
            content,
            headers=_merged(honest_headers, headers),
            unprotected=dict(unprotected or {}),
        )
        return tag + encode(message.to_list())


def _merged(honest: Mapping[Any, Any], bent: Mapping[Any, Any] | None) -> dict[Any, Any]:
    merged = {**honest, **(bent or {})}
    return {key: value for key, value in merged.items() if value is not ABSENT}


class ListKit:
    """A provider of VICALs and reader lists with its own root."""

    def __init__(self, seed: str = "utopia") -> None:
        self.kit = CertificateKit(seed)
        self.root = self.kit.vical_ca.certificate
        self.certificate = self.kit.vical_signer()
        self.signer = SoftwareSigner(self.kit.key("vical"), deterministic=True)

    def head(self, **changes: Any) -> ListHead:
        """Return an honest head with parts changed."""
        honest: dict[str, Any] = {
            "provider": "Utopia Lists",
            "date": ISSUED,
            "issue_id": 7,
            "next_update": ISSUED + WEEK,
            "not_after": ISSUED + 4 * WEEK,
        }
        return ListHead(**{**honest, **changes})

    def vical(self, entries: Sequence[VicalEntry] | None = None, **head: Any) -> bytes:
        """Make an honest VICAL with the kit's own IACA for the mDL."""
        listed = [VicalEntry(self.kit.iaca.certificate, (MDL,))] if entries is None else entries
        return build_vical(self.signer, [self.certificate], head=self.head(**head), entries=listed)

    def readers(self, entries: Sequence[ReaderEntry] | None = None, **head: Any) -> bytes:
        """Make an honest reader list with the kit's own reader root."""
        listed = [ReaderEntry(self.kit.reader_ca.certificate, "Town Hall")] if entries is None else entries
        return build_readers(self.signer, [self.certificate], head=self.head(**head), entries=listed)

    def bent(
        self,
        members: Mapping[str, Any],
        *,
        entry: Mapping[str, Any] | None = None,
        chain: Sequence[Certificate] | None = None,
        signer: SoftwareSigner | None = None,
        readers: bool = False,
    ) -> bytes:
        """Sign a VICAL or reader list whose members, or whose only entry's members, are changed."""
        certificate = (self.kit.reader_ca if readers else self.kit.iaca).certificate
        honest = ReaderEntry(certificate).to_map() if readers else VicalEntry(certificate, (MDL,)).to_map()
        names = {"provider": "Utopia"} if readers else {"vicalProvider": "Utopia", "vicalIssueID": 7}
        type_member = {"type": "org.iso.18013.5.1.reader_authentication"} if readers else {}
        payload: dict[str, Any] = {
            "version": "1.0",
            "date": Spliced(b"\xc0" + encode("2026-06-01T02:00:00Z")),
            "certificateInfos": [_merged(honest, entry)],
            **names,
            **type_member,
        }
        ders = [each.der for each in (chain if chain is not None else [self.certificate])]
        unprotected = {33: ders} if ders else {}
        content = encode(_merged(payload, members))
        return encode(CoseSign1.sign(signer or self.signer, content, unprotected=unprotected).to_list())
