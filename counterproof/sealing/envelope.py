"""One sealed file: a fixed header, then AES-256-GCM under an Argon2id key, in one piece.

    offset  bytes  field (integers big-endian)
    0       8      magic 9c 43 50 53 45 41 4c 0a
    8       2      version, 1
    10      1      key derivation, 1 = Argon2id version 1.3 (RFC 9106)
    11      1      cipher, 1 = AES-256-GCM
    12      4      Argon2id memory in KiB
    16      4      Argon2id passes
    20      4      Argon2id lanes
    24      16     purpose, ASCII, padded with zero bytes
    40      32     salt
    72      12     nonce
    84      4      length of what follows
    88             ciphertext and tag

The whole header is associated data, so nothing in it can be changed; the costs are range-checked
before Argon2id runs all the same, because a check after it would come hours too late. There is one
AEAD over a bounded size, so there are no chunks that could be swapped or dropped.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, unique

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from counterproof.mdoc.errors import CryptoError, LimitError, MalformedError, UnsupportedError, UsageError
from counterproof.sealing import kdf
from counterproof.sealing.passphrase import normalise, normalise_new

Random = Callable[[int], bytes]

MAGIC = b"\x9cCPSEAL\n"
VERSION = 1
KDF_ARGON2ID = 1
CIPHER_AES_256_GCM = 1
NONCE_BYTES = 12
TAG_BYTES = 16
MAX_PLAINTEXT_BYTES = 64 * 1024 * 1024
_HEADER = struct.Struct(">8sHBBIII16s32s12sI")
HEADER_BYTES = _HEADER.size
MAX_ENVELOPE_BYTES = HEADER_BYTES + MAX_PLAINTEXT_BYTES + TAG_BYTES


@unique
class Purpose(Enum):
    """What an envelope holds, so that one kind of file cannot stand in for another."""

    VAULT_KEY = "vault-key"
    VAULT_BACKUP = "vault-backup"
    KEY_FILE = "key-file"


@dataclass(frozen=True, slots=True)
class _Header:
    raw: bytes
    purpose: bytes
    parameters: kdf.KdfParameters
    salt: bytes
    nonce: bytes
    length: int


def seal(
    plaintext: bytes,
    passphrase: str,
    *,
    purpose: Purpose,
    random: Random,
    policy: kdf.KdfPolicy = kdf.STANDARD,
) -> bytes:
    """Return `plaintext` sealed for whoever knows `passphrase`; salt, nonce and key are fresh each time.

    Raises UsageError `sealing.passphrase-*` when the passphrase is too weak, LimitError
    `sealing.too-large` above 64 MiB.
    """
    secret = normalise_new(passphrase)
    if len(plaintext) > MAX_PLAINTEXT_BYTES:
        raise LimitError("sealing.too-large", bytes=len(plaintext), limit=MAX_PLAINTEXT_BYTES)
    costs = policy.chosen
    salt, nonce = random(kdf.SALT_BYTES), random(NONCE_BYTES)
    header = _HEADER.pack(
        MAGIC,
        VERSION,
        KDF_ARGON2ID,
        CIPHER_AES_256_GCM,
        costs.memory_kib,
        costs.iterations,
        costs.lanes,
        purpose.value.encode(),
        salt,
        nonce,
        len(plaintext) + TAG_BYTES,
    )
    key = kdf.derive(secret, salt, costs)
    return header + AESGCM(key).encrypt(nonce, plaintext, header)


def open_sealed(
    sealed: bytes, passphrase: str, *, purpose: Purpose, policy: kdf.KdfPolicy = kdf.STANDARD
) -> bytes:
    """Return what `seal` sealed.

    Raises CryptoError `sealing.cannot-open` for a wrong passphrase and for damage alike, so that
    nobody learns which; MalformedError `sealing.empty` and `sealing.not-ours`; UnsupportedError
    `sealing.version-newer` and `sealing.algorithm`; UsageError `sealing.other-purpose`; LimitError
    `sealing.kdf-out-of-range` and `sealing.too-large`.
    """
    header = _read_header(sealed)
    policy.check(header.parameters)
    if header.purpose != purpose.value.encode():
        raise _wrong_purpose(header.purpose, purpose)
    if header.length != len(sealed) - HEADER_BYTES:
        raise CryptoError("sealing.cannot-open")
    key = kdf.derive(normalise(passphrase), header.salt, header.parameters)
    try:
        return AESGCM(key).decrypt(header.nonce, sealed[HEADER_BYTES:], header.raw)
    except InvalidTag as error:
        raise CryptoError("sealing.cannot-open") from error


def _read_header(sealed: bytes) -> _Header:
    if not sealed:
        raise MalformedError("sealing.empty")
    if len(sealed) > MAX_ENVELOPE_BYTES:
        raise LimitError("sealing.too-large", bytes=len(sealed), limit=MAX_ENVELOPE_BYTES)
    if sealed[: len(MAGIC)] != MAGIC[: len(sealed)]:
        raise MalformedError("sealing.not-ours")
    if len(sealed) < HEADER_BYTES:
        raise CryptoError("sealing.cannot-open")
    raw = sealed[:HEADER_BYTES]
    _, version, kdf_id, cipher_id, memory, passes, lanes, purpose, salt, nonce, length = _HEADER.unpack(raw)
    if version > VERSION:
        raise UnsupportedError("sealing.version-newer", version=version, known=VERSION)
    if version < VERSION or kdf_id != KDF_ARGON2ID or cipher_id != CIPHER_AES_256_GCM:
        raise UnsupportedError("sealing.algorithm", version=version, kdf=kdf_id, cipher=cipher_id)
    parameters = kdf.KdfParameters(memory, passes, lanes)
    return _Header(raw, purpose.rstrip(b"\0"), parameters, salt, nonce, length)


def _wrong_purpose(found: bytes, wanted: Purpose) -> CryptoError | UsageError:
    """Name the other purpose if it is one of ours; anything else is damage like any other."""
    for purpose in Purpose:
        if found == purpose.value.encode():
            return UsageError("sealing.other-purpose", found=purpose.value, wanted=wanted.value)
    return CryptoError("sealing.cannot-open")
