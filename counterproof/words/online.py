"""What getting a card over a network has to say, to the holder and to whoever builds a wallet."""

from __future__ import annotations

from typing import Final

from counterproof.words.model import N_, Sentence

_NEW_OFFER: Final = N_("Please ask the agency for a new offer.")
_TELL_AGENCY: Final = N_("Please tell the agency, and give no code to this address.")
_LATER: Final = N_("Please try again later: `wallet fetch` goes on where this ended.")
_OTHER_WALLET: Final = N_("Please ask the agency for a file instead: `wallet request` needs no network.")
_BUILDER: Final = N_("Whoever builds the wallet can put this right.")

_LINKS: Final = {
    "online.link": Sentence(
        what=N_("This is not the link of an offer, or a part of it is missing."),
        do=N_("Please copy all of it, from openid-credential-offer:// to its end."),
    ),
    "online.link-length": Sentence(
        what=N_("The link has more than {limit} characters; no offer is that long."), do=_NEW_OFFER
    ),
    "online.no-link-in-picture": Sentence(
        what=N_("No offer was found in this picture."),
        do=N_("Please take the picture again with the whole code in it, or paste the link."),
    ),
    "online.form": Sentence(what=N_("What was sent has something at {field} that cannot be."), do=_NEW_OFFER),
    "online.no-code-grant": Sentence(
        what=N_("This offer leads to a sign-in page. This wallet takes offers with a code."),
        do=N_("Please ask the agency for an offer with a code, or for a file."),
    ),
    "online.no-format": Sentence(
        what=N_("Nothing in this offer is of a kind that this wallet can hold."), do=_NEW_OFFER
    ),
    "online.no-proof-type": Sentence(
        what=N_("This agency asks for proofs of keys that this wallet cannot make."), do=_OTHER_WALLET
    ),
    "online.no-deferred": Sentence(
        what=N_("The agency wants time to decide, and names no address to ask again at."), do=_NEW_OFFER
    ),
    "online.type-unknown": Sentence(
        what=N_("This wallet does not know cards of the type {doc_type}."),
        do=N_("Please bring the agency's lists up to date: `wallet trust update`."),
    ),
    "online.no-trusted-agency": Sentence(
        what=N_("No agency that this wallet trusts issues {doc_type}, so the card could not be checked."),
        do=N_("Please add the agency first: `wallet trust add FOLDER`."),
    ),
}

_HOSTS: Final = {
    "online.host-not-agreed": Sentence(
        what=N_("The wallet did not connect to {host}."),
        do=N_("If this is your agency's address, try again and say yes, or use --host {host}."),
    ),
    "online.not-accepted": Sentence(
        what=N_("The card was not accepted. Nothing was sent to {host}."),
        do=N_("The offer stands until it ends."),
    ),
    "online.private-address": Sentence(
        what=N_("{host} is in a private network, where agencies seldom are. The wallet did not connect."),
        do=N_("If you expect that, such as inside the agency's own building, say yes when you are asked."),
    ),
    "online.address-forbidden": Sentence(
        what=N_("{host} leads to an address at which no agency can be."), do=_TELL_AGENCY
    ),
    "online.not-https": Sentence(
        what=N_("{host} does not use a protected connection (https)."), do=_TELL_AGENCY
    ),
    "online.other-host": Sentence(
        what=N_("The offer would send the wallet on to another address: {host}."), do=_TELL_AGENCY
    ),
    "online.redirect": Sentence(
        what=N_("{host} sent the wallet on to another address. It did not follow."), do=_TELL_AGENCY
    ),
    "online.tls": Sentence(
        what=N_("{host} could not prove that it is {host}, or its protection is out of date."),
        do=N_("Please check the date of this computer. If it is right, tell the agency; do not go on."),
    ),
    "online.unreachable": Sentence(
        what=N_("{host} cannot be reached."), do=N_("Please check your connection and try again.")
    ),
    "online.timeout": Sentence(what=N_("{host} did not answer in time."), do=_LATER),
    "online.too-large": Sentence(what=N_("{host} sent more than {limit} bytes."), do=_TELL_AGENCY),
    "online.packed": Sentence(what=N_("{host} sent something packed, which was not asked for."), do=_LATER),
}

_ANSWERS: Final = {
    "online.offer-over": Sentence(
        what=N_("The offer has ended, was used, or was taken back."), do=_NEW_OFFER
    ),
    "online.code-missing": Sentence(
        what=N_("This offer needs a code that the agency gave you by another way."),
        do=N_("Please look at the slip or message, and use --code."),
    ),
    "online.code-not-asked": Sentence(
        what=N_("This offer needs no code."), do=N_("Please leave --code out, and keep the code to yourself.")
    ),
    "online.code-refused": Sentence(
        what=N_("The agency did not take the code: it is wrong, was used, or the offer has ended."),
        do=N_("Please compare it with the slip. After some wrong tries a new offer is needed."),
    ),
    "online.token-refused": Sentence(
        what=N_("The agency's permission for this card has ended."), do=_NEW_OFFER
    ),
    "online.nonce-refused": Sentence(
        what=N_("The agency did not take the proofs of the new keys."),
        do=N_("Please check the date of this computer and try again."),
    ),
    "online.transaction-over": Sentence(
        what=N_("The agency does not know this application any more."), do=_NEW_OFFER
    ),
    "online.denied": Sentence(
        what=N_("The agency does not issue this card to you now."),
        do=N_("Please ask the agency why. For new copies, try again tomorrow."),
    ),
    "online.busy": Sentence(what=N_("The agency is busy or being repaired."), do=_LATER),
    "online.refused": Sentence(
        what=N_("The agency refused the request ({error}, HTTP {status})."),
        do=N_("Please tell the agency with this code."),
    ),
    "online.not-sealed": Sentence(
        what=N_("The answer should have been sealed and was not. Nothing was kept."), do=_TELL_AGENCY
    ),
    "online.no-renewal": Sentence(
        what=N_("New copies of this card cannot be fetched over a network."),
        do=N_("Please ask the agency for a new offer, or use `wallet request`."),
    ),
    "online.other-issuer": Sentence(
        what=N_("The address presents itself as another one than the offer names."), do=_TELL_AGENCY
    ),
    "online.signed-form": Sentence(what=N_("The agency's signed description is damaged."), do=_LATER),
    "online.signature": Sentence(
        what=N_("The signature under the agency's description is wrong."), do=_TELL_AGENCY
    ),
    "online.signer-missing": Sentence(
        what=N_("The agency's description does not say who signed it."), do=_TELL_AGENCY
    ),
    "online.signer-untrusted": Sentence(
        what=N_("The agency's description is signed by nobody whom this wallet trusts ({reason})."),
        do=_TELL_AGENCY,
    ),
    "online.signed-time": Sentence(
        what=N_("The agency's signed description does not hold today ({at})."),
        do=N_("Please check the date of this computer."),
    ),
}

_PROOFS: Final = {
    "online.batch": Sentence(
        what=N_("There are {count} copies. Between 1 and {limit} can be handled here."), do=_BUILDER
    ),
    "online.proofs": Sentence(what=N_("The request has no key proofs of the type jwt."), do=_BUILDER),
    "online.proof-length": Sentence(
        what=N_("Key proof {position} is longer than {limit} characters."), do=_BUILDER
    ),
    "online.proof-form": Sentence(what=N_("Key proof {position} is no compact JWS."), do=_BUILDER),
    "online.proof-header": Sentence(
        what=N_("The header of key proof {position} must be alg ES256, typ openid4vci-proof+jwt and a jwk."),
        do=_BUILDER,
    ),
    "online.proof-claims": Sentence(
        what=N_("The claims of key proof {position} must be aud, iat and nonce."), do=_BUILDER
    ),
    "online.proof-no-nonce": Sentence(
        what=N_("Key proof {position} has no nonce of the nonce endpoint."), do=_BUILDER
    ),
    "online.proof-key": Sentence(
        what=N_("The key in key proof {position} is no public key on P-256."), do=_BUILDER
    ),
    "online.proof-signature": Sentence(
        what=N_("The signature of key proof {position} is wrong."), do=_BUILDER
    ),
    "online.proof-audience": Sentence(
        what=N_("Key proof {position} was made for another credential issuer."), do=_BUILDER
    ),
    "online.proof-time": Sentence(
        what=N_("Key proof {position} is too old, or from the future."), do=N_("Compare the clocks.")
    ),
    "online.proof-nonce": Sentence(
        what=N_("Key proof {position} has another nonce than the others."), do=_BUILDER
    ),
    "online.proof-twice": Sentence(what=N_("Two key proofs are of the same key."), do=_BUILDER),
    "online.target": Sentence(
        what=N_("The request names a credential that was not granted, or names it in another way."),
        do=_BUILDER,
    ),
    "online.media-type": Sentence(what=N_("The request's media type is not one of those."), do=_BUILDER),
    "online.encryption": Sentence(
        what=N_("The response cannot be sealed like that: ECDH-ES on P-256 with AES-GCM, not compressed."),
        do=_BUILDER,
    ),
    "online.encryption-open": Sentence(
        what=N_("Whoever wants a sealed response must seal the request as well."), do=_BUILDER
    ),
    "online.sealed-size": Sentence(what=N_("The sealed message is longer than {limit} bytes."), do=_BUILDER),
    "online.sealed-form": Sentence(
        what=N_("The sealed message is damaged, or sealed in another way than was agreed."), do=_BUILDER
    ),
    "online.sealed": Sentence(what=N_("The sealed message cannot be opened."), do=_BUILDER),
}

SENTENCES: Final[dict[str, Sentence]] = _LINKS | _HOSTS | _ANSWERS | _PROOFS
