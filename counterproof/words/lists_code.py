"""What is said of lists as a moving code, by windows and commands: whose, how long it takes, for whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterproof.words import dates
from counterproof.words.language import ntr, tr
from counterproof.words.plain_text import marked

if TYPE_CHECKING:
    from datetime import datetime


def code_lines(name: str, issued_at: datetime, *, pictures: int, seconds: int, whole: bool) -> list[str]:
    """Return one sentence a line; `seconds` is what a steady camera needs."""
    whose = tr("Lists of {name}, signed {moment}.")
    many = ntr("A moving code of {n} picture.", "A moving code of {n} pictures.", pictures)
    lasts = ntr(
        "A steady camera needs about {n} second.", "A steady camera needs about {n} seconds.", seconds
    )
    lines = [
        whose.format(name=marked(name, 128), moment=dates.moment(issued_at)),
        f"{many.format(n=pictures)} {lasts.format(n=seconds)}",
    ]
    if not whole:
        lines.append(
            tr(
                "The whole is too much for a code, so this holds what changed: it helps a counter that has "
                "the lists of the last days."
            )
        )
    return lines
