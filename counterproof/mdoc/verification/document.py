"""The proofs of one document, in the order of ISO/IEC 18013-5, 9.3: facts only, nothing is decided here."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Protocol

import msgspec
from cryptography.hazmat.primitives.asymmetric import ec

from counterproof.mdoc.cbor import FullDate, TDate, raws
from counterproof.mdoc.device_signed import device_authentication
from counterproof.mdoc.errors import MalformedError
from counterproof.mdoc.issuer_signed import HASHES
from counterproof.mdoc.lists.signed_set import member_of
from counterproof.mdoc.session_keys import mac_key
from counterproof.mdoc.verification.checks import (
    PASSED,
    Check,
    CheckGroup,
    CheckId,
    Outcome,
    failed,
    settle,
    unsettled,
)
from counterproof.mdoc.verification.policy import Mode
from counterproof.mdoc.verification.report import Contents, Evidence
from counterproof.mdoc.verification.status import NO_STATUS, StatusOpinion

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from counterproof.mdoc.cose import CoseKey, CoseSign1, PublicKey
    from counterproof.mdoc.device_signed import DeviceSigned
    from counterproof.mdoc.issuer_signed import IssuerSigned
    from counterproof.mdoc.lists.signed_set import SignedSet
    from counterproof.mdoc.mso import MobileSecurityObject
    from counterproof.mdoc.verification.policy import VerificationPolicy
    from counterproof.mdoc.verification.status import StatusEvidence
    from counterproof.mdoc.verification.trust import CheckedSigner


class SignerSource(Protocol):
    """Whatever can tell what is known of a document signer."""

    def signer(self, chain: list[bytes], at: datetime) -> CheckedSigner:
        """Return what is known of the signer with this x5chain at `at`."""


class Circumstances(msgspec.Struct, frozen=True, gc=False):
    """What the verifier brings along: time, policy, mode, trust, lists, and its own side of the session."""

    at: datetime
    policy: VerificationPolicy
    mode: Mode
    trust: SignerSource
    statuses: StatusEvidence | None = None
    transcript: bytes = b""
    reader_key: ec.EllipticCurvePrivateKey | None = None


class Findings(msgspec.Struct, frozen=True, gc=False):
    """What was found of one document; `contents` must not leave before the checks are judged."""

    checks: tuple[Check, ...]
    contents: Contents
    notices: tuple[str, ...]
    evidence: tuple[Evidence, ...]


_ISSUER = CheckGroup(
    CheckId.ISSUER_ALGORITHM,
    CheckId.ISSUER_SIGNATURE,
    CheckId.ISSUER_SIGNED_SET,
    CheckId.DIGEST_KNOWN,
    CheckId.DIGEST_MATCH,
    CheckId.ELEMENT_UNIQUE,
    CheckId.DOC_TYPE_SIGNED,
    CheckId.VALIDITY_ORDER,
    CheckId.VALIDITY_SIGNER,
    CheckId.VALIDITY_FROM,
    CheckId.VALIDITY_UNTIL,
    CheckId.TRUST_DOC_TYPE,
)
_LAPSED = unsettled(CheckId.TRUST_DOC_TYPE, "trust.list-out-of-date")
_OLD_LIST = unsettled(CheckId.TRUST_DOC_TYPE, "trust.list-stale")
_OLD_REVOCATIONS = unsettled(CheckId.CHAIN_REVOCATION, "certificate.revocation-old")
_DEVICE = CheckGroup(CheckId.DEVICE_AUTHORIZED, CheckId.DEVICE_METHOD, CheckId.DEVICE_AUTH)


class IssuerFacts(msgspec.Struct, frozen=True, gc=False):
    """What is known of the issuer's half before its signature is looked at."""

    signer: CheckedSigner
    elements: dict[str, dict[str, Any]]
    facts: tuple[bool | None, ...]


def issuer_facts(issuer_signed: IssuerSigned, doc_type: str | None, around: Circumstances) -> IssuerFacts:
    """Establish steps 2 to 7 but for the signature: chain, digests, docType, validity, trust list.

    `doc_type` is the one named outside the MSO, None where nothing names it.
    """
    auth, mso, at = issuer_signed.issuer_auth, issuer_signed.mso, around.at
    signer = around.trust.signer(auth.x5chain, at)
    elements, known, matching, unique = _elements(issuer_signed)
    validity, leaf, anchor = mso.validity, signer.leaf, signer.anchor
    facts = (
        signer.signed_set is None or _truly_signed(auth, signer.signed_set),
        known,
        matching,
        unique,
        doc_type is None or doc_type == mso.doc_type,
        validity.signed <= validity.valid_from < validity.valid_until,
        None if leaf is None else leaf.not_before <= validity.signed <= leaf.not_after,
        validity.valid_from <= at,
        at <= validity.valid_until,
        None if anchor is None else anchor.may_sign(mso.doc_type),
    )
    return IssuerFacts(signer, elements, facts)


def issuer_checks(
    issuer_signed: IssuerSigned, found: IssuerFacts, around: Circumstances
) -> tuple[Check, ...]:
    """Look at the signature and make the checks of steps 2 to 7."""
    mso, at, signer = issuer_signed.mso, around.at, found.signer
    anchor = signer.anchor
    own = _ISSUER.record(*_issuer_signature(issuer_signed.issuer_auth, signer, around.policy), *found.facts)
    if (
        anchor is not None
        and anchor.ends
        and anchor.may_sign(mso.doc_type)
        and anchor.is_out_of_date(mso.doc_type, at)
    ):
        own = tuple(_LAPSED if each.id is CheckId.TRUST_DOC_TYPE else each for each in own)
    checks = signer.checks + own
    if around.policy.max_evidence_age is not None:
        checks = _fresh(checks, signer, mso, at - around.policy.max_evidence_age)
    return checks


def _fresh(
    checks: tuple[Check, ...], signer: CheckedSigner, mso: MobileSecurityObject, moment: datetime
) -> tuple[Check, ...]:
    """Leave open what passed by evidence from before `moment`.

    What an issuer says of its signers comes with its status lists, so a document that has a status shows by
    that one how old both are.
    """
    anchor, old = signer.anchor, dict[CheckId, Check]()
    if anchor is not None and anchor.is_older(mso.doc_type, moment):
        old[CheckId.TRUST_DOC_TYPE] = _OLD_LIST
    if mso.status is None and anchor is not None and anchor.heard is not None and anchor.heard < moment:
        # So it is where the issuer had no revocation list then: it may have one since.
        old[CheckId.CHAIN_REVOCATION] = _OLD_REVOCATIONS
    return tuple(old.get(each.id, each) if each.outcome is Outcome.PASSED else each for each in checks)


def _issuer_signature(
    auth: CoseSign1, signer: CheckedSigner, policy: VerificationPolicy
) -> tuple[bool, bool | None]:
    """Return whether the algorithm is allowed and fits the key, and whether the signature holds."""
    holds = None if signer.key is None else auth.proves(signer.key)
    return holds is not None and auth.algorithm in policy.algorithms, holds


def _truly_signed(auth: CoseSign1, signed: SignedSet) -> bool:
    """Whether the agency's register holds this document, where the signer's key was stolen."""
    return auth.payload is not None and signed.holds(member_of(auth.payload))


def _elements(issuer_signed: IssuerSigned) -> tuple[dict[str, dict[str, Any]], bool, bool, bool]:
    """Collect the elements; say whether each has a signed digest, is what was digested, and comes once."""
    mso = issuer_signed.mso
    digest_of = HASHES[mso.digest_algorithm]
    elements: dict[str, dict[str, Any]] = {}
    known = matching = unique = True
    for space, items in issuer_signed.namespaces.items():
        ids = [item.digest_id for item in items]
        signed = list(map(mso.value_digests.get(space, {}).get, ids))
        made = [digest_of(raw).digest() for raw in raws([item.encoded for item in items])]
        if made != signed:  # both are public, so it may be seen in the time taken where they differ
            known = known and None not in signed
            matching = matching and all(
                expected in (None, digest) for expected, digest in zip(signed, made, strict=True)
            )
        elements[space] = values = {item.identifier: item.value for item in items}
        unique = unique and len(values) == len(items) == len(set(ids))
    return elements, known, matching, unique


class DeviceFacts(msgspec.Struct, frozen=True, gc=False):
    """What is known of the device's half before its proof is looked at, and what that must be over."""

    allowed: bool
    key: PublicKey
    payload: bytes


def device_facts(
    device_signed: DeviceSigned,
    mso: MobileSecurityObject,
    doc_type: str,
    issuer_elements: Mapping[str, Mapping[str, Any]],
    around: Circumstances,
) -> DeviceFacts:
    """Establish step 8 but for the proof: authorizations, the key, the verifier's own transcript.

    No element comes twice in one namespace, and not from two hands either: what the issuer signed the device
    may not say in its own way, whatever it is authorized to say.
    """
    allowed = device_signed.encoded_namespaces.raw == _NO_NAMESPACES or (
        around.mode is Mode.SESSION
        and all(
            mso.key_authorizations.allow(space, identifier)
            and identifier not in issuer_elements.get(space, ())
            for space, items in device_signed.namespaces.items()
            for identifier in items
        )
    )
    payload = device_authentication(around.transcript, doc_type, device_signed.encoded_namespaces)
    return DeviceFacts(allowed, _device_key(mso.device_key), payload)


def device_checks(
    device_signed: DeviceSigned, found: DeviceFacts, around: Circumstances
) -> tuple[Check, ...]:
    """Look at the method and the proof and make the checks of step 8."""
    return _DEVICE.record(found.allowed, *_device_proof(device_signed, found.key, found.payload, around))


def _device_proof(
    device_signed: DeviceSigned, key: PublicKey, payload: bytes, around: Circumstances
) -> tuple[bool, bool | None]:
    """Return whether the method is one that the policy and the mode take, and whether the proof holds."""
    signature = device_signed.signature
    if signature is None:
        if around.reader_key is None:
            return False, None
        return around.mode is Mode.SESSION, _mac_holds(device_signed, key, payload, around)
    holds = _signature_holds(signature, key, payload, around.mode)
    return holds is not None and signature.algorithm in around.policy.device_algorithms, holds


def _signature_holds(signature: CoseSign1, key: PublicKey, payload: bytes, mode: Mode) -> bool | None:
    """Whether the signature is over our own payload; None where its algorithm does not fit the key.

    ISO/IEC 18013-5 detaches the payload; wallets in the field send it along, which is borne in a session
    where it is the same, byte for byte. The QR exchange has no such wallets.
    """
    if signature.payload is None:
        return signature.proves(key, payload)
    holds = signature.proves(key)
    return holds and mode is Mode.SESSION and signature.payload == payload


_NO_NAMESPACES = b"\xd8\x18\x41\xa0"


@lru_cache(maxsize=256)
def _device_key(key: CoseKey) -> PublicKey:
    """Load a device key; a code shown twice is asked about twice."""
    return key.public_key()


def _mac_holds(device_signed: DeviceSigned, key: PublicKey, payload: bytes, around: Circumstances) -> bool:
    reader = around.reader_key
    if device_signed.mac is None or reader is None or not isinstance(key, ec.EllipticCurvePublicKey):
        return False
    if key.curve.name != reader.curve.name:
        return False
    return device_signed.mac.verify(mac_key(reader, key, around.transcript), payload)


def status_check(
    mso: MobileSecurityObject, signer: CheckedSigner, around: Circumstances
) -> tuple[Check, tuple[Evidence, ...]]:
    """Check step 9: what the lists say of the credential's entry."""
    if mso.status is None:
        code = "status.unsupported" if mso.other_status else NO_STATUS
        outcome = Outcome.INDETERMINATE if mso.other_status else Outcome.PASSED
        return Check(CheckId.STATUS, outcome, code), ()
    if around.statuses is None:
        opinion = StatusOpinion(None, "status.missing")
    else:
        anchor = signer.anchor.certificate if signer.anchor is not None else None
        opinion = around.statuses.judge(mso.status, anchor, around.at, around.policy.max_evidence_age)
    check = PASSED[CheckId.STATUS] if opinion.good else settle(CheckId.STATUS, opinion.good, opinion.code)
    if opinion.issued_at is None:
        return check, ()
    age = (around.at - opinion.issued_at).total_seconds()
    return check, (Evidence("status-list", opinion.issued_at, age),)


def expiry_check(elements: Mapping[str, Mapping[str, Any]], at: datetime) -> Check:
    """Check step 10: the document's own expiry_date, where it was shown; it holds to the end of that day."""
    for items in elements.values():
        value = items.get("expiry_date")
        if value is None:
            continue
        try:
            if _has_passed(value, at):
                return failed(CheckId.DOCUMENT_EXPIRY)
        except MalformedError:
            return failed(CheckId.DOCUMENT_EXPIRY, "document.expiry-unreadable")
    return PASSED[CheckId.DOCUMENT_EXPIRY]


def _has_passed(value: Any, at: datetime) -> bool:
    """Whether a date is over at `at`; raise MalformedError `cbor.date` for what is none.

    A text without its tag is read as the date that it says: an issuer's slip must not make a card last.
    """
    if type(value) is str:
        value = TDate(value) if "T" in value.upper() else FullDate(value)
    if type(value) is TDate:
        return value.to_datetime() < at
    if type(value) is FullDate:
        return value.to_date() < at.date()
    raise MalformedError("cbor.date")


def notices(mso: MobileSecurityObject, signer: CheckedSigner) -> tuple[str, ...]:
    """Return what is worth saying and refuses nothing."""
    if signer.leaf is not None and mso.validity.valid_until > signer.leaf.not_after:
        return ("validity.outlives-signer",)
    return ()
