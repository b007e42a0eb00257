"""The counter's command line; each family of commands is a module of `verifier.commands`."""

from __future__ import annotations

import click

from verifier.commands.conformance import conformance


@click.group(name="verifier")
@click.version_option(package_name="counterproof", prog_name="verifier")
def main() -> None:
    """Ask for documents across a counter, and decide about what is shown. Works offline."""


main.add_command(conformance)
