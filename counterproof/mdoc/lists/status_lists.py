"""The status lists that a verifier holds, by name and authority; a newer one may not take anything back.

Rules, after the TUF rules for timestamps and ARF VCR_04:
1. a list is proven before anything of it is looked at, and it is not from the future;
2. an older list never replaces a newer one, and two different ones of the same second are not both true;
3. what was revoked stays revoked: a newer list in which it is not is refused, with an alarm;
4. a list belongs to the authority that vouches for its signer: no other can replace it, or hide it.
Whatever is refused, what was installed stays.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterproof.mdoc.certificates.model import Certificate
from counterproof.mdoc.errors import CounterproofError, StoreError
from counterproof.mdoc.lists.signer import authority
from counterproof.mdoc.lists.status_check import SKEW, VerifiedStatusList, judge_status, verify_status_token
from counterproof.mdoc.lists.status_finding import StatusFinding, refused
from counterproof.mdoc.lists.status_list import INVALID
from counterproof.mdoc.lists.status_token import StatusListToken

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime, timedelta

    from counterproof.mdoc.certificates.revocation import CertificateList
    from counterproof.mdoc.mso import StatusListReference

_Key = tuple[str, tuple[bytes, bytes]]


class StatusLists:
    """Proven lists in memory; the caller keeps the tokens' bytes."""

    def __init__(self) -> None:
        self._lists: dict[_Key, VerifiedStatusList] = {}
        self._aside: dict[str, tuple[StatusListToken, tuple[CertificateList, ...]]] = {}

    def __len__(self) -> int:
        return len(self._lists)

    def __iter__(self) -> Iterator[VerifiedStatusList]:
        return iter(self._lists.values())

    def add(
        self,
        data: bytes,
        *,
        anchors: Sequence[Certificate],
        at: datetime,
        crls: Sequence[CertificateList] = (),
        skew: timedelta = SKEW,
    ) -> VerifiedStatusList:
        """Prove a token and install it; the same one again changes nothing.

        An expired list is taken: it cannot say VALID, and it keeps older ones out. Raises what
        `StatusListToken.from_bytes` and `verify_status_token` raise, and StoreError
        `status.issued-in-future`, `status.older`, `status.same-time`, or the alarm `status.unrevoked` with
        the first index and their number.
        """
        token = StatusListToken.from_bytes(data)
        return self._install(verify_status_token(token, anchors=anchors, at=at, crls=crls), at, skew)

    def set_aside(self, data: bytes, *, crls: Sequence[CertificateList] = ()) -> None:
        """Keep a token that no anchor vouches for, for documents that name their own trust point.

        Raises as `StatusListToken.from_bytes`. It is proven when such a document asks, and not before; `crls`
        are what is known then of certificates taken back.
        """
        token = StatusListToken.from_bytes(data)
        held = self._aside.get(token.uri)
        if held is None or token.issued_at >= held[0].issued_at:
            self._aside[token.uri] = token, tuple(crls)

    def find(self, uri: str, trust_point: Certificate) -> VerifiedStatusList | None:
        """Return the list of that name for which this authority vouches."""
        return self._lists.get((uri, authority(trust_point)))

    def judge(
        self,
        reference: StatusListReference,
        *,
        issuer: Certificate,
        at: datetime,
        max_age: timedelta | None = None,
        skew: timedelta = SKEW,
    ) -> StatusFinding:
        """Answer for a credential whose signer `issuer` (the IACA of its chain) vouches for; never raises.

        A certificate in the reference is the trust point in place of the issuer (ISO/IEC 18013-5, 2E).
        """
        trust_point, uri = issuer, reference.uri
        if reference.certificate is not None:
            try:
                trust_point = Certificate.from_der(reference.certificate)
            except CounterproofError as error:
                return refused("status.signer-untrusted", error.code)
            self._prove_aside(uri, trust_point, at, skew)
        verified = self._lists.get((uri, authority(trust_point)))
        if verified is None and any(name == uri for name, _ in self._lists):
            return refused("status.other-issuer")
        return judge_status(
            verified,
            uri=uri,
            index=reference.index,
            at=at,
            trust_point=trust_point,
            max_age=max_age,
            skew=skew,
        )

    def _prove_aside(self, uri: str, trust_point: Certificate, at: datetime, skew: timedelta) -> None:
        """Install the token set aside under `uri` if this trust point vouches for it."""
        token, crls = self._aside.get(uri, (None, ()))
        held = self.find(uri, trust_point)
        if token is None or (held is not None and held.token is token):
            return
        try:
            self._install(verify_status_token(token, anchors=[trust_point], at=at, crls=crls), at, skew)
        except CounterproofError:
            return  # not proven is not there: the answer is then `status.missing`

    def _install(self, new: VerifiedStatusList, at: datetime, skew: timedelta) -> VerifiedStatusList:
        if new.issued_at > at + skew:
            raise StoreError("status.issued-in-future")
        key = (new.uri, authority(new.signer.trust_point))
        old = self._lists.get(key)
        if old is not None:
            if new.token.claims_bytes == old.token.claims_bytes:
                return old
            _check_succession(old, new)
        self._lists[key] = new
        return new


def _check_succession(old: VerifiedStatusList, new: VerifiedStatusList) -> None:
    """Refuse what is older, what contradicts, and what takes a revocation back."""
    held, offered = old.issued_at.isoformat(), new.issued_at.isoformat()
    if new.issued_at < old.issued_at:
        raise StoreError("status.older", held=held, offered=offered)
    if new.issued_at == old.issued_at:
        raise StoreError("status.same-time", held=held)
    count, first = old.status_list.left(INVALID, new.status_list)
    if count:
        raise StoreError("status.unrevoked", count=count, index=first)
