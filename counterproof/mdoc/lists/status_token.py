"""Status List Token as CWT: made and parsed (draft-ietf-oauth-status-list, 5.2; ISO/IEC 18013-5, 2E).

    #6.18([<<{1: alg, 16: "application/statuslist+cwt", 33: x5chain}>>, {}, <<claims>>, signature])

What is parsed here is believed nowhere: see `counterproof.mdoc.lists.status_check`.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from counterproof.mdoc.cbor import decode_exact, encode
from counterproof.mdoc.cose import HEADER_TYPE, HEADER_X5CHAIN, CoseSign1
from counterproof.mdoc.errors import MalformedError, UnsupportedError, UsageError
from counterproof.mdoc.limits import LIMITS
from counterproof.mdoc.lists.status_list import StatusList

if TYPE_CHECKING:
    from collections.abc import Sequence

    from counterproof.mdoc.certificates.model import Certificate
    from counterproof.mdoc.cose import Signer

TYPE = "application/statuslist+cwt"
SHORT_TYPE = "statuslist+cwt"
"""As the example of the 18013-5 draft prints it; borne, with a notice."""

SHORT_TYPE_NOTICE = "status.short-type"
CHAIN_UNPROTECTED_NOTICE = "status.chain-unprotected"

_SUB, _EXP, _IAT, _STATUS_LIST, _TTL = 2, 4, 6, 65533, 65534
_TAG_SIGN1 = b"\xd2"
_WIDTHS = (1, 2, 4, 8)
_LAST_SECOND = 253_402_300_799
"""9999-12-31T23:59:59Z, the last moment that a datetime holds."""


def build_status_token(
    signer: Signer,
    chain: Sequence[Certificate],
    *,
    uri: str,
    issued_at: datetime,
    expires_at: datetime,
    ttl: timedelta | None,
    status_list: StatusList,
    aggregation_uri: str | None = None,
) -> bytes:
    """Sign a list; `chain` is the signer's certificate first, without the root. Times are aware.

    Raises UsageError `status.uri-unusable`, `status.times-unusable` (an end is mandatory in 18013-5, 2E,
    and lies behind the beginning and inside the certificate's life) and `status.signer-unusable`.
    """
    _check_signer(signer, chain, uri)
    _check_times(chain[0], issued_at, expires_at, ttl)
    values: dict[str, Any] = {"bits": status_list.bits, "lst": status_list.compress()}
    if aggregation_uri is not None:
        values["aggregation_uri"] = aggregation_uri
    claims: dict[int, Any] = {
        _SUB: uri,
        _IAT: int(issued_at.timestamp()),
        _EXP: int(expires_at.timestamp()),
        _STATUS_LIST: values,
    }
    if ttl is not None:
        claims[_TTL] = int(ttl.total_seconds())
    ders = [certificate.der for certificate in chain]
    headers = {HEADER_TYPE: TYPE, HEADER_X5CHAIN: ders[0] if len(ders) == 1 else ders}
    return _TAG_SIGN1 + encode(CoseSign1.sign(signer, encode(claims), headers=headers).to_list())


def _check_signer(signer: Signer, chain: Sequence[Certificate], uri: str) -> None:
    if not uri or len(uri) > LIMITS.status_uri:
        raise UsageError("status.uri-unusable", limit=LIMITS.status_uri)
    if not chain or len(chain) > LIMITS.chain_certificates or chain[0].public_key != signer.public_key:
        raise UsageError("status.signer-unusable")


def _check_times(
    certificate: Certificate, issued_at: datetime, expires_at: datetime, ttl: timedelta | None
) -> None:
    if not certificate.not_before <= issued_at < expires_at <= certificate.not_after:
        raise UsageError("status.times-unusable")
    if ttl is not None and ttl < timedelta(seconds=1):
        raise UsageError("status.times-unusable")


class StatusListToken:
    """A parsed token, proven by nobody yet. The list is inflated when it is first asked for.

    `uri` is the claim sub; `issued_at` iat; `expires_at` exp, None if absent; `ttl` None if absent.
    `notices` are codes of borne deviations.
    """

    __slots__ = (
        "_list",
        "aggregation_uri",
        "bits",
        "compressed",
        "expires_at",
        "issued_at",
        "message",
        "notices",
        "ttl",
        "uri",
    )

    def __init__(self, message: CoseSign1, claims: dict[Any, Any], notices: tuple[str, ...]) -> None:
        self.message = message
        self.notices = notices
        self.uri = _uri(claims)
        self.issued_at = _time(claims, _IAT, "iat")
        self.expires_at = _time(claims, _EXP, "exp") if _EXP in claims else None
        self.ttl = _duration(claims) if _TTL in claims else None
        self.bits, self.compressed, self.aggregation_uri = _status_list(claims)
        self._list: StatusList | None = None

    @classmethod
    def from_bytes(cls, data: bytes) -> StatusListToken:
        """Parse a token strictly.

        Raises MalformedError, LimitError or UnsupportedError: `status.tag` (anything but one tag 18),
        `status.type`, `status.claims`, `status.claim` with its name, `status.bits`, `cose.*`, `cbor.*`.
        """
        if data[:1] != _TAG_SIGN1:
            raise MalformedError("status.tag")
        message = CoseSign1.from_item(decode_exact(data[1:], LIMITS.status_token))
        notices = _notices(message)
        if message.payload is None:
            raise MalformedError("status.claims")
        claims = decode_exact(message.payload, LIMITS.status_token)
        # 4.0 and True would be found under 4 and 1: CWT claim keys are whole numbers or text (RFC 8392, 3).
        if type(claims) is not dict or any(type(key) is not int and type(key) is not str for key in claims):
            raise MalformedError("status.claims")
        return cls(message, claims, notices)

    @property
    def status_list(self) -> StatusList:
        """The values, inflated once; raises MalformedError and LimitError as `StatusList.inflate`."""
        if self._list is None:
            self._list = StatusList.inflate(self.bits, self.compressed)
        return self._list

    @property
    def claims_bytes(self) -> bytes:
        """The claims as received: two tokens with the same ones say the same."""
        return self.message.payload or b""

    def lookup(self, index: int) -> int:
        """Return the value of entry `index`; raise UsageError `status.index-range` outside the list."""
        return self.status_list.get(index)


def _notices(message: CoseSign1) -> tuple[str, ...]:
    """Check the type, and note what deviates from 18013-5 (2E) and is borne."""
    kind = message.headers.get(HEADER_TYPE)
    if kind not in (TYPE, SHORT_TYPE):
        raise UnsupportedError("status.type")
    short = (SHORT_TYPE_NOTICE,) if kind == SHORT_TYPE else ()
    outside = HEADER_X5CHAIN in message.unprotected
    return short + ((CHAIN_UNPROTECTED_NOTICE,) if outside else ())


def _uri(claims: dict[Any, Any]) -> str:
    uri = claims.get(_SUB)
    if type(uri) is not str or not uri or len(uri) > LIMITS.status_uri:
        raise MalformedError("status.claim", claim="sub")
    return uri


def _time(claims: dict[Any, Any], label: int, name: str) -> datetime:
    value = claims.get(label)
    if type(value) is not int or not 0 <= value <= _LAST_SECOND:
        raise MalformedError("status.claim", claim=name)
    return datetime.fromtimestamp(value, UTC)


def _duration(claims: dict[Any, Any]) -> timedelta:
    value = claims[_TTL]
    if type(value) is not int or not 0 < value <= _LAST_SECOND:
        raise MalformedError("status.claim", claim="ttl")
    return timedelta(seconds=value)


def _status_list(claims: dict[Any, Any]) -> tuple[int, bytes, str | None]:
    values = claims.get(_STATUS_LIST)
    if type(values) is not dict:
        raise MalformedError("status.claim", claim="status_list")
    bits, compressed = values.get("bits"), values.get("lst")
    aggregation = values.get("aggregation_uri")
    if type(bits) is not int or bits not in _WIDTHS:
        raise MalformedError("status.bits")
    if type(compressed) is not bytes:
        raise MalformedError("status.claim", claim="lst")
    if aggregation is not None and type(aggregation) is not str:
        raise MalformedError("status.claim", claim="aggregation_uri")
    return bits, compressed, aggregation
