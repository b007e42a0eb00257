"""What is derived from the vault key: one key for each use, so that no two uses meet."""

from __future__ import annotations

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

VAULT_KEY_BYTES = 32
_INFO = b"counterproof vault 1: records, manifest, mark, name of mark"


class VaultKeys:
    """The keys of an open vault: AES-256-GCM for records and manifest, HMAC for the mark.

    Python cannot wipe them; `Vault.close` drops them and leaves the rest to the allocator.
    """

    __slots__ = ("manifest", "mark", "mark_name", "records")

    def __init__(self, vault_key: bytes) -> None:
        # One expansion cut in four (RFC 5869 2.3): the vault key is uniform, so nothing is extracted.
        material = HKDFExpand(SHA256(), 112, _INFO).derive(vault_key)
        self.records = AESGCM(material[:32])
        self.manifest = AESGCM(material[32:64])
        self.mark = material[64:96]
        self.mark_name = material[96:].hex()
