"""Texts of still codes: answers, codes shown first, slips, requests and receipts (docs/qr-exchange.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from counterproof.mdoc.device_response import DeviceResponse
from counterproof.mdoc.errors import CryptoError, MalformedError
from counterproof.mdoc.verification.checks import CheckId
from counterproof.mdoc.verification.policy import COUNTER, COUNTER_PAPER, COUNTER_SHOWN, Mode
from counterproof.mdoc.verification.report import decide
from counterproof.mdoc.verification.requested import requested_by
from counterproof.mdoc.verification.verifier import Presentation, verify_device_response
from counterproof.optics.exchange.examine import (
    Moment,
    examine_shown,
    examine_slip,
    examine_two_way,
)
from counterproof.optics.exchange.limits import LIMITS
from counterproof.optics.exchange.memories import Challenge, MemoryLedger, SeenCodes
from counterproof.optics.exchange.reader_identity import ReaderRefusedError, ReaderTrust
from counterproof.optics.exchange.reader_side import CounterTransaction
from counterproof.optics.exchange.receipt import QrReceipt, ReceiptContents
from counterproof.optics.exchange.request import QrRequest
from counterproof.optics.exchange.shown import QrShown
from counterproof.optics.exchange.slip import QrSlip
from counterproof.optics.exchange.transcript import digest
from counterproof.optics.exchange.wallet_side import read_request
from counterproof.optics.kinds import Kind
from counterproof.optics.text import decode_still
from verifier.conformance.answer import CaseVerdict, Judgement
from verifier.conformance.case import UnusableError
from verifier.conformance.evidence import Evidence, crls_of, evidence_of

if TYPE_CHECKING:
    from counterproof.mdoc.verification.policy import VerificationPolicy
    from counterproof.optics.exchange.facts import ExchangeFacts
    from verifier.conformance.case import Case

_BEFORE_EVERYTHING = float("-inf")
_WRONG_TIME = frozenset({"exchange.request-early", "exchange.request-late"})


def judge_qr_text(case: Case) -> Judgement:
    """Judge the text of one code by its kind; raises UnusableError, MalformedError for unreadable text."""
    try:
        text = case.data.decode("utf-8")
    except UnicodeDecodeError:
        raise MalformedError("optics.unknown-code", length=len(case.data)) from None
    kind, m = decode_still(text)
    if kind is Kind.REQUEST:
        return _request(case, m)
    if kind is Kind.RECEIPT:
        return _receipt(case, m)
    if kind is Kind.ANSWER:
        return _answer(case, m)
    if kind in (Kind.CARD_REQUEST, Kind.LISTS):
        raise MalformedError("optics.other-kind", kind=kind.name.lower())
    return _shown(case, m) if kind is Kind.SHOWN else _slip(case, m)


def _request(case: Case, m: bytes) -> Judgement:
    """Judge as a wallet would: accepted is authenticated and known."""
    trust = ReaderTrust(case.anchors, crls_of(case))
    try:
        request = read_request(m, at=case.at, trust=trust)
    except ReaderRefusedError as error:
        return Judgement(CaseVerdict.REFUSED, error.code)
    except MalformedError as error:
        if error.code in _WRONG_TIME:
            return Judgement(CaseVerdict.REFUSED, error.code)
        raise
    if not request.reader_known:
        return Judgement(CaseVerdict.REFUSED, "exchange.reader-unknown")
    return Judgement(CaseVerdict.ACCEPTED, "ok")


def _answer(case: Case, m: bytes) -> Judgement:
    """Open an answer with the counter's key and judge it two-way; at the end of its time it is too late.

    At a counter no answer comes before its request: that clock only goes on. Here `at` is all that tells
    the time, and may lie as far before the request as a wallet's clock may.
    """
    case.require(("request", "reader_private_key"))
    evidence = evidence_of(case, COUNTER)
    request = _own_request(case)
    if case.at.timestamp() < request.terms.made_at - LIMITS.clock_slack:
        return Judgement(CaseVerdict.REFUSED, "exchange.request-early", (CheckId.EXCHANGE_FRESH.value,))
    deadline = request.terms.made_at + request.terms.good_for + LIMITS.transaction_slack
    transaction = CounterTransaction(request, case.reader_key, deadline)
    moment = _moment(case, evidence.policy)
    facts, received = examine_two_way(transaction, m, moment)
    if received is None or received.response is None:
        verdict, code = decide(evidence.policy, Mode.TWO_WAY, facts.checks(), ())
        failed = tuple(check.id.value for check in facts.checks() if check.outcome.value != "passed")
        return Judgement(CaseVerdict(verdict.value), code, failed)
    presentation = Presentation(
        Mode.TWO_WAY, request.transcript, facts.checks(), requested_by(request.device_request)
    )
    return _judged(case, received.response, presentation, evidence)


def _own_request(case: Case) -> QrRequest:
    try:
        return QrRequest.from_body(case.request or b"")
    except MalformedError:
        raise UnusableError("case.field", field="request") from None


def _shown(case: Case, m: bytes) -> Judgement:
    """Judge a code shown first; no challenge is open at this door, and nothing was seen before."""
    evidence = evidence_of(case, COUNTER_SHOWN)
    shown = QrShown.from_message(m)
    moment = _moment(case, evidence.policy)
    facts = examine_shown(shown, moment, SeenCodes(_BEFORE_EVERYTHING), Challenge())
    return _judged(case, shown.response, _presentation(facts, shown.transcript), evidence)


def _slip(case: Case, m: bytes) -> Judgement:
    """Judge a slip; the line names no purpose of the counter's own, so the slip's is taken to be it."""
    evidence = evidence_of(case, COUNTER_PAPER)
    slip = QrSlip.from_message(m)
    response = DeviceResponse.from_bytes(slip.response, LIMITS.response)
    facts = examine_slip(
        slip,
        _moment(case, evidence.policy),
        MemoryLedger(),
        purpose=slip.terms.purpose,
        repeats_allowed=False,
        validities=[document.issuer_signed.mso.validity for document in response.documents],
    )
    return _judged(case, slip.response, _presentation(facts, slip.transcript), evidence)


def _presentation(facts: ExchangeFacts, transcript: bytes) -> Presentation:
    return Presentation(facts.mode, transcript, facts.checks())


def _moment(case: Case, policy: VerificationPolicy) -> Moment:
    ids = frozenset() if case.line.audience is None else frozenset({case.line.audience})
    now = case.at.timestamp()
    return Moment(now, now, case.line.id, policy.modes, ids=ids)


def _judged(case: Case, response: bytes, presentation: Presentation, evidence: Evidence) -> Judgement:
    report = verify_device_response(
        DeviceResponse.from_bytes(response, LIMITS.response),
        presentation,
        trust=evidence.trust,
        policy=evidence.policy,
        at=case.at,
        statuses=evidence.statuses,
    )
    return Judgement.of_report(report)


def _receipt(case: Case, m: bytes) -> Judgement:
    """Judge a receipt by the readers' roots; with `request` it must be of that session and by its reader."""
    trust: Any = ReaderTrust(case.anchors, crls_of(case))
    receipt = QrReceipt.from_message(m)
    try:
        if case.request is not None:
            request = _own_request(case)
            receipt.check_answered(request.session_digest, request.leaf)
            session = request.session_digest
        elif case.line.transcript is not None:
            session = digest(case.transcript)
        else:
            session = ReceiptContents.from_payload(receipt.sign1.payload or b"").session_digest
        receipt.check_shown(session, trust, case.at)
    except (ReaderRefusedError, CryptoError) as error:
        return Judgement(CaseVerdict.REFUSED, error.code)
    return Judgement(CaseVerdict.ACCEPTED, "ok")
