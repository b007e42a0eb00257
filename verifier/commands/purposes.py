"""`verifier purposes`: what this counter may ask for, by the registers that it believes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from verifier.commands.session import Session, json_option, session

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from counterproof.mdoc.catalogue import CredentialType
    from counterproof.trust.purposes.model import Purpose, PurposeDocument
    from counterproof.trust.purposes.registers import PurposeFinding


@click.command()
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
        click.echo("Nothing is registered for this counter. Ask your agency, or add its newest folder.")
    if trust.waiting:
        ids = ", ".join(each.purpose.id for one in trust.waiting for each in one.widenings)
        click.echo(f"! Waiting for a person: {ids}. Please read `verifier trust confirm`.")
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

    yield f"{purpose.id}  {marked(purpose.text(purpose.title, 'en'))}"
    yield f"    registered by {marked(publisher)}, version {purpose.version} of {purpose.date}"
    for document in purpose.documents:
        yield from _document(document, types)
    age = purpose.evidence_age
    fresh = "as long as they count" if age is None else f"at most {age_in_words(age.total_seconds())} old"
    yield f"    lists: {fresh}; slips: {'taken' if purpose.slips else 'not taken'}"
    yield f"    {marked(purpose.text(purpose.retention.words, 'en'), 600)}"


def _document(document: PurposeDocument, types: Mapping[str, CredentialType]) -> Iterator[str]:
    known = types.get(document.doc_type)
    yield f"    {document.doc_type if known is None else known.name('en')}:"
    for each in document.elements:
        instead = ", or ".join(" and ".join(name for _, name in one) for one in each.instead)
        notes = (f" (better: {instead})" if instead else "") + (", may be kept" if each.keep else "")
        yield f"        {each.element}{notes}"


COMMANDS = (purposes,)
