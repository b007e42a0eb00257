"""What roles, statuses, states and changes are called, by what the register calls them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from counterproof.words.language import ntr, tr
from counterproof.words.model import N_
from issuer.register.allowance import ONE_BY_ONE
from issuer.register.bulk import ISSUE
from issuer.register.certificates import WITHDRAW

if TYPE_CHECKING:
    from issuer.register.console_model import Proposal

_STATES: Final = {
    "open": N_("open"),
    "redeemed": N_("taken by a wallet"),
    "withdrawn": N_("taken back"),
    "locked": N_("locked after wrong codes"),
    "issued": N_("issued without an offer"),
}
_WORDS: Final = {
    "auditor": N_("auditor"),
    "clerk": N_("clerk"),
    "supervisor": N_("supervisor"),
    "valid": N_("valid"),
    "suspended": N_("suspended"),
    "revoked": N_("revoked"),
    "waiting": N_("waiting"),
    "approved": N_("approved"),
    "refused": N_("refused"),
    "withdrawn": N_("withdrawn"),
    "issued": N_("issued"),
    "done": N_("done"),
    "revoke": N_("revoke"),
    "suspend": N_("suspend"),
    "reinstate": N_("reinstate"),
    ISSUE: N_("issue"),
    WITHDRAW: N_("withdraw-signer"),
    ONE_BY_ONE: N_("cards one by one"),
}


def said(word: str) -> str:
    """Return what the register calls something, as people do."""
    return tr(_WORDS.get(word, word))


def offer_state(state: str) -> str:
    """Return the state of an offer or a case in words."""
    return tr(_STATES[state])


def number(count: int, one: str, many: str) -> str:
    """Return how many there are of something, in words; the tools that gather messages look for this name."""
    return ntr(one, many, count).format(n=f"{count:,}")


def proposed(proposal: Proposal) -> str:
    """Return in words what somebody proposed."""
    count = proposal.documents
    if proposal.action == ISSUE:
        return number(count, "Issue to {n} person", "Issue to {n} people")
    if proposal.action == WITHDRAW:
        return number(count, "Withdraw a signer with {n} document", "Withdraw a signer with {n} documents")
    if proposal.action == ONE_BY_ONE:
        return number(count, "Give {n} more card one by one", "Give {n} more cards one by one")
    if proposal.action == "revoke":
        return number(count, "Revoke {n} document", "Revoke {n} documents")
    if proposal.action == "suspend":
        return number(count, "Suspend {n} document", "Suspend {n} documents")
    return number(count, "Reinstate {n} document", "Reinstate {n} documents")
