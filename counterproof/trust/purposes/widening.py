"""Two registrations of one purpose compared: what the later one lets counters do that the earlier did not.

Nothing is wider because its words changed, or because it takes what says less: only more fields, values that
may be kept, more counters, a longer keeping, older evidence, paper slips.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from counterproof.mdoc.verification.requested import age_asked
from counterproof.trust.purposes.asking import TELLS_AGE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from counterproof.trust.purposes.model import ElementRef, Purpose, PurposeReaders


class Wider(StrEnum):
    """One way in which a registration lets counters do more."""

    NEW = "new"
    ELEMENTS = "elements"
    KEEP = "keep"
    READERS = "readers"
    RETENTION = "retention"
    EVIDENCE = "evidence"
    SLIPS = "slips"
    REPEATS = "repeats"


class Widening(NamedTuple):
    """A registration that waits for a person: `before` is the one in force, None for a purpose that is new.

    `elements` may be asked for anew, `keep` may be stored anew.
    """

    purpose: Purpose
    before: Purpose | None
    ways: tuple[Wider, ...]
    elements: tuple[ElementRef, ...] = ()
    keep: tuple[ElementRef, ...] = ()


def widening(before: Purpose | None, after: Purpose) -> Widening | None:
    """Say how `after` lets counters do more than `before`; None if it does not.

    An age could be asked for where what it is told from could.
    """
    asked, known = refs_of(after), frozenset(refs_of(before)) if before is not None else frozenset()
    ages = {ref[:2] for ref in known if ref[2] in TELLS_AGE}
    elements = tuple(
        ref for ref in asked if ref not in known and not (age_asked(ref[2]) is not None and ref[:2] in ages)
    )
    kept = _kept(before) if before is not None else frozenset()
    may_keep = _kept(after)
    keep = tuple(ref for ref in asked if ref in may_keep and ref not in kept)
    if before is None:
        return Widening(after, None, (Wider.NEW,), elements, keep)
    more = {
        Wider.ELEMENTS: bool(elements),
        Wider.KEEP: bool(keep),
        Wider.READERS: not set(_named(after.readers)) <= _meant(before.readers, after.readers),
        Wider.RETENTION: _longer(before.retention.days, after.retention.days),
        Wider.EVIDENCE: _longer(before.evidence_hours, after.evidence_hours),
        Wider.SLIPS: after.slips and not before.slips,
        Wider.REPEATS: after.repeats and not before.repeats,
    }
    ways = tuple(way for way, wider in more.items() if wider)
    return Widening(after, before, ways, elements, keep) if ways else None


def widenings(before: Sequence[Purpose], after: Sequence[Purpose]) -> tuple[Widening, ...]:
    """Return everything in a register that goes beyond an earlier one of the same publisher."""
    known = {each.id: each for each in before}
    found = (widening(known.get(each.id), each) for each in after)
    return tuple(each for each in found if each is not None)


def in_force(before: Sequence[Purpose], after: Sequence[Purpose]) -> tuple[Purpose, ...]:
    """Return what counts while nobody has confirmed what is wider: narrower at once, wider not yet.

    What was struck off is gone, what is new does not count, and what is wider stays as it was.
    """
    wider = {each.purpose.id: each.before for each in widenings(before, after)}
    chosen = (wider.get(each.id) if each.id in wider else each for each in after)
    return tuple(each for each in chosen if each is not None)


def refs_of(purpose: Purpose) -> tuple[ElementRef, ...]:
    """Return every element that may be asked for or shown in place of one, each once, in order."""
    found = (
        (document.doc_type, *ref)
        for document in purpose.documents
        for each in document.elements
        for ref in (each.ref, *(ref for one in each.instead for ref in one))
    )
    return tuple(dict.fromkeys(found))


def _kept(purpose: Purpose) -> frozenset[ElementRef]:
    """Return every element whose value may be stored: `Purpose.may_keep`, of all at once."""
    own, instead = set(), set()
    for document in purpose.documents:
        for each in document.elements:
            if each.keep:
                own.add((document.doc_type, *each.ref))
                instead |= {(document.doc_type, *ref) for one in each.instead for ref in one}
    registered = {
        (document.doc_type, *each.ref) for document in purpose.documents for each in document.elements
    }
    return frozenset(own | (instead - registered))


def _named(readers: Sequence[PurposeReaders]) -> Iterator[tuple[str | None, str, str]]:
    """Yield whoever is named: the root, the kind of name, and the name; all of a root under an empty kind."""
    for each in readers:
        if each.is_open:
            yield each.root, "", ""
        kinds = {"certificate": each.certificates, "id": each.ids, "office": each.offices}
        yield from ((each.root, kind, name) for kind, names in kinds.items() for name in names)


def _meant(
    before: Sequence[PurposeReaders], asked: Sequence[PurposeReaders]
) -> set[tuple[str | None, str, str]]:
    """Return those named in `asked` whom `before` means too: by name, by their root, or because all are."""
    known = set(_named(before))
    return {
        (root, kind, name)
        for root, kind, name in _named(asked)
        if known & {(root, kind, name), (None, kind, name), (root, "", ""), (None, "", "")}
    }


def _longer(before: int | None, after: int | None) -> bool:
    """Tell whether `after` is longer; None has no end."""
    return before is not None and (after is None or after > before)
