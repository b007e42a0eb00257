"""Sentences about purposes: what a counter may ask for, and what goes beyond it."""

from __future__ import annotations

from typing import Final

from counterproof.words.model import N_, Sentence

_SAY_NO: Final = N_("Nothing is shown unless you decide otherwise, field by field.")
_ASK_AGENCY: Final = N_("Please ask whoever made it to correct it. docs/purposes.md describes the form.")

_ASKING: Final = {
    "purpose.nobody-speaks": Sentence(
        what=N_("No register of purposes that you have speaks for this counter."),
        do=N_("So nothing is chosen for you. Show only what you think it needs."),
    ),
    "purpose.reader-unknown": Sentence(
        what=N_("No register of purposes knows whoever asks."),
        do=_SAY_NO,
    ),
    "purpose.unknown": Sentence(
        what=N_("The counter names a purpose that is not registered."),
        do=_SAY_NO,
    ),
    "purpose.other-reader": Sentence(
        what=N_("The purpose is registered, but not for this counter."),
        do=_SAY_NO,
    ),
    "purpose.element-beyond": Sentence(
        what=N_("This is more than the counter is registered to ask for."),
        do=N_("Leave it off, or ask at the counter what it is for."),
    ),
    "purpose.keep-beyond": Sentence(
        what=N_("The counter wants to keep this, and it is not registered to keep it."),
        do=N_("Leave it off, or ask at the counter why it must be kept."),
    ),
}

_FORM: Final = {
    "purpose.no-register": Sentence(what=N_("This is not a register of purposes."), do=_ASK_AGENCY),
    "purpose.version": Sentence(
        what=N_("This register of purposes was made for a newer program (this one knows version {known})."),
        do=N_("Please update this program."),
    ),
    "purpose.form": Sentence(
        what=N_("Purpose {purpose} of the register is wrong at “{field}”."), do=_ASK_AGENCY
    ),
    "purpose.too-much": Sentence(
        what=N_("The register of purposes has more in it than can be taken (at most {limit})."),
        do=_ASK_AGENCY,
    ),
    "purpose.not-toml": Sentence(
        what=N_("The file of purposes cannot be read: {reason}."),
        do=N_("Correct it, or begin with one of the examples. docs/purposes.md describes the form."),
    ),
}

SENTENCES: Final[dict[str, Sentence]] = {**_ASKING, **_FORM}
