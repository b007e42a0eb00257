"""Certificate revocation lists: version 2, full, signed by the CA itself (RFC 5280, 5; Annex B.1.10)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from cryptography import x509

from counterproof.mdoc.certificates import oids
from counterproof.mdoc.certificates.der import INTEGER, SEQUENCE, element
from counterproof.mdoc.certificates.model import READ_ERRORS, signature_holds
from counterproof.mdoc.errors import LimitError, MalformedError, UnsupportedError
from counterproof.mdoc.limits import LIMITS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from cryptography.hazmat.primitives.hashes import HashAlgorithm

    from counterproof.mdoc.certificates.model import Certificate

SKEW = timedelta(seconds=60)
"""How far a clock may be behind the one that signed."""

KNOWN_CRITICAL = frozenset({oids.AUTHORITY_KEY_IDENTIFIER, oids.CRL_NUMBER})
"""Everything else that may be critical in a CRL makes it partial, indirect or a delta."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class CertificateList:
    """A CRL as received; nothing in it is to be believed before `is_signed_by` said so.

    `issuer` is the received DER of the name. Times are aware, UTC; `next_update` is None if absent.
    """

    der: bytes
    native: x509.CertificateRevocationList
    issuer: bytes
    number: int
    hash_algorithm: HashAlgorithm | None
    this_update: datetime
    next_update: datetime | None
    _signers: dict[bytes, bool] = field(default_factory=dict)

    @classmethod
    def from_der(cls, der: bytes) -> CertificateList:
        """Read one CRL, DER, nothing after it.

        Raises MalformedError `certificate.crl-unreadable`, LimitError `certificate.crl-too-large` and
        UnsupportedError `certificate.crl-partial` (delta, indirect or otherwise not a full list).
        """
        if len(der) > LIMITS.vical.size:
            raise LimitError("certificate.crl-too-large", size=len(der), limit=LIMITS.vical.size)
        try:
            return cls._read(bytes(der))
        except READ_ERRORS as error:
            raise MalformedError("certificate.crl-unreadable", reason=type(error).__name__) from error

    @classmethod
    def _read(cls, der: bytes) -> CertificateList:
        native = x509.load_der_x509_crl(der)
        number = 0
        for extension in native.extensions:
            if extension.critical and extension.oid.dotted_string not in KNOWN_CRITICAL:
                raise UnsupportedError("certificate.crl-partial")
            if isinstance(extension.value, x509.CRLNumber):
                number = extension.value.crl_number
        return cls(
            der=der,
            native=native,
            issuer=_issuer(native.tbs_certlist_bytes),
            number=number,
            hash_algorithm=native.signature_hash_algorithm,
            this_update=native.last_update_utc,
            next_update=native.next_update_utc,
        )

    def is_signed_by(self, issuer: Certificate) -> bool:
        """Tell whether this list is by that CA: the same name, byte for byte, and its key's signature."""
        if issuer.spki not in self._signers:
            native = self.native
            self._signers[issuer.spki] = signature_holds(
                issuer, native.signature, native.tbs_certlist_bytes, self.hash_algorithm
            )
        may_sign = issuer.key_usage is None or "cRLSign" in issuer.key_usage
        return may_sign and self.issuer == issuer.subject and self._signers[issuer.spki]

    def lists(self, serial: int) -> bool:
        """Tell whether the serial number is on the list, for whatever reason."""
        return self.native.get_revoked_certificate_by_serial_number(serial) is not None

    def reason(self, serial: int) -> x509.ReasonFlags | None:
        """Return why the serial number is on the list; None if it is not, or says nothing readable."""
        entry = self.native.get_revoked_certificate_by_serial_number(serial)
        if entry is None:
            return None
        try:
            return entry.extensions.get_extension_for_class(x509.CRLReason).value.reason
        except (*READ_ERRORS, x509.ExtensionNotFound):
            return None

    def lists_as_stolen(self, serial: int) -> bool:
        """Tell whether the serial number is on the list for the reason keyCompromise (RFC 5280, 5.3.1)."""
        return self.reason(serial) is x509.ReasonFlags.key_compromise

    def unlisted_in(self, newer: CertificateList, lives: timedelta) -> bool:
        """Tell whether an entry is gone from `newer` whose certificate could still be in force.

        `lives` is how long a certificate lives at most. What was only on hold may go (RFC 5280, 5.3.1).
        """
        return any(
            not newer.lists(entry.serial_number)
            for entry in self.native
            if entry.revocation_date_utc + lives >= newer.this_update
            if self.reason(entry.serial_number) is not x509.ReasonFlags.certificate_hold
        )

    def is_current(self, at: datetime) -> bool:
        """Tell whether `at` lies between thisUpdate and nextUpdate; a list without nextUpdate never is.

        A clock may be behind the one that signed by `SKEW`: a list of this minute is not one of the future.
        """
        if self.next_update is None:
            return False
        return self.begins <= at.replace(microsecond=0) <= self.next_update

    @property
    def begins(self) -> datetime:
        """The first moment, by a clock that may be behind, at which the list is current."""
        return self.this_update - SKEW

    def __eq__(self, other: object) -> bool:
        return self.der == other.der if isinstance(other, CertificateList) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.der)


def _issuer(tbs: bytes) -> bytes:
    """Cut the issuer's name out of a TBSCertList (RFC 5280, 5.1.2)."""
    _, at, _ = element(tbs, 0)
    tag, _, end = element(tbs, at)
    if tag != INTEGER:
        raise UnsupportedError("certificate.crl-partial")  # version 1 has no extensions, so no number
    _, _, start = element(tbs, end)
    tag, _, end = element(tbs, start)
    if tag != SEQUENCE:
        raise ValueError
    return tbs[start:end]


def newest_list(issuer: Certificate, crls: Iterable[CertificateList]) -> CertificateList | None:
    """Pick the newest list that is truly by this CA, whether current or not; None if there is none."""
    signed = [crl for crl in crls if crl.is_signed_by(issuer)]
    return max(signed, key=lambda crl: (crl.this_update, crl.number), default=None)


def not_revoked(
    path: Sequence[Certificate],
    crls: Sequence[CertificateList],
    at: datetime,
    *,
    excused: Certificate | None = None,
) -> bool | None:
    """Look every certificate of a path, leaf first, up in the newest list of the CA above it.

    True: on no current list. False: listed; this holds on a stale list too, for a revocation does not end.
    None: not listed where it was looked up, but a list is missing or not current. An `excused` certificate
    may be listed for a stolen key: something else is known of what it signed.
    """
    settled = True
    for certificate, issuer in pairwise(path):
        crl = newest_list(issuer, crls)
        if crl is not None and crl.lists(certificate.serial):
            known_otherwise = certificate == excused and crl.lists_as_stolen(certificate.serial)
            if not known_otherwise:
                return False
        settled = settled and crl is not None and crl.is_current(at)
    return True if settled else None
