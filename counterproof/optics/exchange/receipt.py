"""QrReceipt: what a counter says it did with a presentation, signed by the reader's key, without values.

The payload is an array that begins with its own name (85 78 1a ...), while every other payload that a reader
signs begins with d8 18: neither can stand for the other.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Any, Final

from counterproof.mdoc.cbor import decode_exact, encode
from counterproof.mdoc.certificates.model import Certificate
from counterproof.mdoc.cose import ES256, CoseSign1
from counterproof.mdoc.device_request import x5chain_header
from counterproof.mdoc.errors import CryptoError, LimitError, MalformedError, UsageError
from counterproof.mdoc.fields import check_name
from counterproof.mdoc.limits import CborLimits
from counterproof.optics.exchange import coding, envelope
from counterproof.optics.exchange.limits import LIMITS
from counterproof.optics.exchange.reader_identity import examine_reader, p256_public_key

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from counterproof.mdoc.cose import Signer
    from counterproof.optics.exchange.reader_identity import Reader, ReaderTrust

NAME: Final = "counterproof.qr.receipt.v1"
_PATH: Final = "qrReceipt"
_PARTS: Final = 5
_DIGEST_SIZE: Final = 32
_REFERENCE: Final = 3
_LATEST: Final = 253_370_764_800
"""The first second of the year 9999, Unix: a later time is no date in some zone, and receipts are shown."""
_LIMITS: Final = CborLimits(size=16_384, depth=8, items=1024)


class ReceiptOutcome(IntEnum):
    """What the counter decided."""

    ACCEPTED = 0
    REFUSED = 1
    UNDECIDED = 2


KeptElement = tuple[str, str, str]
"""docType, namespace, element identifier."""


@dataclass(frozen=True, slots=True)
class ReceiptContents:
    """What a receipt says: of which session, what came of it, when (Unix seconds), and what was kept."""

    session_digest: bytes
    outcome: ReceiptOutcome
    time: int
    kept: tuple[KeptElement, ...] = ()

    @classmethod
    def from_payload(cls, payload: bytes) -> ReceiptContents:
        """Read a payload strictly; raise MalformedError or LimitError."""
        value = decode_exact(payload, _LIMITS, shortest=True)
        if type(value) is not list or len(value) != _PARTS or type(value[0]) is not str or value[0] != NAME:
            raise MalformedError("exchange.form", path=_PATH)
        _, session_digest, outcome, time, kept = value
        members = dict(enumerate(value))
        envelope.octets(members, 1, _PATH, _DIGEST_SIZE)
        envelope.integer(members, 2, _PATH, most=max(ReceiptOutcome))
        envelope.integer(members, 3, _PATH, most=_LATEST)
        return cls(session_digest, ReceiptOutcome(outcome), time, _kept(kept))

    def to_payload(self) -> bytes:
        """Return the bytes to be signed."""
        kept = [list(element) for element in self.kept]
        return encode([NAME, self.session_digest, int(self.outcome), self.time, kept])


class QrReceipt:
    """A receipt as received; `check` is the only way to what it says."""

    def __init__(self, sign1: CoseSign1) -> None:
        self.sign1 = sign1

    @classmethod
    def make(cls, contents: ReceiptContents, signer: Signer, chain: Sequence[bytes]) -> QrReceipt:
        """Sign a receipt with the reader's key; `chain` is DER, leaf first."""
        if signer.algorithm != ES256:
            raise UsageError("exchange.signing-algorithm")
        payload = ReceiptContents.from_payload(contents.to_payload()).to_payload()
        return cls(CoseSign1.sign(signer, payload, unprotected=x5chain_header(chain)))

    @classmethod
    def from_message(cls, m: bytes) -> QrReceipt:
        """Read M of kind receipt; raise MalformedError or LimitError."""
        body = coding.from_message(m, LIMITS.response.size)
        return cls(CoseSign1.from_item(decode_exact(body, _LIMITS, shortest=True)))

    def to_message(self) -> bytes:
        """Return M."""
        return coding.to_message(encode(self.sign1.to_list()))

    def check_answered(self, session_digest: bytes, leaf: bytes) -> ReceiptContents:
        """Return the contents of a receipt for a two-way presentation.

        `session_digest` is h(S) of the presentation, `leaf` the DER of the certificate in its L: the receipt
        must name both. Raises MalformedError or CryptoError `exchange.receipt-*`.
        """
        chain = self.sign1.x5chain
        if not chain or chain[0] != leaf:
            raise CryptoError("exchange.receipt-reader")
        return self._checked(session_digest, Certificate.from_der(leaf))

    def check_shown(
        self, session_digest: bytes, trust: ReaderTrust, at: datetime
    ) -> tuple[ReceiptContents, Reader]:
        """Return the contents of a receipt for a code shown first or a slip, and the reader, who is listed.

        Raises what `examine_reader` raises, and CryptoError `exchange.receipt-*`.
        """
        reader = examine_reader(self.sign1.x5chain, trust, at)
        if not reader.known:
            raise CryptoError("exchange.receipt-reader")
        return self._checked(session_digest, reader.certificate), reader

    def _checked(self, session_digest: bytes, certificate: Certificate) -> ReceiptContents:
        if sum(map(len, self.sign1.x5chain)) > LIMITS.chain_bytes:
            raise LimitError("exchange.chain-size", limit=LIMITS.chain_bytes)
        key = p256_public_key(certificate)
        if self.sign1.algorithm != ES256 or self.sign1.payload is None or not self.sign1.verify(key):
            raise CryptoError("exchange.receipt-signature")
        contents = ReceiptContents.from_payload(self.sign1.payload)
        if contents.session_digest != session_digest:
            raise CryptoError("exchange.receipt-session")
        return contents


def _kept(value: Any) -> tuple[KeptElement, ...]:
    if type(value) is not list:
        raise MalformedError("exchange.member", path=_PATH, member=4)
    if len(value) > LIMITS.kept_elements:
        raise LimitError("exchange.receipt-kept", limit=LIMITS.kept_elements)
    for element in value:
        if type(element) is not list or len(element) != _REFERENCE:
            raise MalformedError("exchange.member", path=_PATH, member=4)
        for name in element:
            check_name(name, _PATH)
    return tuple((first, second, third) for first, second, third in value)
