"""The question of a request as text, and the person's answer to it."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from counterproof.words.explain import explain
from counterproof.words.wallet import PHRASES
from wallet.cards import CardState
from wallet.cli.cards import copies_left
from wallet.history import rfc3339

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wallet.consent import ConsentDocument, ConsentField, ConsentView
    from wallet.records import ElementRef


def lines(view: ConsentView) -> Iterator[str]:
    """Yield what the person reads before deciding."""
    yield from _who(view)
    yield from _what_for(view)
    yield f"Number:      {view.match_number} - it must stand beside the counter's code as well"
    yield f"Good until:  {_time(view.ends_at)}"
    if view.clock_differs:
        made, now = rfc3339(view.made_at), rfc3339(view.read_at)
        yield f"    ! {explain('wallet.clock-differs', {'made': made, 'now': now}).what}"
    number = 1
    for document in view.documents:
        yield ""
        yield from _document(document, number)
        number += len(document.fields)
    yield ""
    kept = ", ".join(field.label for field in view.fields if field.kept)
    yield f"Kept:        {kept or 'nothing'}, says the counter."
    if view.registration is not None:
        yield f"             Registered: {view.registration.retention}"
    yield from _over_asking(view)


def _what_for(view: ConsentView) -> Iterator[str]:
    own = view.registration
    if own is None:
        yield f"What for:    {view.purpose} (the counter's word for it)"
        yield f"             {explain(view.purpose_code).what}"
        return
    yield f"What for:    {own.title}. {own.reason}"
    yield f"             By law of: {own.legal_basis}"
    yield f"             Registered by {own.publisher}, version {own.version} of {own.date}."
    yield f"             Complaints: {own.contact}"


def _over_asking(view: ConsentView) -> Iterator[str]:
    """Say what goes beyond the registration, and that nothing of it is shown by itself."""
    if not view.beyond:
        return
    yield ""
    yield "THIS COUNTER ASKS FOR MORE THAN IT MAY:"
    for code in dict.fromkeys(field.beyond for field in view.beyond if field.beyond is not None):
        names = ", ".join(field.label for field in view.beyond if field.beyond == code)
        yield f"    {names}: {explain(code).what}"
    yield "    None of it is shown unless you decide so for each field by itself. Report it: wallet report."


def _who(view: ConsentView) -> Iterator[str]:
    asker = view.asker
    if asker.verified:
        yield f"Who asks:    {asker.name} (verified: on the list of {asker.agency})"
    else:
        yield "Who asks:    UNKNOWN READER. Nobody on your list vouches for it."
        if asker.claimed:
            yield f"             It calls itself “{asker.claimed}”. That proves nothing."
        for code in asker.warnings:
            yield f"             {explain(code).what}"
    if view.desk_label is not None:
        yield f"             The desk calls itself “{view.desk_label}”."


def _document(document: ConsentDocument, number: int) -> Iterator[str]:
    if document.card is None:
        yield f"You have no card of this kind: {document.name}"
        yield f"    asked for: {', '.join(document.missing)}"
        return
    yield f"From your card “{document.name}” of {document.agency} ({copies_left(document.card)}):"
    state = document.state or CardState.UNKNOWN
    if state is not CardState.VALID:
        validity = document.card.validity
        words = PHRASES[f"state.{state.value}"]
        start, until = f"{validity.valid_from:%Y-%m-%d}", f"{validity.valid_until:%Y-%m-%d}"
        yield f"    ! This card is {words.format(start=start, until=until)}."
    if document.shown_before:
        yield "    ! Every copy has been shown before: readers who compare could find that it was you."
    for place, field in enumerate(document.fields, start=number):
        yield _field(place, field)
    if document.missing:
        yield f"    asked for, but not on your card: {', '.join(document.missing)}"
    if document.not_shown:
        count = len(document.not_shown)
        yield f"    not asked for, not shown: {count} ({', '.join(document.not_shown)})"


def _field(place: int, field: ConsentField) -> str:
    tick = "x" if field.chosen else " "
    words = [f"  {place:>2} [{tick}] {field.label}: {field.value}"]
    if field.instead_of is not None:
        words.append(f"instead of: {field.instead_of}")
    if field.beyond is not None:
        words.append("BEYOND what this counter is registered for")
    if field.kept:
        words.append("will be kept")
    return "  - ".join(words)


@dataclass(frozen=True, slots=True)
class Choice:
    """What the person shows, and which of it although the counter is not registered for it."""

    refs: frozenset[ElementRef]
    beyond: frozenset[ElementRef] = frozenset()


def ask(view: ConsentView) -> Choice:
    """Ask the person which fields to show; Enter alone shows nothing, `all` nothing beyond registration."""
    fields = view.fields
    within = [field for field in fields if field.beyond is None]
    ticked = [field for field in fields if field.chosen]
    choices = ["ticked"] if ticked and len(ticked) < len(within) else []
    choices += ["all"] if within else []
    words = ", ".join([*choices, ""]) + "or numbers such as 1 2" if choices else "numbers such as 1 2"
    prompt = f"Show which? Type {words}. Enter alone shows nothing"
    while True:
        try:
            answer: str = click.prompt(prompt, default="", show_default=False, err=True)
        except click.Abort:
            return Choice(frozenset())
        word = answer.strip().lower()
        if word in ("", "no", "none", "nothing"):
            return Choice(frozenset())
        if word == "all" and within:
            return Choice(frozenset(field.ref for field in within))
        if word == "ticked" and ticked:
            return Choice(frozenset(field.ref for field in ticked))
        numbers = [int(each) for each in re.findall(r"\d{1,3}", word)]
        if re.fullmatch(r"[\d ,]+", word) and all(1 <= each <= len(fields) for each in numbers):
            return _decided([fields[each - 1] for each in dict.fromkeys(numbers)])
        click.echo(f"Please type numbers from 1 to {len(fields)}, or Enter.", err=True)


def _decided(chosen: list[ConsentField]) -> Choice:
    """Ask about each field beyond registration by itself; its name is typed, as a yes comes by habit."""
    refs, beyond = {field.ref for field in chosen if field.beyond is None}, set()
    for field in chosen:
        if field.beyond is None:
            continue
        name = field.ref[2]
        click.echo(f"{field.label}: {explain(field.beyond).what}", err=True)
        prompt = f"Type {name} to show it all the same. Enter leaves it out"
        try:
            typed: str = click.prompt(prompt, default="", show_default=False, err=True)
        except click.Abort:
            return Choice(frozenset())
        if typed.strip() == name:
            beyond.add(field.ref)
    return Choice(frozenset(refs | beyond), frozenset(beyond))


def to_plain(view: ConsentView) -> dict[str, Any]:
    """Return the question for programs, without values."""
    asker = view.asker
    return {
        "reader": asker.name or None,
        "agency": asker.agency or None,
        "verified": asker.verified,
        "claimed": asker.claimed or None,
        "warnings": list(asker.warnings),
        "purpose": view.purpose,
        "purpose_registered": view.registration is not None,
        "purpose_code": view.purpose_code,
        "registration": None if view.registration is None else asdict(view.registration),
        "desk_label": view.desk_label,
        "match_number": view.match_number,
        "made_at": rfc3339(view.made_at),
        "read_at": rfc3339(view.read_at),
        "clock_differs": view.clock_differs,
        "good_until": rfc3339(view.ends_at),
        "offered": [_plain_field(field) for field in view.fields],
        "missing": [
            {"doc_type": document.doc_type, "labels": list(document.missing)}
            for document in view.documents
            if document.missing
        ],
    }


def _plain_field(field: ConsentField) -> dict[str, Any]:
    doc_type, namespace, identifier = field.ref
    return {
        "doc_type": doc_type,
        "namespace": namespace,
        "element": identifier,
        "label": field.label,
        "kept": field.kept,
        "registered": field.registered,
        "beyond": field.beyond,
        "chosen": field.chosen,
    }


def _time(unix: int) -> str:
    return datetime.fromtimestamp(unix, UTC).astimezone().strftime("%H:%M:%S")
