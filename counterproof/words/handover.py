"""What the room of offers, requests and replies has to say."""

from __future__ import annotations

from typing import Final

from counterproof.words.model import N_, Sentence

_NEW_REQUEST: Final = N_("Please ask the holder to make a new request with their wallet.")
_NEW_OFFER: Final = N_("Please ask the agency for a new offer.")

_FILES: Final = {
    "handover.other-file": Sentence(
        what=N_("This is another kind of file. What is needed here: {expected}."),
        do=N_("Please choose the right file."),
    ),
    "handover.version": Sentence(
        what=N_("This file was made by a newer program (this one knows version {known})."),
        do=N_("Please update this program."),
    ),
    "handover.form": Sentence(
        what=N_("The file has something at {field} that cannot be."), do=N_("Please ask for the file again.")
    ),
    "handover.key": Sentence(what=N_("A key in the file cannot be used."), do=_NEW_REQUEST),
    "handover.curve": Sentence(
        what=N_("A key is of another kind than P-256."), do=N_("Please make the keys anew.")
    ),
    "handover.batch": Sentence(
        what=N_("There are {count} copies. Between 1 and {limit} can be handled here."),
        do=N_("Please ask for another number of copies."),
    ),
    "handover.offer-expired": Sentence(what=N_("The offer ended at {expired}."), do=_NEW_OFFER),
    "handover.offer-end": Sentence(
        what=N_("The offer ends at {ends}. No offer stands for so long."),
        do=N_("Please check the date of this computer, or ask the agency for a new offer."),
    ),
}

_PROOFS: Final = {
    "handover.other-agency": Sentence(
        what=N_("This request was made for another agency."),
        do=N_("Please ask the holder to use the offer of this agency."),
    ),
    "handover.nonce-refused": Sentence(
        what=N_("The offer behind this request has ended, was used before, or is not ours."),
        do=N_("Please give the holder a new offer."),
    ),
    "handover.proof-length": Sentence(
        what=N_("The proof for copy {position} is longer than {limit} characters."), do=_NEW_REQUEST
    ),
    "handover.proof-form": Sentence(
        what=N_("The proof for copy {position} is damaged or of another kind."), do=_NEW_REQUEST
    ),
    "handover.proof-header": Sentence(
        what=N_("The head of the proof for copy {position} says something that is not allowed."),
        do=_NEW_REQUEST,
    ),
    "handover.proof-claims": Sentence(
        what=N_("The proof for copy {position} says something other than it must."), do=_NEW_REQUEST
    ),
    "handover.proof-key": Sentence(
        what=N_("The key in the proof for copy {position} cannot be used."), do=_NEW_REQUEST
    ),
    "handover.proof-signature": Sentence(
        what=N_("The signature of the proof for copy {position} is wrong."), do=_NEW_REQUEST
    ),
    "handover.proof-audience": Sentence(
        what=N_("The proof for copy {position} was made for another agency."), do=_NEW_REQUEST
    ),
    "handover.proof-nonce": Sentence(
        what=N_("The proof for copy {position} belongs to another offer."), do=_NEW_REQUEST
    ),
    "handover.proof-recipient": Sentence(
        what=N_("The reply would go to another key than the one in the proof for copy {position}."),
        do=N_("Somebody may have changed the request. Please ask the holder to bring a new one."),
    ),
    "handover.proof-time": Sentence(
        what=N_("The proof for copy {position} is too old, or from the future."),
        do=N_("Please compare the clocks of both computers, then make a new request."),
    ),
    "handover.proof-twice": Sentence(what=N_("Two copies have the same key."), do=_NEW_REQUEST),
}

_REPLY: Final = {
    "handover.other-request": Sentence(
        what=N_("This reply answers another request."),
        do=N_("Please choose the reply to the request that this wallet made."),
    ),
    "handover.reply-sealed": Sentence(
        what=N_("This wallet cannot open the reply: it was made for another wallet, or it was changed."),
        do=N_("Please ask the agency for the reply again, or make a new request."),
    ),
    "handover.reply-size": Sentence(
        what=N_("The reply would be larger than {limit} bytes."),
        do=N_("Please issue fewer copies, or use a smaller picture."),
    ),
    "handover.hash-length": Sentence(what=N_("The mark of the request has the wrong length.")),
}

SENTENCES: Final[dict[str, Sentence]] = _FILES | _PROOFS | _REPLY
