"""`wallet report`: a misuse report with the counter's own signed request, for the person to send."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from counterproof.sealing import files
from counterproof.words.plain_text import marked
from wallet import history as log
from wallet.cli.app import Session, with_wallet
from wallet.report import complaints_to, make_report

if TYPE_CHECKING:
    from wallet.history import Entry
    from wallet.holder import Holder


@click.command()
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
    click.echo(f"Wrote {out}. In it are:")
    click.echo("  the request that the counter signed: what it asked for, what for, and when")
    click.echo(f"  that you read it then, and what came of it ({found.record.outcome.value})")
    click.echo(
        f"  your words: {marked(statement, 200) or 'none'}; how to reach you: {marked(contact) or 'no'}"
    )
    click.echo("No value of any card is in it. Send it when and how you like.")
    if where is not None:
        click.echo(f"Complaints go to: {where}")
    click.echo("Anybody can check it with: verifier report FILE")


def _complaints(holder: Holder, entry: Entry, language: str) -> str | None:
    purpose = complaints_to(holder, entry)
    return None if purpose is None else marked(purpose.text(purpose.contact, language), 600)
