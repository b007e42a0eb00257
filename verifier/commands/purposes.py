"""`verifier purposes`: what this counter may ask for, by the registers that it believes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from counterproof.terminal.commands import Command
from counterproof.words.language import current, tr
from verifier.commands.session import Session, json_option, session

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from counterproof.mdoc.catalogue import CredentialType
    from counterproof.trust.purposes.model import Purpose, PurposeDocument
    from counterproof.trust.purposes.registers import PurposeFinding


@click.command(cls=Command)
@json_option
@session
def purposes(called: Session, *, as_json: bool) -> None:
    """List the purposes that are registered for this counter, and what each may ask."""
    trust = called.trust()
    found = called.purposes(trust).all()
    if as_json:
        click.echo(json.dumps([_plain(each) for each in found], indent=2))
        return
    if not found:
        none = tr("Nothing is registered for this counter. Ask your agency, or add its newest folder.")
        click.echo(none)
    if trust.waiting:
        ids = tr(", ").join(each.purpose.id for one in trust.waiting for each in one.widenings)
        waits = tr("Waiting for a person: {names}. Please read `verifier trust confirm`.")
        click.echo("! " + waits.format(names=ids))
    types = called.types(trust)
    for each in found:
        if each.purpose is not None:
            click.echo("\n".join(_lines(each.purpose, each.publisher, types)))


def _plain(finding: PurposeFinding) -> dict[str, Any]:
    import msgspec  # noqa: PLC0415

    plain: dict[str, Any] = msgspec.to_builtins(finding.purpose)
    return {**plain, "publisher": finding.publisher}


def _lines(purpose: Purpose, publisher: str, types: Mapping[str, CredentialType]) -> Iterator[str]:
    from counterproof.words.plain_text import marked  # noqa: PLC0415
    from counterproof.words.verifier import age_in_words  # noqa: PLC0415

    spoken = current()
    yield f"{purpose.id}  {marked(purpose.text(purpose.title, spoken))}"
    by = tr("registered by {publisher}, version {n} of {date}")
    yield "    " + by.format(publisher=marked(publisher), n=purpose.version, date=purpose.date)
    for document in purpose.documents:
        yield from _document(document, types)
    age = purpose.evidence_age
    if age is None:
        yield "    " + tr("lists: as long as they count")
    else:
        yield "    " + tr("lists: at most {age} old").format(age=age_in_words(age.total_seconds()))
    yield "    " + (tr("paper slips: taken") if purpose.slips else tr("paper slips: not taken"))
    yield f"    {marked(purpose.text(purpose.retention.words, spoken), 600)}"


def _document(document: PurposeDocument, types: Mapping[str, CredentialType]) -> Iterator[str]:
    known = types.get(document.doc_type)
    name = document.doc_type if known is None else known.name(current())
    yield f"    {tr('{heading}:').format(heading=name)}"
    for each in document.elements:
        words = [each.element]
        if each.instead:
            instead = (tr(" and ").join(name for _, name in one) for one in each.instead)
            words.append(tr("(better: {fields})").format(fields=tr(", or ").join(instead)))
        if each.keep:
            words.append(tr("(may be kept)"))
        yield f"        {' '.join(words)}"


COMMANDS = (purposes,)
