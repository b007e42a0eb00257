"""`issuer authority`, roots and keys: the next root, who signs it, and the end of the keys before."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from counterproof.terminal.asking import confirm as ask_yes
from counterproof.terminal.commands import Command
from counterproof.words.language import tr
from issuer.cli.operator_session import Operator, operator, say_publish
from issuer.cli.output import counted, say

if TYPE_CHECKING:
    from issuer.authority import Authority
    from issuer.authority.old_keys import HeldKey
    from issuer.authority.roots import RootState


@click.command("rotate-root", cls=Command)
@operator
@click.option(
    "--replace-officer", "replace", multiple=True, type=int, metavar="N", help="Give N's place to a new key."
)
@click.option(
    "--new-daily-key", is_flag=True, help="Make the daily key anew, for instance when it was stolen."
)
@click.option("--new-registrar-key", is_flag=True, help="Make the key of the list of files anew.")
def rotate_root(
    called: Operator, /, *, replace: tuple[int, ...], new_daily_key: bool, new_registrar_key: bool
) -> None:
    """Make the next root: for another year, or with other keys.

    Enough officers of the root before and of the new one must sign. Those who are here sign now, the others
    with `issuer authority sign-root`. A new key makes what a stolen one signed worthless.
    """
    opened = called.open()
    state = opened.rotate_root(replace=replace, daily=new_daily_key, registrar=new_registrar_key)
    _say_root(called, opened, state)


@click.command("sign-root", cls=Command)
@operator
def sign_root(called: Operator, /) -> None:
    """Sign the root that waits, with the officers who are here."""
    opened = called.open()
    _say_root(called, opened, opened.sign_root())


def _say_root(called: Operator, opened: Authority, state: RootState) -> None:
    if state.is_done:
        say(tr("Root {n} is signed."), n=state.version)
        say_publish(called)
        if opened.old_keys():
            say(tr("The keys before sign nothing any more. Destroy them, with their sticks in:"))
            click.echo(f"  issuer authority destroy-keys {called.folder} --root-keys STICK")
        return
    click.echo(
        counted(
            state.missing,
            "Root {root} waits: {n} signature is missing. The next officer:",
            "Root {root} waits: {n} signatures are missing. The next officer:",
            root=state.version,
        )
    )
    click.echo(f"  issuer authority sign-root {called.folder} --root-keys STICK")


@click.command("destroy-keys", cls=Command)
@operator
@click.option("--dry-run", is_flag=True, help="Say which keys there are, and destroy none.")
@click.option(
    "--lost", multiple=True, metavar="FILE", help="Strike this key off: its stick is lost or was destroyed."
)
@click.option("--yes", is_flag=True, help="Do not ask before it begins.")
def destroy_keys(called: Operator, /, *, dry_run: bool, lost: tuple[str, ...], yes: bool) -> None:
    """Destroy keys that no root names any more: of officers who left, of the registrar, and daily ones.

    Those go whose sticks are here. Never run it on a copy of DIR, such as a drill's.
    """
    opened = called.open()
    old = opened.old_keys(lost)
    for each in old:
        click.echo(f"  {each.file}    {_where(each)}")
    if not old:
        say(tr("There is no old key."))
        return
    if dry_run:
        say(tr("Nothing was destroyed."))
        return
    if not yes:
        ask_yes(tr("What is destroyed cannot be had back. Go on?"), abort=True)
    done = opened.destroy_old_keys(lost)
    click.echo(counted(len(done.gone), "{n} key is gone.", "{n} keys are gone."))
    if done.left:
        click.echo(
            counted(
                len(done.left),
                "{n} is not here. Run this again with its stick, or strike it off with --lost FILE.",
                "{n} are not here. Run this again with their sticks, or strike them off with --lost FILE.",
            )
        )


def _where(key: HeldKey) -> str:
    return str(key.paths[0].parent) if key.paths else tr("not here")


COMMANDS = (rotate_root, sign_root, destroy_keys)
