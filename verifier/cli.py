"""The counter's command line; each family of commands is a module of `verifier.commands`."""

from __future__ import annotations

import click

from counterproof.sealing.process import harden
from verifier.boundary import Boundary
from verifier.commands import audit, check, desk, drill, purposes, report, request, trust, visit, window
from verifier.commands.conformance import conformance

_EXAMPLES = """\b
verifier init --name "Library desk" --id HARBOUR-LIB-1 --csr desk.csr
verifier trust add FOLDER
verifier request --type residency --fields age_over_18 --purpose library.age-check --out ask.png
verifier check answer.png
"""


@click.group(name="verifier", cls=Boundary, epilog=_EXAMPLES, invoke_without_command=True)
@click.version_option(package_name="counterproof", prog_name="verifier", message="%(prog)s %(version)s")
@click.pass_context
def main(ctx: click.Context) -> None:
    """Ask for documents across a counter, and decide about what is shown. Works offline.

    With no command it opens its window.
    """
    harden()
    if ctx.invoked_subcommand is None:
        ctx.invoke(window.window)


for family in (desk, trust, purposes, request, check, visit, audit, report, drill, window):
    for command in family.COMMANDS:
        main.add_command(command)
main.add_command(conformance)
