"""What a counter's journal counts, in words."""

from __future__ import annotations

from typing import Final

from counterproof.words.model import N_, Phrases, Sentence

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

BREAKS: Final = Phrases(
    {
        "unreadable": N_("This line cannot be read: it was cut off or changed."),
        "day": N_("This line is of no day that there is."),
        "order": N_("This day does not come after the one before it."),
        "form": N_("This line is not as a counter writes it."),
        "unsealed": N_("A day before this one has lost its seal."),
        "counts": N_("The counts are not those that were sealed."),
        "chain": N_(
            "The seal does not follow from the one before: something was changed, taken out or put in."
        ),
        "missing": N_("The counts are gone, and nothing says that they were erased."),
        "differs": N_("This day was sealed otherwise then."),
        "cut": N_("This day is not there any more: the end was cut off, or the counter began anew."),
        "fewer": N_("Less is counted for this day than was then."),
    }
)
"""Where an exported journal is not what a counter wrote, and why an earlier one is not its beginning."""

SENTENCES: Final[dict[str, Sentence]] = {
    "verifier.audit-empty": Sentence(
        what=N_("There is nothing in the file {name}."),
        do=N_("A counter that counted nothing yet exports nothing. Otherwise ask for the export again."),
    ),
    "verifier.audit-foreign": Sentence(
        what=N_("The file {name} is not the export of a counter's journal."),
        do=N_("Choose the file that “Export for an auditor” or `verifier journal --export` wrote, as it is."),
    ),
    "verifier.audit-seal": Sentence(
        what=N_("This is not a seal of a journal."),
        do=N_("Give the letters a to f and digits as they were written down: eight or more."),
    ),
}
