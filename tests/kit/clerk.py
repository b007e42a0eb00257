"""A counter with everything around it: an agency that publishes, residents who hold, a clerk's clock."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from counterproof.clock import FixedClock
from counterproof.credential_types import shipped
from counterproof.mdoc.cbor import FullDate
from counterproof.mdoc.cose import SoftwareSigner
from counterproof.mdoc.mso import StatusListReference
from counterproof.mdoc.verification.policy import Mode
from counterproof.mdoc.verification.report import Verdict
from counterproof.optics.exchange import answer
from counterproof.optics.exchange.reader_identity import ReaderTrust
from counterproof.optics.exchange.reader_side import ReaderIdentity
from counterproof.optics.exchange.shown import ShownTerms
from counterproof.optics.exchange.slip import SlipTerms
from counterproof.optics.exchange.wallet_side import read_request
from counterproof.optics.kinds import Kind
from counterproof.trust.confirming import expecting
from counterproof.trust.store import TrustStore
from tests.kit.certificates import AT
from tests.kit.published import URI, Publisher
from tests.simulators.agency import Agency
from tests.simulators.holder import Holder
from verifier.counter import Counter, Taking
from verifier.open_request import OnDisk
from verifier.question import Question, Wish, items_for
from verifier.render import as_text
from verifier.report_json import as_json
from verifier.state import State

if TYPE_CHECKING:
    from collections.abc import Container, Mapping
    from datetime import datetime
    from pathlib import Path

    from counterproof.optics.exchange.wallet_side import AuthenticatedRequest
    from verifier.decision import Decision
    from verifier.open_request import OpenRequest

AGE, RESIDENCY, LIBRARY = (
    "eu.europa.ec.av.1",
    "org.counterproof.residency.1",
    "org.counterproof.library-card.1",
)
PURPOSE = "library.age-check"
OWN, OFFICE = "HB-DESK-3", "HB-LIBRARY"
IDS = frozenset({OWN, OFFICE})

ELEMENTS: dict[str, dict[str, dict[str, Any]]] = {
    AGE: {AGE: {"age_over_18": True}},
    RESIDENCY: {
        RESIDENCY: {
            "family_name": "Quillfeather",
            "given_name": "Ottoline",
            "birth_date": FullDate("1987-03-09"),
            "resident_borough": "Saltmarsh Quay",
            "card_number": "RZ-7719-0042",
            "age_over_18": True,
        }
    },
    LIBRARY: {LIBRARY: {"card_number": "LB-5550-1234", "member_since": FullDate("2020-02-29")}},
}
"""What every resident's documents say; nobody is called so."""

ADULT = Wish("proof-of-age", ("age_over_18",))
CARD = Wish("residency", ("family_name", "resident_borough"))


def question(*wishes: Wish, purpose: str = PURPOSE, keep: tuple[str, ...] = (), **others: Any) -> Question:
    """Return a question about the shipped types, an adult's age unless told otherwise."""
    return Question(purpose, items_for(wishes or (ADULT,), keep, shipped()), **others)


@dataclass
class Town:
    """One agency under one root: its register of readers, its published folder, its residents."""

    folder: Path
    at: datetime = AT
    publisher: Publisher = field(init=False)
    agency: Agency = field(init=False)
    _residents: int = 0

    def __post_init__(self) -> None:
        self.publisher = Publisher(seed="agency 1")
        self.agency = Agency(1, at=self.at)
        assert self.agency.anchor == self.publisher.root
        self.publish()

    def publish(self, at: datetime | None = None, **changes: Any) -> Path:
        """Publish everything into the folder; `values` are entries of the status list that are not valid."""
        when = at or self.at
        values = changes.pop("values", None)
        life = changes.pop("life", None)
        terms = {"life": life} if life is not None else {}
        honest = {
            "doc_types": tuple(ELEMENTS),
            "types": (),
            "status_lists": (self.publisher.token(when, values, **terms),),
        }
        return self.publisher.publish(self.folder, when, **{**honest, **changes})

    def resident(self, *doc_types: str, index: int | None = None, **terms: Any) -> Holder:
        """Return somebody with these documents, all of them unless told otherwise, keys of their own."""
        self._residents += 1
        holder = Holder(1000 * self._residents)
        reference = StatusListReference(self._residents if index is None else index, URI)
        for doc_type in doc_types or ELEMENTS:
            holder.receive(self.agency, doc_type, ELEMENTS[doc_type], status=reference, **terms)
        return holder

    def identity(self) -> ReaderIdentity:
        """Return the one registered reader."""
        key = self.publisher.kit.key("reader")
        return ReaderIdentity(SoftwareSigner(key, deterministic=True), [self.publisher.reader.der])

    def reader_trust(self) -> ReaderTrust:
        """Return what a wallet of this town believes of readers."""
        return ReaderTrust([self.publisher.kit.reader_ca.certificate])

    def read(self, m: bytes, at: datetime | None = None) -> AuthenticatedRequest:
        """Read a request as a wallet does."""
        return read_request(m, at=at or self.at, trust=self.reader_trust())

    def trust(self, folder: Path, at: datetime | None = None) -> TrustStore:
        """Return a store that trusts this town."""
        store = TrustStore(folder)
        store.add(self.folder, confirm=expecting(self.publisher.fingerprint), at=at or self.at)
        return store


@dataclass
class Desk:
    """A counter of a town on a file of state of its own; `wait` moves its clocks."""

    town: Town
    folder: Path
    clock: FixedClock = field(init=False)
    counter: Counter = field(init=False)
    state: State = field(init=False)

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.clock = FixedClock(self.town.at)
        self.open()
        self.wait(3600)  # its memory of codes began an hour ago

    def open(self, holder: OpenRequest | None = None, boot: str = "boot-1") -> None:
        """Start, as a new command does; the state stays."""
        self.state = State.open(
            self.folder / "state.sqlite3",
            now_unix=self.clock.now().timestamp(),
            random=os.urandom,
        )
        store = TrustStore(self.folder / "trust")
        if not (self.folder / "trust").exists():
            (self.folder / "trust").mkdir()
            store = self.town.trust(self.folder / "trust")
        self.counter = Counter(
            self.state,
            store.read(),
            self.clock,
            random=os.urandom,
            ids=IDS,
            holder=holder or OnDisk(self.state),
            boot=boot,
        )

    def wait(self, seconds: float) -> None:
        """Let time pass on both clocks."""
        self.clock.advance(seconds)

    def set_clock(self, at: datetime) -> None:
        """Set the wall clock alone, as somebody in the system's settings does."""
        clock = FixedClock(at)
        clock._seconds = self.clock.monotonic()
        self.clock = clock
        self.counter._clock = clock

    def ask(self, asked: Question | None = None) -> AuthenticatedRequest:
        """Ask, and return the request as a wallet read it."""
        transaction = self.counter.ask(self.town.identity(), asked or question())
        return self.town.read(transaction.request.to_message(), self.clock.now())

    def answered(self, holder: Holder, asked: Question | None = None) -> bytes:
        """Ask, and return M of the holder's answer to all of it."""
        return holder.answer(self.ask(asked))

    def take(self, m: bytes, kind: Kind = Kind.ANSWER, taking: Taking | None = None) -> Decision:
        """Take a message."""
        return self.counter.take(kind, m, taking)

    def shown(
        self,
        holder: Holder,
        doc_type: str = AGE,
        agreed: Container[tuple[str, str]] | None = None,
        **terms: Any,
    ) -> bytes:
        """Return M of a code that the holder shows first, made now."""
        made = ShownTerms.make(
            **{"at": int(self.clock.now().timestamp()), "random": holder.kit.random(16), **terms}
        )
        return holder.show(doc_type, everything(doc_type) if agreed is None else agreed, made).to_message()

    def slip(self, holder: Holder, doc_type: str = AGE, **terms: Any) -> bytes:
        """Return M of a slip that holds for a week from now."""
        now = int(self.clock.now().timestamp())
        members = {
            "not_before": now,
            "not_after": now + 7 * 86_400,
            "random": holder.kit.random(16),
            "purpose": PURPOSE,
        }
        made = SlipTerms.make(**{**members, **terms})
        return holder.slip(doc_type, everything(doc_type), made).to_message()

    def counts(self) -> dict[tuple[str, str], int]:
        """Return (outcome, code) -> count of the journal."""
        found: dict[tuple[str, str], int] = {}
        for each in self.counter.journal.tallies():
            found[each.outcome, each.code] = found.get((each.outcome, each.code), 0) + each.count
        return found


def everything(doc_type: str) -> set[tuple[str, str]]:
    """Return namespace and identifier of everything that a document says."""
    return pairs(ELEMENTS[doc_type])


def pairs(elements: Mapping[str, Mapping[str, Any]]) -> set[tuple[str, str]]:
    """Return namespace and identifier of these elements."""
    return {(space, name) for space, items in elements.items() for name in items}


SHOWN = Taking(frozenset({Mode.SHOWN_FIRST}))
PAPER = Taking(frozenset({Mode.SHOWN_FIRST, Mode.SLIP}), purpose=PURPOSE)


def paper_for(purpose: str) -> Taking:
    """Take paper for another purpose."""
    return replace(PAPER, purpose=purpose)


def sealed(request: AuthenticatedRequest, response: bytes) -> bytes:
    """Seal a response that no honest wallet would send."""
    p = answer.padded(response)
    return answer.sealed(request.transcript, request.request.parameters.key, p)


def refused(decision: Decision, code: str) -> None:
    """Check that it was refused for this reason, with no value in text or JSON."""
    assert (decision.verdict, decision.code) == (Verdict.REFUSED, code)
    assert decision.shown == ()
    assert as_json(decision)["documents"] == []
    assert "Quillfeather" not in said(decision)


def said(decision: Decision) -> str:
    """Return what a clerk reads in a terminal without colours."""
    return as_text(decision, {}, colour=False)
