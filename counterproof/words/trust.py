"""What the room of trust has to say: published folders, the local copy, and clocks."""

from __future__ import annotations

from typing import Final

from counterproof.words.model import N_, Sentence

_ASK_FOLDER: Final = N_("Please copy the folder again, or ask the agency for a new one.")
_NOT_USED: Final = N_("Nothing of it was used. Please ask the agency what happened.")

_FOLDER: Final = {
    "trust.file-missing": Sentence(
        what=N_("The file {file} is missing in this folder."),
        do=N_("Please choose the folder that the agency published, and copy all of it."),
    ),
    "trust.file-unusable": Sentence(
        what=N_("{file} is not an ordinary file that can be read."),
        do=N_("Links, pipes and devices are not opened. Please copy the folder itself, not links to it."),
    ),
    "trust.file-too-large": Sentence(
        what=N_("The file {file} is larger than {limit} bytes."), do=_ASK_FOLDER
    ),
    "trust.file-unreadable": Sentence(what=N_("The file {file} cannot be understood."), do=_ASK_FOLDER),
    "trust.path": Sentence(what=N_("The folder names a file where none may stand ({role})."), do=_NOT_USED),
    "trust.hash": Sentence(
        what=N_("The file {file} is not the one that the agency published."), do=_ASK_FOLDER
    ),
    "trust.manifest": Sentence(what=N_("The agency's list of files is wrong at {field}."), do=_ASK_FOLDER),
    "trust.version": Sentence(
        what=N_("This folder was made for a newer program (this one knows version {known})."),
        do=N_("Please update this program."),
    ),
    "trust.name": Sentence(
        what=N_("A name in {field} has characters that cannot be shown, or it is too long."),
        do=N_("Please ask the agency to correct it."),
    ),
    "trust.too-much": Sentence(
        what=N_("There is more in it than can be taken (at most {limit})."),
        do=N_("Please check that it is the right folder."),
    ),
    "trust.twice": Sentence(what=N_("The file {file} says a second time what another says."), do=_ASK_FOLDER),
    "trust.reader": Sentence(
        what=N_("Entry {position} of the list of counters cannot be used."),
        do=N_("Please ask the agency to check its id and its certificates. Each may be named once."),
    ),
    "trust.type-foreign": Sentence(
        what=N_("The file {file} describes a kind of document that this agency does not issue."), do=_NOT_USED
    ),
}

_SIGNED: Final = {
    "trust.root": Sentence(
        what=N_("The file {file} does not hold a certificate that can be trusted as a root."), do=_NOT_USED
    ),
    "trust.root-country": Sentence(
        what=N_("The certificate in {file} is of another country than the agency says."), do=_NOT_USED
    ),
    "trust.root-validity": Sentence(
        what=N_("The certificate in {file} has run out, or is not valid yet."),
        do=N_("Please check the date of this computer. If it is right, ask the agency for its new folder."),
    ),
    "trust.crl-signer": Sentence(
        what=N_("The revocation list {file} was not signed by this agency."), do=_NOT_USED
    ),
    "trust.signer-foreign": Sentence(
        what=N_("The signer's certificate {file} is not of this agency."), do=_NOT_USED
    ),
    "trust.signer-missing": Sentence(what=N_("Nobody has signed this folder."), do=_NOT_USED),
    "trust.signer-untrusted": Sentence(
        what=N_("This folder was signed by somebody whom the agency does not vouch for."), do=_NOT_USED
    ),
    "trust.signature": Sentence(what=N_("The signature of this folder is wrong."), do=_NOT_USED),
    "trust.signature-form": Sentence(
        what=N_("The signature of this folder cannot be understood."), do=_ASK_FOLDER
    ),
    "trust.from-future": Sentence(
        what=N_("The agency signed this at {signed}. For this computer that is in the future."),
        do=N_("Please check the date and time of this computer, then try again."),
    ),
}

_SUCCESSION: Final = {
    "trust.older": Sentence(
        what=N_("This is older than what you have: it is from {offered}, yours is from {held}."),
        do=N_("Nothing was changed. Please ask for the newest folder."),
    ),
    "trust.same-time": Sentence(
        what=N_("The agency signed two different folders at the same moment ({held})."),
        do=N_("Nothing was changed. Please tell the agency: one of them may be forged."),
    ),
    "trust.crl-older": Sentence(
        what=N_("The revocation list is older than yours: it is from {offered}, yours is from {held}."),
        do=N_("Nothing was changed. Please ask for the newest folder."),
    ),
    "trust.crl-dropped": Sentence(
        what=N_("The revocation list that you have is missing in this folder."),
        do=N_("Nothing was changed. Please ask the agency for a complete folder."),
    ),
    "trust.crl-unrevoked": Sentence(
        what=N_("A certificate that was revoked is missing in the newer revocation list."),
        do=N_("Nothing was changed. Please tell the agency at once: somebody may misuse its key."),
    ),
    "trust.signed-set-dropped": Sentence(
        what=N_("The list of what a stolen key truly signed is missing in this folder."),
        do=N_("Nothing was changed. Please ask the agency for a complete folder."),
    ),
    "trust.signed-set-grew": Sentence(
        what=N_("The list of what a stolen key truly signed has more in it than before."),
        do=N_("Nothing was changed. Please tell the agency at once: somebody may misuse its keys."),
    ),
    "trust.not-newer": Sentence(
        what=N_("What stands in the folder is from {standing}, and this would not be newer."),
        do=N_("Please check the date and time of this computer."),
    ),
    "trust.root-unknown": Sentence(
        what=N_("You do not trust this agency yet. Its fingerprint is {fingerprint}."),
        do=N_("Compare the fingerprint with the one the agency gave you, then add the agency."),
    ),
    "trust.reader-root-new": Sentence(
        what=N_("This agency has a new key for its counters. Its fingerprint is {fingerprint}."),
        do=N_("Compare the fingerprint with the one the agency gave you, then add the agency again."),
    ),
    "trust.agency-changed": Sentence(
        what=N_("This agency says something new of itself ({changed})."),
        do=N_("Nothing was changed. `trust add` with this folder shows what is new, and asks you."),
    ),
    "trust.not-confirmed": Sentence(what=N_("This was not confirmed."), do=N_("Nothing was changed.")),
    "trust.nothing-waits": Sentence(
        what=N_("What you confirmed does not wait any more, or is another by now."),
        do=N_("Nothing was changed. Please look again at what waits."),
    ),
    "trust.fingerprint-form": Sentence(
        what=N_("This is not a whole fingerprint."),
        do=N_("Please give all 64 digits, 0 to 9 and a to f. Spaces and colons do not matter."),
    ),
    "trust.hand-on-part": Sentence(
        what=N_("A part of the lists of “{name}” was held back here, so they cannot be passed on whole."),
        do=N_("Pass on the stick, the file or the address from which they came."),
    ),
    "trust.hand-on-roots": Sentence(
        what=N_("Not every root of “{name}” is known here, from the first on, and others may need them."),
        do=N_("Update once from where the lists are published; then they can be passed on."),
    ),
    "trust.not-held": Sentence(
        what=N_("No agency with this fingerprint is trusted here."),
        do=N_("Please look the fingerprint up in the list of trusted agencies."),
    ),
}

_STATE: Final = {
    "trust.damaged": Sentence(
        what=N_("A part of what was kept about trusted agencies cannot be read any more."),
        do=N_("Please add the agency's newest folder again."),
    ),
    "trust.in-use": Sentence(
        what=N_("Another program is changing this folder."), do=N_("Please try again in a moment.")
    ),
    "trust.nobody": Sentence(
        what=N_("No agency is trusted yet."), do=N_("Please add the folder that an agency published.")
    ),
    "trust.no-status-list": Sentence(
        what=N_("The agency published no status list."),
        do=N_("Documents with a status cannot be decided until it does."),
    ),
    "trust.out-of-date": Sentence(
        what=N_("Some of what is known of this agency is out of date."),
        do=N_("Please get the agency's newest folder."),
    ),
    "trust.soon-out-of-date": Sentence(
        what=N_("Some of what is known of this agency will soon be out of date."),
        do=N_("Please get the agency's newest folder in the next days."),
    ),
    "trust.signer-stolen": Sentence(
        what=N_("A key with which this agency signed documents was stolen."),
        do=N_("Nothing to do: of its documents only those count that the agency truly made."),
    ),
    "trust.no-reader-root": Sentence(
        what=N_("The agency names counters, but no key for them."),
        do=N_("Requests of its counters will be shown as unknown."),
    ),
    "clock.before-floor": Sentence(
        what=N_("The clock of this computer is behind: agencies have signed at a later time already."),
        do=N_("Please set the date and time, then check again."),
    ),
    "clock.far-ahead": Sentence(
        what=N_("The clock of this computer is years ahead of everything that agencies have signed."),
        do=N_("Please set the date and time. If they are right, get the agencies' newest folders."),
    ),
}

SENTENCES: Final[dict[str, Sentence]] = _FOLDER | _SIGNED | _SUCCESSION | _STATE
