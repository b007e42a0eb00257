"""From bytes to an answer: a token is parsed, then proven once, and then looked up in at almost no cost.

`StatusListToken` is parsed, `VerifiedStatusList` is proven; `judge_status` takes nothing else. The order of
checks follows Token Status List, 8.3, and ISO/IEC 18013-5 (2E).
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from counterproof.mdoc.certificates.profile import STATUS_SIGNER
from counterproof.mdoc.errors import CryptoError, MalformedError
from counterproof.mdoc.lists.signer import ListSigner, prove_signer
from counterproof.mdoc.lists.standing import Standing
from counterproof.mdoc.lists.status_finding import (
    TTL_PASSED_NOTICE,
    StatusAnswer,
    StatusFinding,
    missing,
    refused,
    unreadable,
)
from counterproof.mdoc.lists.status_token import StatusListToken

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from counterproof.mdoc.certificates.model import Certificate
    from counterproof.mdoc.certificates.revocation import CertificateList
    from counterproof.mdoc.lists.status_list import StatusList

SKEW = timedelta(seconds=60)
"""How far the clock may be behind the one that signed."""

_SECOND = timedelta(seconds=1)
_NO_TIME = timedelta()

_APPLICATION_SPECIFIC = frozenset({3, 0x0C, 0x0D, 0x0E, 0x0F})

_ANSWERS = {
    0: (StatusAnswer.VALID, "ok"),
    1: (StatusAnswer.INVALID, "status.revoked"),
    2: (StatusAnswer.SUSPENDED, "status.suspended"),
    **dict.fromkeys(_APPLICATION_SPECIFIC, (StatusAnswer.OTHER, "status.application-specific")),
}
_RESERVED = (StatusAnswer.OTHER, "status.reserved")


class VerifiedStatusList:
    """A token whose signature and signer are proven; only `verify_status_token` makes one."""

    __slots__ = ("crls", "issued_at", "signer", "status_list", "token", "uri")

    def __init__(self, token: StatusListToken, signer: ListSigner, crls: tuple[CertificateList, ...]) -> None:
        self.token = token
        self.signer = signer
        self.crls = crls
        self.status_list: StatusList = token.status_list
        self.uri: str = token.uri
        """The list's name, claim sub."""
        self.issued_at: datetime = token.issued_at
        """When the list was signed, claim iat."""

    def age(self, at: datetime) -> timedelta:
        """Return how old the list is at `at`; never less than nothing."""
        age = at - self.issued_at
        return max(age, _NO_TIME)


def verify_status_token(
    token: StatusListToken,
    *,
    anchors: Sequence[Certificate],
    at: datetime,
    crls: Sequence[CertificateList] = (),
) -> VerifiedStatusList:
    """Prove the signer under one of `anchors`, then the signature, then that the list can be inflated.

    Raises CryptoError `status.signer-missing`, `status.signer-untrusted`, `status.signature`; MalformedError
    as `StatusList.inflate`. Whether the list is fresh, and the right one, is for `judge_status`.
    """
    signer = prove_signer("status", token.message, anchors=anchors, at=at, profile=STATUS_SIGNER, crls=crls)
    return VerifiedStatusList(token, signer, tuple(crls))


def judge_status(
    verified: VerifiedStatusList | None,
    *,
    uri: str,
    index: int,
    at: datetime,
    trust_point: Certificate,
    max_age: timedelta | None = None,
    skew: timedelta = SKEW,
) -> StatusFinding:
    """Answer for entry `index` of the list named `uri` at `at` (aware); never raises.

    `trust_point` is the certificate that the MSO's status names, or else the very IACA that signed the
    document's signer: a list of another authority proves nothing. `max_age` is how old a list the policy
    bears; `skew` how far iat may lie ahead. An end that has passed gets no grace.
    """
    if verified is None:
        return missing()
    return _refusal(verified, uri, trust_point, at, skew) or _fresh(verified, index, at, max_age)


def _refusal(
    verified: VerifiedStatusList, uri: str, trust_point: Certificate, at: datetime, skew: timedelta
) -> StatusFinding | None:
    """Say why this list proves nothing about the credential at `at`; None if it does."""
    if verified.uri != uri:
        return refused("status.wrong-list")
    signer = verified.signer
    if signer.trust_point is not trust_point and not signer.is_under(trust_point):
        return refused("status.other-issuer")
    if not signer.holds_at(at):
        try:
            verify_status_token(verified.token, anchors=[trust_point], at=at, crls=verified.crls)
        except CryptoError as error:
            return refused(error.code, str(error.facts.get("reason", "")))
    if verified.issued_at > at + skew:
        return refused("status.issued-in-future")
    return refused("status.no-expiry") if verified.token.expires_at is None else None


def _fresh(
    verified: VerifiedStatusList, index: int, at: datetime, max_age: timedelta | None
) -> StatusFinding:
    """Settle freshness, then read the entry: the only place that can answer VALID."""
    issued_at, expires_at, age = verified.issued_at, verified.token.expires_at, verified.age(at)
    seconds = age // _SECOND
    stale = "status.expired" if expires_at is None or at >= expires_at else ""
    if not stale and max_age is not None and age > max_age:
        stale = "status.stale"
    if stale:
        return StatusFinding(
            StatusAnswer.UNKNOWN, stale, Standing.UNDECIDED, issued_at=issued_at, age=seconds
        )
    values = verified.status_list
    if type(index) is not int or not 0 <= index < values.size:
        return StatusFinding(
            StatusAnswer.UNKNOWN, "status.index-range", Standing.REFUSED, issued_at=issued_at, age=seconds
        )
    value = values.get(index)
    answer, code = _ANSWERS.get(value, _RESERVED)
    notices = verified.token.notices
    if verified.token.ttl is not None and age > verified.token.ttl:
        notices = (TTL_PASSED_NOTICE, *notices)
    return StatusFinding(answer, code, Standing.ACCEPTED, value, issued_at, seconds, "", notices)


def examine_status_token(
    data: bytes,
    *,
    uri: str,
    index: int,
    at: datetime,
    anchors: Sequence[Certificate],
    crls: Sequence[CertificateList] = (),
    max_age: timedelta | None = None,
    skew: timedelta = SKEW,
) -> StatusFinding:
    """Parse, prove and judge a token in one go: the pure function behind the conformance door; never raises.

    Any of `anchors` may vouch for the signer, so give only those that may speak for the credential.
    """
    try:
        token = StatusListToken.from_bytes(data)
        verified = verify_status_token(token, anchors=anchors, at=at, crls=crls)
    except MalformedError as error:
        return unreadable(error.code)
    except CryptoError as error:
        return refused(error.code, str(error.facts.get("reason", "")))
    return judge_status(
        verified,
        uri=uri,
        index=index,
        at=at,
        trust_point=verified.signer.trust_point,
        max_age=max_age,
        skew=skew,
    )
