"""`issuer drill`: a bad day, practised on a copy."""

from __future__ import annotations

import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from counterproof.terminal.commands import Group
from counterproof.words.language import tr
from issuer.cli.output import (
    counted,
    figure,
    json_option,
    minute,
    print_block,
    print_facts,
    print_json,
    say,
)
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
        _tell(tr("copy the agency"))
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
    steps = [{"name": each.name, "seconds": each.seconds} for each in result.steps]
    return {name: getattr(result, name) for name in result.__slots__} | {"steps": steps}


def _print(session: Session, result: DrillResult) -> None:
    click.echo((tr("The drill passed.") if result.passed else tr("THE DRILL FAILED.")) + "\n")
    runs_out = tr("until the revocation list there runs out, {time}").format(time=minute(result.missed_until))
    print_facts(
        [
            (tr("Signer"), result.signer[:16]),
            (tr("Before"), _counts(result.before)),
            (counted(result.counters, "After, {n} counter", "After, {n} counters"), _counts(result.after)),
            (tr("Without the update"), _counts(result.missed)),
            ("", runs_out),
            (tr("Issuing goes on"), tr("yes") if result.again else tr("NO")),
            (
                tr("Time"),
                tr("{seconds} s, and the way to your counters").format(seconds=f"{result.seconds:.1f}"),
            ),
        ]
    )
    took = tr("{seconds} s")
    seconds = [took.format(seconds=f"{step.seconds:.2f}").rjust(9) for step in result.steps]
    steps = zip(seconds, result.steps, strict=True)
    print_block(tr("What took how long"), *(f"{took}  {step.told}" for took, step in steps))
    print_block(
        tr("What honest holders must do: nothing."),
        tr("{copies} in {batches} stay good; the set of them has {bytes} bytes.").format(
            copies=counted(result.documents, "{n} copy", "{n} copies"),
            batches=counted(result.batches, "{n} batch", "{n} batches"),
            bytes=figure(result.set_size),
        ),
    )
    at_counters = tr("at every counter, those first where most is at stake")
    print_block(
        tr("On the day itself"),
        f"issuer stolen-signer {session.folder} {result.signer[:16]} --root-keys STICK",
        f"issuer publish {session.folder} OUT",
        f"verifier trust update OUT     {at_counters}",
        f"issuer rotate-signer {session.folder} --root-keys STICK",
    )
    click.echo()
    say(tr("This was a copy. Nothing of the agency was changed."))


def _counts(counts: Counts) -> str:
    words = tr("{forged} of {forgeries} forgeries accepted, {honest} of {all} honest documents accepted")
    return words.format(
        forged=counts.forged_accepted,
        forgeries=counts.forged,
        honest=counts.honest_accepted,
        all=counts.honest,
    )


COMMANDS = (drill,)
