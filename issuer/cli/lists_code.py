"""`issuer lists-code`: a published folder or trust pack as a moving code, for counters without a network."""

from __future__ import annotations

from pathlib import Path

import click

from counterproof.mdoc.errors import UsageError
from counterproof.sealing import files
from counterproof.terminal.commands import Command
from counterproof.words.language import tr
from issuer.cli.output import say, say_next

_MOVING = ".gif"


@click.command(cls=Command, name="lists-code")
@click.argument("published", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The moving picture, .gif."
)
def lists_code(*, published: Path, out: Path) -> None:
    """Make a moving code of what stands in PUBLISHED, an agency's folder or an authority's trust pack.

    A counter reads it from a screen, by camera or as a file. It believes nobody new by it. Where the whole is
    too much for a code, it holds what changed since the packs before.
    """
    from counterproof.optics import draw  # noqa: PLC0415 - slow to load; --help needs none
    from counterproof.optics.exchange import lists  # noqa: PLC0415
    from counterproof.optics.kinds import Kind  # noqa: PLC0415
    from counterproof.optics.stream import StreamSender  # noqa: PLC0415
    from counterproof.trust.pack import carrying  # noqa: PLC0415
    from counterproof.words.lists_code import code_lines  # noqa: PLC0415

    if out.suffix.lower() != _MOVING:
        raise UsageError("agency.lists-code-kind", suffix=out.suffix or out.name)
    found = carrying.of_folder(published)
    place, m = lists.fitting(found.archives())
    files.write_atomic(out, draw.gif(StreamSender(Kind.LISTS, m)))
    told = {"pictures": lists.pictures(m), "seconds": lists.seconds(m)}
    for line in code_lines(found.name, found.issued_at, **told, whole=place == 0):
        say("{line}", line=line)
    say_next(tr("The code is in {file}. At a counter:").format(file=out), f"verifier trust update {out}")


COMMANDS = (lists_code,)
