"""A question with yes or no, which a person answers in words of their own."""

from __future__ import annotations

from typing import Final

import click

from counterproof.words.language import tr
from counterproof.words.model import N_

_CHOICE: Final = N_("[y/N]")
_YES: Final = N_("y/yes")
_NO: Final = N_("n/no")
"""What counts as an answer, with strokes between; English counts in every language."""


def confirm(question: str, *, abort: bool = False, err: bool = False) -> bool:
    """Ask, and return whether it was a yes; Enter alone is a no. With `abort` a no raises `click.Abort`."""
    prompt = f"{question} {tr(_CHOICE)}"
    agreed: bool = click.prompt(prompt, default="", show_default=False, err=err, value_proc=_meant)
    if abort and not agreed:
        raise click.Abort
    return agreed


def _meant(typed: str) -> bool:
    word = typed.strip().casefold()
    if word in {*_YES.split("/"), *tr(_YES).split("/")}:
        return True
    if word in {"", *_NO.split("/"), *tr(_NO).split("/")}:
        return False
    raise click.BadParameter(tr("Please answer with yes or no."))
