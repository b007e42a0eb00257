"""`verifier trust`: whose documents are believed, by the folder that an agency published."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from counterproof.mdoc.errors import UsageError
from counterproof.words.plain_text import marked
from verifier.commands.session import Session, json_option, session

if TYPE_CHECKING:
    from counterproof.trust.confirming import Claims, Confirm, Introduction
    from counterproof.trust.describe import TrustDescription
    from counterproof.trust.succession import ChangeSummary

_FOLDER = click.Path(path_type=Path)


@click.group()
def trust() -> None:
    """Add, update, show and remove the agencies that this counter believes."""


@trust.command()
@click.argument("folder", type=_FOLDER)
@click.option(
    "--fingerprint",
    "fingerprints",
    multiple=True,
    help="Take this root, and what is new about its agency, without asking; may be repeated.",
)
@session
def add(called: Session, *, folder: Path, fingerprints: tuple[str, ...]) -> None:
    """Trust the agency that published FOLDER, or what is new about it, once its fingerprint is compared."""
    from counterproof.trust.confirming import expecting  # noqa: PLC0415

    confirm: Confirm = expecting(*fingerprints) if fingerprints else _ask
    _say(called.home.trust.add(folder, confirm=confirm, at=called.clock.now()))


def _ask(introduction: Introduction) -> bool:
    """Show what is new to a person, who has the right fingerprint from the agency by another way."""
    claims, before = introduction.claims, introduction.before
    if introduction.role == "claims" and before is not None:
        _show_change(claims, before)
        question = "Did the agency itself tell you of this change?"
    else:
        what = "counters of the agency" if introduction.role == "reader-root" else "agency"
        click.echo(f"The folder says it is of the {what} “{marked(claims.name)}” ({claims.country}).")
        click.echo(f"Documents: {', '.join(claims.doc_types)}")
        question = "Is this the fingerprint that the agency gave you?"
    click.echo(f"Fingerprint of its root:\n  {introduction.shown}")
    if not sys.stdin.isatty():
        raise UsageError("verifier.not-confirmed", fingerprint=introduction.shown)
    return click.confirm(question, default=False)


def _show_change(now: Claims, before: Claims) -> None:
    click.echo(f"The agency “{marked(before.name)}” ({before.country}) is trusted already.")
    if (now.name, now.country) != (before.name, before.country):
        click.echo(f"It now calls itself “{marked(now.name)}” ({now.country}).")
    if added := now.added_to(before):
        click.echo(f"It now also wants to be believed about: {', '.join(added)}")


@trust.command()
@click.argument("folder", type=_FOLDER)
@session
def update(called: Session, *, folder: Path) -> None:
    """Take the newer lists of an agency that is trusted already; what waits for a person is refused."""
    _say(called.home.trust.update(folder, at=called.clock.now()))


def _say(change: ChangeSummary) -> None:
    click.echo(f"{change.action.value.capitalize()}: {marked(change.agency)}")


@trust.command()
@json_option
@session
def show(called: Session, *, as_json: bool) -> None:
    """Say whom this counter believes, how old it is, and until when it is enough."""
    described = called.trust().describe(called.clock.now())
    if as_json:
        click.echo(json.dumps(described.to_json(), ensure_ascii=False, indent=2))
    else:
        _print(described)


def _print(described: TrustDescription) -> None:
    from counterproof.trust.names import grouped  # noqa: PLC0415
    from counterproof.words.explain import explain  # noqa: PLC0415
    from counterproof.words.verifier import age_in_words  # noqa: PLC0415

    for code in described.notices:
        sentence = explain(code)
        click.echo(f"! {sentence.what} {sentence.do} [{code}]")
    for agency in described.agencies:
        click.echo(f"{marked(agency.name)} ({agency.country})")
        click.echo(f"  root          {grouped(agency.fingerprint)}")
        click.echo(f"  documents     {', '.join(agency.doc_types)}")
        click.echo(f"  counters      {agency.readers}")
        click.echo(f"  published     {age_in_words(agency.age)} ago")
        click.echo(f"  enough until  {agency.enough_until:%Y-%m-%d %H:%M} UTC")
        for code in agency.notices:
            sentence = explain(code)
            click.echo(f"  ! {sentence.what} {sentence.do} [{code}]")


@trust.command()
@click.argument("fingerprint")
@session
def remove(called: Session, *, fingerprint: str) -> None:
    """Stop trusting the agency whose root has this FINGERPRINT."""
    _say(called.home.trust.remove(fingerprint))


COMMANDS = (trust,)
