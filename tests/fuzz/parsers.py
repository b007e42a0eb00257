"""Every parser of bytes from outside, with something good to begin from, and what may come out of it.

`test_parsers.py` bends them with Hypothesis in every run; `scripts/fuzz.py` drives them by coverage for as
long as one likes.
"""

from __future__ import annotations

import contextlib
import json
import os
from functools import partial
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
from cryptography.hazmat.primitives.asymmetric import ec

from counterproof.credential_types import shipped
from counterproof.handover.offer import CredentialOffer
from counterproof.handover.openid4vci.proofs import check_proofs, make_proof
from counterproof.handover.report import MisuseReport
from counterproof.mdoc.cbor import EncodedCbor, decode_exact, encode, unwrap
from counterproof.mdoc.certificates.model import Certificate
from counterproof.mdoc.certificates.revocation import CertificateList
from counterproof.mdoc.cose import CoseKey, CoseMac0, CoseSign1
from counterproof.mdoc.device_request import DeviceRequest, ItemsRequest
from counterproof.mdoc.device_response import DeviceResponse
from counterproof.mdoc.engagement import DeviceEngagement, SessionData, SessionEstablishment
from counterproof.mdoc.errors import CounterproofError, MalformedError
from counterproof.mdoc.issuer_signed import IssuerSigned
from counterproof.mdoc.limits import LIMITS
from counterproof.mdoc.lists.readers import ReaderList
from counterproof.mdoc.lists.signed_set import SignedSet
from counterproof.mdoc.lists.status_delta import apply_status_delta, build_status_delta
from counterproof.mdoc.lists.status_list import StatusList
from counterproof.mdoc.lists.status_token import StatusListToken
from counterproof.mdoc.lists.vical import Vical
from counterproof.mdoc.mso import MobileSecurityObject
from counterproof.mdoc.session import SessionTranscript
from counterproof.optics import base45
from counterproof.optics.exchange import answer, coding
from counterproof.optics.exchange.receipt import QrReceipt
from counterproof.optics.exchange.request import QrRequest
from counterproof.optics.exchange.shown import QrShown
from counterproof.optics.exchange.slip import QrSlip
from counterproof.optics.headers import read_header
from counterproof.optics.kinds import Kind
from counterproof.optics.stream import StreamAssembler, StreamSender, read_frame
from counterproof.optics.text import decode_still
from counterproof.sealing.envelope import Purpose, open_sealed, seal
from counterproof.trust.pack.statement import parse_statement
from issuer.subjects import read_subjects
from tests.kit.agency import AT
from tests.kit.factory.all import FOLDER
from tests.kit.factory.forge import Forge
from tests.kit.lists import ListKit, StatusKit
from tests.kit.sealing import CHEAP_KDF, PASSPHRASE

if TYPE_CHECKING:
    from collections.abc import Callable

FORGE = Forge()
ISSUED = encode(FORGE.issuer_signed(signed=FORGE.items()))
RESPONSE = FORGE.response()
TOKEN = StatusKit("agency 11").bent()
LISTS = ListKit("agency 11")


def text_of(name: str) -> str:
    """Return the text of a published QR vector."""
    case = json.loads((FOLDER / f"qr_{name}.json").read_bytes())
    return bytes.fromhex(case["bytes"]).decode()


def message_of(name: str) -> bytes:
    return decode_still(text_of(name))[1]


def frames(data: bytes) -> None:
    """Feed lines to an assembler, as a camera's reader does; refused ones are passed over, as there."""
    assembler = StreamAssembler()
    for second, line in enumerate(data.decode("latin-1").split("\n")[:50]):
        with contextlib.suppress(MalformedError):
            assembler.feed(line, float(second))


def opened(data: bytes) -> None:
    """Open an envelope as the vault does, with the costs of the tests."""
    open_sealed(data, PASSPHRASE, purpose=Purpose.VAULT_KEY, policy=CHEAP_KDF)


ENVELOPE = seal(b"k", PASSPHRASE, purpose=Purpose.VAULT_KEY, random=os.urandom, policy=CHEAP_KDF)
FRAME = StreamSender(Kind.SHOWN, RESPONSE).text(0)
PNG = cv2.imencode(".png", np.zeros((8, 8), np.uint8))[1].tobytes()
RESIDENCY = shipped()["org.counterproof.residency.1"]
PROOF = make_proof(ec.generate_private_key(ec.SECP256R1()), audience="a", nonce="n", at=AT).encode()
CSV = b"subject,family_name,given_name,birth_date\nA-17,M\xc3\xa4gi,Liisa,1990-04-17\n"

PARSERS: dict[str, tuple[Callable[[bytes], Any], bytes]] = {
    "cbor": (decode_exact, RESPONSE),
    "cbor-shortest": (lambda data: decode_exact(data, shortest=True), RESPONSE),
    "cbor-large": (lambda data: decode_exact(data, LIMITS.vical, bignum=True), LISTS.vical()),
    "tag-24": (lambda data: unwrap(data, LIMITS.mso), EncodedCbor(ISSUED).raw),
    "issuer-signed": (IssuerSigned.from_bytes, ISSUED),
    "mso": (MobileSecurityObject.from_payload, EncodedCbor.of(FORGE.mso()).raw),
    "device-response": (DeviceResponse.from_bytes, RESPONSE),
    "device-request": (
        DeviceRequest.from_bytes,
        QrRequest.from_message(message_of("request")).device_request_bytes,
    ),
    "items-request": (
        lambda data: ItemsRequest.from_encoded(EncodedCbor(data)),
        encode({"docType": "d", "nameSpaces": {"n": {"e": True}}}),
    ),
    "cose-sign1": (lambda data: CoseSign1.from_item(decode_exact(data)).x5chain, encode(FORGE.sign(b"p"))),
    "cose-mac0": (lambda data: CoseMac0.from_item(decode_exact(data)), encode(FORGE.sign(b"p"))),
    "cose-key": (
        lambda data: CoseKey.from_map(decode_exact(data)).public_key(),
        CoseKey.from_public_key(FORGE.device_signer.public_key).to_bytes(),
    ),
    "certificate": (Certificate.from_der, FORGE.agency.signer_certificate.der),
    "crl": (CertificateList.from_der, FORGE.agency.anchor.der),
    "status-token": (lambda data: StatusListToken.from_bytes(data).status_list, TOKEN),
    "status-list": (lambda data: StatusList.inflate(1, data), StatusList.empty(1024).compress()),
    "vical": (Vical.from_bytes, LISTS.vical()),
    "readers": (ReaderList.from_bytes, LISTS.readers()),
    "transcript": (SessionTranscript.from_bytes, FORGE.transcript),
    "engagement": (DeviceEngagement.from_bytes, encode({0: "1.0", 1: [1, EncodedCbor.of({1: 2})]})),
    "session-data": (SessionData.from_bytes, encode({"data": b"x", "status": 20})),
    "session-establishment": (
        SessionEstablishment.from_bytes,
        encode({"eReaderKey": EncodedCbor.of({1: 2}), "data": b""}),
    ),
    "qr-request": (QrRequest.from_message, message_of("request")),
    "qr-answer": (answer.from_message, message_of("answer")),
    "qr-shown": (QrShown.from_message, message_of("shown")),
    "qr-slip": (QrSlip.from_message, message_of("slip")),
    "qr-receipt": (QrReceipt.from_message, message_of("receipt")),
    "qr-coding": (lambda data: coding.from_message(data, 65_536), coding.to_message(RESPONSE)),
    "qr-padding": (answer.unpadded, answer.padded(RESPONSE)),
    "qr-text": (lambda data: decode_still(data.decode("latin-1")), text_of("shown").encode()),
    "base45": (lambda data: base45.decode(data.decode("latin-1")), b"AB8 LB0"),
    "frame": (lambda data: read_frame(data.decode("latin-1")), FRAME.encode()),
    "frames": (frames, FRAME.encode() + b"\n" + FRAME.encode()),
    "picture-header": (read_header, PNG),
    "signed-set": (SignedSet.from_bytes, encode({"date": 1})),
    "status-delta": (partial(apply_status_delta, TOKEN), build_status_delta(TOKEN, TOKEN)),
    "envelope": (
        opened,
        seal(b"k", PASSPHRASE, purpose=Purpose.VAULT_KEY, random=os.urandom, policy=CHEAP_KDF),
    ),
    "offer": (CredentialOffer.from_bytes, b'{"credential_issuer":"https://h.example"}'),
    "misuse-report": (MisuseReport.from_bytes, b'{"request":""}'),
    "pack-statement": (parse_statement, b'{"name":"x"}'),
    "proof": (lambda data: check_proofs([data.decode("latin-1")], audience="a", at=AT, batch_limit=1), PROOF),
    "csv": (lambda data: read_subjects(data, "csv", RESIDENCY, on=AT.date()), CSV),
    "json-people": (lambda data: read_subjects(data, "json", RESIDENCY, on=AT.date()), b'[{"subject":"A"}]'),
}


def parse(name: str, data: bytes) -> None:
    """Parse; only our own errors may come out, with a code that says something."""
    parser, _ = PARSERS[name]
    code = "ok."
    try:
        parser(data)
    except CounterproofError as error:
        code = error.code
    assert "." in code.strip(".") or code == "ok."
