"""`issuer authority`: for the operator of a trust list, from the first day to the daily publication."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from counterproof.terminal.commands import Group
from counterproof.words.language import tr
from counterproof.words.model import N_, NN_
from counterproof.words.plain_text import marked
from issuer.cli import authority_lists, authority_roots
from issuer.cli.operator_session import Operator, compare, operator, say_publish
from issuer.cli.output import (
    confirmed,
    counted,
    json_option,
    listed,
    minute,
    print_block,
    print_facts,
    print_json,
    print_table,
    say,
    say_next,
    shout,
)
from issuer.cli.session import kdf_policy

if TYPE_CHECKING:
    from issuer.authority import Authority, Finding, Published
    from issuer.authority.agencies import Offered

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_OUT = click.Path(dir_okay=False, path_type=Path)
_FOLDER = click.Path(file_okay=False, path_type=Path)
_MAX_REQUEST, _MAX_TOML = 4096, 1_048_576


@click.group(cls=Group)
def authority() -> None:
    """Run a list of whom to trust: agencies, counters and purposes, in one signed pack for everybody."""


@authority.command()
@operator
@click.option("--name", required=True, help='The operator\'s name, such as "City Network".')
@click.option("--country", required=True, help="Two capital letters, such as EE.")
@click.option("--officers", "number", type=click.IntRange(1, 16), default=3, show_default=True)
@click.option(
    "--threshold",
    type=click.IntRange(1, 16),
    default=2,
    show_default=True,
    help="Officers who must sign a root.",
)
def init(called: Operator, /, *, name: str, country: str, number: int, threshold: int) -> None:
    """Found an operator in DIR: the officers' keys, the registrar's, the daily key, and the first root."""
    from issuer.authority import Authority  # noqa: PLC0415 - its imports are slow; --help needs none

    made = Authority.init(
        called.folder,
        called.secrets(new=True),
        name=name,
        country=country,
        officers=number,
        threshold=threshold,
        registrar=called.registrar_keys,
        root_keys=called.root_keys,
        clock=called.clock,
        policy=kdf_policy(),
    )
    say(tr("{name} is founded in {folder}."), name=name, folder=called.folder)
    click.echo()
    _print_fingerprint(made)
    sticks = tr("{folder} holds the officers' keys: one stick for each officer, in different hands.")
    registrar = tr("{folder}: fetch it to change a list.")
    handed = tr("what an agency handed over")
    print_block(
        tr("Take offline"),
        *(sticks.format(folder=each) for each in made.keys.roots),
        registrar.format(folder=called.registrar_keys or called.folder / "registrar-keys"),
        tr("Every day needs the daily key alone. Nobody can recover a passphrase."),
    )
    print_block(
        tr("Next"),
        tr("Print the fingerprint: counters and residents compare it once."),
        f"issuer authority add-agency {called.folder} FOLDER    {handed}",
        f"issuer authority publish {called.folder} OUT",
    )


def _print_fingerprint(made: Authority) -> None:
    from counterproof.trust.names import grouped  # noqa: PLC0415 - as above

    print_facts([(tr("Fingerprint"), grouped(made.fingerprint))])


@authority.command(name="add-agency")
@operator
@click.argument("agency", metavar="FOLDER", type=_FOLDER)
@click.option(
    "--doc-type", "doc_types", multiple=True, help="A type that it may issue; all that it claims by default."
)
@click.option("--name", help="What it is called on every screen; its own name by default.")
@click.option("--no-readers", is_flag=True, help="Do not vouch for its counters.")
@click.option(
    "--fingerprint", "expected", multiple=True, help="Of its root, and of its part's key: do not ask."
)
@click.option("--dry-run", is_flag=True, help="Show what would be entered, and change nothing.")
def add_agency(
    called: Operator,
    /,
    *,
    agency: Path,
    doc_types: tuple[str, ...],
    name: str | None,
    no_readers: bool,
    expected: tuple[str, ...],
    dry_run: bool,
) -> None:
    """Enter the agency that published FOLDER, or what is new about it, once its fingerprints are compared.

    The agency must have published with `issuer publish --join-pack`.
    """
    opened = called.open()
    offered = opened.offered(agency)
    _print_offered(offered, doc_types)
    if dry_run:
        say(tr("Nothing was changed."))
        return
    compare((offered.contents.fingerprint, offered.key_fingerprint), expected)
    entry = opened.add_agency(offered, doc_types=doc_types, name=name, readers=not no_readers)
    entered = tr("{name} is entered as {id}, for {types}.")
    say(entered, name=marked(entry.name), id=entry.id, types=listed(entry.doc_types))
    say_publish(called)


def _print_offered(offered: Offered, doc_types: tuple[str, ...]) -> None:
    from counterproof.trust.names import grouped  # noqa: PLC0415 - as above

    contents = offered.contents
    claims = contents.manifest.doc_types
    who = tr("{name} ({country}), as {id}")
    say(who, name=marked(contents.name), country=contents.manifest.country, id=offered.id)
    print_facts(
        [
            (tr("Claims"), listed(claims)),
            (tr("Gets"), listed(doc_types or claims)),
            (tr("Root"), grouped(contents.fingerprint)),
            (tr("Key of its part"), grouped(offered.key_fingerprint)),
        ]
    )


@authority.command(name="remove-agency")
@operator
@click.argument("name", metavar="ID")
@confirmed(N_("Its documents will be refused wherever this list is kept. Go on?"))
def remove_agency(called: Operator, /, *, name: str) -> None:
    """Strike the agency ID off the list."""
    gone = called.open().remove_agency(name)
    say(tr("{name} is struck off."), name=marked(gone.name))
    say_publish(called)


@authority.command()
@operator
def renew(called: Operator, /) -> None:
    """Sign every list anew with the registrar's keys, for 90 days."""
    called.open().renew()
    say(tr("Every list is signed anew. It counts for 90 days."))
    say_publish(called)


@authority.command()
@operator
@click.argument("out", type=_FOLDER)
@click.option(
    "--days", type=click.IntRange(1, 90), default=7, show_default=True, help="How long the pack counts."
)
@click.option("--dry-run", is_flag=True, help="Check everything, and put nothing down.")
@click.option(
    "--quiet",
    is_flag=True,
    help="For timers: say nothing while all is well; exit code 3 if something runs out.",
)
@json_option
def publish(called: Operator, /, *, out: Path, days: int, dry_run: bool, quiet: bool, as_json: bool) -> None:
    """Take over what the agencies have published, sign it with the daily key, and put the pack into OUT.

    Serve OUT with any web server, copy it to sticks, or zip it for mail: nothing in it is secret, and nothing
    can be changed. Run it every day.
    """
    done = called.open().publish(out, life_days=days, dry_run=dry_run)
    if as_json:
        print_json({"out": out, "dry_run": dry_run, **{name: getattr(done, name) for name in done.__slots__}})
    elif not quiet:
        _print_published(done, out, dry_run=dry_run)
    untaken = [part for part in done.parts if part.code not in ("new", "same")]
    if quiet:
        problems = [
            (part.code if part.code != "away" else "authority.agency-away", {"agency": part.agency})
            for part in untaken
        ]
        shout([*problems, *((each.code, _facts(each)) for each in done.findings)])


def _facts(each: Finding) -> dict[str, object]:
    return {
        "what": each.what,
        "agency": each.agency,
        "until": minute(each.until),
        "days": max(each.days_left, 0),
    }


def _print_published(done: Published, out: Path, *, dry_run: bool) -> None:
    from counterproof.trust.names import grouped  # noqa: PLC0415 - as above
    from counterproof.words.explain import explain  # noqa: PLC0415 - as above

    if dry_run:
        one, many = NN_("{n} file would be in {folder}.", "{n} files would be in {folder}.")
    else:
        one, many = NN_("{n} file is in {folder}.", "{n} files are in {folder}.")
    click.echo(counted(done.files, one, many, folder=out) + "\n")
    short = tr("{n}, from status lists of packs before").format(n=done.deltas)
    print_facts(
        [
            (tr("Fingerprint"), grouped(done.fingerprint)),
            (tr("Number"), str(done.version)),
            (tr("Counts until"), minute(done.valid_until)),
            *([(tr("Short cuts"), short)] if done.deltas else []),
        ]
    )
    taken = {"new": tr("taken over"), "same": tr("nothing new")}
    for part in done.parts:
        code = "authority.agency-away" if part.code == "away" else part.code
        words = taken.get(code) or explain(code, {"agency": part.agency}).what
        click.echo(f"  {part.agency}: {words}")
    _print_findings(done.findings)
    click.echo()
    say_next(tr("At the counter:"), f"verifier trust add {out}")
    say_next(tr("From then on:"), f"verifier trust update {out}")


def _print_findings(found: tuple[Finding, ...]) -> None:
    from counterproof.words.explain import explain  # noqa: PLC0415 - as above

    for each in found:
        sentence = explain(each.code, _facts(each))
        click.echo(f"! {sentence.what} {sentence.do} [{each.code}]")


@authority.command()
@operator
@json_option
def show(called: Operator, /, *, as_json: bool) -> None:
    """Show who is on the list, and what runs out."""
    opened = called.open()
    records, findings = opened.records, opened.findings()
    if as_json:
        print_json(
            {
                "name": records.name,
                "country": records.country,
                "fingerprint": opened.fingerprint,
                "root": max(map(int, records.roots)),
                "root_waits": records.pending_root is not None,
                "officers": [each.number for each in records.officers],
                "threshold": records.threshold,
                "old_keys": [each.file for each in opened.old_keys()],
                "agencies": [
                    {"id": each.id, "name": each.name, "doc_types": each.doc_types}
                    for each in records.agencies
                ],
                "readers": [
                    {"id": each.id, "office": each.office, "name": each.name} for each in records.readers
                ],
                "recognises": [
                    {"name": each.name, "doc_types": each.doc_types} for each in records.recognises
                ],
                "findings": findings,
            }
        )
        return
    click.echo(f"{marked(records.name)} ({records.country})")
    _print_fingerprint(opened)
    officers = listed(str(each.number) for each in records.officers)
    root = tr("Root {root}, officers {officers}, {n} must sign")
    say(f"  {root}", root=max(map(int, records.roots)), officers=officers, n=records.threshold)
    if records.agencies:
        rows = [(each.id, marked(each.name), listed(each.doc_types)) for each in records.agencies]
        print_table((tr("AGENCY"), tr("NAME"), tr("TYPES")), rows)
    if records.readers:
        rows = [(each.id, each.office, marked(each.name)) for each in records.readers]
        print_table((tr("COUNTER"), tr("OFFICE"), tr("NAME")), rows)
    for each in records.recognises:
        words = tr("Recognises {name} for {types}")
        say(words, name=marked(each.name), types=listed(each.doc_types))
    if old := opened.old_keys():
        words = tr("Old keys that were not destroyed: {keys}")
        say(words, keys=listed(each.file for each in old))
        say_next(tr("Destroy them:"), f"issuer authority destroy-keys {called.folder}")
    _print_findings(findings)


for command in (*authority_roots.COMMANDS, *authority_lists.COMMANDS):
    authority.add_command(command)
COMMANDS = (authority,)
