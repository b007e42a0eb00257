"""`issuer publish`: what counters and wallets need, in one folder."""

from __future__ import annotations

from pathlib import Path

import click

from issuer.cli.output import counted, json_option, minute, print_facts, print_json
from issuer.cli.session import Session, session


@click.command()
@session(keys=True)
@click.argument("out", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--days",
    type=click.IntRange(1, 90),
    default=7,
    show_default=True,
    help="How long the status lists count.",
)
@json_option
def publish(session: Session, /, out: Path, days: int, *, as_json: bool) -> None:
    """Put status lists, roots, counters, revocation lists and types into the folder OUT, signed as one set.

    Bring the folder to counters and wallets by any way: nothing in it is secret, and nothing can be changed.
    """
    from counterproof.trust.names import grouped  # noqa: PLC0415 - its imports are slow; --help needs none

    with session.open() as agency:
        done = agency.publish(out, life_days=days)
        name = agency.facts.name
    if as_json:
        print_json({"out": out, **{field: getattr(done, field) for field in done.__slots__}})
        return
    click.echo(f"{name} has published {counted(done.files, 'file', 'files')} in {out}.\n")
    print_facts(
        [
            ("Root", grouped(done.fingerprint)),
            (
                "Status lists",
                f"{done.status_lists}, with {counted(done.not_valid, 'copy', 'copies')} revoked or suspended",
            ),
            ("Count until", minute(done.valid_until)),
            ("Revocation lists", f"count until {minute(done.crls_until)}"),
            ("Counters", str(done.readers)),
            ("Types", ", ".join(done.types)),
        ]
    )
    if not done.head_kept:
        click.echo("The log's head could not be kept: is the folder of `issuer audit keep` there?", err=True)
    click.echo(f"\nAt the counter:  verifier trust add {out}")


COMMANDS = (publish,)
