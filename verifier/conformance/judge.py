"""One function a kind: from a case to a judgement, through the deciding functions of the library."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterproof.mdoc.cbor import decode_exact
from counterproof.mdoc.device_response import DeviceResponse
from counterproof.mdoc.errors import CryptoError, MalformedError
from counterproof.mdoc.issuer_signed import IssuerSigned
from counterproof.mdoc.limits import LIMITS
from counterproof.mdoc.lists.signed_set import SignedSet, verify_signed_set
from counterproof.mdoc.lists.status_check import examine_status_token
from counterproof.mdoc.lists.vical import examine_vical
from counterproof.mdoc.verification.checks import CheckId
from counterproof.mdoc.verification.policy import SESSION, WALLET_IMPORT, Mode
from counterproof.mdoc.verification.requested import RequestedDocument
from counterproof.mdoc.verification.verifier import (
    Presentation,
    verify_device_response,
    verify_issuer_signed,
)
from verifier.conformance.answer import BY_STANDING, CaseVerdict, Judgement
from verifier.conformance.case import UnusableError
from verifier.conformance.evidence import crls_of, evidence_of
from verifier.conformance.qr_text import judge_qr_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from verifier.conformance.case import Case


def judge(case: Case) -> Judgement:
    """Judge a case; raises UnusableError where an input is missing, MalformedError for unreadable bytes."""
    kind = case.line.kind
    if kind is None:
        raise UnusableError("case.missing", field="kind")
    known = _KINDS.get(kind)
    if known is None:
        raise UnusableError("case.kind")
    try:
        return known(case)
    except MalformedError as error:
        return Judgement(CaseVerdict.UNREADABLE, error.code)


def _issuer_signed(case: Case) -> Judgement:
    """Judge as a wallet would on receipt."""
    evidence = evidence_of(case, WALLET_IMPORT)
    report = verify_issuer_signed(
        IssuerSigned.from_bytes(case.data, LIMITS.imported),
        trust=evidence.trust,
        at=case.at,
        policy=evidence.policy,
        doc_type=case.line.doc_type,
        statuses=evidence.statuses,
    )
    return Judgement.of_report(report)


def _device_response(case: Case) -> Judgement:
    """Judge as a counter would, over the transcript that the line vouches for."""
    evidence = evidence_of(case, SESSION)
    transcript, reader_key = case.transcript, case.reader_key
    response = DeviceResponse.from_bytes(case.data, LIMITS.imported)
    report = verify_device_response(
        response,
        Presentation(Mode.SESSION, transcript, requested=_requested(case.line.doc_type, response)),
        trust=evidence.trust,
        policy=evidence.policy,
        at=case.at,
        statuses=evidence.statuses,
        reader_key=reader_key,
    )
    return Judgement.of_report(report)


def _requested(doc_type: str | None, response: DeviceResponse) -> tuple[RequestedDocument, ...] | None:
    """Ask for one docType and for whatever elements its first document shows."""
    if doc_type is None:
        return None
    shown = next((each for each in response.documents if each.doc_type == doc_type), None)
    spaces = shown.issuer_signed.namespaces if shown is not None else {}
    elements = tuple((space, item.identifier) for space, items in spaces.items() for item in items)
    return (RequestedDocument(doc_type, elements),)


def _status_list(case: Case) -> Judgement:
    finding = examine_status_token(
        case.data,
        uri=case.status_uri,
        index=case.status_index,
        at=case.at,
        anchors=case.anchors,
        crls=crls_of(case),
    )
    verdict = BY_STANDING[finding.standing]
    if verdict is CaseVerdict.ACCEPTED:
        return Judgement(verdict, "ok", status=finding.value)
    failed = () if verdict is CaseVerdict.UNREADABLE else (CheckId.STATUS.value,)
    return Judgement(verdict, finding.code, failed)


def _signed_set(case: Case) -> Judgement:
    """Judge the set of a stolen signer by itself: signer, signature, and every hash in its place."""
    signed = SignedSet.from_bytes(case.data)
    for _ in signed.hashes():
        pass
    try:
        verify_signed_set(signed, anchors=case.anchors, crls=crls_of(case))
    except CryptoError as error:
        return Judgement(CaseVerdict.REFUSED, error.code)
    return Judgement(CaseVerdict.ACCEPTED, "ok")


def _vical(case: Case) -> Judgement:
    finding = examine_vical(case.data, at=case.at, anchors=case.anchors, crls=crls_of(case))
    return Judgement(BY_STANDING[finding.standing], finding.code)


def _cbor(case: Case) -> Judgement:
    decode_exact(case.data, LIMITS.imported)
    return Judgement(CaseVerdict.ACCEPTED, "ok")


_KINDS: dict[str, Callable[[Case], Judgement]] = {
    "issuer-signed": _issuer_signed,
    "device-response": _device_response,
    "status-list": _status_list,
    "cbor": _cbor,
    "vical": _vical,
    "signed-set": _signed_set,
    "qr-text": judge_qr_text,
}

KINDS = frozenset(_KINDS)
"""The kinds of case that are judged."""
