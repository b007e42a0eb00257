"""COSE as ISO/IEC 18013-5 uses it: keys, COSE_Sign1, COSE_Mac0, and the list of algorithms let in.

Sources: RFC 9052 (structures), RFC 9053 (algorithms), RFC 9360 (x5chain); ISO/IEC 18013-5, 9.1.2 and 9.1.3.
The algorithm is read from the protected header alone and must fit the key.
"""

from __future__ import annotations

import hmac
from functools import lru_cache
from typing import Any, NamedTuple, Protocol

import msgspec
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.serialization import load_der_public_key

from counterproof.mdoc.cbor import decode_exact, encode
from counterproof.mdoc.cbor_scan import head
from counterproof.mdoc.errors import MalformedError, UnsupportedError
from counterproof.mdoc.limits import LIMITS

ES256, ES384, ES512, EDDSA = -7, -35, -36, -8
HMAC_256 = 5

HEADER_ALG, HEADER_CRIT, HEADER_TYPE, HEADER_X5CHAIN = 1, 2, 16, 33

PublicKey = ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey

_KTY, _CRV, _X, _Y = 1, -1, -2, -3
_KTY_OKP, _KTY_EC2 = 1, 2
_BYTES, _ARRAY = 2, 4

# Labels are whole numbers or text (RFC 9052, 1.4); Python would find True and 1.0 under 1.
_LABELS = frozenset({int, str})


class _Ecdsa(NamedTuple):
    """An ECDSA algorithm of the list: one curve, one hash, signatures r and s of fixed length."""

    curve: type[ec.EllipticCurve]
    scheme: ec.ECDSA
    half: int


_ECDSA = {
    ES256: _Ecdsa(ec.SECP256R1, ec.ECDSA(hashes.SHA256()), 32),
    ES384: _Ecdsa(ec.SECP384R1, ec.ECDSA(hashes.SHA384()), 48),
    ES512: _Ecdsa(ec.SECP521R1, ec.ECDSA(hashes.SHA512()), 66),
}
ALGORITHMS = frozenset({*_ECDSA, EDDSA})

_CURVES: dict[int, tuple[type[ec.EllipticCurve], int]] = {
    1: (ec.SECP256R1, 32),
    2: (ec.SECP384R1, 48),
    3: (ec.SECP521R1, 66),
}
_SPKI = {
    1: bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d03010703420004"),
    2: bytes.fromhex("3076301006072a8648ce3d020106052b8104002203620004"),
    3: bytes.fromhex("30819b301006072a8648ce3d020106052b810400230381860004"),
}
"""A SubjectPublicKeyInfo up to x and y, uncompressed (RFC 5480, 2): from it a key is loaded and first used in
four fifths of the time that a bare point takes."""
_ED25519_CURVE = 6
_P256_START = b"\xa4\x01\x02\x20\x01\x21\x58\x20"
_P256_MIDDLE = b"\x22\x58\x20"
_ED25519_SIZE = 32


class CoseKey(msgspec.Struct, frozen=True, gc=False):
    """A public COSE_Key: EC2 on P-256, P-384 or P-521, or Ed25519 (RFC 9053, 7.1 and 7.2).

    `x` and `y` are big-endian coordinates of the curve's full length; `y` is empty for Ed25519.
    """

    curve: int
    x: bytes
    y: bytes = b""

    @classmethod
    def from_map(cls, value: Any, *, compressed: bool = False) -> CoseKey:
        """Read a decoded map strictly; raise MalformedError or UnsupportedError `cose.key-*`.

        `compressed` takes a bool for y, as the keys of an engagement may have it and no other.
        """
        if type(value) is not dict or not _LABELS.issuperset(map(type, value)):
            raise MalformedError("cose.key-form")
        if type(value.get(_KTY)) is not int or type(value.get(_CRV)) is not int:
            raise MalformedError("cose.key-form")
        curve, x, y = value[_CRV], value.get(_X), value.get(_Y)
        if value[_KTY] == _KTY_OKP and curve == _ED25519_CURVE:
            if type(x) is not bytes or len(x) != _ED25519_SIZE:
                raise MalformedError("cose.key-form")
            return cls(curve, x)
        if value[_KTY] != _KTY_EC2 or curve not in _CURVES:
            raise UnsupportedError("cose.key-curve", curve=curve if abs(curve) < 1 << 31 else 0)
        size = _CURVES[curve][1]
        if type(x) is not bytes or len(x) != size:
            raise MalformedError("cose.key-form")
        if compressed and type(y) is bool:
            return cls.from_public_key(_load_point(curve, (b"\x03" if y else b"\x02") + x))
        if type(y) is not bytes or len(y) != size:
            raise MalformedError("cose.key-form")
        return cls(curve, x, y)

    @classmethod
    def from_public_key(cls, key: PublicKey) -> CoseKey:
        """Describe a loaded key."""
        if isinstance(key, ed25519.Ed25519PublicKey):
            return cls(_ED25519_CURVE, key.public_bytes_raw())
        for number, (curve, size) in _CURVES.items():
            if isinstance(key.curve, curve):
                point = key.public_numbers()
                return cls(number, point.x.to_bytes(size, "big"), point.y.to_bytes(size, "big"))
        raise UnsupportedError("cose.key-curve", curve=0)

    def public_key(self) -> PublicKey:
        """Load the key; raise MalformedError `cose.key-off-curve` for a point that is not on the curve."""
        if self.curve == _ED25519_CURVE:
            return ed25519.Ed25519PublicKey.from_public_bytes(self.x)
        try:
            return load_der_public_key(_SPKI[self.curve] + self.x + self.y)  # type: ignore[return-value]
        except (ValueError, UnsupportedAlgorithm):
            raise MalformedError("cose.key-off-curve") from None

    def to_map(self) -> dict[int, Any]:
        """Return the map to be encoded."""
        if self.curve == _ED25519_CURVE:
            return {_KTY: _KTY_OKP, _CRV: self.curve, _X: self.x}
        return {_KTY: _KTY_EC2, _CRV: self.curve, _X: self.x, _Y: self.y}

    def to_bytes(self) -> bytes:
        """Return the deterministic encoding."""
        if self.curve == 1:
            # Every device key is one of these, and a batch encodes thousands.
            return b"".join((_P256_START, self.x, _P256_MIDDLE, self.y))
        return encode(self.to_map())


def _load_point(curve: int, point: bytes) -> ec.EllipticCurvePublicKey:
    """Load a compressed point; raise MalformedError `cose.key-off-curve` for one that is not on the curve."""
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(_CURVES[curve][0](), point)
    except (ValueError, UnsupportedAlgorithm):
        raise MalformedError("cose.key-off-curve") from None


class Signer(Protocol):
    """Whatever holds a private key and signs: a software key, later a PKCS#11 token."""

    @property
    def algorithm(self) -> int:
        """The COSE algorithm number."""

    @property
    def public_key(self) -> PublicKey:
        """The public half."""

    def sign(self, data: bytes) -> bytes:
        """Return the raw signature over `data`: r and s of fixed length, or 64 bytes of EdDSA."""


class SoftwareSigner:
    """A Signer over a private key in memory.

    `deterministic` makes ECDSA signatures reproducible (RFC 6979); it is for published test vectors.
    """

    __slots__ = ("_half", "_key", "_scheme", "algorithm", "public_key")

    def __init__(self, key: ec.EllipticCurvePrivateKey, *, deterministic: bool = False) -> None:
        for number, entry in _ECDSA.items():
            if isinstance(key.curve, entry.curve):
                self._key, self._half, self.algorithm = key, entry.half, number
                self._scheme = entry.scheme
                if deterministic:
                    self._scheme = ec.ECDSA(entry.scheme.algorithm, deterministic_signing=True)
                self.public_key: PublicKey = key.public_key()
                return
        raise UnsupportedError("cose.key-curve", curve=0)

    def sign(self, data: bytes) -> bytes:
        """Return r and s of fixed length over `data`."""
        r, s = decode_dss_signature(self._key.sign(data, self._scheme))
        return r.to_bytes(self._half, "big") + s.to_bytes(self._half, "big")


def algorithm_fits(algorithm: int, key: PublicKey) -> bool:
    """Whether `algorithm` is on the list and belongs to the kind and curve of `key`."""
    if _is_ed25519(type(key)):
        return algorithm == EDDSA
    entry = _ECDSA.get(algorithm)
    return entry is not None and type(getattr(key, "curve", None)) is entry.curve


@lru_cache(maxsize=64)
def _is_ed25519(kind: type) -> bool:
    """Remember the answer: asking an abstract class of `cryptography` runs Python code each time."""
    return issubclass(kind, ed25519.Ed25519PublicKey)


def verify_signature(algorithm: int, key: PublicKey, signature: bytes, data: bytes) -> bool:
    """Whether `signature` is right; False too for a wrong length or an algorithm that does not fit."""
    return algorithm_fits(algorithm, key) and _holds(algorithm, key, signature, data)


def _holds(algorithm: int, key: PublicKey, signature: bytes, data: bytes) -> bool:
    """Whether `signature` is right, by an algorithm that fits."""
    try:
        if algorithm == EDDSA:
            key.verify(signature, data)  # type: ignore[call-arg]  # an Ed25519 key, or it would not fit
            return True
        _, scheme, half = _ECDSA[algorithm]
        if len(signature) != 2 * half:
            return False
        r, s = int.from_bytes(signature[:half], "big"), int.from_bytes(signature[half:], "big")
        key.verify(encode_dss_signature(r, s), data, scheme)  # type: ignore[call-arg]
    except (InvalidSignature, ValueError):
        return False
    return True


def _frame(context: bytes, protected: bytes, payload: bytes) -> bytes:
    """Sig_structure or MAC_structure with empty external_aad (RFC 9052, 4.4 and 6.3)."""
    return _frame_start(context, protected) + head(_BYTES, len(payload)) + payload


@lru_cache(maxsize=64)
def _frame_start(context: bytes, protected: bytes) -> bytes:
    """Encode what comes before the payload; the protected headers of all signers are few."""
    return b"".join((context, head(_BYTES, len(protected)), protected, b"\x40"))


_SIGNATURE1 = b"\x84\x6aSignature1"
_MAC0 = b"\x84\x64MAC0"


class _CoseMessage(msgspec.Struct, eq=False, gc=False):
    """What COSE_Sign1 and COSE_Mac0 have in common: headers, payload, one bstr that proves them."""

    protected: bytes
    unprotected: dict[Any, Any]
    payload: bytes | None
    proof: bytes
    headers: dict[Any, Any]

    def __repr__(self) -> str:
        return f"{type(self).__name__}({len(self.payload or b'')} bytes)"

    @property
    def algorithm(self) -> int | None:
        """The protected algorithm; None where the protected header names none."""
        algorithm = self.headers.get(HEADER_ALG)
        return algorithm if type(algorithm) is int else None

    @property
    def x5chain(self) -> list[bytes]:
        """The certificates, leaf first, DER; empty where there are none (RFC 9360, section 2)."""
        inside, outside = self.headers.get(HEADER_X5CHAIN), self.unprotected.get(HEADER_X5CHAIN)
        if inside is not None and outside is not None:
            raise MalformedError("cose.x5chain-twice")
        chain = outside if inside is None else inside
        if chain is None:
            return []
        if type(chain) is bytes and 0 < len(chain) <= LIMITS.chain_bytes:
            return [chain]  # as nearly all signers send it
        certificates = chain if type(chain) is list else [chain]
        if not certificates or set(map(type, certificates)) != {bytes} or not all(certificates):
            raise MalformedError("cose.x5chain-form")
        if len(certificates) > LIMITS.chain_certificates or sum(map(len, certificates)) > LIMITS.chain_bytes:
            raise MalformedError("cose.x5chain-size", count=len(certificates))
        return certificates

    def to_list(self) -> list[Any]:
        """Return the untagged array to be encoded."""
        return [self.protected, self.unprotected, self.payload, self.proof]


def _fields(value: Any) -> tuple[bytes, dict[Any, Any], bytes | None, bytes, dict[Any, Any]]:
    """Check a decoded COSE array of four and decode its protected header."""
    if type(value) is not list or len(value) != 4:  # noqa: PLR2004 - RFC 9052, 4.2 and 6.2
        raise MalformedError("cose.form")
    protected, unprotected, payload, proof = value
    if (
        type(protected) is not bytes
        or type(unprotected) is not dict
        or type(proof) is not bytes
        or not (payload is None or type(payload) is bytes)
    ):
        raise MalformedError("cose.form")
    if not _LABELS.issuperset(map(type, unprotected)):
        raise MalformedError("cose.form")
    headers = _PROTECTED.get(protected)
    if headers is None:
        headers = decode_exact(protected, LIMITS.header) if protected else {}
        if type(headers) is not dict or not _LABELS.issuperset(map(type, headers)):
            raise MalformedError("cose.protected-form")
        if HEADER_CRIT in headers or HEADER_CRIT in unprotected:
            raise UnsupportedError("cose.critical")
        if any(label in unprotected for label in headers):
            raise MalformedError("cose.header-twice")
    elif HEADER_CRIT in unprotected:
        raise UnsupportedError("cose.critical")
    elif HEADER_ALG in unprotected:
        raise MalformedError("cose.header-twice")
    return protected, unprotected, payload, proof, headers


# The protected headers that nearly every message has, decoded once.
_PROTECTED = {encode({HEADER_ALG: number}): {HEADER_ALG: number} for number in (*ALGORITHMS, HMAC_256)}


class CoseSign1(_CoseMessage, eq=False, gc=False):
    """COSE_Sign1, untagged; `proof` is the signature (RFC 9052, 4.2)."""

    @classmethod
    def from_item(cls, value: Any) -> CoseSign1:
        """Read a decoded array; raise MalformedError or UnsupportedError `cose.*`."""
        return cls(*_fields(value))

    @classmethod
    def sign(
        cls,
        signer: Signer,
        payload: bytes,
        *,
        detached: bool = False,
        headers: dict[int, Any] | None = None,
        unprotected: dict[int, Any] | None = None,
    ) -> CoseSign1:
        """Sign `payload` (kept out of the message when `detached`) with the signer's algorithm."""
        all_headers = {HEADER_ALG: signer.algorithm, **(headers or {})}
        protected = encode(all_headers)
        signature = signer.sign(_frame(_SIGNATURE1, protected, payload))
        return cls(protected, unprotected or {}, None if detached else payload, signature, all_headers)

    def verify(self, key: PublicKey, detached: bytes | None = None) -> bool:
        """Whether the signature is right over the payload, or over `detached` where there is none."""
        return self.proves(key, detached) is True

    def proves(self, key: PublicKey, detached: bytes | None = None) -> bool | None:
        """Whether the signature is right as in `verify`; None where the algorithm does not fit the key."""
        algorithm = self.algorithm
        if algorithm is None or not algorithm_fits(algorithm, key):
            return None
        payload = self.payload if detached is None else detached
        if payload is None or (detached is not None and self.payload is not None):
            return False
        return _holds(algorithm, key, self.proof, _frame(_SIGNATURE1, self.protected, payload))


class CoseMac0(_CoseMessage, eq=False, gc=False):
    """COSE_Mac0, untagged; `proof` is the tag (RFC 9052, 6.2). HMAC 256/256 alone."""

    @classmethod
    def from_item(cls, value: Any) -> CoseMac0:
        """Read a decoded array; raise MalformedError or UnsupportedError `cose.*`."""
        return cls(*_fields(value))

    @classmethod
    def make(cls, key: bytes, payload: bytes) -> CoseMac0:
        """Authenticate a detached `payload` with HMAC 256/256."""
        protected = encode({HEADER_ALG: HMAC_256})
        tag = hmac.digest(key, _frame(_MAC0, protected, payload), "sha256")
        return cls(protected, {}, None, tag, {HEADER_ALG: HMAC_256})

    def verify(self, key: bytes, detached: bytes) -> bool:
        """Whether the tag is the full HMAC 256/256 of the detached payload, compared in constant time."""
        if self.algorithm != HMAC_256 or self.payload is not None:
            return False
        return hmac.compare_digest(
            hmac.digest(key, _frame(_MAC0, self.protected, detached), "sha256"), self.proof
        )
