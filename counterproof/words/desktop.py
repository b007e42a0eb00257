"""Sentences that both windows say."""

from __future__ import annotations

from counterproof.words.model import N_, Sentence

SENTENCES: dict[str, Sentence] = {
    "desktop.unexpected": Sentence(
        what=N_("Something went wrong in this program ({kind}, {place}). Nothing that was saved is lost."),
        do=N_("Try again. If it happens again, report these words."),
    ),
    "desktop.no-screen": Sentence(
        what=N_("There is no screen here to open a window on."),
        do=N_("Use the commands instead; `{program} --help` lists them."),
    ),
    "desktop.no-libraries": Sentence(
        what=N_("The window cannot open: this system lacks libraries that it needs ({reason})."),
        do=N_("Run `make setup`, which names them, or use the commands; `{program} --help` lists them."),
    ),
    "desktop.screen-hidden": Sentence(
        what=N_("This desktop does not let the program look at the screen."),
        do=N_("Take a picture of the screen yourself and drop it here, or copy it and paste."),
    ),
    "desktop.screen-gone": Sentence(
        what=N_("The screen that was looked at is there no more."),
        do=N_("Choose the part of the screen again, or use the camera."),
    ),
}
