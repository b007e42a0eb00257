"""Sentences about founding and running an agency."""

from __future__ import annotations

from counterproof.words.model import N_, NN_, Phrases, Sentence, plural

_ROTATE = N_("Please make a new one with `issuer rotate-signer`.")

_REFUSED: dict[str, Sentence] = {
    "agency.exists": Sentence(
        what=N_("There is an agency in this folder already."), do=N_("Please choose another folder.")
    ),
    "agency.folder-not-empty": Sentence(
        what=N_("This is not an empty folder."), do=N_("Please choose a new folder for the agency.")
    ),
    "agency.incomplete": Sentence(
        what=N_("The register does not say whose it is."),
        do=N_("Please check that this is the folder of an agency."),
    ),
    "agency.name": Sentence(
        what=N_("An agency's name has 1 to {most} printable characters, and no spaces at its ends."),
        do=N_("Please shorten or correct it."),
    ),
    "agency.country": Sentence(
        what=N_("A country is a code of two capital letters, such as EE."), do=N_("Please correct it.")
    ),
    "agency.url": Sentence(
        what=N_("An agency's address begins with https:// and has at most {most} characters, no spaces."),
        do=N_("Please correct it. A short one makes smaller codes."),
    ),
    "agency.days": Sentence(
        what=N_("This can be {least} to {most} days."), do=N_("Please choose another number.")
    ),
    "agency.copies": Sentence(
        what=N_("A batch has 1 to {most} copies."), do=N_("Please choose another number.")
    ),
    "agency.no-such-type": Sentence(
        what=N_("This agency does not issue that type. It issues: {known}."),
        do=N_("Please choose one of these, or add its file to the catalogue folder."),
    ),
    "agency.publish-among-keys": Sentence(
        what=N_(
            "This folder holds keys or the register, which never go to a counter; nothing was published."
        ),
        do=N_("Please choose a folder for the lists alone."),
    ),
    "agency.no-types": Sentence(
        what=N_("The catalogue folder is empty, so there is nothing that this agency may sign."),
        do=N_("Please add the file of a credential type."),
    ),
    "agency.other-type": Sentence(
        what=N_("The wallet asks for {asked}, and you would issue {given}."),
        do=N_("Please check that this is the right request."),
    ),
    "agency.not-offered": Sentence(
        what=N_("The offer behind this request was for another type, or for fewer copies."),
        do=N_("Please give the person a new offer."),
    ),
    "agency.too-long": Sentence(
        what=N_(
            "A document can last 1 to {most} days now: it must end before its signer's certificate does."
        ),
        do=N_("Please choose fewer days, or make a new signer first."),
    ),
    "agency.answered-otherwise": Sentence(
        what=N_("This request was answered before, for another person or another type."),
        do=N_("Please give this person an offer of their own. Nothing was issued."),
    ),
    "agency.no-subject": Sentence(
        what=N_("Nobody in the data has this reference."), do=N_("Please check --subject and the file.")
    ),
    "agency.which-subject": Sentence(
        what=N_("The data has {count} people, and one request is for one of them."),
        do=N_("Please say which with --subject."),
    ),
    "agency.portrait-for-many": Sentence(
        what=N_("One portrait cannot be for several people."),
        do=N_("Please put the portraits into the data, or choose one person with --subject."),
    ),
    "agency.data-kind": Sentence(
        what=N_("The data must be a file that ends in .json or .csv."), do=N_("Please rename or convert it.")
    ),
    "agency.lists-code-kind": Sentence(
        what=N_("A moving code cannot be written as “{suffix}”."),
        do=N_("Choose a name that ends in .gif."),
    ),
    "agency.scan-what": Sentence(
        what=N_("A request is scanned from pictures or texts, or through a camera: one of the two."),
        do=N_("Name the pictures, or use --camera 0."),
    ),
    "agency.no-requests": Sentence(
        what=N_("No request in the folder belongs to a person in the data."),
        do=N_("Please name each request after its person's reference, such as A-17{suffix}."),
    ),
    "agency.requests-refused": plural(
        NN_(
            "Nothing was issued: {problems} of {count} request cannot be answered.",
            "Nothing was issued: {problems} of {count} requests cannot be answered.",
        ),
        "count",
        do=N_("Please see to those named below, or take them out of the folder."),
    ),
    "agency.offer-twice": Sentence(
        what=N_("Another request in the folder answers the same offer."),
        do=N_("Please give each person an offer of their own."),
    ),
    "agency.out-exists": Sentence(
        what=N_("There is another file already where this one would go."),
        do=N_("Please choose another name with --out."),
    ),
    "agency.no-out-folder": Sentence(
        what=N_("The folder into which the result would go is not there."),
        do=N_("Please make it, or choose another with --out."),
    ),
    "agency.no-passphrase": Sentence(
        what=N_("A passphrase is needed, and there is nobody to ask."),
        do=N_("Please give --passphrase-file, or set COUNTERPROOF_PASSPHRASE."),
    ),
    "agency.passphrase-file": Sentence(
        what=N_("The passphrase file cannot be read, or has more than one line."),
        do=N_("Please write the passphrase, and nothing else, on its first line."),
    ),
    "agency.bad-time": Sentence(
        what=N_("This is not a time such as 2026-06-01T12:00:00Z."),
        do=N_("Please write date, time and zone."),
    ),
    "agency.unexpected": Sentence(
        what=N_("Something went wrong that this program did not expect ({kind} at {place})."),
        do=N_("What was acknowledged before is safe. Please report this line; it holds no personal data."),
    ),
}

_KEYS: dict[str, Sentence] = {
    "agency.root-key-away": Sentence(
        what=N_("The root's key is not here ({file})."),
        do=N_("Please fetch the stick that it is on, and name its folder with --root-keys."),
    ),
    "agency.key-missing": Sentence(
        what=N_("The key {file} is missing from the folder keys."),
        do=N_("Please put the file back, or make a new signer with `issuer rotate-signer`."),
    ),
    "agency.key-mismatch": Sentence(
        what=N_("The key in {file} belongs to another certificate."),
        do=N_("Please put the right file back, or make a new signer."),
    ),
    "agency.root-ends": Sentence(
        what=N_("The agency's root ends on {ends}, too soon for a new signer."),
        do=N_("Please found the agency anew, and let counters know its new root."),
    ),
    "agency.no-signer": Sentence(
        what=N_("There is no {role} signer: the last one was withdrawn."), do=_ROTATE
    ),
    "agency.signer-retired": Sentence(
        what=N_("The {role} signer's time was over on {until}. It signs no more."), do=_ROTATE
    ),
    "agency.no-such-signer": Sentence(
        what=N_("No signer, or more than one, has a fingerprint that begins like this."),
        do=N_("Please give at least {least} digits. `issuer status` shows the fingerprints."),
    ),
    "agency.signer-prepared": Sentence(
        what=N_("The next signer is made already. Its turn comes on {begins}."),
        do=N_("Nothing was changed. With --overlap 0 its turn comes at once."),
    ),
    "agency.signer-in-use": Sentence(
        what=N_("This signer signs now, or its turn is still to come."),
        do=N_("Its key was not destroyed. `issuer revoke-signer` withdraws a signer and destroys its key."),
    ),
    "agency.key-destroyed": Sentence(
        what=N_("The key of this signer is not here any more."), do=N_("There is nothing to destroy.")
    ),
    "agency.overlap": Sentence(
        what=N_("Signers overlap for 0 to {most} days, and old keys are kept for 0 to {most} days."),
        do=N_("Please give other numbers."),
    ),
    "agency.not-a-document-signer": Sentence(
        what=N_("Only a document signer has documents that can be told from a thief's."),
        do=N_("Please withdraw a stolen status signer with `issuer revoke-signer`, and make a new one."),
    ),
    "agency.already-stolen": Sentence(
        what=N_("This signer is marked as stolen already."),
        do=N_("Nothing was changed. Publish, so that counters learn of it."),
    ),
    "agency.reader-id": Sentence(
        what=N_("The id of a counter is 3 to 20 capital letters, digits and hyphens, such as HARBOUR-LIB-1."),
        do=N_("Please correct it."),
    ),
    "agency.reader-name": Sentence(
        what=N_("A counter's name has 1 to 64 printable characters, and no spaces at its ends."),
        do=N_("Please correct it."),
    ),
    "agency.no-such-reader": Sentence(
        what=N_("No counter with this id has a certificate."), do=N_("Please check the id.")
    ),
}

_STATE: dict[str, Sentence] = {
    "agency.state-document-signer": plural(
        NN_(
            "The document signer signs for {days} more day.",
            "The document signer signs for {days} more days.",
        ),
        "days",
        do=N_("When that is over, `issuer rotate-signer` makes the next one."),
    ),
    "agency.state-signer-prepared": Sentence(
        what=N_("The next {role} signer ({signer}) is made. Its turn comes on {begins}.")
    ),
    "agency.state-old-key": Sentence(
        what=N_("The key of the old {role} signer ({signer}) is kept until {until}, for what it began.")
    ),
    "agency.state-old-key-due": Sentence(
        what=N_("The key of the old {role} signer ({signer}) was to be destroyed on {until}."),
        do=N_("`issuer destroy-keys` does it, and so does the next `issuer publish`."),
    ),
    "agency.state-document-signer-over": Sentence(what=N_("The document signer signs no more."), do=_ROTATE),
    "agency.purposes-unreadable": Sentence(
        what=N_("The agency's register of purposes (purposes.json) cannot be read."),
        do=N_("Put it back from a copy, or remove it and register the purposes again from their files."),
    ),
    "agency.purpose-version": Sentence(
        what=N_("{purpose} is registered in version {version} already, with other content."),
        do=N_("Give the new one a higher version, so that nobody sees two of one number."),
    ),
    "agency.purpose-reader-unknown": Sentence(
        what=N_("{purpose} names the counter or office {reader}, which is not registered."),
        do=N_("Certify the counter first (issuer reader-cert), or correct its id."),
    ),
    "agency.purpose-field": Sentence(
        what=N_("{purpose} names the field {field}, which {type} does not have."),
        do=N_("Correct the name. `issuer types` and the catalogue folder say which fields there are."),
    ),
    "agency.no-such-purpose": Sentence(
        what=N_("No such purpose is registered."), do=N_("Registered are: {known}.")
    ),
    "agency.state-status-signer": plural(
        NN_("The status signer signs for {days} more day.", "The status signer signs for {days} more days."),
        "days",
        do=N_("`issuer rotate-signer --role status` makes the next one."),
    ),
    "agency.state-status-signer-over": Sentence(
        what=N_("The status signer signs no more: nothing can be published."),
        do=N_("Please make a new one with `issuer rotate-signer --role status`."),
    ),
    "agency.state-root": plural(
        NN_("The {role} root lasts {days} more day.", "The {role} root lasts {days} more days."), "days"
    ),
    "agency.state-root-over": Sentence(
        what=N_("The {role} root ended on {ends}: nothing that it vouches for is accepted."),
        do=N_("Please found the agency anew."),
    ),
    "agency.state-root-key-here": Sentence(
        what=N_("The key of the {role} root is within reach of this machine."),
        do=N_("Please move it to a stick, and the stick into a safe."),
    ),
    "agency.state-crl": plural(
        NN_(
            "The {role} root's revocation list counts for {days} more day.",
            "The {role} root's revocation list counts for {days} more days.",
        ),
        "days",
        do=N_("`issuer renew-crls` signs it anew, with the root's key at hand."),
    ),
    "agency.state-crl-over": Sentence(
        what=N_("The {role} root's revocation list ran out on {ends}: counters cannot tell whom to believe."),
        do=N_("Please fetch the root's key, run `issuer renew-crls`, and publish."),
    ),
    "agency.state-list": Sentence(what=N_("Status list {list}: {used} of {size} places are used.")),
    "agency.state-published": Sentence(
        what=N_("What was published counts until {ends}."), do=N_("`issuer publish` makes it new.")
    ),
    "agency.state-published-over": Sentence(
        what=N_("What was published ran out on {ends}: counters accept nothing of this agency."),
        do=N_("Please run `issuer publish`, and bring the folder to the counters."),
    ),
    "agency.state-not-published": Sentence(
        what=N_("Nothing was published yet: no counter knows this agency."),
        do=N_("Please run `issuer publish`."),
    ),
}

SENTENCES: dict[str, Sentence] = _REFUSED | _KEYS | _STATE

ROLES = Phrases(
    {
        "issuer": N_("issuer"),
        "reader": N_("reader"),
        "document": N_("document"),
        "status": N_("status"),
    }
)
"""What signers and roots are for, as a word in a sentence."""
