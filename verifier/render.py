"""A decision as text for a person.

The word, how the proof came, the few fields, what is missing, how old the evidence is, what to do next,
and the code small beneath. Nothing is shown that was not handed out by the decision (`Decision.shown`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from counterproof.mdoc.catalogue import Element, Kind, describe
from counterproof.mdoc.verification.policy import Mode
from counterproof.mdoc.verification.report import Verdict
from counterproof.mdoc.verification.requested import age_asked
from counterproof.words import verifier as words
from counterproof.words.columns import padded, width
from counterproof.words.explain import explain
from counterproof.words.language import tr
from counterproof.words.plain_text import marked
from counterproof.words.verification import NEEDS_LISTS, NOTICES, QUALIFIERS, UPDATE, VERDICTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from counterproof.mdoc.catalogue import CredentialType
    from counterproof.mdoc.verification.report import VerifiedDocument
    from counterproof.words.model import Sentence
    from verifier.decision import Decision

_COLOURS: Final = {Verdict.ACCEPTED: "green", Verdict.REFUSED: "red", Verdict.UNDECIDED: "yellow"}
_SHAPES: Final = {Verdict.ACCEPTED: "[ / ]", Verdict.REFUSED: "[ X ]", Verdict.UNDECIDED: "[ ? ]"}
_LONGEST_VALUE: Final = 300


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a verdict: a window gives it a place, a terminal prints it; `role` says what it is.

    A field has its `label` and its `value` apart as well.
    Roles: word, qualifier, document, field, what, missing, left-out, evidence, notice, next, code.
    """

    role: str
    text: str
    label: str = ""
    value: str = ""


def word_of(decision: Decision) -> str:
    """Return the one word of a verdict; neither a proven no nor a code shown again looks like a yes."""
    if decision.declined:
        return tr(words.DECLINED_WORD)
    if decision.repeat and decision.verdict is Verdict.ACCEPTED:
        return tr(words.REPEAT_WORD)
    if says_no(decision) and decision.verdict is Verdict.ACCEPTED:
        return tr(words.SAYS_NO_WORD)
    return VERDICTS[decision.verdict].what


def lines(decision: Decision, types: Mapping[str, CredentialType], language: str = "en") -> Iterator[Line]:
    """Yield what a clerk reads, from the top."""
    yield Line("word", word_of(decision))
    if decision.verdict is not Verdict.REFUSED:
        yield Line("qualifier", QUALIFIERS[decision.qualifier].what)
    for document in decision.shown:
        yield from _document(document, types, language)
    if noes := says_no(decision):
        names = tr(", ").join(_reference(each, types, language) for each in noes)
        yield Line("what", tr(words.SAYS_NO.what).format(fields=names))
    yield from _what(decision)
    yield from _references("missing", tr(words.MISSING), decision.missing, types, language)
    yield from _references("left-out", tr(words.LEFT_OUT), decision.left_out, types, language)
    if decision.shown:
        yield from _evidence(decision)
    for code in decision.notices:
        sentence = NOTICES.get(code) or explain(code)
        yield Line("notice", " ".join(part for part in (sentence.what, sentence.do) if part))
    yield Line("next", next_step(decision))
    yield Line("code", _small(decision))


def says_no(decision: Decision) -> tuple[tuple[str, str, str], ...]:
    """Return docType, namespace and identifier of every `age_over_NN` that is shown as false."""
    return tuple(
        (document.doc_type, space, name)
        for document in decision.shown
        for space, items in document.elements.items()
        for name, value in items.items()
        if value is False and age_asked(name) is not None
    )


def is_quiet(decision: Decision) -> bool:
    """Whether it goes without a verdict's colour and shape: nothing new was decided, or it says no."""
    repeated = decision.repeat and decision.verdict is Verdict.ACCEPTED
    return decision.declined or repeated or bool(says_no(decision))


def _document(
    document: VerifiedDocument, types: Mapping[str, CredentialType], language: str
) -> Iterator[Line]:
    known = types.get(document.doc_type)
    name = known.name(language) if known is not None else document.doc_type
    issuer = document.issuer or tr(words.UNNAMED_AGENCY)
    yield Line("document", f"{marked(name)} - {marked(issuer)}")
    labelled = [
        (_label(known, space, identifier, language), _value(known, space, identifier, value, language))
        for space, items in document.elements.items()
        for identifier, value in items.items()
    ]
    column = max((width(label) for label, _ in labelled), default=0)
    for label, value in labelled:
        yield Line("field", f"{padded(label, column)}  {value}", label, value)


def _what(decision: Decision) -> Iterator[Line]:
    """Say why it is not a plain yes."""
    if decision.repeat:
        yield Line("what", _repeated(decision).what)
    if decision.declined:
        yield Line("what", tr(words.DECLINED.what))
    elif not decision.clock.ok:
        yield Line("what", tr(words.CLOCK.what))
        if decision.verdict is Verdict.REFUSED:
            yield Line("what", explain(decision.code).what)
    elif decision.code == "request.incomplete":
        yield Line("what", tr(words.INCOMPLETE.what))
    elif decision.verdict is not Verdict.ACCEPTED:
        yield Line("what", explain(decision.code).what)
        yield from _needed(decision)


def _needed(decision: Decision) -> Iterator[Line]:
    """Say how fresh a list the purpose needs, where the one at hand is older."""
    if decision.code != "status.stale" or decision.evidence_age is None or not decision.evidence:
        return
    oldest = decision.evidence[0]
    age = words.age_in_words(decision.evidence_age.total_seconds())
    moment = words.moment_in_words(oldest.issued_at, decision.clock.at)
    yield Line("what", tr(words.EVIDENCE_NEEDED).format(age=age, moment=moment))


def next_step(decision: Decision) -> str:
    """Return what to do next, in a sentence or two."""
    if decision.declined:
        return tr(words.DECLINED.do)
    if decision.repeat:
        return _repeated(decision).do
    if not decision.clock.ok:
        return tr(words.CLOCK.do)
    if decision.verdict is Verdict.ACCEPTED:
        return tr(words.SAYS_NO.do) if says_no(decision) else _compare(decision)
    if decision.code in NEEDS_LISTS:
        return tr(UPDATE)
    return explain(decision.code).do or VERDICTS[decision.verdict].do


def _compare(decision: Decision) -> str:
    """Say what the picture is for; what was not answered for this counter proves no holder at all."""
    if decision.mode is Mode.TWO_WAY or decision.challenged:
        return tr(words.PHOTO if _has_portrait(decision) else words.NO_PHOTO)
    return tr(words.PHOTO_NEEDED if _has_portrait(decision) else words.NO_PHOTO_NEEDED)


def _repeated(decision: Decision) -> Sentence:
    sentence = words.REPEAT if decision.report is not None else words.REPEAT_WITHOUT_VALUES
    return sentence.said()


def _references(
    role: str,
    title: str,
    found: tuple[tuple[str, ...], ...],
    types: Mapping[str, CredentialType],
    language: str,
) -> Iterator[Line]:
    names = [_reference(each, types, language) for each in found]
    if names:
        yield Line(role, f"{title}: {tr(', ').join(names)}")


def _reference(reference: tuple[str, ...], types: Mapping[str, CredentialType], language: str) -> str:
    doc_type, *rest = reference
    known = types.get(doc_type)
    if rest:
        return _label(known, rest[0], rest[1], language)
    return marked(known.name(language) if known is not None else doc_type, 128)


def _evidence(decision: Decision) -> Iterator[Line]:
    evidence = decision.evidence
    if not decision.clock.ok:
        return  # an age by a clock that cannot be right is none
    if evidence:
        oldest = evidence[0]
        moment = words.moment_in_words(oldest.issued_at, decision.clock.at)
        age = words.age_in_words(oldest.age)
        yield Line("evidence", tr(words.LIST_AGE).format(moment=moment, age=age))
    else:
        yield Line("evidence", tr(words.NO_LIST))


def _small(decision: Decision) -> str:
    parts = [decision.code, decision.mode.value]
    if decision.report is not None:
        parts.append(decision.report.policy)
    return " · ".join(parts)


def _has_portrait(decision: Decision) -> bool:
    return any("portrait" in items for document in decision.shown for items in document.elements.values())


def _label(known: CredentialType | None, space: str, identifier: str, language: str) -> str:
    element = known.element(space, identifier) if known is not None else None
    return marked(element.label(language) if element is not None else identifier, 128)


def _value(known: CredentialType | None, space: str, identifier: str, value: Any, language: str) -> str:
    element = known.element(space, identifier) if known is not None else None
    if element is None:
        element = Element(identifier=identifier, kind=Kind.TEXT, labels={"en": identifier})
    return marked(describe(element, value, language), _LONGEST_VALUE)


def as_text(
    decision: Decision, types: Mapping[str, CredentialType], *, colour: bool, language: str = "en"
) -> str:
    """Return the lines as a terminal shows them; meaning never hangs on the colour."""
    import click  # noqa: PLC0415 - a window needs no terminal

    quiet = is_quiet(decision)
    shape = "[ - ]" if quiet else _SHAPES[decision.verdict]
    tone = None if quiet else _COLOURS[decision.verdict]
    out: list[str] = []
    for line in lines(decision, types, language):
        if line.role == "word":
            text = f"{shape} {line.text.upper()}"
            out.append(click.style(text, fg=tone, bold=True) if colour else text)
        elif line.role == "document":
            out += ["", f"  {line.text}"]
        elif line.role == "field":
            out.append(f"    {line.text}")
        elif line.role == "code":
            out += ["", click.style(line.text, dim=True) if colour else line.text]
        else:
            spaced = line.role in {"what", "next", "missing"} and out[-1].startswith("    ")
            out += ["", line.text] if spaced else [line.text]
    return "\n".join(out)
