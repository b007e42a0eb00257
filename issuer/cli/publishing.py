"""`issuer publish`: what counters and wallets need, in one folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from counterproof.terminal.commands import Command
from counterproof.words.language import tr
from counterproof.words.model import NN_
from issuer.cli.output import (
    counted,
    figure,
    json_option,
    listed,
    minute,
    print_block,
    print_facts,
    print_json,
    say,
    say_next,
    shout,
)
from issuer.cli.session import Session, session

if TYPE_CHECKING:
    from issuer.agency.publishing import Published

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
    _print_published(name, done, out)


def _print_published(name: str, done: Published, out: Path) -> None:
    from counterproof.trust.names import grouped  # noqa: PLC0415 - as above

    one, many = NN_(
        "{name} has published {n} file in {folder}.", "{name} has published {n} files in {folder}."
    )
    click.echo(counted(done.files, one, many, name=name, folder=out) + "\n")
    print_facts(
        [
            (tr("Root"), grouped(done.fingerprint)),
            (tr("Status lists"), _not_valid(done)),
            (tr("Count until"), minute(done.valid_until)),
            (tr("Revocation lists"), tr("count until {time}").format(time=minute(done.crls_until))),
            *([(tr("Stolen signers"), _stolen(done.signed_sets))] if done.signed_sets else []),
            (tr("Document signers"), figure(done.document_signers)),
            (tr("Counters"), figure(done.readers)),
            (tr("Types"), listed(done.types)),
        ]
    )
    if done.keys_destroyed:
        one, many = NN_("{n} key of an old signer was destroyed.", "{n} keys of old signers were destroyed.")
        click.echo(counted(done.keys_destroyed, one, many))
    if not done.head_kept:
        say(tr("The log's head could not be kept: is the folder of `issuer audit keep` there?"), err=True)
    if done.pack_id is not None and done.pack_key is not None:
        print_block(
            tr("For an authority's trust pack, as {id}:").format(id=done.pack_id),
            f"issuer authority add-agency LIST {out}",
            tr("key of this part") + f"  {grouped(done.pack_key)}",
        )
    click.echo()
    say_next(tr("At the counter:"), f"verifier trust add {out}")


def _not_valid(done: Published) -> str:
    one, many = NN_(
        "{lists}, with {n} copy revoked or suspended", "{lists}, with {n} copies revoked or suspended"
    )
    return counted(done.not_valid, one, many, lists=figure(done.status_lists))


def _stolen(sets: int) -> str:
    one, many = NN_(
        "{n} set of what they truly signed, so that honest cards go on counting",
        "{n} sets of what they truly signed, so that honest cards go on counting",
    )
    return counted(sets, one, many)


COMMANDS = (publish,)
