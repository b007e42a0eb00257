"""What a person is told before they show something that no code asked for: who may read it.

The same words in the window and in commands. They warn and do not refuse: it is the person's to show.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from counterproof.words.explain import explain
from counterproof.words.language import tr
from counterproof.words.plain_text import marked
from wallet.consent import describe_field
from wallet.registration import unasked, unasked_first
from wallet.slips import reader_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from wallet.cards import Card
    from wallet.holder import Holder
    from wallet.records import ElementRef
    from wallet.registration import Unasked


@dataclass(frozen=True, slots=True)
class Told:
    """`what` it comes to and what that means (`why`), and a line for each thing that a counter may not ask.

    `calm` says that there is a known counter which may ask for all of it.
    """

    what: str
    why: str
    beyond: tuple[str, ...] = ()
    calm: bool = False


def of_code(
    holder: Holder, card: Card, audience: str | None, refs: Sequence[ElementRef], language: str
) -> Told:
    """Say who can read a code that is shown first, and what it proves to them."""
    seen = tr("Whoever sees or photographs this code can read it and keep what it shows.")
    if not audience:
        what = tr("This is for nobody in particular: nobody has proved to you who reads it.")
        weaker = tr("To the counter it proves less than an answer to a code of its own.")
        return Told(what, f"{seen} {weaker}")
    beyond = _lines(holder, card, unasked_first(holder.trust, audience, refs), language)
    if not holder.trust.readers().named(audience):
        return Told(
            tr("No list that you trust knows {reader}.").format(reader=marked(audience)), seen, beyond
        )
    name = marked(reader_name(holder, audience))
    return Told(tr("For {reader}.").format(reader=name), seen, beyond, calm=not beyond)


def of_slip(
    holder: Holder,
    card: Card,
    refs: Sequence[ElementRef],
    *,
    readers: Sequence[str],
    purpose: str,
    language: str,
) -> Told:
    """Say who can read a slip, and what the counters that it names may not ask for."""
    seen = tr("Whoever has the paper can read it.")
    if not readers:
        return Told(tr("No counter is named, so nobody can say what it may ask for."), seen)
    beyond = _lines(holder, card, unasked(holder.trust, readers, purpose, refs), language)
    known = holder.trust.readers()
    if strangers := [each for each in readers if not known.named(each)]:
        what = tr("No list that you trust knows {reader}.")
        return Told(what.format(reader=marked(tr(", ").join(strangers))), seen, beyond)
    names = tr(", ").join(marked(reader_name(holder, each)) for each in readers)
    return Told(tr("For {reader}.").format(reader=names), seen, beyond, calm=not beyond)


def _lines(holder: Holder, card: Card, found: Iterable[Unasked], language: str) -> tuple[str, ...]:
    lines = []
    for each in found:
        fields = tr(", ").join(describe_field(card, ref[1:], language)[0] for ref in each.refs)
        about = f" ({fields})" if fields else ""
        lines.append(f"{marked(reader_name(holder, each.reader))}: {explain(each.code).what}{about}")
    return tuple(lines)
