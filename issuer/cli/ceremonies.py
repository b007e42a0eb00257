"""Commands for which the roots' keys are fetched: new signers, withdrawn ones, and counters."""

from __future__ import annotations

from pathlib import Path

import click

from counterproof.terminal.commands import Command
from issuer.cli.output import counted, day, hand_out, minute
from issuer.cli.proposals import say_waiting
from issuer.cli.session import Session, session

_MAX_REQUEST = 4096


@click.command("rotate-signer", cls=Command)
@session(keys=True, roots=True)
@click.option(
    "--role",
    type=click.Choice(["document", "status"]),
    default="document",
    show_default=True,
    help="Which signer to make anew.",
)
@click.option(
    "--overlap",
    "overlap_days",
    type=click.IntRange(0, 30),
    default=7,
    show_default=True,
    metavar="DAYS",
    help="How long the one before goes on signing; 0 for not at all.",
)
@click.option(
    "--keep",
    "keep_days",
    type=click.IntRange(0, 30),
    default=2,
    show_default=True,
    metavar="DAYS",
    help="How long its key is kept behind that, for what it began; 0 to destroy it at once.",
)
def rotate_signer(session: Session, /, role: str, overlap_days: int, keep_days: int) -> None:
    """Make the next document signer (or status signer) ahead, while the one before goes on signing.

    A document signer signs for 90 days. What the old one signed stays good. Where none signs any more, the
    new one's turn comes at once; one that was made ahead is brought forward by --overlap 0.
    """
    from issuer.register import SignerRole  # noqa: PLC0415 - its imports are slow; --help needs none

    with session.open() as agency:
        done = agency.rotate_signer(SignerRole(role), overlap_days=overlap_days, keep_days=keep_days)
        ahead = done.begins > agency.desk.clock.now()
    name, until = done.signer.fingerprint.hex()[:16], day(done.signer.sign_until)
    if not done.made:
        click.echo(f"The {role} signer {name}, made before, signs from now on, until {until}.")
    elif ahead:
        click.echo(f"The next {role} signer is {name}. It signs until {until}.")
        click.echo(f"Its turn comes on {minute(done.begins)}. Until then the one before signs.")
    else:
        click.echo(f"The new {role} signer is {name}. It signs from now on, until {until}.")
    if done.forgotten:
        click.echo("The key of the one before was destroyed. What it signed stays good.")
    elif done.key_until is not None:
        click.echo(f"The key of the one before is kept until {minute(done.key_until)}, for what it began.")
        click.echo("  The first `issuer publish` or `issuer destroy-keys` behind that destroys it.")
    if done.made and role == "document":
        click.echo(f"Everybody who looks signers up learns of it with:  issuer publish {session.folder} OUT")
    _say_back()


@click.command("destroy-keys", cls=Command)
@session(keys=True)
@click.argument("signer", required=False)
@click.option("--dry-run", is_flag=True, help="Say which keys there are, and destroy none.")
def destroy_keys(session: Session, /, signer: str | None, *, dry_run: bool) -> None:
    """Destroy the keys of old signers whose time has come; with SIGNER, that one's before its time.

    SIGNER is the beginning of its fingerprint. What an old signer signed stays good.
    """
    from issuer.agency import rotating  # noqa: PLC0415 - its imports are slow; --help needs none

    with session.open() as agency:
        if signer is not None and not dry_run:
            gone = rotating.destroy_now(agency.desk, signer)
            click.echo(
                f"The key of the {gone.role.value} signer {gone.fingerprint.hex()[:16]} was destroyed."
            )
            return
        old = rotating.old_keys(agency.desk)
        number = 0 if dry_run else agency.destroy_old_keys()
    for each in old[number:]:
        name = f"{each.signer.role.value} signer {each.signer.fingerprint.hex()[:16]}"
        click.echo(f"The key of the old {name} is kept until {minute(each.until)}.")
    if not old:
        click.echo("There is no key of an old signer.")
    elif dry_run:
        click.echo("Nothing was destroyed.")
    else:
        click.echo(f"{counted(number, 'key was', 'keys were')} destroyed.")


@click.command("revoke-signer", cls=Command)
@session(keys=True, roots=True)
@click.argument("signer")
@click.option("--reason", required=True, help="A code such as stolen or superseded.")
@click.option("--dry-run", is_flag=True, help="Say what it would touch, and withdraw nothing.")
@click.option("--yes", is_flag=True, help="Do not ask before it begins.")
def revoke_signer(session: Session, /, signer: str, reason: str, *, dry_run: bool, yes: bool) -> None:
    """Withdraw a SIGNER (the beginning of its fingerprint): nothing that it signed is accepted any more.

    Where it signed more than one person may touch alone, a second one must agree (`issuer proposal`); then
    the same command goes on. Where a document signer's key was stolen, `issuer stolen-signer` leaves honest
    holders their documents, and needs nobody else.
    """
    from issuer.agency import leave, signers  # noqa: PLC0415 - its imports are slow; --help needs none

    with session.open() as agency:
        planned = signers.plan_withdrawal(agency.desk, signer)
        documents = counted(planned.wanted.documents, "document", "documents")
        role, name = planned.signer.role.value, planned.signer.fingerprint.hex()[:16]
        click.echo(f"The {role} signer {name} has signed {documents} that count now and would not then.")
        if dry_run:
            click.echo("Nothing was withdrawn.")
            if planned.second_person:
                click.echo("A second person must agree to it first.", err=True)
            return
        if not yes:
            prompt = "Everything that this signer ever signed will be refused at every counter. Go on?"
            click.confirm(prompt, abort=True, err=True)
        if planned.second_person:
            say_waiting(session, leave.propose(agency.desk, planned.wanted, reason=reason))
        done = agency.withdraw_signer(signer, reason=reason)
    copies = counted(done.credentials, "copy", "copies")
    click.echo(f"The {done.role.value} signer {done.fingerprint[:16]} is withdrawn. Its key was destroyed.")
    click.echo(f"It had signed {copies} in {counted(done.batches, 'batch', 'batches')}.")
    click.echo("Next")
    role = "" if done.role.value == "document" else " --role status"
    click.echo(f"  issuer rotate-signer {session.folder}{role}")
    click.echo(f"  issuer publish {session.folder} OUT, and bring it to the counters: only then they refuse")
    if done.batches:
        click.echo(f"  issuer list {session.folder} --json names whom to issue to anew")
    _say_back()


@click.command("stolen-signer", cls=Command)
@session(keys=True, roots=True)
@click.argument("signer")
@click.option(
    "--reason", default="stolen", show_default=True, help="A code such as stolen, copied or lost-token."
)
@click.confirmation_option(
    "--yes",
    prompt="From now on only those documents of this signer count that the register holds. "
    "This cannot be taken back. Go on?",
)
def stolen_signer(session: Session, /, signer: str, reason: str) -> None:
    """Mark the key of SIGNER (the beginning of its fingerprint) as stolen: honest holders keep their cards.

    The signer goes on the revocation list, and with the next publication counters get the set of what it
    truly signed. A thief can make documents with any date on them: none of them is in the set.
    """
    with session.open() as agency:
        done = agency.mark_stolen(signer, reason=reason)
    click.echo(
        f"The document signer {done.fingerprint[:16]} is marked as stolen. Its key was destroyed here."
    )
    copies = counted(done.credentials, "copy", "copies")
    click.echo(f"{copies} in {counted(done.batches, 'batch', 'batches')} stay good; nothing else of it does.")
    click.echo("Next")
    click.echo(f"  issuer publish {session.folder} OUT, and bring it to the counters: only then they refuse")
    click.echo(f"  issuer rotate-signer {session.folder}")
    click.echo("  Was the status signer's key within the thief's reach too? Withdraw it as well:")
    click.echo(f"  issuer revoke-signer {session.folder} STATUS-SIGNER --reason stolen")
    _say_back()


@click.command("renew-crls", cls=Command)
@session(keys=True, roots=True)
def renew_crls(session: Session, /) -> None:
    """Sign the revocation lists of the roots anew, for 90 days, with whichever root's key is at hand."""
    with session.open() as agency:
        roles = agency.renew_crls()
    for role in roles:
        click.echo(f"The revocation list of {role.value} is new. It counts for 90 days.")
    click.echo(f"Counters learn of it with:  issuer publish {session.folder} OUT")
    _say_back()


@click.command("reader-cert", cls=Command)
@session(keys=True, roots=True)
@click.option(
    "--request",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The counter's certificate request (PKCS#10, PEM or DER).",
)
@click.option("--name", required=True, help='What wallets show, such as "Library desk".')
@click.option("--id", "reader_id", required=True, help="The counter's id, such as HARBOUR-LIB-1.")
@click.option("--office", help="The id of its office, such as HARBOUR-LIB; the counter's own by default.")
@click.option(
    "--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The certificate, PEM."
)
def reader_cert(
    session: Session, /, *, request: Path, name: str, reader_id: str, office: str | None, out: Path
) -> None:
    """Sign a counter's certificate, and enter the counter into the register that is published.

    The counter's key never leaves the counter. Its name is the one that you give here.
    """
    from counterproof.sealing.files import read_regular  # noqa: PLC0415

    content = read_regular(request, limit=_MAX_REQUEST)
    with session.open() as agency:
        made = agency.certify_reader(content, reader_id=reader_id, name=name, office=office)
    hand_out(out, made.certificate.pem)
    until = day(made.certificate.not_after)
    click.echo(f"{made.name} ({made.reader_id}, office {made.office}) has a certificate until {until}.")
    if made.asked_name != made.name:
        click.echo("Its request gave another name, which was not taken over.")
    click.echo(f"It is in {out}. Wallets know the counter after:  issuer publish {session.folder} OUT")
    _say_back()


@click.command("revoke-reader", cls=Command)
@session(keys=True, roots=True)
@click.argument("reader_id", metavar="ID")
@click.option("--reason", required=True, help="A code such as stolen or closed.")
def revoke_reader(session: Session, /, reader_id: str, reason: str) -> None:
    """Withdraw the certificates of the counter ID: wallets that hear of it answer it no more."""
    with session.open() as agency:
        number = agency.withdraw_reader(reader_id, reason=reason)
    click.echo(f"{counted(number, 'certificate', 'certificates')} of {reader_id} withdrawn.")
    click.echo(f"Wallets learn of it with:  issuer publish {session.folder} OUT")
    _say_back()


def _say_back() -> None:
    click.echo("Put the roots' keys back into their safe.")


COMMANDS = (reader_cert, revoke_reader, rotate_signer, destroy_keys, revoke_signer, stolen_signer, renew_crls)
