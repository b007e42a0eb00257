"""A request held against its purpose: what goes beyond it and why, and what says less."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from counterproof.mdoc.verification.requested import age_asked

if TYPE_CHECKING:
    from counterproof.mdoc.verification.requested import RequestedDocument
    from counterproof.trust.purposes.model import ElementRef, Purpose
    from counterproof.trust.purposes.registers import PurposeFinding

TELLS_AGE: Final = frozenset({"birth_date", "age_in_years", "age_birth_year"})
"""Elements that every statement about an age says less than (ISO/IEC 18013-5, 7.2.1)."""


@dataclass(frozen=True, slots=True)
class Beyond:
    """One element that goes beyond what is registered, and the code that says how."""

    ref: ElementRef
    code: str


def beyond(finding: PurposeFinding, ref: ElementRef, *, asked: ElementRef, keeps: bool) -> str | None:
    """Return how showing `ref`, in answer to `asked`, goes beyond what is registered; None if it does not.

    `keeps`: the reader says that it stores the value. `purpose.element-beyond`, `purpose.keep-beyond`, or why
    the purpose counts for nothing; None also where no register speaks for the reader at all: then nothing is
    registered and nothing can be said to go beyond.
    """
    if finding.code == "purpose.nobody-speaks":
        return None
    purpose = finding.purpose
    if purpose is None:
        return finding.code
    stands = _stands_for(purpose, ref, asked)
    if stands is None:
        return "purpose.element-beyond"
    return "purpose.keep-beyond" if keeps and not purpose.may_keep(stands) else None


def _stands_for(purpose: Purpose, ref: ElementRef, asked: ElementRef) -> ElementRef | None:
    """Return the registered element that covers showing `ref`: an age says less than what it is told from."""
    if purpose.covers(ref):
        return ref
    tells_age = age_asked(asked[2]) is not None or asked[2] in TELLS_AGE
    return asked if age_asked(ref[2]) is not None and tells_age and purpose.covers(asked) else None


def over_asking(finding: PurposeFinding, asked: dict[ElementRef, bool]) -> tuple[Beyond, ...]:
    """Return what a request asks for beyond its registration; `asked` says of each element if it is kept."""
    found = ((ref, beyond(finding, ref, asked=ref, keeps=keeps)) for ref, keeps in asked.items())
    return tuple(Beyond(ref, code) for ref, code in found if code is not None)


def with_substitutes(
    asked: tuple[RequestedDocument, ...], purpose: Purpose | None
) -> tuple[RequestedDocument, ...]:
    """Add to what is asked for the substitutes that the register names, behind the reader's own."""
    if purpose is None:
        return asked
    return tuple(_with(one, purpose) for one in asked)


def _with(one: RequestedDocument, purpose: Purpose) -> RequestedDocument:
    named = purpose.substitutes(one.doc_type)
    merged = {
        element: tuple(dict.fromkeys((*one.alternatives.get(element, ()), *named.get(element, ()))))
        for element in one.elements
    }
    return replace(one, alternatives={element: sets for element, sets in merged.items() if sets})
