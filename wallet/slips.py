"""Slips: made beforehand for paper, for one purpose, named readers if need be, and a few days at most."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from typing import TYPE_CHECKING, Final

from counterproof.mdoc.errors import UsageError
from counterproof.optics.exchange.limits import LIMITS
from counterproof.optics.exchange.slip import RANDOM_SIZE, QrSlip, SlipTerms
from counterproof.optics.exchange.wallet_side import compose_response
from counterproof.optics.kinds import Kind
from wallet import history
from wallet.consent import describe_field
from wallet.records import CopyUse, HistoryRecord, ShowMode, ShowOutcome
from wallet.showing import Showing, codes_on_paper, cut_down, pick_copy, showing, shown_elements

if TYPE_CHECKING:
    from datetime import datetime

    from wallet.cards import Card
    from wallet.holder import Holder
    from wallet.records import ElementRef

_PURPOSE: Final = re.compile(r"[a-z0-9.-]{1,64}")
_READER: Final = re.compile(r"[A-Z0-9-]{3,20}")


@dataclass(frozen=True, slots=True, kw_only=True)
class SlipPlan:
    """What a slip is to say; times are aware, `readers` are ids of the reader register.

    `purpose` is the id that the counter compares, `title` what it is called in the person's language: it
    stands on the paper and in the history, not in the code.
    """

    card: Card
    agreed: tuple[ElementRef, ...]
    purpose: str
    not_before: datetime
    not_after: datetime
    readers: tuple[str, ...] = ()
    language: str = "en"
    title: str = ""

    def terms(self, random: bytes) -> SlipTerms:
        """Return what the slip will say of itself; `random` is 16 fresh bytes."""
        return SlipTerms.make(
            not_before=int(self.not_before.timestamp()),
            not_after=int(self.not_after.timestamp()),
            random=random,
            purpose=self.purpose,
            readers=self.readers,
        )


@dataclass(frozen=True, slots=True)
class Slip:
    """A slip that was made: its code, and the words that stand beside it on paper."""

    showing: Showing
    plan: SlipPlan
    reader_names: tuple[str, ...]
    lines: tuple[tuple[str, str], ...]

    @property
    def texts(self) -> tuple[str, ...]:
        """The texts of its codes: one, or the first frames of a stream."""
        return tuple(islice(self.showing.code, self.showing.frames_needed))


def can_be_purpose(text: str) -> bool:
    """Whether a text has the form of a purpose's id."""
    return _PURPOSE.fullmatch(text) is not None


def can_be_reader(text: str) -> bool:
    """Whether a text has the form of a counter's or an office's id."""
    return _READER.fullmatch(text) is not None


def check_slip(plan: SlipPlan, at: datetime) -> None:
    """Check a plan before a copy is used.

    Raises UsageError `wallet.nothing-agreed`, `wallet.slip-purpose`, `wallet.audience`,
    `wallet.slip-readers`, `wallet.slip-over` (it would end in the past), `wallet.slip-span` (over 31
    days, or backwards), `wallet.slip-outlives-card`.
    """
    if not plan.agreed:
        raise UsageError("wallet.nothing-agreed")
    if not can_be_purpose(plan.purpose):
        raise UsageError("wallet.slip-purpose")
    if not all(can_be_reader(each) for each in plan.readers):
        raise UsageError("wallet.audience")
    if len(plan.readers) > LIMITS.readers:
        raise UsageError("wallet.slip-readers", limit=LIMITS.readers)
    if plan.not_after <= at:
        raise UsageError("wallet.slip-over")
    span = timedelta(seconds=LIMITS.slip_span)
    if not plan.not_before < plan.not_after <= plan.not_before + span:
        raise UsageError("wallet.slip-span", days=span.days)
    validity = plan.card.validity
    if plan.not_before < validity.valid_from or plan.not_after > validity.valid_until:
        raise UsageError("wallet.slip-outlives-card", until=validity.valid_until.strftime("%Y-%m-%d"))


def make_slip(holder: Holder, plan: SlipPlan, *, reuse: bool = False) -> Slip:
    """Make a slip, written down before it is made.

    Raises as `check_slip`; UsageError `wallet.copies-used`; LimitError `wallet.too-much-for-paper`: nothing
    is used up then.
    """
    check_slip(plan, holder.clock.now())
    copy = pick_copy(plan.card, reader="", session=b"", reuse=reuse)
    terms = plan.terms(holder.random(RANDOM_SIZE))
    session, transcript = QrSlip(terms, b"").session_digest, QrSlip(terms, b"").transcript
    names = tuple(reader_name(holder, reader) for reader in plan.readers)
    record = HistoryRecord(
        at=holder.unix(),
        mode=ShowMode.SLIP,
        sessions=(session,),
        reader=", ".join(names),
        agency="",
        verified=False,
        purpose=plan.purpose,
        purpose_title=plan.title,
        elements=shown_elements(plan.card, plan.agreed, plan.language),
        outcome=ShowOutcome.AGREED,
        until=terms.not_after,
    )
    use = CopyUse(at=holder.unix(), mode=ShowMode.SLIP, session=session)
    with history.written_first(holder, record, [copy], use) as entry:
        response = compose_response(transcript, [cut_down(copy, plan.agreed)])
        m = QrSlip(terms, response).to_message()
        several = codes_on_paper(len(m)) > 1
        built = showing(Kind.SLIP, m, streams_ok=several, until=terms.not_after, history=entry)
    lines = [describe_field(plan.card, ref[1:], plan.language)[:2] for ref in plan.agreed]
    return Slip(built, plan, names, tuple(lines))


def reader_name(holder: Holder, reader: str) -> str:
    """Return the registered name of a counter or office beside its id, or the id alone."""
    named = holder.trust.readers().named(reader)
    exact = [entry.name for _, entry in named if entry.id == reader] or [
        entry.name for _, entry in named if len(named) == 1
    ]
    return f"{exact[0]} ({reader})" if exact else reader
