"""The people, keys and documents of the published QR vectors: everything follows from seeds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from counterproof.mdoc.cbor import FullDate
from counterproof.optics.exchange import answer, coding
from counterproof.optics.exchange.shown import ShownTerms
from counterproof.optics.exchange.slip import SlipTerms
from counterproof.optics.exchange.wallet_side import read_request
from tests.kit.certificates import AT
from tests.kit.hpke_by_hand import seal_with
from tests.simulators.agency import Agency
from tests.simulators.counter import DESK, PURPOSE, Counter, Wanted
from tests.simulators.holder import Holder

if TYPE_CHECKING:
    from counterproof.mdoc.issuer_signed import IssuerSigned
    from counterproof.optics.exchange.reader_side import CounterTransaction
    from counterproof.optics.exchange.wallet_side import AuthenticatedRequest

AGE, LIBRARY, RESIDENCY, MDL = (
    "eu.europa.ec.av.1",
    "org.counterproof.library-card.1",
    "org.counterproof.residency.1",
    "org.iso.18013.5.1.mDL",
)
MDL_SPACE = "org.iso.18013.5.1"
ADULT: Wanted = {AGE: {AGE: ["age_over_18"]}}
FOUR: Wanted = {
    MDL: {MDL_SPACE: ["family_name", "portrait"]},
    RESIDENCY: {RESIDENCY: ["resident_borough"]},
    LIBRARY: {LIBRARY: ["card_number"]},
    AGE: {AGE: ["age_over_18"]},
}
NOW = int(AT.timestamp())
DAY = 86_400


def documents(portrait: bytes) -> dict[str, dict[str, dict[str, Any]]]:
    """Return what each document says; nobody is called so."""
    return {
        AGE: {AGE: {"age_over_18": True}},
        LIBRARY: {LIBRARY: {"card_number": "0042", "member_since": FullDate("2020-02-29")}},
        RESIDENCY: {RESIDENCY: {"resident_borough": "Harbour", "resident_since": FullDate("2019-01-01")}},
        MDL: {
            MDL_SPACE: {
                "family_name": "Sample",
                "given_name": "Person",
                "birth_date": FullDate("2000-01-01"),
                "portrait": portrait,
            }
        },
    }


class Story:
    """One agency, one counter, one holder; the same bytes each time it is told."""

    def __init__(self) -> None:
        self.agency = Agency(1)
        self.counter = Counter(1)
        self.holder = Holder(1)
        for doc_type, elements in documents(self.holder.kit.random(1500)).items():
            self.holder.receive(self.agency, doc_type, elements)

    def issued(self, doc_type: str) -> IssuerSigned:
        """Return a document as it was issued."""
        return self.holder.documents[doc_type][0]

    def ask(self, wanted: Wanted = ADULT, **terms: Any) -> tuple[CounterTransaction, AuthenticatedRequest]:
        """Return a transaction and the request as the wallet read it."""
        transaction = self.counter.request(wanted, self.counter.terms(**terms))
        m = transaction.request.to_message()
        return transaction, read_request(m, at=AT, trust=self.counter.trust)

    def response(self, request: AuthenticatedRequest) -> bytes:
        """Return the holder's response with everything that was asked for."""
        asked = [one.items for one in request.doc_requests]
        agreed = {(ns, name) for items in asked for ns, name, _ in items.elements()}
        return self.holder.response(request.transcript, [items.doc_type for items in asked], agreed)

    def sealed(self, request: AuthenticatedRequest, p: bytes, label: str = "ephemeral") -> bytes:
        """Return M of an answer, sealed under a published ephemeral key."""
        ephemeral = self.holder.kit.key(label)
        return answer.to_message(*seal_with(ephemeral, request.request.parameters.key, request.transcript, p))

    def shown_terms(self, **changes: Any) -> ShownTerms:
        """Return terms of a code shown first, made now."""
        return ShownTerms.make(**{"at": NOW + 7, "random": self.holder.kit.random(16), **changes})

    def slip_terms(self, **changes: Any) -> SlipTerms:
        """Return terms of a slip that holds for a week from now."""
        members = {
            "not_before": NOW,
            "not_after": NOW + 7 * DAY,
            "random": self.holder.kit.random(16),
            "purpose": PURPOSE,
            "readers": (DESK, "TOWN-HALL"),
        }
        return SlipTerms.make(**{**members, **changes})


def recoded(body: bytes) -> bytes:
    """Return M of a body as it is, uncompressed: what a fault is put into is then seen in the vector."""
    return bytes((coding.PLAIN,)) + body
