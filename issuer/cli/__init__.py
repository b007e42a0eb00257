"""The agency's command line; each family of commands is a module of this package."""

from __future__ import annotations

import click

from counterproof.sealing.process import harden
from issuer.cli import (
    auditing,
    authority,
    bulk,
    cases,
    ceremonies,
    console,
    drills,
    founding,
    issuing,
    lists_code,
    online,
    proposals,
    publishing,
    purposes,
    records,
    scanning,
    service,
    sources,
)
from issuer.cli.boundary import Boundary

_EXAMPLES = """\b
issuer init harbour --name "Harbour Borough" --country XX
issuer offer harbour --type residency --out card.cpoffer
issuer issue harbour --request card.cprequest --type residency --subject-data people.json
issuer publish harbour lists
"""


@click.group(cls=Boundary, name="issuer", epilog=_EXAMPLES)
@click.version_option(package_name="counterproof", prog_name="issuer", message="%(prog)s %(version)s")
def main() -> None:
    """Run an agency: found it, issue to wallets, revoke, publish what counters need. Works offline."""
    harden()


for family in (
    founding,
    issuing,
    scanning,
    online,
    service,
    console,
    sources,
    bulk,
    records,
    proposals,
    cases,
    publishing,
    lists_code,
    purposes,
    auditing,
    ceremonies,
    authority,
    drills,
):
    for command in family.COMMANDS:
        main.add_command(command)
