"""Sentences of the counter: its folder, what it asks, what it was shown, and the lines around a verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from counterproof.words import dates
from counterproof.words.language import ntr, tr
from counterproof.words.model import N_, NN_, Sentence

if TYPE_CHECKING:
    from datetime import datetime

_INIT: Final = N_('Set it up with `verifier init --name "Library desk" --id HARBOUR-LIB-1`.')
_ASK_NEW: Final = N_("Make a new request with `verifier request` and let the person scan it.")

_HOME: Final = {
    "verifier.no-counter": Sentence(what=N_("No counter was set up in this folder yet."), do=_INIT),
    "verifier.counter-exists": Sentence(
        what=N_("There is a counter in this folder already."),
        do=N_("Choose another folder with --counter, or go on with the one that is there."),
    ),
    "verifier.id": Sentence(
        what=N_("“{id}” cannot be the id of a counter or an office."),
        do=N_("An id has 3 to 20 characters: capital letters, digits and hyphens."),
    ),
    "verifier.name": Sentence(
        what=N_("A counter's name has 1 to {limit} characters that can be printed."),
        do=N_("Choose a name that people will know the desk by."),
    ),
    "verifier.too-many-requests": Sentence(
        what=N_("At most {limit} requests can be kept by name."), do=N_("Give an old one's name to it.")
    ),
    "verifier.no-key": Sentence(what=N_("This counter has no key of its own."), do=_INIT),
    "verifier.no-certificate": Sentence(
        what=N_("This counter has a key, but no certificate for it yet."),
        do=N_(
            "Give the request file to your agency, then install what it signs: Settings, This counter; or "
            "`verifier install-cert FILE`."
        ),
    ),
    "verifier.key-unreadable": Sentence(
        what=N_("This is not a private key that can be read."), do=N_("Choose a PEM file in PKCS#8 form.")
    ),
    "verifier.key-curve": Sentence(
        what=N_("The key is not on the curve P-256, which readers use."),
        do=N_("Make one with `verifier init`."),
    ),
    "verifier.no-passphrase": Sentence(
        what=N_("This counter's key is sealed, and nobody is here to type the passphrase."),
        do=N_("Run the command in a terminal, or set COUNTERPROOF_PASSPHRASE."),
    ),
    "verifier.passphrases-differ": Sentence(
        what=N_("The two passphrases are not the same."),
        do=N_("Type the same one twice, or leave both empty."),
    ),
    "verifier.certificate-unreadable": Sentence(
        what=N_("This is not a certificate that can be read."),
        do=N_("Choose the file that your agency gave you, as it is."),
    ),
    "verifier.certificate-foreign": Sentence(
        what=N_("The certificate is for another key than this counter's."),
        do=N_("Ask your agency to sign the request file that this counter wrote."),
    ),
    "verifier.certificate-refused": Sentence(
        what=N_("Wallets would refuse this counter's certificate ({reason})."),
        do=N_("Ask your agency for a new one."),
    ),
    "verifier.certificate-over": Sentence(
        what=N_("This counter's certificate ran out on {day}."),
        do=N_("Ask your agency for a new one. The old request file will do."),
    ),
    "verifier.state-damaged": Sentence(
        what=N_("The counter's file of state cannot be read."),
        do=N_(
            "Keep a copy for whoever looks after this computer, then remove state.sqlite3. "
            "Paper slips that were used before will then not be recognised."
        ),
    ),
    "verifier.state-newer": Sentence(
        what=N_(
            "The counter's file of state was made by a newer program ({version}; this one knows {known})."
        ),
        do=N_("Update this program."),
    ),
    "verifier.state-in-use": Sentence(
        what=N_("Another program of this counter is busy."), do=N_("Try again in a moment.")
    ),
}

_ASKING: Final = {
    "verifier.type-unknown": Sentence(
        what=N_("No type of document is called “{type}”."), do=N_("Perhaps one of these: {near}.")
    ),
    "verifier.type-ambiguous": Sentence(
        what=N_("“{type}” may be one of several types."), do=N_("Choose one of: {near}.")
    ),
    "verifier.type-twice": Sentence(
        what=N_("{type} is asked for twice."), do=N_("Put all its fields into one --fields.")
    ),
    "verifier.types-and-fields": Sentence(
        what=N_("Times that --type was given: {types}. Times that --fields was given: {fields}."),
        do=N_("Give each type its own fields: --type A --fields a,b --type B --fields c."),
    ),
    "verifier.fields-none": Sentence(
        what=N_("No field of {type} is asked for."), do=N_("Name one at least with --fields.")
    ),
    "verifier.field-unknown": Sentence(
        what=N_("{type} has no field “{field}”."), do=N_("Perhaps one of these: {near}.")
    ),
    "verifier.field-ambiguous": Sentence(
        what=N_("“{field}” stands in more than one place."), do=N_("Choose one of: {near}.")
    ),
    "verifier.field-twice": Sentence(what=N_("“{field}” is asked for twice."), do=N_("Name it once.")),
    "verifier.keep-unasked": Sentence(
        what=N_("“{field}” is to be kept, but it is not asked for."),
        do=N_("Name only fields that are asked for after --keep."),
    ),
    "verifier.purpose": Sentence(
        what=N_("A purpose has 1 to {limit} characters: small letters, digits, points and hyphens."),
        do=N_("Use the id that your agency registered, such as library.age-check."),
    ),
    "verifier.purpose-waits": Sentence(
        what=N_("The purpose {purpose} is registered for more than somebody here has let count."),
        do=N_("Please read what is new: `verifier trust confirm`, or Trust in the window."),
    ),
    "verifier.purpose-unregistered": Sentence(
        what=N_("The purpose {purpose} is not registered."),
        do=N_("`verifier purposes` lists what this counter may ask for. Ask your agency to register more."),
    ),
    "verifier.purpose-of-others": Sentence(
        what=N_("The purpose {purpose} is registered, but not for this counter."),
        do=N_("`verifier purposes` lists what this counter may ask for. Ask your agency to register more."),
    ),
    "verifier.field-beyond": Sentence(
        what=N_("“{field}” is not registered for {purpose}: wallets would refuse it and tell the person."),
        do=N_("Leave it out. `verifier purposes` lists what this counter may ask for."),
    ),
    "verifier.keep-beyond": Sentence(
        what=N_("“{field}” may be looked at for {purpose}, but not kept."),
        do=N_("Leave it out of --keep. `verifier purposes` lists what this counter may keep."),
    ),
    "verifier.nothing-registered": Sentence(
        what=N_("No register says what this counter may ask for {purpose}."),
        do=N_("Say it yourself with --type and --fields, or add the newest folder of your agency."),
    ),
    "verifier.purpose-types": Sentence(
        what=N_("{purpose} is about several types of document: {types}."),
        do=N_("Ask for one of them with --type, so that nobody shows more than one."),
    ),
    "verifier.type-beyond": Sentence(
        what=N_("{purpose} is not about {type}."), do=N_("It is about: {types}.")
    ),
    "verifier.label": Sentence(
        what=N_("A desk's label has 1 to {limit} bytes."), do=N_("Choose a shorter one, such as “Desk 3”.")
    ),
    "verifier.good-for": Sentence(
        what=N_("A request is good for {least} to {most} seconds."), do=N_("Choose a number between these.")
    ),
    "verifier.nothing-asked": Sentence(
        what=N_("The request asks for nothing."),
        do=N_("Say what with --type, --fields and --purpose, or name a request that was saved with --use."),
    ),
    "verifier.use-alone": Sentence(
        what=N_("--use asks what was saved, so nothing else can be asked beside it."),
        do=N_("Leave out --type, --fields, --purpose and --save, or leave out --use."),
    ),
    "verifier.no-such-request": Sentence(
        what=N_("No request was saved under the name “{name}”."), do=N_("Saved are: {near}.")
    ),
    "verifier.request-name": Sentence(
        what=N_("A request's name has 1 to {limit} letters, digits, points and hyphens."),
        do=N_("Choose a short one, such as age."),
    ),
    "verifier.out-kind": Sentence(
        what=N_("A code cannot be written as “{suffix}”."), do=N_("Choose a name that ends in {known}.")
    ),
    "verifier.reading-stopped": Sentence(
        what=N_("Reading was stopped."), do=N_("Nothing of it was used; what was known before stays.")
    ),
    "verifier.lists-which": Sentence(
        what=N_("It is not clear whose lists are meant."),
        do=N_("Please give the fingerprint of one of them. There are: {known}."),
    ),
    "verifier.lists-from": Sentence(
        what=N_("Lists come from one place: give FROM, or --camera."), do=N_("Please give one of the two.")
    ),
    "verifier.out-moves": Sentence(
        what=N_("There is too much in this for one picture; it needs a moving code."),
        do=N_("Choose a name that ends in .gif, or ask for fewer fields."),
    ),
}

_TAKING: Final = {
    "verifier.kind": Sentence(
        what=N_("A counter takes answers, codes shown first and slips; this is of the kind “{kind}”."),
        do=N_("Ask the person to show the code that their wallet made for you."),
    ),
    "verifier.other-mode": Sentence(
        what=N_("Your request is open, and this code is of another kind ({kind}). It was not looked at."),
        do=N_(
            "Ask the person to scan your request. To take this one all the same, add --take-shown or --take-paper."
        ),
    ),
    "verifier.window-other-mode": Sentence(
        what=N_("Your request is open, and this code is of another kind ({kind}). It was not looked at."),
        do=N_("Ask the person to scan your request, or press “Paper slip” to take this one all the same."),
    ),
    "verifier.request-over": Sentence(
        what=N_("The time of your request is over, and nothing was shown."),
        do=N_("Choose again to ask anew."),
    ),
    "verifier.purpose-needed": Sentence(
        what=N_("A slip is made for one purpose, and this counter was not told its own."),
        do=N_("Say it with --purpose, or name a saved request with --request."),
    ),
    "verifier.window-purpose-needed": Sentence(
        what=N_("A slip is made for one purpose, and this counter was not told its own."),
        do=N_("Choose what it is about, then ask the person to show the slip again."),
    ),
    "verifier.no-receipt": Sentence(
        what=N_("There is nothing that a receipt could be given for."),
        do=N_("A receipt goes with a code that this counter could open."),
    ),
    "verifier.nothing-given": Sentence(
        what=N_("No picture of a code was given."),
        do=N_("Name a picture, a PDF, a folder of pictures, or - for what comes through a pipe."),
    ),
    "verifier.empty-folder": Sentence(
        what=N_("There is no file in the folder {name}."), do=N_("Choose the folder that holds the pictures.")
    ),
    "verifier.bad-time": Sentence(
        what=N_("--at needs a date and a time with its distance from UTC."),
        do=N_("Write it so: 2026-06-01T12:00:00+00:00."),
    ),
    "verifier.not-confirmed": Sentence(
        what=N_("Nobody compared the fingerprint ({fingerprint})."),
        do=N_("Compare it with the one that the agency gave you, then add it with --fingerprint."),
    ),
    "verifier.print": Sentence(
        what=N_("The printer did not take the slip."),
        do=N_("Look whether it is on and has paper, or save the slip as a file."),
    ),
    "verifier.unexpected": Sentence(
        what=N_("The program made a mistake ({kind} in {place}). Nothing was accepted."),
        do=N_("Try again. If it happens again, report the code below."),
    ),
}

SENTENCES: Final[dict[str, Sentence]] = _HOME | _ASKING | _TAKING

REPEAT: Final = Sentence(
    N_("The same code as a moment ago: counted once."),
    N_("Go on if this is the same person. Another one would hold a copy: ask them anew."),
)
REPEAT_WITHOUT_VALUES: Final = Sentence(
    N_("This answer was accepted a moment ago: counted once. Nothing of it was kept."),
    N_("Make a new request if this is another person, or if you did not see what it said."),
)
DECLINED: Final = Sentence(
    N_("The wallet says that nothing is shown."),
    N_("Ask the person: anybody who saw your request can say no to it, and it stays open."),
)
INCOMPLETE: Final = Sentence(
    N_("Not everything that was asked for was shown."),
    N_("Decide whether what was shown is enough, or ask again."),
)
PHOTO: Final = N_("Compare the person with the picture.")
NO_PHOTO: Final = N_(
    "Serve the person. No picture was shown: where it matters who it is, look at a document that has one."
)
PHOTO_NEEDED: Final = N_("The holder is not proven: compare the person with the picture.")
NO_PHOTO_NEEDED: Final = N_(
    "The holder is not proven, and there is no picture: look at something that has one and compare."
)
SAYS_NO: Final = Sentence(
    N_("It is genuine, and it says no: {fields}."),
    N_("Treat it as a no. Nothing is wrong with the wallet."),
)
SAYS_NO_WORD: Final = N_("Accepted: it says no")
CLOCK: Final = Sentence(
    N_("This counter's clock cannot be right, so no date could be judged."),
    N_("Set the clock, then check again."),
)
LIST_AGE: Final = N_("The list of withdrawn documents is from {moment} ({age} ago).")
EVIDENCE_NEEDED: Final = N_("This purpose needs a list that is at most {age} old; yours is from {moment}.")
NO_LIST: Final = N_("No list of withdrawn documents was needed: what was shown runs out by itself.")
MISSING: Final = N_("Not shown")
LEFT_OUT: Final = N_("Shown without being asked for, and left out")
UNNAMED_AGENCY: Final = N_("unknown agency")
DECLINED_WORD: Final = N_("Nothing shown")
STILL_BEFORE: Final = N_("This verdict is still the one from before.")
REPEAT_WORD: Final = N_("Shown again")

AGES: Final = (
    (86_400, NN_("1 day", "{n} days")),
    (3_600, NN_("1 hour", "{n} hours")),
    (60, NN_("1 minute", "{n} minutes")),
)
"""Seconds of a unit, and its words for one and for more; the largest that fits is said."""
MOMENT: Final = N_("less than a minute")


_DAYS: Final = (N_("today {time}"), N_("yesterday {time}"))


def moment_in_words(then: datetime, now: datetime) -> str:
    """Return a moment of the past as a clerk says it, by the clock on the wall: `yesterday 18:00`."""
    local, today = then.astimezone(), now.astimezone().date()
    days = (today - local.date()).days
    if 0 <= days < len(_DAYS):
        return tr(_DAYS[days]).format(time=f"{local:%H:%M}")
    return dates.moment(then)


def age_in_words(seconds: float) -> str:
    """Return how long ago, in one unit, rounded down."""
    for size, (one, many) in AGES:
        count = int(max(seconds, 0.0)) // size
        if count:
            return ntr(one, many, count).format(n=count)
    return tr(MOMENT)
