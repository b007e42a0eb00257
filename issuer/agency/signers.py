"""Who signs: certificates of document and status signers, withdrawn ones, the roots' revocation lists.

These are the ceremonies for which the roots' keys are fetched. Each also signs the revocation list of its
root anew, so that the lists do not run out between two ceremonies.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from cryptography.x509 import ReasonFlags

from counterproof.mdoc.certificates.build import (
    Subject,
    Validity,
    build_document_signer,
    build_status_signer,
)
from counterproof.mdoc.certificates.build_crl import MAX_CRL_LIFE, Revocation, build_crl
from counterproof.mdoc.certificates.model import Certificate
from counterproof.mdoc.certificates.profile import DOCUMENT_SIGNER, STATUS_SIGNER
from counterproof.mdoc.errors import StoreError, UsageError
from counterproof.trust.names import fingerprint
from issuer.agency import leave
from issuer.agency.changing import rule
from issuer.agency.desk import start_of_day
from issuer.keys import ROOTS
from issuer.register import CrlRecord, Signer, SignerRole, Withdrawal
from issuer.register.certificates import withdrawing
from issuer.register.model import check_reason

if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Set as AbstractSet
    from datetime import datetime

    from cryptography.hazmat.primitives.asymmetric import ec

    from counterproof.mdoc.certificates.build import CertificateIssuer
    from issuer.agency.desk import AgencyFacts, Desk
    from issuer.register.allowance import Wanted

SIGNING_DAYS = timedelta(days=90)
"""How long a document signer's key signs; its certificate lives on, so that documents can last a year."""

_NAMES = {SignerRole.DOCUMENT: "DS", SignerRole.STATUS: "Status"}
_REASONS = {
    "stolen": ReasonFlags.key_compromise,
    "key-compromise": ReasonFlags.key_compromise,
    "superseded": ReasonFlags.superseded,
    "closed": ReasonFlags.cessation_of_operation,
}
"""What RFC 5280, 5.3.1 calls some of the reasons that the log knows; others stay unsaid."""

_LEAST_PREFIX = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawnSigner:
    """A signer that is trusted no more, and how much it had signed."""

    fingerprint: str
    role: SignerRole
    batches: int
    credentials: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedWithdrawal:
    """A signer that could be withdrawn; `wanted` has how many documents in force count no more then."""

    signer: Signer
    wanted: Wanted
    second_person: bool


def certify(
    role: SignerRole,
    root: CertificateIssuer,
    key: ec.EllipticCurvePublicKey,
    facts: AgencyFacts,
    *,
    number: int,
    at: datetime,
    random: Callable[[int], bytes],
    begins: datetime | None = None,
) -> Signer:
    """Sign the certificate of document or status signer `number`, from the day of `at` on.

    `begins` is when its turn comes, where that is not at once.

    It never outlives the root. Raises UsageError `agency.root-ends` where too little of the root's life is
    left to be of use, and `certificate.*`.
    """
    profile = DOCUMENT_SIGNER if role is SignerRole.DOCUMENT else STATUS_SIGNER
    start = start_of_day(at)
    end = min(start + profile.max_life, root.certificate.not_after)
    if end - start < SIGNING_DAYS:
        raise UsageError("agency.root-ends", ends=root.certificate.not_after.date().isoformat())
    subject = Subject(common_name=f"{_NAMES[role]} {number}", country=facts.country)
    build = build_document_signer if role is SignerRole.DOCUMENT else build_status_signer
    validity = Validity(not_before=start, not_after=end)
    certificate = build(root, subject, key, validity, crl_url=facts.crl_url, random=random)
    sign_until = start + SIGNING_DAYS if role is SignerRole.DOCUMENT else end
    return signer_of(role, certificate, sign_until=sign_until, begins=begins)


def signer_of(
    role: SignerRole,
    certificate: Certificate,
    *,
    sign_until: datetime | None = None,
    begins: datetime | None = None,
) -> Signer:
    """Return the public facts of a certificate's key for the register."""
    return Signer(
        role=role,
        certificate=certificate.der,
        not_before=certificate.not_before,
        not_after=certificate.not_after,
        sign_until=certificate.not_after if sign_until is None else sign_until,
        sign_from=begins,
    )


def withdraw_signer(desk: Desk, name: str, *, reason: str) -> WithdrawnSigner:
    """Withdraw a document or status signer: with the next publication nothing that it signed is accepted.

    `name` is the fingerprint of its certificate or the beginning of it. Its key is destroyed; where a break
    came before that, the same again destroys it. Raises UsageError `agency.no-such-signer`,
    `agency.two-persons`, StoreError `register.already-withdrawn`.
    """
    at = desk.now()
    check_reason(reason)
    signer = find(desk, name)
    certificate = Certificate.from_der(signer.certificate)
    if _is_withdrawn(desk, signer):
        if not desk.keys.has(signer.role, certificate):
            raise StoreError("register.already-withdrawn")
    else:
        wanted = withdrawing(signer.fingerprint, desk.register.touched_by(signer.fingerprint, at=at))
        leave.check(desk, wanted)
        with_root = desk.keys.authority(SignerRole.IACA, desk.root(SignerRole.IACA))
        entry = withdrawal(desk, SignerRole.IACA, certificate, reason, at)
        with desk.register.together():
            _sign_crl(desk, SignerRole.IACA, with_root, at, (entry,))
            _call_off(desk, signer, at)
            _, credentials = desk.register.signed_by(signer.fingerprint)
            leave.finish(desk, wanted, changed=credentials)
    return _without_key(desk, signer, certificate)


def _is_withdrawn(desk: Desk, signer: Signer) -> bool:
    return any(each.fingerprint == signer.fingerprint for each in desk.register.withdrawals())


def _without_key(desk: Desk, signer: Signer, certificate: Certificate) -> WithdrawnSigner:
    """Destroy the key of a signer that the register trusts no more; return what it had signed."""
    desk.keys.forget(signer.role, certificate)
    batches, credentials = desk.register.signed_by(signer.fingerprint)
    return WithdrawnSigner(
        fingerprint=fingerprint(certificate), role=signer.role, batches=batches, credentials=credentials
    )


def plan_withdrawal(desk: Desk, name: str) -> PlannedWithdrawal:
    """Return what withdrawing a signer would touch; changes nothing. Raises `agency.no-such-signer`."""
    signer = find(desk, name)
    wanted = withdrawing(signer.fingerprint, desk.register.touched_by(signer.fingerprint, at=desk.now()))
    second = not _is_withdrawn(desk, signer) and leave.needed(desk, wanted)
    return PlannedWithdrawal(signer=signer, wanted=wanted, second_person=second)


def mark_stolen(desk: Desk, name: str, *, reason: str) -> WithdrawnSigner:
    """Say that a document signer's key was stolen: of what it signed, only what the register holds counts.

    Other than `withdraw_signer`, this leaves honest holders their documents: with the next publication goes
    the set of what the signer truly signed. A signer that was withdrawn already may be marked later. Its
    key is destroyed. Raises UsageError `agency.no-such-signer`, `agency.not-a-document-signer`, StoreError
    `agency.already-stolen`.
    """
    at = desk.now()
    check_reason(reason)
    signer = find(desk, name)
    if signer.role is not SignerRole.DOCUMENT:
        raise UsageError("agency.not-a-document-signer")
    certificate = Certificate.from_der(signer.certificate)
    if signer.fingerprint in desk.register.stolen_signers():
        if desk.keys.has(signer.role, certificate):  # a break came between the two
            return _without_key(desk, signer, certificate)
        raise StoreError("agency.already-stolen")
    with_root = desk.keys.authority(SignerRole.IACA, desk.root(SignerRole.IACA))
    entry = withdrawal(desk, SignerRole.IACA, certificate, reason, at)
    known = {each.fingerprint for each in desk.register.withdrawals()}
    new = () if entry.fingerprint in known else (entry,)
    with desk.register.together():
        _sign_crl(desk, SignerRole.IACA, with_root, at, new, stolen=entry)
        _call_off(desk, signer, at)
    return _without_key(desk, signer, certificate)


def _call_off(desk: Desk, signer: Signer, at: datetime) -> None:
    """Let the one that signs keep its key, where who was to take over is withdrawn before its turn."""
    current = desk.newest_signer(signer.role)
    if signer.begins > at and current is not None:
        desk.register.limit_keys([current.fingerprint], None)


def withdrawal(
    desk: Desk, root: SignerRole, certificate: Certificate, reason: str, at: datetime
) -> Withdrawal:
    """Return the entry of a certificate on its root's revocation list."""
    return Withdrawal(
        fingerprint=bytes.fromhex(fingerprint(certificate)),
        issuer=bytes.fromhex(fingerprint(desk.root(root))),
        serial=certificate.serial,
        reason=reason,
        at=at,
    )


def renew_crls(desk: Desk) -> tuple[SignerRole, ...]:
    """Sign the revocation list of each root whose key is at hand anew; return which.

    Raises StoreError `agency.root-key-away` where neither is.
    """
    at = desk.now()
    at_hand = tuple(role for role in ROOTS if desk.keys.has(role, desk.root(role)))
    for role in at_hand or (SignerRole.IACA,):
        _sign_crl(desk, role, desk.keys.authority(role, desk.root(role)), at)
    return at_hand


def renew_crl(desk: Desk, with_root: CertificateIssuer, at: datetime) -> None:
    """Sign the signers' revocation list anew, while the root's key is there."""
    _sign_crl(desk, SignerRole.IACA, with_root, at)


def sign_crl_of_readers(
    desk: Desk, with_root: CertificateIssuer, at: datetime, withdrawn: tuple[Withdrawal, ...] = ()
) -> None:
    """Sign the counters' revocation list anew, with what is newly withdrawn."""
    _sign_crl(desk, SignerRole.READER_CA, with_root, at, withdrawn)


def first_crl(root: CertificateIssuer, at: datetime) -> CrlRecord:
    """Return the empty revocation list with which a root begins."""
    return _crl(root, (), number=1, at=at)


def _sign_crl(
    desk: Desk,
    role: SignerRole,
    with_root: CertificateIssuer,
    at: datetime,
    withdrawn: tuple[Withdrawal, ...] = (),
    *,
    stolen: Withdrawal | None = None,
) -> None:
    issuer = bytes.fromhex(fingerprint(desk.root(role)))
    floor = int(desk.register.settings().get("crl-floor", "0"))
    number = 1 + max([floor, *(each.number for each in desk.register.crls() if each.issuer == issuer)])
    known = {each.fingerprint for each in desk.register.withdrawals()}
    listed = [each for each in desk.register.withdrawals() if each.issuer == issuer]
    listed += [each for each in withdrawn if each.fingerprint not in known]
    marked = desk.register.stolen_signers() | ({stolen.fingerprint} if stolen is not None else set())
    record = _crl(with_root, tuple(listed), number=number, at=at, stolen=marked)
    desk.register.record_crl(record, withdrawn=withdrawn, stolen=stolen, rule=rule(desk), who=desk.who, at=at)


def _crl(
    root: CertificateIssuer,
    withdrawn: tuple[Withdrawal, ...],
    *,
    number: int,
    at: datetime,
    stolen: AbstractSet[bytes] = frozenset(),
) -> CrlRecord:
    this_update = at.replace(microsecond=0)
    next_update = min(this_update + MAX_CRL_LIFE, root.certificate.not_after)
    entries = [
        Revocation(
            each.serial,
            min(each.at, this_update),
            ReasonFlags.key_compromise if each.fingerprint in stolen else _REASONS.get(each.reason),
        )
        for each in withdrawn
    ]
    crl = build_crl(root, entries, number=number, this_update=this_update, next_update=next_update)
    issuer = bytes.fromhex(fingerprint(root.certificate))
    return CrlRecord(issuer=issuer, number=number, crl=crl.der, next_update=next_update)


def find(desk: Desk, name: str) -> Signer:
    """Return the signer whose fingerprint begins so; raise UsageError `agency.no-such-signer`."""
    every = [
        signer for role in (SignerRole.DOCUMENT, SignerRole.STATUS) for signer in desk.register.signers(role)
    ]
    found = [each for each in every if each.fingerprint.hex().startswith(name.lower())]
    if len(name) < _LEAST_PREFIX or len(found) != 1:
        raise UsageError("agency.no-such-signer", least=_LEAST_PREFIX)
    return found[0]
