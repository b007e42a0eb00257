"""Text from outside made safe to show: one line, nothing invisible, and a mark where letters mislead.

Control characters, direction marks and zero-width characters are shown as what they are ("[U+202E]"), so
that no text can turn round, hide or overwrite what stands beside it. Joiners that Indic and Arabic spelling
needs stay where they join. Nothing is removed: who compares sees that something is odd.
"""

from __future__ import annotations

from counterproof.letters import hides, mixes_alphabets, skeleton

__all__ = ["is_marked", "marked", "mixes_alphabets", "skeleton"]


def marked(text: str, limit: int = 500) -> str:
    """Return `text` on one line with a mark in place of whatever cannot be seen; longer than `limit`, cut."""
    shown = "".join(_shown(text, place) for place in range(min(len(text), limit)))
    return shown + "…" if len(text) > limit else shown


def is_marked(text: str) -> bool:
    """Tell whether `marked` would put a mark into `text`."""
    return any(hides(text, place) for place in range(len(text)))


def _shown(text: str, place: int) -> str:
    return f"[U+{ord(text[place]):04X}]" if hides(text, place) else text[place]
