"""Commands for which the roots' keys are fetched: new signers, withdrawn ones, and counters."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from counterproof.terminal.asking import confirm as ask_yes
from counterproof.terminal.commands import Command
from counterproof.words.agency import ROLES
from counterproof.words.language import tr
from counterproof.words.model import N_, NN_
from issuer.cli.output import confirmed, counted, day, hand_out, minute, print_block, say, say_next
from issuer.cli.proposals import say_second, say_waiting
from issuer.cli.session import Session, session

if TYPE_CHECKING:
    from issuer.agency.signers import PlannedWithdrawal, WithdrawnSigner

_MAX_REQUEST = 4096
_ROOTS = {"iaca": "issuer", "reader-ca": "reader"}


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
        words = tr("The {role} signer {name}, made before, signs from now on, until {day}.")
    elif ahead:
        words = tr("The next {role} signer is {name}. It signs until {day}.")
    else:
        words = tr("The new {role} signer is {name}. It signs from now on, until {day}.")
    say(words, role=ROLES[role], name=name, day=until)
    if ahead and done.made:
        turn = tr("Its turn comes on {time}. Until then the one before signs.")
        say(turn, time=minute(done.begins))
    if done.forgotten:
        say(tr("The key of the one before was destroyed. What it signed stays good."))
    elif done.key_until is not None:
        kept = tr("The key of the one before is kept until {time}, for what it began.")
        say(kept, time=minute(done.key_until))
        first = tr("The first `issuer publish` or `issuer destroy-keys` behind that destroys it.")
        say(f"  {first}")
    if done.made and role == "document":
        words = tr("Everybody who looks signers up learns of it with:")
        say_next(words, f"issuer publish {session.folder} OUT")
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
            early = rotating.destroy_now(agency.desk, signer)
            words = tr("The key of the {role} signer {name} was destroyed.")
            say(words, role=ROLES[early.role.value], name=early.fingerprint.hex()[:16])
            return
        old = rotating.old_keys(agency.desk)
        gone = 0 if dry_run else agency.destroy_old_keys()
    for each in old[gone:]:
        words = tr("The key of the old {role} signer {name} is kept until {time}.")
        name = each.signer.fingerprint.hex()[:16]
        say(words, role=ROLES[each.signer.role.value], name=name, time=minute(each.until))
    if not old:
        say(tr("There is no key of an old signer."))
    elif dry_run:
        say(tr("Nothing was destroyed."))
    else:
        click.echo(counted(gone, "{n} key was destroyed.", "{n} keys were destroyed."))


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
        _say_planned(planned)
        if dry_run:
            say(tr("Nothing was withdrawn."))
            if planned.second_person:
                say_second()
            return
        if not yes:
            prompt = tr("Everything that this signer ever signed will be refused at every counter. Go on?")
            ask_yes(prompt, abort=True, err=True)
        if planned.second_person:
            say_waiting(session, leave.propose(agency.desk, planned.wanted, reason=reason))
        done = agency.withdraw_signer(signer, reason=reason)
    words = tr("The {role} signer {name} is withdrawn. Its key was destroyed.")
    say(words, role=ROLES[done.role.value], name=done.fingerprint[:16])
    click.echo(tr("It had signed {copies} in {batches}.").format(**_signed(done)))
    role = "" if done.role.value == "document" else " --role status"
    lines = [f"issuer rotate-signer {session.folder}{role}", _bring(session)]
    if done.batches:
        lines.append(f"issuer list {session.folder} --json    " + tr("names whom to issue to anew"))
    print_block(tr("Next"), *lines)
    _say_back()


def _say_planned(planned: PlannedWithdrawal) -> None:
    one, many = NN_(
        "The {role} signer {name} has signed {n} document that counts now and would not then.",
        "The {role} signer {name} has signed {n} documents that count now and would not then.",
    )
    role, name = ROLES[planned.signer.role.value], planned.signer.fingerprint.hex()[:16]
    click.echo(counted(planned.wanted.documents, one, many, role=role, name=name))


def _signed(done: WithdrawnSigner) -> dict[str, str]:
    return {
        "copies": counted(done.credentials, "{n} copy", "{n} copies"),
        "batches": counted(done.batches, "{n} batch", "{n} batches"),
    }


def _bring(session: Session) -> str:
    what = tr("and bring it to the counters: only then they refuse")
    return f"issuer publish {session.folder} OUT    {what}"


@click.command("stolen-signer", cls=Command)
@session(keys=True, roots=True)
@click.argument("signer")
@click.option(
    "--reason", default="stolen", show_default=True, help="A code such as stolen, copied or lost-token."
)
@confirmed(
    N_(
        "From now on only those documents of this signer count that the register holds. This cannot be taken"
        " back. Go on?"
    )
)
def stolen_signer(session: Session, /, signer: str, reason: str) -> None:
    """Mark the key of SIGNER (the beginning of its fingerprint) as stolen: honest holders keep their cards.

    The signer goes on the revocation list, and with the next publication counters get the set of what it
    truly signed. A thief can make documents with any date on them: none of them is in the set.
    """
    with session.open() as agency:
        done = agency.mark_stolen(signer, reason=reason)
    words = tr("The document signer {name} is marked as stolen. Its key was destroyed here.")
    say(words, name=done.fingerprint[:16])
    click.echo(tr("{copies} in {batches} stay good; nothing else of it does.").format(**_signed(done)))
    print_block(
        tr("Next"),
        _bring(session),
        f"issuer rotate-signer {session.folder}",
        tr("Was the status signer's key within the thief's reach too? Withdraw it as well:"),
        f"issuer revoke-signer {session.folder} STATUS-SIGNER --reason stolen",
    )
    _say_back()


@click.command("renew-crls", cls=Command)
@session(keys=True, roots=True)
def renew_crls(session: Session, /) -> None:
    """Sign the revocation lists of the roots anew, for 90 days, with whichever root's key is at hand."""
    with session.open() as agency:
        roles = agency.renew_crls()
    for role in roles:
        words = tr("The {role} root's revocation list is new. It counts for 90 days.")
        say(words, role=ROLES[_ROOTS[role.value]])
    say_next(tr("Counters learn of it with:"), f"issuer publish {session.folder} OUT")
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
    words = tr("{name} ({id}, office {office}) has a certificate until {day}.")
    say(words, name=made.name, id=made.reader_id, office=made.office, day=until)
    if made.asked_name != made.name:
        say(tr("Its request gave another name, which was not taken over."))
    known = tr("It is in {file}. Wallets know the counter after:").format(file=out)
    say_next(known, f"issuer publish {session.folder} OUT")
    _say_back()


@click.command("revoke-reader", cls=Command)
@session(keys=True, roots=True)
@click.argument("reader_id", metavar="ID")
@click.option("--reason", required=True, help="A code such as stolen or closed.")
def revoke_reader(session: Session, /, reader_id: str, reason: str) -> None:
    """Withdraw the certificates of the counter ID: wallets that hear of it answer it no more."""
    with session.open() as agency:
        count = agency.withdraw_reader(reader_id, reason=reason)
    one, many = NN_("{n} certificate of {id} withdrawn.", "{n} certificates of {id} withdrawn.")
    click.echo(counted(count, one, many, id=reader_id))
    say_next(tr("Wallets learn of it with:"), f"issuer publish {session.folder} OUT")
    _say_back()


def _say_back() -> None:
    say(tr("Put the roots' keys back into their safe."))


COMMANDS = (reader_cert, revoke_reader, rotate_signer, destroy_keys, revoke_signer, stolen_signer, renew_crls)
