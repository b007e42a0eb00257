from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from counterproof.mdoc.cbor import EncodedCbor, encode
from counterproof.mdoc.cose import CoseKey
from counterproof.mdoc.errors import CounterproofError, CryptoError, LimitError
from counterproof.mdoc.hpke import ENC_SIZE, TAG_SIZE, seal, unseal
from counterproof.mdoc.response_encryption import EncryptedDocuments, EncryptionParameters
from counterproof.mdoc.session import SessionTranscript
from counterproof.mdoc.session_encryption import MessageCipher, SessionKeys

READER, DEVICE = (ec.derive_private_key(scalar, ec.SECP256R1()) for scalar in (21, 22))
SESSION = SessionTranscript.openid4vp("c", "n", None, "r")
KEYS = SessionKeys(bytes(32), b"\x01" * 32)


def test_each_direction_has_its_own_key_identifier_and_counter() -> None:
    sender, receiver = MessageCipher.of_reader(KEYS), MessageCipher.of_reader(KEYS)
    messages = [sender.encrypt(b"same") for _ in range(3)]
    assert len(set(messages)) == 3
    assert [receiver.decrypt(message) for message in messages] == [b"same"] * 3
    same_key = SessionKeys(bytes(32), bytes(32))
    assert MessageCipher.of_reader(same_key).encrypt(b"") != MessageCipher.of_device(same_key).encrypt(b"")


def test_a_message_repeated_or_out_of_order_is_refused_and_the_counter_stays() -> None:
    sender, receiver = MessageCipher.of_device(KEYS), MessageCipher.of_device(KEYS)
    first, second = sender.encrypt(b"1"), sender.encrypt(b"2")
    with pytest.raises(CryptoError) as caught:
        receiver.decrypt(second)
    assert caught.value.code == "session.decrypt"
    assert receiver.decrypt(first) == b"1"
    with pytest.raises(CryptoError):
        receiver.decrypt(first)
    assert receiver.decrypt(second) == b"2"


@pytest.mark.parametrize("at", [0, 5, -1])
def test_a_changed_message_is_refused(at: int) -> None:
    message = bytearray(MessageCipher.of_device(KEYS).encrypt(b"twelve bytes"))
    message[at] ^= 1
    with pytest.raises(CryptoError):
        MessageCipher.of_device(KEYS).decrypt(bytes(message))
    with pytest.raises(CryptoError):
        MessageCipher.of_device(KEYS).decrypt(b"")


def test_the_counter_ends_before_it_wraps() -> None:
    cipher = MessageCipher.of_reader(KEYS)
    cipher._count = 2**32 - 1
    with pytest.raises(LimitError) as caught:
        cipher.encrypt(b"")
    assert caught.value.code == "session.messages"


@pytest.mark.parametrize(
    "peer",
    [
        ec.derive_private_key(3, ec.SECP384R1()).public_key(),
        ed25519.Ed25519PrivateKey.generate().public_key(),
    ],
)
def test_keys_of_different_curves_agree_on_nothing(
    peer: ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey,
) -> None:
    with pytest.raises(CounterproofError) as caught:
        SessionKeys.derive(READER, CoseKey.from_public_key(peer), SESSION)
    assert caught.value.code == "session.key-agreement"


def test_hpke_opens_with_the_right_key_and_info_alone() -> None:
    enc, ciphertext = seal(READER.public_key(), b"info", b"text")
    assert (len(enc), len(ciphertext)) == (ENC_SIZE, 4 + TAG_SIZE)
    assert unseal(READER, b"info", enc, ciphertext) == b"text"
    bad = [
        (DEVICE, b"info", enc, ciphertext),
        (READER, b"other", enc, ciphertext),
        (READER, b"info", enc[:-1], ciphertext),
        (READER, b"info", b"\x02" + enc[1:], ciphertext),
        (READER, b"info", bytes(ENC_SIZE), ciphertext),
        (READER, b"info", enc, ciphertext[:-1]),
        (READER, b"info", enc, b""),
    ]
    for key, info, encapsulated, sealed in bad:
        with pytest.raises(CryptoError) as caught:
            unseal(key, info, encapsulated, sealed)
        assert caught.value.code == "hpke.open"


def test_hpke_refuses_another_curve() -> None:
    with pytest.raises(CounterproofError) as caught:
        seal(ec.derive_private_key(3, ec.SECP384R1()).public_key(), b"", b"")
    assert caught.value.code == "hpke.curve"


def test_encrypted_documents_open_over_the_same_session_and_parameters_alone() -> None:
    parameters = EncryptionParameters.make(READER.public_key(), b"n" * 16)
    sealed = EncryptedDocuments.seal([], parameters, SESSION, 1)
    read = EncryptedDocuments.from_map(sealed.to_map())
    assert read == sealed
    assert read.open(READER, EncryptionParameters.from_encoded(parameters.encoded), SESSION) == []
    other = EncryptionParameters.make(READER.public_key(), b"m" * 16)
    for key, given, session in (
        (DEVICE, parameters, SESSION),
        (READER, other, SESSION),
        (READER, parameters, SessionTranscript.openid4vp("c", "m", None, "r")),
    ):
        with pytest.raises(CryptoError):
            read.open(key, given, session)


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ({}, "cose.key-form"),
        ({"recipientPublicKey": {1: 1, -1: 6, -2: bytes(32)}}, "mdoc.member"),
        ({"recipientPublicKey": {1: 2, -1: 1, -2: bytes(32), -3: bytes(32)}}, "cose.key-off-curve"),
        ({"recipientPublicKey": {1: 2, -1: 1, -2: bytes(31), -3: bytes(32)}}, "cose.key-form"),
    ],
)
def test_what_are_no_encryption_parameters_is_refused(value: object, code: str) -> None:
    with pytest.raises(CounterproofError) as caught:
        EncryptionParameters.from_encoded(EncodedCbor(encode(value)))
    assert caught.value.code == code


@pytest.mark.parametrize(
    "changes", [{"enc": "x"}, {"cipherText": None}, {"docRequestID": -1}, {"docRequestID": 4}]
)
def test_what_are_no_encrypted_documents_is_refused(changes: dict[str, object]) -> None:
    members = {"enc": b"", "cipherText": b"", "docRequestID": 0}
    with pytest.raises(CounterproofError) as caught:
        EncryptedDocuments.from_map(members | changes)
    assert caught.value.code == "mdoc.member"
