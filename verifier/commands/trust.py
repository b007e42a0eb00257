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
    from counterproof.trust.pack.sources import Source
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

    FROM is an agency's folder or an authority's trust pack: a folder, a zip file, an https address, or a
    moving picture of the code that another counter shows.
    """
    from counterproof.trust import updating  # noqa: PLC0415 - slow to load; --help needs none
    from counterproof.trust.confirming import expecting  # noqa: PLC0415
    from verifier.lists import source_of  # noqa: PLC0415

    confirm: Confirm = expecting(*fingerprints) if fingerprints else _ask
    at = called.clock.now()
    opened = source_of(source)
    _say(updating.add(called.home.trust, opened, at, clock=called.clock, confirm=confirm), as_json=as_json)


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
@click.argument("source", metavar="[FROM]", required=False)
@click.option("--camera", metavar="N", help="Read another counter's screen by camera N, 0 for the first.")
@json_option
@session
def update(called: Session, *, source: str | None, camera: str | None, as_json: bool) -> None:
    """Take the newer lists of who is trusted already, from a folder, a zip file, an address or a code.

    FROM may be a moving picture of the code that another counter shows. All of it is taken, or nothing. What
    waits for a person is refused.
    """
    from counterproof.trust import updating  # noqa: PLC0415 - slow to load; --help needs none
    from verifier.lists import source_of  # noqa: PLC0415

    if (source is None) == (camera is None):
        raise UsageError("verifier.lists-from")
    opened = _look(called, camera) if camera is not None else source_of(source or "")
    at = called.clock.now()
    _say(updating.update(called.home.trust, opened, at, clock=called.clock), as_json=as_json)


def _look(called: Session, camera: str) -> Source:
    from verifier.lists import watched  # noqa: PLC0415 - as above

    told = 0

    def tell(received: int, needed: int) -> None:
        nonlocal told
        if received != told:
            told = received
            words = tr("{n} of {needed} pictures").format(n=received, needed=needed)
            click.echo(f"\r{words}", nl=False, err=True)

    click.echo(tr("Hold the other screen in front of the camera. Ctrl-C ends it."), err=True)
    found = watched(int(camera) if camera.isdecimal() else camera, called.clock, tell)
    click.echo("", err=True)
    return found


@trust.command()
@click.argument("fingerprint", required=False)
@click.option(
    "--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="Where to: .gif or .txt"
)
@session
def code(called: Session, *, fingerprint: str | None, out: Path) -> None:
    """Make a moving code of the lists of one agency or authority, for another counter to read.

    FINGERPRINT says whose, where several are held (`verifier trust show`). The other counter believes nobody
    new by it: it takes what is newer of those whom it trusts.
    """
    from counterproof.optics.kinds import Kind  # noqa: PLC0415 - slow to load; --help needs none
    from counterproof.words.lists_code import code_lines  # noqa: PLC0415
    from verifier import drawing, lists  # noqa: PLC0415

    drawing.check_out(out)
    at = called.clock.now()
    whose = fingerprint or lists.only_publisher(called.trust().describe(at))
    made = lists.code_of(called.home.trust, whose)
    drawing.write_code(out, Kind.LISTS, made.m, head=(), at=at)
    told = {"pictures": made.pictures, "seconds": made.seconds}
    for line in code_lines(made.name, made.issued_at, **told, whole=made.whole):
        click.echo(line)
    click.echo(tr("Code: {file}").format(file=out))
    click.echo(tr("The other counter: `verifier trust update {file}`").format(file=out))


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
