"""`verifier init`, `install-cert`, `status`: who this counter is."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from counterproof.terminal.commands import Command
from counterproof.words.language import ntr, tr
from verifier.commands.session import Session, json_option, passphrase, session

if TYPE_CHECKING:
    from counterproof.mdoc.certificates.model import Certificate
    from verifier.home import Settings

_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command(cls=Command)
@click.option("--name", required=True, help="The name that people know the desk by.")
@click.option("--id", "own_id", required=True, help="This counter's id, such as HARBOUR-LIB-1.")
@click.option("--office", help="The id of the office that it belongs to.")
@click.option("--csr", type=_FILE, help="Where to write the request for a certificate (PKCS#10).")
@click.option("--seal", is_flag=True, help="Keep the key under a passphrase, asked for at each request.")
@session
def init(
    called: Session, *, name: str, own_id: str, office: str | None, csr: Path | None, seal: bool
) -> None:
    """Set up a counter: its folder, its ids and a key of its own."""
    from verifier.founding import found  # noqa: PLC0415 - slow to load; --help needs none
    from verifier.home import Settings  # noqa: PLC0415

    asking = (lambda: passphrase(new=True)) if seal else None
    settings = Settings(name=name, id=own_id, office=office)
    out = found(called.home, settings, request=csr, passphrase=asking)
    with called.counter():
        pass  # memory begins now, not with the first person
    click.echo(tr("Counter {name} is set up in {folder}.").format(name=name, folder=called.home.folder))
    click.echo(_about_key(seal=seal))
    give = tr("Give {file} to your agency; then install what it signs: `verifier install-cert FILE`")
    click.echo(give.format(file=out))


def _about_key(*, seal: bool) -> str:
    if seal:
        return tr("Its key is sealed: the passphrase is asked for at each request.")
    return tr(
        "Its key is not sealed: whoever can use this account can ask in this counter's name. "
        "With --seal it would ask for a passphrase each time."
    )


@click.command("install-cert", cls=Command)
@click.argument("certificate", type=_FILE)
@session
def install_cert(called: Session, *, certificate: Path) -> None:
    """Install the certificate that the agency signed for this counter's key (PEM or DER)."""
    from counterproof.optics.files import read_regular  # noqa: PLC0415
    from counterproof.sealing.kdf import STANDARD  # noqa: PLC0415
    from verifier import identity  # noqa: PLC0415

    chain = identity.read_chain(read_regular(certificate))
    standing = identity.standing(chain, called.trust().readers(), called.clock.now())
    key = identity.read_key(called.home.key_content(), passphrase, STANDARD)
    identity.check_fits(chain, key)
    called.home.save_chain(identity.chain_to_pem(chain))
    click.echo(tr("Installed. It is good until {day}.").format(day=chain[0].not_after.date().isoformat()))
    if not standing.known:
        click.echo(tr("Its agency is not trusted here yet: `verifier trust add FOLDER`"))
    elif standing.listed_as is None:
        click.echo(tr("The agency's register does not name this counter yet. Get its newest folder."))
    else:
        click.echo(tr("Wallets will show: {name}").format(name=standing.listed_as))


@click.command(cls=Command)
@json_option
@session
def status(called: Session, *, as_json: bool) -> None:
    """Say who this counter is, what it believes, and what is open."""
    settings = called.home.settings()
    trust, at = called.trust(), called.clock.now()
    described = trust.describe(at)
    with called.counter() as counter:
        left, digits = counter.seconds_left(), counter.challenge_open()
        open_now = counter.open_request() is not None
    chain = called.home.chain_content()
    leaf = None if chain is None else _leaf(chain)
    found = {
        "name": settings.name,
        "id": settings.id,
        "office": settings.office,
        "folder": str(called.home.folder),
        "certificate_until": None if leaf is None else leaf.not_after.isoformat(),
        "requests": sorted(settings.requests),
        "agencies": [each.name for each in described.agencies],
        "enough_until": min((each.enough_until for each in described.agencies), default=None),
        "notices": [*described.notices, *(code for each in described.agencies for code in each.notices)],
        "open_request": open_now,
        "seconds_left": left,
        "challenge_open": digits,
    }
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2, default=datetime.isoformat))
    else:
        _print_status(settings, found)


def _print_status(settings: Settings, found: dict[str, Any]) -> None:
    from counterproof.words.explain import explain  # noqa: PLC0415

    who = tr("{name} ({id}, office {office})") if settings.office else "{name} ({id})"
    click.echo(who.format(name=settings.name, id=settings.id, office=settings.office))
    if found["certificate_until"]:
        click.echo(tr("Certificate: good until {day}").format(day=found["certificate_until"][:10]))
    else:
        click.echo(tr("Certificate: none yet"))
    agencies = tr(", ").join(found["agencies"]) or tr("none")
    click.echo(tr("Trusted agencies: {names}").format(names=agencies))
    if found["enough_until"] is not None:
        until = f"{found['enough_until']:%Y-%m-%d %H:%M} UTC"
        click.echo(tr("Lists: enough until {time}").format(time=until))
    if found["requests"]:
        click.echo(tr("Saved requests: {names}").format(names=tr(", ").join(found["requests"])))
    if found["open_request"]:
        left = found["seconds_left"]
        words = ntr("Request: open, {n} second left", "Request: open, {n} seconds left", left)
        click.echo(words.format(n=left))
    else:
        click.echo(tr("Request: none open"))
    if found["challenge_open"]:
        click.echo(tr("Six digits were given out and are good."))
    for code in dict.fromkeys(found["notices"]):
        sentence = explain(code)
        click.echo(f"! {sentence.what} {sentence.do} [{code}]")


def _leaf(content: bytes) -> Certificate:
    from verifier import identity  # noqa: PLC0415

    return identity.read_chain(content)[0]


COMMANDS = (init, install_cert, status)
