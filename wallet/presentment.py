"""Answering a request: a state machine without a screen.

    read -> ASKED -> (agree) log first -> AGREED -> built -> BUILT -> (shown) SHOWN -> (done) DONE
                  -> (refuse) REFUSED: nothing is sent        -> (decline) the refusal is sent, DECLINED

What cannot be authenticated never becomes a Presentment, so there is nothing that a button could answer. A
request that was answered before starts at BUILT, with the very same answer.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final, Self

from counterproof.mdoc.errors import CounterproofError, UsageError
from counterproof.mdoc.verification.requested import requested_by
from counterproof.optics.exchange.limits import LIMITS
from counterproof.optics.exchange.reader_identity import ReaderRefusedError, ReaderTrust
from counterproof.optics.exchange.wallet_side import (
    AuthenticatedRequest,
    build_answer,
    build_decline,
    compose_response,
    read_request,
)
from counterproof.optics.kinds import Kind
from wallet import history, registration
from wallet.consent import ConsentDocument, ConsentView, Setting, consent_view
from wallet.records import (
    AnswerRecord,
    CopyUse,
    ElementRef,
    HistoryRecord,
    ShowMode,
    ShownElement,
    ShowOutcome,
    read,
)
from wallet.showing import Showing, cut_down, pick_copy, showing

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from wallet.cards import HeldCopy
    from wallet.holder import Holder
    from wallet.vault import RecordId, Transaction


class OverAskingError(CounterproofError):
    """A reader asks for what it is not registered for, and the holder has not decided otherwise."""


class Stage(StrEnum):
    """Where a presentment stands."""

    ASKED = "asked"
    AGREED = "agreed"
    BUILT = "built"
    SHOWN = "shown"
    DONE = "done"
    DECLINED = "declined"
    REFUSED = "refused"


_BEFORE: Final[dict[Stage, frozenset[Stage]]] = {
    Stage.SHOWN: frozenset({Stage.BUILT, Stage.SHOWN}),
    Stage.DONE: frozenset({Stage.BUILT, Stage.SHOWN}),
}


class Presentment:
    """One request and what comes of it; `view` is what to ask, `showing` what to show once it is built.

    `repeated` says that this request was answered before and gets the same answer.
    """

    def __init__(self, holder: Holder, request: AuthenticatedRequest, setting: Setting) -> None:
        if type(request) is not AuthenticatedRequest:
            raise UsageError("exchange.private")
        self._holder = holder
        self._request = request
        self._view = consent_view(holder, request, setting)
        self.stage = Stage.ASKED
        self.showing: Showing | None = self._answered()
        self.repeated = self.showing is not None
        if self.repeated:
            self.stage = Stage.BUILT

    @property
    def request(self) -> AuthenticatedRequest:
        """The request, by a reader that is proven."""
        return self._request

    @property
    def view(self) -> ConsentView:
        """What to ask the holder."""
        return self._view

    @classmethod
    def read(cls, holder: Holder, m: bytes, setting: Setting | None = None) -> Self:
        """Read M of a request and prove who asks.

        Raises what `read_request` raises, `exchange.request-late` and `exchange.request-early` with both
        times among it: nothing can be answered then.
        """
        now = holder.clock.now()
        readers = holder.trust.readers(now)
        request = read_request(m, at=now, trust=ReaderTrust(readers.anchors, readers.crls))
        return cls(holder, request, setting or Setting())

    def agree(
        self,
        agreed: Iterable[ElementRef],
        *,
        insists_on_unknown: bool = False,
        reuse: bool = False,
        beyond: Iterable[ElementRef] = (),
    ) -> Showing:
        """Write down what is agreed to, then build the answer from it and from nothing else.

        `beyond` are the fields that the holder shows although the reader is not registered to ask for them,
        or to keep them: each was decided by itself, and the history marks it.

        Raises ReaderRefusedError `exchange.reader-unknown` or `wallet.reader-unlisted` unless the reader is
        registered or the holder insists; OverAskingError `purpose.*` with the `field` for the first that goes
        beyond and is not in `beyond`; UsageError `wallet.nothing-agreed`, `wallet.not-offered`,
        `wallet.request-over`, `wallet.copies-used` unless the holder lets a copy be shown again (`reuse`);
        LimitError `exchange.answer-too-long` where the counter cannot take so much: nothing is used up then.
        """
        refs = frozenset(agreed)
        self._check(refs, insists_on_unknown=insists_on_unknown)
        self._check_registered(refs, frozenset(beyond))
        chosen = [one for one in self.view.documents if any(each.ref in refs for each in one.fields)]
        session, reader = self.request.session_digest, self.view.asker.fingerprint
        copies = [self._copy(one, reuse=reuse) for one in chosen]
        use = CopyUse(at=self._holder.unix(), reader=reader, mode=ShowMode.TWO_WAY, session=session)
        record = self._record(ShowOutcome.AGREED, refs)
        with history.written_first(self._holder, record, copies, use) as entry:
            self.stage = Stage.AGREED
            response = compose_response(self.request.transcript, [cut_down(copy, refs) for copy in copies])
            m = build_answer(
                self.request,
                response,
                insists_on_unknown=insists_on_unknown,
                substitutes=self._substitutes(),
            )
            built = self._shown_as(m, entry)
        return self._keep(built)

    def refuse(self) -> None:
        """Send nothing, and write that down: this is what happens when the holder does nothing."""
        self._expect(Stage.ASKED)
        history.add(self._holder, self._record(ShowOutcome.REFUSED, frozenset()))
        self.stage = Stage.REFUSED

    def decline(self, *, insists_on_unknown: bool = False) -> Showing:
        """Build the refusal that can be shown: one form, whatever the reason. Raises as `agree`.

        It is not remembered as the answer: it uses no copy, and the holder may think better of it.
        """
        self._expect(Stage.ASKED)
        self.check_reader(insists=insists_on_unknown)
        m = build_decline(self.request, insists_on_unknown=insists_on_unknown)
        entry = history.add(self._holder, self._record(ShowOutcome.DECLINED, frozenset()))
        self.stage, self.showing = Stage.DECLINED, self._shown_as(m, entry.id)
        return self.showing

    def shown(self) -> None:
        """Say that the code is on the screen, or in a file that the holder asked for."""
        self._settle(Stage.SHOWN, ShowOutcome.SHOWN)

    def done(self) -> None:
        """Say that the counter or the holder says that it is done."""
        self._settle(Stage.DONE, ShowOutcome.DONE)

    def shown_refs(self) -> tuple[ElementRef, ...]:
        """Return what was agreed to, by the history entry; empty where it was deleted or nothing was."""
        if self.showing is None or self.showing.history not in self._holder.vault:
            return ()
        record = read(self._holder.vault.get(self.showing.history), HistoryRecord)
        return tuple(each.ref for each in record.elements)

    def _settle(self, stage: Stage, outcome: ShowOutcome) -> None:
        if self.stage is Stage.DECLINED:
            return
        if self.stage not in _BEFORE[stage] or self.showing is None:
            raise UsageError("wallet.stage", stage=self.stage.value)
        if self.showing.history in self._holder.vault:
            history.change(self._holder, self.showing.history, outcome=outcome)
        self.stage = stage

    def _expect(self, stage: Stage) -> None:
        if self.stage is not stage:
            raise UsageError("wallet.stage", stage=self.stage.value)

    def _check(self, refs: frozenset[ElementRef], *, insists_on_unknown: bool) -> None:
        self._expect(Stage.ASKED)
        self.check_reader(insists=insists_on_unknown)
        if not refs:
            raise UsageError("wallet.nothing-agreed")
        offered = {each.ref for each in self.view.fields}
        if not refs <= offered:
            raise UsageError("wallet.not-offered", field=min(refs - offered)[2])
        if self._holder.unix() > self.view.ends_at + LIMITS.clock_slack:
            raise UsageError("wallet.request-over")

    def check_reader(self, *, insists: bool) -> None:
        """Raise ReaderRefusedError unless the reader is registered or the holder insists."""
        if not self.view.asker.verified and not insists:
            known = self.request.reader_known
            raise ReaderRefusedError("wallet.reader-unlisted" if known else "exchange.reader-unknown")

    def _check_registered(self, refs: frozenset[ElementRef], decided: frozenset[ElementRef]) -> None:
        for field in self.view.fields:
            if field.ref in refs and field.beyond is not None and field.ref not in decided:
                raise OverAskingError(field.beyond, field=field.ref[2])

    def _substitutes(self) -> frozenset[ElementRef]:
        finding = registration.find(self._holder.trust, self.view.asker, self.view.purpose)
        return registration.named_substitutes(finding, requested_by(self.request.request.device_request))

    def _copy(self, document: ConsentDocument, *, reuse: bool) -> HeldCopy:
        assert document.card is not None  # only what a card holds is offered
        session, reader = self.request.session_digest, self.view.asker.fingerprint
        return pick_copy(document.card, reader=reader, session=session, reuse=reuse)

    def _shown_as(self, m: bytes, entry: RecordId) -> Showing:
        streams = self.request.terms.reads_streams
        return showing(Kind.ANSWER, m, streams_ok=streams, until=self.view.ends_at, history=entry)

    def _record(self, outcome: ShowOutcome, agreed: frozenset[ElementRef]) -> HistoryRecord:
        asker = self.view.asker
        return HistoryRecord(
            at=self._holder.unix(),
            mode=ShowMode.TWO_WAY,
            sessions=(self.request.session_digest,),
            reader=asker.shown_name,
            agency=asker.agency,
            verified=asker.verified,
            purpose=self.view.purpose,
            elements=tuple(self._elements(agreed)),
            outcome=outcome,
            leaf=asker.leaf,
            purpose_code=self.view.purpose_code,
            purpose_version=self.view.registration.version if self.view.registration else None,
            purpose_title=self.view.registration.title if self.view.registration else "",
            request=self.request.request.to_body(),
            asked=tuple(
                (one.items.doc_type, space, name)
                for one in self.request.doc_requests
                for space, name, _ in one.items.elements()
            ),
        )

    def _elements(self, agreed: frozenset[ElementRef]) -> Sequence[ShownElement]:
        return [
            ShownElement(
                doc_type=each.ref[0],
                namespace=each.ref[1],
                identifier=each.ref[2],
                label=each.label,
                kept=each.kept,
                beyond=each.beyond or "",
            )
            for each in self.view.fields
            if each.ref in agreed
        ]

    def _answered(self) -> Showing | None:
        """Return the answer that this request was given already, while it is good."""
        for record in self._holder.records(AnswerRecord.kind):
            answer = read(record, AnswerRecord)
            if answer.session == self.request.session_digest and self._holder.unix() <= answer.until:
                return self._shown_as(answer.message, answer.history)
        return None

    def _keep(self, built: Showing) -> Showing:
        """Remember the answer until the request is over, so that the same request uses no second copy."""
        answer = AnswerRecord(
            session=self.request.session_digest,
            history=built.history,
            message=built.message,
            until=self.view.ends_at + LIMITS.clock_slack,
        )
        with self._holder.vault.write() as tx:
            _forget_old(self._holder, tx)
            tx.add(answer.kind, answer.to_bytes())
        self.stage, self.showing = Stage.BUILT, built
        return built


def _forget_old(holder: Holder, tx: Transaction) -> None:
    """Drop answers whose requests are over, and the oldest beyond 256."""
    kept = []
    for record in holder.records(AnswerRecord.kind):
        if read(record, AnswerRecord).until < holder.unix():
            tx.delete(record.id)
        else:
            kept.append(record.id)
    for record_id in kept[: max(0, len(kept) - LIMITS.answered_requests + 1)]:
        tx.delete(record_id)
