"""Sentences about keys in a PKCS#11 token."""

from __future__ import annotations

from counterproof.words.model import N_, Sentence

SENTENCES: dict[str, Sentence] = {
    "token.address": Sentence(
        what=N_("This does not name a token."),
        do=N_(
            "Please give an address such as pkcs11:token=Harbour?module-path=/usr/lib/softhsm/libsofthsm2.so."
        ),
    ),
    "token.no-module": Sentence(
        what=N_("The token's module cannot be loaded."),
        do=N_("Please install the software of the token, and check the path in its address."),
    ),
    "token.missing": Sentence(
        what=N_("The token is not there."), do=N_("Please put it in, and check its name.")
    ),
    "token.pin": Sentence(
        what=N_("The token does not take this PIN."),
        do=N_("Please try again with care: after a few wrong ones it locks itself."),
    ),
    "token.locked": Sentence(
        what=N_("The token has locked itself after too many wrong PINs."),
        do=N_("Whoever has its security officer's PIN can unlock it."),
    ),
    "token.full": Sentence(
        what=N_("The token has no room for another key."), do=N_("Please remove old keys.")
    ),
    "token.read-only": Sentence(
        what=N_("The token cannot be written."), do=N_("Please check its switch or its settings.")
    ),
    "token.no-ecdsa": Sentence(
        what=N_("The token does not know ECDSA over P-256."), do=N_("Please use a token that does.")
    ),
    "token.algorithm": Sentence(
        what=N_("A key in a token signs with ECDSA and SHA-256, and does nothing else."),
        do=N_("This is a fault in the program that called. Nothing was changed."),
    ),
    "token.stays": Sentence(
        what=N_("A key cannot be moved into a token or out of it."),
        do=N_("Please make a new one with `issuer rotate-signer`."),
    ),
    "token.failed": Sentence(
        what=N_("The token reports an error ({kind})."),
        do=N_("Please take it out and put it in again. Nothing was issued or changed."),
    ),
}
