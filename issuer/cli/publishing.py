"""`issuer publish`: what counters and wallets need, in one folder."""

from __future__ import annotations

from pathlib import Path

import click

from counterproof.terminal.commands import Command
from issuer.cli.output import counted, json_option, minute, print_facts, print_json, shout
from issuer.cli.session import Session, session

_KEYS_HERE = "agency.state-root-key-here"


@click.command(cls=Command)
@session(keys=True)
@click.argument("out", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--days",
    type=click.IntRange(1, 90),
    default=7,
    show_default=True,
    help="How long the status lists count.",
)
@click.option(
    "--join-pack",
    is_flag=True,
    help="Take part in authorities' trust packs: from now on this agency's part is signed beside the lists.",
)
@click.option("--pack-id", help="What the agency is called inside packs; made of its name by default.")
@click.option("--new-pack-key", is_flag=True, help="Make the part's key anew; authorities compare it again.")
@click.option(
    "--quiet",
    is_flag=True,
    help="For timers: say nothing while all is well; exit code 3 if something runs out.",
)
@json_option
def publish(
    session: Session,
    /,
    out: Path,
    days: int,
    *,
    join_pack: bool,
    pack_id: str | None,
    new_pack_key: bool,
    quiet: bool,
    as_json: bool,
) -> None:
    """Put status lists, roots, counters, revocation lists and types into the folder OUT, signed as one set.

    Bring the folder to counters and wallets by any way: nothing in it is secret, and nothing can be changed.
    """
    from counterproof.trust.names import grouped  # noqa: PLC0415 - its imports are slow; --help needs none

    with session.open() as agency:
        if join_pack or pack_id is not None or new_pack_key:
            agency.join_pack(pack_id, new_key=new_pack_key)
        done = agency.publish(out, life_days=days)
        name, state = agency.facts.name, agency.state()
    if quiet:
        ends = [each for each in state.findings if each.level > 0 and each.code != _KEYS_HERE]
        shout((each.code, each.facts) for each in ends)
        return
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
            *([("Stolen signers", _stolen(done.signed_sets))] if done.signed_sets else []),
            ("Document signers", str(done.document_signers)),
            ("Counters", str(done.readers)),
            ("Types", ", ".join(done.types)),
        ]
    )
    if done.keys_destroyed:
        keys = counted(done.keys_destroyed, "key of an old signer was", "keys of old signers were")
        click.echo(f"{keys} destroyed.")
    if not done.head_kept:
        click.echo("The log's head could not be kept: is the folder of `issuer audit keep` there?", err=True)
    if done.pack_id is not None and done.pack_key is not None:
        click.echo(f"\nFor an authority's trust pack, as {done.pack_id}:")
        click.echo(f"  issuer authority add-agency LIST {out}")
        click.echo(f"  key of this part  {grouped(done.pack_key)}")
    click.echo(f"\nAt the counter:  verifier trust add {out}")


def _stolen(number: int) -> str:
    return f"{counted(number, 'set', 'sets')} of what they truly signed, so that honest cards go on counting"


COMMANDS = (publish,)
