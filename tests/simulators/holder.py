"""A holder in memory: documents with their device keys, answered as asked and without asking anybody."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from counterproof.mdoc.cose import SoftwareSigner
from counterproof.mdoc.issuer_signed import IssuerSigned
from counterproof.optics.exchange.shown import QrShown, ShownTerms
from counterproof.optics.exchange.slip import QrSlip, SlipTerms
from counterproof.optics.exchange.wallet_side import Copy, build_answer, compose_response
from tests.kit.certificates import CertificateKit

if TYPE_CHECKING:
    from collections.abc import Container, Mapping, Sequence

    from counterproof.optics.exchange.wallet_side import AuthenticatedRequest
    from tests.simulators.agency import Agency


class Holder:
    """Holds one copy of each document; deterministic by seed."""

    def __init__(self, seed: int = 1) -> None:
        self.kit = CertificateKit(f"holder {seed}")
        self.documents: dict[str, tuple[IssuerSigned, SoftwareSigner]] = {}

    def receive(
        self, agency: Agency, doc_type: str, elements: Mapping[str, Mapping[str, Any]], **terms: Any
    ) -> IssuerSigned:
        """Have a document issued to a device key of its own and keep it."""
        key = self.kit.key(f"device {doc_type}")
        issued = IssuerSigned.from_bytes(agency.issue(doc_type, elements, key.public_key(), **terms))
        self.documents[doc_type] = issued, SoftwareSigner(key, deterministic=True)
        return issued

    def copies(self, doc_types: Sequence[str], agreed: Container[tuple[str, str]]) -> list[Copy]:
        """Return the documents asked for that are held, cut down to what was agreed."""
        held = [self.documents[doc_type] for doc_type in doc_types if doc_type in self.documents]
        return [Copy(issued.disclose(agreed), signer) for issued, signer in held]

    def response(
        self, transcript: bytes, doc_types: Sequence[str], agreed: Container[tuple[str, str]]
    ) -> bytes:
        """Return a DeviceResponse over S."""
        return compose_response(transcript, self.copies(doc_types, agreed))

    def answer(
        self, request: AuthenticatedRequest, agreed: Container[tuple[str, str]] | None = None
    ) -> bytes:
        """Return M of an answer; everything asked for is agreed to unless told otherwise."""
        if agreed is None:
            agreed = {(ns, name) for one in request.doc_requests for ns, name, _ in one.items.elements()}
        doc_types = [one.items.doc_type for one in request.doc_requests]
        return build_answer(request, self.response(request.transcript, doc_types, agreed))

    def show(self, doc_type: str, agreed: Container[tuple[str, str]], terms: ShownTerms) -> QrShown:
        """Return a code shown first."""
        shown = QrShown(terms, b"")
        return QrShown(terms, self.response(shown.transcript, [doc_type], agreed))

    def slip(self, doc_type: str, agreed: Container[tuple[str, str]], terms: SlipTerms) -> QrSlip:
        """Return a slip."""
        slip = QrSlip(terms, b"")
        return QrSlip(terms, self.response(slip.transcript, [doc_type], agreed))
