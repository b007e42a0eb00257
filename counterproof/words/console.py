"""What the agency's console has to say to its clerks."""

from __future__ import annotations

from typing import Final

from counterproof.words.model import N_, Sentence

_DOOR: Final = {
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
    "console.nothing-chosen": Sentence(
        what=N_("Nothing was chosen, or too much at once."), do=N_("Please choose documents and what to do.")
    ),
    "console.by-command": Sentence(
        what=N_("Supervisors are enrolled and ended by the command alone."),
        do=N_("Please use `issuer console` on the agency's own machine."),
    ),
}

_CASES: Final = {
    "register.no-such-case": Sentence(
        what=N_("No case belongs to this name."),
        do=N_("Please look for the person's reference, or for the name of an offer or a batch."),
    ),
    "register.bad-note": Sentence(
        what=N_("A note has 1 to {most} characters of plain text."), do=N_("Please correct it.")
    ),
    "register.bad-note-kind": Sentence(
        what=N_("A note is one of: {known}."), do=N_("Please choose one of these.")
    ),
    "agency.case-too-large": Sentence(
        what=N_("A case file has at most {most} bytes."), do=N_("Please check that it is the right file.")
    ),
    "agency.case-refused": Sentence(
        what=N_("This is not a case file, or it was altered after it was signed."),
        do=N_("Please ask for a new one."),
    ),
    "agency.case-root": Sentence(
        what=N_("The case file was signed under another root: {root}."),
        do=N_("Please compare it with the fingerprint that the agency gave you by another way."),
    ),
    "agency.case-whose": Sentence(
        what=N_("A case file is verified against one agency."),
        do=N_("Please give --root with its fingerprint, or --agency with its folder."),
    ),
    "agency.case-entry": Sentence(
        what=N_("Entry {number} of the case file is not the one that the record has."),
        do=N_("Please verify the record with `issuer audit verify`."),
    ),
}

_TWO_PERSONS: Final = {
    "agency.two-persons": Sentence(
        what=N_(
            "One person alone changes at most {most} documents a day; this is {documents}, after {before}."
        ),
        do=N_("Please propose it: a second person must agree."),
    ),
    "agency.one-by-one": Sentence(
        what=N_("One person alone gives at most {most} cards one by one within a day, and you have."),
        do=N_(
            "A second person must agree to more: it waits under `issuer proposal list`, and in the console."
        ),
    ),
    "agency.not-second": Sentence(
        what=N_("The second person must be another than who proposed it or enrolled them."),
        do=N_("Please ask another supervisor."),
    ),
    "agency.not-proposer": Sentence(
        what=N_("Only who proposed it can take it back."), do=N_("Please decline it instead.")
    ),
    "agency.limit": Sentence(
        what=N_("The number can be 0 to {most}."), do=N_("Please choose another number.")
    ),
    "agency.many-targets": Sentence(
        what=N_("A proposal is about 1 to {most} batches and copies."), do=N_("Please make several.")
    ),
    "register.no-such-proposal": Sentence(
        what=N_("There is no such proposal."), do=N_("`issuer proposal list` shows them.")
    ),
    "register.proposal-over": Sentence(
        what=N_("This proposal was decided, was taken back, or has ended."), do=N_("Please make a new one.")
    ),
}

SENTENCES: Final[dict[str, Sentence]] = _DOOR | _CASES | _TWO_PERSONS
