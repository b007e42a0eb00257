"""What the agency's console has to say to its clerks."""

from __future__ import annotations

from typing import Final

from counterproof.words.model import N_, Sentence

SENTENCES: Final[dict[str, Sentence]] = {
    "console.no-such-clerk": Sentence(
        what=N_("Nobody of this name works at the console."), do=N_("`issuer console list` shows who does.")
    ),
    "console.link-refused": Sentence(
        what=N_("This link is unknown, was used, or has ended."), do=N_("Please ask for a new one.")
    ),
    "console.sign-in-refused": Sentence(
        what=N_("You could not be signed in."),
        do=N_("Please try again. Links, codes and passkeys that were replaced count no more."),
    ),
    "console.signed-out": Sentence(what=N_("You are signed out."), do=N_("Please sign in again.")),
    "console.passkey-refused": Sentence(
        what=N_("The passkey could not be made."), do=N_("Please try again, with your PIN or your finger.")
    ),
    "console.passkey-known": Sentence(
        what=N_("This passkey is in use already."), do=N_("Please make another one.")
    ),
    "console.other-form": Sentence(
        what=N_("This form does not belong to your session, so nothing was done."),
        do=N_("Please open the page again."),
    ),
    "console.by-command": Sentence(
        what=N_("Supervisors are enrolled and ended by the command alone."),
        do=N_("Please use `issuer console` on the agency's own machine."),
    ),
}
