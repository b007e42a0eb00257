"""`issuer drill`: a bad day, practised on a copy."""

from __future__ import annotations

import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from counterproof.terminal.commands import Group
from issuer.cli.output import counted, json_option, minute, print_facts, print_json
from issuer.cli.session import Session, session

if TYPE_CHECKING:
    from counterproof.clock import FixedClock
    from issuer.agency import Agency
    from issuer.drill.stolen_signer import Counts, DrillResult


@click.group(cls=Group)
def drill() -> None:
    """Practise a bad day on a copy of the agency; the agency itself is not touched."""


@drill.command(name="stolen-signer")
@session(keys=True, roots=True)
@click.option(
    "--documents",
    type=click.IntRange(1, 200),
    default=20,
    show_default=True,
    help="How many honest and how many forged documents to play with.",
)
@json_option
def stolen_signer(session: Session, /, documents: int, *, as_json: bool) -> None:
    """Play through what happens when the document signer's key is stolen: mark, publish, update, count.

    Makes forged documents with the key of a copy, dated back, and lets three counters judge them before and
    after. The roots' keys are needed, as they would be. Exits with 1 where a forgery still passes, or an
    honest document does not.
    """
    from issuer.agency.desk import ROOT_KEYS  # noqa: PLC0415 - its imports are slow; --help needs none
    from issuer.drill.copying import copy_agency  # noqa: PLC0415
    from issuer.drill.stolen_signer import StolenSignerDrill  # noqa: PLC0415

    with tempfile.TemporaryDirectory(prefix="counterproof-drill-") as scratch:
        copy = Path(scratch) / "agency"
        _tell("copy the agency")
        copy_agency(session.folder, session.root_keys or session.folder / ROOT_KEYS, copy)
        at_copy = replace(session, folder=copy, root_keys=copy / ROOT_KEYS)

        def open_copy(clock: FixedClock) -> Agency:
            return replace(at_copy, clock=clock).open()

        result = StolenSignerDrill(
            open_copy, Path(scratch), session.clock.now(), documents=documents, tell=_tell
        ).run()
    if as_json:
        print_json({"passed": result.passed, "seconds": round(result.seconds, 3), **_members(result)})
    else:
        _print(session, result)
    if not result.passed:
        sys.exit(1)


def _tell(step: str) -> None:
    click.echo(f"  … {step}", err=True)


def _members(result: DrillResult) -> dict[str, object]:
    return {name: getattr(result, name) for name in result.__slots__}


def _print(session: Session, result: DrillResult) -> None:
    click.echo("The drill passed.\n" if result.passed else "THE DRILL FAILED.\n")
    print_facts(
        [
            ("Signer", result.signer[:16]),
            ("Before", _counts(result.before)),
            (f"After, {result.counters} counters", _counts(result.after)),
            ("Without the update", _counts(result.missed)),
            ("", f"until the revocation list there runs out, {minute(result.missed_until)}"),
            ("Issuing goes on", "yes" if result.again else "NO"),
            ("Time", f"{result.seconds:.1f} s, and the way to your counters"),
        ]
    )
    click.echo("\nWhat took how long")
    for step in result.steps:
        click.echo(f"  {step.seconds:7.2f} s  {step.name}")
    copies = counted(result.documents, "copy", "copies")
    click.echo("\nWhat honest holders must do: nothing.")
    click.echo(
        f"  {copies} in {counted(result.batches, 'batch', 'batches')} stay good; the set of them has "
        f"{result.set_size:,} bytes."
    )
    click.echo("\nOn the day itself")
    for line in (
        f"issuer stolen-signer {session.folder} {result.signer[:16]} --root-keys STICK",
        f"issuer publish {session.folder} OUT",
        "verifier trust update OUT     at every counter, those first where most is at stake",
        f"issuer rotate-signer {session.folder} --root-keys STICK",
    ):
        click.echo(f"  {line}")
    click.echo("\nThis was a copy. Nothing of the agency was changed.")


def _counts(counts: Counts) -> str:
    return (
        f"{counts.forged_accepted} of {counts.forged} forgeries accepted, "
        f"{counts.honest_accepted} of {counts.honest} honest documents accepted"
    )


COMMANDS = (drill,)
