"""What a line brings along to judge documents by: issuers that are trusted, and status lists."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from counterproof.mdoc.errors import CounterproofError, CryptoError
from counterproof.mdoc.lists.status_lists import StatusLists
from counterproof.mdoc.verification.checks import CheckId
from counterproof.mdoc.verification.policy import CHAIN_INDEPENDENT
from counterproof.mdoc.verification.status import ListedStatuses
from counterproof.mdoc.verification.trust import TrustedIssuers, TrustedKey

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from counterproof.mdoc.certificates.model import Certificate
    from counterproof.mdoc.verification.document import SignerSource
    from counterproof.mdoc.verification.policy import VerificationPolicy
    from verifier.conformance.case import Case


@dataclass(frozen=True, slots=True)
class Evidence:
    """Whose signatures are believed, what the lists say (None: not asked), and the policy that fits both."""

    trust: SignerSource
    statuses: ListedStatuses | None
    policy: VerificationPolicy


def evidence_of(case: Case, policy: VerificationPolicy) -> Evidence:
    """Read anchors or issuer key and the status lists of a line, and fit the policy to what it asks.

    With a bare issuer key nothing of a chain can be told, so it is not required; the status is required
    exactly where lists are given. Raises UnusableError.
    """
    key = case.issuer_key
    anchors: tuple[Certificate, ...] = ()
    trust: SignerSource
    if key is None:
        anchors = case.anchors
        trust = TrustedIssuers.of(anchors)
    else:
        trust = TrustedKey(key)
        policy = policy.unsafe_without(*CHAIN_INDEPENDENT)
    tokens = case.status_lists
    if tokens is None:
        return Evidence(trust, None, policy.unsafe_without(CheckId.STATUS))
    asking = replace(policy, required=policy.required | {CheckId.STATUS})
    return Evidence(trust, _listed(tokens, anchors, case.at), asking)


def _listed(tokens: Sequence[bytes], anchors: Sequence[Certificate], at: datetime) -> ListedStatuses:
    """Install every token that can be proven; one that cannot proves nothing, and the status stays open."""
    lists = StatusLists()
    for token in tokens:
        try:
            lists.add(token, anchors=anchors, at=at)
        except CryptoError:
            lists.set_aside(token)  # a document may name its own trust point for this list
        except CounterproofError:
            continue
    return ListedStatuses(lists)
