"""`issuer purpose`: what the counters of this agency may ask for, and on which terms."""

from __future__ import annotations

from pathlib import Path

import click

from counterproof.terminal.commands import Group
from counterproof.words.language import current, tr
from counterproof.words.model import N_
from issuer.cli.output import confirmed, json_option, listed, print_json, say, say_next, say_wider
from issuer.cli.session import Session, session


@click.group(cls=Group)
def purpose() -> None:
    """Register what counters may ask for; it goes out with the next publication."""


@purpose.command()
@session()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Check the file and say what would change; change nothing.")
def add(session: Session, /, file: Path, *, dry_run: bool) -> None:
    """Register the purposes of a TOML FILE; `issuer purpose example` prints one to begin with."""
    from counterproof.optics.files import read_regular  # noqa: PLC0415 - slow to load; --help needs none

    with session.open() as agency:
        done = agency.add_purposes(read_regular(file), dry_run=dry_run)
    became = (
        (tr("New: {id}"), done.new),
        (tr("Changed: {id}"), done.changed),
        (tr("As it was: {id}"), done.same),
    )
    for words, ids in became:
        for each in ids:
            say(words, id=each)
    if dry_run:
        say(tr("Nothing was changed: this was a dry run."))
    elif done.new or done.changed:
        say_next(tr("Counters and wallets learn of it with:"), f"issuer publish {session.folder} OUT")
        say_wider()


@purpose.command(name="list")
@session()
@json_option
def list_(session: Session, /, *, as_json: bool) -> None:
    """List what is registered."""
    import msgspec  # noqa: PLC0415

    with session.open() as agency:
        found = agency.purposes()
    if as_json:
        print_json([msgspec.to_builtins(each) for each in found])
        return
    if not found:
        say(tr("No purpose is registered yet: wallets choose nothing for anybody who asks."))
    for each in found:
        version = tr("version {n} of {day}").format(n=each.version, day=each.date)
        click.echo(f"{each.id}  {version}: {each.text(each.title, current())}")
        for document in each.documents:
            names = listed(one.element for one in document.elements)
            click.echo(f"    {document.doc_type}: {names}")


@purpose.command()
@session()
@click.argument("purpose")
@confirmed(N_("Wallets will refuse what counters ask for this purpose. Go on?"))
def remove(session: Session, /, purpose: str) -> None:
    """Take the PURPOSE with this id out of the register."""
    with session.open() as agency:
        agency.remove_purpose(purpose)
    gone = tr("Taken out: {id}. It is in force with:").format(id=purpose)
    say_next(gone, f"issuer publish {session.folder} OUT")


@purpose.command()
def example() -> None:
    """Print a file of purposes to begin with."""
    from issuer.agency.purposes import examples  # noqa: PLC0415

    click.echo(examples().decode("utf-8"), nl=False)


COMMANDS = (purpose,)
