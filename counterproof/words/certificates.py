"""What the room of certificates has to say."""

from __future__ import annotations

from typing import Final

from counterproof.words.model import N_, Sentence

_NEW_DOCUMENT: Final = N_("Ask the agency for a new document.")
_UPDATE: Final = N_("Update the trust list and try again.")
_ASK_MAKER: Final = N_("Ask whoever made this certificate for a correct one.")
_ASK_AGAIN: Final = N_("Make the request again, or ask for a new one.")

_READING: Final = {
    "certificate.unreadable": Sentence(what=N_("A certificate cannot be read."), do=_ASK_MAKER),
    "certificate.too-large": Sentence(
        what=N_("A certificate has {size} bytes. At most {limit} are allowed."), do=_ASK_MAKER
    ),
    "certificate.serial-not-positive": Sentence(
        what=N_("A certificate has a serial number that is zero or negative."), do=_ASK_MAKER
    ),
    "certificate.crl-unreadable": Sentence(
        what=N_("A list of revoked certificates cannot be read."), do=_UPDATE
    ),
    "certificate.crl-too-large": Sentence(
        what=N_("A list of revoked certificates has {size} bytes. At most {limit} are allowed."), do=_UPDATE
    ),
    "certificate.crl-partial": Sentence(
        what=N_("A list of revoked certificates is only part of a list."),
        do=N_("Get the full list from the authority."),
    ),
}

_CHAIN: Final = {
    "certificate.untrusted": Sentence(
        what=N_("The certificate comes from an authority that is not on the trust list."), do=_UPDATE
    ),
    "certificate.bad-signature": Sentence(
        what=N_("The authority that the certificate names did not sign it."),
        do=N_("Do not accept it. It may be forged or damaged."),
    ),
    "certificate.path": Sentence(
        what=N_("The certificate does not lead to a trusted authority."), do=_UPDATE
    ),
    "certificate.chain-too-long": Sentence(what=N_("Too many certificates were sent."), do=_ASK_MAKER),
    "certificate.leaf-is-anchor": Sentence(
        what=N_("The key of an authority signed where only a signer that it appoints may sign."),
        do=_NEW_DOCUMENT,
    ),
    "certificate.leaf-is-ca": Sentence(
        what=N_("The signer's certificate would also let it make certificates, which it must not."),
        do=_ASK_MAKER,
    ),
    "certificate.issuer-not-ca": Sentence(
        what=N_("The certificate was made by somebody who may not make certificates."),
        do=N_("Do not accept it."),
    ),
    "certificate.expired": Sentence(what=N_("The signer's certificate has expired."), do=_NEW_DOCUMENT),
    "certificate.not-yet-valid": Sentence(
        what=N_("The signer's certificate is not valid yet."), do=N_("Check the date of this computer.")
    ),
    "certificate.issuer-expired": Sentence(
        what=N_("The certificate of the authority has expired."), do=_UPDATE
    ),
    "certificate.issuer-not-yet-valid": Sentence(
        what=N_("The certificate of the authority is not valid yet."),
        do=N_("Check the date of this computer."),
    ),
    "certificate.eku": Sentence(
        what=N_("The certificate was made for another purpose."), do=N_("Do not accept it.")
    ),
    "certificate.key-usage": Sentence(
        what=N_("The certificate does not allow its key to be used for this."), do=_ASK_MAKER
    ),
    "certificate.country-differs": Sentence(
        what=N_("The signer and its authority belong to different countries or states."),
        do=N_("Do not accept it."),
    ),
    "certificate.name-differs": Sentence(
        what=N_("The certificate does not name its authority exactly."), do=_ASK_MAKER
    ),
    "certificate.life-too-long": Sentence(
        what=N_("The certificate is valid for longer than the standard allows."), do=_ASK_MAKER
    ),
    "certificate.unknown-critical": Sentence(
        what=N_("The certificate holds a condition that this program does not know."),
        do=N_("Update this program and try again."),
    ),
    "certificate.serial-long": Sentence(
        what=N_("The certificate's serial number is too long."), do=_ASK_MAKER
    ),
    "certificate.algorithm": Sentence(
        what=N_("The certificate uses a kind of key or signature that is not allowed."), do=_ASK_MAKER
    ),
    "certificate.revoked": Sentence(
        what=N_("The signer's certificate was revoked."), do=N_("Do not accept it. Ask for a new document.")
    ),
    "certificate.revocation-unknown": Sentence(
        what=N_("No list says whether the signer's certificate was revoked."), do=_UPDATE
    ),
    "certificate.revocation-old": Sentence(
        what=N_("Whether the signer was revoked is only known from lists older than the rules allow."),
        do=_UPDATE,
    ),
    "certificate.revocation-stale": Sentence(
        what=N_("The list of revoked certificates is too old."), do=_UPDATE
    ),
}

_LINT: Final = {
    "certificate.outside-issuer-life": Sentence(
        what=N_("The certificate begins when its authority's certificate is not valid."),
        do=N_("Choose dates inside the authority's own."),
    ),
    "certificate.life-inverted": Sentence(
        what=N_("The certificate would end before it begins."), do=N_("Check the dates.")
    ),
    "certificate.serial-short": Sentence(
        what=N_("The serial number looks counted, not random."), do=_ASK_MAKER
    ),
    "certificate.subject-incomplete": Sentence(
        what=N_("The certificate's name lacks a part that the standard asks for."), do=_ASK_MAKER
    ),
    "certificate.subject-odd": Sentence(
        what=N_("A part of the certificate's name is empty or there twice."), do=_ASK_MAKER
    ),
    "certificate.country-form": Sentence(what=N_("The country must be two capital letters."), do=_ASK_MAKER),
    "certificate.country-not-printable": Sentence(
        what=N_("The country is not written as a PrintableString."), do=_ASK_MAKER
    ),
    "certificate.state-differs": Sentence(
        what=N_("The state differs from that of the authority."), do=_ASK_MAKER
    ),
    "certificate.key-compressed": Sentence(
        what=N_("The public key is not written as an uncompressed point."), do=_ASK_MAKER
    ),
    "certificate.extension-missing": Sentence(
        what=N_("The certificate lacks an extension that the standard asks for."), do=_ASK_MAKER
    ),
    "certificate.extension-forbidden": Sentence(
        what=N_("The certificate has an extension that the standard forbids."), do=_ASK_MAKER
    ),
    "certificate.extension-critical": Sentence(
        what=N_("An extension is marked critical and must not be."), do=_ASK_MAKER
    ),
    "certificate.extension-not-critical": Sentence(
        what=N_("An extension must be marked critical and is not."), do=_ASK_MAKER
    ),
    "certificate.ca-flag": Sentence(
        what=N_("The certificate says wrongly whether it is one of an authority."), do=_ASK_MAKER
    ),
    "certificate.path-length": Sentence(
        what=N_("The authority's certificate must not allow further authorities below it."), do=_ASK_MAKER
    ),
    "certificate.ski-not-of-key": Sentence(
        what=N_("The key identifier is not the one of this key."), do=_ASK_MAKER
    ),
    "certificate.aki-differs": Sentence(
        what=N_("The authority's key identifier is missing or is another one."), do=_ASK_MAKER
    ),
    "certificate.issuer-alt-name-form": Sentence(
        what=N_("The authority's contact must be an e-mail address or a web address."), do=_ASK_MAKER
    ),
    "certificate.issuer-alt-name-differs": Sentence(
        what=N_("The contact differs from the one in the authority's certificate."), do=_ASK_MAKER
    ),
    "certificate.crl-point-form": Sentence(
        what=N_("The place of the list of revoked certificates must be a web address."), do=_ASK_MAKER
    ),
}

_BUILDING: Final = {
    "certificate.build-refused": Sentence(
        what=N_("No certificate was made: it would break a rule ({finding})."),
        do=N_("Change what you asked for and try again."),
    ),
    "certificate.subject-unusable": Sentence(
        what=N_("A part of the name cannot be used ({attribute})."),
        do=N_("Use two capital letters for the country and at most 64 characters elsewhere."),
    ),
    "certificate.contact-unusable": Sentence(
        what=N_("The contact cannot be used."), do=N_("Give a plain e-mail address or a web address.")
    ),
    "certificate.crl-url-unusable": Sentence(
        what=N_("The web address of the list of revoked certificates cannot be used."),
        do=N_("Give an address in plain ASCII letters."),
    ),
    "certificate.issuer-wrong-kind": Sentence(
        what=N_("This authority ({profile}) must not make such a certificate."),
        do=N_("Use the authority that is meant for it."),
    ),
    "certificate.key-mismatch": Sentence(
        what=N_("The private key does not belong to the certificate."),
        do=N_("Choose the key that was made with it."),
    ),
    "certificate.key-curve": Sentence(
        what=N_("A key on the curve {curve} cannot be used here."),
        do=N_("Make a key on P-256, P-384 or P-521."),
    ),
    "certificate.crl-life": Sentence(
        what=N_("A list of revoked certificates may hold for at most {limit_days} days."),
        do=N_("Choose an earlier date for the next list."),
    ),
    "certificate.crl-revocation": Sentence(
        what=N_("A certificate is to be revoked twice, in the future, or is the authority's own."),
        do=N_("Check the serial numbers and dates."),
    ),
}

_REQUESTS: Final = {
    "certificate.request-too-large": Sentence(
        what=N_("The request has {size} bytes. At most {limit} are allowed."), do=_ASK_AGAIN
    ),
    "certificate.request-unreadable": Sentence(
        what=N_("The request for a certificate cannot be read."), do=_ASK_AGAIN
    ),
    "certificate.request-curve": Sentence(
        what=N_("The request holds a key that is not on P-256."), do=_ASK_AGAIN
    ),
    "certificate.request-signature": Sentence(
        what=N_("The request is not signed by the key that it holds."), do=_ASK_AGAIN
    ),
    "certificate.request-name": Sentence(
        what=N_("The name in the request cannot be used."),
        do=N_("Ask for one with an office name, and if you like an organisation, a state and a country."),
    ),
}

SENTENCES: Final[dict[str, Sentence]] = _READING | _CHAIN | _LINT | _BUILDING | _REQUESTS
