"""A signed request as evidence: that this reader asked this, at the time it says, whenever it is looked at.

What is proven here cannot be answered: only `wallet_side.read_request` makes what can, in its time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from counterproof.mdoc.cose import ES256
from counterproof.mdoc.errors import MalformedError
from counterproof.optics.exchange.reader_identity import (
    Reader,
    ReaderRefusedError,
    ReaderTrust,
    examine_reader,
    p256_public_key,
)
from counterproof.optics.exchange.request import QrRequest

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric import ec


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """A request whose every signature is the reader's; `revoked` says that its certificate was since."""

    request: QrRequest
    reader: Reader
    made_at: datetime
    revoked: bool

    @property
    def asked(self) -> dict[tuple[str, str, str], bool]:
        """DocType, namespace and identifier of what was asked for, and whether it was to be kept."""
        return {
            (one.items.doc_type, space, name): keeps
            for one in self.request.device_request.doc_requests
            for space, name, keeps in one.items.elements()
        }


def check_signatures(request: QrRequest, key: ec.EllipticCurvePublicKey) -> None:
    """Check every readerAuth; raise ReaderRefusedError `exchange.reader-algorithm` or `.reader-signature`."""
    for index, doc_request in enumerate(request.device_request.doc_requests):
        auth = doc_request.reader_auth
        if auth is None or auth.algorithm != ES256:
            raise ReaderRefusedError("exchange.reader-algorithm", index=index)
        if not doc_request.reader_signature_holds(key, request.transcript):
            raise ReaderRefusedError("exchange.reader-signature", index=index)


def prove_request(body: bytes, trust: ReaderTrust) -> SignedRequest:
    """Prove an encoded QrRequest as of the moment at which it says that it was made.

    The moment is the reader's own word; nobody else vouches for it. Raises as `QrRequest.from_body`,
    `examine_reader` and `check_signatures`; a reader that was revoked is no error.
    """
    request = QrRequest.from_body(body)
    try:
        made_at = datetime.fromtimestamp(request.terms.made_at, UTC)
    except (OverflowError, ValueError, OSError):
        raise MalformedError("exchange.member", path="requestTerms", member=2) from None
    revoked = False
    try:
        reader = examine_reader(request.chain, trust, made_at)
    except ReaderRefusedError:
        # Whoever withdrew a certificate may have done so for this very request.
        reader = examine_reader(request.chain, ReaderTrust(trust.anchors), made_at)
        revoked = True
    check_signatures(request, p256_public_key(reader.certificate))
    return SignedRequest(request, reader, made_at, revoked)
