"""`wallet report`: a misuse report with the counter's own signed request, for the person to send."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from counterproof.sealing import files
from counterproof.terminal.commands import Command
from counterproof.words.language import tr
from counterproof.words.plain_text import marked
from counterproof.words.wallet import PHRASES
from wallet import history as log
from wallet.cli.app import Session, with_wallet
from wallet.report import complaints_to, make_report

if TYPE_CHECKING:
    from wallet.history import Entry
    from wallet.holder import Holder


@click.command(cls=Command)
@with_wallet
@click.argument("entry")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="The file to write.")
@click.option("--statement", default="", help="What happened, in your own words. They go into the report.")
@click.option("--contact", default="", help="How to reach you, if you want to be. It goes into the report.")
@click.option("--overwrite", is_flag=True, help="Replace what is at --out.")
def report(session: Session, *, entry: str, out: Path, statement: str, contact: str, overwrite: bool) -> None:
    """Write a report about an ENTRY of the history (its id in the list) that asked for too much.

    It holds the counter's signed request, which anybody can check, and nothing from your cards. It is sent
    by nobody but you.
    """
    with session.open() as holder:
        found = log.find(holder, entry)
        content = make_report(holder, found, statement=statement, contact=contact).to_bytes()
        files.write_atomic(out, content, replace=overwrite)
        where = _complaints(holder, found, session.language)
    outcome = PHRASES[f"outcome.{found.record.outcome.value}"]
    click.echo(tr("Wrote {file}. In it are:").format(file=out))
    click.echo(f"  {tr('the request that the counter signed: what it asked for, what for, and when')}")
    click.echo(f"  {tr('that you read it then, and what came of it: {outcome}').format(outcome=outcome)}")
    click.echo(f"  {tr('your words: {words}').format(words=marked(statement, 200) or tr('none'))}")
    click.echo(f"  {tr('how to reach you: {words}').format(words=marked(contact) or tr('not said'))}")
    click.echo(tr("No value of any card is in it. Send it when and how you like."))
    if where is not None:
        click.echo(tr("Complaints go to: {contact}").format(contact=where))
    click.echo(tr("Anybody can check it with: `verifier report FILE`"))


def _complaints(holder: Holder, entry: Entry, language: str) -> str | None:
    purpose = complaints_to(holder, entry)
    return None if purpose is None else marked(purpose.text(purpose.contact, language), 600)
