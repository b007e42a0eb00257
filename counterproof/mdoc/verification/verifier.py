"""The deciding functions: one for what an issuer hands over, one for what a holder answers.

Window, command line, service and conformance door call these and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from counterproof.mdoc.device_response import STATUS_OK, DeviceResponse
from counterproof.mdoc.errors import UsageError
from counterproof.mdoc.issuer_signed import IssuerSigned
from counterproof.mdoc.verification.checks import (
    ISSUER_CHECKS,
    PASSED,
    Check,
    CheckId,
    failed,
    settle,
    unsettled,
)
from counterproof.mdoc.verification.document import (
    Circumstances,
    Findings,
    device_checks,
    device_facts,
    expiry_check,
    issuer_checks,
    issuer_facts,
    notices,
    status_check,
)
from counterproof.mdoc.verification.policy import WALLET_IMPORT, Mode
from counterproof.mdoc.verification.report import (
    Contents,
    DocumentReport,
    VerificationReport,
    decide,
    hand_out,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from counterproof.mdoc.device_response import Document
    from counterproof.mdoc.verification.document import SignerSource
    from counterproof.mdoc.verification.policy import VerificationPolicy
    from counterproof.mdoc.verification.requested import RequestedDocument
    from counterproof.mdoc.verification.status import StatusEvidence


def verify_issuer_signed(
    data: bytes | IssuerSigned,
    *,
    trust: SignerSource,
    at: datetime,
    policy: VerificationPolicy = WALLET_IMPORT,
    doc_type: str | None = None,
    statuses: StatusEvidence | None = None,
) -> VerificationReport:
    """Decide whether to keep what an issuer handed over.

    `doc_type` is the one that was ordered; `at` is aware. Raises MalformedError, LimitError or
    UnsupportedError for bytes that cannot be read. Source: ISO/IEC 18013-5, 9.3.1.
    """
    _check_time(at)
    issuer_signed = IssuerSigned.from_bytes(data) if isinstance(data, bytes) else data
    around = Circumstances(at, policy, Mode.RECEIPT, trust, statuses)
    found = issuer_facts(issuer_signed, doc_type, around)
    checks, signer, elements = issuer_checks(issuer_signed, found, around), found.signer, found.elements
    mso = issuer_signed.mso
    mso.device_key.public_key()  # no wallet wants a document whose key is no key; raises MalformedError
    evidence: tuple[Any, ...] = ()
    if statuses is not None or CheckId.STATUS in policy.required:
        status, evidence = status_check(mso, signer, around)
        checks += (status,)
    anchor = signer.anchor
    contents = Contents(
        mso.doc_type,
        elements,
        {},
        mso.validity,
        anchor.name if anchor else None,
        anchor.certificate if anchor else None,
    )
    findings = Findings(checks, contents, notices(mso, signer), evidence)
    needed = policy.plans[Mode.RECEIPT].proof & ISSUER_CHECKS
    document = _report(findings, needed, None)
    message = (settle(CheckId.EXCHANGE_MODE, Mode.RECEIPT in policy.modes),)
    verdict, code = decide(policy, Mode.RECEIPT, message, [checks])
    return VerificationReport(
        verdict, code, policy.name, Mode.RECEIPT, at, message, (document,), policy.required_in(Mode.RECEIPT)
    )


@dataclass(frozen=True, slots=True)
class Presentation:
    """How a response came: mode, the verifier's own transcript, what was asked, what the exchange showed.

    `exchange` holds the checks of the exchange itself (freshness, audience, replay ...), made where that
    protocol lives; `requested` is None where the caller asked for nothing in particular.
    """

    mode: Mode
    transcript: bytes
    exchange: tuple[Check, ...] = ()
    requested: tuple[RequestedDocument, ...] | None = None


def verify_device_response(
    data: bytes | DeviceResponse,
    presentation: Presentation,
    *,
    trust: SignerSource,
    policy: VerificationPolicy,
    at: datetime,
    statuses: StatusEvidence | None = None,
    reader_key: Any = None,
) -> VerificationReport:
    """Decide about what a holder's device answered.

    `reader_key` is the ephemeral private key of a session that uses deviceMac. Raises MalformedError,
    LimitError or UnsupportedError for bytes that cannot be read. Source: ISO/IEC 18013-5, 9.3.
    """
    _check_time(at)
    response = DeviceResponse.from_bytes(data) if isinstance(data, bytes) else data
    mode = presentation.mode
    around = Circumstances(at, policy, mode, trust, statuses, presentation.transcript, reader_key)
    asked = _Asked(presentation.requested)
    reports, all_checks = [], []
    for document in asked.keep(response.documents):
        findings = _examine(document, around)
        all_checks.append(findings.checks)
        reports.append(asked.report(findings, policy.plans[mode].proof))
    missing = asked.missing_documents(reports)
    checks = (
        settle(CheckId.EXCHANGE_MODE, mode in policy.modes),
        *presentation.exchange,
        settle(CheckId.RESPONSE_STATUS, response.status == STATUS_OK and bool(response.documents)),
        *asked.checks(reports, missing),
    )
    verdict, code = decide(policy, mode, checks, all_checks)
    return VerificationReport(
        verdict,
        code,
        policy.name,
        mode,
        at,
        checks,
        tuple(reports),
        policy.required_in(mode),
        tuple(missing),
        tuple(asked.left_out),
        ("several-documents",) if len(reports) > 1 else (),
    )


def _check_time(at: datetime) -> None:
    if at.tzinfo is None:
        raise UsageError("verification.naive-time")


def _examine(document: Document, around: Circumstances) -> Findings:
    """Establish every fact about one document of a response.

    The signatures are looked at last and one behind the other: each goes through more tables than the
    processor's nearest memory holds, and Python code that runs between them pays for it.
    """
    issuer_signed, device_signed = document.issuer_signed, document.device_signed
    mso = issuer_signed.mso
    issuer = issuer_facts(issuer_signed, document.doc_type, around)
    signer, elements = issuer.signer, issuer.elements
    device = device_facts(device_signed, mso, document.doc_type, elements, around)
    status, evidence = status_check(mso, signer, around)
    others = (status, expiry_check(elements, around.at))
    checks = (
        issuer_checks(issuer_signed, issuer, around) + device_checks(device_signed, device, around) + others
    )
    anchor = signer.anchor
    contents = Contents(
        mso.doc_type,
        elements,
        document.device_signed.namespaces,
        mso.validity,
        anchor.name if anchor else None,
        anchor.certificate if anchor else None,
    )
    return Findings(checks, contents, notices(mso, signer), evidence)


class _Asked:
    """What was asked for, set beside what came."""

    def __init__(self, requested: tuple[RequestedDocument, ...] | None) -> None:
        self._requested = requested
        self._by_type = {each.doc_type: each for each in requested or ()}
        self.left_out: list[str] = []

    def keep(self, documents: Sequence[Document]) -> list[Document]:
        """Leave out documents that nobody asked for, and all but the first of a docType asked for once."""
        if self._requested is None:
            return list(documents)
        kept: dict[str, Document] = {}
        for document in documents:
            if document.doc_type in self._by_type and document.doc_type not in kept:
                kept[document.doc_type] = document
            else:
                self.left_out.append(document.doc_type)
        return list(kept.values())

    def report(self, findings: Findings, needed: frozenset[CheckId]) -> DocumentReport:
        """Report one document, cut down to what was asked for."""
        return _report(findings, needed, self._by_type.get(findings.contents.doc_type))

    def missing_documents(self, reports: Sequence[DocumentReport]) -> list[str]:
        """Return the docTypes asked for and not shown."""
        shown = [each.doc_type for each in reports]
        return [doc_type for doc_type in self._by_type if doc_type not in shown]

    def checks(self, reports: Sequence[DocumentReport], missing: Sequence[str]) -> tuple[Check, Check]:
        """Check that every document asked for came, and that all of each of them came.

        None at all is a refusal; some of them leave the decision to the clerk.
        """
        documents = complete = None
        if not reports:
            documents = failed(CheckId.REQUEST_DOCUMENTS)
        elif missing:
            documents = unsettled(CheckId.REQUEST_DOCUMENTS, "request.incomplete")
        if [each for each in reports if each.missing]:
            complete = unsettled(CheckId.REQUEST_COMPLETE, "request.incomplete")
        return documents or PASSED[CheckId.REQUEST_DOCUMENTS], complete or PASSED[CheckId.REQUEST_COMPLETE]


def _report(
    findings: Findings, needed: frozenset[CheckId], request: RequestedDocument | None
) -> DocumentReport:
    contents = findings.contents
    missing: tuple[tuple[str, str], ...] = ()
    unasked: tuple[tuple[str, str], ...] = ()
    if request is not None:
        match = request.match(contents.elements)
        missing, unasked = match.missing, match.unasked
        contents = Contents(
            contents.doc_type,
            match.kept,
            {},
            contents.validity,
            contents.issuer,
            contents.anchor,
        )
    return DocumentReport(
        contents.doc_type,
        findings.checks,
        hand_out(contents, findings.checks, needed),
        missing,
        unasked,
        findings.notices,
        findings.evidence,
    )
