"""Sentences about passphrases, sealed files and the disk."""

from __future__ import annotations

from counterproof.words.model import N_, NN_, Sentence, plural

_FOUR_WORDS = N_(
    "Please choose four or more words that have nothing to do with one another, or let a password"
    " manager make one."
)
_DAMAGED = N_("Please check that you chose the right file. If you have a backup, use that.")

SENTENCES: dict[str, Sentence] = {
    "sealing.passphrase-empty": Sentence(what=N_("No passphrase was given."), do=_FOUR_WORDS),
    "sealing.passphrase-pin": plural(
        NN_(
            "A number of {digits} digits has {guesses} possibilities at most. Whoever copies the file can"
            " try them all, without limit and unseen, in about {days} day or less.",
            "A number of {digits} digits has {guesses} possibilities at most. Whoever copies the file can"
            " try them all, without limit and unseen, in about {days} days or less.",
        ),
        "days",
        do=_FOUR_WORDS,
    ),
    "sealing.passphrase-common": plural(
        NN_(
            "This passphrase is one of those that everybody tries first, in about {days} day or less.",
            "This passphrase is one of those that everybody tries first, in about {days} days or less.",
        ),
        "days",
        do=_FOUR_WORDS,
    ),
    "sealing.passphrase-repetitive": plural(
        NN_(
            "This passphrase repeats itself or follows the keyboard. Whoever copies the file would find it in"
            " about {days} day or less.",
            "This passphrase repeats itself or follows the keyboard. Whoever copies the file would find it in"
            " about {days} days or less.",
        ),
        "days",
        do=_FOUR_WORDS,
    ),
    "sealing.passphrase-short": plural(
        NN_(
            "This passphrase is too short. Whoever copies the file would find it in about {days} day"
            " or less.",
            "This passphrase is too short. Whoever copies the file would find it in about {days} days"
            " or less.",
        ),
        "days",
        do=_FOUR_WORDS,
    ),
    "sealing.passphrase-guessable": plural(
        NN_(
            "This passphrase is too easy to guess. Whoever copies the file would find it in about {days} day"
            " or less.",
            "This passphrase is too easy to guess. Whoever copies the file would find it in about {days} days"
            " or less.",
        ),
        "days",
        do=_FOUR_WORDS,
    ),
    "sealing.passphrase-character": Sentence(
        what=N_("The passphrase has a character that cannot be typed everywhere."),
        do=N_("Please leave out line breaks, tabs and other control characters."),
    ),
    "sealing.passphrase-long": Sentence(
        what=N_("The passphrase has {bytes} bytes, and at most {limit} fit."),
        do=N_("Please choose a shorter one."),
    ),
    "sealing.cannot-open": Sentence(
        what=N_("The passphrase does not fit, or the file is damaged."),
        do=N_("Please type the passphrase again. If it is right, use a backup."),
    ),
    "sealing.empty": Sentence(
        what=N_("The file is damaged: nothing is in it."), do=N_("If you have a backup, use that.")
    ),
    "sealing.not-ours": Sentence(
        what=N_("This is not a file that this program sealed, or its beginning is damaged."), do=_DAMAGED
    ),
    "sealing.version-newer": Sentence(
        what=N_("This file was made by a newer version of the program ({version}; this one knows {known})."),
        do=N_("Please update the program. The file was not touched."),
    ),
    "sealing.algorithm": Sentence(
        what=N_(
            "The file names a way of sealing that this program does not use"
            " (version {version}, key derivation {kdf}, cipher {cipher}). It is damaged or was changed."
        ),
        do=_DAMAGED,
    ),
    "sealing.kdf-out-of-range": Sentence(
        what=N_(
            "The file asks for a key derivation outside of what is safe ({parameter} {value})."
            " It is damaged or was changed."
        ),
        do=_DAMAGED,
    ),
    "sealing.other-purpose": Sentence(
        what=N_("This is a sealed file of another kind: {found}, and {wanted} is needed."),
        do=N_("Please choose the right file."),
    ),
    "sealing.too-large": Sentence(
        what=N_("This is too large: {bytes} bytes, and at most {limit} are possible."),
        do=N_("Please check that you chose the right file."),
    ),
    "sealing.memory": Sentence(
        what=N_("The computer did not give the {memory_kib} KiB of memory that opening the file takes."),
        do=N_("Please close other programs and try again."),
    ),
    "sealing.disk-full": Sentence(
        what=N_("The disk is full, so nothing was saved."),
        do=N_("Please free some space and try again. What was stored before is still there."),
    ),
    "sealing.read-only": Sentence(
        what=N_("This place can only be read, so nothing was saved."),
        do=N_("Please choose another folder, or make this one writable."),
    ),
    "sealing.permission": Sentence(
        what=N_("You may not use this file or folder."),
        do=N_("Please check whose it is, or choose another."),
    ),
    "sealing.missing": Sentence(
        what=N_("The file is not there."), do=N_("Please check the name and the folder.")
    ),
    "sealing.name-too-long": Sentence(
        what=N_("No file can have a name that is so long."),
        do=N_("Please check that you gave the name of a file, and not what stands in it."),
    ),
    "sealing.disk-error": Sentence(
        what=N_("The disk reported an error."),
        do=N_("Please try again, and make a backup to another disk. What was stored before is still there."),
    ),
    "sealing.not-a-file": Sentence(
        what=N_("This is not an ordinary file: it is a link, a folder, a pipe or a device."),
        do=N_("Please choose the file itself."),
    ),
    "sealing.not-a-folder": Sentence(
        what=N_("There is a file where a folder is needed."), do=N_("Please choose another folder.")
    ),
    "sealing.exists": Sentence(
        what=N_("There is a file of that name already; it was not touched."),
        do=N_("Please choose another name."),
    ),
}
