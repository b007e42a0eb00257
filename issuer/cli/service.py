"""`issuer serve` and `issuer token`: the service for wallets, and who may use its interface for clerks."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from counterproof.mdoc.errors import UsageError
from counterproof.terminal.commands import Command, Group
from counterproof.words.language import tr
from issuer.cli.output import day, json_option, print_json, print_table, say
from issuer.cli.session import Session, session

if TYPE_CHECKING:
    from issuer.agency import Agency
    from issuer.agency.attributes import AttributeSource
    from issuer.service.settings import ServiceSettings

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_ROLES = ("auditor", "clerk", "supervisor")


@click.command(cls=Command)
@session(keys=True)
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen at.")
@click.option("--port", type=click.IntRange(1, 65535), default=8443, show_default=True, help="The port.")
@click.option("--certificate", type=_FILE, help="The certificate of the web server, PEM, with its chain.")
@click.option("--key", type=_FILE, help="Its private key, PEM.")
@click.option("--behind-proxy", is_flag=True, help="TLS ends at a proxy in front of this service.")
@click.option(
    "--proxy", "proxies", multiple=True, help="A proxy's address, whose word about the sender is believed."
)
@click.option(
    "--people",
    multiple=True,
    metavar="TYPE=FILE",
    help="Where the data of a type comes from: CSV or JSON, read again when it changes.",
)
@click.option(
    "--source",
    "sources",
    multiple=True,
    metavar="TYPE=NAME",
    help="Where it comes from: one of `issuer source list`.",
)
@click.option("--console/--no-console", default=True, help="Show clerks the console, once some are enrolled.")
def serve(session: Session, /, people: tuple[str, ...], sources: tuple[str, ...], **options: Any) -> None:
    """Issue to wallets over a network (OpenID4VCI 1.0), until Ctrl-C or SIGTERM."""
    from issuer.service.logs import configure  # noqa: PLC0415 - its imports are slow
    from issuer.service.running import listen, server  # noqa: PLC0415
    from issuer.service.service import Service  # noqa: PLC0415

    with session.open() as agency:
        settings = _settings(agency, **options)
        settings.check()
        source = _sources(agency.acting_for("service"), people, sources)
        _open_keys(agency)
        configure()
        running = server(Service(agency.acting_for("service"), source, settings, session.clock))
        with listen(settings) as socket:
            say(tr("{name} issues at {address}"), name=agency.facts.name, address=settings.url, err=True)
            if settings.console and agency.clerks.any():
                console = f"{settings.origin}{settings.path}/console/"
                say(tr("Clerks sign in at {address}"), address=console, err=True)
            words = tr("Listening at {host}, port {port}. Ctrl-C stops it.")
            say(words, host=settings.host, port=settings.port, err=True)
            running.run(sockets=[socket])
    say(tr("Stopped. Every request that was under way has its answer."), err=True)


def _settings(
    agency: Agency,
    *,
    host: str,
    port: int,
    certificate: Path | None,
    key: Path | None,
    behind_proxy: bool,
    proxies: tuple[str, ...],
    console: bool,
) -> ServiceSettings:
    from issuer.service.settings import ServiceSettings  # noqa: PLC0415

    return ServiceSettings(
        url=agency.facts.url,
        host=host,
        port=port,
        certificate=certificate,
        key=key,
        proxies=proxies,
        behind_proxy=behind_proxy or bool(proxies),
        console=console,
    )


def _sources(agency: Agency, people: tuple[str, ...], named: tuple[str, ...]) -> AttributeSource:
    from issuer.agency.attributes import PeopleFiles, Registered, Sources  # noqa: PLC0415 - as above

    by_type: dict[str, AttributeSource] = {
        doc_type: PeopleFiles({doc_type: path}) for doc_type, path in _people(agency, people).items()
    }
    for each in named:
        name, mark, source = each.partition("=")
        if not mark:
            raise UsageError("service.source")
        by_type[agency.catalogue().find(name).type.doc_type] = Registered(agency.desk, source)
    return Sources(by_type)


def _people(agency: Agency, given: tuple[str, ...]) -> dict[str, Path]:
    found = {}
    for each in given:
        name, mark, path = each.partition("=")
        if not mark or Path(path).suffix.lower() not in (".csv", ".json"):
            raise UsageError("service.people")
        if not Path(path).is_file():
            raise UsageError("service.people-missing")
        found[agency.catalogue().find(name).type.doc_type] = Path(path)
    return found


def _open_keys(agency: Agency) -> None:
    """Open the signers' keys while somebody is there to type a passphrase."""
    from counterproof.mdoc.certificates.model import Certificate  # noqa: PLC0415
    from issuer.register import SignerRole  # noqa: PLC0415

    desk = agency.desk
    for role in (SignerRole.DOCUMENT, SignerRole.STATUS):
        for signer in (desk.signer(role, desk.now()), desk.prepared_signer(role)):
            if signer is not None:
                desk.keys.signer(role, Certificate.from_der(signer.certificate))


@click.group(cls=Group)
def token() -> None:
    """Say who may use the service's interface for clerks."""


@token.command("add")
@session()
@click.option("--name", required=True, help="Whose it is, for the log.")
@click.option("--role", type=click.Choice(_ROLES), default="clerk", show_default=True, help="What it may do.")
@click.option("--days", type=int, default=90, show_default=True, help="How long it counts.")
def add(session: Session, /, name: str, role: str, days: int) -> None:
    """Make a token. It is shown once, and nobody can read it again."""
    from issuer import terms  # noqa: PLC0415 - its imports are slow; --help needs none
    from issuer.register.online_model import Role  # noqa: PLC0415

    with session.open() as agency:
        made = agency.access.add(name, Role(role), life_days=days)
    click.echo(made.secret)
    whose = tr("This is the token of {name} ({role}), until {day}. Keep it like a key. To end it:")
    until = day(made.token.expires_at)
    said = whose.format(name=name, role=terms.said(role), day=until)
    click.echo(f"{said}  issuer token end {session.folder} {made.token.token_id}", err=True)


@token.command("list")
@session()
@json_option
def list_(session: Session, /, *, as_json: bool) -> None:
    """List the tokens, without their secrets."""
    from issuer import terms  # noqa: PLC0415 - as above

    with session.open() as agency:
        found = agency.access.tokens()
    if as_json:
        print_json(found)
        return
    if not found:
        say(tr("Nobody has a token yet."))
        return
    rows = [
        (
            each.token_id,
            each.name,
            terms.said(each.role.value),
            day(each.expires_at),
            tr("ended") if each.ended_at is not None else tr("in use"),
        )
        for each in found
    ]
    print_table((tr("TOKEN"), tr("NAME"), tr("ROLE"), tr("UNTIL"), tr("STATE")), rows)


@token.command("end")
@session()
@click.argument("token_id", metavar="TOKEN")
def end(session: Session, /, token_id: str) -> None:
    """End a token at once; TOKEN is its name in the list."""
    with session.open() as agency:
        agency.access.end(token_id)
    say(tr("The token counts no more."))


COMMANDS = (serve, token)
