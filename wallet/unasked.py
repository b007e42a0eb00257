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
from wallet.purposes import title_of
from wallet.registration import unasked, unasked_by_all, unasked_first
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

    `over` are the fields that these lines are about. `calm` says that there is a known counter, or a
    registered purpose, which may ask for all of it.
    """

    what: str
    why: str
    beyond: tuple[str, ...] = ()
    over: tuple[ElementRef, ...] = ()
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
    found = unasked_first(holder.trust, audience, refs)
    beyond, over = _lines(holder, card, found, language), _refs(found)
    if not holder.trust.readers().named(audience):
        return Told(
            tr("No list that you trust knows {reader}.").format(reader=marked(audience)), seen, beyond, over
        )
    name = marked(reader_name(holder, audience))
    return Told(tr("For {reader}.").format(reader=name), seen, beyond, over, calm=not beyond)


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
        return _of_any(holder, card, refs, purpose=purpose, language=language)
    found = unasked(holder.trust, readers, purpose, refs)
    beyond, over = _lines(holder, card, found, language), _refs(found)
    known = holder.trust.readers()
    if strangers := [each for each in readers if not known.named(each)]:
        what = tr("No list that you trust knows {reader}.")
        return Told(what.format(reader=marked(tr(", ").join(strangers))), seen, beyond, over)
    names = tr(", ").join(marked(reader_name(holder, each)) for each in readers)
    return Told(tr("For {reader}.").format(reader=names), seen, beyond, over, calm=not beyond)


def _of_any(holder: Holder, card: Card, refs: Sequence[ElementRef], *, purpose: str, language: str) -> Told:
    """Say what a slip that names no counter is good for: a purpose that is registered binds them all."""
    seen = tr("Whoever has the paper can read it.")
    over = unasked_by_all(holder.trust, purpose, refs)
    if over is None:
        return Told(tr("Any counter can take this slip, and no list says what it may ask for."), seen)
    title = title_of(holder.trust, purpose, (), language) or marked(purpose)
    what = tr("Every counter that may ask for “{purpose}” can take this slip.").format(purpose=title)
    names = tr(", ").join(describe_field(card, ref[1:], language)[0] for ref in over)
    beyond = (tr("For this, no counter may ask for: {fields}").format(fields=names),) if over else ()
    return Told(what, seen, beyond, over, calm=not over)


def _refs(found: Iterable[Unasked]) -> tuple[ElementRef, ...]:
    return tuple(ref for each in found for ref in each.refs)


def _lines(holder: Holder, card: Card, found: Iterable[Unasked], language: str) -> tuple[str, ...]:
    lines = []
    for each in found:
        fields = tr(", ").join(describe_field(card, ref[1:], language)[0] for ref in each.refs)
        about = f" ({fields})" if fields else ""
        lines.append(f"{marked(reader_name(holder, each.reader))}: {explain(each.code).what}{about}")
    return tuple(lines)
