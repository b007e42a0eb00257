"""The wallet's half of the exchange: who asks, and what may be answered (docs/qr-exchange.md, "The wallet").

Only an AuthenticatedRequest can be answered, and only the check of the reader's signatures makes one. What is
sealed is looked at once more: an answer that holds more than was asked for does not leave.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from counterproof.mdoc.cose import ES256
from counterproof.mdoc.device_response import STATUS_OK, DeviceResponse, Document
from counterproof.mdoc.device_signed import NO_DEVICE_NAMESPACES, DeviceSigned
from counterproof.mdoc.errors import LimitError, MalformedError, UsageError
from counterproof.optics.exchange import answer
from counterproof.optics.exchange.evidence import check_signatures
from counterproof.optics.exchange.limits import LIMITS
from counterproof.optics.exchange.reader_identity import (
    Reader,
    ReaderRefusedError,
    ReaderTrust,
    examine_reader,
    p256_public_key,
)
from counterproof.optics.exchange.request import QrRequest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from counterproof.mdoc.cose import Signer
    from counterproof.mdoc.device_request import DocRequest
    from counterproof.mdoc.issuer_signed import IssuerSigned
    from counterproof.optics.exchange.request import RequestTerms

_PRIVATE: Final = object()
_AGE: Final = re.compile(r"age_over_\d\d", re.ASCII)


class AuthenticatedRequest:
    """A request in its time whose every reader signature verifies; `read_request` alone makes it."""

    __slots__ = ("_reader", "_request")

    def __init__(self, private: object, request: QrRequest, reader: Reader) -> None:
        if private is not _PRIVATE:
            raise UsageError("exchange.private")
        self._request = request
        self._reader = reader

    @property
    def reader(self) -> Reader:
        """The reader's certificate and root; its name is for the register to say, not for the request."""
        return self._reader

    @property
    def reader_known(self) -> bool:
        """Whether the reader's chain ends at a listed root; otherwise the holder must insist."""
        return self._reader.known

    @property
    def request(self) -> QrRequest:
        """The request as it was read."""
        return self._request

    @property
    def terms(self) -> RequestTerms:
        """Purpose, times, and how long an answer may be."""
        return self._request.terms

    @property
    def doc_requests(self) -> tuple[DocRequest, ...]:
        """What is asked for, in the reader's order."""
        return self._request.device_request.doc_requests

    @property
    def transcript(self) -> bytes:
        """S, to be signed by the device key of each document."""
        return self._request.transcript

    @property
    def session_digest(self) -> bytes:
        """h(S): the name under which the wallet files and remembers this presentation."""
        return self._request.session_digest

    @property
    def match_number(self) -> str:
        """Four digits for the consent page."""
        return self._request.match_number

    @property
    def ends_at(self) -> int:
        """Until when an answer may be shown, Unix seconds."""
        return self.terms.made_at + self.terms.good_for

    def asks_for(self, doc_type: str, namespace: str, identifier: str) -> bool:
        """Whether an element was asked for: by name, as an alternative, or as the nearest age.

        Every other `age_over_NN` may answer one that was asked for (ISO/IEC 18013-5, 7.2.5).
        """
        return any(
            request.items.doc_type == doc_type and _asked(request, namespace, identifier)
            for request in self.doc_requests
        )


def _asked(request: DocRequest, namespace: str, identifier: str) -> bool:
    wanted = request.items.namespaces.get(namespace, {})
    if identifier in wanted:
        return True
    if _AGE.fullmatch(identifier) and any(_AGE.fullmatch(name) for name in wanted):
        return True
    info = request.items.info
    return info is not None and any(
        (namespace, identifier) in one for item in info.alternatives for one in item.alternatives
    )


def read_request(m: bytes, *, at: datetime, trust: ReaderTrust) -> AuthenticatedRequest:
    """Read a request and prove who asks; `at` is aware, by the wallet's clock.

    Steps 1 to 3 of "The wallet, two-way". Errors: those of `QrRequest.from_message`;
    `exchange.request-early` and `exchange.request-late` (with both times); those of `examine_reader`;
    `exchange.reader-algorithm`, `exchange.reader-signature`. None of them leaves anything to answer.
    """
    request = QrRequest.from_message(m)
    _check_time(request.terms, at)
    reader = examine_reader(request.chain, trust, at)
    check_signatures(request, p256_public_key(reader.certificate))
    return AuthenticatedRequest(_PRIVATE, request, reader)


def _check_time(terms: RequestTerms, at: datetime) -> None:
    now, made, end = at.timestamp(), terms.made_at, terms.made_at + terms.good_for
    if now < made - LIMITS.clock_slack:
        raise MalformedError("exchange.request-early", made=_shown(made), now=_shown(now))
    if now > end + LIMITS.clock_slack:
        raise MalformedError("exchange.request-late", made=_shown(made), now=_shown(now))


def _shown(unix: float) -> str:
    try:
        return datetime.fromtimestamp(unix, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    except (OverflowError, ValueError, OSError):
        return str(int(unix))


@dataclass(frozen=True, slots=True)
class Copy:
    """One copy of a document, holding the agreed elements alone, and its device key."""

    issuer_signed: IssuerSigned
    signer: Signer


def compose_response(transcript: bytes, copies: Sequence[Copy]) -> bytes:
    """Return a DeviceResponse over S, documents as given, each signed by its device key.

    The device adds no elements of its own. Raises UsageError `exchange.signing-algorithm` for a key that is
    not on P-256.
    """
    documents = []
    for copy in copies:
        if copy.signer.algorithm != ES256:
            raise UsageError("exchange.signing-algorithm")
        doc_type = copy.issuer_signed.mso.doc_type
        signed = DeviceSigned.sign(copy.signer, transcript, doc_type)
        documents.append(Document(doc_type, copy.issuer_signed, signed))
    return DeviceResponse(documents).to_bytes()


def build_answer(
    request: AuthenticatedRequest,
    response: bytes,
    *,
    insists_on_unknown: bool = False,
    substitutes: frozenset[tuple[str, str, str]] = frozenset(),
) -> bytes:
    """Return M of the answer; `response` is the encoded DeviceResponse of the agreed elements.

    `substitutes` (docType, namespace, identifier) are what the register of purposes names in place of
    something that is asked for: they count as asked for.

    Raises ReaderRefusedError `exchange.reader-unknown` unless the reader is listed or the holder insists;
    UsageError `exchange.answer-*` for a response that holds what was not asked for; LimitError
    `exchange.answer-too-long` (with both lengths) where the counter cannot take it: offer to show less.
    """
    _check_reader(request, insists=insists_on_unknown)
    _check_agreed(request, response, substitutes)
    return _sealed(request, answer.padded(response))


def build_decline(request: AuthenticatedRequest, *, insists_on_unknown: bool = False) -> bytes:
    """Return M of a declined answer: one form for every reason, as long as the longest still answer."""
    _check_reader(request, insists=insists_on_unknown)
    return _sealed(request, answer.padded_decline())


def _check_reader(request: AuthenticatedRequest, *, insists: bool) -> None:
    if type(request) is not AuthenticatedRequest:
        raise UsageError("exchange.private")
    if not request.reader_known and not insists:
        raise ReaderRefusedError("exchange.reader-unknown")


def _sealed(request: AuthenticatedRequest, p: bytes) -> bytes:
    limit = request.terms.answer_limit
    if len(p) + answer.OVERHEAD > limit:
        raise LimitError("exchange.answer-too-long", size=len(p) + answer.OVERHEAD, limit=limit)
    return answer.sealed(request.transcript, request.request.parameters.key, p)


def _check_agreed(
    request: AuthenticatedRequest, response: bytes, substitutes: frozenset[tuple[str, str, str]]
) -> None:
    """Look once more at what is about to leave; a fault of the caller's must not cost the holder's data."""
    read = DeviceResponse.from_bytes(response, LIMITS.response)
    if read.status != STATUS_OK or not read.documents or read.document_errors:
        raise UsageError("exchange.answer-form")
    asked = [one.items.doc_type for one in request.doc_requests]
    order = [asked.index(one.doc_type) if one.doc_type in asked else -1 for one in read.documents]
    if -1 in order:
        raise UsageError("exchange.answer-unasked")
    if order != sorted(set(order)):
        raise UsageError("exchange.answer-order")
    for document in read.documents:
        _check_document(request, document, substitutes)


def _check_document(
    request: AuthenticatedRequest, document: Document, substitutes: frozenset[tuple[str, str, str]]
) -> None:
    doc_type = document.doc_type
    for space, items in document.issuer_signed.namespaces.items():
        names = [item.identifier for item in items if (doc_type, space, item.identifier) not in substitutes]
        if not all(request.asks_for(doc_type, space, name) for name in names):
            raise UsageError("exchange.answer-unasked")
    signed = document.device_signed
    own = signed.encoded_namespaces.raw != NO_DEVICE_NAMESPACES.raw
    if own or signed.signature is None or document.errors:
        raise UsageError("exchange.answer-form")
    if document.doc_type != document.issuer_signed.mso.doc_type:
        raise UsageError("exchange.answer-form")
