"""What the operator of a trust list has to be told."""

from __future__ import annotations

from typing import Final

from counterproof.words.model import N_, NN_, Sentence, plural

_SHOW: Final = N_("See who is on the list with `issuer authority show DIR`.")
_RENEW: Final = N_("Fetch the registrar's keys and run `issuer authority renew DIR`, then publish.")

_WORK: Final = {
    "authority.exists": Sentence(
        what=N_("There is something in this folder already."), do=N_("Please choose an empty folder.")
    ),
    "authority.missing": Sentence(
        what=N_("There is no operator of a list in this folder."),
        do=N_("Found one with `issuer authority init`, or give its folder."),
    ),
    "authority.damaged": Sentence(
        what=N_("A file of the operator's folder was changed or damaged."),
        do=N_("Please put the folder back from a backup."),
    ),
    "authority.in-use": Sentence(
        what=N_("Another command is at work in this folder."), do=N_("Please try again in a moment.")
    ),
    "authority.threshold": Sentence(
        what=N_("At least one and at most all {most} officers must sign."),
        do=N_("Please choose another --threshold or --officers."),
    ),
    "authority.officer-option": Sentence(
        what=N_("--officer takes a number and a file, such as 1=officer-1.txt."), do=N_("Please write it so.")
    ),
    "authority.officer-away": Sentence(
        what=N_("The passphrase of officer {number} is not here."),
        do=N_("Please give it with --officer {number}=FILE, or run this in a terminal."),
    ),
    "authority.no-such-officer": Sentence(what=N_("There is no officer {number} in office."), do=_SHOW),
    "authority.no-such-old-key": Sentence(
        what=N_("There is no old key {file}."),
        do=N_(
            "`issuer authority destroy-keys DIR --dry-run` shows what the files of the old keys are called."
        ),
    ),
    "authority.key-away": Sentence(
        what=N_("The key that is needed ({role}, file {file}) is not here."),
        do=N_("Please put its stick in, or say where it is with --registrar-keys."),
    ),
    "authority.key-mismatch": Sentence(
        what=N_("{file} holds another key than its name says."), do=N_("Please use the right stick.")
    ),
    "authority.root-pending": Sentence(
        what=N_("A root waits for signatures already."),
        do=N_("Let the next officer sign with `issuer authority sign-root DIR --root-keys STICK`."),
    ),
    "authority.root-waits": Sentence(
        what=N_("A new root waits for signatures, and nothing else goes on before it has them."),
        do=N_("Let the next officer sign with `issuer authority sign-root DIR --root-keys STICK`."),
    ),
    "authority.no-pending-root": Sentence(
        what=N_("No root waits for a signature."), do=N_("Make one with `issuer authority rotate-root DIR`.")
    ),
    "authority.not-confirmed": Sentence(
        what=N_("Nobody has compared the fingerprints, so nothing was changed."),
        do=N_("Run this in a terminal, or give each with --fingerprint."),
    ),
    "authority.no-such-agency": Sentence(what=N_("No agency {id} is on the list."), do=_SHOW),
    "authority.no-such-reader": Sentence(what=N_("No counter {id} is on the list."), do=_SHOW),
    "authority.no-such-purpose": Sentence(what=N_("No purpose {id} is registered."), do=_SHOW),
    "authority.no-such-authority": Sentence(what=N_("No such operator is recognised."), do=_SHOW),
    "authority.reader-exists": Sentence(
        what=N_("The counter {id} is on the list already."),
        do=N_("Certify it anew with `issuer authority renew-reader`."),
    ),
    "authority.id-taken": Sentence(
        what=N_("Another agency is on the list as {id}."),
        do=N_("Let the agency publish with another --pack-id, or strike the other off first."),
    ),
    "authority.doc-types": Sentence(
        what=N_("The agency does not claim these types itself. It claims: {claims}"),
        do=N_("Please choose among these."),
    ),
    "authority.no-part": Sentence(
        what=N_("The agency handed no part of a pack over in this folder."),
        do=N_("Let it publish with `issuer publish DIR OUT --join-pack`."),
    ),
    "authority.part-torn": Sentence(
        what=N_(
            "The agency's file {file} is not the one that its list names; it may be publishing just now."
        ),
        do=N_("Please try again in a moment."),
    ),
    "authority.other-root": Sentence(
        what=N_("The agency published under another root than the one that was entered."),
        do=N_("Enter it again with `issuer authority add-agency` if that is right."),
    ),
    "authority.out-inside": Sentence(
        what=N_("The pack would lie among keys, and whoever copies it would carry them away."),
        do=N_("Please choose a folder of its own."),
    ),
    "authority.lists-over": Sentence(what=N_("These lists have run out: {lists}."), do=_RENEW),
}

_ENDS: Final = {
    "authority.agency-away": Sentence(
        what=N_("The folder of agency {agency} is not there; its part stays as it was."),
        do=N_("Please bring what the agency published."),
    ),
    "authority.root-ends": plural(
        NN_("The root runs out on {until}, in {days} day.", "The root runs out on {until}, in {days} days."),
        "days",
        do=N_("Gather the officers for `issuer authority rotate-root DIR`."),
    ),
    "authority.daily-ends": plural(
        NN_("The pack runs out on {until}, in {days} day.", "The pack runs out on {until}, in {days} days."),
        "days",
        do=N_("Run `issuer authority publish DIR OUT` every day."),
    ),
    "authority.lists-end": plural(
        NN_(
            "The list {what} runs out on {until}, in {days} day.",
            "The list {what} runs out on {until}, in {days} days.",
        ),
        "days",
        do=_RENEW,
    ),
    "authority.certificate-ends": plural(
        NN_(
            "The certificate {what} runs out on {until}, in {days} day.",
            "The certificate {what} runs out on {until}, in {days} days.",
        ),
        "days",
        do=N_("Found an operator anew in good time, and let everybody compare its fingerprint."),
    ),
    "authority.reader-ends": plural(
        NN_(
            "The certificate of counter {what} runs out on {until}, in {days} day.",
            "The certificate of counter {what} runs out on {until}, in {days} days.",
        ),
        "days",
        do=N_("Certify it anew with `issuer authority renew-reader`."),
    ),
    "authority.agency-root-ends": plural(
        NN_(
            "The root of agency {agency} runs out on {until}, in {days} day.",
            "The root of agency {agency} runs out on {until}, in {days} days.",
        ),
        "days",
        do=N_("Ask the agency for its next root."),
    ),
    "authority.agency-silent": Sentence(
        what=N_("Agency {agency} is on the list and has not handed its part over."),
        do=N_("Its documents stay “cannot tell” until it publishes."),
    ),
    "authority.agency-ends": plural(
        NN_(
            "What agency {agency} handed over ({what}) runs out on {until}, in {days} day.",
            "What agency {agency} handed over ({what}) runs out on {until}, in {days} days.",
        ),
        "days",
        do=N_("Ask the agency to publish; its documents become “cannot tell” otherwise."),
    ),
}

_AGENCY: Final = {
    "agency.pack-id": Sentence(
        what=N_("An agency's id in packs has small letters, digits and hyphens, 40 at most."),
        do=N_("Please choose another --pack-id."),
    ),
    "agency.no-part-keys": Sentence(
        what=N_("This agency's keys live where no key for a pack can be kept."),
        do=N_("Publish for the pack from a folder with keys in files."),
    ),
}

SENTENCES: Final[dict[str, Sentence]] = _WORK | _ENDS | _AGENCY
