"""From what a person typed to the bytes that Argon2id gets, and the gate for new passphrases."""

from __future__ import annotations

import unicodedata

from counterproof.mdoc.errors import UsageError
from counterproof.sealing.strength import Strength, Weakness, estimate

MAX_PASSPHRASE_BYTES = 1024


def normalise(passphrase: str) -> bytes:
    """Return the passphrase as UTF-8 after NFC, without blanks at either end.

    NFC makes "é" one thing on every system and keyboard; blanks at the ends come from pasting and
    from keyboards that add one after a word, and nobody remembers them. Blanks inside are kept.
    Raises UsageError `sealing.passphrase-character` (controls, half a character) and
    `sealing.passphrase-long`. Source: RFC 8265 (OpaqueString, of which the width mapping is left out).
    """
    text = unicodedata.normalize("NFC", passphrase.strip())
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in text):
        raise UsageError("sealing.passphrase-character")
    encoded = text.encode()
    if len(encoded) > MAX_PASSPHRASE_BYTES:
        raise UsageError("sealing.passphrase-long", bytes=len(encoded), limit=MAX_PASSPHRASE_BYTES)
    return encoded


def strength(passphrase: str) -> Strength:
    """Return the estimate for a passphrase as typed. Raises as `normalise` does."""
    return estimate(normalise(passphrase).decode())


def normalise_new(passphrase: str) -> bytes:
    """Return the bytes of a passphrase that is to seal something, if it is strong enough.

    Raises UsageError `sealing.passphrase-` with `empty`, `pin`, `common`, `repetitive`, `short` or
    `guessable`, and the estimate as facts; else as `normalise` does.
    """
    encoded = normalise(passphrase)
    judged = estimate(encoded.decode())
    if judged.weakness is Weakness.PIN:
        digits = len(encoded.decode())
        raise UsageError("sealing.passphrase-pin", digits=digits, guesses=10**digits, days=judged.days)
    if judged.weakness is not None:
        raise UsageError(f"sealing.passphrase-{judged.weakness.value}", bits=judged.bits, days=judged.days)
    return encoded
