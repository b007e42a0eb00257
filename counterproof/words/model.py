"""What a sentence about a code is made of."""

from __future__ import annotations

from dataclasses import dataclass


def N_(message: str) -> str:  # noqa: N802 - the name that gettext tools look for
    """Mark a message for extraction without translating it here."""
    return message


@dataclass(frozen=True, slots=True)
class Sentence:
    """What happened and what to do next, both with `{fact}` places for the facts of an error."""

    what: str
    do: str = ""
