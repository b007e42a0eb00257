"""What the wallet has to say: to the person who holds the cards."""

from __future__ import annotations

from typing import Final

from counterproof.words.model import N_, NN_, Phrases, Sentence, plural

_REPORT: Final = N_("This is a fault of the program. Please report it with this code.")
_ASK_AGENCY: Final = N_("Nothing was kept. Please tell the agency, and ask for the card again.")
_NEW_COPIES: Final = N_("Please ask the agency for new copies: `wallet request` with a new offer.")

_CARDS: Final = {
    "wallet.no-such-card": Sentence(
        what=N_("No card in this wallet is called so."),
        do=N_("`wallet list` shows the cards, with the number that you can use."),
    ),
    "wallet.which-card": Sentence(
        what=N_("{count} cards are called so."), do=N_("Please use the number or the id of `wallet list`.")
    ),
    "wallet.no-such-field": Sentence(
        what=N_("The card has no field of that name."), do=N_("It has: {known}.")
    ),
    "wallet.copies-used": Sentence(
        what=N_(
            "Every copy of this card has been shown before. Readers who compare could find that it was the"
            " same person."
        ),
        do=N_("Please ask the agency for new copies. To show one again all the same, use --show-used-copy."),
    ),
    "wallet.record-form": Sentence(
        what=N_("An entry of the wallet ({kind}) was written by another version of the program."),
        do=N_("Please update the program."),
    ),
    "wallet.damaged": Sentence(
        what=N_("Some entries of this wallet are damaged and were left out; the others can be used."),
        do=N_("Please restore a backup elsewhere, or remove them with `wallet repair`."),
    ),
    "wallet.rolled-back": Sentence(
        what=N_(
            "An older copy of this wallet was put back. Cards may have been shown since, so every copy now"
            " counts as used."
        ),
        do=_NEW_COPIES,
    ),
}

_GETTING: Final = {
    "wallet.agency-unknown": Sentence(
        what=N_("This wallet does not know the agency yet (its fingerprint begins with {fingerprint})."),
        do=N_("Please get its published folder and run `wallet trust add FOLDER` first."),
    ),
    "wallet.agency-may-not": Sentence(
        what=N_("The agency does not say that it issues cards of this kind ({doc_type})."),
        do=N_("Please ask the agency, and update what it publishes: `wallet trust add FOLDER`."),
    ),
    "wallet.copies-offered": plural(
        NN_(
            "The agency offers {limit} copy, and {count} were asked for.",
            "The agency offers up to {limit} copies, and {count} were asked for.",
        ),
        "limit",
        do=N_("Please ask for another number, or leave out --copies to get all."),
    ),
    "wallet.no-such-request": Sentence(
        what=N_("This wallet has no open request that this belongs to."),
        do=N_(
            "Perhaps it was received already (`wallet list`), or it is for another wallet. Otherwise make a new"
            " request."
        ),
    ),
    "wallet.reply-other-type": Sentence(
        what=N_("This is another kind of card than the one that was asked for."), do=_ASK_AGENCY
    ),
    "wallet.reply-other-agency": Sentence(
        what=N_("This card is signed by another agency than the one that was asked."), do=_ASK_AGENCY
    ),
    "wallet.reply-count": plural(
        NN_(
            "{found} copy came, and {limit} were asked for.",
            "{found} copies came, and {limit} were asked for.",
        ),
        "found",
        do=_ASK_AGENCY,
    ),
    "wallet.reply-other-key": Sentence(
        what=N_("A copy is made out to a key that this wallet does not have."), do=_ASK_AGENCY
    ),
    "wallet.reply-copies-differ": Sentence(
        what=N_("The copies of the card do not all say the same."), do=_ASK_AGENCY
    ),
    "wallet.reply-linkable": Sentence(
        what=N_("Two copies of the card share a part that readers could know you by."), do=_ASK_AGENCY
    ),
    "wallet.copy-refused": Sentence(
        what=N_("A copy of the card did not pass the checks ({reason})."), do=_ASK_AGENCY
    ),
}

_SHOWING: Final = {
    "wallet.stage": Sentence(what=N_("That is not possible now ({stage})."), do=_REPORT),
    "wallet.nothing-agreed": Sentence(
        what=N_("No field was named, so there is nothing to show."),
        do=N_("Please name the fields that you want to show."),
    ),
    "wallet.not-offered": Sentence(
        what=N_("This field was not asked for, or your card does not have it: {field}."),
        do=N_("Nothing was sent. Run the command without --yes to see what is asked for."),
    ),
    "wallet.request-over": Sentence(
        what=N_("The time of this request is over."), do=N_("Please ask for a new one.")
    ),
    "wallet.nothing-to-report": Sentence(
        what=N_("No signed request is kept for this entry, so there is nothing to prove."),
        do=N_("Requests are kept for a year. Codes shown first and slips were never asked for by anybody."),
    ),
    "wallet.report-long": Sentence(
        what=N_("That is longer than a report can hold ({limit} characters)."), do=N_("Please shorten it.")
    ),
    "wallet.clock-differs": Sentence(
        what=N_("Your clock and the counter's do not agree: the request says {made}, your clock says {now}."),
        do=N_("Check the clock of this computer."),
    ),
    "wallet.reader-unlisted": Sentence(
        what=N_("This counter is not on its agency's list. It may have been taken off."),
        do=N_("Do not answer unless you know these people and insist (--insist-unknown-reader)."),
    ),
    "wallet.nothing-held": Sentence(
        what=N_("Your wallet has nothing of what is asked for."),
        do=N_("Please get the card from its agency first. Nothing was sent."),
    ),
    "wallet.needs-allow": Sentence(
        what=N_("With --yes the fields must be named, each with --allow."),
        do=N_("For example: --allow age_over_18. Or leave out --yes to be asked."),
    ),
    "wallet.nobody-to-ask": Sentence(
        what=N_("Nobody can be asked here, so nothing was sent."),
        do=N_("Run the command in a terminal, or use --yes with --allow for each field, or --decline."),
    ),
    "wallet.audience": Sentence(
        what=N_("The id of a counter has 3 to 20 characters: capital letters, digits and hyphens."),
        do=N_("Please copy it from the counter's sign, for example HB-DESK-3."),
    ),
    "wallet.challenge": Sentence(
        what=N_("The counter's number has six digits."), do=N_("Please type just those.")
    ),
}

_PAPER: Final = {
    "wallet.slip-purpose": Sentence(
        what=N_("A purpose has 1 to 64 characters: small letters, digits, dots and hyphens."),
        do=N_("Please copy it from the office that wants the slip, for example library.join."),
    ),
    "wallet.slip-readers": Sentence(
        what=N_("A slip can name {limit} counters at most."), do=N_("Please name fewer.")
    ),
    "wallet.slip-over": Sentence(
        what=N_("The slip would be over before it begins."), do=N_("Please give a later date.")
    ),
    "wallet.slip-span": Sentence(
        what=N_("A slip can be good for {days} days at most, and must end after it begins."),
        do=N_("Please choose other dates."),
    ),
    "wallet.slip-outlives-card": Sentence(
        what=N_("The slip would be good at a time when the card is not (the card ends on {until})."),
        do=N_("Please choose other dates, or renew the card."),
    ),
    "wallet.too-much-for-paper": Sentence(
        what=N_("This is too much for a sheet of paper: {size} bytes, and {limit} fit."),
        do=N_("Please show fewer fields, or show them on a screen. A picture seldom fits on paper."),
    ),
    "wallet.too-long-for-paper": Sentence(
        what=N_("The words take so much room that no code fits beneath them."),
        do=N_("Please show fewer fields, or show them on a screen."),
    ),
    "wallet.date": Sentence(
        what=N_("This is not a date."), do=N_("Please write it as year-month-day, for example 2026-12-31.")
    ),
}

_FILES: Final = {
    "wallet.out-suffix": Sentence(
        what=N_("The name of the file must end in {suffixes}, or be a folder."), do=N_("Please change it.")
    ),
    "wallet.out-folder": Sentence(
        what=N_("The folder for the file is not there."), do=N_("Please make it first, or choose another.")
    ),
    "wallet.out-moving": Sentence(
        what=N_("The code needs {frames} pictures, and a PNG holds one."),
        do=N_(
            "Please give a name that ends in .gif. An answer can go into a folder as well, and stays the same."
        ),
    ),
    "wallet.out-terminal": Sentence(
        what=N_("The code needs {frames} pictures, and nothing here can show them one after the other."),
        do=N_("Run the command in a terminal, or use --out with a name that ends in .gif."),
    ),
    "wallet.no-passphrase": Sentence(
        what=N_("No passphrase was given."),
        do=N_("Run the command in a terminal, or use --passphrase-file or COUNTERPROOF_PASSPHRASE."),
    ),
    "wallet.passphrases-differ": Sentence(
        what=N_("The two passphrases are not the same."), do=N_("Please type them again.")
    ),
    "wallet.passphrase-file": Sentence(
        what=N_("The file with the passphrase is empty, or not plain text."),
        do=N_("Please put the passphrase on its first line."),
    ),
    "wallet.missing": Sentence(
        what=N_("There is no wallet here yet."),
        do=N_("`wallet init` makes one. If yours is elsewhere, use --wallet FILE."),
    ),
    "wallet.no-such-entry": Sentence(
        what=N_("The history has no entry of that id."), do=N_("`wallet history` shows the ids.")
    ),
    "wallet.which-entries": Sentence(
        what=N_("It was not said which entries of the history to delete."),
        do=N_("Please give their ids, or --all."),
    ),
    "wallet.receipt-unknown": Sentence(
        what=N_("This receipt belongs to nothing in your history."),
        do=N_("Perhaps the entry was deleted, or the receipt is for somebody else."),
    ),
    "wallet.fault": Sentence(
        what=N_("Something went wrong inside the program ({kind}). Your cards are safe."), do=_REPORT
    ),
}

_NAMES: Final = {
    "wallet.reader-list-over": Sentence(
        what=N_("The list that named this counter has run out, so whether it still is one is not known."),
        do=N_("Take newer lists, then read the request again."),
    ),
    "wallet.reader-revocations-old": Sentence(
        what=N_("Whether this counter was struck off lately is not known: your lists are too old."),
        do=N_("Take newer lists, then read the request again."),
    ),
    "wallet.name-hides": Sentence(
        what=N_("The name that it gives itself holds characters that cannot be seen, as tricksters use."),
    ),
    "wallet.name-mixes-alphabets": Sentence(
        what=N_("The name that it gives itself mixes letters of two alphabets that look alike."),
    ),
    "wallet.name-looks-like": Sentence(
        what=N_("The name that it gives itself looks like one on your list, but it is not that one."),
    ),
}

SENTENCES: Final[dict[str, Sentence]] = _CARDS | _GETTING | _SHOWING | _PAPER | _FILES | _NAMES

_PHRASES: Final[dict[str, str]] = {
    "state.valid": N_("valid"),
    "state.expires-soon": N_("valid until {until}: renew it soon"),
    "state.not-yet": N_("not valid before {start}"),
    "state.expired": N_("expired on {until}"),
    "state.suspended": N_("paused by the agency"),
    "state.revoked": N_("withdrawn by the agency"),
    "state.unknown": N_("valid until {until}; no current list says whether it was withdrawn"),
    "outcome.agreed": N_("agreed to; whether the code was shown is not known"),
    "outcome.shown": N_("shown"),
    "outcome.made": N_("made; not printed or saved from here"),
    "outcome.printed": N_("printed or saved"),
    "outcome.done": N_("shown, done"),
    "outcome.declined": N_("declined; the refusal was shown"),
    "outcome.refused": N_("not answered"),
    "outcome.not-built": N_("agreed to, but no code could be made; nothing was shown"),
    "mode.two-way": N_("asked and answered"),
    "mode.shown-first": N_("by a code of your own, without being asked"),
    "mode.slip": N_("on paper"),
    "receipt.accepted": N_("The counter signed that it accepted this"),
    "receipt.refused": N_("The counter signed that it refused this"),
    "receipt.undecided": N_("The counter signed that it could not decide"),
    "paper.title": N_("Paper slip"),
    "paper.span": N_("Good from {start} to {end}"),
    "paper.purpose": N_("Only for: {purpose}"),
    "paper.readers": N_("Only at: {readers}"),
    "paper.any-reader": N_("At any counter that takes slips for this"),
    "paper.picture": N_("a picture, in the code"),
    "paper.together": N_("These codes belong together: the counter reads all of them, in any order."),
    "paper.reads": N_("Whoever has this paper can read what is on it. Keep it as you would keep the card."),
    "paper.once": N_(
        "Each counter takes it once. A photocopy would work once at each as well, so give none away."
    ),
    "paper.compare": N_("Clerk: scan the code. What is printed above proves nothing by itself."),
}

PHRASES: Final = Phrases(_PHRASES)
"""Short texts that windows, commands and paper share."""
