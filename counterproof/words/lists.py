"""Sentences about status lists, lists of issuers and lists of readers."""

from __future__ import annotations

from typing import Final

from counterproof.words.model import N_, Sentence

_ASK_AGENCY: Final = N_(
    "Please fetch the list again from the agency. If that does not help, tell the agency."
)
_ASK_PROVIDER: Final = N_("Please fetch the list again. If that does not help, tell its publisher.")
_NEW_LIST: Final = N_("Fetch the newest list, and check the document again.")
_DO_NOT_RELY: Final = N_("Do not rely on this document. Its holder can ask the agency why.")

_ANSWERS: Final = {
    "status.revoked": Sentence(what=N_("The agency has revoked this document."), do=_DO_NOT_RELY),
    "status.suspended": Sentence(
        what=N_("The agency has suspended this document for the time being."), do=_DO_NOT_RELY
    ),
    "status.application-specific": Sentence(
        what=N_("The agency has marked this document in a way of its own. It does not count as valid."),
        do=_DO_NOT_RELY,
    ),
    "status.reserved": Sentence(
        what=N_("The agency has marked this document in a way that this program does not know."),
        do=N_("Do not rely on this document. A newer version of this program may know the mark."),
    ),
    "status.missing": Sentence(
        what=N_("Whether this document was revoked is not known: there is no list for it here."), do=_NEW_LIST
    ),
    "status.expired": Sentence(
        what=N_("Whether this document was revoked is not known: the list here has run out."), do=_NEW_LIST
    ),
    "status.stale": Sentence(
        what=N_(
            "Whether this document was revoked is not known: the list here is older than the rules allow."
        ),
        do=_NEW_LIST,
    ),
    "status.index-range": Sentence(
        what=N_("This document points to a place that its agency's list does not have."), do=_DO_NOT_RELY
    ),
}

_NOTICES: Final = {
    "status.ttl-passed": Sentence(
        what=N_("The list of revoked documents is due to be renewed. It may still be used."),
        do=N_("Fetch the newest list when you can."),
    ),
    "status.short-type": Sentence(
        what=N_("The agency's list states its type in a short form. It may be used."),
        do=N_("Tell the agency that the type should begin with application/."),
    ),
    "status.chain-unprotected": Sentence(
        what=N_(
            "The certificate in the agency's list is not covered by its signature. It was checked by itself."
        ),
        do=N_("Tell the agency that the certificate belongs in the protected part."),
    ),
}

_REFUSED: Final = {
    "status.wrong-list": Sentence(
        what=N_("This is not the list that the document points to."), do=_ASK_AGENCY
    ),
    "status.other-issuer": Sentence(
        what=N_("The list is signed by another authority than the document."), do=_ASK_AGENCY
    ),
    "status.issued-in-future": Sentence(
        what=N_("The list was signed at a time that has not come yet."),
        do=N_("Check the clock of this computer. If it is right, tell the agency."),
    ),
    "status.no-expiry": Sentence(
        what=N_("The list does not say until when it may be used, so it may not be."), do=_ASK_AGENCY
    ),
    "status.signer-missing": Sentence(what=N_("The list does not say who signed it."), do=_ASK_AGENCY),
    "status.signer-untrusted": Sentence(
        what=N_("Whoever signed this list of revoked documents is not trusted here."), do=_ASK_AGENCY
    ),
    "status.signature": Sentence(
        what=N_("The signature of this list of revoked documents is wrong."), do=_ASK_AGENCY
    ),
    "status.older": Sentence(
        what=N_("This list of revoked documents is older than the one in use ({offered}, in use {held})."),
        do=N_("Nothing was changed. Please fetch the newest list."),
    ),
    "status.same-time": Sentence(
        what=N_("There are two different lists of revoked documents, both signed at {held}."),
        do=N_("The one in use was kept. Please tell the agency: it must not sign two."),
    ),
    "status.unrevoked": Sentence(
        what=N_("In this list, documents count as valid again that were revoked for ever: {count} of them."),
        do=N_("The list in use was kept. Please tell the agency at once: somebody may misuse its key."),
    ),
}

_UNREADABLE: Final = {
    "status.tag": Sentence(what=N_("This is not a signed list of revoked documents."), do=_ASK_AGENCY),
    "status.type": Sentence(
        what=N_("This is signed, but it is not a list of revoked documents."), do=_ASK_AGENCY
    ),
    "status.claims": Sentence(what=N_("The content of the list cannot be read."), do=_ASK_AGENCY),
    "status.claim": Sentence(
        what=N_("A part of the list of revoked documents is missing or has the wrong form."), do=_ASK_AGENCY
    ),
    "status.bits": Sentence(
        what=N_("The list of revoked documents uses a width that does not exist."), do=_ASK_AGENCY
    ),
    "status.compression": Sentence(
        what=N_("The list of revoked documents cannot be unpacked. It is damaged or cut off."), do=_ASK_AGENCY
    ),
    "status.compression-trailing": Sentence(
        what=N_("There are bytes in the list of revoked documents that do not belong there."),
        do=_ASK_AGENCY,
    ),
    "status.empty": Sentence(what=N_("The list of revoked documents has no entries."), do=_ASK_AGENCY),
    "status.inflated-size": Sentence(
        what=N_("The list of revoked documents is far larger than it may be. It was not unpacked."),
        do=_ASK_AGENCY,
    ),
}

_BUILDING: Final = {
    "status.bits-unusable": Sentence(
        what=N_("Entries of {bits} bits do not exist."), do=N_("Please choose 1, 2, 4 or 8.")
    ),
    "status.size-unusable": Sentence(
        what=N_("A list cannot have {size} entries."), do=N_("Please make several smaller lists.")
    ),
    "status.value-range": Sentence(
        what=N_("This status does not fit into {bits} bits."), do=N_("Please use a list with wider entries.")
    ),
    "status.read-only": Sentence(
        what=N_("A list that was received cannot be changed."), do=N_("Please make a new one.")
    ),
    "status.uri-unusable": Sentence(
        what=N_("A list needs an address of at most {limit} characters."),
        do=N_("Please choose a shorter one."),
    ),
    "status.times-unusable": Sentence(
        what=N_("The list must end after it begins, and while its signer's certificate holds."),
        do=N_("Please choose other dates, or renew the certificate."),
    ),
    "status.signer-unusable": Sentence(
        what=N_("Key and certificate of the list's signer do not belong together."),
        do=N_("Please choose the certificate for this key."),
    ),
}

_SIGNED_SET: Final = {
    "signed-set.type": Sentence(what=N_("This is not a list of what a stolen key signed."), do=_ASK_AGENCY),
    "signed-set.bits": Sentence(
        what=N_("The list of what a stolen key signed uses hashes of a length that does not exist."),
        do=_ASK_AGENCY,
    ),
    "signed-set.index": Sentence(
        what=N_("The parts of the list of what a stolen key signed do not fit together."), do=_ASK_AGENCY
    ),
    "signed-set.order": Sentence(
        what=N_("The list of what a stolen key signed is not in order."), do=_ASK_AGENCY
    ),
    "signed-set.signer-missing": Sentence(
        what=N_("The list of what a stolen key signed does not say who signed it."), do=_ASK_AGENCY
    ),
    "signed-set.signer-untrusted": Sentence(
        what=N_("Whoever signed this list of what a stolen key signed is not trusted for it."),
        do=_ASK_AGENCY,
    ),
    "signed-set.signature": Sentence(
        what=N_("The signature of this list of what a stolen key signed is wrong."), do=_ASK_AGENCY
    ),
    "signed-set.other-issuer": Sentence(
        what=N_("The list speaks of a key that another agency certified."), do=_ASK_AGENCY
    ),
    "signed-set.signer-unusable": Sentence(
        what=N_("Key and certificate of the list's signer do not belong together."),
        do=N_("Please choose the certificate for this key."),
    ),
    "rice.end": Sentence(what=N_("The packed numbers end too soon."), do=_ASK_AGENCY),
    "rice.trailing": Sentence(
        what=N_("There is more behind the packed numbers than there should be."), do=_ASK_AGENCY
    ),
}

_NEED_WHOLE: Final = N_("Nothing was changed. Please fetch the whole list.")

_STATUS_DELTA: Final = {
    "status-delta.shape": Sentence(
        what=N_("From one of these lists of revoked documents to the other leads no update."), do=_NEED_WHOLE
    ),
    "status-delta.not-ours": Sentence(
        what=N_("This list of revoked documents was packed by another program, so it has no update."),
        do=_NEED_WHOLE,
    ),
    "status-delta.other-base": Sentence(
        what=N_("This update is for another list of revoked documents than the one here."), do=_NEED_WHOLE
    ),
    "status-delta.rebuilt": Sentence(
        what=N_("With this update comes out another list than the agency signed."), do=_NEED_WHOLE
    ),
    "status-delta.range": Sentence(
        what=N_("This update changes a place that the list of revoked documents does not have."),
        do=_NEED_WHOLE,
    ),
}

_VICAL: Final = {
    "vical.signer-missing": Sentence(
        what=N_("The list of issuers does not say who signed it."), do=_ASK_PROVIDER
    ),
    "vical.signer-untrusted": Sentence(
        what=N_("Whoever signed this list of issuers is not trusted here."), do=_ASK_PROVIDER
    ),
    "vical.signature": Sentence(what=N_("The signature of this list of issuers is wrong."), do=_ASK_PROVIDER),
    "vical.issued-in-future": Sentence(
        what=N_("This list of issuers was published at a time that has not come yet."),
        do=N_("Check the clock of this computer. If it is right, tell the publisher of the list."),
    ),
    "vical.lapsed": Sentence(
        what=N_("This list of issuers may not be used any more."), do=N_("Please fetch the newest list.")
    ),
    "vical.older": Sentence(
        what=N_("This list of issuers is older than the one in use."),
        do=N_("Nothing was changed. Please fetch the newest list."),
    ),
    "vical.same-issue": Sentence(
        what=N_("This list of issuers has the number of the one in use, and says something else."),
        do=N_("The one in use was kept. Please tell the publisher of the list."),
    ),
    "vical.other-provider": Sentence(
        what=N_("This list of issuers is by another publisher than the one in use."),
        do=N_("The one in use was kept. Add the other publisher first, if you trust it."),
    ),
    "vical.update-due": Sentence(
        what=N_("A newer list of issuers should be out. This one may still be used."),
        do=N_("Fetch the newest list when you can."),
    ),
    "vical.entry-skipped": Sentence(
        what=N_("Some issuers in this list cannot be read and were left out."),
        do=N_("If documents of an issuer are refused for that, tell the publisher of the list."),
    ),
    "vical.signer-unusable": Sentence(
        what=N_("Key and certificate of the list's signer do not belong together."),
        do=N_("Please choose the certificate for this key."),
    ),
    "vical.times-unusable": Sentence(
        what=N_("A list of issuers needs a publisher, and dates in order: made, renewed, ended."),
        do=N_("Please choose other dates."),
    ),
    "vical.doc-types-unusable": Sentence(
        what=N_("An issuer stands in the list without any type of document."),
        do=N_("Please say which types of document it may sign."),
    ),
    "vical.entry-twice": Sentence(
        what=N_("An issuer stands in the list twice."), do=N_("Please keep one entry with all its types.")
    ),
}

_READERS: Final = {
    "readers.signer-missing": Sentence(
        what=N_("The list of counters does not say who signed it."), do=_ASK_PROVIDER
    ),
    "readers.signer-untrusted": Sentence(
        what=N_("Whoever signed this list of counters is not trusted here."), do=_ASK_PROVIDER
    ),
    "readers.signature": Sentence(
        what=N_("The signature of this list of counters is wrong."), do=_ASK_PROVIDER
    ),
    "readers.issued-in-future": Sentence(
        what=N_("This list of counters was published at a time that has not come yet."),
        do=N_("Check the clock of this computer. If it is right, tell the publisher of the list."),
    ),
    "readers.lapsed": Sentence(
        what=N_("This list of counters may not be used any more."), do=N_("Please fetch the newest list.")
    ),
    "readers.older": Sentence(
        what=N_("This list of counters is older than the one in use."),
        do=N_("Nothing was changed. Please fetch the newest list."),
    ),
    "readers.same-issue": Sentence(
        what=N_("This list of counters has the number of the one in use, and says something else."),
        do=N_("The one in use was kept. Please tell the publisher of the list."),
    ),
    "readers.other-provider": Sentence(
        what=N_("This list of counters is by another publisher than the one in use."),
        do=N_("The one in use was kept. Add the other publisher first, if you trust it."),
    ),
    "readers.update-due": Sentence(
        what=N_("A newer list of counters should be out. This one may still be used."),
        do=N_("Fetch the newest list when you can."),
    ),
    "readers.entry-skipped": Sentence(
        what=N_("Some counters in this list cannot be used and were left out."),
        do=N_("If a counter is not known for that, tell the publisher of the list."),
    ),
    "readers.type": Sentence(what=N_("This is not a list of counters."), do=_ASK_PROVIDER),
    "readers.constrained": Sentence(
        what=N_("A counter in the list comes with conditions that this program does not know."),
        do=N_("It was left out. A newer version of this program may know them."),
    ),
    "readers.signer-unusable": Sentence(
        what=N_("Key and certificate of the list's signer do not belong together."),
        do=N_("Please choose the certificate for this key."),
    ),
    "readers.times-unusable": Sentence(
        what=N_("A list of counters needs a publisher, and dates in order: made, renewed, ended."),
        do=N_("Please choose other dates."),
    ),
    "readers.entry-twice": Sentence(
        what=N_("A counter stands in the list twice."), do=N_("Please keep one entry.")
    ),
    "mdoc.no-key-identifier": Sentence(
        what=N_("A certificate without a key identifier cannot stand in a list."),
        do=N_("Please have it made anew with one."),
    ),
}

SENTENCES: dict[str, Sentence] = {
    **_ANSWERS,
    **_NOTICES,
    **_REFUSED,
    **_UNREADABLE,
    **_BUILDING,
    **_SIGNED_SET,
    **_STATUS_DELTA,
    **_VICAL,
    **_READERS,
}
