"""QrRequest: what a counter shows to be answered (docs/qr-exchange.md, "Two-way")."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from counterproof.mdoc.cbor import EncodedCbor, decode_exact, encode
from counterproof.mdoc.cose import CoseKey
from counterproof.mdoc.device_request import DeviceRequest
from counterproof.mdoc.errors import LimitError, MalformedError, UnsupportedError
from counterproof.mdoc.response_encryption import p256_key
from counterproof.optics.exchange import coding, envelope, transcript
from counterproof.optics.exchange.limits import LIMITS

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric import ec

    from counterproof.mdoc.cose import CoseSign1

READS_STREAMS: Final = 1
GIVES_RECEIPTS: Final = 2

_NONCE_LEAST, _NONCE_MOST = 16, 32
_KEY_MEMBERS: Final = {1, -1, -2, -3}
_EC2_ON_P256: Final = (2, 1)
_PARAMETERS: Final = "encryptionParameters"
_TERMS: Final = "requestTerms"


@dataclass(frozen=True, slots=True)
class RecipientParameters:
    """The counter's one-time key on P-256 and its nonce; `encoded` is E, as received or as sent."""

    encoded: EncodedCbor
    key: ec.EllipticCurvePublicKey
    nonce: bytes

    @classmethod
    def make(cls, key: ec.EllipticCurvePublicKey, nonce: bytes) -> RecipientParameters:
        """Build and encode parameters; `key` and `nonce` (16 to 32 bytes) are fresh for every request."""
        members = {"recipientPublicKey": CoseKey.from_public_key(key).to_map(), "nonce": nonce}
        return cls.from_encoded(EncodedCbor.of(members))

    @classmethod
    def from_encoded(cls, value: Any) -> RecipientParameters:
        """Read a decoded tag-24 item: exactly key and nonce, y a byte string, the point on the curve.

        A third member could only say how to encrypt, and to ignore it would be to encrypt wrongly.
        """
        if type(value) is not EncodedCbor:
            raise MalformedError("exchange.form", path=_PARAMETERS)
        members = decode_exact(value.content, LIMITS.terms, shortest=True)
        if type(members) is not dict or set(members) != {"recipientPublicKey", "nonce"}:
            raise MalformedError("exchange.form", path=_PARAMETERS)
        key, nonce = members["recipientPublicKey"], members["nonce"]
        if type(nonce) is not bytes or not _NONCE_LEAST <= len(nonce) <= _NONCE_MOST:
            raise MalformedError("exchange.nonce")
        if type(key) is not dict or {*map(type, key)} != {int} or set(key) != _KEY_MEMBERS:
            raise MalformedError("exchange.recipient-key")
        if (key[1], key[-1]) != _EC2_ON_P256 or type(key[-3]) is not bytes:
            raise MalformedError("exchange.recipient-key")
        return cls(value, p256_key(key, _PARAMETERS), nonce)


@dataclass(frozen=True, slots=True)
class RequestTerms:
    """For what, when, and how long an answer may be; `encoded` is T, as received or as sent.

    `made_at` in Unix seconds, `good_for` in seconds, `longest_answer` in bytes of M. `label` is the
    desk's own word: to be shown in quotes, never as the reader's name.
    """

    encoded: EncodedCbor
    purpose: str
    made_at: int
    good_for: int
    longest_answer: int
    features: int
    label: str | None = None

    @classmethod
    def make(
        cls,
        *,
        purpose: str,
        made_at: int,
        good_for: int = 120,
        longest_answer: int = LIMITS.message,
        features: int = READS_STREAMS,
        label: str | None = None,
    ) -> RequestTerms:
        """Build and encode terms, with the same bounds as terms that are read."""
        members: dict[int, Any] = {
            0: envelope.PROFILE_VERSION,
            1: purpose,
            2: made_at,
            3: good_for,
            4: longest_answer,
            5: features,
        }
        return cls.from_encoded(EncodedCbor.of(members | ({6: label} if label is not None else {})))

    @classmethod
    def from_encoded(cls, value: Any) -> RequestTerms:
        """Read a decoded tag-24 item strictly; unknown members are covered by S and ignored."""
        members = envelope.terms_map(value, _TERMS)
        return cls(
            value,
            envelope.purpose(members, 1, _TERMS),
            envelope.integer(members, 2, _TERMS),
            envelope.integer(members, 3, _TERMS, LIMITS.good_for_least, LIMITS.good_for),
            envelope.integer(members, 4, _TERMS, LIMITS.least_answer, LIMITS.message),
            envelope.integer(members, 5, _TERMS),
            _label(members),
        )

    @property
    def reads_streams(self) -> bool:
        """Whether the counter puts frames of a moving code together."""
        return bool(self.features & READS_STREAMS)

    @property
    def gives_receipts(self) -> bool:
        """Whether the counter can show a receipt."""
        return bool(self.features & GIVES_RECEIPTS)

    @property
    def answer_limit(self) -> int:
        """The longest M that can reach this counter, bytes."""
        return self.longest_answer if self.reads_streams else min(self.longest_answer, LIMITS.message_still)


class QrRequest:
    """A request whose form is right. Who asks is not known yet: only an AuthenticatedRequest is answered."""

    def __init__(
        self, parameters: RecipientParameters, terms: RequestTerms, device_request: DeviceRequest, raw: bytes
    ) -> None:
        self.parameters = parameters
        self.terms = terms
        self.device_request = device_request
        self.device_request_bytes = raw
        self.leaf = _one_leaf(device_request)

    @classmethod
    def make(
        cls, parameters: RecipientParameters, terms: RequestTerms, device_request: DeviceRequest
    ) -> QrRequest:
        """Put the parts together, with the same rules as a request that is read."""
        return cls.from_body(encode({1: parameters.encoded, 2: terms.encoded, 3: device_request.to_bytes()}))

    @classmethod
    def from_message(cls, m: bytes) -> QrRequest:
        """Read M of kind request; raise MalformedError, LimitError or UnsupportedError."""
        return cls.from_body(coding.from_message(m, LIMITS.request.size))

    @classmethod
    def from_body(cls, body: bytes) -> QrRequest:
        """Read the encoded QrRequest map."""
        members = envelope.outer_map(
            body, {1: EncodedCbor, 2: EncodedCbor, 3: bytes}, "qrRequest", LIMITS.request
        )
        return cls(
            RecipientParameters.from_encoded(members[1]),
            RequestTerms.from_encoded(members[2]),
            DeviceRequest.from_bytes(members[3], LIMITS.request),
            members[3],
        )

    def to_body(self) -> bytes:
        """Return the encoded QrRequest map."""
        return encode({1: self.parameters.encoded, 2: self.terms.encoded, 3: self.device_request_bytes})

    def to_message(self) -> bytes:
        """Return M."""
        return coding.to_message(self.to_body())

    @cached_property
    def transcript(self) -> bytes:
        """S, which covers the parameters, the terms, the reader's certificate and everything asked for."""
        items = [request.items.encoded for request in self.device_request.doc_requests]
        return transcript.two_way(self.parameters.encoded, self.terms.encoded, self.leaf, items)

    @property
    def session_digest(self) -> bytes:
        """h(S): the name of this request in every memory."""
        return transcript.digest(self.transcript)

    @property
    def match_number(self) -> str:
        """Four digits for the eye, to tell neighbouring counters apart."""
        return transcript.match_number(self.transcript)

    @property
    def chain(self) -> list[bytes]:
        """The x5chain of the first docRequest, DER, leaf first."""
        return _auth(self.device_request, 0).x5chain

    def __repr__(self) -> str:
        return f"QrRequest({len(self.device_request.doc_requests)} documents)"


def _label(members: dict[int, Any]) -> str | None:
    if 6 not in members:  # noqa: PLR2004 - the label's key in RequestTerms
        return None
    label = members[6]
    if type(label) is not str or not 1 <= len(label.encode()) <= LIMITS.label:
        raise MalformedError("exchange.member", path=_TERMS, member=6)
    return label


def _auth(request: DeviceRequest, index: int) -> CoseSign1:
    auth = request.doc_requests[index].reader_auth
    if auth is None:
        raise MalformedError("exchange.reader-auth-missing", index=index)
    return auth


def _one_leaf(request: DeviceRequest) -> bytes:
    """Check what the profile asks of a DeviceRequest and return the leaf that all its signatures name."""
    if request.version != "1.0":
        raise UnsupportedError("exchange.request-version")
    if request.encoded_info is not None or request.reader_auth_all:
        raise MalformedError("exchange.request-member")
    if len({one.items.doc_type for one in request.doc_requests}) != len(request.doc_requests):
        raise MalformedError("exchange.doc-type-twice")
    chains = [_auth(request, index).x5chain for index in range(len(request.doc_requests))]
    for index, chain in enumerate(chains):
        if not chain:
            raise MalformedError("exchange.reader-chain-missing", index=index)
        if sum(map(len, chain)) > LIMITS.chain_bytes:
            raise LimitError("exchange.chain-size", limit=LIMITS.chain_bytes)
    if any(chain[0] != chains[0][0] for chain in chains):
        raise MalformedError("exchange.reader-leaf")
    return chains[0][0]
