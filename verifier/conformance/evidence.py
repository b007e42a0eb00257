"""What a line brings along to judge documents by: issuers that are trusted, and status lists."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from counterproof.mdoc.certificates.revocation import CertificateList
from counterproof.mdoc.errors import CounterproofError, CryptoError, LimitError, MalformedError, StoreError
from counterproof.mdoc.lists.signed_set import SignedSet, verify_signed_set
from counterproof.mdoc.lists.status_lists import StatusLists
from counterproof.mdoc.lists.status_token import StatusListToken
from counterproof.mdoc.verification.checks import CheckId
from counterproof.mdoc.verification.policy import CHAIN_INDEPENDENT
from counterproof.mdoc.verification.status import ListedStatuses, StatusOpinion
from counterproof.mdoc.verification.trust import TrustAnchor, TrustedIssuers, TrustedKey
from verifier.conformance.case import UnusableError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime, timedelta

    from counterproof.mdoc.certificates.model import Certificate
    from counterproof.mdoc.lists.signed_set import VerifiedSignedSet
    from counterproof.mdoc.mso import StatusListReference
    from counterproof.mdoc.verification.document import SignerSource
    from counterproof.mdoc.verification.policy import VerificationPolicy
    from verifier.conformance.case import Case


_CONTRADICTION = "status.same-time"
_MOST_TOO_LARGE = 2
"""Lists of one name that unpack to more than is let in; none is tried behind them, as each takes time."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Whose signatures are believed, what the lists say (None: not asked), and the policy that fits both."""

    trust: SignerSource
    statuses: StatusesAtHand | None
    policy: VerificationPolicy


def evidence_of(case: Case, policy: VerificationPolicy) -> Evidence:
    """Read anchors or issuer key and the status lists of a line, and fit the policy to what it asks.

    With a bare issuer key nothing of a chain can be told, so it is not required; the status is required
    exactly where lists are given. Raises UnusableError.
    """
    key = case.issuer_key
    anchors: tuple[Certificate, ...] = ()
    crls: tuple[CertificateList, ...] = ()
    trust: SignerSource
    if key is None:
        anchors = case.anchors
        crls = crls_of(case)
        sets = tuple(_proven_sets(case.signed_sets, anchors, crls))
        trust = TrustedIssuers(tuple(map(TrustAnchor, anchors)), crls, sets)
    else:
        trust = TrustedKey(key)
        policy = policy.unsafe_without(*CHAIN_INDEPENDENT)
    tokens = case.status_lists
    if tokens is None:
        return Evidence(trust, None, policy.unsafe_without(CheckId.STATUS))
    asking = replace(policy, required=policy.required | {CheckId.STATUS})
    return Evidence(trust, StatusesAtHand(tokens, anchors, crls), asking)


def crls_of(case: Case) -> tuple[CertificateList, ...]:
    """Read the revocation lists of a line; raises UnusableError."""
    return tuple(map(_crl, case.crls))


def _crl(der: bytes) -> CertificateList:
    try:
        return CertificateList.from_der(der)
    except MalformedError:
        raise UnusableError("case.field", field="crls") from None


def _proven_sets(
    sets: Sequence[bytes], anchors: Sequence[Certificate], crls: Sequence[CertificateList]
) -> Iterator[VerifiedSignedSet]:
    """Prove every set; one that cannot be proven is not there, and its signer stays revoked."""
    for each in sets:
        with contextlib.suppress(CounterproofError):
            yield verify_signed_set(SignedSet.from_bytes(each), anchors=anchors, crls=crls)


class StatusesAtHand:
    """Status evidence from the tokens of a line; a list is proven and unpacked when a document names it.

    Each may unpack to 32 MiB, and a line may bring lists that nobody asks for.
    """

    def __init__(
        self, tokens: Sequence[bytes], anchors: Sequence[Certificate], crls: Sequence[CertificateList]
    ) -> None:
        self._anchors, self._crls = anchors, crls
        self._tokens = [(uri, token) for token in tokens if (uri := _uri_of(token)) is not None]
        self._found: dict[str, ListedStatuses] = {}
        self._contradicted: set[str] = set()

    def judge(
        self,
        reference: StatusListReference,
        anchor: Certificate | None,
        at: datetime,
        max_age: timedelta | None,
    ) -> StatusOpinion:
        """Say what the list that `reference` names says of its entry."""
        uri = reference.uri
        if uri not in self._found:
            self._found[uri] = self._listed(uri, at)
        opinion = self._found[uri].judge(reference, anchor, at, max_age)
        if opinion.good and uri in self._contradicted:
            return StatusOpinion(None, _CONTRADICTION, opinion.issued_at)
        return opinion

    def _listed(self, uri: str, at: datetime) -> ListedStatuses:
        """Install every token that can be proven; one that cannot proves nothing: the status stays open.

        A counter has one list in use and keeps it. Here both of two that say different things of one second
        lie side by side, and which of them came first is no reason to believe it.
        """
        lists, too_large = StatusLists(), 0
        for name, token in self._tokens:
            if name != uri:
                continue
            try:
                lists.add(token, anchors=self._anchors, at=at, crls=self._crls)
            except CryptoError:
                lists.set_aside(token, crls=self._crls)  # a document may name its own trust point for it
            except StoreError as error:
                if error.code == _CONTRADICTION:
                    self._contradicted.add(uri)
            except LimitError:
                too_large += 1
                if too_large == _MOST_TOO_LARGE:
                    break
            except CounterproofError:
                continue
        return ListedStatuses(lists)


def _uri_of(token: bytes) -> str | None:
    try:
        return StatusListToken.from_bytes(token).uri
    except CounterproofError:
        return None
