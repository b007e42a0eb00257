"""The counter's half: a request and the one answer that it opens (docs/qr-exchange.md, "The verifier")."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric import ec

from counterproof.mdoc.cose import ES256
from counterproof.mdoc.device_request import DeviceRequest, DocRequest
from counterproof.mdoc.errors import CounterproofError, LimitError, UsageError
from counterproof.optics.exchange import answer, transcript
from counterproof.optics.exchange.limits import LIMITS, ExchangeLimits
from counterproof.optics.exchange.request import QrRequest, RecipientParameters, RequestTerms

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from counterproof.mdoc.cose import Signer
    from counterproof.mdoc.device_request import ItemsRequest

NONCE_SIZE = 16
"""Bytes of the nonce that we send; 16 to 32 are taken."""


@dataclass(frozen=True, slots=True)
class ReaderIdentity:
    """The reader's key and its x5chain, DER, leaf first, without the root."""

    signer: Signer
    chain: Sequence[bytes]


def build_request(
    identity: ReaderIdentity,
    items: Sequence[ItemsRequest],
    terms: RequestTerms,
    parameters: RecipientParameters,
) -> QrRequest:
    """Sign each of `items` over the S that all of them and the terms make.

    Raises UsageError `exchange.signing-algorithm` for a key that is not on P-256, and what a reader of the
    request would raise.
    """
    if identity.signer.algorithm != ES256:
        raise UsageError("exchange.signing-algorithm")
    encoded = [one.encoded for one in items]
    session = transcript.two_way(parameters.encoded, terms.encoded, identity.chain[0], encoded)
    signed = [DocRequest.sign(one, identity.signer, identity.chain, session) for one in items]
    return QrRequest.make(parameters, terms, DeviceRequest(signed))


@dataclass(frozen=True, slots=True)
class Received:
    """What came: the DeviceResponse, or None where it is the code whose verdict stands (`repeat`)."""

    response: bytes | None = field(repr=False)
    repeat: bool = False
    declined: bool = False


@dataclass(slots=True)
class CounterTransaction:
    """One request and its one-time key, from showing it to an accepted answer.

    Open until its time is over by the monotonic clock, an answer is accepted, or the clerk goes on; then the
    key is gone. What was sent is kept as it was sent.
    """

    request: QrRequest
    _key: ec.EllipticCurvePrivateKey | None = field(repr=False)
    _deadline: float
    limits: ExchangeLimits = LIMITS
    _tried: dict[bytes, Received | CounterproofError] = field(default_factory=dict, repr=False)
    _accepted: bytes | None = None

    @classmethod
    def begin(
        cls,
        identity: ReaderIdentity,
        items: Sequence[ItemsRequest],
        terms: RequestTerms,
        *,
        seconds: float,
        random: Callable[[int], bytes],
        key: ec.EllipticCurvePrivateKey | None = None,
    ) -> CounterTransaction:
        """Make a fresh key and nonce and sign the request; `seconds` is the monotonic time now.

        `key` is for vectors alone: a request's key must never have served before.
        """
        one_time = key or ec.generate_private_key(ec.SECP256R1())
        parameters = RecipientParameters.make(one_time.public_key(), random(NONCE_SIZE))
        request = build_request(identity, items, terms, parameters)
        return cls(request, one_time, seconds + terms.good_for + LIMITS.transaction_slack)

    @property
    def transcript(self) -> bytes:
        """S, the counter's own: answers are verified over it."""
        return self.request.transcript

    @property
    def name(self) -> str:
        """h(S) as hex: the transaction's name in memories and logs; it tells nothing of a person."""
        return self.request.session_digest.hex()

    def is_open(self, seconds: float) -> bool:
        """Whether an answer is still awaited; the key of a transaction whose time is over is dropped here."""
        if seconds >= self._deadline:
            self.close()
        return self._key is not None

    def receive(self, m: bytes, seconds: float) -> Received:
        """Open M of kind answer.

        Errors: `exchange.transaction-over`; `exchange.answers` (more than 20 different messages);
        `exchange.other-request`; those of `answer.opened`. The same M is opened once and counted once.
        """
        name = transcript.digest(m)
        if name == self._accepted:
            return Received(None, repeat=True)
        if not self.is_open(seconds) or self._key is None:
            raise UsageError("exchange.transaction-over")
        known = self._tried.get(name)
        if known is None:
            if len(self._tried) >= self.limits.answers_opened:
                raise LimitError("exchange.answers", limit=self.limits.answers_opened)
            known = self._tried[name] = self._opened(self._key, m)
        if isinstance(known, CounterproofError):
            raise type(known)(known.code, **known.facts)
        return known

    def _opened(self, key: ec.EllipticCurvePrivateKey, m: bytes) -> Received | CounterproofError:
        try:
            response = answer.opened(self.transcript, key, m)
            return Received(response, declined=answer.is_declined(response))
        except CounterproofError as error:
            return error

    def accept(self, m: bytes) -> None:
        """Close after ACCEPTED: M shown again is a repeat, any other message comes too late."""
        self.close()
        self._accepted = transcript.digest(m)

    def close(self) -> None:
        """Drop the key and what was opened."""
        self._key = None
        self._tried.clear()
