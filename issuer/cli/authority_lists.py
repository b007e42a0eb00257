"""`issuer authority`, the lists themselves: counters, purposes, types, and other operators."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from counterproof.terminal.commands import Command
from counterproof.words.language import tr
from counterproof.words.model import N_
from counterproof.words.plain_text import marked
from issuer.cli.operator_session import Operator, compare, operator, say_publish
from issuer.cli.output import confirmed, counted, day, hand_out, listed, say, say_wider

if TYPE_CHECKING:
    from issuer.authority.records import ListedReader

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_OUT = click.Path(dir_okay=False, path_type=Path)
_MAX_REQUEST, _MAX_TOML = 4096, 1_048_576


@click.command("add-reader", cls=Command)
@operator
@click.option("--request", required=True, type=_FILE, help="The counter's certificate request (PKCS#10).")
@click.option("--id", "reader_id", required=True, help="The counter's id, such as CITY-DESK-1.")
@click.option("--name", required=True, help="What wallets show.")
@click.option("--office", help="The id of its office; the counter's own by default.")
@click.option("--out", required=True, type=_OUT, help="The certificate, PEM.")
def add_reader(
    called: Operator, /, *, request: Path, reader_id: str, name: str, office: str | None, out: Path
) -> None:
    """Certify a counter of the operator's own, and enter it into the list of readers."""
    from counterproof.sealing.files import read_regular  # noqa: PLC0415 - as above

    content = read_regular(request, limit=_MAX_REQUEST)
    entry = called.open().add_reader(content, reader_id=reader_id, name=name, office=office)
    _hand_out_reader(called, entry, out)


@click.command("renew-reader", cls=Command)
@operator
@click.argument("reader_id", metavar="ID")
@click.option("--request", type=_FILE, help="A new request, where the counter has a new key.")
@click.option("--out", required=True, type=_OUT, help="The certificate, PEM.")
def renew_reader(called: Operator, /, *, reader_id: str, request: Path | None, out: Path) -> None:
    """Certify the counter ID anew, before its certificate runs out."""
    from counterproof.sealing.files import read_regular  # noqa: PLC0415 - as above

    content = read_regular(request, limit=_MAX_REQUEST) if request is not None else None
    _hand_out_reader(called, called.open().renew_reader(reader_id, content), out)


def _hand_out_reader(called: Operator, entry: ListedReader, out: Path) -> None:
    from issuer.authority.records import certificate  # noqa: PLC0415 - as above

    made = certificate(entry.certificates[-1])
    hand_out(out, made.pem)
    words = tr("{name} ({id}) has a certificate until {day}: {file}")
    say(words, name=marked(entry.name), id=entry.id, day=day(made.not_after), file=out)
    say_publish(called)


@click.command("remove-reader", cls=Command)
@operator
@click.argument("reader_id", metavar="ID")
@confirmed(N_("Wallets will answer this counter no more. Go on?"))
def remove_reader(called: Operator, /, *, reader_id: str) -> None:
    """Strike the counter ID off, and revoke its certificates."""
    count = called.open().remove_reader(reader_id)
    click.echo(
        counted(count, "{n} certificate of {id} revoked.", "{n} certificates of {id} revoked.", id=reader_id)
    )
    say_publish(called)


@click.command("add-purpose", cls=Command)
@operator
@click.argument("file", type=_FILE)
def add_purpose(called: Operator, /, *, file: Path) -> None:
    """Register the purposes in FILE (TOML), in place of those of the same id."""
    from counterproof.sealing.files import read_regular  # noqa: PLC0415 - as above

    names = called.open().add_purposes(read_regular(file, limit=_MAX_TOML))
    say(tr("Registered: {names}"), names=listed(names))
    say_wider()
    say_publish(called)


@click.command("remove-purpose", cls=Command)
@operator
@click.argument("name", metavar="ID")
def remove_purpose(called: Operator, /, *, name: str) -> None:
    """Strike the purpose ID off."""
    called.open().remove_purpose(name)
    say(tr("{name} is struck off."), name=name)
    say_publish(called)


@click.command("add-type", cls=Command)
@operator
@click.argument("file", type=_FILE)
def add_type(called: Operator, /, *, file: Path) -> None:
    """Put the kind of document that FILE (TOML) describes into the catalogue."""
    from counterproof.sealing.files import read_regular  # noqa: PLC0415 - as above

    say(tr("In the catalogue: {name}"), name=called.open().add_type(read_regular(file, limit=_MAX_TOML)))
    say_publish(called)


@click.command(cls=Command)
@operator
@click.argument("other", metavar="OTHER")
@click.option("--doc-type", "doc_types", multiple=True, required=True, help="A type; repeat it.")
@click.option("--readers", is_flag=True, help="Vouch for its counters too.")
@click.option("--fingerprint", "expected", multiple=True, help="The other's fingerprint: do not ask.")
def recognise(
    called: Operator,
    /,
    *,
    other: str,
    doc_types: tuple[str, ...],
    readers: bool,
    expected: tuple[str, ...],
) -> None:
    """Believe the issuers on another operator's list for some types. OTHER is its pack.

    Who trusts you then takes the other's packs without being asked, for these types alone.
    """
    from issuer.authority.recognising import look  # noqa: PLC0415 - as above

    opened = called.open()
    name, fingerprint = look(other, called.clock)
    from counterproof.trust.names import grouped  # noqa: PLC0415 - as above

    click.echo(f"{marked(name)}\n  {grouped(fingerprint)}")
    compare((fingerprint,), expected)
    opened.recognise(fingerprint, name=name, doc_types=doc_types, readers=readers)
    say(tr("{name} is recognised for {types}."), name=marked(name), types=listed(sorted(doc_types)))
    say_publish(called)


@click.command(cls=Command)
@operator
@click.argument("other", metavar="FINGERPRINT")
def forget(called: Operator, /, *, other: str) -> None:
    """Recognise the operator with this FINGERPRINT no more."""
    called.open().forget(other)
    say(tr("It is recognised no more."))
    say_publish(called)


COMMANDS = (
    add_reader,
    renew_reader,
    remove_reader,
    add_purpose,
    remove_purpose,
    add_type,
    recognise,
    forget,
)
