"""Sentences about the QR exchange, for wallet and counter."""

from __future__ import annotations

from typing import Final

from counterproof.words.model import N_, Sentence

_NEW_REQUEST: Final = N_("Ask the counter to show a new request.")
_NEW_CODE: Final = N_("Ask for a new code and scan that.")
_SHOW_LESS: Final = N_("Choose fewer fields, for instance without the picture.")
_DO_NOT_ANSWER: Final = N_("Do not answer. Tell the people at the counter what you see here.")
_UNREADABLE: Final = N_("The code was made by a program that does not follow the rules, or it was changed.")
_REPORT: Final = N_("Nothing was shown. Please report this fault of the program.")

_CODING: Final = {
    "exchange.empty": Sentence(what=N_("The code is empty."), do=_NEW_CODE),
    "exchange.message-size": Sentence(
        what=N_("The message has {size} bytes; at most {limit} are carried by codes."), do=_SHOW_LESS
    ),
    "exchange.body-size": Sentence(
        what=N_("What is in the code is larger than {limit} bytes once unpacked."), do=_NEW_CODE
    ),
    "exchange.card-request-size": Sentence(
        what=N_("This request for a card has {size} bytes; at most {limit} are carried by a code."),
        do=N_("Ask for fewer copies, or take the request along as a file."),
    ),
    "exchange.card-request-form": Sentence(
        what=N_("There is no request for a card in this code."),
        do=N_("Show the code that the wallet shows under “Get a card”."),
    ),
    "exchange.lists-size": Sentence(
        what=N_("These lists have {size} bytes once packed; a moving code carries {limit}."),
        do=N_("Pass them on by stick, as a folder or zip file, or by the address where they are published."),
    ),
    "exchange.lists-form": Sentence(
        what=N_("There are no lists in this code."),
        do=N_("Show the code that a counter shows under Trust, or that an agency made of its lists."),
    ),
    "exchange.coding": Sentence(
        what=N_("The code is packed in a way that this program does not know ({found})."),
        do=N_("Update this program, or ask for a new code."),
    ),
    "exchange.deflate-header": Sentence(what=N_("The packed part of the code is damaged."), do=_NEW_CODE),
    "exchange.deflate-dictionary": Sentence(
        what=N_("The code was packed with another word list than ours."),
        do=N_("Update this program, or ask for a new code."),
    ),
    "exchange.deflate-damaged": Sentence(what=N_("The packed part of the code is damaged."), do=_NEW_CODE),
    "exchange.deflate-truncated": Sentence(what=N_("The end of the code is missing."), do=_NEW_CODE),
    "exchange.deflate-trailing": Sentence(
        what=N_("There are {size} bytes behind the end of the code."), do=_NEW_CODE
    ),
    "exchange.dictionary-file": Sentence(
        what=N_("A file of this program is damaged: the word list for packing codes."),
        do=N_("Install the program again."),
    ),
}

_FORM: Final = {
    "exchange.form": Sentence(what=_UNREADABLE, do=_NEW_CODE),
    "exchange.member": Sentence(
        what=N_("Part {member} of the code ({path}) is missing or has a wrong form."), do=_NEW_CODE
    ),
    "exchange.unknown-member": Sentence(
        what=N_("The code ({path}) has a part that this program does not know."),
        do=N_("Update this program, or ask for a new code."),
    ),
    "exchange.version": Sentence(
        what=N_("This code needs a newer program: it has version {found}, this program knows {known}."),
        do=N_("Update this program, or ask for a code in the older form."),
    ),
    "exchange.nonce": Sentence(
        what=N_("The request has no random number of the right length."), do=_NEW_REQUEST
    ),
    "exchange.recipient-key": Sentence(
        what=N_("The request does not say properly for which key to encrypt."), do=_NEW_REQUEST
    ),
    "exchange.request-version": Sentence(
        what=N_("The request is in a form that codes do not carry."), do=_NEW_REQUEST
    ),
    "exchange.request-member": Sentence(
        what=N_("The request asks for the whole at once, which codes do not carry."), do=_NEW_REQUEST
    ),
    "exchange.doc-type-twice": Sentence(
        what=N_("The request asks for the same kind of document twice."), do=_NEW_REQUEST
    ),
    "exchange.padding-size": Sentence(
        what=N_("The answer has a length ({size}) that no answer has."), do=_NEW_CODE
    ),
    "exchange.padding-length": Sentence(what=_UNREADABLE, do=_NEW_CODE),
    "exchange.padding-zeros": Sentence(what=_UNREADABLE, do=_NEW_CODE),
    "exchange.answer-coding": Sentence(what=_UNREADABLE, do=_NEW_CODE),
}

_WALLET: Final = {
    "exchange.request-early": Sentence(
        what=N_("The request was made at {made}, but your clock says {now}."),
        do=N_("Check the clock of this computer. If it is right, ask for a new request."),
    ),
    "exchange.request-late": Sentence(
        what=N_("The request is over. It was made at {made}; your clock says {now}."),
        do=N_("Ask for a new request. If the times are far apart, check the clock of this computer."),
    ),
    "exchange.reader-auth-missing": Sentence(
        what=N_("The request does not prove who asks (part {index})."), do=_DO_NOT_ANSWER
    ),
    "exchange.reader-chain-missing": Sentence(
        what=N_("The request does not say who signed it (part {index})."), do=_DO_NOT_ANSWER
    ),
    "exchange.chain-size": Sentence(
        what=N_("The certificates have more than {limit} bytes."), do=_NEW_REQUEST
    ),
    "exchange.reader-leaf": Sentence(
        what=N_("The parts of the request name different askers."), do=_DO_NOT_ANSWER
    ),
    "exchange.reader-key": Sentence(
        what=N_("The asker's key is of a kind that codes do not use."), do=_DO_NOT_ANSWER
    ),
    "exchange.reader-refused": Sentence(
        what=N_("The asker's certificate is not in order."), do=_DO_NOT_ANSWER
    ),
    "exchange.reader-algorithm": Sentence(
        what=N_("Part {index} of the request is signed in a way that codes do not use."), do=_DO_NOT_ANSWER
    ),
    "exchange.reader-signature": Sentence(
        what=N_("The asker's signature under part {index} of the request is wrong."), do=_DO_NOT_ANSWER
    ),
    "exchange.reader-unknown": Sentence(
        what=N_("Unknown reader: nobody on your list vouches for this asker."),
        do=N_("Do not answer unless you know these people and insist."),
    ),
    "exchange.answer-too-long": Sentence(
        what=N_("The answer would have {size} bytes; this counter takes {limit}."), do=_SHOW_LESS
    ),
    "exchange.answer-form": Sentence(
        what=N_("The answer was not built as answers are, so it was not sent."), do=_REPORT
    ),
    "exchange.answer-unasked": Sentence(
        what=N_("The answer held something that was not asked for, so it was not sent."), do=_REPORT
    ),
    "exchange.answer-order": Sentence(
        what=N_("The answer did not follow the order of the request, so it was not sent."), do=_REPORT
    ),
    "exchange.private": Sentence(
        what=N_("Only a request whose asker was checked can be answered."), do=_REPORT
    ),
    "exchange.signing-algorithm": Sentence(
        what=N_("Codes are signed with P-256 keys alone; this key is of another kind."),
        do=N_("Use a key on P-256."),
    ),
}

_COUNTER: Final = {
    "exchange.mode-not-allowed": Sentence(
        what=N_("This counter does not take codes of this kind."),
        do=N_("Show a request and let it be answered, or change what this counter takes."),
    ),
    "exchange.clock-below-floor": Sentence(
        what=N_("The clock of this computer is behind the time of the installed lists."),
        do=N_("Set the clock right, then scan the code again."),
    ),
    "exchange.other-request": Sentence(
        what=N_("This answer was made for another request, or it was changed on the way."),
        do=N_("Ask again: let the holder scan the new request and show the new answer."),
    ),
    "exchange.transaction-over": Sentence(
        what=N_("The time of this request is over."), do=N_("Show a new request.")
    ),
    "exchange.answers": Sentence(
        what=N_("Too many different answers came to this request."),
        do=N_("Show a new request, and let only one person show a code."),
    ),
    "exchange.code-early": Sentence(
        what=N_("The code is dated later than the clock of this computer."),
        do=N_("Check both clocks, then scan the next code."),
    ),
    "exchange.code-old": Sentence(
        what=N_("This code is too old. It may be a picture of an earlier one."),
        do=N_("Ask the holder to show the code on the wallet's own screen now."),
    ),
    "exchange.code-before-start": Sentence(
        what=N_("This code may have been shown here before the program was started."),
        do=N_("Wait for the next code; the wallet makes one every 30 seconds."),
    ),
    "exchange.code-seen": Sentence(
        what=N_("This code was shown here before."), do=N_("Ask the holder to show the next one.")
    ),
    "exchange.seen-full": Sentence(
        what=N_("Too many codes came within two minutes; more cannot be told apart."),
        do=N_("Wait two minutes, or show a request and let it be answered."),
    ),
    "exchange.other-audience": Sentence(
        what=N_("This code was made for another counter."),
        do=N_("Ask the holder to choose this counter, or show a request."),
    ),
    "exchange.challenge-missing": Sentence(
        what=N_("The code does not carry the six digits that you gave."),
        do=N_("Ask the holder to type the digits and to show the new code."),
    ),
    "exchange.challenge-wrong": Sentence(
        what=N_("The code carries other digits than those that you gave."),
        do=N_("Ask the holder to type the digits again and to show the new code."),
    ),
    "exchange.challenge-over": Sentence(
        what=N_("The six digits are no longer good."), do=N_("Give new digits and let them be typed.")
    ),
    "exchange.challenge-not-open": Sentence(
        what=N_("The code carries six digits, but this counter gave none."),
        do=N_("It was made for another counter. Ask for a new code."),
    ),
    "exchange.slip-early": Sentence(
        what=N_("This slip is not good yet."), do=N_("Ask the holder to come back when it is.")
    ),
    "exchange.slip-over": Sentence(what=N_("This slip is over."), do=N_("Ask for a new slip.")),
    "exchange.slip-span": Sentence(
        what=N_("This slip is made for a longer time than slips may be."), do=N_("Ask for a new slip.")
    ),
    "exchange.slip-outlives-document": Sentence(
        what=N_("This slip is made for times at which its document does not hold."),
        do=N_("Ask for a new slip."),
    ),
    "exchange.other-purpose": Sentence(
        what=N_("This slip was made for another purpose."), do=N_("Ask for a slip for this purpose.")
    ),
    "exchange.slip-seen": Sentence(
        what=N_("This slip was used here before. It may be a copy."),
        do=N_("Ask for a new slip, or show a request and let it be answered."),
    ),
    "exchange.slip-repeated": Sentence(
        what=N_("This slip was used here before."), do=N_("This purpose takes a slip more than once.")
    ),
    "exchange.ledger-full": Sentence(
        what=N_("The list of used slips is full, so this slip cannot be told from a used one."),
        do=N_("Show a request and let it be answered."),
    ),
}

_RECEIPT: Final = {
    "exchange.receipt-kept": Sentence(
        what=N_("The receipt lists more than {limit} fields."), do=N_("Ask the counter for a new receipt.")
    ),
    "exchange.receipt-reader": Sentence(
        what=N_("The receipt is signed by somebody else than the counter that asked."),
        do=N_("It was not kept. Ask the counter for a new receipt."),
    ),
    "exchange.receipt-signature": Sentence(
        what=N_("The signature under the receipt is wrong."),
        do=N_("It was not kept. Ask the counter for a new receipt."),
    ),
    "exchange.receipt-session": Sentence(
        what=N_("The receipt belongs to another presentation."),
        do=N_("It was not kept. Ask the counter for the right receipt."),
    ),
}

SENTENCES: Final[dict[str, Sentence]] = _CODING | _FORM | _WALLET | _COUNTER | _RECEIPT
