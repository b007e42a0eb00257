"""RFC 9180's own vector, and that the written-out construction and the library's are one."""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric import ec

from counterproof.mdoc.hpke import unseal
from tests.kit.hpke_by_hand import seal_with
from tests.kit.vectors import vector_json


def test_the_first_encryption_of_the_rfc() -> None:
    vector = vector_json("hpke/dhkem_p256_hkdf_sha256_aes128gcm_base.json")
    setup, first = vector["setup"], vector["encryptions"][0]
    ephemeral, recipient = (
        ec.derive_private_key(int(setup[name], 16), ec.SECP256R1()) for name in ("skEm", "skRm")
    )
    plaintext, aad = (bytes.fromhex(first[name]) for name in ("pt", "aad"))
    enc, ciphertext = seal_with(
        ephemeral, recipient.public_key(), bytes.fromhex(setup["info"]), plaintext, aad
    )
    assert enc.hex() == setup["enc"]
    assert ciphertext.hex() == first["ct"]


def test_the_library_opens_what_was_sealed_by_hand() -> None:
    ephemeral, recipient = (ec.derive_private_key(number, ec.SECP256R1()) for number in (31, 32))
    enc, ciphertext = seal_with(ephemeral, recipient.public_key(), b"info", b"plaintext")
    assert unseal(recipient, b"info", enc, ciphertext) == b"plaintext"
