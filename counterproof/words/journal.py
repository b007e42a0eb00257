"""What a counter's journal counts, in words."""

from __future__ import annotations

from typing import Final

from counterproof.words.model import N_, Phrases

OUTCOMES: Final = Phrases(
    {
        "accepted": N_("Accepted"),
        "refused": N_("Not accepted"),
        "undecided": N_("Cannot tell"),
        "declined": N_("Nothing shown"),
        "repeat": N_("Shown again"),
        "unreadable": N_("Cannot be read"),
        "left-out": N_("Left out unasked"),
        "by-hand": N_("By eye"),
        "drill": N_("Practice"),
    }
)

MODES: Final = Phrases(
    {
        "two-way": N_("Asked and answered"),
        "shown-first": N_("Shown first"),
        "slip": N_("Paper slip"),
        "session": N_("Another connection"),
        "receipt": N_("Receipt"),
        "eye": N_("Looked at by eye"),
    }
)
"""How a document came, by `Mode`."""

BY_HAND: Final = Phrases(
    {
        "by-hand.taken": N_("Good enough"),
        "by-hand.turned-away": N_("Not good enough"),
        "by-hand.helped-on": N_("Sent to somebody else"),
    }
)
"""What was found by eye, by code: the words on the buttons that mark it."""
