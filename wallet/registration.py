"""What a purpose is registered for, in the person's words, and what a request wants beyond it.

The wallet looks its own registers up; no window, command or caller can bring one of theirs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from counterproof.trust.names import fingerprint
from counterproof.trust.purposes.asking import beyond
from counterproof.trust.purposes.registers import OK, PurposeFinding, PurposeReader
from counterproof.words.plain_text import marked
from wallet.purposes import registered

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

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


@dataclass(frozen=True, slots=True)
class Unasked:
    """What a slip would show a counter beyond its registration: the code that says how, and the elements.

    `refs` is empty where the code is about the purpose itself.
    """

    reader: str
    code: str
    refs: tuple[ElementRef, ...] = ()


def unasked(
    trust: Trust, readers: Iterable[str], purpose: str, refs: Sequence[ElementRef]
) -> tuple[Unasked, ...]:
    """Say what counters named on a slip (ids or offices) may not ask for; nothing where nobody speaks.

    A slip is made without a request, so this warns and does not refuse. One of several counters with an id
    is enough for a yes.
    """
    return tuple(each for reader in readers for each in _unasked_by(trust, reader, purpose, refs))


def unasked_by_all(trust: Trust, purpose: str, refs: Sequence[ElementRef]) -> tuple[ElementRef, ...] | None:
    """Say what nobody may ask for under this purpose, whichever counter it is; None where no list has it."""
    granted = [
        PurposeFinding(OK, each, register.publisher)
        for register, each, _ in registered(trust)
        if each.id == purpose
    ]
    if not granted:
        return None
    return tuple(
        ref for ref in refs if all(beyond(one, ref, asked=ref, keeps=False) is not None for one in granted)
    )


def _unasked_by(trust: Trust, reader: str, purpose: str, refs: Sequence[ElementRef]) -> Iterator[Unasked]:
    found = [trust.purposes.find(purpose, each) for each in _called(trust, reader)]
    granted = next((each for each in found if each.purpose is not None), None)
    if granted is None:
        spoken = [each.code for each in found if each.code != "purpose.nobody-speaks"]
        yield from (Unasked(reader, code) for code in spoken[:1])
        return
    over = tuple(ref for ref in refs if beyond(granted, ref, asked=ref, keeps=False) is not None)
    if over:
        yield Unasked(reader, "purpose.element-beyond", over)


def unasked_first(trust: Trust, reader: str, refs: Sequence[ElementRef]) -> tuple[Unasked, ...]:
    """Say what a counter (id or office) may ask for under no purpose at all; nothing where nobody speaks.

    A code that is shown first names no purpose, so every one of the counter's counts.
    """
    callers = tuple(_called(trust, reader))
    if not any(trust.purposes.speaking_for(each.root) for each in callers):
        return ()
    granted = [one for each in callers for one in trust.purposes.granted_to(each)]
    over = tuple(
        ref for ref in refs if all(beyond(one, ref, asked=ref, keeps=False) is not None for one in granted)
    )
    return (Unasked(reader, "purpose.element-beyond", over),) if over else ()


def _called(trust: Trust, reader: str) -> Iterator[PurposeReader]:
    """Yield every counter of the registers that has this id or office, with each of its keys."""
    for authority in trust.readers().authorities:
        for entry in authority.readers:
            if authority.root is not None and reader in (entry.id, entry.office):
                for certificate in entry.certificates or ("",):
                    yield PurposeReader(
                        root=fingerprint(authority.root),
                        certificate=certificate,
                        id=entry.id,
                        office=entry.office or "",
                    )
