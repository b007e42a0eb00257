"""What a window says in place of a sentence that names commands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from counterproof.words.explain import explain
from counterproof.words.model import N_, Sentence

if TYPE_CHECKING:
    from counterproof.mdoc.errors import CounterproofError

_LATER: Final = N_(
    "Please try again later: Get a card, A card over the internet. It goes on where this ended."
)

IN_WINDOW: Final[dict[str, Sentence]] = {
    "wallet.copies-used": Sentence(
        what=N_(
            "Every copy of this card has been shown before. Readers who compare could find that it was the"
            " same person."
        ),
        do=N_("Ask the agency for new copies, or tick the box that shows one again."),
    ),
    "wallet.damaged": Sentence(
        what=N_("Some entries of this wallet are damaged and were left out; the others can be used."),
        do=N_("Restore a backup beside it, or remove the damaged entries under Settings, Keep it safe."),
    ),
    "wallet.rolled-back": Sentence(
        what=N_(
            "An older copy of this wallet was put back. Cards may have been shown since, so every copy now"
            " counts as used."
        ),
        do=N_("Ask the agencies for new copies."),
    ),
    "wallet.agency-unknown": Sentence(
        what=N_("This wallet does not know the agency yet (its fingerprint begins with {fingerprint})."),
        do=N_("Add the agency first: Settings, Agencies. You need the folder that it publishes."),
    ),
    "wallet.agency-may-not": Sentence(
        what=N_("The agency does not say that it issues cards of this kind ({doc_type})."),
        do=N_("Ask the agency, and take its newer lists: Settings, Agencies."),
    ),
    "wallet.no-such-request": Sentence(
        what=N_("This wallet has no open request that this belongs to."),
        do=N_("Perhaps you have the card already, or it is for another person's wallet. Otherwise ask anew."),
    ),
    "exchange.reader-unknown": Sentence(
        what=N_("Nobody on your list vouches for this reader."),
        do=N_("Do not answer unless you know these people."),
    ),
    "wallet.reader-unlisted": Sentence(
        what=N_("This counter is not on its agency's list. It may have been taken off."),
        do=N_("Do not answer unless you know these people."),
    ),
    "wallet.missing": Sentence(
        what=N_("There is no wallet here yet."), do=N_("Make one, or restore a backup.")
    ),
    "wallet.nothing-held": Sentence(
        what=N_("Your wallet has nothing of what is asked for."),
        do=N_("Get the card from its agency first. Nothing was sent."),
    ),
    "sealing.cannot-open": Sentence(
        what=N_("This did not open."),
        do=N_("Check the passphrase: capital letters count, and so do spaces between words."),
    ),
    "sealing.exists": Sentence(
        what=N_("A file of that name is there already, and nothing was written over it."),
        do=N_("Choose another name."),
    ),
    "vault.in-use": Sentence(
        what=N_("This wallet is open in another window or command."), do=N_("Close that one first.")
    ),
    "online.timeout": Sentence(what=N_("{host} did not answer in time."), do=_LATER),
    "online.packed": Sentence(what=N_("{host} sent something packed, which was not asked for."), do=_LATER),
    "online.busy": Sentence(what=N_("The agency is busy or being repaired."), do=_LATER),
    "online.signed-form": Sentence(what=N_("The agency's signed description is damaged."), do=_LATER),
    "online.no-proof-type": Sentence(
        what=N_("This agency asks for proofs of keys that this wallet cannot make."),
        do=N_("Please ask the agency for a file instead: that needs no internet."),
    ),
    "online.type-unknown": Sentence(
        what=N_("This wallet does not know cards of the type {doc_type}."),
        do=N_("Please take the agency's newer lists: Settings, Agencies."),
    ),
    "online.no-trusted-agency": Sentence(
        what=N_("No agency that this wallet trusts issues {doc_type}, so the card could not be checked."),
        do=N_("Please add the agency first: Settings, Agencies. Then open the link again."),
    ),
    "trust.not-confirmed": Sentence(
        what=N_("The agency was not added, as the fingerprint was not confirmed."),
        do=N_("Nothing was changed."),
    ),
}
"""Code to sentence; every other code is said as everywhere."""

SENTENCES: Final[dict[str, Sentence]] = {
    "wallet.name-length": Sentence(
        what=N_("The word for a wallet has {limit} characters at most."), do=N_("Choose a shorter one.")
    ),
    "wallet.not-for-a-wallet": Sentence(
        what=N_("This is nothing that a wallet can use."),
        do=N_("It may be for another program. Ask whoever gave it to you."),
    ),
    "wallet.no-file": Sentence(what=N_("No file was chosen."), do=N_("Choose the backup first.")),
    "wallet.own-request": Sentence(
        what=N_("This is a request for a card: it is for the agency, not for this wallet."),
        do=N_("Take it to the agency, and open here what it gives you back."),
    ),
    "wallet.code-length": Sentence(
        what=N_("The code has {length} characters; {count} were typed."),
        do=N_("Please compare it with what the office gave you. Nothing was sent."),
    ),
    "wallet.another-open": Sentence(
        what=N_("This is a whole wallet, or the backup of one."),
        do=N_("Lock this wallet first (Ctrl+L), then open the file again."),
    ),
    "wallet.nothing-on-clipboard": Sentence(
        what=N_("There is neither a picture nor a text on the clipboard."),
        do=N_("Copy the picture of the code first, then try again."),
    ),
    "wallet.no-camera": Sentence(
        what=N_("No camera was found."),
        do=N_("Plug one in, or use a picture of the code: drop it here, paste it, or open it."),
    ),
}


def in_window(error: CounterproofError) -> Sentence:
    """Return what a window says about an error."""
    said = IN_WINDOW.get(error.code)
    if said is None:
        return explain(error.code, error.facts)
    spoken = said.said()
    facts: dict[str, object] = dict(error.facts)
    return Sentence(_filled(spoken.what, facts), _filled(spoken.do, facts))


def _filled(text: str, facts: dict[str, object]) -> str:
    for name, value in facts.items():
        text = text.replace(f"{{{name}}}", str(value))
    return text
