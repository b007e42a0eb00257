"""One person at a practising counter: real requests and real answers, on a state that is in memory alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from cryptography.hazmat.primitives.asymmetric import ec

from counterproof.credential_types import shipped
from counterproof.mdoc.cose import SoftwareSigner
from counterproof.mdoc.issuer_signed import IssuerSigned, IssuerSignedItem
from counterproof.optics.exchange.reader_identity import ReaderTrust
from counterproof.optics.exchange.shown import QrShown, ShownTerms
from counterproof.optics.exchange.slip import QrSlip, SlipTerms
from counterproof.optics.exchange.wallet_side import (
    Copy,
    build_answer,
    build_decline,
    compose_response,
    read_request,
)
from counterproof.optics.kinds import Kind
from verifier.counter import Counter
from verifier.drill.faces import Face, picture
from verifier.question import Question, Wish, items_for
from verifier.state import State

if TYPE_CHECKING:
    from collections.abc import Callable

    from counterproof.clock import Clock
    from counterproof.optics.exchange.wallet_side import AuthenticatedRequest
    from verifier.drill.agency import DrillAgency

AGE: Final = "eu.europa.ec.av.1"
CARD: Final = "org.counterproof.residency.1"
FILM, MEMBERSHIP = "specimen.film", "specimen.card"
OWN: Final = "SPECIMEN-DESK"
ELSEWHERE: Final = "SPECIMEN-ELSEWHERE"

_FAMILY: Final = "SPECIMEN"
_GIVEN: Final = ("Maia Liis", "Asha", "Jun-wei", "Otto", "Noor", "Ines")
_DAY: Final = 86_400
_OVER_18: Final = "age_over_18"


@dataclass(frozen=True, slots=True)
class Held:
    """What somebody holds out: a message of ours, the text of a foreign code, or neither."""

    kind: Kind | None = None
    m: bytes = field(default=b"", repr=False)
    foreign: str = ""


def question(doc_type: str) -> Question:
    """Return what the practising counter asks of a type of document."""
    if doc_type == AGE:
        return Question(FILM, items_for([Wish(AGE, (_OVER_18,))], (), shipped()))
    wish = Wish(CARD, ("family_name", "given_name", "portrait"))
    return Question(MEMBERSHIP, items_for([wish], (), shipped()))


class Practice:
    """A counter that believes the practice agency alone, and whoever stands before it. `close` it.

    `days_old` is the age of its lists; `face` the portrait on the person's document.
    """

    def __init__(
        self,
        agency: DrillAgency,
        clock: Clock,
        random: Callable[[int], bytes],
        doc_type: str,
        face: Face,
    ) -> None:
        self.agency, self.clock, self.random = agency, clock, random
        self.doc_type, self.face = doc_type, face
        self.question = question(doc_type)
        self._identity = agency.reader(OWN)
        now = clock.now().timestamp()
        # Its memory of codes begins a day ago, as that of a counter that was open yesterday.
        self._state = State.in_memory(now_unix=now - _DAY, random=random)
        self.counter = self._counter(0)

    def close(self) -> None:
        """Forget everything."""
        self._state.close()

    def believe_old_lists(self, days: int) -> None:
        """Go on with lists of so many days ago."""
        self.counter = self._counter(days)

    def believe_newest(self) -> None:
        """Go on with lists that know what was issued and withdrawn meanwhile."""
        self.counter.believe(self.agency.trust((AGE, CARD)))

    def _counter(self, days: int) -> Counter:
        return Counter(
            self._state,
            self.agency.trust((AGE, CARD), days_old=days),
            self.clock,
            random=self.random,
            ids=frozenset({OWN}),
            boot="drill",
        )

    def ask(self) -> AuthenticatedRequest:
        """Ask, and return the request as the person's wallet reads it."""
        # No register speaks for a counter that does not exist.
        asked = self.counter.ask(self._identity, self.question, beyond_registration=True)
        trust = ReaderTrust([self.agency.reader_root])
        return read_request(asked.request.to_message(), at=self.clock.now(), trust=trust)

    def document(self, agency: DrillAgency | None = None, *, yes: bool = True, **terms: bool) -> Copy:
        """Return a document of this person, by another agency if one is given."""
        key = ec.generate_private_key(ec.SECP256R1())
        elements: dict[str, Any] = {_OVER_18: yes}
        if self.doc_type == CARD:
            given = _GIVEN[self.random(1)[0] % len(_GIVEN)]
            portrait = picture(self.face, specimen=True)
            elements = {"family_name": _FAMILY, "given_name": given, "portrait": portrait}
        signed = (agency or self.agency).issue(
            self.doc_type, {self.doc_type: elements}, key.public_key(), **terms
        )
        return Copy(signed, SoftwareSigner(key))

    def answered(self, request: AuthenticatedRequest, copy: Copy) -> Held:
        """Return the answer to a request."""
        return Held(Kind.ANSWER, build_answer(request, compose_response(request.transcript, [copy])))

    def refused(self, request: AuthenticatedRequest) -> Held:
        """Return the answer of somebody who shows nothing."""
        return Held(Kind.ANSWER, build_decline(request))

    def shown(self, copy: Copy) -> Held:
        """Return a code that is shown without having read a request."""
        terms = ShownTerms.make(at=int(self.clock.now().timestamp()), random=self.random(16))
        response = compose_response(QrShown(terms, b"").transcript, [copy])
        return Held(Kind.SHOWN, QrShown(terms, response).to_message())

    def slip(self, copy: Copy, *readers: str) -> Held:
        """Return a paper slip, for certain offices if any are named."""
        now = int(self.clock.now().timestamp())
        terms = SlipTerms.make(
            not_before=now - _DAY,
            not_after=now + 6 * _DAY,
            random=self.random(16),
            purpose=self.question.purpose,
            readers=readers,
        )
        response = compose_response(QrSlip(terms, b"").transcript, [copy])
        return Held(Kind.SLIP, QrSlip(terms, response).to_message())


def altered(copy: Copy) -> Copy:
    """Return a document in which somebody wrote yes for no, and could not sign anew."""
    signed = copy.issuer_signed
    changed = {
        space: [
            IssuerSignedItem.make(item.digest_id, item.random, item.identifier, True)  # noqa: FBT003 - the value
            if item.identifier == _OVER_18
            else item
            for item in items
        ]
        for space, items in signed.namespaces.items()
    }
    return Copy(IssuerSigned(changed, signed.issuer_auth, signed.mso), copy.signer)
