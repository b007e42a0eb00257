"""`issuer source add`, `list`, `test`: where a person's data is asked for when it is needed."""

from __future__ import annotations

from pathlib import Path

import click

from counterproof.mdoc.errors import UsageError
from counterproof.terminal.commands import Group
from counterproof.words.language import tr
from issuer.cli.output import json_option, listed, print_json, print_table, say, say_next
from issuer.cli.session import Session, session

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group(cls=Group)
def source() -> None:
    """Attribute sources: a person's data is asked for at the moment of issuing, and never kept."""


@source.command(name="add")
@session()
@click.argument("name")
@click.option(
    "--csv", "csv_", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="A CSV file."
)
@click.option("--sql", metavar="URL", help="A database, with --query.")
@click.option("--query", default="", help="A SELECT with :ref where the person's reference goes.")
@click.option("--http", metavar="URL", help="An address with {ref} in it that answers with JSON.")
@click.option(
    "--token-file", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="A bearer token."
)
@click.option("--map", "maps", multiple=True, metavar="FIELD=NAME", help="What the source calls a field.")
def add(
    session: Session,
    /,
    *,
    name: str,
    csv_: Path | None,
    sql: str | None,
    query: str,
    http: str | None,
    token_file: Path | None,
    maps: tuple[str, ...],
) -> None:
    """Add the source NAME, or replace it. No secret is kept in its settings."""
    from issuer import sources  # noqa: PLC0415 - its imports are slow; --help needs none

    places = {"csv": csv_ and str(csv_.resolve()), "sql": sql, "http": http}
    given = [(kind, place) for kind, place in places.items() if place]
    if len(given) != 1 or not all("=" in each for each in maps):
        raise UsageError("source.place")
    kind, place = given[0]
    made = sources.Source(
        name=name,
        kind=kind,
        place=place,
        query=query,
        token_file=str(token_file.resolve()) if token_file else "",
        columns=dict(each.split("=", 1) for each in maps),
    )
    with session.open() as agency:
        sources.add(agency.desk, made)
    there = tr("The source {name} is there. Try it:").format(name=name)
    say_next(there, f"issuer source test {session.folder} {name} --type TYPE --person REFERENCE")


@source.command(name="list")
@session()
@json_option
def list_(session: Session, /, *, as_json: bool) -> None:
    """List the sources."""
    from issuer import sources  # noqa: PLC0415

    with session.open() as agency:
        every = sources.every(agency.desk)
    if as_json:
        print_json(list(every))
    else:
        rows = [(each.name, each.kind, each.place) for each in every]
        print_table((tr("NAME"), tr("KIND"), tr("PLACE")), rows)


@source.command(name="test")
@session()
@click.argument("name")
@click.option("--type", "doc_type", required=True, help="For which type: only its fields are asked for.")
@click.option("--person", required=True, help="About whom, by your own reference.")
def test(session: Session, /, name: str, doc_type: str, person: str) -> None:
    """Ask the source NAME, say which fields it has, and show no value. It is logged like any asking."""
    from issuer import sources  # noqa: PLC0415

    with session.open() as agency:
        kind = agency.catalogue().find(doc_type).type
        found = sources.ask(agency.desk, sources.find(agency.desk, name), kind, person, why="test")
    fields = [*(each for values in found.elements.values() for each in values), *found.inputs]
    say(tr("The answer fits {type}. It has: {fields}"), type=kind.doc_type, fields=listed(fields))


COMMANDS = (source,)
