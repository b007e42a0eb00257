"""The flow at a counter: ask, take what is shown, decide, go on. No screen, no camera, no file names.

Windows and commands stand on the same `Counter`; it calls the one function that decides and keeps what must
not count twice. Everything is done under one lock of the state, and is on the disk before a verdict leaves.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from cryptography.hazmat.primitives.asymmetric import ec

from counterproof.mdoc.errors import CounterproofError, StoreError, UsageError
from counterproof.mdoc.verification.policy import COUNTER, COUNTER_PAPER, COUNTER_SHOWN, Mode
from counterproof.mdoc.verification.report import Verdict
from counterproof.optics.exchange.limits import LIMITS
from counterproof.optics.exchange.reader_side import CounterTransaction
from counterproof.optics.exchange.receipt import QrReceipt, ReceiptContents, ReceiptOutcome
from counterproof.optics.exchange.request import GIVES_RECEIPTS, READS_STREAMS, RequestTerms
from counterproof.optics.exchange.transcript import digest
from counterproof.optics.kinds import Kind
from verifier import examining
from verifier.boot import boot_name
from verifier.examining import NOTHING_REGISTERED, Around
from verifier.journal import Journal
from verifier.memories import (
    KeptCodes,
    KeptLedger,
    close_challenge,
    kept_challenge,
    open_challenge,
)
from verifier.open_request import InMemory
from verifier.purposes import OwnPurposes
from verifier.state import Now

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from counterproof.clock import Clock
    from counterproof.mdoc.verification.policy import VerificationPolicy
    from counterproof.optics.exchange.reader_side import ReaderIdentity
    from counterproof.trust.kept import Trust
    from counterproof.trust.purposes.registers import PurposeFinding
    from verifier.decision import Decision
    from verifier.open_request import OpenRequest
    from verifier.question import Question
    from verifier.state import State

MODES: Final = {Kind.ANSWER: Mode.TWO_WAY, Kind.SHOWN: Mode.SHOWN_FIRST, Kind.SLIP: Mode.SLIP}
"""What a counter takes, by the kind of message; nothing else is awaited."""

AWAITED: Final = frozenset(MODES)

_OUTCOMES: Final = {
    Verdict.ACCEPTED: ReceiptOutcome.ACCEPTED,
    Verdict.REFUSED: ReceiptOutcome.REFUSED,
    Verdict.UNDECIDED: ReceiptOutcome.UNDECIDED,
}


@dataclass(frozen=True, slots=True)
class Taking:
    """What the clerk takes just now beside answers to the open request, and for what.

    `modes` may add SHOWN_FIRST and SLIP. `question` or `purpose` stand for the counter's own where no
    request is open; a slip needs one of them.
    """

    modes: frozenset[Mode] = frozenset()
    question: Question | None = None
    purpose: str | None = None


class Counter:
    """One counter. Not for several threads at once; several processes may share its state.

    Errors of every function: StoreError.
    """

    def __init__(
        self,
        state: State,
        trust: Trust,
        clock: Clock,
        *,
        random: Callable[[int], bytes],
        ids: frozenset[str] = frozenset(),
        holder: OpenRequest | None = None,
        boot: str | None = None,
        chain: Sequence[bytes] = (),
    ) -> None:
        """Stand on a file of state; `chain` is the counter's own certificates (DER, leaf first)."""
        self.journal = Journal(state)
        self._state = state
        self._clock = clock
        self._random = random
        self._ids = ids
        self._holder: OpenRequest = InMemory() if holder is None else holder
        self._boot = boot_name() if boot is None else boot
        self._chain = tuple(chain)
        self.believe(trust)

    def believe(self, trust: Trust) -> None:
        """Believe another picture of the trusted agencies from now on."""
        self.trust = trust
        self._issuers, self._statuses = trust.issuers(), trust.statuses()

    def purposes(self, chain: Sequence[bytes] | None = None) -> OwnPurposes:
        """Return what this counter may ask for: by a certificate, or by its ids."""
        return OwnPurposes.of(self.trust, self._ids, self._chain if chain is None else chain)

    def ask(
        self, identity: ReaderIdentity, question: Question, *, beyond_registration: bool = False
    ) -> CounterTransaction:
        """Begin with the next person: make a request with a key of its own; an open one is erased.

        A question beyond what this counter is registered for is refused (UsageError as
        `OwnPurposes.check`) unless the caller says `beyond_registration`: every wallet with the register
        refuses it all the same, and tells the person.

        Show `transaction.request.to_message()` as a code of kind REQUEST, beside its `match_number`.
        """
        if not beyond_registration:
            self.purposes(identity.chain).check(question)
        now = self._now()
        terms = RequestTerms.make(
            purpose=question.purpose,
            made_at=int(now.unix),
            good_for=question.good_for,
            longest_answer=LIMITS.message,
            features=READS_STREAMS | GIVES_RECEIPTS,
            label=question.label,
        )
        key = ec.generate_private_key(ec.SECP256R1())
        transaction = CounterTransaction.begin(
            identity, question.items, terms, seconds=now.seconds, random=self._random, key=key
        )
        with self._state.exclusive():
            self._holder.begin(transaction, key, now)
            close_challenge(self._state)
            self._state.new_visit(now)
        return transaction

    def challenge(self) -> str:
        """Return six digits to say or show; the next codes shown first must carry them, for 120 s."""
        with self._state.exclusive():
            return open_challenge(self._state, self._random, self._now())

    def next(self) -> None:
        """Go on to the next person: erase the open request, its key and the digits."""
        with self._state.exclusive():
            self._clear(self._now())

    def _clear(self, now: Now) -> None:
        self._holder.erase()
        close_challenge(self._state)
        self._state.new_visit(now)

    def open_request(self) -> CounterTransaction | None:
        """Return the request that awaits its answer; one whose time is over is erased here."""
        with self._state.exclusive():
            return self._open(self._now())

    def seconds_left(self) -> int:
        """Return how long the open request still takes answers by the request's own word; 0 where none is."""
        transaction = self.open_request()
        if transaction is None:
            return 0
        terms = transaction.request.terms
        return max(0, terms.made_at + terms.good_for - int(self._now().unix))

    def challenge_open(self) -> bool:
        """Whether digits are open."""
        now = self._now()
        return kept_challenge(self._state, now).is_open(now.seconds)

    def take(self, kind: Kind, m: bytes, taking: Taking | None = None) -> Decision:
        """Decide about a message (M, from its coding byte on).

        Raises UsageError `verifier.other-mode` for a code of a kind that was not awaited while a request is
        open, and `verifier.purpose-needed` for a slip without a purpose to hold it against; `verifier.kind`
        for a message that no counter takes; MalformedError, LimitError, UnsupportedError or CryptoError for
        what cannot be read, which the journal counts.
        """
        wanted = taking or Taking()
        if kind not in MODES:
            raise UsageError("verifier.kind", kind=kind.name.lower())
        now = self._now()
        try:
            with self._state.exclusive():
                decision = self._decide(kind, m, wanted, now)
                self._record(decision, m, now)
        except CounterproofError as error:
            if not isinstance(error, UsageError | StoreError):
                self._count_unreadable(MODES[kind], error.code)
            raise
        return decision

    def unreadable(self, code: str) -> None:
        """Count a code that could not even be read from its pixels."""
        self._count_unreadable(None, code)

    def receipt(self, decision: Decision, identity: ReaderIdentity) -> bytes:
        """Return M of a receipt for what was decided, without values.

        Raises UsageError `verifier.no-receipt` where there is no session of this counter to sign for.
        """
        if decision.session is None:
            raise UsageError("verifier.no-receipt")
        shown = {
            (each.doc_type, space, name)
            for each in decision.shown
            for space, items in each.elements.items()
            for name in items
        }
        kept = tuple(sorted(decision.keep & shown)) if decision.verdict is Verdict.ACCEPTED else ()
        time = int(self._now().unix)
        contents = ReceiptContents(decision.session, _OUTCOMES[decision.verdict], time, kept)
        return QrReceipt.make(contents, identity.signer, identity.chain).to_message()

    def _now(self) -> Now:
        return Now.of(self._clock, self._boot)

    def _open(self, now: Now, message: bytes | None = None) -> CounterTransaction | None:
        """Return the open request, erased if either clock says that its time is over.

        The monotonic clock of a computer that sleeps stands still; the wall clock is asked where it can be
        right.
        """
        transaction = self._holder.get(now, message)
        if transaction is None:
            return None
        terms = transaction.request.terms
        end = terms.made_at + terms.good_for + LIMITS.transaction_slack
        if now.unix >= end and self.trust.check_clock(self._clock.now()).ok:
            self._holder.erase()
            return None
        return transaction

    def _decide(self, kind: Kind, m: bytes, taking: Taking, now: Now) -> Decision:
        mode, name = MODES[kind], digest(m)
        visit = self._state.visit(now)
        transaction = self._open(now, name)
        challenge = kept_challenge(self._state, now)
        modes = set(taking.modes) | ({Mode.SHOWN_FIRST} if challenge.was_opened() else set())
        if transaction is not None and mode is not Mode.TWO_WAY and mode not in modes:
            raise UsageError("verifier.other-mode", kind=kind.name.lower())
        at = self._clock.now()
        finding = self._registered(mode, taking, transaction)
        if finding.purpose is not None and not finding.purpose.slips:
            modes.discard(Mode.SLIP)
        around = Around(
            now=now,
            at=at,
            visit=visit,
            issuers=self._issuers,
            statuses=self._statuses,
            clock=self.trust.check_clock(at),
            policy=_policy(modes),
            ids=self._ids,
            transaction=transaction,
            question=taking.question,
            purpose=taking.purpose,
            finding=finding,
        )
        if mode is Mode.TWO_WAY:
            if transaction is not None:
                self._holder.tried(name)
            return examining.answer(m, around)
        if mode is Mode.SHOWN_FIRST:
            return examining.shown(m, around, KeptCodes(self._state, self._boot), challenge)
        return examining.slip(m, around, KeptLedger(self._state))

    def _registered(
        self, mode: Mode, taking: Taking, transaction: CounterTransaction | None
    ) -> PurposeFinding:
        """Return what is registered under the purpose that a message is held against."""
        chain = None if transaction is None else transaction.request.chain
        if mode is Mode.TWO_WAY:
            purpose = "" if transaction is None else transaction.request.terms.purpose
        elif taking.purpose is not None:
            purpose = taking.purpose
        elif taking.question is not None:
            purpose = taking.question.purpose
        else:
            purpose = "" if transaction is None else transaction.request.terms.purpose
        return self.purposes(chain).find(purpose) if purpose else NOTHING_REGISTERED

    def _record(self, decision: Decision, m: bytes, now: Now) -> None:
        """Write down what must not count twice, close what is done, and count."""
        accepted = decision.verdict is Verdict.ACCEPTED
        if accepted and not decision.repeat:
            self._remember(decision, m, now)
        self._count(decision, m)

    def _remember(self, decision: Decision, m: bytes, now: Now) -> None:
        visit = self._state.visit(now)
        if decision.mode is Mode.SHOWN_FIRST:
            codes = KeptCodes(self._state, self._boot)
            examining.remember_shown(m, codes, visit.name, now)
            close_challenge(self._state)
        elif decision.mode is Mode.SLIP:
            examining.remember_slip(m, KeptLedger(self._state), visit.name)
        self._holder.erase()
        self._state.verdict_given(now, digest(m) if decision.mode is Mode.TWO_WAY else None)

    def _count(self, decision: Decision, m: bytes) -> None:
        """Count a message once in a visit, however often a camera sees it."""
        outcome = "declined" if decision.declined else "repeat" if decision.repeat else decision.verdict.value
        name = digest(m + outcome.encode() + decision.code.encode())
        if self._state.row("SELECT 1 FROM visit WHERE counted = ?", name) is not None:
            return
        self._state.counted(name)
        at, mode, purpose = self._clock.now(), decision.mode.value, decision.purpose
        self.journal.count(at, outcome=outcome, code=decision.code, mode=mode, purpose=purpose)
        for part in decision.left_out:
            code = "document" if len(part) == 1 else "element"
            self.journal.count(at, outcome="left-out", code=code, mode=mode, purpose=purpose)

    def _count_unreadable(self, mode: Mode | None, code: str) -> None:
        with self._state.exclusive():
            self.journal.count(
                self._clock.now(), outcome="unreadable", code=code, mode="" if mode is None else mode.value
            )


def _policy(modes: set[Mode]) -> VerificationPolicy:
    """Return the policy that takes these modes and no others."""
    if Mode.SLIP in modes:
        return replace(COUNTER_PAPER, modes=frozenset({Mode.TWO_WAY, *modes}))
    return COUNTER_SHOWN if Mode.SHOWN_FIRST in modes else COUNTER
