"""`issuer case`: everything about one matter, notes about it, and a signed copy that others can verify."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from counterproof.mdoc.errors import UsageError
from counterproof.terminal.commands import Group
from counterproof.words.language import tr
from counterproof.words.model import NN_
from issuer.cli.output import (
    counted,
    hand_out,
    json_option,
    minute,
    print_facts,
    print_json,
    print_table,
    say,
)
from issuer.cli.session import Session, session

if TYPE_CHECKING:
    from issuer.agency.story import Event

_FILE = click.Path(dir_okay=False, path_type=Path)
_KINDS = ("note", "to-person", "from-person")


@click.group(cls=Group)
def case() -> None:
    """Case files: the application, the decision, cards, changes of status and notes of one matter."""


@case.command("list")
@session()
@click.option("--subject", help="Only this person, by your own reference.")
@click.option("--type", "doc_type", help="Only this type.")
@click.option("--limit", type=click.IntRange(1, 1000), default=50, show_default=True, help="How many.")
@json_option
def list_(session: Session, /, *, as_json: bool, **filters: Any) -> None:
    """List cases, the newest first."""
    from issuer import terms  # noqa: PLC0415 - its imports are slow; --help needs none

    with session.open() as agency:
        found = agency.cases.every(**filters)
    if as_json:
        print_json(found)
        return
    if not found:
        say(tr("Nothing was found."))
        return
    rows = [
        (
            each.case_id,
            each.doc_type,
            each.subject or tr("(erased)"),
            minute(each.begun_at),
            terms.offer_state(each.state),
            each.who,
        )
        for each in found
    ]
    print_table((tr("CASE"), tr("DOCTYPE"), tr("SUBJECT"), tr("BEGUN"), tr("STATE"), tr("BY")), rows)


@case.command("show")
@session()
@click.argument("name", metavar="CASE")
@json_option
def show(session: Session, /, name: str, *, as_json: bool) -> None:
    """Show CASE: that of an offer, an application, a batch or a copy. No values are in there."""
    from issuer.agency import story  # noqa: PLC0415 - its imports are slow; --help needs none
    from issuer.agency.cases import case_facts  # noqa: PLC0415

    with session.open() as agency:
        matter = agency.cases.matter(name)
        uris = {each.list_id: each.uri for each in agency.register.status_lists()}
    if as_json:
        print_json(case_facts(matter, uris))
        return
    print_facts(
        [
            (tr("Case"), matter.case_id),
            (tr("Person"), matter.subject or tr("(erased)")),
            (tr("Type"), matter.doc_type),
        ]
    )
    click.echo()
    for event in story.told(matter):
        _say(event)


def _say(event: Event) -> None:
    who = f"  {event.who}" if event.who else ""
    click.echo(f"{minute(event.at)}{who}")
    click.echo(f"    {event.what}")
    for line in event.text.splitlines():
        click.echo(f"    | {line}")
    if not event.intact:
        other = tr("This text is not the one that was written down.")
        click.echo(f"    {other}")


@case.command("note")
@session()
@click.argument("name", metavar="CASE")
@click.option("--kind", type=click.Choice(_KINDS), default="note", show_default=True, help="What it is.")
@click.option("--text", help="The note; read from standard input without it.")
def note(session: Session, /, name: str, kind: str, text: str | None) -> None:
    """Write a note into CASE, or what went to the person or came from them. It is erased with the person."""
    with session.open() as agency:
        agency.cases.note(name, sys.stdin.read() if text is None else text, kind)
    say(tr("It is in the case."))


@case.command("export")
@session(keys=True)
@click.argument("name", metavar="CASE")
@click.option("--out", required=True, type=_FILE, help="Write the signed copy here (.cpcase).")
def export(session: Session, /, name: str, out: Path) -> None:
    """Take a signed copy of all of CASE. That it was taken is written down."""
    from issuer.cli.output import check_free  # noqa: PLC0415

    check_free(out)
    with session.open() as agency:
        content = agency.cases.export(name)
        root = agency.root
    hand_out(out, content)
    from counterproof.trust.names import fingerprint  # noqa: PLC0415

    say(tr("The signed copy is in {file}. Whoever gets it verifies it with:"), file=out)
    click.echo(f"  issuer case verify {out} --root {fingerprint(root)}")


@case.command("verify")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--root", help="The fingerprint of the agency's root, had by another way.")
@click.option(
    "--agency", "folder", type=click.Path(file_okay=False, path_type=Path), help="The agency's folder."
)
@json_option
def verify(file: Path, root: str | None, folder: Path | None, *, as_json: bool) -> None:
    """Verify a signed copy of a case; with --agency also that every entry is in its record just so."""
    from counterproof.sealing.files import read_regular  # noqa: PLC0415
    from counterproof.trust.names import fingerprint, plain_fingerprint  # noqa: PLC0415
    from issuer.agency import Agency  # noqa: PLC0415
    from issuer.agency.cases import MOST_BYTES, read  # noqa: PLC0415

    if (root is None) == (folder is None):
        raise UsageError("agency.case-whose")
    content = read_regular(file, limit=MOST_BYTES)
    entries = 0
    if folder is None:
        wanted = plain_fingerprint(root or "")
        found = read(content, lambda given: given == wanted)
    else:
        with Agency.open(folder, passphrase="", restored=True) as agency:
            own = fingerprint(agency.root)
            found = read(content, lambda given: given == own)
            entries = agency.cases.check_here(found)
    if as_json:
        print_json(found.case)
        return
    case = found.case
    words = tr("Case {id} of {agency}, as it stood at {time}: not altered.")
    say(words, id=case["case"], agency=case["agency"], time=minute(found.signed_at))
    one, many = NN_(
        "{n} entry of the record, with its place in the chain.",
        "{n} entries of the record, each with its place in the chain.",
    )
    click.echo(counted(len(case["entries"]), one, many))
    if folder is not None:
        one, many = NN_(
            "{n} entry is in this agency's record just so.",
            "{n} entries are in this agency's record just so.",
        )
        click.echo(counted(entries, one, many))


COMMANDS = (case,)
