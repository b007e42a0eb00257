"""ISO/IEC 18013-5 Annex D, the session half: engagement, request, reader authentication, keys, messages."""

from __future__ import annotations

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from counterproof.mdoc.cbor import EncodedCbor, decode_exact, encode
from counterproof.mdoc.cose import CoseKey, CoseMac0, CoseSign1
from counterproof.mdoc.device_request import DeviceRequest, ItemsRequest, reader_authentication
from counterproof.mdoc.device_response import DeviceResponse
from counterproof.mdoc.device_signed import NO_DEVICE_NAMESPACES, device_authentication
from counterproof.mdoc.engagement import BLE, DeviceEngagement, SessionData, SessionEstablishment
from counterproof.mdoc.session import SessionTranscript
from counterproof.mdoc.session_encryption import MessageCipher, SessionKeys
from counterproof.mdoc.session_keys import mac_key
from tests.kit.vectors import annex_d

MDL = "org.iso.18013.5.1.mDL"


@pytest.fixture(scope="module")
def items() -> dict[str, bytes]:
    return annex_d()


def private_key(items: dict[str, bytes], name: str) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int.from_bytes(items[f"{name}_d"], "big"), ec.SECP256R1())


def public_key(items: dict[str, bytes], name: str) -> CoseKey:
    return CoseKey(1, items[f"{name}_x"], items[f"{name}_y"])


def transcript(items: dict[str, bytes]) -> SessionTranscript:
    return SessionTranscript.from_bytes(decode_exact(items["session_transcript_bytes"]).content)


def reader_key(items: dict[str, bytes]) -> ec.EllipticCurvePublicKey:
    key = x509.load_der_x509_certificate(items["reader_cert"]).public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    return key


@pytest.mark.parametrize("name", ["ephemeral_reader_key", "ephemeral_device_key", "static_device_key"])
def test_published_private_keys_have_the_published_points(items: dict[str, bytes], name: str) -> None:
    key = private_key(items, name).public_key()
    assert CoseKey.from_public_key(key) == public_key(items, name)


def test_the_engagement_is_read_and_rebuilt_byte_for_byte(items: dict[str, bytes]) -> None:
    engagement = DeviceEngagement.from_bytes(items["device_engagement"])
    assert engagement.to_bytes() == items["device_engagement"]
    assert engagement.device_key.raw == items["e_device_key_bytes"]
    assert engagement.public_key() == public_key(items, "ephemeral_device_key")
    assert [method.type for method in engagement.methods] == [BLE]
    rebuilt = DeviceEngagement.make(engagement.public_key(), engagement.methods)
    assert rebuilt.to_bytes() == items["device_engagement"]
    assert DeviceEngagement.from_uri(engagement.to_uri()).encoded == engagement.encoded


def test_the_transcript_of_nfc_is_rebuilt_byte_for_byte(items: dict[str, bytes]) -> None:
    # The sample's transcript is of NFC engagement: no retrieval methods, unlike device_engagement.
    engagement = DeviceEngagement.make(public_key(items, "ephemeral_device_key"))
    establishment = SessionEstablishment.from_bytes(items["session_establishment"])
    made = SessionTranscript.nfc(
        engagement.encoded,
        establishment.reader_key,
        items["nfc_handover_select"],
        items["nfc_handover_request"],
    )
    assert made.encoded_item.raw == items["session_transcript_bytes"]


def test_session_messages_are_read_and_rebuilt_byte_for_byte(items: dict[str, bytes]) -> None:
    establishment = SessionEstablishment.from_bytes(items["session_establishment"])
    assert establishment.to_bytes() == items["session_establishment"]
    assert establishment.public_key() == public_key(items, "ephemeral_reader_key")
    for name in ("session_data", "session_termination"):
        assert SessionData.from_bytes(items[name]).to_bytes() == items[name]
    assert SessionData.from_bytes(items["session_termination"]).status == 20


@pytest.mark.parametrize("side", ["reader", "device"])
def test_both_sides_derive_the_session_keys(items: dict[str, bytes], side: str) -> None:
    other = {"reader": "device", "device": "reader"}[side]
    mine, theirs = private_key(items, f"ephemeral_{side}_key"), public_key(items, f"ephemeral_{other}_key")
    theirs_loaded = theirs.public_key()
    assert isinstance(theirs_loaded, ec.EllipticCurvePublicKey)
    assert mine.exchange(ec.ECDH(), theirs_loaded) == items["session_zab"]
    keys = SessionKeys.derive(mine, theirs, transcript(items))
    assert (keys.reader, keys.device) == (items["sk_reader"], items["sk_device"])


def test_messages_decrypt_to_request_and_response_and_encrypt_to_the_same_bytes(
    items: dict[str, bytes],
) -> None:
    keys = SessionKeys(items["sk_reader"], items["sk_device"])
    for cipher, sealed, plain in (
        (
            MessageCipher.of_reader,
            SessionEstablishment.from_bytes(items["session_establishment"]).data,
            items["device_request"],
        ),
        (
            MessageCipher.of_device,
            SessionData.from_bytes(items["session_data"]).data,
            items["device_response"],
        ),
    ):
        assert sealed is not None
        assert cipher(keys).decrypt(sealed) == plain
        assert cipher(keys).encrypt(plain) == sealed


def test_the_request_is_read_and_rebuilt_but_for_the_order_of_keys(items: dict[str, bytes]) -> None:
    request = DeviceRequest.from_bytes(items["device_request"])
    assert len(request.to_bytes()) == len(items["device_request"])
    assert decode_exact(request.to_bytes()) == decode_exact(items["device_request"])
    (wanted,) = request.doc_requests
    assert wanted.items.encoded.content == items["items_request"]
    assert wanted.items.doc_type == MDL
    assert ("org.iso.18013.5.1", "portrait", False) in list(wanted.items.elements())
    assert wanted.reader_auth is not None
    assert encode(wanted.reader_auth.to_list()) == items["reader_auth"]
    assert wanted.reader_auth.x5chain == [items["reader_cert"]]


def test_reader_authentication_is_rebuilt_and_holds(items: dict[str, bytes]) -> None:
    (wanted,) = DeviceRequest.from_bytes(items["device_request"]).doc_requests
    payload = reader_authentication(transcript(items).raw, wanted.items.encoded)
    assert payload == items["reader_authentication_bytes"]
    assert payload in items["reader_auth_sig_structure"]
    assert wanted.reader_signature_holds(reader_key(items), transcript(items).raw)


def test_reader_authentication_fails_over_the_tag_24_form_of_the_transcript(items: dict[str, bytes]) -> None:
    (wanted,) = DeviceRequest.from_bytes(items["device_request"]).doc_requests
    assert not wanted.reader_signature_holds(reader_key(items), items["session_transcript_bytes"])


@pytest.mark.parametrize("at", [0, 40, 100, -1])
def test_reader_authentication_fails_over_a_changed_request(items: dict[str, bytes], at: int) -> None:
    changed = bytearray(items["items_request"])
    changed[at] ^= 1
    auth = CoseSign1.from_item(decode_exact(items["reader_auth"]))
    payload = reader_authentication(transcript(items).raw, EncodedCbor(bytes(changed)))
    assert not auth.verify(reader_key(items), payload)


def test_device_authentication_and_its_mac_are_rebuilt(items: dict[str, bytes]) -> None:
    session = transcript(items)
    payload = device_authentication(session.raw, MDL, NO_DEVICE_NAMESPACES)
    assert payload == items["device_authentication_bytes"]
    for mine, theirs in (
        ("static_device_key", "ephemeral_reader_key"),
        ("ephemeral_reader_key", "static_device_key"),
    ):
        loaded = public_key(items, theirs).public_key()
        assert isinstance(loaded, ec.EllipticCurvePublicKey)
        assert mac_key(private_key(items, mine), loaded, session.raw) == items["emac_key"]
    made = CoseMac0.make(items["emac_key"], payload)
    assert made.proof == items["mac_tag"]
    assert encode({"deviceMac": made.to_list()}) == items["device_auth"]


def test_the_response_carries_the_mac_of_the_annex(items: dict[str, bytes]) -> None:
    (document,) = DeviceResponse.from_bytes(items["device_response"]).documents
    payload = device_authentication(
        transcript(items).raw, document.doc_type, document.device_signed.encoded_namespaces
    )
    assert document.device_signed.mac is not None
    assert document.device_signed.mac.verify(items["emac_key"], payload)
    assert not document.device_signed.mac.verify(items["emac_key"], payload + b"\x00")


def test_the_extended_request_of_the_second_edition_is_read_and_rebuilt(items: dict[str, bytes]) -> None:
    request = DeviceRequest.from_bytes(items["device_request_2_extended"])
    assert request.version == "1.1"
    assert request.to_bytes() == items["device_request_2_extended"]
    assert request.info is not None
    assert [case.document_sets for case in request.info.use_cases] == [((0,),), ((1,), (2,))]
    assert [case.purpose_hints for case in request.info.use_cases] == [
        (("org.iso.jtc1.sc17", 2),),
        (("org.iso.jtc1.sc17", 1),),
    ]
    first, second, photo = (wanted.items for wanted in request.doc_requests)
    assert first.info is not None
    assert second.info is not None
    assert first.info.unique_doc_set_required is True
    assert second.info.alternatives_to(("org.iso.18013.5.1", "age_over_18")) == (
        (("org.iso.18013.5.1", "age_in_years"),),
        (("org.iso.18013.5.1", "birth_date"),),
    )
    assert second.info.alternatives_to(("org.iso.18013.5.1", "portrait")) == ()
    assert photo.doc_type == "org.iso.23220.photoID"


def test_what_the_extended_request_says_can_be_built_anew(items: dict[str, bytes]) -> None:
    request = DeviceRequest.from_bytes(items["device_request_2_extended"])
    assert request.info is not None
    again = DeviceRequest.from_bytes(
        DeviceRequest(
            [
                type(wanted)(
                    ItemsRequest.make(wanted.items.doc_type, wanted.items.namespaces, wanted.items.info)
                )
                for wanted in request.doc_requests
            ],
            request.info.to_encoded(),
        ).to_bytes()
    )
    assert again.info == request.info
    assert again.version == "1.1"
    for old, new in zip(request.doc_requests, again.doc_requests, strict=True):
        assert (new.items.doc_type, new.items.namespaces) == (old.items.doc_type, old.items.namespaces)
        assert new.items.info == old.items.info
