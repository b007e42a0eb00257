"""An agency in memory: a root, a document signer, and documents of any type."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from counterproof.mdoc.cose import CoseKey, CoseSign1, SoftwareSigner
from counterproof.mdoc.issuer_signed import IssuerSigned, IssuerSignedItem
from counterproof.mdoc.mso import (
    NOTHING_AUTHORIZED,
    KeyAuthorizations,
    MobileSecurityObject,
    StatusListReference,
    ValidityInfo,
)
from tests.kit.certificates import AT, CertificateKit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cryptography.hazmat.primitives.asymmetric import ec

    from counterproof.mdoc.certificates.model import Certificate

_DIGEST_SIZE = 32


class Agency:
    """Issues documents under its own IACA; two agencies with one seed issue the same bytes in turn.

    `anchor` is the root to trust, `signer_certificate` the document signer's, `kit` makes further (and bad)
    certificates under the same root. Documents are signed at the last full hour before `at` and hold 90 days.
    """

    def __init__(self, seed: int = 1, country: str = "UT", at: datetime = AT) -> None:
        self.at = at
        self.kit = CertificateKit(f"agency {seed}", country)
        self.anchor: Certificate = self.kit.iaca.certificate
        self.signer_certificate: Certificate = self.kit.document_signer()
        self.signer = SoftwareSigner(self.kit.key("ds"), deterministic=True)

    def validity(self, days: int = 90) -> ValidityInfo:
        """Return the validity of a document issued now."""
        signed = self.at.replace(minute=0, second=0, microsecond=0)
        return ValidityInfo(signed, signed, signed + timedelta(days=days))

    def issue(
        self,
        doc_type: str,
        elements: Mapping[str, Mapping[str, Any]],
        device_key: ec.EllipticCurvePublicKey,
        *,
        status: StatusListReference | None = None,
        decoys: int = 0,
        validity: ValidityInfo | None = None,
        authorized: KeyAuthorizations = NOTHING_AUTHORIZED,
    ) -> bytes:
        """Issue `elements` (namespace -> identifier -> value) and return the encoded IssuerSigned.

        `decoys` random digests are added to each namespace; digest ids are shuffled.
        """
        items: dict[str, list[IssuerSignedItem]] = {}
        digests: dict[str, dict[int, bytes]] = {}
        for space, values in elements.items():
            order = self._shuffled(len(values) + decoys)
            items[space] = [
                IssuerSignedItem.make(number, self.kit.random(32), identifier, value)
                for number, (identifier, value) in zip(order, values.items(), strict=False)
            ]
            found = {item.digest_id: item.digest("SHA-256") for item in items[space]}
            found |= {number: self.kit.random(_DIGEST_SIZE) for number in order[len(values) :]}
            digests[space] = dict(sorted(found.items()))
        mso = MobileSecurityObject(
            "SHA-256",
            digests,
            CoseKey.from_public_key(device_key),
            doc_type,
            validity or self.validity(),
            authorized,
            status,
        )
        return self.sign(mso, items).to_bytes()

    def sign(self, mso: MobileSecurityObject, items: dict[str, list[IssuerSignedItem]]) -> IssuerSigned:
        """Sign any MSO, an honest one or not, and put `items` beside it."""
        chain = {33: self.signer_certificate.der}
        auth = CoseSign1.sign(self.signer, mso.to_payload(), unprotected=chain)
        return IssuerSigned(items, auth, mso)

    def _shuffled(self, count: int) -> list[int]:
        return sorted(range(count), key=lambda _: self.kit.random(8))
