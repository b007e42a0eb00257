"""Sentences about documents that cannot be read: CBOR, COSE and the structures of ISO/IEC 18013-5."""

from __future__ import annotations

from counterproof.words.model import N_, Sentence

_BROKEN = N_("Ask for it once more. If it happens again, the program that made it needs mending.")
_TAMPERED = N_("Do not use it. Ask for it once more, and tell whoever made it if it happens again.")
_TOO_MUCH = N_("Nothing was kept. Ask for less at once, or tell whoever made it.")
_NEWER = N_("A newer version of this program may be able to read it.")
_CALLER = N_("This is a fault in the program that asked. Please report it with the code below.")

SENTENCES: dict[str, Sentence] = {
    "cbor.truncated": Sentence(N_("The data stops in the middle, at {path}."), _BROKEN),
    "cbor.trailing-bytes": Sentence(N_("There is something behind the end of the data."), _TAMPERED),
    "cbor.duplicate-key": Sentence(N_("The same entry stands twice, at {path}."), _TAMPERED),
    "cbor.indefinite": Sentence(N_("The data has no stated length at {path}."), _BROKEN),
    "cbor.reserved": Sentence(N_("The data uses a sign with no meaning at {path}."), _BROKEN),
    "cbor.utf8": Sentence(N_("A text is damaged at {path}."), _BROKEN),
    "cbor.not-shortest": Sentence(N_("A length is written in a roundabout way at {path}."), _BROKEN),
    "cbor.tag": Sentence(N_("The data holds something of a kind that is not let in here."), _TAMPERED),
    "cbor.tag-content": Sentence(N_("A marked entry does not hold what its mark says."), _TAMPERED),
    "cbor.depth": Sentence(N_("The data is nested too deeply at {path}."), _TOO_MUCH),
    "cbor.items": Sentence(N_("The data has too many entries at {path}."), _TOO_MUCH),
    "cbor.size": Sentence(N_("The data is too large: {size} bytes, and {limit} are let in."), _TOO_MUCH),
    "cbor.malformed": Sentence(N_("The data cannot be read."), _BROKEN),
    "cbor.date": Sentence(N_("A date is not a date."), _BROKEN),
    "cbor.unencodable": Sentence(N_("A value of the kind {type} cannot be written down."), _CALLER),
    "cose.form": Sentence(N_("A signature is not in the form that it must have."), _BROKEN),
    "cose.protected-form": Sentence(N_("What the signature says of itself cannot be read."), _BROKEN),
    "cose.critical": Sentence(
        N_("The signature asks for something that this program does not know."), _NEWER
    ),
    "cose.header-twice": Sentence(N_("The signature says the same thing twice."), _TAMPERED),
    "cose.x5chain-form": Sentence(N_("The certificates beside a signature cannot be read."), _BROKEN),
    "cose.x5chain-size": Sentence(N_("Too many certificates stand beside a signature: {count}."), _TOO_MUCH),
    "cose.x5chain-twice": Sentence(N_("Certificates stand in two places beside one signature."), _TAMPERED),
    "cose.key-form": Sentence(N_("A key is not in the form that it must have."), _BROKEN),
    "cose.key-curve": Sentence(N_("A key is of a kind that this program does not know."), _NEWER),
    "cose.key-off-curve": Sentence(N_("A key is not a real key."), _TAMPERED),
    "mdoc.form": Sentence(N_("The document does not have the form that it must have, at {path}."), _BROKEN),
    "mdoc.member": Sentence(
        N_("The document lacks {member} at {path}, or it is of the wrong kind."), _BROKEN
    ),
    "mdoc.tag-24": Sentence(N_("Something that was signed is not wrapped as signed, at {path}."), _TAMPERED),
    "mdoc.count": Sentence(N_("There are more than {limit} entries at {path}."), _TOO_MUCH),
    "mdoc.name": Sentence(N_("A name is missing or is no text, at {path}."), _BROKEN),
    "mdoc.name-length": Sentence(N_("A name is longer than {limit} bytes, at {path}."), _TOO_MUCH),
    "mdoc.version": Sentence(N_("The document is of version {major}, which is unknown here."), _NEWER),
    "mdoc.version-form": Sentence(N_("The document does not say which version it is."), _BROKEN),
    "item.digest-id": Sentence(N_("A field has no proper number."), _BROKEN),
    "item.random": Sentence(N_("A field lacks the random part that protects it."), _BROKEN),
    "item.value": Sentence(N_("A field has no value."), _BROKEN),
    "mso.digest-algorithm": Sentence(N_("The fingerprints in the document are of an unknown kind."), _NEWER),
    "mso.digest-id": Sentence(N_("A fingerprint in the document has no proper number."), _BROKEN),
    "mso.digest-length": Sentence(N_("A fingerprint in the document is not {size} bytes long."), _BROKEN),
    "mso.authorized-twice": Sentence(N_("The document gives the wallet one right in two ways."), _BROKEN),
    "device.one-auth": Sentence(N_("The answer is not signed by the wallet in exactly one way."), _TAMPERED),
    "response.documents-with-status": Sentence(
        N_("The answer says that it failed ({status}) and holds documents all the same."), _TAMPERED
    ),
    "issuer.no-chain": Sentence(
        N_("The document does not say who signed it."), N_("It cannot be checked. Ask its agency.")
    ),
    "issuing.empty": Sentence(N_("There is nothing to issue, or no certificate to issue it with."), _CALLER),
    "issuing.status": Sentence(N_("A status entry is missing, or given where none is kept."), _CALLER),
    "issuing.too-many-elements": Sentence(
        N_("A document may have {limit} fields, decoys included."), _CALLER
    ),
    "issuing.values": Sentence(N_("{given} values were given where {expected} were expected."), _CALLER),
    "policy.empty": Sentence(N_("A policy that checks nothing cannot accept anything."), _CALLER),
    "verification.naive-time": Sentence(N_("The time of the check lacks its time zone."), _CALLER),
    "verification.private": Sentence(N_("Only the verifier itself can vouch for a document."), _CALLER),
}
