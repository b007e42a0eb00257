"""What a purpose is registered for, in the person's words, and what a request wants beyond it.

The wallet looks its own registers up; no window, command or caller can bring one of theirs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from counterproof.trust.purposes.registers import PurposeFinding
from counterproof.words.plain_text import marked

if TYPE_CHECKING:
    from counterproof.mdoc.verification.requested import RequestedDocument
    from counterproof.trust.kept import Trust
    from wallet.asker import Asker
    from wallet.records import ElementRef


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """A registered purpose in one language, every text safe to show; `publisher` is who registered it."""

    id: str
    version: int
    date: str
    publisher: str
    title: str
    reason: str
    legal_basis: str
    retention: str
    contact: str


def find(trust: Trust, asker: Asker, purpose: str) -> PurposeFinding:
    """Say what the registers that are believed say of this purpose for this reader.

    Nothing is registered for a reader whose name nobody vouches for, whatever a register grants everybody.
    """
    purposes = trust.purposes
    if not asker.verified:
        return PurposeFinding("purpose.reader-unknown" if purposes.registers else "purpose.nobody-speaks")
    return purposes.find(purpose, asker.reader)


def in_words(finding: PurposeFinding, language: str) -> Registration | None:
    """Return the registration as it is shown; None where there is none."""
    own = finding.purpose
    if own is None:
        return None
    return Registration(
        id=own.id,
        version=own.version,
        date=own.date,
        publisher=marked(finding.publisher),
        title=marked(own.text(own.title, language)),
        reason=marked(own.text(own.reason, language), _LONGEST),
        legal_basis=marked(own.text(own.legal_basis, language), _LONGEST),
        retention=marked(own.text(own.retention.words, language), _LONGEST),
        contact=marked(own.text(own.contact, language), _LONGEST),
    )


_LONGEST = 600


def named_substitutes(finding: PurposeFinding, asked: tuple[RequestedDocument, ...]) -> frozenset[ElementRef]:
    """Return what the register itself takes in place of something that is asked for."""
    if finding.purpose is None:
        return frozenset()
    return frozenset(
        (one.doc_type, *ref)
        for one in asked
        for element, sets in finding.purpose.substitutes(one.doc_type).items()
        if element in one.elements
        for chosen in sets
        for ref in chosen
    )
