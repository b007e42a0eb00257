"""RFC 9180, base mode on P-256: the product opens what the RFC's keys seal, and nothing else."""

from __future__ import annotations

import os
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from counterproof.mdoc import hpke
from counterproof.mdoc.errors import CryptoError, UsageError
from tests.kit.hpke_by_hand import point, seal_with
from tests.kit.vectors import vector_json

VECTOR = "hpke/dhkem_p256_hkdf_sha256_aes128gcm_base.json"


@pytest.fixture(scope="module")
def rfc() -> dict[str, Any]:
    loaded: dict[str, Any] = vector_json(VECTOR)
    return loaded


def key(rfc: dict[str, Any], name: str) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int(rfc["setup"][name], 16), ec.SECP256R1())


def test_the_product_opens_what_the_rfcs_keys_seal(rfc: dict[str, Any]) -> None:
    recipient, info = key(rfc, "skRm"), bytes.fromhex(rfc["setup"]["info"])
    enc, ciphertext = seal_with(key(rfc, "skEm"), recipient.public_key(), info, b"plain")
    assert enc.hex() == rfc["setup"]["enc"]
    assert hpke.unseal(recipient, info, enc, ciphertext) == b"plain"


def test_the_product_does_not_open_a_message_with_associated_data(rfc: dict[str, Any]) -> None:
    first, info = rfc["encryptions"][0], bytes.fromhex(rfc["setup"]["info"])
    with pytest.raises(CryptoError) as caught:
        hpke.unseal(key(rfc, "skRm"), info, bytes.fromhex(rfc["setup"]["enc"]), bytes.fromhex(first["ct"]))
    assert caught.value.code == "hpke.open"


@pytest.mark.parametrize("size", [0, 1, 512, 65_000])
def test_what_is_sealed_is_opened(size: int) -> None:
    recipient = ec.generate_private_key(ec.SECP256R1())
    plain = os.urandom(size)
    enc, ciphertext = hpke.seal(recipient.public_key(), b"info", plain)
    assert len(enc) == hpke.ENC_SIZE
    assert len(ciphertext) == size + hpke.TAG_SIZE
    assert hpke.unseal(recipient, b"info", enc, ciphertext) == plain


def test_nothing_bent_is_opened(rfc: dict[str, Any]) -> None:
    recipient = key(rfc, "skRm")
    enc, ciphertext = seal_with(key(rfc, "skEm"), recipient.public_key(), b"info", b"plain")
    wrong: list[tuple[ec.EllipticCurvePrivateKey, bytes, bytes, bytes]] = [
        (key(rfc, "skEm"), b"info", enc, ciphertext),
        (recipient, b"inf", enc, ciphertext),
        (recipient, b"info", point(recipient.public_key()), ciphertext),
        (recipient, b"info", enc[:-1], ciphertext),
        (recipient, b"info", b"\x02" + enc[1:33], ciphertext),
        (recipient, b"info", enc, ciphertext[: hpke.TAG_SIZE - 1]),
        (recipient, b"info", enc, b""),
        (recipient, b"info", bytes(65), ciphertext),
    ]
    wrong += [(recipient, b"info", enc, _flip(ciphertext, at)) for at in range(len(ciphertext))]
    wrong += [(recipient, b"info", _flip(enc, at), ciphertext) for at in range(len(enc))]
    for private, info, one, other in wrong:
        with pytest.raises(CryptoError) as caught:
            hpke.unseal(private, info, one, other)
        assert caught.value.code == "hpke.open"


def test_other_curves_are_not_sealed_to() -> None:
    with pytest.raises(UsageError) as caught:
        hpke.seal(ec.generate_private_key(ec.SECP384R1()).public_key(), b"", b"")
    assert caught.value.code == "hpke.curve"


def _flip(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
