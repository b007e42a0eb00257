"""What fits on paper: how many codes a slip would need and what to take off it, before a copy is used up."""

from __future__ import annotations

from dataclasses import dataclass, replace
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from cryptography.hazmat.primitives.asymmetric import ec

from counterproof.mdoc.cose import SoftwareSigner
from counterproof.optics.exchange.limits import LIMITS
from counterproof.optics.exchange.slip import RANDOM_SIZE, QrSlip
from counterproof.optics.exchange.wallet_side import Copy, compose_response
from counterproof.words.language import ntr, tr
from wallet.consent import describe_field
from wallet.showing import ONE_CODE, PRINT_MESSAGE, codes_on_paper, cut_down
from wallet.slips import SlipPlan, can_be_purpose, can_be_reader
from wallet.unasked import Told

if TYPE_CHECKING:
    from datetime import datetime

    from wallet.cards import Card
    from wallet.records import ElementRef

_SPARE: Final = 12
"""By so many bytes at most one signature deflates to more than another."""

_RANDOM: Final = sha256(b"as long as what is random, and as hard to deflate").digest()[:RANDOM_SIZE]
_NAMED: Final = 3
"""So many fields are named at most; of more, how many there are."""

_USUAL_PURPOSE: Final = "library.membership"


@dataclass(frozen=True, slots=True)
class Fitting:
    """What a slip comes to: `codes` on the sheet, 0 where it does not fit.

    `less` are fields without which it would fit, or would need one code alone; all of them where nothing that
    is ticked fits, none where one code is enough or never is.
    """

    codes: int
    less: tuple[ElementRef, ...] = ()


def slip_size(plan: SlipPlan) -> int:
    """Return the longest M that the slip may come to, bytes; nothing is signed that could be shown.

    A purpose and readers that are not typed yet are taken for usual ones.
    """
    sure = replace(
        plan,
        purpose=plan.purpose if can_be_purpose(plan.purpose) else _USUAL_PURPOSE,
        readers=tuple(each for each in plan.readers if can_be_reader(each))[: LIMITS.readers],
    )
    terms = sure.terms(_RANDOM)
    cut = cut_down(next(plan.card.candidates("", b"")), plan.agreed)
    # A key of this moment: its signature has the right length and proves nothing.
    copy = Copy(cut.issuer_signed, SoftwareSigner(ec.generate_private_key(ec.SECP256R1())))
    response = compose_response(QrSlip(terms, b"").transcript, [copy])
    return len(QrSlip(terms, response).to_message()) + _SPARE


def fit(plan: SlipPlan) -> Fitting:
    """Return what a slip comes to on paper."""
    size = slip_size(plan)
    if size <= ONE_CODE:
        return Fitting(1)
    if size > PRINT_MESSAGE:
        return Fitting(0, _without(plan, PRINT_MESSAGE) or plan.agreed)
    return Fitting(codes_on_paper(size), _without(plan, ONE_CODE))


def never_fits(card: Card, at: datetime) -> bool:
    """Whether not one field of a card can go on paper."""
    sizes = _sizes(card)
    least = tuple(sorted(sizes, key=lambda ref: sizes[ref]))[:1]
    plan = SlipPlan(card=card, agreed=least, purpose=_USUAL_PURPOSE, not_before=at, not_after=at)
    return not least or slip_size(plan) > PRINT_MESSAGE


def told(plan: SlipPlan) -> Told:
    """Say whether what is ticked fits, and what to take off."""
    if not plan.agreed:
        soon = tr("Tick what is to be shown: then it says here how it fits.")
        return Told(tr("Nothing is ticked yet."), soon, calm=True)
    found = fit(plan)
    if found.codes == 1:
        return Told(tr("This fits on paper, as one code."), "", calm=True)
    names = [describe_field(plan.card, ref[1:], plan.language)[0] for ref in found.less]
    fields = tr(", ").join(names)
    if found.codes:
        what = ntr("This fits on paper, as {n} code.", "This fits on paper, as {n} codes.", found.codes)
        why = tr("The counter has to read all of them, which takes longer.")
        less = tr("Without {fields} one code is enough.").format(fields=fields)
        if len(names) > _NAMED:
            less = tr("With {n} fields fewer one code is enough.").format(n=len(names))
        return Told(what.format(n=found.codes), f"{why} {less if names else ''}".strip(), calm=True)
    less = tr("Take off: {fields}.").format(fields=fields)
    instead = tr("Or show it on a screen: there everything fits.")
    return Told(tr("This is too much for paper."), f"{less} {instead}")


def _without(plan: SlipPlan, limit: int) -> tuple[ElementRef, ...]:
    """Return the fewest, longest fields without which the slip keeps to a limit; none where all would go."""
    sizes = _sizes(plan.card)
    longest = sorted(plan.agreed, key=lambda ref: -sizes[ref])
    for number in range(1, len(longest)):
        if slip_size(replace(plan, agreed=tuple(longest[number:]))) <= limit:
            gone = set(longest[:number])
            return tuple(ref for ref in plan.agreed if ref in gone)
    return ()


def _sizes(card: Card) -> dict[ElementRef, int]:
    """Return the bytes of each field as it was issued."""
    issued = card.copies[0].issuer_signed
    return {
        (card.doc_type, space, item.identifier): len(item.encoded.raw)
        for space, items in issued.namespaces.items()
        for item in items
    }
