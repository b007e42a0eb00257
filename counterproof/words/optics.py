"""What the room of codes and pictures has to say."""

from __future__ import annotations

from typing import Final

from counterproof.words.model import N_, Phrases, Sentence

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
    "optics.still-code": Sentence(
        what=N_("This is a whole code, not a picture of a moving one."),
        do=N_("Read it as a code of its own."),
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

_PAPER: Final = {
    "optics.font": Sentence(
        what=N_("No font on this computer has all the letters that the slip needs ({scripts})."),
        do=N_("Please install a font that has them, such as Noto Sans for that script, and try again."),
    ),
    "optics.shaping": Sentence(
        what=N_("This computer cannot put the letters of a script together on paper ({scripts})."),
        do=N_("Please install the library FriBidi (on Debian: libfribidi0), and try again."),
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

_PICTURES: Final = {
    "optics.picture-format": Sentence(
        what=N_("This is neither a picture that can be read here nor the text of a code."),
        do=N_("Use PNG, JPEG, WebP, GIF or PDF."),
    ),
    "optics.picture-header": Sentence(
        what=N_("The {format} file is incomplete or damaged."), do=N_("Save or send it again.")
    ),
    "optics.picture-broken": Sentence(
        what=N_("The {format} file is incomplete or damaged."), do=N_("Save or send it again.")
    ),
    "optics.picture-size": Sentence(
        what=N_("The picture has {width} by {height} points. That is more than the {limit} allowed."),
        do=N_("Cut out the part with the code, or make the picture smaller."),
    ),
    "optics.picture-frames": Sentence(
        what=N_("The moving picture has more than {limit} single pictures."), do=N_("Send a shorter one.")
    ),
    "optics.animation-size": Sentence(
        what=N_("The moving picture is too large: its {frames} pictures have more than {limit} points."),
        do=N_("Send a shorter or smaller one."),
    ),
    "optics.picture-time": Sentence(
        what=N_("Reading the picture took more than {seconds} seconds and was stopped."),
        do=N_("Use a simpler picture, for instance a screen shot of the code."),
    ),
    "optics.picture-memory": Sentence(
        what=N_("Reading the picture needed too much memory and was stopped."),
        do=N_("Use a smaller picture, for instance a screen shot of the code."),
    ),
    "optics.picture-crash": Sentence(
        what=N_("The picture could not be read."),
        do=N_("Save it again in another form, or show the code itself."),
    ),
    "optics.pdf-pages": Sentence(
        what=N_("The PDF has {pages} pages; at most {limit} are read."),
        do=N_("Send only the page with the code."),
    ),
    "optics.pdf-locked": Sentence(
        what=N_("The PDF is locked with a password."), do=N_("Save it without a password, or print it.")
    ),
    "optics.code-size": Sentence(what=N_("The code came out {found} points wide instead of {needed}.")),
    "optics.print-too-long": Sentence(
        what=N_("The code is too fine for paper: {length} characters, at most {limit}."),
        do=N_("Choose fewer fields."),
    ),
}

_INPUTS: Final = {
    "optics.file-missing": Sentence(
        what=N_("There is no file called {name}."), do=N_("Check the name and the folder.")
    ),
    "optics.file-kind": Sentence(
        what=N_("{name} is not a file with content, but a folder or a device."), do=N_("Choose a file.")
    ),
    "optics.file-denied": Sentence(
        what=N_("{name} may not be read."), do=N_("Copy it to a place of your own, or ask its owner.")
    ),
    "optics.file-unreadable": Sentence(
        what=N_("{name} cannot be read."), do=N_("Copy the file again, from another disk if need be.")
    ),
    "optics.file-size": Sentence(
        what=N_("The file has {bytes} bytes or more; at most {limit} are read."), do=N_("Use a smaller file.")
    ),
    "optics.file-time": Sentence(
        what=N_("Reading the file took more than {seconds} seconds and was stopped."),
        do=N_("Send only the page or the picture with the code."),
    ),
    "optics.text-lines": Sentence(
        what=N_("The text has {lines} lines; at most {limit} are read."),
        do=N_("Paste only the text of the code."),
    ),
    "optics.camera-missing": Sentence(
        what=N_("Camera {device} was not found, or another program is using it."),
        do=N_("Close other programs that use the camera, plug it in again, or open a picture instead."),
    ),
    "optics.camera-busy": Sentence(
        what=N_("Camera {device} is there, but another program is using it."),
        do=N_("Close that program, choose another camera, or open a picture instead."),
    ),
    "optics.camera-lost": Sentence(
        what=N_("Camera {device} stopped giving pictures."),
        do=N_("Plug it in again, or open a picture instead."),
    ),
    "optics.no-code": Sentence(
        what=N_("No code was found."), do=N_("Make sure that the whole code with its white edge can be seen.")
    ),
    "optics.two-codes": Sentence(
        what=N_("There are {count} codes in one picture, so none was read."), do=N_("Show one code only.")
    ),
    "optics.other-kind": Sentence(
        what=N_("This code is of another kind ({kind}) than the one needed now."),
        do=N_("Show the code that this step asks for."),
    ),
    "optics.stream-incomplete": Sentence(
        what=N_("The moving code is not complete: {received} of at least {needed} pictures were read."),
        do=N_("Give the missing pictures as well, or record it for a little longer."),
    ),
}

SENTENCES: Final[dict[str, Sentence]] = _TEXT | _PAPER | _STREAM | _FOREIGN | _PICTURES | _INPUTS

KINDS: Final = Phrases(
    {
        "request": N_("a counter's request"),
        "answer": N_("an answer to a counter"),
        "shown": N_("a code shown first"),
        "slip": N_("a paper slip"),
        "receipt": N_("a counter's receipt"),
        "card_request": N_("a request for a card"),
        "lists": N_("lists for a counter"),
    }
)
"""What the kinds of codes are called in a sentence."""

ABOUT_KINDS: Final = frozenset(
    {"optics.other-kind", "verifier.kind", "verifier.other-mode", "verifier.window-other-mode"}
)
"""The codes of errors whose fact `kind` is one of these."""
