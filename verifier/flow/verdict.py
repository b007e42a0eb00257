"""A decision as a page shows it: the report says what it is, this says how it looks, and decides nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from counterproof.mdoc.verification.report import Verdict
from counterproof.words.refusals import Whose, whose
from verifier.render import is_quiet, lines, next_step, word_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from counterproof.mdoc.catalogue import CredentialType
    from counterproof.mdoc.verification.report import VerifiedDocument
    from verifier.decision import Decision

PORTRAIT: Final = "portrait"


class Looks(StrEnum):
    """How a verdict looks; PLAIN is what is neither yes nor no nor in doubt: declined, again, says no."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    UNDECIDED = "undecided"
    PLAIN = "plain"


_LOOKS: Final = {
    Verdict.ACCEPTED: Looks.ACCEPTED,
    Verdict.REFUSED: Looks.REFUSED,
    Verdict.UNDECIDED: Looks.UNDECIDED,
}


@dataclass(frozen=True, slots=True)
class ShownDocument:
    """One document that was shown: its name and agency in one line, and its fields (label, value).

    `portrait` is its picture as it came, which then stands in no field; None where it has none.
    """

    title: str
    fields: tuple[tuple[str, str], ...] = field(repr=False)
    portrait: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class VerdictView:
    """Everything that a verdict page shows; every text is marked already."""

    looks: Looks
    word: str
    qualifier: str
    why: tuple[str, ...]
    documents: tuple[ShownDocument, ...]
    beside: tuple[str, ...]
    evidence: str
    next: str
    code: str
    small: str
    whose: Whose | None
    portrait: bytes | None = field(default=None, repr=False)


def looks_of(decision: Decision) -> Looks:
    """Return how a decision looks; the look of a yes belongs to a plain, new yes alone."""
    return Looks.PLAIN if is_quiet(decision) else _LOOKS[decision.verdict]


def view_of(decision: Decision, types: Mapping[str, CredentialType], language: str) -> VerdictView:
    """Return what to show of a decision."""
    said: dict[str, list[str]] = {}
    documents: list[ShownDocument] = []
    for line in lines(decision, types, language):
        if line.role == "document":
            documents.append(ShownDocument(line.text, ()))
        elif line.role == "field":
            last = documents.pop()
            documents.append(ShownDocument(last.title, (*last.fields, (line.label, line.value))))
        else:
            said.setdefault(line.role, []).append(line.text)
    documents = [_pictured(*pair) for pair in zip(decision.shown, documents, strict=True)]
    looks = looks_of(decision)
    return VerdictView(
        looks=looks,
        word=word_of(decision),
        qualifier=" ".join(said.get("qualifier", ())),
        why=tuple(said.get("what", ())),
        documents=tuple(documents),
        beside=tuple(text for role in ("missing", "left-out", "notice") for text in said.get(role, ())),
        evidence=" ".join(said.get("evidence", ())),
        next=next_step(decision),
        code=decision.code,
        small=" ".join(said.get("code", ())),
        whose=None if looks in (Looks.ACCEPTED, Looks.PLAIN) else whose(decision.code),
        portrait=next((each.portrait for each in documents if each.portrait is not None), None),
    )


def _pictured(document: VerifiedDocument, shown: ShownDocument) -> ShownDocument:
    """Take a picture out of the fields, where a line would only say how many bytes it has."""
    items = [each for space in document.elements.values() for each in space.items()]
    pictures = [value for name, value in items if name == PORTRAIT and isinstance(value, bytes)]
    if not pictures:
        return shown
    kept = [one for (name, _), one in zip(items, shown.fields, strict=True) if name != PORTRAIT]
    return ShownDocument(shown.title, tuple(kept), pictures[0])
