"""Certificate revocation lists as ISO/IEC 18013-5 Annex B asks for them: version 2, full, short-lived."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from counterproof.mdoc.certificates.build import CertificateIssuer, ca_hash
from counterproof.mdoc.certificates.revocation import CertificateList
from counterproof.mdoc.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

MAX_CRL_LIFE = timedelta(days=90)
"""A new list at least every 90 days, and within 48 hours of a revocation (B.1.10)."""


@dataclass(frozen=True, slots=True)
class Revocation:
    """One revoked certificate: serial number, moment (aware), reason as in RFC 5280, 5.3.1, or None."""

    serial: int
    at: datetime
    reason: x509.ReasonFlags | None = None


def build_crl(
    issuer: CertificateIssuer,
    revocations: Iterable[Revocation],
    *,
    number: int,
    this_update: datetime,
    next_update: datetime,
) -> CertificateList:
    """Make the CA's full list; `number` grows with every list.

    Raises UsageError `certificate.crl-life` if the list would hold for longer than 90 days or not at all,
    `certificate.crl-revocation` for one serial named twice, in the future or of the CA itself.
    """
    if not timedelta(0) < next_update - this_update <= MAX_CRL_LIFE:
        raise UsageError("certificate.crl-life", limit_days=MAX_CRL_LIFE.days)
    above = issuer.certificate
    assert above.ski is not None  # every CA profile requires it
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(above.native.subject)
        .last_update(this_update)
        .next_update(next_update)
        .add_extension(x509.AuthorityKeyIdentifier(above.ski, None, None), critical=False)
        .add_extension(x509.CRLNumber(number), critical=False)
    )
    seen = {above.serial}
    for each in revocations:
        if each.serial in seen or each.at > this_update:
            raise UsageError("certificate.crl-revocation")
        seen.add(each.serial)
        builder = builder.add_revoked_certificate(_entry(each))
    signed = builder.sign(
        issuer.private_key,
        ca_hash(issuer.private_key),
        ecdsa_deterministic=issuer.deterministic or None,
    )
    return CertificateList.from_der(signed.public_bytes(Encoding.DER))


def _entry(revocation: Revocation) -> x509.RevokedCertificate:
    entry = x509.RevokedCertificateBuilder().serial_number(revocation.serial).revocation_date(revocation.at)
    if revocation.reason is not None:
        entry = entry.add_extension(x509.CRLReason(revocation.reason), critical=False)
    return entry.build()
