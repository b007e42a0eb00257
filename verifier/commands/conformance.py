"""`verifier conformance`: run cases of anybody's against the deciding functions."""

from __future__ import annotations

import sys

import click

from counterproof.clock import SystemClock
from counterproof.terminal.commands import Command


@click.command(cls=Command)
def conformance() -> None:
    """Judge cases: JSON lines on standard input, one JSON line for each on standard output.

    Fields, verdicts and codes are described in docs/conformance.md. Exits with 0 at the end of the input,
    whatever came in.
    """
    from verifier.conformance.door import serve  # noqa: PLC0415 - its imports are slow; --help needs none

    serve(sys.stdin.buffer, sys.stdout.buffer, SystemClock())
