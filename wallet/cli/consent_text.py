"""The question of a request as text, and the person's answer to it."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import click

from counterproof.words import dates
from counterproof.words.columns import padded, width
from counterproof.words.explain import explain
from counterproof.words.language import tr
from counterproof.words.model import N_
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
    number = tr("{n} - it must stand beside the counter's code as well").format(n=view.match_number)
    yield _row(tr("Number:"), number)
    yield _row(tr("Valid until:"), _time(view.ends_at))
    if view.clock_differs:
        made, now = rfc3339(view.made_at), rfc3339(view.read_at)
        yield f"    ! {explain('wallet.clock-differs', {'made': made, 'now': now}).what}"
    place = 1
    for document in view.documents:
        yield ""
        yield from _document(document, place)
        place += len(document.fields)
    yield ""
    kept = ", ".join(field.label for field in view.fields if field.kept)
    yield _row(tr("Kept:"), tr("{fields}, says the counter.").format(fields=kept or tr("nothing")))
    if view.registration is not None:
        yield _row("", tr("Registered: {words}").format(words=view.registration.retention))
    yield from _over_asking(view)


_COLUMN: Final = 12
_NAMES: Final = (N_("Who asks:"), N_("What for:"), N_("Number:"), N_("Valid until:"), N_("Kept:"))


def _row(name: str, value: str) -> str:
    column = max(_COLUMN, *(width(tr(each)) for each in _NAMES))
    return f"{padded(name, column)} {value}"


def _what_for(view: ConsentView) -> Iterator[str]:
    own = view.registration
    if own is None:
        yield _row(tr("What for:"), tr("{purpose} (the counter's word for it)").format(purpose=view.purpose))
        yield _row("", explain(view.purpose_code).what)
        return
    yield _row(tr("What for:"), f"{own.title}. {own.reason}")
    yield _row("", tr("By law of: {law}").format(law=own.legal_basis))
    by = tr("Registered by {publisher}, version {n} of {date}.")
    yield _row("", by.format(publisher=own.publisher, n=own.version, date=own.date))
    yield _row("", tr("Complaints: {contact}").format(contact=own.contact))


def _over_asking(view: ConsentView) -> Iterator[str]:
    """Say what goes beyond the registration, and that nothing of it is shown by itself."""
    if not view.beyond:
        return
    yield ""
    yield tr("THIS COUNTER ASKS FOR MORE THAN IT MAY:")
    for code in dict.fromkeys(field.beyond for field in view.beyond if field.beyond is not None):
        names = ", ".join(field.label for field in view.beyond if field.beyond == code)
        yield f"    {names}: {explain(code).what}"
    none = tr("None of it is shown unless you decide so for each field by itself. Report it: `wallet report`")
    yield f"    {none}"


def _who(view: ConsentView) -> Iterator[str]:
    asker = view.asker
    if asker.verified:
        verified = tr("{name} (verified: on the list of {agency})")
        yield _row(tr("Who asks:"), verified.format(name=asker.name, agency=asker.agency))
    else:
        yield _row(tr("Who asks:"), tr("UNKNOWN READER. Nobody on your list vouches for it."))
        if asker.claimed:
            yield _row("", tr("It calls itself “{name}”. That proves nothing.").format(name=asker.claimed))
    for code in asker.warnings:
        yield _row("", explain(code).what)
    if view.desk_label is not None:
        yield _row("", tr("The desk calls itself “{name}”.").format(name=view.desk_label))


def _document(document: ConsentDocument, number: int) -> Iterator[str]:
    if document.card is None:
        yield tr("You have no card of this kind: {name}").format(name=document.name)
        asked = tr("asked for: {fields}")
        yield f"    {asked.format(fields=', '.join(document.missing))}"
        return
    whose = tr("From your card “{name}” of {agency} ({copies}):")
    copies = copies_left(document.card)
    yield whose.format(name=document.name, agency=document.agency, copies=copies)
    state = document.state or CardState.UNKNOWN
    if state is not CardState.VALID:
        validity = document.card.validity
        words = PHRASES[f"state.{state.value}"]
        start, until = dates.day(validity.valid_from), dates.day(validity.valid_until)
        said = tr("State of this card: {state}.").format(state=words.format(start=start, until=until))
        yield f"    ! {said}"
    if document.shown_before:
        used = tr("Every copy has been shown before: readers who compare could find that it was you.")
        yield f"    ! {used}"
    for place, field in enumerate(document.fields, start=number):
        yield _field(place, field)
    if document.missing:
        missing = tr("asked for, but not on your card: {fields}")
        yield f"    {missing.format(fields=', '.join(document.missing))}"
    if document.not_shown:
        hidden = tr("not asked for, not shown: {n} ({fields})")
        fields = ", ".join(document.not_shown)
        yield f"    {hidden.format(n=len(document.not_shown), fields=fields)}"


def _field(place: int, field: ConsentField) -> str:
    tick = "x" if field.chosen else " "
    words = [f"  {place:>2} [{tick}] {field.label}: {field.value}"]
    if field.instead_of is not None:
        words.append(tr("instead of: {field}").format(field=field.instead_of))
    if field.beyond is not None:
        words.append(tr("BEYOND what this counter is registered for"))
    if field.kept:
        words.append(tr("will be kept"))
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
    prompt = _prompt(ticked=bool(ticked) and len(ticked) < len(within), all_=bool(within))
    while True:
        try:
            answer: str = click.prompt(prompt, default="", show_default=False, err=True)
        except click.Abort:
            return Choice(frozenset())
        word = answer.strip().lower()
        if word in ("", "no", "none", "nothing", tr("nothing")):
            return Choice(frozenset())
        if word in ("all", tr("all")) and within:
            return Choice(frozenset(field.ref for field in within))
        if word in ("ticked", tr("ticked")) and ticked:
            return Choice(frozenset(field.ref for field in ticked))
        numbers = [int(each) for each in re.findall(r"\d{1,3}", word)]
        if re.fullmatch(r"[\d ,]+", word) and all(1 <= each <= len(fields) for each in numbers):
            return _decided([fields[each - 1] for each in dict.fromkeys(numbers)])
        click.echo(tr("Please type numbers from 1 to {n}, or Enter.").format(n=len(fields)), err=True)


def _prompt(*, ticked: bool, all_: bool) -> str:
    """Return the question; the words that can be typed stand in it, in the language spoken now."""
    if ticked:
        words = tr("Show which? Type {ticked}, {all}, or numbers such as 1 2. Enter alone shows nothing")
    elif all_:
        words = tr("Show which? Type {all}, or numbers such as 1 2. Enter alone shows nothing")
    else:
        words = tr("Show which? Type numbers such as 1 2. Enter alone shows nothing")
    return words.format(ticked=tr("ticked"), all=tr("all"))


def _decided(chosen: list[ConsentField]) -> Choice:
    """Ask about each field beyond registration by itself; its name is typed, as a yes comes by habit."""
    refs, beyond = {field.ref for field in chosen if field.beyond is None}, set()
    for field in chosen:
        if field.beyond is None:
            continue
        name = field.ref[2]
        click.echo(f"{field.label}: {explain(field.beyond).what}", err=True)
        prompt = tr("Type {name} to show it all the same. Enter leaves it out").format(name=name)
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
