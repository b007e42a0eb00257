"""`wallet init`, `passphrase`, `export-backup` and `restore`."""

from __future__ import annotations

from pathlib import Path

import click

from counterproof.mdoc.errors import UsageError
from counterproof.terminal.commands import Command
from counterproof.words.language import ntr, tr
from counterproof.words.model import N_
from wallet.backup import restored
from wallet.cli import passphrases
from wallet.cli.app import Session, with_wallet
from wallet.vault import Vault

_FILE = click.Path(path_type=Path)
_ADVICE = N_(
    "Choose a passphrase of four or more words. Nobody can recover it, so write it down and keep the paper"
    " somewhere safe."
)

_USED = N_("The old wallet may have shown any copy, so all count as used: ask the agencies for new ones.")


@click.command(cls=Command)
@with_wallet
def init(session: Session) -> None:
    """Make an empty wallet."""
    path = session.places.wallet
    if path.exists():
        raise UsageError("vault.exists")
    click.echo(tr("A new wallet: {file}").format(file=path), err=True)
    passphrase = passphrases.new(session.app.environment, session.passphrase_file, advice=tr(_ADVICE))
    Vault.create(
        path,
        passphrase,
        random=session.app.random,
        clock=session.clock,
        state_dir=session.places.state,
        policy=session.app.policy,
    ).close()
    click.echo(tr("The wallet is ready. Next: `wallet trust add FOLDER` for the agency whose card you want."))


@click.command(cls=Command)
@with_wallet
@click.option("--new-passphrase-file", type=_FILE, help="Read the new passphrase from a file.")
def passphrase(session: Session, new_passphrase_file: Path | None) -> None:
    """Change the passphrase."""
    old = session.passphrase()
    with session.open(old) as holder:
        fresh = passphrases.new({}, new_passphrase_file)
        holder.vault.change_passphrase(old, fresh)
    click.echo(
        tr("The passphrase is changed. Older copies and backups of the wallet still open with the old one.")
    )


@click.command("export-backup", cls=Command)
@with_wallet
@click.argument("file", type=_FILE)
@click.option("--backup-passphrase-file", type=_FILE, help="Read the backup's own passphrase from a file.")
@click.option("--same-passphrase", is_flag=True, help="Seal the backup with the wallet's passphrase.")
def export_backup(
    session: Session, file: Path, backup_passphrase_file: Path | None, *, same_passphrase: bool
) -> None:
    """Write everything into one sealed FILE. Keep it on another disk, and its passphrase elsewhere."""
    own = session.passphrase()
    with session.open(own) as holder:
        sealing = (
            own
            if same_passphrase
            else passphrases.new({}, backup_passphrase_file, tr("Passphrase for the backup"))
        )
        holder.vault.export(file, sealing)
        cards = len(holder.cards())
    saved = ntr("Saved {n} card and the history.", "Saved {n} cards and the history.", cards)
    click.echo(saved.format(n=cards))
    click.echo(tr("In a restored wallet every copy counts as used."))


@click.command(cls=Command)
@with_wallet
@click.argument("file", type=_FILE)
@click.option("--backup-passphrase-file", type=_FILE, help="Read the backup's passphrase from a file.")
def restore(session: Session, file: Path, backup_passphrase_file: Path | None) -> None:
    """Make a new wallet from a backup FILE. Every copy of every card then counts as used."""
    if session.places.wallet.exists():
        raise UsageError("vault.exists")
    sealed_with = passphrases.existing({}, backup_passphrase_file, tr("Passphrase of the backup"))
    own = passphrases.new(
        session.app.environment, session.passphrase_file, tr("Passphrase for the restored wallet")
    )
    Vault.restore(
        file,
        sealed_with,
        session.places.wallet,
        own,
        transform=restored(int(session.clock.now().timestamp())),
        random=session.app.random,
        clock=session.clock,
        state_dir=session.places.state,
        policy=session.app.policy,
    ).close()
    with session.open(own) as holder:
        cards = len(holder.cards())
    click.echo(ntr("Restored {n} card.", "Restored {n} cards.", cards).format(n=cards))
    click.echo(tr(_USED))
    click.echo(tr("The agencies that you trust are not in a backup: `wallet trust add FOLDER` for each."))
