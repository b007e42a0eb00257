"""ISO/IEC 18013-5 Annex D, the document half: the official response, its signatures, digests and keys."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from counterproof.mdoc.cbor import EncodedCbor, decode_exact, encode
from counterproof.mdoc.certificates.model import Certificate
from counterproof.mdoc.cose import CoseSign1
from counterproof.mdoc.device_response import DeviceResponse, Document
from counterproof.mdoc.device_signed import device_authentication
from counterproof.mdoc.verification.checks import CheckId
from counterproof.mdoc.verification.policy import COUNTER, SESSION, Mode
from counterproof.mdoc.verification.report import Verdict, VerificationReport
from counterproof.mdoc.verification.trust import TrustedIssuers
from counterproof.mdoc.verification.verifier import Presentation, verify_device_response
from tests.kit.vectors import annex_d

if TYPE_CHECKING:
    from counterproof.mdoc.verification.policy import VerificationPolicy

INSIDE = datetime(2020, 10, 2, tzinfo=UTC)
SPACE = "org.iso.18013.5.1"


@pytest.fixture(scope="module")
def items() -> dict[str, bytes]:
    return annex_d()


@pytest.fixture(scope="module")
def document(items: dict[str, bytes]) -> Document:
    (only,) = DeviceResponse.from_bytes(items["device_response"]).documents
    return only


def transcript(items: dict[str, bytes]) -> bytes:
    content = decode_exact(items["session_transcript_bytes"]).content
    assert isinstance(content, bytes)
    return content


def judged(
    items: dict[str, bytes],
    at: datetime = INSIDE,
    policy: VerificationPolicy = SESSION,
    mode: Mode = Mode.SESSION,
    scalar: str = "ephemeral_reader_key_d",
) -> VerificationReport:
    reader = ec.derive_private_key(int.from_bytes(items[scalar], "big"), ec.SECP256R1())
    return verify_device_response(
        items["device_response"],
        Presentation(mode, transcript(items)),
        trust=TrustedIssuers.of([Certificate.from_der(items["iaca_cert_der"])]),
        policy=policy,
        at=at,
        reader_key=reader,
    )


def test_the_official_response_is_accepted(items: dict[str, bytes]) -> None:
    report = judged(items)
    assert (report.verdict, report.code) == (Verdict.ACCEPTED, "ok")
    (verified,) = report.verified
    assert verified.doc_type == "org.iso.18013.5.1.mDL"
    assert sorted(verified.elements[SPACE]) == [
        "document_number",
        "driving_privileges",
        "expiry_date",
        "family_name",
        "issue_date",
        "portrait",
    ]
    assert verified.elements[SPACE]["family_name"] == "Doe"
    assert verified.elements[SPACE]["portrait"] == items["device_response_portrait_data"]


def test_its_certificate_ends_before_the_document_which_is_said_and_borne(items: dict[str, bytes]) -> None:
    assert judged(items).documents[0].notices == ("validity.outlives-signer",)


@pytest.mark.parametrize(
    ("at", "failed"),
    [
        (datetime(2020, 10, 1, 13, 30, 1, tzinfo=UTC), (CheckId.VALIDITY_FROM,)),
        (datetime(2020, 10, 1, 13, 30, 2, tzinfo=UTC), ()),
        (datetime(2021, 10, 1, tzinfo=UTC), ()),
        (datetime(2021, 10, 1, 0, 0, 1, tzinfo=UTC), (CheckId.CHAIN_VALIDITY,)),
        (datetime(2021, 10, 1, 13, 30, 3, tzinfo=UTC), (CheckId.CHAIN_VALIDITY, CheckId.VALIDITY_UNTIL)),
        (INSIDE - timedelta(days=3650), (CheckId.CHAIN_VALIDITY, CheckId.VALIDITY_FROM)),
    ],
)
def test_its_times_are_kept_to_the_second(
    items: dict[str, bytes], at: datetime, failed: tuple[CheckId, ...]
) -> None:
    assert judged(items, at).failed == failed


def test_another_readers_key_does_not_verify_the_mac(items: dict[str, bytes]) -> None:
    assert judged(items, scalar="static_device_key_d").failed == (CheckId.DEVICE_AUTH,)


def test_the_qr_exchange_takes_no_mac(items: dict[str, bytes]) -> None:
    assert CheckId.DEVICE_METHOD in judged(items, policy=COUNTER, mode=Mode.TWO_WAY).failed


def test_the_parsed_response_is_written_back_with_the_received_items(
    items: dict[str, bytes], document: Document
) -> None:
    again = DeviceResponse([document]).to_bytes()
    assert len(again) == len(items["device_response"])
    for row in document.issuer_signed.namespaces.values():
        for item in row:
            assert item.encoded.raw in again
            assert item.encoded.raw in items["device_response"]


def test_the_issuers_signature_is_over_the_published_structure(
    items: dict[str, bytes], document: Document
) -> None:
    auth = document.issuer_signed.issuer_auth
    assert encode(auth.to_list()) == items["issuer_auth"]
    payload = auth.payload
    assert payload is not None
    assert encode(["Signature1", auth.protected, b"", payload]) == items["issuer_auth_sig_structure"]
    assert auth.x5chain == [items["ds_cert"]]
    key = Certificate.from_der(items["ds_cert"]).public_key
    assert isinstance(key, ec.EllipticCurvePublicKey)
    assert auth.verify(key)
    bent = CoseSign1(auth.protected, auth.unprotected, payload + b"\x00", auth.proof, auth.headers)
    assert not bent.verify(key)


def test_the_devices_mac_is_over_the_published_structure(items: dict[str, bytes], document: Document) -> None:
    payload = device_authentication(
        transcript(items), document.doc_type, document.device_signed.encoded_namespaces
    )
    assert payload == items["device_authentication_bytes"]
    mac = document.device_signed.mac
    assert mac is not None
    assert encode(["MAC0", mac.protected, b"", payload]) == items["device_auth_mac_structure"]
    assert mac.proof == items["mac_tag"]
    assert mac.verify(items["emac_key"], payload)
    assert not mac.verify(items["emac_key"], payload + b"\x00")
    assert not mac.verify(items["sk_reader"], payload)


def test_every_digest_is_of_the_received_bytes(document: Document) -> None:
    mso = document.issuer_signed.mso
    for space, row in document.issuer_signed.namespaces.items():
        for item in row:
            raw = item.encoded.raw
            assert raw[:2] == b"\xd8\x18"
            assert hashlib.sha256(raw).digest() == mso.value_digests[space][item.digest_id]
            assert EncodedCbor(item.encoded.content).raw == raw


def test_the_device_key_is_the_published_one(items: dict[str, bytes], document: Document) -> None:
    key = document.issuer_signed.mso.device_key
    assert (key.x, key.y) == (items["static_device_key_x"], items["static_device_key_y"])
