"""What trust packs have to say: the lists of an authority, and how they come."""

from __future__ import annotations

from typing import Final

from counterproof.words.model import N_, Sentence

_KEPT: Final = N_("Nothing of it was used; what was known before stays.")
_AGAIN: Final = N_("Nothing of it was used. Please get the pack again, from another place if need be.")
_OPERATOR: Final = N_("Nothing of it was used. Please ask whoever publishes the pack.")

_FETCHED: Final = {
    "pack.address": Sentence(
        what=N_("This address cannot be used."),
        do=N_("Please give an address that begins with https:// and ends with the folder of the pack."),
    ),
    "pack.not-a-pack": Sentence(
        what=N_("There is no trust pack and no agency's folder here."),
        do=N_("Please choose the folder that was published, the zip file of it, or its https address."),
    ),
    "pack.file-missing": Sentence(what=N_("The file {file} is missing in this pack."), do=_AGAIN),
    "pack.file-unusable": Sentence(
        what=N_("{file} is not an ordinary file that can be read."),
        do=N_("Links, pipes and devices are not opened. Please copy the pack itself, not links to it."),
    ),
    "pack.too-large": Sentence(what=N_("{file} is larger than {limit} bytes."), do=_AGAIN),
    "pack.too-many": Sentence(
        what=N_("There is more in this pack than can be taken ({limit})."), do=_OPERATOR
    ),
    "pack.zip": Sentence(what=N_("This zip file is damaged, or holds what no pack holds."), do=_AGAIN),
    "pack.unreachable": Sentence(
        what=N_("The address cannot be reached, or the connection is not safe."),
        do=N_("Please check the network and the address, or bring the pack on a stick."),
    ),
    "pack.too-slow": Sentence(
        what=N_("The pack comes too slowly, so this was given up."),
        do=N_("What was known before stays. Please try later, or bring the pack on a stick."),
    ),
    "pack.redirect": Sentence(
        what=N_("The address sends on to another place, which is not followed."),
        do=N_("Please ask the publisher for the right address."),
    ),
    "pack.server": Sentence(
        what=N_("The server did not give out the pack (answer {status})."), do=N_("Please try later.")
    ),
    "pack.hash": Sentence(
        what=N_("Files of this pack do not belong together: one was changed, damaged or mixed with another."),
        do=_AGAIN,
    ),
}

_PROVEN: Final = {
    "pack.metadata": Sentence(what=N_("A list in this pack cannot be understood at {field}."), do=_OPERATOR),
    "pack.threshold": Sentence(
        what=N_("This pack asks for signatures in a way that protects nobody."), do=_OPERATOR
    ),
    "pack.signature": Sentence(
        what=N_("Too few of the right keys have signed this pack."),
        do=N_("Nothing of it was used. It may be forged, or a root between yours and its newest is missing."),
    ),
    "pack.delegation": Sentence(
        what=N_("This pack gives an agency's key more than that agency's own part."), do=_OPERATOR
    ),
    "pack.path": Sentence(what=N_("This pack names a file where none may stand."), do=_OPERATOR),
    "pack.statement": Sentence(
        what=N_("What the authority says of itself is wrong at {field}."), do=_OPERATOR
    ),
    "pack.list": Sentence(what=N_("{file} in this pack cannot be used ({reason})."), do=_OPERATOR),
    "pack.older": Sentence(what=N_("This pack is older than the one that you have."), do=_KEPT),
    "pack.two-truths": Sentence(
        what=N_(
            "This pack says something else under the same number ({role} {version}) than the one you have."
        ),
        do=N_("Nothing of it was used. One of the two is a lie: please tell the publisher."),
    ),
    "pack.root-missing": Sentence(
        what=N_("The root after number {version} is missing in this pack."), do=_AGAIN
    ),
    "pack.expired": Sentence(
        what=N_("This pack has run out, or the clock of this computer is ahead."),
        do=N_("Please get a newer pack, and check the date and time."),
    ),
    "pack.not-pinned": Sentence(
        what=N_("Nobody here has confirmed the authority behind this pack (fingerprint {fingerprint})."),
        do=N_("Compare the fingerprint with the one that the authority gave you, then use `trust add`."),
    ),
    "pack.key": Sentence(
        what=N_("This is not a public key that can be used."), do=N_("Please ask for the key again.")
    ),
}

_AGENCY: Final = {
    "pack.part": Sentence(
        what=N_("The agency's own part of the pack cannot be used."),
        do=N_("What was known of it before stays. Please ask the agency."),
    ),
    "pack.part-expired": Sentence(
        what=N_("The agency has not signed its part of the pack in time."),
        do=N_("What was known of it before stays. Please ask the agency."),
    ),
    "pack.part-behind": Sentence(
        what=N_("A newer part of the agency was not taken."),
        do=N_("Please update again; if it stays so, ask the agency."),
    ),
    "pack.part-from-future": Sentence(
        what=N_("The agency signed its part of the pack later than the pack itself."),
        do=N_("What was known of it before stays. Please ask the agency to look at its clock."),
    ),
    "pack.part-other-root": Sentence(
        what=N_("The agency's part of the pack holds the folder of another issuer."),
        do=N_("What was known of it before stays. Please ask the authority."),
    ),
    "trust.held-back": Sentence(
        what=N_("The newest part of an agency could not be used; what was known of it before stays."),
        do=N_("Its documents will become “cannot tell” when that runs out. Please ask the authority."),
    ),
    "trust.list-stale": Sentence(
        what=N_("The list that vouches for the issuer is older than the rules allow for this purpose."),
        do=N_("Please update the trust pack, then check again."),
    ),
    "trust.list-out-of-date": Sentence(
        what=N_("The list that vouches for the issuer is out of date."),
        do=N_("Please update the trust pack, then check again."),
    ),
}

SENTENCES: Final[dict[str, Sentence]] = _FETCHED | _PROVEN | _AGENCY
