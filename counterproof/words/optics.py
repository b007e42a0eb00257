"""What the room of codes and pictures has to say."""

from __future__ import annotations

from typing import Final

from counterproof.words.model import N_, Sentence

_TEXT: Final = {
    "optics.nothing-there": Sentence(
        what=N_("There is no text here."), do=N_("Scan the code again, or paste its text.")
    ),
    "optics.text-too-long": Sentence(
        what=N_("This text is too long for one code: {length} characters, at most {limit}."),
        do=N_("Scan one code at a time."),
    ),
    "optics.frame-alone": Sentence(
        what=N_("This is one picture of a moving code. One alone is not enough."),
        do=N_("Point the camera at the moving code until it is complete, or open the whole recording."),
    ),
    "optics.newer-version": Sentence(
        what=N_("This code was made by a newer program ({found}; this one knows version {known})."),
        do=N_("Update this program, or ask for a code in the older form."),
    ),
    "optics.unknown-code": Sentence(
        what=N_("This is not one of our codes."), do=N_("Show the code from the wallet or from the counter.")
    ),
    "optics.lower-case": Sentence(
        what=N_("The scanner typed small letters where the code has capital ones."),
        do=N_("Switch the scanner to leave letters as they are, and check Caps Lock. Then scan again."),
    ),
    "optics.keyboard-layout": Sentence(
        what=N_("The scanner typed other characters than the code has."),
        do=N_("Set the scanner to the keyboard layout of this computer. Then scan again."),
    ),
    "optics.garbled": Sentence(
        what=N_("The code was not read completely, or some characters were changed on the way."),
        do=N_("Scan it again. If this keeps happening with a hand scanner, check its keyboard layout."),
    ),
    "optics.base45-character": Sentence(
        what=N_("Character {at} of the text cannot stand in a code."),
        do=N_("Copy or scan the whole text again."),
    ),
    "optics.base45-length": Sentence(
        what=N_("The text has {length} characters. A code never has that many."),
        do=N_("Copy or scan the whole text again."),
    ),
    "optics.base45-value": Sentence(
        what=N_("The characters from {at} on have no meaning in a code."),
        do=N_("Copy or scan the whole text again."),
    ),
    "optics.message-empty": Sentence(what=N_("There is nothing to put into a code.")),
    "optics.still-too-long": Sentence(
        what=N_("The message has {length} bytes; one code carries at most {limit}."),
        do=N_("Show it as a moving code, or choose fewer fields."),
    ),
    "optics.too-long-for-still": Sentence(
        what=N_(
            "The message has {length} bytes. The other side reads no moving codes; one code carries {limit}."
        ),
        do=N_("Choose fewer fields, for instance without the picture."),
    ),
    "optics.message-too-long": Sentence(
        what=N_("The message has {length} bytes; even a moving code carries at most {limit}."),
        do=N_("Choose fewer fields, for instance without the picture."),
    ),
}

_STREAM: Final = {
    "optics.frame-length": Sentence(
        what=N_("One picture of a moving code has {found} characters instead of {needed}."),
        do=N_("Keep the camera on the code; the next picture may be good."),
    ),
    "optics.frame-garbled": Sentence(
        what=N_("One picture of a moving code was not read correctly."),
        do=N_("Keep the camera on the code; the next picture may be good."),
    ),
    "optics.frame-kind": Sentence(
        what=N_("The moving code carries a kind of message ({found}) that this program does not know."),
        do=N_("Update this program, or ask for another code."),
    ),
    "optics.frame-reserved": Sentence(
        what=N_("The moving code uses a form ({found}) that this program does not know."),
        do=N_("Update this program, or ask for another code."),
    ),
    "optics.frame-message-length": Sentence(
        what=N_("The moving code says that it carries {found} bytes."), do=N_("Ask for a new code.")
    ),
    "optics.frame-block": Sentence(
        what=N_("The moving code is in more parts than we use ({found})."), do=N_("Ask for a new code.")
    ),
    "optics.frame-symbol-id": Sentence(
        what=N_("The moving code has a picture number that is too high ({found})."),
        do=N_("Ask for a new code."),
    ),
    "optics.frame-panic": Sentence(
        what=N_("One picture of a moving code could not be used."),
        do=N_("Keep the camera on the code; the next picture may be good."),
    ),
    "optics.symbol-id": Sentence(
        what=N_("A moving code has no picture number {found}; the last is {limit}.")
    ),
    "optics.stream-sets": Sentence(
        what=N_("More than {limit} moving codes are in view."), do=N_("Show one screen only.")
    ),
    "optics.stream-conflict": Sentence(
        what=N_("The pictures of the moving code contradict one another, so they were put aside."),
        do=N_("Keep the camera on one screen; it starts again by itself."),
    ),
    "optics.stream-digest": Sentence(
        what=N_("The moving code came together wrongly, so it was put aside."),
        do=N_("Keep the camera on one screen; it starts again by itself."),
    ),
    "optics.stream-frames": Sentence(
        what=N_("The moving code never came together, so it was put aside."),
        do=N_("Keep the camera on one screen; it starts again by itself."),
    ),
    "optics.one-screen-only": Sentence(
        what=N_("The moving codes disturb one another ({drops} times so far)."),
        do=N_("Show one screen only, and hide every other code."),
    ),
}

_FOREIGN: Final = {
    "optics.foreign-web-address": Sentence(
        what=N_("This is a web address. It was not opened."),
        do=N_("Show the code from the wallet or counter."),
    ),
    "optics.foreign-mdoc-engagement": Sentence(
        what=N_("This code starts a Bluetooth or NFC connection. This program uses codes alone."),
        do=N_("In the other wallet, look for a way to show the answer itself as a code."),
    ),
    "optics.foreign-openid-presentation": Sentence(
        what=N_("This code asks for an online presentation. This program works without a network."),
        do=N_("Ask the counter for a code that is answered by a code."),
    ),
    "optics.foreign-credential-offer": Sentence(
        what=N_("This code offers a new document online. It proves nothing at a counter."),
        do=N_("Show a document that is already in the wallet."),
    ),
    "optics.foreign-one-time-password": Sentence(
        what=N_("This code sets up a password app. It was not kept."),
        do=N_("Do not show such a code to anybody. Show the code from the wallet."),
    ),
    "optics.foreign-contact": Sentence(
        what=N_("This is a contact card."), do=N_("Show the code from the wallet or from the counter.")
    ),
    "optics.foreign-calendar": Sentence(
        what=N_("This is a calendar entry."), do=N_("Show the code from the wallet or from the counter.")
    ),
    "optics.foreign-wifi": Sentence(
        what=N_("This code is for joining a wireless network. It was not used."),
        do=N_("Show the code from the wallet or from the counter."),
    ),
    "optics.foreign-health-certificate": Sentence(
        what=N_("This is a health certificate."), do=N_("Show the code from the wallet or from the counter.")
    ),
    "optics.foreign-payment": Sentence(
        what=N_("This is a payment code. Nothing was paid."),
        do=N_("Show the code from the wallet or from the counter."),
    ),
    "optics.foreign-message": Sentence(
        what=N_("This code starts a call or a message. Nothing was sent."),
        do=N_("Show the code from the wallet or from the counter."),
    ),
    "optics.foreign-place": Sentence(
        what=N_("This is a place on a map."), do=N_("Show the code from the wallet or from the counter.")
    ),
    "optics.foreign-multipart": Sentence(
        what=N_("This is a moving code of another system."),
        do=N_("Show the code from the wallet or from the counter."),
    ),
}

SENTENCES: Final[dict[str, Sentence]] = _TEXT | _STREAM | _FOREIGN
