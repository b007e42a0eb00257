"""QrAnswer: a response in steps of length, sealed for one counter and one request.

P = coding (1) || length of Z (3, big endian) || Z || zeros, docs/qr-exchange.md, "Two-way". The step is all
that a bystander sees of the length.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from counterproof.mdoc import hpke
from counterproof.mdoc.cbor import encode
from counterproof.mdoc.device_response import STATUS_OK, DeviceResponse
from counterproof.mdoc.errors import CryptoError, LimitError, MalformedError
from counterproof.mdoc.limits import CborLimits
from counterproof.optics.exchange import coding, envelope
from counterproof.optics.exchange.limits import LIMITS

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric import ec

OVERHEAD: Final = 90
"""M is |P| and 90 bytes: coding byte, map, enc, tag."""

DECLINED_SIZE: Final = 1128
DECLINED: Final = encode({"version": "1.0", "status": 0})
"""The whole response of a holder who declines: one form for every reason."""

SMALL_SIZES: Final = (512, 640, 768, 896, 1024, 1128)
_SYMBOL: Final = 480
_LEAST_SYMBOLS: Final = 3
_MOST_SYMBOLS: Final = LIMITS.message // _SYMBOL
SIZES: Final = SMALL_SIZES + tuple(
    _SYMBOL * symbols - OVERHEAD for symbols in range(_LEAST_SYMBOLS, _MOST_SYMBOLS + 1)
)
"""Every length that P may have, bytes."""

_HEAD: Final = 4
_BODY_LIMITS: Final = CborLimits(size=LIMITS.message, depth=2, items=8)


def padded(response: bytes) -> bytes:
    """Return P of a DeviceResponse: coded, and in the smallest step that it fits.

    Raises LimitError `exchange.answer-too-long` where no step is large enough.
    """
    number, z = coding.coded(response)
    size = next((size for size in SIZES if size >= _HEAD + len(z)), None)
    if size is None:
        raise LimitError("exchange.answer-too-long", size=len(z) + _HEAD + OVERHEAD, limit=LIMITS.message)
    return _filled(number, z, size)


def padded_decline() -> bytes:
    """Return P of a declined answer: the last step that still goes into one code."""
    return _filled(*coding.coded(DECLINED), DECLINED_SIZE)


def _filled(number: int, z: bytes, size: int) -> bytes:
    return (bytes((number,)) + len(z).to_bytes(3, "big") + z).ljust(size, b"\x00")


def unpadded(p: bytes) -> bytes:
    """Return the DeviceResponse inside P.

    Errors: `exchange.padding-size` (no step), `exchange.padding-length` (Z longer than its place),
    `exchange.padding-zeros`, and those of `coding.decoded`.
    """
    if len(p) not in SIZES:
        raise MalformedError("exchange.padding-size", size=len(p))
    end = _HEAD + int.from_bytes(p[1:_HEAD], "big")
    if end > len(p):
        raise MalformedError("exchange.padding-length")
    if any(p[end:]):
        raise MalformedError("exchange.padding-zeros")
    return coding.decoded(p[0], p[_HEAD:end], LIMITS.response.size)


def sealed(transcript: bytes, key: ec.EllipticCurvePublicKey, p: bytes) -> bytes:
    """Return M of kind answer: P encrypted to the counter's one-time key, bound to S."""
    return to_message(*hpke.seal(key, transcript, p))


def to_message(enc: bytes, ciphertext: bytes) -> bytes:
    """Return M around HPKE's two outputs; the coding outside is always 0."""
    return bytes((coding.PLAIN,)) + encode({1: enc, 2: ciphertext})


def from_message(m: bytes) -> tuple[bytes, bytes]:
    """Return `enc` and the ciphertext of M; raise MalformedError or LimitError."""
    if not m:
        raise MalformedError("exchange.empty")
    if m[0] != coding.PLAIN:
        raise MalformedError("exchange.answer-coding", found=m[0])
    body = coding.from_message(m, LIMITS.message)
    members = envelope.outer_map(body, {1: bytes, 2: bytes}, "qrAnswer", _BODY_LIMITS)
    if len(members[1]) != hpke.ENC_SIZE:
        raise MalformedError("exchange.member", path="qrAnswer", member=1)
    if len(members[2]) - hpke.TAG_SIZE not in SIZES:
        raise MalformedError("exchange.padding-size", size=max(0, len(members[2]) - hpke.TAG_SIZE))
    return members[1], members[2]


def opened(transcript: bytes, key: ec.EllipticCurvePrivateKey, m: bytes) -> bytes:
    """Return the DeviceResponse that M seals for this key and this S.

    Raises CryptoError `exchange.other-request` where it does not open: made for another request, or changed
    on the way; which of the two cannot be told. MalformedError and LimitError as `from_message`, `unpadded`.
    """
    enc, ciphertext = from_message(m)
    try:
        p = hpke.unseal(key, transcript, enc, ciphertext)
    except CryptoError:
        raise CryptoError("exchange.other-request") from None
    return unpadded(p)


def is_declined(response: bytes) -> bool:
    """Whether a response is good and holds no document; raise MalformedError, LimitError as its parser."""
    read = DeviceResponse.from_bytes(response, LIMITS.response)
    return read.status == STATUS_OK and not read.documents
