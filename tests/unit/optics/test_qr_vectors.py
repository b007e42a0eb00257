"""The published vectors, each step computed again from the one before, and every fault refused by its code.

Where it can be, a step is written out here from the specification and does not call the code that made it.
"""

from __future__ import annotations

import functools
import hashlib
import json
import zlib
from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from counterproof.handover.offer import CredentialOffer
from counterproof.handover.request import check_request
from counterproof.mdoc.certificates.model import Certificate
from counterproof.mdoc.cose import verify_signature
from counterproof.mdoc.device_response import DeviceResponse
from counterproof.mdoc.hpke import unseal
from counterproof.mdoc.issuer_signed import IssuerSigned
from counterproof.optics.exchange import answer
from counterproof.optics.exchange.dictionary import dictionary
from counterproof.optics.exchange.reader_identity import ReaderTrust
from counterproof.optics.exchange.receipt import QrReceipt, ReceiptOutcome
from counterproof.optics.exchange.shown import QrShown
from counterproof.optics.exchange.slip import QrSlip
from counterproof.optics.exchange.wallet_side import read_request
from counterproof.optics.kinds import Kind
from counterproof.optics.stream import StreamAssembler
from counterproof.optics.text import decode_still
from scripts.make_qr_vectors import main, vectors
from tests.kit.hpke_by_hand import seal_with
from tests.kit.qr_faults import found_code
from tests.kit.sources import ROOT

FOLDER = ROOT / "tests" / "vectors" / "qr-exchange"
TWO_WAY = ("two-way", "two-way-stream", "declined")
ONE_WAY = ("shown", "shown-for-counter", "slip")


@functools.cache
def load(name: str) -> Any:
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="ascii"))


def raw(name: str, *path: Any) -> bytes:
    value = load(name)
    for step in path:
        value = value[step]
    return bytes.fromhex(value)


def private(digits: str) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int(digits, 16), ec.SECP256R1())


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def tag_24(content: bytes) -> bytes:
    size = bytes((0x58, len(content))) if len(content) < 256 else b"\x59" + len(content).to_bytes(2, "big")
    return b"\xd8\x18" + size + content


def inflated(m: bytes) -> bytes:
    return zlib.decompressobj(zdict=dictionary()).decompress(m[1:]) if m[0] == 1 else m[1:]


def message(texts: list[str]) -> tuple[Kind, bytes]:
    if texts[0].startswith("CPF1:"):
        assembler = StreamAssembler()
        found = [made for text in reversed(texts) if (made := assembler.feed(text, 0.0))]
        return found[0]
    return decode_still(texts[0])


def test_the_vectors_are_what_the_script_makes(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--check"]) == 0
    assert "as committed" in capsys.readouterr().out
    assert {path.stem for path in FOLDER.glob("*.json")} == set(vectors())


def test_the_dictionary_is_the_one_named() -> None:
    assert hashlib.sha256(dictionary()).hexdigest() == load("world")["dictionary_1_sha256"]


@pytest.mark.parametrize("name", TWO_WAY)
def test_the_transcript_follows_from_its_parts(name: str) -> None:
    given = load(name)
    leaf = raw("world", "reader_chain", 0)
    assert raw(name, "L") == sha256(leaf)
    parts = b"".join(map(bytes.fromhex, given["I"]))
    b = b"\x83" + raw(name, "T") + b"\x58\x20" + sha256(leaf) + bytes((0x80 + len(given["I"]),)) + parts
    assert raw(name, "B") == b
    s = b"\x83\xf6" + raw(name, "E") + b"\x82\x75counterproof.qr.2w.v1\x58\x20" + sha256(b)
    assert raw(name, "S") == s
    assert raw(name, "h_S") == sha256(s)
    first = int.from_bytes(sha256(b"counterproof.qr.match.v1" + s)[:4], "big")
    assert given["match_number"] == f"{first % 10_000:04}"


@pytest.mark.parametrize("name", TWO_WAY)
def test_the_reader_signed_what_it_asks(name: str) -> None:
    given = load(name)
    key = private(load("world")["keys"]["reader"]).public_key()
    for item, auth in zip(given["I"], given["reader_auth"], strict=True):
        content = b"\x83\x74ReaderAuthentication" + raw(name, "S") + bytes.fromhex(item)
        payload = bytes.fromhex(auth["payload"])
        assert payload == tag_24(content)
        signed = b"\x84\x6aSignature1\x43\xa1\x01\x26\x40\x59" + len(payload).to_bytes(2, "big") + payload
        assert verify_signature(-7, key, bytes.fromhex(auth["signature"]), signed)
        assert auth["signature"] in given["device_request"]


@pytest.mark.parametrize("name", TWO_WAY)
def test_the_request_is_its_parts_and_its_text(name: str) -> None:
    body = raw(name, "request_body")
    request = raw(name, "device_request")
    head = b"\x59" + len(request).to_bytes(2, "big")
    assert body == b"\xa3\x01" + raw(name, "E") + b"\x02" + raw(name, "T") + b"\x03" + head + request
    assert inflated(raw(name, "request_M")) == body
    assert message(load(name)["request_texts"]) == (Kind.REQUEST, raw(name, "request_M"))


@pytest.mark.parametrize("name", TWO_WAY)
def test_a_wallet_reads_the_request_and_knows_who_asks(name: str) -> None:
    trust = ReaderTrust([Certificate.from_der(raw("world", "reader_root"))])
    at = datetime.fromisoformat(load("world")["at"])
    request = read_request(raw(name, "request_M"), at=at, trust=trust)
    assert request.reader_known
    assert request.transcript == raw(name, "S")
    assert request.match_number == load(name)["match_number"]


@pytest.mark.parametrize("name", TWO_WAY)
def test_the_answer_opens_step_by_step(name: str) -> None:
    given = load(name)
    m, p = raw(name, "answer_M"), raw(name, "P")
    assert message(given["answer_texts"]) == (Kind.ANSWER, m)
    assert m[:5] == b"\x00\xa2\x01\x58\x41"
    assert m[5:70] == raw(name, "enc")
    assert m[70:72] == b"\x02\x59"
    assert len(m) == len(p) + 90
    one_time = private(given["keys"]["one_time"])
    assert unseal(one_time, raw(name, "S"), m[5:70], m[74:]) == p
    sealed = seal_with(private(given["keys"]["ephemeral"]), one_time.public_key(), raw(name, "S"), p)
    assert sealed == (m[5:70], m[74:])
    length = int.from_bytes(p[1:4], "big")
    assert not any(p[4 + length :])
    assert inflated(p[:1] + p[4 : 4 + length]) == raw(name, "response")
    assert answer.opened(raw(name, "S"), one_time, m) == raw(name, "response")


def test_the_declined_answer_is_the_one_form_and_has_the_length_of_the_longest_still_code() -> None:
    assert raw("declined", "response") == b"\xa2\x66status\x00\x67version\x631.0"
    assert len(raw("declined", "P")) == 1128
    assert len(raw("declined", "answer_M")) + 4 == 1222


def test_the_long_answer_is_a_stream_of_whole_symbols() -> None:
    given = load("two-way-stream")
    assert len(raw("two-way-stream", "answer_M")) % 480 == 0
    assert given["answer_texts"][0].startswith("CPF1:")
    assert [text[:5] for text in given["request_texts"]] == ["CPR1:"]


@pytest.mark.parametrize(
    ("name", "handover"), [("shown", "1w"), ("shown-for-counter", "1w"), ("slip", "slip")]
)
def test_the_transcript_of_one_way_follows_from_the_terms(name: str, handover: str) -> None:
    label = f"counterproof.qr.{handover}.v1".encode()
    s = b"\x83\xf6\xf6\x82" + bytes((0x60 + len(label),)) + label + b"\x58\x20" + sha256(raw(name, "terms"))
    assert raw(name, "S") == s
    assert raw(name, "h_S") == sha256(s)


@pytest.mark.parametrize("name", ONE_WAY)
def test_a_code_of_one_way_is_its_parts_and_its_text(name: str) -> None:
    kind = Kind.SLIP if name == "slip" else Kind.SHOWN
    response = raw(name, "response")
    body = b"\xa2\x01" + raw(name, "terms") + b"\x02\x59" + len(response).to_bytes(2, "big") + response
    assert inflated(raw(name, "M")) == body
    assert message(load(name)["texts"]) == (kind, raw(name, "M"))
    made = (QrSlip if kind is Kind.SLIP else QrShown).from_message(raw(name, "M"))
    assert (made.transcript, made.response) == (raw(name, "S"), response)


@pytest.mark.parametrize("name", ["two-way", "two-way-stream", *ONE_WAY])
def test_each_document_is_signed_by_the_device_key_that_the_agency_signed(name: str) -> None:
    signer = Certificate.from_der(raw("world", "document_signer"))
    documents = DeviceResponse.from_bytes(raw(name, "response")).documents
    assert len(documents) == len(load(name)["device_payloads"])
    for document, payload in zip(documents, load(name)["device_payloads"], strict=True):
        doc_type = document.doc_type.encode()
        size = bytes((0x60 + len(doc_type),)) if len(doc_type) < 24 else b"\x78" + bytes((len(doc_type),))
        content = b"\x84\x74DeviceAuthentication" + raw(name, "S") + size + doc_type + b"\xd8\x18\x41\xa0"
        assert bytes.fromhex(payload) == tag_24(content)
        assert document.device_signed.signature is not None
        key = document.issuer_signed.mso.device_key.public_key()
        assert document.device_signed.signature.verify(key, tag_24(content))
        assert private(load("world")["keys"]["devices"][document.doc_type]).public_key() == key
        issuer_key = signer.public_key
        assert isinstance(issuer_key, ec.EllipticCurvePublicKey)
        assert document.issuer_signed.issuer_auth.verify(issuer_key)


@pytest.mark.parametrize("name", ["two-way", "two-way-stream", *ONE_WAY])
def test_nothing_that_was_not_asked_for_is_in_the_response(name: str) -> None:
    response = raw(name, "response")
    for doc_type in load("world")["issued"]:
        issued = IssuerSigned.from_bytes(raw("world", "issued", doc_type))
        for space, items in issued.namespaces.items():
            for item in items:
                asked = any(
                    shown.identifier == item.identifier
                    for document in DeviceResponse.from_bytes(response).documents
                    for shown in document.issuer_signed.namespaces.get(space, [])
                )
                assert (item.random in response) == asked


def test_the_receipt_names_the_presentation_and_is_signed_by_who_asked() -> None:
    given = load("receipt")
    digest = raw("two-way", "h_S")
    payload = raw("receipt", "payload")
    assert payload.startswith(b"\x85\x78\x1acounterproof.qr.receipt.v1\x58\x20" + digest + b"\x00\x1a")
    assert message(given["texts"]) == (Kind.RECEIPT, raw("receipt", "M"))
    read = QrReceipt.from_message(raw("receipt", "M"))
    leaf = raw("world", "reader_chain", 0)
    contents = read.check_answered(digest, leaf)
    assert (contents.outcome, contents.time) == (ReceiptOutcome.ACCEPTED, given["time"])
    assert [list(element) for element in contents.kept] == given["kept"]
    trust = ReaderTrust([Certificate.from_der(raw("world", "reader_root"))])
    assert read.check_shown(digest, trust, datetime(2026, 6, 2, tzinfo=UTC))[0] == contents


@pytest.mark.parametrize("name", ["one_copy", "many_copies"])
def test_a_request_for_a_card_carries_the_very_file(name: str) -> None:
    given = load("card-request")[name]
    m, file = bytes.fromhex(given["M"]), given["file"].encode()
    assert inflated(m) == file
    assert message(given["texts"]) == (Kind.CARD_REQUEST, m)
    assert [text[:5] for text in given["texts"][:1]] == ["CPC1:" if name == "one_copy" else "CPF1:"]
    first = int.from_bytes(sha256(b"counterproof.qr.card-request.v1" + sha256(file))[:4], "big")
    assert given["number"] == f"{first % 10_000:04}"
    offer = CredentialOffer.from_bytes(given["offer"].encode())
    checked = check_request(
        file,
        issuer=offer.credential_issuer,
        nonce_ok=lambda nonce: nonce == offer.c_nonce,
        at=datetime.fromisoformat(load("world")["at"]),
    )
    assert len(checked.device_keys) == offer.batch_size


FAULTS = load("faults")


@pytest.mark.parametrize("fault", FAULTS, ids=[fault["id"] for fault in FAULTS])
def test_every_fault_has_its_code(fault: dict[str, Any]) -> None:
    assert found_code(fault, load("world")) == fault["expect"]


def test_every_fault_is_there_once() -> None:
    names = [fault["id"] for fault in FAULTS]
    assert len(set(names)) == len(names) > 150
