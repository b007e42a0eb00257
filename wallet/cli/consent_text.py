"""The question of a request as text, and the person's answer to it."""

from __future__ import annotations

import re
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
    unexplained = f"{view.purpose} (the counter's word for it; no register that you have explains it)"
    yield f"What for:    {view.purpose_sentence or unexplained}"
    yield f"Number:      {view.match_number} - it must stand beside the counter's code as well"
    yield f"Good until:  {_time(view.ends_at)}"
    number = 1
    for document in view.documents:
        yield ""
        yield from _document(document, number)
        number += len(document.fields)
    yield ""
    kept = ", ".join(field.label for field in view.fields if field.kept)
    yield f"Kept:        {kept or 'nothing'}, says the counter."


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
    if field.registered is False:
        words.append("MORE than this counter is registered to ask for")
    if field.kept:
        words.append("will be kept")
    return "  - ".join(words)


def ask(view: ConsentView) -> frozenset[ElementRef]:
    """Ask the person which fields to show; Enter alone shows nothing."""
    fields = view.fields
    ticked = [field for field in fields if field.chosen]
    choices = ["all"] if not ticked or len(ticked) == len(fields) else ["ticked", "all"]
    prompt = f"Show which? Type {', '.join(choices)} or numbers such as 1 2. Enter alone shows nothing"
    while True:
        try:
            answer: str = click.prompt(prompt, default="", show_default=False, err=True)
        except click.Abort:
            return frozenset()
        word = answer.strip().lower()
        if word in ("", "no", "none", "nothing"):
            return frozenset()
        if word == "all":
            return frozenset(field.ref for field in fields)
        if word == "ticked" and ticked:
            return frozenset(field.ref for field in ticked)
        numbers = [int(each) for each in re.findall(r"\d{1,3}", word)]
        if re.fullmatch(r"[\d ,]+", word) and all(1 <= each <= len(fields) for each in numbers):
            return frozenset(fields[each - 1].ref for each in numbers)
        click.echo(f"Please type all, or numbers from 1 to {len(fields)}, or Enter.", err=True)


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
        "purpose_registered": view.purpose_sentence is not None,
        "desk_label": view.desk_label,
        "match_number": view.match_number,
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
    }


def _time(unix: int) -> str:
    return datetime.fromtimestamp(unix, UTC).astimezone().strftime("%H:%M:%S")
