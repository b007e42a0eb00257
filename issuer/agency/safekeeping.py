"""Answers that are kept so that they can be given again, sealed under what the asker alone has.

A credential response holds a person's values, and the register holds none. So a kept response is sealed with
a key that comes out of the request itself: the register knows the request's digest and not the request, and
whoever brings the same request again brings the key.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from counterproof.mdoc.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Callable

_LABEL = b"counterproof agency kept answer v1 "
_NONCE = 12


def derived(secret: bytes, purpose: str, length: int = 32) -> bytes:
    """Return bytes for one purpose that only who has `secret` (32 random bytes or more) can work out."""
    return HKDF(SHA256(), length, salt=None, info=_LABEL + purpose.encode("ascii")).derive(secret)


def digest_of(secret: bytes, purpose: str) -> bytes:
    """Return the SHA-256 by which a secret is found again; it says nothing about what is `derived`."""
    return hashlib.sha256(_LABEL + b"digest of " + purpose.encode("ascii") + b"\0" + secret).digest()


def seal_answer(secret: bytes, plain: bytes, random: Callable[[int], bytes]) -> bytes:
    """Seal an answer under the secret of the one who asked."""
    nonce = random(_NONCE)
    return nonce + AESGCM(derived(secret, "answer")).encrypt(nonce, plain, None)


def open_answer(secret: bytes, sealed: bytes) -> bytes:
    """Open an answer again; raise StoreError `agency.answer-damaged`."""
    try:
        return AESGCM(derived(secret, "answer")).decrypt(sealed[:_NONCE], sealed[_NONCE:], None)
    except (InvalidTag, ValueError):
        raise StoreError("agency.answer-damaged") from None
