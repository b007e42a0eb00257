"""`verifier trust`: whose documents are believed, by what agencies and authorities publish."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from counterproof.mdoc.errors import UsageError
from counterproof.terminal.asking import confirm as ask_yes
from counterproof.terminal.commands import Group
from counterproof.words.language import tr
from counterproof.words.model import N_, Phrases
from counterproof.words.plain_text import marked
from verifier.commands.session import Session, json_option, session

if TYPE_CHECKING:
    from counterproof.trust.confirming import Claims, Confirm, Introduction
    from counterproof.trust.describe import TrustDescription
    from counterproof.trust.succession import ChangeSummary

_FILE = click.Path(path_type=Path)


@click.group(cls=Group)
def trust() -> None:
    """Add, update, show and remove the agencies and authorities that this counter believes."""


@trust.command()
@click.argument("source", metavar="FROM")
@click.option(
    "--fingerprint",
    "fingerprints",
    multiple=True,
    help="Take this root, and what is new about its agency, without asking; may be repeated.",
)
@json_option
@session
def add(called: Session, *, source: str, fingerprints: tuple[str, ...], as_json: bool) -> None:
    """Trust whoever published FROM, or what is new about them, once the fingerprint is compared.

    FROM is an agency's folder or an authority's trust pack: a folder, a zip file or an https address.
    """
    from counterproof.trust import updating  # noqa: PLC0415 - slow to load; --help needs none
    from counterproof.trust.confirming import expecting  # noqa: PLC0415

    confirm: Confirm = expecting(*fingerprints) if fingerprints else _ask
    at = called.clock.now()
    _say(updating.add(called.home.trust, source, at, clock=called.clock, confirm=confirm), as_json=as_json)


_OF_AGENCY = N_("It says that it is of the agency “{name}” ({country}).")
_OF = Phrases(
    {
        "issuer-root": _OF_AGENCY,
        "claims": _OF_AGENCY,
        "reader-root": N_("It says that it is of the counters of the agency “{name}” ({country})."),
        "authority": N_("It says that it is of the authority “{name}” ({country})."),
        "issuer-list": N_("It says that it is of the list provider “{name}” ({country})."),
    }
)
_IS_IT_AGENCYS = N_("Is this the fingerprint that the agency gave you?")
_IS_IT = Phrases(
    {
        "issuer-root": _IS_IT_AGENCYS,
        "claims": _IS_IT_AGENCYS,
        "reader-root": _IS_IT_AGENCYS,
        "authority": N_("Is this the fingerprint that the authority gave you?"),
        "issuer-list": N_("Is this the fingerprint that the list provider gave you?"),
    }
)


def _ask(introduction: Introduction) -> bool:
    """Show what is new to a person, who has the right fingerprint from the agency by another way."""
    claims, before, role = introduction.claims, introduction.before, introduction.role
    if role == "claims" and before is not None:
        _show_change(claims, before)
        question = tr("Did the agency itself tell you of this change?")
    else:
        click.echo(_OF[role].format(name=marked(claims.name), country=claims.country or "?"))
        if role == "authority":
            click.echo(tr("Everybody on its list will be believed for what the list says."))
        click.echo(tr("Documents: {names}").format(names=tr(", ").join(claims.doc_types)))
        question = _IS_IT[role]
    click.echo(tr("Fingerprint of its root:") + f"\n  {introduction.shown}")
    if not sys.stdin.isatty():
        raise UsageError("verifier.not-confirmed", fingerprint=introduction.shown)
    return ask_yes(question)


def _show_change(now: Claims, before: Claims) -> None:
    known = tr("The agency “{name}” ({country}) is trusted already.")
    click.echo(known.format(name=marked(before.name), country=before.country))
    if (now.name, now.country) != (before.name, before.country):
        itself = tr("It now calls itself “{name}” ({country}).")
        click.echo(itself.format(name=marked(now.name), country=now.country))
    if added := now.added_to(before):
        wants = tr("It now also wants to be believed about: {names}")
        click.echo(wants.format(names=tr(", ").join(added)))


@trust.command()
@click.argument("source", metavar="FROM")
@json_option
@session
def update(called: Session, *, source: str, as_json: bool) -> None:
    """Take the newer lists of who is trusted already, from a folder, a zip file or an https address.

    All of it is taken, or nothing. What waits for a person is refused.
    """
    from counterproof.trust import updating  # noqa: PLC0415 - slow to load; --help needs none

    at = called.clock.now()
    _say(updating.update(called.home.trust, source, at, clock=called.clock), as_json=as_json)


@trust.command(name="import-vical")
@click.argument("file", type=_FILE)
@click.option(
    "--pin",
    "pin_file",
    required=True,
    type=_FILE,
    help="The certificate of the list's provider (its root, or the signer's own), PEM or DER.",
)
@click.option(
    "--fingerprint", "fingerprints", multiple=True, help="Its fingerprint, in place of being asked."
)
@json_option
@session
def import_vical(
    called: Session, *, file: Path, pin_file: Path, fingerprints: tuple[str, ...], as_json: bool
) -> None:
    """Believe the issuers on a VICAL of another provider, such as the AAMVA's, or take its newer issue."""
    from counterproof.trust.confirming import expecting  # noqa: PLC0415 - slow to load; --help needs none
    from counterproof.trust.imports import read_certificate, read_list  # noqa: PLC0415

    confirm: Confirm = expecting(*fingerprints) if fingerprints else _ask
    pin, at = read_certificate(pin_file), called.clock.now()
    _say(called.home.trust.import_vical(read_list(file), pin, at=at, confirm=confirm), as_json=as_json)


def _say(change: ChangeSummary, *, as_json: bool = False) -> None:
    from counterproof.words.trust_text import change_lines  # noqa: PLC0415

    if as_json:
        click.echo(json.dumps(change.to_json(), ensure_ascii=False, indent=2))
        return
    for line in change_lines(change.to_json()):
        click.echo(line)


@trust.command()
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
@session
def confirm(called: Session, *, yes: bool, as_json: bool) -> None:
    """Let purposes count that let counters do more than before, once a person has read them.

    Until then what counted before does. Lists and revocations never wait.
    """
    from counterproof.words.trust_text import waiting_lines  # noqa: PLC0415 - as above

    trust = called.trust()
    described = trust.describe(called.clock.now()).to_json()["waiting"]
    if not trust.waiting:
        click.echo(tr("Nothing waits."), err=as_json)
    for waiting in trust.waiting:
        own = [each for each in described if each["key"] == waiting.publisher]
        for line in waiting_lines(own):
            click.echo(line, err=as_json)
        question = tr("Did {name} tell you of this?").format(name=marked(waiting.name))
        if yes or ask_yes(question, err=as_json):
            _say(called.home.trust.confirm_purposes(waiting), as_json=as_json)


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
    from counterproof.words.trust_text import description_lines  # noqa: PLC0415

    for line in description_lines(described.to_json()):
        click.echo(line)


@trust.command()
@click.argument("fingerprint")
@session
def remove(called: Session, *, fingerprint: str) -> None:
    """Stop trusting the agency, authority or list with this FINGERPRINT, and everybody on its list."""
    _say(called.home.trust.remove(fingerprint))


COMMANDS = (trust,)
